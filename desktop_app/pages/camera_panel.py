"""Making a camera a door: one of this computer, or one in the network by its address."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from desktop_app import door_words
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, form, label, row
from desktop_app.widgets.switch import Switch
from receiver.models import Door

if TYPE_CHECKING:
    from receiver.station import Station

_BY_ADDRESS = ""


class CameraPanel(QFrame):
    """A card; the cameras of this computer are looked for each time it opens."""

    closed = Signal()

    def __init__(self, station: Station) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Use a camera as a door"))
        self._station = station
        self._looking = self._busy = False
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        layout.addLayout(self._make_form())
        layout.addLayout(self._make_choice())
        layout.addLayout(self._make_foot())
        self.hide()
        self._show_cameras(())

    @property
    def answer(self) -> str:
        """What is being done, or what became of it."""
        return self._answer.text()

    def look_for_cameras(self) -> None:
        """See anew which cameras this computer has."""
        if not self._looking:
            self._looking = True
            run_in_background(self, self._station.find_cameras, self._show_cameras, lambda _: self._show_cameras(()))

    def add(self) -> None:
        """Try it, and keep it if a picture comes."""
        source = self.where.currentData() or self.address.text().strip()
        name = " ".join(self.name.text().split()) or self._suggestion()
        if source:
            self._set_busy(True)
            self._say(self.tr("Trying it: the first picture can take some seconds…"), "caption")
            task = partial(self._station.add_camera, name, source, by_face=self.by_face.isChecked())
            run_in_background(self, task, self._added, self._failed)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Cameras may have been plugged in."""
        super().showEvent(event)
        self._say("", "caption")
        self.look_for_cameras()

    # ---- inside

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.S)
        sign = label()
        icons.put(sign, "camera", "accent", 24)
        head.addWidget(sign)
        head.addWidget(label(self.accessibleName(), "title"), 1)
        head.addWidget(button("", "close", kind="quiet", then=self.closed.emit, tip=self.tr("Close")))
        return head

    def _make_form(self) -> QVBoxLayout:
        both = column(spacing=theme.XS)
        self.where = QComboBox()
        self.where.currentIndexChanged.connect(self._judge)
        self.address = QLineEdit()
        self.address.setPlaceholderText("rtsp://user:password@192.168.1.20/stream1")
        self.address.textChanged.connect(self._judge)
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        fields = (
            (self.tr("Name"), self.name),
            (self.tr("Camera"), self.where),
            (self.tr("Address"), self.address),
        )
        for words, field in fields:
            field.setAccessibleName(words)
        self.where.view().setAccessibleName(self.tr("Cameras"))
        self._hint = label(
            self.tr("It stands in the camera's manual: rtsp:// or http://. User and password are kept as a secret."),
            "caption",
            wrap=True,
        )
        both.addLayout(form(*fields))
        both.addWidget(self._hint)
        return both

    def _make_choice(self) -> QHBoxLayout:
        line = row(spacing=theme.S)
        self.by_face = Switch()
        told = self.tr("A face that stays before it rings, as if a button had been pressed")
        self.by_face.setAccessibleName(told)
        words = column(spacing=2)
        words.addWidget(label(told, wrap=True))
        words.addWidget(
            label(self.tr("Else the camera is closed, and takes a picture when you press Look."), "caption", wrap=True)
        )
        line.addWidget(self.by_face)
        line.addLayout(words, 1)
        return line

    def _make_foot(self) -> QHBoxLayout:
        line = row(spacing=theme.S)
        self.action = button(self.tr("Use this camera"), kind="primary", then=self.add)
        self._answer = label(wrap=True, select=True)
        line.addWidget(self.action)
        line.addWidget(self._answer, 1)
        return line

    def _suggestion(self) -> str:
        by_address = self.where.currentData() == _BY_ADDRESS
        return self.tr("Camera") if by_address else self.tr("Camera of this computer")

    def _show_cameras(self, found: Sequence[str]) -> None:
        self._looking = False
        chosen = self.where.currentData()
        self.where.clear()
        for number in found:
            self.where.addItem(door_words.camera_source(number), number)
        self.where.addItem(self.tr("A camera in the network, by its address"), _BY_ADDRESS)
        self.where.setCurrentIndex(max(self.where.findData(chosen), 0) if chosen else 0)
        self._judge()

    def _judge(self) -> None:
        by_address = self.where.currentData() == _BY_ADDRESS
        self.address.setEnabled(by_address)
        self._hint.setVisible(by_address)
        self.name.setPlaceholderText(self._suggestion())
        self.action.setEnabled(not self._busy and (not by_address or bool(self.address.text().strip())))

    def _added(self, door: Door) -> None:
        self._set_busy(False)
        self.address.clear()
        self.name.clear()
        self._say(self.tr("{0} is a door now: its first picture is on Live.").format(door.name), "body")
        self.look_for_cameras()

    def _failed(self, error: Exception) -> None:
        self._set_busy(False)
        self._say(str(error), "error")

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._judge()

    def _say(self, text: str, kind: str) -> None:
        theme.set_kind(self._answer, kind)
        self._answer.setText(text)
