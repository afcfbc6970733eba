"""One person: rename, photos with their judgement, add and remove, all of it undoable."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QLineEdit

from desktop_app.item_models import RECORD, PhotoModel
from desktop_app.pages.photo_list import PhotoDelegate
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.files import local_paths, offers_pictures
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

    def __init__(self, station: Station, thumbnails: Thumbnails, notice: NoticeBar) -> None:
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
        thumbnails.ready.connect(self.list.viewport().update)
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of this person"))
        self.name.setToolTip(self.tr("Type a new name and press Enter to rename"))
        self.name.setMaxLength(80)
        self.name.setProperty("kind", "title")
        self.name.editingFinished.connect(self.rename)
        self._lay_out()
        self.list.delete_wanted.connect(self.remove_photo)

    def show_person(self, person: Identity) -> None:
        """Show a person, or the newer state of the one on show."""
        if self.person is None or self.person.name != person.name or not self.name.hasFocus():
            self.name.setText(person.name)
        self.person = person
        self.photos.replace(person.photos)
        usable = person.usable
        self._summary.setText(
            self.tr("{0} of {1} photos carry the recognition.").format(usable, len(person.photos))
            if usable
            else self.tr("No photo can be used yet: add one with the face sharp and turned to the camera.")
        )

    def rename(self) -> None:
        """Take the name in the field."""
        new = " ".join(self.name.text().split())
        if self.person is None or not new or new == self.person.name:
            return
        old = self.person.name
        task = partial(self._station.rename, old, new)
        run_in_background(self, task, lambda _: self._renamed(old, new), self._not_renamed)

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

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Photos may be dropped onto the person on show."""
        if offers_pictures(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """They are photos of this person."""
        event.acceptProposedAction()
        if self.person is not None:
            self.paths_given.emit(self.person.name, local_paths(event.mimeData()))

    def _lay_out(self) -> None:
        layout = column(self, margin=theme.L, spacing=theme.S)
        head = row(spacing=theme.S)
        head.addWidget(self.name, 1)
        head.addWidget(button("", "delete", kind="quiet", then=self.remove, tip=self.tr("Remove this person")))
        head.addWidget(button("", "close", kind="quiet", then=self.closed.emit, tip=self.tr("Close")))
        layout.addLayout(head)
        self._summary = label(kind="caption", wrap=True)
        layout.addWidget(self._summary)
        layout.addWidget(self.list, 1)
        layout.addWidget(button(self.tr("Add photos ..."), "add", then=self._ask_for_photos))
        self._remove_photo = button(self.tr("Remove photo"), "delete", then=self.remove_photo)
        self._remove_photo.setEnabled(False)
        self.list.current.connect(lambda index: self._remove_photo.setEnabled(index.isValid()))
        layout.addWidget(self._remove_photo)

    def _ask_for_photos(self) -> None:
        if self.person is not None:
            self.photos_wanted.emit(self.person.name)

    def _renamed(self, old: str, new: str) -> None:
        self.renamed.emit(new)
        self._notice.good(self.tr("{0} is called {1} from now on.").format(old, new))

    def _not_renamed(self, error: Exception) -> None:
        if self.person is not None:
            self.name.setText(self.person.name)
        self._tell(error)

    def _removed(self, told: str, token: str) -> None:
        self._notice.undoable(told, partial(self._restore, token))

    def _restore(self, token: str) -> None:
        run_in_background(self, partial(self._station.restore, token), None, self._tell)

    def _tell(self, error: Exception) -> None:
        self._notice.bad(str(error))
