"""A list of any length: what it costs depends on the rows in sight, not on how many there are."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from desktop_app.widgets.record_list import PictureRows, fill


class LongList(QTableView):
    """Emits the index that becomes current, by mouse or keyboard; all rows are as high as the delegate says of one.

    QListView asks the model for each of its rows whenever one of them changes; a table with rows of one height does
    not.
    """

    current = Signal(QModelIndex)
    delete_wanted = Signal()

    def __init__(self, model: QAbstractItemModel, delegate: QStyledItemDelegate, name: str) -> None:
        super().__init__()
        fill(self, model, delegate, name)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setCornerButtonEnabled(False)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._fit_rows()
        self.selectionModel().currentChanged.connect(lambda now, _before: self.current.emit(now))
        self.clicked.connect(self.current)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another font wants other rows."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_rows()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A wide list has larger pictures."""
        super().resizeEvent(event)
        delegate = self.itemDelegate()
        if isinstance(delegate, PictureRows) and delegate.fit(self):
            self._fit_rows()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Delete asks to delete the current record; Home and End go to the first and last row, as in any list."""
        rows = self.model().rowCount()
        if event.matches(QKeySequence.StandardKey.Delete):
            self.delete_wanted.emit()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and rows:
            self.setCurrentIndex(self.model().index(0 if event.key() == Qt.Key.Key_Home else rows - 1, 0))
        else:
            super().keyPressEvent(event)

    def _fit_rows(self) -> None:
        height = self.itemDelegate().sizeHint(QStyleOptionViewItem(), QModelIndex()).height()
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
