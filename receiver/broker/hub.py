"""Which message goes to whom, and what is retained for whoever comes later."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

from receiver.broker.limits import Limits
from receiver.broker.packets import Message

_log = logging.getLogger(__name__)

_ROUTES = 1024
"""Topics whose hearers are known without looking at every filter."""


class Hearer(Protocol):
    """Whoever subscribes."""

    def deliver(self, message: Message, qos: int, *, retained: bool = False) -> None:
        """Take a message on its way; must not raise."""


class Hub:
    """Subscriptions and retained messages; used on the broker's thread only."""

    def __init__(self, limits: Limits) -> None:
        self.retained: dict[str, Message] = {}
        """By topic."""
        self.changes = 0
        """Rises with every change of what is retained."""
        self._limits = limits
        self._retained_bytes = 0
        self._filters: dict[str, dict[Hearer, int]] = {}
        self._routes: dict[str, list[tuple[Hearer, int]]] = {}
        self._full = False

    def subscribe(self, hearer: Hearer, topic_filter: str, qos: int) -> None:
        """From now on `hearer` hears what matches, with at most this QoS."""
        self._filters.setdefault(topic_filter, {})[hearer] = qos
        self._routes.clear()

    def unsubscribe(self, hearer: Hearer, filters: Iterable[str]) -> None:
        """No more."""
        for topic_filter in filters:
            hearers = self._filters.get(topic_filter, {})
            hearers.pop(hearer, None)
            if not hearers:
                self._filters.pop(topic_filter, None)
        self._routes.clear()

    def hand_out_retained(self, hearer: Hearer, topic_filter: str, qos: int) -> None:
        """What was kept for such a filter."""
        for topic, message in list(self.retained.items()):
            if matches(topic_filter, topic):
                hearer.deliver(message, min(qos, message.qos), retained=True)

    def publish(self, message: Message) -> None:
        """To everybody who wants it."""
        if message.retain:
            self.keep(message)
        for hearer, qos in self._route(message.topic):
            hearer.deliver(message, min(qos, message.qos))

    def keep(self, message: Message) -> None:
        """Retain a message, or with no payload forget what is retained of its topic (3.3.1.3)."""
        before = self.retained.get(message.topic)
        size = self._retained_bytes + len(message.payload) - (len(before.payload) if before else 0)
        if message.payload and (
            size > self._limits.retained_bytes or (before is None and len(self.retained) >= self._limits.retained)
        ):
            self._complain(message.topic)
            return
        self._retained_bytes = size
        self.retained.pop(message.topic, None)
        if message.payload:
            self.retained[message.topic] = message
        self.changes += 1

    def _complain(self, topic: str) -> None:
        if not self._full:
            self._full = True
            _log.warning("the built-in broker retains as much as it can: %r and others are not retained", topic)

    def _route(self, topic: str) -> list[tuple[Hearer, int]]:
        route = self._routes.get(topic)
        if route is None:
            if len(self._routes) >= _ROUTES:
                self._routes.clear()
            route = self._routes[topic] = self._find(topic)
        return route

    def _find(self, topic: str) -> list[tuple[Hearer, int]]:
        """Each hearer once, with the highest QoS of its filters (3.3.5)."""
        found: dict[Hearer, int] = {}
        for topic_filter, hearers in self._filters.items():
            if matches(topic_filter, topic):
                for hearer, qos in hearers.items():
                    found[hearer] = max(qos, found.get(hearer, 0))
        return list(found.items())


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a filter lets a topic through (4.7)."""
    if topic.startswith("$") and topic_filter[:1] in ("#", "+"):
        return False
    levels = topic.split("/")
    wanted = topic_filter.split("/")
    for index, level in enumerate(wanted):
        if level == "#":
            return True
        if index >= len(levels) or level not in ("+", levels[index]):
            return False
    return len(wanted) == len(levels)
