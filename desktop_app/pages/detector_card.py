"""YuNet's file: fetched on the owner's click, chosen from the disk, or removed again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, Slot
from PySide6.QtWidgets import QFileDialog, QFrame, QProgressBar, QPushButton

from desktop_app.tasks import Meter, run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, label, row
from receiver.errors import FetchStopped

if TYPE_CHECKING:
    from receiver.station import Station

Found = tuple[Path | None, str]
"""YuNet's file, and which eye is used."""


class DetectorCard(QFrame):
    """Nothing is fetched unless `get` is clicked."""

    def __init__(self, station: Station) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Faster, sharper face finder (YuNet)"))
        self._station = station
        self._stopped = threading.Event()
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        layout.addWidget(label(self._make_pitch(), "caption", wrap=True))
        layout.addWidget(self._make_bar())
        layout.addLayout(self._make_answer())
        layout.addLayout(self._make_buttons())
        self._show_buttons()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Look anew at what is there and used."""
        run_in_background(self, self._look, self._show_found)

    @property
    def answer(self) -> str:
        """What became of the last click."""
        return self._words.text()

    @property
    def state(self) -> str:
        """What stands at the right of the title."""
        return self._state.text()

    def _make_head(self) -> Any:
        head = row(spacing=theme.S)
        sign = label()
        icons.put(sign, "recognition", "accent", 24)
        head.addWidget(sign)
        head.addWidget(label(self.accessibleName(), "title", wrap=True), 1)
        self._state_sign = label()
        self._state = label(kind="caption")
        head.addWidget(self._state_sign)
        head.addWidget(self._state)
        return head

    def _make_pitch(self) -> str:
        return self.tr(
            "Sees faces that are small, dark or turned, several times as fast. It is a file of the OpenCV project, "
            "free to use (MIT licence), and not part of Porchlight: nothing is fetched unless you ask for it here."
        )

    def _make_bar(self) -> QProgressBar:
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("YuNet fetched so far"))
        self.bar.hide()
        return self.bar

    def _make_answer(self) -> Any:
        line = row(spacing=theme.XS)
        self._sign = label()
        self._words = label(wrap=True, select=True)
        line.addWidget(self._sign)
        line.addWidget(self._words, 1)
        self._sign.hide()
        self._words.hide()
        return line

    def _make_buttons(self) -> Any:
        line = row(spacing=theme.S)
        self.get = button(self.tr("Get it (0.2 MB, from the OpenCV project)"), "add", then=self._fetch)
        self.again = button(self.tr("Try again"), "retry", then=self._fetch)
        self.choose = button(self.tr("Choose a file…"), "file", then=self._choose)
        self.stop = button(self.tr("Stop"), "close", then=self._stop)
        self.remove = button(self.tr("Remove"), "delete", then=self._remove)
        self._buttons = (self.get, self.again, self.choose, self.stop, self.remove)
        for one in self._buttons:
            line.addWidget(one)
        line.addStretch(1)
        return line

    # ---- what is there

    def _look(self) -> Found:
        return self._station.detector_file(), self._station.detector()

    def _show_found(self, found: Found) -> None:
        file, used = found
        if file and used == "yunet":
            self._show_state("working", "good", self.tr("in use"))
        elif file:
            self._show_state("off", "muted", self.tr("there, but the settings choose HOG"))
        elif used == "yunet":
            self._show_state("broken", "bad", self.tr("missing, but the settings insist on it"))
        else:
            self._show_state("off", "muted", self.tr("not there"))
        failed = bool(self._words.property("failed")) and not file
        self._show_buttons(*([self.remove] if file else [self.again if failed else self.get, self.choose]))

    def _show_state(self, icon: str, tone: str, word: str) -> None:
        icons.put(self._state_sign, icon, tone, 18)
        self._state.setText(word)

    # ---- what can be done

    def _fetch(self) -> None:
        self._stopped.clear()
        self.bar.setRange(0, 0)
        self.bar.show()
        meter = Meter()
        meter.moved.connect(self._show_progress)
        fetch = partial(self._station.fetch_detector, meter, self._stopped.is_set)
        self._do(fetch, self.tr("Fetching YuNet ..."), self.tr("YuNet is here."))
        self._show_buttons(self.stop)

    def _stop(self) -> None:
        self._stopped.set()
        self.stop.setEnabled(False)
        self._say("waiting", "muted", self.tr("Stopping ..."))

    def _choose(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        kinds = self.tr("YuNet's file") + " (*.onnx)"
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose YuNet's file"), folder, kinds)
        if chosen:
            self.place(Path(chosen))

    def place(self, file: Path) -> None:
        """Take a file of this computer."""
        place = partial(self._station.place_detector, file)
        self._do(place, self.tr("Reading the file ..."), self.tr("YuNet is here."))

    def _remove(self) -> None:
        self._do(self._station.remove_detector, self.tr("Removing it ..."), self.tr("Removed."))

    def _do(self, task: Callable[[], object], meanwhile: str, afterwards: str) -> None:
        self._say("waiting", "muted", meanwhile)
        self._show_buttons()
        run_in_background(self, task, lambda _: self._done(afterwards), self._failed)

    def _done(self, told: str) -> None:
        self._say("working", "good", told)
        self._settle()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, FetchStopped):
            self._say("off", "muted", str(error))
        else:
            self._say("failed", "bad", str(error))
        self._settle()

    def _settle(self) -> None:
        self.bar.hide()
        self.stop.setEnabled(True)
        self.refresh()

    @Slot(int, int)
    def _show_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _say(self, icon: str, tone: str, text: str) -> None:
        icons.put(self._sign, icon, tone, 18)
        self._words.setText(text)
        self._words.setProperty("failed", tone == "bad")
        theme.set_kind(self._words, "error" if tone == "bad" else "body")
        self._sign.setVisible(bool(text))
        self._words.setVisible(bool(text))

    def _show_buttons(self, *shown: QPushButton) -> None:
        """Only what can be done now; a keyboard that was here stays, on the first of it or on the card itself."""
        here = self.window().focusWidget() in (self, *self._buttons)
        for one in shown:
            one.show()
        if here:
            (shown[0] if shown else self).setFocus()
        for one in self._buttons:
            one.setVisible(one in shown)
