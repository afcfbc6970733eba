"""The optional text display at the door, on the bus of the camera's sensor: an OLED or a character display.

 SSD1306   OLED of 128x64 pixels at 0x3C or 0x3D: 16x8 characters
 HD44780   character display behind a PCF8574 at 0x20-0x27 or 0x38-0x3F; it cannot tell its size

It may be plugged in or pulled out at any time. Whatever is drawn begins with the setting-up, because a display that
was without power meanwhile has forgotten everything.
"""

import asyncio
import time
from errno import ETIMEDOUT

import framebuf
from clock import since_ms, ticks_ms
from micropython import const

PAGE_MS = const(3000)
"""How long each page of a longer text is shown."""
PROBE_MS = const(30_000)
"""How often a display is looked for while there is nothing to show."""

_STEP_MS = const(500)
_OLEDS = (0x3C, 0x3D)
_EXPANDERS = tuple(range(0x20, 0x28)) + tuple(range(0x38, 0x40))


class NoDisplay(Exception):
    """There is nothing to show a text on."""


class Screen:
    """Shows one text for a while, on whatever display `find` finds on the bus; there may be none.

    `text` is what can be read at the door now, in the words it was given, or "". `columns` and `lines` are those of
    a character display. `on_change`, a plain function, is called after each change of `text`.
    """

    def __init__(self, i2c, columns: int = 16, lines: int = 2, on_change=lambda: None):
        self.text = ""
        self._i2c = i2c
        self._columns = columns
        self._lines = lines
        self._on_change = on_change
        self._display = None
        self._wanted = ""
        self._page = 0
        self._asked = self._looked = ticks_ms()
        self._for_ms = 0

    @property
    def size(self) -> str:
        """Characters in a line and lines of the display, like "16x8", or "" when there is none."""
        return str(self._display.columns) + "x" + str(self._display.lines) if self._display else ""

    def show(self, text: str, seconds: int) -> None:
        """Show a text for so long, instead of the one before; an empty one blanks the screen. Raises NoDisplay."""
        self._wanted, self._page = text if readable(text).strip() else "", 0
        self._asked, self._for_ms = ticks_ms(), seconds * 1000
        self._refresh()
        if not self._display:
            self._wanted = ""
            raise NoDisplay("there is no display")

    async def run(self, progress=lambda: None) -> None:
        """Turn pages, blank the screen in time and look for a display, for ever. `progress` is called all the while."""
        self._refresh()
        while True:
            progress()
            if self._wanted and since_ms(self._asked) >= self._for_ms:
                self._wanted = ""
                self._refresh()
            elif since_ms(self._looked) >= (PAGE_MS if self._wanted else PROBE_MS):
                self._page += 1
                self._refresh()
            await asyncio.sleep_ms(_STEP_MS)

    def _refresh(self) -> None:
        """Draw what is to be seen; whatever is wrong with the display is tried again next time."""
        self._looked = ticks_ms()
        try:
            self._draw()
        except OSError:
            self._display = None
        self._note(self._wanted if self._display else "")

    def _draw(self) -> None:
        if not (self._display and self._wanted):
            self._display = find(self._i2c, self._columns, self._lines)
        if self._display:
            rows = wrapped(readable(self._wanted), self._display.columns)
            self._display.draw(_page_of(rows, self._display.lines, self._page))

    def _note(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self._on_change()


def find(i2c, columns: int = 16, lines: int = 2):
    """The display on the bus, or None. Raises OSError when the bus itself is stuck."""
    for address in _EXPANDERS:
        if not _answers(i2c, address):
            continue
        if _is_expander(i2c, address):
            return CharacterDisplay(i2c, address, columns, lines)
        if address in _OLEDS:
            return Oled(i2c, address)
    return None


def _answers(i2c, address: int) -> bool:
    try:
        i2c.writeto(address, b"\x00")
    except OSError as error:
        if error.args[0] == ETIMEDOUT:  # a stuck bus: each further address would take as long
            raise
        return False
    return True


def _is_expander(i2c, address: int) -> bool:
    """Does it give back what was written? To an expander that is levels of pins, to an OLED a command of no length."""
    try:
        for levels in (0xC0, 0x00):  # with E low, so that the display behind it does not listen
            i2c.writeto(address, bytes([levels]))
            if i2c.readfrom(address, 1)[0] & 0xF0 != levels:
                return False
    except OSError:
        return False
    return True


# ---- the two kinds


class Oled:
    """SSD1306. Every method raises OSError when it does not answer."""

    columns, lines = 16, 8

    _COMMANDS, _DATA = 0x00, 0x40
    _SET_UP = (
        b"\x00"  # what follows are commands
        b"\xd5\x80\xa8\x3f\xd3\x00\x40"  # clock, 64 lines, no offset, start with the first
        b"\x8d\x14"  # charge pump on
        b"\x20\x00\x21\x00\x7f\x22\x00\x07"  # from left to right, then downwards, over all of it
        b"\xa1\xc8\xda\x12"  # as the panel is mounted: pins above
        b"\x81\xcf\xd9\xf1\xdb\x40\xa4\xa6"  # contrast, pre-charge, levels; what is in memory, not inverted
    )
    _ON, _OFF = b"\x00\xaf", b"\x00\xae"

    def __init__(self, i2c, address: int):
        self._i2c = i2c
        self._address = address
        # One line of characters is one page of the chip's memory, so no more than a line is ever kept here.
        self._line = bytearray(1 + 128)
        self._line[0] = self._DATA
        self._pixels = framebuf.FrameBuffer(memoryview(self._line)[1:], 128, 8, framebuf.MONO_VLSB)

    def draw(self, rows: list) -> None:
        """Show these rows of at most 16 characters of ASCII; none: go dark."""
        if not rows:
            self._i2c.writeto(self._address, self._OFF)
            return
        self._i2c.writeto(self._address, self._SET_UP)
        for row in rows + [""] * (self.lines - len(rows)):
            self._pixels.fill(0)
            self._pixels.text(row, 0, 0)
            self._i2c.writeto(self._address, self._line)
        self._i2c.writeto(self._address, self._ON)


class CharacterDisplay:
    """HD44780 on the upper four pins of a PCF8574. Every method raises OSError when that does not answer."""

    _REGISTER_SELECT, _ENABLE, _LIGHT = 0x01, 0x04, 0x08
    # After a power-on, and also when it lost a half of a byte, it takes this for "four wires from now on".
    _FOUR_WIRES = ((0x30, 5), (0x30, 1), (0x30, 1), (0x20, 1))
    _SEVERAL_LINES, _OFF, _CLEAR, _TO_THE_RIGHT, _ON, _ADDRESS = 0x28, 0x08, 0x01, 0x06, 0x0C, 0x80
    _CLEAR_MS = 2

    def __init__(self, i2c, address: int, columns: int, lines: int):
        self.columns = columns
        self.lines = lines
        self._i2c = i2c
        self._address = address
        self._levels = 0
        self._starts = (0, 0x40, columns, 0x40 + columns)
        self._half = bytearray(2)

    def draw(self, rows: list) -> None:
        """Show these rows of at most `columns` characters of ASCII; none: go dark."""
        self._levels = self._LIGHT if rows else 0
        self._set_up()
        for start, row in zip(self._starts, rows):  # noqa: B905  MicroPython's has no strict
            self._send(self._ADDRESS | start)
            self._levels |= self._REGISTER_SELECT
            for letter in row.replace("\\", "/").replace("~", "-"):  # the chip has a yen and an arrow there
                self._send(ord(letter))
            self._levels &= ~self._REGISTER_SELECT
        if rows:
            self._send(self._ON)

    def _set_up(self) -> None:
        for half, wait_ms in self._FOUR_WIRES:
            self._send_half(half)
            time.sleep_ms(wait_ms)
        for command in (self._SEVERAL_LINES, self._OFF, self._CLEAR):
            self._send(command)
        time.sleep_ms(self._CLEAR_MS)
        self._send(self._TO_THE_RIGHT)

    def _send(self, byte: int) -> None:
        self._send_half(byte & 0xF0)
        self._send_half(byte << 4 & 0xF0)

    def _send_half(self, half: int) -> None:
        # At 100 kHz a byte takes 90 us on the bus, longer than the display needs for anything but clearing.
        self._half[0] = half | self._levels | self._ENABLE
        self._half[1] = half | self._levels
        self._i2c.writeto(self._address, self._half)


# ---- texts


_PLAIN = (
    ("ae", "äæ"), ("oe", "öœ"), ("ue", "ü"), ("ss", "ß"), ("Ae", "ÄÆ"), ("Oe", "ÖŒ"), ("Ue", "Ü"),
    ("a", "àáâãåāăą"), ("c", "çćč"), ("d", "ďđð"), ("e", "èéêëēęě"), ("g", "ğģ"), ("i", "ìíîïīı"), ("l", "łľļ"),
    ("n", "ñńňņ"), ("o", "òóôõøōő"), ("r", "ř"), ("s", "śšşș"), ("t", "ťţț"), ("u", "ùúûūůű"), ("y", "ýÿ"),
    ("z", "źżž"), ("A", "ÀÁÂÃÅĀĂĄ"), ("C", "ÇĆČ"), ("D", "ĎĐÐ"), ("E", "ÈÉÊËĒĘĚ"), ("G", "ĞĢ"), ("I", "ÌÍÎÏĪİ"),
    ("L", "ŁĽĻ"), ("N", "ÑŃŇŅ"), ("O", "ÒÓÔÕØŌŐ"), ("R", "Ř"), ("S", "ŚŠŞȘ"), ("T", "ŤŢȚ"), ("U", "ÙÚÛŪŮŰ"),
    ("Y", "ÝŸ"), ("Z", "ŹŻŽ"), ("'", "‘’‚´"), ('"', "“”„«»"), ("-", "‐‑‒–—−"), ("...", "…"), ("EUR", "€"),
    (" ", "\t\r\n\u00a0\u202f"), ("", "\u200d\ufe0f"),
)  # fmt: skip


def readable(text: str) -> str:
    """The text in the letters every display has; what cannot be written in them is a question mark."""
    return "".join(letter if " " <= letter <= "~" else _plain(letter) for letter in text)


def _plain(letter: str) -> str:
    for plain, letters in _PLAIN:
        if letter in letters:
            return plain
    return "?"


def wrapped(text: str, columns: int) -> list:
    """The text in rows, broken between words; a word longer than a row is broken, too."""
    rows, row = [], ""
    for word in text.split():
        for start in range(0, len(word), columns):
            piece = word[start : start + columns]
            if row and len(row) + 1 + len(piece) > columns:
                rows.append(row)
                row = ""
            row = row + " " + piece if row else piece
    rows.append(row)
    return rows if row else []


def _page_of(rows: list, lines: int, page: int) -> list:
    """Page number `page`, beginning again after the last."""
    pages = (len(rows) + lines - 1) // lines or 1
    start = page % pages * lines
    return rows[start : start + lines]
