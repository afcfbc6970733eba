"""Live shows a ring at once, then who it was, how the messages fared, and what can be done."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton
from scripted import a_delivery, a_face, a_visit

from receiver.models import DeliveryState, Door, DoorState, Hush, Judgement, Part, PartState, Verdict, VisitState


def test_a_ring_shows_at_once_with_its_picture_and_then_its_verdict(qtbot, opened, station, picture) -> None:
    ring = a_visit(picture, verdict=None)
    station.publish(ring)
    panel = opened.live.panel
    qtbot.waitUntil(lambda: panel.visit is not None)
    assert panel.headline.text() == "Someone is at the door"
    assert "Front door" in panel.subline.text()
    qtbot.waitUntil(lambda: panel.picture.has_image)
    anna = replace(a_face(Verdict.KNOWN, "Anna"), snapshot=ring.best_snapshot)
    known = replace(ring, state=VisitState.CONCLUDED, verdict=Verdict.KNOWN, faces=(anna,))
    station.publish(replace(known, concluded_at=ring.started_at + 0.4))
    qtbot.waitUntil(lambda: panel.headline.text() == "Anna is at the door")
    assert [mark.text for mark in panel.picture.marks] == ["Anna"]
    assert "0.4 s" in panel.subline.text()
    assert opened.live._today.model().rowCount() == 1


def test_what_happens_behind_another_page_is_shown_when_one_comes_back(qtbot, opened, station, picture) -> None:
    station.publish(a_visit(picture, verdict=Verdict.UNKNOWN))
    panel = opened.live.panel
    qtbot.waitUntil(lambda: panel.headline.text() == "Someone you don't know")
    opened.window.go("visits")
    anna = a_visit(picture, faces=[a_face(Verdict.KNOWN, "Anna")], verdict=Verdict.KNOWN)
    station.publish(anna)
    qtbot.waitUntil(lambda: panel.visit.id == anna.id)
    assert panel.headline.text() == "Someone you don't know"
    opened.window.go("live")
    assert panel.headline.text() == "Anna is at the door"


def test_boxes_are_drawn_where_the_face_is_in_the_scaled_picture(qtbot, opened, station, picture) -> None:
    station.publish(a_visit(picture, faces=[a_face(Verdict.KNOWN, "Anna")]))
    view = opened.live.panel.picture
    qtbot.waitUntil(lambda: view.has_image)
    area = view.picture_rect()
    scale = area.width() / 640
    image = view.grab().toImage()
    ratio = image.devicePixelRatio()
    edge = image.pixelColor(int((area.x() + 180 * scale) * ratio), int((area.y() + 60 * scale) * ratio))
    inside = image.pixelColor(int((area.x() + 180 * scale) * ratio), int((area.y() + 140 * scale) * ratio))
    assert edge.green() > 180 > inside.green()
    assert abs(inside.blue() - 0x99) < 4


@pytest.mark.parametrize(
    ("delivery", "words", "action"),
    [
        (lambda at: a_delivery(DeliveryState.DELIVERED, at=at), "Telegram text 0.1 s", ""),
        (lambda at: a_delivery(DeliveryState.DUE, "photo", at=at), "Telegram photo on its way", ""),
        (
            lambda at: a_delivery(DeliveryState.DUE, "ring", at=at, notifier="mqtt", attempts=2, error="no broker"),
            "MQTT ring waiting",
            "Retry now",
        ),
        (lambda at: a_delivery(DeliveryState.FAILED, at=at, error="bad token"), "Telegram text failed", "Retry"),
    ],
)
def test_chips_tell_how_messages_fare(qtbot, opened, station, picture, delivery, words, action) -> None:  # noqa: PLR0917
    at = time.time()
    message = delivery(at)
    station.publish(a_visit(picture, at=at, deliveries=[message]))
    chips = opened.live.panel.chips
    qtbot.waitUntil(lambda: bool(chips.facts))
    assert chips.facts[0].text == words
    assert chips.facts[0].action == action
    if action:
        assert message.error in chips.facts[0].detail
        qtbot.mouseClick(chips.chip(str(message.id)).findChild(QPushButton), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: ("retry", message.id) in station.calls)


def test_chips_are_updated_in_place(qtbot, opened, station, picture) -> None:
    at = time.time()
    due = a_delivery(DeliveryState.DUE, at=at)
    visit = a_visit(picture, at=at, deliveries=[due])
    station.publish(visit)
    chips = opened.live.panel.chips
    qtbot.waitUntil(lambda: bool(chips.facts))
    chip = chips.chip(str(due.id))
    done = replace(due, state=DeliveryState.DELIVERED, delivered_at=at + 0.3)
    station.publish(replace(visit, deliveries=(done,)))
    qtbot.waitUntil(lambda: chips.facts[0].text == "Telegram text 0.3 s")
    assert chips.chip(str(due.id)) is chip


def test_a_stranger_is_named_with_type_ahead(qtbot, opened, station, picture, tmp_path) -> None:
    station.enrol("Anna", [tmp_path / "a.jpg"])
    stranger = a_face(Verdict.UNKNOWN)
    station.publish(a_visit(picture, verdict=Verdict.UNKNOWN, faces=[stranger]))
    naming = opened.live.panel.naming
    qtbot.waitUntil(lambda: len(naming.fields) == 1)
    field = naming.fields[0].field
    qtbot.waitUntil(lambda: field.completer().model().stringList() == ["Anna"])
    qtbot.keyClicks(field, "  Anna ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened.live.panel.headline.text() == "Anna is at the door")
    assert ("name_face", stranger.id, "Anna") in station.calls
    assert "will be known" in opened.notice.text
    assert not naming.isVisibleTo(opened.live)
    opened.notice.press("Undo")
    qtbot.waitUntil(lambda: ("undo", "1") in station.calls)


def test_a_poor_face_is_named_honestly(qtbot, opened, station, picture) -> None:
    station.judgements["Bob"] = (Judgement.TOO_DARK, "it is too dark")
    station.publish(a_visit(picture, verdict=Verdict.UNKNOWN, faces=[a_face(Verdict.UNKNOWN)]))
    qtbot.waitUntil(lambda: len(opened.live.panel.naming.fields) == 1)
    opened.live.panel.naming.fields[0].given.emit("Bob")
    qtbot.waitUntil(lambda: "not added" in opened.notice.text)
    assert "too dark" in opened.notice.text
    opened.notice.press("Undo")
    qtbot.waitUntil(lambda: ("undo", "1") in station.calls)


def test_what_is_being_typed_survives_an_update(qtbot, opened, station, picture) -> None:
    visit = a_visit(picture, verdict=Verdict.UNKNOWN, faces=[a_face(Verdict.UNKNOWN)])
    station.publish(visit)
    naming = opened.live.panel.naming
    qtbot.waitUntil(lambda: len(naming.fields) == 1)
    qtbot.keyClicks(naming.fields[0].field, "Cle")
    station.publish(replace(visit, deliveries=(a_delivery(DeliveryState.DUE, at=visit.started_at),)))
    qtbot.waitUntil(lambda: bool(opened.live.panel.chips.facts))
    assert naming.fields[0].field.text() == "Cle"


@pytest.mark.parametrize("state", [DoorState.APPROVED, DoorState.REFUSED])
def test_an_unknown_door_waits_for_the_owners_word(qtbot, opened, station, picture, state) -> None:
    now = time.time()
    door = Door("back", "Back door", DoorState.ASKING, now, now)
    station.all_doors["back"] = door
    station.publish(door)
    station.publish(a_visit(picture, verdict=None, door=("back", "Back door"), state=VisitState.HELD))
    doors = opened.live.doors
    qtbot.waitUntil(lambda: doors.waiting == ("back",))
    qtbot.waitUntil(lambda: not doors._pictures["back"].pixmap().isNull())
    assert "Not authenticated" in "\n".join(line.text() for line in doors.findChildren(QLabel))
    assert opened.live.panel.visit is None, "a held picture is nobody's visit yet"
    wanted = "Approve" if state is DoorState.APPROVED else "Refuse"
    button = next(b for b in doors.findChildren(QPushButton) if b.text() == wanted)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: doors.waiting == ())
    assert ("decide_door", "back", state) in station.calls
    assert opened.notice.text


def test_a_reply_shows_what_became_of_it(qtbot, opened, station, picture) -> None:
    station.publish(Part("mqtt", PartState.WORKING, "", time.time()))
    visit, other = a_visit(picture), a_visit(picture, door=("back", "Back door"), id_="0")
    station.publish(visit)
    panel = opened.live.panel
    qtbot.waitUntil(lambda: panel.visit is not None)
    assert not panel.reply.field.isVisible()
    panel.answers.button("own_words").click()
    assert panel.reply.field.placeholderText() == "A text for the screen at Front door"
    qtbot.keyClicks(panel.reply.field, "Around the back, please")
    qtbot.keyClick(panel.reply.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Passed on" in panel.reply.receipt.text())
    assert ("reply", "Around the back, please", "front") in station.calls
    assert not panel.reply.field.isVisible()
    panel.show_visit(other)
    assert panel.reply.receipt.text() == "", "it was not told to this visitor"
    panel.show_visit(visit)
    assert "Passed on" in panel.reply.receipt.text()


def test_words_for_one_visitor_are_not_said_to_the_next(qtbot, opened, station, picture) -> None:
    """A new ring while one is typing takes the field away; so does Escape."""
    station.publish(Part("mqtt", PartState.WORKING, "", time.time()))
    station.publish(a_visit(picture))
    panel = opened.live.panel
    qtbot.waitUntil(lambda: panel.visit is not None)
    panel.answers.button("own_words").click()
    qtbot.keyClicks(panel.reply.field, "Come in")
    station.publish(a_visit(picture, verdict=None, id_="ffff"))
    qtbot.waitUntil(lambda: panel.visit.id == "ffff")
    assert (panel.reply.field.isVisible(), panel.reply.field.text()) == (False, "")
    panel.answers.button("own_words").click()
    qtbot.keyClick(panel.reply.field, Qt.Key.Key_Escape)
    assert not panel.reply.isVisible()


def test_a_dropped_picture_rings(qtbot, opened, station, picture) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture))])
    drop = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    opened.live.dropEvent(drop)
    qtbot.waitUntil(lambda: opened.live.panel.visit is not None)
    assert ("ring", picture) in station.calls


def test_a_photo_chosen_in_a_dialog_rings(qtbot, opened, station, picture, monkeypatch) -> None:
    """A dialog that is cancelled rings nowhere."""
    chosen: list[Path] = []
    monkeypatch.setattr("desktop_app.pages.live.ask_for_pictures", lambda *_: chosen)
    opened.live.choose_photo()
    chosen.append(picture)
    opened.live.choose_photo()
    qtbot.waitUntil(lambda: ("ring", picture) in station.calls)
    assert [call[0] for call in station.calls].count("ring") == 1


def test_a_folder_without_pictures_and_a_file_that_is_gone_are_told(qtbot, opened, station, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    opened.live.ring([tmp_path / "empty"])
    qtbot.waitUntil(lambda: opened.notice.text == "There is no picture in empty.")
    assert not any(call[0] == "ring" for call in station.calls)


def test_whoever_drags_a_picture_over_the_page_is_told_what_a_drop_does(qtbot, opened, picture) -> None:
    """And no more once the drag has gone elsewhere."""
    opened.window.go("live")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture))])
    at = opened.live.rect().center()
    enter = QDragEnterEvent(
        at, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    opened.live.dragEnterEvent(enter)
    assert enter.isAccepted()
    assert opened.notice.text == "Drop the picture to try it as if it rang at the door."
    opened.live.dragLeaveEvent(None)
    assert opened.notice.text == ""


def test_a_picture_that_is_no_jpeg_is_turned_into_one(qtbot, opened, station, picture) -> None:
    from PIL import Image  # noqa: PLC0415

    other = picture.with_name("möbel 1.png")
    Image.open(picture).save(other)
    opened.live.ring([other])
    qtbot.waitUntil(lambda: opened.live.panel.visit is not None)
    name, sent = station.calls[-1]
    assert (name, sent.suffix) == ("ring", ".jpg")


def test_an_older_visit_can_be_looked_at_and_a_new_ring_takes_over(qtbot, opened, station, picture) -> None:
    now = time.time()
    older = a_visit(picture, at=now - 2, verdict=Verdict.NO_FACE)
    newer = a_visit(picture, at=now - 1)
    station.publish(older)
    station.publish(newer)
    panel, today = opened.live.panel, opened.live._today
    qtbot.waitUntil(lambda: panel.visit is not None and panel.visit.id == newer.id)
    today.setCurrentIndex(today.model().index(1, 0))
    assert panel.visit.id == older.id
    station.publish(replace(newer, reason="changed"))
    station.publish(a_visit(picture, at=now, verdict=None, id_="ffff"))
    qtbot.waitUntil(lambda: panel.visit.id == "ffff")


def test_somebody_seen_in_another_picture_of_the_visit_is_told_but_not_drawn(qtbot, opened, station, picture) -> None:
    visit = a_visit(picture, faces=[a_face(Verdict.KNOWN, "Anna")])
    elsewhere = a_face(Verdict.UNKNOWN)
    station.publish(replace(visit, faces=(*visit.faces, elsewhere)))
    panel = opened.live.panel
    qtbot.waitUntil(lambda: panel.headline.text() == "Anna and someone else are at the door")
    assert [mark.text for mark in panel.picture.marks] == ["Anna"]


def test_quiet_for_a_while_and_its_end(qtbot, opened, station, picture) -> None:
    station.publish(a_visit(picture))
    control = opened.live.quiet
    qtbot.waitUntil(control.begin.isVisible)
    assert not control.isVisible()
    actions = {action.text(): action for action in control.begin.menu().actions()}
    actions["For an hour"].trigger()
    qtbot.waitUntil(control.isVisible)
    assert ("hush", 3600.0, "the window") in station.calls
    assert control.words.text().startswith("Quiet until ")
    assert not control.begin.isEnabled()
    qtbot.mouseClick(control.end, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not control.isVisible())
    assert control.begin.isEnabled()


def test_a_hush_from_the_phone_shows_and_runs_out(qtbot, opened, station) -> None:
    control = opened.live.quiet
    station.quiet = Hush(None, "a chat")
    station.publish(station.quiet)
    qtbot.waitUntil(lambda: control.words.text() == "Quiet until you end it")
    station.quiet = Hush(time.time() + 0.05, "a chat")
    station.publish(station.quiet)
    qtbot.waitUntil(lambda: control.words.text() != "Quiet until you end it")
    station.quiet = None
    qtbot.waitUntil(lambda: (control._look(), not control.isVisible())[1])
