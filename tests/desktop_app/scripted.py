"""A station that does what a script tells it: the same facade, no threads of its own, no models, no network."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from receiver.errors import (
    BrokenPicture,
    CameraError,
    FetchStopped,
    GalleryError,
    NotifierError,
    SettingsError,
    SetUpStopped,
    StationError,
)
from receiver.models import (
    EVERYTHING,
    VIRTUAL_DOOR,
    Box,
    Camera,
    Change,
    Chat,
    ChatsChanged,
    CommandState,
    Delivery,
    DeliveryState,
    Door,
    DoorCommand,
    DoorHealth,
    DoorState,
    Face,
    FacesInPhoto,
    Finding,
    Forgotten,
    FullTest,
    GalleryChanged,
    Gathered,
    Glimpse,
    Hush,
    Identity,
    Imported,
    Judgement,
    Leg,
    Likeness,
    Match,
    Named,
    OwnTest,
    Part,
    PartState,
    Photo,
    Quality,
    Rejection,
    Right,
    Snapshot,
    SnapshotState,
    Stranger,
    StrangersChanged,
    Trigger,
    Unnamed,
    Verdict,
    Visit,
    VisitDeleted,
    VisitFilter,
    VisitKey,
    VisitState,
    Withdrawn,
)
from receiver.settings import Settings, fields

QUALITY = Quality(60, 300, 120, 50, 0.05, 1.2)


class ScriptedStation:
    """Answers as `receiver.station.Station` does, from lists a test fills; `calls` remembers the commands."""

    version = "0.0"
    firmware_version = "0.2.0"

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:  # noqa: PLR0915 -- one line per list
        self.settings = settings or Settings(data_dir=folder)
        self.settings_path = folder / "station.toml"
        self.address = "http://192.168.1.5:1066"
        self.calls: list[tuple[Any, ...]] = []
        self.all_visits: list[Visit] = []
        self.all_doors: dict[str, Door] = {}
        self.people: dict[str, Identity] = {}
        self.all_parts = {
            name: Part(name, PartState.WORKING, "", time.time()) for name in ("receiver", "recognition")
        } | {name: Part(name, PartState.OFF, "off", time.time()) for name in ("telegram", "mqtt")}
        self.judgements: dict[str, tuple[Judgement, str]] = {}
        self.likenesses: dict[str, Likeness] = {}
        self.groups: dict[str, FacesInPhoto] = {}
        self.own_test = OwnTest(Finding.TOO_FEW, (), (), (), None, None, {}, 0.56, 0.56, None)
        self.judge: Callable[[Path], None] = lambda path: None
        """Called for each photo that is judged, on the thread that judges."""
        self.ring_as: Visit | None = None
        self.yunet: Path | None = None
        self.fetching: Callable[[], None] = lambda: None
        """What happens half-way through a download."""
        self.plugged: tuple[Board, ...] = ()
        self.setting_up: Callable[[], None] = lambda: None
        """What happens half-way through the set-up of a door."""
        self.refuses_commands: Exception | None = None
        self.paired: dict[str, Chat] = {}
        self.ignored: tuple[Stranger, ...] = ()
        self.opens: set[str] = set()
        self.opening_needs_code = False
        self.virtual_door: ScriptedDoor | None = None
        self.quiet: Hush | None = None
        self.gathered: tuple[Gathered, ...] = ()
        self.test_fails = ""
        self.fits: Callable[[VisitFilter, Visit], bool] = lambda wanted, visit: True
        """What a filter wants."""
        self.wanted: list[VisitFilter] = []
        """Every filter that was asked for."""
        self.read: list[tuple[str, ...]] = []
        """The ids of every reading of records."""
        self.reading: Callable[[], None] = lambda: None
        """What happens while records are read, on the thread that reads them."""
        self.exporting: Callable[[], None] = lambda: None
        """What happens half-way through an export."""
        self.deleted: dict[str, Visit] = {}
        """Visits that can be had back."""
        self.rejected: dict[str, tuple[Rejection, ...]] = {}
        """Who is not whom."""
        self.undoing: dict[str, Callable[[], None]] = {}
        """What else happens when a token is undone."""
        self.judged_with: set[str] = set()
        """Visits that a rejection changes besides its own."""
        self.all_cameras: dict[str, Camera] = {}
        self.built_in: tuple[str, ...] = ()
        """The cameras of this computer that nobody uses."""
        self.camera_fails = ""
        self._subscribers: list[Callable[[Change], None]] = []

    # ---- the script's side

    def publish(self, change: Change) -> None:
        """Tell the subscribers from a thread of the station, as the real one does."""
        thread = threading.Thread(target=self._tell, args=(change,), name="station")
        thread.start()
        thread.join()

    def _tell(self, change: Change) -> None:
        if isinstance(change, Visit):
            self.all_visits = sorted(
                [change, *(v for v in self.all_visits if v.id != change.id)], key=lambda v: -v.started_at
            )
        if isinstance(change, Door):
            self.all_doors[change.id] = change
        if isinstance(change, Part):
            self.all_parts[change.name] = change
        if isinstance(change, Camera):
            self.all_cameras[change.door] = change
        for subscriber in tuple(self._subscribers):
            subscriber(change)

    # ---- the facade

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def parts(self) -> tuple[Part, ...]:
        return tuple(self.all_parts.values())

    def begin_pairing(self) -> str:
        self.calls.append(("begin_pairing",))
        return "012345"

    def end_pairing(self) -> None:
        self.calls.append(("end_pairing",))

    def chats(self) -> tuple[Chat, ...]:
        return tuple(self.paired.values())

    def strangers(self) -> tuple[Stranger, ...]:
        return self.ignored

    def set_chat_rights(self, chat: str, rights: Collection[Right]) -> Chat:
        self.calls.append(("set_chat_rights", chat, frozenset(rights)))
        self.paired[chat] = replace(self.paired[chat], rights=frozenset(rights))
        self._tell(ChatsChanged(self.chats()))
        return self.paired[chat]

    def unpair_chat(self, chat: str) -> None:
        self.calls.append(("unpair_chat", chat))
        del self.paired[chat]
        self._tell(ChatsChanged(self.chats()))

    def visits(self, limit: int = 50, before: str | None = None) -> tuple[Visit, ...]:
        start = 0 if before is None else next(i for i, v in enumerate(self.all_visits) if v.id == before) + 1
        return tuple(self.all_visits[start : start + limit])

    def doors(self) -> tuple[Door, ...]:
        return tuple(self.all_doors.values())

    def identities(self) -> tuple[Identity, ...]:
        return tuple(self.people.values())

    def ring(self, picture: Path) -> Visit:
        self.calls.append(("ring", picture))
        visit = self.ring_as or a_visit(picture, verdict=None)
        self._tell(visit)
        return visit

    def decide_door(self, door: str, state: DoorState) -> Door:
        self.calls.append(("decide_door", door, state))
        return self._change_door(door, state=state)

    def rename_door(self, door: str, name: str) -> Door:
        self.calls.append(("rename_door", door, name))
        return self._change_door(door, name=name)

    def pair_door(self, door: str, name: str) -> str:
        self.calls.append(("pair_door", door, name))
        self._tell(replace(self.all_doors[door], paired_at=time.time(), state=DoorState.APPROVED))
        return "0123456789abcdef" * 4

    def unpair_door(self, door: str) -> Door:
        self.calls.append(("unpair_door", door))
        changed = self._change_door(door, paired_at=None, state=DoorState.REFUSED)
        self._tell(changed)
        return changed

    def _change_door(self, door: str, **changes: Any) -> Door:
        self.all_doors[door] = replace(self.all_doors[door], **changes)
        return self.all_doors[door]

    def command_door(self, door: str, do: str, **arguments: str | int | bool) -> DoorCommand:
        self.calls.append(("command_door", door, do, arguments))
        if self.refuses_commands:
            raise self.refuses_commands
        return DoorCommand(f"{next(_numbers):032x}", door, do, arguments, CommandState.SENT, "", time.time())

    def can_open(self, door: Door) -> bool:
        return door.id in self.opens

    def open_door(self, door: str, *, by: str, code: str = "") -> DoorCommand:
        self.calls.append(("open_door", door, by, code))
        if self.refuses_commands:
            raise self.refuses_commands
        return DoorCommand(f"{next(_numbers):032x}", door, "relay", {}, CommandState.SENT, "", time.time())

    def update_door(self, door: str) -> DoorCommand:
        return self.command_door(door, "update", version=self.firmware_version)

    def boards(self) -> tuple[Board, ...]:
        return self.plugged

    def set_up_door(
        self,
        port: str,
        door: str,
        name: str,
        progress: Callable[[str, int, int], None],
        cancelled: Callable[[], bool],
    ) -> Door:
        self.calls.append(("set_up_door", port, door, name))
        progress("Putting the program on the board", 3, 20)
        self.setting_up()
        if cancelled():
            raise SetUpStopped("The set-up was stopped", "The board waits for the next one.")
        made = a_door(door, name)
        self._tell(made)
        return made

    def put_micropython(
        self, uf2: Path, progress: Callable[[str, int, int], None], cancelled: Callable[[], bool]
    ) -> Board:
        self.calls.append(("put_micropython", uf2))
        progress("Putting MicroPython on the board", 1, 2)
        self.plugged = (Board("/dev/ttyACM0", "E6"),)
        return self.plugged[0]

    def start_virtual_door(self, picture: Path | None = None) -> str:
        self.calls.append(("start_virtual_door", picture))
        self.virtual_door = ScriptedDoor()
        self._tell(a_door(VIRTUAL_DOOR, "Virtual door"))
        return VIRTUAL_DOOR

    def stop_virtual_door(self) -> None:
        self.calls.append(("stop_virtual_door",))
        self.virtual_door = None

    def name_face(self, face: int, name: str) -> Named:
        self.calls.append(("name_face", face, name))
        visit = next(v for v in self.all_visits if any(f.id == face for f in v.faces))
        named = tuple(
            replace(f, verdict=Verdict.KNOWN, match=Match(name, None, None, None)) if f.id == face else f
            for f in visit.faces
        )
        relabelled = replace(visit, faces=named, verdict=Verdict.KNOWN, reason="")
        self._tell(relabelled)
        judgement, reason = self.judgements.get(name, (Judgement.GOOD, ""))
        return Named(relabelled, Photo(name, Path("face.jpg"), "", judgement, reason), (), "1")

    def undo(self, token: str) -> bool:
        self.calls.append(("undo", token))
        self.undoing.pop(token, lambda: None)()
        return True

    def enrol(
        self,
        name: str,
        photos: Sequence[Path],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[Photo, ...]:
        self.calls.append(("enrol", name, tuple(photos)))
        seen = []
        for done, path in enumerate(photos):
            if cancelled and cancelled():
                break
            self.judge(path)
            judged = self.judgements.get(path.name, (Judgement.GOOD, ""))
            seen.append(Photo(name, path, path.name, *judged, self.likenesses.get(path.name)))
            if progress:
                progress(done + 1, len(photos))
        judged = tuple(seen)
        good = tuple(p for p in judged if p.judgement is Judgement.GOOD)
        before = self.people.get(name, Identity(name, ()))
        if good:
            self.people[name] = replace(before, photos=before.photos + good)
        self._gallery_changed()
        return judged

    def rename(self, name: str, new: str) -> str:
        self.calls.append(("rename", name, new))
        if new in self.people:
            raise GalleryError("This name is taken", f"There is already a {new}.")
        return self._change_people({new: replace(self.people[name], name=new)}, gone=name)

    def merge(self, name: str, into: str) -> str:
        self.calls.append(("merge", name, into))
        both = (*self.people[into].photos, *self.people[name].photos)
        return self._change_people({into: Identity(into, both)}, gone=name)

    def split(self, photos: Sequence[Path], new: str) -> str:
        self.calls.append(("split", tuple(photos), new))
        given = tuple(p for person in self.people.values() for p in person.photos if p.path in photos)
        left = {n: replace(i, photos=tuple(p for p in i.photos if p not in given)) for n, i in self.people.items()}
        return self._change_people(left | {new: Identity(new, given)})

    def forget(self, name: str) -> Forgotten:
        self.calls.append(("forget", name))
        gone = self.people[name]
        self._change_people({}, gone=name)
        return Forgotten(name, len(gone.photos), 0, gone.usable, 12, 2, 3, ("always",), 1)

    def export_gallery(self, target: Path, progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> int:
        self.calls.append(("export_gallery", target))
        progress(1, 3)
        return 0 if cancelled() else 3

    def import_gallery(self, source: Path, *, replace: bool, progress: Any, cancelled: Callable[[], bool]) -> Imported:
        self.calls.append(("import_gallery", source, replace))
        if source.suffix != ".zip":
            raise GalleryError("This is no file with people", "Porchlight makes such files with Export.")
        progress(1, 3)
        return Imported(2, 5, 1, "another", "token")

    def gathered_strangers(self, *, ignored: bool = False) -> tuple[Gathered, ...]:
        return tuple(one for one in self.gathered if one.ignored == ignored)

    def name_stranger(self, stranger: int, name: str) -> Named:
        self.calls.append(("name_stranger", stranger, name))
        self.gather(*(one for one in self.gathered if one.id != stranger))
        judged = self.judgements.get(name, (Judgement.GOOD, ""))
        named = a_visit(Path("face.jpg"), faces=[a_face(Verdict.KNOWN, name)])
        return Named(named, Photo(name, Path("face.jpg"), "", *judged), (named, named), "1")

    def ignore_stranger(self, stranger: int, *, ignored: bool = True) -> None:
        self.calls.append(("ignore_stranger", stranger, ignored))
        self.gather(*(replace(one, ignored=ignored) if one.id == stranger else one for one in self.gathered))

    def gather(self, *strangers: Gathered) -> None:
        """These came more than once."""
        self.gathered = strangers
        self._tell(StrangersChanged(strangers))

    def remove(self, name: str) -> str:
        self.calls.append(("remove", name))
        return self._change_people({}, gone=name)

    def remove_photo(self, photo: Path) -> str:
        self.calls.append(("remove_photo", photo))
        name, person = next((n, i) for n, i in self.people.items() if any(p.path == photo for p in i.photos))
        return self._change_people({name: replace(person, photos=tuple(p for p in person.photos if p.path != photo))})

    def restore(self, token: str) -> None:
        self.calls.append(("restore", token))
        self.people = self._people_before
        self._gallery_changed()

    def _change_people(self, changed: Mapping[str, Identity], gone: str = "") -> str:
        self._people_before = dict(self.people)
        self.people = {n: i for n, i in self.people.items() if n != gone} | dict(changed)
        self._gallery_changed()
        return "token"

    def delete_visit(self, visit: str) -> str:
        self.calls.append(("delete_visit", visit))
        self.deleted |= {v.id: v for v in self.all_visits if v.id == visit}
        self.all_visits = [v for v in self.all_visits if v.id != visit]
        self._tell(VisitDeleted(visit))
        return visit

    def undelete_visit(self, token: str) -> Visit:
        if token not in self.deleted:
            raise StationError("This can no longer be undone", "The visit is gone for good.")
        visit = self.deleted.pop(token)
        self._tell(visit)
        return visit

    def rejections(self, name: str) -> tuple[Rejection, ...]:
        return tuple(self.rejected.get(name, ()))

    def withdraw_rejection(self, rejection: int) -> Withdrawn:
        self.calls.append(("withdraw_rejection", rejection))
        name = next((name for name, said in self.rejected.items() if any(one.id == rejection for one in said)), None)
        if name is None:
            raise KeyError(rejection)
        before = self.rejected[name]
        self.rejected[name] = tuple(one for one in before if one.id != rejection)
        self.undoing["rejection"] = lambda: self.rejected.update({name: before})
        changed = tuple(v for v in self.all_visits if v.id in self.judged_with)
        return Withdrawn(name, changed, "rejection")

    def visit_keys(self, wanted: VisitFilter = EVERYTHING, only: str | None = None) -> tuple[VisitKey, ...]:
        self.wanted.append(wanted)
        found = [v for v in self.all_visits if only in (None, v.id) and self.fits(wanted, v)]
        return tuple(
            VisitKey(v.id, v.started_at) for v in sorted(found, key=lambda v: (v.started_at, v.id), reverse=True)
        )

    def visits_of(self, ids: Sequence[str]) -> tuple[Visit, ...]:
        self.read.append(tuple(ids))
        self.reading()
        by_id = {v.id: v for v in self.all_visits}
        return tuple(by_id[i] for i in ids if i in by_id)

    def export_visit(self, visit: str, target: Path) -> Path:
        self.calls.append(("export_visit", visit, target))
        return target

    def export_visits(self, wanted: VisitFilter, target: Path, cancelled: Callable[[], bool]) -> int:
        self.calls.append(("export_visits", wanted, target))
        self.exporting()
        return 0 if cancelled() else len(self.visit_keys(wanted))

    def retry(self, delivery: int) -> None:
        self.calls.append(("retry", delivery))

    def reply(self, text: str, door: str = "") -> str:
        self.calls.append(("reply", text, door))
        return "Passed on to the door's screen."

    def reject_face(self, face: int) -> Unnamed:
        self.calls.append(("reject_face", face))
        visit = next(v for v in self.all_visits if any(f.id == face for f in v.faces))
        who = next(f for f in visit.faces if f.id == face).match.identity or ""
        nameless = tuple(replace(f, verdict=Verdict.UNKNOWN) if f.id == face else f for f in visit.faces)
        verdict = max((f.verdict for f in nameless), key=lambda v: v is Verdict.KNOWN)
        judged = replace(visit, faces=nameless, verdict=verdict)
        self._tell(judged)
        return Unnamed(judged, who, tuple(v for v in self.all_visits if v.id in self.judged_with), "2")

    def hush(self, seconds: float | None, *, by: str, scope: str = "all") -> Hush:
        self.calls.append(("hush", seconds, by))
        self.quiet = Hush(None if seconds is None else time.time() + seconds, by, scope)
        self._tell(self.quiet)
        return self.quiet

    def unhush(self, by: str, scope: str = "all") -> None:
        self.calls.append(("unhush", by))
        ended, self.quiet = self.quiet, None
        if ended:
            self._tell(replace(ended, until=time.time() - 1))

    def hushed(self, door: str | None = None) -> Hush | None:
        return self.quiet

    def full_test(self) -> FullTest:
        self.calls.append(("full_test",))
        legs = (Leg("receiver", "receiver", 4.0), Leg("telegram", "telegram", None, self.test_fails))
        test = FullTest(time.time(), legs if self.test_fails else legs[:1], "v")
        self._tell(test)
        return test

    def check(self, part: str) -> str:
        self.calls.append(("check", part))
        if part == "mqtt":
            raise NotifierError("No broker answers", "localhost:1883 refuses the connection.")
        return "The bot @porch_bot answers."

    def apply(self, changes: Mapping[tuple[str, ...], Any]) -> None:
        self.calls.append(("apply", dict(changes)))
        for key, value in changes.items():
            if value == 1067:
                raise SettingsError("Port in use", f"station.toml: {'.'.join(key)}: another program listens there")
            self.settings = _changed(self.settings, key, value)

    def detector(self) -> str:
        return "yunet" if self.yunet else "hog"

    def detector_file(self) -> Path | None:
        return self.yunet

    def fetch_detector(self, progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> Path:
        self.calls.append(("fetch_detector",))
        progress(100_000, 232_589)
        self.fetching()
        if cancelled():
            raise FetchStopped("The download was stopped", "What has come so far is kept for the next time.")
        return self.place_detector(Path("yunet.onnx"))

    def place_detector(self, file: Path) -> Path:
        self.calls.append(("place_detector", file))
        self.yunet = file
        return file

    def remove_detector(self) -> None:
        self.calls.append(("remove_detector",))
        self.yunet = None

    def stop(self) -> None:
        self.calls.append(("stop",))

    # the coach

    def faces_in(self, photo: Path) -> FacesInPhoto:
        self.calls.append(("faces_in", photo))
        if photo.name not in self.groups:
            raise BrokenPicture("It is damaged.")
        return self.groups[photo.name]

    def enrol_chosen_face(self, name: str, photo: Path, box: Box) -> Photo:
        self.calls.append(("enrol_chosen_face", name, photo, box))
        face = photo.with_name(f"{photo.stem}, {name}.jpg")
        return self.enrol(name, [face])[0]

    def remove_photos(self, photos: Sequence[Path]) -> str:
        self.calls.append(("remove_photos", tuple(photos)))
        left = {n: tuple(p for p in i.photos if p.path not in photos) for n, i in self.people.items()}
        return self._change_people({n: replace(self.people[n], photos=theirs) for n, theirs in left.items()})

    def test_gallery(self, cancelled: Callable[[], bool] = lambda: False) -> OwnTest:
        self.calls.append(("test_gallery", cancelled))
        return self.own_test

    # doors and cameras

    def ring_virtual_door(self) -> None:
        self.calls.append(("ring_virtual_door",))
        if self.virtual_door is None:
            self.start_virtual_door()
        assert self.virtual_door
        self.virtual_door.ask("press")

    def cameras(self) -> tuple[Camera, ...]:
        return tuple(self.all_cameras.values())

    def find_cameras(self) -> tuple[str, ...]:
        return self.built_in

    def add_camera(self, name: str, source: str, *, by_face: bool = False) -> Door:
        self.calls.append(("add_camera", name, source, by_face))
        if self.camera_fails:
            raise CameraError("10.0.0.7 does not answer", self.camera_fails)
        door = a_door(f"camera-{len(self.all_cameras) + 1}", name, paired_at=None, firmware="")
        self._tell(door)
        self._tell(Camera(door.id, name, source, by_face, PartState.WORKING, ""))
        return door

    def set_camera(self, door: str, *, by_face: bool) -> Camera:
        self.calls.append(("set_camera", door, by_face))
        changed = replace(self.all_cameras[door], by_face=by_face)
        self._tell(changed)
        return changed

    def remove_camera(self, door: str) -> None:
        self.calls.append(("remove_camera", door))
        del self.all_cameras[door]
        self._tell(self._change_door(door, state=DoorState.REFUSED))

    def can_look(self, door: str) -> bool:
        known = self.all_doors.get(door)
        return door in self.all_cameras or bool(known and known.authenticated and known.online)

    def look(self, door: str) -> None:
        if door not in self.all_cameras:
            self.command_door(door, "look")
            return
        self.calls.append(("look", door))
        if self.camera_fails:
            raise CameraError("10.0.0.7 does not answer", self.camera_fails)

    def _gallery_changed(self) -> None:
        self._tell(GalleryChanged(self.identities()))


@dataclass(frozen=True)
class Board:
    """A board that is plugged in."""

    port: str
    serial_number: str = ""


class ScriptedDoor:
    """A virtual door whose state is a dictionary; `lines` remembers what was said to it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pictures: list[Path] = []
        self.gone = False
        self.state: dict[str, Any] = {
            "at_ms": 5_000,
            "led": 0,
            "led_changes": [[4_000, 1], [4_060, 0]],
            "buzzer": 0,
            "buzzes": 0,
            "cable": True,
            "address": "127.0.0.1",
            "display": ["Welcome"],
            "camera": {"fault": None, "light": 1.0},
        }

    def ask(self, line: str) -> dict[str, Any]:
        if self.gone:
            raise StationError("The virtual door has stopped", "MemoryError")
        if line != "state":
            self.lines.append(line)
        word, _, rest = line.partition(" ")
        if word == "press":
            self.state["buzzes"] += 1
        elif word == "cable":
            self.state["cable"] = rest == "in"
        elif word == "light":
            self.state["camera"]["light"] = float(rest)
        elif word == "camera":
            self.state["camera"]["fault"] = None if rest == "well" else rest
        return self.state

    def show(self, picture: Path) -> None:
        if picture.suffix == ".txt":
            raise StationError(f"{picture.name} cannot be used as a picture", "It is none.")
        self.pictures.append(picture)

    def seen(self) -> bytes:
        encoded = BytesIO()
        Image.new("RGB", (64, 48), "#88aa66").save(encoded, "JPEG")
        return encoded.getvalue()


def _changed(settings: Settings, key: tuple[str, ...], value: Any) -> Settings:
    values = settings.model_dump()
    inner = values
    for part in key[:-1]:
        inner = inner[part]
    inner[key[-1]] = value
    assert key in dict(fields())
    return Settings.model_validate(values)


_numbers = iter(range(1, 1_000_000))


def a_face(verdict: Verdict, name: str | None = None, *, box: Box | None = None, reason: str = "") -> Face:
    """A face with a plausible match."""
    match verdict:
        case Verdict.KNOWN:
            match_ = Match(name, 0.38, "Bob" if name != "Bob" else "Cleo", 0.66, 0.99, 0.55)
        case _:
            match_ = Match("Anna", 0.71, None, None, 0.0, 0.55)
    number = next(_numbers)
    return Face(number, f"s{number}", box or Box(60, 260, 220, 100), QUALITY, verdict, reason, match_)


def a_delivery(
    state: DeliveryState, kind: str = "text", *, at: float, notifier: str = "telegram", **more: Any
) -> Delivery:
    """A message; `more` replaces fields."""
    done = at + 0.1 if state is DeliveryState.DELIVERED else None
    made = Delivery(next(_numbers), "", notifier, kind, "4711", state, 0, at, at, done, "")
    return replace(made, **more)


def a_health(**more: Any) -> DoorHealth:
    """A door that is well; `more` replaces fields."""
    well = DoorHealth(
        at=time.time(),
        uptime_s=7_300,
        version="0.2.0",
        reset="power",
        free_bytes=90_000,
        link="up",
        camera=None,
        broken_pictures=0,
        queue=0,
        lost_rings=0,
        presses=12,
        display="16x8",
        light=None,
        trial=False,
        failed_update="",
    )
    return replace(well, **more)


def a_door(id_: str = "front-door", name: str = "Front door", **more: Any) -> Door:
    """A paired door that is let in; `more` replaces fields."""
    now = time.time()
    made = Door(id_, name, DoorState.APPROVED, now - 90_000, now, 120, 0, now - 90_000, "0.2.0")
    return replace(made, **more)


def a_visit(
    picture: Path,
    *,
    verdict: Verdict | None = Verdict.KNOWN,
    faces: Sequence[Face] = (),
    deliveries: Sequence[Delivery] = (),
    reason: str = "",
    at: float | None = None,
    door: tuple[str, str] = ("front", "Front door"),
    state: VisitState | None = None,
    id_: str | None = None,
    size: tuple[int, int] = (640, 480),
    **more: Any,
) -> Visit:
    """A visit with one picture; `more` replaces fields."""
    at = time.time() if at is None else at
    made = id_ or f"{int(at * 1000):012x}{next(_numbers):06x}"
    shot = Snapshot(f"s-{made}", made, door[0], SnapshotState.RECOGNISED, picture, at, *size)
    if verdict is Verdict.KNOWN and not faces:
        faces = [a_face(verdict, "Anna")]
    state = state or (VisitState.RECEIVED if verdict is None else VisitState.CONCLUDED)
    visit = Visit(
        id=made,
        door=door[0],
        door_name=door[1],
        trigger=Trigger.RING,
        started_at=at,
        state=state,
        verdict=verdict,
        reason=reason,
        concluded_at=None if verdict is None else at + 0.4,
        snapshots=(shot,),
        faces=tuple(replace(face, snapshot=shot.id) for face in faces),
        best_snapshot=shot.id,
        deliveries=tuple(deliveries),
        timings_ms={},
    )
    return replace(visit, **more)


def a_stranger(
    letter: str, pictures: Sequence[Path], *, days: float = 8, box: Box | None = None, **more: Any
) -> Gathered:
    """Somebody who came once for each picture, the last time a moment ago; `more` replaces fields."""
    now = time.time()
    box = box or Box(60, 260, 220, 100)
    shots = [Glimpse(next(_numbers), f"v{n}", now - n * 3600, path, box, 640, 480) for n, path in enumerate(pictures)]
    visits = tuple(shot.visit for shot in shots)
    return replace(Gathered(next(_numbers), letter, tuple(shots), visits, now - days * 86_400, now), **more)
