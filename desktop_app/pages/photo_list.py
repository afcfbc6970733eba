"""Photos with their judgement, as rows: thumbnail, file name, what it is good for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from desktop_app import coach_words
from desktop_app.item_models import RECORD
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import icons, theme
from desktop_app.widgets.record_list import PictureRows
from receiver.models import Photo

Index = QModelIndex | QPersistentModelIndex


class PhotoDelegate(PictureRows):
    """Paints one photo of the gallery, or one that was just dropped; `whose`: with the person's name."""

    def __init__(self, thumbnails: Thumbnails, *, whose: bool = False) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._whose = whose

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        """Room for the thumbnail, or for two lines of a large font."""
        lines = QFontMetrics(theme.font()).height() + QFontMetrics(theme.font(theme.CAPTION)).height()
        return QSize(0, max(self.side, lines) + theme.M)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Thumbnail, judgement, file name."""
        photo: Photo = index.data(RECORD)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRect(option.rect)
        _paint_state(painter, option, QRectF(area).adjusted(1, 1, -1, -1))
        picture = QRect(area.left() + theme.XS, area.top() + (area.height() - self.side) // 2, self.side, self.side)
        self._paint_thumbnail(painter, photo.path, QStyle.visualRect(option.direction, area, picture))
        below = f"{photo.identity} · {photo.path.name}" if self._whose else photo.path.name
        words = QStyle.visualRect(option.direction, area, area.adjusted(self.side + theme.L, 0, -theme.S, 0))
        _paint_words(painter, option, photo, below, words)
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, path: Path, area: QRect) -> None:
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(area), 6, 6)
        painter.setClipPath(clip)
        painter.fillRect(area, QColor(theme.colors().raised))
        ratio = painter.device().devicePixelRatioF()
        picture = self._thumbnails.get(path, int(self.side * ratio))
        if picture is not None and not picture.isNull():
            painter.drawPixmap(area, picture)
        painter.setClipping(False)


def _paint_state(painter: QPainter, option: QStyleOptionViewItem, surface: QRectF) -> None:
    now = theme.colors()
    painter.setPen(Qt.PenStyle.NoPen)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.setBrush(QColor(now.accent_wash))
        painter.drawRoundedRect(surface, 8, 8)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(now.accent_text), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(surface, 8, 8)


def _paint_words(painter: QPainter, option: QStyleOptionViewItem, photo: Photo, below: str, area: QRect) -> None:
    now = theme.colors()
    look = coach_words.look(photo)
    font, small = QFontMetrics(theme.font()), QFontMetrics(theme.font(theme.CAPTION))
    top = area.top() + (area.height() - font.height() - small.height() - 2) // 2
    sign = QRect(area.left(), top + (font.height() - 16) // 2, 16, 16)
    first = QRect(sign.right() + 6, top, area.right() - sign.right() - 6, font.height())
    second = QRect(area.left(), first.bottom() + 3, area.width(), small.height())
    sign, first = (QStyle.visualRect(option.direction, area, place) for place in (sign, first))
    painter.drawPixmap(sign, icons.pixmap(look.icon, look.tone, 16, painter.device().devicePixelRatioF()))
    for text, place, metrics, step, color in (
        (coach_words.judged(photo), first, font, theme.BODY, now.text),
        (below, second, small, theme.CAPTION, now.muted),
    ):
        painter.setFont(theme.font(step))
        painter.setPen(QColor(color))
        cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), cut)
