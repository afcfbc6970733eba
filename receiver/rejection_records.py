"""The SQL about "not Anna": what the owner has said of a person, and whose verdict may change with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import select

from receiver.models import Rejection, Verdict
from receiver.records import Nameless, to_nameless, to_rejection
from receiver.schema import HOLDS, doors, faces, rejections, snapshots, visits

if TYPE_CHECKING:
    from receiver.database import Database
    from receiver.models import Embedding


class RejectionRecords:
    """Kept in the station's database; every method is one transaction and may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, identity: str) -> tuple[Rejection, ...]:
        """What the owner said is not this person, the latest first."""
        picture = (faces.c.box, snapshots.c.path, snapshots.c.width, snapshots.c.height, snapshots.c.visit)
        query = (
            select(rejections, *picture, visits.c.started_at, doors.c.name.label("door_name"))
            .join(faces, faces.c.id == rejections.c.face, isouter=True)
            .join(snapshots, snapshots.c.id == faces.c.snapshot, isouter=True)
            .join(visits, visits.c.id == snapshots.c.visit, isouter=True)
            .join(doors, doors.c.id == visits.c.door, isouter=True)
            .where((rejections.c.identity == identity) & HOLDS)
            .order_by(rejections.c.id.desc())
        )
        with self._database.reading() as db:
            return tuple(to_rejection(row) for row in db.execute(query))

    def said(self, rejection: int) -> tuple[str, str, Embedding]:
        """Who a rejected face is not, the engine, and its embedding. Raises KeyError for one that does not hold."""
        with self._database.reading() as db:
            row = db.execute(select(rejections).where((rejections.c.id == rejection) & HOLDS)).first()
        if row is None:
            raise KeyError(rejection)
        return row.identity, row.engine, np.frombuffer(row.embedding, np.float32)

    def nearest_to(
        self, identity: str, engine: str, verdicts: Collection[Verdict], *, spare: str = ""
    ) -> tuple[Nameless, ...]:
        """Faces to which a person is the nearest and that were judged so, but for those judged for a reason to spare.

        The latest first.
        """
        mine = (faces.c.identity == identity) & (faces.c.engine == engine) & faces.c.verdict.in_(verdicts)
        query = (
            select(faces.c.id, snapshots.c.visit, faces.c.visitor, faces.c.quality, faces.c.embedding)
            .join(snapshots, snapshots.c.id == faces.c.snapshot)
            .order_by(faces.c.id.desc())
        )
        if spare:
            mine &= faces.c.reason != spare
        with self._database.reading() as db:
            return tuple(to_nameless(row) for row in db.execute(query.where(mine)))
