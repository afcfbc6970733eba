"""What keeps a recorded request from being used twice: sessions, and numbers that only rise within them.

All in memory: a station that was started anew knows no session, and a door that is told so says hello again.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from receiver.errors import Replayed

MOST_SESSIONS = 4
"""Kept for each door."""
MOST_ANSWERS = 64
"""Numbers of a session for which the visit is remembered, so that a door whose answer was lost learns of it."""


class Session:
    """One session of a door, from a hello on."""

    def __init__(self, boot: str) -> None:
        self.id = secrets.token_hex(16)
        self.boot = boot
        self._last = 0
        self._visits: OrderedDict[int, str] = OrderedDict()
        self._turn = threading.Lock()

    @property
    def used(self) -> bool:
        """Whether anything signed was ever taken in it: only the holder of the key can bring that about."""
        return self._last > 0

    @contextmanager
    def turn(self, seq: int) -> Iterator[Callable[[str | None], None]]:
        """The turn of a number, one at a time; the caller tells the visit that became of it, or None.

        A request that fails before that has not used its number up: the door may send it again. Raises Replayed for
        a number that is not above all before it.
        """
        with self._turn:
            if seq <= self._last:
                raise Replayed(self._visits.get(seq))
            yield lambda visit: self._keep(seq, visit)

    def _keep(self, seq: int, visit: str | None) -> None:
        self._last = seq
        if visit:
            self._visits[seq] = visit
        if len(self._visits) > MOST_ANSWERS:
            self._visits.popitem(last=False)


class Sessions:
    """The sessions of all doors."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, float], list[Session]] = {}
        self._lock = threading.Lock()

    def open(self, door: str, paired_at: float, boot: str) -> Session:
        """A new session; with too many an unused one ends, else the oldest.

        Whoever repeats a recorded hello gets sessions that stay unused: they cannot push out the door's own.
        """
        session = Session(boot)
        with self._lock:
            for stale in [key for key in self._of if key[0] == door and key[1] != paired_at]:
                del self._of[stale]  # sessions of a former key
            mine = self._of.setdefault((door, paired_at), [])
            if len(mine) >= MOST_SESSIONS:
                mine.remove(next((old for old in mine if not old.used), mine[0]))
            mine.append(session)
        return session

    def find(self, door: str, paired_at: float, session: str) -> Session | None:
        """A session of a door with the key it has since `paired_at`; None when it is not known, or no more."""
        with self._lock:
            return next((known for known in self._of.get((door, paired_at), ()) if known.id == session), None)
