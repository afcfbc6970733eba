"""A picture's bytes as pixels: strictly, upright, and smaller where the search for faces needs no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property, partial
from typing import TYPE_CHECKING

import cv2
import numpy as np

from receiver.decoding import MOST_PIXELS, decode, may_be_jpeg
from receiver.errors import NotAJpeg
from receiver.jpeg import decode_strictly, read_header

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    """height x width x 3, RGB."""
    Grey = NDArray[np.uint8]
    """height x width."""
    FirstScale = Callable[[int, int], float]
    """(width, height) of a picture -> the scale at which the search for faces begins."""

_MOST_AT_ONCE = 16_000_000
"""A JPEG of at most this size is decoded in both sizes at the same time. A progressive one costs its decoder 3 to 6
bytes a pixel besides, so a giant is decoded in one size after the other."""

_WORTH_REDUCING = 0.45
"""Up to this scale a second decoder costs less than shrinking the large picture (1600 x 1200 to 320 x 240: 4 ms); from
640 x 480 to 320 x 240 it costs 1 ms more."""


class Picture:
    """An upright picture of `width` x `height` pixels, and smaller copies of it."""

    def __init__(self, width: int, height: int, decode_full: Callable[[], Pixels], reduced: Pixels | None) -> None:
        self.width = width
        self.height = height
        self._decode_full = decode_full
        self._reduced = reduced

    @cached_property
    def pixels(self) -> Pixels:
        """At full size. Raises BrokenPicture when the picture falls apart."""
        return self._decode_full()

    def copy(self, scale: float) -> Pixels:
        """At `scale` (at most 1) of its sides, each at least one pixel."""
        if scale >= 1.0:
            return self.pixels
        width, height = max(1, round(self.width * scale)), max(1, round(self.height * scale))
        large_enough = self._reduced is not None and self._reduced.shape[1] >= width
        return _resized(self._reduced if self._reduced is not None and large_enough else self.pixels, width, height)

    def grey(self, scale: float) -> Grey:
        """The same in grey."""
        return to_grey(self.copy(scale))


def to_grey(pixels: Pixels) -> Grey:
    """RGB to luminance."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


@contextmanager
def opened(data: bytes, first_scale: FirstScale) -> Iterator[Picture]:
    """A JPEG, PNG, WebP, HEIC or BMP, told by its content.

    Where the search begins at less than half the size of a JPEG, that copy is there at once (libjpeg's reduced scale),
    while a second thread decodes the picture at full size.

    Raises BrokenPicture, here or where the pixels are asked for, when the bytes are no picture, fall apart, or hold
    more than MOST_PIXELS.
    """
    size = _jpeg_size(data)
    scale = first_scale(*size) if size else 1.0
    if size is None or scale > _WORTH_REDUCING:
        pixels = decode(data)
        yield Picture(pixels.shape[1], pixels.shape[0], lambda: pixels, None)
        return
    with ThreadPoolExecutor(1, "decoder") as second:
        full: Callable[[], Pixels] = partial(decode_strictly, data, most_pixels=MOST_PIXELS)
        if size[0] * size[1] <= _MOST_AT_ONCE:
            full = second.submit(full).result
        yield Picture(*size, full, decode_strictly(data, scale=scale, most_pixels=MOST_PIXELS))


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG that libjpeg can decode in any scale; None for everything else."""
    if not may_be_jpeg(data):
        return None
    try:
        header = read_header(data, MOST_PIXELS)
    except NotAJpeg:
        return None
    return header.width, header.height


def _resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Smaller, or as it is."""
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
