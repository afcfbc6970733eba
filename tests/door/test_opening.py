"""What opens a door, and all that does not: real firmware, station and broker; the relay's own pin is watched."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from receiver.door_commands import signed
from receiver.models import CommandState, DoorCommand
from receiver.one_time_code import code_at, key_of, new_secret
from tests.door.conftest import Stations
from tests.door.house import DOOR, House
from tests.fakes import Inbox, Mosquitto, free_port
from tests.firmware.interpreters import command_of

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

SECRET = new_secret()
OPEN, COMMAND, RECEIPT = (f"porchlight/{DOOR}/{topic}" for topic in ("open/set", "command", "receipt"))

Porch = Callable[..., tuple[House, Inbox]]


@pytest.fixture
def porch(tmp_path: Path, station: Stations, broker: Mosquitto, astronaut: Image.Image) -> Iterator[Porch]:
    """A door whose relay is enabled, and a station that may open it unless a test says otherwise."""
    entered: list[Any] = []

    def make(**settings: str) -> tuple[House, Inbox]:
        port = free_port()
        values = {"opening__doors": DOOR, "opening__secret": SECRET} | settings
        running = station(
            receiver__port=str(port), recognition__merge_window_s="1",
            mqtt__broker="external", mqtt__host="127.0.0.1", mqtt__port=str(broker.port), **values,
        )  # fmt: skip
        house = House(tmp_path, running, station_port=port, broker_port=broker.port)
        house.config["relay"] = {"enabled": True, "seconds": 3}
        house.move_in(astronaut, command_of("micropython"))
        photo = tmp_path / "eileen.png"
        astronaut.save(photo)
        assert running.run("enrol", "Eileen", str(photo)).returncode == 0
        running.start()
        inbox = broker.listen()
        entered.extend([inbox, house])
        house.__enter__()
        house.until_commands_arrive(inbox)
        house.until(lambda: time.time() > _first_time(inbox) + 1)
        return house, inbox

    yield make
    for one in reversed(entered):
        one.__exit__(None, None, None)


def _first_time(inbox: Inbox) -> float:
    """Of the door's own clock, as its health tells; commands from before it was set are refused."""
    return next((mail.json["at"] for mail in inbox.of(f"porchlight/{DOOR}/health") if mail.json["at"]), 0.0)


def rung(house: House) -> None:
    """Somebody known has rung."""
    house.door.press()
    house.until(lambda: house.visits() and house.visits()[0]["verdict"] == "known")


def ask(inbox: Inbox, *, code: str = "", **options: Any) -> None:
    """As Home Assistant's lock does."""
    code = code or code_at(key_of(SECRET), int(time.time() // 30))
    inbox.publish(OPEN, json.dumps({"do": "UNLOCK", "code": code}), **options)


def trail(house: House) -> list[str]:
    listed = house.station.run("openings")
    assert listed.returncode == 0, listed.stderr
    return [line.split("\t")[-1] for line in listed.stdout.splitlines()]


def openings(house: House) -> int:
    return int(house.state()["relay_openings"])


def crafted(key: bytes, *, ago: float = 0.0, door: str = DOOR, life_s: int = 5) -> str:
    """A command as the station would sign it, with whatever is wrong about it."""
    command = DoorCommand(
        secrets.token_hex(16), door, "relay", {"seconds": 3}, CommandState.SENT, "", time.time() - ago
    )
    return signed(key, command, life_s).decode()


def settled(house: House, inbox: Inbox) -> None:
    """Everything said before has been heard by station and door: both have answered something said after it."""
    before = len(_texts(inbox))
    inbox.publish(f"porchlight/{DOOR}/screen/set", "x")
    house.until(lambda: len(_texts(inbox)) > before)
    nonce = _texts(inbox)[-1]
    house.until(lambda: any(mail.json["nonce"] == nonce for mail in inbox.of(RECEIPT)))


def _texts(inbox: Inbox) -> list[str]:
    """The nonces of the texts that the station has sent to the door."""
    return [mail.json["nonce"] for mail in inbox.of(COMMAND) if mail.text.startswith("{") and mail.json["do"] == "text"]


def test_a_person_opens_after_a_ring_and_nobody_opens_again_with_what_was_said(porch: Porch) -> None:
    """Once, for its seconds; the same code, the same command and a kept message open nothing."""
    house, inbox = porch()
    rung(house)
    settled(house, inbox)
    assert openings(house) == 0, "a face alone opens nothing"
    code = code_at(key_of(SECRET), int(time.time() // 30))
    ask(inbox, code=code)
    house.until(lambda: openings(house) == 1)
    house.until(lambda: house.state()["relay"] == 0)
    house.until(lambda: trail(house) == ["opened"])
    (command,) = [mail for mail in inbox.of(COMMAND) if mail.json["do"] == "relay"]
    assert not command.retained
    assert command.json["expires"] - command.json["at"] == 5

    for _ in range(3):
        inbox.publish(COMMAND, command.text)  # word for word, at once
    ask(inbox, code=code)
    ask(inbox, code="000000")
    settled(house, inbox)
    assert openings(house) == 1
    house.until(lambda: time.time() > command.json["expires"] + 1)
    inbox.publish(COMMAND, command.text)  # and later
    settled(house, inbox)
    assert openings(house) == 1
    assert [outcome.partition(":")[0] for outcome in trail(house)] == ["opened", "not opened", "not opened"]
    house.assert_unshaken()


def test_foreign_stale_and_moved_commands_open_nothing(porch: Porch) -> None:
    """Signed by somebody else, for another door, too late, for too long a life; then a right one, as the proof."""
    house, inbox = porch()
    rung(house)
    for payload in (
        crafted(secrets.token_bytes(32)),
        crafted(house.key, door="back-door"),
        crafted(house.key, ago=7),
        crafted(house.key, ago=-60),
        crafted(house.key, life_s=301),
        crafted(house.key).replace('"seconds": 3', '"seconds": 2'),
        '{"do": "relay", "seconds": 3}',
        "relay",
    ):
        inbox.publish(COMMAND, payload)
    settled(house, inbox)
    assert openings(house) == 0
    assert house.state()["relay"] == 0
    inbox.publish(COMMAND, crafted(house.key))
    house.until(lambda: openings(house) == 1)
    house.assert_unshaken()


def test_without_a_ring_or_the_code_the_station_says_nothing_to_the_door(porch: Porch) -> None:
    """Not for a look either, and what the broker kept is of yesterday; each attempt that was heard is written down."""
    house, inbox = porch()
    ask(inbox)
    inbox.publish(f"porchlight/{DOOR}/look/set", "")
    house.until(lambda: house.visits() and house.visits()[0]["verdict"] == "known")
    ask(inbox)
    settled(house, inbox)
    assert trail(house) == ["not opened: Nobody has rung there in the last two minutes"] * 2
    house.until(lambda: not house.state()["button_down"])
    house.door.press()
    house.until(lambda: house.visits()[0]["trigger"] == "ring")
    ask(inbox, code="12345")
    settled(house, inbox)
    assert trail(house)[-1].startswith("not opened: This is not the present code")
    house.station.stop()
    ask(inbox, retain=True)
    house.station.start()
    house.until(lambda: inbox.of(f"porchlight/{DOOR}/status") and _online(house))
    settled(house, inbox)
    assert len(trail(house)) == 3
    assert not [mail for mail in inbox.of(COMMAND) if mail.json["do"] == "relay"]
    assert openings(house) == 0


def _online(house: House) -> bool:
    import requests  # noqa: PLC0415

    doors = requests.get(f"{house.station.address}/v1/health", timeout=10).json()["doors"]
    return any(door["id"] == DOOR and door["online"] for door in doors)


@pytest.mark.parametrize("settings", [{"opening__doors": ""}, {"opening__secret": ""}], ids=["off", "no code"])
def test_a_door_that_is_not_enabled_has_no_lock_and_opens_for_nobody_over_mqtt(
    porch: Porch, settings: dict[str, str]
) -> None:
    """Off is the default; and without a one-time code the broker's word is worth nothing."""
    house, inbox = porch(**settings)
    rung(house)
    ask(inbox)
    settled(house, inbox)
    assert openings(house) == 0
    config = inbox.wait(f"homeassistant/device/porchlight_{DOOR}/config").json
    assert config["components"]["opener"] == {"platform": "lock"}, "taken back, should it have been there"
    assert not inbox.of(f"porchlight/{DOOR}/open")
