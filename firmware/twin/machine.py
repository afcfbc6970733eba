"""The board's `machine`, as far as the firmware uses it, wired to the virtual world.

On the module path before the built-in one, so that the same firmware files run on it unchanged. It is as strict as
the board: what is wired to other pins, clocked too fast or left without its MISO does not answer.
"""

import asyncio
import sys
import time

from alarms import Alarm
from world import FALLING, I2C_WIRES, RISING, world

PWRON_RESET, WDT_RESET = 1, 3

SOFTWARE_RESET_EXIT = 75
"""Exit status of the process when the firmware resets the board; whoever started it starts it again."""
WATCHDOG_EXIT = 76
"""Exit status when nobody fed the watchdog."""

_FASTEST_CAMERA_HZ = 8_000_000
_ENODEV = 19
_clock_hz = [150_000_000]
_date = [(2021, 1, 1, 4, 0, 0, 0, 0)]


class Pin:
    """One pin of the board, by number."""

    IN, OUT = 0, 1
    PULL_UP, PULL_DOWN = 1, 2
    IRQ_FALLING, IRQ_RISING = FALLING, RISING

    def __init__(self, number, mode=-1, pull=-1, *, value=None):
        self.number = 25 if number == "LED" else number
        self._line = world.line(self.number)
        self.init(mode, pull, value=value)

    def init(self, mode=-1, pull=-1, *, value=None):
        """Set direction, pull and level."""
        if mode == Pin.OUT and value is not None:
            self._line.drive(value)

    def value(self, *level):
        """The level, or set it."""
        if not level:
            return self._line.level
        self._line.drive(level[0])
        return None

    __call__ = value

    def on(self):
        """High."""
        self._line.drive(1)

    def off(self):
        """Low."""
        self._line.drive(0)

    def toggle(self):
        """High if low, low if high."""
        self._line.drive(not self._line.level)

    def irq(self, handler=None, trigger=IRQ_FALLING | IRQ_RISING, *, hard=False):
        """Call `handler(pin)` at these edges."""
        self._line.trigger = trigger
        self._line.interrupt = (lambda: handler(self)) if handler else None


def _numbers(*pins):
    return tuple(pin.number if pin else None for pin in pins)


class SPI:
    """A bus; what is said on it reaches the device whose chip select is low."""

    MSB, LSB = 0, 1

    def __init__(
        self, number, baudrate=1_000_000, *, polarity=0, phase=0, bits=8, firstbit=0, sck=None, mosi=None, miso=None
    ):
        wires = (number, _numbers(sck, mosi, miso))
        understood = baudrate <= _FASTEST_CAMERA_HZ and (polarity, phase, bits, firstbit) == (0, 0, 8, 0)
        self._device = world.spi_devices.get(wires) if understood else None

    def write(self, data):
        """Send bytes."""
        self.write_readinto(data, None)

    def readinto(self, into, fill=0):
        """Fill `into` while sending `fill`."""
        self.write_readinto(None, into)

    def read(self, count, fill=0):
        """Receive `count` bytes."""
        into = bytearray(count)
        self.readinto(into, fill)
        return into

    def write_readinto(self, data, into):
        """Send and receive at the same time."""
        if self._device:
            self._device.transfer(data, into)
        elif into is not None:
            for i in range(len(into)):
                into[i] = 0xFF


class I2C:
    """A bus of devices by address; an address nobody has is OSError ENODEV."""

    def __init__(self, number, *, scl=None, sda=None, freq=400_000, timeout=50_000):
        wires = (number, _numbers(scl, sda))
        self._devices = world.i2c_devices if wires == I2C_WIRES else {}

    def scan(self):
        """Addresses that answer."""
        return sorted(address for address, device in self._devices.items() if device.answers())

    def writeto(self, address, data, stop=True):
        """Send bytes to a device; returns how many it took."""
        self._device(address).write(data, stop)
        return len(data)

    def readfrom_into(self, address, into, stop=True):
        """Fill `into` from a device."""
        into[:] = self._device(address).read(len(into))

    def readfrom(self, address, count, stop=True):
        """Receive `count` bytes from a device."""
        return self._device(address).read(count)

    def writeto_mem(self, address, register, data, *, addrsize=8):
        """Send the number of a register, then its bytes."""
        self._device(address).write(bytes([register]) + bytes(data), True)

    def readfrom_mem(self, address, register, count, *, addrsize=8):
        """Send the number of a register, then, after a repeated start, read."""
        device = self._device(address)
        device.write(bytes([register]), False)
        return device.read(count)

    def _device(self, address):
        device = self._devices.get(address)
        if device is None or not device.answers():
            raise OSError(_ENODEV)
        return device


class Timer:
    """Calls a function after a while, whatever the program does meanwhile; only once is all the firmware needs."""

    ONE_SHOT = 0

    def __init__(self):
        self._alarm = self._real_time = None

    def init(self, *, mode, period, callback, hard=False):
        """Call `callback(timer)` in `period` milliseconds, instead of what was asked for before."""
        if mode != Timer.ONE_SHOT or period < 1:
            raise ValueError("the twin's timer knows ONE_SHOT, after 1 ms or more")
        self.deinit()
        self._alarm = Alarm(period, lambda: callback(self))
        self._real_time = asyncio.create_task(self._ring_after(period, self._alarm))

    def deinit(self):
        """Never mind."""
        if self._alarm:
            self._alarm.cancel()
            self._real_time.cancel()

    @staticmethod
    async def _ring_after(period, alarm):
        await asyncio.sleep_ms(period)
        alarm.ring()


class WDT:
    """The watchdog; run.py ends the process when it is not fed."""

    def __init__(self, id=0, timeout=5000):  # noqa: A002  the board's own name for it
        if not 1 <= timeout <= 8388:
            raise ValueError("the RP2040's watchdog waits 8388 ms at most")
        world.watchdog_ms = timeout
        self.feed()

    def feed(self):
        """Not yet."""
        world.watchdog_fed_at = time.ticks_ms()


class RTC:
    """The clock; nothing keeps it while the board is off."""

    def datetime(self, *when):
        """The time that was set, or set it (year, month, day, weekday, hours, minutes, seconds, 0)."""
        if not when:
            return _date[0]
        _date[0] = when[0]
        return None


def freq(*hz):
    """The processor's clock in Hz, or set it."""
    if not hz:
        return _clock_hz[0]
    _clock_hz[0] = hz[0]
    return None


def unique_id():
    """The flash chip's number."""
    return world.unique_id


def reset_cause():
    """Why the board started."""
    return world.reset_cause


def reset():
    """Start again."""
    sys.exit(SOFTWARE_RESET_EXIT)


soft_reset = reset
