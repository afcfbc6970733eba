"""Commands from the house: only with the key, only once, only in time; the relay only where it is allowed."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.firmware.door_modules import clock as clocks
from tests.firmware.door_modules import commands, config

NOW = 1_795_362_900
KEY = bytes(range(32))


class Door:
    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self.done.append((name, *arguments))


class House:
    """A door that takes commands, and the key to sign them."""

    def __init__(self, **relay: Any) -> None:
        values = {"door": "porch", "key": KEY.hex(), "station": {"host": "10.0.0.1"}, "relay": relay}
        self.door = Door()
        self.ms = 0
        self.clock = clocks.Clock(lambda: self.ms)
        self.commands = commands.Commands(config.Config(values), self.clock, self.door)
        self.clock.set(NOW)
        self._number = 0

    def signed(self, **command: Any) -> dict[str, Any]:
        self._number += 1
        whole = {"at": NOW, "expires": NOW + 30, "nonce": f"n{self._number}", **command}
        return {**whole, "mac": commands.mac_of(KEY, "porch", whole).hex()}

    def take(self, command: dict[str, Any]) -> None:
        assert self._why(json.dumps(command).encode()) == ""

    def refusal(self, command: dict[str, Any] | bytes) -> str:
        """Why it was not done: from the signed receipt, or for the console only when nobody we know said it."""
        done = list(self.door.done)
        try:
            why = self._why(command if isinstance(command, bytes) else json.dumps(command).encode())
        except commands.NotOurs as error:
            why = str(error)
        assert self.door.done == done, "nothing may happen"
        assert why
        return why

    def _why(self, payload: bytes) -> str:
        receipt = json.loads(self.commands.take(payload))
        said = f"receipt\nporch\n{receipt['nonce']}\n{'done' if receipt['done'] else 'refused'}\n{receipt['why']}"
        assert receipt["mac"] == hmac.digest(KEY, said.encode(), hashlib.sha256).hex()
        assert receipt["nonce"] == json.loads(payload)["nonce"]
        assert receipt["done"] is (receipt["why"] == "")
        return str(receipt["why"])


def test_what_is_signed_is_done() -> None:
    """Text, chime, look and settings reach the door with their values."""
    house = House()
    for command in ({"do": "text", "text": "Komme gleich, 2 Minuten ☕"}, {"do": "chime"}, {"do": "look"},
                    {"do": "settings", "size": "VGA", "flip": True}):  # fmt: skip
        house.take(house.signed(**command))
    assert house.door.done == [
        ("show", "Komme gleich, 2 Minuten ☕", 60), ("chime",), ("look",), ("settings", {"size": "VGA", "flip": True}),
    ]  # fmt: skip


def test_the_signature_in_full() -> None:
    """An example worked by hand with CPython's hmac, for whoever writes the other side."""
    said = "command\nporch\nat=10:1795362900\ndo=4:text\nexpires=10:1795362930\nnonce=2:n1\ntext=3:hé"
    command = {"do": "text", "text": "hé", "at": NOW, "expires": NOW + 30, "nonce": "n1"}
    assert commands.mac_of(KEY, "porch", command) == hmac.digest(KEY, said.encode(), hashlib.sha256)


@pytest.mark.parametrize("change", [{"text": "Hallo"}, {"do": "look"}, {"at": NOW + 1}, {"nonce": "n9"}, {"more": 1}])
def test_whatever_is_changed_on_the_way_is_refused(change: dict[str, Any]) -> None:
    """Each value is under the signature, and so is what is added."""
    house = House()
    assert "signature" in house.refusal({**house.signed(do="text", text="hallo"), **change})


def test_a_value_cannot_pass_for_two() -> None:
    """A line feed inside a text does not make another value of what follows."""
    whole = {"do": "text", "text": "a\nzoom=1:1", "at": NOW, "expires": NOW, "nonce": "n"}
    split = {**whole, "text": "a", "zoom": 1}
    assert commands.mac_of(KEY, "porch", whole) != commands.mac_of(KEY, "porch", split)


def test_the_same_command_twice_is_done_once() -> None:
    """A broker may bring it again: the answer is the same, and nothing happens; after a restart it is refused."""
    house = House()
    command = house.signed(do="look")
    house.take(command)
    house.take(house.signed(do="chime"))
    house.take(command)
    assert house.door.done == [("look",), ("chime",)]
    restarted = House()
    restarted.clock.first_set = NOW + 1
    assert "before the door started" in restarted.refusal(command)


def test_a_command_out_of_its_time_is_refused() -> None:
    """Expired, from the future, living too long, or while the door does not know the time."""
    house = House()
    house.ms = 31_000
    assert "expired" in house.refusal(house.signed(do="look"))
    assert "future" in house.refusal(house.signed(do="look", at=NOW + 100, expires=NOW + 130))
    assert "300 s" in house.refusal(house.signed(do="look", expires=NOW + 301))
    assert "300 s" in house.refusal(house.signed(do="look", expires=NOW - 1))
    house.commands._clock = clocks.Clock()
    assert "time yet" in house.refusal(house.signed(do="look"))


def test_a_flood_is_refused_and_forgets_nothing() -> None:
    """With 64 commands alive the next has to wait; later there is room again."""
    house = House()
    for _ in range(64):
        house.take(house.signed(do="chime"))
    assert "too many" in house.refusal(house.signed(do="chime"))
    house.ms = 31_000
    house.take(house.signed(do="chime", at=NOW + 31, expires=NOW + 60))


def test_the_relay_only_where_it_is_enabled_and_only_for_a_while() -> None:
    """Off by default; then for at most the configured seconds."""
    house = House()
    assert "not enabled" in house.refusal(house.signed(do="relay", seconds=1))
    house = House(enabled=True, seconds=4)
    for seconds in (0, 5, -1, "3", True):
        assert "1 to 4 s" in house.refusal(house.signed(do="relay", seconds=seconds))
    house.take(house.signed(do="relay", seconds=4))
    assert house.door.done == [("relay", 4)]


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"\xff", b"7", b"{}", b'{"do":"look"}', b"[" * 900, b" " * 2000,
                                     b'{"do":"look","nonce":"n","mac":"m","at":1.5,"expires":2}',
                                     b'{"do":"look","nonce":"n","mac":"\xc3\xa4","at":1,"expires":2}',
                                     b'{"do":{"a":1},"nonce":"n","mac":"m","at":1,"expires":2}'])  # fmt: skip
def test_nonsense_is_refused(payload: bytes) -> None:
    """In words, whatever arrives."""
    assert House().refusal(payload)


def test_what_nobody_knows_or_is_too_long_is_refused() -> None:
    """Signed or not."""
    house = House()
    assert "nobody knows" in house.refusal(house.signed(do="dance"))
    assert "120" in house.refusal(house.signed(do="text", text="x" * 121))
