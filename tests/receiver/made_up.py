"""Made-up visits, deliveries and a host for the tests of outbox, notifiers and retention."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from receiver.chats import USUAL_RIGHTS
from receiver.models import (
    TOLD,
    Box,
    Camera,
    Chat,
    Conclusion,
    Delivery,
    DeliveryState,
    DetectedFace,
    Door,
    DoorState,
    Face,
    JudgedFace,
    Judgement,
    Match,
    Message,
    Named,
    PartState,
    Photo,
    Quality,
    Ruling,
    SentMessage,
    Snapshot,
    SnapshotState,
    Trigger,
    Verdict,
    Visit,
    VisitState,
)
from receiver.store import Store, new_id

QUALITY = Quality(eye_distance=40, sharpness=200, brightness=120, contrast=50, yaw=0.0, score=1.0)
SOMEWHERE = Box(120, 300, 300, 120)
PATIENCE_S = 10.0


class Clock:
    """Time that passes only when a test says so; a minute ahead, so that what the store writes now is due."""

    def __init__(self, now: float | None = None) -> None:
        self.now = time.time() + 60 if now is None else now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class Host:
    """The station as a notifier sees it: remembers everything it is told."""

    def __init__(self) -> None:
        self.reports: list[tuple[PartState, str]] = []
        self.wakes = 0
        self.texts: list[str] = []
        self.notes: dict[str, str] = {}
        self.answer: Callable[[str], str] = lambda text: "Passed on to the door's screen."
        self.allowed: tuple[Chat, ...] = (Chat("4711", "Olga", USUAL_RIGHTS, 1.0),)
        self.strangers: list[tuple[str, str]] = []
        self.code = ""
        self.moves: list[tuple[int, int]] = []
        self.hushed = False
        self.seen: list[Visit] = []
        self.delivered: dict[int, str] = {}
        """Delivery -> visit."""
        self.all_doors: list[Door] = []
        self.all_cameras: list[Camera] = []
        self.people: list[str] = []
        self.deeds: list[tuple[object, ...]] = []
        """What was done for a chat, in order."""
        self.named: Callable[[int, str], Named] = lambda face, name: _named(self.seen[0], name)
        self.judged = Judgement.GOOD
        self.undone: set[str] = set()
        self.messages: dict[tuple[int, int], SentMessage] = {}
        self._changed = threading.Condition()

    def report(self, state: PartState, detail: str) -> None:
        with self._changed:
            self.reports.append((state, detail))
            self._changed.notify_all()

    def wake(self) -> None:
        with self._changed:
            self.wakes += 1
            self._changed.notify_all()

    def said(self, text: str, door: str = "") -> str:
        with self._changed:
            self.texts.append(text)
            self.deeds.append(("said", text, door))
            self._changed.notify_all()
        return self.answer(text)

    def status(self) -> str:
        return "All is well."

    def recall(self, key: str) -> str | None:
        return self.notes.get(key)

    def remember(self, key: str, value: str) -> None:
        with self._changed:
            self.notes[key] = value
            self._changed.notify_all()

    def chats(self) -> tuple[Chat, ...]:
        return self.allowed

    def pair(self, text: str, target: str, name: str) -> Chat | None:
        if not self.code or text != self.code:
            return None
        chat = Chat(target, name, USUAL_RIGHTS, 1.0)
        self.allowed = (*self.allowed, chat)
        return chat

    def ignored(self, target: str, name: str) -> None:
        with self._changed:
            self.strangers.append((target, name))
            self._changed.notify_all()

    def moved(self, old: int, new: int) -> None:
        self.moves.append((old, new))
        self.allowed = tuple(replace(chat, target=str(new)) if chat.id == old else chat for chat in self.allowed)

    def quiet(self, visit: Visit | None) -> bool:
        return self.hushed

    def visits(self, limit: int) -> Sequence[Visit]:
        return self.seen[:limit]

    def visit(self, visit: str) -> Visit:
        found = next((v for v in self.seen if v.id == visit), None)
        if found is None:
            raise KeyError(visit)
        return found

    def visit_of(self, delivery: int) -> Visit:
        return self.visit(self.delivered[delivery])

    def doors(self) -> Sequence[Door]:
        return self.all_doors

    def cameras(self) -> Sequence[Camera]:
        return self.all_cameras

    def names(self) -> Sequence[str]:
        return self.people

    def look(self, door: str) -> None:
        self._do("look", door)

    def hush(self, seconds: float | None, by: str) -> str:
        self._do("hush", seconds, by)
        return "Hushed."

    def name_face(self, face: int, name: str) -> Named:
        self._do("name", face, name)
        return self.named(face, name)

    def reject_face(self, face: int) -> tuple[Visit, str]:
        self._do("reject", face)
        return self.seen[0], "8"

    def enrol(self, name: str, photo: bytes) -> tuple[Photo, str]:
        self._do("enrol", name, photo)
        good = self.judged is Judgement.GOOD
        return Photo(name, Path("x.jpg"), "", self.judged, "" if good else "the face is too dark"), "9" if good else ""

    def undo(self, token: str) -> bool:
        self._do("undo", token)
        first = token not in self.undone
        self.undone.add(token)
        return first

    def keep_message(self, sent: SentMessage) -> None:
        self.messages[int(sent.target.partition("/")[0]), sent.message] = sent

    def message(self, chat: int, message: int) -> SentMessage | None:
        return self.messages.get((chat, message))

    def verdict_message(self, visit: str, target: str) -> SentMessage | None:
        mine = [m for m in self.messages.values() if (m.visit, m.target) == (visit, target)]
        return next((m for m in reversed(mine) if m.kind in ("photo", "words")), None)

    def _do(self, *deed: object) -> None:
        with self._changed:
            self.deeds.append(deed)
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE_S), f"waited in vain; reports: {self.reports}"

    def wait_until(self, state: PartState, count: int = 1) -> str:
        """Wait for the `count`th report of a state; returns its words."""
        self.wait_for(lambda: len(self.words(state)) >= count)
        return self.words(state)[count - 1]

    def words(self, state: PartState) -> list[str]:
        return [detail for said, detail in self.reports if said is state]


def _named(visit: Visit, name: str) -> Named:
    return Named(visit, Photo(name, Path("x.jpg"), "", Judgement.GOOD, ""), (), "7")


def picture(path: Path, size: tuple[int, int] = (640, 480)) -> Path:
    """A JPEG of one grey."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "#8090a0").save(path, "JPEG")
    return path


def face(identity: str | None = None, box: Box = SOMEWHERE, verdict: Verdict | None = None) -> Face:
    known = Verdict.KNOWN if identity else Verdict.UNKNOWN
    match = Match(identity or "Anna", 0.31 if identity else 0.71, None, None)
    return Face(1, "s1", box, QUALITY, verdict or known, "", match)


def visit(path: Path | None = None, *faces: Face, at: float | None = None, door: str = "front") -> Visit:
    """A concluded visit, a moment ago."""
    at = time.time() if at is None else at
    shot = Snapshot("s1", "v1", door, SnapshotState.RECOGNISED, path or Path("gone.jpg"), at, 640, 480)
    verdicts = {f.verdict for f in faces}
    verdict = Verdict.KNOWN if Verdict.KNOWN in verdicts else Verdict.UNKNOWN if faces else Verdict.NO_FACE
    return Visit(
        id="v1",
        door=door,
        door_name="Front door",
        trigger=Trigger.RING,
        started_at=at,
        state=VisitState.CONCLUDED,
        verdict=verdict,
        reason="",
        concluded_at=at,
        snapshots=(shot,),
        faces=faces,
        best_snapshot="s1",
        deliveries=(),
        timings_ms={},
    )


def delivery(notifier: str, kind: str, target: str = "") -> Delivery:
    return Delivery(1, "v1", notifier, kind, target, DeliveryState.DUE, 0, 0.0, 0.0, None, "")


def ring(
    store: Store,
    folder: Path,
    messages: Sequence[Message],
    at: float | None = None,
    *,
    ruling: Ruling = TOLD,
    trigger: Trigger = Trigger.RING,
) -> Visit:
    """A visit in the store, with its picture on disk and its alerts due."""
    at = time.time() if at is None else at
    store.hear("front", "Front door", at, DoorState.APPROVED)
    name = new_id(at)
    path = picture(folder / time.strftime("%Y/%m/%d", time.gmtime(at)) / f"{name}.jpg")
    shot = Snapshot(name, new_id(at), "front", SnapshotState.RECEIVED, path, at, 640, 480)
    return store.receive(shot, name, trigger, at, messages, ruling=ruling)[0]


def no_face() -> tuple[SnapshotState, Conclusion]:
    """What `Store.conclude` is told of an empty picture."""
    return SnapshotState.RECOGNISED, Conclusion(Verdict.NO_FACE, "", (), "pretend")


def known(name: str) -> tuple[SnapshotState, Conclusion]:
    """What `Store.conclude` is told of a picture with one known face."""
    seen = DetectedFace(SOMEWHERE, (), np.zeros(2, np.float32), QUALITY)
    judged = JudgedFace(seen, Verdict.KNOWN, "", Match(name, 0.3, None, None))
    return SnapshotState.RECOGNISED, Conclusion(Verdict.KNOWN, "", (judged,), "pretend")


def conclude(store: Store, rung: Visit, messages: Sequence[Message], verdict: Verdict = Verdict.NO_FACE) -> Visit:
    """A verdict on the newest picture of a visit, with its messages due."""
    conclusion = Conclusion(verdict, "", (), "pretend")
    concluded = store.conclude(rung.snapshots[-1].id, SnapshotState.RECOGNISED, conclusion, messages)
    assert concluded
    return concluded


def states(store: Store, rung: Visit) -> list[DeliveryState]:
    return [d.state for d in store.visit(rung.id).deliveries]
