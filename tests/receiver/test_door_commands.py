"""Commands to the doors: what the door's own code takes, and which receipts count."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from receiver.door_commands import (
    LIFE_S,
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_REMEMBERED,
    SILENT_AFTER_S,
    DoorCommands,
    for_screen,
    receipt_mac,
    signed,
)
from receiver.errors import StationError, TryLater
from receiver.models import CommandState, DoorCommand
from tests.firmware.door_modules import clock as clocks
from tests.firmware.door_modules import commands as on_the_door
from tests.firmware.door_modules import config
from tests.receiver.made_up import Clock
from tests.receiver.test_signatures import documented

KEYS = {"front": bytes(range(32)), "back": bytes(range(1, 33))}
NOW = 1_795_362_900


class House:
    """A station's commands, with what was sent and published."""

    def __init__(self) -> None:
        self.clock, self.ticks = Clock(NOW), Clock(0)
        self.sent: list[tuple[str, bytes]] = []
        self.published: list[DoorCommand] = []
        self.trouble: TryLater | None = None
        self.commands = DoorCommands(
            KEYS.__getitem__, self._send, self.published.append, clock=self.clock, ticks=self.ticks
        )

    def _send(self, door: str, payload: bytes) -> None:
        if self.trouble:
            raise self.trouble
        self.sent.append((door, payload))

    def give(self, do: str, **arguments: str | int | bool) -> DoorCommand:
        return self.commands.give("front", do, arguments)

    def states(self, command: DoorCommand) -> list[CommandState]:
        return [told.state for told in self.published if told.id == command.id]


def receipt(command: DoorCommand, refused: str = "", key: bytes = KEYS["front"], **changed: Any) -> bytes:
    """Signed rightly; `changed` is what is changed on the way."""
    mac = receipt_mac(key, "front", command.id, done=not refused, why=refused).hex()
    return json.dumps({"nonce": command.id, "done": not refused, "why": refused, "mac": mac} | changed).encode()


class Door:
    """The door's own code, with the key of one door."""

    def __init__(self, key: bytes = KEYS["front"], door: str = "front") -> None:
        self.done: list[tuple[Any, ...]] = []
        clock = clocks.Clock(lambda: 0)
        clock.set(NOW)
        relay = {"enabled": True, "seconds": 5}
        values = {"door": door, "key": key.hex(), "station": {"host": "10.0.0.1"}, "relay": relay}
        self.commands = on_the_door.Commands(config.Config(values), clock, self)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.done.append((name, *arguments))


@pytest.fixture
def house() -> House:
    return House()


# ---- commands


def test_the_doors_own_code_carries_out_what_the_station_signs(house: House) -> None:
    door = Door()
    house.give("text", text="Coming – two minutes ☕")
    house.give("chime")
    house.give("look")
    house.give("settings", size="VGA", quality=12, flip=True, mirror=False)
    house.give("relay", seconds=3)
    house.give("update", version="0.2.0")
    refused = house.give("text", text="too long", seconds=3601)
    for _, payload in house.sent:
        house.commands.take_receipt("front", door.commands.take(payload))
    assert [told.state for told in house.published[7:]] == [CommandState.DONE] * 6 + [CommandState.REFUSED]
    assert house.commands.wait([refused], 0)[0].words == "a text is shown for 1 to 3600 s"
    assert door.done == [
        ("show", "Coming – two minutes ☕", 60),
        ("chime",),
        ("look",),
        ("settings", {"size": "VGA", "quality": 12, "flip": True, "mirror": False}),
        ("relay", 3),
        ("update", "0.2.0"),
    ]


def test_a_command_is_good_once_at_one_door_and_for_half_a_minute(house: House) -> None:
    house.give("look")
    _, payload = house.sent[0]
    said = json.loads(payload)
    assert (said["at"], said["expires"]) == (NOW, NOW + LIFE_S)
    for other in (Door(KEYS["back"]), Door(door="back")):
        with pytest.raises(on_the_door.NotOurs, match="signature"):
            other.commands.take(payload)
    door = Door()
    assert [json.loads(door.commands.take(payload))["done"] for _ in range(2)] == [True, True]
    assert door.done == [("look",)]
    house.give("look")
    assert json.loads(house.sent[1][1])["nonce"] != said["nonce"]


def test_the_example_of_the_protocol_can_be_worked_by_hand() -> None:
    """Whoever writes a door compares each step with the page."""
    key, door, nonce = bytes.fromhex(documented("key")), documented("door"), documented("nonce")
    said = json.loads(documented("command"))
    arguments = {name: said[name] for name in ("text", "seconds")}
    command = DoorCommand(nonce, door, said["do"], arguments, CommandState.SENT, "", said["at"])
    assert json.loads(signed(key, command)) == said
    words = [documented(f"word {number}") for number in range(1, 9)]
    assert hmac.digest(key, "\n".join(words).encode(), hashlib.sha256).hex() == documented("command mac") == said["mac"]
    answer = json.loads(documented("receipt"))
    assert answer["nonce"] == nonce
    made = "\n".join(["receipt", door, nonce, "refused", answer["why"]])
    assert hmac.digest(key, made.encode(), hashlib.sha256).hex() == documented("receipt mac") == answer["mac"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  Coming,\n two\tminutes \x00", "Coming, two minutes"),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 117 + "..."),
        ("half \ud800 a character", "half a character"),
        ("\u202eright to left", "right to left"),
        ("", ""),
    ],
)
def test_a_text_is_one_line_and_cut_where_the_screen_ends(text: str, shown: str) -> None:
    assert for_screen(text) == shown


@pytest.mark.parametrize("sign", ["x", "\U0001f600", '"', "\\", "\n"])
def test_the_longest_text_fits_into_the_doors_packet(house: House, sign: str) -> None:
    house.give("text", text=f".{sign * 5000}.", seconds=3600)
    _, payload = house.sent[0]
    assert len(payload) <= MOST_BYTES
    assert len(json.loads(payload)["text"]) <= MOST_CHARACTERS
    Door().commands._check_time(on_the_door._read(payload))


@pytest.mark.parametrize(
    "arguments",
    [{"mac": "0"}, {"do": "look"}, {"nonce": "n"}, {"A": 1}, {"a b": 1}, {"a": 1.5}, {"a": None}, {"a": "\n"},
     {"a": "x" * 1000}, {"a": ["x"]}],
)  # fmt: skip
def test_what_cannot_be_a_command_is_not_sent(house: House, arguments: dict[str, Any]) -> None:
    with pytest.raises(StationError):
        house.commands.give("front", "look", arguments)
    with pytest.raises(StationError):
        house.commands.give("front", "Look!", {})
    with pytest.raises(KeyError):
        house.commands.give("nobody", "look", {})
    assert (house.sent, house.published) == ([], [])


def test_a_broker_that_is_away_is_told_at_once(house: House) -> None:
    house.trouble = TryLater("The broker is not connected")
    with pytest.raises(TryLater):
        house.give("look")
    assert [told.state for told in house.published] == [CommandState.SENT, CommandState.SILENT]


# ---- receipts


def test_a_receipt_tells_what_became_of_a_command(house: House) -> None:
    done, refused = house.give("chime"), house.give("relay", seconds=3)
    house.clock.now += 2
    house.commands.take_receipt("front", receipt(done))
    house.commands.take_receipt("front", receipt(refused, "the relay is not enabled"))
    first, second = house.commands.wait([done, refused], 0)
    assert first == replace(done, state=CommandState.DONE, answered_at=NOW + 2)
    assert second == replace(refused, state=CommandState.REFUSED, words="the relay is not enabled", answered_at=NOW + 2)
    assert house.published == [done, refused, first, second]


def test_a_receipt_that_is_not_signed_rightly_is_ignored_and_counted(house: House) -> None:
    """Forged, changed on the way, with another door's key, or for another door."""
    command, other = house.give("chime"), house.give("look")
    wrong = [
        receipt(command, mac="0" * 64),
        receipt(command, key=KEYS["back"]),
        receipt(command, done=False),
        receipt(command, why="no"),
        receipt(command, mac=json.loads(receipt(other))["mac"]),
    ]
    for payload in wrong:
        house.commands.take_receipt("front", payload)
    house.commands.take_receipt("back", receipt(command))
    assert house.states(command) == [CommandState.SENT]
    assert house.commands.ignored == {"signature": 5, "unknown": 1}


def test_a_receipt_counts_once(house: House) -> None:
    command = house.give("chime")
    for _ in range(3):
        house.commands.take_receipt("front", receipt(command))
    unknown = replace(command, id="0" * 32)
    house.commands.take_receipt("front", receipt(unknown))
    assert house.states(command) == [CommandState.SENT, CommandState.DONE]
    assert house.commands.ignored == {"unknown": 3}


@pytest.mark.parametrize(
    "payload",
    [b"", b"null", b"[" * 4000, b"\xff", b'{"nonce": 1}', b'{"a":' * 900, b"9" * 4096, b'"\\ud800"'],
)
def test_garbage_is_no_receipt(house: House, payload: bytes) -> None:
    house.commands.take_receipt("front", payload)
    assert house.commands.ignored == {"garbage": 1}


@pytest.mark.parametrize(
    "change",
    [{"done": 1}, {"done": "true"}, {"nonce": "N" * 32}, {"nonce": 5}, {"mac": "x" * 64}, {"mac": None}, {"why": None},
     {"why": "x" * 1001}, {"why": "\ud800"}, {"why": "a\nb"}, {"more": 1}],
)  # fmt: skip
def test_a_receipt_with_something_wrong_in_it_is_garbage(house: House, change: dict[str, Any]) -> None:
    command = house.give("chime")
    house.commands.take_receipt("front", receipt(command, **change))
    assert house.commands.ignored == {"garbage": 1}


def test_a_door_that_does_not_answer_is_silent_and_may_still_answer_later(house: House) -> None:
    command = house.give("look")
    house.ticks.now += SILENT_AFTER_S - 1
    house.commands.give_up()
    assert house.states(command) == [CommandState.SENT]
    house.ticks.now += 1
    house.commands.give_up()
    house.commands.give_up()
    house.commands.take_receipt("front", receipt(command))
    assert house.states(command) == [CommandState.SENT, CommandState.SILENT, CommandState.DONE]


def test_what_is_remembered_is_bounded(house: House) -> None:
    """Nobody can make the station pile up commands that a door never answers."""
    for _ in range(MOST_REMEMBERED):
        house.give("look")
    with pytest.raises(StationError, match="not answered"):
        house.give("look")
    house.commands.give("back", "look", {})
    house.ticks.now += SILENT_AFTER_S
    house.commands.give_up()
    for _ in range(10 * MOST_REMEMBERED):
        house.commands.take_receipt("front", receipt(house.give("look")))
    assert len(house.commands._of["front"]) == MOST_REMEMBERED
    assert house.commands._deadlines == {}
