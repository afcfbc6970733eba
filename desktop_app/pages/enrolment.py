"""Photos on their way into the gallery: whose they are, how far it is, what each is good for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QProgressBar

from desktop_app import words
from desktop_app.item_models import IdentityModel, PhotoModel
from desktop_app.pages.photo_list import PhotoDelegate
from desktop_app.tasks import Chain, Meter, Outcome
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.name_field import NameField
from desktop_app.widgets.record_list import RecordList
from receiver.models import Judgement, Photo

if TYPE_CHECKING:
    from receiver.station import Station

Group = tuple[str, list[Path]]
_ROWS, _TALL = 3, 700
_GROWTH, _MOST = 8, 64
"""The first photo's answer stands there at once; after it the batches grow until every core has enough to do."""


class Enrolment(QFrame):
    """A card that appears with the first photo and stays until closed; bad photos stand there with the reason."""

    added_to = Signal(str)
    """A person got photos."""
    finished = Signal()

    def __init__(self, station: Station, identities: IdentityModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._station = station
        self._identities = identities
        self._waiting: deque[Group] = deque()
        self._unnamed: list[Path] = []
        self._chain: Chain | None = None
        self._results: list[Photo] = []
        self._total = 0
        self._name = ""
        self._stopped = Event()
        self._meter = Meter()
        self._meter.moved.connect(self._counted)
        self.photos = PhotoModel(self)
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
        self._close = button("", "close", kind="quiet", then=self._dismiss, tip=self.tr("Close this report"))
        head.addWidget(self._sign)
        head.addWidget(self.told, 1)
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
        self._list = RecordList(self.photos, PhotoDelegate(thumbnails), self.tr("Photos just added"))
        thumbnails.ready.connect(self._list.viewport().update)
        layout.addWidget(self._list)
        self._list.hide()
        self._progress.hide()
        self._stop.hide()

    def _ask(self) -> None:
        count = len(self._unnamed)
        told = self.tr("1 photo of somebody") if count == 1 else self.tr("{0} photos of somebody").format(count)
        self._say("person", "accent", told)
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
        self._total = len(paths)
        self.photos.replace(())
        self._progress.setRange(0, self._total)
        self._show_progress()
        enrol = partial(self._enrol, name, self._stopped.is_set)
        self._chain = Chain(self, list(_batches(paths)), enrol, partial(self._judged, name))
        self._chain.finished.connect(partial(self._group_done, name))
        for widget in (self._progress, self._stop, self._list):
            widget.show()
        self._close.hide()
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
        good = sum(p.judgement is Judgement.GOOD for p in self._results)
        self._say(*(("working", "good") if good else ("failed", "warn")), words.added(self._results, name))
        self.photos.replace(sorted(self._results, key=lambda p: p.judgement is Judgement.GOOD))
        self._list.scrollToTop()
        self._progress.hide()
        self._stop.hide()
        self._close.show()
        if good:
            self.added_to.emit(name)
        self.finished.emit()
        self._next()

    def _fit_list(self) -> None:
        row_height = max(self._list.sizeHintForRow(0), 1)
        room = _ROWS if self.window().height() > _TALL else _ROWS - 1
        self._list.setFixedHeight(min(len(self._results), room) * row_height + theme.XS)

    def _cancel(self) -> None:
        self._waiting.clear()
        self._stopped.set()
        if self._chain is not None:
            self._chain.cancel()

    def _dismiss(self) -> None:
        self._unnamed = []
        self.whose.hide()
        self._list.hide()
        self.hide()

    def _say(self, icon: str, tone: str, text: str) -> None:
        icons.put(self._sign, icon, tone)
        self.told.setText(text)
        self.show()


def _batches(paths: Sequence[Path]) -> Iterator[Sequence[Path]]:
    start, size = 0, 1
    while start < len(paths):
        yield paths[start : start + size]
        start, size = start + size, min(size * _GROWTH, _MOST)
