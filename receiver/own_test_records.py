"""The SQL about strangers for the test of the owner's own photos."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from receiver.fusion import worth
from receiver.models import Trigger, Verdict
from receiver.records import to_sighting
from receiver.schema import faces, snapshots, visits

if TYPE_CHECKING:
    from receiver.database import Database
    from receiver.models import DetectedFace, Embedding

MOST = 500
"""The latest so many faces are asked for: a year of most doors."""


class Stranger(NamedTuple):
    """Somebody without a name, as they were seen best in a visit."""

    visit: str
    at: float
    """When the visit began, Unix seconds."""
    embedding: Embedding


def strangers(database: Database, engine: str) -> tuple[Stranger, ...]:
    """Everybody who was called a stranger at a door, once for each visit."""
    query = (
        select(faces, snapshots.c.visit, visits.c.started_at)
        .join(snapshots, snapshots.c.id == faces.c.snapshot)
        .join(visits, visits.c.id == snapshots.c.visit)
        .where((faces.c.engine == engine) & (faces.c.verdict == Verdict.UNKNOWN) & (visits.c.trigger != Trigger.TEST))
        .order_by(faces.c.id.desc())
        .limit(MOST)
    )
    best: dict[tuple[str, float, int], DetectedFace] = {}
    with database.reading() as db:
        for row in db.execute(query):
            face, who = to_sighting(row).judged.face, (row.visit, row.started_at, row.visitor)
            if worth(face.quality) > worth(best.setdefault(who, face).quality):
                best[who] = face
    return tuple(Stranger(visit, at, face.embedding) for (visit, at, _), face in best.items())
