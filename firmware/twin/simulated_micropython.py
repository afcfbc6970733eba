"""Simulated time under MicroPython: a `time` of our own, and an event loop that moves it on instead of waiting."""

import sys
import time as real

import alarms


class SimulatedTime:
    """Stands in for the module `time`."""

    def __init__(self):
        for name in dir(real):
            if not name.startswith("__"):
                setattr(self, name, getattr(real, name))
        self.now = 1000
        self.ticks_ms = lambda: self.now & 0x3FFFFFFF
        self.ticks_us = lambda: self.now * 1000 & 0x3FFFFFFF
        self.sleep_ms = self.pass_ms
        self.sleep = lambda seconds: self.pass_ms(int(seconds * 1000))

    def pass_ms(self, duration: int) -> None:
        """Let time pass."""
        alarms.pass_ms(max(0, duration), self._move)

    def _move(self, duration: int) -> None:
        self.now += duration


def install() -> None:
    """Before the first import of asyncio, which takes its clock from `time`."""
    clock = SimulatedTime()
    sys.modules["time"] = clock
    from asyncio import core  # noqa: PLC0415  not before the clock stands in

    class Queue(core.IOQueue):
        def wait_io_event(self, duration):
            super().wait_io_event(min(duration, 0))
            if duration > 0 and not is_due(core._task_queue.peek()):
                clock.pass_ms(duration)

    def is_due(task) -> bool:
        return task is not None and real.ticks_diff(task.ph_key, clock.ticks_ms()) <= 0

    core.IOQueue = Queue
    core._io_queue = Queue()
