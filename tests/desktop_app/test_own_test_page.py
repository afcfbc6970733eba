"""Does it work here: the answer in words and as a picture, and the advice taken and taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from scripted import a_visit

from desktop_app import coach_words
from desktop_app.widgets.distance_chart import Border, DistanceChart, Heap
from receiver.errors import EngineError
from receiver.models import EVERYTHING, Finding, Identity, MixUp, NearStranger, OwnTest, Verdict

MIX_UP = MixUp("Anna", "Bob", 0.61, 0.4, Path("anna.jpg"))
APART = OwnTest(Finding.APART, (0.3, 0.4), (0.61, 0.7), (), MIX_UP, None, {}, 0.56, 0.56, 0.55)
MIXED = replace(APART, finding=Finding.MIXED, closest=replace(MIX_UP, distance=0.35), tolerance=None)
TOO_FEW = OwnTest(Finding.TOO_FEW, (), (), (), None, None, {"Bob": 1, "Cleo": 2}, 0.56, 0.56, None)


@pytest.fixture
def card(qtbot, opened, station):
    """The People page with somebody on it."""
    station.people["Anna"] = Identity("Anna", ())
    station._gallery_changed()
    opened.window.go("people")
    qtbot.waitUntil(opened.people.own_test.opener.isVisible)
    return opened.people.own_test


def _show(qtbot, card, station, test: OwnTest) -> None:
    station.own_test = test
    card.opener.click()
    qtbot.waitUntil(lambda: card.test is test)


def test_it_takes_the_place_of_the_cards_until_it_is_closed(qtbot, opened, card, station) -> None:
    """And it is the answer to one press."""
    _show(qtbot, card, station, APART)
    assert (card.isVisible(), opened.people.grid.isVisible()) == (True, False)
    assert card.told.text() == "It works here, and can be made safer"
    assert "0.55 instead of 0.56" in card.advice.text()
    assert "Most alike are Anna and Bob (0.61)." in card.facts.text()
    card.close_card()
    assert (card.isVisible(), opened.people.grid.isVisible()) == (False, True)


def test_with_nobody_enrolled_there_is_nothing_to_ask(opened) -> None:
    """The button comes with the first person."""
    opened.window.go("people")
    assert not opened.people.own_test.opener.isVisible()


def test_too_few_photos_are_refused_in_words_and_without_a_chart(qtbot, card, station) -> None:
    """What is missing is said by name."""
    _show(qtbot, card, station, TOO_FEW)
    assert card.told.text() == "Too early to say"
    assert card.advice.text().endswith("three good photos each. Bob needs 1 more. Cleo needs 2 more.")
    assert not card.chart.isVisible()
    assert not card._use.isVisible()


def test_two_people_who_are_alike_are_named_and_no_setting_is_offered(qtbot, card, station) -> None:
    """A photo nearer to the other one than to its own may lie in the wrong place."""
    _show(qtbot, card, station, MIXED)
    assert card.told.text() == "Anna and Bob are hard to tell apart"
    assert "is it in the right place?" in card.facts.text()
    assert not card._use.isVisible()


def test_the_advice_is_taken_and_taken_back(qtbot, card, station) -> None:
    """It is tested again with the new line each time."""
    _show(qtbot, card, station, APART)
    station.own_test = replace(APART, now=0.55, line=0.55)
    card._use.click()
    qtbot.waitUntil(lambda: station.settings.recognition.tolerance == 0.55)
    qtbot.waitUntil(lambda: not card._use.isVisible())
    assert card.told.text() == "It works here"
    card._undo.click()
    qtbot.waitUntil(lambda: station.settings.recognition.tolerance == 0.56)
    assert not card._undo.isVisible()


def test_a_test_that_fails_says_why_and_can_be_repeated(qtbot, card, station, monkeypatch) -> None:
    """The card stays."""
    monkeypatch.setattr(station, "test_gallery", lambda cancelled: (_ for _ in ()).throw(EngineError("It is broken")))
    card.open()
    qtbot.waitUntil(lambda: "It is broken" in card.advice.text())
    assert card._again.isEnabled()


def test_closing_stops_a_test_that_is_under_way(qtbot, card, station) -> None:
    """Nobody waits for thousands of photos that nobody wants to see."""
    _show(qtbot, card, station, APART)
    card.close_card()
    _, cancelled = next(call for call in station.calls if call[0] == "test_gallery")
    assert cancelled()


@pytest.mark.parametrize(
    ("stranger", "told"),
    [
        (NearStranger("Bob", 0.6, "v", 0.0), "The stranger most like one of you was like Bob (0.60)"),
        (NearStranger("Bob", 0.3, "v", 0.0, would_be_named=True), "would be called Bob today (0.30)"),
        (NearStranger("Bob", 0.5, "", 0.0), "Of the faces that you said are not Bob, one is as near as 0.50."),
    ],
)
def test_the_nearest_stranger_is_told_by_what_is_known_of_them(stranger: NearStranger, told: str) -> None:
    """Only the owner knows whether somebody who would be named today is a stranger."""
    assert told in " ".join(coach_words.facts(replace(APART, stranger=stranger)))


def test_the_nearest_strangers_visit_is_one_press_away(qtbot, opened, card, station, picture) -> None:
    """Whatever the list of visits was showing; a face that was said to be none of hers has no visit to show."""
    for number in range(3):
        station.publish(a_visit(picture, id_=f"v{number}", verdict=Verdict.UNKNOWN, at=1_790_000_000.0 - number))
    station.fits = lambda wanted, visit: wanted == EVERYTHING or visit.id == "v0"
    opened.visits.filter.search.setText("v0")
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
    _show(qtbot, card, station, replace(APART, stranger=NearStranger("Anna", 0.6, "v2", 0.0)))
    qtbot.mouseClick(card.look, Qt.MouseButton.LeftButton)
    assert opened.window.page == "visits"
    qtbot.waitUntil(lambda: opened.visits.visit is not None and opened.visits.visit.id == "v2")
    assert opened.assembly.history.rowCount() == 3
    opened.visits.open_visit("v1")
    qtbot.waitUntil(lambda: opened.visits.visit.id == "v1")
    opened.visits.open_visit("never heard of")
    assert opened.notice.text == "This visit is gone meanwhile."
    opened.window.go("people")
    _show(qtbot, card, station, replace(APART, stranger=NearStranger("Anna", 0.6, "", 0.0)))
    assert not card.look.isVisible()


def test_a_stranger_like_somebody_is_the_headline_when_nobody_is_nearer() -> None:
    """The worst news comes first."""
    test = replace(MIXED, stranger=NearStranger("Bob", 0.2, "", 0.0))
    assert coach_words.finding(test) == "Somebody at your door looks like Bob"


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("width", [240, 900, 3000])
def test_every_value_stands_inside_the_chart(qtbot, direction: Qt.LayoutDirection, width: int) -> None:
    """From 0 to beyond the usual, narrow and wide, in both directions; and it is really painted."""
    chart = DistanceChart("more alike", "less alike")
    qtbot.addWidget(chart)
    chart.setLayoutDirection(direction)
    chart.show_heaps(
        [Heap("same", (0.0, 0.2, 0.2, 0.21), "good"), Heap("none", (), "warn"), Heap("others", (0.9, 1.7), "muted")],
        [Border(0.56, "names end here"), Border(0.5, "safer here", dashed=True)],
    )
    chart.resize(width, chart.sizeHint().height())
    chart.show()
    bars = [bar for number in (0, 1) for bar in chart.bars(number)]
    assert len(bars) == 4
    assert all(QRectF(chart.rect()).contains(bar) for bar in bars)
    mirrored = direction is Qt.LayoutDirection.RightToLeft
    assert (chart.place(0.2) > chart.place(0.9)) is mirrored
    middle = min(bars, key=lambda bar: abs(bar.center().x() - chart.place(0.21))).center().toPoint()
    image = chart.grab().toImage()
    assert image.pixelColor(middle * image.devicePixelRatio()) != image.pixelColor(1, 1)
