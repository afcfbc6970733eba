"""A list view with the window's manners: smooth scrolling, whole-row selection, a spoken name."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyledItemDelegate

_WIDE, _TALL = 380, 1000
"""Pixels of a list's width and its window's height from which on it has large pictures."""


def fill(view: QAbstractItemView, model: QAbstractItemModel, delegate: QStyledItemDelegate, name: str) -> None:
    """Give a view what it shows, and the manners of every list here; the delegate is the view's from now on."""
    view.setItemDelegate(delegate)
    delegate.setParent(view)
    view.setModel(model)
    view.setAccessibleName(name)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setMouseTracking(True)
    view.viewport().setMouseTracking(True)
    view.verticalScrollBar().setSingleStep(24)


class PictureRows(QStyledItemDelegate):
    """Paints rows that carry a picture: a large one where the list is wide."""

    SMALL, LARGE = 56, 84
    """Sides in device-independent pixels."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.side = self.SMALL

    def fit(self, view: QAbstractItemView) -> bool:
        """Choose the side for a list; whether that changes the rows' height."""
        roomy = view.width() >= _WIDE and view.window().height() >= _TALL
        before, self.side = self.side, self.LARGE if roomy else self.SMALL
        return self.side != before


class RecordList(QListView):
    """Emits the index that becomes current, by mouse or keyboard."""

    current = Signal(QModelIndex)
    delete_wanted = Signal()

    def __init__(self, model: QAbstractItemModel, delegate: QStyledItemDelegate, name: str) -> None:
        super().__init__()
        fill(self, model, delegate, name)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.selectionModel().currentChanged.connect(lambda now, _before: self.current.emit(now))
        self.clicked.connect(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Delete asks to delete the current record."""
        if event.matches(QKeySequence.StandardKey.Delete):
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A wide list has larger pictures."""
        super().resizeEvent(event)
        delegate = self.itemDelegate()
        if isinstance(delegate, PictureRows) and delegate.fit(self):
            self.scheduleDelayedItemsLayout()
