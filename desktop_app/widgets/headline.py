"""The verdict in large letters: as many lines as it takes, and a word longer than a line goes on in the next one."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy

from desktop_app.widgets import theme

_LARGE_LINES = 2


class Headline(QLabel):
    """A QLabel breaks lines only between words and cuts what is longer; here nothing is ever cut."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", "headline")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Narrow means tall."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Pixels that all lines take."""
        self.ensurePolished()
        return self._height(width, self._fitting(width))

    def _fitting(self, width: int) -> QFont:
        """The large letters, or smaller ones where those would take more than two lines."""
        lines = self._height(width, self.font()) // max(self.fontMetrics().height(), 1)
        return self.font() if lines <= _LARGE_LINES else theme.font(theme.TITLE, bold=True)

    def _height(self, width: int, font: QFont) -> int:
        layout = QTextLayout(self.text(), font)
        layout.setTextOption(self._option())
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1))
            height += line.height()
        layout.endLayout()
        return int(height + 0.99)

    def sizeHint(self) -> QSize:  # noqa: N802
        """One line, if there is room."""
        self.ensurePolished()
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Any width will do."""
        return QSize(self.fontMetrics().averageCharWidth() * 8, self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """All lines, from the reading side."""
        painter = QPainter(self)
        painter.setFont(self._fitting(self.width()))
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(QRectF(self.rect()), self.text(), self._option())
        painter.end()

    def _option(self) -> QTextOption:
        option = QTextOption(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(self.layoutDirection())
        return option
