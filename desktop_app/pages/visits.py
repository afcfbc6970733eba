"""Visits: everything that happened, newest first, found by person, verdict, door, day or words; and why it was so."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QSize, QStandardPaths, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QSplitter, QStackedWidget, QWidget

from desktop_app import history_words, words
from desktop_app.history_model import STARTED, HistoryModel
from desktop_app.item_models import IdentityModel, VisitModel
from desktop_app.pages.visit_delegate import VisitDelegate
from desktop_app.pages.visit_filter import VisitFilterBar
from desktop_app.pages.visit_panel import VisitPanel
from desktop_app.pages.visit_reasons import VisitReasons
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, card, column, label, row, scrolling
from desktop_app.widgets.empty_state import EmptyState
from desktop_app.widgets.long_list import LongList
from desktop_app.widgets.notice import NoticeBar
from receiver.models import EVERYTHING, ChatsChanged, Door, Visit

if TYPE_CHECKING:
    from receiver.station import Station

_PICTURE_SHARE, _LARGE_SHARE = 0.5, 0.75
"""Of the page's height: with the reasons below, and beside it."""
_TWO_COLUMNS = 1700
_BESIDE = 620
_ANY = 16_777_215
"""QWIDGETSIZE_MAX: as wide as there is room."""
_CHOOSE, _A_VISIT, _NOTHING = range(3)
"""What stands beside the list."""


class VisitsPage(QWidget):
    """What is wanted above, the list on the reading side, the chosen visit beside it."""

    doors_wanted = Signal()

    def __init__(
        self,
        station: Station,
        history: HistoryModel,
        identities: IdentityModel,
        thumbnails: Thumbnails,
        notice: NoticeBar,
        *,
        newest: VisitModel,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._station = station
        self._history = history
        self._newest = newest
        self._notice = notice
        self._doors: dict[str, Door] = {}
        self._chosen: str | None = None
        """The visit to show as soon as its record is here."""
        self.filter = VisitFilterBar()
        self.filter.changed.connect(history.show_only)
        identities.rowsInserted.connect(lambda *_: self.filter.offer_people(identities.names))
        identities.rowsRemoved.connect(lambda *_: self.filter.offer_people(identities.names))
        self.filter.offer_people(identities.names)
        self.panel = VisitPanel(station, identities, notice, QSize(240, 240), live=False)
        self.panel.changed.connect(history.upsert)
        self.panel.changed.connect(newest.upsert)
        self.reasons = VisitReasons(self.panel.retry)
        self.reasons.doors_wanted.connect(self.doors_wanted)
        self.list = LongList(history, VisitDelegate(thumbnails, days=True), self.tr("All visits"))
        thumbnails.ready.connect(self.list.viewport().update)
        self.list.current.connect(self._choose)
        self.list.delete_wanted.connect(self.delete)
        self.list.verticalScrollBar().valueChanged.connect(self._tell_day)
        self._lay_out()
        for signal in (history.rowsInserted, history.rowsRemoved, history.modelReset):
            signal.connect(lambda *_: self._refresh())
        history.rowsAboutToBeRemoved.connect(self._leave)
        history.loaded.connect(self._loaded)
        history.dataChanged.connect(lambda *_: self._show_chosen())
        search = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        search.activated.connect(self.filter.search.setFocus)
        self._refresh()

    @property
    def visit(self) -> Visit | None:
        """The visit in the detail."""
        return self.panel.visit if self._detail.currentIndex() == 1 else None

    # ---- what the window tells

    @Slot(object)
    def show_door(self, door: Door) -> None:
        """A door is new or has another name."""
        known = self._doors.get(door.id)
        self._doors[door.id] = door
        if known is None or known.name != door.name:
            self.filter.offer_doors(sorted(self._doors.values(), key=lambda one: one.name.casefold()))

    def show_doors(self, doors: Sequence[Door]) -> None:
        """All doors, at the start."""
        for door in doors:
            self.show_door(door)

    @Slot(object)
    def show_chats(self, change: ChatsChanged) -> None:
        """What the chats are called that messages went to."""
        self.reasons.name_chats({chat.target: chat.name for chat in change.chats if chat.name})

    # ---- what the user does

    def open_visit(self, visit: str) -> None:
        """Show a visit by its id, whatever the list is of now; one that is gone is said to be."""
        self._chosen = visit
        if self._history.row_of(visit) is None and self._history.filter != EVERYTHING:
            self.filter.clear()  # the visit is shown as soon as all are here
            return
        self._loaded()
        if self._chosen is None:
            self._notice.bad(self.tr("This visit is gone meanwhile."))

    def delete(self) -> None:
        """Delete the chosen visit; undone by one press."""
        visit = self.visit
        if visit is not None:
            told = self.tr("Deleted: {0}, {1}").format(history_words.headline(visit), words.moment(visit.started_at))
            done = partial(self._deleted, told)
            run_in_background(self, partial(self._station.delete_visit, visit.id), done, self._tell)

    def export_visit(self) -> None:
        """Ask where to, and write the chosen visit with its pictures there."""
        visit = self.visit
        if visit is None:
            return
        name = self.tr("Visit of {0}.zip").format(history_words.files_day(visit.started_at))
        target = self._ask_for_file(self.tr("Export this visit"), name, self.tr("ZIP files (*.zip)"))
        if target is not None:
            task = partial(self._station.export_visit, visit.id, target)
            done = self.tr("The visit is in {0}, with its pictures.").format(target.name)
            run_in_background(self, task, lambda _: self._exported(done, target), self._tell)

    def export_list(self) -> None:
        """Ask where to, and write what is in the list there, as a table."""
        target = self._ask_for_file(self.tr("Export this list"), self.tr("Visits.csv"), self.tr("Tables (*.csv)"))
        if target is None:
            return
        cancelled = threading.Event()
        self._notice.ask(self.tr("The list is being written …"), ((self.tr("Cancel"), cancelled.set),))
        task = partial(self._station.export_visits, self._history.filter, target, cancelled.is_set)
        run_in_background(self, task, lambda count: self._list_exported(count, target), self._tell)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The reasons are in sight: below a picture of half the height or, where there is room, beside a larger one."""
        super().resizeEvent(event)
        wide = event.size().width() >= _TWO_COLUMNS
        self._parts.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._parts.setStretchFactor(self.panel, int(wide))
        self._beside.setMaximumWidth(_BESIDE if wide else _ANY)
        share = _LARGE_SHARE if wide else _PICTURE_SHARE
        self.panel.picture.setFixedHeight(max(int(event.size().height() * share), 220))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """It may be another day than when it was last on show."""
        super().showEvent(event)
        self.filter.offer_days()
        self._tell_day()

    # ---- the parts

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(
            EmptyState(
                "visits",
                self.tr("No visits yet"),
                self.tr("Whoever rings is kept here with picture and verdict. On Live you can try it with a photo."),
            )
        )
        self._stack.addWidget(self._make_split())
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addWidget(self.filter)
        layout.addWidget(self._stack, 1)

    def _make_split(self) -> QWidget:
        self._detail = QStackedWidget()
        self._detail.addWidget(
            EmptyState("visits", self.tr("Choose a visit"), self.tr("Its pictures, faces and messages appear here."))
        )
        self._detail.addWidget(self._make_detail())
        self._detail.addWidget(QWidget())
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._make_side())
        split.addWidget(self._detail)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 5)
        split.setSizes([320, 760])
        split.setHandleWidth(theme.L)
        return split

    def _make_side(self) -> QWidget:
        side = card()
        side.setMinimumWidth(250)
        side.setMaximumWidth(_BESIDE)
        layout = column(side, margin=theme.S, spacing=theme.XS)
        head = row()
        head.setContentsMargins(theme.S, theme.XS, 0, 0)
        self.day = label(kind="title")
        self.count = label(kind="caption")
        head.addWidget(self.day, 1)
        head.addWidget(self.count)
        tip = self.tr("Export this list as a table")
        self._export_list = button("", "file", kind="quiet", then=self.export_list, tip=tip)
        head.addWidget(self._export_list)
        layout.addLayout(head)
        self._rows = QStackedWidget()
        self._rows.addWidget(self.list)
        nothing = EmptyState("visits", self.tr("No visit fits"), self.tr("Nothing that is kept is like this."))
        nothing.actions.addWidget(button(self.tr("Show all visits"), then=self.filter.clear))
        self._rows.addWidget(nothing)
        layout.addWidget(self._rows, 1)
        return side

    def _make_detail(self) -> QWidget:
        inside = QWidget()
        self._parts = column(inside, spacing=theme.M)
        self._parts.setContentsMargins(0, 0, theme.M, 0)
        self._parts.addWidget(self.panel, 0, Qt.AlignmentFlag.AlignTop)
        self._beside = QWidget()
        layout = column(self._beside, spacing=theme.M)
        layout.addWidget(self.reasons)
        foot = row()
        foot.addStretch(1)
        foot.addWidget(button(self.tr("Export …"), "file", then=self.export_visit))
        foot.addWidget(button(self.tr("Delete this visit"), "delete", then=self.delete))
        layout.addLayout(foot)
        layout.addStretch(1)
        self._parts.addWidget(self._beside, 1)
        return scrolling(inside)

    # ---- inside

    def _refresh(self) -> None:
        count = self._history.rowCount()
        everything = self._history.filter == EVERYTHING
        self._stack.setCurrentIndex(1 if count or not everything else 0)
        self.filter.setVisible(bool(count) or not everything)
        self._rows.setCurrentIndex(0 if count else 1)
        if self._detail.currentIndex() != _A_VISIT:
            self._show_no_visit()
        self._export_list.setEnabled(bool(count))
        self.count.setText(self.tr("%Ln visits", "", count))
        self._tell_day()

    def _show_no_visit(self) -> None:
        """Where there is none to choose from, the list says what to do."""
        self._detail.setCurrentIndex(_CHOOSE if self._history.rowCount() else _NOTHING)

    def _tell_day(self) -> None:
        """Over the list stands the day of its upper row."""
        at = self.list.indexAt(QPoint(theme.L, 0)).data(STARTED)
        self.day.setText(history_words.day(at) if at is not None else "")

    def _loaded(self) -> None:
        """Another list: what is on show stays so if it is in this one, too."""
        place = self._history.row_of(self._chosen) if self._chosen else None
        if place is None:
            self._chosen = None
            self._show_no_visit()
        else:
            self.list.setCurrentIndex(self._history.index(place, 0))

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        self._chosen = self._history.id_at(index.row())
        index.data(Qt.ItemDataRole.DisplayRole)  # asks for the record
        self._show_chosen()

    def _leave(self, _parent: QModelIndex, first: int, last: int) -> None:
        """The visit on show goes: the list chooses the next one by itself, if there is one."""
        if self._chosen and first <= (self._history.row_of(self._chosen) or 0) <= last:
            self._chosen = None
            self._show_no_visit()

    def _show_chosen(self) -> None:
        visit = self._history.record(self._chosen) if self._chosen else None
        if visit is None:
            return
        self._detail.setCurrentIndex(_A_VISIT)
        self.panel.show_visit(visit)
        self.panel.headline.setText(history_words.headline(visit))
        self.reasons.show_visit(visit)

    def _deleted(self, told: str, token: str) -> None:
        task = partial(self._station.undelete_visit, token)
        self._notice.undoable(told, partial(run_in_background, self, task, None, self._tell))

    def _ask_for_file(self, title: str, name: str, kinds: str) -> Path | None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        chosen, _ = QFileDialog.getSaveFileName(self, title, str(Path(folder) / name), kinds)
        return Path(chosen) if chosen else None

    def _list_exported(self, count: int, target: Path) -> None:
        if count:
            self._exported(self.tr("{0} has %Ln visits.", "", count).format(target.name), target)
        else:  # stopped in time
            self._notice.good(self.tr("Nothing was written."))

    def _exported(self, told: str, target: Path) -> None:
        show = partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(target.parent)))
        self._notice.ask(told, ((self.tr("Open the folder"), show),))

    def _tell(self, error: Exception) -> None:
        self._notice.bad(self.tr("This visit is gone meanwhile.") if isinstance(error, KeyError) else str(error))
