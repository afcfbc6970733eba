"""Distances as heaps along one axis: what lies near, what lies far, and the line between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.widgets import theme

_BIN = 0.02
_LEAST = 1.0
"""The axis reaches at least so far, so that two charts can be compared."""
_HEAP, _GAP = 44, 10
_LEADING = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_TRAILING = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
"""Qt mirrors them where the writing goes from right to left."""


@dataclass(frozen=True, slots=True)
class Heap:
    """Values of one kind."""

    words: str
    values: tuple[float, ...]
    tone: str


@dataclass(frozen=True, slots=True)
class Border:
    """A line across all heaps; there may be one or two."""

    at: float
    words: str
    dashed: bool = False


class DistanceChart(QWidget):
    """One heap below the other, on the same axis; from right to left where the writing goes that way."""

    def __init__(self, near: str, far: str) -> None:
        super().__init__()
        self._ends = (near, far)
        self._heaps: tuple[Heap, ...] = ()
        self._borders: tuple[Border, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_heaps(self, heaps: Sequence[Heap], borders: Sequence[Border]) -> None:
        """Draw these; heaps without a value are left out."""
        self._heaps = tuple(heap for heap in heaps if heap.values)
        self._borders = tuple(borders)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as the heaps need."""
        line = self._line_height()
        return QSize(480, round(line + len(self._heaps) * (line + _HEAP + _GAP) + line + theme.S))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Narrow windows make the bars thinner."""
        return QSize(240, self.sizeHint().height())

    def bars(self, number: int) -> tuple[QRectF, ...]:
        """Where the bars of a heap stand."""
        heap = self._heaps[number]
        floor = self._floor_of(number)
        counts: dict[int, int] = {}
        for value in heap.values:
            counts[int(value / _BIN)] = counts.get(int(value / _BIN), 0) + 1
        most = max(counts.values())
        bars = []
        for bin_, count in counts.items():
            ends = sorted((self.place(bin_ * _BIN), self.place((bin_ + 1) * _BIN)))
            height = max(_HEAP * math.sqrt(count / most), 4.0)  # a single photo is what matters most
            bars.append(QRectF(ends[0] + 0.5, floor - height, max(ends[1] - ends[0] - 1, 1.5), height))
        return tuple(bars)

    def place(self, value: float) -> float:
        """The horizontal place of a value, in this widget's pixels."""
        reach = max([_LEAST, *(value for heap in self._heaps for value in heap.values)]) + _BIN
        share = value / reach
        room = self.width() - 2 * theme.S
        return theme.S + room * (1 - share if self._mirrored else share)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Heaps, lines, and what the ends of the axis mean."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.CAPTION))
        for number, heap in enumerate(self._heaps):
            self._paint_heap(painter, number, heap)
        if self._heaps:
            self._paint_borders(painter)
        self._paint_ends(painter)
        painter.end()

    # ---- inside

    @property
    def _mirrored(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def _line_height(self) -> float:
        return QFontMetricsF(theme.font(theme.CAPTION)).height() + 4

    def _floor_of(self, number: int) -> float:
        line = self._line_height()
        return line + number * (line + _HEAP + _GAP) + line + _HEAP

    def _paint_heap(self, painter: QPainter, number: int, heap: Heap) -> None:
        now, floor, line = theme.colors(), self._floor_of(number), self._line_height()
        painter.setPen(QColor(now.text))
        top = QRectF(theme.S, floor - _HEAP - line, self.width() - 2 * theme.S, line)
        painter.drawText(top, int(_LEADING), heap.words)
        painter.setPen(QPen(QColor(now.line), 1))
        painter.drawLine(round(top.left()), round(floor), round(top.right()), round(floor))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.tone(heap.tone)))
        for bar in self.bars(number):
            painter.drawRoundedRect(bar, 1.5, 1.5)

    def _paint_borders(self, painter: QPainter) -> None:
        """The words of two lines stand back to back, so that no line goes through the other's words."""
        order = sorted(self._borders, key=lambda border: self.place(border.at))
        for number, border in enumerate(order):
            at = self.place(border.at)
            width = QFontMetricsF(painter.font()).horizontalAdvance(border.words) + 2
            before = 0.5 if len(order) == 1 else 1.0 - number
            left = min(max(at - before * width, theme.S), self.width() - theme.S - width)
            self._paint_border(painter, border, at, QRectF(left, 0, width, self._line_height()))

    def _paint_border(self, painter: QPainter, border: Border, at: float, words: QRectF) -> None:
        now = theme.colors()
        style = Qt.PenStyle.DashLine if border.dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(now.accent_text if border.dashed else now.text), 1.5, style))
        painter.drawLine(round(at), round(words.bottom()), round(at), round(self._floor_of(len(self._heaps) - 1)))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), border.words)

    def _paint_ends(self, painter: QPainter) -> None:
        painter.setPen(QColor(theme.colors().muted))
        line = self._line_height()
        place = QRectF(theme.S, self.height() - line, self.width() - 2 * theme.S, line)
        near, far = self._ends
        painter.drawText(place, int(_LEADING), near)
        painter.drawText(place, int(_TRAILING), far)
