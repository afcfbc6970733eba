"""The SQL about a person's name in what happened: written anew, put back, or taken out for good."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Column, Connection, Table, delete, func, select, update

from receiver.language import SOMEBODY
from receiver.models import DeliveryState, Verdict
from receiver.schema import deliveries, faces, notices, rejections, snapshots, undos, visits

if TYPE_CHECKING:
    from receiver.database import Database

_NAMES = (faces.c.identity, faces.c.runner_up, rejections.c.identity)
"""Where a name stands alone ..."""
_TEXTS = (faces.c.reason, visits.c.reason, visits.c.hushed, deliveries.c.error, notices.c.text)
"""... and where it stands among other words."""
_TABLES: Mapping[str, Table] = {table.name: table for table in (faces, visits, deliveries, notices, rejections, undos)}
_NEAREST = {"identity": None, "distance": None, "probability": None, "line": None}
_RUNNER_UP = {"runner_up": None, "runner_up_distance": None}
_SAYS_MOST = (Verdict.KNOWN, Verdict.UNKNOWN, Verdict.UNCLEAR)

_AT_ONCE = 10_000
"""Values in a statement: SQLite allows 32,766."""

Cell = tuple[str, int | str, str, str, str]
"""Table, the row's id, column, what it said, what it says now."""


class Erased(NamedTuple):
    """What was taken out of the history."""

    visits: tuple[str, ...]
    """Those that said the name, newest first."""
    faces: int
    """Faces that carried the name; nothing is left of them but the picture."""
    undos: int


class PeopleRecords:
    """Works on the station's database; every method is one transaction and may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rename(self, name: str, new: str, files: Mapping[Path, Path]) -> list[Cell]:
        """Write a name anew wherever it stands; `files` are the photos' old and new paths.

        Returns how to put it back.
        """

        with self._database.writing() as db:
            longer = _longer(db, name)

            def other(text: str) -> str:
                return text if Path(text).is_absolute() else _instead(text, name, new, longer)

            _follow(db, files)
            for row in db.execute(select(undos.c.id, undos.c.steps)).all():
                _write(db, (undos.name, row.id, undos.c.steps.name, row.steps, _mapped(row.steps, other)))
            return [
                *(cell for column in _NAMES for cell in _rewrite(db, column, name, lambda _: new, whole=True)),
                *(cell for column in _TEXTS for cell in _rewrite(db, column, name, other)),
                *_rewrite(db, notices.c.visits, name, lambda text: _mapped(text, other)),
            ]

    def put_back(self, cells: Sequence[Cell], files: Mapping[Path, Path]) -> None:
        """Say again what was said before, but where something else is said meanwhile; `files` have moved, too."""
        with self._database.writing() as db:
            _follow(db, files)
            for table, row, column, before, now in cells:
                _write(db, (table, row, column, now, before))

    def visits_of(self, cells: Sequence[Cell]) -> tuple[str, ...]:
        """The visits whose faces or words these are, newest first."""
        with self._database.reading() as db:
            return _visits_of(db, cells)

    def erase(self, name: str) -> Erased:
        """Take a name out of everything: their faces, what is near to them, every sentence, what could be undone."""
        with self._database.writing() as db:
            longer = _longer(db, name)
            touched = set(_visits_where(db, (faces.c.identity == name) | (faces.c.runner_up == name)))
            theirs = (faces.c.identity == name) & (faces.c.verdict == Verdict.KNOWN)
            orphans = _visits_where(db, theirs)
            gone = db.execute(delete(faces).where(theirs)).rowcount
            db.execute(update(faces).where(faces.c.identity == name).values(_NEAREST))
            db.execute(update(faces).where(faces.c.runner_up == name).values(_RUNNER_UP))
            db.execute(delete(rejections).where(rejections.c.identity == name))
            undone = [row.id for row in db.execute(select(undos)) if _is_in_json(row.steps, name)]
            db.execute(delete(undos).where(undos.c.id.in_(undone)))

            def nobody(text: str) -> str:
                return _instead(text, name, SOMEBODY, longer)

            cells = [cell for column in _TEXTS for cell in _rewrite(db, column, name, nobody)]
            _rewrite(db, notices.c.visits, name, lambda text: _mapped(text, nobody))
            for visit in orphans:
                _judge_without(db, visit)
            touched.update(_visits_of(db, cells))
            return Erased(tuple(sorted(touched, reverse=True)), gone, len(undone))

    def knows(self, name: str) -> bool:
        """Whether the history says anything of a person."""
        with self._database.reading() as db:
            return any(db.execute(select(column).where(column == name).limit(1)).first() for column in _NAMES)

    def kept_by(self, notifier: str, kind: str, of: Collection[str]) -> frozenset[str]:
        """The doors whose last message of a kind that arrived was about one of these visits."""
        mine = (deliveries.c.notifier == notifier) & (deliveries.c.kind == kind)
        arrived = mine & (deliveries.c.state == DeliveryState.DELIVERED)
        last = select(func.max(deliveries.c.id)).join(visits, visits.c.id == deliveries.c.visit).where(arrived)
        query = (
            select(visits.c.door, visits.c.id)
            .join(deliveries, deliveries.c.visit == visits.c.id)
            .where(deliveries.c.id.in_(last.group_by(visits.c.door)))
        )
        with self._database.reading() as db:
            return frozenset(row.door for row in db.execute(query) if row.id in of)


def _rewrite(
    db: Connection, column: Column[Any], name: str, change: Callable[[str], str], *, whole: bool = False
) -> list[Cell]:
    """Change every value of a column that has a name in it, or (`whole`) is one."""
    there = column == name if whole else column.contains(name, autoescape=True) | column.contains("\\u")
    rows = db.execute(select(column.table.c.id, column.label("said")).where(there)).all()
    cells = [(column.table.name, row.id, column.name, row.said, change(row.said)) for row in rows]
    changed = [cell for cell in cells if cell[3] != cell[4]]
    for cell in changed:
        _write(db, cell)
    return changed


def _write(db: Connection, cell: Cell) -> None:
    """Unless something else is said there meanwhile."""
    table, row, column, before, now = cell
    where = _TABLES[table].c
    if now != before:
        db.execute(update(_TABLES[table]).where((where.id == row) & (where[column] == before)).values({column: now}))


def _follow(db: Connection, files: Mapping[Path, Path]) -> None:
    """What can be undone about a photo can still be undone when it lies elsewhere."""
    paths = {str(old): str(new) for old, new in files.items()}
    for row in db.execute(select(undos.c.id, undos.c.steps)).all():
        moved = _mapped(row.steps, lambda text: paths.get(text, text))
        _write(db, (undos.name, row.id, undos.c.steps.name, row.steps, moved))


def _longer(db: Connection, name: str) -> list[str]:
    """Names that have this one in them as a word of its own: Anna Maria."""
    there = [db.execute(select(c).where(c.contains(name, autoescape=True)).distinct()).scalars() for c in _NAMES]
    return sorted({other for some in there for other in some} - {name}, key=len, reverse=True)


def _instead(text: str, name: str, new: str, longer: Sequence[str] = ()) -> str:
    """Another name where the name stands as a word of its own: Ann is not in Anna, nor in Mary Ann."""
    words = "|".join(map(re.escape, (*longer, name)))
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", lambda found: new if found[0] == name else found[0], text)


def _is_in_json(text: str, name: str) -> bool:
    """Also where JSON is in JSON; a name that happens to be a folder's counts, too."""
    once = json.dumps(name)[1:-1]
    return any(_instead(text, form, "") != text for form in (name, once, json.dumps(once)[1:-1]))


def _mapped(text: str, change: Callable[[str], str]) -> str:
    """JSON with every string in it changed, but for the names of fields."""

    def inside(value: Any) -> Any:
        match value:
            case str():
                return change(value)
            case list():
                return [inside(one) for one in value]
            case dict():
                return {key: inside(one) for key, one in value.items()}
        return value

    return json.dumps(inside(json.loads(text)))


def _judge_without(db: Connection, visit: str) -> None:
    """The verdict on a visit by the faces that are left; somebody was there, but nobody says who."""
    left = select(faces.c.verdict, faces.c.reason).join(snapshots, snapshots.c.id == faces.c.snapshot)
    said = {row.verdict: row.reason for row in db.execute(left.where(snapshots.c.visit == visit))}
    verdict = next((one for one in _SAYS_MOST if one in said), Verdict.UNKNOWN)
    why = said[verdict] if verdict is Verdict.UNCLEAR else ""
    db.execute(update(visits).where(visits.c.id == visit).values(verdict=verdict, reason=why))


def _visits_of(db: Connection, cells: Sequence[Cell]) -> tuple[str, ...]:
    found = {str(row) for table, row, *_ in cells if table == visits.name}
    of_faces = [row for table, row, *_ in cells if table == faces.name]
    for start in range(0, len(of_faces), _AT_ONCE):
        found.update(_visits_where(db, faces.c.id.in_(of_faces[start : start + _AT_ONCE])))
    return tuple(sorted(found, reverse=True))


def _visits_where(db: Connection, condition: Any) -> list[str]:
    joined = select(snapshots.c.visit).join(faces, faces.c.snapshot == snapshots.c.id)
    return list(db.execute(joined.where(condition).distinct()).scalars())
