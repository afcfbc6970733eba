"""People: a card for everybody who shall be known, photos by drop, dialog or paste, and who came without a name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from desktop_app.face_crops import FaceCrops
from desktop_app.item_models import RECORD, IdentityModel
from desktop_app.pages.enrolment import Enrolment
from desktop_app.pages.forget_card import ForgetCard
from desktop_app.pages.gallery_transfer import GalleryTransfer
from desktop_app.pages.own_test import OwnTestCard
from desktop_app.pages.people_grid import PeopleGrid
from desktop_app.pages.person_panel import PersonPanel
from desktop_app.pages.stranger_panel import StrangerPanel
from desktop_app.pages.strangers_strip import StrangersStrip
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import theme
from desktop_app.widgets.basics import Shrinking, button, column, hold_together, label, menu_button, row
from desktop_app.widgets.empty_state import EmptyState
from desktop_app.widgets.files import (
    STRANGER,
    ask_for_pictures,
    by_person,
    local_paths,
    offers_pictures,
    pasted_picture,
)
from desktop_app.widgets.notice import NoticeBar
from receiver.language import shown
from receiver.models import GalleryChanged, Gathered, Identity, Judgement, Named

if TYPE_CHECKING:
    from receiver.station import Station

_WIDEST = 1900


class PeoplePage(QWidget):
    """Cards in a grid; the chosen person's photos beside them."""

    visit_wanted = Signal(str)

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
        self.own_test.visit_wanted.connect(self.visit_wanted)
        self.grid = PeopleGrid(identities, thumbnails)
        self.grid.current.connect(self._choose)
        self.grid.dropped.connect(self._dropped)
        self.grid.person_dropped.connect(self._name)
        crops = FaceCrops(self)
        self.panel = PersonPanel(station, thumbnails, crops, notice)
        self.panel.photos_wanted.connect(self._choose_photos_for)
        self.panel.paths_given.connect(self._add_to)
        self.panel.person_dropped.connect(self._name)
        self.panel.closed.connect(self._close_panel)
        self.panel.renamed.connect(self._expect)
        self.panel.called_otherwise.connect(self.enrolment.set_aside.rename)
        self.strangers = StrangersStrip(station, crops)
        self.strangers.chosen.connect(self._choose_stranger)
        self.stranger = StrangerPanel(station, identities, crops, notice)
        self.stranger.named.connect(partial(self._name, STRANGER))
        self.stranger.closed.connect(self._close_panel)
        self.forget = ForgetCard(station, notice)
        self.forget.forgotten.connect(lambda gone: thumbnails.clear())
        self.forget.forgotten.connect(lambda gone: notice.deeds.forget(gone.name))
        self.forget.forgotten.connect(lambda gone: self.enrolment.set_aside.forget(gone.name))
        self.panel.forget_wanted.connect(self.forget.ask)
        self.transfer = GalleryTransfer(station, notice)
        self.panel.hide()
        self.stranger.hide()
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        for card in (self.forget, self.transfer, self.enrolment):
            layout.addWidget(card)
        layout.addWidget(self.own_test, 1, Qt.AlignmentFlag.AlignTop)
        self._body = self._make_body()
        layout.addWidget(self._body, 1)
        self.own_test.shown.connect(self._give_room)
        self.enrolment.choosing.connect(self._give_room)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self.paste)
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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The head ends where the cards do."""
        super().resizeEvent(event)
        hold_together(self.layout(), event.size().width(), _WIDEST)

    # ---- inside

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.M)
        head.addWidget(label(self.tr("People"), "headline"))
        self._pending = label(kind="caption")
        head.addWidget(self._pending, 1)
        more = menu_button(self.tr("Everybody at once"))
        more.menu().addAction(self.tr("Export everybody …"), self.transfer.ask_where_to)
        more.menu().addAction(self.tr("Import people …"), self.transfer.ask_where_from)
        head.addWidget(self.enrolment.aside)
        head.addWidget(self.own_test.opener)
        head.addWidget(button(self.tr("Add people …"), "add", kind="primary", then=self.add_person))
        head.addWidget(more)
        return head

    def _make_body(self) -> QWidget:
        left = column(spacing=theme.M)
        self._stack = self._make_stack()
        left.addWidget(self._stack, 1)
        left.addWidget(self.strangers)
        body = Shrinking()
        both = row(body, spacing=theme.S)
        both.addLayout(left, 3)
        both.addWidget(self.panel, 2)
        both.addWidget(self.stranger, 2)
        return body

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
            button(self.tr("Choose photos …"), "photo", then=self.add_person), 0, Qt.AlignmentFlag.AlignHCenter
        )
        stack.addWidget(empty)
        stack.addWidget(self.grid)
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
        self._body.setVisible(self.own_test.isHidden() and self.enrolment.chooser.isHidden())

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        person = index.data(RECORD)
        if person is not None:
            self.strangers.unselect()
            self.stranger.hide()
            self.panel.show_person(person)
            self.panel.show()

    def _choose_stranger(self, stranger: Gathered | None) -> None:
        """None: nobody is, or whoever was has a name now."""
        self.stranger.setVisible(stranger is not None)
        if stranger is not None:
            self.grid.setCurrentIndex(QModelIndex())
            self.panel.hide()
            self.stranger.show_stranger(stranger)

    def _close_panel(self) -> None:
        self.panel.hide()
        self.stranger.hide()
        self.grid.setCurrentIndex(QModelIndex())
        self.strangers.unselect()

    def _name(self, kind: str, number: int, name: str) -> None:
        """A stranger, or a face of one visit, is somebody; undone by one press."""
        say = self._station.name_stranger if kind == STRANGER else self._station.name_face
        run_in_background(self, partial(say, number, name), self._named, lambda error: self._notice.bad(str(error)))

    def _named(self, named: Named) -> None:
        self._expect(named.photo.identity)
        told = self.tr("%n visits say {0} now", "", len(named.others) + 1).format(named.photo.identity)
        if named.photo.judgement is not Judgement.GOOD:
            told += self.tr("; the face is no good photo: {0}").format(shown(named.photo.reason))
        undo = partial(self._station.undo, named.undo)
        self._notice.undoable(told, partial(run_in_background, self, undo))

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
