"""A picture as large as the room allows, with marks drawn over it on view: the stored picture stays clean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.widgets import theme
from desktop_app.widgets.face_drag import drag_face, is_drag
from desktop_app.widgets.label_places import places


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle in the picture's own pixels, with a name on it."""

    left: int
    top: int
    right: int
    bottom: int
    text: str
    tone: str
    dashed: bool = False
    """Drawn dashed: colour is never the only sign."""
    face: str = ""
    """What is dragged when it is dragged away; empty: nothing."""


_DRAGGED_SIDE = 72
_WIDEST = 0.4
"""Share of the width that a name may take."""
_BACKDROP = QSize(6, 4)
"""Pixels of the picture that fill the room beside it, blurred by being so few."""
_MARK_COLORS = {"good": "#7fe08f", "warn": "#ffc04d", "muted": "#e8e2d8", "bad": "#ff9d94"}
"""Lines lie on photographs, not on the window: they are light in both themes, on a dark outline."""


class PictureView(QWidget):
    """Shows one picture and its marks; empty, it shows a quiet surface with a word."""

    def __init__(self, minimum: QSize | None = None) -> None:
        super().__init__()
        self._image = QImage()
        self._natural = QSize()
        self._marks: tuple[Mark, ...] = ()
        self._placeholder = ""
        self._backdrop = QImage()
        self._pressed = QPoint()
        self._minimum = minimum or QSize(240, 160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_image(self, image: QImage, natural: QSize) -> None:
        """Show an image that stands for a picture of `natural` pixels (it may be scaled down)."""
        self._image = image
        self._natural = natural if not natural.isEmpty() else image.size()
        ignore, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        self._backdrop = image if image.isNull() else image.scaled(_BACKDROP, ignore, smooth)
        self.update()

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Draw these over the picture."""
        self._marks = tuple(marks)
        self.update()

    def show_nothing(self, words: str) -> None:
        """No picture: say why."""
        self._image = QImage()
        self._placeholder = words
        self.update()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What is drawn over the picture."""
        return self._marks

    @property
    def has_image(self) -> bool:
        """Whether a picture is on show."""
        return not self._image.isNull()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Small windows still show who it is."""
        return self._minimum

    def sizeHint(self) -> QSize:  # noqa: N802
        """Large by nature."""
        return QSize(640, 480)

    def picture_rect(self) -> QRectF:
        """Where the picture lies in this widget."""
        if self._image.isNull():
            return QRectF(self.rect())
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left = (self.width() - size.width()) / 2
        return QRectF(left, (self.height() - size.height()) / 2, size.width(), size.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Surface, picture, marks."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), 10, 10)
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), QColor(theme.colors().well))
        if self._image.isNull():
            painter.setPen(QColor(theme.colors().muted))
            painter.drawText(
                self.rect(), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._placeholder
            )
        else:
            area = self.picture_rect()
            painter.setOpacity(0.6)
            painter.drawImage(QRectF(self.rect()), self._backdrop)
            painter.setOpacity(1)
            painter.drawImage(area, self._image)
            self._paint_marks(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Perhaps a face is dragged."""
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A face can be dragged out of the picture."""
        if is_drag(event, self._pressed) and (mark := self._mark_at(self._pressed)):
            drag_face(self, mark.face, self._cut_out(mark))

    def _mark_at(self, point: QPoint) -> Mark | None:
        return next((m for m, box in self._boxes() if m.face and box.contains(QPointF(point))), None)

    def _cut_out(self, mark: Mark) -> QPixmap:
        scale = self._image.width() / max(self._natural.width(), 1)
        box = QRectF(mark.left, mark.top, mark.right - mark.left, mark.bottom - mark.top)
        inside = QRectF(box.topLeft() * scale, box.size() * scale).toRect()
        return QPixmap.fromImage(self._image.copy(inside)).scaledToHeight(_DRAGGED_SIDE)

    def _boxes(self) -> list[tuple[Mark, QRectF]]:
        """Each mark with its rectangle in this widget."""
        area = self.picture_rect()
        scale = area.width() / max(self._natural.width(), 1)
        return [
            (
                mark,
                QRectF(
                    QPointF(area.x() + mark.left * scale, area.y() + mark.top * scale),
                    QPointF(area.x() + mark.right * scale, area.y() + mark.bottom * scale),
                ),
            )
            for mark in self._marks
        ]

    def _paint_marks(self, painter: QPainter) -> None:
        """Names may stand beside the picture, where there is room."""
        area = QRectF(self.rect())
        boxes = self._boxes()
        for mark, box in boxes:
            _paint_box(painter, mark, box)
        named = [(mark, box) for mark, box in boxes if mark.text]
        font = theme.font(theme.BODY, bold=True)
        metrics = QFontMetricsF(font)
        widest = area.width() * _WIDEST
        words = [metrics.elidedText(mark.text, Qt.TextElideMode.ElideRight, widest) for mark, _ in named]
        sizes = [QSizeF(metrics.horizontalAdvance(text) + 16, metrics.height() + 6) for text in words]
        painter.setFont(font)
        for (mark, _), text, pill in zip(named, words, places([b for _, b in named], sizes, area), strict=True):
            painter.setPen(QPen(QColor(0, 0, 0, 110), 1))
            painter.setBrush(_color(mark))
            painter.drawRoundedRect(pill, 6, 6)
            painter.setPen(QColor("#17130d"))
            painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), text)


def _paint_box(painter: QPainter, mark: Mark, box: QRectF) -> None:
    style = Qt.PenStyle.DashLine if mark.dashed else Qt.PenStyle.SolidLine
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 110), 4.5))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(QPen(_color(mark), 2.5, style))
    painter.drawRoundedRect(box, 6, 6)


def _color(mark: Mark) -> QColor:
    return QColor(_MARK_COLORS.get(mark.tone, "#ffffff"))
