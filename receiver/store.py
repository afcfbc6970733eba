"""The queue and what hangs on it: doors, visits, deliveries and notices. A row that is not done is work to do.

A visit's row and its deliveries are committed together, so a crash at any point means "carry on with the rows that are
not done". Every method is one transaction and may be called from any thread. The other records of the same database
are those of faces, photos and phones (face_records, photo_records, phone_records).
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, case, delete, exists, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from receiver.database import Database
from receiver.language import mark
from receiver.message_rows import (
    HOLD_S,
    add_deliveries,
    add_notice,
    due_for,
    notices_due_for,
    settle_held,
    supersede,
)
from receiver.models import (
    TOLD,
    Conclusion,
    Delivery,
    DeliveryState,
    Door,
    DoorState,
    Message,
    Notice,
    Opening,
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
from receiver.records import to_delivery, to_door, to_notice, to_opening, to_snapshot
from receiver.schema import deliveries, doors, faces, notes, notices, openings, snapshots, visits
from receiver.visit_rows import (
    begin_visit,
    judgement_columns,
    many_visits,
    news,
    note_ruling,
    one_visit,
    received_at,
    remember_ring,
    rung_visit,
    says_more,
    visit_of_ring,
    visit_to_join,
    write_snapshot,
    write_verdict,
)

# Statements of the way from upload to alert, built once: building one takes longer than running it.
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


class Decision(NamedTuple):
    """What the owner's word about a door led to."""

    door: Door
    released: tuple[str, ...]
    """Ids of the visits that were held and now go their way."""
    dropped: tuple[Path, ...]
    """Pictures that nobody needs any more: the caller deletes them."""
    gone: tuple[str, ...] = ()
    """Ids of the visits that they were of."""


def new_id(at: float) -> str:
    """An id that sorts by time and cannot be guessed: 12 hex digits of milliseconds, 12 of chance."""
    return f"{int(at * 1000):012x}{secrets.token_hex(6)}"


class Store(Database):
    """The station's database, with what every stage of a visit asks of it."""

    # ---- doors

    def hear(self, door: str, name: str, at: float, state_if_new: DoorState) -> Door:
        """Note that a door was heard; a door never heard before is added with `state_if_new`."""
        with self.writing() as db:
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
        with self.reading() as db:
            row = db.execute(_DOOR, {"door": door}).first()
            return to_door(row) if row else None

    def doors(self) -> tuple[Door, ...]:
        """Every door ever heard, in the order of their first word."""
        with self.reading() as db:
            return tuple(to_door(row) for row in db.execute(select(doors).order_by(doors.c.first_heard)))

    def set_door(self, door: str, state: DoorState, messages: Sequence[Message], ruling: Ruling = TOLD) -> Decision:
        """Approve or refuse a door: its held visits go to recognition (announced by `messages`) or are dropped.

        Raises KeyError for a door never heard.
        """
        with self.writing() as db:
            db.execute(update(doors).where(doors.c.id == door).values(state=state))
            known = _one_door(db, door)
            held = (visits.c.door == door) & (visits.c.state == VisitState.HELD)
            released = tuple(db.execute(select(visits.c.id).where(held)).scalars())
            if state is DoorState.REFUSED:
                paths = db.execute(select(snapshots.c.path).where(snapshots.c.visit.in_(released))).scalars().all()
                db.execute(delete(visits).where(held))
                return Decision(known, (), tuple(map(Path, paths)), gone=released)
            db.execute(update(visits).where(held).values(state=VisitState.RECEIVED))
            db.execute(
                update(snapshots)
                .where((snapshots.c.door == door) & (snapshots.c.state == SnapshotState.HELD))
                .values(state=SnapshotState.RECEIVED)
            )
            now = self.clock()
            for visit in released:
                note_ruling(db, visit, ruling)
                add_deliveries(db, visit, messages, now, ruling)
            return Decision(known, released, ())

    def pair(self, door: str, name: str) -> Door:
        """A door has a new key from now on; with it comes the approval. A known door keeps its name."""
        at = self.clock()
        values = {"state": DoorState.APPROVED, "paired_at": at}
        with self.writing() as db:
            db.execute(
                upsert(doors)
                .values(id=door, name=name, first_heard=at, last_heard=at, pictures=0, broken=0, **values)
                .on_conflict_do_update(index_elements=["id"], set_=values)
            )
            return _one_door(db, door)

    def unpair(self, door: str) -> Door:
        """A door has no key any more, and is not let in without one unless approved again. Raises KeyError."""
        with self.writing() as db:
            db.execute(update(doors).where(doors.c.id == door).values(state=DoorState.REFUSED, paired_at=None))
            return _one_door(db, door)

    def greet(self, door: str, firmware: str, at: float) -> Door:
        """A paired door began a session. Raises KeyError for a door never heard."""
        with self.writing() as db:
            db.execute(update(doors).where(doors.c.id == door).values(firmware=firmware, last_heard=at))
            return _one_door(db, door)

    def count_refusals(self, counts: Mapping[str, Mapping[str, int]]) -> tuple[Door, ...]:
        """Add to the counters of doors, door -> reason -> how many; unknown doors are passed over."""
        with self.writing() as db:
            found = db.execute(select(doors).where(doors.c.id.in_(list(counts)))).all()
            for row in found:
                total = Counter(json.loads(row.refused)) + Counter(counts[row.id])
                db.execute(update(doors).where(doors.c.id == row.id).values(refused=json.dumps(total)))
            return tuple(_one_door(db, row.id) for row in found)

    def rename_door(self, door: str, name: str) -> Door:
        """Give a door another name. Raises KeyError for a door never heard."""
        with self.writing() as db:
            db.execute(update(doors).where(doors.c.id == door).values(name=name))
            return _one_door(db, door)

    def held(self, door: str) -> int:
        """How many pictures of a door wait for the owner's word."""
        with self.reading() as db:
            query = (
                select(func.count())
                .select_from(snapshots)
                .where((snapshots.c.door == door) & (snapshots.c.state == SnapshotState.HELD))
            )
            return int(db.execute(query).scalar_one())

    # ---- pictures and presses come in

    def duplicate(self, door: str, hash_: str, since: float, ring: Ring | None = None) -> Snapshot | None:
        """The same bytes from the same door not longer ago than `since`; of a `ring` only those in its visit."""
        with self.reading() as db:
            rows = db.execute(_SAME_PICTURE, {"hash": hash_, "door": door, "since": since}).all()
            visit = visit_of_ring(db, ring) if ring and rows else None
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
        with self.writing() as db:
            pressed = trigger is Trigger.RING
            rung = rung_visit(db, ring.door, merge_since, 2 * at - merge_since) if pressed else None
            visit = rung or new_id(at)
            if rung is None:
                begun = VisitState.RECEIVED
                now = self.clock()
                begin_visit(
                    db, visit, ring.door, trigger, at=at, now=now, state=begun, messages=messages, ruling=ruling
                )
            remember_ring(db, ring, visit, at)
            db.execute(update(doors).where(doors.c.id == ring.door).values(last_heard=func.max(doors.c.last_heard, at)))
            return one_visit(db, visit), rung is None

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
        with self.writing() as db:
            state = VisitState.HELD if snapshot.state is SnapshotState.HELD else VisitState.RECEIVED
            visit = visit_of_ring(db, ring) if ring else visit_to_join(db, snapshot, merge_since)
            new = visit is None
            if visit is None:
                visit, at = snapshot.visit, snapshot.received_at
                now = self.clock()
                begin_visit(
                    db, visit, snapshot.door, trigger, at=at, now=now, state=state, messages=messages, ruling=ruling
                )
                if ring:
                    remember_ring(db, ring, visit, at)
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
            return one_visit(db, visit), new

    def known_snapshots(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of the ids that have a row."""
        with self.reading() as db:
            found: set[str] = set()
            for begin in range(0, len(ids), 500):  # SQLite bounds the number of parameters
                some = snapshots.c.id.in_(ids[begin : begin + 500])
                found.update(db.execute(select(snapshots.c.id).where(some)).scalars())
            return frozenset(found)

    # ---- what was seen

    def unfinished(self, limit: int = 16) -> tuple[Snapshot, ...]:
        """The oldest snapshots that recognition has still to look at."""
        with self.reading() as db:
            rows = db.execute(
                select(snapshots)
                .where(snapshots.c.state == SnapshotState.RECEIVED)
                .order_by(snapshots.c.received_at, snapshots.c.id)
                .limit(limit)
            )
            return tuple(to_snapshot(row) for row in rows)

    def blame(self, snapshot: str) -> int:
        """Count that a snapshot took a worker down; returns how often by now."""
        with self.writing() as db:
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
        with self.writing() as db:
            row = db.execute(select(snapshots).where(snapshots.c.id == snapshot)).first()
            if row is None:
                return None
            before, now = one_visit(db, row.visit), self.clock()
            write_snapshot(db, row, state, conclusion)
            for sighting in conclusion.before:
                judged = judgement_columns(sighting.judged)
                db.execute(update(faces).where(faces.c.id == sighting.id).values(**judged))
            if conclusion.faces or conclusion.before or says_more(conclusion.verdict, before.verdict):
                write_verdict(db, before, snapshot, conclusion, now)
            after = one_visit(db, row.visit)
            if before.verdict is not None and news(before) == news(after):
                return after
            overdue = after.telling is Telling.LATER and received_at(db, row.visit) + HOLD_S <= now
            ruling = TOLD if overdue else rule(after)
            note_ruling(db, row.visit, ruling)
            if after.telling is Telling.LATER:
                settle_held(db, row.visit, ruling, now)
            supersede(db, row.visit, messages)
            add_deliveries(db, row.visit, messages, now, ruling)
            return one_visit(db, row.visit)

    def waited_for(self, before: float) -> tuple[Visit, ...]:
        """Tell the visits received before a time that still wait for their verdict; returns them."""
        with self.writing() as db:
            waiting = (visits.c.telling == Telling.LATER) & (visits.c.received_at <= before)
            ids = list(db.execute(select(visits.c.id).where(waiting & (visits.c.state != VisitState.HELD))).scalars())
            for visit in ids:
                note_ruling(db, visit, TOLD)
                settle_held(db, visit, TOLD, self.clock())
            return many_visits(db, ids)

    # ---- visits

    def visit(self, visit: str) -> Visit:
        """One visit with everything. Raises KeyError for an unknown id."""
        with self.reading() as db:
            return one_visit(db, visit)

    def visits(self, limit: int = 50, before: str | None = None) -> tuple[Visit, ...]:
        """Visits newest first; `before` is the id of the last one already seen."""
        query = select(visits.c.id).order_by(visits.c.started_at.desc(), visits.c.id.desc()).limit(limit)
        with self.reading() as db:
            if before is not None:
                edge = db.execute(select(visits.c.started_at).where(visits.c.id == before)).scalar()
                if edge is None:
                    raise KeyError(before)
                query = query.where(
                    (visits.c.started_at < edge) | ((visits.c.started_at == edge) & (visits.c.id < before))
                )
            return many_visits(db, list(db.execute(query).scalars()))

    def visits_between(self, since: float, until: float) -> tuple[Visit, ...]:
        """The visits of people who rang in a time, the oldest first: no looks, no tests, nobody who is held."""
        rung = (visits.c.trigger == Trigger.RING) & (visits.c.state != VisitState.HELD)
        query = select(visits.c.id).where(rung & (visits.c.started_at >= since) & (visits.c.started_at < until))
        with self.reading() as db:
            return many_visits(db, list(db.execute(query.order_by(visits.c.started_at)).scalars()))

    def newest_ring(self, door: str) -> Visit | None:
        """The last visit that began with a press at a door, and was let in; None without one."""
        rang = (visits.c.door == door) & (visits.c.trigger == Trigger.RING) & (visits.c.state != VisitState.HELD)
        with self.reading() as db:
            found = db.execute(select(visits.c.id).where(rang).order_by(visits.c.started_at.desc()).limit(1)).scalar()
            return one_visit(db, found) if found else None

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
        with self.reading() as db:
            return frozenset(db.execute(query).scalars())

    def delete_visit(self, visit: str) -> tuple[Path, ...]:
        """Remove a visit and all that hangs on it; returns the picture files the caller must delete."""
        with self.writing() as db:
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
        with self.reading() as db:
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
        due = wanted = due_for(notifier, target)
        if kind is not None:
            wanted &= deliveries.c.kind == kind
        if after is not None:
            wanted &= deliveries.c.visit.not_in(select(deliveries.c.visit).where(due & (deliveries.c.kind == after)))
        with self.reading() as db:
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
        return self._settle(delivery, tried=False, state=DeliveryState.DUE, due_at=self.clock(), error="")

    def visit_of_delivery(self, delivery: int) -> Visit:
        """The visit of which a delivery tells. Raises KeyError for an unknown one."""
        with self.reading() as db:
            visit = db.execute(select(deliveries.c.visit).where(deliveries.c.id == delivery)).scalar()
            if visit is None:
                raise KeyError(delivery)
            return one_visit(db, visit)

    def tell_again(self, visit: str, messages: Sequence[Message]) -> Visit:
        """Something else is to be said of a visit now: `messages` supersede those not sent yet. Raises KeyError."""
        with self.writing() as db:
            one_visit(db, visit)
            supersede(db, visit, messages)
            add_deliveries(db, visit, messages, self.clock())
            return one_visit(db, visit)

    def backlog(self) -> Mapping[str, int]:
        """How much waits: `snapshots` for recognition, and messages by notifier."""
        with self.reading() as db:
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
        words = {"state": DeliveryState.FAILED, "error": mark("no longer among the receivers in the settings")}
        allowed = list(targets)
        with self.writing() as db:
            for table in (deliveries, notices):
                due = (table.c.notifier == notifier) & (table.c.state == DeliveryState.DUE)
                db.execute(update(table).where(due & table.c.target.not_in(allowed)).values(**words))

    def give_up(self, visit: str, why: str) -> Visit:
        """What a visit still has to tell is told no more. Raises KeyError for an unknown id."""
        with self.writing() as db:
            due = (deliveries.c.visit == visit) & (deliveries.c.state == DeliveryState.DUE)
            reason = case((deliveries.c.error == "", why), else_=deliveries.c.error)
            db.execute(update(deliveries).where(due).values(state=DeliveryState.FAILED, error=reason))
            return one_visit(db, visit)

    def _settle(self, delivery: int, *, tried: bool = True, **values: Any) -> Visit | None:
        with self.writing() as db:
            mine = deliveries.c.id == delivery
            db.execute(
                update(deliveries).where(mine).values(attempts=deliveries.c.attempts + (1 if tried else 0), **values)
            )
            visit = db.execute(select(deliveries.c.visit).where(mine)).scalar()
            return one_visit(db, visit) if visit else None

    # ---- notices

    def add_notices(
        self, kind: str, text: str, routes: Sequence[tuple[str, str]], *, note: tuple[str, str] | None = None
    ) -> None:
        """A text for each (notifier, target), and a note that says so, in one transaction."""
        with self.writing() as db:
            for notifier, target in routes:
                add_notice(db, notifier, target, kind, text, at=self.clock())
            if note:
                _set_note(db, *note)

    def next_notice(self, notifier: str, target: str) -> Notice | None:
        """The oldest notice a target still has to get."""
        due = notices_due_for(notifier, target)
        with self.reading() as db:
            row = db.execute(select(notices).where(due).order_by(notices.c.created_at, notices.c.id).limit(1)).first()
            return to_notice(row) if row else None

    def settle_notice(self, notice: int, **values: Any) -> None:
        """What became of an attempt: `state`, `delivered_at`, `due_at` or `error`."""
        with self.writing() as db:
            mine = update(notices).where(notices.c.id == notice)
            db.execute(mine.values(attempts=notices.c.attempts + 1, **values))

    def forget_notices(self, before: float) -> None:
        """Remove notices of long ago that are settled."""
        with self.writing() as db:
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
        summary: Callable[..., str],
    ) -> tuple[Visit, ...]:
        """Replace the `kinds` of messages of visits from before a time by one notice, if they are `more_than` so many.

        A summary that is still to go out takes further ones in, however few. The newest visit's message of the kind
        `kept` stays. `words` puts one visit into words, `summary` the (time, words) of all, `heard` if only messages
        of the kind `kept` are late. Returns the visits whose messages were replaced.
        """
        with self.writing() as db:
            due = due_for(notifier, target) & deliveries.c.kind.in_(kinds)
            old = select(deliveries.c.visit).join(visits, visits.c.id == deliveries.c.visit)
            query = old.where(due & (visits.c.started_at < before)).distinct()
            late = sorted(many_visits(db, list(db.execute(query).scalars())), key=lambda visit: visit.started_at)
            pending = (notices.c.kind == "summary") & notices_due_for(notifier, target)
            row = db.execute(select(notices).where(pending)).first()
            told = {key: (at, said) for key, at, said in json.loads(row.visits)} if row else {}
            fresh = [visit for visit in late if visit.id not in told]
            if not fresh or (row is None and len(late) <= more_than):
                return ()
            told |= {visit.id: (visit.started_at, words(visit)) for visit in late}
            mine = (deliveries.c.notifier == notifier) & (deliveries.c.target == target) & deliveries.c.visit.in_(told)
            first = mine & deliveries.c.kind.in_(kinds) & (deliveries.c.kind != kept)
            unheard = select(deliveries.c.id).where(first & (deliveries.c.state != DeliveryState.DELIVERED)).limit(1)
            values = {
                "text": summary(sorted(told.values()), heard=db.execute(unheard).first() is None),
                "visits": json.dumps([(key, at, said) for key, (at, said) in told.items()]),
            }
            if row:
                db.execute(update(notices).where(notices.c.id == row.id).values(**values))
            else:
                oldest = min(d.created_at for visit in late for d in visit.deliveries)
                add_notice(db, notifier, target, "summary", at=oldest, **values)
            ids = [visit.id for visit in late]
            the_photo = (deliveries.c.visit == late[-1].id) & (deliveries.c.kind == kept)
            replaced = update(deliveries).where(due & deliveries.c.visit.in_(ids) & ~the_photo)
            db.execute(replaced.values(state=DeliveryState.SUPERSEDED))
            return many_visits(db, ids)

    # ---- notes

    def note(self, key: str) -> str | None:
        """A small value kept by key, such as Telegram's update offset."""
        with self.reading() as db:
            return db.execute(select(notes.c.value).where(notes.c.key == key)).scalar()

    def set_note(self, key: str, value: str) -> None:
        """Keep a small value."""
        with self.writing() as db:
            _set_note(db, key, value)

    # ---- openings

    def note_opening(self, opening: Opening) -> None:
        """Write an attempt to open a door into the audit trail."""
        with self.writing() as db:
            db.execute(insert(openings).values(asdict(opening)))

    def settle_opening(self, opening: str, outcome: str) -> None:
        """What became of it."""
        with self.writing() as db:
            db.execute(update(openings).where(openings.c.id == opening).values(outcome=outcome))

    def openings(self, limit: int = 100) -> tuple[Opening, ...]:
        """The audit trail, newest first."""
        with self.reading() as db:
            rows = db.execute(select(openings).order_by(openings.c.at.desc(), openings.c.id).limit(limit))
            return tuple(map(to_opening, rows))


def _set_note(db: Connection, key: str, value: str) -> None:
    known = upsert(notes).values(key=key, value=value)
    db.execute(known.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def _one_door(db: Connection, door: str) -> Door:
    row = db.execute(select(doors).where(doors.c.id == door)).first()
    if row is None:
        raise KeyError(door)
    return to_door(row)
