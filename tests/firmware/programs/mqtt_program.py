"""A door on MQTT that echoes: `mqtt_program.py FIRMWARE PORT KEEPALIVE_S [USER PASSWORD]`.

What comes to `porch/set` goes to `porch/echo`, with QoS 1. Each connection and each trouble is a line of output;
`quit` ends it, and the last line is JSON.
"""

import sys

sys.path.insert(0, sys.argv[1])

import asyncio
import json

from mqtt import Client, Message, MqttError


class Door:
    """Waits for messages, and answers them."""

    def __init__(self, port, keepalive_s, user="", password=""):
        self.client = Client(
            "127.0.0.1",
            port,
            "porch",
            user=user,
            password=password,
            will=Message("porch/status", b"offline", retain=True),
            keepalive_s=keepalive_s,
            timeout_s=0.5,
            backoff_s=(0.1, 0.2),
            on_connect=self._on_connect,
            progress=self._on_progress,
        )
        self.client.subscribe("porch/set", self._on_message)
        self.steps = 0
        self._said = ""
        self._inbox = [Message("porch/status", b"online", qos=1, retain=True)]
        self._arrived = asyncio.Event()
        self._arrived.set()

    async def live(self):
        running = asyncio.create_task(self.client.run())
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._inbox:
                message = self._inbox.pop(0)
                if message.payload == b"quit":
                    return await self._end(running)
                await self._publish(message)

    async def _publish(self, message):
        try:
            await self.client.publish(message, tries=100)
        except MqttError as error:
            print("not published:", error)
            self._inbox.insert(0, message)
            self._arrived.set()
            await asyncio.sleep(0.05)

    async def _end(self, running):
        running.cancel()
        try:  # noqa: SIM105  -- MicroPython has no contextlib
            await running
        except asyncio.CancelledError:
            pass  # as it should end
        end = {"connections": self.client.connections, "skipped": self.client.skipped, "steps": self.steps}
        print(json.dumps(end))

    def _on_message(self, payload):
        self._inbox.append(Message("porch/echo" if payload != b"quit" else "", payload, qos=1))
        self._arrived.set()

    def _on_connect(self):
        self._said = ""
        print("connected", self.client.connections)

    def _on_progress(self):
        self.steps += 1
        if self.client.trouble != self._said:
            self._said = self.client.trouble
            print("trouble:", self._said)


asyncio.run(Door(int(sys.argv[2]), float(sys.argv[3]), *sys.argv[4:]).live())
