"""Counts what is turned away, so that the owner sees it; a flood of it costs one write to the disk a second."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping

from receiver.errors import StoreError
from receiver.models import Door, Refusal
from receiver.store import Store

_log = logging.getLogger(__name__)

_EVERY_S = 1.0
"""Between two writes."""


class Refusals:
    """The counters of refused requests, of doors that the owner knows and of strangers together.

    `publish` tells of every door whose counters have changed; `clock` returns seconds that only rise.
    """

    def __init__(
        self, store: Store, publish: Callable[[Door], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._publish = publish
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[str, Counter[str]] = {}
        self._strangers: Counter[str] = Counter()
        self._not_before = clock()

    @property
    def of_strangers(self) -> Mapping[str, int]:
        """Requests in the name of doors that do not exist, by reason, since the start."""
        with self._lock:
            return dict(self._strangers)

    def note(self, door: Door | None, reason: Refusal) -> None:
        """Count one refused request of a door, or of a stranger."""
        with self._lock:
            if door is None:
                self._strangers[reason] += 1
                return
            self._waiting.setdefault(door.id, Counter())[reason] += 1
            if self._clock() < self._not_before:
                return
        self.write()

    def write(self) -> None:
        """Bring the counters into the store; a disk that does not take them does not matter now."""
        with self._lock:
            counts, self._waiting = self._waiting, {}
            self._not_before = self._clock() + _EVERY_S
        if not counts:
            return
        _log.info("refused: %s", {door: dict(reasons) for door, reasons in counts.items()})
        try:
            for door in self._store.count_refusals(counts):
                self._publish(door)
        except StoreError as error:
            _log.info("refused requests could not be counted: %s", error.source)
