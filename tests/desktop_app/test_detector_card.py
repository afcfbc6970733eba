"""YuNet's card: nothing is fetched without a click, every state says what can be done, the window never waits."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from desktop_app.pages.detector_card import DetectorCard
from receiver.errors import ModelError

PATIENCE_S = 20.0
GONE = ModelError("yunet.onnx could not be fetched", "github.com: the network does not answer. Try again later.")


@pytest.fixture
def card(qtbot, opened) -> DetectorCard:
    opened.window.go("settings")
    card = opened.settings.detector
    qtbot.waitUntil(lambda: card.state != "")
    return card


@pytest.fixture
def halfway(station):
    """A download that waits until `set`, or until the test is over."""
    going_on = threading.Event()
    station.fetching = lambda: going_on.wait(PATIENCE_S)
    yield going_on
    going_on.set()


def offered(card: DetectorCard) -> set[str]:
    return {one.text() for one in card._buttons if not one.isHidden()}


def done(station) -> list[str]:
    return [call[0] for call in station.calls]


def test_nothing_is_fetched_by_opening_the_page(card, station) -> None:
    assert done(station) == []
    assert card.state == "not there"
    assert offered(card) == {"Get it (0.2 MB, from the OpenCV project)", "Choose a file…"}


def test_a_click_fetches_it_shows_how_far_it_is_and_then_it_is_in_use(qtbot, card, station, halfway) -> None:
    qtbot.mouseClick(card.get, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (card.bar.value(), card.bar.maximum()) == (100_000, 232_589))
    assert not card.bar.isHidden()
    assert offered(card) == {"Stop"}
    halfway.set()
    qtbot.waitUntil(lambda: card.state == "in use")
    assert (card.answer, card.bar.isHidden(), offered(card)) == ("YuNet is here.", True, {"Remove"})


def test_it_can_be_stopped_and_says_that_what_has_come_is_kept(qtbot, card, station, halfway) -> None:
    card.get.click()
    qtbot.waitUntil(lambda: card.bar.value() == 100_000)
    card.stop.click()
    assert card.answer == "Stopping ..."
    halfway.set()
    qtbot.waitUntil(lambda: "Get it (0.2 MB, from the OpenCV project)" in offered(card))
    assert card.answer.startswith("The download was stopped")
    assert station.yunet is None


def test_a_failure_is_told_in_words_and_can_be_tried_again(qtbot, card, station) -> None:
    def fail() -> None:
        raise GONE

    station.fetching = fail
    card.get.click()
    qtbot.waitUntil(lambda: "Try again" in offered(card))
    assert card.answer == str(GONE)
    assert offered(card) == {"Try again", "Choose a file…"}
    station.fetching = lambda: None
    card.again.click()
    qtbot.waitUntil(lambda: card.state == "in use")


def test_a_file_of_this_computer_does_it_too(qtbot, card, station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/home/me/yunet.onnx", ""))
    card.choose.click()
    qtbot.waitUntil(lambda: card.state == "in use")
    assert station.calls == [("place_detector", Path("/home/me/yunet.onnx"))]


def test_choosing_no_file_changes_nothing(card, station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    card.choose.click()
    assert station.calls == []


def test_it_can_be_removed_again(qtbot, card, station) -> None:
    card.place(Path("yunet.onnx"))
    qtbot.waitUntil(lambda: card.state == "in use")
    card.remove.click()
    qtbot.waitUntil(lambda: card.state == "not there")
    assert done(station)[-1] == "remove_detector"


@pytest.mark.parametrize(
    ("file", "used", "words"),
    [
        (Path("yunet.onnx"), "hog", "there, but the settings choose HOG"),
        (None, "yunet", "missing, but the settings insist on it"),
    ],
)
def test_when_settings_and_file_disagree_it_says_so(  # noqa: PLR0917
    qtbot, card, station, monkeypatch: pytest.MonkeyPatch, file: Path | None, used: str, words: str
) -> None:
    station.yunet = file
    monkeypatch.setattr(station, "detector", lambda: used)
    card.refresh()
    qtbot.waitUntil(lambda: card.state == words)


def test_the_keyboard_does_everything_and_keeps_its_place(qtbot, card) -> None:
    card.get.setFocus()
    qtbot.keyClick(card.get, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: card.state == "in use")
    assert card.window().focusWidget() is card.remove
    qtbot.keyClick(card.remove, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: card.state == "not there")
    assert card.window().focusWidget() is card.get


def test_everything_has_a_name_for_screen_readers(card) -> None:
    assert card.accessibleName() == "Faster, sharper face finder (YuNet)"
    assert card.bar.accessibleName()
    assert all(one.accessibleName() for one in card._buttons)


def test_a_window_closed_during_a_download_hears_nothing_of_it(qtbot, station, halfway) -> None:
    card = DetectorCard(station)
    qtbot.waitUntil(lambda: card.state != "")
    card.get.click()
    qtbot.waitUntil(lambda: "fetch_detector" in done(station))
    with qtbot.waitSignal(card.destroyed):
        card.deleteLater()
    halfway.set()
