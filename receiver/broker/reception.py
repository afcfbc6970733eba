"""Who is here: strangers that have not said who they are, and sessions of those who have."""

from __future__ import annotations

import logging
import secrets
import time
from typing import Protocol

from receiver.broker import packets
from receiver.broker.access import Access, Account
from receiver.broker.gate import Gate
from receiver.broker.hub import Hub
from receiver.broker.limits import Limits
from receiver.broker.packets import Connect, Message
from receiver.broker.reasons import Reason
from receiver.broker.session import Line, Session, name_of

_log = logging.getLogger(__name__)

_COMPLAINTS = 256


class Client(Line, Protocol):
    """One connection."""

    address: str
    inside: bool

    def look_at_the_clock(self, now: float) -> None:
        """End it when it has been silent for too long."""


class Reception:
    """Lets connections in and sends them away; used on the broker's thread only."""

    def __init__(self, access: Access, hub: Hub, gate: Gate, limits: Limits) -> None:
        self.access = access
        self.hub = hub
        self.limits = limits
        self.clients: dict[Client, Session] = {}
        """Who has shown a password."""
        self.strangers: dict[Client, None] = {}
        """In the order they came."""
        self.refused = 0
        """Connections that were not let in."""
        self._sessions: dict[tuple[str, str], Session] = {}
        """By name, also of those who are away."""
        self._gate = gate
        self._complained: set[tuple[str, str]] = set()

    def arrives(self, client: Client) -> bool:
        """Somebody is there; False: send them away without a word."""
        if not client.inside and not self._gate.lets_in(client.address):
            self.refused += 1
            self.complain(client, "it connects too often")
            return False
        if len(self.strangers) >= self.limits.strangers:
            next(iter(self.strangers)).hang_up()
        self.strangers[client] = None
        return True

    def introduces(self, client: Client, said: Connect) -> tuple[Reason, Session | None, bool]:
        """The answer to the first packet; on success the session, and whether it was there before."""
        account = self.access.admit(said.user, said.password, inside=client.inside)
        reason = self._judge(client, account, said)
        if reason or account is None:
            self.refused += 1
            return reason, None, False
        return reason, *self._take_in(client, account, said)

    def leaves(self, client: Client) -> None:
        """It is gone. Its last will is said unless it took it back, or wanted it said later."""
        self.strangers.pop(client, None)
        session = self.clients.pop(client, None)
        if session:
            now = time.monotonic()
            session.leave(now)
            self._look_at(session, now)
            away = [session for session in self._sessions.values() if session.line is None]
            if len(away) > self.limits.sessions:
                self._end(min(away, key=lambda session: session.left_at + session.lasts_s))

    def recheck(self) -> None:
        """Throw out doors that would not be let in again."""
        for client, session in list(self.clients.items()):
            if not self.access.still_admits(session.account):
                _log.info("the door %s is not let in any more", session.account.name)
                client.hang_up(Reason.SENT_AWAY)

    def look_at_the_clock(self, now: float) -> None:
        """Hang up on who was silent for too long, forget who was away for too long."""
        for client in [*self.strangers, *self.clients]:
            client.look_at_the_clock(now)
        for session in list(self._sessions.values()):
            self._look_at(session, now)

    def close(self) -> None:
        """Hang up on everybody and forget those who are away."""
        for client in [*self.strangers, *self.clients]:
            client.hang_up(Reason.SHUTTING_DOWN)
        for session in list(self._sessions.values()):
            self._end(session)

    def retained_wills(self, now: float) -> list[Message]:
        """What would be retained if the broker ended now without a word."""
        wills = [session.will for session in self._sessions.values() if session.will]
        return [will.said(now) for will in wills if will.message.retain]

    def complain(self, client: Client, why: str) -> None:
        """Once for each address and reason: whoever tries could fill the log."""
        if (client.address, why) not in self._complained and len(self._complained) < _COMPLAINTS:
            self._complained.add((client.address, why))
            _log.warning("the built-in broker refuses %s: %s", client.address, why)

    def _judge(self, client: Client, account: Account | None, said: Connect) -> Reason:
        if said.method:
            self.complain(client, "it wants another way to show who it is than a password")
            return Reason.BAD_METHOD
        if account is None:
            self._gate.refused(client.address)
            self.complain(client, "wrong user name or password" if said.user else "it gives no user name")
            return Reason.BAD_CREDENTIALS if said.user else Reason.NOT_AUTHORIZED
        if said.level == packets.THREE and not said.client_id and not said.clean:
            return Reason.ID_REJECTED
        if said.will and not self._may_leave(account, said.will.message):
            topic = said.will.message.topic
            self.complain(client, f"{account.name} may not have such a last will: {topic[:80]!r}")
            return Reason.NOT_AUTHORIZED
        if self._is_full(account, said):
            self.complain(client, f"there are {self.limits.connections} clients already")
            return Reason.BUSY
        return Reason.SUCCESS

    def _take_in(self, client: Client, account: Account, said: Connect) -> tuple[Session, bool]:
        client_id = said.client_id or f"porchlight-{secrets.token_hex(8)}"
        before = self._sessions.get(name_of(account, client_id))
        if before and before.line:
            before.line.hang_up(Reason.TAKEN_OVER)  # its will comes before whatever the new one says
        if before and (said.clean or said.level == packets.THREE or before.is_over(time.monotonic())):
            self._end(before)
            before = None
        session = before or Session(account, client_id, self.hub, self.limits)
        session.will = said.will
        session.lasts_s = 0.0 if account.is_door else min(said.session_s, self.limits.session_s)
        session.enter(client, said.at_once)
        self._sessions[session.name] = session
        del self.strangers[client]
        self.clients[client] = session
        return session, before is not None

    def _look_at(self, session: Session, now: float) -> None:
        if session.is_over(now):
            self._end(session)
        elif session.will_is_due(now):
            session.say_will()

    def _end(self, session: Session) -> None:
        self._sessions.pop(session.name, None)
        session.end()

    def _is_full(self, account: Account, said: Connect) -> bool:
        outside = sum(not client.inside for client in self.clients)
        place = self._sessions.get(name_of(account, said.client_id))
        return outside >= self.limits.connections and (place is None or place.line is None)

    def _may_leave(self, account: Account, will: Message) -> bool:
        most = self.limits.door_message if account.is_door else self.limits.message
        return account.may_publish(will.topic) and len(will.payload) <= most
