"""Strangers who came more than once: seen, named, dragged onto somebody, ignored; all of it undoable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton
from scripted import ScriptedStation, a_face, a_stranger, a_visit

from desktop_app import people_words
from desktop_app.item_models import RECORD, StrangerModel
from desktop_app.widgets.face_drag import FACE_MIME
from desktop_app.widgets.files import STRANGER, carried, carrying
from receiver.models import Judgement, Verdict


@pytest.fixture
def met(qtbot, opened, station: ScriptedStation, picture: Path):
    """Anna is known; C came three times, A twice."""
    station.enrol("Anna", [picture])
    opened.window.go("people")
    station.gather(a_stranger("C", [picture] * 3), a_stranger("A", [picture] * 2, days=0.2))
    qtbot.waitUntil(lambda: opened.people.strangers.model.rowCount() == 2)
    qtbot.waitUntil(lambda: _card(opened).height() > 50)
    return opened


def _card(opened):
    return opened.people.grid.visualRect(opened.assembly.identities.index(0))


def _event(kind: type, mime: QMimeData, at: QPoint):
    """A drag's event with its data, which the event does not own."""
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(at) if kind is QDropEvent else at
    event = kind(place, Qt.DropAction.CopyAction, mime, button, keys)
    event.kept = mime
    return event


def _choose(opened, row: int = 0) -> None:
    opened.people.strangers.list.setCurrentIndex(opened.people.strangers.model.index(row))


def test_they_stand_below_the_people_with_their_letter_and_how_often_they_came(met) -> None:
    model = met.people.strangers.model
    assert [model.data(model.index(row), Qt.ItemDataRole.DisplayRole) for row in (0, 1)] == ["Stranger C", "Stranger A"]
    spoken = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Stranger C, 3 visits in 8 days"
    assert people_words.seen(model.index(1).data(RECORD)) == "2 visits in one day"


def test_without_anybody_the_strip_is_not_there(qtbot, opened, station: ScriptedStation) -> None:
    opened.window.go("people")
    assert not opened.people.strangers.isVisible()


def test_a_stranger_gets_a_name_by_typing_it_and_undo_takes_it_back(qtbot, met, station: ScriptedStation) -> None:
    _choose(met)
    panel = met.people.stranger
    assert panel.isVisible()
    stranger = panel.stranger.id
    qtbot.keyClicks(panel.name.field, "Cleo")
    qtbot.keyClick(panel.name.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: met.notice.text == "3 visits say Cleo now")
    assert ("name_stranger", stranger, "Cleo") in station.calls
    qtbot.waitUntil(lambda: not panel.isVisible())
    met.notice.press("Undo")
    qtbot.waitUntil(lambda: ("undo", "1") in station.calls)


def test_a_face_that_is_no_good_photo_still_gives_its_name_and_says_so(qtbot, met, station: ScriptedStation) -> None:
    station.judgements["Cleo"] = (Judgement.TOO_DARK, "the face is too dark")
    met.people.stranger.named.emit(met.people.strangers.model.index(0).data(RECORD).id, "Cleo")
    qtbot.waitUntil(lambda: "no good photo: the face is too dark" in met.notice.text)


def test_what_is_being_typed_survives_that_they_come_again(qtbot, met, station: ScriptedStation, picture: Path) -> None:
    _choose(met, 1)
    qtbot.keyClicks(met.people.stranger.name.field, "Cl")
    known = met.people.stranger.stranger
    again = a_stranger("A", [picture] * 3, id=known.id)
    station.gather(again, station.gathered[0])
    qtbot.waitUntil(lambda: len(met.people.stranger.stranger.visits) == 3)
    assert met.people.stranger.name.field.text() == "Cl"


def test_the_panel_shows_either_a_person_or_a_stranger(qtbot, met) -> None:
    _choose(met)
    met.people.select("Anna")
    assert met.people.panel.isVisible()
    assert not met.people.stranger.isVisible()
    _choose(met)
    assert met.people.stranger.isVisible()
    assert not met.people.panel.isVisible()
    met.people.stranger.closed.emit()
    assert not met.people.stranger.isVisible()
    assert not met.people.strangers.list.currentIndex().isValid()


def test_ignored_for_good_and_wanted_again(qtbot, met, station: ScriptedStation) -> None:
    """Gone from the strip, undone by one press, and found again behind a link as long as anybody is ignored."""
    _choose(met)
    ignore = next(b for b in met.people.stranger.findChildren(QPushButton) if b.text() == "Ignore for good")
    qtbot.mouseClick(ignore, Qt.MouseButton.LeftButton)
    model = met.people.strangers.model
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    qtbot.waitUntil(lambda: met.notice.text == "Stranger C is ignored")
    link = next(b for b in met.people.strangers.findChildren(QPushButton) if b.text() == "1 is ignored")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert model.rowCount() == 2
    met.notice.press("Undo")
    qtbot.waitUntil(lambda: not any(one.ignored for one in station.gathered))
    qtbot.waitUntil(lambda: not link.isVisible())


@pytest.mark.parametrize("kind", [FACE_MIME, STRANGER])
def test_a_face_or_a_stranger_dropped_on_a_card_is_that_person(
    qtbot, met, station: ScriptedStation, picture: Path, kind: str
) -> None:
    """By the events that a drag sends; beside a card there is nobody to give it to."""
    visit = a_visit(picture, verdict=Verdict.UNKNOWN, faces=[a_face(Verdict.UNKNOWN)])
    station.publish(visit)
    number = visit.faces[0].id if kind == FACE_MIME else met.people.strangers.model.index(0).data(RECORD).id
    grid, mime = met.people.grid, carrying(kind, number)
    enter = _event(QDragEnterEvent, mime, _card(met).center())
    grid.dragEnterEvent(enter)
    assert enter.isAccepted()
    beside = _event(QDragMoveEvent, mime, QPoint(_card(met).right() + 60, _card(met).bottom() + 60))
    grid.dragMoveEvent(beside)
    assert not beside.isAccepted()
    over = _event(QDragMoveEvent, mime, _card(met).center())
    grid.dragMoveEvent(over)
    assert over.isAccepted()
    grid.dropEvent(_event(QDropEvent, mime, _card(met).center()))
    word = "name_face" if kind == FACE_MIME else "name_stranger"
    qtbot.waitUntil(lambda: (word, number, "Anna") in station.calls)
    qtbot.waitUntil(lambda: "Anna now" in met.notice.text)


def test_a_face_dropped_on_the_person_on_show_is_theirs(qtbot, met, station: ScriptedStation) -> None:
    met.people.select("Anna")
    number = met.people.strangers.model.index(1).data(RECORD).id
    met.people.panel.dropEvent(_event(QDropEvent, carrying(STRANGER, number), QPoint(5, 5)))
    qtbot.waitUntil(lambda: ("name_stranger", number, "Anna") in station.calls)


def test_whoever_carries_something_may_wait_over_a_page_until_it_opens(qtbot, met) -> None:
    """A face dragged from Visits finds its way to the people; passing by opens nothing."""
    met.window.go("visits")
    rail = met.window.rail
    target = rail._buttons["people"]
    at = target.geometry().center()
    mime = carrying(FACE_MIME, 1)
    rail.dragEnterEvent(_event(QDragEnterEvent, mime, at))
    rail.dragMoveEvent(_event(QDragMoveEvent, mime, rail._buttons["doors"].geometry().center()))
    with qtbot.waitSignal(rail.chosen) as opened:
        rail.dragMoveEvent(_event(QDragMoveEvent, mime, at))
    assert opened.args == ["people"]
    assert met.window.page == "people"
    rail.dragMoveEvent(_event(QDragMoveEvent, mime, rail._buttons["doors"].geometry().center()))
    rail.dragLeaveEvent(None)
    assert not rail._patience.isActive()


def test_what_a_drag_carries_is_read_back_and_nothing_else_is(qtbot) -> None:
    assert carried(carrying(FACE_MIME, 17)) == (FACE_MIME, 17)
    for data in (b"", b"x", b"-1"):
        mime = QMimeData()
        mime.setData(FACE_MIME, data)
        assert carried(mime) is None
    assert carried(QMimeData()) is None


def test_the_model_keeps_its_rows_in_order_through_every_change(qtbot, picture: Path) -> None:
    """Qt's own tester watches; whoever stays is not taken out and put in again."""
    model = StrangerModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    a, b, c = (a_stranger(letter, [picture] * 2) for letter in "ABC")
    changed: list[int] = []
    for goal in ((a, b), (c, a, b), (b, c), (), (c, b, a)):
        model.replace(goal)
        assert model.records == goal
    model.rowsRemoved.connect(lambda *_: changed.append(1))
    model.replace((c, b, a))
    assert not changed
    assert model.mimeTypes() == [STRANGER]
    assert carried(model.mimeData([model.index(1)])) == (STRANGER, b.id)


def test_faces_are_shown_as_soon_as_they_are_read(qtbot, tmp_path: Path, met, station: ScriptedStation) -> None:
    """In the strip and in the panel; one whose picture is gone stays a quiet surface."""
    blue = tmp_path / "blue.jpg"
    Image.new("RGB", (640, 480), "#1040c0").save(blue)
    station.gather(a_stranger("D", [blue, tmp_path / "gone.jpg"]))
    qtbot.waitUntil(lambda: met.people.strangers.model.rowCount() == 1)
    _choose(met)

    def is_blue(widget: Callable) -> bool:
        shown = widget().grab().toImage()
        color = shown.pixelColor(shown.width() // 8, shown.height() // 2)
        return color.blue() > 150 > color.red()

    qtbot.waitUntil(lambda: is_blue(lambda: met.people.stranger._flow.itemAt(0).widget()))
    assert not is_blue(lambda: met.people.stranger._flow.itemAt(1).widget())
