"""What doors tell of themselves over MQTT: read strictly, kept in memory only, and decided upon by nobody."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from receiver.language import mark
from receiver.models import Door, DoorHealth
from receiver.signatures import HIGHEST_SEQ

_MOST_WORDS = 300
_DISPLAY = re.compile(r"(?:[1-9][0-9]{0,2}x[1-9][0-9]{0,2})?")

CAMERA_FAULTS = (
    mark("the camera does not answer: check its cable (SPI)"),
    mark("the camera's sensor does not answer: check its cable (I2C)"),
    mark("the camera took no picture within three seconds"),
    mark("the camera delivers empty pictures"),
    mark("the camera reports a picture of impossible length"),
    mark("the picture has no beginning"),
    mark("the picture has no end"),
)
"""What our firmware's camera.py says is wrong, for the catalogue; other doors have words of their own."""


def read_health(payload: bytes, at: float) -> DoorHealth:
    """A door's heartbeat, heard at a time in Unix seconds. Raises ValueError, in words, for what is none."""
    try:
        said = json.loads(payload.decode())
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(said, dict):
        raise ValueError("it is no JSON object")
    _number_or_null(said, "at")  # the door's own idea of the time
    return DoorHealth(
        at=at,
        uptime_s=_number(said, "uptime_s"),
        version=_text(said, "version", 64),
        reset=_text(said, "reset", 32),
        free_bytes=_number_or_null(said, "free_bytes"),
        link=_text(said, "link", 32),
        camera=None if _value(said, "camera") is None else _text(said, "camera", _MOST_WORDS),
        broken_pictures=_number(said, "broken_pictures"),
        queue=_number(said, "queue"),
        lost_rings=_number(said, "lost_rings"),
        presses=_number(said, "presses"),
        display=_display(said),
        light=_number_or_null(said, "light", 255),
        trial=_truth(said, "trial"),
        failed_update=_text(said, "failed_update", _MOST_WORDS),
    )


class Presence:
    """What was heard of each door since the start; may be called from any thread.

    `changed` is called with the id of a door of which something new is known.
    """

    def __init__(self, changed: Callable[[str], None]) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._health: dict[str, DoorHealth] = {}
        self._online: dict[str, bool] = {}

    def of(self, door: Door) -> Door:
        """A door with what is known of it."""
        with self._lock:
            return replace(door, health=self._health.get(door.id), online=self._online.get(door.id))

    def hear_health(self, door: str, health: DoorHealth) -> None:
        """A heartbeat."""
        with self._lock:
            self._health[door] = health
        self._changed(door)

    def hear_status(self, door: str, *, online: bool) -> None:
        """A door came to the broker, or left it."""
        with self._lock:
            news = self._online.get(door) is not online
            self._online[door] = online
        if news:
            self._changed(door)

    def broker_away(self) -> None:
        """Nobody knows any more who is there."""
        with self._lock:
            doors, self._online = list(self._online), {}
        for door in doors:
            self._changed(door)


def as_json(door: Door) -> dict[str, Any]:
    """A door as /v1/health gives it."""
    return {
        "id": door.id,
        "state": door.state,
        "authenticated": door.authenticated,
        "last_heard": door.last_heard,
        "firmware": door.firmware,
        "refused": dict(door.refused),
        "online": door.online,
        "health": asdict(door.health) if door.health else None,
    }


def _value(said: Mapping[str, Any], name: str) -> Any:
    if name not in said:
        raise ValueError(f"{name} is missing")
    return said[name]


def _number(said: Mapping[str, Any], name: str, most: int = HIGHEST_SEQ) -> int:
    value = _value(said, name)
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"{name} is no whole number from 0 to {most}")
    return value


def _number_or_null(said: Mapping[str, Any], name: str, most: int = HIGHEST_SEQ) -> int | None:
    return None if _value(said, name) is None else _number(said, name, most)


def _text(said: Mapping[str, Any], name: str, most: int) -> str:
    value = _value(said, name)
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise ValueError(f"{name} is no text of up to {most} printable characters")
    return value


def _display(said: Mapping[str, Any]) -> str:
    display = _text(said, "display", 7)
    if not _DISPLAY.fullmatch(display):
        raise ValueError("display is neither empty nor columns x lines, such as 16x8")
    return display


def _truth(said: Mapping[str, Any], name: str) -> bool:
    value = _value(said, name)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")
    return value
