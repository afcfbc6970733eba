"""The SQL about faces: who was seen in a visit, what the owner says about that, and how it is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection, delete, insert, select, update

from receiver.models import Face, Match, Sighting, Snapshot, Verdict, Visit
from receiver.records import Nameless, to_face, to_nameless, to_sighting, to_snapshot
from receiver.schema import faces, rejections, snapshots, visits
from receiver.visit_rows import RANK, many_visits, match_columns, one_visit

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
        query = (
            select(faces)
            .join(snapshots, snapshots.c.id == faces.c.snapshot)
            .where((snapshots.c.visit == mine) & (snapshots.c.id != snapshot))
            .order_by(faces.c.id)
        )
        with self._database.reading() as db:
            return tuple(to_sighting(row) for row in db.execute(query))

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
            visit = _visit_of(db, face)
            best = max(one_visit(db, visit).faces, key=lambda f: RANK[f.verdict])
            why = best.reason if best.verdict is Verdict.UNCLEAR else ""
            db.execute(update(visits).where(visits.c.id == visit).values(verdict=best.verdict, reason=why))
            return one_visit(db, visit)

    def nameless_sightings(self, engine: str, *, apart_from: int, not_called: str) -> tuple[Nameless, ...]:
        """Faces without a name in the visits that one face is not of, but for those rejected as `not_called`."""
        rejected = select(rejections.c.face).where(
            (rejections.c.identity == not_called) & rejections.c.face.is_not(None)
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

    def withdraw(self, rejection: int) -> None:
        """The owner was mistaken: the face may be that identity after all."""
        with self._database.writing() as db:
            db.execute(delete(rejections).where(rejections.c.id == rejection))

    def rejections(self, engine: str) -> tuple[tuple[str, Embedding], ...]:
        """(identity, embedding of a face that is not that identity), for one engine."""
        with self._database.reading() as db:
            rows = db.execute(select(rejections).where(rejections.c.engine == engine).order_by(rejections.c.id))
            return tuple((row.identity, np.frombuffer(row.embedding, np.float32)) for row in rows)


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
