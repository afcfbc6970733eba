"""What doors tell of themselves: taken only when it makes sense as a whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiver.door_health import Presence, read_health
from receiver.models import Door, DoorHealth, DoorState
from tests.firmware.door_modules import clock as clocks
from tests.firmware.door_modules import heartbeat

SAID = {
    "uptime_s": 61, "version": "0.1.0", "reset": "watchdog", "free_bytes": 91_000, "at": 1_795_362_900, "link": "up",
    "camera": None, "broken_pictures": 1, "queue": 2, "lost_rings": 0, "presses": 7, "display": "16x8", "light": 80,
    "trial": False, "failed_update": "",
}  # fmt: skip
HEARD = DoorHealth(5.0, 61, "0.1.0", "watchdog", 91_000, "up", None, 1, 2, 0, 7, "16x8", 80, False, "")


def said(**other: Any) -> bytes:
    return json.dumps(SAID | other).encode()


def test_a_heartbeat_is_read() -> None:
    assert read_health(said(), 5.0) == HEARD
    poor = {"free_bytes": None, "at": None, "light": None, "camera": "no camera answers", "display": ""}
    health = read_health(said(**poor, more="is welcome"), 5.0)
    assert (health.free_bytes, health.light, health.camera, health.display) == (None, None, "no camera answers", "")


def test_the_doors_own_heartbeat_is_read() -> None:
    """With what the firmware's main.py adds to it."""
    added = {name: SAID[name] for name in SAID if name not in ("uptime_s", "version", "reset", "free_bytes", "at")}
    sources = {name: lambda value=value: value for name, value in added.items()}
    health = read_health(heartbeat.Heartbeat("0.1.0", "power", clocks.Clock(), sources).beat(), 5.0)
    assert (health.version, health.reset, health.presses) == ("0.1.0", "power", 7)


@pytest.mark.parametrize("name", list(SAID))
def test_a_heartbeat_with_something_missing_is_none(name: str) -> None:
    lacking = {other: value for other, value in SAID.items() if other != name}
    with pytest.raises(ValueError, match=f"{name} is missing"):
        read_health(json.dumps(lacking).encode(), 5.0)


@pytest.mark.parametrize(
    "wrong",
    [{"uptime_s": -1}, {"uptime_s": 1.5}, {"uptime_s": True}, {"uptime_s": None}, {"presses": 2**53}, {"light": 256},
     {"version": 1}, {"version": "x" * 65}, {"reset": "a\nb"}, {"link": None}, {"camera": ""  "\x00"}, {"camera": 5},
     {"display": "big"}, {"display": "16x"}, {"display": "0x8"}, {"trial": 0}, {"trial": None},
     {"failed_update": None}, {"failed_update": "\ud800"}, {"at": "now"}, {"free_bytes": "much"}],
)  # fmt: skip
def test_a_heartbeat_with_something_wrong_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        read_health(said(**wrong), 5.0)


@given(st.binary(max_size=100) | st.sampled_from([b"[" * 4000, b"null", b"9" * 4096, b'{"at": NaN}']))
def test_garbage_is_no_heartbeat(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_health(payload, 5.0)


def test_a_door_is_known_with_what_it_said_last() -> None:
    """Told when something is new; and when the broker is away nobody knows who is there."""
    changed: list[str] = []
    presence = Presence(changed.append)
    door = Door("front", "Front door", DoorState.APPROVED, 0, 0)
    assert presence.of(door) == door
    presence.hear_status("front", online=True)
    presence.hear_status("front", online=True)
    presence.hear_health("front", HEARD)
    assert changed == ["front", "front"]
    assert (presence.of(door).online, presence.of(door).health) == (True, HEARD)
    presence.broker_away()
    presence.broker_away()
    assert (presence.of(door).online, presence.of(door).health) == (None, HEARD)
    assert changed == ["front"] * 3
