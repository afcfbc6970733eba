"""How a visit looks in a list: thumbnail, verdict, door and time; the first of a day carries the day's name."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app import words
from desktop_app.item_models import RECORD
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import icons, theme
from receiver.models import Visit

_THUMBNAIL = 56
Index = QModelIndex | QPersistentModelIndex


class VisitDelegate(QStyledItemDelegate):
    """Paints visits; with `days`, the first of each day stands below a heading."""

    def __init__(self, thumbnails: Thumbnails, *, days: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._days = days

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """One row, and a heading's height for the first of a day."""
        height = max(_THUMBNAIL, 2 * QFontMetrics(theme.font()).height() + theme.XS) + 2 * theme.S
        return QSize(0, height + (self._heading_height() if self._begins_day(index) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Heading, surface, thumbnail, words."""
        visit: Visit = index.data(RECORD)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRect(option.rect)
        if self._begins_day(index):
            heading = QRect(area.left() + theme.S, area.top(), area.width(), self._heading_height() - theme.XS)
            painter.setFont(theme.font(theme.CAPTION, bold=True))
            painter.setPen(QColor(theme.colors().muted))
            painter.drawText(
                heading, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), words.day(visit.started_at)
            )
            area.setTop(area.top() + self._heading_height())
        _paint_surface(painter, option, area)
        picture = QRect(area.left() + theme.S, area.top() + (area.height() - _THUMBNAIL) // 2, _THUMBNAIL, _THUMBNAIL)
        self._paint_thumbnail(painter, visit, picture)
        text = area.adjusted(picture.width() + 2 * theme.S + theme.XS, theme.S, -theme.S, -theme.S)
        _paint_words(painter, visit, text, days=self._days)
        painter.restore()

    def _begins_day(self, index: Index) -> bool:
        if not self._days:
            return False
        if index.row() == 0:
            return True
        above: Visit = index.siblingAtColumn(0).model().index(index.row() - 1, 0).data(RECORD)
        mine: Visit = index.data(RECORD)
        return words.day(above.started_at) != words.day(mine.started_at)

    def _heading_height(self) -> int:
        return QFontMetrics(theme.font(theme.CAPTION, bold=True)).height() + theme.L

    def _paint_thumbnail(self, painter: QPainter, visit: Visit, area: QRect) -> None:
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(area), 6, 6)
        painter.setClipPath(clip)
        painter.fillRect(area, QColor(theme.colors().raised))
        ratio = painter.device().devicePixelRatioF()
        picture = self._thumbnails.get(visit.picture.path, int(_THUMBNAIL * ratio)) if visit.picture else None
        if picture is not None and not picture.isNull():
            painter.drawPixmap(area, picture)
        else:
            center = QRect(0, 0, 20, 20)
            center.moveCenter(area.center())
            painter.drawPixmap(center, icons.pixmap("photo", "muted", 20, ratio))
        painter.setClipping(False)


def _paint_surface(painter: QPainter, option: QStyleOptionViewItem, area: QRect) -> None:
    now = theme.colors()
    surface = QRectF(area).adjusted(2, 1, -2, -1)
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if selected or option.state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.accent_wash if selected else now.raised))
        painter.drawRoundedRect(surface, 8, 8)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(now.accent_text), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(surface.adjusted(1, 1, -1, -1), 7, 7)


def _paint_words(painter: QPainter, visit: Visit, area: QRect, *, days: bool) -> None:
    now = theme.colors()
    look = words.visit_look(visit)
    ratio = painter.device().devicePixelRatioF()
    font, small = theme.font(bold=True), theme.font(theme.CAPTION)
    metrics, small_metrics = QFontMetrics(font), QFontMetrics(small)
    top = area.top() + (area.height() - metrics.height() - small_metrics.height() - 2) // 2
    icon = QRect(area.left(), top + (metrics.height() - 18) // 2, 18, 18)
    painter.drawPixmap(icon, icons.pixmap(look.icon, look.tone, 18, ratio))
    first = QRect(icon.right() + 6, top, area.right() - icon.right() - 6, metrics.height())
    painter.setFont(font)
    painter.setPen(QColor(now.text))
    title = metrics.elidedText(words.short(visit), Qt.TextElideMode.ElideRight, first.width())
    painter.drawText(first, int(Qt.AlignmentFlag.AlignVCenter), title)
    second = QRect(area.left(), first.bottom() + 3, area.width(), small_metrics.height())
    when = words.clock(visit.started_at) if days else words.moment(visit.started_at)
    painter.setFont(small)
    painter.setPen(QColor(now.muted))
    line = small_metrics.elidedText(f"{when} · {visit.door_name}", Qt.TextElideMode.ElideRight, second.width())
    painter.drawText(second, int(Qt.AlignmentFlag.AlignVCenter), line)
