"""How near a face is to the nearest people, and how near it has to be for a name."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.widgets import theme

_HEIGHT = 18
_FARTHEST = 1.0
"""Of what is shown: hardly two people are farther apart."""
_DOT = 5.0


class DistanceBar(QWidget):
    """A scale of distances: the part where a name is given is filled, the nearest a dot, the next one a ring."""

    def __init__(self, nearest: float, line: float, runner_up: float | None, name: str) -> None:
        super().__init__()
        self._nearest = nearest
        self._line = line
        self._runner_up = runner_up
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As long as there is room."""
        return QSize(160, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The scale, then what stands on it."""
        now = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        middle, end = self.height() / 2, self._at(self._line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.line))
        painter.drawRoundedRect(QRectF(0, middle - 3, self.width(), 6), 3, 3)
        painter.setBrush(QColor(theme.mix(now.card, now.good, 0.45)))
        painter.drawRoundedRect(QRectF(0, middle - 3, end, 6), 3, 3)
        painter.setPen(QPen(QColor(now.text), 2))
        painter.drawLine(QPointF(end, middle - 7), QPointF(end, middle + 7))
        if self._runner_up is not None:
            painter.setPen(QPen(QColor(now.text), 2))
            painter.setBrush(QColor(now.card))
            painter.drawEllipse(QPointF(self._at(self._runner_up), middle), _DOT - 1, _DOT - 1)
        painter.setPen(QPen(QColor(now.card), 1.5))
        painter.setBrush(QColor(now.good if self._nearest <= self._line else now.warn))
        painter.drawEllipse(QPointF(self._at(self._nearest), middle), _DOT + 1, _DOT + 1)
        painter.end()

    def _at(self, distance: float) -> float:
        """Where a distance stands, with room for its dot at both ends."""
        room = self.width() - 2 * _DOT - 2
        return _DOT + 1 + room * min(max(distance / _FARTHEST, 0.0), 1.0)
