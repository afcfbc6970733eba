"""The cards of People: painted, so that hundreds scroll smoothly; photos can be dropped onto one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.item_models import RECORD, IdentityModel
from desktop_app.language import tr
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import icons, theme
from desktop_app.widgets.files import carried, local_paths, offers_pictures, pasted_picture
from desktop_app.widgets.record_list import RecordList
from receiver.models import Identity, Judgement

Index = QModelIndex | QPersistentModelIndex
_GUTTER = theme.M
_LEAST, _MOST = 160, 300
_STEP = 96
_FEWEST = 3
"""Few people get large cards, but not larger than if they were so many."""


class PeopleGrid(RecordList):
    """Cards of people; emits the name (empty: none) and the paths of a drop, or the face and whose card it fell on."""

    dropped = Signal(str, list)
    person_dropped = Signal(str, int, str)
    """A face or a stranger (the kind, the number) on somebody's card."""

    def __init__(self, identities: IdentityModel, thumbnails: Thumbnails) -> None:
        self._cards = PersonDelegate(thumbnails)
        super().__init__(identities, self._cards, "")
        self.setAccessibleName(self.tr("Everybody who is known"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)
        thumbnails.ready.connect(self.viewport().update)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Cards share the width evenly."""
        super().resizeEvent(event)
        self._share()

    def rowsInserted(self, parent: QModelIndex, first: int, last: int) -> None:  # noqa: N802
        """One more wants its share."""
        super().rowsInserted(parent, first, last)
        self._share()

    def _share(self) -> None:
        room = self.maximumViewportSize().width() - 2 * self.verticalScrollBar().sizeHint().width()
        most = max((room + _GUTTER) // (_LEAST + _GUTTER), 1)
        columns = min(most, max(self.model().rowCount(), _FEWEST))
        self._cards.share(room, columns)
        self.scheduleDelayedItemsLayout()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take pictures and folders, faces and strangers."""
        if offers_pictures(event.mimeData()) or carried(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        """Mark the card below; a face has to be somebody's."""
        below = self.indexAt(event.position().toPoint())
        self._mark(below)
        if below.isValid() or not carried(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: object) -> None:  # noqa: N802
        """No card is meant any more."""
        self._mark(QModelIndex())

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Onto a card: photos of that person; beside one: of somebody new."""
        index = self.indexAt(event.position().toPoint())
        self._mark(QModelIndex())
        event.acceptProposedAction()
        name = index.data(RECORD).name if index.isValid() else ""
        if found := carried(event.mimeData()):
            if name:
                self.person_dropped.emit(*found, name)
            return
        self.dropped.emit(name, local_paths(event.mimeData()) or pasted_picture(event.mimeData()))

    def _mark(self, index: QModelIndex) -> None:
        self._cards.aim = index.row() if index.isValid() else -1
        self.viewport().update()


class PersonDelegate(QStyledItemDelegate):
    """Paints a card: the best photo, the name, how many photos carry the recognition."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._cell = self._card = _LEAST
        self._columns = 1
        self.aim = -1
        """The row a drag is over."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        """Picture above two lines, and the gutter."""
        lines = QFontMetrics(theme.font(bold=True)).height() + QFontMetrics(theme.font(theme.CAPTION)).height()
        return QSize(self._cell, self._side + lines + 2 * theme.S + theme.M + _GUTTER)

    def share(self, room: int, columns: int) -> None:
        """Cells lie side by side without a gap; in them the cards do with one, and the outer ones without."""
        self._columns = columns
        self._card = min((room - _GUTTER * (columns - 1)) // columns, _MOST)
        self._cell = min(room // columns, self._card + _GUTTER)

    @property
    def _side(self) -> int:
        """Of the picture."""
        return self._card - 2 * theme.S

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Surface, photo, words."""
        person: Identity = index.data(RECORD)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        cell = QRect(option.rect)
        left = cell.left() + index.row() % self._columns * (self._card + _GUTTER - self._cell)
        area = QRect(left, cell.top(), self._card, cell.height() - _GUTTER)
        area = QStyle.visualRect(option.direction, cell, area)
        self._paint_surface(painter, option, QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), aimed=index.row() == self.aim)
        picture = QRect(area.left() + theme.S, area.top() + theme.S, self._side, self._side)
        self._paint_photo(painter, person, picture)
        _paint_lines(painter, person, area, picture.bottom() + theme.S, option.direction)
        painter.restore()

    def _paint_surface(self, painter: QPainter, option: QStyleOptionViewItem, surface: QRectF, *, aimed: bool) -> None:
        now = theme.colors()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.setBrush(QColor(now.accent_wash if selected or aimed else now.raised if hovered else now.card))
        if aimed:
            painter.setPen(QPen(QColor(now.accent_text), 2, Qt.PenStyle.DashLine))
        elif option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(now.accent_text), 2))
        else:
            painter.setPen(QPen(QColor(now.accent if selected else now.line), 1))
        painter.drawRoundedRect(surface, 10, 10)

    def _paint_photo(self, painter: QPainter, person: Identity, area: QRect) -> None:
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(area), 8, 8)
        painter.setClipPath(clip)
        painter.fillRect(area, QColor(theme.colors().raised))
        ratio = painter.device().devicePixelRatioF()
        best = sorted(person.photos, key=lambda p: p.judgement is not Judgement.GOOD)
        picture = self._thumbnails.get(best[0].path, _stepped(self._side * ratio)) if best else None
        if picture is not None and not picture.isNull():
            painter.drawPixmap(area, picture)
        else:
            center = QRect(0, 0, 48, 48)
            center.moveCenter(area.center())
            painter.drawPixmap(center, icons.pixmap("person", "muted", 48, ratio))
        painter.setClipping(False)


def _stepped(side: float) -> int:
    """Thumbnails come in few sizes: they are kept, and a window is drawn to many."""
    return -int(-side // _STEP) * _STEP


def _paint_lines(painter: QPainter, person: Identity, area: QRect, top: int, direction: Qt.LayoutDirection) -> None:
    now = theme.colors()
    font, small = theme.font(bold=True), theme.font(theme.CAPTION)
    first = QRect(area.left() + theme.S, top, area.width() - 2 * theme.S, QFontMetrics(font).height())
    painter.setFont(font)
    painter.setPen(QColor(now.text))
    name = QFontMetrics(font).elidedText(person.name, Qt.TextElideMode.ElideRight, first.width())
    painter.drawText(first, int(Qt.AlignmentFlag.AlignCenter), name)
    icon, tone, told = person_words(person)
    metrics = QFontMetrics(small)
    told = metrics.elidedText(told, Qt.TextElideMode.ElideRight, first.width() - 22)
    width = metrics.horizontalAdvance(told) + 20
    left = area.center().x() - width // 2
    both = QRect(left, first.bottom() + 3, width, metrics.height())
    line = QStyle.visualRect(direction, both, both.adjusted(20, 0, 0, 0))
    ratio = painter.device().devicePixelRatioF()
    sign = QRect(left, both.top() + (both.height() - 16) // 2, 16, 16)
    painter.drawPixmap(QStyle.visualRect(direction, both, sign), icons.pixmap(icon, tone, 16, ratio))
    painter.setFont(small)
    painter.setPen(QColor(now.muted))
    painter.drawText(line, int(QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignVCenter)), told)


def person_words(person: Identity) -> tuple[str, str, str]:
    """Icon, tone and words for how well a person can be known."""
    if not person.usable:
        return "failed", "warn", tr("no usable photo")
    told = tr("%n photos", "", person.usable)
    aside = len(person.photos) - person.usable
    if aside:
        return "working", "good", tr("{0}, {1} set aside").format(told, aside)
    return "working", "good", told
