"""Pictures read off the UI thread, scaled while they are read, and kept: in memory while there is room, those of visits
also on disk."""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QRect, QSaveFile, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from desktop_app.tasks import run_in_background

_DOOR_PICTURE = QSize(4000, 4000)
_KEPT = 600
"""Thumbnails in memory: about 60 MB at 160 pixels."""
_WAITING = 100
"""More than any window shows; of a list that is scrolled fast only the last are read."""
_AT_ONCE = 2

# PySide makes the Python side of an enumeration when it first meets one; two threads at once end the process.
QImageReader().transformation()


class Thumbnails(QObject):
    """Small pictures by path: `get` answers at once, with nothing the first time, and `ready` follows.

    Those of pictures below `visits` are also kept beside these, as <picture>@<side>.jpg: whoever deletes a picture
    there deletes them, too.
    """

    ready = Signal()

    def __init__(self, parent: QObject | None = None, visits: Path | None = None) -> None:
        super().__init__(parent)
        self._visits = visits
        self._kept: OrderedDict[tuple[str, int], QPixmap] = OrderedDict()
        self._waiting: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._reading: set[tuple[str, int]] = set()

    def get(self, path: Path, side: int) -> QPixmap | None:
        """The picture cut to a square of `side` physical pixels, or None until it is read."""
        key = (str(path), side)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._reading:
            self._waiting[key] = None
            self._waiting.move_to_end(key)
            while len(self._waiting) > _WAITING:
                self._waiting.popitem(last=False)
            self._read()
        return None

    def forget(self, path: Path) -> None:
        """Read a file anew when it is asked for again."""
        for key in [k for k in self._kept if k[0] == str(path)]:
            del self._kept[key]

    def clear(self) -> None:
        """Keep nothing of anybody."""
        self._kept.clear()

    def _read(self) -> None:
        """What was asked for last is in sight: it comes first."""
        while self._waiting and len(self._reading) < _AT_ONCE:
            key, _ = self._waiting.popitem()
            self._reading.add(key)
            path, side = Path(key[0]), key[1]
            keep = self._visits is not None and path.is_relative_to(self._visits)
            run_in_background(self, partial(_read_kept if keep else read_square, path, side), partial(self._keep, key))

    def _keep(self, key: tuple[str, int], image: QImage) -> None:
        self._reading.discard(key)
        self._read()
        self._kept[key] = QPixmap.fromImage(image)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.ready.emit()


def _read_kept(path: Path, side: int) -> QImage:
    """As `read_square`, from the small file beside the picture, which is made the first time."""
    small = str(path.with_name(f"{path.stem}@{side}.jpg"))
    kept = QImage(small)
    if not kept.isNull():
        return kept
    image = read_square(path, side)
    file = QSaveFile(small)
    if not image.isNull() and file.open(QSaveFile.OpenModeFlag.WriteOnly) and image.save(file, "JPEG", 88):
        file.commit()
    return image


def read_square(path: Path, side: int) -> QImage:
    """The middle of a picture as a square; a null image when it cannot be read. For any thread."""
    image = read_picture(path, QSize(side, side), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    if image.isNull():
        return image
    left, top = (image.width() - side) // 2, max((image.height() - side) // 3, 0)
    return image.copy(max(left, 0), top, min(side, image.width()), min(side, image.height()))


def read_picture(path: Path, bound: QSize, mode: Qt.AspectRatioMode = Qt.AspectRatioMode.KeepAspectRatio) -> QImage:
    """A picture upright and no larger than `bound`; a null image when it cannot be read. For any thread."""
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if not reader.canRead():
        return _read_with_pillow(path, bound, mode)
    size = reader.size()
    turned = bool(reader.transformation().value & 4)  # TransformationRotate90: width and height change places
    if size.isValid():
        upright = size.transposed() if turned else size
        goal = _goal(upright, bound, mode)
        reader.setScaledSize(goal.transposed() if turned else goal)
    return reader.read()


def as_jpeg(path: Path) -> Path:
    """The picture itself when it is a JPEG, else a JPEG of it, as a door would send. For any thread."""
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    if reader.format() == b"jpeg":
        return path
    image = read_picture(path, _DOOR_PICTURE)
    if image.isNull():
        return path  # whoever takes it says what is wrong with it
    with tempfile.NamedTemporaryFile(prefix=f"{path.stem}-", suffix=".jpg", delete=False) as file:
        target = Path(file.name)
    image.save(str(target), "JPEG", 92)
    return target


def read_face(path: Path, box: QRect, natural: QSize, side: int) -> QImage:
    """The square around a face; `box` is in pixels of the upright picture of `natural` size. For any thread."""
    image = read_picture(path, QSize(2000, 2000))
    if image.isNull():
        return image
    scale = image.width() / max(natural.width() or image.width(), 1)
    half = int(max(box.width(), box.height()) * 0.72 * scale)
    center = QRect(box.topLeft() * scale, box.size() * scale).center()
    around = QRect(center.x() - half, center.y() - half, 2 * half, 2 * half)
    return image.copy(around.intersected(image.rect())).scaled(
        side, side, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )


def _goal(size: QSize, bound: QSize, mode: Qt.AspectRatioMode) -> QSize:
    goal = size.scaled(bound, mode)
    return goal if goal.width() < size.width() or mode is not Qt.AspectRatioMode.KeepAspectRatio else size


def _read_with_pillow(path: Path, bound: QSize, mode: Qt.AspectRatioMode) -> QImage:
    """HEIC and whatever else Qt does not know."""
    from PIL import Image, ImageOps  # noqa: PLC0415  -- only a gallery with such pictures needs it

    try:
        from pillow_heif import register_heif_opener  # noqa: PLC0415

        register_heif_opener()
        with Image.open(path) as file:
            upright = ImageOps.exif_transpose(file).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return QImage()
    goal = _goal(QSize(*upright.size), bound, mode)
    small = upright.resize((max(goal.width(), 1), max(goal.height(), 1)), Image.Resampling.BILINEAR)
    data = small.tobytes()
    return QImage(data, small.width, small.height, small.width * 3, QImage.Format.Format_RGB888).copy()
