"""The station with its built-in broker: doors come in with what pairing gave them, and go when it is taken back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from receiver import settings as settings_file
from receiver.broker import Broker
from receiver.errors import Rejected
from receiver.models import CommandState, Door, DoorCommand, DoorState, Part, PartState
from receiver.self_check import self_check
from receiver.signatures import broker_password
from receiver.station import Station
from tests.fakes import Inbox, Mosquitto, free_port
from tests.firmware.door_modules import clock as clocks
from tests.receiver.remote_door import RemoteDoor
from tests.receiver.test_broker import OWNER, Wire, until
from tests.receiver.test_station import Watcher

ACCEPTED, BAD_CREDENTIALS = 0, 4


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "known_faces").mkdir()
    (tmp_path / "station.toml").write_text(
        f"[receiver]\nhost = '127.0.0.1'\nport = 0\n[mqtt]\nport = {free_port()}\nusername = '{OWNER[0]}'\n"
    )
    settings_file.save_secret(tmp_path / "station.toml", ("mqtt", "password"), OWNER[1])
    return tmp_path


def build(home: Path) -> Station:
    places = {"data_dir": home / "data", "gallery_dir": home / "known_faces"}
    return Station(settings_file.load(home / "station.toml", overrides=places, environ={}), home / "station.toml")


@pytest.fixture
def station(home: Path) -> Iterator[Station]:
    station = build(home)
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
def enter(station: Station, watcher: Watcher) -> Iterator[Enter]:
    """Pairs a door and brings it to the broker, with the firmware's own code for commands."""
    there: list[RemoteDoor] = []

    def come(door: str) -> RemoteDoor:
        key = bytes.fromhex(station.pair_door(door, door))
        clock = clocks.Clock()
        clock.set(int(time.time()))
        user = (door, broker_password(key))
        there.append(RemoteDoor(station.settings.mqtt.port, door, key, clock, user=user).__enter__())
        watcher.wait(lambda c: isinstance(c, Door) and c.id == door and c.online)
        return there[-1]

    yield come
    for one in there:
        one.__exit__()


def mqtt_part(station: Station) -> Part:
    return next(part for part in station.parts() if part.name == "mqtt")


def test_it_is_there_without_a_word_of_the_owners(station: Station) -> None:
    port = station.settings.mqtt.port
    assert station.settings.mqtt.broker == "builtin"
    assert mqtt_part(station).detail == f"the built-in broker listens on port {port}"
    assert station.check("mqtt").endswith("connected besides the station: 0")
    health = requests.get(f"http://{station.bound}/v1/health", timeout=10).json()
    assert health["broker"] == {"listening": True, "clients": 0, "refused": 0}
    assert health["notifiers"]["mqtt"]["state"] == "working"


def test_a_door_comes_in_with_what_pairing_gave_it(station: Station, watcher: Watcher, enter: Enter) -> None:
    """Its config.json has all it needs; it is told things, and its receipts are heard."""
    door = enter("front")
    given = station.command_door("front", "settings", size="VGA")
    done = watcher.wait(lambda c: isinstance(c, DoorCommand) and c.state is CommandState.DONE)
    assert (done.id, door.done) == (given.id, [("settings", {"size": "VGA"})])
    assert station.reply("Coming!") == "Shown at front."
    with Inbox(station.settings.mqtt.port, "porchlight/#", user=OWNER) as home_assistant:
        assert home_assistant.wait("porchlight/status").text == "online"
        assert home_assistant.wait("porchlight/front/status").retained
        home_assistant.publish("porchlight/front/look/set", "")
        watcher.wait(lambda c: isinstance(c, DoorCommand) and c.do == "look" and c.state is CommandState.DONE)


def test_what_set_up_writes_opens_the_broker(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("receiver.addresses.for_doors", lambda bound: "127.0.0.1")
    config = json.loads(station.door_config("front", station.pair_door("front", "Front door")))["mqtt"]
    with Wire(config["port"]) as wire:
        assert wire.connect(config["user"], config["password"]) == ACCEPTED
        assert wire.subscribe(f"{config['base_topic']}/front/command") == [1]


@pytest.mark.expects_log("the built-in broker refuses 127.0.0.1: wrong user name or password")
@pytest.mark.parametrize("end", ["unpair", "refuse", "pair anew"])
def test_a_door_that_is_not_wanted_any_more_is_out_at_once_and_stays_out(station: Station, end: str) -> None:
    password = broker_password(bytes.fromhex(station.pair_door("front", "Front door")))
    port = station.settings.mqtt.port
    with Wire(port) as wire:
        assert wire.connect("front", password) == ACCEPTED
        {
            "unpair": lambda: station.unpair_door("front"),
            "refuse": lambda: station.decide_door("front", DoorState.REFUSED),
            "pair anew": lambda: station.pair_door("front", "Front door"),
        }[end]()
        assert wire.is_cut_off()
    with Wire(port) as wire:
        assert wire.connect("front", password) == BAD_CREDENTIALS
    if end == "refuse":
        station.decide_door("front", DoorState.APPROVED)
        with Wire(port) as wire:
            assert wire.connect("front", password) == ACCEPTED


@pytest.mark.expects_log("the built-in broker refuses|[Nn]o key|key of the door|front")
def test_a_door_whose_key_is_lost_is_not_let_in(station: Station, home: Path) -> None:
    station.pair_door("front", "Front door")
    settings_file.forget_secret(home / "station.toml", ("door_keys", "front"))
    for door in ("front", "not-paired", "../etc", ""):
        with Wire(station.settings.mqtt.port) as wire:
            assert wire.connect(door, "0" * 32) != ACCEPTED


def test_the_virtual_door_shows_what_is_said(station: Station, watcher: Watcher, home: Path) -> None:
    """It is a door like every other: its password comes with its key, and again when the broker moves."""
    door = station.start_virtual_door()
    watcher.wait(lambda c: isinstance(c, Door) and c.id == door and c.online and c.firmware)
    until(lambda: station.reply("Coming!").startswith("Shown at"))  # it obeys as soon as it has been told the time
    later = Watcher(station)
    station.apply({("mqtt", "port"): free_port()})
    later.wait(lambda c: isinstance(c, Door) and c.id == door and c.online)
    station.stop_virtual_door()


def test_after_a_restart_the_doors_are_back_and_what_was_retained_too(home: Path) -> None:
    first, second = build(home), build(home)
    first.start()
    key = bytes.fromhex(first.pair_door("front", "Front door"))
    port = first.settings.mqtt.port
    door = RemoteDoor(port, "front", key, clocks.Clock(), user=("front", broker_password(key)))
    door.say("health", b'{"uptime_s": 1}')
    first.stop()
    later = Watcher(second)
    second.start()
    try:
        later.wait(lambda c: isinstance(c, Part) and c.name == "mqtt" and c.state is PartState.WORKING)
        with Inbox(port, "porchlight/#", user=OWNER) as inbox:
            assert inbox.wait("porchlight/front/health").retained
            assert inbox.wait("porchlight/front/status").text == "offline"
        door.wait_until_back()
        with door:
            later.wait(lambda c: isinstance(c, Door) and c.id == "front" and c.online)
    finally:
        second.stop()


def test_settings_apply_at_once(station: Station, watcher: Watcher) -> None:
    old, new = station.settings.mqtt.port, free_port()
    station.apply({("mqtt", "port"): new, ("mqtt", "username"): "", ("mqtt", "password"): ""})
    watcher.wait(lambda c: isinstance(c, Part) and c.detail.endswith(f"listens on port {new}"))
    with pytest.raises(ConnectionRefusedError):
        Wire(old)
    station.apply({("mqtt", "broker"): "off"})
    assert (mqtt_part(station).state, station.health()["broker"]) == (PartState.OFF, None)
    with pytest.raises(ConnectionRefusedError):
        Wire(new)


@pytest.mark.broker
def test_a_mosquitto_at_the_port_is_told_and_the_station_runs_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("receiver.broker.server._AGAIN_S", 0.01)
    with Mosquitto() as other:
        settings_file.save(home / "station.toml", {("mqtt", "port"): other.port})
        station = build(home)
        words = f"another broker uses port {other.port}: choose it as your own broker, or another port"
        checked = {part: (good, said) for part, good, said in self_check(station.settings)}
        assert checked["mqtt"] == (False, f"The built-in broker cannot listen: {words}")
        watcher = Watcher(station)
        station.start()
        try:
            watcher.wait(lambda c: isinstance(c, Part) and c.name == "mqtt" and c.detail == words)
            health = requests.get(f"http://{station.bound}/v1/health", timeout=10).json()
            assert (health["status"], health["broker"]["listening"]) == ("degraded", False)
            with pytest.raises(Rejected, match="another broker"):
                station.check("mqtt")
            other.stop()
            watcher.wait(lambda c: isinstance(c, Part) and c.name == "mqtt" and c.state is PartState.WORKING)
            assert station.health()["broker"]["listening"]
        finally:
            station.stop()
        other.start()


def test_the_check_of_the_settings_knows_a_running_station_from_a_stranger(station: Station, home: Path) -> None:
    def said(**mqtt: Any) -> tuple[bool, str]:
        changed = station.settings.mqtt.model_copy(update=mqtt)
        settings = station.settings.model_copy(update={"mqtt": changed})
        return next((good, words) for part, good, words in self_check(settings) if part == "mqtt")

    assert said() == (True, f"port {station.settings.mqtt.port} is in use, as it should be while the station runs")
    free = free_port()
    assert said(port=free) == (True, f"the built-in broker can listen on port {free}")
    assert said(broker="off") == (True, "off")


def test_the_start_waits_for_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker takes a hundredth of a second of the one that the station may take."""
    took: list[float] = []
    start = Broker.start

    def timed(broker: Broker) -> None:
        began = time.monotonic()
        start(broker)
        took.append(time.monotonic() - began)

    monkeypatch.setattr(Broker, "start", timed)
    station = build(home)
    station.start()
    station.stop()
    assert took[0] < 0.3
