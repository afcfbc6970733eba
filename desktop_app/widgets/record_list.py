"""A list view with the window's manners: smooth scrolling, whole-row selection, a spoken name."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyledItemDelegate


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
