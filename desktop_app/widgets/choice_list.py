"""Some of a few: each is a pill that is pressed in or not; one stop for Tab, arrows between them, Space presses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.widgets import icons, theme
from desktop_app.widgets.record_list import fill

Index = QModelIndex | QPersistentModelIndex
_VALUE = int(Qt.ItemDataRole.UserRole) + 1
_SIGN = 16
_MOST_ROWS = 4
_WIDEST = 220
_GAP = 6
"""After each pill, and below."""


class Choice(NamedTuple):
    """One that can be chosen."""

    value: str
    text: str
    tip: str = ""


class ChoiceList(QListView):
    """Emits the values that are chosen, in the order of the choices, when the user changes one."""

    changed = Signal(tuple)

    def __init__(self) -> None:
        super().__init__()
        self._choices = QStandardItemModel(self)
        self._shown: tuple[Choice, ...] = ()
        fill(self, self._choices, _PillDelegate(), "")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._choices.itemChanged.connect(lambda _: self.changed.emit(self.chosen))

    def show_choices(self, choices: Sequence[Choice], chosen: Collection[str]) -> None:
        """These can be chosen, those values are."""
        if tuple(choices) == self._shown and set(chosen) == set(self.chosen):
            return
        self._shown = tuple(choices)
        at = self.currentIndex().row()
        self._choices.clear()
        for choice in choices:
            item = QStandardItem(choice.text)
            item.setData(choice.value, _VALUE)
            item.setToolTip(choice.tip)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if choice.value in chosen else Qt.CheckState.Unchecked)
            self._choices.appendRow(item)
        self.setCurrentIndex(self._choices.index(max(at, 0), 0))
        self.scheduleDelayedItemsLayout()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The values that are chosen now."""
        items = (self._choices.item(row) for row in range(self._choices.rowCount()))
        return tuple(item.data(_VALUE) for item in items if item.checkState() is Qt.CheckState.Checked)

    def doItemsLayout(self) -> None:  # noqa: N802
        """As high as its rows, up to a few."""
        super().doItemsLayout()
        row_height = self.itemDelegate().sizeHint(QStyleOptionViewItem(), QModelIndex()).height()
        most = _MOST_ROWS * row_height
        self.setFixedHeight(min(max(self.contentsSize().height(), row_height), most) + 2 * self.frameWidth())


class _PillDelegate(QStyledItemDelegate):
    """Paints a pill; all of it takes the click."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """As wide as its words, within reason."""
        metrics = QFontMetrics(theme.font())
        words = metrics.horizontalAdvance(index.data() or "")
        width = min(words + 2 + _SIGN + theme.XS + 2 * theme.M, _WIDEST)
        return QSize(width + _GAP, max(metrics.height(), _SIGN) + 2 * theme.S - 2 + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Surface, sign, words; mirrored where one reads from the right."""
        now = theme.colors()
        chosen = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
        state = option.state
        view = option.widget
        focused = bool(state & QStyle.StateFlag.State_HasFocus) and view is not None and view.hasFocus()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setBrush(QColor(now.accent_wash if chosen else now.raised if hovered else now.card))
        painter.setPen(QPen(QColor(now.accent_text if focused or chosen else now.control_line), 2 if focused else 1))
        area = QStyle.visualRect(option.direction, option.rect, QRect(option.rect).adjusted(0, 0, -_GAP, -_GAP))
        surface = QRectF(area).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(surface, surface.height() / 2, surface.height() / 2)
        inner = area.adjusted(theme.M, 0, -theme.M, 0)
        sign = QRect(inner.left(), inner.center().y() - _SIGN // 2 + 1, _SIGN, _SIGN)
        drawn = icons.pixmap("good" if chosen else "add", "accent" if chosen else "muted", _SIGN, _ratio(painter))
        painter.drawPixmap(QStyle.visualRect(option.direction, inner, sign), drawn)
        words = QRect(inner).adjusted(_SIGN + theme.XS, 0, 0, 0)
        painter.setFont(theme.font())
        painter.setPen(QColor(now.text))
        text = QFontMetrics(theme.font()).elidedText(index.data(), Qt.TextElideMode.ElideRight, words.width())
        side = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QStyle.visualRect(option.direction, inner, words), int(side), text)
        painter.restore()

    def editorEvent(  # noqa: N802
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A click, or Space, changes it."""
        if isinstance(event, QMouseEvent):
            pressed = event.type() is QEvent.Type.MouseButtonRelease and event.button() is Qt.MouseButton.LeftButton
            pressed = pressed and option.rect.contains(event.position().toPoint())
        else:
            pressed = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select)
        if not pressed:
            return False
        chosen = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
        other = Qt.CheckState.Unchecked if chosen else Qt.CheckState.Checked
        return bool(model.setData(index, other, Qt.ItemDataRole.CheckStateRole))


def _ratio(painter: QPainter) -> float:
    return float(painter.device().devicePixelRatioF())
