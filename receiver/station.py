"""The station as window, shell, web and notifiers see it: everything one may ask of it, or tell it to do.

How it is put together is in assembly.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from receiver import __version__, door_health, wording
from receiver.assembly import MOST_CORRECTED, Assembly
from receiver.doors import sensible_name
from receiver.engines import model_files
from receiver.errors import OpeningRefused, StationError
from receiver.hush import asked_for
from receiver.intake import Receipt, Upload
from receiver.language import _, shown
from receiver.matching import Rule
from receiver.messengers import NOTIFIERS
from receiver.models import (
    EVERYTHING,
    VIRTUAL_DOOR,
    Box,
    Camera,
    Change,
    Chat,
    Door,
    DoorCommand,
    DoorState,
    FacesInPhoto,
    Forgotten,
    FullTest,
    Gathered,
    Hush,
    Identity,
    Imported,
    Named,
    Opening,
    OwnTest,
    Part,
    PartState,
    Photo,
    Rejection,
    Right,
    Stranger,
    Trigger,
    Unnamed,
    Visit,
    VisitDeleted,
    VisitFilter,
    VisitKey,
    Withdrawn,
)
from receiver.notifier_host import hosts
from receiver.own_test_records import strangers
from receiver.settings import Settings
from receiver.signatures import Claim
from receiver.signed_doors import Greeting
from receiver.signed_requests import Hello
from receiver.updates import Manifest

if TYPE_CHECKING:
    from receiver.door_setup import Board
    from receiver.virtual_door import RunningDoor


class Station:
    """Everything Porchlight does, without a screen.

    `start` returns within a second and models load meanwhile; it raises StationError with words for the owner.
    Commands raise StationError, or KeyError for ids that do not exist. Subscribers are called on station threads
    and must not block. `clock` returns Unix seconds; every part tells the time by it.
    """

    version = __version__

    def __init__(self, settings: Settings, settings_path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.settings_path = settings_path
        self._clock = clock
        self._assembly = Assembly(settings, settings_path, backend=self, hosts=partial(hosts, self), clock=clock)

    # ---- life

    def start(self) -> None:
        """Open the store, bind the port, start every part; on failure nothing is left running."""
        self._assembly.start()

    def stop(self) -> None:
        """End in order: no more uploads, finish what is in hand, close the store. Takes under 5 s; may be repeated."""
        self._assembly.stop()

    @property
    def settings(self) -> Settings:
        """Those that it works by now."""
        return self._assembly.settings

    def apply(self, changes: Mapping[tuple[str, ...], Any]) -> None:
        """Save settings and put them into effect at once.

        Raises SettingsError for a value that is not allowed and StationError when a part cannot start with it (a
        port in use); everything is as before then.
        """
        self._assembly.apply(changes)

    # ---- what the others may ask

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` with every record that changes; returns the way to end it."""
        return self._assembly.subscribe(callback)

    @property
    def address(self) -> str:
        """What to type into a phone's browser or a door's settings."""
        return self._assembly.doorstep.address

    @property
    def bound(self) -> str:
        """HOST:PORT of the receiver as this computer reaches it."""
        return self._assembly.doorstep.bound

    def parts(self) -> tuple[Part, ...]:
        """How every part is doing, in the order of the chain."""
        return tuple(self._assembly.parts.values())

    def visits(self, limit: int = 50, before: str | None = None) -> tuple[Visit, ...]:
        """Visits newest first; `before` is the id of the last one already seen (KeyError when it is gone)."""
        return self._assembly.store.visits(limit, before)

    def visit(self, visit: str) -> Visit:
        """One visit; KeyError for an unknown id."""
        return self._assembly.store.visit(visit)

    def visit_keys(self, wanted: VisitFilter = EVERYTHING, only: str | None = None) -> tuple[VisitKey, ...]:
        """All visits that are wanted, newest first; with `only`, that one, if it is wanted."""
        return self._assembly.history.keys(wanted, only)

    def visits_of(self, ids: Sequence[str]) -> tuple[Visit, ...]:
        """The visits of these ids, in their order; those that are gone are left out."""
        return self._assembly.history.visits(ids)

    def export_visit(self, visit: str, target: Path) -> Path:
        """Write a visit with its pictures into a ZIP file. Raises KeyError, StationError."""
        return self._assembly.history.export(visit, target)

    def export_visits(self, wanted: VisitFilter, target: Path, cancelled: Callable[[], bool] = lambda: False) -> int:
        """Write the visits that are wanted as CSV; returns how many, 0 when `cancelled`. Raises StationError."""
        return self._assembly.history.export_list(wanted, target, cancelled)

    def doors(self) -> tuple[Door, ...]:
        """Every door ever heard, with what was refused in its name and what it told of itself."""
        return self._assembly.all_doors()

    @property
    def firmware_version(self) -> str:
        """The version that doors are updated to."""
        return self._assembly.firmware.version

    def identities(self) -> tuple[Identity, ...]:
        """Everybody enrolled."""
        return self._assembly.eyes.gallery.identities()

    def detector(self) -> str:
        """Which eye finds faces, "hog" or "yunet"; without its file, YuNet only where the setting insists on it."""
        return model_files.detector_for(self.settings.recognition.detector, self.settings.models)

    def detector_file(self) -> Path | None:
        """YuNet's file, wherever it came from; None without one."""
        return model_files.find_detector(self.settings.models)

    def health(self) -> dict[str, Any]:
        """The station's state without secrets, as /v1/health gives it."""
        parts = {part.name: {"state": part.state, "detail": part.detail} for part in self.parts()}
        broken = [name for name, part in parts.items() if part["state"] == PartState.FAILED]
        return {
            "status": "degraded" if broken else "ok",
            "version": __version__,
            "engine": self.settings.recognition.engine,
            "ready": parts["recognition"]["state"] == PartState.WORKING,
            "doors": [door_health.as_json(door) for door in self.doors()],
            "refused_strangers": dict(self._assembly.doorstep.intake.refusals.of_strangers),
            "ignored_receipts": dict(self._assembly.commands.ignored),
            "queue": dict(self._assembly.store.backlog()),
            "notifiers": {name: parts[name] for name in NOTIFIERS},
            "broker": self._assembly.messengers.broker_health(),
        }

    def status(self) -> str:
        """The same for a person, in a few lines."""
        lines = [f"Porchlight {__version__}"]
        lines += [f"{shown(part.name)}: {shown(part.detail or part.state)}" for part in self.parts()]
        newest = self._assembly.store.visits(limit=1)
        if hush := self.hushed():
            lines.append(shown(asked_for(hush)))
        if newest:
            since = wording.ago(self._clock() - newest[0].started_at)
            lines.append(_("last visit: {ago}, {door}").format(ago=since, door=newest[0].door_name))
        return "\n".join(lines)

    # ---- what comes in

    def accept(self, upload: Upload) -> Receipt:
        """Take a picture from a door or browser; returns once it is durable. Raises UploadRefused."""
        receipt = self._assembly.doorstep.intake.accept(upload)
        if upload.source == "test":
            self._assembly.tester.took(receipt.visit.id)
        return receipt

    def ring(self, picture: Path) -> Visit:
        """Send a picture of this computer through the whole chain, as if it rang."""
        limit = self.settings.receiver.max_upload_mb * 1024 * 1024
        with picture.open("rb") as file:
            body = file.read(limit + 1)
        receipt = self._assembly.doorstep.intake.accept(Upload(body, "desktop", "127.0.0.1", self._clock()))
        return receipt.visit

    def hello(self, hello: Hello) -> Greeting:
        """A paired door begins a session. Raises UploadRefused."""
        return self._assembly.doorstep.signed.hello(hello)

    def take_ring(self, claim: Claim, trigger: Trigger, pressed_at: float) -> Visit:
        """A signed press; returns once it is durable and announced. Raises UploadRefused."""
        return self._assembly.doorstep.signed.ring(claim, trigger, pressed_at)

    def take_snapshot(
        self, claim: Claim, ring: int | None, trigger: Trigger, body: bytes, received_at: float
    ) -> Receipt:
        """A signed picture, of the ring with that number or of none; durable once this returns.

        Raises UploadRefused.
        """
        return self._assembly.doorstep.signed.snapshot(claim, ring, trigger, body, received_at)

    def update_manifest(self, claim: Claim) -> Manifest:
        """What the firmware consists of, for a paired door. Raises UploadRefused."""
        return self._assembly.doorstep.signed.update_manifest(claim)

    def update_file(self, claim: Claim, name: str) -> bytes:
        """One file of the firmware, for a paired door. Raises UploadRefused."""
        return self._assembly.doorstep.signed.update_file(claim, name)

    def expects_test(self, word: str) -> bool:
        """Whether a picture with this word is the station's own full test."""
        return self._assembly.tester.expects(word)

    def full_test(self) -> FullTest:
        """Send a ring that nobody made the whole way, marked TEST; returns with the time of each leg, within a minute.

        A leg that fails is told on every other channel. Raises StationError while another test runs.
        """
        return self._assembly.tester.run()

    # ---- doors

    def command_door(self, door: str, do: str, **arguments: str | int | bool) -> DoorCommand:
        """Tell a door to do something: text, chime, look, settings or update; see docs/protocol.md.

        Returns once the broker has it; what becomes of it is published. Raises KeyError for an unknown door,
        StationError for one that cannot be told, and when MQTT is off or the broker away.
        """
        if do == "relay":
            raise OpeningRefused("A door is opened by open_door", "with all that it asks for")
        return self._assembly.commands.give(door, do, arguments)

    def open_door(self, door: str, *, by: str, code: str = "") -> DoorCommand:
        """Open a door for a person who has confirmed it; `by` says who, in words, for the audit trail.

        Only where the owner enabled it, within two minutes of a ring, and with the present one-time code if there is a
        secret; raises OpeningRefused otherwise, and what `command_door` raises.
        """
        return self._assembly.opener.open(self._assembly.doors.named(door), by=by, code=code)

    def can_open(self, door: Door) -> bool:
        """Whether this door's opener is enabled."""
        return self._assembly.opener.may_open(door)

    @property
    def opening_needs_code(self) -> bool:
        """Whether `open_door` wants a one-time code."""
        return self._assembly.opener.needs_code

    def openings(self, limit: int = 100) -> tuple[Opening, ...]:
        """Every attempt to open a door from afar, newest first."""
        return self._assembly.store.openings(limit)

    def update_door(self, door: str) -> DoorCommand:
        """Tell a door to fetch the firmware that goes with this station; raises what `command_door` raises."""
        return self.command_door(door, "update", version=self.firmware_version)

    def decide_door(self, door: str, state: DoorState) -> Door:
        """Approve or refuse a door; approving sends its held pictures on their way."""
        return self._assembly.doors.decide(door, state)

    def rename_door(self, door: str, name: str) -> Door:
        """Give a door the owner's name for it."""
        return self._assembly.doors.rename(door, name)

    def pair_door(self, door: str, name: str) -> str:
        """Give a door a new key and let it in; returns the key as 64 hexadecimal digits, this once.

        From now on nothing is taken in its name that is not signed with this key. Raises StationError for an id that
        cannot be one.
        """
        return self._assembly.doors.pair(door, name)

    def unpair_door(self, door: str) -> Door:
        """Take a door's key away: it is not let in any more, signed or not. Raises KeyError for an unknown door."""
        if door == VIRTUAL_DOOR:
            self.stop_virtual_door()
        return self._assembly.doors.unpair(door)

    def door_config(self, door: str, key: str) -> bytes:
        """The config.json of a door of this station, somewhere in its network.

        Raises StationError when no door could reach the station, or a setting cannot be a door's.
        """
        return self._assembly.doors.config(door, key)

    def boards(self) -> tuple[Board, ...]:
        """Boards with MicroPython that are plugged into this computer."""
        from receiver import door_setup  # noqa: PLC0415  -- 50 ms that the start need not wait for

        return door_setup.boards()

    def set_up_door(
        self,
        port: str,
        door: str,
        name: str,
        progress: Callable[[str, int, int], None],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Door:
        """Pair a door, put program and key on the board at `port`, start it and wait until it says hello.

        `progress` gets (what is being done, bytes done, bytes in all; 0: not known) on this thread. Raises StationError
        before the board is touched when a door could not work with the settings, SetUpError for what fails on the way,
        SetUpStopped when `cancelled` turns true or the station stops.
        """
        told = _in_words(progress)
        return self._assembly.doors.set_up(port, door, name, told, lambda: self._assembly.ending or cancelled())

    def put_micropython(
        self, uf2: Path, progress: Callable[[str, int, int], None], cancelled: Callable[[], bool] = lambda: False
    ) -> Board:
        """Put a UF2 file that the owner downloaded on the board that shows as a drive (BOOTSEL). Raises SetUpError."""
        from receiver import door_setup  # noqa: PLC0415

        return door_setup.put_micropython(uf2, _in_words(progress), cancelled)

    def start_virtual_door(self, picture: Path | None = None) -> str:
        """Pair and switch on a door without hardware, with a picture before it; returns its id. Takes seconds.

        Raises StationError when the picture cannot be read or the door does not come up. One that runs is replaced.
        """
        self._assembly.start_virtual_door(picture)
        return VIRTUAL_DOOR

    def stop_virtual_door(self) -> None:
        """Switch the virtual door off; it stays paired until `unpair_door`."""
        self._assembly.stop_virtual_door()

    @property
    def virtual_door(self) -> RunningDoor | None:
        """The virtual door to press and to talk to; None while it is off."""
        return self._assembly.virtual_door.door

    def ring_virtual_door(self) -> None:
        """Press the button of the virtual door, switched on if it is not; raises what `start_virtual_door` raises."""
        if self.virtual_door is None:
            self.start_virtual_door()
        if door := self.virtual_door:
            door.press()

    def cameras(self) -> tuple[Camera, ...]:
        """The cameras that are doors of this station."""
        return self._assembly.cameras.all()

    def find_cameras(self) -> tuple[str, ...]:
        """The cameras of this computer that nobody uses, by number; takes seconds. Raises CameraError."""
        return self._assembly.cameras.find()

    def add_camera(self, name: str, source: str, *, by_face: bool = False) -> Door:
        """Make a camera a door: a number of this computer's, an rtsp:// or http:// address, or a film's path.

        Takes seconds: it is tried first, and that picture is its first look. `by_face`: a face that stays before it
        starts a visit. Raises StationError for what is no camera, CameraError for one that gives no picture.
        """
        return self._assembly.cameras.add(sensible_name(name), source, by_face=by_face)

    def set_camera(self, door: str, *, by_face: bool) -> Camera:
        """Whether a face starts a visit. Raises KeyError for a door that is no camera."""
        return self._assembly.cameras.set(door, by_face=by_face)

    def remove_camera(self, door: str) -> None:
        """A camera is no door any more; its visits stay. Raises KeyError for a door that is no camera."""
        self._assembly.cameras.remove(door)
        self.decide_door(door, DoorState.REFUSED)

    def can_look(self, door: str) -> bool:
        """Whether `look` may bring a picture: a camera, or a door with a key that is there now."""
        return self._assembly.cameras.has(door) or self._assembly.doors.is_there(door)

    def look(self, door: str) -> None:
        """Have a door take a picture, which comes as a visit of its own; of a camera this takes seconds.

        Raises CameraError, and what `command_door` raises.
        """
        if self._assembly.cameras.has(door):
            self._assembly.cameras.look(door)
        else:
            self.command_door(door, "look")

    def reply(self, text: str, door: str = "") -> str:
        """Show a text on the screens at the doors, or of one; returns a sentence for whoever asked, within seconds.

        Doors that are paired say by their receipts whether they show it; of another screen nobody knows.
        """
        return self._assembly.screens.reply(text, door)

    # ---- people

    def name_face(self, face: int, name: str, also: Sequence[int] = ()) -> Named:
        """ "This is ...": relabel the visit, and the same stranger's other ones; enrol the face if it is good enough.

        `also` are faces of visitors who are known to be the same.
        Chats that show the visit see the name, too. The record's `undo` is for `undo`.
        """
        named = self._assembly.eyes.naming.name(face, name, also)
        return replace(named, visit=self._correct(named.visit, named.others))

    def undo(self, token: str) -> bool:
        """Take back what naming, rejecting or a photo from a phone did; whether it was not done before.

        Raises KeyError for an unknown token.
        """
        changed = self._assembly.eyes.naming.undo(token)
        if changed:
            self._correct(changed[0], changed[1:])
        return changed is not None

    def enrol_photo(self, name: str, photo: bytes) -> tuple[Photo, str]:
        """Judge a photo that was sent, and add a good one to a person; returns the token to undo that, too."""
        return self._assembly.eyes.naming.enrol(name, photo)

    def reject_face(self, face: int) -> Unnamed:
        """ "Not Anna": the name is taken off the visitor and kept from faces like this one, in earlier visits, too.

        The record's `undo` is for `undo`. Raises StationError when the face is near to nobody.
        """
        rejected = self._assembly.eyes.naming.reject(face)
        return replace(rejected, visit=self._correct(rejected.visit, rejected.others))

    def rejections(self, name: str) -> tuple[Rejection, ...]:
        """Every "not Anna" that holds, the latest first."""
        return self._assembly.eyes.naming.rejections(name)

    def withdraw_rejection(self, rejection: int) -> Withdrawn:
        """Take one of them back, however old it is. The record's `undo` is for `undo`. Raises KeyError."""
        withdrawn = self._assembly.eyes.naming.withdraw(rejection)
        if withdrawn.visits:
            self._correct(withdrawn.visits[0], withdrawn.visits[1:])
        return withdrawn

    def _correct(self, visit: Visit, others: Sequence[Visit] = ()) -> Visit:
        """A visit is told differently now: chats that show it, or the newest others, are put right without ringing."""
        newest_first = sorted(others, key=lambda other: -other.started_at)
        visit, *corrected = map(self._assembly.messengers.correct, (visit, *newest_first[:MOST_CORRECTED]))
        for changed in (visit, *corrected, *newest_first[MOST_CORRECTED:]):
            self._assembly.publish(changed)
        return visit

    def enrol(
        self,
        name: str,
        photos: Sequence[Path],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[Photo, ...]:
        """Judge photos, with every core, and add the good ones to a person; the others come back with the reason.

        `progress` gets (photos done, photos in all) on this thread. When `cancelled` turns true, or the station stops,
        only those done so far come back; given again, they take no time.
        """
        return self._assembly.eyes.gallery.enrol(name, photos, progress, cancelled)

    def remove(self, name: str) -> str:
        """Remove a person; the returned token restores them."""
        return self._assembly.eyes.gallery.remove(name)

    def remove_photo(self, photo: Path) -> str:
        """Remove one gallery photo; the returned token restores it."""
        return self._assembly.eyes.gallery.remove_photo(photo)

    # the coach

    def faces_in(self, photo: Path) -> FacesInPhoto:
        """Everybody in a photo that is not in the gallery, and what each face would be good for. Takes a moment."""
        return self._assembly.eyes.gallery.faces_in(photo)

    def enrol_chosen_face(self, name: str, photo: Path, box: Box) -> Photo:
        """Enrol one face of a group photo, of any kind that photos may be; comes back with its judgement."""
        return self._assembly.eyes.gallery.enrol_face(name, photo, box, called=f"{photo.stem}, {name}")

    def remove_photos(self, photos: Sequence[Path]) -> str:
        """Remove gallery photos, as far as they are still there; the returned token restores them."""
        return self._assembly.eyes.gallery.remove_photos(photos)

    def test_gallery(self, cancelled: Callable[[], bool] = lambda: False) -> OwnTest:
        """Does it work here? Every photo left out and looked for. Takes a moment; cancelled, it tells only a part."""
        chosen = self.settings.recognition
        who = strangers(self._assembly.store, chosen.engine)
        return self._assembly.eyes.gallery.test(Rule.of(chosen), who, cancelled)

    # the gallery's bin

    def restore(self, token: str) -> None:
        """Undo a removal, or anything else that was done to people and gave a token."""
        if self._assembly.people.made(token):
            self._assembly.people.restore(token)
        else:
            self._assembly.eyes.gallery.restore(token)

    # ---- people: who they are, for good

    def rename(self, name: str, new: str) -> str:
        """Rename a person in the gallery, the history and the rules for quiet; the token restores the old name."""
        return self._assembly.people.rename(name, new)

    def merge(self, name: str, into: str) -> str:
        """Two people are one: the first one's photos and history become the other's. The token makes them two again."""
        return self._assembly.people.merge(name, into)

    def split(self, photos: Sequence[Path], new: str) -> str:
        """These photos are of somebody else, new or known; the token gives them back."""
        return self._assembly.people.split(photos, new)

    def forget(self, name: str) -> Forgotten:
        """Take a person out of everything there is, for good; returns what went. This alone cannot be undone."""
        return self._assembly.people.forget(name)

    def export_gallery(
        self,
        target: Path,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> int:
        """Write everybody's photos into one file; returns how many, 0 when it was cancelled."""
        return self._assembly.people.export(target, progress, cancelled)

    def import_gallery(
        self,
        source: Path,
        *,
        replace: bool,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Imported:
        """Take in the people of such a file, all or none: beside those there are, or in their place.

        Their photos are judged in the background. Raises GalleryError for a file that is none, and when cancelled.
        """
        return self._assembly.people.import_(source, replace=replace, progress=progress, cancelled=cancelled)

    def gathered_strangers(self, *, ignored: bool = False) -> tuple[Gathered, ...]:
        """Who came more than once and has no name, the latest first; those who are ignored only if asked for."""
        return self._assembly.strangers.all(ignored=ignored)

    def name_stranger(self, stranger: int, name: str) -> Named:
        """Somebody who came more than once has a name, in all visits; `undo` takes it back. Raises KeyError."""
        best, *also = self._assembly.strangers.faces(stranger)
        named = self.name_face(best, name, also)
        self._assembly.strangers.gather()
        return named

    def ignore_stranger(self, stranger: int, *, ignored: bool = True) -> None:
        """Do not speak of a stranger any more, or do again. Raises KeyError."""
        self._assembly.strangers.ignore(stranger, ignored=ignored)

    # ---- visits and their messages

    def delete_visit(self, visit: str) -> str:
        """Delete a visit with its pictures; the token is for `undelete_visit`. Raises KeyError for an unknown one."""
        token = self._assembly.bin.delete(visit)
        self._assembly.publish(VisitDeleted(visit))
        return token

    def undelete_visit(self, token: str) -> Visit:
        """A deleted visit is there again. Raises StationError after an hour, or when the program has ended since."""
        visit = self._assembly.bin.put_back(token)
        self._assembly.publish(visit)
        self._assembly.wake_couriers()
        return visit

    def retry(self, delivery: int) -> None:
        """Try a failed delivery again, now."""
        visit = self._assembly.store.retry_delivery(delivery)
        if visit:
            self._assembly.publish(visit)
        self._assembly.wake_couriers()

    def hush(self, seconds: float | None, *, by: str, scope: str = "all") -> Hush:
        """Tell nobody of visits for so long, or (None) until `unhush`; kept over restarts, and history stays complete.

        `by` says who asks, in words for the owner; `scope` is "all" or the id of one door. Raises StationError for a
        time that is none or over a week.
        """
        return self._assembly.quiet.begin(seconds, by=by, scope=scope)

    def unhush(self, by: str, scope: str = "all") -> None:
        """End every hush, or those that cover one door (also one for all doors: whoever ends it wants to hear)."""
        self._assembly.quiet.end(scope, by=by)

    def hushed(self, door: str | None = None) -> Hush | None:
        """The hush that holds for all doors, or for this one; quiet hours are none, they are in the settings."""
        return self._assembly.quiet.of(door)

    def check(self, part: str) -> str:
        """Try the way to a notifier without telling anyone; one line of good news or NotifierError."""
        return shown(self._assembly.messengers.check(part))

    # ---- phones

    def begin_pairing(self) -> str:
        """Six digits that pair the Telegram chat that sends them to the bot: for ten minutes, and a few tries."""
        return self._assembly.chats.begin_pairing()

    def end_pairing(self) -> None:
        """Pair nobody until the next code."""
        self._assembly.chats.end_pairing()

    def chats(self) -> tuple[Chat, ...]:
        """The Telegram chats that may see or do something."""
        return self._assembly.chats.all()

    def strangers(self) -> tuple[Stranger, ...]:
        """Who wrote to the bot and is ignored, the latest first."""
        return self._assembly.chats.strangers()

    def set_chat_rights(self, chat: str, rights: Collection[Right]) -> Chat:
        """What a chat (its target) may do from now on. Raises KeyError for one that is not paired."""
        changed = self._assembly.chats.set_rights(chat, rights)
        self._assembly.messengers.outbox.follow_targets()
        return changed

    def unpair_chat(self, chat: str) -> None:
        """A chat may see and do nothing any more. Raises KeyError for one that is not paired.

        Raises StationError for one that the environment names: that is for whoever starts the station to change.
        """
        self._assembly.chats.unpair(chat)
        if (others := self._assembly.chats.named_but(chat)) != self.settings.telegram.chat_ids:
            self.apply({("telegram", "chat_ids"): others})
            if self._assembly.chats.named_but(chat) != self.settings.telegram.chat_ids:
                raise StationError("This chat is named by the environment", "Take it out of the variable's value.")
        self._assembly.messengers.outbox.follow_targets()

    # ---- YuNet's file

    def fetch_detector(
        self,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Path:
        """Fetch YuNet's file from its publisher, only ever on the owner's word, and look with it from now on.

        `progress` gets (bytes there, bytes in all) on this thread. Raises FetchStopped when `cancelled` turns true or
        the station stops, ModelError when the file cannot be had.
        """
        fetched = model_files.fetch_detector(
            self.settings.models, progress, lambda: self._assembly.ending or bool(cancelled and cancelled())
        )
        self._assembly.open_eyes_anew()
        return fetched

    def place_detector(self, file: Path) -> Path:
        """Take YuNet's file from the owner's disk and look with it from now on. Raises ModelError for another file."""
        placed = model_files.place_detector(self.settings.models, file)
        self._assembly.open_eyes_anew()
        return placed

    def remove_detector(self) -> None:
        """Delete YuNet's file and look as before."""
        model_files.remove_detector(self.settings.models)
        self._assembly.open_eyes_anew()


def _in_words(progress: Callable[[str, int, int], None]) -> Callable[[str, int, int], None]:
    """The same, told in the owner's language what is being done."""
    return lambda doing, done, total: progress(shown(doing), done, total)
