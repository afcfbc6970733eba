"""A picture of any kind that people keep, as upright pixels.

Kept apart from the engines: the station cuts faces out of photos without loading what looks for them.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from receiver.errors import BrokenPicture, NotAJpeg
from receiver.jpeg import decode_strictly
from receiver.language import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    """height x width x 3, RGB."""

MOST_PIXELS = 60_000_000
"""Largest picture that is decoded (a gallery photo; doors are held to less at the border): 180 MB as RGB."""


def decode(data: bytes) -> Pixels:
    """The upright picture as RGB, uint8, height x width x 3.

    Raises BrokenPicture when the bytes are no picture, fall apart, or hold more than MOST_PIXELS.
    """
    if may_be_jpeg(data):
        try:
            return decode_strictly(data, most_pixels=MOST_PIXELS)
        except NotAJpeg:
            pass  # of a rare kind: Pillow knows it, or says why not
    return _decode_with_pillow(data)


def may_be_jpeg(data: bytes) -> bool:
    """By its first bytes."""
    return data.startswith((b"\xff\xd8\xff", b"\x00\xff\xd8"))


def _decode_with_pillow(data: bytes) -> Pixels:
    from PIL import Image, ImageFile, ImageOps  # noqa: PLC0415  -- door pictures are JPEG and never need it

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # face_recognition, where it is imported, lets half pictures pass
    if data[4:8] == b"ftyp":
        _teach_pillow_heic()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_formats(Image)) as image:
                _refuse_giants(image.width, image.height)
                ImageOps.exif_transpose(image, in_place=True)
                return _rgb(_eight_bits(image))
    except BrokenPicture:
        raise
    except Exception as error:  # hostile bytes make decoders raise anything at all
        raise BrokenPicture(phrase("It cannot be decoded: {error}", error=error)) from None


def _rgb(image: Any) -> Pixels:
    """Without the copy that `convert` makes of what is RGB already: 240 MB of a 60-megapixel photo."""
    return np.array(image if image.mode == "RGB" else image.convert("RGB"))


def _teach_pillow_heic() -> None:
    from pillow_heif import register_heif_opener  # noqa: PLC0415  -- 20 MB that only iPhone photos need

    register_heif_opener()


def _formats(image_module: Any) -> list[str]:
    """Only these decoders see bytes from outside; Pillow knows fifty more."""
    image_module.init()
    return [name for name in ("JPEG", "PNG", "WEBP", "BMP", "HEIF") if name in image_module.OPEN]


def _refuse_giants(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise BrokenPicture(
            phrase(
                "It has {width} x {height} pixels; the limit is {millions} million.",
                width=width,
                height=height,
                millions=MOST_PIXELS // 1000000,
            )
        )


def _eight_bits(image: Any) -> Any:
    """Pillow cuts 16 grey bits off at 255 instead of scaling them."""
    if not image.mode.startswith("I"):
        return image
    from PIL import Image  # noqa: PLC0415

    return Image.fromarray((np.asarray(image, np.uint32) >> 8).clip(0, 255).astype(np.uint8))
