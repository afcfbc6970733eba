"""Live before the first ring: three ways to begin, each one click."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, label, row, scrolling
from desktop_app.widgets.copy_button import CopyButton
from desktop_app.widgets.empty_state import EmptyState
from desktop_app.widgets.qr_code import QrCode

if TYPE_CHECKING:
    from receiver.station import Station

_WIDEST = 380
_QR = 124
"""Four pixels a module for most addresses."""


class Beginning(QFrame):
    """One way to begin: what it is, a sentence that also tells what becomes of it, and a button."""

    def __init__(self, icon: str, title: str, sentence: str, action: QPushButton) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setMaximumWidth(_WIDEST)
        self.action = action
        self._told = label(sentence, "caption", wrap=True)
        self._layout = column(spacing=theme.S)
        for part in (label(title, "title"), self._told, action):
            self._layout.addWidget(part)
        self._layout.addStretch(1)
        picture = label()
        icons.put(picture, icon, "accent", 28)
        layout = row(self, margin=theme.L, spacing=theme.M)
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._layout, 1)

    @property
    def told(self) -> str:
        """Its sentence."""
        return self._told.text()

    def insert(self, part: QWidget) -> None:
        """Something between the sentence and the button."""
        self._layout.insertWidget(self._layout.indexOf(self.action), part, 0, Qt.AlignmentFlag.AlignLeading)

    def add(self, part: QWidget) -> None:
        """Something below the button."""
        self._layout.insertWidget(self._layout.indexOf(self.action) + 1, part)

    def begin(self, words: str) -> None:
        """It is on its way."""
        self.action.setEnabled(False)
        self._say(words, "caption")

    def end(self, words: str) -> None:
        """It is done."""
        self.action.setEnabled(True)
        self._say(words, "caption")

    def fail(self, error: Exception) -> None:
        """It did not work."""
        self.action.setEnabled(True)
        self._say(str(error), "error")

    def _say(self, words: str, kind: str) -> None:
        theme.set_kind(self._told, kind)
        self._told.setText(words)


class Beginnings(QWidget):
    """The empty state of Live; what begins shows itself there as the first visit."""

    photo_wanted = Signal()
    people_wanted = Signal()
    doors_wanted = Signal()
    """Another camera, or a board by USB."""

    def __init__(self, station: Station) -> None:
        super().__init__()
        self._station = station
        inside = EmptyState(
            "logo.svg",
            self.tr("The light is on. Nobody has rung yet."),
            self.tr("When someone rings, you see here who it is, whether that can be trusted, and what to do."),
        )
        self.ringing = self._ring_card()
        self.camera = self._camera_card()
        at_once = column(spacing=theme.M)
        at_once.addWidget(self.ringing, 1)
        at_once.addWidget(self.camera, 1)
        cards = row(spacing=theme.M)
        cards.addStretch(1)
        cards.addLayout(at_once, 100)
        cards.addWidget(self._connect_card(), 100)
        cards.addStretch(1)
        inside.actions.addLayout(cards)
        others = row(spacing=theme.L)
        others.addStretch(1)
        others.addWidget(button(self.tr("Or try a photo"), kind="link", then=self.photo_wanted.emit))
        others.addWidget(button(self.tr("Add people first"), kind="link", then=self.people_wanted.emit))
        others.addStretch(1)
        inside.actions.addLayout(others)
        column(self).addWidget(scrolling(inside))

    def set_address(self, address: str) -> None:
        """The address doors and phones use."""
        self.code.show_text(address)
        self._address.setText(address)

    # ---- what the user does

    def ring(self) -> None:
        """Ring the virtual door, which is started for it."""
        self.ringing.begin(self.tr("The door starts, then it rings…"))
        done = self.tr("It has rung: its picture comes in a moment.")
        run_in_background(self, self._station.ring_virtual_door, lambda _: self.ringing.end(done), self.ringing.fail)

    def use_camera(self) -> None:
        """Make this computer's camera a door; its first picture is the first visit."""
        self.camera.begin(self.tr("Looking for the camera…"))
        run_in_background(self, self._station.find_cameras, self._use_first, self.camera.fail)

    # ---- inside

    def _ring_card(self) -> Beginning:
        return Beginning(
            "unit",
            self.tr("See it work"),
            self.tr("A door without hardware: the real firmware, on a board that exists on this computer only."),
            button(self.tr("Ring the virtual door"), "ring", kind="primary", then=self.ring),
        )

    def _camera_card(self) -> Beginning:
        return Beginning(
            "camera",
            self.tr("See yourself"),
            self.tr("It takes one picture now, and others when you press Look. Nothing leaves this computer."),
            button(self.tr("Use this computer's camera"), "camera", then=self.use_camera),
        )

    def _connect_card(self) -> Beginning:
        self._address = label(self._station.address, select=True)
        self._address.setFont(theme.font(bold=True))
        self.code = QrCode(self._station.address, _QR)
        made = Beginning(
            "door",
            self.tr("Connect a door"),
            self.tr("Open this address in a phone's browser, or give it to a door unit:"),
            CopyButton(self.tr("Copy address"), self._address.text),
        )
        made.insert(self._address)
        made.insert(self.code)
        made.add(button(self.tr("Set up a board over USB"), kind="link", then=self.doors_wanted.emit))
        return made

    def _use_first(self, found: tuple[str, ...]) -> None:
        if not found:
            self.camera.end(self.tr("No camera was found here. Is one plugged in, and no other program using it?"))
            return
        self.camera.begin(self.tr("Taking the first picture…"))
        task = partial(self._station.add_camera, self.tr("Camera of this computer"), found[0])
        done = self.tr("It is a door now: its first picture comes in a moment.")
        run_in_background(self, task, lambda _: self.camera.end(done), self.camera.fail)
