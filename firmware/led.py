"""The status light: patterns that a person at the door can read.

| light                    | says                                                    |
|--------------------------|---------------------------------------------------------|
| one short flash in 3 s   | all is well, waiting for a press                        |
| on                       | somebody rang; picture under way                        |
| quick flicker            | starting                                                |
| 2 flashes, pause         | no network: cable or address                            |
| 3 flashes, pause         | the station does not answer                             |
| 4 flashes, pause         | the camera does not work; rings are still delivered     |
| 5 flashes, pause         | this door was never set up (no key)                     |
"""

import asyncio

from micropython import const

WELL = ((60, 2940),)
RINGING = ((1000, 0),)
STARTING = ((80, 80),)

_FLASH_MS, _GAP_MS, _PAUSE_MS = const(200), const(250), const(1500)


def flashes(count: int) -> tuple:
    """The pattern of `count` flashes and a pause: pairs of light and dark in milliseconds."""
    return ((_FLASH_MS, _GAP_MS),) * (count - 1) + ((_FLASH_MS, _PAUSE_MS),)


NO_NETWORK = flashes(2)
NO_STATION = flashes(3)
NO_CAMERA = flashes(4)
NOT_SET_UP = flashes(5)


class StatusLight:
    """Shows one pattern over and over, until another is asked for."""

    def __init__(self, pin):
        self.showing = STARTING
        self._pin = pin
        self._changed = asyncio.Event()

    def show(self, pattern: tuple) -> None:
        """Show this pattern from now on."""
        if pattern != self.showing:
            self.showing = pattern
            self._changed.set()

    async def run(self) -> None:
        """Drive the light for ever; runs as a task of its own."""
        while True:
            self._changed.clear()
            pattern = self.showing
            for on_ms, off_ms in pattern:
                if await self._hold(1, on_ms) or await self._hold(0, off_ms):
                    break

    async def _hold(self, level: int, duration_ms: int) -> bool:
        """Keep the light so; True if another pattern was asked for meanwhile."""
        if duration_ms == 0:
            return self._changed.is_set()
        self._pin(level)
        try:
            await asyncio.wait_for_ms(self._changed.wait(), duration_ms)
        except asyncio.TimeoutError:
            return False
        return True
