"""Hushes that somebody asked for: kept in the store, so that they outlive restarts and any process may ask."""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace

from receiver.errors import StationError
from receiver.hours import seconds_of
from receiver.language import phrase
from receiver.models import Hush
from receiver.store import Store

LONGEST_S = 7 * 86_400.0
"""A longer hush is a door bell switched off: for that there are the settings."""
_log = logging.getLogger(__name__)

_NOTE = "hush"


class Quiet:
    """Who asked for quiet, and until when; may be called from any thread.

    `publish` gets a hush when it begins, and once more, with `until` in the past, when it is over; also when another
    process asked for it, as soon as `look` notices.
    """

    def __init__(
        self, store: Store, publish: Callable[[Hush], None] = lambda _: None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._publish = publish
        self._clock = clock
        self._lock = threading.Lock()
        self._known = self._kept()

    def hushes(self) -> tuple[Hush, ...]:
        """Those that hold now: asked each time, so that nobody has to be told."""
        now = self._clock()
        return tuple(hush for hush in self._kept() if hush.holds(now))

    def of(self, door: str | None = None) -> Hush | None:
        """The hush that covers a door, or all of them; the longest."""
        found = [h for h in self.hushes() if h.covers(door or "all")]
        return max(found, key=lambda hush: math.inf if hush.until is None else hush.until, default=None)

    def begin(self, seconds: float | None, *, by: str, scope: str = "all") -> Hush:
        """Be quiet for so long, or until `end`; an earlier hush of the same scope is over. Raises StationError."""
        if seconds is not None and not 0 < seconds <= LONGEST_S:
            raise StationError("This is no time to be quiet", "Say how long: 30m, 2h, up to 7d, or off.")
        hush = Hush(None if seconds is None else self._clock() + seconds, by, scope)
        with self._lock:
            self._keep((*(h for h in self.hushes() if h.scope != scope), hush))
        self.look()
        return hush

    def end(self, scope: str = "all", *, by: str = "somebody") -> None:
        """Tell again: everywhere, or at one door, then also if a hush for all covers it."""
        _log.info("%s ended the hush of %s", by, scope)
        with self._lock:
            self._keep(tuple(h for h in self.hushes() if scope != "all" and not h.covers(scope)))
        self.look()

    def look(self) -> None:
        """Publish what has begun or ended since the last look."""
        with self._lock:
            now, before = self.hushes(), self._known
            self._known = now
        ended = [h for h in before if h.scope not in {still.scope for still in now}]
        for hush in ended:
            over = self._clock()
            self._publish(replace(hush, until=over if hush.until is None else min(hush.until, over)))
        for hush in now:
            if hush not in before:
                self._publish(hush)

    def _kept(self) -> tuple[Hush, ...]:
        return tuple(Hush(**kept) for kept in json.loads(self._store.note(_NOTE) or "[]"))

    def _keep(self, hushes: tuple[Hush, ...]) -> None:
        self._store.set_note(_NOTE, json.dumps([asdict(hush) for hush in hushes]))


def span_of(text: str) -> float:
    """How long somebody wants quiet, in seconds. Raises StationError with a sentence."""
    seconds = seconds_of(text)
    if seconds is None:
        raise StationError("How long?", phrase("{text!r} is no time: say 30m, 2h, up to 7d, or off.", text=text))
    return seconds
