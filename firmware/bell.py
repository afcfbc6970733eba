"""The bell: a button that bounces, and a buzzer that answers at once.

The pin's interrupt may come in the middle of a send to the Ethernet chip, so it only sets a flag; everything else
happens in the task `watch`.
"""

import asyncio
import time

from micropython import const

DEBOUNCE_MS = const(35)
LEAST_INTERVAL_MS = const(3000)

DING_DONG = ((250, 120), (450, 0))
"""Heard at a press: pairs of sound and silence in milliseconds."""

CHIME = ((80, 80), (80, 80), (80, 0))
"""Heard when the house answers."""

_PRESSED, _RELEASED = const(0), const(1)


class Bell:
    """Counts presses: one for each time the button goes down and comes up again, at most one in three seconds.

    `presses` is their number since the start.
    """

    def __init__(self, button, buzzer):
        self.presses = 0
        self._button = button
        self._buzzer = buzzer
        self._edge = asyncio.ThreadSafeFlag()
        self._pressed = asyncio.Event()
        self._last_press = None
        self._sounding = asyncio.Lock()
        button.irq(self._on_edge, button.IRQ_FALLING | button.IRQ_RISING)

    async def watch(self) -> None:
        """Watch the button for ever; runs as a task of its own, so that no press is missed while one is handled."""
        answer = None
        while True:
            await self._steady(_RELEASED)
            await self._steady(_PRESSED)
            if self._is_soon_after_the_last():
                continue
            self._last_press = time.ticks_ms()
            self.presses += 1
            self._pressed.set()
            if answer is None or answer.done():
                answer = asyncio.create_task(self.sound())

    async def pressed(self) -> int:
        """Wait for the next press; returns its number. One that came since the last call is returned at once."""
        await self._pressed.wait()
        self._pressed.clear()
        return self.presses

    async def sound(self, pattern=DING_DONG) -> None:
        """Let the buzzer sound: pairs of sound and silence in milliseconds."""
        async with self._sounding:
            try:
                for sound_ms, silence_ms in pattern:
                    self._buzzer(1)
                    await asyncio.sleep_ms(sound_ms)
                    self._buzzer(0)
                    await asyncio.sleep_ms(silence_ms)
            finally:
                self._buzzer(0)

    def _on_edge(self, _pin) -> None:
        self._edge.set()

    async def _steady(self, level: int) -> None:
        """Wait until the button has been at `level` for as long as its contacts may bounce."""
        while True:
            if self._button() != level:
                await self._edge.wait()
            elif await self._is_quiet():
                return

    async def _is_quiet(self) -> bool:
        try:
            await asyncio.wait_for_ms(self._edge.wait(), DEBOUNCE_MS)
        except asyncio.TimeoutError:
            return True
        return False

    def _is_soon_after_the_last(self) -> bool:
        if self._last_press is None:
            return False
        return time.ticks_diff(time.ticks_ms(), self._last_press) < LEAST_INTERVAL_MS
