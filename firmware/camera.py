"""The camera as the door uses it: pictures in pieces, never a whole one in memory.

    camera = Camera(ArduChip(board.camera_bus(), board.camera_select()), OV2640(board.i2c()))
    await camera.start()
    picture = camera.capture(bytearray(1024))
    length = await picture.length()       # only if it must be known first: reads the picture once more
    async for piece in picture:           # memoryviews into the buffer, good until the next piece
        writer.write(piece)
        await writer.drain()

Everything that can go wrong is a CameraError in words. After one, the next picture begins with a fresh start
of the camera (after a picture without an end: only if it was the second in a row).
"""

import asyncio
import time

from micropython import const
from ov2640 import SIZES

_CAPTURE_MS = const(3000)
_RESET_MS = const(100)
_STUCK_LENGTH = const(8)
_LONGEST = const(0x7FFFFF)
_SETTLE_MS = const(6000)
_ABANDONED_MS = const(5000)
_DARK, _BRIGHT = const(35), const(90)

_START = b"\xff\xd8"
_END = b"\xff\xd9"


class CameraError(Exception):
    """What is wrong with the camera or its picture, in words for the owner."""


class Camera:
    """Takes pictures, watches the light and starts the camera again after a fault.

    `taken` and `broken` count pictures since the start; `fault` says what was wrong last, or is None while all is well;
    `light` is the mean brightness that was measured last, 0-255, or None.
    """

    def __init__(self, chip, sensor, *, size="SVGA", quality=12, mirror=False, flip=False):
        self.taken = 0
        self.broken = 0
        self.fault: str = None
        self.night = False
        self.light = None
        self._chip = chip
        self._sensor = sensor
        self._size = size
        self._quality = quality
        self._mirror = mirror
        self._flip = flip
        self._healthy = False
        self._started_at = time.ticks_ms()
        self._one_at_a_time = asyncio.Lock()
        self._current: Capture = None

    async def start(self) -> None:
        """Reset and set up chip and sensor (half a second). Raises CameraError when one of them does not answer."""
        async with self._one_at_a_time:
            await self._start()

    async def configure(self, size=None, quality=None, mirror=None, flip=None) -> None:
        """Change how pictures look; what is None stays. Never on a press: exposure needs seconds to settle again.

        `size` is a key of ov2640.SIZES (else ValueError), `quality` 4 (best) to 40.
        """
        if size is not None and size not in SIZES:
            raise ValueError(f"no such size: {size}")
        async with self._one_at_a_time:
            self._size = self._size if size is None else size
            self._quality = self._quality if quality is None else quality
            self._mirror = self._mirror if mirror is None else mirror
            self._flip = self._flip if flip is None else flip
            self._current = None
            if self._healthy:
                self._guarded(self._set_look)

    def capture(self, buffer: bytearray) -> "Capture":
        """A new picture, to be iterated over in pieces of at most `len(buffer)` bytes. Ends the one before it."""
        self._current = Capture(self, self._chip, buffer)
        return self._current

    async def throw_away(self) -> None:
        """Take a picture for nobody, so that exposure keeps up with the day; then fit the sensor to the light.

        Does nothing while somebody is reading a picture. Raises CameraError.
        """
        if self._current is not None and self._current.is_being_read():
            return
        self._current = None
        await self._expose()
        self._guarded(self._fit_to_light)

    async def _start(self) -> None:
        self._healthy = False
        try:
            await self._chip.reset()
            self._require_answer()
            self._require(self._sensor.is_there(), "the camera's sensor is not an OV2640")
            self._sensor.reset()
            await asyncio.sleep_ms(_RESET_MS)
            self._sensor.load_jpeg()
            self._set_look()
        except OSError:
            raise self._failed("the camera's sensor does not answer: check its cable (I2C)")
        self._healthy = True
        self.fault = None

    def _set_look(self) -> None:
        self._sensor.set_size(self._size)
        self._sensor.set_quality(self._quality)
        self._sensor.set_orientation(self._mirror, self._flip)
        self._sensor.set_night(self.night)
        self._started_at = time.ticks_ms()

    def _fit_to_light(self) -> None:
        if time.ticks_diff(time.ticks_ms(), self._started_at) < _SETTLE_MS:
            return
        self.light = self._sensor.brightness()
        night = self._is_night(self.light)
        if night != self.night:
            self.night = night
            self._sensor.set_night(night)
            self._started_at = time.ticks_ms()

    def _is_night(self, brightness: int) -> bool:
        if not self.night:
            return brightness < _DARK
        # What the night's long exposures make bright is not yet day. Without gain on top of them, the day's own
        # gain (eight times) can do what they did (eight times).
        return brightness <= _BRIGHT or self._sensor.is_amplifying()

    async def _expose(self) -> int:
        """Take a picture into the FIFO; returns the bytes in there."""
        async with self._one_at_a_time:
            if not self._healthy:
                await self._start()
            # A cable that came off reads as all ones, which would pass for a picture that is ready.
            self._require_answer()
            self._chip.start_capture()
            self._require(await self._chip.captured(_CAPTURE_MS), "the camera took no picture within three seconds")
            length = self._chip.fifo_length()
            self._require(length != _STUCK_LENGTH, "the camera delivers empty pictures")
            self._require(0 < length < _LONGEST, "the camera reports a picture of impossible length")
            return length

    def _require_answer(self) -> None:
        self._require(self._chip.answers(), "the camera does not answer: check its cable (SPI)")

    def _require(self, good: bool, words: str) -> None:
        if not good:
            raise self._failed(words)

    def _guarded(self, action) -> None:
        try:
            action()
        except OSError:
            raise self._failed("the camera's sensor does not answer: check its cable (I2C)")

    def _failed(self, words: str) -> CameraError:
        self._healthy = False
        self.fault = words
        return CameraError(words)

    def _spoilt(self, words: str, start_again: bool) -> CameraError:
        self.broken += 1
        if start_again:
            return self._failed(words)
        self.fault = words
        return CameraError(words)


class Capture:
    """One picture, read piece by piece from the camera's FIFO."""

    def __init__(self, camera: Camera, chip, buffer: bytearray):
        self._camera = camera
        self._chip = chip
        self._buffer = buffer
        self._view = memoryview(buffer)
        self._fifo_length: int = None
        self._length: int = None
        self._read_at = time.ticks_ms()
        self._finished = False
        self._rewind()

    async def length(self) -> int:
        """Bytes of the picture from FF D8 to FF D9. Reads all of it once, so a broken one is found before it is sent.

        Raises CameraError.
        """
        if self._length is None:
            length = 0
            async for piece in self:
                length += len(piece)
                await asyncio.sleep_ms(0)
            self._length = length
        return self._length

    def __aiter__(self):
        """From its beginning, each time: the camera keeps the picture until the next one."""
        self._finished = False
        self._rewind()
        return self

    async def __anext__(self) -> memoryview:
        if self._finished:
            raise StopAsyncIteration
        if self._fifo_length is None:
            await self._expose()
        if self._camera._current is not self:
            raise CameraError("the camera was needed for something else before this picture was read")
        return self._next_piece()

    def is_being_read(self) -> bool:
        """Has somebody begun to read this picture, not finished it, and not gone away either?"""
        idle_ms = time.ticks_diff(time.ticks_ms(), self._read_at)
        return not self._finished and idle_ms < _ABANDONED_MS

    async def _expose(self) -> None:
        try:
            self._fifo_length = await self._camera._expose()
        except CameraError:
            self._finished = True
            self._camera.broken += 1
            raise
        self._camera.taken += 1

    def _rewind(self) -> None:
        self._position = 0
        self._ends_in_ff = False

    def _next_piece(self) -> memoryview:
        size = min(len(self._buffer), self._fifo_length - self._position)
        if size <= 0:
            # Bad wiring does this now and then; a new start would cost seconds of exposure, so only if it did twice.
            raise self._spoilt("the picture has no end", self._camera.fault is not None)
        if self._position == 0:
            self._chip.rewind()
        self._chip.read_into(self._view[:size])
        self._read_at = time.ticks_ms()
        start = self._start_of_picture() if self._position == 0 else 0
        end = self._end_of_picture(start, size)
        self._position += size
        if self._finished:
            self._camera.fault = None
        return self._view[start:end]

    def _start_of_picture(self) -> int:
        # Some boards put one zero before the picture.
        start = 1 if self._buffer[0] == 0 else 0
        if self._view[start : start + 2] != _START:
            raise self._spoilt("the picture has no beginning", True)
        return start

    def _end_of_picture(self, start: int, size: int) -> int:
        """Where in the buffer the picture ends; remembers it, also when FF D9 lies across the border of two pieces."""
        if self._ends_in_ff and self._buffer[0] == _END[1]:
            self._finished = True
            return 1
        found = self._buffer.find(_END, start, size)
        self._ends_in_ff = self._buffer[size - 1] == _END[0]
        self._finished = found >= 0
        return found + 2 if self._finished else size

    def _spoilt(self, words: str, start_again: bool) -> CameraError:
        self._finished = True
        return self._camera._spoilt(words, start_again)
