"""The SQL about phones: which chats are paired, which messages they got, and what can be undone from there."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from receiver.models import Chat, Right, SentMessage, Stranger
from receiver.schema import chats, deliveries, notes, notices, sent_messages, undos, visits

if TYPE_CHECKING:
    from receiver.database import Database

_MOVED = "telegram.moved"
MOST_STRANGERS = 100
"""Anybody can write to a bot, so only the latest so many are kept."""
_AT_ONCE = 10_000
"""Values in a statement: SQLite allows 32,766."""


class PhoneRecords:
    """Kept in the station's database; every method is one transaction and may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- chats

    def chats(self) -> tuple[Chat, ...]:
        """Those with a row of their own, in the order of their pairing."""
        query = select(chats).where(chats.c.ignored_at.is_(None)).order_by(chats.c.paired_at, chats.c.target)
        with self._database.reading() as db:
            return tuple(_to_chat(row) for row in db.execute(query))

    def keep_chat(self, chat: Chat) -> None:
        """A chat is paired, or has other rights."""
        values = {
            "name": chat.name,
            "rights": " ".join(sorted(chat.rights)),
            "paired_at": chat.paired_at,
            "ignored_at": None,
        }
        with self._database.writing() as db:
            db.execute(
                upsert(chats)
                .values(target=chat.target, **values)
                .on_conflict_do_update(index_elements=["target"], set_=values)
            )

    def drop_chat(self, target: str) -> bool:
        """Forget a chat; whether there was one."""
        with self._database.writing() as db:
            gone = db.execute(delete(chats).where((chats.c.target == target) & chats.c.ignored_at.is_(None)))
            return gone.rowcount > 0

    def move_chat(self, old: int, new: int) -> None:
        """A chat and all its messages have another id; one that is paired under the new id already stays as it is."""
        before, after = str(old), str(new)
        paired = (chats.c.target == after) & chats.c.ignored_at.is_(None)
        with self._database.writing() as db:
            db.execute(insert(notes).prefix_with("OR REPLACE").values(key=f"{_MOVED}.{before}", value=after))
            if db.execute(select(chats.c.target).where(paired)).first():
                db.execute(delete(chats).where(chats.c.target == before))
                return
            db.execute(delete(chats).where(chats.c.target == after))
            db.execute(update(chats).where(chats.c.target == before).values(target=after))
            for table in (deliveries, notices):
                theirs = (table.c.notifier == "telegram") & (table.c.target == before)
                db.execute(update(table).where(theirs).values(target=after))

    def moved_to(self, chat: int) -> int | None:
        """The id that a chat got since; None when it has kept its own."""
        with self._database.reading() as db:
            noted = db.execute(select(notes.c.value).where(notes.c.key == f"{_MOVED}.{chat}")).scalar()
        return int(noted) if noted else None

    def ignore(self, stranger: Stranger) -> bool:
        """Remember who wrote without being paired; whether it is the first time."""
        values = {"name": stranger.name, "rights": "", "paired_at": None, "ignored_at": stranger.at}
        with self._database.writing() as db:
            known = select(chats.c.target).where(chats.c.target == stranger.target)
            if db.execute(known).first() is not None:
                return False
            db.execute(insert(chats).values(target=stranger.target, **values))
            latest = select(chats.c.target).where(chats.c.ignored_at.is_not(None)).order_by(chats.c.ignored_at.desc())
            db.execute(
                delete(chats).where(
                    chats.c.ignored_at.is_not(None) & chats.c.target.not_in(latest.limit(MOST_STRANGERS))
                )
            )
            return True

    def strangers(self) -> tuple[Stranger, ...]:
        """Who wrote without being paired, the latest first."""
        query = select(chats).where(chats.c.ignored_at.is_not(None)).order_by(chats.c.ignored_at.desc())
        with self._database.reading() as db:
            return tuple(Stranger(row.target, row.name, row.ignored_at) for row in db.execute(query))

    # ---- messages

    def keep_message(self, sent: SentMessage) -> None:
        """A message is in a chat, or shows something else now. One about a visit that is gone is not kept."""
        values: dict[str, Any] = {"target": sent.target, "visit": sent.visit, "kind": sent.kind, "face": sent.face}
        values |= {"digest": sent.digest, "at": sent.at}
        with self._database.writing() as db:
            if db.execute(select(visits.c.id).where(visits.c.id == sent.visit)).first() is None:
                return
            db.execute(
                upsert(sent_messages)
                .values(chat=_chat_of(sent.target), message=sent.message, **values)
                .on_conflict_do_update(index_elements=["chat", "message"], set_=values)
            )

    def message(self, chat: int, message: int) -> SentMessage | None:
        """What is known about a message of ours."""
        mine = (sent_messages.c.chat == chat) & (sent_messages.c.message == message)
        with self._database.reading() as db:
            row = db.execute(select(sent_messages).where(mine)).first()
            return _to_message(row) if row else None

    def verdict_message(self, visit: str, target: str) -> SentMessage | None:
        """The latest message with a visit's verdict in a chat."""
        mine = (sent_messages.c.visit == visit) & (sent_messages.c.target == target)
        query = select(sent_messages).where(mine & sent_messages.c.kind.in_(("photo", "words")))
        with self._database.reading() as db:
            row = db.execute(query.order_by(sent_messages.c.message.desc()).limit(1)).first()
            return _to_message(row) if row else None

    def told(self, of: Collection[str]) -> frozenset[tuple[str, str]]:
        """(visit, chat) for those of the visits whose verdict a chat shows."""
        query = select(sent_messages.c.visit, sent_messages.c.target).where(
            sent_messages.c.visit.in_(bindparam("of", expanding=True)) & sent_messages.c.kind.in_(("photo", "words"))
        )
        wanted, found = list(of), set[tuple[str, str]]()
        with self._database.reading() as db:
            for start in range(0, len(wanted), _AT_ONCE):
                rows = db.execute(query, {"of": wanted[start : start + _AT_ONCE]})
                found.update((row.visit, row.target) for row in rows)
        return frozenset(found)

    # ---- undoing

    def keep_undo(self, steps: Mapping[str, Any], at: float) -> int:
        """How to take something back; returns its number."""
        with self._database.writing() as db:
            added = db.execute(insert(undos).values(at=at, steps=json.dumps(dict(steps))))
            return int((added.inserted_primary_key or [0])[0])

    def undo(self, number: int) -> tuple[dict[str, Any], bool]:
        """The steps that take something back, and whether that was done already. Raises KeyError."""
        with self._database.reading() as db:
            row = db.execute(select(undos).where(undos.c.id == number)).first()
        if row is None:
            raise KeyError(number)
        return json.loads(row.steps), row.undone_at is not None

    def undone(self, number: int, at: float) -> bool:
        """Note that it is taken back; whether it was not before."""
        with self._database.writing() as db:
            mine = (undos.c.id == number) & undos.c.undone_at.is_(None)
            return db.execute(update(undos).where(mine).values(undone_at=at)).rowcount > 0


def _chat_of(target: str) -> int:
    return int(target.partition("/")[0])


def _to_chat(row: Row[Any]) -> Chat:
    return Chat(row.target, row.name, frozenset(Right(right) for right in row.rights.split()), row.paired_at)


def _to_message(row: Row[Any]) -> SentMessage:
    return SentMessage(row.target, row.message, row.visit, row.kind, row.face, row.digest, row.at)
