"""Live: who is at the door now, whether that can be trusted, what to do; and who was there today."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.item_models import RECORD, IdentityModel, TodayModel, VisitModel
from desktop_app.pages.beginnings import Beginnings
from desktop_app.pages.quiet import QuietControl
from desktop_app.pages.visit_delegate import VisitDelegate
from desktop_app.pages.visit_panel import VisitPanel
from desktop_app.pages.waiting_doors import WaitingDoors
from desktop_app.tasks import Chain, Outcome
from desktop_app.thumbnails import Thumbnails, as_jpeg
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, card, column, label, row
from desktop_app.widgets.files import all_pictures, ask_for_pictures, local_paths, offers_pictures
from desktop_app.widgets.long_list import LongList
from desktop_app.widgets.notice import NoticeBar
from receiver.models import Door, Part, PartState, Visit, VisitState

if TYPE_CHECKING:
    from receiver.station import Station


class LivePage(QWidget):
    """The newest visit large, today's visits beside it."""

    people_wanted = Signal()
    doors_wanted = Signal()

    def __init__(
        self,
        station: Station,
        visits: VisitModel,
        identities: IdentityModel,
        thumbnails: Thumbnails,
        notice: NoticeBar,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAcceptDrops(True)
        self._station = station
        self._visits = visits
        self._notice = notice
        self._chosen: str | None = None
        self.doors = WaitingDoors(station, visits, notice)
        self.panel = VisitPanel(station, identities, notice, QSize(240, 160))
        self.panel.changed.connect(self.show_visit)
        self.quiet = QuietControl(station, notice)
        self.beginnings = Beginnings(station)
        self.beginnings.photo_wanted.connect(self.choose_photo)
        self.beginnings.people_wanted.connect(self.people_wanted)
        self.beginnings.doors_wanted.connect(self.doors_wanted)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.beginnings)
        self._stack.addWidget(self._make_main())
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addWidget(self.doors)
        layout.addWidget(self.quiet)
        layout.addWidget(self._stack, 1)
        self._today = self._make_today(thumbnails)
        visits.fetched.connect(self._begin)

    # ---- what happens at the door

    @Slot(object)
    def show_visit(self, visit: Visit) -> None:
        """A visit is new or has changed: a new one takes the place of whatever was on show."""
        new = self._visits.row_of(visit.id) is None
        self._visits.upsert(visit)
        self.doors.show_visit(visit)
        if visit.state is VisitState.HELD:
            return
        on_show = self.panel.visit
        newer = on_show is None or visit.started_at >= on_show.started_at
        if (new and newer) or on_show is None or on_show.id == visit.id:
            self._show(visit)

    @Slot(object)
    def show_door(self, door: Door) -> None:
        """A door was heard, approved or refused."""
        self.doors.show_door(door)
        self.panel.show_door(door)

    def show_doors(self, doors: Sequence[Door]) -> None:
        """All doors, at the start."""
        self.doors.show_doors(doors)
        for door in doors:
            self.panel.show_door(door)

    @Slot(object)
    def show_part(self, part: Part) -> None:
        """The address may change with the receiver, and screens are reached by MQTT."""
        if part.name == "receiver" and part.state is PartState.WORKING:
            self.beginnings.set_address(self._station.address)
        elif part.name == "mqtt":
            self.panel.set_mqtt(part.state is not PartState.OFF)

    # ---- what the user does

    def open_visit(self, visit: str) -> None:
        """Show a visit by its id, if it is still there and not held."""
        if (found := self._find(visit)) and found.state is not VisitState.HELD:
            self._show(found)

    def say_to(self, visit: str, text: str) -> None:
        """Show a text on the screen of a visit's door; the receipt stands below the visit."""
        if found := self._find(visit):
            self.panel.reply.say(text, found)

    def choose_photo(self) -> None:
        """Ask for a photo and send it the way of a ring."""
        self.ring(ask_for_pictures(self, self.tr("A photo to try")))

    def ring(self, photos: Sequence[Path]) -> None:
        """Send photos, or all of a folder, the way of a ring, one after the other."""
        if photos:
            Chain(self, photos, self._ring_each, self._rung).start()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Pictures may be dropped anywhere on the page."""
        if offers_pictures(event.mimeData()):
            event.acceptProposedAction()
            self._notice.ask(self.tr("Drop the picture to try it as if it rang at the door."), ())

    def dragLeaveEvent(self, _event: object) -> None:  # noqa: N802
        """The drag went elsewhere."""
        self._notice.dismiss()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Try what was dropped."""
        self._notice.dismiss()
        event.acceptProposedAction()
        self.ring(local_paths(event.mimeData()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A narrow window gives today's list less room."""
        super().resizeEvent(event)
        self._side.setFixedWidth(min(max(event.size().width() * 3 // 10, 230), 420))

    # ---- inside

    def _make_main(self) -> QWidget:
        main = QWidget()
        layout = row(main, spacing=theme.L)
        layout.addWidget(self.panel, 1)
        self._side = card()
        layout.addWidget(self._side)
        return main

    def _make_today(self, thumbnails: Thumbnails) -> LongList:
        layout = column(self._side, margin=theme.S, spacing=theme.XS)
        head = row()
        head.setContentsMargins(theme.S, theme.XS, 0, 0)
        head.addWidget(label(self.tr("Today"), "title"), 1)
        head.addWidget(
            button("", "photo", kind="quiet", then=self.choose_photo, tip=self.tr("Try a photo as if it rang"))
        )
        head.addWidget(self.quiet.begin)
        model = TodayModel(self._visits, self)
        listing = LongList(model, VisitDelegate(thumbnails, days=False), self.tr("Today's visits"))
        thumbnails.ready.connect(listing.viewport().update)
        listing.current.connect(self._choose)
        nobody = label(self.tr("Nobody so far today."), "caption", wrap=True)
        nobody.setContentsMargins(theme.S, theme.S, theme.S, theme.S)
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            signal.connect(lambda *_: nobody.setVisible(model.rowCount() == 0))
        layout.addLayout(head)
        layout.addWidget(nobody)
        layout.addWidget(listing, 1)
        return listing

    def _begin(self) -> None:
        newest = next((v for v in self._visits.records if v.state is not VisitState.HELD), None)
        if self.panel.visit is None and newest is not None:
            self._show(newest)

    def _find(self, visit: str) -> Visit | None:
        place = self._visits.row_of(visit)
        return None if place is None else self._visits.records[place]

    def _choose(self, index: QModelIndex) -> None:
        visit = index.data(RECORD)
        if visit is not None and visit.state is not VisitState.HELD:
            self._show(visit)

    def _show(self, visit: Visit) -> None:
        self._stack.setCurrentIndex(1)
        self.panel.show_visit(visit)
        model = self._today.model()
        row_ = next((r for r in range(model.rowCount()) if model.index(r, 0).data(RECORD).id == visit.id), None)
        if row_ is not None and self._today.currentIndex().row() != row_:
            quiet = self._today.blockSignals(True)
            self._today.setCurrentIndex(model.index(row_, 0))
            self._today.blockSignals(quiet)

    def _ring_each(self, path: Path) -> tuple[Visit, ...]:
        return tuple(self._station.ring(as_jpeg(picture)) for picture in all_pictures([path]))

    def _rung(self, path: Path, outcome: Outcome[tuple[Visit, ...]]) -> None:
        if outcome.error is not None:
            self._notice.bad(self.tr("{0} could not be used. {1}").format(path.name, outcome.error))
        elif not outcome.value:
            self._notice.bad(self.tr("There is no picture in {0}.").format(path.name))
        for visit in outcome.value or ():
            self.show_visit(visit)
