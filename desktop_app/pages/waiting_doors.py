"""Doors that nobody approved yet: their first picture, Approve and Refuse, in a card on Live."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop_app import words
from desktop_app.item_models import VisitModel
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import read_square
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, card, column, label, row
from desktop_app.widgets.notice import NoticeBar
from receiver.models import Door, DoorState, Visit, VisitState

if TYPE_CHECKING:
    from receiver.station import Station

_SIDE = 64


class WaitingDoors(QWidget):
    """One card per door that asks to be let in; nothing while none does."""

    def __init__(self, station: Station, visits: VisitModel, notice: NoticeBar) -> None:
        super().__init__()
        self._station = station
        self._visits = visits
        self._notice = notice
        self._cards: dict[str, QFrame] = {}
        self._pictures: dict[str, QLabel] = {}
        self._layout = column(self)
        self.hide()

    def show_doors(self, doors: Sequence[Door]) -> None:
        """Bring the cards up to date with all doors."""
        for door in doors:
            self.show_door(door)

    def show_door(self, door: Door) -> None:
        """One door is new or has changed."""
        if door.state is DoorState.ASKING and door.id not in self._cards:
            self._cards[door.id] = self._make_card(door)
            self._layout.addWidget(self._cards[door.id])
        elif door.state is not DoorState.ASKING and door.id in self._cards:
            gone = self._cards.pop(door.id)
            self._pictures.pop(door.id)
            gone.hide()
            gone.deleteLater()
        self.setVisible(bool(self._cards))

    def show_visit(self, visit: Visit) -> None:
        """A held visit brings its door's first picture, or a door of which nothing else was heard."""
        if visit.state is not VisitState.HELD:
            return
        if visit.door not in self._cards:
            self.show_door(Door(visit.door, visit.door_name, DoorState.ASKING, visit.started_at, visit.started_at))
        if visit.picture is not None and self._pictures[visit.door].pixmap().isNull():
            self._load(visit.door, visit.picture.path)

    @property
    def waiting(self) -> tuple[str, ...]:
        """Ids of the doors on show."""
        return tuple(self._cards)

    def decide(self, door: str, state: DoorState) -> None:
        """Let a door in, or turn it away."""
        self._cards[door].setEnabled(False)
        run_in_background(
            self, partial(self._station.decide_door, door, state), self._decided, partial(self._not_decided, door)
        )

    def _make_card(self, door: Door) -> QFrame:
        result = card("wash")
        layout = row(result, margin=theme.M, spacing=theme.M)
        picture = label()
        picture.setFixedSize(_SIDE, _SIDE)
        picture.setAccessibleName(self.tr("The door's first picture"))
        self._pictures[door.id] = picture
        lines = column(spacing=2)
        lines.addStretch(1)
        title = row(spacing=theme.S)
        bell = label()
        icons.put(bell, "door", "accent")
        title.addWidget(bell)
        title.addWidget(label(self.tr("A new door wants to connect: {0}").format(door.name), "title", wrap=True), 1)
        lines.addLayout(title)
        told = self.tr("Its pictures wait, unexamined, until you decide. First heard {0}.")
        lines.addWidget(label(told.format(words.moment(door.first_heard)), "caption", wrap=True))
        if not door.authenticated:
            lines.addWidget(label(words.unsigned_caution(), "caption", wrap=True))
        lines.addWidget(label(words.photo_caution(), "caption", wrap=True))
        lines.addStretch(1)
        layout.addWidget(picture)
        layout.addLayout(lines, 1)
        refuse, approve = self.tr("Refuse"), self.tr("Approve")
        layout.addWidget(button(refuse, "close", then=partial(self.decide, door.id, DoorState.REFUSED)))
        layout.addWidget(
            button(approve, "good", kind="primary", then=partial(self.decide, door.id, DoorState.APPROVED))
        )
        held = next((v for v in self._visits.records if v.door == door.id and v.picture), None)
        if held is not None:
            self._load(door.id, held.picture.path)
        return result

    def _load(self, door: str, path: Path) -> None:
        side = int(_SIDE * self.devicePixelRatioF())
        run_in_background(self, partial(read_square, path, side), partial(self._put, door))

    def _put(self, door: str, image: QImage) -> None:
        if door in self._pictures and not image.isNull():
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            self._pictures[door].setPixmap(pixmap)

    def _decided(self, door: Door) -> None:
        self.show_door(door)
        if door.state is DoorState.APPROVED:
            self._notice.good(self.tr("{0} is connected.").format(door.name))
            return
        undo = partial(self._undo_refusal, door)
        self._notice.ask(
            self.tr("{0} is refused: its pictures are turned away.").format(door.name), ((self.tr("Approve"), undo),)
        )

    def _undo_refusal(self, door: Door) -> None:
        task = partial(self._station.decide_door, door.id, DoorState.APPROVED)
        run_in_background(self, task, self._decided, lambda error: self._notice.bad(str(error)))

    def _not_decided(self, door: str, error: Exception) -> None:
        self._cards[door].setEnabled(True)
        self._notice.bad(str(error))
