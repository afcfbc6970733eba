"""What a JPEG says about itself before anything decodes it, and a decoder that refuses what falls apart.

Marker numbers and segment layouts: ITU-T T.81 annex B; orientation: Exif 2.32, tag 0x0112.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from receiver.errors import BrokenPicture, NotAJpeg
from receiver.language import phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_PIXELS = 25_000_000
"""Largest picture anything here will decode: 75 MB as RGB."""

_MOST_SEGMENTS = 2_000
_MOST_SCANS = 100  # a progressive JPEG of thousands of scans is small to send and takes minutes to decode

_SOI, _EOI, _SOS, _APP1 = 0xD8, 0xD9, 0xDA, 0xE1
_SIZES = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})  # sequential and progressive, Huffman and arithmetic
_OTHER_SIZES = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF})  # lossless and hierarchical
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # TEM, RSTn and SOI carry no length
_MARKER = re.compile(rb"\xff+([^\xff])")  # any number of fill bytes may precede a marker
_SCAN_ENDS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # inside a scan 0xFF is stuffed, a restart or a fill byte

_HARMLESS = ("Invalid SOS parameters", "Unknown Adobe", "unknown JFIF revision")
"""libjpeg's warnings about pictures that are nevertheless whole; some phones write the first one."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a JPEG's header says."""

    width: int
    height: int
    """Size of the upright picture in pixels (EXIF orientation applied)."""
    orientation: int
    """EXIF's word for how the stored picture lies: 1 (upright) to 8."""
    components: int
    """1 grey, 3 colour, 4 CMYK."""


class _Segment(NamedTuple):
    marker: int
    start: int
    """Offset of the payload, behind the length."""
    end: int


def read_header(data: bytes, most_pixels: int = MOST_PIXELS) -> Header:
    """Read size and orientation without decoding, in time bounded by the number of segments.

    Raises NotAJpeg with a sentence when it is no JPEG, is cut within its header or is larger than `most_pixels`.
    """
    if not _from_soi(data).startswith(b"\xff\xd8\xff"):
        raise NotAJpeg("This is not a JPEG picture.")
    header = _header(_from_soi(data))
    if header.width * header.height > most_pixels:
        raise NotAJpeg(
            phrase(
                "The picture is {width} x {height} pixels; the limit is {millions} million pixels.",
                width=header.width,
                height=header.height,
                millions=most_pixels // 1000000,
            )
        )
    return header


def is_complete(data: bytes) -> bool:
    """Whether the structure is whole: a size, at least one scan, and an end.

    What real boards add is tolerated: bytes after the end, and one zero byte before the beginning.
    """
    data = _from_soi(data)
    if not data.startswith(b"\xff\xd8\xff"):
        return False
    seen = [segment.marker for segment in _segments(data)]
    return seen[-1:] == [_EOI] and not _SIZES.isdisjoint(seen) and 0 < seen.count(_SOS) <= _MOST_SCANS


def decode_strictly(data: bytes, *, scale: float = 1.0, most_pixels: int = MOST_PIXELS) -> NDArray[np.uint8]:
    """Decode to the upright picture: RGB, uint8, height x width x 3, contiguous.

    With a `scale` below 1 it comes smaller, but no smaller than that share of its sides: libjpeg then computes only
    the pixels that are wanted, yet reads every byte and finds the same faults.

    Raises NotAJpeg as `read_header` does, and BrokenPicture when the picture behind the header falls apart: cut
    off, or continued with the bytes of another one.
    """
    header = read_header(data, most_pixels)
    if not is_complete(data):
        raise BrokenPicture("It was cut off on the way.")
    return _upright(_decode(_from_soi(data), header.components, _least_sides(header, scale)), header.orientation)


def without_padding(data: bytes) -> bytes:
    """The same picture from its first marker on, as viewers insist."""
    return _from_soi(data)


def _from_soi(data: bytes) -> bytes:
    return data[1:] if data[:3] == b"\x00\xff\xd8" else data


def _header(data: bytes) -> Header:
    orientation: int | None = None
    for marker, start, end in _segments(data):
        if marker == _APP1 and orientation is None:
            orientation = _orientation(data[start:end])
        elif marker in _SIZES:
            return _size(data[start:end], orientation or 1)
        elif marker in _OTHER_SIZES:
            raise NotAJpeg("This kind of JPEG (lossless or hierarchical) cannot be shown.")
        elif marker in (_SOS, _EOI):
            break
    raise NotAJpeg("The picture's header is damaged or cut off.")


def _size(payload: bytes, orientation: int) -> Header:
    """The frame header: precision, height, width, number of components and three bytes for each of them."""
    if len(payload) < 6 or len(payload) < 6 + 3 * payload[5]:
        raise NotAJpeg("The picture's header is damaged or cut off.")
    height, width = int.from_bytes(payload[1:3]), int.from_bytes(payload[3:5])
    if payload[0] != 8 or payload[5] not in (1, 3, 4):
        raise NotAJpeg("This kind of JPEG (not 8 bits, or of unknown colours) cannot be shown.")
    if not width or not height:
        raise NotAJpeg("The picture's header names no size.")
    if orientation >= 5:
        width, height = height, width
    return Header(width, height, orientation, payload[5])


def _segments(data: bytes) -> Iterator[_Segment]:
    """Every marker after SOI up to and with EOI; stops early where the structure breaks."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        segment = _segment(data, at)
        if segment is None:
            return
        yield segment
        if segment.marker == _EOI:
            return
        at = segment.end
        if segment.marker == _SOS:
            scan_end = _SCAN_ENDS.search(data, at)
            if scan_end is None:
                return
            at = scan_end.start()


def _segment(data: bytes, at: int) -> _Segment | None:
    """The segment whose marker begins at an offset, or None where none does or it is cut."""
    found = _MARKER.match(data, at)
    if found is None:
        return None
    marker, at = found[1][0], found.start(1)
    if marker == _EOI:
        return _Segment(marker, at + 1, at + 1)
    end = at + 1 + int.from_bytes(data[at + 1 : at + 3])
    if marker == 0 or marker in _ALONE or end < at + 3 or end > len(data):
        return None
    return _Segment(marker, at + 3, end)


def _orientation(app1: bytes) -> int | None:
    """EXIF's orientation, 1 to 8; None when this segment is not EXIF, 1 when it says nothing usable."""
    if not app1.startswith(b"Exif\x00\x00"):
        return None
    tiff = app1[6:]
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None:
        return 1

    def number(at: int, length: int) -> int:
        return int.from_bytes(tiff[at : at + length], "little" if order == "little" else "big")

    directory = number(4, 4)
    for entry in range(directory + 2, min(directory + 2 + 12 * number(directory, 2), len(tiff) - 11), 12):
        if number(entry, 2) == 0x0112:
            value = number(entry + 8, 2)
            return value if 1 <= value <= 8 else 1
    return 1


def _least_sides(header: Header, scale: float) -> dict[str, int]:
    """For the decoder, which knows the picture as it is stored; empty for full size."""
    if scale >= 1.0:
        return {}
    width, height = math.ceil(header.width * scale), math.ceil(header.height * scale)
    if header.orientation >= 5:
        width, height = height, width
    return {"min_width": width, "min_height": height}


def _decode(data: bytes, components: int, least: dict[str, int]) -> NDArray[np.uint8]:
    import simplejpeg  # noqa: PLC0415  -- the receiver reads headers only; the worker pays for the decoder

    colours = "CMYK" if components == 4 else "RGB"
    try:
        try:
            picture: NDArray[np.uint8] = simplejpeg.decode_jpeg(data, colours, strict=True, **least)
        except ValueError as error:
            if not any(harmless in str(error) for harmless in _HARMLESS):
                raise
            picture = simplejpeg.decode_jpeg(data, colours, strict=False, **least)
    except ValueError as error:
        raise BrokenPicture(phrase("The decoder says: {error}", error=error)) from None
    return _rgb_from_cmyk(picture) if components == 4 else picture


def _rgb_from_cmyk(inks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Adobe's convention, which every CMYK JPEG in the wild follows: 255 is no ink."""
    import numpy as np  # noqa: PLC0415

    colours = inks[..., :3].astype(np.uint16) * inks[..., 3:]
    return (colours // 255).astype(np.uint8)


def _upright(picture: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    import numpy as np  # noqa: PLC0415

    if orientation >= 5:
        picture = picture.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        picture = picture[::-1]
    if orientation in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    return np.ascontiguousarray(picture)
