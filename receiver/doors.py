"""What the owner does with doors: their keys and names, who is let in, and a board that becomes one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from receiver import addresses, door_config
from receiver.door_health import Presence
from receiver.door_keys import DoorKeys
from receiver.errors import KeyMissing, SetUpError, SetUpStopped, StationError
from receiver.language import _, mark, phrase
from receiver.models import (
    BROWSER_DOORS,
    CAMERA_DOORS,
    OWN_DOOR,
    VIRTUAL_DOOR,
    Change,
    Door,
    DoorState,
    Message,
    Ruling,
    Trigger,
    VisitDeleted,
)
from receiver.retention import remove_picture
from receiver.settings import Settings
from receiver.signatures import broker_password, is_door_id
from receiver.store import Store

if TYPE_CHECKING:
    from receiver.virtual_door import RunningDoor

_log = logging.getLogger(__name__)

_FIRST_HELLO_S = 60.0
"""A door needs a few seconds to start, and as many for an address."""
_LOOK_S = 0.5


class Doors:
    """Acts on the owner's word about doors; may be used from any thread.

    `settings` and `port` are the station's now, `routes` and `rule` make the messages of a visit that was held until
    its door was let in, `changed` is called when the doors are others, `wake` when there is work.
    """

    def __init__(
        self,
        store: Store,
        keys: DoorKeys,
        presence: Presence,
        *,
        settings: Callable[[], Settings],
        port: Callable[[], int],
        routes: Callable[[], Sequence[Message]],
        rule: Callable[[str, Trigger], Ruling],
        publish: Callable[[Change], None],
        changed: Callable[[], None],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._keys = keys
        self._presence = presence
        self._settings = settings
        self._port = port
        self._routes = routes
        self._rule = rule
        self._publish = publish
        self._changed = changed
        self._wake = wake

    def all(self) -> tuple[Door, ...]:
        """Every door ever heard, with what it told of itself."""
        return tuple(map(self._presence.of, self._store.doors()))

    def knows(self, door: str) -> bool:
        """Whether a door of this id was ever heard."""
        return self._store.door(door) is not None

    def named(self, door: str) -> Door:
        """The door with this id. Raises KeyError for one never heard."""
        known = self._store.door(door)
        if known is None:
            raise KeyError(door)
        return known

    def is_there(self, door: str) -> bool:
        """Whether a door with a key is at the broker now."""
        known = self._store.door(door)
        return known is not None and known.authenticated and bool(self._presence.of(known).online)

    # ---- the owner's word

    def decide(self, door: str, state: DoorState) -> Door:
        """Approve a door, whose held pictures go on their way, or refuse it. Raises KeyError."""
        ruling = self._rule(door, Trigger.RING)
        decision = self._store.set_door(door, state, self._routes(), ruling)
        for picture in decision.dropped:
            remove_picture(picture)
        decided = self._tell(decision.door)
        for visit in decision.gone:
            self._publish(VisitDeleted(visit))
        for visit in decision.released:
            self._publish(self._store.visit(visit))
        self._wake()
        return decided

    def rename(self, door: str, name: str) -> Door:
        """Give a door another name. Raises KeyError, and StationError for no name."""
        return self._tell(self._store.rename_door(door, sensible_name(name)))

    def pair(self, door: str, name: str) -> str:
        """Give a door a new key and let it in; returns the key as 64 hexadecimal digits, this once."""
        key = pair(self._store, self._keys, door, name)
        self.decide(door, DoorState.APPROVED)
        return key

    def unpair(self, door: str) -> Door:
        """Take a door's key away, and let it in no more. Raises KeyError."""
        return self._tell(unpair(self._store, self._keys, door))

    # ---- their keys

    def key_to_command(self, door: str) -> bytes:
        """The key that signs what a door is told. Raises KeyError, and StationError for one that cannot be told."""
        known = self.named(door)
        key = self._keys.of(known)
        if key is None:
            raise StationError("This door cannot be told anything", "It has no key: pair it first.")
        if known.state is not DoorState.APPROVED:
            raise StationError("This door cannot be told anything", "You refused it: approve it first.")
        return key

    def broker_password(self, door: str) -> str | None:
        """What the built-in broker wants to hear from a door; None for one that it is not to let in."""
        known = self._store.door(door) if is_door_id(door) else None
        if known is None or known.state is not DoorState.APPROVED:
            return None
        try:
            key = self._keys.of(known)
        except KeyMissing:
            return None
        return broker_password(key) if key else None

    # ---- their set-up

    def config(self, door: str, key: str) -> bytes:
        """The config.json of a door somewhere in the network. Raises StationError when it could not work with it."""
        return self._config(door, key, addresses.for_doors(self._settings().receiver.host))

    def config_here(self, door: str, key: str) -> bytes:
        """The config.json of a door on this computer. Raises StationError."""
        return self._config(door, key, addresses.here(self._settings().receiver.host))

    def set_up(
        self,
        port: str,
        door: str,
        name: str,
        progress: Callable[[str, int, int], None],
        stopped: Callable[[], bool],
    ) -> Door:
        """Make the board at `port` a door and wait until it says hello. Raises StationError, SetUpError, SetUpStopped.

        Nothing is touched when a door could not work with the settings.
        """
        from receiver import door_setup  # noqa: PLC0415  -- 50 ms that the start need not wait for

        self.config(door, door_config.UNUSED_KEY)
        board = door_setup.board_at(port)
        door_setup.put_program(board, lambda: self.config(door, self.pair(door, name)), progress, stopped)
        progress(mark("Waiting for the door to say hello"), 0, 0)
        return first_hello(self._store, door, stopped)

    # ---- inside

    def _config(self, door: str, key: str, host: str) -> bytes:
        settings = self._settings()
        relay_s = settings.opening.seconds if door in settings.opening.doors else 0
        return door_config.door_config(door, key, (host, self._port()), settings.mqtt, relay_s=relay_s)

    def _tell(self, door: Door) -> Door:
        self._changed()
        door = self._presence.of(door)
        self._publish(door)
        return door


class VirtualDoorSwitch:
    """Switches the door without hardware on and off; its board's flash is `folder`."""

    def __init__(self, doors: Doors, folder: Path) -> None:
        self._doors = doors
        self._folder = folder
        self.door: RunningDoor | None = None
        """While it is on."""

    def on(self, picture: Path | None) -> None:
        """Pair it and switch it on, with a picture before it; one that runs is replaced. Raises StationError."""
        from receiver.virtual_door import RunningDoor  # noqa: PLC0415  -- few stations ever need it

        self.off()
        door = RunningDoor(self._folder, picture)
        try:
            door.power_on(self._config())
        except BaseException:
            door.close()
            raise
        self.door = door

    def off(self) -> None:
        """Switch it off; it stays paired."""
        door, self.door = self.door, None
        if door is not None:
            door.close()

    def begin_anew(self) -> None:
        """The station or its broker is elsewhere now."""
        try:
            if self.door:
                self.door.power_on(self._config())
        except StationError as error:
            _log.info("the virtual door stays off: %s", error.source)

    def _config(self) -> bytes:
        from receiver.virtual_door import NAME  # noqa: PLC0415

        return self._doors.config_here(VIRTUAL_DOOR, self._doors.pair(VIRTUAL_DOOR, _(NAME)))


def pair(store: Store, keys: DoorKeys, door: str, name: str) -> str:
    """Make and keep a key for a door; returns it as hexadecimal digits. Raises StationError for an impossible id."""
    if not is_door_id(door) or door == OWN_DOOR or door.startswith((BROWSER_DOORS, CAMERA_DOORS)):
        raise StationError(
            phrase("{door!r} cannot be the id of a door", door=door),
            "Use up to 63 lower-case letters, digits and hyphens, such as front-door.",
        )
    key = keys.make(door)
    store.pair(door, sensible_name(name or door))
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


def sensible_name(name: str) -> str:
    """A name as it is kept. Raises StationError for one without a letter."""
    cleaned = " ".join(name.split())[:80]
    if not cleaned:
        raise StationError("A name is needed", "Type at least one letter.")
    return cleaned
