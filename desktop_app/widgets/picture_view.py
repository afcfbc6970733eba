"""A picture as large as the room allows, with marks drawn over it on view: the stored picture stays clean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.widgets import theme


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
        self._minimum = minimum or QSize(240, 160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_image(self, image: QImage, natural: QSize) -> None:
        """Show an image that stands for a picture of `natural` pixels (it may be scaled down)."""
        self._image = image
        self._natural = natural if not natural.isEmpty() else image.size()
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
            painter.drawImage(area, self._image)
            self._paint_marks(painter, area)
        painter.end()

    def _paint_marks(self, painter: QPainter, area: QRectF) -> None:
        scale = area.width() / max(self._natural.width(), 1)
        for mark in self._marks:
            box = QRectF(
                QPointF(area.x() + mark.left * scale, area.y() + mark.top * scale),
                QPointF(area.x() + mark.right * scale, area.y() + mark.bottom * scale),
            )
            self._paint_mark(painter, mark, box, area)

    def _paint_mark(self, painter: QPainter, mark: Mark, box: QRectF, area: QRectF) -> None:
        color = QColor(_MARK_COLORS.get(mark.tone, "#ffffff"))
        style = Qt.PenStyle.DashLine if mark.dashed else Qt.PenStyle.SolidLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 110), 4.5))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QPen(color, 2.5, style))
        painter.drawRoundedRect(box, 6, 6)
        if not mark.text:
            return
        font = theme.font(theme.BODY, bold=True)
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(mark.text, Qt.TextElideMode.ElideRight, max(area.width() - 20, 20))
        pill = QRectF(0, 0, metrics.horizontalAdvance(text) + 16, metrics.height() + 6)
        pill.moveTo(box.left(), box.bottom() + 6)
        if pill.bottom() > area.bottom():
            pill.moveBottom(box.top() - 6)
        if pill.top() < area.top():
            pill.moveTop(area.top() + 4)
        pill.moveLeft(min(max(pill.left(), area.left() + 4), area.right() - pill.width() - 4))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(pill, 6, 6)
        painter.setPen(QColor("#17130d"))
        painter.setFont(font)
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), text)
