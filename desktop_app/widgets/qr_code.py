"""A text as a QR code, sharp at every size and scale."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_QUIET = 3
"""Modules of white around it; four in the norm, which the white card's own edge completes."""
_DARK, _LIGHT = "#17130d", "#ffffff"


class QrCode(QWidget):
    """Dark on white in both themes: many phones read nothing else."""

    def __init__(self, text: str, side: int) -> None:
        super().__init__()
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("QR code"))
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Another text, such as an address."""
        self._rows = tuple(tuple(row) for row in segno.make_qr(text, error="m").matrix)
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A square."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Whole device pixels per module, so that no edge is blurred."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(QColor(_LIGHT))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        modules, ratio = len(self._rows), self.devicePixelRatioF()
        module = max(int(self._side * ratio / (modules + 2 * _QUIET)), 1) / ratio
        edge = round((self._side - module * modules) / 2 * ratio) / ratio
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    painter.fillRect(QRectF(edge + x * module, edge + y * module, module, module), QColor(_DARK))
        painter.end()
