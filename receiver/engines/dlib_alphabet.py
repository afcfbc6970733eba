"""dlib's alphabet: numbers, names and tensors as its public serialisation writes them.

Source: dlib/serialize.h (numbers, names, floats) and dlib/cuda/tensor.h (tensors and their parts), Boost licence.
"""

from __future__ import annotations

import math
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_LONGEST_NAME = 64
_NEGATIVE, _LENGTH = 0x80, 0x0F
_LONGEST_INTEGER = 8
_ALIAS, _TENSOR = 1, 2
_MOST_FLOATS = 1 << 26


class UnreadableNetwork(ValueError):
    """The file is damaged, or holds another network than the one known here."""


class Reader:
    """Reads bytes from their first to their last, never past it; raises UnreadableNetwork at what does not fit."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def at_end(self) -> bool:
        """Whether every byte was read."""
        return self._at == len(self._data)

    def refuse(self, what: str) -> NoReturn:
        """Raise UnreadableNetwork with what is wrong, and where."""
        raise UnreadableNetwork(f"Before byte {self._at:,} of {len(self._data):,} there is {what}.")

    def integer(self, least: int, most: int) -> int:
        """A byte with sign and length, then the magnitude, lowest byte first; refused outside of the two bounds."""
        head = self._take(1)[0]
        length = head & _LENGTH
        if not 1 <= length <= _LONGEST_INTEGER or head & ~(_NEGATIVE | _LENGTH):
            self.refuse("no number where one belongs")
        magnitude = int.from_bytes(self._take(length), "little")
        number = -magnitude if head & _NEGATIVE else magnitude
        if not least <= number <= most:
            self.refuse(f"the number {number}, which is not between {least} and {most}")
        return number

    def peek_integer(self) -> int:
        """The next integer, 0 or more, left where it is."""
        at = self._at
        number = self.integer(0, 1 << 32)
        self._at = at
        return number

    def expect_integer(self, expected: int, what: str) -> None:
        """Refuse any other."""
        if (number := self.integer(-(1 << 31), 1 << 31)) != expected:
            self.refuse(f"{number} as {what}, not {expected}")

    def same_twice(self, least: int, most: int, what: str) -> int:
        """One number for both directions, down and across."""
        down, across = (self.integer(least, most) for _ in range(2))
        if down != across:
            self.refuse(f"{what} {down} and {across}, which should be equal")
        return down

    def float(self) -> float:
        """Mantissa and exponent; infinity and NaN have exponents from 32,000 on and no place here."""
        mantissa = self.integer(-(1 << 62), 1 << 62)
        return math.ldexp(mantissa, self.integer(-1100, 900))

    def skip_floats(self, count: int) -> None:
        """Read what only training needs."""
        for _ in range(count):
            self.float()

    def skip_booleans(self, count: int) -> None:
        """ASCII 0 or 1 each."""
        if any(self._take(1) not in (b"0", b"1") for _ in range(count)):
            self.refuse("neither yes nor no")

    def name(self) -> str:
        """Of a layer: its length, then its letters."""
        letters = self._take(self.integer(1, _LONGEST_NAME))
        if not (letters.isascii() and letters.decode("ascii").isidentifier()):
            self.refuse("no layer's name")
        return letters.decode("ascii")

    def expect_name(self, expected: str) -> None:
        """Refuse any other."""
        if (name := self.name()) != expected:
            self.refuse(f"{name!r} in the place of {expected!r}")

    def shape(self) -> tuple[int, ...]:
        """Samples, channels, rows and columns of a part of a tensor."""
        self.expect_integer(_ALIAS, "the version of a shape")
        return self._four()

    def tensor(self) -> Floats:
        """Every float of a tensor, flat."""
        self.expect_integer(_TENSOR, "the version of a tensor")
        count = math.prod(self._four())
        floats = np.frombuffer(self._take(count * 4), "<f4").astype(np.float32)
        if not np.isfinite(floats).all():
            self.refuse("a weight that is no finite number")
        return floats

    def split(self, floats: Floats, first: int, second: int) -> tuple[Floats, Floats]:
        """The first so many floats and the rest, which must be so many."""
        if len(floats) != first + second:
            self.refuse(f"a tensor of {len(floats):,} floats where {first + second:,} belong")
        return floats[:first], floats[first:]

    def _four(self) -> tuple[int, ...]:
        sides = tuple(self.integer(0, _MOST_FLOATS) for _ in range(4))
        if math.prod(sides) > _MOST_FLOATS:
            self.refuse(f"a tensor of {sides}")
        return sides

    def _take(self, count: int) -> bytes:
        if count > len(self._data) - self._at:
            self._at = len(self._data)
            self.refuse("more announced than the file holds: it was cut short")
        self._at += count
        return self._data[self._at - count : self._at]
