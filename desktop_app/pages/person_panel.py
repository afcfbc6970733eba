"""One person: rename, photos with their judgement, add and remove, merge and split; all of it undoable."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QToolButton

from desktop_app import people_words
from desktop_app.face_crops import FaceCrops
from desktop_app.item_models import RECORD, PhotoModel
from desktop_app.pages.not_them import NotThem
from desktop_app.pages.photo_list import PhotoDelegate
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, column, label, menu_button, row
from desktop_app.widgets.files import carried, local_paths, offers_pictures
from desktop_app.widgets.name_field import NameField
from desktop_app.widgets.notice import NoticeBar
from desktop_app.widgets.record_list import RecordList
from receiver.models import Identity, Photo

if TYPE_CHECKING:
    from receiver.station import Station


class PersonPanel(QFrame):
    """Beside the cards: the person chosen there."""

    photos_wanted = Signal(str)
    paths_given = Signal(str, list)
    closed = Signal()
    renamed = Signal(str)
    """Somebody is called so from now on: the one to be shown."""
    called_otherwise = Signal(str, str)
    """Somebody's name, and the one that is theirs from now on."""
    person_dropped = Signal(str, int, str)
    forget_wanted = Signal(str)

    def __init__(self, station: Station, thumbnails: Thumbnails, crops: FaceCrops, notice: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAcceptDrops(True)
        self.setMinimumWidth(260)
        self._station = station
        self._notice = notice
        self.person: Identity | None = None
        self.photos = PhotoModel(self)
        self.list = RecordList(self.photos, PhotoDelegate(thumbnails), self.tr("Photos"))
        self.list.setIconSize(QSize(1, 1))
        self.list.setMinimumHeight(theme.XXL)
        self.list.setSelectionMode(RecordList.SelectionMode.ExtendedSelection)
        thumbnails.ready.connect(self.list.viewport().update)
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of this person"))
        self.name.setToolTip(self.tr("Type a new name and press Enter to rename"))
        self.name.setMaxLength(80)
        self.name.setProperty("kind", "title")
        self.name.editingFinished.connect(self.rename)
        self.whose = NameField(self.tr("Who is this as well?"), self.tr("Merge"))
        self.whose.given.connect(self._whose)
        self.whose.hide()
        self._then: Callable[[str], None] = lambda _: None
        self.not_them = NotThem(station, crops, notice)
        self._lay_out()
        self.list.delete_wanted.connect(self.remove_photo)

    def show_person(self, person: Identity) -> None:
        """Show a person, or the newer state of the one on show."""
        if self.person is None or self.person.name != person.name or not self.name.hasFocus():
            self.name.setText(person.name)
        if self.person is None or self.person.name != person.name:
            self.whose.hide()
        self.person = person
        self.not_them.show_person(person.name)
        self.photos.replace(person.photos)
        usable = person.usable
        self._summary.setText(
            self.tr("Recognised by {0}.").format(people_words.photos(usable))
            if usable
            else self.tr("No photo can be used yet: add one with the face sharp and turned to the camera.")
        )

    def rename(self) -> None:
        """Take the name in the field."""
        new = " ".join(self.name.text().split())
        if self.person is None or not new or new == self.person.name:
            return
        old = self.person.name
        if taken := next((name for name in self._names() if same(name, new) and not same(name, old)), ""):
            self._ask_whether_one(old, taken)
            return
        task = partial(self._station.rename, old, new)
        told = self.tr("{0} is called {1} from now on").format(old, new)
        run_in_background(self, task, partial(self._changed, told, new, old), self._not_renamed)

    def merge(self, into: str) -> None:
        """This person and another one are one."""
        if self.person is not None and not same(into, self.person.name):
            name = self.person.name
            told = self.tr("{0} and {1} are one person now").format(name, into)
            task = partial(self._station.merge, name, into)
            run_in_background(self, task, partial(self._changed, told, into, name), self._not_renamed)

    def split(self, name: str) -> None:
        """The chosen photos are somebody else's."""
        photos = [index.data(RECORD).path for index in self.list.selectedIndexes()]
        if self.person is not None and photos and not same(name, self.person.name):
            told = self.tr("{0} went to {1}").format(people_words.photos(len(photos)), name)
            task = partial(self._station.split, photos, name)
            run_in_background(self, task, partial(self._removed, told), self._tell)

    def ask_for_other(self) -> None:
        """Ask who else this is."""
        self._ask(self.tr("Who is this as well?"), self.tr("Merge"), self.merge)

    def ask_for_owner(self) -> None:
        """Ask whose the chosen photos are."""
        self._ask(self.tr("Whose are the chosen photos?"), self.tr("Give"), self.split)

    def remove(self) -> None:
        """Remove the person; undone by one press."""
        if self.person is not None:
            person = self.person
            done = partial(self._removed, self.tr("{0} was removed").format(person.name))
            run_in_background(self, partial(self._station.remove, person.name), done, self._tell)

    def remove_photo(self) -> None:
        """Remove the chosen photo; undone by one press."""
        photo: Photo | None = self.list.currentIndex().data(RECORD)
        if photo is not None:
            done = partial(self._removed, self.tr("{0} was removed").format(photo.path.name))
            run_in_background(self, partial(self._station.remove_photo, photo.path), done, self._tell)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """More may have been said of them meanwhile, on another page."""
        super().showEvent(event)
        self.not_them.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Photos may be dropped onto the person on show."""
        if offers_pictures(event.mimeData()) or carried(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """They are photos, or a face, of this person."""
        event.acceptProposedAction()
        if self.person is not None and (found := carried(event.mimeData())):
            self.person_dropped.emit(*found, self.person.name)
        elif self.person is not None:
            self.paths_given.emit(self.person.name, local_paths(event.mimeData()))

    def _lay_out(self) -> None:
        layout = column(self, margin=theme.L, spacing=theme.S)
        head = row(spacing=theme.S)
        head.addWidget(self.name, 1)
        head.addWidget(self._make_menu())
        head.addWidget(button("", "close", kind="quiet", then=self.closed.emit, tip=self.tr("Close")))
        layout.addLayout(head)
        self._summary = label(kind="caption", wrap=True)
        layout.addWidget(self._summary)
        layout.addWidget(self.whose)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.not_them)
        buttons = row(spacing=theme.S)
        buttons.addWidget(button(self.tr("Add photos …"), "add", then=self._ask_for_photos))
        self._remove_photo = button(self.tr("Remove photo"), "delete", then=self.remove_photo)
        self._remove_photo.setVisible(False)
        buttons.addWidget(self._remove_photo)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._follow_choice())
        self.photos.modelReset.connect(self._follow_choice)
        self._follow_choice()

    def _make_menu(self) -> QToolButton:
        more = menu_button(self.tr("What else to do with this person"))
        menu = more.menu()
        menu.addAction(self.tr("Is somebody else as well …"), self.ask_for_other)
        self._give = menu.addAction(self.tr("The chosen photos are somebody else's …"), self.ask_for_owner)
        menu.addSeparator()
        menu.addAction(self.tr("Remove"), self.remove)
        menu.addAction(self.tr("Forget for good …"), self._ask_to_forget)
        return more

    def _follow_choice(self) -> None:
        chosen = len(self.list.selectedIndexes())
        self._remove_photo.setVisible(chosen == 1)
        self._give.setEnabled(chosen > 0)

    def _ask_to_forget(self) -> None:
        if self.person is not None:
            self.forget_wanted.emit(self.person.name)

    def _names(self) -> tuple[str, ...]:
        return tuple(person.name for person in self._station.identities())

    def _ask(self, question: str, action: str, then: Callable[[str], None]) -> None:
        self._then = then
        self.whose.ask(question, action)
        self.whose.set_names([name for name in self._names() if self.person is None or name != self.person.name])
        self.whose.show()
        self.whose.setFocus()

    def _whose(self, name: str) -> None:
        self.whose.hide()
        self._then(name)

    def _ask_whether_one(self, name: str, other: str) -> None:
        if self.person is not None:
            self.name.setText(self.person.name)
        told = self.tr("There is a {1} already. Is that the same person as {0}?").format(name, other)
        yes = self.tr("Yes, merge them")
        self._notice.ask(told, ((yes, partial(self.merge, other)), (self.tr("No"), lambda: None)))

    def _ask_for_photos(self) -> None:
        if self.person is not None:
            self.photos_wanted.emit(self.person.name)

    def _changed(self, told: str, now: str, before: str, token: str) -> None:
        """Under another name; undone, the old one is shown again."""
        self.called_otherwise.emit(before, now)
        self.renamed.emit(now)
        self._notice.undoable(told, partial(self._restore, token, before))

    def _not_renamed(self, error: Exception) -> None:
        if self.person is not None:
            self.name.setText(self.person.name)
        self._tell(error)

    def _removed(self, told: str, token: str) -> None:
        self._notice.undoable(told, partial(self._restore, token))

    def _restore(self, token: str, name: str = "") -> None:
        done = partial(self.renamed.emit, name) if name else None
        task = partial(self._station.restore, token)
        run_in_background(self, task, lambda _: done() if done else None, self._tell)

    def _tell(self, error: Exception) -> None:
        self._notice.bad(str(error))


def same(one: str, other: str) -> bool:
    """Whether two names are one for a file system that does not mind capitals."""
    return one.casefold() == other.casefold()
