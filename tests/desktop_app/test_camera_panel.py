"""Cameras as doors in the window: added, looked through, watched with, removed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from receiver.models import Camera, PartState

ADDRESS = "rtsp://anna:s3cret@10.0.0.7/stream1"


@pytest.fixture
def page(opened):
    opened.window.go("doors")
    return opened.doors


@pytest.fixture
def panel(page):
    """Opened, with the cameras of this computer listed."""
    page.add_camera()
    return page.camera_panel


@pytest.fixture
def card(qtbot, page, station):
    """A camera's card."""
    station.add_camera("Drive", "rtsp://10.0.0.7/stream1")
    qtbot.waitUntil(lambda: "camera-1" in page.cameras)
    return page.cameras["camera-1"]


def shown(widget) -> str:
    return "\n".join(line.text() for line in widget.findChildren(QLabel) if line.isVisibleTo(widget))


def test_this_computers_camera_is_offered_by_its_number_and_used(qtbot, page, station) -> None:
    station.built_in = ("0",)
    page.add_camera()
    panel = page.camera_panel
    qtbot.waitUntil(lambda: panel.where.count() == 2)
    assert panel.where.currentText() == "Camera 0 of this computer"
    assert not panel.address.isEnabled()
    qtbot.mouseClick(panel.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "camera-1" in page.cameras)
    assert ("add_camera", "Camera of this computer", "0", False) in station.calls
    qtbot.waitUntil(lambda: panel.answer == "Camera of this computer is a door now: its first picture is on Live.")


def test_a_camera_in_the_network_is_used_by_its_address(qtbot, page, panel, station) -> None:
    """With a name and, by choice, as a door at which a face rings; the address does not stay in the field."""
    assert not panel.action.isEnabled()
    qtbot.keyClicks(panel.address, ADDRESS)
    qtbot.keyClicks(panel.name, "Drive")
    qtbot.mouseClick(panel.by_face, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ("add_camera", "Drive", ADDRESS, True) in station.calls)
    qtbot.waitUntil(lambda: panel.answer.startswith("Drive is a door now"))
    assert panel.address.text() == ""


def test_a_camera_that_gives_no_picture_says_why_and_can_be_tried_again(qtbot, panel, station) -> None:
    station.camera_fails = "Is the camera on, and is this its address?"
    qtbot.keyClicks(panel.address, ADDRESS)
    panel.add()
    qtbot.waitUntil(lambda: panel.answer.startswith("10.0.0.7 does not answer"))
    assert panel.address.text() == ADDRESS
    assert panel.action.isEnabled()


def test_a_camera_says_how_it_is(qtbot, card, station) -> None:
    assert card.accessibleName() == "Drive: ready"
    away = "10.0.0.7 sends no more pictures: Is the camera on?"
    station.publish(Camera("camera-1", "Drive", "rtsp://***@10.0.0.7/stream1", True, PartState.WAITING, away))
    qtbot.waitUntil(lambda: card.state.text() == "no picture")
    assert "rtsp://***@10.0.0.7/stream1" in shown(card)
    assert card.answer == away
    station.publish(Camera("camera-1", "Drive", "rtsp://10.0.0.7/", True, PartState.WORKING, ""))
    qtbot.waitUntil(lambda: card.state.text() == "watching")
    assert card.by_face.isChecked()


def test_it_is_looked_through(qtbot, card, station) -> None:
    qtbot.mouseClick(card.look_action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.answer == "The picture is on Live.")
    assert ("look", "camera-1") in station.calls
    station.camera_fails = "Is it on?"
    card.look()
    qtbot.waitUntil(lambda: card.answer == "10.0.0.7 does not answer: Is it on?")
    assert card.look_action.isEnabled()


def test_a_face_rings_by_choice(qtbot, card, station) -> None:
    qtbot.mouseClick(card.by_face, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ("set_camera", "camera-1", True) in station.calls)
    qtbot.waitUntil(lambda: card.state.text() == "watching" and card.by_face.isEnabled())


def test_it_is_renamed_in_place(qtbot, card, station) -> None:
    card.name.selectAll()
    qtbot.keyClicks(card.name, "Garage")
    qtbot.keyClick(card.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("rename_door", "camera-1", "Garage") in station.calls)


def test_it_is_removed_after_a_second_word(qtbot, opened, page, card, station) -> None:
    qtbot.mouseClick(card.remove_action, Qt.MouseButton.LeftButton)
    assert ("remove_camera", "camera-1") not in station.calls
    opened.notice.press("Remove")
    qtbot.waitUntil(lambda: page.cameras == {})
    qtbot.waitUntil(lambda: page.connect_panel.isVisibleTo(page))


def test_cameras_that_were_there_before_the_window_are_shown(qtbot, station) -> None:
    from conftest import Opened  # noqa: PLC0415

    station.add_camera("Drive", "rtsp://10.0.0.7/stream1")
    made = Opened(qtbot, station)
    qtbot.addWidget(made.window, before_close_func=lambda window: window.allow_close())
    assert list(made.doors.cameras) == ["camera-1"]
    qtbot.waitUntil(lambda: made.window.strip.text_of("door camera-1") == "Drive")
    made.bridge.close()


def test_everything_has_a_name_for_screen_readers(panel, card) -> None:
    named = [panel, panel.where, panel.address, panel.name, panel.by_face, card, card.name, card.by_face]
    named += [*panel.findChildren(QPushButton), *card.findChildren(QPushButton)]
    assert all(widget.accessibleName() for widget in named)
