"""Rows of visits with their rings, snapshots and faces, as statements inside a transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from receiver.fusion import shows_better
from receiver.message_rows import add_deliveries
from receiver.models import (
    TOLD,
    Conclusion,
    JudgedFace,
    Match,
    Message,
    Ring,
    Ruling,
    Snapshot,
    SnapshotState,
    Telling,
    Trigger,
    Verdict,
    Visit,
    VisitState,
)
from receiver.records import to_visit
from receiver.schema import deliveries, doors, faces, rings, snapshots, visits

RANK = {
    Verdict.FAILED: 0,
    Verdict.NO_FACE: 1,
    Verdict.UNCLEAR: 2,
    Verdict.UNKNOWN: 3,
    Verdict.KNOWN: 4,
}
"""How much a verdict says; a later snapshot of a visit replaces it only by saying more."""

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
_OPEN_VISIT = (
    select(visits.c.id, visits.c.state)
    .where((visits.c.door == bindparam("door")) & (visits.c.trigger == Trigger.RING))
    .where(visits.c.started_at.between(bindparam("since"), bindparam("until")))
    .order_by(visits.c.started_at.desc())
    .limit(1)
)
_RUNG_VISIT = _OPEN_VISIT.where(visits.c.state != VisitState.HELD)
_VISIT_OF_RING = (
    select(rings.c.visit)
    .where(
        (rings.c.door == bindparam("door")) & (rings.c.boot == bindparam("boot")) & (rings.c.seq == bindparam("seq"))
    )
    .order_by((rings.c.session == bindparam("session")).desc(), rings.c.at.desc())
    .limit(1)
)


def visit_to_join(db: Connection, snapshot: Snapshot, since: float) -> str | None:
    """The visit this snapshot belongs to; threads may bring pictures in a little out of order."""
    until = 2 * snapshot.received_at - since
    row = db.execute(_OPEN_VISIT, {"door": snapshot.door, "since": since, "until": until}).first()
    if row is None or (row.state == VisitState.HELD) is not (snapshot.state is SnapshotState.HELD):
        return None
    return str(row.id)


def rung_visit(db: Connection, door: str, since: float, until: float) -> str | None:
    """The latest visit of a time that began with a press at a door which is let in."""
    found = db.execute(_RUNG_VISIT, {"door": door, "since": since, "until": until}).first()
    return str(found.id) if found else None


def visit_of_ring(db: Connection, ring: Ring) -> str | None:
    """The visit a press began: of this session, else the latest of the same boot with this number."""
    found = db.execute(_VISIT_OF_RING, asdict(ring)).scalar()
    return None if found is None else str(found)


def remember_ring(db: Connection, ring: Ring, visit: str, at: float) -> None:
    """By its number the pictures of a press find its visit."""
    known = upsert(rings).values(**asdict(ring), visit=visit, at=at)
    # A picture that came before its ring, under a number that a careless door uses again.
    db.execute(known.on_conflict_do_update(index_elements=["door", "session", "seq"], set_={"visit": visit, "at": at}))


def begin_visit(
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
    """A new visit that began `at` a time, is written down `now`, and is announced by `messages` unless it is held."""
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
        add_deliveries(db, visit, messages, now, ruling)


def note_ruling(db: Connection, visit: str, ruling: Ruling) -> None:
    """What was decided about telling people of a visit."""
    mine = visits.c.id == visit
    db.execute(update(visits).where(mine).values(telling=ruling.telling, hushed=ruling.why))


def received_at(db: Connection, visit: str) -> float:
    """When the station heard of a visit, Unix seconds."""
    return float(db.execute(select(visits.c.received_at).where(visits.c.id == visit)).scalar_one())


def write_snapshot(db: Connection, row: Row[Any], state: SnapshotState, conclusion: Conclusion) -> None:
    """What recognition saw in a snapshot; `row` is how it stood before."""
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
                **judgement_columns(judged),
            )
        )


def write_verdict(db: Connection, before: Visit, snapshot: str, conclusion: Conclusion, now: float) -> None:
    """The picture shown changes only for one that says more, has a face at last, or shows the same clearly better."""
    better = says_more(conclusion.verdict, before.verdict) or (conclusion.faces and not before.faces)
    better = better or (conclusion.verdict is before.verdict and shows_better(conclusion, before.shown_faces))
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


def says_more(verdict: Verdict, before: Verdict | None) -> bool:
    """Whether a visit that had the one verdict takes the other."""
    return before is None or RANK[verdict] > RANK[before]


def news(visit: Visit) -> tuple[object, ...]:
    """What there is to tell about a visit: told again only when this changes."""
    counted = visit.strangers if visit.verdict in (Verdict.KNOWN, Verdict.UNKNOWN) else 0
    return visit.verdict, sorted(visit.identities), counted


def judgement_columns(judged: JudgedFace) -> dict[str, Any]:
    """What a face's row says of its judgement."""
    return {
        "verdict": judged.verdict,
        "reason": judged.reason,
        "visitor": judged.visitor,
        **match_columns(judged.match),
    }


def match_columns(match: Match) -> dict[str, Any]:
    """What a face's row says of the person it is like."""
    return {
        "identity": match.identity,
        "distance": match.distance,
        "runner_up": match.runner_up,
        "runner_up_distance": match.runner_up_distance,
        "probability": match.probability,
        "line": match.line,
    }


def one_visit(db: Connection, visit: str) -> Visit:
    """A visit with everything. Raises KeyError for an unknown id."""
    found = many_visits(db, [visit])
    if not found:
        raise KeyError(visit)
    return found[0]


def many_visits(db: Connection, ids: list[str]) -> tuple[Visit, ...]:
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
