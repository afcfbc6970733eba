"""A visit's picture made fit to be sent: upright, boxes and names drawn on a copy, small enough for a phone.

Every face says in letters what its colour says, and letters and lines carry a dark outline: they read on any picture,
in any light, and for readers who do not see the colours.
"""

from __future__ import annotations

import io
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from receiver.errors import BrokenPicture
from receiver.models import Box, Face, SnapshotState, Verdict, Visit

LONGEST_SIDE = 1280
"""Pixels; Telegram shows photos no larger, and far under its limit of width + height <= 10,000."""
FLATTEST = 20
"""Telegram takes no photo whose sides differ by more than this factor."""

_QUALITY = 85
_COLOURS = defaultdict(lambda: "#d0d4dc", {Verdict.KNOWN: "#57d17c", Verdict.UNKNOWN: "#ffb454"})
_OUTLINE = "#101418"
_SYSTEM_FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf", "arial.ttf")

_LONGEST_NAME = 80
"""Characters; more never fit beside a face."""

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def of_visit(visit: Visit) -> bytes | None:
    """The visit's picture as `annotated` makes it; None when there is none that can be shown.

    A picture that arrived broken is not: its lower part may be of an earlier visitor.
    """
    if visit.picture is None or visit.picture.state is SnapshotState.BROKEN:
        return None
    try:
        return annotated(visit.picture.path, visit.shown_faces)
    except BrokenPicture:
        return None


def annotated(path: Path, faces: Sequence[Face], longest: int = LONGEST_SIDE) -> bytes:
    """A JPEG of the picture with its faces marked, its longest side at most `longest` pixels.

    Carries none of the original's metadata. Raises BrokenPicture when the file is missing or cannot be decoded.
    """
    try:
        with Image.open(path) as original:
            picture = _upright(original)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BrokenPicture(type(error).__name__) from None
    full_width = picture.width
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    _mark(picture, faces, picture.width / full_width)
    return _jpeg(_not_too_flat(picture))


def _upright(original: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(original).convert("RGB")


def _not_too_flat(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    size = (max(width, -(-height // FLATTEST)), max(height, -(-width // FLATTEST)))
    return picture if size == picture.size else ImageOps.pad(picture, size, color=_OUTLINE)


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _mark(picture: Image.Image, faces: Sequence[Face], scale: float) -> None:
    draw = ImageDraw.Draw(picture)
    thick = max(2, round(max(picture.size) / 400))
    size = max(14, round(max(picture.size) / 36))
    for face in faces:
        box = _scaled(face.box, scale)
        _frame(draw, box, _COLOURS[face.verdict], thick)
        _label(picture, box, face, size)


def _scaled(box: Box, scale: float) -> Box:
    """In pixels of the smaller picture, its sides in order whatever the engine said."""
    top, bottom = sorted((round(box.top * scale), round(box.bottom * scale)))
    left, right = sorted((round(box.left * scale), round(box.right * scale)))
    return Box(top, right, bottom, left)


def _frame(draw: ImageDraw.ImageDraw, box: Box, colour: str, thick: int) -> None:
    edge = thick // 2 + 1
    around = (box.left - edge, box.top - edge, box.right + edge, box.bottom + edge)
    draw.rectangle(around, outline=_OUTLINE, width=thick + 2 * edge)
    draw.rectangle((box.left, box.top, box.right, box.bottom), outline=colour, width=thick)


def _label(picture: Image.Image, box: Box, face: Face, size: int) -> None:
    """The name under the box, above it where the picture ends, and never out of the picture."""
    text, font = _legible(face.identity or "?", size)
    stroke = max(2, size // 8)
    text = _clipped(text, font, picture.width - 2 * stroke)
    width, height = round(font.getlength(text)), round(size * 1.25)
    below = box.bottom + 2 * stroke
    y = below if below + height <= picture.height else max(box.top - height - 2 * stroke, 0)
    x = max(min(box.left, picture.width - width - stroke), stroke)
    draw = ImageDraw.Draw(picture)
    draw.text((x, y), text, font=font, fill=_COLOURS[face.verdict], stroke_width=stroke, stroke_fill=_OUTLINE)


def _clipped(text: str, font: _Font, width: float) -> str:
    """As much of a text as fits into `width` pixels, with an ellipsis where something is missing."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}...") > width:
        text = text[:-1]
    return f"{text.rstrip()}..."


def _legible(name: str, size: int) -> tuple[str, _Font]:
    """A name and a font that can write it: Pillow's own knows ASCII only, so others come from the system.

    On a machine without fonts the accents are left away; the caption carries the name as it is.
    """
    name = " ".join(name.split())[:_LONGEST_NAME]
    if name.isascii():
        return name, _own_font(size)
    font = _system_font(size)
    if font is not None:
        return name, font
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip()
    return plain or "?", _own_font(size)


@lru_cache(maxsize=8)
def _own_font(size: int) -> _Font:
    return ImageFont.load_default(size)


@lru_cache(maxsize=8)
def _system_font(size: int) -> _Font | None:
    for name in _SYSTEM_FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return None
