"""The virtual door as the station keeps it and as a shell works it: the real firmware rings the real station."""

from __future__ import annotations

import importlib.util
import json
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from receiver import settings as settings_file
from receiver.door_console import obey
from receiver.errors import StationError
from receiver.models import VIRTUAL_DOOR, Change, DoorState, Visit
from receiver.station import Station
from receiver.virtual_door import CAMERA_FAULTS, RunningDoor, demo_picture
from tests.station_process import CHECKOUT, StationProcess, as_jpeg
from tests.waiting import wait_until

PATIENCE_S = 60


class Visits:
    """The visits a station publishes, to wait on."""

    def __init__(self, station: Station) -> None:
        self._seen: list[Visit] = []
        self._news = threading.Condition()
        station.subscribe(self._note)

    def _note(self, change: Change) -> None:
        with self._news:
            if isinstance(change, Visit):
                self._seen.append(change)
            self._news.notify_all()

    def wait(self, wanted: Callable[[Visit], bool]) -> Visit:
        """The first one that fits."""
        with self._news:
            assert self._news.wait_for(lambda: any(map(wanted, self._seen)), PATIENCE_S), self._seen
            return next(visit for visit in self._seen if wanted(visit))


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "known_faces").mkdir()
    path = tmp_path / "station.toml"
    path.write_text(
        "[receiver]\nhost = '127.0.0.1'\nport = 0\n[recognition]\nmerge_window_s = 0\n[mqtt]\nbroker = 'off'\n"
    )
    places = {"data_dir": tmp_path / "data", "gallery_dir": tmp_path / "known_faces"}
    station = Station(settings_file.load(path, overrides=places, environ={}), path)
    station.start()
    yield station
    station.stop()


@pytest.fixture
def hopper(tmp_path: Path, grace_hopper: Image.Image) -> Path:
    path = tmp_path / "hopper.jpg"
    path.write_bytes(as_jpeg(grace_hopper))
    return path


def until(holds: Callable[[], object]) -> None:
    """Look often at what another process does."""
    wait_until(holds, PATIENCE_S)


def running(station: Station) -> RunningDoor:
    assert station.virtual_door is not None
    return station.virtual_door


def test_a_press_of_the_virtual_door_makes_a_visit_with_a_picture(station: Station, hopper: Path) -> None:
    """Paired, let in, rung at once, then the picture that stands before it with its verdict."""
    visits = Visits(station)
    assert station.start_virtual_door(hopper) == VIRTUAL_DOOR
    door = next(door for door in station.doors() if door.id == VIRTUAL_DOOR)
    assert (door.state, door.authenticated, door.name) == (DoorState.APPROVED, True, "Virtual door")
    until(lambda: running(station).ask("state")["address"])
    running(station).press()
    visit = visits.wait(lambda v: v.door == VIRTUAL_DOOR and v.verdict is not None and bool(v.faces))
    assert visit.picture is not None
    assert (visit.picture.width, visit.picture.height) == (800, 600)


def test_it_is_gone_when_the_owner_takes_its_key_away(station: Station) -> None:
    station.start_virtual_door()
    door = running(station)
    unpaired = station.unpair_door(VIRTUAL_DOOR)
    assert (unpaired.authenticated, unpaired.state) == (False, DoorState.REFUSED)
    assert station.virtual_door is None
    with pytest.raises(StationError, match="has stopped"):
        door.ask("state")


def test_a_door_whose_process_died_says_so_and_can_be_started_again(station: Station) -> None:
    station.start_virtual_door()
    door = running(station)
    assert door._twin is not None
    assert door._twin._process is not None
    door._twin._process.kill()
    with pytest.raises(StationError, match="has stopped"):
        door.press()
    station.start_virtual_door()
    assert running(station).ask("state")["cable"] is True


def test_it_follows_the_station_to_another_port(station: Station, hopper: Path) -> None:
    visits = Visits(station)
    station.start_virtual_door(hopper)
    station.apply({("receiver", "max_connections"): 128})
    until(lambda: running(station).ask("state")["address"])
    running(station).press()
    visits.wait(lambda v: v.door == VIRTUAL_DOOR and v.picture is not None)


def test_it_ends_with_its_station(station: Station) -> None:
    station.start_virtual_door()
    twin = running(station)._twin
    station.stop()
    assert twin is not None
    assert twin._process is not None
    assert twin._process.poll() is not None


def test_what_is_no_picture_pairs_no_door(station: Station, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    for name in ("notes.txt", "missing.jpg"):
        with pytest.raises(StationError, match=f"{name} cannot be used as a picture"):
            station.start_virtual_door(tmp_path / name)
    assert station.virtual_door is None
    assert not station.doors()


def test_one_flash_is_one_door(tmp_path: Path) -> None:
    """Whoever switches it off, on whatever thread, leaves it to the next."""
    first = RunningDoor(tmp_path / VIRTUAL_DOOR)
    with pytest.raises(StationError, match="running already"):
        RunningDoor(tmp_path / VIRTUAL_DOOR)
    other = threading.Thread(target=first.close)
    other.start()
    other.join()
    RunningDoor(tmp_path / VIRTUAL_DOOR).close()


def test_where_no_portrait_is_installed_a_parcel_stands_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert demo_picture().size == (800, 600)


def test_every_way_to_break_the_camera_is_offered() -> None:
    model = (CHECKOUT / "firmware" / "twin" / "arducam_model.py").read_text("utf-8")
    line = next(line for line in model.splitlines() if line.startswith("FAULTS = "))
    assert line == f"FAULTS = {json.dumps(list(CAMERA_FAULTS)).replace('[', '(').replace(']', ')')}"


def test_a_station_without_a_virtual_door_does_not_load_the_twin() -> None:
    program = "import sys, receiver.station; sys.exit('firmware.twin.host' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, check=False).returncode == 0


class _Doorlike:
    """Answers as the twin does."""

    def ask(self, line: str) -> dict[str, Any]:
        return {"said": line, "cable": True, "camera": {"light": 0.2, "fault": None}}

    def show(self, picture: Path) -> None:
        assert picture.name == "anna with spaces.jpg"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("press", "pressed"),
        ("light 0.2", "light 0.2"),
        ("cable in", "cable in"),
        ("camera well", "camera well"),
        ("picture anna with spaces.jpg", "before the door: anna with spaces.jpg"),
    ],
)
def test_each_line_is_answered_in_one(line: str, answer: str) -> None:
    assert obey(_Doorlike(), line) == answer  # type: ignore[arg-type]


def test_lines_nobody_knows_are_said() -> None:
    with pytest.raises(ValueError, match="'dance' is not known"):
        obey(_Doorlike(), "dance")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="needs a FILE"):
        obey(_Doorlike(), "picture")  # type: ignore[arg-type]


class Shell:
    """`porchlight-headless virtual-door` in another process."""

    def __init__(self, station: StationProcess, *arguments: str) -> None:
        self.errors = station.home / "virtual-door.log"
        with self.errors.open("w") as errors:
            self._process = subprocess.Popen(
                station.command("virtual-door", *arguments),
                cwd=CHECKOUT,
                env=station.environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def read(self) -> str:
        assert self._process.stdout
        readable, _, _ = select.select([self._process.stdout], [], [], PATIENCE_S)
        assert readable, self.errors.read_text()
        return self._process.stdout.readline().strip()

    def type(self, line: str) -> str:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self.read()

    def quit(self) -> int:
        self._process.communicate("quit\n", timeout=PATIENCE_S)
        return self._process.returncode


@pytest.mark.parametrize("station_runs", [True, False])
def test_from_a_shell_it_rings_the_station_that_runs_or_its_own(
    tmp_path: Path, hopper: Path, station_runs: bool
) -> None:
    """One line for each line, the picture taken from the command line, and nothing left running."""
    station = StationProcess(tmp_path, {})
    if station_runs:
        station.start()
    try:
        shell = Shell(station, "--picture", str(hopper))
        ready = shell.read()
        assert ready.startswith("ready http://127.0.0.1:"), shell.errors.read_text()
        station.address = ready.removeprefix("ready ")
        until(lambda: json.loads(shell.type("state"))["address"])
        assert shell.type("dance") == "error: 'dance' is not known; help lists what is"
        assert shell.type("camera asleep").startswith("error: not understood: camera asleep")
        assert shell.type("press") == "pressed"
        visits = station.wait_for(lambda found: bool(found and found[0]["verdict"]))
        assert (visits[0]["door"], visits[0]["trigger"]) == (VIRTUAL_DOOR, "ring")
        assert shell.quit() == 0
    finally:
        station.kill()


def test_from_a_shell_a_picture_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    done = StationProcess(tmp_path, {}).run("virtual-door", "--picture", str(tmp_path / "nobody.jpg"))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("porchlight: nobody.jpg cannot be used as a picture")
