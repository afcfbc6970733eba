"""The virtual door: a door unit on the screen that does what a real one would, with the real firmware."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QHideEvent, QImage, QPainter, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QSlider, QWidget

from desktop_app.language import tr
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, card, column, form, label, row
from desktop_app.widgets.files import ask_for_pictures, local_paths, offers_pictures, pasted_picture
from desktop_app.widgets.picture_view import PictureView
from desktop_app.widgets.status_light import StatusLight
from desktop_app.widgets.switch import Switch
from receiver.models import VIRTUAL_DOOR, Door

if TYPE_CHECKING:
    from receiver.station import Station

_LOOK_MS = 200
_DIM_MS = 150
"""The light follows the slider once it has rested so long."""
_BUZZ_MS = 900
_DARKEST = 205
"""Opacity of the night that is laid over the picture, 0-255."""


class VirtualDoorPanel(QFrame):
    """A card: off, it says what it is good for; on, it is a door."""

    changed = Signal()
    """It was started or stopped."""

    def __init__(self, station: Station) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Virtual door"))
        self.setAcceptDrops(True)
        self._station = station
        self._asking = self._known = False
        self._image = QImage()
        self._buzzes: int | None = None
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        self._pitch = label(self._pitch_words(), "caption", wrap=True)
        layout.addWidget(self._pitch)
        self._answer = label(kind="error", wrap=True, select=True)
        self._answer.hide()
        layout.addWidget(self._answer)
        self.start_action = button(self.tr("Start the virtual door"), "power", kind="primary", then=self.start)
        layout.addWidget(self.start_action)
        self.remove_action = button(self.tr("Forget it and its key"), kind="link", then=self.remove)
        layout.addWidget(self.remove_action)
        self._body = self._make_body()
        layout.addWidget(self._body)
        self._poll = QTimer(self)
        self._poll.setInterval(_LOOK_MS)
        self._poll.timeout.connect(self._look)
        self._dim = QTimer(self)
        self._dim.setSingleShot(True)
        self._dim.setInterval(_DIM_MS)
        self._dim.timeout.connect(lambda: self._tell(f"light {self.light.value() / 100:.2f}"))
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_BUZZ_MS)
        self._quiet.timeout.connect(lambda: self._show_buzzer(sounding=False))
        self._show_running(running=False)

    # ---- what the user does

    def start(self) -> None:
        """Switch it on; it takes a moment."""
        self.start_action.setEnabled(False)
        self._say("")
        self._state.setText(self.tr("starting…"))
        run_in_background(self, self._station.start_virtual_door, self._started, self._not_started)

    def stop(self) -> None:
        """Switch it off."""
        self._poll.stop()
        run_in_background(self, self._station.stop_virtual_door, lambda _: self._stopped(), self._lost)

    def remove(self) -> None:
        """It is no door any more; started again, it is a new one."""
        run_in_background(self, partial(self._station.unpair_door, VIRTUAL_DOOR), self.show_door, self._not_started)

    def show_door(self, door: Door) -> None:
        """What the station knows of it: another hand may have started it."""
        self._known = door.authenticated
        if self._body.isHidden() and self.isVisible() and self._station.virtual_door is not None:
            self._started("")
        self.remove_action.setVisible(self._known and self._body.isHidden())

    def press(self) -> None:
        """Ring."""
        self._tell("press")

    def choose_picture(self) -> None:
        """Ask who shall stand before the door."""
        self._take(ask_for_pictures(self, self.tr("Who stands before the virtual door?")))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """A picture may be dropped on the door while it is on."""
        if self._body.isVisibleTo(self) and offers_pictures(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Stand it before the door."""
        event.acceptProposedAction()
        self._take(local_paths(event.mimeData()) or pasted_picture(event.mimeData()))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Look at the door as long as somebody sees it; it may have been started before this window was."""
        super().showEvent(event)
        if self._station.virtual_door is not None and self._body.isHidden():
            self._started("")
        if not self._body.isHidden():
            self._poll.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Nobody looks."""
        super().hideEvent(event)
        self._poll.stop()

    # ---- inside

    def _pitch_words(self) -> str:
        return self.tr(
            "A door without hardware: the real firmware on a board that exists on this computer only. Ring it, choose"
            " who stands before it, make it night, pull the cable, break the camera."
        )

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.S)
        sign = label()
        icons.put(sign, "unit", "accent", 24)
        self._state = label(kind="caption")
        self.stop_action = button("", "power", kind="quiet", then=self.stop, tip=self.tr("Switch the virtual door off"))
        head.addWidget(sign)
        head.addWidget(label(self.accessibleName(), "title"), 1)
        head.addWidget(self._state)
        head.addWidget(self.stop_action)
        return head

    def _make_body(self) -> QWidget:
        body = QWidget()
        layout = column(body, spacing=theme.M)
        layout.addWidget(self._make_plate())
        layout.addWidget(self._make_scene())
        layout.addLayout(self._make_controls())
        return body

    def _make_plate(self) -> QFrame:
        plate = card("plate")
        layout = column(plate, margin=theme.L, spacing=theme.M)
        self.screen = label(kind="screen", wrap=True)
        self.screen.setAccessibleName(self.tr("Its screen"))
        self.screen.setMinimumHeight(self.screen.fontMetrics().lineSpacing() * 2 + theme.L)
        layout.addWidget(self.screen)
        lights = row(spacing=theme.XS)
        self.lamp = StatusLight()
        self.lamp.setToolTip(_lamp_words())
        lights.addWidget(self.lamp)
        lights.addWidget(label(self.tr("status light"), "on-plate"))
        lights.addStretch(1)
        self._buzzer_sign = label()
        self.buzzer = label(kind="on-plate")
        lights.addWidget(self._buzzer_sign)
        lights.addWidget(self.buzzer)
        layout.addLayout(lights)
        self.bell = button("", "ring", kind="bell", then=self.press, tip=self.tr("Ring the bell"))
        icons.put(self.bell, "ring", "#241600", 32)
        layout.addWidget(self.bell, 0, Qt.AlignmentFlag.AlignHCenter)
        self._show_buzzer(sounding=False)
        return plate

    def _make_scene(self) -> QWidget:
        scene = QWidget()
        layout = column(scene, spacing=theme.S)
        self.picture = PictureView(QSize(180, 120))
        self.picture.setFixedHeight(150)
        self.picture.setAccessibleName(self.tr("Who stands before the door"))
        layout.addWidget(self.picture)
        layout.addWidget(button(self.tr("Choose a picture…"), "photo", then=self.choose_picture))
        layout.addWidget(label(self.tr("Or drop one here."), "caption"))
        return scene

    def _make_controls(self) -> QGridLayout:
        self.light = QSlider(Qt.Orientation.Horizontal)
        self.light.setRange(0, 100)
        self.light.setValue(100)
        self.light.valueChanged.connect(self._dimmed)
        self.cable = Switch(on=True)
        self.cable.clicked.connect(lambda on: self._tell(f"cable {'in' if on else 'out'}"))
        self.camera = QComboBox()
        self.camera.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.camera.setMinimumContentsLength(8)
        for fault, words in _camera_words():
            self.camera.addItem(words, fault)
        self.camera.activated.connect(lambda _: self._tell(f"camera {self.camera.currentData()}"))
        for control, words in (
            (self.light, self.tr("Light at the door, from night to day")),
            (self.cable, self.tr("Network cable plugged in")),
            (self.camera, self.tr("What is wrong with the camera")),
        ):
            control.setAccessibleName(words)
        self.camera.view().setAccessibleName(self.tr("Ways in which a camera breaks"))
        return form(
            (self.tr("Light"), _between("moon", self.light, "sun")),
            (self.tr("Cable"), self.cable),
            (self.tr("Camera"), self.camera),
        )

    # ---- while it runs

    def _started(self, _door: str) -> None:
        self._show_running(running=True)
        self._poll.start()
        self._read_picture()
        self.changed.emit()

    def _not_started(self, error: Exception) -> None:
        self._show_running(running=False)
        self._say(str(error))

    def _stopped(self) -> None:
        self._show_running(running=False)
        self.changed.emit()

    def _lost(self, error: Exception) -> None:
        """Its process has ended."""
        self._poll.stop()
        self._stopped()
        self._say(str(error))

    def _show_running(self, *, running: bool) -> None:
        self._pitch.setVisible(not running)
        self.start_action.setVisible(not running)
        self.start_action.setEnabled(True)
        self.remove_action.setVisible(self._known and not running)
        self._body.setVisible(running)
        self.stop_action.setVisible(running)
        self._state.setText("")
        self._buzzes = None
        self.lamp.forget()

    def _look(self) -> None:
        if not self._asking:
            self._tell("state")

    def _tell(self, line: str) -> None:
        door = self._station.virtual_door
        if door is None:
            self._stopped()
            return
        self._asking = True
        run_in_background(self, partial(door.ask, line), self._show_state, self._failed)

    def _failed(self, error: Exception) -> None:
        self._asking = False
        if not self._body.isHidden():
            self._lost(error)

    def _show_state(self, state: dict[str, Any]) -> None:
        self._asking = False
        if self._body.isHidden():
            return
        self._say("")
        self.lamp.report(state["at_ms"], state["led_changes"], state["led"])
        text = "\n".join(part for part in state["display"] if part)
        self.screen.setText(text or (self.tr("(dark)") if state["display"] else self.tr("(no screen)")))
        if self._buzzes is not None and state["buzzes"] > self._buzzes:
            self._show_buzzer(sounding=True)
            self._quiet.start()
        self._buzzes = state["buzzes"]
        self._state.setText(self.tr("on") if state["address"] else self.tr("no network"))
        self._show_controls(state)

    def _show_controls(self, state: dict[str, Any]) -> None:
        """What another hand did, too."""
        if not self.light.isSliderDown() and not self._dim.isActive() and not self.light.hasFocus():
            quiet = self.light.blockSignals(True)
            self.light.setValue(round(100 * state["camera"]["light"]))
            self.light.blockSignals(quiet)
            self._paint_light()
        if not self.cable.hasFocus():
            self.cable.setChecked(state["cable"])
        if not self.camera.view().isVisible() and not self.camera.hasFocus():
            self.camera.setCurrentIndex(self.camera.findData(state["camera"]["fault"] or "well"))

    def _show_buzzer(self, *, sounding: bool) -> None:
        icons.put(self._buzzer_sign, "ring", "#ffc466" if sounding else "#8a8072", 18)
        self.buzzer.setText(self.tr("buzzer sounds") if sounding else self.tr("buzzer"))

    def _take(self, pictures: list[Path]) -> None:
        door = self._station.virtual_door
        if pictures and door is not None:
            done: Callable[[object], None] = lambda _: self._read_picture()  # noqa: E731
            run_in_background(self, partial(door.show, pictures[0]), done, lambda error: self._say(str(error)))

    def _read_picture(self) -> None:
        door = self._station.virtual_door
        if door is not None:
            run_in_background(self, lambda: QImage.fromData(door.seen()), self._show_picture)

    def _show_picture(self, image: QImage) -> None:
        self._say("")
        self._image = image
        self._paint_light()

    def _dimmed(self) -> None:
        self._paint_light()
        self._dim.start()

    def _paint_light(self) -> None:
        """The picture in the light that there is."""
        if self._image.isNull():
            return
        shown = self._image.convertToFormat(QImage.Format.Format_RGB32)
        painter = QPainter(shown)
        night = round(_DARKEST * (1 - self.light.value() / 100))
        painter.fillRect(shown.rect(), QColor(0, 0, 0, night))
        painter.end()
        self.picture.show_image(shown, shown.size())

    def _say(self, words: str) -> None:
        self._answer.setText(words)
        self._answer.setVisible(bool(words))


def _between(before: str, control: QWidget, after: str) -> QHBoxLayout:
    line = row(spacing=theme.XS)
    for part in (before, control, after):
        if isinstance(part, QWidget):
            line.addWidget(part, 1)
        else:
            sign = label()
            icons.put(sign, part, "muted", 16)
            line.addWidget(sign)
    return line


def _camera_words() -> tuple[tuple[str, str], ...]:
    """Ways in which a camera breaks, as control.py names them."""
    return (
        ("well", tr("well")),
        ("dead", tr("dead: answers nothing")),
        ("blind", tr("blind: its sensor is gone")),
        ("garbage", tr("sends garbage")),
        ("stuck", tr("stuck: never finishes a picture")),
        ("endless", tr("endless: claims huge pictures")),
        ("hung", tr("hangs until it is reset")),
        ("frozen", tr("frozen: the same picture again")),
        ("flaky", tr("flaky: works now and then")),
    )


def _lamp_words() -> str:
    return tr(
        "One short flash in 3 s: all is well.\nOn: somebody rang.\nQuick flicker: starting.\n2 flashes: no network.\n"
        "3 flashes: the station does not answer.\n4 flashes: the camera does not work.\n5 flashes: never set up."
    )
