"""Picture files that come by drop, paste or dialog."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QStandardPaths
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_app.language import tr
from desktop_app.widgets.face_drag import FACE_MIME

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".heic", ".heif", ".tif", ".tiff")

STRANGER = "application/x-porchlight-stranger"
"""The kind of data that somebody who came more than once carries in a drag: the number, in digits."""


def carrying(kind: str, number: int) -> QMimeData:
    """What a drag of that kind carries."""
    mime = QMimeData()
    mime.setData(kind, str(number).encode())
    return mime


def carried(mime: QMimeData) -> tuple[str, int] | None:
    """The kind and the number in a drag of ours; None in any other one."""
    for kind in (FACE_MIME, STRANGER):
        number = mime.data(kind).data() if mime.hasFormat(kind) else b""
        if number.isdigit():
            return kind, int(number)
    return None


def local_paths(mime: QMimeData) -> list[Path]:
    """Files and folders of this computer in a drop or on the clipboard, percent signs decoded."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def offers_pictures(mime: QMimeData) -> bool:
    """Whether a drop may bring pictures: any local file or folder is judged when it is dropped."""
    return bool(mime.hasUrls() and any(url.isLocalFile() for url in mime.urls())) or mime.hasImage()


def pasted_picture(mime: QMimeData) -> list[Path]:
    """A picture that came without a file, written to one; empty when there is none."""
    image = mime.imageData() if mime.hasImage() else None
    if not isinstance(image, QImage) or image.isNull():
        return []
    with tempfile.NamedTemporaryFile(prefix="porchlight-", suffix=".png", delete=False) as file:
        target = Path(file.name)
    return [target] if image.save(str(target), "PNG") else []


def is_picture(path: Path) -> bool:
    """Whether a file is named like a picture."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def by_person(paths: Sequence[Path]) -> list[tuple[str, list[Path]]]:
    """Pictures by the name of the folder they were dropped in; loose files come under an empty name.

    A folder of folders gives one person per inner folder. Reads directories: call it off the UI thread.
    """
    loose = [p for p in paths if p.is_file()]
    groups = [("", loose)] if loose else []
    for folder in sorted(p for p in paths if p.is_dir()):
        groups += _folder(folder)
    return groups


def all_pictures(paths: Sequence[Path]) -> list[Path]:
    """Every picture, those in folders too. Reads directories: call it off the UI thread."""
    return [picture for _, pictures in by_person(paths) for picture in pictures]


def ask_for_pictures(parent: QWidget, title: str) -> list[Path]:
    """Let the user choose picture files."""
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in SUFFIXES)
    chosen, _ = QFileDialog.getOpenFileNames(parent, title, pictures, tr("Pictures ({0})").format(patterns))
    return [Path(name) for name in chosen]


def _folder(folder: Path) -> list[tuple[str, list[Path]]]:
    inside = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    pictures = [p for p in inside if p.is_file() and is_picture(p)]
    groups = [(folder.name, pictures)] if pictures else []
    for inner in (p for p in inside if p.is_dir()):
        groups += _folder(inner)
    return groups
