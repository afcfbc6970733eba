"""A model of the ArduCAM Mini 2MP Plus at the level of its registers: ArduChip (CPLD and FIFO) and OV2640.

It knows the camera only from its buses. Pictures come from a scene (scene.py), re-encoded to what the registers
ask for, and are read from a file, so that a picture is never in memory on MicroPython either.

Faults on demand (`camera.fault`):

| fault     | what the camera does                                                               |
|-----------|------------------------------------------------------------------------------------|
| "dead"    | no answer on SPI nor I2C                                                           |
| "blind"   | the chip answers, the sensor does not                                              |
| "garbage" | the FIFO holds noise                                                               |
| "stuck"   | the FIFO's length stays at 8, as with the wrong VSYNC polarity                     |
| "endless" | the FIFO's length reads as all ones                                                |
| "hung"    | a capture never ends, until the chip is reset: then the fault is gone              |
| "frozen"  | a capture never ends, reset or not                                                 |
| "flaky"   | one picture in five breaks off before its end                                      |
| None      | well                                                                               |
"""

import time

FAULTS = ("dead", "blind", "garbage", "stuck", "endless", "hung", "frozen", "flaky")

_TEST, _TIMING, _FIFO_CONTROL, _RESET = 0x00, 0x03, 0x04, 0x07
_BURST, _SINGLE, _VERSION, _STATUS, _LENGTH = 0x3C, 0x3D, 0x40, 0x41, 0x42
_CPLD_RESET, _SETTLE_MS = 0x80, 100
_FRAME_MS = {True: 67, False: 133}
"""Time of a frame by 'is the sensor read at 800x600': 15 and 7.5 pictures a second."""
_SENSOR_ID = {0x0A: 0x26, 0x0B: 0x42, 0x1C: 0x7F, 0x1D: 0xA2}
_PADDING = 1024
_ENODEV = 19


class OV2640Model:
    """The sensor: two banks of registers on the I2C bus."""

    ADDRESS = 0x30
    _BANK, _SENSOR = 0xFF, 1

    def __init__(self):
        self.light = 1.0
        """Light of the scene: 0 is night without a lamp, 1 is day."""
        self.silent = False
        self._reset()

    def answers(self) -> bool:
        """Does it acknowledge its address?"""
        return not self.silent

    def write(self, data, stop: bool) -> None:
        """One byte chooses a register, a second one sets it; a repeated start is beyond SCCB."""
        self._pointer = data[0] if stop else None
        if len(data) > 1:
            self._set(data[0], data[1])

    def read(self, count: int) -> bytes:
        """The chosen register, over and over: SCCB does not count up."""
        if self._pointer is None:
            raise OSError(_ENODEV)
        return bytes([self._get(self._pointer)] * count)

    @property
    def size(self) -> tuple:
        """Width and height the registers ask for, in pixels."""
        dsp, high = self._banks[0], self._banks[0][0x5C]
        return ((dsp[0x5A] | (high & 3) << 8) * 4, (dsp[0x5B] | (high >> 2 & 1) << 8) * 4)

    @property
    def quantiser(self) -> int:
        """How much is thrown away: 4 is best, 40 worst."""
        return self._banks[0][0x44]

    @property
    def mirror(self) -> bool:
        """Left and right exchanged?"""
        return bool(self._banks[1][0x04] & 0x80)

    @property
    def flip(self) -> bool:
        """Top and bottom exchanged?"""
        return bool(self._banks[1][0x04] & 0x40)

    @property
    def delivers_jpeg(self) -> bool:
        """Is the encoder on, out of reset, and is the sensor read at a size that the picture fits into?"""
        dsp, width = self._banks[0], self.size[0]
        fits = 0 < width <= (800 if self._reads_svga else 1600)
        return bool(dsp[0xDA] & 0x10) and dsp[0xE0] == 0 and fits

    @property
    def exposure(self) -> float:
        """How bright the picture is, 0 to 1: the light, what long exposure and gain make of it, and not at once."""
        settled = min(1.0, time.ticks_diff(time.ticks_ms(), self._changed_at) / 1500)
        return min(1.0, self.light * self.longer * self.gain) * max(0.2, settled)

    @property
    def longer(self) -> float:
        """By how much the exposure is drawn out beyond a frame, because it is dark and COM1 allows it."""
        return min(self._needed, (1, 2, 4, 8)[self._banks[1][0x03] >> 6])

    @property
    def gain(self) -> float:
        """Amplification for what is still missing, up to the ceiling in COM9."""
        return min(self._needed / self.longer, 2 ** ((self._banks[1][0x14] >> 5) + 1))

    @property
    def frame_ms(self) -> float:
        """Time one picture takes, the long exposures of the dark included."""
        return _FRAME_MS[self._reads_svga] * self.longer

    @property
    def _needed(self) -> float:
        return 1 / max(self.light, 0.001)

    @property
    def _reads_svga(self) -> bool:
        return bool(self._banks[1][0x12] & 0x40)

    def _gain_register(self) -> int:
        """GAIN: each of the upper four bits doubles, the lower four are sixteenths."""
        gain, bits = self.gain, 0
        for bit in (0x10, 0x20, 0x40, 0x80):
            if gain >= 2:
                gain /= 2
                bits |= bit
        return bits | min(15, int((gain - 1) * 16))

    def _get(self, register: int) -> int:
        if self._bank == self._SENSOR:
            if register in _SENSOR_ID:
                return _SENSOR_ID[register]
            if register == 0x00:
                return self._gain_register()
            if register == 0x2F:
                return int(120 * self.exposure)
        return self._banks[self._bank][register]

    def _set(self, register: int, value: int) -> None:
        if register == self._BANK:
            self._bank = value & 1
        elif self._bank == self._SENSOR and register == 0x12 and value & 0x80:
            self._reset()
        elif not self._is_busy():
            if register in (0x12, 0x5A, 0x5B):
                self._changed_at = time.ticks_ms()
            self._banks[self._bank][register] = value

    def _is_busy(self) -> bool:
        return self._reset_at is not None and time.ticks_diff(time.ticks_ms(), self._reset_at) < _SETTLE_MS

    def _reset(self) -> None:
        self._banks = (bytearray(256), bytearray(256))
        self._banks[1][0x04], self._banks[1][0x14] = 0x20, 0x40
        self._bank, self._pointer = 0, 0
        self._changed_at = self._reset_at = time.ticks_ms()


class Fifo:
    """The 8 MB of frame memory: one picture, its padding, and a read pointer."""

    def __init__(self):
        self.clear()

    def clear(self) -> None:
        """Empty it, pointer at the beginning."""
        self._file, self._picture_length, self.length, self.position = None, 0, 0, 0
        self._lead = 0
        self._noisy = False

    def fill(self, file, length: int, lead: int = 0, noisy: bool = False) -> None:
        """Take `length` bytes of an open picture after `lead` zeros; the pointer stays where it was."""
        self.close()
        self._file, self._lead, self._noisy = file, lead, noisy
        self._picture_length = length
        self.length = (length + lead + _PADDING) // 8 * 8

    def close(self) -> None:
        """Let go of the picture."""
        if self._file:
            self._file.close()
        self._file = None

    def readinto(self, into) -> None:
        """The bytes at the pointer: zeros before and behind the picture."""
        into = memoryview(into)
        count = len(into)
        begin = min(max(self._lead - self.position, 0), count)
        at = self.position + begin - self._lead
        end = begin + min(count - begin, max(self._picture_length - at, 0))
        self._zero(into, 0, begin)
        if end > begin:
            self._file.seek(at)
            self._file.readinto(into[begin:end])
        self._zero(into, end, count)
        if self._noisy:
            for i in range(count):
                into[i] = (into[i] ^ 0x5A) * 7 & 0xFF
        self.position += count

    @staticmethod
    def _zero(into, start: int, stop: int) -> None:
        for i in range(start, stop):
            into[i] = 0


class ArduCamModel:
    """The board of the camera: its chip on SPI, its sensor (`.sensor`) on I2C.

    `scene` gives pictures; `captures` counts them; `lead` zeros come before each, as on some boards.
    """

    def __init__(self, scene):
        self.scene = scene
        self.sensor = OV2640Model()
        self.captures = 0
        self.lead = 0
        self._fault = None
        self._fifo = Fifo()
        self._held_in_reset = False
        self._awake_at = None
        self._command = None
        self._selected = False
        self._clear_registers()

    @property
    def fault(self):
        """What is broken; one of FAULTS, or None."""
        return self._fault

    @fault.setter
    def fault(self, fault) -> None:
        if fault is not None and fault not in FAULTS:
            raise ValueError(f"no such fault: {fault}")
        self._fault = fault
        self.sensor.silent = fault in ("dead", "blind")

    def select(self, level: int) -> None:
        """Chip select: a command lasts as long as it is low."""
        self._selected = level == 0
        self._command = None

    def transfer(self, data, into) -> None:
        """Bytes on SPI, both ways at once; `data` None sends zeros, `into` None forgets what comes."""
        if not self._selected or self._fault == "dead":
            return self._silence(into)
        count = len(into if data is None else data)
        start = 0
        if self._command is None and count:
            self._command = data[0] if data is not None else 0
            start = 1
            if into is not None:
                into[0] = 0
        if start == count:
            return None
        if self._command in (_BURST, _SINGLE):
            return self._burst(into, start)
        return self._registers(data, into, start, count)

    def _burst(self, into, start: int) -> None:
        if into is None:
            return
        stop = start + 1 if self._command == _SINGLE else len(into)
        self._fifo.readinto(memoryview(into)[start:stop])

    def _registers(self, data, into, start: int, count: int) -> None:
        for i in range(start, count):
            if self._command & 0x80:
                self._set(self._command & 0x7F, data[i] if data is not None else 0)
            elif into is not None:
                into[i] = self._get(self._command)

    @staticmethod
    def _silence(into) -> None:
        if into is not None:
            for i in range(len(into)):
                into[i] = 0xFF

    def _get(self, register: int) -> int:
        if not self._is_awake():
            return 0
        if register == _STATUS:
            return 0x08 if self._is_done() else 0
        if _LENGTH <= register <= _LENGTH + 2:
            return self._reported_length() >> 8 * (register - _LENGTH) & 0xFF
        return self._register_values.get(register, 0)

    def _set(self, register: int, value: int) -> None:
        if register == _RESET:
            self._reset(bool(value & _CPLD_RESET))
        elif self._is_awake():
            if register == _FIFO_CONTROL:
                self._control_fifo(value)
            elif register < _BURST:
                self._register_values[register] = value

    def _reset(self, hold: bool) -> None:
        if self._held_in_reset and not hold:
            self._awake_at = time.ticks_ms() + _SETTLE_MS
        self._held_in_reset = hold
        self._clear_registers()
        if self._fault == "hung":
            self.fault = None

    def _clear_registers(self) -> None:
        self._register_values = {_VERSION: 0x73}
        self._done_at = None
        self._fifo.close()
        self._fifo.clear()

    def _is_awake(self) -> bool:
        if self._held_in_reset:
            return False
        return self._awake_at is None or time.ticks_diff(time.ticks_ms(), self._awake_at) >= 0

    def _is_done(self) -> bool:
        if self._done_at is None or self._fault in ("hung", "frozen"):
            return False
        return time.ticks_diff(time.ticks_ms(), self._done_at) >= 0

    def _reported_length(self) -> int:
        if self._fault == "stuck":
            return 8
        if self._fault == "endless":
            return 0xFFFFFF
        return self._fifo.length if self._is_done() else 0

    def _control_fifo(self, value: int) -> None:
        if value & 0x01:
            self._done_at = None
        if value & 0x10:
            self._fifo.position = 0
        if value & 0x20:
            self._fifo.clear()
        if value & 0x02 and self._done_at is None:
            self._capture()

    def _capture(self) -> None:
        self.captures += 1
        self._done_at = time.ticks_ms() + int(self.sensor.frame_ms)
        file, length = self.scene.picture(self.sensor)
        if self._fault == "flaky" and self.captures % 5 == 0:
            length //= 2
        noisy = self._fault == "garbage" or not self.sensor.delivers_jpeg
        self._fifo.fill(file, length, self.lead, noisy)
