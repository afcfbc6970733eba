"""OV2640: the image sensor behind the ArduChip, set up over I2C."""

import ov2640_tables as tables
from micropython import const

SIZES = {
    "QVGA": (320, 240),
    "CIF": (352, 288),
    "VGA": (640, 480),
    "SVGA": (800, 600),
    "XGA": (1024, 768),
    "SXGA": (1280, 1024),
    "UXGA": (1600, 1200),
}
"""Name of a size -> its width and height in pixels."""

BEST_QUALITY, WORST_QUALITY = const(4), const(40)
"""Ends of the quantiser's scale: a smaller number is a better and bigger picture."""

_ADDRESS = const(0x30)
_BANK, _DSP, _SENSOR = const(0xFF), const(0), const(1)
_QUANTISER = const(0x44)
_ZOOM_WIDTH, _ZOOM_HEIGHT, _ZOOM_HIGH = const(0x5A), const(0x5B), const(0x5C)
_DSP_RESET, _DSP_DIVIDER, _WINDOW_SIZE, _WINDOW_STEP = const(0xE0), const(0xD3), const(0x86), const(0x50)
_GAIN, _COM1, _REG04, _ID_HIGH, _ID_LOW = (
    const(0x00),
    const(0x03),
    const(0x04),
    const(0x0A),
    const(0x0B),
)
_COM7, _COM9, _COM10, _YAVG = const(0x12), const(0x14), const(0x15), const(0x2F)

_MIRROR, _FLIP = const(0x80), const(0x40)
_RESET_ALL = const(0x80)
_WIDEST_SVGA = const(352)
_SEVEN_DUMMY_FRAMES, _GAIN_8X, _GAIN_32X = const(0xC0), const(0x40), const(0x80)


class OV2640:
    """Register access to the sensor. Every method raises OSError when the sensor does not answer."""

    def __init__(self, i2c):
        self._i2c = i2c
        self._pair = bytearray(2)
        self._register = bytearray(1)
        self._value = bytearray(1)

    def is_there(self) -> bool:
        """Is the chip on the bus really an OV2640?"""
        self._bank(_SENSOR)
        return self._read(_ID_HIGH) == 0x26 and self._read(_ID_LOW) in (0x40, 0x41, 0x42)

    def reset(self) -> None:
        """All registers back to what they were at power-on; wait 100 ms before the next call."""
        self._bank(_SENSOR)
        self._write(_COM7, _RESET_ALL)

    def load_jpeg(self) -> None:
        """Make a sensor fresh from its reset deliver JPEG."""
        for table in (tables.BASE, tables.YUV422, tables.JPEG):
            self._load(table)
        self._bank(_SENSOR)
        self._write(_COM10, 0x00)

    def set_size(self, name: str) -> None:
        """Let pictures be of the size `name` (a key of SIZES); exposure then needs 1-6 s to settle."""
        width, height = SIZES[name]
        small = width <= _WIDEST_SVGA
        self._load(tables.SVGA_WINDOW if small else tables.UXGA_WINDOW)
        self._load(tables.SVGA_DSP if small else tables.UXGA_DSP)
        if not small:
            self._write(_WINDOW_SIZE, 0x35 if width == 800 else 0x3D)
        self._write(_WINDOW_STEP, 0x89 if width <= 800 else 0x00)
        self._set_zoom(width // 4, height // 4)
        if not small:
            self._write(_DSP_DIVIDER, 0x04 if width == 640 else 0x02)
        self._write(_DSP_RESET, 0x00)

    def set_quality(self, quantiser: int) -> None:
        """Set how much is thrown away: 4 (best) to 40; 12 is good."""
        self._bank(_DSP)
        self._write(_QUANTISER, min(max(quantiser, BEST_QUALITY), WORST_QUALITY))

    def set_orientation(self, mirror: bool, flip: bool) -> None:
        """Mirror left and right; flip top and bottom."""
        self._bank(_SENSOR)
        turned = (_MIRROR if mirror else 0) | (_FLIP if flip else 0)
        self._change(_REG04, _MIRROR | _FLIP, turned)

    def set_night(self, night: bool) -> None:
        """By night allow exposures eight times as long and gain four times as high (COM1 bits 7-6, COM9 bits 7-5)."""
        self._bank(_SENSOR)
        self._change(_COM1, 0xC0, _SEVEN_DUMMY_FRAMES if night else 0)
        self._change(_COM9, 0xE0, _GAIN_32X if night else _GAIN_8X)

    def brightness(self) -> int:
        """Mean brightness of the last picture the sensor saw, 0-255."""
        self._bank(_SENSOR)
        return self._read(_YAVG)

    def is_amplifying(self) -> bool:
        """Does the sensor need gain on top of its exposure?"""
        self._bank(_SENSOR)
        return self._read(_GAIN) != 0

    def _set_zoom(self, width: int, height: int) -> None:
        self._write(_ZOOM_WIDTH, width & 0xFF)
        self._write(_ZOOM_HEIGHT, height & 0xFF)
        self._write(_ZOOM_HIGH, (height >> 8) << 2 | width >> 8)

    def _bank(self, bank: int) -> None:
        self._write(_BANK, bank)

    def _load(self, table: bytes) -> None:
        for i in range(0, len(table), 2):
            self._write(table[i], table[i + 1])

    def _change(self, register: int, mask: int, bits: int) -> None:
        self._write(register, self._read(register) & ~mask & 0xFF | bits)

    def _write(self, register: int, value: int) -> None:
        self._pair[0] = register
        self._pair[1] = value
        self._i2c.writeto(_ADDRESS, self._pair)

    def _read(self, register: int) -> int:
        # The sensor knows no repeated start: the register's number ends with a stop, then comes the read.
        self._register[0] = register
        self._i2c.writeto(_ADDRESS, self._register)
        self._i2c.readfrom_into(_ADDRESS, self._value)
        return self._value[0]
