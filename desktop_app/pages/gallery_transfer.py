"""Everybody into one file, and out of one: with progress, a way to stop, and undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QStandardPaths, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QFrame, QProgressBar

from desktop_app import people_words
from desktop_app.tasks import Meter, run_in_background
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.notice import NoticeBar
from receiver.models import Imported

if TYPE_CHECKING:
    from receiver.station import Station


class GalleryTransfer(QFrame):
    """A card that is there while it has something to do or to ask."""

    def __init__(self, station: Station, notice: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._station = station
        self._notice = notice
        self._stopped = Event()
        self._file = Path()
        self._meter = Meter(self)
        self._meter.moved.connect(self._count)
        layout = column(self, margin=theme.M, spacing=theme.S)
        self.told = label(wrap=True)
        layout.addWidget(self.told)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Photos done"))
        layout.addWidget(self._progress)
        buttons = row(spacing=theme.S)
        self.add = button(self.tr("Add them to mine"), "add", then=partial(self._take, replace=False))
        self.replace = button(self.tr("Replace mine"), "retry", then=partial(self._take, replace=True))
        self.stop = button(self.tr("Stop"), then=self._cancel)
        for one in (self.add, self.replace, self.stop):
            buttons.addWidget(one)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self.hide()

    def ask_where_to(self) -> None:
        """Choose a file, and write everybody into it."""
        today = QDate.currentDate().toString(Qt.DateFormat.ISODate)
        proposed = Path(_documents()) / self.tr("Porchlight people {0}.zip").format(today)
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export everybody"), str(proposed), self.tr("ZIP files (*.zip)")
        )
        if chosen:
            self.write(Path(chosen))

    def ask_where_from(self) -> None:
        """Choose a file with people."""
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Import people"), _documents(), self.tr("ZIP files (*.zip)")
        )
        if chosen:
            self.offer(Path(chosen))

    def write(self, file: Path) -> None:
        """Write everybody into a file."""
        self._begin(self.tr("Writing {0} …").format(file.name))
        task = partial(self._station.export_gallery, file, self._meter, self._stopped.is_set)
        self._run(task, partial(self._written, file))

    def offer(self, file: Path) -> None:
        """Ask what to do with the people in a file."""
        self._file = file
        told = self.tr("{0}: shall its people come beside yours, or in their place?").format(file.name)
        self._show(told, asking=True)
        self.add.setFocus()

    def _take(self, *, replace: bool) -> None:
        self._begin(self.tr("Reading {0} …").format(self._file.name))
        task = partial(
            self._station.import_gallery,
            self._file,
            replace=replace,
            progress=self._meter,
            cancelled=self._stopped.is_set,
        )
        self._run(task, self._taken)

    def _run(self, task: Callable[[], object], done: Callable[..., None]) -> None:
        def failed(error: Exception) -> None:
            self.hide()
            self._notice.bad(str(error))

        run_in_background(self, task, done, failed)

    def _written(self, file: Path, count: int) -> None:
        self.hide()
        if count:
            told = self.tr("{0} are in {1} now. Keep it as you keep the photos themselves.")
            self._notice.good(told.format(people_words.photos(count), file.name))

    def _taken(self, imported: Imported) -> None:
        self.hide()
        self._notice.undoable(people_words.came(imported), partial(self._undo, imported.undo))

    def _undo(self, token: str) -> None:
        run_in_background(self, partial(self._station.restore, token), None, lambda error: self._notice.bad(str(error)))

    def _begin(self, told: str) -> None:
        self._stopped = Event()
        self._progress.setRange(0, 0)
        self._show(told, asking=False)

    @Slot(int, int)
    def _count(self, done: int, total: int) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)

    def _cancel(self) -> None:
        self._stopped.set()
        self.hide()

    def _show(self, told: str, *, asking: bool) -> None:
        self.told.setText(told)
        self.add.setVisible(asking)
        self.replace.setVisible(asking)
        self._progress.setVisible(not asking)
        self.stop.setText(self.tr("Neither") if asking else self.tr("Stop"))
        self.stop.setAccessibleName(self.stop.text())
        self.show()


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
