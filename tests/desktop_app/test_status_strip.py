"""The strip names the doors: calm while they are well, in words when one is not."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from scripted import a_door, a_health

from receiver.models import OWN_DOOR, VIRTUAL_DOOR, Camera, Door, DoorState, PartState


@pytest.fixture
def strip(opened):
    return opened.window.strip


def doors(strip) -> list[str]:
    return [strip.text_of(key) for key in strip._doors]


def test_each_door_stands_there_by_name_and_in_words_when_it_is_not_well(qtbot, strip, station) -> None:
    station.publish(a_door(online=True))
    station.publish(a_door("gate", "Gate", online=False))
    station.publish(a_door("back", "Back", online=True, health=a_health(camera="the camera does not answer")))
    qtbot.waitUntil(lambda: doors(strip) == ["Back: camera fault", "Front door", "Gate: offline"])
    assert "The camera does not answer." in strip._items["door back"].toolTip()
    assert strip._items["door front-door"].accessibleName().startswith("Front door: online. Last heard")
    station.publish(a_door("gate", "Gate", online=True))
    qtbot.waitUntil(lambda: doors(strip)[-1] == "Gate")


def test_of_many_doors_only_those_in_trouble_are_named(qtbot, strip, station) -> None:
    for number in range(6):
        station.publish(a_door(f"door-{number}", f"Door {number}", online=number != 4))
    qtbot.waitUntil(lambda: doors(strip) == ["5 doors", "Door 4: offline"])
    assert "Door 3: online" in strip._items["doors"].toolTip()


def test_what_is_no_door_of_the_owners_is_not_there(qtbot, strip, station) -> None:
    """Photos tried in the window, browsers, strangers, a virtual door that is off, a camera that was removed."""
    now = time.time()
    for door in (
        a_door(OWN_DOOR, "This computer"),
        a_door("web-10-0-0-7", "Browser"),
        a_door(VIRTUAL_DOOR, "Virtual door", online=False),
        a_door("camera-9", "Old camera", paired_at=None),
        Door("new", "New", DoorState.ASKING, now, now),
        a_door("refused", "Refused", state=DoorState.REFUSED),
        a_door("old", "Old sketch", paired_at=None),
    ):
        station.publish(door)
    qtbot.waitUntil(lambda: doors(strip) == ["Old sketch"])


def test_a_camera_without_a_picture_says_so_and_leads_to_the_doors(qtbot, opened, strip, station) -> None:
    station.add_camera("Drive", "rtsp://10.0.0.7/")
    qtbot.waitUntil(lambda: doors(strip) == ["Drive"])
    away = "10.0.0.7 sends no more pictures"
    station.publish(Camera("camera-1", "Drive", "rtsp://10.0.0.7/", True, PartState.WAITING, away))
    qtbot.waitUntil(lambda: doors(strip) == ["Drive: no picture"])
    assert away in strip._items["door camera-1"].toolTip()
    qtbot.mouseClick(strip._items["door camera-1"], Qt.MouseButton.LeftButton)
    assert opened.window.page == "doors"
