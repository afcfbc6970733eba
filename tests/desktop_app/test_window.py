"""The window: the strip tells the truth, problems come in words, closing keeps the station."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication
from scripted import a_face, a_visit

from desktop_app import __main__ as command_line
from desktop_app import life as life_module
from desktop_app.app import settings_path
from desktop_app.life import Life
from desktop_app.main_window import MainWindow, apply_theme
from desktop_app.pages.starting import ProblemPage
from desktop_app.problems import Problems
from receiver import arguments, settings
from receiver.errors import EngineError, PortInUse, SettingsError, StoreError
from receiver.models import Part, PartState, Telling, Verdict, VisitState

# ---- the strip and the messages


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (PartState.WORKING, "MQTT"),
        (PartState.WAITING, "MQTT: waiting 2 minutes"),
        (PartState.FAILED, "MQTT: not working"),
        (PartState.OFF, "MQTT: off"),
        (PartState.STARTING, "MQTT: starting"),
    ],
)
def test_the_strip_tells_how_each_part_is_doing(qtbot, opened, station, state, words) -> None:
    station.publish(Part("mqtt", state, "the broker is away", time.time() - 130))
    qtbot.waitUntil(lambda: "the broker is away" in opened.window.strip._items["mqtt"].toolTip())
    assert opened.window.strip.text_of("mqtt") == words, "what is well needs no word beside its tick"
    said = {PartState.WORKING: "MQTT: working"}.get(state, words)
    assert opened.window.strip._items["mqtt"].accessibleName().startswith(said)


def test_a_part_that_begins_to_fail_says_so_and_leads_to_its_settings(qtbot, opened, station) -> None:
    station.publish(Part("recognition", PartState.FAILED, "the model file is missing", time.time()))
    qtbot.waitUntil(lambda: "the model file is missing" in opened.notice.text)
    opened.notice.press("Open settings")
    assert opened.window.page == "settings"


def test_pages_are_reached_by_keyboard(qtbot, opened) -> None:
    opened.window.activateWindow()
    qtbot.waitUntil(opened.window.isActiveWindow)
    for number, key in enumerate(("live", "visits", "people", "doors", "settings"), 1):
        qtbot.keyClick(opened.window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda key=key: opened.window.page == key)


def test_a_dark_palette_dresses_the_window_dark(qtbot, opened) -> None:
    application = QApplication.instance()
    before = application.palette()
    dark = QPalette(before)
    dark.setColor(QPalette.ColorRole.Window, QColor("#323232"))
    dark.setColor(QPalette.ColorRole.Base, QColor("#242424"))
    try:
        application.setPalette(dark)
        apply_theme()
        shot = opened.window.grab().toImage()
        assert shot.pixelColor(shot.width() // 2, shot.height() // 6).lightness() < 80
    finally:
        application.setPalette(before)
        apply_theme()


@pytest.mark.parametrize("size", [QSize(900, 600), QSize(1920, 1080)])
def test_nothing_is_cut_off_at_small_and_large_sizes(  # noqa: PLR0917
    qtbot, opened, station, picture, size, tmp_path
) -> None:
    station.enrol("Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine", [tmp_path / "a.jpg"])
    station.publish(a_visit(picture, verdict=Verdict.UNKNOWN, faces=[a_face(Verdict.UNKNOWN)]))
    qtbot.waitUntil(lambda: len(opened.live.panel.naming.fields) == 1)
    opened.window.resize(size)
    qtbot.waitUntil(lambda: opened.assembly.identities.rowCount() == 1)
    opened.people.select(opened.assembly.identities.names[0])
    for page in ("live", "visits", "people", "settings"):
        opened.window.go(page)
        assert opened.window.size() == size, page
        assert opened.window.minimumSizeHint().width() <= size.width(), page
        shown = opened.window.stack.currentWidget()
        for button in (b for b in shown.findChildren(QAbstractButton) if b.isVisible() and b.text()):
            assert button.width() >= button.sizeHint().width(), button.text()


# ---- problems


@pytest.mark.parametrize(
    ("error", "title", "ways"),
    [
        (SettingsError("A setting is wrong", "station.toml: x"), "A setting is wrong", "Open the settings file"),
        (PortInUse("Port 1066 is taken", "Another program listens."), "Port 1066 is taken", "instead"),
        (StoreError("The database cannot be opened", "/x: not a database"), "The database cannot be opened", "again"),
        (EngineError("The model is missing", "/x"), "The model is missing", "Quit"),
        (PermissionError(13, "Permission denied", "/data"), "Porchlight cannot start", "again"),
    ],
)
def test_whatever_keeps_it_from_starting_is_said_with_ways_out(qtbot, tmp_path, error, title, ways) -> None:
    problems = Problems(tmp_path / "station.toml", lambda: None, lambda: None)
    page = ProblemPage(*problems.explain(error))
    qtbot.addWidget(page)
    assert page.title.text() == title
    assert page.message.text()
    assert any(ways in button.text() for button in page.buttons)


@pytest.mark.expects_log("did not start")
def test_our_own_fault_is_said_in_words_and_logged(qtbot, tmp_path) -> None:
    title, message, ways = Problems(tmp_path / "s.toml", lambda: None, lambda: None).explain(ZeroDivisionError("oops"))
    assert title == "Porchlight cannot start"
    assert "oops" in message
    assert [words for words, _ in ways] == ["Try again", "Quit"]


def test_another_port_is_written_to_the_settings_and_tried(tmp_path) -> None:
    tried = []
    problems = Problems(tmp_path / "station.toml", lambda: tried.append(1), lambda: None)
    _, _, ways = problems.explain(PortInUse("taken"))
    use = next(func for words, func in ways if "instead" in words)
    use()
    assert tried == [1]
    assert settings.load(tmp_path / "station.toml", environ={}).receiver.port != 1066


# ---- life


class Living:
    """A life around what `starts` gives one after the other; without a tray, as on a bare desktop."""

    def __init__(self, qtbot, qapp, monkeypatch, tmp_path: Path, *starts: object) -> None:
        answers = list(starts)
        monkeypatch.setattr(life_module, "_start_station", lambda *_: _give(answers.pop(0)))
        monkeypatch.setattr("desktop_app.tray.QSystemTrayIcon.isSystemTrayAvailable", lambda: False)
        monkeypatch.setattr("desktop_app.chime.Chime.prepare", lambda _: None)
        monkeypatch.setattr("desktop_app.notifications.Notifications.prepare", lambda _: None)
        monkeypatch.setattr(qapp, "quit", lambda: self.left.append(1))
        self._qtbot = qtbot
        self.left: list[int] = []
        self.window = MainWindow()
        self.window.show()
        options = argparse.Namespace(settings=None, data_dir=None, gallery=None, log_level="info")
        self.life = Life(qapp, self.window, options, tmp_path / "station.toml")
        self.life.begin()

    def wait_until_built(self) -> None:
        self._qtbot.waitUntil(lambda: self.window.page == "live")
        with self._qtbot.waitSignal(self.life._assembly.built):
            pass

    def close(self) -> None:
        self.life.quit()
        self._qtbot.waitUntil(lambda: bool(self.left))
        self.window.deleteLater()


def _give(answer: object) -> object:
    if isinstance(answer, Exception):
        raise answer
    return answer


@pytest.fixture
def living(qtbot, qapp, monkeypatch, station, tmp_path) -> Iterator[Living]:
    made = Living(qtbot, qapp, monkeypatch, tmp_path, station)
    made.wait_until_built()
    yield made
    made.close()


def test_without_a_tray_closing_asks_once_and_minimises(qtbot, living, station) -> None:
    window = living.window
    window.close()
    assert window.isVisible()
    assert "Keep watching" in window.notice.text
    window.notice.press("Keep watching, minimised")
    qtbot.waitUntil(window.isMinimized)
    window.come_to_front()
    window.close()
    assert window.notice.text == ""
    assert ("stop",) not in station.calls


def test_without_a_tray_closing_twice_quits(qtbot, living, station) -> None:
    living.window.close()
    living.window.close()
    qtbot.waitUntil(lambda: bool(living.left))
    assert ("stop",) in station.calls


def test_a_ring_is_announced_once(qtbot, living, station, picture, monkeypatch) -> None:
    sounds: list[int] = []
    monkeypatch.setattr(living.life._chime, "play", lambda: sounds.append(1))
    ring = a_visit(picture, verdict=None)
    for _ in range(3):
        station.publish(ring)
    station.publish(a_visit(picture, id_=ring.id))
    panel = living.life._assembly.live.panel
    qtbot.waitUntil(lambda: panel.headline.text() == "Anna is at the door")
    assert sounds == [1]


def test_a_ring_that_is_kept_quiet_makes_no_sound_until_its_verdict_allows_one(
    qtbot, living, station, picture, monkeypatch
) -> None:
    sounds: list[int] = []
    monkeypatch.setattr(living.life._chime, "play", lambda: sounds.append(1))
    hushed = a_visit(picture, verdict=None, telling=Telling.HUSHED, hushed="quiet hours until 07:00")
    station.publish(hushed)
    station.publish(replace(hushed, verdict=Verdict.NO_FACE, state=VisitState.CONCLUDED))
    waiting = a_visit(picture, verdict=None, telling=Telling.LATER, at=hushed.started_at + 1)
    station.publish(waiting)
    panel = living.life._assembly.live.panel
    qtbot.waitUntil(lambda: panel.visit is not None and panel.visit.id == waiting.id)
    assert sounds == []
    told = replace(waiting, telling=Telling.NOW, verdict=Verdict.NO_FACE, state=VisitState.CONCLUDED)
    station.publish(told)
    station.publish(told)
    qtbot.waitUntil(lambda: panel.headline.text() == "No face in the picture")
    assert sounds == [1]


def test_an_error_nobody_expected_is_told_in_words(living) -> None:
    living.life.tell_unexpected("ValueError: x")
    assert "written to the log" in living.window.notice.text


def test_a_start_that_fails_shows_the_problem_and_can_be_tried_again(
    qtbot, qapp, monkeypatch, station, tmp_path
) -> None:
    error = PortInUse("Port 1066 is taken", "Another program listens there.")
    made = Living(qtbot, qapp, monkeypatch, tmp_path, error, station)
    qtbot.waitUntil(lambda: isinstance(made.window.stack.currentWidget(), ProblemPage))
    page = made.window.stack.currentWidget()
    assert page.title.text() == "Port 1066 is taken"
    again = next(b for b in page.buttons if b.text() == "Try again")
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    made.wait_until_built()
    made.close()


def test_a_window_closed_on_a_problem_quits(qtbot, qapp, monkeypatch, tmp_path) -> None:
    made = Living(qtbot, qapp, monkeypatch, tmp_path, StoreError("The database cannot be opened", "/x"))
    qtbot.waitUntil(lambda: isinstance(made.window.stack.currentWidget(), ProblemPage))
    made.window.close()
    assert made.left
    made.close()


# ---- the command line


def test_the_command_line_is_the_one_of_the_contract() -> None:
    shared = argparse.ArgumentParser()
    arguments.add_arguments(shared)
    ours = command_line.parser()
    assert {a.dest: (a.option_strings, a.default, a.choices) for a in ours._actions} == {
        a.dest: (a.option_strings, a.default, a.choices) for a in shared._actions
    }


def test_the_settings_file_is_the_one_the_station_reads(monkeypatch, tmp_path) -> None:
    options = argparse.Namespace(settings=None)
    monkeypatch.delenv("PORCHLIGHT_SETTINGS", raising=False)
    assert settings_path(options) == arguments.default_path()
    monkeypatch.setenv("PORCHLIGHT_SETTINGS", str(tmp_path / "x.toml"))
    assert settings_path(options) == arguments.default_path() == tmp_path / "x.toml"
    assert settings_path(argparse.Namespace(settings=Path("y.toml"))) == Path("y.toml")
