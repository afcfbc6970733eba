"""A camera that is a door: how it is, a look through it, and whether a face rings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop_app import door_words
from desktop_app.pages.door_name import DoorName
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.notice import NoticeBar
from desktop_app.widgets.switch import Switch
from receiver.language import shown
from receiver.models import Camera

if TYPE_CHECKING:
    from receiver.station import Station


class CameraCard(QFrame):
    """One camera; `show_camera` brings it up to date."""

    def __init__(self, station: Station, camera: Camera, notice: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.camera = camera
        self._station = station
        self._notice = notice
        layout = column(self, margin=theme.L, spacing=theme.S)
        layout.addLayout(self._make_head())
        self._source = label(kind="caption", wrap=True, select=True)
        self._answer = label(wrap=True, select=True)
        layout.addWidget(self._source)
        layout.addWidget(self._answer)
        layout.addLayout(self._make_actions())
        self.show_camera(camera)

    def show_camera(self, camera: Camera) -> None:
        """The camera is another than it was."""
        self.camera = camera
        self.name.show_name(camera.name)
        state = door_words.camera_state(camera)
        self.setAccessibleName(f"{camera.name}: {state.text}")
        icons.put(self._sign, state.look.icon, state.look.tone, 18)
        self.state.setText(state.text)
        self._source.setText(door_words.camera_source(camera.source))
        self.by_face.setChecked(camera.by_face)
        self._say(shown(camera.detail), "error")

    @property
    def answer(self) -> str:
        """What became of the last thing that was asked for, or what is wrong."""
        return self._answer.text()

    # ---- what the owner does

    def look(self) -> None:
        """Take a picture."""
        self.look_action.setEnabled(False)
        self._say(self.tr("Taking a picture…"))
        run_in_background(self, partial(self._station.look, self.camera.door), self._looked, self._failed)

    def watch(self) -> None:
        """A face rings, or does not any more."""
        self.by_face.setEnabled(False)
        task = partial(self._station.set_camera, self.camera.door, by_face=self.by_face.isChecked())
        run_in_background(self, task, self._set, self._failed)

    def ask_to_remove(self) -> None:
        """Remove it, once the owner has said so twice: its password does not come back."""
        told = self.tr("Is {0} no door any more? Its visits stay.").format(self.camera.name)
        sure = partial(self._station.remove_camera, self.camera.door)
        remove = partial(run_in_background, self, sure, None, self._failed)
        self._notice.ask(told, ((self.tr("Remove"), remove),))

    # ---- inside

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.S)
        sign = label()
        icons.put(sign, "camera", "accent", 24)
        self.name = DoorName(self.camera.door, self._station.rename_door, self._failed)
        self._sign = label()
        self.state = label()
        self.remove_action = button("", "delete", kind="quiet", then=self.ask_to_remove, tip=self.tr("Remove"))
        for part in (sign, self.name, self._sign, self.state, self.remove_action):
            head.addWidget(part)
        head.setStretchFactor(self.name, 1)
        return head

    def _make_actions(self) -> QHBoxLayout:
        line = row(spacing=theme.S)
        self.look_action = button(self.tr("Look"), "eye", then=self.look, tip=self.tr("Take a picture now"))
        self.by_face = Switch()
        told = self.tr("A face that stays there rings")
        self.by_face.setAccessibleName(told)
        self.by_face.clicked.connect(self.watch)
        line.addWidget(self.look_action)
        line.addStretch(1)
        line.addWidget(label(told, "caption"))
        line.addWidget(self.by_face)
        return line

    def _looked(self, _: None) -> None:
        self.look_action.setEnabled(True)
        self._say(self.tr("The picture is on Live."))

    def _set(self, camera: Camera) -> None:
        self.by_face.setEnabled(True)
        self.show_camera(camera)

    def _failed(self, error: Exception) -> None:
        self.look_action.setEnabled(True)
        self.by_face.setEnabled(True)
        self.by_face.setChecked(self.camera.by_face)
        self._say(str(error), "error")

    def _say(self, text: str, kind: str = "caption") -> None:
        theme.set_kind(self._answer, kind)
        self._answer.setText(text)
        self._answer.setVisible(bool(text))
