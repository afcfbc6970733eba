"""Each verdict and each door has its answers, on buttons and on Ctrl with a digit; "not Anna" can be taken back."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QWidget
from scripted import a_delivery, a_door, a_face, a_health, a_visit

from desktop_app.pages.answers import can_look, fitting, has_screen, usual_words
from desktop_app.widgets import face_drag, picture_view
from desktop_app.widgets.headline import Headline
from desktop_app.widgets.label_places import places
from receiver import wording
from receiver.models import OWN_DOOR, Box, DeliveryState, DoorState, Part, PartState, Verdict, VisitState

REPLIES = ["say"] * 4 + ["own_words"]


@pytest.fixture
def panel(qtbot, opened, station, picture):
    """Live's panel with a paired door that is there."""
    station.publish(Part("mqtt", PartState.WORKING, "", time.time()))
    station.publish(a_door("front", online=True))
    station.publish(a_visit(picture, verdict=None, id_="0"))
    qtbot.waitUntil(lambda: opened.live.panel.visit is not None)
    opened.window.activateWindow()
    qtbot.waitUntil(opened.window.isActiveWindow)
    return opened.live.panel


@pytest.mark.parametrize(
    ("verdict", "faces", "answers"),
    [
        (None, [], [*REPLIES, "look"]),
        (Verdict.KNOWN, [a_face(Verdict.KNOWN, "Anna")], [*REPLIES, "look", "not"]),
        (Verdict.UNKNOWN, [a_face(Verdict.UNKNOWN)], [*REPLIES, "look", "this_is"]),
        (Verdict.UNCLEAR, [a_face(Verdict.UNCLEAR)], [*REPLIES, "look", "this_is"]),
        (Verdict.NO_FACE, [], [*REPLIES, "look"]),
        (
            Verdict.KNOWN,
            [a_face(Verdict.KNOWN, "Anna"), a_face(Verdict.KNOWN, "Bob"), a_face(Verdict.UNKNOWN)],
            [*REPLIES, "look", "this_is", "not", "not"],
        ),
    ],
    ids=["ringing", "known", "stranger", "unclear", "no face", "several"],
)
def test_each_verdict_has_its_answers(picture, verdict, faces, answers) -> None:
    visit = a_visit(picture, verdict=verdict, faces=faces)
    assert [answer.do for answer in fitting(visit, screen=True, sees=True)] == answers
    assert {answer.do for answer in fitting(visit, screen=True, sees=True, live=False)} <= {"not"}
    without = [answer for answer in answers if answer not in (*REPLIES, "look")]
    assert [answer.do for answer in fitting(visit, screen=False, sees=False)] == without


def test_a_digit_means_the_same_before_and_after_the_verdict(picture) -> None:
    """Whoever presses Ctrl+1 in the moment of the verdict must not do something else."""
    ringing = a_visit(picture, verdict=None)
    known = replace(ringing, verdict=Verdict.KNOWN, faces=(a_face(Verdict.KNOWN, "Anna"),))
    before = fitting(ringing, screen=True, sees=True)
    assert fitting(known, screen=True, sees=True)[: len(before)] == before


def test_messages_that_failed_can_be_sent_again(qtbot, panel, station, picture) -> None:
    at = time.time()
    bad = [a_delivery(DeliveryState.FAILED, at=at), a_delivery(DeliveryState.FAILED, "photo", at=at)]
    well = a_delivery(DeliveryState.DELIVERED, at=at)
    station.publish(a_visit(picture, at=at, deliveries=[*bad, well]))
    qtbot.waitUntil(lambda: panel.answers.answers[-1].do == "retry")
    panel.answers.button("retry").click()
    qtbot.waitUntil(lambda: {("retry", message.id) for message in bad} <= set(station.calls))
    assert ("retry", well.id) not in station.calls


@pytest.mark.parametrize(
    ("door", "mqtt", "screen"),
    [
        (None, True, True),
        (None, False, False),
        (a_door("front", health=a_health(display="16x8")), True, True),
        (a_door("front", health=a_health(display="")), True, False),
    ],
    ids=["a door of the old kind", "without MQTT", "with a screen", "without a screen"],
)
def test_a_reply_fits_where_it_may_find_a_screen(picture, door, mqtt, screen) -> None:
    assert has_screen(a_visit(picture), door, mqtt=mqtt) is screen
    assert not has_screen(a_visit(picture, verdict=None, state=VisitState.HELD), None, mqtt=True)
    assert not has_screen(a_visit(picture, door=("web-1234", "A phone")), None, mqtt=True)
    assert not has_screen(a_visit(picture, door=(OWN_DOOR, "This computer")), None, mqtt=True)


def test_a_look_fits_a_paired_door_that_is_there() -> None:
    there = a_door(online=True)
    assert can_look(there)
    others = (replace(there, online=False), replace(there, paired_at=None), replace(there, state=DoorState.REFUSED))
    assert not any(can_look(door) for door in (None, *others))


def test_a_camera_looks_without_a_key_and_shows_no_texts(picture) -> None:
    camera = a_door("camera-1", "Drive", paired_at=None)
    assert can_look(camera)
    assert not can_look(replace(camera, state=DoorState.REFUSED)), "it was removed"
    assert not has_screen(a_visit(picture, door=("camera-1", "Drive")), camera, mqtt=True)


def test_window_and_phone_say_the_same_words(opened) -> None:
    assert tuple(full for _, full in usual_words()) == wording.PRESETS


def test_ctrl_and_a_digit_answer_also_while_one_types(qtbot, opened, panel, station, picture) -> None:
    """On Live only: on another page the same keys say nothing to the door."""
    station.publish(a_visit(picture, verdict=Verdict.UNKNOWN, faces=[a_face(Verdict.UNKNOWN)]))
    qtbot.waitUntil(lambda: len(panel.naming.fields) == 1)
    field = panel.naming.fields[0].field
    qtbot.keyClick(opened.window, Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "An")
    qtbot.keyClick(field, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: ("reply", usual_words()[1][1], "front") in station.calls)
    assert field.text() == "An"
    opened.window.go("people")
    qtbot.keyClick(opened.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    opened.window.go("live")
    qtbot.keyClick(opened.window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: ("command_door", "front", "look", {}) in station.calls)
    assert ("reply", usual_words()[0][1], "front") not in station.calls


def test_not_anna_is_said_with_what_changed_and_taken_back(qtbot, opened, panel, station, picture) -> None:
    other = a_visit(picture, at=time.time() - 60, id_="1")
    station.publish(other)
    station.judged_with = {other.id}
    anna = a_face(Verdict.KNOWN, "Anna")
    station.publish(a_visit(picture, faces=[anna]))
    qtbot.waitUntil(lambda: panel.headline.text() == "Anna is at the door")
    button = panel.answers.button("not")
    assert button.text() == "Not Anna"
    button.click()
    qtbot.waitUntil(lambda: panel.headline.text() == "Someone you don't know")
    assert ("reject_face", anna.id) in station.calls
    assert "Other visits that changed with it: 1." in opened.notice.text
    assert len(panel.naming.fields) == 1, "now it can be said who it is instead"
    opened.notice.press("Undo")
    qtbot.waitUntil(lambda: ("undo", "2") in station.calls)


def test_not_anna_stands_in_the_history_too(qtbot, opened, station, picture) -> None:
    anna = a_face(Verdict.KNOWN, "Anna")
    visit = a_visit(picture, faces=[anna])
    station.publish(visit)
    opened.window.go("visits")
    qtbot.waitUntil(lambda: opened.assembly.history.rowCount() == 1)
    opened.visits.list.setCurrentIndex(opened.assembly.history.index(0, 0))
    answers = opened.visits.panel.answers
    qtbot.waitUntil(lambda: bool(answers.answers))
    assert [answer.do for answer in answers.answers] == ["not"]
    assert answers.button("not").shortcut().isEmpty()
    answers.button("not").click()
    qtbot.waitUntil(lambda: opened.visits.panel.headline.text() == "A stranger was at the door")


def test_a_better_picture_takes_the_place_and_says_so(qtbot, panel, station, picture) -> None:
    visit = a_visit(picture, id_="2")
    station.publish(visit)
    qtbot.waitUntil(lambda: panel.visit.id == visit.id)
    assert not panel.strip.isVisible()
    second = replace(visit.snapshots[0], id="s-second", received_at=visit.started_at + 2)
    worse = replace(visit, snapshots=(*visit.snapshots, second))
    station.publish(worse)
    qtbot.waitUntil(panel.strip.isVisible)
    assert panel.strip.words.text() == "Of these pictures the first shows most."
    better = replace(worse, best_snapshot=second.id, faces=(replace(visit.faces[0], snapshot=second.id),))
    station.publish(better)
    qtbot.waitUntil(lambda: "better picture" in panel.strip.words.text())
    assert panel.strip.button(second.id).isChecked()
    assert [mark.text for mark in panel.picture.marks] == ["Anna"]
    panel.strip.button(visit.snapshots[0].id).click()
    assert panel.picture.marks == (), "she was marked in the other picture"


# ---- names on the picture, faces that are dragged, headlines


AREA = QRectF(0, 0, 400, 300)


def test_names_of_a_crowd_cover_neither_each_other_nor_a_face() -> None:
    boxes = [QRectF(20 + 70 * number, 120, 50, 60) for number in range(5)]
    found = places(boxes, [QSizeF(110, 22)] * 5, AREA)
    for number, name in enumerate(found):
        assert AREA.contains(name)
        others = [*found[:number], *found[number + 1 :], *boxes]
        assert not any(name.intersects(other) for other in others)


def test_the_name_of_one_stands_below_the_face_or_above_at_the_edge() -> None:
    (below,) = places([QRectF(100, 50, 80, 100)], [QSizeF(60, 20)], AREA)
    assert below.topLeft() == QPointF(100, 156)
    (above,) = places([QRectF(100, 200, 80, 98)], [QSizeF(60, 20)], AREA)
    assert above.bottomLeft() == QPointF(100, 194)


@pytest.mark.parametrize(
    "text", ["Wolfeschlegelsteinhausenbergerdorff is at the door", "Anna", "Anna and Bob are here"]
)
@pytest.mark.parametrize("width", [120, 400])
def test_a_headline_is_never_cut(qtbot, text, width) -> None:
    """It has as much ink in the height it asks for as in a larger one, and none at its right edge."""
    headline = Headline()
    headline.setStyleSheet("background: white; color: black")
    qtbot.addWidget(headline)
    headline.setText(text)
    headline.resize(width, headline.heightForWidth(width))
    asked = headline.grab().toImage()
    headline.resize(width, headline.height() + 200)
    assert _ink(asked) == _ink(headline.grab().toImage()) > 0
    assert _ink(asked.copy(asked.width() - 1, 0, 1, asked.height())) == 0


def _ink(image: QImage) -> int:
    """Pixels that are dark."""
    across, down = range(image.width()), range(image.height())
    return sum(image.pixelColor(x, y).lightness() < 128 for x in across for y in down)


def test_a_face_can_be_dragged_out_of_the_picture_and_out_of_its_row(
    qtbot, panel, station, picture, monkeypatch
) -> None:
    """Both carry the face's id, for whoever takes it."""
    carried: list[str] = []

    def drag(_source: object, face: str, shown: QPixmap) -> None:
        assert not shown.isNull()
        carried.append(face)

    monkeypatch.setattr(picture_view, "drag_face", drag)
    monkeypatch.setattr(face_drag, "drag_face", drag)
    stranger = a_face(Verdict.UNKNOWN, box=Box(60, 260, 220, 100))
    station.publish(a_visit(picture, verdict=Verdict.UNKNOWN, faces=[stranger]))
    qtbot.waitUntil(lambda: panel.picture.has_image and len(panel.naming.fields) == 1)
    crop = panel.naming.findChild(face_drag.FaceCrop)
    qtbot.waitUntil(lambda: not crop.pixmap().isNull())
    area = panel.picture.picture_rect()
    scale = area.width() / 640
    inside = QPointF(area.x() + 180 * scale, area.y() + 140 * scale).toPoint()
    for widget, point in ((panel.picture, inside), (crop, crop.rect().center())):
        qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=point)
        _move(widget, point)
        qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=point)
    assert carried == [str(stranger.id)] * 2


def _move(widget: QWidget, point: QPoint) -> None:
    to = QPointF(point.x() + 40, point.y())
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    widget.mouseMoveEvent(QMouseEvent(QEvent.Type.MouseMove, to, widget.mapToGlobal(to), left, left, none))
