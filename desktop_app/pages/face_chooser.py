"""A photo that was set aside, large, with its faces: why none can be used, or which one it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from desktop_app import coach_words
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import read_picture
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.picture_view import Mark, PictureView
from receiver.language import shown
from receiver.models import Box, FaceInPhoto, FacesInPhoto, Photo

if TYPE_CHECKING:
    from receiver.station import Station

_LARGEST = QSize(1600, 1600)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class FacePicture(PictureView):
    """A picture whose faces are chosen by mouse or keyboard."""

    pointed = Signal(int)
    """A face by its number, -1: none."""
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__(QSize(240, 200))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._faces: tuple[FaceInPhoto, ...] = ()
        self._width = 1
        self.current = -1

    def sizeHint(self) -> QSize:  # noqa: N802
        """Faces of a group want room."""
        return QSize(640, 400)

    def show_faces(self, faces: Sequence[FaceInPhoto], width: int) -> None:
        """Faces in the pixels of a picture so wide; the first usable one is pointed at."""
        self._faces, self._width = tuple(faces), max(width, 1)
        self.point_at(next((number for number, face in enumerate(faces) if not face.reason), -1))

    def point_at(self, number: int) -> None:
        """Make this face the current one."""
        self.current = number
        self.show_marks([self._mark(each, face) for each, face in enumerate(self._faces)])
        self.pointed.emit(number)

    def place_of(self, number: int) -> QRectF:
        """Where a face lies in this widget."""
        area, box = self.picture_rect(), self._faces[number].box
        scale = area.width() / self._width
        return QRectF(
            QPointF(area.x() + box.left * scale, area.y() + box.top * scale),
            QPointF(area.x() + box.right * scale, area.y() + box.bottom * scale),
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """What the mouse is over is what a click would take."""
        number = self._at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._is_usable(number) else Qt.CursorShape.ArrowCursor)
        if number >= 0 and number != self.current:
            self.point_at(number)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the face."""
        self._choose(self._at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows go from face to face, Enter takes one."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step and self._faces:
            self.point_at((self.current + step) % len(self._faces))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.current)
        else:
            super().keyPressEvent(event)

    def _choose(self, number: int) -> None:
        if self._is_usable(number):
            self.chosen.emit(number)

    def _is_usable(self, number: int) -> bool:
        return 0 <= number < len(self._faces) and not self._faces[number].reason

    def _at(self, where: QPointF) -> int:
        """The smallest face there: one in front of another is the larger one's inside."""
        hit = [number for number in range(len(self._faces)) if self.place_of(number).contains(where)]
        return min(hit, key=lambda number: self.place_of(number).width(), default=-1)

    def _mark(self, number: int, face: FaceInPhoto) -> Mark:
        tone = "warn" if face.reason else "good" if number == self.current else "muted"
        text = shown(face.reason) if number == self.current else ""
        return Mark(
            face.box.left, face.box.top, face.box.right, face.box.bottom, text, tone, dashed=number != self.current
        )


class FaceChooser(QWidget):
    """Shows one photo; emits the box of the face that was chosen."""

    chosen = Signal(Photo, Box)
    closed = Signal()

    def __init__(self, station: Station) -> None:
        super().__init__()
        self._station = station
        self._photo: Photo | None = None
        self._found: FacesInPhoto | None = None
        self._image = QImage()
        self.picture = FacePicture()
        self.picture.pointed.connect(self._pointed)
        self.picture.chosen.connect(self._chosen)
        self.told = label(wrap=True)
        self._which = label(kind="caption", wrap=True)
        layout = column(self, spacing=theme.S)
        head = row(spacing=theme.S)
        head.addWidget(self.told, 1)
        head.addWidget(button(self.tr("Back to the list"), "undo", then=self.closed.emit))
        layout.addLayout(head)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self._which)

    def show_photo(self, photo: Photo) -> None:
        """Read a photo and look for its faces, in the background."""
        self._photo, self._found, self._image = photo, None, QImage()
        self.picture.setAccessibleName(self.tr("Photo {0}").format(photo.path.name))
        self.picture.show_nothing("")
        self.picture.show_faces((), 1)
        self.told.setText(self.tr("Looking for faces …"))
        run_in_background(self, partial(read_picture, photo.path, _LARGEST), partial(self._show_image, photo))
        run_in_background(
            self,
            partial(self._station.faces_in, photo.path),
            partial(self._show_faces, photo),
            partial(self._failed, photo),
        )

    def say(self, text: str) -> None:
        """What became of a choice."""
        self.told.setText(text)

    def _show_image(self, photo: Photo, image: QImage) -> None:
        if photo is not self._photo:
            return
        if image.isNull():
            self.picture.show_nothing(self.tr("This photo cannot be shown"))
        else:
            self._image = image
            self._place_faces()

    def _show_faces(self, photo: Photo, found: FacesInPhoto) -> None:
        if photo is self._photo:
            self._found = found
            self.told.setText(coach_words.choose(found, photo))
            self._place_faces()
            self.picture.setFocus()

    def _place_faces(self) -> None:
        """Marks are in pixels of the photo, of which the image is a smaller copy; either may come first."""
        found = self._found
        if self._image.isNull():
            return
        self.picture.show_image(self._image, QSize(found.width, found.height) if found else QSize())
        if found is not None:
            self.picture.show_faces(found.faces, found.width)

    def _failed(self, photo: Photo, error: Exception) -> None:
        if photo is self._photo:
            self.told.setText(str(error))

    def _pointed(self, number: int) -> None:
        faces = self._found.faces if self._found else ()
        told = coach_words.face(faces[number], number + 1, len(faces)) if 0 <= number < len(faces) else ""
        self._which.setText(told)
        self.picture.setAccessibleDescription(told)

    def _chosen(self, number: int) -> None:
        if self._photo is not None and self._found is not None:
            self.chosen.emit(self._photo, self._found.faces[number].box)
