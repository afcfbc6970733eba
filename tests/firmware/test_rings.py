"""Presses that wait for the station: their order, their age, and what a crash leaves of them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.firmware.door_modules import clock as clocks
from tests.firmware.door_modules import rings as queue
from tests.firmware.door_modules import station
from tests.firmware.interpreters import INTERPRETERS
from tests.firmware.running import program_command, run_program


class Time:
    """Milliseconds as a test wants them."""

    def __init__(self) -> None:
        self.ms = 1000

    def __call__(self) -> int:
        return self.ms

    def pass_by(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)


class Taker:
    """A station: takes what it is given, or is away."""

    def __init__(self) -> None:
        self.ages: list[int | None] = []
        self.away = False
        self.refuses = False

    async def ring(self, age_s: int | None) -> Any:
        if self.away:
            raise station.TryLater("away")
        if self.refuses:
            raise station.Refused("no")
        self.ages.append(age_s)
        return station.Receipt(len(self.ages), "visit")


def deliver(rings: Any, taker: Taker) -> None:
    try:
        asyncio.run(rings.deliver(taker.ring))
    except station.TryLater:
        assert taker.away


def test_a_press_is_reported_at_once_and_never_touches_the_flash(tmp_path: Path) -> None:
    """With the station there, the press has its receipt and no file was written."""
    rings, taker = queue.Rings(str(tmp_path / "rings.json"), clocks.Clock()), Taker()
    press = rings.add()
    deliver(rings, taker)
    assert taker.ages == [0]
    assert press.receipt.seq == 1
    assert list(tmp_path.iterdir()) == []


def test_what_waited_is_reported_in_order_with_its_age(tmp_path: Path) -> None:
    """Sixteen are kept, the oldest gives way and is counted; the station hears how old each is."""
    time = Time()
    rings, taker = queue.Rings(str(tmp_path / "rings.json"), clocks.Clock(time)), Taker()
    taker.away = True
    for _ in range(18):
        rings.add()
        deliver(rings, taker)
        time.pass_by(10)
    assert (len(rings), rings.lost) == (16, 2)
    taker.away = False
    deliver(rings, taker)
    assert taker.ages == list(range(160, 0, -10))
    assert json.loads((tmp_path / "rings.json").read_text()) == []


def test_the_newest_eight_survive_a_power_cut_with_their_age(tmp_path: Path) -> None:
    """Also when the time was learned only after the press; where it never was, the age is unknown."""
    file, time, taker = str(tmp_path / "rings.json"), Time(), Taker()
    taker.away = True
    clock = clocks.Clock(time)
    rings = queue.Rings(file, clock)
    for _ in range(10):
        rings.add()
    time.pass_by(5)
    clock.set(1_795_000_000)
    deliver(rings, taker)

    later = clocks.Clock(time)
    rings = queue.Rings(file, later)
    assert len(rings) == 8
    later.set(1_795_000_100)
    taker.away = False
    deliver(rings, taker)
    assert taker.ages == [105] * 8

    taker.away = True
    rings = queue.Rings(file, clocks.Clock(time))
    rings.add()
    deliver(rings, taker)
    rings, taker = queue.Rings(file, later), Taker()
    deliver(rings, taker)
    assert taker.ages == [None]


def test_what_the_station_refuses_for_good_does_not_block_the_rest(tmp_path: Path) -> None:
    """It is dropped and counted."""
    rings, taker = queue.Rings(str(tmp_path / "rings.json"), clocks.Clock()), Taker()
    taker.refuses = True
    press = rings.add()
    deliver(rings, taker)
    assert (len(rings), rings.refused, press.receipt) == (0, 1, None)


@pytest.mark.parametrize("content", ["", "{", "7", '{"a": 1}', "null", '[["x"], 3, true, null]', "[" * 900])
def test_a_file_that_is_not_ours_keeps_nobody_from_ringing(tmp_path: Path, content: str) -> None:
    """Whatever stands in it, the queue works."""
    file = tmp_path / "rings.json"
    file.write_text(content)
    rings, taker = queue.Rings(str(file), clocks.Clock()), Taker()
    rings.add()
    deliver(rings, taker)
    assert taker.ages[-1] == 0


def test_a_flash_that_cannot_be_written_keeps_nobody_from_ringing(tmp_path: Path) -> None:
    """The press stays in memory."""
    rings, taker = queue.Rings(str(tmp_path / "missing" / "rings.json"), clocks.Clock()), Taker()
    taker.away = True
    rings.add()
    deliver(rings, taker)
    taker.away = False
    deliver(rings, taker)
    assert taker.ages == [0]


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_killed_while_it_writes_the_file_is_whole(interpreter: str, tmp_path: Path) -> None:
    """Ten times kill -9 in the middle of writing: what is read afterwards is a whole file, and all eight are there."""
    file = tmp_path / "rings.json"
    for _ in range(10):
        command = program_command(interpreter, "rings_program", file, "fill")
        # In a session of its own: the interpreter's command may be a wrapper that starts another process.
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
            assert process.stdout
            for _ in range(20):
                assert process.stdout.readline().startswith("kept")
            os.killpg(process.pid, signal.SIGKILL)
        assert len(json.loads(file.read_text())) == 8
    ages = json.loads(run_program(interpreter, "rings_program", file, "deliver"))
    assert len(ages) == 8
    assert all(0 <= age < 60 for age in ages)
    assert json.loads(file.read_text()) == []
