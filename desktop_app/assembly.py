"""Puts the pages, the models and the station's records together, a little at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.history_model import HistoryModel
from desktop_app.item_models import IdentityModel, VisitModel
from desktop_app.pages.doors import DoorsPage
from desktop_app.pages.live import LivePage
from desktop_app.pages.people import PeoplePage
from desktop_app.pages.settings import SettingsPage, by_section
from desktop_app.pages.visits import VisitsPage
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import Thumbnails
from receiver.models import EVERYTHING, ChatsChanged, GalleryChanged

if TYPE_CHECKING:
    from desktop_app.bridge import Bridge
    from desktop_app.main_window import MainWindow
    from receiver.station import Station


class Assembly(QObject):
    """One set of models for all pages; each page hears the records it shows.

    `build` adds a page per turn of the event loop, so that the window answers all the while; `built` tells the end.
    """

    built = Signal()

    live: LivePage
    visits_page: VisitsPage
    people: PeoplePage
    doors: DoorsPage
    settings: SettingsPage

    def __init__(self, station: Station, bridge: Bridge, window: MainWindow) -> None:
        super().__init__(window)
        self._station = station
        self._bridge = bridge
        self._window = window
        self.thumbnails = Thumbnails(self, station.settings.snapshots)
        self.visits = VisitModel(station.visits, self)
        self.history = HistoryModel(station, self)
        self.identities = IdentityModel(self)
        self._steps: deque[Callable[[], None]] = deque(
            (self._add_live, self._add_visits, self._add_people, self._add_doors, self._add_settings)
        )

    @Slot()
    def build(self) -> None:
        """Do the next step and come back for the one after it."""
        if not self._steps:
            self.built.emit()
            return
        self._steps.popleft()()
        QTimer.singleShot(0, self.build)

    def _add_live(self) -> None:
        notice = self._window.notice
        self.live = LivePage(self._station, self.visits, self.identities, self.thumbnails, notice)
        self.live.people_wanted.connect(lambda: self._window.go("people"))
        self.live.doors_wanted.connect(self._add_board)
        self._bridge.visit_changed.connect(self.live.show_visit)
        self._bridge.visit_deleted.connect(self.visits.forget)
        self._bridge.door_changed.connect(self.live.show_door)
        self._bridge.part_changed.connect(self.live.show_part)
        self._bridge.hush_changed.connect(self.live.quiet.show_hush)
        for part in self._station.parts():
            self.live.show_part(part)
        self._window.add_page("live", self.live)
        self.visits.fetchMore()
        run_in_background(self, self._station.doors, self.live.show_doors)

    def _add_visits(self) -> None:
        notice = self._window.notice
        self.visits_page = VisitsPage(
            self._station, self.history, self.identities, self.thumbnails, notice, newest=self.visits
        )
        self.visits_page.doors_wanted.connect(lambda: self._window.go("doors"))
        self._bridge.visit_changed.connect(self.history.upsert)
        self._bridge.visit_deleted.connect(self.history.forget)
        self._bridge.door_changed.connect(self.visits_page.show_door)
        self._bridge.chats_changed.connect(self.visits_page.show_chats)
        self._window.add_page("visits", self.visits_page)
        self.history.show_only(EVERYTHING)
        run_in_background(self, self._station.doors, self.visits_page.show_doors)
        run_in_background(self, lambda: ChatsChanged(self._station.chats()), self.visits_page.show_chats)

    def _add_people(self) -> None:
        self.people = PeoplePage(self._station, self.identities, self.thumbnails, self._window.notice)
        self._bridge.gallery_changed.connect(self.people.show_gallery)
        self.people.visit_wanted.connect(self._show_visit)
        self._bridge.strangers_changed.connect(self.people.strangers.show_change)
        self._window.add_page("people", self.people)
        run_in_background(self, self._station.identities, lambda found: self.people.show_gallery(GalleryChanged(found)))
        self.people.strangers.refresh()

    def _show_visit(self, visit: str) -> None:
        self._window.go("visits")
        self.visits_page.open_visit(visit)

    def _add_doors(self) -> None:
        self.doors = DoorsPage(self._station, self.visits, self._window.notice)
        self._bridge.door_changed.connect(self.doors.show_door)
        self._bridge.command_changed.connect(self.doors.show_command)
        self._bridge.visit_changed.connect(self.doors.show_visit)
        self._bridge.part_changed.connect(self.doors.show_part)
        self._bridge.camera_changed.connect(self.doors.show_camera)
        self._bridge.tested.connect(self.doors.show_test)
        for part in self._station.parts():
            self.doors.show_part(part)
        for camera in self._station.cameras():
            self.doors.show_camera(camera)
        self._window.add_page("doors", self.doors)
        run_in_background(self, self._station.doors, self.doors.show_doors)

    def _add_board(self) -> None:
        self._window.go("doors")
        if self._window.page == "doors":
            self.doors.add_board()

    def _add_settings(self) -> None:
        self.settings = SettingsPage(self._station, self.identities, self._window.notice)
        self._bridge.part_changed.connect(self.settings.show_part)
        self._bridge.chats_changed.connect(self.settings.show_chats)
        self._bridge.door_changed.connect(self.settings.show_door)
        self._bridge.tested.connect(self.settings.show_test)
        run_in_background(self, self._station.doors, self.settings.show_doors)
        self._window.add_page("settings", self.settings)
        self._steps.extend(partial(self.settings.add_section, name, found) for name, found in by_section())
