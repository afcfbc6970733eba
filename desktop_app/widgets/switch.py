"""A check box that looks like the switch it is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from desktop_app.widgets import theme


class Switch(QCheckBox):
    """On or off, at once."""

    def __init__(self, on: bool = False) -> None:
        super().__init__()
        self.setChecked(on)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802
        """A finger's width."""
        return QSize(48, 28)

    def hitButton(self, position: object) -> bool:  # noqa: N802
        """All of it takes the click."""
        return self.rect().contains(position)  # type: ignore[call-overload]

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Track, knob, tick, focus."""
        now = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(4, (self.height() - 20) / 2, 38, 20)
        on = self.isChecked()
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        painter.setPen(QPen(QColor(now.accent_text if on else now.control_line), 1.5))
        painter.setBrush(QColor(now.accent if on else now.card))
        painter.drawRoundedRect(track, 10, 10)
        center = QPointF(track.right() - 10 if on else track.left() + 10, track.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.on_accent if on else now.muted))
        painter.drawEllipse(center, 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(QColor(now.accent_text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(track.adjusted(-3, -3, 3, 3), 13, 13)
        painter.end()
