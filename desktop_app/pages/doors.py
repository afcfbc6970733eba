"""Doors: every door unit and camera and how it is; a new one, and one that needs no hardware at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app import door_words
from desktop_app.item_models import VisitModel
from desktop_app.pages.camera_card import CameraCard
from desktop_app.pages.camera_panel import CameraPanel
from desktop_app.pages.connect_panel import ConnectPanel
from desktop_app.pages.door_card import DoorCard
from desktop_app.pages.full_test_card import FullTestCard
from desktop_app.pages.set_up_panel import SetUpPanel
from desktop_app.pages.virtual_door_panel import VirtualDoorPanel
from desktop_app.pages.waiting_doors import WaitingDoors
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, hold_together, label, row, scrolling
from desktop_app.widgets.notice import NoticeBar
from receiver.models import VIRTUAL_DOOR, Camera, Door, DoorCommand, DoorState, FullTest, Part, PartState, Visit

if TYPE_CHECKING:
    from receiver.station import Station

_CLOCK_MS = 15_000
_SIDE = 304
_WIDEST = 900


class DoorsPage(QWidget):
    """Cards on the reading side, the virtual door beside them, all of it scrolled together."""

    def __init__(self, station: Station, visits: VisitModel, notice: NoticeBar) -> None:
        super().__init__()
        self.setObjectName("page")
        self._station = station
        self._notice = notice
        self._reachable = False
        self.cards: dict[str, DoorCard] = {}
        self.cameras: dict[str, CameraCard] = {}
        self.browsers: dict[str, DoorCard] = {}
        self.waiting = WaitingDoors(station, visits, notice)
        self.test = FullTestCard(station)
        self.connect_panel = ConnectPanel(station.address)
        self.set_up = SetUpPanel(station)
        self.camera_panel = CameraPanel(station)
        self._panels: tuple[QFrame, ...] = (self.connect_panel, self.set_up, self.camera_panel)
        self.virtual = VirtualDoorPanel(station)
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        layout.addWidget(self._make_body(), 1)
        self._wire()
        self._open(None)
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self._refresh)
        self._clock.start()

    @Slot(object)
    def show_door(self, door: Door) -> None:
        """A door is new or has changed."""
        self.waiting.show_door(door)
        if door.id == VIRTUAL_DOOR:
            self.virtual.show_door(door)
        elif door_words.is_browser(door):
            self._show_card(door, self.browsers, self._browser_list)
        elif door_words.is_unit(door):
            self._show_card(door, self.cards, self._list)
        elif door.id in self.cameras:
            self._show_camera_door(door)
        self._arrange()

    def show_doors(self, doors: Sequence[Door]) -> None:
        """All doors, at the start."""
        for door in sorted(doors, key=lambda door: door.name.casefold()):
            self.show_door(door)

    @Slot(object)
    def show_camera(self, camera: Camera) -> None:
        """A camera is a new door, or another one than it was."""
        if camera.door in self.cameras:
            self.cameras[camera.door].show_camera(camera)
        else:
            made = self.cameras[camera.door] = CameraCard(self._station, camera, self._notice)
            self._list.addWidget(made)
        self._arrange()

    @Slot(object)
    def show_command(self, command: DoorCommand) -> None:
        """A door was told something, or has answered."""
        if command.door in self.cards:
            self.cards[command.door].show_command(command)

    @Slot(object)
    def show_visit(self, visit: Visit) -> None:
        """A held visit brings the first picture of a door that asks."""
        self.waiting.show_visit(visit)
        self._arrange()

    @Slot(object)
    def show_test(self, test: FullTest) -> None:
        """A full test is done."""
        self.test.show_test(test)

    @Slot(object)
    def show_part(self, part: Part) -> None:
        """Doors are spoken to by MQTT, and reach the receiver."""
        if part.name == "receiver" and part.state is PartState.WORKING:
            self.connect_panel.set_address(self._station.address)
        if part.name == "mqtt":
            self._reachable = part.state is not PartState.OFF
            for made in self.cards.values():
                made.set_reachable(self._reachable)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The head ends where the cards do."""
        super().resizeEvent(event)
        hold_together(self.layout(), event.size().width(), _WIDEST + _SIDE + theme.L + theme.S)

    # ---- what the owner does

    def add_board(self) -> None:
        """Set a board up over USB."""
        self._open(self.set_up)
        self.set_up.name.setFocus()

    def add_camera(self) -> None:
        """Use a camera as a door."""
        self._open(self.camera_panel)

    # ---- inside

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.S)
        head.addWidget(label(self.tr("Doors"), "headline"), 1)
        self.test_action = button(
            self.tr("Full test"),
            "retry",
            kind="quiet",
            then=self.test.run,
            tip=self.tr("Send a ring that nobody made the whole way, and see the time of each leg"),
        )
        self.add_action = button(self.tr("Add a door…"), "add", then=self._flip_ways)
        head.addWidget(self.test_action)
        head.addWidget(self.add_action)
        return head

    def _make_body(self) -> QScrollArea:
        inside = QWidget()
        both = row(inside, spacing=theme.L)
        both.setContentsMargins(0, 0, theme.S, 0)
        main = QWidget()
        main.setMaximumWidth(_WIDEST)
        layout = column(main, spacing=theme.M)
        layout.addWidget(self.waiting)
        for panel in (*self._panels, self.test):
            layout.addWidget(panel)
        self._list = column(spacing=theme.M)
        layout.addLayout(self._list)
        layout.addWidget(self._make_browsers())
        layout.addStretch(1)
        both.addWidget(main, 100)
        self.virtual.setFixedWidth(_SIDE)
        side = column()
        side.addWidget(self.virtual)
        side.addStretch(1)
        both.addLayout(side)
        both.addStretch(1)
        return scrolling(inside)

    def _make_browsers(self) -> QWidget:
        """One quiet line; whoever wants to know gets their cards."""
        self._browser_part = QWidget()
        layout = column(self._browser_part, spacing=theme.M)
        line = row(spacing=theme.S)
        line.setContentsMargins(theme.S, 0, 0, 0)
        sign = label()
        icons.put(sign, "photo", "muted", 18)
        self._browser_line = label(kind="caption", wrap=True)
        self.browser_action = button(self.tr("Show"), kind="link", then=self._flip_browsers)
        line.addWidget(sign)
        line.addWidget(self._browser_line)
        line.addWidget(self.browser_action)
        line.addStretch(1)
        cards = QWidget()
        self._browser_list = column(cards, spacing=theme.M)
        self._browser_cards = cards
        layout.addLayout(line)
        layout.addWidget(cards)
        cards.hide()
        return self._browser_part

    def _wire(self) -> None:
        self.connect_panel.board_wanted.connect(self.add_board)
        self.connect_panel.camera_wanted.connect(self.add_camera)
        self.set_up.done.connect(self.show_door)
        for panel in self._panels:
            panel.closed.connect(lambda: self._open(None))  # type: ignore[attr-defined]

    def _flip_ways(self) -> None:
        self._open(self.connect_panel if self.connect_panel.isHidden() else None)

    def _open(self, panel: QFrame | None) -> None:
        """One panel at a time; with no door yet, the ways to one are always there."""
        self._opened = panel
        self._arrange()

    def _arrange(self) -> None:
        empty = not (self.cards or self.cameras or self.waiting.waiting)
        shown = self._opened or (self.connect_panel if empty else None)
        for panel in self._panels:
            panel.setVisible(panel is shown)
        self.connect_panel.allow_close(not empty)
        self.add_action.setVisible(not empty or shown is not self.connect_panel)
        self._browser_part.setVisible(bool(self.browsers))
        self._browser_line.setText(door_words.browsers([made.door for made in self.browsers.values()]))

    def _flip_browsers(self) -> None:
        shown = self._browser_cards.isHidden()
        self._browser_cards.setVisible(shown)
        self.browser_action.setText(self.tr("Hide") if shown else self.tr("Show"))

    def _show_card(self, door: Door, cards: dict[str, DoorCard], where: QVBoxLayout) -> None:
        if door.state is DoorState.ASKING:
            _remove(cards.pop(door.id, None))
        elif door.id in cards:
            cards[door.id].show_door(door)
        else:
            made = cards[door.id] = DoorCard(self._station, door, self._notice)
            made.set_reachable(self._reachable)
            where.addWidget(made)

    def _show_camera_door(self, door: Door) -> None:
        """A camera that was removed is turned away; else it may have another name."""
        if door.state is DoorState.REFUSED:
            _remove(self.cameras.pop(door.id))
        else:
            self.cameras[door.id].name.show_name(door.name)

    def _refresh(self) -> None:
        for made in (*self.cards.values(), *self.browsers.values()):
            made.refresh()
        self._arrange()


def _remove(card: QWidget | None) -> None:
    if card is not None:
        card.hide()
        card.deleteLater()
