"""Who came more than once and has no name: a strip of small cards below the people, each to be named or dragged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app import people_words
from desktop_app.face_crops import FaceCrops
from desktop_app.item_models import RECORD, StrangerModel
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.record_list import RecordList
from receiver.models import Gathered, StrangersChanged

if TYPE_CHECKING:
    from receiver.station import Station

Index = QModelIndex | QPersistentModelIndex
_FACE = 48
_WIDTH = 208


class StrangersStrip(QWidget):
    """Shows itself when there is somebody; emits who is chosen, or that nobody is any more."""

    chosen = Signal(object)

    def __init__(self, station: Station, crops: FaceCrops) -> None:
        super().__init__()
        self._station = station
        self._all: tuple[Gathered, ...] = ()
        self.model = StrangerModel(self)
        self.list = RecordList(self.model, StrangerDelegate(crops), self.tr("People who came more than once"))
        self.list.setFlow(QListView.Flow.LeftToRight)
        self.list.setWrapping(False)
        self.list.setSpacing(theme.XS)
        self.list.setUniformItemSizes(True)
        self.list.setDragEnabled(True)
        self.list.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedHeight(_height() + 2 * theme.XS + theme.L)
        self.list.current.connect(lambda index: self.chosen.emit(index.data(RECORD)))
        crops.ready.connect(self.list.viewport().update)
        self._ignored = button("", kind="link", then=self._refill)
        self._ignored.setCheckable(True)
        head = row(spacing=theme.M)
        head.addWidget(label(self.tr("Who is this? They came more than once"), "title"))
        head.addWidget(self._ignored)
        head.addStretch(1)
        layout = column(self, spacing=theme.S)
        layout.addLayout(head)
        layout.addWidget(self.list)
        self._refill()

    @Slot(object)
    def show_change(self, change: StrangersChanged) -> None:
        """Somebody came again, got a name, or is ignored."""
        self._all = change.strangers
        self._refill()

    def refresh(self) -> None:
        """Ask the station."""

        def both() -> StrangersChanged:
            wanted, ignored = (self._station.gathered_strangers(ignored=which) for which in (False, True))
            return StrangersChanged((*wanted, *ignored))

        run_in_background(self, both, self.show_change)

    def unselect(self) -> None:
        """Nobody is chosen here any more."""
        self.list.clearSelection()
        self.list.setCurrentIndex(QModelIndex())

    def _refill(self) -> None:
        ignored = sum(one.ignored for one in self._all)
        if not ignored:
            self._ignored.setChecked(False)
        showing = self._ignored.isChecked()
        self._ignored.setVisible(bool(ignored))
        hidden = self.tr("%n are ignored", "", ignored)
        self._ignored.setText(self.tr("Hide who is ignored") if showing else hidden)
        self._ignored.setAccessibleName(self._ignored.text())
        self._replace([one for one in self._all if showing or not one.ignored])
        self.list.setVisible(self.model.rowCount() > 0)
        self.setVisible(bool(self._all))

    def _replace(self, strangers: Sequence[Gathered]) -> None:
        """Whoever is chosen stays chosen, or nobody is: the view itself would go on to the next one."""
        chosen: Gathered | None = self.list.currentIndex().data(RECORD)
        self.blockSignals(True)
        self.model.replace(strangers)
        row_ = self.model.row_of(chosen.id) if chosen else None
        self.list.setCurrentIndex(QModelIndex() if row_ is None else self.model.index(row_))
        self.blockSignals(False)
        if chosen:
            self.chosen.emit(self.list.currentIndex().data(RECORD))


class StrangerDelegate(QStyledItemDelegate):
    """Paints a card: the face in a circle, the letter, how often they came."""

    def __init__(self, crops: FaceCrops) -> None:
        super().__init__()
        self._crops = crops

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        """Wide enough for two lines beside the face."""
        words = QFontMetrics(theme.font(theme.CAPTION)).horizontalAdvance("00 visits in 000 days")
        return QSize(max(_WIDTH, words + _FACE + 3 * theme.M), _height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Surface, face, words; mirrored where one reads from the right."""
        stranger: Gathered = index.data(RECORD)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRect(option.rect).adjusted(1, 1, -1, -1)
        area.setHeight(_height() - 2)  # a list of one row would give it all the room there is
        _paint_surface(painter, option, QRectF(area))
        inner = area.adjusted(theme.M, 0, -theme.M, 0)
        place = partial(QStyle.visualRect, option.direction, inner)
        face = place(QRect(inner.left(), inner.center().y() - _FACE // 2, _FACE, _FACE))
        if stranger.ignored:
            painter.setOpacity(0.55)
        paint_face(painter, self._crops, stranger, face)
        painter.setOpacity(1.0)
        words = QRect(inner.left() + _FACE + theme.M, inner.top(), inner.width() - _FACE - theme.M, inner.height())
        _paint_words(painter, stranger, place(words), option.direction)
        painter.restore()


def paint_face(painter: QPainter, crops: FaceCrops, stranger: Gathered, area: QRect) -> None:
    """The best face of somebody, in a circle; a person's outline as long as there is none."""
    clip = QPainterPath()
    clip.addEllipse(QRectF(area))
    painter.save()
    painter.setClipPath(clip)
    painter.fillRect(area, QColor(theme.colors().raised))
    ratio = painter.device().devicePixelRatioF()
    picture = crops.get(stranger.glimpses[0], int(area.width() * ratio)) if stranger.glimpses else None
    if picture is not None and not picture.isNull():
        painter.drawPixmap(area, picture)
    else:
        sign = QRect(0, 0, area.width() // 2, area.height() // 2)
        sign.moveCenter(area.center())
        painter.drawPixmap(sign, icons.pixmap("person", "muted", sign.width(), ratio))
    painter.restore()


def _height() -> int:
    lines = QFontMetrics(theme.font(bold=True)).height() + QFontMetrics(theme.font(theme.CAPTION)).height()
    return max(_FACE, lines) + 2 * theme.S


def _paint_surface(painter: QPainter, option: QStyleOptionViewItem, surface: QRectF) -> None:
    now = theme.colors()
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    painter.setBrush(QColor(now.accent_wash if selected else now.raised if hovered else now.card))
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(now.accent_text), 2))
    else:
        painter.setPen(QPen(QColor(now.accent if selected else now.line), 1))
    painter.drawRoundedRect(surface, 10, 10)


def _paint_words(painter: QPainter, stranger: Gathered, area: QRect, direction: Qt.LayoutDirection) -> None:
    now = theme.colors()
    seen = people_words.seen(stranger)
    lines = (
        (people_words.called(stranger), theme.font(bold=True), now.text),
        (seen, theme.font(theme.CAPTION), now.muted),
    )
    height = sum(QFontMetrics(font).height() for _, font, _ in lines)
    top = area.center().y() - height // 2
    side = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
    for text, font, color in lines:
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(color))
        cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(QRect(area.left(), top, area.width(), metrics.height()), side, cut)
        top += metrics.height()
