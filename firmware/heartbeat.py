"""What the door tells of itself every 15 s, for the topic `porchlight/<door>/health`."""

import gc
import json

EVERY_S = 15


def reset_cause(machine) -> str:
    """Why the board started, in a word; `machine` is MicroPython's module of that name."""
    cause = machine.reset_cause()
    known = {"PWRON_RESET": "power", "WDT_RESET": "watchdog", "SOFT_RESET": "soft", "HARD_RESET": "button"}
    for name, word in known.items():
        if cause == getattr(machine, name, None):
            return word
    return "unknown"


class Heartbeat:
    """`sources` maps further names to functions without arguments, asked at each beat.

    The door gives `link`, `camera` (None or what is wrong), `broken_pictures`, `queue`, `lost_rings` and `presses`.
    """

    def __init__(self, version: str, reset: str, clock, sources: dict):
        self._version = version
        self._reset = reset
        self._clock = clock
        self._sources = sources

    def beat(self) -> bytes:
        """The JSON of this moment, in UTF-8: `uptime_s`, `version`, `reset`, `free_bytes`, `at`, and the sources."""
        gc.collect()
        health = {
            "uptime_s": self._clock.uptime(),
            "version": self._version,
            "reset": self._reset,
            "free_bytes": gc.mem_free() if hasattr(gc, "mem_free") else None,
            "at": self._clock.now(),
        }
        for name, ask in self._sources.items():
            health[name] = ask()
        return json.dumps(health).encode()
