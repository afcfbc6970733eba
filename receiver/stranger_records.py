"""The SQL about strangers: which visitors have no name, which of them are one, and what they are called."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Row, Select, func, insert, select, update

from receiver.models import Box, Glimpse, Quality, Verdict
from receiver.records import to_sighting
from receiver.schema import faces, snapshots, strangers, visits

if TYPE_CHECKING:
    from receiver.database import Database
    from receiver.models import Sighting

_NAMELESS = faces.c.verdict == Verdict.UNKNOWN


class Met(NamedTuple):
    """A visitor without a name: their faces in one visit."""

    visit: str
    visitor: int
    sightings: tuple[Sighting, ...]
    stranger: int | None
    """Who they were found to be."""


class Known(NamedTuple):
    """What is kept about a stranger."""

    number: int | None
    """Gives the letter, from 1 on; None as long as there was no need for one."""
    ignored: bool


class Seen(NamedTuple):
    """A stranger's face, with its measures and when its visit began."""

    glimpse: Glimpse
    quality: Quality


class StrangerRecords:
    """Kept in the station's database; every method is one transaction and may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def met(self, engine: str, *, gathered: bool, limit: int) -> tuple[Met, ...]:
        """The latest so many visitors without a name, oldest first: those gathered already, or those who are not."""
        there = faces.c.stranger.is_not(None) if gathered else faces.c.stranger.is_(None)
        query = _joined(faces, visits.c.id.label("visit")).where(_NAMELESS & there & (faces.c.engine == engine))
        with self._database.reading() as db:
            rows = db.execute(query.order_by(faces.c.id.desc()).limit(limit)).all()
        met: dict[tuple[str, int], list[Row[Any]]] = {}
        for row in reversed(rows):
            met.setdefault((row.visit, row.visitor), []).append(row)
        return tuple(Met(*who, tuple(map(to_sighting, rows)), rows[0].stranger) for who, rows in met.items())

    def gather(self, met: Iterable[int], stranger: int | None) -> int:
        """These faces are that stranger's, or a new one's; returns whose."""
        with self._database.writing() as db:
            if stranger is None:
                added = db.execute(insert(strangers).values(number=None, ignored_at=None))
                stranger = int((added.inserted_primary_key or [0])[0])
            db.execute(update(faces).where(faces.c.id.in_(list(met))).values(stranger=stranger))
            return stranger

    def give_letters(self, to: Iterable[int]) -> None:
        """Those of them who have none get the next ones."""
        with self._database.writing() as db:
            for stranger in to:
                last = select(func.coalesce(func.max(strangers.c.number), 0)).scalar_subquery()
                mine = (strangers.c.id == stranger) & strangers.c.number.is_(None)
                db.execute(update(strangers).where(mine).values(number=last + 1))

    def known(self) -> Mapping[int, Known]:
        """Everything that is kept, by the stranger's id."""
        with self._database.reading() as db:
            return {row.id: Known(row.number, row.ignored_at is not None) for row in db.execute(select(strangers))}

    def came_again(self) -> tuple[int, ...]:
        """Who was in more than one visit and has no name."""
        who = faces.c.stranger
        query = _joined(who).where(_NAMELESS & who.is_not(None)).group_by(who)
        with self._database.reading() as db:
            return tuple(db.execute(query.having(func.count(visits.c.id.distinct()) > 1)).scalars())

    def seen(self, of: Iterable[int]) -> Mapping[int, list[Seen]]:
        """Their faces without a name, the newest first."""
        found: dict[int, list[Seen]] = {stranger: [] for stranger in of}
        columns = (snapshots.c.path, snapshots.c.width, snapshots.c.height, visits.c.id.label("visit"))
        query = _joined(faces.c.id, faces.c.stranger, faces.c.box, faces.c.quality, *columns, visits.c.started_at)
        query = query.where(_NAMELESS & faces.c.stranger.in_(list(found)))
        with self._database.reading() as db:
            for row in db.execute(query.order_by(visits.c.started_at.desc(), faces.c.id.desc())):
                found[row.stranger].append(_to_seen(row))
        return found

    def visitors(self, stranger: int) -> tuple[int, ...]:
        """One face of each of a stranger's visits."""
        query = _joined(func.min(faces.c.id)).where(_NAMELESS & (faces.c.stranger == stranger))
        with self._database.reading() as db:
            return tuple(db.execute(query.group_by(visits.c.id)).scalars())

    def ignore(self, stranger: int, at: float | None) -> None:
        """Since when the owner is not asked about them; None: from now on again. Raises KeyError."""
        with self._database.writing() as db:
            changed = db.execute(update(strangers).where(strangers.c.id == stranger).values(ignored_at=at))
            if not changed.rowcount:
                raise KeyError(stranger)


def _joined(*columns: Any) -> Select[Any]:
    """Faces with their picture and visit."""
    pictures = faces.join(snapshots, snapshots.c.id == faces.c.snapshot)
    return select(*columns).select_from(pictures.join(visits, visits.c.id == snapshots.c.visit))


def _to_seen(row: Row[Any]) -> Seen:
    box = Box(*json.loads(row.box))
    glimpse = Glimpse(row.id, row.visit, row.started_at, Path(row.path), box, row.width, row.height)
    return Seen(glimpse, Quality(**json.loads(row.quality)))
