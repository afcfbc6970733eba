"""The faces of which the owner has said "not Anna", on Anna's page, each to be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop_app import history_words, words
from desktop_app.face_crops import FaceCrops
from desktop_app.pages.stranger_panel import FaceView
from desktop_app.tasks import run_in_background
from desktop_app.widgets import theme
from desktop_app.widgets.basics import ElidedLabel, button, clear, column, label, row, scrolling
from desktop_app.widgets.notice import NoticeBar
from receiver.models import Rejection, Withdrawn

if TYPE_CHECKING:
    from receiver.station import Station

_FACE = 44
_ROWS, _TALL = 3, 700


class NotThem(QWidget):
    """Shows itself when there is something to take back."""

    def __init__(self, station: Station, crops: FaceCrops, notice: NoticeBar) -> None:
        super().__init__()
        self._station = station
        self._crops = crops
        self._notice = notice
        self._name = ""
        self.rejections: tuple[Rejection, ...] = ()
        layout = column(self, spacing=theme.XS)
        self._title = label(kind="title")
        layout.addWidget(self._title)
        inside = QWidget()
        self._rows = column(inside, spacing=theme.XS)
        self._area = scrolling(inside)
        layout.addWidget(self._area)
        self.hide()

    def show_person(self, name: str) -> None:
        """Somebody else, or the same again: ask the station what holds for them."""
        if name != self._name:
            self._show((), name)
        self.refresh()

    def refresh(self) -> None:
        """Ask the station."""
        if self._name:
            name = self._name
            run_in_background(self, partial(self._station.rejections, name), lambda found: self._show(found, name))

    def take_back(self, rejection: int) -> None:
        """The owner was mistaken: visits by whoever looks like that are judged again."""
        run_in_background(self, partial(self._station.withdraw_rejection, rejection), self._taken_back, self._tell)

    def _show(self, found: Sequence[Rejection], name: str) -> None:
        if (tuple(found), name) == (self.rejections, self._name):
            return
        self._name, self.rejections = name, tuple(found)
        self._title.setText(self.tr("Not {0}").format(name))
        clear(self._rows)
        for rejection in found:
            self._rows.addLayout(self._make_row(rejection))
        self._rows.addStretch(1)
        room = _ROWS if self.window().height() > _TALL else _ROWS - 1
        self._area.setFixedHeight(min(len(found), room) * (_FACE + theme.XS))
        self.setVisible(bool(found))

    def _make_row(self, rejection: Rejection) -> QHBoxLayout:
        made = row(spacing=theme.S)
        seen = rejection.glimpse
        face: QWidget = FaceView(self._crops, seen, _FACE) if seen else QFrame()
        face.setFixedSize(_FACE, _FACE)
        made.addWidget(face)
        when = seen.at if seen else rejection.at
        day = f"{history_words.day(when)}, {words.clock(when)}"
        lines = column(spacing=0)
        lines.addStretch(1)
        lines.addWidget(ElidedLabel(rejection.door if seen else self.tr("A visit not kept")))
        lines.addWidget(ElidedLabel(day if seen else self.tr("Said {0}").format(day), "caption"))
        lines.addStretch(1)
        made.addLayout(lines, 1)
        tip = self.tr("This may be {0} after all: earlier visits are judged again").format(self._name)
        again = button(self.tr("Take back"), then=partial(self.take_back, rejection.id), tip=tip)
        made.addWidget(again, 0, Qt.AlignmentFlag.AlignVCenter)
        return made

    def _taken_back(self, withdrawn: Withdrawn) -> None:
        self.refresh()
        told = self.tr("Faces like this one may be given the name {0} again.").format(withdrawn.identity)
        if withdrawn.visits:
            told += " " + self.tr("Visits that changed with it: %n.", "", len(withdrawn.visits))
        self._notice.undoable(told, partial(self._undo, withdrawn.undo))

    def _undo(self, token: str) -> None:
        run_in_background(self, partial(self._station.undo, token), lambda _: self.refresh(), self._tell)

    def _tell(self, error: Exception) -> None:
        self.refresh()
        gone = self.tr("This was taken back meanwhile.")
        self._notice.bad(gone if isinstance(error, KeyError) else str(error))
