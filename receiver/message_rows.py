"""Rows of what is told, as statements inside a transaction: deliveries, which belong to a visit, and notices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, update

from receiver.models import TOLD, DeliveryState, Message, Ruling, Telling
from receiver.schema import deliveries, notices

HOLD_S = 10.0
"""So long is a first message held back for the verdict it depends on; then it is told."""


def add_deliveries(db: Connection, visit: str, messages: Sequence[Message], now: float, ruling: Ruling = TOLD) -> None:
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


def supersede(db: Connection, visit: str, messages: Sequence[Message]) -> None:
    """These messages are to go out instead of those of their kinds that have not yet."""
    for message in messages:
        db.execute(
            update(deliveries)
            .where(
                (deliveries.c.visit == visit)
                & due_for(message.notifier, message.target)
                & (deliveries.c.kind == message.kind)
            )
            .values(state=DeliveryState.SUPERSEDED)
        )


def settle_held(db: Connection, visit: str, ruling: Ruling, now: float) -> None:
    """What was held back for the verdict goes out now, or never."""
    held = (deliveries.c.visit == visit) & (deliveries.c.state == DeliveryState.DUE) & (deliveries.c.attempts == 0)
    if ruling.telling is Telling.HUSHED:
        words = {"state": DeliveryState.HUSHED, "error": ruling.why}
        db.execute(update(deliveries).where(held & (deliveries.c.due_at > now)).values(**words))
    else:
        db.execute(update(deliveries).where(held & (deliveries.c.due_at > now)).values(due_at=now))


def due_for(notifier: str, target: str) -> Any:
    """The condition for deliveries that a target still has to get."""
    return (
        (deliveries.c.notifier == notifier)
        & (deliveries.c.target == target)
        & (deliveries.c.state == DeliveryState.DUE)
    )


def add_notice(
    db: Connection, notifier: str, target: str, kind: str, text: str, *, at: float, visits: str = "[]"
) -> None:
    """A text for a target; of a summary `visits` are those in it, as JSON."""
    row = {"notifier": notifier, "target": target, "kind": kind, "text": text, "visits": visits}
    times = {"created_at": at, "due_at": at}
    db.execute(insert(notices), {**row, **times, "state": DeliveryState.DUE, "attempts": 0, "error": ""})


def notices_due_for(notifier: str, target: str) -> Any:
    """The condition for notices that a target still has to get."""
    mine = (notices.c.notifier == notifier) & (notices.c.target == target)
    return mine & (notices.c.state == DeliveryState.DUE)
