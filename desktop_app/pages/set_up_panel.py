"""Making a plugged-in board a door: which board, which name, then nothing to do but watch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QProgressBar

from desktop_app.tasks import Steps, run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, card, column, form, label, row
from receiver.errors import SetUpStopped
from receiver.models import Door

if TYPE_CHECKING:
    from receiver.door_setup import Board
    from receiver.station import Station

_LOOK_MS = 2_000
_LONGEST_ID = 63


class SetUpPanel(QFrame):
    """A card; boards that are plugged in while it is open appear by themselves."""

    closed = Signal()
    done = Signal(object)
    """The new door."""

    def __init__(self, station: Station) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Set up a door over USB"))
        self._station = station
        self._boards: tuple[Board, ...] = ()
        self._looking = False
        self._busy = False
        self._stopped = threading.Event()
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self.look_for_boards)
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        layout.addLayout(self._make_form())
        layout.addLayout(self._make_progress())
        layout.addLayout(self._make_buttons())
        layout.addWidget(self._make_help())
        self.hide()
        self._show_boards(())

    @property
    def answer(self) -> str:
        """What is being done, or what became of it."""
        return self._words.text()

    def look_for_boards(self) -> None:
        """See anew what is plugged in."""
        if not self._looking and not self._busy:
            self._looking = True
            run_in_background(self, self._station.boards, self._show_boards, self._no_boards)

    def start(self) -> None:
        """Make the chosen board a door."""
        board, name, door = self.board.currentData(), " ".join(self.name.text().split()), self.id.text()
        if board is not None and name and door:
            self._do(lambda steps: partial(self._station.set_up_door, board.port, door, name, steps, self._is_stopped))

    def stop(self) -> None:
        """End it as soon as that is safe."""
        self._stopped.set()
        self._cancel.setEnabled(False)
        self._say("waiting", "muted", self.tr("Stopping…"))

    def choose_micropython(self) -> None:
        """Ask for the file that was downloaded."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("MicroPython for the board"), folder, self.tr("MicroPython") + " (*.uf2)"
        )
        if chosen:
            self._do(lambda steps: partial(self._station.put_micropython, Path(chosen), steps, self._is_stopped))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Look for boards while it is open."""
        super().showEvent(event)
        self.look_for_boards()
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Nobody looks any more."""
        super().hideEvent(event)
        self._clock.stop()

    # ---- inside

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.S)
        sign = label()
        icons.put(sign, "usb", "accent", 24)
        head.addWidget(sign)
        head.addWidget(label(self.accessibleName(), "title"), 1)
        self._close = button("", "close", kind="quiet", then=self.closed.emit, tip=self.tr("Close"))
        head.addWidget(self._close)
        return head

    def _make_form(self) -> QGridLayout:
        self.board = QComboBox()
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.name.setPlaceholderText(self.tr("What you call it: Front door"))
        self.id = QLineEdit()
        self.id.setMaxLength(_LONGEST_ID)
        self.id.setPlaceholderText(self.tr("Lower-case letters, digits and hyphens"))
        self.name.textEdited.connect(lambda text: self.id.setText(as_id(text)))
        self.name.textChanged.connect(self._judge)
        self.id.textChanged.connect(self._judge)
        fields = ((self.tr("Board"), self.board), (self.tr("Name"), self.name), (self.tr("Id"), self.id))
        for words, field in fields:
            field.setAccessibleName(words)
        self.board.view().setAccessibleName(self.tr("Boards"))
        return form(*fields)

    def _make_progress(self) -> Any:
        both = column(spacing=theme.XS)
        line = row(spacing=theme.XS)
        self._sign = label()
        self._words = label(wrap=True, select=True)
        line.addWidget(self._sign)
        line.addWidget(self._words, 1)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far this step is"))
        both.addLayout(line)
        both.addWidget(self.bar)
        for part in (self._sign, self._words, self.bar):
            part.hide()
        return both

    def _make_buttons(self) -> QHBoxLayout:
        line = row(spacing=theme.S)
        self.action = button(self.tr("Set up"), kind="primary", then=self.start)
        self._cancel = button(self.tr("Cancel"), "close", then=self.stop)
        self._cancel.hide()
        self._more = button(self.tr("My board is not listed"), kind="link", then=self._show_help)
        line.addWidget(self.action)
        line.addWidget(self._cancel)
        line.addStretch(1)
        line.addWidget(self._more)
        return line

    def _make_help(self) -> QFrame:
        self.help = card("wash")
        layout = column(self.help, margin=theme.M, spacing=theme.S)
        for text in (
            self.tr("The USB cable must carry data; many carry power only."),
            self.tr(
                "A new board needs MicroPython first. Download the newest .uf2 file for W5100S_EVB_PICO from"
                " micropython.org. Hold the button BOOTSEL on the board while you plug it in: it shows as the drive"
                " RPI-RP2. Then choose the file here."
            ),
        ):
            layout.addWidget(label(text, "caption", wrap=True, select=True))
        line = row()
        self.choose = button(self.tr("Choose the .uf2 file…"), "file", then=self.choose_micropython)
        line.addWidget(self.choose)
        line.addStretch(1)
        layout.addLayout(line)
        self.help.hide()
        return self.help

    def _show_help(self) -> None:
        self.help.setVisible(self.help.isHidden())

    def _show_boards(self, found: Sequence[Board]) -> None:
        self._looking = False
        if tuple(found) == self._boards and self.board.count():
            return
        chosen = self.board.currentData()
        self._boards = tuple(found)
        self.board.clear()
        for board in found:
            told = self.tr("{0}, number {1}") if board.serial_number else "{0}"
            self.board.addItem(told.format(board.port, board.serial_number), board)
        if not found:
            self.board.addItem(self.tr("Plug the board in with a USB cable"), None)
        self.board.setCurrentIndex(max(self.board.findData(chosen), 0))
        self.board.setEnabled(bool(found))
        self._judge()

    def _no_boards(self, error: Exception) -> None:
        self._show_boards(())
        self._say("failed", "bad", str(error))

    def _judge(self) -> None:
        ready = self.board.currentData() is not None and bool(self.name.text().strip()) and bool(self.id.text())
        self.action.setEnabled(ready and not self._busy)

    def _do(self, task_with: Callable[[Steps], Callable[[], Any]]) -> None:
        self._stopped.clear()
        steps = Steps()
        steps.moved.connect(self._show_step)
        self._set_busy(True)
        self._say("waiting", "muted", self.tr("Talking to the board…"))
        run_in_background(self, task_with(steps), self._succeeded, self._failed)

    def _is_stopped(self) -> bool:
        return self._stopped.is_set()

    @Slot(str, int, int)
    def _show_step(self, step: str, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if not self._stopped.is_set():
            self._say("waiting", "muted", self.tr("{0}…").format(step.rstrip(".")))

    def _succeeded(self, result: Any) -> None:
        self._set_busy(False)
        if isinstance(result, Door):
            self._say("working", "good", self.tr("{0} is set up and has said hello.").format(result.name))
            self.name.clear()
            self.id.clear()
            self.done.emit(result)
        else:
            self.help.hide()
            self._say("working", "good", self.tr("MicroPython is on the board: give the door a name and set it up."))
        self.look_for_boards()

    def _failed(self, error: Exception) -> None:
        self._set_busy(False)
        if isinstance(error, SetUpStopped):
            self._say("off", "muted", str(error))
        else:
            self._say("failed", "bad", str(error))
            self.help.show()

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for part in (self.board, self.name, self.id, self.choose, self._close):
            part.setEnabled(not busy)
        self.board.setEnabled(not busy and bool(self._boards))
        self._cancel.setVisible(busy)
        self._cancel.setEnabled(busy)
        self.bar.setRange(0, 0)
        self.bar.setVisible(busy)
        self._judge()

    def _say(self, icon: str, tone: str, text: str) -> None:
        icons.put(self._sign, icon, tone, 18)
        self._words.setText(text)
        theme.set_kind(self._words, "error" if tone == "bad" else "body")
        self._sign.show()
        self._words.show()


def as_id(name: str) -> str:
    """A door's id from its name: "Front door" -> "front-door"; empty when no letter of it can be used."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower())
    return "-".join(filter(None, plain.split("-")))[:_LONGEST_ID].rstrip("-")
