"""Faces cut out of the pictures of visits, off the UI thread, and kept while there is room."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QObject, QRect, QSize, Signal
from PySide6.QtGui import QImage, QPixmap

from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import read_face
from receiver.models import Glimpse

_KEPT = 200


class FaceCrops(QObject):
    """Squares around faces: `get` answers at once, with nothing the first time, and `ready` follows."""

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()
        self._asked: set[tuple[int, int]] = set()

    def get(self, glimpse: Glimpse, side: int) -> QPixmap | None:
        """The face in a square of `side` physical pixels, or None until it is read."""
        key = (glimpse.face, side)
        if key not in self._kept and key not in self._asked:
            self._asked.add(key)
            box = glimpse.box
            around = QRect(box.left, box.top, box.width, box.height)
            read = partial(read_face, glimpse.picture, around, QSize(glimpse.width, glimpse.height), side)
            run_in_background(self, read, partial(self._keep, key))
        return self._kept.get(key)

    def _keep(self, key: tuple[int, int], image: QImage) -> None:
        self._asked.discard(key)
        self._kept[key] = QPixmap.fromImage(image)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.ready.emit()
