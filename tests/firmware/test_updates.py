"""Two slots: an update is checked to the last byte, gets one start to prove itself, and never costs the old program."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

import firmware
from tests.firmware.door_modules import station, updates
from tests.firmware.interpreters import INTERPRETERS
from tests.firmware.running import program_command

FILES = {"main.py": b"print('new')\n", "clock.py": b"# as before\n", "version.py": b'VERSION = "2"\n'}


class House:
    """Has an update for whoever asks; `files` and `manifest` may be spoilt by a test."""

    def __init__(self) -> None:
        self.version = "2"
        self.files = dict(FILES)
        self.listed: list[Any] = [
            (name, len(content), hashlib.sha256(content).hexdigest()) for name, content in FILES.items()
        ]
        self.asked: list[str] = []
        self.trouble: list[Exception] = []

    async def manifest(self) -> tuple[str, list[Any]]:
        return self.version, self.listed

    async def file(self, name: str, size: int, into: Any) -> None:
        self.asked.append(name)
        into.seek(0)
        if self.trouble:
            into.write(b"half of it")
            raise self.trouble.pop(0)
        into.write(self.files[name])


@pytest.fixture
def flash(tmp_path: Path) -> Path:
    """A door that runs version 1 in slot a."""
    firmware.lay_out(tmp_path, b"{}")
    for file in (tmp_path / "a").glob("*.py"):
        file.unlink()
    (tmp_path / "a" / "main.py").write_bytes(b"print('old')\n")
    (tmp_path / "a" / "clock.py").write_bytes(FILES["clock.py"])
    return tmp_path


def fetch(flash: Path, house: House, version: str = "2") -> str:
    """Has the door fetch the update; returns why it did not."""
    door = updates.Updates(house, str(flash))
    try:
        asyncio.run(door.fetch(version))
    except updates.UpdateError as error:
        assert door.failed == str(error)
        return str(error)
    return ""


def boot(flash: Path, interpreter: str) -> dict[str, Any]:
    command = program_command(interpreter, "boot_program")
    done = subprocess.run(command, cwd=flash, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_an_update_that_proves_itself_stays(interpreter: str, flash: Path) -> None:
    """Only what differs is fetched; the trial runs under the watchdog; afterwards the new slot is the program."""
    house = House()
    (flash / "b").mkdir()
    (flash / "b" / "stale.py").write_text("")
    assert fetch(flash, house) == ""
    assert house.asked == ["main.py", "version.py"]
    assert {file.name: file.read_bytes() for file in (flash / "b").iterdir()} == FILES
    assert boot(flash, interpreter) == {"slot": "b", "watched": 8388}
    door = updates.Updates(house, str(flash))
    assert door.on_trial
    door.confirm()
    assert not door.on_trial
    for _ in range(2):
        assert boot(flash, interpreter) == {"slot": "b", "watched": None}
    assert not updates.Updates(house, str(flash)).on_trial


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_an_update_that_does_not_prove_itself_is_gone_with_the_next_start(interpreter: str, flash: Path) -> None:
    """Whatever ended its one start; and the door says so from then on."""
    assert fetch(flash, House()) == ""
    assert boot(flash, interpreter)["slot"] == "b"
    for _ in range(2):
        assert boot(flash, interpreter) == {"slot": "a", "watched": None}
    door = updates.Updates(House(), str(flash))
    assert (door.on_trial, door.failed) == (False, "2: it did not prove itself")


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize("spoilt", [b"", b"{", b"[]", b'{"slot": "../..", "trial": "", "tried": false}', b"\xff" * 600])
def test_a_spoilt_boot_file_starts_the_slot_of_set_up(spoilt: bytes, interpreter: str, flash: Path) -> None:
    """After a power cut in the worst moment, or whatever somebody wrote there."""
    (flash / "boot.json").write_bytes(spoilt)
    assert boot(flash, interpreter) == {"slot": "a", "watched": None}


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_a_flash_without_a_program_says_what_to_do(interpreter: str, flash: Path) -> None:
    """The console stays open for set-up."""
    for file in (flash / "a").iterdir():
        file.unlink()
    (flash / "a").rmdir()
    command = program_command(interpreter, "boot_program")
    done = subprocess.run(command, cwd=flash, capture_output=True, text=True, timeout=60, check=False)
    assert "set it up again over USB" in done.stdout


@pytest.mark.parametrize(
    "name", ["../main.py", "a/main.py", "boot.json", "main.mpy", ".py", "Main.py", "x" * 40 + ".py", 7, None]
)
def test_a_name_from_outside_never_becomes_a_path(name: Any, flash: Path) -> None:
    """Though the list is signed: nothing is written but plain files into the spare slot."""
    before = sorted(flash.rglob("*"))
    house = House()
    house.listed.append((name, 3, "0" * 64))
    assert "cannot be" in fetch(flash, house)
    assert sorted(flash.rglob("*")) == before


def test_what_is_no_program_is_not_taken(flash: Path) -> None:
    """No main.py, too many files, a file too large, sizes that are none, another version than was asked for."""
    for listed in ([], [("clock.py", 1, "0" * 64)], House().listed * 20):
        house = House()
        house.listed = listed
        assert "no program" in fetch(flash, house)
    for size in (-1, 70_000, "7"):
        house = House()
        house.listed.append(("more.py", size, "0" * 64))
        assert "cannot be" in fetch(flash, house)
    assert "version 2 by now" in fetch(flash, House(), "3")
    assert boot(flash, "cpython")["slot"] == "a"


def test_a_file_that_is_not_what_was_signed_ends_the_update(flash: Path) -> None:
    """Changed on the way or cut short; nothing is tried then."""
    for content in (b"print('evil')\n", b"", FILES["main.py"][:-1]):
        house = House()
        house.files["main.py"] = content
        assert "did not arrive as it was sent" in fetch(flash, house)
        assert boot(flash, "cpython") == {"slot": "a", "watched": None}


def test_somebody_who_rings_comes_first_and_the_update_goes_on(flash: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that gave way is fetched again, from its beginning."""
    monkeypatch.setattr(updates, "WAIT_S", 0)
    house = House()
    house.trouble = [station.GaveWay("somebody rings")]
    assert fetch(flash, house) == ""
    assert house.asked == ["main.py", "main.py", "version.py"]
    assert (flash / "b" / "main.py").read_bytes() == FILES["main.py"]


@pytest.mark.parametrize("trouble", [station.TryLater("the station cannot be reached"), station.Refused("404")])
def test_a_station_that_goes_away_leaves_the_door_as_it_is(trouble: Exception, flash: Path) -> None:
    """The reason is told; the same command again goes on."""
    house = House()
    house.trouble = [trouble]
    assert str(trouble) in fetch(flash, house)
    assert boot(flash, "cpython")["slot"] == "a"
    assert fetch(flash, house) == ""


def test_a_full_flash_is_said(flash: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is fetched."""
    full = namedtuple("Statvfs", "bsize frsize blocks bfree bavail")(4096, 4096, 300, 2, 2)
    monkeypatch.setattr(os, "statvfs", lambda path: full)
    house = House()
    assert "flash is full" in fetch(flash, house)
    assert house.asked == []


def test_a_program_on_trial_takes_no_update(flash: Path) -> None:
    """It has to prove itself first: there would be no way back from the second."""
    assert fetch(flash, House()) == ""
    boot(flash, "cpython")
    assert "prove itself first" in fetch(flash, House())
