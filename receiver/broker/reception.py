"""Who is here: strangers that have not said who they are, and clients that have."""

from __future__ import annotations

import logging
from typing import Protocol

from receiver.broker import packets
from receiver.broker.access import Access, Account
from receiver.broker.gate import Gate
from receiver.broker.hub import Hub
from receiver.broker.limits import Limits
from receiver.broker.packets import Connect, Message

_log = logging.getLogger(__name__)

_COMPLAINTS = 256


class Client(Protocol):
    """One connection."""

    address: str
    inside: bool
    account: Account | None
    will: Message | None

    def hang_up(self) -> None:
        """End it at once; may be repeated."""

    def look_at_the_clock(self, now: float) -> None:
        """End it when it has been silent for too long."""


class Reception:
    """Lets connections in and sends them away; used on the broker's thread only."""

    def __init__(self, access: Access, hub: Hub, gate: Gate, limits: Limits) -> None:
        self.access = access
        self.hub = hub
        self.limits = limits
        self.clients: dict[tuple[str, str], Client] = {}
        """By account and client id; a door is one whatever its client id."""
        self.strangers: dict[Client, None] = {}
        """In the order they came."""
        self.refused = 0
        """Connections that were not let in."""
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

    def introduces(self, client: Client, said: Connect) -> int:
        """The answer to the first packet; `client.account` is set when it is `ACCEPTED`."""
        account = self.access.admit(said.user, said.password, inside=client.inside)
        code = packets.ACCEPTED
        if account is None:
            code = packets.BAD_CREDENTIALS if said.user else packets.NOT_AUTHORIZED
            self._gate.refused(client.address)
            self.complain(client, "wrong user name or password" if said.user else "it gives no user name")
        elif not said.client_id and not said.clean:
            code = packets.ID_REJECTED
        elif said.will and not self._may_leave(account, said.will):
            code = packets.NOT_AUTHORIZED
            self.complain(client, f"{account.name} may not have such a last will: {said.will.topic[:80]!r}")
        elif self._is_full(account, said):
            code = packets.UNAVAILABLE
            self.complain(client, f"there are {self.limits.connections} clients already")
        if code == packets.ACCEPTED and account:
            self._take_in(client, account, said)
        else:
            self.refused += 1
        return code

    def leaves(self, client: Client) -> None:
        """It is gone. Its last will is said unless it took it back."""
        self.strangers.pop(client, None)
        for name in [name for name, here in self.clients.items() if here is client]:
            del self.clients[name]
        if client.will:
            will, client.will = client.will, None
            self.hub.publish(will)

    def recheck(self) -> None:
        """Throw out doors that would not be let in again."""
        for client in list(self.clients.values()):
            if client.account and not self.access.still_admits(client.account):
                _log.info("the door %s is not let in any more", client.account.name)
                client.hang_up()

    def everybody(self) -> list[Client]:
        """Strangers and clients."""
        return [*self.strangers, *self.clients.values()]

    def complain(self, client: Client, why: str) -> None:
        """Once for each address and reason: whoever tries could fill the log."""
        if (client.address, why) not in self._complained and len(self._complained) < _COMPLAINTS:
            self._complained.add((client.address, why))
            _log.warning("the built-in broker refuses %s: %s", client.address, why)

    def _take_in(self, client: Client, account: Account, said: Connect) -> None:
        name = _name(account, said)
        if before := self.clients.get(name):
            before.hang_up()  # its will comes before whatever the new one says
        self.strangers.pop(client, None)
        self.clients[name if said.client_id or account.is_door else (account.name, f"\0{id(client)}")] = client
        client.account = account

    def _is_full(self, account: Account, said: Connect) -> bool:
        outside = sum(not client.inside for client in self.clients.values())
        return outside >= self.limits.connections and _name(account, said) not in self.clients

    def _may_leave(self, account: Account, will: Message) -> bool:
        most = self.limits.door_message if account.is_door else self.limits.message
        return account.may_publish(will.topic) and len(will.payload) <= most


def _name(account: Account, said: Connect) -> tuple[str, str]:
    return account.name, "" if account.is_door else said.client_id
