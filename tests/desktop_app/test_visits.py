"""Visits keeps everything that happened and says why."""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from scripted import a_delivery, a_face, a_visit

from desktop_app import words
from receiver.models import DeliveryState, Verdict


def _texts(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_a_visit_says_why_it_got_its_verdict_and_how_its_messages_fared(qtbot, opened, station, picture) -> None:
    at = time.time()
    failed = a_delivery(DeliveryState.FAILED, at=at, error="401: the token is wrong")
    station.publish(a_visit(picture, at=at, faces=[a_face(Verdict.KNOWN, "Anna")], deliveries=[failed]))
    opened.window.go("visits")
    qtbot.waitUntil(lambda: opened.assembly.visits.rowCount() == 1)
    opened.visits.list.setCurrentIndex(opened.assembly.visits.index(0, 0))
    told = _texts(opened.visits.reasons)
    assert "distance 0.38, a name is given up to 0.55" in told
    assert "Bob at 0.66" in told
    assert "the token is wrong" in told


def test_a_ring_without_a_picture_is_shown_as_what_it_is(qtbot, opened, station, picture) -> None:
    """Someone was there: told at once, no verdict made up, and the picture takes its place when it comes."""
    with_picture = a_visit(picture, verdict=None)
    rung = replace(with_picture, snapshots=(), best_snapshot=None)
    station.publish(rung)
    opened.window.go("visits")
    qtbot.waitUntil(lambda: opened.assembly.visits.rowCount() == 1)
    opened.visits.list.setCurrentIndex(opened.assembly.visits.index(0, 0))
    assert not opened.visits.list.grab().isNull()
    told = _texts(opened.visits)
    assert "Someone is at the door" in told
    assert "no picture of it has come yet" in told
    assert words.subline(rung).endswith("no picture yet")
    station.publish(with_picture)
    qtbot.waitUntil(lambda: "looking who it is" in words.subline(opened.visits.panel.visit))


def test_deleting_can_be_undone_and_is_final_afterwards(qtbot, opened, station, picture) -> None:
    station.publish(a_visit(picture, id_="aa"))
    qtbot.waitUntil(lambda: opened.assembly.visits.rowCount() == 1)
    opened.window.go("visits")
    opened.visits.list.setCurrentIndex(opened.assembly.visits.index(0, 0))
    qtbot.keyClick(opened.visits.list, Qt.Key.Key_Delete)
    assert opened.assembly.visits.rowCount() == 0
    opened.notice.press("Undo")
    assert opened.assembly.visits.rowCount() == 1
    assert not any(call[0] == "delete_visit" for call in station.calls)
    opened.visits.list.setCurrentIndex(opened.assembly.visits.index(0, 0))
    opened.visits.delete()
    opened.notice.dismiss()
    qtbot.waitUntil(lambda: ("delete_visit", "aa") in station.calls)


def test_without_visits_it_says_what_will_be_here(qtbot, opened) -> None:
    opened.window.go("visits")
    assert "No visits yet" in _texts(opened.visits)


def test_the_list_is_grouped_by_day_and_paints(qtbot, opened, station, picture) -> None:
    for days in (0, 0, 1, 9):
        station.publish(a_visit(picture, at=time.time() - days * 86_400 - 5))
    opened.window.go("visits")
    qtbot.waitUntil(lambda: opened.assembly.visits.rowCount() == 4)
    listing = opened.visits.list
    heights = [listing.visualRect(opened.assembly.visits.index(row, 0)).height() for row in range(4)]
    assert heights[0] == heights[2] == heights[3] > heights[1]
    assert not listing.grab().isNull()


def test_a_picture_that_cannot_be_read_is_said_in_words(qtbot, opened, station, tmp_path) -> None:
    station.publish(a_visit(tmp_path / "gone.jpg"))
    view = opened.live.panel.picture
    qtbot.waitUntil(lambda: "cannot be read" in view._placeholder)
