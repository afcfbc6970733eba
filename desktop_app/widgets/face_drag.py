"""A face that is dragged from a visit, to be dropped on a person."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QWidget

FACE_MIME = "application/x-porchlight-face"
"""The face's id as digits."""


def drag_face(source: QWidget, face: str, picture: QPixmap) -> None:
    """Carry a face (its id) from a widget until it is dropped."""
    data = QMimeData()
    data.setData(FACE_MIME, face.encode())
    drag = QDrag(source)
    drag.setMimeData(data)
    drag.setPixmap(picture)
    drag.setHotSpot(QPoint(picture.width() // 2, picture.height() // 2))
    drag.exec(Qt.DropAction.CopyAction)


def is_drag(event: QMouseEvent, pressed: QPoint) -> bool:
    """Whether a mouse that was pressed there has moved far enough to mean a drag."""
    held = bool(event.buttons() & Qt.MouseButton.LeftButton)
    return held and (event.position().toPoint() - pressed).manhattanLength() >= QApplication.startDragDistance()


class FaceCrop(QLabel):
    """A face cut out of its picture, rounded; it can be dragged away."""

    def __init__(self, face: str, side: int) -> None:
        super().__init__()
        self._face = face
        self._pressed = QPoint()
        self.setFixedSize(side, side)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(self.tr("Drag this face onto a person"))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Perhaps a drag begins."""
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """It does."""
        if is_drag(event, self._pressed):
            drag_face(self, self._face, self.pixmap())
