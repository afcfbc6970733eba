"""The SQL about deleted visits: all that hangs on one taken out of the tables, kept a while, and put in again."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from receiver.schema import deliveries, faces, sent_messages, snapshots, undos, visits
from receiver.visit_rows import one_visit

if TYPE_CHECKING:
    from receiver.database import Database
    from receiver.models import Visit

_DELETED = "deleted"
_BELOW: tuple[Table, ...] = (visits, snapshots, faces, deliveries, sent_messages)
"""What a visit consists of, whatever is pointed at before what points there."""


class VisitBinRecords:
    """Kept in the station's database; every method is one transaction and may be called from any thread.

    The rows lie among what can be undone: whoever is renamed or forgotten meanwhile is so there, too.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, visit: str) -> tuple[int, tuple[Path, ...]]:
        """Take a visit out; returns the number to put it back by, and its pictures. Raises KeyError."""
        with self._database.writing() as db:
            rows = {table.name: _rows(db, table, visit) for table in _BELOW}
            if not rows[visits.name]:
                raise KeyError(visit)
            steps = json.dumps({_DELETED: rows})
            added = db.execute(insert(undos).values(at=self._database.clock(), steps=steps))
            db.execute(delete(visits).where(visits.c.id == visit))
            return int((added.inserted_primary_key or [0])[0]), _pictures(rows)

    def put_back(self, number: int) -> tuple[Visit, tuple[Path, ...]]:
        """The visit as it was, and where its pictures belong. Raises KeyError when it is there again, or gone."""
        with self._database.writing() as db:
            mine = (undos.c.id == number) & undos.c.undone_at.is_(None)
            kept = db.execute(select(undos.c.steps).where(mine)).scalar()
            rows = json.loads(kept or "{}").get(_DELETED)
            if not rows:
                raise KeyError(number)
            for table in _BELOW:
                if rows[table.name]:
                    db.execute(insert(table), [_from_json(row) for row in rows[table.name]])
            db.execute(update(undos).where(mine).values(undone_at=self._database.clock(), steps="{}"))
            return one_visit(db, rows[visits.name][0]["id"]), _pictures(rows)

    def drop(self, numbers: Collection[int] | None = None) -> None:
        """These visits, or all that were ever taken out, are gone for good."""
        mine = undos.c.steps.startswith(json.dumps({_DELETED: ""})[:-3])
        with self._database.writing() as db:
            db.execute(delete(undos).where(mine if numbers is None else mine & undos.c.id.in_(numbers)))


def _rows(db: Connection, table: Table, visit: str) -> list[dict[str, Any]]:
    if table is faces:
        query = select(faces).join(snapshots, snapshots.c.id == faces.c.snapshot).where(snapshots.c.visit == visit)
    else:
        query = select(table).where((table.c.id if table is visits else table.c.visit) == visit)
    return [_to_json(dict(row)) for row in db.execute(query).mappings()]


def _to_json(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"embedding": row["embedding"].hex()} if "embedding" in row else row


def _from_json(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"embedding": bytes.fromhex(row["embedding"])} if "embedding" in row else row


def _pictures(rows: dict[str, list[dict[str, Any]]]) -> tuple[Path, ...]:
    return tuple(Path(row["path"]) for row in rows[snapshots.name])
