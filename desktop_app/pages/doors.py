"""Doors: every door unit and how it is; a new one by USB, and one that needs no hardware at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.item_models import VisitModel
from desktop_app.pages.door_card import DoorCard
from desktop_app.pages.set_up_panel import SetUpPanel
from desktop_app.pages.virtual_door_panel import VirtualDoorPanel
from desktop_app.pages.waiting_doors import WaitingDoors
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, column, label, row, scrolling
from desktop_app.widgets.empty_state import EmptyState
from desktop_app.widgets.notice import NoticeBar
from receiver.models import OWN_DOOR, VIRTUAL_DOOR, Door, DoorCommand, DoorState, Part, PartState, Visit

if TYPE_CHECKING:
    from receiver.station import Station

_CLOCK_MS = 15_000
_SIDE = 304


class DoorsPage(QWidget):
    """Cards on the reading side, the virtual door beside them."""

    def __init__(self, station: Station, visits: VisitModel, notice: NoticeBar) -> None:
        super().__init__()
        self.setObjectName("page")
        self._station = station
        self._notice = notice
        self._reachable = False
        self.cards: dict[str, DoorCard] = {}
        self.waiting = WaitingDoors(station, visits, notice)
        self.set_up = SetUpPanel(station)
        self.set_up.closed.connect(lambda: self._show_set_up(shown=False))
        self.set_up.done.connect(self.show_door)
        self.virtual = VirtualDoorPanel(station)
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        layout.addLayout(self._make_body(), 1)
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self._refresh)
        self._clock.start()
        self._arrange()

    @Slot(object)
    def show_door(self, door: Door) -> None:
        """A door is new or has changed."""
        self.waiting.show_door(door)
        if door.state is DoorState.ASKING or _is_no_unit(door):
            self._remove(door.id)
        elif door.id in self.cards:
            self.cards[door.id].show_door(door)
        else:
            made = self.cards[door.id] = DoorCard(self._station, door, self._notice)
            made.set_reachable(self._reachable)
            self._list.addWidget(made)
        self._arrange()

    def show_doors(self, doors: Sequence[Door]) -> None:
        """All doors, at the start."""
        for door in sorted(doors, key=lambda door: door.name.casefold()):
            self.show_door(door)

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
    def show_part(self, part: Part) -> None:
        """Doors are spoken to by MQTT."""
        if part.name == "mqtt":
            self._reachable = part.state is not PartState.OFF
            for made in self.cards.values():
                made.set_reachable(self._reachable)

    # ---- inside

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.M)
        head.addWidget(label(self.tr("Doors"), "headline"), 1)
        self.set_up_action = button(
            self.tr("Set up a door ..."), "usb", kind="primary", then=lambda: self._show_set_up(shown=True)
        )
        in_place = self.set_up_action.sizePolicy()
        in_place.setRetainSizeWhenHidden(True)
        self.set_up_action.setSizePolicy(in_place)
        head.addWidget(self.set_up_action)
        return head

    def _make_body(self) -> QHBoxLayout:
        body = row(spacing=theme.L)
        inside = QWidget()
        layout = column(inside, spacing=theme.M)
        layout.setContentsMargins(0, 0, theme.S, 0)
        layout.addWidget(self.waiting)
        layout.addWidget(self.set_up)
        self._list = column(spacing=theme.M)
        layout.addLayout(self._list)
        self._empty = self._make_empty()
        layout.addWidget(self._empty, 100)
        layout.addStretch(1)
        body.addWidget(scrolling(inside), 1)
        side = QWidget()
        beside = column(side)
        beside.addWidget(self.virtual)
        beside.addStretch(1)
        scrolled = scrolling(side)
        scrolled.setFixedWidth(_SIDE)
        body.addWidget(scrolled)
        return body

    def _make_empty(self) -> EmptyState:
        empty = EmptyState(
            "unit",
            self.tr("No door yet"),
            self.tr(
                "Plug a board in and set it up, start the virtual door, or send a picture from any device to the"
                " address on Live: it asks here to be let in."
            ),
        )
        set_up = button(self.tr("Set up a door ..."), "usb", then=lambda: self._show_set_up(shown=True))
        empty.actions.addWidget(set_up, 0, Qt.AlignmentFlag.AlignHCenter)
        return empty

    def _show_set_up(self, *, shown: bool) -> None:
        self.set_up.setVisible(shown)
        self.set_up_action.setVisible(not shown)
        if shown:
            self.set_up.name.setFocus()
        self._arrange()

    def _arrange(self) -> None:
        self._empty.setVisible(not (self.cards or self.waiting.waiting or self.set_up.isVisibleTo(self)))

    def _remove(self, door: str) -> None:
        gone = self.cards.pop(door, None)
        if gone is not None:
            gone.hide()
            gone.deleteLater()

    def _refresh(self) -> None:
        for made in self.cards.values():
            made.refresh()


def _is_no_unit(door: Door) -> bool:
    """Photos tried in the window come from no door; and without its key the virtual door is gone."""
    return door.id == OWN_DOOR or (door.id == VIRTUAL_DOOR and not door.authenticated)
