"""A door with a real MQTT client and the firmware's own code for commands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.fakes import PATIENCE_S
from tests.firmware.door_modules import commands as on_the_door
from tests.firmware.door_modules import config


class RemoteDoor:
    """Online while it is entered; `done` is what it was told to do, and `answer` may change its receipts.

    `clock` is the firmware's, set to the time; `user` is name and password at the broker.
    """

    def __init__(
        self,
        port: int,
        door: str,
        key: bytes,
        clock: Any,
        answer: Callable[[bytes], bytes] = lambda receipt: receipt,
        *,
        user: tuple[str, str] | None = None,
    ) -> None:
        self.done: list[tuple[Any, ...]] = []
        self._answer = answer
        self._topic = f"porchlight/{door}"
        values = {"door": door, "key": key.hex(), "station": {"host": "10.0.0.1"}}
        self._commands = on_the_door.Commands(config.Config(values), clock, self)
        self._subscribed = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.reconnect_delay_set(1, 1)
        if user:
            self._client.username_pw_set(*user)
        self._client.on_disconnect = lambda *_: self._subscribed.clear()
        self._client.will_set(f"{self._topic}/status", "offline", qos=1, retain=True)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{self._topic}/command", qos=1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = lambda _client, _data, message: self._take(message)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._subscribed.wait(PATIENCE_S)

    def __enter__(self) -> RemoteDoor:
        self.say("status", b"online")
        return self

    def __exit__(self, *_: object) -> None:
        self.say("status", b"offline")
        self._client.disconnect()
        self._client.loop_stop()
        del self._client  # it is not part of a circle any more, so its sockets are closed now

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.done.append((name, *arguments))

    def say(self, topic: str, payload: bytes, *, retain: bool = True) -> None:
        self._client.publish(f"{self._topic}/{topic}", payload, qos=1, retain=retain).wait_for_publish(PATIENCE_S)

    def wait_until_back(self) -> None:
        """After the broker was away."""
        assert self._subscribed.wait(PATIENCE_S)

    def _take(self, message: mqtt.MQTTMessage) -> None:
        assert not message.retain
        receipt = self._answer(self._commands.take(message.payload))
        self._client.publish(f"{self._topic}/receipt", receipt, qos=1)
