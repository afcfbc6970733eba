"""One visit, large: the verdict, its pictures with their marks, the deliveries, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app import words
from desktop_app.item_models import IdentityModel
from desktop_app.language import tr
from desktop_app.pages.answers import Answer, Answers, can_look, fitting, has_screen
from desktop_app.pages.naming import Naming
from desktop_app.pages.reply import Reply
from desktop_app.pages.snapshot_strip import SnapshotStrip
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import read_picture
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import ElidedLabel, column, label, row
from desktop_app.widgets.chips import ChipRow
from desktop_app.widgets.headline import Headline
from desktop_app.widgets.notice import NoticeBar
from desktop_app.widgets.picture_view import PictureView
from receiver.errors import StationError
from receiver.language import shown
from receiver.models import DeliveryState, Door, Judgement, Named, Snapshot, Unnamed, Visit
from receiver.wording import headline

if TYPE_CHECKING:
    from receiver.station import Station

T = TypeVar("T")
_LARGEST = QSize(2560, 1600)
_ROOM_FOR_ONE, _ROOM_FOR_ANOTHER = 600, 48
"""Pixels of height with which one name is asked for, and for each further one."""


class VisitPanel(QWidget):
    """Shows a visit and keeps showing it as it changes.

    `live`: what is at the door now, with its messages as chips and everything that can be answered; else only what is
    said about the visitors.
    """

    changed = Signal(object)
    """A command changed the visit: here is its newer record."""

    def __init__(
        self,
        station: Station,
        identities: IdentityModel,
        notice: NoticeBar,
        smallest: QSize,
        *,
        live: bool = True,
    ) -> None:
        super().__init__()
        self._station = station
        self._notice = notice
        self._live = live
        self.visit: Visit | None = None
        self._waits = False
        self._shown: Snapshot | None = None
        self._doors: dict[str, Door] = {}
        self._mqtt = True
        layout = column(self, spacing=theme.M)
        layout.addWidget(self._make_header())
        self.picture = PictureView(smallest)
        layout.addWidget(self.picture, 1)
        self.strip = SnapshotStrip()
        self.strip.chosen.connect(self.look_at)
        self.chips = ChipRow(then=self.retry)
        self.naming = Naming(identities)
        self.naming.named.connect(self._name)
        self.reply = Reply(station)
        self.answers = Answers(numbered=live)
        self.answers.chosen.connect(self._answer)
        for part in (self.strip, self.chips, self.naming, self.answers, self.reply):
            layout.addWidget(part)
        self.reply.hide()

    def show_visit(self, visit: Visit) -> None:
        """Show a visit, or the newer state of the one on show; behind another page it waits until it is looked at."""
        self.visit = visit
        self._waits = self.window().isVisible() and not self.isVisible()
        if not self._waits:
            self._show(visit)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Somebody looks: catch up."""
        super().showEvent(event)
        if self._waits and self.visit is not None:
            self.show_visit(self.visit)

    def _show(self, visit: Visit) -> None:
        look = words.visit_look(visit)
        self.headline.setText(headline(visit))
        self.subline.setText(words.subline(visit))
        icons.put(self._badge, look.icon, look.tone, 32)
        self.strip.show_visit(visit)
        self.look_at(visit.picture)
        self.picture.setAccessibleName(self.tr("Picture: {0}").format(words.spoken(visit)))
        facts = words.delivery_facts(visit)
        self.chips.setVisible(bool(facts) and self._live)
        self.chips.show_facts(facts)
        self.naming.show_visit(visit)
        if self._live:
            self.reply.show_visit(visit)
        self._offer()

    def look_at(self, snapshot: Snapshot | None) -> None:
        """Show one of the visit's pictures, with the marks of the visitors who are seen in it."""
        assert self.visit is not None  # noqa: S101
        self._show_picture(snapshot)
        seen = replace(self.visit, best_snapshot=snapshot.id) if snapshot else self.visit
        self.picture.show_marks(words.marks(seen))

    def show_door(self, door: Door) -> None:
        """What a door can be told decides what can be answered."""
        self._doors[door.id] = door
        self._offer()

    def set_mqtt(self, on: bool) -> None:
        """Without MQTT there is no way to a screen."""
        self._mqtt = on
        self._offer()

    def _make_header(self) -> QWidget:
        header = QWidget()
        layout = row(header, spacing=theme.M)
        plate = QFrame()
        plate.setProperty("kind", "card")
        self._badge = label()
        self._badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        plate_layout = row(plate, margin=theme.S)
        plate_layout.addWidget(self._badge)
        layout.addWidget(plate, 0, Qt.AlignmentFlag.AlignTop)
        lines = column(spacing=2)
        self.headline = Headline()
        self.subline = ElidedLabel(kind="caption")
        lines.addWidget(self.headline)
        lines.addWidget(self.subline)
        layout.addLayout(lines, 1)
        return header

    def _show_picture(self, snapshot: Snapshot | None) -> None:
        if snapshot is None:
            self._shown = None
            self.picture.show_nothing(words.picture_words(None))
        elif self._shown is None or (self._shown.id, self._shown.state) != (snapshot.id, snapshot.state):
            if self._shown is None or self._shown.id != snapshot.id:
                self.picture.show_nothing("")
            self._shown = snapshot
            task = partial(read_picture, snapshot.path, _LARGEST)
            run_in_background(self, task, partial(self._put_picture, snapshot))

    def _put_picture(self, snapshot: Snapshot, image: QImage) -> None:
        if self._shown is None or self._shown.id != snapshot.id:
            return  # another visit is on show by now
        if image.isNull():
            self.picture.show_nothing(words.picture_words(snapshot))
        else:
            self.picture.show_image(image, QSize(snapshot.width, snapshot.height))

    def can_reply(self, visit: Visit) -> bool:
        """Whether a text for this visitor may find a screen."""
        return has_screen(visit, self._doors.get(visit.door), mqtt=self._mqtt)

    def _offer(self) -> None:
        visit = self.visit
        if visit is not None:
            sees = can_look(self._doors.get(visit.door))
            self.answers.show_answers(fitting(visit, screen=self.can_reply(visit), sees=sees, live=self._live))
            self.naming.set_number(self.answers.number_of("this_is"))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The picture comes first: what is low asks for one name at a time."""
        super().resizeEvent(event)
        self.naming.set_room(1 + (event.size().height() - _ROOM_FOR_ONE) // _ROOM_FOR_ANOTHER)

    def _answer(self, answer: Answer) -> None:
        assert self.visit is not None  # noqa: S101
        match answer.do:
            case "say":
                self.reply.say(answer.detail, self.visit)
            case "own_words":
                self.reply.ask_for_words()
            case "look":
                self._do(partial(self._station.look, self.visit.door), self._looked)
            case "not":
                self._do(partial(self._station.reject_face, int(answer.detail)), self._rejected)
            case "retry":
                for message in self.visit.deliveries:
                    if message.state is DeliveryState.FAILED:
                        self.retry(str(message.id))

    def _do(self, task: Callable[[], T], done: Callable[[T], None]) -> None:
        """A command, and no second one before it is done."""

        def finish(result: T) -> None:
            self.answers.setEnabled(True)
            done(result)

        def fail(error: Exception) -> None:
            self.answers.setEnabled(True)
            self._tell(error)

        self.answers.setEnabled(False)
        run_in_background(self, task, finish, fail)

    def _looked(self, _command: object) -> None:
        self._notice.good(self.tr("The door was asked for a new picture."))

    def _rejected(self, said: Unnamed) -> None:
        self.changed.emit(said.visit)
        told = self.tr("Not {0}: faces like this one will not be given that name.").format(said.identity)
        if said.others:
            told += " " + self.tr("Other visits that changed with it: %n.", "", len(said.others))
        self._notice.undoable(told, partial(self._undo, said.undo))

    def _name(self, face: int, name: str) -> None:
        self.naming.setEnabled(False)
        run_in_background(self, partial(self._station.name_face, face, name), self._named, self._not_named)

    def _named(self, named: Named) -> None:
        photo = named.photo
        self.naming.setEnabled(True)
        self.changed.emit(named.visit)
        if photo.judgement is Judgement.GOOD:
            told = self.tr("This is {0}: the face was added to their photos and will be known.").format(photo.identity)
        else:
            told = self.tr(
                "Noted as {0}. The face was not added to their photos: {1}. A better photo can be added on People."
            ).format(photo.identity, shown(photo.reason) or words.photo_words(photo))
        if named.others:
            told += " " + self.tr("Other visits of theirs that have the name now: %n.", "", len(named.others))
        self._notice.undoable(told, partial(self._undo, named.undo))

    def _undo(self, token: str) -> None:
        run_in_background(self, partial(self._station.undo, token), None, self._tell)

    def _not_named(self, error: Exception) -> None:
        self.naming.setEnabled(True)
        self._tell(error)

    def retry(self, delivery: str) -> None:
        """Try a failed delivery (its id) again."""
        run_in_background(self, partial(self._station.retry, int(delivery)), None, self._tell)

    def _tell(self, error: Exception) -> None:
        self._notice.bad(_in_words(error))


def _in_words(error: Exception) -> str:
    if isinstance(error, StationError):
        return str(error)
    if isinstance(error, KeyError):
        return tr("This visit is gone meanwhile.")
    raise error
