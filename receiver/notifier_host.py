"""The station as one notifier sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from receiver import wording
from receiver.assembly import Assembly
from receiver.language import _
from receiver.models import (
    Camera,
    Chat,
    Door,
    Hush,
    Identity,
    Named,
    PartState,
    Photo,
    SentMessage,
    Unnamed,
    Visit,
)
from receiver.notifiers import Host
from receiver.phone_records import PhoneRecords


class _Station(Protocol):
    """The commands of the station that people give from afar."""

    def reply(self, text: str, door: str = "") -> str: ...
    def status(self) -> str: ...
    def visits(self, limit: int) -> tuple[Visit, ...]: ...
    def visit(self, visit: str) -> Visit: ...
    def doors(self) -> tuple[Door, ...]: ...
    def cameras(self) -> tuple[Camera, ...]: ...
    def identities(self) -> tuple[Identity, ...]: ...
    def look(self, door: str) -> None: ...
    def hush(self, seconds: float | None, *, by: str) -> Hush: ...
    def unhush(self, by: str) -> None: ...
    def name_face(self, face: int, name: str) -> Named: ...
    def reject_face(self, face: int) -> Unnamed: ...
    def enrol_photo(self, name: str, photo: bytes) -> tuple[Photo, str]: ...
    def undo(self, token: str) -> bool: ...


def hosts(station: _Station, parts: Assembly) -> Callable[[str], Host]:
    """What makes each notifier its host, given its name."""
    return lambda notifier: _StationHost(notifier, station, parts)


class _StationHost:
    """Keeps what `Host` promises."""

    def __init__(self, notifier: str, station: _Station, parts: Assembly) -> None:
        self._notifier = notifier
        self._station = station
        self._parts = parts
        self._phones = PhoneRecords(parts.store)

    # ---- how it is doing, and what it wants to remember

    def report(self, state: PartState, detail: str) -> None:
        self._parts.messengers.report(self._notifier, state, detail)

    def wake(self) -> None:
        self._parts.messengers.outbox.hurry(self._notifier)

    def recall(self, key: str) -> str | None:
        return self._parts.store.note(f"{self._notifier}.{key}")

    def remember(self, key: str, value: str) -> None:
        self._parts.store.set_note(f"{self._notifier}.{key}", value)

    # ---- who may ask

    def chats(self) -> tuple[Chat, ...]:
        return self._parts.chats.all()

    def pair(self, text: str, target: str, name: str) -> Chat | None:
        chat = self._parts.chats.try_code(text, target, name)
        if chat:
            self._parts.messengers.outbox.follow_targets()
        return chat

    def ignored(self, target: str, name: str) -> None:
        self._parts.chats.ignore(target, name)

    def moved(self, old: int, new: int) -> None:
        self._parts.chats.move(old, new)
        self._parts.messengers.outbox.follow_targets()

    # ---- what is asked

    def said(self, text: str, door: str = "") -> str:
        return self._station.reply(text, door)

    def status(self) -> str:
        return self._station.status()

    def quiet(self, visit: Visit | None) -> bool:
        return self._parts.rules.quiet(visit)

    def visits(self, limit: int) -> Sequence[Visit]:
        return self._station.visits(limit)

    def visit(self, visit: str) -> Visit:
        return self._station.visit(visit)

    def visit_of(self, delivery: int) -> Visit:
        return self._parts.store.visit_of_delivery(delivery)

    def doors(self) -> Sequence[Door]:
        return self._station.doors()

    def cameras(self) -> Sequence[Camera]:
        return self._station.cameras()

    def names(self) -> Sequence[str]:
        return [identity.name for identity in self._station.identities()]

    def look(self, door: str) -> None:
        self._station.look(door)

    def hush(self, seconds: float | None, by: str) -> str:
        if seconds is None:
            self._station.unhush(by=by)
            return _(wording.UNHUSHED)
        return wording.hushed(self._station.hush(seconds, by=by).until)

    # ---- who somebody is

    def name_face(self, face: int, name: str) -> Named:
        return self._station.name_face(face, name)

    def reject_face(self, face: int) -> tuple[Visit, str]:
        rejected = self._station.reject_face(face)
        return rejected.visit, rejected.undo

    def enrol(self, name: str, photo: bytes) -> tuple[Photo, str]:
        return self._station.enrol_photo(name, photo)

    def undo(self, token: str) -> bool:
        return self._station.undo(token)

    # ---- messages that may be answered or edited later

    def keep_message(self, sent: SentMessage) -> None:
        self._phones.keep_message(sent)

    def message(self, chat: int, message: int) -> SentMessage | None:
        return self._phones.message(chat, message)

    def verdict_message(self, visit: str, target: str) -> SentMessage | None:
        return self._phones.verdict_message(visit, target)
