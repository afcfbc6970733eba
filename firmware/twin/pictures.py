"""The photographer of the virtual door: any picture, as the OV2640 would have encoded it. CPython with Pillow only."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageEnhance, ImageOps

_4_2_2 = 1
"""Pillow's number for the OV2640's chroma subsampling."""


@dataclass(frozen=True)
class Order:
    """What the sensor's registers ask for."""

    width: int
    """Pixels."""
    height: int
    """Pixels."""
    quantiser: int
    """4 (best) to 40."""
    exposure: float = 1.0
    """How bright: 0 is black, 1 the picture as it is."""
    mirror: bool = False
    """Left and right exchanged."""
    flip: bool = False
    """Top and bottom exchanged."""

    @classmethod
    def from_line(cls, line: str) -> Order:
        """From scene.Asked's line `picture WIDTH HEIGHT QUANTISER EXPOSURE MIRROR FLIP`; ValueError if it is none."""
        word, width, height, quantiser, exposure, mirror, flip = line.split()
        if word != "picture":
            raise ValueError(f"not an order for a picture: {line}")
        return cls(int(width), int(height), int(quantiser), float(exposure), mirror == "1", flip == "1")


class Photographer:
    """Encodes what stands before the door; `show` changes it, from any thread."""

    def __init__(self, picture: Image.Image) -> None:
        self._lock = threading.Lock()
        self.show(picture)

    def show(self, picture: Image.Image) -> None:
        """Stand this picture before the door."""
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        with self._lock:
            self._picture = upright
            self._last: tuple[Order, bytes] | None = None

    def jpeg(self, order: Order) -> bytes:
        """A JPEG of exactly the size and the quality that was ordered; what does not fit the shape is cut off."""
        with self._lock:
            # The board stands still while it waits for a picture, as no real one does.
            if self._last is None or self._last[0] != order:
                self._last = order, self._encoded(order)
            return self._last[1]

    def _encoded(self, order: Order) -> bytes:
        picture = self._picture
        picture = ImageOps.fit(picture, (order.width, order.height))
        picture = ImageOps.mirror(picture) if order.mirror else picture
        picture = ImageOps.flip(picture) if order.flip else picture
        if order.exposure < 1:
            picture = ImageEnhance.Brightness(picture).enhance(order.exposure)
        encoded = BytesIO()
        picture.save(encoded, "JPEG", quality=pillow_quality(order.quantiser), subsampling=_4_2_2)
        return encoded.getvalue()

    def prepare(self, folder: Path, sizes: list[tuple[int, int]], quantiser: int = 12) -> None:
        """Write a file for each size, as scene.Folder reads them."""
        for width, height in sizes:
            (folder / f"{width}x{height}.jpg").write_bytes(self.jpeg(Order(width, height, quantiser)))


def pillow_quality(quantiser: int) -> int:
    """Pillow's quality (1-95) for the OV2640's quantiser: 4 -> 92, 12 -> 76, 40 -> 20."""
    return max(5, 100 - 2 * quantiser)
