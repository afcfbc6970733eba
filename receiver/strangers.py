"""Strangers seen more than once, gathered by likeness; docs/decisions/0018-strangers-by-likeness.md says why so.

Who comes joins the group to whose members they are nearest on average, and only if that is as near as two faces of one
person are; else they begin a group. What was decided stays, so that a letter means one person for good.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from receiver.database import Database
from receiver.fusion import ALIKE, Visitor, worth
from receiver.models import Gathered, StrangersChanged, Verdict, Visit, VisitDeleted
from receiver.stranger_records import Met, Seen, StrangerRecords
from receiver.verdicts import shortcoming

if TYPE_CHECKING:
    from receiver.models import Change, Embedding

MOST_FACES = 5_000
"""So many faces are compared with: who has not come since then is somebody new."""
_GLIMPSES = 6
_LOOK_AGAIN_S = 60.0
"""What is told is a hint only: another program may change the database, too."""


class Strangers:
    """Gathers in the background and publishes who came again; may be used from any thread.

    `engine` is the recogniser's name: embeddings of another one are not compared. `clock` returns Unix seconds.
    """

    def __init__(
        self,
        database: Database,
        engine: Callable[[], str],
        publish: Callable[[StrangersChanged], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._records = StrangerRecords(database)
        self._engine = engine
        self._publish = publish
        self._clock = clock
        self._gathering = threading.Lock()
        self._news = threading.Event()
        self._next_look = 0.0
        self._told: tuple[Gathered, ...] = ()

    def hear(self, change: Change) -> None:
        """A verdict may have brought somebody again, or given somebody a name; with a visit a face may have gone."""
        judged = isinstance(change, Visit) and change.verdict in (Verdict.UNKNOWN, Verdict.KNOWN)
        if judged or isinstance(change, VisitDeleted):
            self._news.set()

    def look(self) -> None:
        """Gather who is new, if there may be anybody, and tell what has changed: an agenda's duty."""
        if self._news.is_set() or self._clock() >= self._next_look:
            self._news.clear()
            self._next_look = self._clock() + _LOOK_AGAIN_S
            self.gather()

    def gather(self) -> None:
        """Find out who is new and whether they were here before."""
        with self._gathering:
            loose = self._records.met(self._engine(), gathered=False, limit=MOST_FACES)
            if loose:
                groups = _Groups(self._records.met(self._engine(), gathered=True, limit=MOST_FACES))
                for met in loose:
                    self._place(met, groups)
            found = self._found()
            changed, self._told = found != self._told, found
        if changed:
            self._publish(StrangersChanged(found))

    def all(self, *, ignored: bool = False) -> tuple[Gathered, ...]:
        """Who came more than once and has no name, the latest first: without those who are ignored, or only them."""
        return tuple(one for one in self._found() if one.ignored == ignored)

    def faces(self, stranger: int) -> tuple[int, ...]:
        """One face of each visit of a stranger, the best one first. Raises KeyError when there is none."""
        best = [seen.glimpse.face for seen in _best(self._records.seen((stranger,))[stranger])]
        if not best:
            raise KeyError(stranger)
        return (best[0], *self._records.visitors(stranger))

    def ignore(self, stranger: int, *, ignored: bool) -> None:
        """Do not ask about a stranger any more, or do. Raises KeyError for an unknown one."""
        self._records.ignore(stranger, self._clock() if ignored else None)
        self.gather()

    # ---- inside

    def _place(self, met: Met, groups: _Groups) -> None:
        embedding = _embedding(met)
        if embedding is None:
            return
        stranger = groups.of(met, embedding)
        stranger = self._records.gather((seen.id for seen in met.sightings), stranger)
        groups.add(stranger, met, embedding)

    def _found(self) -> tuple[Gathered, ...]:
        again = self._records.came_again()
        self._records.give_letters(sorted(again))
        known = self._records.known()
        found = [
            Gathered(
                stranger,
                letter(known[stranger].number or 0),
                tuple(one.glimpse for one in _best(seen)[:_GLIMPSES]),
                tuple(dict.fromkeys(one.glimpse.visit for one in seen)),
                seen[-1].glimpse.at,
                seen[0].glimpse.at,
                known[stranger].ignored,
            )
            for stranger, seen in self._records.seen(again).items()
            if seen
        ]
        return tuple(sorted(found, key=lambda one: (-one.last, one.id)))


class _Groups:
    """The members of every group, at hand."""

    def __init__(self, met: Sequence[Met]) -> None:
        self._rows: list[Embedding] = []
        self._owners: list[int] = []
        self._visitors: dict[str, dict[int, int]] = {}
        """Visit -> visitor -> stranger."""
        for one in met:
            embedding = _embedding(one)
            if embedding is not None and one.stranger is not None:
                self.add(one.stranger, one, embedding)

    def add(self, stranger: int, met: Met, embedding: Embedding) -> None:
        """A member more."""
        self._rows.append(embedding)
        self._owners.append(stranger)
        self._visitors.setdefault(met.visit, {})[met.visitor] = stranger

    def of(self, met: Met, embedding: Embedding) -> int | None:
        """Whose visitor this is; None: nobody's yet. Nobody is in one visit twice."""
        beside = self._visitors.get(met.visit, {})
        if met.visitor in beside:
            return beside[met.visitor]  # another picture of them
        if not self._rows:
            return None
        owners, places = np.unique(self._owners, return_inverse=True)
        distances = np.linalg.norm(np.stack(self._rows) - embedding, axis=1)
        means = np.bincount(places, distances) / np.bincount(places)
        means[np.isin(owners, list(beside.values()))] = np.inf
        nearest = int(np.argmin(means))
        return int(owners[nearest]) if means[nearest] <= ALIKE else None


def letter(number: int) -> str:
    """1 is A, 26 is Z, 27 is AA."""
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _embedding(met: Met) -> Embedding | None:
    """The visitor's pictures as one; None when none of them is good enough to tell people apart."""
    clear = [seen.judged.face for seen in met.sightings if not shortcoming(seen.judged.face.quality)[1]]
    return Visitor(0, tuple(clear)).fused(clear).embedding if clear else None


def _best(seen: Sequence[Seen]) -> list[Seen]:
    return sorted(seen, key=lambda one: -worth(one.quality) * one.quality.eye_distance)
