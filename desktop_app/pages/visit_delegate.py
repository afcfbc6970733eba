"""How a visit looks in a list: thumbnail, verdict, door and time; the first of a day carries the day's name."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from desktop_app import history_words, words
from desktop_app.history_model import STARTED
from desktop_app.item_models import RECORD
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import icons, theme
from desktop_app.widgets.record_list import PictureRows
from receiver.models import Visit

_ICON = 18
_ROUND = 6
_MOST_ROUNDED = 200
_EXACTLY = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute  # or the painter mirrors it once more
_BEFORE = (Qt.AlignmentFlag.AlignLeft | _EXACTLY).value
_BEHIND = (Qt.AlignmentFlag.AlignRight | _EXACTLY).value
_MIRRORED = {_BEFORE: _BEHIND, _BEHIND: _BEFORE}
_SELECTED = QStyle.StateFlag.State_Selected.value
_UNDER_THE_MOUSE = QStyle.StateFlag.State_MouseOver.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value
"""As plain numbers: each row joins several, which enumerations of Python are slow at."""
Index = QModelIndex | QPersistentModelIndex


class VisitDelegate(PictureRows):
    """Paints visits, all rows equally high; with `days`, a line and a name stand where another day begins.

    A row whose record is not here yet shows its time.
    """

    def __init__(self, thumbnails: Thumbnails, *, days: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._days = days
        self._rounded: dict[int, QPixmap] = {}
        """Cut once: to clip each in each frame takes ten times as long as to draw it."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        """One row."""
        return QSize(0, max(self.side, 2 * QFontMetrics(theme.font()).height() + theme.XS) + 2 * theme.S)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Surface, thumbnail, words, and the day."""
        visit: Visit | None = index.data(RECORD)
        row = _Row(painter, option, self.side)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        row.surface()
        day = self._day_begun(index)
        if day:
            row.rule()
        row.thumbnail(self._picture(visit, painter) if visit else None)
        if visit is None:
            row.words("", words.clock(index.data(STARTED)), "", day)
        else:
            when = words.clock(visit.started_at) if self._days else words.moment(visit.started_at)
            row.sign(words.visit_look(visit))
            row.words(words.short(visit), when, visit.door_name, day)
        painter.restore()

    def _picture(self, visit: Visit, painter: QPainter) -> QPixmap | None:
        side = int(self.side * painter.device().devicePixelRatioF())
        picture = self._thumbnails.get(visit.picture.path, side) if visit.picture else None
        if picture is None or picture.isNull():
            return None
        key = picture.cacheKey()
        if key not in self._rounded:
            if len(self._rounded) >= _MOST_ROUNDED:
                self._rounded.clear()
            self._rounded[key] = _round(picture, _ROUND * picture.width() / self.side)
        return self._rounded[key]

    def _day_begun(self, index: Index) -> str:
        """The day's name when another one stands above it; else nothing."""
        if not self._days or not index.row():
            return ""
        at, above = (index.model().index(row, 0).data(STARTED) for row in (index.row(), index.row() - 1))
        same = datetime.fromtimestamp(above).date() == datetime.fromtimestamp(at).date()
        return "" if same else history_words.day(at)


class _Font(NamedTuple):
    font: QFont
    metrics: QFontMetrics


class _Type(NamedTuple):
    """Made once: a frame has a dozen rows."""

    title: _Font
    line: _Font
    day: _Font


def _round(picture: QPixmap, radius: float) -> QPixmap:
    result = QPixmap(picture.size())
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(picture))
    painter.drawRoundedRect(result.rect(), radius, radius)
    painter.end()
    return result


@lru_cache(maxsize=2)
def _type(_of_the_system: str) -> _Type:
    fonts = theme.font(bold=True), theme.font(theme.CAPTION), theme.font(theme.CAPTION, bold=True)
    return _Type(*(_Font(font, QFontMetrics(font)) for font in fonts))


class _Row:
    """Where the parts of a row go, mirrored where one reads from the right."""

    def __init__(self, painter: QPainter, option: QStyleOptionViewItem, side: int) -> None:
        """`side` of the thumbnail."""
        self._side = side
        self._painter = painter
        self._option = option
        self._area = QRect(option.rect)
        self._mirrors = option.direction == Qt.LayoutDirection.RightToLeft
        self._ratio = painter.device().devicePixelRatioF()
        self._type = _type(QApplication.font().toString())

    def surface(self) -> None:
        now = theme.colors()
        state = self._option.state.value
        surface = QRectF(self._area).adjusted(2, 1, -2, -1)
        selected = state & _SELECTED
        if selected or state & _UNDER_THE_MOUSE:
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(QColor(now.accent_wash if selected else now.raised))
            self._painter.drawRoundedRect(surface, 8, 8)
        if state & _FOCUSED:
            self._painter.setPen(QPen(QColor(now.accent_text), 2))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawRoundedRect(surface.adjusted(1, 1, -1, -1), 7, 7)

    def rule(self) -> None:
        """Another day begins."""
        edge = QRect(self._area.left() + theme.S, self._area.top(), self._area.width() - 2 * theme.S, 1)
        self._painter.fillRect(edge, QColor(theme.colors().line))

    def thumbnail(self, picture: QPixmap | None) -> None:
        left, top = self._area.left() + theme.S, self._area.top() + (self._area.height() - self._side) // 2
        area = self._mirrored(QRect(left, top, self._side, self._side))
        if picture is not None and not picture.isNull():
            self._painter.drawPixmap(area, picture)
            return
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(theme.colors().raised))
        self._painter.drawRoundedRect(area, _ROUND, _ROUND)
        center = QRect(0, 0, icons.SIZE, icons.SIZE)
        center.moveCenter(area.center())
        self._painter.drawPixmap(center, icons.pixmap("photo", "muted", icons.SIZE, self._ratio))

    def sign(self, look: words.Look) -> None:
        first, _ = self._lines()
        icon = QRect(first.left() - _ICON - 6, first.top() + (first.height() - _ICON) // 2, _ICON, _ICON)
        self._painter.drawPixmap(self._mirrored(icon), icons.pixmap(look.icon, look.tone, _ICON, self._ratio))

    def words(self, title: str, when: str, where: str, day: str) -> None:
        first, second = self._lines()
        now, font = theme.colors(), self._type
        line = f"{when} · {where}" if where else when
        if day:
            self._write(second, day, font.day, now.muted, _BEHIND)
            second.setRight(second.right() - font.day.metrics.horizontalAdvance(day) - theme.S)
            if font.line.metrics.horizontalAdvance(line) > second.width():
                line = when
        self._write(first, title, font.title, now.text)
        self._write(second, line, font.line, now.muted)

    def _lines(self) -> tuple[QRect, QRect]:
        """Of the title, after its sign, and of what stands below."""
        left = self._area.left() + self._side + theme.S + theme.M
        width = self._area.right() - theme.S - left
        high, low = self._type.title.metrics.height(), self._type.line.metrics.height()
        top = self._area.top() + (self._area.height() - high - low - 3) // 2
        return QRect(left + _ICON + 6, top, width - _ICON - 6, high), QRect(left, top + high + 3, width, low)

    def _write(self, area: QRect, text: str, font: _Font, color: str, side: int = _BEFORE) -> None:
        self._painter.setFont(font.font)
        self._painter.setPen(QColor(color))
        fitting = font.metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        self._painter.drawText(self._mirrored(area), _MIRRORED[side] if self._mirrors else side, fitting)

    def _mirrored(self, area: QRect) -> QRect:
        return QStyle.visualRect(self._option.direction, self._area, area) if self._mirrors else area
