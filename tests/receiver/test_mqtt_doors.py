"""Doors over a real mosquitto: what they are told, what they answer, and who else may say something there."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from receiver.door_commands import DoorCommands, receipt_mac
from receiver.door_health import Presence
from receiver.errors import StationError, TryLater
from receiver.models import CommandState, Door, DoorCommand, DoorState, PartState
from receiver.notifiers.mqtt import MOST_BYTES, MqttNotifier
from receiver.notifiers.mqtt_doors import MqttDoors
from receiver.settings import MqttSettings
from tests.fakes import PATIENCE_S, Inbox, Mosquitto
from tests.firmware.door_modules import clock as clocks
from tests.receiver.made_up import Clock, Host
from tests.receiver.remote_door import RemoteDoor
from tests.receiver.test_door_health import said

pytestmark = pytest.mark.broker

KEYS = {"front": bytes(range(32)), "back": bytes(range(1, 33))}
NOW = 1_795_362_900
KNOWN = (*KEYS, "keyless")


class House:
    """The station's part in this, with everything that is published."""

    def __init__(self, port: int, base_topic: str = "porchlight") -> None:
        self.host = Host()
        self.news = threading.Condition()
        self.told: list[DoorCommand] = []
        self.changed: list[str] = []
        self.presence = Presence(lambda door: self._note(self.changed, door))
        self.ticks = Clock(0)
        self.commands = DoorCommands(
            self._key_of,
            lambda door, command: self.mqtt.tell(door, command),  # noqa: PLW0108  -- made below
            lambda command: self._note(self.told, command),
            clock=Clock(NOW),
            ticks=self.ticks,
        )
        doors = MqttDoors(base_topic, self.commands, self.presence, KNOWN.__contains__, clock=lambda: 5.0)
        settings = MqttSettings(broker="external", host="127.0.0.1", port=port, base_topic=base_topic)
        announced = {"front": {"homeassistant/device/porchlight_front/config": b"{}"}}
        self.mqtt = MqttNotifier(settings, [doors], announced=lambda: announced, patience=(0.01, 0.05))
        self.mqtt.start(self.host)

    def _key_of(self, door: str) -> bytes:
        if door not in KEYS:
            raise StationError("no key")
        return KEYS[door]

    def _note(self, where: list[Any], what: Any) -> None:
        with self.news:
            where.append(what)
            self.news.notify_all()

    def wait(self, condition: Callable[[], object]) -> None:
        with self.news:
            assert self.news.wait_for(condition, PATIENCE_S), (self.told, self.changed)

    def door(self, door: str = "front") -> Door:
        return self.presence.of(Door(door, door, DoorState.APPROVED, 0, 0))

    def states(self) -> list[CommandState]:
        return [command.state for command in self.told]


def at_the_door(port: int, **more: Any) -> RemoteDoor:
    clock = clocks.Clock(lambda: 0)
    clock.set(NOW)
    return RemoteDoor(port, "front", KEYS["front"], clock, **more)


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with Mosquitto() as running:
        yield running


@pytest.fixture
def house(broker: Mosquitto) -> Iterator[House]:
    house = House(broker.port)
    house.host.wait_until(PartState.WORKING)
    yield house
    house.mqtt.stop()


@pytest.fixture
def anyone(broker: Mosquitto) -> Iterator[Inbox]:
    """Somebody else at the broker, who reads and writes what they like."""
    with broker.listen() as inbox:
        yield inbox


def settled(house: House, anyone: Inbox) -> None:
    """Everything said before has been heard: the station takes one message after the other."""
    before = len(house.changed)
    anyone.publish("porchlight/back/health", said().decode())
    house.wait(lambda: "back" in house.changed[before:])


# ---- the good path


def test_a_command_is_carried_out_and_its_receipt_comes_back(house: House, broker: Mosquitto, anyone: Inbox) -> None:
    with at_the_door(broker.port) as door:
        given = house.commands.give("front", "text", {"text": "Coming – one minute", "seconds": 90})
        (answered,) = house.commands.wait([given], PATIENCE_S)
        assert (answered.state, answered.id) == (CommandState.DONE, given.id)
        assert door.done == [("show", "Coming – one minute", 90)]
    mail = anyone.wait("porchlight/front/command")
    assert (mail.qos, mail.retained) == (1, False)
    with broker.listen() as later:
        later.wait("porchlight/status")
        assert later.of("porchlight/front/command") == [], "nobody who comes later sees it"


def test_a_door_says_why_it_refuses(house: House, broker: Mosquitto) -> None:
    with at_the_door(broker.port):
        given = house.commands.give("front", "relay", {"seconds": 3})
        (answered,) = house.commands.wait([given], PATIENCE_S)
    assert answered.state is CommandState.REFUSED
    assert answered.words == "the relay is not enabled in the door's configuration"


def test_whoever_is_at_the_broker_may_ask_for_a_text_or_a_look(house: House, broker: Mosquitto, anyone: Inbox) -> None:
    """The station makes signed commands of it: the door listens to nobody else."""
    with at_the_door(broker.port) as door:
        anyone.publish("porchlight/front/screen/set", "Bin gleich\nda " + "x" * 200)
        anyone.publish("porchlight/front/look/set", "PRESS")
        house.wait(lambda: house.states().count(CommandState.DONE) == 2)
        assert door.done == [("show", ("Bin gleich da " + "x" * 200)[:117] + "...", 60), ("look",)]


def test_health_and_status_are_heard_also_from_before(house: House, broker: Mosquitto, anyone: Inbox) -> None:
    """Retained, so that a station that starts knows at once."""
    with at_the_door(broker.port) as door:
        door.say("health", said(uptime_s=62))
        house.wait(lambda: house.door().health and house.door().online)
        late = House(broker.port)
        late.wait(lambda: late.door().health and late.door().online)
        late.mqtt.stop()
        health = late.door().health
        assert health
        assert (health.uptime_s, health.at) == (62, 5.0)
    house.wait(lambda: house.door().online is False)


def test_a_broker_that_is_away_knows_nobody_and_takes_nothing(house: House, broker: Mosquitto) -> None:
    with at_the_door(broker.port):
        house.wait(lambda: house.door().online)
    house.wait(lambda: house.door().online is False)
    broker.kill()
    house.wait(lambda: house.door().online is None)
    with pytest.raises(TryLater):
        house.commands.give("front", "look", {})
    broker.start()
    house.host.wait_until(PartState.WORKING, 2)
    with at_the_door(broker.port):
        house.wait(lambda: house.door().online)
        given = house.commands.give("front", "look", {})
        assert house.commands.wait([given], PATIENCE_S)[0].state is CommandState.DONE


def test_a_door_that_does_not_answer_is_silent_after_a_while(house: House) -> None:
    given = house.commands.give("front", "look", {})
    house.ticks.advance(60)
    house.wait(lambda: CommandState.SILENT in house.states())
    assert house.commands.wait([given], 0)[0].state is CommandState.SILENT


def test_topics_may_have_several_levels(broker: Mosquitto, anyone: Inbox) -> None:
    house = House(broker.port, "home/porch")
    house.host.wait_until(PartState.WORKING)
    anyone.publish("home/porch/front/look/set", "")
    anyone.wait("home/porch/front/command")
    house.mqtt.stop()


# ---- the others at the broker


def test_a_forged_receipt_counts_for_nothing(house: House, anyone: Inbox) -> None:
    """Signed with another door's key, or not at all; or for a command that was never given."""
    given = house.commands.give("front", "look", {})

    def receipt(nonce: str, key: bytes) -> str:
        mac = receipt_mac(key, "front", nonce, done=True, why="").hex()
        return json.dumps({"nonce": nonce, "done": True, "why": "", "mac": mac})

    anyone.publish("porchlight/front/receipt", receipt(given.id, KEYS["back"]))
    anyone.publish("porchlight/front/receipt", receipt(given.id, bytes(32)))
    anyone.publish("porchlight/back/receipt", receipt(given.id, KEYS["front"]))
    anyone.publish("porchlight/front/receipt", receipt("0" * 32, KEYS["front"]))
    anyone.publish("porchlight/front/receipt", "no receipt at all")
    settled(house, anyone)
    assert house.states() == [CommandState.SENT]
    assert house.commands.ignored == {"signature": 2, "unknown": 2, "garbage": 1}


def test_a_receipt_played_back_counts_for_nothing(house: House, broker: Mosquitto, anyone: Inbox) -> None:
    with at_the_door(broker.port):
        given = house.commands.give("front", "look", {})
        house.commands.wait([given], PATIENCE_S)
    recorded = anyone.wait("porchlight/front/receipt").text
    again = house.commands.give("front", "look", {})
    anyone.publish("porchlight/front/receipt", recorded, retain=True)
    settled(house, anyone)
    assert house.commands.wait([given, again], 0)[1].state is CommandState.SENT
    assert house.commands.ignored == {"unknown": 1}


def test_a_receipt_changed_on_the_way_counts_for_nothing(house: House, broker: Mosquitto, anyone: Inbox) -> None:
    with at_the_door(broker.port, answer=lambda receipt: receipt.replace(b"false", b"true")):
        house.commands.give("front", "relay", {"seconds": 3})
        anyone.wait("porchlight/front/receipt")
        settled(house, anyone)
    assert house.states() == [CommandState.SENT]
    assert house.commands.ignored == {"signature": 1}


def test_what_the_broker_kept_from_yesterday_starts_nothing(broker: Mosquitto, anyone: Inbox) -> None:
    """A retained look or text would be carried out anew at every connection."""
    anyone.publish("porchlight/front/screen/set", "yesterday", retain=True)
    anyone.publish("porchlight/front/look/set", "", retain=True)
    anyone.publish("porchlight/front/look/set", "PRESS", retain=True)
    house = House(broker.port)
    house.host.wait_until(PartState.WORKING)
    settled(house, anyone)
    assert house.told == []
    anyone.publish("porchlight/front/look/set", "PRESS", retain=True)
    house.wait(lambda: house.told)
    assert [command.do for command in house.told] == ["look"], "said while we listen, it is of now"
    house.mqtt.stop()


@pytest.mark.parametrize("payload", ["", "{not json", "[" * 4000, "null", '{"uptime_s": 1}', said(light=300).decode()])
def test_a_health_that_makes_no_sense_is_ignored_and_noted_once(
    house: House, anyone: Inbox, caplog: pytest.LogCaptureFixture, payload: str
) -> None:
    caplog.set_level("INFO", "receiver.notifiers.mqtt_doors")
    for _ in range(3):
        anyone.publish("porchlight/front/health", payload)
    settled(house, anyone)
    assert house.door().health is None
    assert len(caplog.messages) == 1
    assert "makes no sense" in caplog.messages[0]


def test_a_message_that_is_too_long_is_not_looked_at(house: House, anyone: Inbox) -> None:
    """Neither one that is just too long nor one that would fill the memory."""
    for length in (MOST_BYTES + 1, 2 * MOST_BYTES, 10_000_000):
        payload = said().decode() + " " * (length - len(said()))
        anyone.publish("porchlight/front/health", payload)
        anyone.publish("porchlight/front/screen/set", "x" * length)
    settled(house, anyone)
    assert (house.door().health, house.told) == (None, [])
    anyone.publish("porchlight/front/health", said().decode() + " " * (MOST_BYTES - len(said())))
    house.wait(lambda: house.door().health)


def test_doors_that_the_station_does_not_know_are_not_heard(house: House, anyone: Inbox) -> None:
    for door in ("nobody", "Front", "front door", "x" * 64, "porchlight", "$front", "ä"):
        for topic, payload in {"status": "online", "health": said().decode(), "look/set": "", "receipt": "{}"}.items():
            anyone.publish(f"porchlight/{door}/{topic}", payload)
    anyone.publish("porchlight/front/back/look/set", "")
    anyone.publish("elsewhere/front/look/set", "")
    settled(house, anyone)
    assert set(house.changed) == {"back"}
    assert (house.told, house.commands.ignored) == ([], {})


def test_a_door_without_a_key_is_told_nothing(house: House, anyone: Inbox) -> None:
    anyone.publish("porchlight/keyless/look/set", "")
    settled(house, anyone)
    assert house.told == []
    assert anyone.of("porchlight/keyless/command") == []


def test_a_status_is_one_of_two_words(house: House, anyone: Inbox) -> None:
    for payload in ("Online", "", "online ", "1"):
        anyone.publish("porchlight/front/status", payload)
    settled(house, anyone)
    assert house.door().online is None


def test_a_flood_of_wishes_is_bounded(house: House, anyone: Inbox) -> None:
    """The door has not answered the first ones: no more of them until it has."""
    for _ in range(100):
        anyone.publish("porchlight/front/look/set", "")
    settled(house, anyone)
    assert len(house.told) == 16


def test_a_doors_status_is_no_birth_of_home_assistant(house: House, anyone: Inbox) -> None:
    """Which would have every door announced anew."""
    anyone.publish("porchlight/front/status", "online")
    settled(house, anyone)
    before = len(anyone.of("homeassistant/device/porchlight_front/config"))
    assert before <= 1, "the one of the connection itself"
    anyone.publish("homeassistant/status", "online")
    anyone.wait("homeassistant/device/porchlight_front/config", before + 1)
