"""What set-up writes into a door's config.json, held against the door's own reader."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from receiver import addresses
from receiver.door_config import door_config
from receiver.errors import StationError
from receiver.settings import MqttSettings
from receiver.signatures import broker_password
from tests.firmware.door_modules import config

KEY = "0f" * 32
HOUSE = ("192.168.1.10", 1066)
OWN_BROKER = MqttSettings(
    broker="external", host="localhost", port=1884, username="door", password=SecretStr("pää\"'"), base_topic="home/p"
)


def read_by_the_door(content: bytes, folder: Path) -> config.Config:
    file = folder / "config.json"
    file.write_bytes(content)
    return config.load(str(file))


def names(table: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Make these the only names there are."""

    def look_up(host: str, *_: object) -> list[tuple[object, ...]]:
        if host not in table:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (table[host], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_the_door_reads_what_the_station_writes(tmp_path: Path) -> None:
    """Door, key, station and broker; the broker beside the station is at the station's address for the door."""
    door = read_by_the_door(door_config("front-door", KEY, HOUSE, OWN_BROKER), tmp_path)
    assert (door.door, door.key.hex()) == ("front-door", KEY)
    assert door.station == {"host": "192.168.1.10", "port": 1066}
    assert door.mqtt == {
        "host": "192.168.1.10", "port": 1884, "user": "door", "password": "pää\"'", "base_topic": "home/p"
    }  # fmt: skip


def test_the_built_in_broker_has_a_password_for_each_door(tmp_path: Path) -> None:
    """It is the station's address, the door's name, and a password that follows from the key without telling it."""
    mqtt = MqttSettings(port=1899, username="home", password=SecretStr("for Home Assistant"))
    content = door_config("front-door", KEY, HOUSE, mqtt)
    password = broker_password(bytes.fromhex(KEY))
    assert read_by_the_door(content, tmp_path).mqtt == {
        "host": "192.168.1.10", "port": 1899, "user": "front-door", "password": password, "base_topic": "porchlight"
    }  # fmt: skip
    assert len(password) == 32
    assert broker_password(bytes.fromhex("0e" * 32)) != password
    assert KEY not in password and password not in KEY


@pytest.mark.parametrize(
    "mqtt", [MqttSettings(broker="off"), OWN_BROKER.model_copy(update={"tls": True})], ids=["off", "TLS"]
)
def test_a_door_without_a_broker_it_can_use(tmp_path: Path, mqtt: MqttSettings) -> None:
    """Without MQTT, or with TLS that the door does not speak, it does without."""
    assert read_by_the_door(door_config("front-door", KEY, HOUSE, mqtt), tmp_path).mqtt["host"] == ""


def test_names_become_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up would stop the door while it takes, so the station does it."""
    names({"house.lan": "10.0.0.2", "broker.lan": "10.0.0.3"}, monkeypatch)
    mqtt = OWN_BROKER.model_copy(update={"host": "broker.lan"})
    door = read_by_the_door(door_config("front-door", KEY, ("house.lan", 80), mqtt), tmp_path)
    assert (door.station["host"], door.mqtt["host"]) == ("10.0.0.2", "10.0.0.3")
    with pytest.raises(StationError, match=r"nowhere\.lan has no address"):
        door_config("front-door", KEY, ("nowhere.lan", 80), mqtt)


def test_a_door_on_this_computer() -> None:
    """The virtual door reaches everything on the loopback address."""
    values = json.loads(door_config("virtual-door", KEY, (addresses.here("0.0.0.0"), 1066), OWN_BROKER))
    assert (values["station"]["host"], values["mqtt"]["host"]) == ("127.0.0.1", "127.0.0.1")


def test_what_a_door_would_refuse_is_refused_here() -> None:
    """The door's own rules are asked before anything is written to it; the key is not in the words."""
    with pytest.raises(StationError, match=r"mqtt\.base_topic must be") as caught:
        door_config("front-door", KEY, HOUSE, OWN_BROKER.model_copy(update={"base_topic": "x" * 65}))
    assert KEY not in str(caught.value)
    with pytest.raises(StationError, match="4096 bytes"):
        door_config("front-door", KEY, HOUSE, OWN_BROKER.model_copy(update={"password": SecretStr("x" * 4096)}))


def test_a_station_that_no_door_can_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listening on the loopback address only, or without a network, or on IPv6 only: said before the set-up begins."""
    with pytest.raises(StationError, match=r"No door can reach this station.*0\.0\.0\.0"):
        addresses.for_doors("127.0.0.1")
    with pytest.raises(StationError, match="IPv4 only"):
        addresses.for_doors("fe80::1")
    monkeypatch.setattr(addresses, "outward", lambda: None)
    with pytest.raises(StationError, match="no network"):
        addresses.for_doors("0.0.0.0")
    assert addresses.for_doors("192.168.1.10") == "192.168.1.10"
