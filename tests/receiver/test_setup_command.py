"""Set-up over USB as a whole: `porchlight-headless setup-door` and the station's own, with a station that hears."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from serial.tools import list_ports

import firmware
from receiver import addresses, announcement
from receiver import settings as settings_file
from receiver.__main__ import main
from receiver.announcement import FoundStation
from receiver.errors import StationError
from receiver.models import DoorState
from receiver.station import Station
from tests.firmware.door_modules import config
from tests.firmware.plugged_in import PluggedIn

HOUSE = "10.9.8.7"


@pytest.fixture(autouse=True)
def _one_house(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer with this address, no keyring, and nothing plugged in but what a test plugs in."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setattr(addresses, "outward", lambda: HOUSE)
    monkeypatch.setattr(list_ports, "comports", list)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "known_faces").mkdir()
    (tmp_path / "flash").mkdir()
    (tmp_path / "station.toml").write_text("[receiver]\nannounce = false\nport = 0\n[mqtt]\nbroker = 'off'\n")
    return tmp_path


@pytest.fixture
def board(home: Path) -> Iterator[PluggedIn]:
    with PluggedIn(home / "flash") as plugged_in:
        yield plugged_in


def shell(home: Path, *arguments: str) -> int:
    places = ["--settings", str(home / "station.toml"), "--data-dir", str(home / "data")]
    return main([*places, *arguments])


@contextmanager
def running(home: Path) -> Iterator[Station]:
    places = {"data_dir": home / "data", "gallery_dir": home / "known_faces"}
    station = Station(settings_file.load(home / "station.toml", overrides=places, environ={}), home / "station.toml")
    station.start()
    try:
        yield station
    finally:
        station.stop()


def test_the_station_sets_a_door_up_and_hears_it(home: Path, board: PluggedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a fresh board to the door's own program saying hello, signed with the key that was put on it."""
    steps: list[str] = []
    monkeypatch.setattr(addresses, "for_doors", addresses.here)
    with running(home) as station:
        assert station.boards() == ()
        door = station.set_up_door(board.port, "back-door", "Back door", lambda words, *_: steps.append(words))
    assert (door.name, door.state, door.firmware) == ("Back door", DoorState.APPROVED, firmware.VERSION)
    assert (steps[0], steps[-1]) == ("Looking at the board", "Waiting for the door to say hello")


def test_a_station_that_no_door_can_reach_touches_no_board(home: Path, board: PluggedIn) -> None:
    """And an id that cannot be one pairs nothing."""
    with running(home) as station, pytest.raises(StationError, match="door must be"):
        station.set_up_door(board.port, "Back Door", "", lambda *_: None)
    (home / "station.toml").write_text("[receiver]\nhost = '127.0.0.1'\nport = 0\n[mqtt]\nbroker = 'off'\n")
    with running(home) as station:
        with pytest.raises(StationError, match="No door can reach"):
            station.set_up_door(board.port, "back-door", "", lambda *_: None)
        assert station.doors() == ()
    assert b"raw REPL" not in board.said


def test_the_command_beside_a_running_station(home: Path, board: PluggedIn, capsys: pytest.CaptureFixture[str]) -> None:
    """The key is never shown; the door was heard."""
    with running(home) as station:
        code = shell(home, "setup-door", "--port", board.port, "--name", "Front", "--station", station.bound)
        doors = station.doors()
    said = capsys.readouterr()
    assert (code, said.err) == (0, "")
    assert said.out == f"front-door is set up; the station has heard it, with firmware {firmware.VERSION}\n"
    assert [(door.id, door.name, door.state) for door in doors] == [("front-door", "Front", DoorState.APPROVED)]


def test_the_command_without_a_station(home: Path, board: PluggedIn, capsys: pytest.CaptureFixture[str]) -> None:
    """The door is paired with the data of the station to come, and it is said that none runs."""
    (home / "station.toml").write_text("[receiver]\nport = 1077\n")
    assert shell(home, "setup-door", "--port", board.port) == 0
    assert "no station runs on this computer" in capsys.readouterr().out
    assert config.load(str(home / "flash" / "config.json")).station == {"host": HOUSE, "port": 1077}
    assert shell(home, "doors") == 0
    assert capsys.readouterr().out == "approved\tfront-door\tfront-door\tsigned\n"


def test_a_laptop_that_is_not_the_station(
    home: Path, board: PluggedIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the key from the station nothing is paired here, and the station is found in the network."""
    stations = [FoundStation("Porchlight on attic", "10.9.8.1", 1088, "1")]
    monkeypatch.setattr(announcement, "find_stations", lambda: tuple(stations))
    monkeypatch.setattr("sys.stdin", io.StringIO("ab" * 32 + "\n"))
    assert shell(home, "setup-door", "--port", board.port, "--key", "-") == 0
    assert "on another computer" in capsys.readouterr().out
    written = json.loads((home / "flash" / "config.json").read_text())
    assert (written["key"], written["station"]) == ("ab" * 32, {"host": "10.9.8.1", "port": 1088})
    assert not (home / "data" / "station.sqlite3").exists()
    stations.append(FoundStation("Porchlight on cellar", "10.9.8.2", 1066, "1"))
    assert shell(home, "setup-door", "--port", board.port, "--key", "ab" * 32) == 1
    assert "10.9.8.2:1066 (Porchlight on cellar)" in capsys.readouterr().err


@pytest.fixture
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("receiver.door_setup.program._TRIES", 1)
    monkeypatch.setattr("receiver.door_setup.program._FIRST_LOOK_S", 0.1)


@pytest.mark.usefixtures("_in_a_hurry")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 1, "No board was found"),
        (["--port", "/dev/none"], 1, "no board at this port"),
        (["--uf2", "none.uf2"], 1, "cannot be read"),
        (["--door", "Front Door"], 1, "door must be"),
        (["--key", "abc", "--station", HOUSE], 2, "64 hexadecimal digits"),
        (["--station", f"{HOUSE}:x"], 2, "HOST:PORT"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    """And no door is paired."""
    (home / "station.toml").write_text("")
    assert shell(home, "setup-door", *arguments) == code
    said = capsys.readouterr()
    assert words in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert not (home / "data" / "station.sqlite3").exists()
