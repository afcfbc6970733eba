"""Years of visits, written straight into the database: two doors, three people and whoever else comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert

from receiver.models import DeliveryState, DoorState, SnapshotState, Telling, Trigger, Verdict, VisitState
from receiver.schema import deliveries, faces, snapshots, visits
from receiver.store import Store
from tests.receiver.made_up import QUALITY

EVERY_S = 1800.0
DOORS = (("front", "Front door"), ("garden", "Garden gate"))
PEOPLE = ("Anna", "Ägidius", "Bob 100%")
REASONS = ("the face is too dark", "the face is turned away")
_VERDICTS = (Verdict.KNOWN, Verdict.UNKNOWN, Verdict.KNOWN, Verdict.UNCLEAR, Verdict.NO_FACE)
_ONE_FACE = {
    "box": "[120, 300, 300, 120]",
    "landmarks": json.dumps([[float(n), float(n)] for n in range(68)]),
    "quality": json.dumps(asdict(QUALITY)),
    "engine": "dlib",
    "embedding": np.zeros(128, np.float32).tobytes(),
    "reason": "",
    "distance": 0.4,
    "runner_up": "Bob 100%",
    "runner_up_distance": 0.7,
    "visitor": 0,
    "probability": 0.98,
    "line": 0.55,
}


def fill(store: Store, count: int, until: float, picture: Callable[[int], Path] = lambda n: Path(f"/{n}.jpg")) -> None:
    """`count` visits, half an hour apart, the last at `until`; number 0 is the oldest. `picture` is of a number."""
    for door, name in DOORS:
        store.hear(door, name, until, DoorState.APPROVED)
    rows: tuple[list[dict[str, Any]], ...] = ([], [], [], [])
    for number in range(count):
        at = until - (count - 1 - number) * EVERY_S
        for table, row in zip(rows, _one(number, at, picture(number)), strict=True):
            if row:
                table.append(row)
    with store.writing() as db:
        for table, found in zip((visits, snapshots, faces, deliveries), rows, strict=True):
            if found:
                db.execute(insert(table), found)


def verdict(number: int) -> Verdict:
    """Of the visit with a number."""
    return _VERDICTS[number % len(_VERDICTS)]


def person(number: int) -> str | None:
    """Who was known in the visit with a number."""
    return PEOPLE[number % len(PEOPLE)] if verdict(number) is Verdict.KNOWN else None


def _one(number: int, at: float, path: Path) -> tuple[dict[str, Any], ...]:
    judged = verdict(number)
    names = {"visit": f"{number:08d}", "door": DOORS[number % 2][0]}
    shown = {**_ONE_FACE, "snapshot": f"s{number:08d}", "verdict": judged, "identity": PEOPLE[number % len(PEOPLE)]}
    return (
        {
            "id": names["visit"],
            "door": names["door"],
            "trigger": Trigger.RING,
            "started_at": at,
            "received_at": at,
            "state": VisitState.CONCLUDED,
            "verdict": judged,
            "reason": REASONS[number % 2] if judged is Verdict.UNCLEAR else "",
            "concluded_at": at + 0.4,
            "best_snapshot": f"s{number:08d}",
            "telling": Telling.NOW,
            "hushed": "",
        },
        {
            **names,
            "id": f"s{number:08d}",
            "state": SnapshotState.RECOGNISED,
            "path": str(path),
            "hash": f"{number}",
            "received_at": at,
            "width": 640,
            "height": 480,
            "attempts": 0,
            "timings": "{}",
        },
        shown if judged in (Verdict.KNOWN, Verdict.UNKNOWN, Verdict.UNCLEAR) else {},
        {
            "visit": names["visit"],
            "notifier": "telegram",
            "kind": "photo",
            "target": "4711",
            "state": DeliveryState.DELIVERED,
            "attempts": 0,
            "created_at": at,
            "due_at": at,
            "delivered_at": at + 0.6,
            "error": "",
        },
    )
