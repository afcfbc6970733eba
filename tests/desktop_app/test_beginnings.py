"""Live before the first ring: three ways to begin, each one click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from receiver.errors import StationError


@pytest.fixture
def ways(opened):
    """Nobody has rung yet."""
    assert opened.live.beginnings.isVisible()
    return opened.live.beginnings


def click(qtbot, inside, words: str) -> None:
    found = next(b for b in inside.findChildren(QPushButton) if b.text() == words)
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_one_click_rings_the_virtual_door(qtbot, ways, station) -> None:
    click(qtbot, ways, "Ring the virtual door")
    assert not ways.ringing.action.isEnabled(), "once"
    qtbot.waitUntil(lambda: ways.ringing.told == "It has rung: its picture comes in a moment.")
    assert station.virtual_door.lines == ["press"]
    click(qtbot, ways, "Ring the virtual door")
    qtbot.waitUntil(lambda: station.virtual_door.lines == ["press", "press"])


def test_a_virtual_door_that_does_not_start_says_why_there(qtbot, ways, station, monkeypatch) -> None:
    def fail() -> None:
        raise StationError("The virtual door is running already", "Another program started it.")

    monkeypatch.setattr(station, "ring_virtual_door", fail)
    ways.ring()
    qtbot.waitUntil(lambda: ways.ringing.told == "The virtual door is running already: Another program started it.")
    assert ways.ringing.action.isEnabled()


def test_one_click_makes_this_computers_camera_a_door(qtbot, opened, ways, station) -> None:
    station.built_in = ("2", "3")
    click(qtbot, ways, "Use this computer's camera")
    qtbot.waitUntil(lambda: ("add_camera", "Camera of this computer", "2", False) in station.calls)
    qtbot.waitUntil(lambda: "camera-1" in opened.doors.cameras)
    qtbot.waitUntil(lambda: ways.camera.told.startswith("It is a door now"))


def test_a_computer_without_a_camera_says_so(qtbot, ways, station) -> None:
    click(qtbot, ways, "Use this computer's camera")
    qtbot.waitUntil(lambda: ways.camera.told.startswith("No camera was found here."))
    assert ways.camera.action.isEnabled()


def test_one_click_copies_the_address_that_the_code_shows(qtbot, ways, station) -> None:
    click(qtbot, ways, "Copy address")
    assert QGuiApplication.clipboard().text() == ways.code.accessibleDescription() == station.address


def test_one_click_opens_the_set_up_of_a_board(qtbot, opened, ways) -> None:
    click(qtbot, ways, "Set up a board over USB")
    assert opened.window.page == "doors"
    assert opened.doors.set_up.isVisible()


def test_people_can_come_first(qtbot, opened, ways) -> None:
    click(qtbot, ways, "Add people first")
    assert opened.window.page == "people"
