"""The camera's day: pictures of whoever rang, pictures that the house asks for, and an eye on the light in between.

One thing at a time, the newest ring first; nothing that is old by now is ever sent.
"""

import asyncio

from camera import CameraError
from clock import since_ms, ticks_ms
from station import GaveWay, Refused, TryLater

PICTURES = 3
"""Of each ring."""
PICTURE_EVERY_MS = 700
"""The second and the third picture come within two seconds of the press."""
LIGHT_EVERY_S = 30
"""How often the camera looks for nobody, so that the next picture is not its first in this light."""
PIECE_BYTES = 2048
LONGEST_S = 90
"""For one picture, with all that may be tried again; then the watchdog may say that the camera is stuck."""


class Lookout:
    """Takes and sends the pictures. `busy` tells whether somebody rang who is being photographed.

    `dog` is the watchdog, which knows this task as "camera"; `say` prints a line for whoever watches the console.
    """

    def __init__(self, camera, station, dog, say=print):
        self.busy = False
        self._camera = camera
        self._station = station
        self._dog = dog
        self._say = say
        self._buffer = bytearray(PIECE_BYTES)
        self._wanted = asyncio.Event()
        self._ring = None
        self._look = False
        self._changes = {}

    def ring(self, seq: int) -> None:
        """Somebody rang; `seq` is the number by which the station knows it."""
        self._ring = seq
        self.busy = True
        self._wanted.set()

    def look(self) -> None:
        """The house wants a picture now."""
        self._look = True
        self._wanted.set()

    def change(self, changes: dict) -> None:
        """Other settings of the picture from now on: arguments of Camera.configure."""
        self._changes.update(changes)
        self._wanted.set()

    async def run(self) -> None:
        """Watch for ever."""
        while True:
            await self._dog.during("camera", self._next(), LONGEST_S)
            await self._dog.during("camera", self._until_wanted())

    async def _next(self) -> None:
        if self._changes:
            await self._change()
        elif self._ring is not None:
            await self._photograph()
        elif self._look:
            self._look = False
            await self._send(None)
        else:
            await self._get_used_to_the_light()

    async def _until_wanted(self) -> None:
        if not (self._changes or self._look or self._ring is not None):
            try:
                await asyncio.wait_for(self._wanted.wait(), LIGHT_EVERY_S)
            except asyncio.TimeoutError:
                pass  # time to look at the light
        self._wanted.clear()

    async def _change(self) -> None:
        changes, self._changes = self._changes, {}
        await self._camera.configure(**changes)

    async def _photograph(self) -> None:
        """The pictures of a ring; somebody who rings meanwhile gets the next ones."""
        seq, self._ring = self._ring, None
        for _ in range(PICTURES):
            began = ticks_ms()
            if self._ring is not None or not await self._send(seq):
                break
            await asyncio.sleep_ms(max(0, PICTURE_EVERY_MS - since_ms(began)))
        self.busy = self._ring is not None

    async def _send(self, ring) -> bool:
        """Take a picture and send it; says whether there is any point in another one."""
        for _ in range(2):  # on bad wiring one picture in five is broken, and the next one good
            picture = self._camera.capture(self._buffer)
            try:
                await self._station.snapshot(ring, await picture.length(), picture)
            except CameraError as error:
                self._say("camera:", error)
            except GaveWay:
                return False
            except (Refused, TryLater) as error:
                self._say("picture: not sent:", error)
                return False
            else:
                return True
        return False

    async def _get_used_to_the_light(self) -> None:
        try:
            await self._camera.throw_away()
        except CameraError as error:
            self._say("camera:", error)
