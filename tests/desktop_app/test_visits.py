"""Visits keeps everything that happened and says why."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from scripted import a_delivery, a_door, a_face, a_visit

from desktop_app import words
from receiver.models import (
    EVERYTHING,
    Chat,
    ChatsChanged,
    DeliveryState,
    GalleryChanged,
    Identity,
    Verdict,
    VisitDeleted,
    VisitFilter,
    VisitState,
)


def _texts(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def _choose(opened, row: int) -> None:
    opened.visits.list.setCurrentIndex(opened.assembly.history.index(row, 0))


def test_a_visit_says_why_it_got_its_verdict_and_how_its_messages_fared(qtbot, opened, station, picture) -> None:
    at = time.time()
    failed = a_delivery(DeliveryState.FAILED, at=at, error="401: the token is wrong")
    station.publish(a_visit(picture, at=at, faces=[a_face(Verdict.KNOWN, "Anna")], deliveries=[failed]))
    opened.window.go("visits")
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
    _choose(opened, 0)
    told = _texts(opened.visits.reasons)
    assert "distance to Anna 0.38 · to Bob 0.66 · a name is given up to 0.55" in told
    assert "the token is wrong" in told


def test_a_ring_without_a_picture_is_shown_as_what_it_is(qtbot, opened, station, picture) -> None:
    """Someone was there: told at once, no verdict made up, and the picture takes its place when it comes."""
    with_picture = a_visit(picture, verdict=None)
    rung = replace(with_picture, snapshots=(), best_snapshot=None)
    station.publish(rung)
    opened.window.go("visits")
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
    _choose(opened, 0)
    assert not opened.visits.list.grab().isNull()
    told = _texts(opened.visits)
    assert "Someone was at the door" in told
    assert "no picture of it has come yet" in told
    assert words.subline(rung).endswith("no picture yet")
    station.publish(with_picture)
    qtbot.waitUntil(lambda: "looking who it is" in words.subline(opened.visits.panel.visit))


def test_deleting_can_be_undone(qtbot, opened, station, picture) -> None:
    """By the message, and by Ctrl+Z when the message has passed long ago."""
    station.publish(a_visit(picture, id_="aa"))
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
    opened.window.go("visits")
    for press in (lambda: opened.notice.press("Undo"), opened.notice.deeds.undo_newest):
        _choose(opened, 0)
        qtbot.keyClick(opened.visits.list, Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda: opened.notice.text.startswith("Deleted: "))
        qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 0)
        assert opened.live._visits.row_of("aa") is None
        press()
        qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
        assert opened.notice.text.startswith("Undone: Deleted: ")
    assert opened.notice.deeds.all == ()


def test_what_is_gone_for_good_is_said(qtbot, opened, station, picture) -> None:
    station.publish(a_visit(picture, id_="aa"))
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
    opened.window.go("visits")
    _choose(opened, 0)
    opened.visits.delete()
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 0)
    station.deleted.clear()
    opened.notice.press("Undo")
    qtbot.waitUntil(lambda: "can no longer be undone" in opened.notice.text)


def test_without_visits_it_says_what_will_be_here(qtbot, opened) -> None:
    opened.window.go("visits")
    assert "No visits yet" in _texts(opened.visits)


def test_the_list_is_grouped_by_day_and_paints(qtbot, opened, station, picture) -> None:
    """Every row is as high as the next; the day of the upper one stands above the list."""
    for days in (0, 0, 1, 9):
        station.publish(a_visit(picture, at=time.time() - days * 86_400 - 5))
    opened.window.go("visits")
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 4)
    listing = opened.visits.list
    heights = {listing.visualRect(opened.assembly.history.index(row, 0)).height() for row in range(4)}
    assert len(heights) == 1
    assert not listing.grab().isNull()
    assert opened.visits.day.text() == "Today"
    assert opened.visits.count.text() == "4 visits"
    listing.resize(listing.width(), heights.pop())
    listing.scrollToBottom()
    assert opened.visits.day.text() not in ("", "Today", "Yesterday")


def test_a_picture_that_cannot_be_read_is_said_in_words(qtbot, opened, station, tmp_path) -> None:
    station.publish(a_visit(tmp_path / "gone.jpg"))
    view = opened.live.panel.picture
    qtbot.waitUntil(lambda: "cannot be read" in view._placeholder)


def _fill(qtbot, opened, station, picture) -> None:
    """A known visit, a stranger, and one of another door."""
    now = time.time()
    for number, (verdict, door) in enumerate(
        [
            (Verdict.KNOWN, ("front", "Front door")),
            (Verdict.UNKNOWN, ("front", "Front door")),
            (Verdict.NO_FACE, ("garden", "Garden gate")),
        ]
    ):
        station.publish(a_visit(picture, id_=f"v{number}", at=now - number, verdict=verdict, door=door))
    station.publish(a_door("front", "Front door"))
    station.publish(a_door("garden", "Garden gate"))
    opened.window.go("visits")
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 3)


def test_what_is_chosen_above_is_what_the_station_is_asked_for(qtbot, opened, station, picture) -> None:
    """Person, verdict, door, day and words, typed without waiting for each letter."""
    station.people["Anna"] = Identity("Anna", ())
    station.publish(GalleryChanged(station.identities()))
    _fill(qtbot, opened, station, picture)
    bar = opened.visits.filter
    qtbot.waitUntil(lambda: bar.person.count() == 2)
    bar.person.setCurrentIndex(1)
    bar.verdict.setCurrentIndex(bar.verdict.findText("Strangers"))
    bar.door.setCurrentIndex(bar.door.findText("Garden gate"))
    bar.days.setCurrentIndex(bar.days.findText("Yesterday"))
    qtbot.keyClicks(bar.search, "too  dark")
    today = date.today()
    wanted = VisitFilter(
        "Anna",
        frozenset({Verdict.UNKNOWN}),
        "garden",
        datetime.combine(today - timedelta(days=1), datetime.min.time()).timestamp(),
        datetime.combine(today, datetime.min.time()).timestamp(),
        "too dark",
    )
    qtbot.waitUntil(lambda: wanted in station.wanted)
    qtbot.mouseClick(bar.clear_button, Qt.MouseButton.LeftButton)
    assert bar.wanted() == EVERYTHING
    assert bar.search.text() == ""


def test_any_days_can_be_chosen_in_whatever_order(qtbot, opened, station, picture) -> None:
    _fill(qtbot, opened, station, picture)
    bar = opened.visits.filter
    bar.days.setCurrentIndex(bar.days.count() - 1)
    bar.first.setDate(QDate(2026, 3, 9))
    bar.last.setDate(QDate(2026, 3, 2))
    wanted = bar.wanted()
    assert datetime.fromtimestamp(wanted.since) == datetime(2026, 3, 2)
    assert datetime.fromtimestamp(wanted.until) == datetime(2026, 3, 10)
    assert bar.first.isVisibleTo(bar)
    bar.clear()
    assert not bar.first.isVisibleTo(bar)


def test_a_filter_leaves_what_fits_and_says_so_where_nothing_does(qtbot, opened, station, picture) -> None:
    """What was on show stays on show if it is still in the list."""
    station.fits = lambda wanted, visit: not wanted.verdicts or wanted.verdicts == {visit.verdict}
    _fill(qtbot, opened, station, picture)
    _choose(opened, 1)
    qtbot.waitUntil(lambda: opened.visits.visit is not None)
    opened.visits.filter.verdict.choose(Verdict.UNKNOWN)
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
    assert opened.visits.visit.id == "v1"
    assert opened.visits.count.text() == "1 visit"
    opened.visits.filter.verdict.choose(Verdict.FAILED)
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 0)
    assert opened.visits.visit is None
    everything = next(b for b in opened.visits.findChildren(QPushButton) if b.text() == "Show all visits")
    assert everything.isVisible()
    qtbot.mouseClick(everything, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 3)


def test_ctrl_f_searches(qtbot, opened, station, picture) -> None:
    _fill(qtbot, opened, station, picture)
    opened.window.activateWindow()
    qtbot.waitUntil(opened.window.isActiveWindow)
    qtbot.keyClick(opened.visits.list, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: opened.window.focusWidget() is opened.visits.filter.search)


def test_every_picture_of_a_visit_can_be_seen(qtbot, opened, station, picture, tmp_path) -> None:
    """The one that carries the verdict first; the other with the faces in it."""
    visit = a_visit(picture, id_="aa", faces=[a_face(Verdict.KNOWN, "Anna")])
    other = replace(visit.snapshots[0], id="s2", path=picture)
    station.publish(replace(visit, snapshots=(*visit.snapshots, other)))
    opened.window.go("visits")
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
    _choose(opened, 0)
    page = opened.visits
    qtbot.waitUntil(lambda: page.visit is not None)
    assert [mark.text for mark in page.panel.picture.marks] == ["Anna"]
    second = page.panel.strip.button("s2")
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert page.panel.picture.marks == ()
    assert second.isChecked()
    assert "best of 2 pictures" in _texts(page)


def test_a_visit_deleted_by_retention_leaves_the_page(qtbot, opened, station, picture) -> None:
    """With its detail, if that was on show."""
    _fill(qtbot, opened, station, picture)
    _choose(opened, 2)
    qtbot.waitUntil(lambda: opened.visits.visit is not None)
    station.publish(VisitDeleted("v2"))
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 2)
    assert opened.visits.visit is None or opened.visits.visit.id != "v2"
    assert opened.assembly.visits.row_of("v2") is None


def test_a_held_visit_says_what_it_waits_for_and_leads_there(qtbot, opened, station, picture) -> None:
    station.publish(a_visit(picture, verdict=None, state=VisitState.HELD))
    opened.window.go("visits")
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
    _choose(opened, 0)
    qtbot.waitUntil(lambda: opened.visits.visit is not None)
    assert "It waits for your word" in _texts(opened.visits.reasons)
    assert "Nobody is told before you let the door in." in _texts(opened.visits.reasons)
    there = next(b for b in opened.visits.reasons.findChildren(QPushButton) if b.text() == "See the door")
    qtbot.mouseClick(there, Qt.MouseButton.LeftButton)
    assert opened.window.page == "doors"


def test_messages_say_who_got_them_by_name(qtbot, opened, station, picture) -> None:
    """Not by a number that only Telegram knows."""
    at = time.time()
    station.paired["4711"] = Chat("4711", "Olga's phone", frozenset(), 1.0)
    station.publish(ChatsChanged(station.chats()))
    station.publish(a_visit(picture, at=at, deliveries=[a_delivery(DeliveryState.DELIVERED, at=at)]))
    opened.window.go("visits")
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
    _choose(opened, 0)
    qtbot.waitUntil(lambda: "Telegram text 0.1 s, to Olga's phone." in _texts(opened.visits.reasons))


def test_a_visit_and_a_list_are_exported_where_the_user_says(qtbot, opened, station, picture, monkeypatch) -> None:
    """In the background, and the notice says where; a list that takes long can be stopped."""
    _fill(qtbot, opened, station, picture)
    _choose(opened, 0)
    qtbot.waitUntil(lambda: opened.visits.visit is not None)
    target = picture.with_name("out")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    opened.visits.export_visit()
    qtbot.waitUntil(lambda: "out" in opened.notice.text)
    assert ("export_visit", "v0", target) in station.calls
    opened.visits.export_list()
    qtbot.waitUntil(lambda: "out has 3 visits" in opened.notice.text)
    assert ("export_visits", EVERYTHING, target) in station.calls
    stopped = threading.Event()
    station.exporting = lambda: stopped.wait(10)
    opened.visits.export_list()
    opened.notice.press("Cancel")
    stopped.set()
    qtbot.waitUntil(lambda: opened.notice.text == "Nothing was written.")


def test_the_list_is_walked_by_keyboard(qtbot, opened, station, picture) -> None:
    """To its end, its beginning, and down row by row; the detail follows."""
    _fill(qtbot, opened, station, picture)
    listing = opened.visits.list
    listing.setFocus()
    for key, visit in ((Qt.Key.Key_End, "v2"), (Qt.Key.Key_Home, "v0"), (Qt.Key.Key_Down, "v1")):
        qtbot.keyClick(listing, key)
        qtbot.waitUntil(lambda wanted=visit: opened.visits.visit is not None and opened.visits.visit.id == wanted)
