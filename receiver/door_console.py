"""`porchlight-headless virtual-door`: a door without hardware, worked by lines of text."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from receiver import addresses
from receiver.assembly import PORT_NOTE
from receiver.door_config import door_config
from receiver.door_keys import DoorKeys
from receiver.doors import pair
from receiver.errors import AlreadyRunning, StationError
from receiver.models import VIRTUAL_DOOR, DoorState
from receiver.settings import Settings
from receiver.station import Station
from receiver.store import Store
from receiver.virtual_door import CAMERA_FAULTS, NAME, RunningDoor


def work(chosen: Settings, settings_path: Path, picture: Path | None) -> int:
    """Run the virtual door until `quit` or the end of the input: a line answers each line. Raises StationError."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _door(chosen, settings_path, picture) as (door, station):
        print(f"ready {station}", flush=True)
        _converse(door, sys.stdin)
    return 0


@contextmanager
def _door(chosen: Settings, settings_path: Path, picture: Path | None) -> Iterator[tuple[RunningDoor, str]]:
    """The door, and where its station is: one that runs on this data directory, else one of our own."""
    station = Station(chosen, settings_path)
    try:
        station.start()
    except AlreadyRunning:
        with _beside(chosen, settings_path, picture) as joined:
            yield joined
        return
    try:
        station.start_virtual_door(picture)
        assert station.virtual_door  # noqa: S101  -- it has just been started
        yield station.virtual_door, f"http://{station.bound}"
    finally:
        station.stop()


@contextmanager
def _beside(chosen: Settings, settings_path: Path, picture: Path | None) -> Iterator[tuple[RunningDoor, str]]:
    """The station is another process: it notices in the store that the door is paired."""
    door = RunningDoor(chosen.data_dir / VIRTUAL_DOOR, picture)
    try:
        with _opened(chosen) as store:
            host, port = addresses.here(chosen.receiver.host), int(store.note(PORT_NOTE) or chosen.receiver.port)
            key = pair(store, DoorKeys(settings_path), VIRTUAL_DOOR, NAME)
            store.set_door(VIRTUAL_DOOR, DoorState.APPROVED, ())
        door.power_on(door_config(VIRTUAL_DOOR, key, (host, port), chosen.mqtt))
        yield door, f"http://{host}:{port}"
    finally:
        door.close()


@contextmanager
def _opened(chosen: Settings) -> Iterator[Store]:
    store = Store(chosen.data_dir / "station.sqlite3")
    try:
        yield store
    finally:
        store.close()


def _converse(door: RunningDoor, lines: TextIO) -> None:
    for line in lines:
        if line.strip() == "quit":
            return
        if line.strip():
            print(_answer(door, line), flush=True)


def _answer(door: RunningDoor, line: str) -> str:
    try:
        return obey(door, line)
    except (StationError, ValueError) as error:
        return f"error: {' '.join(str(error).split())}"


def obey(door: RunningDoor, line: str) -> str:
    """Do what one typed line says; returns the answer, one line. Raises StationError or ValueError with words."""
    command, _, rest = line.strip().partition(" ")
    answer = _COMMANDS.get(command)
    if answer is None:
        raise ValueError(f"{command!r} is not known; help lists what is")
    return answer(door, rest.strip())


HELP = (
    "press, picture FILE, light 0 (night) to 1 (day), cable out|in, camera well|" + "|".join(CAMERA_FAULTS) + ","
    " state, help, quit"
)


def _picture(door: RunningDoor, file: str) -> str:
    if not file:
        raise ValueError("picture needs a FILE")
    door.show(Path(file).expanduser())
    return f"before the door: {Path(file).name}"


def _press(door: RunningDoor, rest: str) -> str:
    door.ask(f"press {rest}".strip())
    return "pressed"


def _light(door: RunningDoor, rest: str) -> str:
    return f"light {door.ask(f'light {rest}')['camera']['light']}"


def _cable(door: RunningDoor, rest: str) -> str:
    return f"cable {'in' if door.ask(f'cable {rest}')['cable'] else 'out'}"


def _camera(door: RunningDoor, rest: str) -> str:
    return f"camera {door.ask(f'camera {rest}')['camera']['fault'] or 'well'}"


_COMMANDS: dict[str, Callable[[RunningDoor, str], str]] = {
    "press": _press,
    "picture": _picture,
    "light": _light,
    "cable": _cable,
    "camera": _camera,
    "state": lambda door, _: json.dumps(door.ask("state")),
    "help": lambda _, __: HELP,
}
