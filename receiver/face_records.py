"""The SQL about faces: who was seen in a visit, what the owner says about that, and how it is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection, insert, select, update

from receiver.models import Face, Match, Sighting, Snapshot, Trigger, Verdict, Visit, VisitState
from receiver.records import Nameless, to_face, to_nameless, to_sighting, to_snapshot
from receiver.schema import HOLDS, faces, rejections, snapshots, visits
from receiver.visit_rows import RANK, judgement_columns, many_visits, match_columns, one_visit

if TYPE_CHECKING:
    from receiver.database import Database
    from receiver.models import Embedding

_LABELS = ("verdict", "reason", "identity", "distance", "runner_up", "runner_up_distance", "probability", "line")
"""Columns of a face that the owner's word changes."""


class FaceRecords:
    """Kept in the station's database; every method is one transaction and may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def face(self, face: int) -> tuple[Face, Snapshot, Embedding]:
        """A face with its snapshot and embedding. Raises KeyError for an unknown one."""
        with self._database.reading() as db:
            row = db.execute(select(faces).where(faces.c.id == face)).first()
            if row is None:
                raise KeyError(face)
            snapshot = db.execute(select(snapshots).where(snapshots.c.id == row.snapshot)).one()
            return to_face(row), to_snapshot(snapshot), np.frombuffer(row.embedding, np.float32)

    def sightings(self, snapshot: str) -> tuple[Sighting, ...]:
        """The faces in the other pictures of a snapshot's visit, in the order in which they were seen."""
        mine = select(snapshots.c.visit).where(snapshots.c.id == snapshot).scalar_subquery()
        return self._sightings((snapshots.c.visit == mine) & (snapshots.c.id != snapshot))

    def seen_in(self, visit: str, engine: str) -> tuple[Sighting, ...]:
        """The faces in all pictures of a visit, as one engine saw them, in the order in which they were seen."""
        return self._sightings((snapshots.c.visit == visit) & (faces.c.engine == engine))

    def open_visits(self, engine: str, since: float, reason: str, limit: int) -> tuple[str, ...]:
        """The latest visits in which somebody has no name, or has it for a reason; no tests, newest first."""
        nameless = faces.c.verdict.in_((Verdict.UNKNOWN, Verdict.UNCLEAR)) | (faces.c.reason == reason)
        concluded = (visits.c.state == VisitState.CONCLUDED) & (visits.c.trigger != Trigger.TEST)
        query = (
            select(visits.c.id)
            .join(snapshots, snapshots.c.visit == visits.c.id)
            .join(faces, faces.c.snapshot == snapshots.c.id)
            .where(concluded & (visits.c.started_at >= since) & (faces.c.engine == engine) & nameless)
            .group_by(visits.c.id)
            .order_by(visits.c.started_at.desc())
            .limit(limit)
        )
        with self._database.reading() as db:
            return tuple(db.execute(query).scalars())

    def same_visitor(self, face: int) -> tuple[Sighting, ...]:
        """Every face of the visitor whose face this is, in the order in which they were seen. Raises KeyError."""
        with self._database.reading() as db:
            theirs = select(faces).where(_of_same_visitor(db, face)).order_by(faces.c.id)
            return tuple(to_sighting(row) for row in db.execute(theirs))

    def rewrite_face(self, face: int, verdict: Verdict, reason: str, match: Match) -> Visit:
        """Correct a visitor by the owner's word about one of their faces; the visit's verdict follows.

        Raises KeyError for an unknown face.
        """
        with self._database.writing() as db:
            theirs = _of_same_visitor(db, face)
            db.execute(update(faces).where(theirs).values(verdict=verdict, reason=reason, **match_columns(match)))
            return _follow_faces(db, _visit_of(db, face))

    def rewrite(self, visit: str, sightings: Sequence[Sighting]) -> Visit | None:
        """Say of some faces of a visit what is said here; its verdict follows. None when it is gone meanwhile."""
        with self._database.writing() as db:
            for seen in sightings:
                values = judgement_columns(seen.judged)
                db.execute(update(faces).where(faces.c.id == seen.id).values(**values))
            there = db.execute(select(visits.c.id).where(visits.c.id == visit)).first()
            return _follow_faces(db, visit) if there else None

    def nameless_sightings(self, engine: str, *, apart_from: int, not_called: str) -> tuple[Nameless, ...]:
        """Faces without a name in the visits that one face is not of, but for those rejected as `not_called`."""
        rejected = select(rejections.c.face).where(
            (rejections.c.identity == not_called) & rejections.c.face.is_not(None) & HOLDS
        )
        with self._database.reading() as db:
            query = (
                select(faces.c.id, snapshots.c.visit, faces.c.visitor, faces.c.quality, faces.c.embedding)
                .join(snapshots, snapshots.c.id == faces.c.snapshot)
                .where((faces.c.engine == engine) & (snapshots.c.visit != _visit_of(db, apart_from)))
                .where(faces.c.verdict.in_((Verdict.UNKNOWN, Verdict.UNCLEAR)) & faces.c.id.not_in(rejected))
                .order_by(faces.c.id)
            )
            return tuple(to_nameless(row) for row in db.execute(query))

    def labels(self, face: int) -> dict[str, Any]:
        """What is said about a visitor and their visit, for `relabel`. Raises KeyError for an unknown face."""
        with self._database.reading() as db:
            visit = _visit_of(db, face)
            theirs = db.execute(select(faces).where(_of_same_visitor(db, face))).all()
            told = db.execute(select(visits.c.verdict, visits.c.reason).where(visits.c.id == visit)).one()
            return {
                "visit": visit,
                "verdict": told.verdict,
                "reason": told.reason,
                "faces": {str(row.id): {name: getattr(row, name) for name in _LABELS} for row in theirs},
            }

    def relabel(self, labels: Mapping[str, Any]) -> Visit | None:
        """Say again what `labels` said; None when the visit is gone."""
        with self._database.writing() as db:
            for face, values in labels["faces"].items():
                db.execute(update(faces).where(faces.c.id == int(face)).values(**values))
            mine = visits.c.id == labels["visit"]
            db.execute(update(visits).where(mine).values(verdict=labels["verdict"], reason=labels["reason"]))
            found = many_visits(db, [labels["visit"]])
            return found[0] if found else None

    def _sightings(self, condition: Any) -> tuple[Sighting, ...]:
        query = select(faces).join(snapshots, snapshots.c.id == faces.c.snapshot).where(condition)
        with self._database.reading() as db:
            return tuple(to_sighting(row) for row in db.execute(query.order_by(faces.c.id)))

    # ---- the owner's "this is not Anna"

    def reject(self, identity: str, face: int) -> int:
        """Keep that a face is not an identity; returns the rejection's id. Raises KeyError for an unknown face."""
        with self._database.writing() as db:
            row = db.execute(select(faces.c.engine, faces.c.embedding).where(faces.c.id == face)).first()
            if row is None:
                raise KeyError(face)
            values = {"identity": identity, "engine": row.engine, "embedding": row.embedding}
            added = db.execute(insert(rejections).values(face=face, rejected_at=self._database.clock(), **values))
            return int((added.inserted_primary_key or [0])[0])

    def withdraw(self, rejection: int, *, withdrawn: bool = True) -> None:
        """The owner was mistaken: the face may be that identity after all; or was not, and it may not."""
        at = self._database.clock() if withdrawn else None
        with self._database.writing() as db:
            db.execute(update(rejections).where(rejections.c.id == rejection).values(withdrawn_at=at))

    def rejections(self, engine: str) -> tuple[tuple[str, Embedding], ...]:
        """(identity, embedding of a face that is not that identity), for one engine."""
        with self._database.reading() as db:
            said = (rejections.c.engine == engine) & HOLDS
            rows = db.execute(select(rejections).where(said).order_by(rejections.c.id))
            return tuple((row.identity, np.frombuffer(row.embedding, np.float32)) for row in rows)


def _follow_faces(db: Connection, visit: str) -> Visit:
    """A visit says what can be said of the visitor about whom that is most."""
    best = max(one_visit(db, visit).faces, key=lambda f: RANK[f.verdict])
    why = best.reason if best.verdict is Verdict.UNCLEAR else ""
    db.execute(update(visits).where(visits.c.id == visit).values(verdict=best.verdict, reason=why))
    return one_visit(db, visit)


def _visit_of(db: Connection, face: int) -> str:
    """The visit in which a face was seen. Raises KeyError for an unknown face."""
    query = select(snapshots.c.visit).join(faces, faces.c.snapshot == snapshots.c.id).where(faces.c.id == face)
    visit = db.execute(query).scalar()
    if visit is None:
        raise KeyError(face)
    return str(visit)


def _of_same_visitor(db: Connection, face: int) -> Any:
    pictures = select(snapshots.c.id).where(snapshots.c.visit == _visit_of(db, face))
    number = select(faces.c.visitor).where(faces.c.id == face).scalar_subquery()
    return (faces.c.visitor == number) & faces.c.snapshot.in_(pictures)
