"""The day in a few lines, at the time the owner chose: once, also when the station was off at that time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import time as clock_time
from datetime import tzinfo

from receiver import wording
from receiver.hours import EVERY_DAY, latest
from receiver.store import Store

LATEST_S = 6 * 3600.0
"""A digest that could not be made for so long is left out: the next one tells that time as well."""
_LONGEST_S = 7 * 86_400.0
_NOTE = "digest.until"


class Digest:
    """Writes the digest into the outbox when its time has come.

    `at` is the time of the day as HH:MM, empty for never; `routes` are (notifier, target) that take texts.
    """

    def __init__(
        self,
        store: Store,
        at: Callable[[], str],
        routes: Callable[[], Sequence[tuple[str, str]]],
        wake: Callable[[], None] = lambda: None,
        *,
        clock: Callable[[], float] = time.time,
        zone: tzinfo | None = None,
    ) -> None:
        self._store = store
        self._at = at
        self._routes = routes
        self._wake = wake
        self._clock = clock
        self._zone = zone

    def look(self) -> None:
        """Write it if it is time; the digest and the note that it was written are one transaction."""
        at, now = self._at(), self._clock()
        if not at:
            return
        slot = latest(EVERY_DAY, clock_time.fromisoformat(at), now, self._zone)
        noted = self._store.note(_NOTE)
        if noted is None:  # switched on a moment ago: the time that is past was not meant
            self._store.set_note(_NOTE, str(slot))
        elif slot > float(noted) and now - slot <= LATEST_S:
            self._write(max(float(noted), slot - _LONGEST_S), slot)

    def _write(self, since: float, until: float) -> None:
        visits = self._store.visits_between(since, until)
        text = wording.digest(visits, since, self._zone)
        self._store.add_notices("digest", text, self._routes(), note=(_NOTE, str(until)))
        self._wake()
