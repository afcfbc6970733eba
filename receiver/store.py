"""Every SQL statement there is, but those about phones (phone_records.py): the database row is the queue.

A visit's row and its deliveries are committed together, so a crash at any point means "carry on with the rows that
are not done". Every method is one transaction and may be called from any thread.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sqlalchemy import (
    Column,
    Connection,
    Row,
    bindparam,
    case,
    create_engine,
    delete,
    event,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError, OperationalError

from receiver.errors import StoreError
from receiver.migrations import HEAD
from receiver.models import (
    TOLD,
    Conclusion,
    Delivery,
    DeliveryState,
    Door,
    DoorState,
    Face,
    JudgedFace,
    Judgement,
    Match,
    Message,
    Notice,
    Opening,
    Ring,
    Ruling,
    Sighting,
    Snapshot,
    SnapshotState,
    Telling,
    Trigger,
    Verdict,
    Visit,
    VisitState,
)
from receiver.records import (
    Nameless,
    to_delivery,
    to_door,
    to_face,
    to_nameless,
    to_notice,
    to_opening,
    to_sighting,
    to_snapshot,
    to_visit,
)
from receiver.schema import (
    deliveries,
    doors,
    faces,
    notes,
    notices,
    openings,
    photo_files,
    photos,
    rejections,
    rings,
    snapshots,
    visits,
)

if TYPE_CHECKING:
    from receiver.models import Embedding

_RANK = {
    Verdict.FAILED: 0,
    Verdict.NO_FACE: 1,
    Verdict.UNCLEAR: 2,
    Verdict.UNKNOWN: 3,
    Verdict.KNOWN: 4,
}
"""How much a verdict says; a later snapshot of a visit replaces it only by saying more."""

_LABELS = ("verdict", "reason", "identity", "distance", "runner_up", "runner_up_distance", "probability", "line")
"""Columns of a face that the owner's word changes."""
HOLD_S = 10.0
"""So long is a first message held back for the verdict it depends on; then it is told."""
_AT_ONCE = 10_000
"""Values in a statement: SQLite allows 32,766."""


# Statements of the way from upload to alert, built once: building one takes longer than running it.
_MANY: Any = bindparam("visits", expanding=True)
_VISITS = (
    select(visits, doors.c.name.label("door_name"))
    .join(doors, doors.c.id == visits.c.door)
    .where(visits.c.id.in_(_MANY))
)
_SNAPSHOTS = select(snapshots).where(snapshots.c.visit.in_(_MANY)).order_by(snapshots.c.received_at)
_DELIVERIES = select(deliveries).where(deliveries.c.visit.in_(_MANY)).order_by(deliveries.c.id)
_FACES = (
    select(faces, snapshots.c.visit)
    .join(snapshots, snapshots.c.id == faces.c.snapshot)
    .where(snapshots.c.visit.in_(_MANY))
    .order_by(faces.c.id)
)
_DOOR = select(doors).where(doors.c.id == bindparam("door"))
_COUNT_PICTURE = (
    update(doors)
    .where(doors.c.id == bindparam("door"))
    .values(pictures=doors.c.pictures + 1, last_heard=bindparam("at"))
)
_SAME_PICTURE = (
    select(snapshots)
    .where(snapshots.c.hash == bindparam("hash"))
    .where(snapshots.c.door == bindparam("door"))
    .where(snapshots.c.received_at >= bindparam("since"))
)
_OPEN_VISIT = (
    select(visits.c.id, visits.c.state)
    .where((visits.c.door == bindparam("door")) & (visits.c.trigger == Trigger.RING))
    .where(visits.c.started_at.between(bindparam("since"), bindparam("until")))
    .order_by(visits.c.started_at.desc())
    .limit(1)
)
_VISIT_OF_RING = (
    select(rings.c.visit)
    .where(
        (rings.c.door == bindparam("door")) & (rings.c.boot == bindparam("boot")) & (rings.c.seq == bindparam("seq"))
    )
    .order_by((rings.c.session == bindparam("session")).desc(), rings.c.at.desc())
    .limit(1)
)
_RUNG_VISIT = _OPEN_VISIT.where(visits.c.state != VisitState.HELD)


class Decision(NamedTuple):
    """What the owner's word about a door led to."""

    door: Door
    released: tuple[str, ...]
    """Ids of the visits that were held and now go their way."""
    dropped: tuple[Path, ...]
    """Pictures that nobody needs any more: the caller deletes them."""


def new_id(at: float) -> str:
    """An id that sorts by time and cannot be guessed: 12 hex digits of milliseconds, 12 of chance."""
    return f"{int(at * 1000):012x}{secrets.token_hex(6)}"


class Store:
    """The station's database; raises StoreError with a sentence when it cannot be opened.

    `clock` returns Unix seconds.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._writing = threading.Lock()  # SQLite has one writer: queueing here beats its polling
        self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})
        event.listen(self._engine, "connect", _prepare_connection)
        event.listen(self._engine, "begin", _begin)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._migrate()
        except StoreError:
            self.close()
            raise
        except (DatabaseError, sqlite3.DatabaseError, OSError) as error:
            self.close()
            raise StoreError(
                "The database cannot be opened",
                f"{path}: {_first_line(error)}. Move the file away to begin anew; the pictures stay where they are.",
            ) from None

    def close(self) -> None:
        """Give every connection back; a later call is harmless."""
        self._engine.dispose()

    # ---- doors

    def hear(self, door: str, name: str, at: float, state_if_new: DoorState) -> Door:
        """Note that a door was heard; a door never heard before is added with `state_if_new`."""
        with self._write() as db:
            db.execute(
                upsert(doors)
                .values(
                    id=door,
                    name=name,
                    state=state_if_new,
                    first_heard=at,
                    last_heard=at,
                    pictures=0,
                    broken=0,
                )
                .on_conflict_do_update(index_elements=["id"], set_={"last_heard": at})
            )
            return _one_door(db, door)

    def door(self, door: str) -> Door | None:
        """One door, or None when it was never heard."""
        with self._read() as db:
            row = db.execute(_DOOR, {"door": door}).first()
            return to_door(row) if row else None

    def doors(self) -> tuple[Door, ...]:
        """Every door ever heard, in the order of their first word."""
        with self._read() as db:
            return tuple(to_door(row) for row in db.execute(select(doors).order_by(doors.c.first_heard)))

    def set_door(self, door: str, state: DoorState, messages: Sequence[Message], ruling: Ruling = TOLD) -> Decision:
        """Approve or refuse a door: its held visits go to recognition (announced by `messages`) or are dropped.

        Raises KeyError for a door never heard.
        """
        with self._write() as db:
            db.execute(update(doors).where(doors.c.id == door).values(state=state))
            known = _one_door(db, door)
            held = (visits.c.door == door) & (visits.c.state == VisitState.HELD)
            released = tuple(db.execute(select(visits.c.id).where(held)).scalars())
            if state is DoorState.REFUSED:
                paths = db.execute(select(snapshots.c.path).where(snapshots.c.visit.in_(released))).scalars().all()
                db.execute(delete(visits).where(held))
                return Decision(known, (), tuple(map(Path, paths)))
            db.execute(update(visits).where(held).values(state=VisitState.RECEIVED))
            db.execute(
                update(snapshots)
                .where((snapshots.c.door == door) & (snapshots.c.state == SnapshotState.HELD))
                .values(state=SnapshotState.RECEIVED)
            )
            now = self._clock()
            for visit in released:
                _rule(db, visit, ruling)
                _add_deliveries(db, visit, messages, now, ruling)
            return Decision(known, released, ())

    def pair(self, door: str, name: str) -> Door:
        """A door has a new key from now on; with it comes the approval. A known door keeps its name."""
        at = self._clock()
        values = {"state": DoorState.APPROVED, "paired_at": at}
        with self._write() as db:
            db.execute(
                upsert(doors)
                .values(id=door, name=name, first_heard=at, last_heard=at, pictures=0, broken=0, **values)
                .on_conflict_do_update(index_elements=["id"], set_=values)
            )
            return _one_door(db, door)

    def unpair(self, door: str) -> Door:
        """A door has no key any more, and is not let in without one unless approved again. Raises KeyError."""
        with self._write() as db:
            db.execute(update(doors).where(doors.c.id == door).values(state=DoorState.REFUSED, paired_at=None))
            return _one_door(db, door)

    def greet(self, door: str, firmware: str, at: float) -> Door:
        """A paired door began a session. Raises KeyError for a door never heard."""
        with self._write() as db:
            db.execute(update(doors).where(doors.c.id == door).values(firmware=firmware, last_heard=at))
            return _one_door(db, door)

    def count_refusals(self, counts: Mapping[str, Mapping[str, int]]) -> tuple[Door, ...]:
        """Add to the counters of doors, door -> reason -> how many; unknown doors are passed over."""
        with self._write() as db:
            found = db.execute(select(doors).where(doors.c.id.in_(list(counts)))).all()
            for row in found:
                total = Counter(json.loads(row.refused)) + Counter(counts[row.id])
                db.execute(update(doors).where(doors.c.id == row.id).values(refused=json.dumps(total)))
            return tuple(_one_door(db, row.id) for row in found)

    def rename_door(self, door: str, name: str) -> Door:
        """Give a door another name. Raises KeyError for a door never heard."""
        with self._write() as db:
            db.execute(update(doors).where(doors.c.id == door).values(name=name))
            return _one_door(db, door)

    def held(self, door: str) -> int:
        """How many pictures of a door wait for the owner's word."""
        with self._read() as db:
            query = (
                select(func.count())
                .select_from(snapshots)
                .where((snapshots.c.door == door) & (snapshots.c.state == SnapshotState.HELD))
            )
            return int(db.execute(query).scalar_one())

    # ---- visits

    def duplicate(self, door: str, hash_: str, since: float, ring: Ring | None = None) -> Snapshot | None:
        """The same bytes from the same door not longer ago than `since`; of a `ring` only those in its visit."""
        with self._read() as db:
            rows = db.execute(_SAME_PICTURE, {"hash": hash_, "door": door, "since": since}).all()
            visit = _visit_of_ring(db, ring) if ring and rows else None
            return next((to_snapshot(row) for row in rows if ring is None or row.visit == visit), None)

    def ring(
        self,
        ring: Ring,
        trigger: Trigger,
        at: float,
        merge_since: float,
        messages: Sequence[Message],
        *,
        ruling: Ruling = TOLD,
    ) -> tuple[Visit, bool]:
        """A press at a time, before any picture: a new visit announced by `messages`, all in one transaction.

        A second press belongs to the visit of a first one after `merge_since`; a look or a test never hides a press.
        Returns the visit and whether it is new.
        """
        with self._write() as db:
            around = {"door": ring.door, "since": merge_since, "until": 2 * at - merge_since}
            rung = db.execute(_RUNG_VISIT, around).first() if trigger is Trigger.RING else None
            visit = str(rung.id) if rung else new_id(at)
            if rung is None:
                begun = VisitState.RECEIVED
                now = self._clock()
                _begin_visit(
                    db, visit, ring.door, trigger, at=at, now=now, state=begun, messages=messages, ruling=ruling
                )
            _remember_ring(db, ring, visit, at)
            db.execute(update(doors).where(doors.c.id == ring.door).values(last_heard=func.max(doors.c.last_heard, at)))
            return _one_visit(db, visit), rung is None

    def receive(
        self,
        snapshot: Snapshot,
        hash_: str,
        trigger: Trigger,
        merge_since: float,
        messages: Sequence[Message],
        *,
        ring: Ring | None = None,
        ruling: Ruling = TOLD,
    ) -> tuple[Visit, bool]:
        """Add a snapshot whose file is durable: to the door's visit begun after `merge_since`, else to a new one.

        A snapshot of a `ring` goes to the visit of that ring however old it is, and never to another's; nothing joins
        a look or a test. A new visit is announced by `messages` in the same transaction, unless it is held. Returns
        the visit and whether it is new.
        """
        with self._write() as db:
            state = VisitState.HELD if snapshot.state is SnapshotState.HELD else VisitState.RECEIVED
            visit = _visit_of_ring(db, ring) if ring else _visit_to_join(db, snapshot, merge_since)
            new = visit is None
            if visit is None:
                visit, at = snapshot.visit, snapshot.received_at
                now = self._clock()
                _begin_visit(
                    db, visit, snapshot.door, trigger, at=at, now=now, state=state, messages=messages, ruling=ruling
                )
                if ring:
                    _remember_ring(db, ring, visit, at)
            first = (visits.c.id == visit) & visits.c.best_snapshot.is_(None)
            db.execute(update(visits).where(first).values(best_snapshot=snapshot.id))
            db.execute(
                insert(snapshots),
                {
                    "id": snapshot.id,
                    "visit": visit,
                    "door": snapshot.door,
                    "state": snapshot.state,
                    "path": str(snapshot.path),
                    "hash": hash_,
                    "received_at": snapshot.received_at,
                    "width": snapshot.width,
                    "height": snapshot.height,
                    "attempts": 0,
                    "timings": "{}",
                },
            )
            db.execute(_COUNT_PICTURE, {"door": snapshot.door, "at": snapshot.received_at})
            return _one_visit(db, visit), new

    def known_snapshots(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of the ids that have a row."""
        with self._read() as db:
            found: set[str] = set()
            for begin in range(0, len(ids), 500):  # SQLite bounds the number of parameters
                some = snapshots.c.id.in_(ids[begin : begin + 500])
                found.update(db.execute(select(snapshots.c.id).where(some)).scalars())
            return frozenset(found)

    def unfinished(self, limit: int = 16) -> tuple[Snapshot, ...]:
        """The oldest snapshots that recognition has still to look at."""
        with self._read() as db:
            rows = db.execute(
                select(snapshots)
                .where(snapshots.c.state == SnapshotState.RECEIVED)
                .order_by(snapshots.c.received_at, snapshots.c.id)
                .limit(limit)
            )
            return tuple(to_snapshot(row) for row in rows)

    def blame(self, snapshot: str) -> int:
        """Count that a snapshot took a worker down; returns how often by now."""
        with self._write() as db:
            mine = snapshots.c.id == snapshot
            db.execute(update(snapshots).where(mine).values(attempts=snapshots.c.attempts + 1))
            return int(db.execute(select(snapshots.c.attempts).where(mine)).scalar_one())

    def conclude(
        self,
        snapshot: str,
        state: SnapshotState,
        conclusion: Conclusion,
        messages: Sequence[Message],
        rule: Callable[[Visit], Ruling] = lambda _visit: TOLD,
    ) -> Visit | None:
        """Write what recognition decided about a snapshot, and the verdict's deliveries, in one transaction.

        The visit takes the verdict when faces speak for it, or when it is the first or says more than the one before.
        `messages` go out only when there is something new to tell and `rule` lets people be told, and they supersede
        those not sent yet. Returns None when the visit is gone meanwhile (deleted).
        """
        with self._write() as db:
            row = db.execute(select(snapshots).where(snapshots.c.id == snapshot)).first()
            if row is None:
                return None
            before, now = _one_visit(db, row.visit), self._clock()
            _write_snapshot(db, row, state, conclusion)
            for sighting in conclusion.before:
                judged = _judgement_columns(sighting.judged)
                db.execute(update(faces).where(faces.c.id == sighting.id).values(**judged))
            if conclusion.faces or conclusion.before or _says_more(conclusion.verdict, before.verdict):
                _write_verdict(db, before, snapshot, conclusion, now)
            after = _one_visit(db, row.visit)
            if before.verdict is not None and _news(before) == _news(after):
                return after
            overdue = after.telling is Telling.LATER and _received_at(db, row.visit) + HOLD_S <= now
            ruling = TOLD if overdue else rule(after)
            _rule(db, row.visit, ruling)
            if after.telling is Telling.LATER:
                _settle_held(db, row.visit, ruling, now)
            _supersede(db, row.visit, messages)
            _add_deliveries(db, row.visit, messages, now, ruling)
            return _one_visit(db, row.visit)

    def waited_for(self, before: float) -> tuple[Visit, ...]:
        """Tell the visits received before a time that still wait for their verdict; returns them."""
        with self._write() as db:
            waiting = (visits.c.telling == Telling.LATER) & (visits.c.received_at <= before)
            ids = list(db.execute(select(visits.c.id).where(waiting & (visits.c.state != VisitState.HELD))).scalars())
            for visit in ids:
                _rule(db, visit, TOLD)
                _settle_held(db, visit, TOLD, self._clock())
            return _many_visits(db, ids)

    def told_since(self, since: float, but_in: str) -> frozenset[str]:
        """The names given in visits since a time of which people were told, but in one visit."""
        told = (visits.c.started_at >= since) & (visits.c.id != but_in) & (visits.c.telling == Telling.NOW)
        named = (faces.c.verdict == Verdict.KNOWN) & (visits.c.trigger == Trigger.RING)
        query = (
            select(faces.c.identity)
            .join(snapshots, snapshots.c.id == faces.c.snapshot)
            .join(visits, visits.c.id == snapshots.c.visit)
            .where(told & named)
        )
        with self._read() as db:
            return frozenset(db.execute(query).scalars())

    def sightings(self, snapshot: str) -> tuple[Sighting, ...]:
        """The faces in the other pictures of a snapshot's visit, in the order in which they were seen."""
        mine = select(snapshots.c.visit).where(snapshots.c.id == snapshot).scalar_subquery()
        query = (
            select(faces)
            .join(snapshots, snapshots.c.id == faces.c.snapshot)
            .where((snapshots.c.visit == mine) & (snapshots.c.id != snapshot))
            .order_by(faces.c.id)
        )
        with self._read() as db:
            return tuple(to_sighting(row) for row in db.execute(query))

    def same_visitor(self, face: int) -> tuple[Sighting, ...]:
        """Every face of the visitor whose face this is, in the order in which they were seen. Raises KeyError."""
        with self._read() as db:
            theirs = select(faces).where(_of_same_visitor(db, face)).order_by(faces.c.id)
            return tuple(to_sighting(row) for row in db.execute(theirs))

    def rewrite_face(self, face: int, verdict: Verdict, reason: str, match: Match) -> Visit:
        """Correct a visitor by the owner's word about one of their faces; the visit's verdict follows.

        Raises KeyError for an unknown face.
        """
        with self._write() as db:
            theirs = _of_same_visitor(db, face)
            db.execute(update(faces).where(theirs).values(verdict=verdict, reason=reason, **_match_columns(match)))
            visit = _visit_of(db, face)
            best = max(_one_visit(db, visit).faces, key=lambda f: _RANK[f.verdict])
            why = best.reason if best.verdict is Verdict.UNCLEAR else ""
            db.execute(update(visits).where(visits.c.id == visit).values(verdict=best.verdict, reason=why))
            return _one_visit(db, visit)

    def nameless_sightings(self, engine: str, *, apart_from: int, not_called: str) -> tuple[Nameless, ...]:
        """Faces without a name in the visits that one face is not of, but for those rejected as `not_called`."""
        rejected = select(rejections.c.face).where(
            (rejections.c.identity == not_called) & rejections.c.face.is_not(None)
        )
        with self._read() as db:
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
        with self._read() as db:
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
        with self._write() as db:
            for face, values in labels["faces"].items():
                db.execute(update(faces).where(faces.c.id == int(face)).values(**values))
            mine = visits.c.id == labels["visit"]
            db.execute(update(visits).where(mine).values(verdict=labels["verdict"], reason=labels["reason"]))
            found = _many_visits(db, [labels["visit"]])
            return found[0] if found else None

    # ---- the owner's "this is not Anna"

    def reject(self, identity: str, face: int) -> int:
        """Keep that a face is not an identity; returns the rejection's id. Raises KeyError for an unknown face."""
        with self._write() as db:
            row = db.execute(select(faces.c.engine, faces.c.embedding).where(faces.c.id == face)).first()
            if row is None:
                raise KeyError(face)
            values = {"identity": identity, "engine": row.engine, "embedding": row.embedding}
            added = db.execute(insert(rejections).values(face=face, rejected_at=self._clock(), **values))
            return int((added.inserted_primary_key or [0])[0])

    def withdraw(self, rejection: int) -> None:
        """The owner was mistaken: the face may be that identity after all."""
        with self._write() as db:
            db.execute(delete(rejections).where(rejections.c.id == rejection))

    def rejections(self, engine: str) -> tuple[tuple[str, Embedding], ...]:
        """(identity, embedding of a face that is not that identity), for one engine."""
        with self._read() as db:
            rows = db.execute(select(rejections).where(rejections.c.engine == engine).order_by(rejections.c.id))
            return tuple((row.identity, np.frombuffer(row.embedding, np.float32)) for row in rows)

    def rename_rejections(self, identity: str, new: str) -> None:
        """An identity has another name now."""
        with self._write() as db:
            db.execute(update(rejections).where(rejections.c.identity == identity).values(identity=new))

    def forget_rejections(self, identity: str) -> None:
        """An identity is forgotten, and with it whoever is not that identity."""
        with self._write() as db:
            db.execute(delete(rejections).where(rejections.c.identity == identity))

    def face(self, face: int) -> tuple[Face, Snapshot, Embedding]:
        """A face with its snapshot and embedding. Raises KeyError for an unknown one."""
        with self._read() as db:
            row = db.execute(select(faces).where(faces.c.id == face)).first()
            if row is None:
                raise KeyError(face)
            snapshot = db.execute(select(snapshots).where(snapshots.c.id == row.snapshot)).one()
            return to_face(row), to_snapshot(snapshot), np.frombuffer(row.embedding, np.float32)

    def visit(self, visit: str) -> Visit:
        """One visit with everything. Raises KeyError for an unknown id."""
        with self._read() as db:
            return _one_visit(db, visit)

    def visits(self, limit: int = 50, before: str | None = None) -> tuple[Visit, ...]:
        """Visits newest first; `before` is the id of the last one already seen."""
        query = select(visits.c.id).order_by(visits.c.started_at.desc(), visits.c.id.desc()).limit(limit)
        with self._read() as db:
            if before is not None:
                edge = db.execute(select(visits.c.started_at).where(visits.c.id == before)).scalar()
                if edge is None:
                    raise KeyError(before)
                query = query.where(
                    (visits.c.started_at < edge) | ((visits.c.started_at == edge) & (visits.c.id < before))
                )
            return _many_visits(db, list(db.execute(query).scalars()))

    def delete_visit(self, visit: str) -> tuple[Path, ...]:
        """Remove a visit and all that hangs on it; returns the picture files the caller must delete."""
        with self._write() as db:
            paths = db.execute(select(snapshots.c.path).where(snapshots.c.visit == visit)).scalars()
            files = tuple(Path(p) for p in paths)
            db.execute(delete(visits).where(visits.c.id == visit))
            return files

    def expired(self, verdicts: Sequence[Verdict | None], before: float, limit: int = 100) -> tuple[str, ...]:
        """Visits with one of these verdicts that began before a time and on which nothing waits, oldest first.

        None stands for the rings of which no picture ever came.
        """
        unsent = exists().where((deliveries.c.visit == visits.c.id) & (deliveries.c.state == DeliveryState.DUE))
        unseen = exists().where((snapshots.c.visit == visits.c.id) & (snapshots.c.state == SnapshotState.RECEIVED))
        judged: Any = visits.c.verdict.in_([verdict for verdict in verdicts if verdict])
        if None in verdicts:
            judged |= visits.c.verdict.is_(None) & visits.c.best_snapshot.is_(None)
        with self._read() as db:
            rows = db.execute(
                select(visits.c.id)
                .where(judged & (visits.c.started_at < before) & ~unsent & ~unseen)
                .order_by(visits.c.started_at)
                .limit(limit)
            )
            return tuple(rows.scalars())

    # ---- deliveries

    def next_delivery(
        self, notifier: str, target: str, kind: str | None = None, *, after: str | None = None
    ) -> Delivery | None:
        """The oldest message a target still has to get, of one kind or of any.

        With `after`, a visit's messages wait until those of that kind are settled.
        """
        due = wanted = _due_for(notifier, target)
        if kind is not None:
            wanted &= deliveries.c.kind == kind
        if after is not None:
            wanted &= deliveries.c.visit.not_in(select(deliveries.c.visit).where(due & (deliveries.c.kind == after)))
        with self._read() as db:
            row = db.execute(select(deliveries).where(wanted).order_by(deliveries.c.id).limit(1)).first()
            return to_delivery(row) if row else None

    def delivered(self, delivery: int, at: float) -> Visit | None:
        """The target has it; returns the visit as it stands now."""
        return self._settle(delivery, state=DeliveryState.DELIVERED, delivered_at=at, error="")

    def postponed(self, delivery: int, due_at: float, error: str) -> Visit | None:
        """It failed for now: try again at `due_at`."""
        return self._settle(delivery, due_at=due_at, error=error)

    def undeliverable(self, delivery: int, error: str) -> Visit | None:
        """It failed for good: shown, not repeated unless the owner asks."""
        return self._settle(delivery, state=DeliveryState.FAILED, error=error)

    def retry_delivery(self, delivery: int) -> Visit | None:
        """The owner wants a failed delivery tried again, now."""
        return self._settle(delivery, tried=False, state=DeliveryState.DUE, due_at=self._clock(), error="")

    def visit_of_delivery(self, delivery: int) -> Visit:
        """The visit of which a delivery tells. Raises KeyError for an unknown one."""
        with self._read() as db:
            visit = db.execute(select(deliveries.c.visit).where(deliveries.c.id == delivery)).scalar()
            if visit is None:
                raise KeyError(delivery)
            return _one_visit(db, visit)

    def tell_again(self, visit: str, messages: Sequence[Message]) -> Visit:
        """Something else is to be said of a visit now: `messages` supersede those not sent yet. Raises KeyError."""
        with self._write() as db:
            _one_visit(db, visit)
            _supersede(db, visit, messages)
            _add_deliveries(db, visit, messages, self._clock())
            return _one_visit(db, visit)

    def backlog(self) -> Mapping[str, int]:
        """How much waits: `snapshots` for recognition, and messages by notifier."""
        with self._read() as db:
            waiting = db.execute(
                select(func.count()).select_from(snapshots).where(snapshots.c.state == SnapshotState.RECEIVED)
            ).scalar_one()
            by_notifier = db.execute(
                select(deliveries.c.notifier, func.count())
                .where(deliveries.c.state == DeliveryState.DUE)
                .group_by(deliveries.c.notifier)
            )
            return {"snapshots": int(waiting), **{row[0]: int(row[1]) for row in by_notifier}}

    def drop_strays(self, notifier: str, targets: Iterable[str]) -> None:
        """Give up on messages to targets that are no longer allowed to see anything."""
        words = {"state": DeliveryState.FAILED, "error": "no longer among the receivers in the settings"}
        allowed = list(targets)
        with self._write() as db:
            for table in (deliveries, notices):
                due = (table.c.notifier == notifier) & (table.c.state == DeliveryState.DUE)
                db.execute(update(table).where(due & table.c.target.not_in(allowed)).values(**words))

    def give_up(self, visit: str, why: str) -> Visit:
        """What a visit still has to tell is told no more. Raises KeyError for an unknown id."""
        with self._write() as db:
            due = (deliveries.c.visit == visit) & (deliveries.c.state == DeliveryState.DUE)
            reason = case((deliveries.c.error == "", why), else_=deliveries.c.error)
            db.execute(update(deliveries).where(due).values(state=DeliveryState.FAILED, error=reason))
            return _one_visit(db, visit)

    # ---- notices

    def add_notices(
        self, kind: str, text: str, routes: Sequence[tuple[str, str]], *, note: tuple[str, str] | None = None
    ) -> None:
        """A text for each (notifier, target), and a note that says so, in one transaction."""
        with self._write() as db:
            for notifier, target in routes:
                _add_notice(db, notifier, target, kind, text, at=self._clock())
            if note:
                _set_note(db, *note)

    def next_notice(self, notifier: str, target: str) -> Notice | None:
        """The oldest notice a target still has to get."""
        due = _notices_due_for(notifier, target)
        with self._read() as db:
            row = db.execute(select(notices).where(due).order_by(notices.c.created_at, notices.c.id).limit(1)).first()
            return to_notice(row) if row else None

    def settle_notice(self, notice: int, **values: Any) -> None:
        """What became of an attempt: `state`, `delivered_at`, `due_at` or `error`."""
        with self._write() as db:
            mine = update(notices).where(notices.c.id == notice)
            db.execute(mine.values(attempts=notices.c.attempts + 1, **values))

    def forget_notices(self, before: float) -> None:
        """Remove notices of long ago that are settled."""
        with self._write() as db:
            old = (notices.c.created_at < before) & (notices.c.state != DeliveryState.DUE)
            db.execute(delete(notices).where(old))

    def summarise(
        self,
        notifier: str,
        target: str,
        before: float,
        *,
        more_than: int,
        kinds: Sequence[str],
        kept: str,
        words: Callable[[Visit], str],
        summary: Callable[[Sequence[tuple[float, str]]], str],
    ) -> tuple[Visit, ...]:
        """Replace the `kinds` of messages of visits from before a time by one notice, if they are `more_than` so many.

        A summary that is still to go out takes further ones in, however few. The newest visit's message of the kind
        `kept` stays. `words` puts one visit into words, `summary` the (time, words) of all. Returns the visits whose
        messages were replaced.
        """
        with self._write() as db:
            due = _due_for(notifier, target) & deliveries.c.kind.in_(kinds)
            old = select(deliveries.c.visit).join(visits, visits.c.id == deliveries.c.visit)
            query = old.where(due & (visits.c.started_at < before)).distinct()
            late = sorted(_many_visits(db, list(db.execute(query).scalars())), key=lambda visit: visit.started_at)
            pending = (notices.c.kind == "summary") & _notices_due_for(notifier, target)
            row = db.execute(select(notices).where(pending)).first()
            told = {key: (at, said) for key, at, said in json.loads(row.visits)} if row else {}
            fresh = [visit for visit in late if visit.id not in told]
            if not fresh or (row is None and len(late) <= more_than):
                return ()
            told |= {visit.id: (visit.started_at, words(visit)) for visit in late}
            values = {
                "text": summary(sorted(told.values())),
                "visits": json.dumps([(key, at, said) for key, (at, said) in told.items()]),
            }
            if row:
                db.execute(update(notices).where(notices.c.id == row.id).values(**values))
            else:
                oldest = min(d.created_at for visit in late for d in visit.deliveries)
                _add_notice(db, notifier, target, "summary", at=oldest, **values)
            ids = [visit.id for visit in late]
            the_photo = (deliveries.c.visit == late[-1].id) & (deliveries.c.kind == kept)
            replaced = update(deliveries).where(due & deliveries.c.visit.in_(ids) & ~the_photo)
            db.execute(replaced.values(state=DeliveryState.SUPERSEDED))
            return _many_visits(db, ids)

    def visits_between(self, since: float, until: float) -> tuple[Visit, ...]:
        """The visits of people who rang in a time, the oldest first: no looks, no tests, nobody who is held."""
        rung = (visits.c.trigger == Trigger.RING) & (visits.c.state != VisitState.HELD)
        query = select(visits.c.id).where(rung & (visits.c.started_at >= since) & (visits.c.started_at < until))
        with self._read() as db:
            return _many_visits(db, list(db.execute(query.order_by(visits.c.started_at)).scalars()))

    # ---- gallery

    def judged_photos(self, engine: str) -> Mapping[str, tuple[Judgement, str]]:
        """Photo hash -> (judgement, its words), for one engine."""
        query = select(photos.c.hash, photos.c.judgement, photos.c.reason).where(photos.c.engine == engine)
        with self._read() as db:
            return {hash_: (Judgement(judgement), reason) for hash_, judgement, reason in db.execute(query)}

    def judged_photo(self, hash_: str, engine: str) -> tuple[Judgement, str, Embedding | None] | None:
        """(judgement, its words, embedding when GOOD) of one photo; None when the engine has not seen it."""
        query = select(photos).where((photos.c.hash == hash_) & (photos.c.engine == engine))
        with self._read() as db:
            row = db.execute(query).first()
        if row is None:
            return None
        embedding = None if row.embedding is None else np.frombuffer(row.embedding, np.float32)
        return Judgement(row.judgement), row.reason, embedding

    def photo_embeddings(self, engine: str, hashes: Sequence[str]) -> Iterator[tuple[str, Embedding]]:
        """(photo hash, embedding) for those of these photos that the engine found good."""
        for start in range(0, len(hashes), _AT_ONCE):
            some = photos.c.hash.in_(hashes[start : start + _AT_ONCE])
            query = select(photos.c.hash, photos.c.embedding).where((photos.c.engine == engine) & some)
            with self._read() as db:
                found = db.execute(query).all()
            yield from ((hash_, np.frombuffer(blob, np.float32)) for hash_, blob in found if blob is not None)

    def known_photos(self, hashes: Collection[str]) -> set[str]:
        """Those of these photo hashes about which anything is kept."""
        wanted, known = list(hashes), set[str]()
        with self._read() as db:
            for start in range(0, len(wanted), _AT_ONCE):
                some = photos.c.hash.in_(wanted[start : start + _AT_ONCE])
                known.update(db.execute(select(photos.c.hash).where(some)).scalars())
        return known

    def judge_photo(
        self, hash_: str, engine: str, judgement: Judgement, reason: str, embedding: Embedding | None
    ) -> None:
        """Keep what an engine said about a photo, by its content."""
        blob = None if embedding is None else np.asarray(embedding, np.float32).tobytes()
        values = {"judgement": judgement, "reason": reason, "embedding": blob}
        with self._write() as db:
            db.execute(
                upsert(photos)
                .values(hash=hash_, engine=engine, **values)
                .on_conflict_do_update(index_elements=["hash", "engine"], set_=values)
            )

    def forget_photos(self, hashes: Sequence[str]) -> None:
        """Remove every engine's embedding of these photos."""
        with self._write() as db:
            _delete_in_parts(db, photos.c.hash, list(hashes))

    def forget_photos_except(self, hashes: Collection[str]) -> None:
        """Remove what is kept about photos that are no longer anywhere in the gallery."""
        with self._write() as db:
            kept = set(db.execute(select(photos.c.hash).distinct()).scalars())
            _delete_in_parts(db, photos.c.hash, list(kept.difference(hashes)))

    def photo_files(self) -> Mapping[str, tuple[int, int, str]]:
        """Path -> (bytes, nanoseconds of the last change, hash): files that need not be read again."""
        with self._read() as db:
            c = photo_files.c
            rows = db.execute(select(c.path, c.size, c.modified, c.hash))
            return {path: (size, modified, hash_) for path, size, modified, hash_ in rows}

    def remember_photo_file(self, path: str, size: int, modified: int, hash_: str) -> None:
        """Keep a file's hash beside what tells that the file has changed."""
        values = {"size": size, "modified": modified, "hash": hash_}
        with self._write() as db:
            db.execute(
                upsert(photo_files)
                .values(path=path, **values)
                .on_conflict_do_update(index_elements=["path"], set_=values)
            )

    def forget_photo_files(self, paths: Sequence[str]) -> None:
        """These files are gone."""
        with self._write() as db:
            _delete_in_parts(db, photo_files.c.path, list(paths))

    # ---- notes

    def note(self, key: str) -> str | None:
        """A small value kept by key, such as Telegram's update offset."""
        with self._read() as db:
            return db.execute(select(notes.c.value).where(notes.c.key == key)).scalar()

    def set_note(self, key: str, value: str) -> None:
        """Keep a small value."""
        with self._write() as db:
            _set_note(db, key, value)

    # ---- for phone_records.py

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that only reads."""
        return self._read()

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction of the only writer. Raises StoreError when the disk is full."""
        return self._write()

    # ---- openings

    def newest_ring(self, door: str) -> Visit | None:
        """The last visit that began with a press at a door, and was let in; None without one."""
        rang = (visits.c.door == door) & (visits.c.trigger == Trigger.RING) & (visits.c.state != VisitState.HELD)
        with self._read() as db:
            found = db.execute(select(visits.c.id).where(rang).order_by(visits.c.started_at.desc()).limit(1)).scalar()
            return _one_visit(db, found) if found else None

    def note_opening(self, opening: Opening) -> None:
        """Write an attempt to open a door into the audit trail."""
        with self._write() as db:
            db.execute(insert(openings).values(asdict(opening)))

    def settle_opening(self, opening: str, outcome: str) -> None:
        """What became of it."""
        with self._write() as db:
            db.execute(update(openings).where(openings.c.id == opening).values(outcome=outcome))

    def openings(self, limit: int = 100) -> tuple[Opening, ...]:
        """The audit trail, newest first."""
        with self._read() as db:
            rows = db.execute(select(openings).order_by(openings.c.at.desc(), openings.c.id).limit(limit))
            return tuple(map(to_opening, rows))

    # ---- inside

    def _settle(self, delivery: int, *, tried: bool = True, **values: Any) -> Visit | None:
        with self._write() as db:
            mine = deliveries.c.id == delivery
            db.execute(
                update(deliveries).where(mine).values(attempts=deliveries.c.attempts + (1 if tried else 0), **values)
            )
            visit = db.execute(select(deliveries.c.visit).where(mine)).scalar()
            return _one_visit(db, visit) if visit else None

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._engine.begin() as db:
            yield db

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        try:
            with self._writing, self._engine.execution_options(immediate=True).begin() as db:
                yield db
        except OperationalError as error:  # the disk is full, or fails: rolled back
            raise StoreError("The database cannot be written", f"{self.path}: {_first_line(error)}") from error

    def _migrate(self) -> None:
        with self._read() as db:
            tables = set(db.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
            version = (
                db.execute(text("SELECT version_num FROM alembic_version")).scalar()
                if "alembic_version" in tables
                else None
            )
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise StoreError(
                "The database is newer than this program",
                f"{self.path} was written by a later Porchlight: install that version or restore a backup.",
            )
        _run_migrations(self._engine.connect())


def _run_migrations(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  -- 0.2 s that only a first start or an upgrade has to pay
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "receiver:migrations")
    config.attributes["connection"] = connection
    with connection:
        command.upgrade(config, "head")


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin says, not where the driver guesses
    try:
        # secure_delete: what is forgotten is overwritten, not only unlinked
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()  # not a database: nobody else knows of this connection yet
        raise


def _begin(db: Connection) -> None:
    immediate = db.get_execution_options().get("immediate", False)
    db.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).splitlines()[0]


def _delete_in_parts(db: Connection, column: Column[str], values: list[str]) -> None:
    for start in range(0, len(values), _AT_ONCE):
        db.execute(delete(column.table).where(column.in_(values[start : start + _AT_ONCE])))


def _visit_to_join(db: Connection, snapshot: Snapshot, since: float) -> str | None:
    """The visit this snapshot belongs to; threads may bring pictures in a little out of order."""
    until = 2 * snapshot.received_at - since
    row = db.execute(_OPEN_VISIT, {"door": snapshot.door, "since": since, "until": until}).first()
    if row is None or (row.state == VisitState.HELD) is not (snapshot.state is SnapshotState.HELD):
        return None
    return str(row.id)


def _visit_of_ring(db: Connection, ring: Ring) -> str | None:
    """The visit a press began: of this session, else the latest of the same boot with this number."""
    found = db.execute(_VISIT_OF_RING, asdict(ring)).scalar()
    return None if found is None else str(found)


def _remember_ring(db: Connection, ring: Ring, visit: str, at: float) -> None:
    known = upsert(rings).values(**asdict(ring), visit=visit, at=at)
    # A picture that came before its ring, under a number that a careless door uses again.
    db.execute(known.on_conflict_do_update(index_elements=["door", "session", "seq"], set_={"visit": visit, "at": at}))


def _begin_visit(
    db: Connection,
    visit: str,
    door: str,
    trigger: Trigger,
    *,
    at: float,
    now: float,
    state: VisitState,
    messages: Sequence[Message],
    ruling: Ruling,
) -> None:
    if state is VisitState.HELD and ruling.telling is Telling.LATER:
        ruling = TOLD  # no verdict comes before the owner's word about the door
    db.execute(
        insert(visits),
        {
            "id": visit,
            "door": door,
            "trigger": trigger,
            "started_at": at,
            "received_at": now,
            "state": state,
            "reason": "",
            "telling": ruling.telling,
            "hushed": ruling.why,
        },
    )
    if state is not VisitState.HELD:
        _add_deliveries(db, visit, messages, now, ruling)


def _add_deliveries(db: Connection, visit: str, messages: Sequence[Message], now: float, ruling: Ruling = TOLD) -> None:
    """Facts are due at once; what people are told is due, kept quiet, or due when the verdict was waited for."""
    for message in messages:
        telling = Telling.NOW if message.fact else ruling.telling
        db.execute(
            insert(deliveries),
            {
                "visit": visit,
                "notifier": message.notifier,
                "kind": message.kind,
                "target": message.target,
                "state": DeliveryState.HUSHED if telling is Telling.HUSHED else DeliveryState.DUE,
                "attempts": 0,
                "created_at": now,
                "due_at": now + HOLD_S if telling is Telling.LATER else now,
                "error": ruling.why if telling is Telling.HUSHED else "",
            },
        )


def _set_note(db: Connection, key: str, value: str) -> None:
    known = upsert(notes).values(key=key, value=value)
    db.execute(known.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def _add_notice(
    db: Connection, notifier: str, target: str, kind: str, text: str, *, at: float, visits: str = "[]"
) -> None:
    row = {"notifier": notifier, "target": target, "kind": kind, "text": text, "visits": visits}
    times = {"created_at": at, "due_at": at}
    db.execute(insert(notices), {**row, **times, "state": DeliveryState.DUE, "attempts": 0, "error": ""})


def _notices_due_for(notifier: str, target: str) -> Any:
    mine = (notices.c.notifier == notifier) & (notices.c.target == target)
    return mine & (notices.c.state == DeliveryState.DUE)


def _rule(db: Connection, visit: str, ruling: Ruling) -> None:
    mine = visits.c.id == visit
    db.execute(update(visits).where(mine).values(telling=ruling.telling, hushed=ruling.why))


def _received_at(db: Connection, visit: str) -> float:
    return float(db.execute(select(visits.c.received_at).where(visits.c.id == visit)).scalar_one())


def _settle_held(db: Connection, visit: str, ruling: Ruling, now: float) -> None:
    """What was held back for the verdict goes out now, or never."""
    held = (deliveries.c.visit == visit) & (deliveries.c.state == DeliveryState.DUE) & (deliveries.c.attempts == 0)
    if ruling.telling is Telling.HUSHED:
        words = {"state": DeliveryState.HUSHED, "error": ruling.why}
        db.execute(update(deliveries).where(held & (deliveries.c.due_at > now)).values(**words))
    else:
        db.execute(update(deliveries).where(held & (deliveries.c.due_at > now)).values(due_at=now))


def _supersede(db: Connection, visit: str, messages: Sequence[Message]) -> None:
    for message in messages:
        db.execute(
            update(deliveries)
            .where(
                (deliveries.c.visit == visit)
                & _due_for(message.notifier, message.target)
                & (deliveries.c.kind == message.kind)
            )
            .values(state=DeliveryState.SUPERSEDED)
        )


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


def _due_for(notifier: str, target: str) -> Any:
    return (
        (deliveries.c.notifier == notifier)
        & (deliveries.c.target == target)
        & (deliveries.c.state == DeliveryState.DUE)
    )


def _write_snapshot(db: Connection, row: Row[Any], state: SnapshotState, conclusion: Conclusion) -> None:
    db.execute(
        update(snapshots)
        .where(snapshots.c.id == row.id)
        .values(
            state=state,
            width=conclusion.width or row.width,
            height=conclusion.height or row.height,
            timings=json.dumps(dict(conclusion.timings_ms)),
        )
    )
    if state is SnapshotState.BROKEN:
        db.execute(update(doors).where(doors.c.id == row.door).values(broken=doors.c.broken + 1))
    for judged in conclusion.faces:
        face = judged.face
        db.execute(
            insert(faces).values(
                snapshot=row.id,
                box=json.dumps([face.box.top, face.box.right, face.box.bottom, face.box.left]),
                landmarks=json.dumps(face.landmarks),
                quality=json.dumps(asdict(face.quality)),
                engine=conclusion.engine,
                embedding=np.asarray(face.embedding, np.float32).tobytes(),
                **_judgement_columns(judged),
            )
        )


def _write_verdict(db: Connection, before: Visit, snapshot: str, conclusion: Conclusion, now: float) -> None:
    """The picture shown changes only with a verdict that says more, or from one without a face to one with."""
    better = _says_more(conclusion.verdict, before.verdict) or (conclusion.faces and not before.faces)
    no_better_reason = conclusion.verdict is Verdict.UNCLEAR and before.verdict is Verdict.UNCLEAR and not better
    db.execute(
        update(visits)
        .where(visits.c.id == before.id)
        .values(
            state=VisitState.CONCLUDED,
            verdict=conclusion.verdict,
            reason=before.reason if no_better_reason else conclusion.reason,
            best_snapshot=snapshot if better else before.best_snapshot,
            concluded_at=before.concluded_at or now,
        )
    )


def _says_more(verdict: Verdict, before: Verdict | None) -> bool:
    return before is None or _RANK[verdict] > _RANK[before]


def _news(visit: Visit) -> tuple[object, ...]:
    """What there is to tell about a visit: told again only when this changes."""
    counted = visit.strangers if visit.verdict in (Verdict.KNOWN, Verdict.UNKNOWN) else 0
    return visit.verdict, sorted(visit.identities), counted


def _judgement_columns(judged: JudgedFace) -> dict[str, Any]:
    return {
        "verdict": judged.verdict,
        "reason": judged.reason,
        "visitor": judged.visitor,
        **_match_columns(judged.match),
    }


def _match_columns(match: Match) -> dict[str, Any]:
    return {
        "identity": match.identity,
        "distance": match.distance,
        "runner_up": match.runner_up,
        "runner_up_distance": match.runner_up_distance,
        "probability": match.probability,
        "line": match.line,
    }


def _one_door(db: Connection, door: str) -> Door:
    row = db.execute(select(doors).where(doors.c.id == door)).first()
    if row is None:
        raise KeyError(door)
    return to_door(row)


def _one_visit(db: Connection, visit: str) -> Visit:
    found = _many_visits(db, [visit])
    if not found:
        raise KeyError(visit)
    return found[0]


def _many_visits(db: Connection, ids: list[str]) -> tuple[Visit, ...]:
    """The visits of these ids in their order, in four statements however many they are."""
    by_id = {row.id: row for row in db.execute(_VISITS, {"visits": ids})}
    pictures = _grouped(db.execute(_SNAPSHOTS, {"visits": ids}), "visit")
    sent = _grouped(db.execute(_DELIVERIES, {"visits": ids}), "visit")
    seen = _grouped(db.execute(_FACES, {"visits": ids}), "visit")
    return tuple(to_visit(by_id[i], pictures.get(i, []), seen.get(i, []), sent.get(i, [])) for i in ids if i in by_id)


def _grouped(rows: Iterable[Row[Any]], column: str) -> dict[str, list[Row[Any]]]:
    groups: dict[str, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(getattr(row, column), []).append(row)
    return groups
