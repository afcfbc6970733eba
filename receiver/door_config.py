"""The config.json of a door: which station it rings at, with which key, and the broker it listens to."""

from __future__ import annotations

import json
import logging
from typing import Any

from firmware.config import MOST_BYTES, BadConfig, Config
from receiver import addresses
from receiver.errors import StationError
from receiver.language import phrase
from receiver.settings import MqttSettings
from receiver.signatures import broker_password

_log = logging.getLogger(__name__)

UNUSED_KEY = "0" * 64
"""For trying whether a door could be configured at all, before it is paired."""


def door_config(door: str, key: str, station: tuple[str, int], mqtt: MqttSettings, *, relay_s: int = 0) -> bytes:
    """The file for a door, checked by the door's own rules.

    `key` is 64 hexadecimal digits. `station` is (host, port) as the door reaches it (`addresses.for_doors`, or
    `addresses.here` for a door on this computer). Names become IPv4 addresses, for the door looks up none.
    `relay_s`: how long its opener may be on; 0 keeps it off for good.
    Raises StationError when the door could not work with what it would get.
    """
    host, port = addresses.resolve(station[0]), station[1]
    values: dict[str, Any] = {"door": door, "key": key, "station": {"host": host, "port": port}}
    values["mqtt"] = _broker(door, key, mqtt, host)
    if relay_s:
        values["relay"] = {"enabled": True, "seconds": relay_s}
    try:
        Config(values)
    except BadConfig as error:
        raise StationError("The door cannot be configured like this", "; ".join(error.problems)) from None
    content = json.dumps(values).encode()
    if len(content) > MOST_BYTES:
        raise StationError(
            "The door cannot be configured like this", phrase("more than {most} bytes of settings", most=MOST_BYTES)
        )
    return content


def _broker(door: str, key: str, mqtt: MqttSettings, station: str) -> dict[str, str | int]:
    """The door's section `mqtt`; an empty host means none."""
    none: dict[str, str | int] = {"host": ""}
    if mqtt.broker == "builtin":
        password = broker_password(bytes.fromhex(key))
        return {
            "host": station, "port": mqtt.port, "user": door, "password": password, "base_topic": mqtt.base_topic,
        }  # fmt: skip
    if mqtt.broker != "external":
        return none
    if mqtt.tls:
        _log.info("the door does without MQTT: the broker wants TLS, which the door does not speak")
        return none
    address = addresses.resolve(mqtt.host)
    return {
        # The broker beside the station is elsewhere for the door.
        "host": station if address.startswith("127.") else address,
        "port": mqtt.port,
        "user": mqtt.username,
        "password": mqtt.password.get_secret_value(),
        "base_topic": mqtt.base_topic,
    }
