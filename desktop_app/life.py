"""What happens between the first and the last moment of the window: start, attach, ring, close, quit."""

from __future__ import annotations

import argparse
import logging
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from desktop_app.bridge import Bridge
from desktop_app.chime import Chime
from desktop_app.main_window import MainWindow
from desktop_app.notifications import DEFAULT, Notification, Notifications
from desktop_app.pages.answers import usual_words
from desktop_app.pages.starting import ProblemPage
from desktop_app.problems import Problems
from desktop_app.tasks import run_in_background
from desktop_app.tray import Tray
from receiver.arguments import overrides_of
from receiver.models import Telling, Trigger, Visit, VisitState
from receiver.wording import first_words, headline

if TYPE_CHECKING:
    from desktop_app.assembly import Assembly
    from desktop_app.pages.live import LivePage
    from receiver.settings import WindowSettings
    from receiver.station import Station

_log = logging.getLogger(__name__)

_SHOW, _COMING, _QUIET = "show", "coming", "quiet"
_QUIET_S = 3600.0
_NEWS_S = 60.0
"""So long after the ring its notification tells a new verdict; later, corrections are made by whoever knows."""


class Life(QObject):
    """Owns the station; the window only shows it."""

    def __init__(
        self, application: QApplication, window: MainWindow, options: argparse.Namespace, settings_path: Path
    ) -> None:
        super().__init__()
        self._application = application
        self._window = window
        self._options = options
        self._settings_path = settings_path
        self._problems = Problems(settings_path, self.begin, self.quit)
        self._station: Station | None = None
        self._bridge: Bridge | None = None
        self._assembly: Assembly | None = None
        self._memory: QSettings | None = None
        self._kept_back: set[str] = set()
        """Visits that the owner's rules kept quiet when they were last heard of."""
        self._quitting = False
        self._tray = Tray(self)
        self._chime = Chime(self._window_settings, self)
        self._notifications = Notifications(parent=self)
        self._notifications.usable.connect(self._notify_with_buttons)
        self._notifications.chosen.connect(self._answer_notification)
        self._has_buttons = False
        self._live: LivePage | None = None
        self._told: dict[str, str] = {}
        """Visit -> the headline in its notification."""
        self._tray.opened.connect(window.come_to_front)
        self._tray.asked_about.connect(self.open_visit)
        self._tray.quit_wanted.connect(self.quit)
        window.closing.connect(self.close_window)
        window.quit_action.triggered.connect(self.quit)

    # ---- start

    @Slot()
    def begin(self) -> None:
        """Build and start the station in the background; also after a problem was mended."""
        self._window.show_starting()
        run_in_background(self, partial(_start_station, self._options, self._settings_path), self._attach, self._fail)

    def _attach(self, station: Station) -> None:
        self._station = station
        if self._quitting:
            self._stop_and_leave()
            return
        try:
            self._show(station)
        except Exception as error:  # a window without pages would wait for ever: better to say why
            self._station = None
            tell = partial(self._fail, error)
            run_in_background(self, station.stop, lambda _: tell(), lambda _: tell())

    def _show(self, station: Station) -> None:
        from desktop_app.assembly import Assembly  # noqa: PLC0415  -- its imports are warm by now

        self._memory = QSettings(str(station.settings.data_dir / "window.ini"), QSettings.Format.IniFormat)
        self._window.recall_place(self._memory)
        self._bridge = Bridge(station, self)
        self._window.attach(station, self._bridge)
        self._assembly = Assembly(station, self._bridge, self._window)
        self._assembly.built.connect(self._built)
        QTimer.singleShot(0, self._assembly.build)
        _log.info("window attached to %s", station.address)
        self._bridge.visit_changed.connect(self.announce)

    @Slot()
    def _built(self) -> None:
        """The window stands: what takes longer to find than a ring may wait for follows."""
        assert self._assembly is not None  # noqa: S101
        if self._quitting:
            return  # it was left before it stood
        self._live = self._assembly.live
        self._assembly.settings.sound_wanted.connect(self._chime.play)
        self._chime.prepare()
        self._notifications.prepare()

    def _fail(self, error: Exception) -> None:
        if self._quitting:
            self._application.quit()
            return
        self._window.show_problem(ProblemPage(*self._problems.explain(error)))
        self._window.come_to_front()

    # ---- while it runs

    @Slot()
    def come_to_front(self) -> None:
        """The user started the program again: here is its window."""
        _log.info("another start: coming to the front")
        self._window.come_to_front()

    @Slot(object)
    def announce(self, visit: Visit) -> None:
        """A ring: notification, chime, the lamp's pulse, a mark in the task bar; once a visit, if it may be told."""
        if self._station is None:
            return  # the window is being left
        if visit.id in self._told:
            self._tell_the_verdict(visit)
            return
        fresh = visit.state in (VisitState.RECEIVED, VisitState.HELD) or visit.id in self._kept_back
        if not fresh or visit.trigger is not Trigger.RING:
            return
        if visit.telling is not Telling.NOW:  # the verdict, or somebody else in the picture, may still change that
            self._kept_back.add(visit.id)
            return
        self._kept_back.discard(visit.id)
        self._notify(visit)
        self._tray.pulse()
        self._chime.play()
        self._application.alert(self._window)
        if self._window_settings().come_to_front:
            self._window.go("live")
            self._window.come_to_front()

    @Slot(str)
    def open_visit(self, visit: str) -> None:
        """Show a visit (its id) on Live, above the other windows."""
        self._window.go("live")
        if self._live is not None:
            self._live.open_visit(visit)
        self._window.come_to_front()

    def _window_settings(self) -> WindowSettings:
        assert self._station is not None  # noqa: S101
        return self._station.settings.window

    def _notify(self, visit: Visit) -> None:
        title = headline(visit) if visit.verdict else first_words(visit)
        self._told[visit.id] = title
        if self._has_buttons:
            picture = visit.picture.path if visit.picture else None
            self._notifications.show(Notification(visit.id, title, visit.door_name, picture, self._actions(visit)))
        else:
            self._tray.tell(title, visit.door_name, visit.id)

    def _tell_the_verdict(self, visit: Visit) -> None:
        """The notification of a ring is brought up to date; one that is old is left alone."""
        young = time.time() - visit.started_at < _NEWS_S
        if self._has_buttons and young and visit.verdict and headline(visit) != self._told[visit.id]:
            self._notify(visit)

    def _actions(self, visit: Visit) -> tuple[tuple[str, str], ...]:
        actions = [(DEFAULT, self.tr("Show")), (_SHOW, self.tr("Show"))]
        if self._live is not None and self._live.panel.can_reply(visit):
            actions.append((_COMING, usual_words()[0][0]))
        return (*actions, (_QUIET, self.tr("Quiet for an hour")))

    @Slot(bool)
    def _notify_with_buttons(self, usable: bool) -> None:
        self._has_buttons = usable

    @Slot(str, str)
    def _answer_notification(self, visit: str, action: str) -> None:
        """A button on a notification; without a window it is too late for all of them."""
        if self._live is None or self._station is None:
            return
        if action == _COMING:
            self._live.say_to(visit, usual_words()[0][1])
        elif action == _QUIET:
            self._live.quiet.begin_for(_QUIET_S)
        else:
            self.open_visit(visit)

    @Slot(str)
    def tell_unexpected(self, what: str) -> None:
        """Our own fault: say so, and where it is written."""
        self._window.notice.bad(
            self.tr("Something went wrong inside Porchlight ({0}). It is written to the log.").format(what),
            ((self.tr("Open the log"), self._open_log),),
        )

    def _open_log(self) -> None:
        if self._station is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._station.settings.data_dir / "logs")))

    # ---- end

    @Slot()
    def close_window(self) -> None:
        """Closing keeps the station: in the tray, or minimised where there is none; without a station it quits."""
        if self._station is None:
            self.quit()
        elif self._tray.available:
            self._window.hide()
            if self._remembers("told_about_tray"):
                self._tray.tell("Porchlight", self.tr("It keeps watching the door. Quit it from this icon."))
        elif self._asked_how_to_close():
            self._window.showMinimized()
        else:
            self._ask_how_to_close()

    def _asked_how_to_close(self) -> bool:
        return self._memory is not None and self._memory.value("closing") == "minimise"

    def _ask_how_to_close(self) -> None:
        question = self.tr("Keep watching the door? Quitting means that rings are no longer answered.")
        if self._window.notice.text == question:  # closed again instead of answering: that is an answer
            self.quit()
            return
        self._window.notice.ask(
            question, ((self.tr("Keep watching, minimised"), self._minimise), (self.tr("Quit"), self.quit))
        )

    def _minimise(self) -> None:
        if self._memory is not None:
            self._memory.setValue("closing", "minimise")
        self._window.showMinimized()

    def _remembers(self, key: str) -> bool:
        """Whether something is to be told for the first time."""
        if self._memory is None or self._memory.value(key):
            return False
        self._memory.setValue(key, True)
        return True

    @Slot(int)
    def quit_by_signal(self, _number: int) -> None:
        """SIGINT or SIGTERM."""
        self.quit()

    @Slot()
    def quit(self) -> None:
        """Stop the station, then leave."""
        if self._quitting:
            return
        self._quitting = True
        self._tray.remove()
        if self._memory is not None:
            self._window.remember_place(self._memory)
        self._window.hide()
        self._notifications.close()
        if self._station is not None:
            self._stop_and_leave()
        elif self._problems.shown:
            self._application.quit()

    def _stop_and_leave(self) -> None:
        assert self._station is not None  # noqa: S101
        if self._bridge is not None:
            self._bridge.close()
            self._bridge = None
        station, self._station = self._station, None
        run_in_background(self, station.stop, self._left, self._left)

    def _left(self, _outcome: object) -> None:
        self._window.allow_close()
        self._window.close()
        self._application.quit()

    def end(self) -> None:
        """The event loop has ended: whatever still runs is stopped here (a log-out can be sudden)."""
        if self._station is not None:
            self._station.stop()
            self._station = None
        self._tray.remove()
        self._notifications.close()


def _start_station(options: argparse.Namespace, settings_path: Path) -> Station:
    """Runs off the UI thread: these imports take a second."""
    from receiver import settings  # noqa: PLC0415
    from receiver.logs import set_up_logging  # noqa: PLC0415

    chosen = settings.load(settings_path, overrides=overrides_of(options))
    set_up_logging(options.log_level, chosen.data_dir / "logs")
    import desktop_app.assembly  # noqa: F401, PLC0415  -- the pages' imports, too, need not hold up the window
    from receiver.station import Station  # noqa: PLC0415

    station = Station(chosen, settings_path)
    station.start()
    return station
