"""What the tests of the window share: a QApplication in our looks, a scripted station, pictures."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for scripted.py; the tests are no package
if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QThreadPool, QtMsgType, qInstallMessageHandler
from pytestqt.qtbot import QtBot
from scripted import ScriptedStation, a_delivery, a_door, a_face, a_health, a_visit

from desktop_app import language
from desktop_app.assembly import Assembly
from desktop_app.bridge import Bridge
from desktop_app.main_window import MainWindow, apply_theme
from receiver.models import DeliveryState, Verdict

for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitExposed):
    wait.__kwdefaults__["timeout"] = 30_000  # its 5 s are no bound against hangs where other tests run beside


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that move a mouse need a display."""
    for item in items:
        if item.get_closest_marker("display") and not os.environ.get("DISPLAY"):
            item.add_marker(pytest.mark.skip(reason="no X display: start.py test brings one"))


@pytest.fixture(scope="session", autouse=True)
def _our_words(qapp) -> None:
    """Tests read English, whatever this machine speaks."""
    language.speak(qapp, "en")


@pytest.fixture(autouse=True)
def _our_looks(qapp) -> Iterator[None]:
    """Every widget is tested in the style it ships with; Qt's warnings go to the log, where they fail a test."""
    qapp.setStyle("Fusion")
    apply_theme()
    before = qInstallMessageHandler(_to_log)
    yield
    QThreadPool.globalInstance().waitForDone(5_000)
    qInstallMessageHandler(before)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A grey VGA picture."""
    path = tmp_path / "door.jpg"
    Image.new("RGB", (640, 480), "#778899").save(path)
    return path


@pytest.fixture
def station(tmp_path: Path) -> ScriptedStation:
    """Nobody has rung, nobody is enrolled."""
    return ScriptedStation(tmp_path)


class Opened:
    """A window around a scripted station."""

    def __init__(self, qtbot, station: ScriptedStation) -> None:
        self.window = MainWindow()
        self.bridge = Bridge(station)
        self.window.attach(station, self.bridge)
        self.assembly = Assembly(station, self.bridge, self.window)
        with qtbot.waitSignal(self.assembly.built):
            self.assembly.build()
        self.live = self.assembly.live
        self.visits = self.assembly.visits_page
        self.people = self.assembly.people
        self.doors = self.assembly.doors
        self.settings = self.assembly.settings
        self.notice = self.window.notice


@pytest.fixture
def opened(qtbot, station: ScriptedStation) -> Iterator[Opened]:
    """The window with all pages, filled."""
    made = Opened(qtbot, station)
    qtbot.addWidget(made.window, before_close_func=lambda window: window.allow_close())
    made.window.show()
    qtbot.waitUntil(lambda: made.assembly.visits.complete)
    qtbot.waitUntil(lambda: len(made.assembly.identities.records) == len(station.people))
    yield made
    made.bridge.close()


@pytest.fixture
def busy(qtbot, opened: Opened, station: ScriptedStation, picture: Path, tmp_path: Path) -> Opened:
    """A window with something on every page."""
    station.enrol("Anna", [tmp_path / "a.jpg"])
    station.publish(a_door(health=a_health(), online=True))
    faces = [a_face(Verdict.UNKNOWN), a_face(Verdict.KNOWN, "Anna")]
    visit = a_visit(picture, verdict=Verdict.KNOWN, faces=faces)
    station.publish(visit)
    failed = a_delivery(DeliveryState.FAILED, at=visit.started_at, error="the phone is away")
    station.publish(a_visit(picture, at=visit.started_at, id_=visit.id, faces=faces, deliveries=[failed]))
    qtbot.waitUntil(lambda: len(opened.live.panel.naming.fields) == 1)
    qtbot.waitUntil(lambda: opened.assembly.identities.rowCount() == 1)
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
    opened.people.select("Anna")
    opened.visits.list.setCurrentIndex(opened.assembly.history.index(0, 0))
    opened.notice.undoable("Something was done.", lambda: None)
    return opened


def _to_log(kind: QtMsgType, _context: object, text: str) -> None:
    serious = kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    serious &= not text.startswith("This plugin does not support")  # offscreen cannot raise a window, and says so
    logging.getLogger("qt").log(logging.WARNING if serious else logging.DEBUG, text)
