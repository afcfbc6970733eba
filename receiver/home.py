"""The house's automation: what it sees of the station at the broker, and what it may do from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from receiver import __version__
from receiver.errors import OpeningRefused
from receiver.full_test import RESULT
from receiver.language import mark
from receiver.models import BROWSER_DOORS, OWN_DOOR, Door, DoorCommand, DoorState, Visit
from receiver.notifiers import home_assistant
from receiver.notifiers.mqtt import Announced
from receiver.opening import Opener
from receiver.quiet import Quiet, span_of
from receiver.settings import MqttSettings
from receiver.signatures import is_door_id
from receiver.store import Store

_BY = mark("the house's automation")


class Home:
    """For one set of settings. `named` finds a door by its id, or raises KeyError; `refresh` has it see all anew."""

    def __init__(
        self,
        settings: MqttSettings,
        store: Store,
        quiet: Quiet,
        opener: Opener,
        *,
        named: Callable[[str], Door],
        refresh: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._quiet = quiet
        self._opener = opener
        self._named = named
        self._refresh = refresh

    # ---- what it sees

    def announced(self) -> Announced:
        """What Home Assistant is told of which doors."""
        if not self._settings.discovery:
            return {}
        return {
            door.id: home_assistant.messages(self._settings, __version__, door, opens=self._may_open(door))
            for door in self._let_in()
            if door.id != OWN_DOOR and not door.id.startswith(BROWSER_DOORS)
        }

    def states(self) -> Mapping[str, bytes]:
        """What the broker keeps of us, topic below ours -> payload: each door's hush, and the last full test."""
        hushes = {
            f"{door.id}/hush": b"ON" if self._quiet.of(door.id) else b"OFF"
            for door in self._let_in()
            if is_door_id(door.id)
        }
        tested = self._store.note(RESULT)
        return hushes | ({"full_test": tested.encode()} if tested else {})

    def last_ring(self, door: str) -> Visit | None:
        """The newest visit of somebody who rang at a door."""
        return self._store.newest_ring(door)

    # ---- what it may do

    def hush(self, door: str, words: str) -> None:
        """`hush/set` of a door: on, off, or how long. Raises StationError for other words."""
        match words.strip().lower():
            case "off":
                self._quiet.end(door, by=_BY)
            case "on":
                self._quiet.begin(None, by=_BY, scope=door)
            case _:
                self._quiet.begin(span_of(words), by=_BY, scope=door)
        self._refresh()  # also when nothing changed: the switch may show what another process has ended

    def open(self, door: str, code: str) -> DoorCommand:
        """`open/set` of a door. Raises what `Opener.open` raises, and KeyError."""
        if not self._opener.needs_code:
            raise OpeningRefused("Without a one-time code no door is opened over MQTT")
        return self._opener.open(self._named(door), by="Home Assistant", code=code)

    # ---- inside

    def _let_in(self) -> list[Door]:
        return [door for door in self._store.doors() if door.state is DoorState.APPROVED]

    def _may_open(self, door: Door) -> bool:
        """Only with a code: the broker is not trusted, nor whoever else is on it."""
        return self._opener.may_open(door) and self._opener.needs_code
