"""From the rows of station.sqlite3 to the records of models.py."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sqlalchemy import Row

from receiver.models import (
    Box,
    Delivery,
    DeliveryState,
    DetectedFace,
    Door,
    DoorState,
    Face,
    Glimpse,
    JudgedFace,
    Match,
    Notice,
    Opening,
    Quality,
    Rejection,
    Sighting,
    Snapshot,
    SnapshotState,
    Telling,
    Trigger,
    Verdict,
    Visit,
    VisitState,
)

if TYPE_CHECKING:
    from receiver.models import Embedding


def to_visit(row: Row[Any], pictures: list[Row[Any]], seen: list[Row[Any]], sent: list[Row[Any]]) -> Visit:
    """A visit row with the rows of its snapshots, of the faces in all of them, and of its deliveries."""
    all_sent = tuple(to_delivery(d) for d in sent)
    return Visit(
        id=row.id,
        door=row.door,
        door_name=row.door_name,
        trigger=Trigger(row.trigger),
        started_at=row.started_at,
        state=VisitState(row.state),
        verdict=Verdict(row.verdict) if row.verdict else None,
        reason=row.reason,
        concluded_at=row.concluded_at,
        snapshots=tuple(to_snapshot(s) for s in pictures),
        faces=_one_of_each([to_face(f) for f in seen], row.best_snapshot),
        best_snapshot=row.best_snapshot,
        deliveries=all_sent,
        timings_ms=_timings(row, pictures, all_sent),
        telling=Telling(row.telling),
        hushed=row.hushed,
    )


def _one_of_each(faces: Sequence[Face], shown: str | None) -> tuple[Face, ...]:
    """Every visitor once: in the picture shown, else where they were seen best; a doubtful one only if shown."""
    chosen = [face for face in faces if face.snapshot == shown]
    elsewhere = [face for face in faces if face.verdict in (Verdict.KNOWN, Verdict.UNKNOWN)]
    for face in sorted(elsewhere, key=lambda face: -face.quality.eye_distance):
        if all(face.visitor != other.visitor for other in chosen):
            chosen.append(face)
    return tuple(chosen)


def _timings(row: Row[Any], pictures: list[Row[Any]], sent: Sequence[Delivery]) -> dict[str, float]:
    def since_upload(at: float) -> float:
        return round(float(at - row.started_at) * 1000, 1)

    timings = {"received": since_upload(row.received_at)}
    if row.concluded_at:
        timings["recognised"] = since_upload(row.concluded_at)
    for delivery in sent:
        if delivery.delivered_at:
            timings.setdefault(f"{delivery.kind}_sent", since_upload(delivery.delivered_at))
    best = next((p for p in pictures if p.id == row.best_snapshot), None)
    return timings | (json.loads(best.timings) if best else {})


def to_door(row: Row[Any]) -> Door:
    """A row of `doors`."""
    return Door(
        id=row.id,
        name=row.name,
        state=DoorState(row.state),
        first_heard=row.first_heard,
        last_heard=row.last_heard,
        pictures=row.pictures,
        broken=row.broken,
        paired_at=row.paired_at,
        firmware=row.firmware,
        refused=json.loads(row.refused),
    )


def to_opening(row: Row[Any]) -> Opening:
    """A row of `openings`."""
    return Opening(row.id, row.door, row.at, row.by, row.visit, row.outcome)


def to_snapshot(row: Row[Any]) -> Snapshot:
    """A row of `snapshots`."""
    return Snapshot(
        id=row.id,
        visit=row.visit,
        door=row.door,
        state=SnapshotState(row.state),
        path=Path(row.path),
        received_at=row.received_at,
        width=row.width,
        height=row.height,
        attempts=row.attempts,
    )


def to_face(row: Row[Any]) -> Face:
    """A row of `faces`, without its embedding."""
    return Face(
        id=row.id,
        snapshot=row.snapshot,
        box=Box(*json.loads(row.box)),
        quality=Quality(**json.loads(row.quality)),
        verdict=Verdict(row.verdict),
        reason=row.reason,
        match=_match(row),
        visitor=row.visitor,
    )


class Nameless(NamedTuple):
    """A face that carries no name, with what it takes to tell whether it is somebody's."""

    face: int
    visit: str
    visitor: int
    quality: Quality
    embedding: Embedding


def to_nameless(row: Any) -> Nameless:
    """Some columns of `faces`, with the visit."""
    quality = Quality(**json.loads(row.quality))
    return Nameless(row.id, row.visit, row.visitor, quality, np.frombuffer(row.embedding, np.float32))


def to_rejection(row: Row[Any]) -> Rejection:
    """A row of `rejections`, with its face, picture, visit and door's name if they are still there."""
    if row.visit is None:
        return Rejection(row.id, row.rejected_at, None, "")
    seen = row.visit, row.started_at, Path(row.path), Box(*json.loads(row.box)), row.width, row.height
    return Rejection(row.id, row.rejected_at, Glimpse(row.face, *seen), row.door_name)


def to_sighting(row: Row[Any]) -> Sighting:
    """A row of `faces`, with its embedding."""
    face = to_face(row)
    points = tuple((x, y) for x, y in json.loads(row.landmarks))
    detected = DetectedFace(face.box, points, np.frombuffer(row.embedding, np.float32), face.quality)
    judged = JudgedFace(detected, face.verdict, face.reason, face.match, face.visitor)
    return Sighting(row.id, row.snapshot, row.engine, judged)


def _match(row: Row[Any]) -> Match:
    return Match(row.identity, row.distance, row.runner_up, row.runner_up_distance, row.probability, row.line)


def to_notice(row: Row[Any]) -> Notice:
    """A row of `notices`."""
    return Notice(
        id=row.id,
        notifier=row.notifier,
        target=row.target,
        kind=row.kind,
        text=row.text,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=row.due_at,
    )


def to_delivery(row: Row[Any]) -> Delivery:
    """A row of `deliveries`."""
    return Delivery(
        id=row.id,
        visit=row.visit,
        notifier=row.notifier,
        kind=row.kind,
        target=row.target,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=row.due_at,
        delivered_at=row.delivered_at,
        error=row.error,
    )
