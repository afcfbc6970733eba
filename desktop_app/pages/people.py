"""People: a card for everybody who shall be known, photos by drop, dialog or paste."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from desktop_app.item_models import RECORD, IdentityModel
from desktop_app.pages.enrolment import Enrolment
from desktop_app.pages.own_test import OwnTestCard
from desktop_app.pages.people_grid import PeopleGrid
from desktop_app.pages.person_panel import PersonPanel
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.empty_state import EmptyState
from desktop_app.widgets.files import ask_for_pictures, by_person, local_paths, offers_pictures, pasted_picture
from desktop_app.widgets.notice import NoticeBar
from receiver.models import GalleryChanged, Identity

if TYPE_CHECKING:
    from receiver.station import Station


class PeoplePage(QWidget):
    """Cards in a grid; the chosen person's photos beside them."""

    def __init__(self, station: Station, identities: IdentityModel, thumbnails: Thumbnails, notice: NoticeBar) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAcceptDrops(True)
        self._station = station
        self._identities = identities
        self._notice = notice
        self._follow: str | None = None
        self.enrolment = Enrolment(station, identities, thumbnails, notice)
        self.enrolment.added_to.connect(self._expect)
        self.own_test = OwnTestCard(station)
        self.grid = PeopleGrid(identities, thumbnails)
        self.grid.current.connect(self._choose)
        self.grid.dropped.connect(self._dropped)
        self.panel = PersonPanel(station, thumbnails, notice)
        self.panel.photos_wanted.connect(self._choose_photos_for)
        self.panel.paths_given.connect(self._add_to)
        self.panel.closed.connect(self._close_panel)
        self.panel.renamed.connect(self._expect)
        self.panel.hide()
        self._stack = self._make_stack()
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        layout.addWidget(self.enrolment)
        layout.addWidget(self.own_test, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._stack, 1)
        self.own_test.shown.connect(self._give_room)
        self.enrolment.choosing.connect(self._give_room)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self.paste).setContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        for signal in (identities.rowsInserted, identities.rowsRemoved, identities.dataChanged):
            signal.connect(lambda *_: self._refresh())
        self._refresh()

    @Slot(object)
    def show_gallery(self, change: GalleryChanged) -> None:
        """Photos or people changed, here or in the folder."""
        self._identities.replace(change.identities)
        self._pending.setText(self.tr("Looking at {0} photos ...").format(change.pending) if change.pending else "")

    @property
    def person(self) -> Identity | None:
        """Whose photos are on show."""
        return self.panel.person if self.panel.isVisibleTo(self) else None

    def select(self, name: str) -> None:
        """Show a person's photos."""
        row_ = self._identities.row_of(name)
        if row_ is not None:
            self.grid.setCurrentIndex(self._identities.index(row_, 0))

    def paste(self) -> None:
        """Add what is on the clipboard: to the person on show, or to someone to be named."""
        mime = QGuiApplication.clipboard().mimeData()
        self._take(local_paths(mime) or pasted_picture(mime))

    def add_person(self) -> None:
        """Choose photos, then say whose they are."""
        self._sort_out(ask_for_pictures(self, self.tr("Photos of a person")))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Pictures and folders may be dropped anywhere."""
        if offers_pictures(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Onto the page: a new person, named by the folder or by asking."""
        event.acceptProposedAction()
        self._sort_out(local_paths(event.mimeData()) or pasted_picture(event.mimeData()))

    # ---- inside

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.M)
        head.addWidget(label(self.tr("People"), "headline"))
        self._pending = label(kind="caption")
        head.addWidget(self._pending, 1)
        head.addWidget(self.enrolment.aside)
        head.addWidget(self.own_test.opener)
        head.addWidget(button(self.tr("Add people ..."), "add", kind="primary", then=self.add_person))
        return head

    def _make_stack(self) -> QStackedWidget:
        stack = QStackedWidget()
        empty = EmptyState(
            "people",
            self.tr("Nobody is known yet"),
            self.tr(
                "Drop photos or a folder here, from any program. A folder's name becomes the person's name. Two or"
                " three sharp photos, face to the camera, are enough."
            ),
        )
        empty.actions.addWidget(
            button(self.tr("Choose photos ..."), "photo", then=self.add_person), 0, Qt.AlignmentFlag.AlignHCenter
        )
        both = QWidget()
        layout = row(both, spacing=theme.L)
        layout.addWidget(self.grid, 3)
        layout.addWidget(self.panel, 2)
        stack.addWidget(empty)
        stack.addWidget(both)
        return stack

    def _refresh(self) -> None:
        self._stack.setCurrentIndex(1 if self._identities.rowCount() else 0)
        self.own_test.opener.setVisible(self._identities.rowCount() > 0)
        wanted = self._follow if self._follow and self._identities.named(self._follow) else None
        if wanted is not None:
            self._follow = None
            self.select(wanted)
        if self.panel.person is None or not self.panel.isVisibleTo(self):
            return
        person = self._identities.named(self.panel.person.name)
        if person is None:
            self._close_panel()
        else:
            self.panel.show_person(person)

    def _give_room(self) -> None:
        """A group photo and the test take the place of the cards."""
        self._stack.setVisible(self.own_test.isHidden() and self.enrolment.chooser.isHidden())

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        person = index.data(RECORD)
        if person is not None:
            self.panel.show_person(person)
            self.panel.show()

    def _close_panel(self) -> None:
        self.panel.hide()
        self.grid.setCurrentIndex(QModelIndex())

    def _expect(self, name: str) -> None:
        self._follow = name
        self._refresh()

    def _choose_photos_for(self, name: str) -> None:
        self._add_to(name, ask_for_pictures(self, self.tr("Photos of {0}").format(name)))

    def _dropped(self, name: str, paths: list[Path]) -> None:
        if name:
            self._add_to(name, paths)
        else:
            self._sort_out(paths)

    def _take(self, paths: Sequence[Path]) -> None:
        if self.person is not None:
            self._add_to(self.person.name, paths)
        else:
            self._sort_out(paths)

    def _add_to(self, name: str, paths: Sequence[Path]) -> None:
        if paths:
            run_in_background(self, partial(by_person, paths), partial(self.enrolment.add_all, name), self._tell)

    def _sort_out(self, paths: Sequence[Path]) -> None:
        if paths:
            run_in_background(self, partial(by_person, paths), self.enrolment.add_groups, self._tell)

    def _tell(self, error: Exception) -> None:
        self._notice.bad(self.tr("These files cannot be read: {0}").format(error))
