"""Photos on their way in: hundreds at once, stopped and dropped again; set aside, chosen from, and taken back."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from desktop_app.pages.face_chooser import FacePicture
from desktop_app.thumbnails import read_picture
from receiver.models import Box, FaceInPhoto, FacesInPhoto, Judgement, Likeness, Photo

PHOTOS = 300


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "holiday"
    folder.mkdir()
    paths = [folder / f"{number:03}.jpg" for number in range(PHOTOS)]
    for path in paths:
        path.write_bytes(b"")
    return paths


class Gate:
    """Holds the station up at one photo until the test lets it go on."""

    def __init__(self, at: Path) -> None:
        self._at = at
        self.reached = threading.Event()
        self.open = threading.Event()

    def __call__(self, path: Path) -> None:
        if path == self._at:
            self.reached.set()
            assert self.open.wait(10)


def test_hundreds_of_photos_go_in_few_calls_each_photo_once_and_in_order(qtbot, opened, station, photos) -> None:
    enrolment = opened.people.enrolment
    with qtbot.waitSignal(enrolment.finished):
        enrolment.add_groups([("Anna", photos)])
    calls = [call[2] for call in station.calls if call[0] == "enrol"]
    assert [path for call in calls for path in call] == photos
    assert len(calls[0]) == 1
    assert len(calls) < PHOTOS / 20
    assert enrolment.told.text() == f"{PHOTOS} photos added to Anna"


def test_each_photo_moves_the_progress_on_while_its_batch_is_still_being_judged(qtbot, opened, station, photos) -> None:
    station.judge = gate = Gate(photos[40])
    enrolment = opened.people.enrolment
    with qtbot.waitSignal(enrolment.finished):
        enrolment.add_groups([("Anna", photos)])
        qtbot.waitUntil(gate.reached.is_set)
        qtbot.waitUntil(lambda: f"40 of {PHOTOS}" in enrolment.told.text())
        assert len(enrolment.photos.records) == 9
        gate.open.set()


def test_stop_ends_in_the_middle_of_a_batch_and_the_same_photos_dropped_again_go_on(
    qtbot, opened, station, photos
) -> None:
    station.judge = gate = Gate(photos[40])
    enrolment = opened.people.enrolment
    with qtbot.waitSignal(enrolment.finished):
        enrolment.add_groups([("Anna", photos)])
        qtbot.waitUntil(gate.reached.is_set)
        enrolment._stop.click()
        gate.open.set()
    assert enrolment.told.text() == "41 photos added to Anna"
    assert len(station.people["Anna"].photos) == 41

    for path in photos[:41]:
        station.judgements[path.name] = (Judgement.DUPLICATE, "it is already among Anna's photos")
    with qtbot.waitSignal(enrolment.finished):
        enrolment.add_groups([("Anna", photos)])
    assert len(station.people["Anna"].photos) == PHOTOS
    assert enrolment.told.text() == f"{PHOTOS - 41} photos added to Anna, 41 set aside"


def test_an_error_is_told_for_each_photo_it_kept_out(qtbot, opened, station, photos) -> None:
    def fail(path: Path) -> None:
        raise OSError("the disk is full")

    station.judge = fail
    enrolment = opened.people.enrolment
    with qtbot.waitSignal(enrolment.finished):
        enrolment.add_groups([("Anna", photos[:12])])
    assert [photo.reason for photo in enrolment.photos.records] == ["the disk is full"] * 12


# ---- what was set aside


GROUP = FacesInPhoto(
    400,
    200,
    (
        FaceInPhoto(Box(50, 100, 110, 40), "", Likeness("Bob", 0.3)),
        FaceInPhoto(Box(50, 220, 110, 160), "", None),
        FaceInPhoto(Box(50, 330, 70, 310), "the face is too small", None),
    ),
)


@pytest.fixture
def party(tmp_path: Path, station) -> Path:
    """A photo of three, the third one small."""
    path = tmp_path / "party.jpg"
    Image.new("RGB", (400, 200), "#a0b0c0").save(path)
    station.judgements["party.jpg"] = (Judgement.SEVERAL_FACES, "there are 3 faces in it")
    station.groups["party.jpg"] = GROUP
    return path


@pytest.fixture
def enrolment(qtbot, opened):
    """The page with the card is on show."""
    opened.window.go("people")
    return opened.people.enrolment


def _enrol(qtbot, enrolment, *paths: Path, name: str = "Anna") -> None:
    with qtbot.waitSignal(enrolment.finished):
        enrolment.add_groups([(name, list(paths))])


def _open_chooser(qtbot, enrolment) -> FacePicture:
    enrolment._list.setCurrentIndex(enrolment.photos.index(0))
    enrolment._look.click()
    picture = enrolment.chooser.picture
    qtbot.waitUntil(lambda: picture.has_image and len(picture.marks) == 3)
    return picture


def test_of_a_group_photo_the_face_that_is_clicked_is_enrolled_and_the_photo_is_dealt_with(
    qtbot, enrolment, station, party
) -> None:
    """A real click on the second face; the first and the small third one are left alone."""
    _enrol(qtbot, enrolment, party)
    assert enrolment._look.text() == "Choose the face"
    picture = _open_chooser(qtbot, enrolment)
    assert "Which one is Anna?" in enrolment.chooser.told.text()
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.place_of(1).center().toPoint())
    qtbot.waitUntil(lambda: not enrolment.chooser.isVisible())
    assert ("enrol_chosen_face", "Anna", party, GROUP.faces[1].box) in station.calls
    assert enrolment.told.text() == "1 photo added to Anna"
    assert (enrolment.set_aside.photos, enrolment.aside.isVisible()) == ((), False)


def test_faces_that_are_found_before_the_photo_is_read_wait_for_it(qtbot, enrolment, party, monkeypatch) -> None:
    read = threading.Event()

    def slowly(path: Path, largest: int) -> QImage:
        assert read.wait(30)
        return read_picture(path, largest)

    monkeypatch.setattr("desktop_app.pages.face_chooser.read_picture", slowly)
    _enrol(qtbot, enrolment, party)
    enrolment._list.setCurrentIndex(enrolment.photos.index(0))
    enrolment._look.click()
    qtbot.waitUntil(lambda: "Which one is Anna?" in enrolment.chooser.told.text())
    assert not enrolment.chooser.picture.has_image
    read.set()
    qtbot.waitUntil(lambda: len(enrolment.chooser.picture.marks) == 3)


def test_a_face_is_chosen_by_keyboard_and_each_one_is_described(qtbot, enrolment, station, party) -> None:
    """Arrows go round, Enter takes; a screen reader hears which face it is."""
    _enrol(qtbot, enrolment, party)
    picture = _open_chooser(qtbot, enrolment)
    heard = [picture.accessibleDescription()]
    for _ in range(3):
        qtbot.keyClick(picture, Qt.Key.Key_Right)
        heard.append(picture.accessibleDescription())
    assert heard == ["Face 1 of 3: looks like Bob", "Face 2 of 3", "Face 3 of 3: the face is too small", heard[0]]
    qtbot.keyClick(picture, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("enrol_chosen_face", "Anna", party, GROUP.faces[0].box) in station.calls)


def test_a_face_that_cannot_be_used_is_not_taken_by_click_or_key(qtbot, enrolment, station, party) -> None:
    """It says why instead."""
    _enrol(qtbot, enrolment, party)
    picture = _open_chooser(qtbot, enrolment)
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.place_of(2).center().toPoint())
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    picture.point_at(2)
    qtbot.keyClick(picture, Qt.Key.Key_Return)
    assert picture.marks[2].text == "the face is too small"
    assert not [call for call in station.calls if call[0] == "enrol_chosen_face"]


def test_a_chosen_face_that_turns_out_poor_stays_to_be_chosen_again(qtbot, enrolment, station, party) -> None:
    """The cut-out face is judged like any photo."""
    station.judgements["party, Anna.jpg"] = (Judgement.BLURRED, "the face is blurred")
    _enrol(qtbot, enrolment, party)
    picture = _open_chooser(qtbot, enrolment)
    qtbot.keyClick(picture, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: enrolment.chooser.told.text() == "The face is blurred")
    assert [photo.path for photo in enrolment.set_aside.photos] == [party]


def test_what_was_set_aside_outlives_the_report_and_the_next_group(qtbot, enrolment, station, party, photos) -> None:
    """Closed or pushed away, it is one press away, with whose photo it is; duplicates are nobody's business."""
    station.judgements["000.jpg"] = (Judgement.TOO_DARK, "the face is too dark")
    station.judgements["001.jpg"] = (Judgement.DUPLICATE, "it is already among Bob's photos")
    _enrol(qtbot, enrolment, party)
    _enrol(qtbot, enrolment, *photos[:3], name="Bob")
    enrolment._close.click()
    assert not enrolment.isVisible()
    assert (enrolment.aside.isVisible(), enrolment.aside.text()) == (True, "2 photos set aside")
    enrolment.aside.click()
    assert [(p.identity, p.path.name) for p in enrolment.photos.records] == [("Bob", "000.jpg"), ("Anna", "party.jpg")]


def test_what_was_set_aside_follows_a_new_name_and_goes_with_who_is_forgotten(qtbot, enrolment, party) -> None:
    """Anna's is Zoë's then; what is kept of others stays as it is."""
    theirs = Photo("Anna", party, "", Judgement.BLURRED, "the face is blurred")
    enrolment.set_aside.add([theirs, replace(theirs, identity="Bob")])
    enrolment.set_aside.rename("Anna", "Zoë")
    assert {photo.identity for photo in enrolment.set_aside.photos} == {"Zoë", "Bob"}
    enrolment.set_aside.forget("Bob")
    assert [photo.identity for photo in enrolment.set_aside.photos] == ["Zoë"]


def test_the_same_photo_dropped_again_is_set_aside_once(qtbot, enrolment, station, party) -> None:
    """Owners try again before they read why."""
    _enrol(qtbot, enrolment, party)
    _enrol(qtbot, enrolment, party)
    assert enrolment.aside.text() == "1 photo set aside"


def test_a_photo_that_is_no_use_is_left_out_for_good(qtbot, enrolment, station, party) -> None:
    """By button or by the Delete key."""
    _enrol(qtbot, enrolment, party)
    enrolment._list.setCurrentIndex(enrolment.photos.index(0))
    qtbot.keyClick(enrolment._list, Qt.Key.Key_Delete)
    assert (enrolment.photos.records, enrolment.aside.isVisible()) == ((), False)


def test_why_a_photo_was_set_aside_is_shown_on_the_photo_and_a_damaged_one_says_so(
    qtbot, enrolment, station, party, photos
) -> None:
    """The station knows no faces of the second photo and the window cannot read it."""
    station.judgements["000.jpg"] = (Judgement.UNREADABLE, "it is damaged")
    _enrol(qtbot, enrolment, photos[0])
    enrolment._list.setCurrentIndex(enrolment.photos.index(0))
    assert enrolment._look.text() == "Show why"
    enrolment._look.click()
    qtbot.waitUntil(lambda: "It is damaged." in enrolment.chooser.told.text())
    enrolment.chooser.closed.emit()
    assert enrolment._list.isVisible()


def test_an_enrolment_is_undone_to_the_photo(qtbot, enrolment, station, photos) -> None:
    """Those that were there before stay; those set aside are still set aside."""
    station.judgements["003.jpg"] = (Judgement.BLURRED, "the face is blurred")
    _enrol(qtbot, enrolment, photos[0])
    _enrol(qtbot, enrolment, *photos[1:4])
    enrolment._undo.click()
    qtbot.waitUntil(lambda: enrolment.told.text() == "2 photos of Anna taken back")
    assert ("remove_photos", (photos[1], photos[2])) in station.calls
    assert [photo.path for photo in station.people["Anna"].photos] == [photos[0]]
    assert [photo.path for photo in enrolment.photos.records] == [photos[3]]
    assert not enrolment._undo.isVisible()


def test_a_look_alike_is_warned_of_but_added(qtbot, enrolment, station, photos) -> None:
    """It stands above the others that are good."""
    station.likenesses["001.jpg"] = Likeness("Bob", 0.481)
    _enrol(qtbot, enrolment, *photos[:3])
    assert enrolment.told.text() == "3 photos added to Anna"
    first = enrolment.photos.records[0]
    assert enrolment.photos.sentence_of(first) == "001.jpg: Added, but looks like Bob (0.48)"


def test_a_failed_undo_is_told(qtbot, opened, station, photos, monkeypatch) -> None:
    """The disk may be gone."""
    enrolment = opened.people.enrolment
    _enrol(qtbot, enrolment, photos[0])
    monkeypatch.setattr(station, "remove_photos", Mock(side_effect=OSError("the disk is gone")))
    enrolment._undo.click()
    qtbot.waitUntil(lambda: "the disk is gone" in opened.notice.text)
