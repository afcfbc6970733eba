"""What a client is owed: its subscriptions and messages, also while it is away if it asked for that."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from typing import Protocol

from receiver.broker.access import Account
from receiver.broker.hub import Hub
from receiver.broker.limits import Limits
from receiver.broker.packets import EVERYTHING_AT_ONCE, Message, Will, Wish
from receiver.broker.reasons import Reason


class Line(Protocol):
    """The connection of a client that is there."""

    def hang_up(self, why: Reason | None = None) -> None:
        """End it at once, with a word if it understands one; may be repeated."""

    def send(self, message: Message, packet_id: int, *, retained: bool, again: bool) -> bool:
        """Put it on the wire, with QoS 1 if it has an id; False: it is none that this client takes."""

    def fell_behind(self) -> None:
        """End it, for the client does not take what is sent to it."""


class Session:
    """Of one client, by its account and `client_id`; used on the broker's thread only."""

    def __init__(self, account: Account, client_id: str, hub: Hub, limits: Limits) -> None:
        self.account = account
        self.client_id = client_id
        self.name = name_of(account, client_id)
        self.line: Line | None = None
        """None while its client is away."""
        self.will: Will | None = None
        self.lasts_s = 0.0
        """How long it is kept while its client is away."""
        self.half_taken: set[int] = set()
        """Packet ids of QoS 2 whose message went out already."""
        self.left_at = 0.0
        """Monotonic seconds, when its client is away."""
        self._hub = hub
        self._limits = limits
        self._at_once = EVERYTHING_AT_ONCE
        self._filters: set[str] = set()
        self._waiting: deque[tuple[Message, bool, int]] = deque()
        """Message, whether it was retained, and its packet id if it was sent before."""
        self._unacknowledged: dict[int, tuple[Message, bool] | None] = {}
        """By packet id; the message only if it may have to be sent again."""
        self._bytes = 0
        """Of all messages in these two."""
        self._packet_id = 0

    # ---- its client comes and goes

    def enter(self, line: Line, at_once: int) -> None:
        """Its client is there, and takes so many messages before it acknowledges one; it hears of none yet."""
        self.line = line
        self._at_once = at_once
        sent = [(*kept, packet_id) for packet_id, kept in self._unacknowledged.items() if kept]
        self._waiting.extendleft(reversed(sent))
        self._unacknowledged.clear()

    def leave(self, now: float) -> None:
        """Its client is gone."""
        self.line = None
        self.left_at = now

    def is_over(self, now: float) -> bool:
        """Whether nobody has to remember it any more."""
        return self.line is None and now >= self.left_at + self.lasts_s

    def will_is_due(self, now: float) -> bool:
        """Whether its client has been away for so long that its last will is to be said."""
        return self.will is not None and self.line is None and now >= self.left_at + self.will.delay_s

    # ---- subscriptions

    def subscribe(self, topic_filter: str, wish: Wish) -> bool:
        """False when there are too many."""
        if topic_filter not in self._filters and len(self._filters) >= self._limits.subscriptions:
            return False
        self._filters.add(topic_filter)
        self._hub.subscribe(self, topic_filter, wish)
        return True

    def has(self, topic_filter: str) -> bool:
        """Whether it subscribes to this."""
        return topic_filter in self._filters

    def unsubscribe(self, filters: Iterable[str]) -> None:
        """No more from these."""
        self._hub.unsubscribe(self, filters)
        self._filters.difference_update(filters)

    def end(self) -> None:
        """Forget everything; the last will is said if it was not taken back."""
        self._hub.unsubscribe(self, self._filters)
        self.say_will()

    def say_will(self) -> None:
        """For good."""
        if self.will:
            will, self.will = self.will, None
            self._hub.publish(will.said(time.monotonic()), self)

    # ---- messages

    def deliver(self, message: Message, qos: int, *, retained: bool = False) -> None:
        """Send a message, or keep it until its client has come back; one that is too far behind is cut off."""
        if not qos:
            if self.line:
                self.line.send(message, 0, retained=retained, again=False)
        elif self._is_full():
            self.lasts_s = 0.0
            if self.line:
                self.line.fell_behind()
        elif self.line and not self._waiting and len(self._unacknowledged) < self._at_once:
            self._send(self.line, message, retained)
        else:
            self._bytes += message.size
            self._waiting.append((message, retained, 0))

    def acknowledge(self, packet_id: int) -> None:
        """Its client has a message."""
        self._forget(packet_id)
        self.go_on()

    def go_on(self) -> None:
        """Send what waits, as far as its client takes it."""
        while self._waiting and self.line and len(self._unacknowledged) < self._at_once:
            message, retained, before = self._waiting.popleft()
            self._bytes -= message.size
            self._send(self.line, message, retained, before)

    def _send(self, line: Line, message: Message, retained: bool, before: int = 0) -> None:
        packet_id = before or self._next_id()
        self._unacknowledged[packet_id] = (message, retained) if self.lasts_s else None
        if self.lasts_s:
            self._bytes += message.size
        if not line.send(message, packet_id, retained=retained, again=bool(before)):
            self._forget(packet_id)

    def _forget(self, packet_id: int) -> None:
        if kept := self._unacknowledged.pop(packet_id, None):
            self._bytes -= kept[0].size

    def _is_full(self) -> bool:
        most = self._limits.door_unsent if self.account.is_door else self._limits.unsent
        count = len(self._waiting) + len(self._unacknowledged)
        return self._bytes > most or count >= self._limits.unacknowledged

    def _next_id(self) -> int:
        while True:
            self._packet_id = self._packet_id % 0xFFFF + 1
            if self._packet_id not in self._unacknowledged:
                return self._packet_id


def name_of(account: Account, client_id: str) -> tuple[str, str]:
    """What a session is found by: client ids are told apart by account, and a door is one whatever its client id."""
    return account.name, "" if account.is_door else client_id
