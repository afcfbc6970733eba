"""Time that passes faster than outside, under MicroPython: hours of a door within minutes of a test."""

import sys
import time as real

_MASK = 0x3FFFFFFF


class HurriedTime:
    """Stands in for the module `time`; `times` seconds pass in each one outside."""

    def __init__(self, times: int):
        for name in dir(real):
            if not name.startswith("__"):
                setattr(self, name, getattr(real, name))
        # Never behind the real clock, by which asyncio stamps what is due at once.
        start = real.ticks_ms()
        self.ticks_ms = lambda: start + real.ticks_diff(real.ticks_ms(), start) * times & _MASK
        self.sleep_ms = lambda duration: real.sleep_ms(duration // times)
        self.sleep = lambda seconds: self.sleep_ms(int(seconds * 1000))


def install(times: int) -> None:
    """Before the first import of asyncio, which takes its clock from `time`."""
    sys.modules["time"] = HurriedTime(times)
    from asyncio import core  # noqa: PLC0415  not before the clock stands in

    class Queue(core.IOQueue):
        def wait_io_event(self, duration):
            super().wait_io_event((duration + times - 1) // times if duration > 0 else duration)

    core.IOQueue = Queue
    core._io_queue = Queue()
