"""The composition root: builds the parts, starts and stops them in order, and is the facade for window and shell.

Only this module knows all the parts; the parts meet in the store and never call each other.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from paho.mqtt.enums import MQTTProtocolVersion
from pydantic import SecretStr

from receiver import __version__, addresses, wording
from receiver import settings as settings_file
from receiver.agenda import Agenda
from receiver.announcement import Announcement
from receiver.broker import Broker, what_uses
from receiver.chats import Chats
from receiver.digest import Digest
from receiver.door_commands import MOST_CHARACTERS, DoorCommands
from receiver.door_config import UNUSED_KEY, door_config
from receiver.door_health import Presence
from receiver.door_keys import DoorKeys
from receiver.engines import model_files
from receiver.errors import (
    AlreadyRunning,
    KeyMissing,
    OpeningRefused,
    Rejected,
    SetUpError,
    SetUpStopped,
    StationError,
    TryLater,
)
from receiver.full_test import RESULT, FullTester
from receiver.gallery import Gallery
from receiver.hush import Rules, until
from receiver.intake import Intake, Receipt, Upload
from receiver.matching import Rule
from receiver.models import (
    OWN_DOOR,
    VIRTUAL_DOOR,
    Box,
    Change,
    Chat,
    Door,
    DoorCommand,
    DoorState,
    FacesInPhoto,
    FullTest,
    Hush,
    Identity,
    Leg,
    Message,
    Named,
    Opening,
    OwnTest,
    Part,
    PartState,
    Photo,
    Right,
    SentMessage,
    Stranger,
    Trigger,
    Visit,
)
from receiver.naming import Naming
from receiver.notifiers import Notifier, Speaker, home_assistant
from receiver.notifiers.apprise import AppriseNotifier
from receiver.notifiers.mqtt import Announced, MqttNotifier
from receiver.notifiers.mqtt_doors import MqttDoors
from receiver.notifiers.telegram import TelegramNotifier
from receiver.opening import Opener
from receiver.outbox import Outbox
from receiver.own_test_records import strangers
from receiver.phone_records import PhoneRecords
from receiver.quiet import Quiet, span_of
from receiver.recognition import Recognition
from receiver.retention import Retention
from receiver.server import Server
from receiver.sessions import Sessions
from receiver.settings import MqttSettings, RecognitionSettings, Settings
from receiver.signatures import Claim, broker_password, is_door_id
from receiver.signed_doors import Greeting, SignedDoors
from receiver.signed_requests import Hello
from receiver.store import HOLD_S, Store
from receiver.updates import Firmware, Manifest
from receiver.web import create_app
from receiver.workers import WorkerPool, one_for_each_core

if TYPE_CHECKING:
    from receiver.door_setup import Board
    from receiver.virtual_door import RunningDoor

_log = logging.getLogger(__name__)

_NOTIFIERS = ("telegram", "apprise", "mqtt")
_PARTS = ("receiver", "recognition", *_NOTIFIERS)
PORT_NOTE = "receiver.port"
"""Where a command that joins this station finds the port that was free for it."""
_HOUSE = "the house's automation"
_RECEIPTS_WITHIN_S = 3.0
"""How long whoever replies at the door waits to learn whether it is shown."""
_MOST_CORRECTED = 20
"""Other visits of which one word of the owner changes what chats show."""
_TEST_SHOWN_S = 10
_FIRST_HELLO_S = 60.0
"""A door needs a few seconds to start, and as many for an address."""
_LOOK_S = 0.5
_ENROLMENT_IDLE_S = 30.0
"""The other workers, for gallery photos, give their memory back after this long without work."""


class Station:
    """Everything Porchlight does, without a screen.

    `start` returns within a second and models load meanwhile; it raises StationError with words for the owner.
    Commands raise StationError, or KeyError for ids that do not exist. Subscribers are called on station threads
    and must not block. `clock` returns Unix seconds; every part tells the time by it.
    """

    version = __version__

    def __init__(self, settings: Settings, settings_path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.settings_path = settings_path
        self._clock = clock
        self._keys = DoorKeys(settings_path)
        self._sessions = Sessions()
        self._firmware = Firmware()
        self._presence = Presence(self._tell_of_door)
        self._commands = DoorCommands(self._key_to_command, self._tell_door, self._publish, clock=clock)
        self._subscribers: list[Callable[[Change], None]] = []
        now = clock()
        self._parts = {name: Part(name, PartState.STARTING, "", now) for name in _PARTS}
        self._stack = ExitStack()
        self._messengers = ExitStack()
        self._doorstep = ExitStack()
        self._eyes = ExitStack()
        self._housekeeping = ExitStack()
        self._applying = threading.Lock()
        self._ending = threading.Event()
        self._virtual_door: RunningDoor | None = None
        self._broker: Broker | None = None

    # ---- life

    def start(self) -> None:
        """Open the store, bind the port, start every part; on failure nothing is left running."""
        self._ending.clear()
        with ExitStack() as stack:
            self.settings.data_dir.mkdir(parents=True, exist_ok=True)
            stack.callback(_only_station(self.settings.data_dir).release)
            self._store = Store(self.settings.data_dir / "station.sqlite3", clock=self._clock)
            stack.callback(self._store.close)
            self._phones = PhoneRecords(self._store)
            self._chats = Chats(self._store, lambda: self.settings.telegram.chat_ids, self._publish, self._clock)
            self._quiet = Quiet(self._store, self._publish_hush, clock=self._clock)
            self._rules = Rules(
                lambda: self.settings.hush,
                self._quiet.hushes,
                self._store.told_since,
                lambda: self._parts["recognition"].state is not PartState.FAILED,
                self._clock,
            )
            self._tester = FullTester(
                self._store,
                lambda: f"http://{self.bound}/",
                self._test_screens,
                self._publish,
                self._tell_of_test,
                clock=self._clock,
            )
            for group, begin in self._groups():
                stack.callback(self._end, group)
                begin()
            stack.callback(self.subscribe(self._tester.hear))
            stack.callback(self._tester.stop)
            stack.callback(self._close_virtual_door)
            self._stack = stack.pop_all()

    def stop(self) -> None:
        """End in order: no more uploads, finish what is in hand, close the store. Takes under 5 s; may be repeated."""
        self._ending.set()
        with self._applying:  # nothing is opened anew behind our back
            self._stack.close()

    def _groups(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """Parts that are replaced together when their settings change, in starting order."""
        return (
            ("_messengers", self._start_messengers),
            ("_eyes", self._open_eyes),
            ("_doorstep", self._open_door),
            ("_housekeeping", self._keep_house),
        )

    def _open_eyes(self) -> None:
        chosen = self.settings.recognition
        with ExitStack() as stack:
            pool = WorkerPool(
                chosen.engine,
                chosen.workers,
                chosen.cluster,
                threads=_cores_each(chosen.workers),
                models=self.settings.models,
                detector=chosen.detector,
            )
            stack.callback(pool.stop)
            enrolment = WorkerPool(
                chosen.engine,
                chosen.workers if chosen.cluster else one_for_each_core(),
                cluster=chosen.cluster,
                idle_s=_ENROLMENT_IDLE_S,
                models=self.settings.models,
                detector=chosen.detector,
            )
            stack.callback(enrolment.stop)
            self._gallery = Gallery(self.settings.gallery, self._store, enrolment, chosen.engine, self._publish)
            self._recognition = Recognition(
                self._store,
                pool,
                self._gallery,
                rule=lambda: Rule.of(self.settings.recognition),
                routes=self._verdict_messages,
                may_tell=self._rules.final,
                publish=self._publish,
                wake_couriers=self._wake_couriers,
                report=partial(self._report, "recognition"),
            )
            self._naming = Naming(self._store, self._gallery, self._recognition.judge_again, self._clock)
            self._gallery.start()
            stack.callback(self._gallery.stop)
            self._recognition.start()
            stack.callback(self._recognition.stop)
            self._eyes = stack.pop_all()

    def _start_messengers(self) -> None:
        with ExitStack() as stack:
            self._telegram = TelegramNotifier(self.settings.telegram, self._chats.all, clock=self._clock)
            self._opener = Opener(self.settings.opening, self._store, self._commands, clock=self._clock)
            doors = MqttDoors(
                self.settings.mqtt.base_topic,
                self._commands,
                self._presence,
                self._knows,
                self._open_by_home_assistant,
                hush=self._hush_as_told,
                clock=self._clock,
            )
            self._broker = self._start_broker(stack)
            self._mqtt = _mqtt_notifier(
                self.settings.mqtt,
                doors,
                self._broker,
                announced=self._announced_doors,
                states=self._states,
                last_ring=self._store.newest_ring,
                clock=self._clock,
            )
            apprise = AppriseNotifier(self.settings.apprise, clock=self._clock)
            self._notifiers: tuple[Notifier, ...] = (self._telegram, apprise, self._mqtt)
            self._outbox = Outbox(self._store, self._notifiers, self._publish, clock=self._clock)
            for notifier in self._notifiers:
                self._report(notifier.name, *_first_word(notifier, self.settings))
                if notifier.targets() or (notifier is self._telegram and self._telegram.ready):
                    notifier.start(_Host(self, notifier.name))
                    stack.callback(notifier.stop)
            self._outbox.start()
            stack.callback(self._outbox.stop)
            self._messengers = stack.pop_all()

    def _start_broker(self, stack: ExitStack) -> Broker | None:
        """The built-in broker, when it is to be that one."""
        chosen = self.settings.mqtt
        if chosen.broker != "builtin":
            return None
        broker = Broker(
            self.settings.receiver.host,
            chosen.port,
            base_topic=chosen.base_topic,
            door_password=self._broker_password,
            owner=(chosen.username, chosen.password.get_secret_value()),
            file=self.settings.data_dir / "broker.json",
            changed=lambda: self._report("mqtt", *self._word_of_mqtt(PartState.WORKING, "")),
        )
        broker.start()
        stack.callback(broker.stop)
        return broker

    def _open_door(self) -> None:
        with ExitStack() as stack:
            self._intake = Intake(
                self._store,
                self._snapshots,
                self.settings.receiver,
                self.settings.recognition.merge_window_s,
                routes=self._alert_messages,
                rule=self._rules.first,
                publish=self._publish,
                wake=self._wake,
                clock=self._clock,
            )
            stack.callback(self._intake.refusals.write)
            self._signed = SignedDoors(
                self._store,
                self._keys,
                self._sessions,
                self._intake,
                self.settings.receiver,
                firmware=self._firmware,
                publish=self._publish,
                clock=self._clock,
            )
            app = create_app(self, self.settings.receiver, clock=self._clock)
            server = Server(app, self.settings.receiver, clock=self._clock)
            server.start()
            stack.callback(server.stop)
            stack.callback(self._report, "receiver", PartState.OFF, "")
            self._server = server
            self._store.set_note(PORT_NOTE, str(server.port))
            self._report("receiver", PartState.WORKING, f"listening on {self.address}")
            if self.settings.receiver.announce:
                announcement = Announcement(self.settings.receiver.host, server.port, __version__)
                announcement.start()
                stack.callback(announcement.stop)
            self._doorstep = stack.pop_all()

    def _keep_house(self) -> None:
        retention = Retention(self._store, self.settings.retention, self._snapshots, clock=self._clock)
        retention.start()
        self._housekeeping.callback(retention.stop)
        digest = Digest(
            self._store,
            lambda: self.settings.hush.digest_at,
            self._text_routes,
            self._wake_couriers,
            clock=self._clock,
        )
        agenda = Agenda((self._tell_the_waiting, self._quiet.look, digest.look, self._test_in_time))
        agenda.start()
        self._housekeeping.callback(agenda.stop)

    @property
    def _snapshots(self) -> Path:
        return self.settings.data_dir / "snapshots"

    # ---- what the others may ask

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` with every record that changes; returns the way to end it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    @property
    def address(self) -> str:
        """What to type into a phone's browser or a door's settings."""
        return f"http://{_reachable_host(self.settings.receiver.host)}:{self._server.port}"

    @property
    def bound(self) -> str:
        """HOST:PORT of the receiver as this computer reaches it."""
        host = self.settings.receiver.host
        return f"{_bracketed(addresses.LOOPBACK if host in addresses.EVERYWHERE else host)}:{self._server.port}"

    def parts(self) -> tuple[Part, ...]:
        """How every part is doing, in the order of the chain."""
        return tuple(self._parts.values())

    def visits(self, limit: int = 50, before: str | None = None) -> tuple[Visit, ...]:
        """Visits newest first; `before` is the id of the last one already seen (KeyError when it is gone)."""
        return self._store.visits(limit, before)

    def visit(self, visit: str) -> Visit:
        """One visit; KeyError for an unknown id."""
        return self._store.visit(visit)

    def doors(self) -> tuple[Door, ...]:
        """Every door ever heard, with what was refused in its name and what it told of itself."""
        self._intake.refusals.write()
        return tuple(map(self._presence.of, self._store.doors()))

    @property
    def firmware_version(self) -> str:
        """The version that doors are updated to."""
        return self._firmware.version

    def identities(self) -> tuple[Identity, ...]:
        """Everybody enrolled."""
        return self._gallery.identities()

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
            "doors": [_door_health(door) for door in self.doors()],
            "refused_strangers": dict(self._intake.refusals.of_strangers),
            "ignored_receipts": dict(self._commands.ignored),
            "queue": dict(self._store.backlog()),
            "notifiers": {name: parts[name] for name in _NOTIFIERS},
            "broker": _broker_health(self._broker),
        }

    def status(self) -> str:
        """The same for a person, in a few lines."""
        lines = [f"Porchlight {__version__}"]
        lines += [f"{part.name}: {part.detail or part.state}" for part in self.parts()]
        newest = self._store.visits(limit=1)
        if hush := self.hushed():
            lines.append(f"quiet {until(hush.until)}, asked for by {hush.by}")
        if newest:
            lines.append(f"last visit: {wording.age(self._clock() - newest[0].started_at)} ago, {newest[0].door_name}")
        return "\n".join(lines)

    # ---- commands

    def accept(self, upload: Upload) -> Receipt:
        """Take a picture from a door or browser; returns once it is durable. Raises UploadRefused."""
        receipt = self._intake.accept(upload)
        if upload.source == "test":
            self._tester.took(receipt.visit.id)
        return receipt

    def expects_test(self, word: str) -> bool:
        """Whether a picture with this word is the station's own full test."""
        return self._tester.expects(word)

    def full_test(self) -> FullTest:
        """Send a ring that nobody made the whole way, marked TEST; returns with the time of each leg, within a minute.

        A leg that fails is told on every other channel. Raises StationError while another test runs.
        """
        return self._tester.run()

    def ring(self, picture: Path) -> Visit:
        """Send a picture of this computer through the whole chain, as if it rang."""
        limit = self.settings.receiver.max_upload_mb * 1024 * 1024
        with picture.open("rb") as file:
            body = file.read(limit + 1)
        receipt = self._intake.accept(Upload(body, "desktop", "127.0.0.1", self._clock()))
        return receipt.visit

    def hello(self, hello: Hello) -> Greeting:
        """A paired door begins a session. Raises UploadRefused."""
        return self._signed.hello(hello)

    def take_ring(self, claim: Claim, trigger: Trigger, pressed_at: float) -> Visit:
        """A signed press; returns once it is durable and announced. Raises UploadRefused."""
        return self._signed.ring(claim, trigger, pressed_at)

    def take_snapshot(
        self, claim: Claim, ring: int | None, trigger: Trigger, body: bytes, received_at: float
    ) -> Receipt:
        """A signed picture, of the ring with that number or of none; durable once this returns.

        Raises UploadRefused.
        """
        return self._signed.snapshot(claim, ring, trigger, body, received_at)

    def update_manifest(self, claim: Claim) -> Manifest:
        """What the firmware consists of, for a paired door. Raises UploadRefused."""
        return self._signed.update_manifest(claim)

    def update_file(self, claim: Claim, name: str) -> bytes:
        """One file of the firmware, for a paired door. Raises UploadRefused."""
        return self._signed.update_file(claim, name)

    def command_door(self, door: str, do: str, **arguments: str | int | bool) -> DoorCommand:
        """Tell a door to do something: text, chime, look, settings or update; see docs/protocol.md.

        Returns once the broker has it; what becomes of it is published. Raises KeyError for an unknown door,
        StationError for one that cannot be told, and when MQTT is off or the broker away.
        """
        if do == "relay":
            raise OpeningRefused("A door is opened by open_door", "with all that it asks for")
        return self._commands.give(door, do, arguments)

    def open_door(self, door: str, *, by: str, code: str = "") -> DoorCommand:
        """Open a door for a person who has confirmed it; `by` says who, in words, for the audit trail.

        Only where the owner enabled it, within two minutes of a ring, and with the present one-time code if there is a
        secret; raises OpeningRefused otherwise, and what `command_door` raises.
        """
        known = self._store.door(door)
        if known is None:
            raise KeyError(door)
        return self._opener.open(known, by=by, code=code)

    def can_open(self, door: Door) -> bool:
        """Whether this door's opener is enabled."""
        return self._opener.may_open(door)

    @property
    def opening_needs_code(self) -> bool:
        """Whether `open_door` wants a one-time code."""
        return self._opener.needs_code

    def openings(self, limit: int = 100) -> tuple[Opening, ...]:
        """Every attempt to open a door from afar, newest first."""
        return self._store.openings(limit)

    def update_door(self, door: str) -> DoorCommand:
        """Tell a door to fetch the firmware that goes with this station; raises what `command_door` raises."""
        return self.command_door(door, "update", version=self.firmware_version)

    def pair_door(self, door: str, name: str) -> str:
        """Give a door a new key and let it in; returns the key as 64 hexadecimal digits, this once.

        From now on nothing is taken in its name that is not signed with this key. Raises StationError for an id that
        cannot be one.
        """
        key = pair(self._store, self._keys, door, name)
        self.decide_door(door, DoorState.APPROVED)
        return key

    def door_config(self, door: str, key: str) -> bytes:
        """The config.json of a door of this station, somewhere in its network.

        Raises StationError when no door could reach the station, or a setting cannot be a door's.
        """
        host = addresses.for_doors(self.settings.receiver.host)
        relay_s = relay_seconds(self.settings, door)
        return door_config(door, key, (host, self._server.port), self.settings.mqtt, relay_s=relay_s)

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
        from receiver import door_setup  # noqa: PLC0415

        def stopped() -> bool:
            return self._ending.is_set() or cancelled()

        self.door_config(door, UNUSED_KEY)
        board = door_setup.board_at(port)
        door_setup.put_program(board, lambda: self.door_config(door, self.pair_door(door, name)), progress, stopped)
        progress("Waiting for the door to say hello", 0, 0)
        return first_hello(self._store, door, stopped)

    def put_micropython(
        self, uf2: Path, progress: Callable[[str, int, int], None], cancelled: Callable[[], bool] = lambda: False
    ) -> Board:
        """Put a UF2 file that the owner downloaded on the board that shows as a drive (BOOTSEL). Raises SetUpError."""
        from receiver import door_setup  # noqa: PLC0415

        return door_setup.put_micropython(uf2, progress, cancelled)

    def unpair_door(self, door: str) -> Door:
        """Take a door's key away: it is not let in any more, signed or not. Raises KeyError for an unknown door."""
        if door == VIRTUAL_DOOR:
            self.stop_virtual_door()
        unpaired = self._presence.of(unpair(self._store, self._keys, door))
        self._recheck_doors()
        self._mqtt.doors_changed()
        self._publish(unpaired)
        return unpaired

    def start_virtual_door(self, picture: Path | None = None) -> str:
        """Pair and switch on a door without hardware, with a picture before it; returns its id. Takes seconds.

        Raises StationError when the picture cannot be read or the door does not come up. One that runs is replaced.
        """
        from receiver.virtual_door import RunningDoor  # noqa: PLC0415  -- few stations ever need it

        with self._applying:
            if self._ending.is_set():
                raise StationError("Porchlight is stopping")
            self._close_virtual_door()
            door = RunningDoor(self.settings.data_dir / VIRTUAL_DOOR, picture)
            try:
                door.power_on(self._virtual_door_config())
            except BaseException:
                door.close()
                raise
            self._virtual_door = door
        return VIRTUAL_DOOR

    def stop_virtual_door(self) -> None:
        """Switch the virtual door off; it stays paired until `unpair_door`."""
        with self._applying:
            self._close_virtual_door()

    @property
    def virtual_door(self) -> RunningDoor | None:
        """The virtual door to press and to talk to; None while it is off."""
        return self._virtual_door

    def decide_door(self, door: str, state: DoorState) -> Door:
        """Approve or refuse a door; approving sends its held pictures on their way."""
        decided, released, dropped = self._store.set_door(
            door, state, self._alert_messages(), self._rules.first(door, Trigger.RING)
        )
        self._recheck_doors()
        self._mqtt.doors_changed()
        for picture in dropped:
            picture.unlink(missing_ok=True)
        decided = self._presence.of(decided)
        self._publish(decided)
        self._mqtt.refresh()
        for visit in released:
            self._publish(self._store.visit(visit))
        self._wake()
        return decided

    def rename_door(self, door: str, name: str) -> Door:
        """Give a door the owner's name for it."""
        renamed = self._presence.of(self._store.rename_door(door, _sensible_name(name)))
        self._mqtt.doors_changed()
        self._publish(renamed)
        return renamed

    def name_face(self, face: int, name: str) -> Named:
        """ "This is ...": relabel the visit, and the same stranger's other ones; enrol the face if it is good enough.

        Chats that show the visit see the name, too. The record's `undo` is for `undo`.
        """
        _, snapshot, _ = self._store.face(face)
        if self._store.visit(snapshot.visit).trigger is Trigger.TEST:
            raise StationError("This was a test", "Nobody is enrolled from it.")
        named = self._naming.name(face, name)
        return replace(named, visit=self._correct(named.visit, named.others))

    def undo(self, token: str) -> bool:
        """Take back what naming, rejecting or a photo from a phone did; whether it was not done before.

        Raises KeyError for an unknown token.
        """
        changed = self._naming.undo(token)
        if changed:
            self._correct(changed[0], changed[1:])
        return changed is not None

    def enrol_photo(self, name: str, photo: bytes) -> tuple[Photo, str]:
        """Judge a photo that was sent, and add a good one to a person; returns the token to undo that, too."""
        return self._naming.enrol(name, photo)

    def reject_face(self, face: int) -> tuple[Visit, int]:
        """ "Not Anna": the name is taken off the visitor and kept away from faces like this one.

        Returns the visit as it is judged now, and what `withdraw_rejection` needs. Raises StationError when the face
        is near to nobody.
        """
        visit, rejection = self._naming.reject(face)
        return self._correct(visit), rejection

    def withdraw_rejection(self, rejection: int, face: int) -> Visit:
        """Undo `reject_face`."""
        self._gallery.withdraw(rejection)
        return self._correct(self._recognition.judge_again(face))

    def _correct(self, visit: Visit, others: Sequence[Visit] = ()) -> Visit:
        """A visit is told differently now: chats that show it, or the newest others, are put right without ringing."""
        shown = self._phones.told([visit.id])
        targets = [target for target in self._telegram.targets() if (visit.id, target) in shown]
        if targets:
            messages = [Message(self._telegram.name, self._telegram.correction_kind, target) for target in targets]
            visit = self._store.tell_again(visit.id, messages)
            self._wake_couriers()
        self._publish(visit)
        newest_first = sorted(others, key=lambda other: -other.started_at)
        for number, other in enumerate(newest_first):
            if number < _MOST_CORRECTED:
                self._correct(other)
            else:
                self._publish(other)
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
        return self._gallery.enrol(name, photos, progress, cancelled)

    def rename(self, name: str, new: str) -> None:
        """Rename a person."""
        self._gallery.rename(name, new)

    def remove(self, name: str) -> str:
        """Remove a person; the returned token restores them."""
        return self._gallery.remove(name)

    def remove_photo(self, photo: Path) -> str:
        """Remove one gallery photo; the returned token restores it."""
        return self._gallery.remove_photo(photo)

    # the coach

    def faces_in(self, photo: Path) -> FacesInPhoto:
        """Everybody in a photo that is not in the gallery, and what each face would be good for. Takes a moment."""
        return self._gallery.faces_in(photo)

    def enrol_chosen_face(self, name: str, photo: Path, box: Box) -> Photo:
        """Enrol one face of a group photo, of any kind that photos may be; comes back with its judgement."""
        return self._gallery.enrol_face(name, photo, box, called=f"{photo.stem}, {name}")

    def remove_photos(self, photos: Sequence[Path]) -> str:
        """Remove gallery photos, as far as they are still there; the returned token restores them."""
        return self._gallery.remove_photos(photos)

    def test_gallery(self, cancelled: Callable[[], bool] = lambda: False) -> OwnTest:
        """Does it work here? Every photo left out and looked for. Takes a moment; cancelled, it tells only a part."""
        chosen = self.settings.recognition
        return self._gallery.test(Rule.of(chosen), strangers(self._store, chosen.engine), cancelled)

    # the gallery's bin

    def restore(self, token: str) -> None:
        """Undo a removal."""
        self._gallery.restore(token)

    def delete_visit(self, visit: str) -> None:
        """Delete a visit with its pictures, for good."""
        for picture in self._store.delete_visit(visit):
            picture.unlink(missing_ok=True)

    def retry(self, delivery: int) -> None:
        """Try a failed delivery again, now."""
        visit = self._store.retry_delivery(delivery)
        if visit:
            self._publish(visit)
        self._outbox.wake()

    def reply(self, text: str, door: str = "") -> str:
        """Show a text on the screens at the doors, or of one; returns a sentence for whoever asked, within seconds.

        Doors that are paired say by their receipts whether they show it; of another screen nobody knows.
        """
        if not self._mqtt.targets():
            return "Not passed on: MQTT is off, so there is no way to the door's screen."
        passed_on = "Passed on to the door's screen."
        try:
            self._mqtt.show(text)
        except TryLater as error:
            return f"Not passed on: {error}."
        except Rejected as error:  # that one topic only: the doors have their own
            passed_on = f"Not passed on: {error}."
        answers = self._show_at_doors(text, door)
        return wording.shown_at(answers, cut=len(text) > MOST_CHARACTERS) if answers else passed_on

    def _show_at_doors(self, text: str, only: str) -> Sequence[tuple[str, str]]:
        """The name of each paired door, with why it does not show the text (empty: it does)."""
        answers: list[tuple[str, str]] = []
        given: list[tuple[str, DoorCommand]] = []
        for door in self.doors():
            if not door.authenticated or door.state is not DoorState.APPROVED or only not in ("", door.id):
                continue
            if not door.online:
                answers.append((door.name, "it is not connected"))
                continue
            try:
                given.append((door.name, self.command_door(door.id, "text", text=text)))
            except StationError as error:
                answers.append((door.name, str(error)))
        answered = self._commands.wait([command for _, command in given], _RECEIPTS_WITHIN_S)
        shown = [(name, wording.answer(command)) for (name, _), command in zip(given, answered, strict=True)]
        return shown + answers

    def begin_pairing(self) -> str:
        """Six digits that pair the Telegram chat that sends them to the bot: for ten minutes, and a few tries."""
        return self._chats.begin_pairing()

    def end_pairing(self) -> None:
        """Pair nobody until the next code."""
        self._chats.end_pairing()

    def chats(self) -> tuple[Chat, ...]:
        """The Telegram chats that may see or do something."""
        return self._chats.all()

    def strangers(self) -> tuple[Stranger, ...]:
        """Who wrote to the bot and is ignored, the latest first."""
        return self._chats.strangers()

    def set_chat_rights(self, chat: str, rights: Collection[Right]) -> Chat:
        """What a chat (its target) may do from now on. Raises KeyError for one that is not paired."""
        changed = self._chats.set_rights(chat, rights)
        self._outbox.follow_targets()
        return changed

    def unpair_chat(self, chat: str) -> None:
        """A chat may see and do nothing any more. Raises KeyError for one that is not paired.

        Raises StationError for one that the environment names: that is for whoever starts the station to change.
        """
        self._chats.unpair(chat)
        if (others := self._chats.named_but(chat)) != self.settings.telegram.chat_ids:
            self.apply({("telegram", "chat_ids"): others})
            if self._chats.named_but(chat) != self.settings.telegram.chat_ids:
                raise StationError("This chat is named by the environment", "Take it out of the variable's value.")
        self._outbox.follow_targets()

    def hush(self, seconds: float | None, *, by: str, scope: str = "all") -> Hush:
        """Tell nobody of visits for so long, or (None) until `unhush`; kept over restarts, and history stays complete.

        `by` says who asks, in words for the owner; `scope` is "all" or the id of one door. Raises StationError for a
        time that is none or over a week.
        """
        return self._quiet.begin(seconds, by=by, scope=scope)

    def unhush(self, by: str, scope: str = "all") -> None:
        """End every hush, or those that cover one door (also one for all doors: whoever ends it wants to hear)."""
        _log.info("%s ended the hush of %s", by, scope)
        self._quiet.end(scope)

    def hushed(self, door: str | None = None) -> Hush | None:
        """The hush that holds for all doors, or for this one; quiet hours are none, they are in the settings."""
        return self._quiet.of(door)

    def check(self, part: str) -> str:
        """Try the way to a notifier without telling anyone; one line of good news or NotifierError."""
        if part == "mqtt" and self._broker:
            return _check_broker(self._broker, self.settings.mqtt.port)
        return next(n for n in self._notifiers if n.name == part).check()

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
            self.settings.models, progress, lambda: self._ending.is_set() or bool(cancelled and cancelled())
        )
        self._open_eyes_anew()
        return fetched

    def place_detector(self, file: Path) -> Path:
        """Take YuNet's file from the owner's disk and look with it from now on. Raises ModelError for another file."""
        placed = model_files.place_detector(self.settings.models, file)
        self._open_eyes_anew()
        return placed

    def remove_detector(self) -> None:
        """Delete YuNet's file and look as before."""
        model_files.remove_detector(self.settings.models)
        self._open_eyes_anew()

    def apply(self, changes: Mapping[tuple[str, ...], Any]) -> None:
        """Save settings and put them into effect at once.

        Raises SettingsError for a value that is not allowed and StationError when a part cannot start with it (a
        port in use); everything is as before then.
        """
        with self._applying:
            before = self.settings
            settings_file.save(self.settings_path, changes)
            try:
                self._switch_to(settings_file.load(self.settings_path, overrides=self._fixed(changes)))
            except StationError:
                settings_file.save(self.settings_path, {key: settings_file.value(before, key) for key in changes})
                self._switch_to(before)
                raise

    # ---- inside

    def _fixed(self, changes: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
        """What the command line decided stays, and the data directory only moves between runs."""
        fixed = {"data_dir": self.settings.data_dir}
        if ("gallery_dir",) not in changes:
            fixed["gallery_dir"] = self.settings.gallery
        return fixed

    def _end(self, group: str) -> None:
        getattr(self, group).close()

    def _open_eyes_anew(self) -> None:
        """Rings wait meanwhile: their rows are the queue."""
        with self._applying:
            if not self._ending.is_set():
                self._end("_eyes")
                self._open_eyes()

    def _switch_to(self, settings: Settings) -> None:
        before, self.settings = self.settings, settings
        affected = self._affected(before)
        for name, begin in affected:
            self._end(name)
            begin()
        if self._virtual_door and not {name for name, _ in affected}.isdisjoint(("_doorstep", "_messengers")):
            self._tell_virtual_door_anew(self._virtual_door)

    def _virtual_door_config(self) -> bytes:
        from receiver.virtual_door import NAME  # noqa: PLC0415

        key = self.pair_door(VIRTUAL_DOOR, NAME)
        host = addresses.here(self.settings.receiver.host)
        relay_s = relay_seconds(self.settings, VIRTUAL_DOOR)
        return door_config(VIRTUAL_DOOR, key, (host, self._server.port), self.settings.mqtt, relay_s=relay_s)

    def _tell_virtual_door_anew(self, door: RunningDoor) -> None:
        """Where the station and the broker are now."""
        try:
            door.power_on(self._virtual_door_config())
        except StationError as error:
            _log.info("the virtual door stays off: %s", error)

    def _close_virtual_door(self) -> None:
        door, self._virtual_door = self._virtual_door, None
        if door is not None:
            door.close()

    def _affected(self, before: Settings) -> Sequence[tuple[str, Callable[[], None]]]:
        now = self.settings
        old_eyes, new_eyes = before.recognition, now.recognition
        changed = {
            "_eyes": (*_eyesight(old_eyes), before.gallery) != (*_eyesight(new_eyes), now.gallery),
            "_messengers": _messaging(before) != _messaging(now),
            "_doorstep": before.receiver != now.receiver or old_eyes.merge_window_s != new_eyes.merge_window_s,
            "_housekeeping": before.retention != now.retention,
        }
        return [(name, begin) for name, begin in self._groups() if changed[name]]

    def _knows(self, door: str) -> bool:
        return self._store.door(door) is not None

    def _key_to_command(self, door: str) -> bytes:
        known = self._store.door(door)
        if known is None:
            raise KeyError(door)
        key = self._keys.of(known)
        if key is None:
            raise StationError("This door cannot be told anything", "It has no key: pair it first.")
        if known.state is not DoorState.APPROVED:
            raise StationError("This door cannot be told anything", "You refused it: approve it first.")
        return key

    def _broker_password(self, door: str) -> str | None:
        """What the built-in broker wants to hear from a door; None for one that it is not to let in."""
        known = self._store.door(door) if is_door_id(door) else None
        if known is None or known.state is not DoorState.APPROVED:
            return None
        try:
            key = self._keys.of(known)
        except KeyMissing:
            return None
        return broker_password(key) if key else None

    def _recheck_doors(self) -> None:
        """A door that is not let in any more is not heard any more."""
        if self._broker:
            self._broker.recheck()

    def _word_of_mqtt(self, state: PartState, detail: str) -> tuple[PartState, str]:
        """How MQTT is doing, for owners who need not know that the station is a client of its own broker."""
        if self._broker is None:
            return state, detail
        if self._broker.trouble:
            return PartState.FAILED, self._broker.trouble
        listening = f"the built-in broker listens on port {self.settings.mqtt.port}"
        return state, listening if state is PartState.WORKING else detail

    def _tell_door(self, door: str, command: bytes) -> None:
        if not self._mqtt.targets():
            raise Rejected("MQTT is off", "doors are told over a broker: choose one in the settings")
        self._mqtt.tell(door, command)

    def _announced_doors(self) -> Announced:
        """What Home Assistant is told of which doors."""
        if not self.settings.mqtt.discovery:
            return {}
        return {
            door.id: home_assistant.messages(self.settings.mqtt, __version__, door, opens=self._may_open_by_mqtt(door))
            for door in self._store.doors()
            if door.state is DoorState.APPROVED and door.id != OWN_DOOR and not door.id.startswith("web-")
        }

    def _may_open_by_mqtt(self, door: Door) -> bool:
        """Only with a code: the broker is not trusted, nor whoever else is on it."""
        return self._opener.may_open(door) and self._opener.needs_code

    def _open_by_home_assistant(self, door: str, code: str) -> DoorCommand:
        if not self._opener.needs_code:
            raise OpeningRefused("Without a one-time code no door is opened over MQTT")
        return self.open_door(door, by="Home Assistant", code=code)

    def _tell_of_door(self, door: str) -> None:
        if known := self._store.door(door):
            self._publish(known)

    def _publish(self, change: Change) -> None:
        if isinstance(change, Door):
            change = self._presence.of(change)
        if isinstance(change, DoorCommand) and change.do == "relay":
            self._opener.take(change)
        if isinstance(change, FullTest):
            self._mqtt.refresh()
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(change)
            except Exception:  # a subscriber's fault must never stop the pipeline
                _log.exception("a subscriber failed on %s", type(change).__name__)

    def _report(self, name: str, state: PartState, detail: str) -> None:
        before = self._parts.get(name)
        if before and (before.state, before.detail) == (state, detail):
            return
        since = before.since if before and before.state is state else self._clock()
        self._parts[name] = Part(name, state, detail, since)
        self._publish(self._parts[name])

    def _wake(self) -> None:
        self._recognition.wake()
        self._outbox.wake()

    def _wake_couriers(self) -> None:
        self._outbox.wake()

    def _tell_the_waiting(self) -> None:
        """A verdict that does not come in time is not waited for any longer."""
        for visit in self._store.waited_for(self._clock() - HOLD_S):
            self._publish(visit)
            self._outbox.wake()

    def _publish_hush(self, hush: Hush) -> None:
        self._publish(hush)
        self._mqtt.refresh()

    def _test_in_time(self) -> None:
        self._tester.look(self.settings.receiver.full_test_at)

    def _tell_of_test(self, text: str, broken: frozenset[str]) -> None:
        routes = [(notifier, target) for notifier, target in self._text_routes() if notifier not in broken]
        self._store.add_notices("trouble", text, routes)
        self._outbox.wake()

    def _test_screens(self, text: str) -> Sequence[Leg]:
        """A text on every screen that is there now."""
        legs, given = [], []
        for door in self.doors():
            if not door.online or not door.authenticated or (door.health and not door.health.display):
                continue
            name = f"screen of {door.name}"
            try:
                given.append((name, self.command_door(door.id, "text", text=text, seconds=_TEST_SHOWN_S)))
            except StationError as error:
                legs.append(Leg(name, "mqtt", None, str(error)))
        answered = self._commands.wait([command for _, command in given], _RECEIPTS_WITHIN_S)
        for (name, _), command in zip(given, answered, strict=True):
            why = wording.answer(command)
            took = round(((command.answered_at or command.at) - command.at) * 1000, 1)
            legs.append(Leg(name, "screen", None if why else took, why))
        return legs

    def _states(self) -> Mapping[str, bytes]:
        """What the broker keeps of us: topic below ours -> payload."""
        tested = self._store.note(RESULT)
        return self._hush_states() | ({"full_test": tested.encode()} if tested else {})

    def _hush_as_told(self, door: str, words: str) -> None:
        """`hush/set` of a door: on, off, or how long."""
        match words.strip().lower():
            case "off":
                self.unhush(_HOUSE, door)
            case "on":
                self.hush(None, by=_HOUSE, scope=door)
            case _:
                self.hush(span_of(words), by=_HOUSE, scope=door)
        self._mqtt.refresh()  # also when nothing changed: the switch may show what another process has ended

    def _hush_states(self) -> dict[str, bytes]:
        """Topic -> ON or OFF, for every door that is let in."""
        let_in = [door.id for door in self._store.doors() if door.state is DoorState.APPROVED]
        return {f"{door}/hush": b"ON" if self.hushed(door) else b"OFF" for door in let_in if is_door_id(door)}

    def _text_routes(self) -> Sequence[tuple[str, str]]:
        """(notifier, target) of everybody who takes a plain text."""
        return [(n.name, target) for n in self._notifiers if isinstance(n, Speaker) for target in n.targets()]

    def _alert_messages(self) -> Sequence[Message]:
        return [_message(n, n.alert_kind, target) for n in self._notifiers for target in n.targets()]

    def _verdict_messages(self) -> Sequence[Message]:
        return [_message(n, n.verdict_kind, target) for n in self._notifiers for target in n.targets()]


def _message(notifier: Notifier, kind: str, target: str) -> Message:
    """Events for machines are facts: an automation that turns the light on must not depend on who wants quiet."""
    return Message(notifier.name, kind, target, fact=notifier.name == MqttNotifier.name)


def relay_seconds(settings: Settings, door: str) -> int:
    """How long the opener of a door may be on; 0 for one that may not be opened from afar."""
    return settings.opening.seconds if door in settings.opening.doors else 0


def pair(store: Store, keys: DoorKeys, door: str, name: str) -> str:
    """Make and keep a key for a door; returns it as hexadecimal digits. Raises StationError for an impossible id."""
    if not is_door_id(door) or door == OWN_DOOR or door.startswith("web-"):
        raise StationError(
            f"{door!r} cannot be the id of a door",
            "Use up to 63 lower-case letters, digits and hyphens, such as front-door.",
        )
    key = keys.make(door)
    store.pair(door, _sensible_name(name or door))
    return key


def unpair(store: Store, keys: DoorKeys, door: str) -> Door:
    """Forget a door's key and refuse it. Raises KeyError for an unknown door."""
    unpaired = store.unpair(door)
    keys.forget(door)
    return unpaired


def first_hello(store: Store, door: str, cancelled: Callable[[], bool]) -> Door:
    """Wait until a door that was just paired has been heard. Raises SetUpError after a minute, SetUpStopped."""
    deadline = time.monotonic() + _FIRST_HELLO_S
    while time.monotonic() < deadline:
        found = store.door(door)
        if found and found.paired_at is not None and found.last_heard > found.paired_at:
            return found
        if cancelled():
            raise SetUpStopped(
                "The door was not waited for", "Everything is on it; it comes when it finds the station."
            )
        time.sleep(_LOOK_S)
    raise SetUpError(
        "The door has not been heard yet",
        "Everything is on it. Is its network cable in, and does a firewall here let the station's port through? "
        "The light on the board tells what it waits for.",
    )


def station_runs(data_dir: Path) -> bool:
    """Whether a station, of any process, uses this data directory."""
    try:
        _only_station(data_dir).release()
    except StationError:
        return True
    return False


def _broker_health(broker: Broker | None) -> dict[str, Any] | None:
    if broker is None:
        return None
    return {"listening": not broker.trouble, "clients": broker.clients, "refused": broker.refused}


def _door_health(door: Door) -> dict[str, Any]:
    return {
        "id": door.id,
        "state": door.state,
        "authenticated": door.authenticated,
        "last_heard": door.last_heard,
        "firmware": door.firmware,
        "refused": dict(door.refused),
        "online": door.online,
        "health": asdict(door.health) if door.health else None,
    }


def self_check(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """Try every part without starting a station: (part, whether it works, in words)."""
    yield "settings", True, "valid"
    for part, attempt in (
        ("store", _check_store),
        ("recognition", _check_engine),
        ("telegram", _check_telegram),
        ("apprise", _check_apprise),
        ("mqtt", _check_mqtt),
    ):
        try:
            yield part, True, attempt(settings)
        except (StationError, OSError) as error:
            yield part, False, " ".join(str(error).split())


def _check_store(settings: Settings) -> str:
    Store(settings.data_dir / "station.sqlite3").close()
    return f"{settings.data_dir} opens"


def _check_engine(settings: Settings) -> str:
    chosen = settings.recognition
    pool = WorkerPool(chosen.engine, cluster=chosen.cluster, models=settings.models, detector=chosen.detector)
    try:
        pool.load()
        return ". ".join(filter(None, (f"the engine {chosen.engine} loads", pool.remark)))
    finally:
        pool.stop()


def _check_telegram(settings: Settings) -> str:
    return TelegramNotifier(settings.telegram).check() if settings.telegram.enabled else "off"


def _check_apprise(settings: Settings) -> str:
    return AppriseNotifier(settings.apprise).check() if settings.apprise.addresses else "off"


def _check_mqtt(settings: Settings) -> str:
    chosen = settings.mqtt
    if chosen.broker == "off":
        return "off"
    if chosen.broker == "external":
        return MqttNotifier(chosen).check()
    trouble = what_uses(settings.receiver.host, chosen.port)
    if not trouble:
        return f"the built-in broker can listen on port {chosen.port}"
    if station_runs(settings.data_dir):
        return f"port {chosen.port} is in use, as it should be while the station runs"
    raise Rejected("The built-in broker cannot listen", trouble)


def _check_broker(broker: Broker, port: int) -> str:
    if broker.trouble:
        raise Rejected("The built-in broker cannot listen", broker.trouble)
    return f"the built-in broker listens on port {port}; connected besides the station: {broker.clients}"


def _mqtt_notifier(
    chosen: MqttSettings,
    doors: MqttDoors,
    broker: Broker | None,
    *,
    announced: Callable[[], Announced],
    states: Callable[[], Mapping[str, bytes]],
    last_ring: Callable[[str], Visit | None],
    clock: Callable[[], float],
) -> MqttNotifier:
    made = partial(
        MqttNotifier, listeners=[doors], announced=announced, states=states, last_ring=last_ring, clock=clock
    )
    if broker is None:
        return made(chosen)
    way: dict[str, Any] = {
        "broker": "external",
        "host": addresses.LOOPBACK,
        "port": broker.inside,
        "username": broker.user,
        "password": SecretStr(broker.password),
        "tls": False,
    }
    return made(chosen.model_copy(update=way), protocol=MQTTProtocolVersion.MQTTv311)


class _Host:
    """What one notifier may ask of the station."""

    def __init__(self, station: Station, notifier: str) -> None:
        self._station = station
        self._notifier = notifier

    def report(self, state: PartState, detail: str) -> None:
        if self._notifier == "mqtt":
            state, detail = self._station._word_of_mqtt(state, detail)
        self._station._report(self._notifier, state, detail)

    def wake(self) -> None:
        self._station._outbox.hurry(self._notifier)

    def said(self, text: str, door: str = "") -> str:
        return self._station.reply(text, door)

    def status(self) -> str:
        return self._station.status()

    def recall(self, key: str) -> str | None:
        return self._station._store.note(f"{self._notifier}.{key}")

    def remember(self, key: str, value: str) -> None:
        self._station._store.set_note(f"{self._notifier}.{key}", value)

    def chats(self) -> tuple[Chat, ...]:
        return self._station.chats()

    def pair(self, text: str, target: str, name: str) -> Chat | None:
        chat = self._station._chats.try_code(text, target, name)
        if chat:
            self._station._outbox.follow_targets()
        return chat

    def ignored(self, target: str, name: str) -> None:
        self._station._chats.ignore(target, name)

    def moved(self, old: int, new: int) -> None:
        self._station._chats.move(old, new)
        self._station._outbox.follow_targets()

    def quiet(self, visit: Visit | None) -> bool:
        return self._station._rules.quiet(visit)

    def visits(self, limit: int) -> Sequence[Visit]:
        return self._station.visits(limit)

    def visit(self, visit: str) -> Visit:
        return self._station.visit(visit)

    def visit_of(self, delivery: int) -> Visit:
        return self._station._store.visit_of_delivery(delivery)

    def doors(self) -> Sequence[Door]:
        return self._station.doors()

    def names(self) -> Sequence[str]:
        return [identity.name for identity in self._station.identities()]

    def look(self, door: str) -> None:
        self._station.command_door(door, "look")

    def hush(self, seconds: float | None, by: str) -> str:
        if seconds is None:
            self._station.unhush(by=by)
            return wording.UNHUSHED
        return wording.hushed(self._station.hush(seconds, by=by).until)

    def name_face(self, face: int, name: str) -> Named:
        return self._station.name_face(face, name)

    def reject_face(self, face: int) -> tuple[Visit, str]:
        visit, rejection = self._station.reject_face(face)
        return visit, self._station._naming.can_undo_rejection(rejection, face)

    def enrol(self, name: str, photo: bytes) -> tuple[Photo, str]:
        return self._station.enrol_photo(name, photo)

    def undo(self, token: str) -> bool:
        return self._station.undo(token)

    def keep_message(self, sent: SentMessage) -> None:
        self._station._phones.keep_message(sent)

    def message(self, chat: int, message: int) -> SentMessage | None:
        return self._station._phones.message(chat, message)

    def verdict_message(self, visit: str, target: str) -> SentMessage | None:
        return self._station._phones.verdict_message(visit, target)


def _only_station(data_dir: Path) -> FileLock:
    """Two stations on one database would tell everything twice."""
    lock = FileLock(data_dir / "station.lock", timeout=0, thread_local=False)  # who stops is seldom who started
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunning(
            "Porchlight is already running",
            f"Another station uses {data_dir}. Stop it first, or give this one its own data directory.",
        ) from None
    return lock


def _first_word(notifier: Notifier, settings: Settings) -> tuple[PartState, str]:
    if notifier.targets():
        return PartState.STARTING, "connecting"
    if notifier.name == "telegram" and settings.telegram.enabled:
        if settings.telegram.token.get_secret_value():
            return PartState.STARTING, "connecting"
        return PartState.FAILED, "the bot's token is missing in the settings"
    return PartState.OFF, "off"


def _cores_each(workers: int) -> int:
    """How many cores one picture may take: two where there are as many (three gain nothing more)."""
    return max(1, min(2, (os.cpu_count() or 1) // workers))


def _messaging(settings: Settings) -> tuple[object, ...]:
    """What the messengers work by: the built-in broker listens where the receiver does."""
    host = settings.receiver.host if settings.mqtt.broker == "builtin" else ""
    return settings.telegram, settings.apprise, settings.mqtt, settings.opening, host


def _eyesight(recognition: RecognitionSettings) -> tuple[object, ...]:
    """What the workers are loaded with."""
    return recognition.engine, recognition.detector, recognition.workers, recognition.cluster


def _reachable_host(host: str) -> str:
    """An address other machines can use, when we listen on all of them."""
    return addresses.outward() or addresses.LOOPBACK if host in addresses.EVERYWHERE else _bracketed(host)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _sensible_name(name: str) -> str:
    cleaned = " ".join(name.split())[:80]
    if not cleaned:
        raise StationError("A name is needed", "Type at least one letter.")
    return cleaned
