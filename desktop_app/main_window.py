"""The window: rail of pages, a place for messages, the page itself, the strip that tells the truth."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSettings, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from desktop_app import door_words, words
from desktop_app.pages.starting import ProblemPage, StartingPage
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import column, row
from desktop_app.widgets.deeds import DeedsButton
from desktop_app.widgets.nav_rail import NavRail
from desktop_app.widgets.notice import NoticeBar
from desktop_app.widgets.status_strip import Status, StatusStrip
from receiver.language import shown
from receiver.models import Camera, Door, Part, PartState

if TYPE_CHECKING:
    from desktop_app.bridge import Bridge
    from receiver.station import Station

SMALLEST = QSize(900, 600)
_USUAL = QSize(1160, 760)
_CLOCK_MS = 15_000
_LINKS = ("receiver", "recognition", "telegram", "apprise", "mqtt")
"""Parts with a section of settings; everything else in the strip is a door."""


_log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """Opens at once with the starting page; `attach` brings it to life."""

    closing = Signal()
    """The user closed the window: whoever owns it decides between tray, minimising and quitting."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Porchlight")
        self.setWindowIcon(icons.app_icon())
        self.setMinimumSize(SMALLEST)
        self.resize(_USUAL)
        self._parts: dict[str, Part] = {}
        self._doors: dict[str, Door] = {}
        self._cameras: dict[str, Camera] = {}
        self._may_close = False
        self.rail = NavRail()
        self.strip = StatusStrip()
        self.notice = NoticeBar()
        self.stack = QStackedWidget()
        self._keys: list[str] = []
        self.setCentralWidget(self._lay_out())
        for key, text, icon in (
            ("live", self.tr("Live"), "live"),
            ("visits", self.tr("Visits"), "visits"),
            ("people", self.tr("People"), "people"),
            ("doors", self.tr("Doors"), "unit"),
            ("settings", self.tr("Settings"), "settings"),
        ):
            self.rail.add(key, text, icon)
        self.rail.chosen.connect(self.go)
        self.strip.asked.connect(self._explain)
        self.show_starting()
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self._refresh_strip)
        quit_action = QAction(self.tr("Quit"), self)
        quit_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Quit))
        self.addAction(quit_action)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        undo.activated.connect(self.notice.deeds.undo_newest)
        self.rail.put_below(DeedsButton(self.notice.deeds))
        self.quit_action = quit_action

    # ---- life

    def show_starting(self) -> None:
        """Before there is a station."""
        self._show_alone(StartingPage())
        self.strip.show_status(
            Status("receiver", words.part_name("receiver"), self.tr("starting"), "", "starting", "muted")
        )

    def show_problem(self, page: ProblemPage) -> None:
        """The station cannot start."""
        self._show_alone(page)
        self.strip.clear()
        self.strip.show_status(
            Status("receiver", words.part_name("receiver"), self.tr("not working"), "", "broken", "bad")
        )

    def attach(self, station: Station, bridge: Bridge) -> None:
        """There is a station: show how its parts are doing; its pages follow by `add_page`."""
        bridge.part_changed.connect(self.show_part)
        bridge.door_changed.connect(self.show_door)
        bridge.camera_changed.connect(self.show_camera)
        for part in station.parts():
            self.show_part(part)
        for camera in station.cameras():
            self.show_camera(camera)
        run_in_background(self, station.doors, self.show_doors)
        self._clock.start()

    def add_page(self, key: str, page: QWidget) -> None:
        """One more page; the first takes the place of what was shown before."""
        first = not self._keys
        if first:
            self._clear_stack()
        self._keys.append(key)
        self.stack.addWidget(page)
        self.rail.enable(key)
        if first:
            self.go(key)

    @Slot(str)
    def go(self, key: str) -> None:
        """Show a page."""
        if key in self._keys:
            self.stack.setCurrentIndex(self._keys.index(key))
            self.rail.select(key)
            self.stack.currentWidget().setFocus()  # Tab begins at the page's first control, and none looks chosen yet
            _log.debug("page %s", key)

    @property
    def page(self) -> str:
        """The key of the page on show; empty before there is one."""
        return self._keys[self.stack.currentIndex()] if self._keys else ""

    @Slot(object)
    def show_part(self, part: Part) -> None:
        """A part's state changed; one that begins to fail says so at once."""
        before = self._parts.get(part.name)
        self._parts[part.name] = part
        self.strip.show_status(words.part_status(part))
        failed_before = before is not None and before.state is PartState.FAILED
        if part.state is PartState.FAILED and not (failed_before and before.detail == part.detail):
            told = self.tr("{0} does not work: {1}").format(words.part_name(part.name), shown(part.detail))
            self.notice.bad(told, ((self.tr("Open settings"), lambda: self._explain(part.name)),))

    @Slot(object)
    def show_door(self, door: Door) -> None:
        """A door was heard, decided about, or has changed."""
        self._doors[door.id] = door
        self._show_doors()

    def show_doors(self, doors: Sequence[Door]) -> None:
        """All doors, at the start; what was heard of one meanwhile is newer."""
        self._doors = {door.id: door for door in doors} | self._doors
        self._show_doors()

    @Slot(object)
    def show_camera(self, camera: Camera) -> None:
        """A camera is new, or another one than it was."""
        self._cameras[camera.door] = camera
        self._show_doors()

    def come_to_front(self) -> None:
        """Show the window above the others, out of the tray or the task bar."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # ---- closing

    def allow_close(self) -> None:
        """The next close is for good."""
        self._may_close = True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Closing keeps the station running: the owner of the window decides how."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.closing.emit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another theme: draw everything in its colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ThemeChange:
            apply_theme()

    def remember_place(self, memory: QSettings) -> None:
        """Keep size and place for the next start."""
        memory.setValue("window/geometry", self.saveGeometry())

    def recall_place(self, memory: QSettings) -> None:
        """Open where it was, if that is still on a screen."""
        geometry = memory.value("window/geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if QApplication.screenAt(self.geometry().center()) is None:
            self.move(QPoint(40, 40))

    # ---- inside

    def _lay_out(self) -> QWidget:
        center = QWidget()
        center.setObjectName("page")
        outer = column(center, spacing=0)
        middle = row(spacing=0)
        middle.addWidget(self.rail)
        body = column(spacing=0)
        shelf = row()
        shelf.setContentsMargins(theme.L, theme.M, theme.L, 0)
        shelf.addWidget(self.notice)
        self._shelf = QWidget()
        self._shelf.setLayout(shelf)
        body.addWidget(self._shelf)
        body.addWidget(self.stack, 1)
        middle.addLayout(body, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self.strip)
        self._shelf.hide()
        self.notice.installEventFilter(self)
        return center

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: N802
        """The shelf takes room only while there is a message on it."""
        if watched is self.notice and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._shelf.setVisible(event.type() is QEvent.Type.ShowToParent)
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def _show_alone(self, page: QWidget) -> None:
        self._clear_stack()
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)

    def _clear_stack(self) -> None:
        self._keys = []
        self.rail.disable()
        while self.stack.count():
            old = self.stack.widget(0)
            self.stack.removeWidget(old)
            old.deleteLater()

    def _refresh_strip(self) -> None:
        for part in self._parts.values():
            self.strip.show_status(words.part_status(part))
        self._show_doors()

    def _show_doors(self) -> None:
        self.strip.show_doors(door_words.strip(self._doors.values(), self._cameras))

    def _explain(self, part: str) -> None:
        if part not in _LINKS:
            self.go("doors")
        elif "settings" in self._keys:
            self.go("settings")
            self.stack.currentWidget().reveal(part)  # type: ignore[attr-defined]


def apply_theme() -> None:
    """Dress the application in the colours of the platform's present palette."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        sheet = theme.style_sheet()
        if application.styleSheet() != sheet:
            application.setStyleSheet(sheet)
            icons.refresh()
