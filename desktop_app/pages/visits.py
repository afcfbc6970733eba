"""Visits: everything that happened, newest first, and why the verdict was what it was."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from desktop_app import words
from desktop_app.item_models import RECORD, IdentityModel, VisitModel
from desktop_app.pages.visit_delegate import VisitDelegate
from desktop_app.pages.visit_panel import VisitPanel
from desktop_app.pages.visit_reasons import VisitReasons
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, card, column, label, row, scrolling
from desktop_app.widgets.empty_state import EmptyState
from desktop_app.widgets.notice import NoticeBar
from desktop_app.widgets.record_list import RecordList
from receiver.models import Visit
from receiver.wording import headline

if TYPE_CHECKING:
    from receiver.station import Station

_PICTURE_SHARE = 0.5


class VisitsPage(QWidget):
    """The list on the reading side, the chosen visit beside it."""

    def __init__(
        self,
        station: Station,
        visits: VisitModel,
        identities: IdentityModel,
        thumbnails: Thumbnails,
        notice: NoticeBar,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._station = station
        self._visits = visits
        self._notice = notice
        self.panel = VisitPanel(station, identities, notice, QSize(240, 240), chips=False)
        self.panel.changed.connect(visits.upsert)
        self.reasons = VisitReasons(self.panel.retry)
        self.list = RecordList(visits, VisitDelegate(thumbnails, days=True), self.tr("All visits"))
        thumbnails.ready.connect(self.list.viewport().update)
        self.list.current.connect(self._choose)
        self._detail = QStackedWidget()
        self._detail.addWidget(
            EmptyState("visits", self.tr("Choose a visit"), self.tr("Its pictures, faces and deliveries appear here."))
        )
        self._detail.addWidget(self._make_detail())
        self._stack = QStackedWidget()
        self._stack.addWidget(
            EmptyState(
                "visits",
                self.tr("No visits yet"),
                self.tr("Whoever rings is kept here with picture and verdict. On Live you can try it with a photo."),
            )
        )
        self._stack.addWidget(self._make_split())
        column(self, margin=theme.L).addWidget(self._stack)
        for signal in (visits.rowsInserted, visits.rowsRemoved, visits.modelReset):
            signal.connect(lambda *_: self._refresh())
        visits.dataChanged.connect(self._data_changed)
        self.list.delete_wanted.connect(self.delete)
        self._refresh()

    @property
    def visit(self) -> Visit | None:
        """The visit in the detail."""
        return self.panel.visit if self._detail.currentIndex() == 1 else None

    def delete(self) -> None:
        """Delete the chosen visit: out of sight at once, gone when it can no longer be undone."""
        visit = self.visit
        if visit is None:
            return
        row_ = self._visits.row_of(visit.id) or 0
        self._detail.setCurrentIndex(0)
        self._visits.hide(visit.id)
        if self._visits.rowCount():
            self.list.setCurrentIndex(self._visits.index(min(row_, self._visits.rowCount() - 1), 0))
        self._notice.undoable(
            self.tr("Deleted: {0}, {1}").format(headline(visit), words.moment(visit.started_at)),
            partial(self._visits.unhide, visit),
            partial(self._delete_for_good, visit),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The picture takes half the height, so that the reasons are in sight below it."""
        super().resizeEvent(event)
        self.panel.picture.setFixedHeight(min(max(int(event.size().height() * _PICTURE_SHARE), 220), 900))

    def _make_split(self) -> QWidget:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        side = card()
        layout = column(side, margin=theme.S, spacing=theme.XS)
        title = label(self.tr("Visits"), "title")
        title.setContentsMargins(theme.S, theme.XS, 0, 0)
        layout.addWidget(title)
        layout.addWidget(self.list, 1)
        side.setMinimumWidth(250)
        split.addWidget(side)
        split.addWidget(self._detail)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 5)
        split.setSizes([320, 760])
        split.setHandleWidth(theme.L)
        return split

    def _make_detail(self) -> QWidget:
        inside = QWidget()
        layout = column(inside, spacing=theme.M)
        layout.setContentsMargins(0, 0, theme.M, 0)
        layout.addWidget(self.panel)
        layout.addWidget(self.reasons)
        foot = row()
        foot.addStretch(1)
        foot.addWidget(button(self.tr("Delete this visit"), "delete", then=self.delete))
        layout.addLayout(foot)
        layout.addStretch(1)
        return scrolling(inside)

    def _refresh(self) -> None:
        self._stack.setCurrentIndex(1 if self._visits.rowCount() else 0)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        visit = index.data(RECORD)
        if visit is not None:
            self._show(visit)

    def _data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        for row_ in range(first.row(), last.row() + 1):
            visit = self._visits.index(row_, 0).data(RECORD)
            if self.visit is not None and visit.id == self.visit.id:
                self._show(visit)

    def _show(self, visit: Visit) -> None:
        self._detail.setCurrentIndex(1)
        self.panel.show_visit(visit)
        self.reasons.show_visit(visit)

    def _delete_for_good(self, visit: Visit) -> None:
        task = partial(self._station.delete_visit, visit.id)
        run_in_background(self._visits, task, None, lambda error: self._notice.bad(str(error)))
