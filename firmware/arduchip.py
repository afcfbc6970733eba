"""ArduChip: the CPLD of the ArduCAM Mini. It keeps one picture in a FIFO and hands it out over SPI."""

import asyncio
import time

from micropython import const

_TEST, _TIMING, _FIFO_CONTROL, _RESET = const(0x00), const(0x03), const(0x04), const(0x07)
_BURST, _STATUS, _LENGTH = const(0x3C), const(0x41), const(0x42)
_WRITE = const(0x80)

_CLEAR_DONE, _START, _REWIND = const(0x01), const(0x02), const(0x10)
_DONE = const(0x08)

_RESET_MS = const(100)
_POLL_MS = const(5)
_LENGTH_MASK = const(0x7FFFFF)


class ArduChip:
    """Register access to the chip; knows nothing of JPEG or of the sensor behind it."""

    def __init__(self, spi, select):
        self._spi = spi
        self._select = select
        self._command = bytearray(2)
        self._answer = bytearray(2)

    def read(self, register: int) -> int:
        """The value of one register, 0-255."""
        return self._exchange(register, 0)

    def write(self, register: int, value: int) -> None:
        """Set one register."""
        self._exchange(register | _WRITE, value)

    def answers(self) -> bool:
        """Does the test register give back what was written into it?"""
        return self._echoes(0x55) and self._echoes(0xAA)

    async def reset(self) -> None:
        """Reset the chip; takes 200 ms."""
        self._select(1)
        self.write(_RESET, 0x80)
        await asyncio.sleep_ms(_RESET_MS)
        self.write(_RESET, 0x00)
        await asyncio.sleep_ms(_RESET_MS)
        self.write(_TIMING, 0x00)

    def start_capture(self) -> None:
        """Let the next full picture of the sensor into the FIFO."""
        self.write(_FIFO_CONTROL, _CLEAR_DONE)
        self.write(_FIFO_CONTROL, _START)

    async def captured(self, timeout_ms: int) -> bool:
        """Wait until the picture is in the FIFO; False if it is not after `timeout_ms`."""
        deadline = time.ticks_add(time.ticks_ms(), timeout_ms)
        while not self.read(_STATUS) & _DONE:
            if time.ticks_diff(deadline, time.ticks_ms()) <= 0:
                return False
            await asyncio.sleep_ms(_POLL_MS)
        return True

    def fifo_length(self) -> int:
        """Bytes in the FIFO, counting the padding behind the picture."""
        low, middle, high = (self.read(_LENGTH + i) for i in range(3))
        return (low | middle << 8 | high << 16) & _LENGTH_MASK

    def rewind(self) -> None:
        """Let the next `read_into` begin with the first byte of the picture."""
        self.write(_FIFO_CONTROL, _REWIND)

    def read_into(self, piece: memoryview) -> None:
        """Fill `piece` with the next bytes of the FIFO."""
        self._command[0] = _BURST
        self._select(0)
        try:
            self._spi.write(memoryview(self._command)[:1])
            self._spi.readinto(piece)
        finally:
            self._select(1)

    def _echoes(self, value: int) -> bool:
        self.write(_TEST, value)
        return self.read(_TEST) == value

    def _exchange(self, address: int, value: int) -> int:
        self._command[0] = address
        self._command[1] = value
        self._select(0)
        try:
            self._spi.write_readinto(self._command, self._answer)
        finally:
            self._select(1)
        return self._answer[1]
