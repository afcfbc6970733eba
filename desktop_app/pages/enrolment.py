"""Photos on their way into the gallery: whose they are, how far it is, what each is good for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar

from desktop_app import coach_words
from desktop_app.item_models import RECORD, IdentityModel, PhotoModel
from desktop_app.pages.face_chooser import FaceChooser
from desktop_app.pages.photo_list import PhotoDelegate
from desktop_app.pages.set_aside import SetAside
from desktop_app.tasks import Chain, Meter, Outcome, run_in_background
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.deeds import Deed
from desktop_app.widgets.name_field import NameField
from desktop_app.widgets.notice import NoticeBar
from desktop_app.widgets.record_list import RecordList
from receiver.models import Box, Judgement, Photo

if TYPE_CHECKING:
    from receiver.station import Station

Group = tuple[str, list[Path]]
_ROWS, _TALL = 3, 700
_GROWTH, _MOST = 8, 64
"""The first photo's answer stands there at once; after it the batches grow until every core has enough to do."""


class Enrolment(QFrame):
    """A card that appears with the first photo and stays until closed; bad photos stand there with the reason.

    What was set aside is kept when the card is closed: `aside` opens it again.
    """

    added_to = Signal(str)
    """A person got photos."""
    choosing = Signal(bool)
    """A photo is on show large and wants room; or no more."""
    finished = Signal()

    def __init__(self, station: Station, identities: IdentityModel, thumbnails: Thumbnails, notice: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._station = station
        self._identities = identities
        self._notice = notice
        self._waiting: deque[Group] = deque()
        self._unnamed: list[Path] = []
        self._chain: Chain | None = None
        self._results: list[Photo] = []
        self._total = 0
        self._name = ""
        self._added: list[Path] = []
        self._deed: Deed | None = None
        self._stopped = Event()
        self._meter = Meter()
        self._meter.moved.connect(self._counted)
        self.photos = PhotoModel(self)
        self.set_aside = SetAside(self)
        self.set_aside.changed.connect(self._count_aside)
        self.aside = button(coach_words.aside(0), "failed", kind="quiet", then=self.show_aside)
        self.aside.hide()
        self._lay_out(thumbnails)
        self.hide()

    def add_groups(self, groups: Sequence[Group]) -> None:
        """Photos by the folder they lay in; loose ones (an empty name) wait until someone says whose they are."""
        if not groups:
            self._say("failed", "warn", self.tr("There are no pictures in there."))
        for name, paths in groups:
            if name:
                self._waiting.append((name, paths))
            else:
                self._unnamed += paths
        if self._unnamed:
            self._ask()
        self._next()

    def add_all(self, name: str, groups: Sequence[Group]) -> None:
        """All of these are photos of one person."""
        self.add_groups([(name, paths) for _, paths in groups])

    def show_aside(self) -> None:
        """The photos of everybody that were set aside since the program began."""
        if self._chain is None:
            self._undo.hide()
            self._show_list(self.set_aside.photos)
            self._say("failed", "warn", self.aside.text())

    @property
    def busy(self) -> bool:
        """Whether photos are being judged."""
        return self._chain is not None

    def _lay_out(self, thumbnails: Thumbnails) -> None:
        layout = column(self, margin=theme.M, spacing=theme.S)
        head = row(spacing=theme.S)
        self._sign = label()
        self.told = label(wrap=True)
        self._stop = button(self.tr("Stop"), then=self._cancel)
        self._undo = button(self.tr("Undo"), "undo", then=self.take_back)
        self._close = button("", "close", kind="quiet", then=self._dismiss, tip=self.tr("Close this report"))
        head.addWidget(self._sign)
        head.addWidget(self.told, 1)
        head.addWidget(self._undo)
        head.addWidget(self._stop)
        head.addWidget(self._close)
        layout.addLayout(head)
        self.whose = NameField(self.tr("Whose photos are these? (a name you know, or a new one)"), self.tr("Add"))
        self.whose.given.connect(self._named)
        self.whose.hide()
        layout.addWidget(self.whose)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Photos judged"))
        layout.addWidget(self._progress)
        self._list = RecordList(self.photos, PhotoDelegate(thumbnails, whose=True), self.tr("Photos just added"))
        thumbnails.ready.connect(self._list.viewport().update)
        self._list.current.connect(lambda _: self._offer())
        self._list.activated.connect(lambda _: self.look())
        self._list.delete_wanted.connect(self.leave_out)
        layout.addWidget(self._list)
        layout.addLayout(self._make_actions())
        self.chooser = FaceChooser(self._station)
        self.chooser.chosen.connect(self._enrol_face)
        self.chooser.closed.connect(self._back_to_list)
        layout.addWidget(self.chooser, 1)
        for widget in (self._list, self._progress, self._stop, self._undo, self.chooser):
            widget.hide()
        self._offer()

    def _make_actions(self) -> QHBoxLayout:
        actions = row(spacing=theme.S)
        self._look = button(self.tr("Show why"), "photo", then=self.look)
        self._leave_out = button(self.tr("Leave it out"), "close", kind="quiet", then=self.leave_out)
        actions.addWidget(self._look)
        actions.addWidget(self._leave_out)
        actions.addStretch()
        return actions

    def _ask(self) -> None:
        self._say("person", "accent", self.tr("%n photos of somebody", "", len(self._unnamed)))
        self.whose.set_names(self._identities.names)
        self.whose.show()
        self.whose.setFocus()

    def _named(self, name: str) -> None:
        self.whose.clear()
        self.whose.hide()
        paths, self._unnamed = self._unnamed, []
        self._waiting.append((name, paths))
        self._next()

    def _next(self) -> None:
        if self._chain is not None or not self._waiting:
            return
        name, paths = self._waiting.popleft()
        self._name, self._stopped = name, Event()
        self._results = []
        self._added = []
        self._total = len(paths)
        self.photos.replace(())
        self._progress.setRange(0, self._total)
        self._show_progress()
        enrol = partial(self._enrol, name, self._stopped.is_set)
        self._chain = Chain(self, list(_batches(paths)), enrol, partial(self._judged, name))
        self._chain.finished.connect(partial(self._group_done, name))
        self._back_to_list()
        for widget in (self._progress, self._stop, self._list):
            widget.show()
        for widget in (self._close, self._undo):
            widget.hide()
        self._chain.start()

    def _enrol(self, name: str, stopped: Callable[[], bool], batch: Sequence[Path]) -> Sequence[Photo]:
        return self._station.enrol(name, batch, self._meter, stopped)

    def _judged(self, name: str, batch: Sequence[Path], outcome: Outcome[Sequence[Photo]]) -> None:
        if outcome.error is not None:
            why = str(outcome.error)
            photos: Sequence[Photo] = [Photo(name, path, "", Judgement.UNREADABLE, why) for path in batch]
        else:
            photos = outcome.value or ()
        for photo in photos:
            self._results.append(photo)
            self.photos.append(photo)
        self._fit_list()
        self._list.scrollToBottom()
        self._show_progress()

    @Slot(int, int)
    def _counted(self, done: int, _in_all: int) -> None:
        if self._chain is not None:
            self._show_progress(done)

    def _show_progress(self, in_batch: int = 0) -> None:
        done = len(self._results) + in_batch
        self._progress.setValue(done)
        told = self.tr("Photos of {0}: {1} of {2} looked at")
        self._say("people", "accent", told.format(self._name, done, self._total))

    def _group_done(self, name: str) -> None:
        self._chain = None
        self._deed = None
        self._added = [photo.path for photo in self._results if photo.judgement is Judgement.GOOD]
        self.set_aside.add(self._results)
        self._report()
        self._show_list(sorted(self._results, key=_what_wants_a_look_first))
        self._progress.hide()
        self._stop.hide()
        self._close.show()
        if self._added:
            self.added_to.emit(name)
        self.finished.emit()
        self._next()

    def _report(self) -> None:
        sign = ("working", "good") if self._added else ("failed", "warn")
        self._say(*sign, coach_words.added(self._results, self._name))
        self._undo.setVisible(bool(self._added))
        if self._deed is not None:
            self._notice.deeds.discard(self._deed)
        if self._added:
            undo = partial(self._take_out, self._added)
            self._deed = self._notice.deeds.add(self.told.text(), undo)

    def _show_list(self, photos: Sequence[Photo]) -> None:
        self.photos.replace(photos)
        self._list.setVisible(bool(photos))
        self._fit_list()
        self._list.scrollToTop()
        self._list.setCurrentIndex(self.photos.index(0))
        self._offer()

    # ---- undo

    def take_back(self) -> None:
        """Take exactly the photos that were just added out of the gallery again."""
        if self._deed is not None:
            self._notice.deeds.undo(self._deed)

    def _take_out(self, paths: list[Path]) -> None:
        """Also long after, when other photos are on show."""
        on_show = paths is self._added
        if on_show:
            self._undo.hide()
            self._added = []
        done = partial(self._taken_back, paths) if on_show else lambda: None
        run_in_background(self, partial(self._station.remove_photos, paths), lambda _: done(), self._tell)

    def _taken_back(self, paths: Sequence[Path]) -> None:
        self._results = [photo for photo in self._results if photo.path not in paths]
        self._show_list([photo for photo in self.photos.records if photo.path not in paths])
        self._say("undo", "muted", coach_words.taken_back(len(paths), self._name))

    # ---- what was set aside

    @property
    def _chosen_one(self) -> Photo | None:
        """The chosen photo, if it was set aside."""
        photo: Photo | None = self._list.currentIndex().data(RECORD)
        return photo if photo in self.set_aside.photos else None

    def look(self) -> None:
        """Show the chosen photo with its faces: why it was set aside, or which face it is."""
        photo = self._chosen_one
        if photo is not None:
            self._list.hide()
            self._hide_actions()
            self.chooser.show()
            self.chooser.show_photo(photo)
            self.choosing.emit(True)

    def leave_out(self) -> None:
        """The chosen photo is no use: it need not be shown again."""
        photo = self._chosen_one
        if photo is not None:
            self.set_aside.remove(photo)
            self._show_list([one for one in self.photos.records if one != photo])

    def _offer(self) -> None:
        """What can be done about the chosen photo."""
        photo = self._chosen_one
        if photo is None:
            self._hide_actions()
            return
        several = photo.judgement is Judgement.SEVERAL_FACES
        self._look.setText(self.tr("Choose the face") if several else self.tr("Show why"))
        self._look.setAccessibleName(self._look.text())
        icons.put(self._look, "person" if several else "photo")
        self._look.show()
        self._leave_out.show()

    def _hide_actions(self) -> None:
        self._look.hide()
        self._leave_out.hide()

    def _back_to_list(self) -> None:
        if self.chooser.picture.hasFocus():
            self._list.setFocus()  # else it would jump to the rail
        self.chooser.hide()
        self.choosing.emit(False)
        self._list.setVisible(bool(self.photos.records))
        self._offer()

    def _enrol_face(self, photo: Photo, box: Box) -> None:
        task = partial(self._station.enrol_chosen_face, photo.identity, photo.path, box)
        run_in_background(self, task, partial(self._face_judged, photo), self._tell)

    def _face_judged(self, photo: Photo, judged: Photo) -> None:
        if judged.judgement is not Judgement.GOOD:
            self.chooser.say(coach_words.judged(judged))
            return
        self.set_aside.remove(photo)
        mine = self._results if photo in self._results else []
        self._results = [judged if one == photo else one for one in mine] or [judged]
        self._name = judged.identity
        self._added = [*(self._added if mine else ()), judged.path]
        self._deed = self._deed if mine else None
        self._show_list([judged if one == photo else one for one in self.photos.records])
        self._back_to_list()
        self._report()
        self.added_to.emit(judged.identity)

    def _count_aside(self) -> None:
        count = len(self.set_aside.photos)
        self.aside.setText(coach_words.aside(count))
        self.aside.setAccessibleName(self.aside.text())
        self.aside.setVisible(bool(count))

    def _tell(self, error: Exception) -> None:
        self._notice.bad(str(error))

    def _fit_list(self) -> None:
        row_height = max(self._list.sizeHintForRow(0), 1)
        room = _ROWS if self.window().height() > _TALL else _ROWS - 1
        self._list.setFixedHeight(min(len(self.photos.records), room) * row_height + theme.XS)

    def _cancel(self) -> None:
        self._waiting.clear()
        self._stopped.set()
        if self._chain is not None:
            self._chain.cancel()

    def _dismiss(self) -> None:
        self._unnamed = []
        self.whose.hide()
        self.photos.replace(())
        focused = self.focusWidget() is not None and self.focusWidget().hasFocus()
        self._back_to_list()
        self.hide()
        if focused:
            self.aside.setFocus()  # else it would jump to the rail

    def _say(self, icon: str, tone: str, text: str) -> None:
        icons.put(self._sign, icon, tone)
        self.told.setText(text)
        self.show()


def _what_wants_a_look_first(photo: Photo) -> int:
    if photo.judgement is not Judgement.GOOD:
        return 0
    return 1 if photo.like else 2


def _batches(paths: Sequence[Path]) -> Iterator[Sequence[Path]]:
    start, size = 0, 1
    while start < len(paths):
        yield paths[start : start + size]
        start, size = start + size, min(size * _GROWTH, _MOST)
