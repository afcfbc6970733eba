"""The station's word with its doors: commands, replies, and what is known of each door."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import firmware
from receiver import settings as settings_file
from receiver.errors import StationError
from receiver.models import CommandState, Door, DoorCommand, DoorState, Part, PartState
from receiver.station import Station
from tests.fakes import Mosquitto
from tests.firmware.door_modules import clock as clocks
from tests.firmware.door_modules import commands as on_the_door
from tests.receiver.remote_door import RemoteDoor
from tests.receiver.test_door_health import said
from tests.receiver.test_station import Watcher

pytestmark = pytest.mark.broker


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with Mosquitto() as running:
        yield running


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broker: Mosquitto) -> Iterator[Station]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "known_faces").mkdir()
    places = {"data_dir": tmp_path / "data", "gallery_dir": tmp_path / "known_faces"}
    (tmp_path / "station.toml").write_text(
        "[receiver]\nhost = '127.0.0.1'\nport = 0\n"
        f"[mqtt]\nbroker = 'external'\nhost = '127.0.0.1'\nport = {broker.port}\n"
    )
    file = tmp_path / "station.toml"
    station = Station(settings_file.load(file, overrides=places, environ={}), file)
    watcher = Watcher(station)
    station.start()
    watcher.wait(lambda c: isinstance(c, Part) and c.name == "mqtt" and c.state is PartState.WORKING)
    yield station
    station.stop()


@pytest.fixture
def watcher(station: Station) -> Watcher:
    return Watcher(station)


Enter = Callable[..., RemoteDoor]


@pytest.fixture
def enter(station: Station, watcher: Watcher, broker: Mosquitto) -> Iterator[Enter]:
    """Pairs a door and brings it to the broker."""
    there: list[RemoteDoor] = []

    def come(door: str, name: str, **more: Any) -> RemoteDoor:
        key = bytes.fromhex(station.pair_door(door, name))
        clock = clocks.Clock()
        clock.set(int(time.time()))
        there.append(RemoteDoor(broker.port, door, key, clock, **more).__enter__())
        watcher.wait(lambda c: isinstance(c, Door) and c.id == door and c.online)
        return there[-1]

    yield come
    for one in there:
        one.__exit__()


def test_a_door_is_told_something_and_what_became_of_it_is_published(
    station: Station, watcher: Watcher, enter: Enter
) -> None:
    door = enter("front", "Front door")
    given = station.command_door("front", "settings", size="VGA", flip=True)
    done = watcher.wait(lambda c: isinstance(c, DoorCommand) and c.state is CommandState.DONE)
    assert (done.id, done.do, done.arguments) == (given.id, "settings", {"size": "VGA", "flip": True})
    station.update_door("front")
    watcher.wait(lambda c: isinstance(c, DoorCommand) and c.do == "update" and c.state is CommandState.DONE)
    assert door.done == [("settings", {"size": "VGA", "flip": True}), ("update", firmware.VERSION)]
    assert station.firmware_version == firmware.VERSION


def test_a_door_that_cannot_be_told_is_an_error_in_words(station: Station, enter: Enter) -> None:
    enter("front", "Front door")
    with pytest.raises(KeyError):
        station.command_door("nobody", "look")
    station.decide_door("front", DoorState.REFUSED)
    with pytest.raises(StationError, match="refused it"):
        station.command_door("front", "look")
    station.unpair_door("front")
    with pytest.raises(StationError, match="no key"):
        station.command_door("front", "look")
    station.pair_door("front", "")
    station.apply({("mqtt", "broker"): "off"})
    with pytest.raises(StationError, match="MQTT is off"):
        station.command_door("front", "look")
    assert station.doors()[0].online is None


def test_a_reply_says_where_it_is_shown(station: Station, enter: Enter, broker: Mosquitto) -> None:
    """Known by the doors' receipts; the other screen at the door still gets its text."""
    assert station.reply("Hello") == "Passed on to the door's screen.", "as long as there is no door that answers"
    front, back = enter("front", "Front door"), enter("back", "Back door")
    assert station.reply("Coming!") == "Shown at Front door and Back door."
    assert front.done == back.done == [("show", "Coming!", 60)]
    assert station.reply("x" * 121) == "Shown at Front door and Back door, cut to what fits."
    with broker.listen() as later:
        assert later.wait("home/screen").text == "x" * 121


def test_a_reply_says_where_it_is_not_shown(station: Station, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    def show(*_: Any) -> None:
        raise on_the_door.NotDone("the door has no display")

    front = enter("front", "Front door")
    front.show = show  # type: ignore[method-assign]
    assert station.reply("Coming!") == "Not shown at Front door: the door has no display."
    enter("back", "Back door", answer=lambda _: b"")
    monkeypatch.setattr("receiver.screens._RECEIPTS_WITHIN_S", 0.01)
    assert station.reply("Coming!").endswith("; not shown at Back door: it does not answer.")
    station.pair_door("shed", "Shed")
    assert station.reply("Coming!").endswith("ot shown at Shed: it is not connected.")


def test_what_a_door_says_of_itself_is_with_every_record_of_it(
    station: Station, watcher: Watcher, enter: Enter
) -> None:
    door = enter("front", "Front door")
    door.say("health", said(presses=41))
    changed = watcher.wait(lambda c: isinstance(c, Door) and c.health)
    assert (changed.name, changed.online, changed.health.presses) == ("Front door", True, 41)
    assert station.doors() == (changed,)
    renamed = station.rename_door("front", "Porch")
    assert (renamed.name, renamed.health) == ("Porch", changed.health), "a new record does not forget it"
    assert watcher.wait(lambda c: isinstance(c, Door) and c.name == "Porch") == renamed
    health = requests.get(f"http://{station.bound}/v1/health", timeout=10).json()
    assert (health["doors"][0]["online"], health["doors"][0]["health"]["presses"]) == (True, 41)
    assert health["ignored_receipts"] == {}


def test_commands_that_wait_are_silent_also_when_the_settings_changed_meanwhile(
    station: Station, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("receiver.door_commands.SILENT_AFTER_S", 0.0)
    station.pair_door("front", "Front door")
    station.command_door("front", "look")
    station.apply({("mqtt", "discovery"): False})
    watcher.wait(lambda c: isinstance(c, DoorCommand) and c.state is CommandState.SILENT)
