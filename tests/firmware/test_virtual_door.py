"""The virtual door from outside: what the desktop app and the tests do to it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from firmware.twin.host import DoorGone, VirtualDoor
from firmware.twin.pictures import Order
from tests.firmware.interpreters import INTERPRETERS, checks_in, command_of, run_check

_PROGRAMS = Path(__file__).parent / "on_the_door"
_PATIENCE_S = 10.0


def _until(door: VirtualDoor, holds: Callable[[], object]) -> None:
    """Wait for what the door does, asking it for its state all the while, which takes it its time to answer."""
    deadline = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        door.ask("state")


def _push(door: VirtualDoor) -> None:
    """Press, once the bell has had the time to see the button released."""
    since = door.ask("state")["at_ms"]
    _until(door, lambda: door.ask("state")["at_ms"] - since > 100)
    door.press()


def _door(interpreter: str, flash: Path, picture: Image.Image, program: str) -> VirtualDoor:
    shutil.copy(_PROGRAMS / f"{program}.py", flash)
    return VirtualDoor(flash, picture, command_of(interpreter), {"main": program})


@pytest.fixture(params=INTERPRETERS)
def door(request: pytest.FixtureRequest, tmp_path: Path, astronaut: Image.Image) -> Iterator[VirtualDoor]:
    with _door(request.param, tmp_path, astronaut, "small_door") as running:
        _until(running, lambda: _said(tmp_path, "started"))
        yield running


def _said(flash: Path, words: str) -> int:
    return (flash / "console.txt").read_text(encoding="utf-8").count(words)


def test_a_press_rings_and_takes_the_chosen_picture(
    door: VirtualDoor, tmp_path: Path, grace_hopper: Image.Image
) -> None:
    """Press it: buzzer and light answer, and what arrives is what stands before the door, byte by byte."""
    door.photographer.show(grace_hopper)
    _push(door)
    _until(door, lambda: _said(tmp_path, "picture 1"))
    taken = (tmp_path / "last.jpg").read_bytes()
    sent = [path.read_bytes() for path in tmp_path.glob(".picture*.jpg")]
    assert taken in sent
    assert Image.open(BytesIO(taken)).size == (640, 480)
    state = door.ask("state")
    assert state["buzzes"] >= 1
    assert state["camera"]["size"] == [640, 480]
    assert state["camera"]["quality"] == 12


def test_broken_camera_light_and_cable_are_in_the_hand_of_the_host(door: VirtualDoor, tmp_path: Path) -> None:
    """Break the camera, dim the light, pull the cable: the door's state says so, and the broken camera is noticed."""
    assert door.ask("light 0.25")["camera"]["light"] == 0.25
    assert door.ask("cable out")["cable"] is False
    assert door.ask("cable in")["cable"] is True
    assert door.ask("display oled")["display"] == [""]
    assert door.ask("display none")["display"] == []
    assert door.ask("camera dead")["camera"]["fault"] == "dead"
    _push(door)
    _until(door, lambda: _said(tmp_path, "no picture: the camera does not answer"))
    assert door.ask("camera well")["camera"]["fault"] is None


def test_what_is_not_understood_is_said(door: VirtualDoor) -> None:
    """A wrong line does nothing and names itself."""
    for line in ("dance", "cable sideways", "camera asleep", "light", "display cinema"):
        with pytest.raises(ValueError, match=line):
            door.ask(line)


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_a_board_that_resets_itself_starts_again(interpreter: str, tmp_path: Path, astronaut: Image.Image) -> None:
    """By machine.reset() and by a watchdog that nobody feeds; the reset cause says it was no power-on."""
    with _door(interpreter, tmp_path, astronaut, "restless_door") as door:
        _until(door, lambda: _said(tmp_path, "started, cause 3") == 2)
        assert door.starts == 3
        assert _said(tmp_path, "the watchdog was not fed") == 1
        assert door.ask("state")["camera"]["fault"] is None


def test_a_program_that_does_not_start_is_said_with_its_reason(tmp_path: Path, astronaut: Image.Image) -> None:
    """The end of its console is in the error."""
    door = VirtualDoor(tmp_path, astronaut, command_of("cpython"), {"main": "no_such_program"})
    with pytest.raises(DoorGone, match="no_such_program"), door:
        _until(door, lambda: False)  # on a busy machine it may answer once before it ends


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize("check", checks_in("cable_checks"))
def test_cable(check: str, interpreter: str, tmp_path: Path) -> None:
    """What the check's own docstring in on_the_door/cable_checks.py says."""
    run_check(interpreter, "cable_checks", check, tmp_path)


def test_an_order_for_a_picture_is_checked() -> None:
    """Anything else on the line is refused."""
    assert Order.from_line("picture 640 480 12 0.500 1 0") == Order(640, 480, 12, 0.5, mirror=True)
    with pytest.raises(ValueError, match="not an order"):
        Order.from_line("video 640 480 12 0.5 1 0")
