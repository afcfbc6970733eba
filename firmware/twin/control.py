"""The hand at the virtual door: commands by lines of text over a local connection, each answered with a line of JSON.

| line                    | does                                                              |
|-------------------------|-------------------------------------------------------------------|
| press [MS]              | push the button (contacts bouncing), hold it MS (120), let it go  |
| light X                 | light of the scene, 0 (night) to 1 (day)                          |
| cable out, cable in     | pull or plug the Ethernet cable                                   |
| dhcp off, dhcp on       | let nobody give the door an address, or somebody                  |
| camera FAULT            | break the camera: a fault of arducam_model.FAULTS                 |
| camera well             | mend it                                                           |
| display KIND            | plug in a display: oled, lcd or lcd20x4; none: pull it out        |
| tidy                    | throw away what is in memory and not needed any more              |
| state                   | nothing                                                           |

Every answer is the state; a line that is not understood is answered with {"error": words}. The door calls its host,
not the other way round, and leaves when the host is gone: so no port has to be guessed and no door is left behind.
"""

import asyncio
import gc
import json
import socket
import sys
import time

from displays import solder_display
from world import BUTTON, BUZZER, LED, RELAY, world

_LOOK_MS = 20
_BOUNCE_MS = 2


class Control:
    """Obeys the host. `camera` is the door's ArduCamModel."""

    def __init__(self, camera):
        self._camera = camera
        self._hand = None

    async def serve(self, address: tuple) -> None:
        """Call the host and obey it until it is gone, then end the process.

        A plain socket, looked at now and then: the streams of asyncio are the door's, and stop when the cable is out.
        """
        host = socket.socket()
        host.connect(socket.getaddrinfo(*address)[0][-1])
        host.send(b"control\n")
        host.setblocking(False)
        waiting = b""
        while True:
            heard = self._hear(host)
            if heard == b"":
                sys.exit(0)
            waiting += heard or b""
            while b"\n" in waiting:
                line, waiting = waiting.split(b"\n", 1)
                host.send(json.dumps(self.obey(line.decode())).encode() + b"\n")
            await asyncio.sleep_ms(_LOOK_MS)

    def obey(self, line: str) -> dict:
        """Do what one line says; returns the state after it."""
        words = line.split()
        commands = {
            "press": self._press,
            "light": self._light,
            "cable": self._cable,
            "dhcp": self._dhcp,
            "camera": self._break,
            "tidy": gc.collect,
            "display": lambda kind: solder_display(world, kind),
        }
        try:
            if words[0] != "state":
                commands[words[0]](*words[1:])
        except (KeyError, IndexError, TypeError, ValueError) as error:
            return {"error": f"not understood: {line} ({error})"}
        return self.state()

    def state(self) -> dict:
        """Everything that a person at the door could see or hear, and what the camera is set to."""
        sensor = self._camera.sensor
        led, buzzer, relay = (world.line(number) for number in (LED, BUZZER, RELAY))
        return {
            "at_ms": time.ticks_ms(),
            "memory_used": gc.mem_alloc(),
            "button_down": world.line(BUTTON).level == 0,
            "led": led.level,
            "led_changes": led.changes[-16:],
            "buzzer": buzzer.level,
            "buzzes": buzzer.rises,
            "relay": relay.level,
            "relay_openings": relay.rises,
            "cable": world.cable.plugged,
            "address": world.cable.address if world.cable.has_address() else None,
            "display": [d.text for d in world.i2c_devices.values() if hasattr(d, "text")],
            "camera": {
                "fault": self._camera.fault,
                "size": list(sensor.size),
                "quality": sensor.quantiser,
                "mirror": sensor.mirror,
                "flip": sensor.flip,
                "light": sensor.light,
                "pictures": self._camera.captures,
            },
        }

    @staticmethod
    def _hear(host):
        """What the host said; None if it is silent, b"" if it is gone."""
        try:
            return host.recv(256)
        except OSError as error:
            if error.errno in (4, 11, 35, 10035):  # interrupted, or nothing there yet (Linux, macOS, Windows)
                return None
            return b""

    def _press(self, hold_ms="120") -> None:
        self._hand = asyncio.create_task(self._push(int(hold_ms)))

    async def _push(self, hold_ms: int) -> None:
        await self._bounce(0)
        await asyncio.sleep_ms(hold_ms)
        await self._bounce(1)

    @staticmethod
    async def _bounce(level: int) -> None:
        for _ in range(3):
            world.line(BUTTON).drive(level)
            await asyncio.sleep_ms(_BOUNCE_MS)
            world.line(BUTTON).drive(not level)
            await asyncio.sleep_ms(_BOUNCE_MS)
        world.line(BUTTON).drive(level)

    def _light(self, light) -> None:
        self._camera.sensor.light = min(max(float(light), 0.0), 1.0)

    @staticmethod
    def _cable(where) -> None:
        world.cable.plugged = {"in": True, "out": False}[where]

    @staticmethod
    def _dhcp(works) -> None:
        world.cable.refuses_dhcp = {"on": False, "off": True}[works]

    def _break(self, fault) -> None:
        self._camera.fault = None if fault == "well" else fault
