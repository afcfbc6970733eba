"""What the door tells of itself."""

from __future__ import annotations

import json
from types import SimpleNamespace

from tests.firmware.door_modules import clock as clocks
from tests.firmware.door_modules import heartbeat


def test_the_health_is_one_json_object() -> None:
    """Version, reason of the start, time, and whatever the sources say at this moment."""
    clock = clocks.Clock()
    clock.set(1_795_362_900)
    presses = iter([3, 4])
    beat = heartbeat.Heartbeat(
        "0.1", "watchdog", clock, {"presses": lambda: next(presses), "camera": lambda: None}
    ).beat
    health = json.loads(beat())
    assert health["at"] in (1_795_362_900, 1_795_362_901)
    assert (health["version"], health["reset"], health["presses"], health["camera"]) == ("0.1", "watchdog", 3, None)
    assert {"uptime_s", "free_bytes"} <= set(health)
    assert json.loads(beat())["presses"] == 4


def test_the_reason_of_the_start_in_a_word() -> None:
    """As the RP2040 numbers them; others are unknown."""
    for cause, word in ((1, "power"), (3, "watchdog"), (9, "unknown")):
        machine = SimpleNamespace(PWRON_RESET=1, WDT_RESET=3, reset_cause=lambda cause=cause: cause)
        assert heartbeat.reset_cause(machine) == word
