"""Models of the displays the door may have, at the level of what their chips take; `text` is what a person reads.

oled   SSD1306, 128x64 pixels, at 0x3C
lcd    HD44780, 16x2 characters, behind a PCF8574 at 0x27; lcd20x4 has more of them
"""

import time

import framebuf

_ARGUMENTS = {
    0x20: 1, 0x21: 2, 0x22: 2, 0x26: 6, 0x27: 6, 0x29: 5, 0x2A: 5, 0x81: 1, 0x8D: 1, 0xA3: 2, 0xA8: 1, 0xD3: 1,
    0xD5: 1, 0xD9: 1, 0xDA: 1, 0xDB: 1,
}  # fmt: skip
"""How many bytes follow an SSD1306's command."""


class SSD1306Model:
    """The OLED: 8 pages of 128 columns of 8 pixels, written where the window's pointer is."""

    ADDRESS = 0x3C

    _COLUMNS, _PAGES = 128, 8
    _HORIZONTAL, _VERTICAL = 0, 1

    def __init__(self):
        self._memory = bytearray(b"\xa5" * (self._COLUMNS * self._PAGES))  # noise, as after a power-on
        self._command = b""
        self._on = self._charged = self._mirrored = self._flipped = False
        self._mode = 2
        self._window = [0, self._COLUMNS - 1, 0, self._PAGES - 1]
        self._column = self._page = 0
        self._letters = _letters()

    def answers(self) -> bool:
        """It is plugged in."""
        return True

    def write(self, data, stop: bool) -> None:
        """Control bytes, each followed by one byte or by all the rest, of commands or of pixels."""
        at = 0
        while at < len(data):
            control, end = data[at], at + 2 if data[at] & 0x80 else len(data)
            take = self._take_pixels if control & 0x40 else self._take_command
            for byte in data[at + 1 : end]:
                take(byte)
            at = end

    def read(self, count: int) -> bytes:
        """The status: only whether it is dark."""
        return bytes([0x03 if self._on else 0x43] * count)

    @property
    def text(self) -> str:
        """The rows of characters that are lit, without what is empty at their ends."""
        if not (self._on and self._charged and self._mirrored and self._flipped):
            return ""
        rows = [self._row(page) for page in range(self._PAGES)]
        return "\n".join(row.rstrip() for row in rows).rstrip()

    def _row(self, page: int) -> str:
        start = page * self._COLUMNS
        cells = [bytes(self._memory[start + at : start + at + 8]) for at in range(0, self._COLUMNS, 8)]
        return "".join(self._letters.get(cell, "\ufffd") for cell in cells)

    def _take_command(self, byte: int) -> None:
        self._command += bytes([byte])
        if len(self._command) > _ARGUMENTS.get(self._command[0], 0):
            self._obey(self._command[0], self._command[1:])
            self._command = b""

    def _obey(self, command: int, arguments: bytes) -> None:
        switches = {
            0xAE: ("_on", False), 0xAF: ("_on", True), 0xA0: ("_mirrored", False), 0xA1: ("_mirrored", True),
            0xC0: ("_flipped", False), 0xC8: ("_flipped", True),
        }  # fmt: skip
        if command in switches:
            setattr(self, *switches[command])
        elif command == 0x8D:
            self._charged = bool(arguments[0] & 0x04)
        elif command == 0x20:
            self._mode = arguments[0] & 3
        elif command == 0x21:
            self._window[:2] = [argument & 0x7F for argument in arguments]
            self._column = self._window[0]
        elif command == 0x22:
            self._window[2:] = [argument & 7 for argument in arguments]
            self._page = self._window[2]
        elif self._mode not in (self._HORIZONTAL, self._VERTICAL):
            self._point(command)

    def _point(self, command: int) -> None:
        """Page addressing: the pointer is set by halves."""
        if 0xB0 <= command <= 0xB7:
            self._page = command & 7
        elif command < 0x10:
            self._column = self._column & 0x70 | command
        elif command < 0x20:
            self._column = self._column & 0x0F | (command & 7) << 4

    def _take_pixels(self, byte: int) -> None:
        self._memory[self._page * self._COLUMNS + self._column] = byte
        left, right, top, bottom = self._window
        if self._mode == self._VERTICAL:
            self._page, wrapped = (top, True) if self._page == bottom else ((self._page + 1) % self._PAGES, False)
            if wrapped:
                self._column = left if self._column == right else (self._column + 1) % self._COLUMNS
        elif self._mode == self._HORIZONTAL:
            self._column, wrapped = (left, True) if self._column == right else (self._column + 1, False)
            self._column %= self._COLUMNS
            if wrapped:
                self._page = top if self._page == bottom else (self._page + 1) % self._PAGES
        else:
            self._column = (self._column + 1) % self._COLUMNS


def _letters() -> dict:
    """What each letter of the interpreter's own font looks like -> the letter."""
    letters, cell = {}, bytearray(8)
    pixels = framebuf.FrameBuffer(cell, 8, 8, framebuf.MONO_VLSB)
    for code in range(32, 127):
        pixels.fill(0)
        pixels.text(chr(code), 0, 0)
        letters[bytes(cell)] = chr(code)
    return letters


class HD44780Model:
    """The character display on the upper half of an expander's pins; what comes while it is busy is lost."""

    ADDRESS = 0x27

    _REGISTER_SELECT, _READ, _ENABLE, _LIGHT = 0x01, 0x02, 0x04, 0x08
    _POWER_ON_MS, _FUNCTION_SET_MS, _CLEAR_MS = 40, 4.1, 1.52
    _SECOND_LINE, _LINE_LENGTH = 0x40, 40

    def __init__(self, columns: int = 16, lines: int = 2):
        self._columns = columns
        self._lines = lines
        self._levels = 0xFF
        self._memory = {}
        self._address = 0
        self._four_wires = self._on = self._several_lines = self._rightwards = False
        self._half = None
        self._set_before = False
        self._busy(self._POWER_ON_MS)

    def answers(self) -> bool:
        """It is plugged in."""
        return True

    def write(self, data, stop: bool) -> None:
        """Levels of the eight pins, one after the other; when E falls, the display takes what is there."""
        for levels in data:
            falls = self._levels & self._ENABLE and not levels & self._ENABLE
            before, self._levels = self._levels, levels
            if falls and not before & self._READ:
                self._take(before & 0xF0, before & self._REGISTER_SELECT)

    def read(self, count: int) -> bytes:
        """The levels of the pins."""
        return bytes([self._levels] * count)

    @property
    def text(self) -> str:
        """The rows that can be read with the light on, without what is empty at their ends."""
        if not (self._on and self._levels & self._LIGHT):
            return ""
        starts = (0, self._SECOND_LINE, self._columns, self._SECOND_LINE + self._columns)
        shown = starts[: self._lines] if self._several_lines else starts[:1]
        rows = ["".join(_of_rom(self._memory.get(start + i, 32)) for i in range(self._columns)) for start in shown]
        return "\n".join(row.rstrip() for row in rows).rstrip()

    def _busy(self, duration_ms: float) -> None:
        self._busy_since, self._busy_ms = time.ticks_ms(), duration_ms

    def _take(self, half: int, is_letter: int) -> None:
        if time.ticks_diff(time.ticks_ms(), self._busy_since) < self._busy_ms:
            return
        if not self._four_wires:
            self._obey(half)
        elif self._half is None:
            self._half = half
        else:
            byte, self._half = self._half | half >> 4, None
            (self._write if is_letter else self._obey)(byte)

    def _obey(self, command: int) -> None:
        if command & 0x80:
            self._address = command & 0x7F
        elif command & 0x20:
            self._set_function(command)
        elif command & 0x08 and command < 0x10:
            self._on = bool(command & 0x04)
        elif command & 0x04 and command < 0x08:
            self._rightwards = bool(command & 0x02)
        elif command == 0x01:
            self._memory, self._address = {}, 0
            self._busy(self._CLEAR_MS)

    def _set_function(self, command: int) -> None:
        if command & 0x40:
            return  # an address of its own letters, which nobody here makes
        self._four_wires = not command & 0x10
        self._several_lines = bool(command & 0x08)
        self._half = None
        if not self._four_wires and not self._set_before:
            self._set_before = True
            self._busy(self._FUNCTION_SET_MS)

    def _write(self, code: int) -> None:
        self._memory[self._address] = code
        if self._rightwards:
            self._address += 1
            if self._address == self._LINE_LENGTH:
                self._address = self._SECOND_LINE
            elif self._address >= self._SECOND_LINE + self._LINE_LENGTH:
                self._address = 0


def _of_rom(code: int) -> str:
    """The letter of the chip's European-looking half (ROM A00), which has two of its own."""
    special = {0x5C: "¥", 0x7E: "→"}
    return special.get(code) or (chr(code) if 32 <= code < 0x7E else "\ufffd")


_KINDS = {
    "oled": SSD1306Model,
    "lcd": HD44780Model,
    "lcd20x4": lambda: HD44780Model(20, 4),
}


def solder_display(world, kind: str) -> None:
    """Plug in a display of this kind, or "none", instead of the one that is there. Raises ValueError."""
    if kind != "none" and kind not in _KINDS:
        raise ValueError("no such display: " + kind)
    for address in (SSD1306Model.ADDRESS, HD44780Model.ADDRESS):
        world.i2c_devices.pop(address, None)
    if kind != "none":
        display = _KINDS[kind]()
        world.i2c_devices[display.ADDRESS] = display
