"""What was: finding visits among all that are kept, and taking them out as files.

A list of a hundred thousand rows needs the keys of all of them and the records of the dozen in sight. Keys come from
one index; records are asked for by key.
"""

from __future__ import annotations

import csv
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from receiver.errors import StationError
from receiver.language import phrase, shown
from receiver.models import EVERYTHING, Verdict, Visit, VisitFilter, VisitKey
from receiver.schema import doors, faces, snapshots, visits
from receiver.visit_json import visit_to_json
from receiver.visit_rows import many_visits, one_visit

if TYPE_CHECKING:
    from receiver.database import Database

_AT_ONCE = 250
"""Visits read in one piece while a list is written: it may be longer than memory."""
_COLUMNS = (
    "id",
    "started_at",
    "door",
    "trigger",
    "verdict",
    "people",
    "strangers",
    "reason",
    "kept_quiet",
    "answered_after_s",
    "pictures",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class History:
    """Reads the station's database; every method may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keys(self, wanted: VisitFilter = EVERYTHING, only: str | None = None) -> tuple[VisitKey, ...]:
        """All visits that are wanted, newest first; with `only`, that one, if it is wanted."""
        query = select(visits.c.id, visits.c.started_at).order_by(visits.c.started_at.desc(), visits.c.id.desc())
        if only is not None:
            query = query.where(visits.c.id == only)
        with self._database.reading() as db:
            query = query.where(*_conditions(wanted), *(_mentions(db, word) for word in wanted.words.split()))
            return tuple(map(VisitKey._make, db.execute(query)))

    def visits(self, ids: Sequence[str]) -> tuple[Visit, ...]:
        """The visits of these ids, in their order; those that are gone are left out."""
        with self._database.reading() as db:
            return many_visits(db, list(ids))

    def export(self, visit: str, target: Path) -> Path:
        """Write a visit as a ZIP file: visit.json, as /v1/visits/<id> gives it, and its pictures as they came.

        Raises KeyError for an unknown id, StationError when the file cannot be written.
        """
        with self._database.reading() as db:
            found = one_visit(db, visit)
        with _written(target) as part, zipfile.ZipFile(part, "w") as file:
            told = json.dumps(visit_to_json(found), indent=2, ensure_ascii=False)
            file.writestr(_entry("visit.json", found.started_at), told)
            for shot in found.snapshots:
                if shot.path.exists():
                    file.writestr(_entry(f"{shot.id}.jpg", shot.received_at), shot.path.read_bytes())
        return target

    def export_list(self, wanted: VisitFilter, target: Path, cancelled: Callable[[], bool] = lambda: False) -> int:
        """Write the visits that are wanted as CSV, oldest first; returns how many.

        When `cancelled` turns true there is no file, and 0 is returned. Raises StationError when it cannot be written.
        """
        ids = [key.id for key in reversed(self.keys(wanted))]
        rows = 0
        with _written(target) as part:
            with part.open(
                "w", encoding="utf-8-sig", newline=""
            ) as file:  # the mark tells spreadsheets that it is UTF-8
                writer = csv.writer(file)
                writer.writerow(_COLUMNS)
                for begin in range(0, len(ids), _AT_ONCE):
                    if cancelled():
                        break
                    some = self.visits(ids[begin : begin + _AT_ONCE])
                    writer.writerows(map(_row, some))
                    rows += len(some)
            if cancelled():
                part.unlink()
                return 0
        return rows


def _conditions(wanted: VisitFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.verdicts:
        yield visits.c.verdict.in_(sorted(wanted.verdicts))
    if wanted.door is not None:
        yield visits.c.door == wanted.door
    if wanted.since is not None:
        yield visits.c.started_at >= wanted.since
    if wanted.until is not None:
        yield visits.c.started_at < wanted.until
    if wanted.person is not None:
        yield _shows((wanted.person,))


def _shows(people: Sequence[str]) -> ColumnElement[bool]:
    named = and_(faces.c.identity.in_(people), faces.c.verdict == Verdict.KNOWN)
    pictures = select(snapshots.c.visit).join(faces, faces.c.snapshot == snapshots.c.id)
    return visits.c.id.in_(pictures.where(named))


def _mentions(db: Connection, word: str) -> ColumnElement[bool]:
    """A word stands in a person's name, the door's name or the reason.

    There are few of these, so they are compared here: SQLite's LIKE knows capitals of ASCII only.
    """
    sought = word.casefold()

    def has(*texts: str | None) -> bool:
        return any(sought in (text or "").casefold() for text in texts)

    people = [name for name in db.execute(select(faces.c.identity).distinct()).scalars() if has(name)]
    places = [row.id for row in db.execute(select(doors.c.id, doors.c.name)) if has(*row)]
    unsure = select(visits.c.reason).where(visits.c.verdict.in_((Verdict.UNCLEAR, Verdict.FAILED))).distinct()
    reasons = [reason for reason in db.execute(unsure).scalars() if has(reason, shown(reason))]
    return or_(_shows(people), visits.c.door.in_(places), visits.c.reason.in_(reasons))


@contextmanager
def _written(target: Path) -> Iterator[Path]:
    """A file to write to that takes the target's place when it is whole."""
    part = target.with_name(f"{target.name}.part")
    try:
        yield part
        if part.exists():
            part.replace(target)
    except OSError as error:
        raise StationError(
            "The file cannot be written",
            phrase("{target}: {error}. Choose another folder.", target=target, error=error.strerror),
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _entry(name: str, at: float) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, time.localtime(at)[:6])


def _row(visit: Visit) -> list[str]:
    took = "" if visit.concluded_at is None else f"{visit.concluded_at - visit.started_at:.1f}"
    texts = [
        visit.id,
        datetime.fromtimestamp(visit.started_at).astimezone().isoformat(timespec="seconds"),
        visit.door_name,
        visit.trigger,
        visit.verdict or "",
        ", ".join(visit.identities),
        str(visit.strangers),
        visit.reason,
        visit.hushed,
        took,
        str(len(visit.snapshots)),
    ]
    return [_harmless(text) for text in texts]


def _harmless(text: str) -> str:
    """A spreadsheet takes what begins like a formula for one, whoever made up the name."""
    return f"'{text}" if text.startswith(_FORMULA) else text
