"""The names of MicroPython that CPython lacks, put into CPython's own modules."""

import asyncio
import gc
import selectors
import sys
import time
import types

import alarms

_TICKS = 1 << 30


class ThreadSafeFlag:
    """A flag that one task waits for; waiting clears it."""

    def __init__(self):
        self._event = asyncio.Event()
        self.set = self._event.set
        self.clear = self._event.clear

    async def wait(self):
        """Until it is set."""
        await self._event.wait()
        self._event.clear()


class SimulatedSelector(selectors.DefaultSelector):
    """Moves the clock on instead of waiting."""

    now_s = 1.0

    def select(self, timeout=None):
        """What is ready now; if nothing is, time passes. Without a timeout only the outside can help: wait for it."""
        ready = super().select(None if timeout is None else 0)
        if not ready and timeout:
            SimulatedSelector.pass_s(timeout)
        return ready

    @staticmethod
    def pass_s(duration):
        """Let time pass."""
        alarms.pass_ms(duration * 1000, SimulatedSelector._move)

    @staticmethod
    def _move(duration_ms):
        SimulatedSelector.now_s += duration_ms / 1000


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is the selector's."""

    def __init__(self):
        super().__init__(SimulatedSelector())

    def time(self):
        """Seconds, simulated."""
        return SimulatedSelector.now_s


class FrameBuffer:
    """Pixels in a buffer. The letters are made up: each looks like nothing but itself, which is all a reader needs."""

    def __init__(self, buffer, width, height, format):  # noqa: A002  MicroPython's own name for it
        self._buffer, self._width, self._height = buffer, width, height

    def pixel(self, x, y, *colour):
        """The pixel, or set it."""
        if not (0 <= x < self._width and 0 <= y < self._height):
            return None
        at, bit = x + y // 8 * self._width, 1 << y % 8
        if not colour:
            return int(bool(self._buffer[at] & bit))
        self._buffer[at] = self._buffer[at] | bit if colour[0] else self._buffer[at] & ~bit
        return None

    def fill(self, colour):
        """All pixels."""
        for at in range(len(self._buffer)):
            self._buffer[at] = 0xFF if colour else 0

    def text(self, text, x, y, colour=1):
        """Draw letters of 8x8 pixels to the right of (x, y) and below it."""
        for i, letter in enumerate(text):
            for column, pixels in enumerate(_glyph(letter)):
                for row in range(8):
                    if pixels >> row & 1:
                        self.pixel(x + 8 * i + column, y + row, colour)


def _glyph(letter):
    code = ord(letter) if 32 <= ord(letter) < 127 else 127
    return (0, code, ~code & 0xFF, code) if code > 32 else ()


def install(simulated_time: bool) -> None:
    """See compat.install."""
    _add_clock(simulated_time)
    _add_asyncio_names(simulated_time)
    sys.modules["micropython"] = _micropython()
    sys.modules["framebuf"] = _framebuf()
    gc.mem_free, gc.mem_alloc = (lambda: 150_000), (lambda: 0)
    sys.print_exception = lambda error, file=sys.stderr: sys.excepthook(type(error), error, error.__traceback__)


def _add_clock(simulated: bool) -> None:
    def now_s():
        return SimulatedSelector.now_s if simulated else time.monotonic()

    def sleep_ms(duration):
        if simulated:
            SimulatedSelector.pass_s(duration / 1000)
        else:
            time.sleep(duration / 1000)

    time.ticks_ms = lambda: round(now_s() * 1000) % _TICKS
    time.ticks_us = lambda: round(now_s() * 1_000_000) % _TICKS
    time.ticks_add = lambda ticks, delta: (ticks + delta) % _TICKS
    time.ticks_diff = lambda a, b: (a - b + _TICKS // 2) % _TICKS - _TICKS // 2
    time.sleep_ms = sleep_ms


def _add_asyncio_names(simulated: bool) -> None:
    asyncio.ThreadSafeFlag = ThreadSafeFlag
    asyncio.sleep_ms = lambda duration: asyncio.sleep(duration / 1000)
    asyncio.wait_for_ms = lambda awaitable, timeout: asyncio.wait_for(awaitable, timeout / 1000)
    if simulated:
        asyncio.run = _run_simulated


def _run_simulated(main):
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(main)


def _micropython():
    module = types.ModuleType("micropython")
    module.const = lambda value: value
    module.native = module.viper = lambda function: function
    module.alloc_emergency_exception_buf = lambda _size: None
    module.schedule = lambda function, argument: function(argument)
    module.mem_info = lambda *_: None
    return module


def _framebuf():
    module = types.ModuleType("framebuf")
    module.FrameBuffer, module.MONO_VLSB = FrameBuffer, 0
    return module
