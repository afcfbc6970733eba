"""The composition root: builds a station's parts, starts and stops them in order, and joins them to each other.

Only this module knows all the parts; the parts meet in the store and never call each other.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from receiver import language
from receiver import settings as settings_file
from receiver.agenda import Agenda
from receiver.cameras import Cameras
from receiver.chats import Chats
from receiver.digest import Digest
from receiver.door_commands import DoorCommands
from receiver.door_health import Presence
from receiver.door_keys import DoorKeys
from receiver.doors import Doors, VirtualDoorSwitch
from receiver.doorstep import Doorstep
from receiver.errors import StationError
from receiver.eyes import Eyes
from receiver.full_test import FullTester
from receiver.hindsight import Hindsight
from receiver.history import History
from receiver.home import Home
from receiver.household import Household
from receiver.hush import Rules
from receiver.language import phrase
from receiver.matching import Rule
from receiver.message_rows import HOLD_S
from receiver.messengers import NOTIFIERS, Messengers
from receiver.models import (
    VIRTUAL_DOOR,
    Analysis,
    Change,
    Door,
    DoorCommand,
    FullTest,
    Hush,
    Message,
    Part,
    PartState,
    Ring,
    Trigger,
    Visit,
)
from receiver.notifiers import Host
from receiver.notifiers.mqtt_doors import MqttDoors
from receiver.opening import Opener
from receiver.people import People
from receiver.quiet import Quiet
from receiver.retention import Retention
from receiver.screens import Screens
from receiver.sessions import Sessions
from receiver.settings import Settings
from receiver.station_lock import lock_station
from receiver.store import Store
from receiver.strangers import Strangers
from receiver.updates import Firmware
from receiver.visit_bin import VisitBin
from receiver.web import Backend

_log = logging.getLogger(__name__)

PORT_NOTE = "receiver.port"
"""Where a command that joins this station finds the port that was free for it."""
MOST_CORRECTED = 20
"""Other visits of which one word of the owner, or one photo, changes what chats show."""
_PARTS = ("receiver", "recognition", *NOTIFIERS)


class Assembly:
    """The parts of one station. `backend` answers the web; `hosts` makes what answers the notifiers, by their names.

    `clock` returns Unix seconds. Parts that settings replace are there from `start` on, and are to be asked for each
    time.
    """

    def __init__(
        self,
        settings: Settings,
        settings_path: Path,
        *,
        backend: Backend,
        hosts: Callable[[Assembly], Callable[[str], Host]],
        clock: Callable[[], float],
    ) -> None:
        self.settings = settings
        language.use(settings.general.language)
        self._settings_path = settings_path
        self._backend = backend
        self._hosts = hosts
        self._clock = clock
        self._keys = DoorKeys(settings_path)
        self._sessions = Sessions()
        self.firmware = Firmware()
        self._presence = Presence(self._tell_of_door)
        self._subscribers: list[Callable[[Change], None]] = []
        now = clock()
        self.parts = {name: Part(name, PartState.STARTING, "", now) for name in _PARTS}
        self._stack = ExitStack()
        self._running: dict[str, ExitStack] = {}
        """What each group that runs has to be ended by."""
        self._applying = threading.Lock()
        self._ending = threading.Event()

    # ---- life

    def start(self) -> None:
        """Open the store, bind the port, start every part; on failure nothing is left running."""
        self._ending.clear()
        with ExitStack() as stack:
            self.settings.data_dir.mkdir(parents=True, exist_ok=True)
            stack.callback(lock_station(self.settings.data_dir).release)
            self.store = Store(self.settings.data_dir / "station.sqlite3", clock=self._clock)
            stack.callback(self.store.close)
            self._prepare()
            self.bin.empty()
            stack.callback(self.bin.empty)
            stack.callback(self.subscribe(self.hindsight.hear))
            for group in self._groups():
                stack.callback(self._end, group)
                self._begin(group)
            stack.callback(self.subscribe(self.tester.hear))
            stack.callback(self.subscribe(self.strangers.hear))
            stack.callback(self.tester.stop)
            stack.callback(self.virtual_door.off)
            stack.callback(self.cameras.stop)
            self.cameras.start()
            self._stack = stack.pop_all()

    def stop(self) -> None:
        """End in order: no more uploads, finish what is in hand, close the store. Takes under 5 s; may be repeated."""
        self._ending.set()
        with self._applying:  # nothing is opened anew behind our back
            self._stack.close()

    @property
    def ending(self) -> bool:
        """Whether it is stopping, or has stopped."""
        return self._ending.is_set()

    def _prepare(self) -> None:
        """What stays whatever settings change; these parts ask for the settings of the moment."""
        self.history = History(self.store)
        self.bin = VisitBin(self.store, self.settings.snapshots / "deleted", self._clock)
        self.chats = Chats(self.store, lambda: self.settings.telegram.chat_ids, self.publish, self._clock)
        self.quiet = Quiet(self.store, self._publish_hush, clock=self._clock)
        self.rules = Rules(
            lambda: self.settings.hush,
            self.quiet.hushes,
            self.store.told_since,
            lambda: self.parts["recognition"].state is not PartState.FAILED,
            self._clock,
        )
        self.doors = Doors(
            self.store,
            self._keys,
            self._presence,
            settings=lambda: self.settings,
            port=lambda: self.doorstep.port,
            routes=self._alert_messages,
            rule=self.rules.first,
            publish=self.publish,
            changed=self._doors_changed,
            wake=self._wake,
        )
        self.virtual_door = VirtualDoorSwitch(self.doors, self.settings.data_dir / VIRTUAL_DOOR)
        self.commands = DoorCommands(self.doors.key_to_command, self._tell_door, self.publish, clock=self._clock)
        self.screens = Screens(self.all_doors, self.commands, lambda: self.messengers.mqtt)
        self.strangers = Strangers(self.store, lambda: self.settings.recognition.engine, self.publish, self._clock)
        self.hindsight = Hindsight(
            self.store,
            self._look_back,
            self._tell_in_hindsight,
            engine=lambda: self.settings.recognition.engine,
            clock=self._clock,
        )
        self._household = Household(
            self.store,
            settings=lambda: self.settings,
            messengers=lambda: self.messengers,
            apply=self.apply,
            publish=self.publish,
        )
        self.tester = FullTester(
            self.store,
            lambda: f"http://{self.doorstep.bound}/",
            self.screens.test,
            self.publish,
            self._tell_of_test,
            clock=self._clock,
        )

        self.cameras = Cameras(
            self.store,
            self._settings_path,
            eyes=self._examine,
            take=self._take_from_camera,
            publish=self.publish,
            clock=self._clock,
        )

    def _groups(self) -> Mapping[str, Callable[[ExitStack], None]]:
        """Parts that are replaced together when their settings change, in starting order."""
        return {
            "messengers": self._start_messengers,
            "eyes": self._open_eyes,
            "doorstep": self._open_door,
            "housekeeping": self._keep_house,
        }

    def _begin(self, group: str) -> None:
        with ExitStack() as stack:
            self._groups()[group](stack)
            self._running[group] = stack.pop_all()

    def _end(self, group: str) -> None:
        self._running.pop(group, ExitStack()).close()

    def _start_messengers(self, stack: ExitStack) -> None:
        settings = self.settings
        self.opener = Opener(settings.opening, self.store, self.commands, clock=self._clock)
        home = Home(
            settings.mqtt,
            self.store,
            self.quiet,
            self.opener,
            named=self.doors.named,
            refresh=self._refresh_home,
        )
        listener = MqttDoors(
            settings.mqtt.base_topic,
            self.commands,
            self._presence,
            self.doors.knows,
            home.open,
            hush=home.hush,
            clock=self._clock,
        )
        self.messengers = Messengers(
            settings,
            self.store,
            self.chats,
            home,
            listener,
            password_of=self.doors.broker_password,
            publish=self.publish,
            report=self._report,
            clock=self._clock,
        )
        stack.callback(self.messengers.stop)
        self.messengers.start(self._hosts(self))

    def _open_eyes(self, stack: ExitStack) -> None:
        self.eyes = Eyes(
            self.settings,
            self.store,
            rule=lambda: Rule.of(self.settings.recognition),
            routes=self._verdict_messages,
            may_tell=self.rules.final,
            publish=self.publish,
            wake_couriers=self.wake_couriers,
            report=partial(self._report, "recognition"),
            clock=self._clock,
        )
        stack.callback(self.eyes.stop)
        self.people = People(
            self.store, self.eyes.gallery, self._household, self.settings.recognition.engine, self._clock
        )
        self.eyes.start()

    def _open_door(self, stack: ExitStack) -> None:
        self.doorstep = Doorstep(
            self.settings,
            self._backend,
            self.store,
            keys=self._keys,
            sessions=self._sessions,
            firmware=self.firmware,
            routes=self._alert_messages,
            rule=self.rules.first,
            publish=self.publish,
            wake=self._wake,
            clock=self._clock,
        )
        stack.callback(self.doorstep.stop)
        self.doorstep.start()
        stack.callback(self._report, "receiver", PartState.OFF, "")
        self.store.set_note(PORT_NOTE, str(self.doorstep.port))
        self._report("receiver", PartState.WORKING, phrase("listening on {address}", address=self.doorstep.address))

    def _keep_house(self, stack: ExitStack) -> None:
        chosen = self.settings
        retention = Retention(self.store, chosen.retention, chosen.snapshots, clock=self._clock, publish=self.publish)
        retention.start()
        stack.callback(retention.stop)
        digest = Digest(
            self.store,
            lambda: self.settings.hush.digest_at,
            self._text_routes,
            self.wake_couriers,
            clock=self._clock,
        )
        looks = (self.quiet.look, digest.look, self.strangers.look, self.hindsight.look, self.bin.look)
        agenda = Agenda((self._tell_the_waiting, self._test_in_time, *looks))
        agenda.start()
        stack.callback(agenda.stop)

    # ---- settings

    def apply(self, changes: Mapping[tuple[str, ...], Any]) -> None:
        """Save settings and put them into effect at once.

        Raises SettingsError for a value that is not allowed and StationError when a part cannot start with it (a
        port in use); everything is as before then.
        """
        with self._applying:
            before = self.settings
            settings_file.save(self._settings_path, changes)
            try:
                self._switch_to(settings_file.load(self._settings_path, overrides=self._fixed(changes)))
            except StationError:
                settings_file.save(self._settings_path, {key: settings_file.value(before, key) for key in changes})
                self._switch_to(before)
                raise

    def _fixed(self, changes: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
        """What the command line decided stays, and the data directory only moves between runs."""
        fixed = {"data_dir": self.settings.data_dir}
        if ("gallery_dir",) not in changes:
            fixed["gallery_dir"] = self.settings.gallery
        return fixed

    def _switch_to(self, settings: Settings) -> None:
        before, self.settings = self.settings, settings
        language.use(settings.general.language)
        affected = [group for group in self._groups() if _works_by(group, before) != _works_by(group, settings)]
        for group in affected:
            self._end(group)
            self._begin(group)
        if not {"doorstep", "messengers"}.isdisjoint(affected):
            self.virtual_door.begin_anew()

    def open_eyes_anew(self) -> None:
        """Look with another detector from now on. Rings wait meanwhile: their rows are the queue."""
        with self._applying:
            if not self.ending:
                self._end("eyes")
                self._begin("eyes")

    # ---- doors

    def all_doors(self) -> tuple[Door, ...]:
        """Every door ever heard, with what was refused in its name and what it told of itself."""
        self.doorstep.intake.refusals.write()
        return self.doors.all()

    def start_virtual_door(self, picture: Path | None) -> None:
        """Switch the virtual door on, with a picture before it. Raises StationError."""
        with self._applying:
            if self.ending:
                raise StationError("Porchlight is stopping")
            self.virtual_door.on(picture)

    def stop_virtual_door(self) -> None:
        """Switch the virtual door off."""
        with self._applying:
            self.virtual_door.off()

    # ---- who is told

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` with every record that changes; returns the way to end it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def publish(self, change: Change) -> None:
        """Tell every subscriber."""
        if isinstance(change, Door):
            change = self._presence.of(change)
        if isinstance(change, DoorCommand) and change.do == "relay":
            self.opener.take(change)
        if isinstance(change, FullTest):
            self._refresh_home()
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(change)
            except Exception:  # a subscriber's fault must never stop the pipeline
                _log.exception("a subscriber failed on %s", type(change).__name__)

    def wake_couriers(self) -> None:
        """There are new messages to carry."""
        self.messengers.outbox.wake()

    def _wake(self) -> None:
        self.eyes.recognition.wake()
        self.wake_couriers()

    def _report(self, name: str, state: PartState, detail: str) -> None:
        before = self.parts.get(name)
        if before and (before.state, before.detail) == (state, detail):
            return
        since = before.since if before and before.state is state else self._clock()
        self.parts[name] = Part(name, state, detail, since)
        self.publish(self.parts[name])

    # ---- what is asked of eyes and doorstep that may be others tomorrow

    def _look_back(self, visit: str, engine: str) -> Visit | None:
        return self.eyes.recognition.look_back(visit, engine)

    def _examine(self, picture: Path) -> Analysis:
        return self.eyes.examine(picture)

    def _take_from_camera(self, door: Door, picture: bytes, ring: Ring, trigger: Trigger) -> None:
        self.doorstep.intake.picture(door, picture, ring, trigger, self._clock())

    # ---- what has its time, or comes from a part

    def _tell_of_door(self, door: str) -> None:
        if known := self.store.door(door):
            self.publish(known)

    def _tell_the_waiting(self) -> None:
        """A verdict that does not come in time is not waited for any longer."""
        for visit in self.store.waited_for(self._clock() - HOLD_S):
            self.publish(visit)
            self.wake_couriers()

    def _tell_in_hindsight(self, visits: Sequence[Visit]) -> None:
        """Whoever looks on sees it, and chats are put right; nobody is told a second time."""
        ids = [visit.id for visit in visits]
        self._household.correct(ids[:MOST_CORRECTED])
        self._household.changed(ids)

    def _publish_hush(self, hush: Hush) -> None:
        self.publish(hush)
        self._refresh_home()

    def _test_in_time(self) -> None:
        self.tester.look(self.settings.receiver.full_test_at)

    def _tell_of_test(self, text: str, broken: frozenset[str]) -> None:
        routes = [(notifier, target) for notifier, target in self.messengers.text_routes() if notifier not in broken]
        self.store.add_notices("trouble", text, routes)
        self.wake_couriers()

    # ---- what the parts ask of messengers that may be others tomorrow

    def _alert_messages(self) -> Sequence[Message]:
        return self.messengers.alert_messages()

    def _verdict_messages(self) -> Sequence[Message]:
        return self.messengers.verdict_messages()

    def _text_routes(self) -> Sequence[tuple[str, str]]:
        return self.messengers.text_routes()

    def _tell_door(self, door: str, command: bytes) -> None:
        self.messengers.tell_door(door, command)

    def _refresh_home(self) -> None:
        self.messengers.mqtt.refresh()

    def _doors_changed(self) -> None:
        self.messengers.doors_changed()


def _works_by(group: str, settings: Settings) -> tuple[object, ...]:
    """The settings by which a group of parts works: with others it has to begin anew."""
    seen = settings.recognition
    match group:
        case "messengers":  # the built-in broker listens where the receiver does
            host = settings.receiver.host if settings.mqtt.broker == "builtin" else ""
            words = settings.general  # Telegram keeps a menu of ours, Home Assistant the names of its entities
            return words, settings.telegram, settings.apprise, settings.mqtt, settings.opening, host
        case "eyes":
            return seen.engine, seen.detector, seen.workers, seen.cluster, settings.gallery
        case "doorstep":
            return settings.receiver, seen.merge_window_s
        case _:
            return (settings.retention,)
