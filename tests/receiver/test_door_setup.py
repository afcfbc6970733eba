"""Set-up over USB against MicroPython's real prompt on a pseudo terminal: the whole way, and every way it can fail."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import serial
from serial.tools import list_ports

import firmware
from receiver.door_setup import Board, board_at, program, put_program, the_only_board
from receiver.errors import SetUpError, SetUpStopped
from tests.firmware.door_modules import config
from tests.firmware.plugged_in import PluggedIn

CONFIG = json.dumps({"door": "front-door", "key": "0f" * 32, "station": {"host": "192.168.1.10"}}).encode()


class Told:
    """A progress callback that remembers; `at` is what to do at the first step with these words."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int, int]] = []
        self.at: dict[str, Callable[[], object]] = {}

    def __call__(self, words: str, done: int, total: int) -> None:
        self.steps.append((words, done, total))
        self.at.pop(words, lambda: None)()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def set_up(board: PluggedIn, told: Told | None = None) -> None:
    put_program(board_at(board.port), lambda: CONFIG, told or Told())


def test_a_fresh_board_becomes_a_door(tmp_path: Path) -> None:
    """Every file is where `firmware.lay_out` has it, byte for byte; the door reads its config; the board was reset."""
    flash, wanted = tmp_path / "flash", tmp_path / "wanted"
    flash.mkdir()
    told = Told()
    with PluggedIn(flash) as board:
        set_up(board, told)
    firmware.lay_out(wanted, CONFIG)
    assert contents(flash) == contents(wanted)
    assert config.load(str(flash / "config.json")).door == "front-door"
    assert board.starts >= 2
    done = [step[1] for step in told.steps if step[2]]
    assert done == sorted(done)
    assert told.steps[-1][1] == told.steps[-1][2] == sum(map(len, contents(flash).values()))


def test_a_busy_door_is_set_up_anew(tmp_path: Path) -> None:
    """A program that never pauses is interrupted; an old trial, stale files and a foreign main.py cannot win.

    The presses that wait on it stay.
    """
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for name in ("a/stale.py", "b/main.py", "boot.json", "rings.json", "main.py"):
        (tmp_path / name).write_text('{"slot": "b", "trial": ""}')
    (tmp_path / "boot.py").write_text("while True:\n    pass\n")
    with PluggedIn(tmp_path) as board:
        set_up(board)
    names = set(contents(tmp_path))
    assert names == {f"a/{name}" for name in firmware.slot_files()} | {
        "boot.py", "config.json", "rings.json", "main.py.before"
    }  # fmt: skip


def test_the_watchdog_of_a_running_door_is_outlived(tmp_path: Path) -> None:
    """The board resets itself in the middle of the first steps, twice; the third time nothing is lost."""
    with PluggedIn(tmp_path, bites=2) as board:
        set_up(board)
    assert (tmp_path / "boot.py").read_bytes() == firmware.boot()


def test_no_board(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to look for, and how a board without MicroPython shows; and several boards are named."""
    seen = [SimpleNamespace(device="/dev/ttyS0", vid=None, pid=None, serial_number=None)]
    monkeypatch.setattr(list_ports, "comports", lambda: seen)
    with pytest.raises(SetUpError, match=r"No board was found.*BOOTSEL.*W5100S_EVB_PICO"):
        the_only_board()
    for port, number in (("/dev/ttyACM1", "e662"), ("/dev/ttyACM0", "e661")):
        seen.append(SimpleNamespace(device=port, vid=0x2E8A, pid=0x0005, serial_number=number))
    with pytest.raises(SetUpError, match=r"/dev/ttyACM0, /dev/ttyACM1"):
        the_only_board()
    assert Board("/dev/ttyACM7", "e662").port_now() == "/dev/ttyACM1"


@pytest.fixture
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not there now will not come."""
    monkeypatch.setattr("receiver.door_setup.program._FIRST_LOOK_S", 0.1)
    monkeypatch.setattr("receiver.door_setup.program._AFTER_RESET_S", 0.1)
    monkeypatch.setattr("receiver.door_setup.program._TRIES", 1)
    monkeypatch.setattr("receiver.door_setup.console._ATTENTION_S", 1.5)


@pytest.mark.usefixtures("in_a_hurry")
def test_a_port_that_is_not_there_or_taken(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match="no board at this port"):
        put_program(Board(str(tmp_path / "ttyACM9")), lambda: CONFIG, Told())
    with (
        PluggedIn(tmp_path) as board,
        serial.Serial(board.port, exclusive=True),
        pytest.raises(SetUpError, match="taken"),
    ):
        set_up(board)


@pytest.mark.usefixtures("in_a_hurry")
def test_no_permission_names_the_group(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise serial.SerialException(errno.EACCES, "could not open port")

    port = tmp_path / "ttyACM0"
    port.touch()
    monkeypatch.setattr(serial, "Serial", refuse)
    with pytest.raises(SetUpError, match=rf"belongs to the group {port.group()}.*usermod -aG"):
        put_program(Board(str(port)), lambda: CONFIG, Told())


@pytest.mark.usefixtures("in_a_hurry")
@pytest.mark.parametrize(("program", "words"), [("cat", "does not run MicroPython"), ("sleep 100", "Nothing answers")])
def test_something_else_at_the_port(program: str, words: str) -> None:
    """What echoes is told from what is silent; the station is never asked for a key."""
    with terminal_of(program) as port, pytest.raises(SetUpError, match=rf"{words}.*BOOTSEL"):
        put_program(Board(port), lambda: pytest.fail("a door was paired for nothing"), Told())


@contextmanager
def terminal_of(command: str) -> Iterator[str]:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    process = subprocess.Popen(command.split(), stdin=ours, stdout=ours)
    try:
        yield os.ttyname(theirs)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("del network.WIZNET5K", r"wrong MicroPython.*W5100S_EVB_PICO"),
        ("forgetful(lambda name: name != 'a/mqtt.py')", r"keeps a file wrongly: a/mqtt\.py"),
    ],
)
def test_a_board_that_is_unfit(tmp_path: Path, fault: str, words: str) -> None:
    """Another board's MicroPython; a flash that forgets. The file that starts things is not on it afterwards."""
    with PluggedIn(tmp_path, fault) as board, pytest.raises(SetUpError, match=words):
        set_up(board)
    assert not (tmp_path / "boot.py").exists()


def test_an_old_micropython(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both versions are told, and nothing was changed."""
    (tmp_path / "boot.py").write_text("")
    monkeypatch.setattr(program, "OLDEST_MICROPYTHON", (99, 0))
    with (
        PluggedIn(tmp_path) as board,
        pytest.raises(SetUpError, match=r"too old: It is micropython 1\..*99\.0 or newer"),
    ):
        set_up(board)
    assert set(contents(tmp_path)) == {"boot.py"}


def test_a_full_flash() -> None:
    """LittleFS itself says no."""
    with PluggedIn(64) as board, pytest.raises(SetUpError, match="flash is full"):
        set_up(board)


def test_unplugged_in_the_middle(tmp_path: Path) -> None:
    """Said within seconds; what is left waits at its prompt and is set up by the next attempt."""
    told = Told()
    with PluggedIn(tmp_path) as board:
        told.at["Putting a/mqtt.py on the board"] = board.unplug
        with pytest.raises(SetUpError, match="stopped answering"):
            set_up(board, told)
    assert not (tmp_path / "boot.py").exists()
    with PluggedIn(tmp_path) as board:
        set_up(board)
    assert (tmp_path / "boot.py").exists()


def test_stopped_by_the_owner(tmp_path: Path) -> None:
    """Between two files, with a word on what is left."""
    told = Told()
    stop = threading.Event()
    told.at["Putting a/mqtt.py on the board"] = stop.set
    with PluggedIn(tmp_path) as board, pytest.raises(SetUpStopped, match="no program now"):
        put_program(board_at(board.port), lambda: CONFIG, told, stop.is_set)
    assert (tmp_path / "a" / "mqtt.py").exists()
    assert not (tmp_path / "boot.py").exists()
