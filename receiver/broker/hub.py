"""Which message goes to whom, and what is retained for whoever comes later."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from receiver.broker.limits import Limits
from receiver.broker.packets import Message, Wish

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
        self._filters: dict[str, dict[Hearer, Wish]] = {}
        self._routes: dict[str, list[tuple[Hearer, Wish]]] = {}
        self._full = False

    def subscribe(self, hearer: Hearer, topic_filter: str, wish: Wish) -> None:
        """From now on `hearer` hears what matches, as it wishes."""
        self._filters.setdefault(topic_filter, {})[hearer] = wish
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

    def publish(self, message: Message, sender: Hearer | None = None) -> None:
        """To everybody who wants it."""
        if message.retain:
            self.keep(message)
        for hearer, wish in self._route(message.topic):
            if not (wish.no_local and hearer is sender):
                hearer.deliver(message, min(wish.qos, message.qos), retained=message.retain and wish.as_published)

    def keep(self, message: Message) -> None:
        """Retain a message, or with no payload forget what is retained of its topic (3.3.1.3)."""
        before = self.retained.get(message.topic)
        size = self._retained_bytes + (message.size if message.payload else 0) - (before.size if before else 0)
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

    def look_at_the_clock(self, now: float) -> None:
        """Forget what was retained for a time that is over."""
        for message in [message for message in self.retained.values() if message.until <= now]:
            self.keep(replace(message, payload=b""))

    def _complain(self, topic: str) -> None:
        if not self._full:
            self._full = True
            _log.warning("the built-in broker retains as much as it can: %r and others are not retained", topic)

    def _route(self, topic: str) -> list[tuple[Hearer, Wish]]:
        route = self._routes.get(topic)
        if route is None:
            if len(self._routes) >= _ROUTES:
                self._routes.clear()
            route = self._routes[topic] = self._find(topic)
        return route

    def _find(self, topic: str) -> list[tuple[Hearer, Wish]]:
        """Each hearer once, with the most that its filters want together (3.3.4)."""
        found: dict[Hearer, Wish] = {}
        for topic_filter, hearers in self._filters.items():
            if matches(topic_filter, topic):
                for hearer, wish in hearers.items():
                    found[hearer] = _both(wish, found.get(hearer, wish))
        return list(found.items())


def _both(one: Wish, other: Wish) -> Wish:
    return Wish(
        max(one.qos, other.qos),
        no_local=one.no_local and other.no_local,
        as_published=one.as_published or other.as_published,
    )


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
