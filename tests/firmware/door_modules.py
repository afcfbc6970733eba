"""The firmware's modules under CPython, for tests that need no board and no other interpreter.

On the board they lie side by side and one of them is called `http`; so they are loaded with that name free, and the
standard library's module gets it back afterwards.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from tests.firmware.interpreters import FIRMWARE

_NAMES = (
    "clock", "signing", "http", "station", "rings", "mqtt", "ethernet", "watchdog", "config", "heartbeat", "commands",
    "updates", "finder",
)  # fmt: skip


def _load() -> dict[str, ModuleType]:
    aside = {name: sys.modules.pop(name) for name in _NAMES if name in sys.modules}
    sys.path.insert(0, str(FIRMWARE))
    try:
        return {name: importlib.import_module(name) for name in _NAMES}
    finally:
        sys.path.remove(str(FIRMWARE))
        for name in _NAMES:
            sys.modules.pop(name, None)
        sys.modules.update(aside)


_loaded = _load()
clock = _loaded["clock"]
signing = _loaded["signing"]
http = _loaded["http"]
station = _loaded["station"]
rings = _loaded["rings"]
mqtt = _loaded["mqtt"]
ethernet = _loaded["ethernet"]
watchdog = _loaded["watchdog"]
config = _loaded["config"]
heartbeat = _loaded["heartbeat"]
commands = _loaded["commands"]
updates = _loaded["updates"]
finder = _loaded["finder"]
