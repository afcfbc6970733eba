"""People: photos in by every way, judged one by one, everything undoable."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QToolButton
from scripted import ScriptedStation, a_visit

from desktop_app.thumbnails import read_picture, read_square
from receiver.models import Box, Glimpse, Judgement, Photo, Rejection


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """A folder as people have them: accents, spaces, a text file, a hidden one."""
    folder = tmp_path / "Zoë Müller"
    folder.mkdir()
    for name in ("im Garten.jpg", "été 2024.png"):
        Image.new("RGB", (320, 240), "#a0b0c0").save(folder / name)
    (folder / "notes.txt").write_text("no picture")
    (folder / ".hidden.jpg").write_bytes(b"")
    return folder


_COPY = Qt.DropAction.CopyAction


def _drop(paths: list[Path], at: QPoint | None = None) -> QDropEvent:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(at or QPoint(5, 5)),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.kept = mime  # the event does not own its data
    return event


def test_a_dropped_folder_becomes_a_person_of_its_name(qtbot, opened, station, album) -> None:
    opened.window.go("people")
    opened.people.dropEvent(_drop([album]))
    qtbot.waitUntil(lambda: opened.assembly.identities.names == ("Zoë Müller",))
    qtbot.waitUntil(lambda: not opened.people.enrolment.busy)
    names = sorted(p.path.name for p in opened.people.enrolment.photos.records)
    assert names == ["im Garten.jpg", "été 2024.png"]
    assert opened.people.enrolment.told.text() == "2 photos added to Zoë Müller"
    qtbot.waitUntil(lambda: opened.people.person is not None)
    assert opened.people.person.name == "Zoë Müller"


def test_loose_photos_are_asked_about(qtbot, opened, station, album) -> None:
    opened.window.go("people")
    opened.people.dropEvent(_drop([album / "im Garten.jpg"]))
    whose = opened.people.enrolment.whose
    qtbot.waitUntil(whose.isVisible)
    assert not station.people
    qtbot.keyClicks(whose.field, "Cleo")
    qtbot.keyClick(whose.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Cleo" in station.people)


def test_photos_dropped_on_a_card_are_that_persons(qtbot, opened, station, album) -> None:
    station.enrol("Anna", [album / "im Garten.jpg"])
    opened.window.go("people")
    grid = opened.people.grid
    qtbot.waitUntil(lambda: opened.assembly.identities.rowCount() == 1)
    qtbot.waitUntil(lambda: grid.visualRect(opened.assembly.identities.index(0)).height() > 50)
    center = grid.visualRect(opened.assembly.identities.index(0)).center()
    grid.dropEvent(_drop([album], center))
    qtbot.waitUntil(lambda: len(station.people["Anna"].photos) == 3)
    assert "Zoë Müller" not in station.people


def test_bad_photos_are_set_aside_with_the_reason_first(qtbot, opened, station, album) -> None:
    station.judgements["été 2024.png"] = (Judgement.TOO_DARK, "the face is too dark")
    opened.window.go("people")
    opened.people.dropEvent(_drop([album]))
    enrolment = opened.people.enrolment
    with qtbot.waitSignal(enrolment.finished):
        pass
    assert enrolment.told.text() == "1 photo added to Zoë Müller, 1 set aside"
    assert enrolment.photos.sentence_of(enrolment.photos.records[0]).endswith("The face is too dark")


def test_when_no_photo_is_good_it_says_so(qtbot, opened, station, album) -> None:
    for name in ("im Garten.jpg", "été 2024.png"):
        station.judgements[name] = (Judgement.NO_FACE, "there is no face in it")
    opened.people.dropEvent(_drop([album]))
    with qtbot.waitSignal(opened.people.enrolment.finished):
        pass
    assert "No photo could be used for Zoë Müller" in opened.people.enrolment.told.text()


def test_many_photos_can_be_stopped(qtbot, opened, station, album) -> None:
    for number in range(30):
        Image.new("RGB", (20, 20)).save(album / f"{number}.jpg")
    enrolment = opened.people.enrolment
    enrolment.photos.rowsInserted.connect(lambda *_: enrolment._cancel())
    opened.people.dropEvent(_drop([album]))
    with qtbot.waitSignal(enrolment.finished):
        pass
    assert len(enrolment.photos.records) == 1


def test_an_empty_folder_is_answered(qtbot, opened, tmp_path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    opened.people.dropEvent(_drop([empty]))
    qtbot.waitUntil(lambda: "no pictures" in opened.people.enrolment.told.text())


def test_a_pasted_picture_is_asked_about(qtbot, opened, station) -> None:
    from PySide6.QtGui import QImage  # noqa: PLC0415

    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.gray)
    QGuiApplication.clipboard().setImage(image)
    opened.window.go("people")
    opened.people.paste()
    qtbot.waitUntil(opened.people.enrolment.whose.isVisible)


def _with_anna(qtbot, opened, station: ScriptedStation, album: Path) -> None:
    station.enrol("Anna", sorted(album.glob("*.[jp][pn]g"))[-2:])
    opened.window.go("people")
    qtbot.waitUntil(lambda: opened.assembly.identities.rowCount() == 1)
    opened.people.select("Anna")
    qtbot.waitUntil(lambda: opened.people.person is not None)


def test_a_person_is_renamed_inline(qtbot, opened, station, album) -> None:
    """So is whose the photos are that were set aside."""
    _with_anna(qtbot, opened, station, album)
    opened.people.enrolment.set_aside.add([Photo("Anna", album / "dark.jpg", "", Judgement.TOO_DARK, "")])
    field = opened.people.panel.name
    field.selectAll()
    qtbot.keyClicks(field, "Anna Maria")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened.assembly.identities.names == ("Anna Maria",))
    qtbot.waitUntil(lambda: opened.people.person is not None and opened.people.person.name == "Anna Maria")
    assert station.calls.count(("rename", "Anna", "Anna Maria")) == 1
    assert [photo.identity for photo in opened.people.enrolment.set_aside.photos] == ["Anna Maria"]


def test_a_rename_is_taken_back_by_one_press(qtbot, opened, station, album) -> None:
    _with_anna(qtbot, opened, station, album)
    opened.people.panel.name.setText("Zoë")
    opened.people.panel.rename()
    qtbot.waitUntil(lambda: opened.notice.text == "Anna is called Zoë from now on")
    opened.notice.press("Undo")
    qtbot.waitUntil(lambda: opened.assembly.identities.names == ("Anna",))
    qtbot.waitUntil(lambda: opened.people.person is not None and opened.people.person.name == "Anna")


def test_a_taken_name_is_asked_about_and_merged_on_a_yes(qtbot, opened, station, album) -> None:
    """The old name stays in the field until then."""
    _with_anna(qtbot, opened, station, album)
    station.enrol("Bob", [album / "im Garten.jpg"])
    opened.people.panel.name.setText("bob")
    opened.people.panel.rename()
    assert opened.notice.text == "There is a Bob already. Is that the same person as Anna?"
    assert opened.people.panel.name.text() == "Anna"
    assert not any(call[0] in ("rename", "merge") for call in station.calls)
    opened.notice.press("Yes, merge them")
    qtbot.waitUntil(lambda: opened.assembly.identities.names == ("Bob",))
    qtbot.waitUntil(lambda: opened.people.person is not None and opened.people.person.name == "Bob")
    opened.notice.press("Undo")
    qtbot.waitUntil(lambda: opened.assembly.identities.names == ("Anna", "Bob"))


def test_somebody_is_merged_with_another_one_by_the_menu(qtbot, opened, station, album) -> None:
    _with_anna(qtbot, opened, station, album)
    station.enrol("Bob", [album / "im Garten.jpg"])
    panel = opened.people.panel
    _menu(panel, "Is somebody else as well …").trigger()
    assert panel.whose.isVisible()
    qtbot.keyClicks(panel.whose.field, "Bob")
    qtbot.keyClick(panel.whose.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("merge", "Anna", "Bob") in station.calls)
    qtbot.waitUntil(lambda: opened.notice.text == "Anna and Bob are one person now")
    assert not panel.whose.isVisible()


def test_chosen_photos_are_given_to_somebody_else(qtbot, opened, station, album) -> None:
    """Only when some are chosen; undone by one press."""
    _with_anna(qtbot, opened, station, album)
    panel = opened.people.panel
    give = _menu(panel, "The chosen photos are somebody else's …")
    assert not give.isEnabled()
    panel.list.setCurrentIndex(panel.photos.index(0))
    chosen = panel.photos.records[0].path
    give.trigger()
    panel.whose.given.emit("Cleo")
    qtbot.waitUntil(lambda: opened.assembly.identities.names == ("Anna", "Cleo"))
    assert ("split", (chosen,), "Cleo") in station.calls
    qtbot.waitUntil(lambda: opened.notice.text == "1 photo went to Cleo")
    opened.notice.press("Undo")
    qtbot.waitUntil(lambda: opened.assembly.identities.names == ("Anna",))


def test_forgetting_asks_once_and_lists_what_went(qtbot, opened, station, album) -> None:
    """Keep keeps; the word itself forgets, and there is no undo to press."""
    _with_anna(qtbot, opened, station, album)
    card = opened.people.forget
    _menu(opened.people.panel, "Forget for good …").trigger()
    assert card.told.text() == "Forget Anna for good?"
    card.end.click()
    assert not card.isVisible()
    assert "Anna" in station.people
    _menu(opened.people.panel, "Forget for good …").trigger()
    qtbot.mouseClick(card.act, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.told.text() == "Anna is forgotten. This is gone:")
    assert ("forget", "Anna") in station.calls
    assert "• 2 photos" in card.lines
    assert "• The name in 12 visits; their pictures stay" in card.lines
    assert "• 2 messages in chats are put right" in card.lines
    assert not card.act.isVisible()
    qtbot.waitUntil(lambda: not opened.people.panel.isVisible())


def test_everybody_goes_into_a_file(qtbot, opened, station, tmp_path) -> None:
    opened.window.go("people")
    opened.people.transfer.write(tmp_path / "people.zip")
    qtbot.waitUntil(lambda: opened.notice.text.startswith("3 photos are in people.zip now."))
    assert ("export_gallery", tmp_path / "people.zip") in station.calls
    assert not opened.people.transfer.isVisible()


@pytest.mark.parametrize("replace", [False, True])
def test_people_come_out_of_a_file_beside_mine_or_in_their_place(qtbot, opened, station, tmp_path, replace) -> None:
    """It says what came, and is undone by one press."""
    opened.window.go("people")
    transfer = opened.people.transfer
    transfer.offer(tmp_path / "people.zip")
    qtbot.mouseClick(transfer.replace if replace else transfer.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.notice.text.startswith("5 photos of 2 people came in. Already there: 1 photo."))
    assert "Another recogniser judged them" in opened.notice.text
    assert ("import_gallery", tmp_path / "people.zip", replace) in station.calls
    station._people_before = {}
    opened.notice.press("Undo")
    qtbot.waitUntil(lambda: ("restore", "token") in station.calls)


def test_a_file_that_is_none_is_answered_in_words(qtbot, opened, station, tmp_path) -> None:
    opened.window.go("people")
    opened.people.transfer.offer(tmp_path / "people.txt")
    opened.people.transfer.add.click()
    qtbot.waitUntil(lambda: "This is no file with people" in opened.notice.text)
    assert not opened.people.transfer.isVisible()


def _menu(panel, words: str):
    """An entry of the person's menu."""
    (more,) = panel.findChildren(QToolButton)
    return next(entry for entry in more.menu().actions() if entry.text() == words)


def test_removing_a_person_can_be_undone(qtbot, opened, station, album) -> None:
    _with_anna(qtbot, opened, station, album)
    opened.people.panel.remove()
    qtbot.waitUntil(lambda: "Anna was removed" in opened.notice.text)
    qtbot.waitUntil(lambda: opened.assembly.identities.rowCount() == 0)
    assert not opened.people.panel.isVisible()
    opened.notice.press("Undo")
    qtbot.waitUntil(lambda: opened.assembly.identities.names == ("Anna",))


def test_removing_a_photo_can_be_undone(qtbot, opened, station, album) -> None:
    _with_anna(qtbot, opened, station, album)
    panel = opened.people.panel
    panel.list.setCurrentIndex(panel.photos.index(0))
    remove = next(b for b in panel.findChildren(QPushButton) if b.text() == "Remove photo")
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.photos.rowCount() == 1)
    opened.notice.press("Undo")
    qtbot.waitUntil(lambda: panel.photos.rowCount() == 2)


def test_photos_chosen_in_a_dialog_are_asked_about_or_are_the_persons_on_show(
    qtbot, opened, station, album, monkeypatch
) -> None:
    """A dialog that is cancelled changes nothing."""
    chosen: list[Path] = []
    monkeypatch.setattr("desktop_app.pages.people.ask_for_pictures", lambda *_: chosen)
    opened.window.go("people")
    add = next(b for b in opened.people.findChildren(QPushButton) if b.text() == "Add people …")
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    assert not opened.people.enrolment.isVisible()
    chosen.append(album / "im Garten.jpg")
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(opened.people.enrolment.whose.isVisible)
    opened.people.enrolment._dismiss()
    _with_anna(qtbot, opened, station, album)
    before = len(station.people["Anna"].photos)
    more = next(b for b in opened.people.panel.findChildren(QPushButton) if b.text() == "Add photos …")
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(station.people["Anna"].photos) == before + 1)


def test_photos_dropped_or_pasted_beside_the_cards_are_the_persons_on_show(qtbot, opened, station, album) -> None:
    _with_anna(qtbot, opened, station, album)
    before = len(station.people["Anna"].photos)
    opened.people.panel.dropEvent(_drop([album / "im Garten.jpg"]))
    qtbot.waitUntil(lambda: len(station.people["Anna"].photos) == before + 1)
    qtbot.waitUntil(lambda: not opened.people.enrolment.busy)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(album / "im Garten.jpg"))])
    QGuiApplication.clipboard().setMimeData(mime)
    opened.people.paste()
    qtbot.waitUntil(lambda: len(station.people["Anna"].photos) == before + 2)
    assert not opened.people.enrolment.whose.isVisible()


def test_the_file_with_everybody_is_chosen_in_a_dialog(qtbot, opened, station, tmp_path, monkeypatch) -> None:
    """Its name proposes the day; a dialog that is cancelled does nothing."""
    proposed: list[str] = []
    answers = iter(["", str(tmp_path / "people.zip")])

    def save(_parent, _title, where, _kinds):
        proposed.append(Path(where).name)
        return next(answers), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", save)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "people.zip"), ""))
    opened.window.go("people")
    opened.people.transfer.ask_where_to()
    assert not any(call[0] == "export_gallery" for call in station.calls)
    opened.people.transfer.ask_where_to()
    qtbot.waitUntil(lambda: ("export_gallery", tmp_path / "people.zip") in station.calls)
    assert proposed[0] == f"Porchlight people {date.today().isoformat()}.zip"
    opened.people.transfer.ask_where_from()
    assert opened.people.transfer.add.isVisible()


def _said_not_anna(station: ScriptedStation, picture: Path) -> None:
    seen = Glimpse(4, "aa", time.time(), picture, Box(10, 90, 90, 10), 640, 480)
    station.rejected["Anna"] = (
        Rejection(2, time.time(), seen, "Front door"),
        Rejection(1, time.time() - 9 * 86_400, None, ""),
    )


def test_who_is_not_anna_stands_on_annas_page(qtbot, opened, station, album, picture) -> None:
    """With face, door and day, also when the visit is gone; nobody else's page has them."""
    _said_not_anna(station, picture)
    _with_anna(qtbot, opened, station, album)
    listing = opened.people.panel.not_them
    qtbot.waitUntil(lambda: listing.isVisible() and len(listing.rejections) == 2)
    told = [text.text() for text in listing.findChildren(QLabel)]
    assert told[0] == "Not Anna"
    assert told[1] == "Front door"
    assert told[2].startswith("Today, ")
    assert told[3] == "A visit not kept"
    assert told[4].startswith("Said ")
    assert not listing.grab().isNull()
    station.enrol("Bob", [album / "im Garten.jpg"])
    qtbot.waitUntil(lambda: opened.assembly.identities.rowCount() == 2)
    opened.people.select("Bob")
    qtbot.waitUntil(lambda: not listing.isVisible())


def test_not_anna_is_taken_back_and_that_is_undone(qtbot, opened, station, album, picture) -> None:
    """It says how many visits changed with it."""
    _said_not_anna(station, picture)
    station.publish(a_visit(picture, id_="aa"))
    station.judged_with = {"aa"}
    _with_anna(qtbot, opened, station, album)
    listing = opened.people.panel.not_them
    qtbot.waitUntil(lambda: len(listing.rejections) == 2)
    first = next(b for b in listing.findChildren(QPushButton) if b.text() == "Take back")
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(listing.rejections) == 1)
    assert ("withdraw_rejection", 2) in station.calls
    assert opened.notice.text.startswith("Faces like this one may be given the name Anna again. Visits that changed")
    opened.notice.press("Undo")
    qtbot.waitUntil(lambda: len(listing.rejections) == 2)
    assert ("undo", "rejection") in station.calls


def test_what_was_taken_back_from_the_phone_meanwhile_is_said(qtbot, opened, station, album, picture) -> None:
    _said_not_anna(station, picture)
    _with_anna(qtbot, opened, station, album)
    listing = opened.people.panel.not_them
    qtbot.waitUntil(lambda: len(listing.rejections) == 2)
    station.rejected.clear()
    listing.take_back(2)
    qtbot.waitUntil(lambda: opened.notice.text == "This was taken back meanwhile.")
    qtbot.waitUntil(lambda: not listing.isVisible())


def test_what_is_said_on_another_page_is_there_when_one_comes_back(qtbot, opened, station, album, picture) -> None:
    _with_anna(qtbot, opened, station, album)
    opened.window.go("live")
    _said_not_anna(station, picture)
    opened.window.go("people")
    qtbot.waitUntil(opened.people.panel.not_them.isVisible)


def test_added_photos_are_taken_back_long_after_their_card_is_closed(qtbot, opened, station, album) -> None:
    """The card's own button does the same, once."""
    opened.people.dropEvent(_drop([album]))
    with qtbot.waitSignal(opened.people.enrolment.finished):
        pass
    (deed,) = opened.notice.deeds.all
    assert deed.text == "2 photos added to Zoë Müller"
    opened.people.enrolment._dismiss()
    opened.people.dropEvent(_drop([album]))
    with qtbot.waitSignal(opened.people.enrolment.finished):
        pass
    opened.notice.deeds.undo(deed)
    qtbot.waitUntil(lambda: any(call[0] == "remove_photos" for call in station.calls))
    assert opened.people.enrolment.told.text() == "2 photos added to Zoë Müller"
    opened.people.enrolment.take_back()
    assert opened.notice.deeds.all == ()
    qtbot.waitUntil(lambda: [call[0] for call in station.calls].count("remove_photos") == 2)


def test_whoever_is_forgotten_is_not_spoken_of_among_what_was_done(qtbot, opened, station, album) -> None:
    _with_anna(qtbot, opened, station, album)
    opened.notice.undoable("Anna was renamed", lambda: None)
    opened.notice.undoable("Bob was renamed", lambda: None)
    opened.people.forget.ask("Anna")
    opened.people.forget.act.click()
    qtbot.waitUntil(lambda: [deed.text for deed in opened.notice.deeds.all] == ["Bob was renamed"])


def test_heic_pictures_are_shown(tmp_path) -> None:
    from pillow_heif import register_heif_opener  # noqa: PLC0415
    from PySide6.QtCore import QSize  # noqa: PLC0415

    register_heif_opener()
    path = tmp_path / "phone.heic"
    Image.new("RGB", (400, 300), "#406080").save(path)
    assert read_picture(path, QSize(200, 200)).size() == QSize(200, 150)
    square = read_square(path, 64)
    assert square.size() == QSize(64, 64)
    assert abs(square.pixelColor(30, 30).red() - 0x40) < 6


def test_pictures_are_shown_upright_and_never_enlarged(tmp_path) -> None:
    from PySide6.QtCore import QSize  # noqa: PLC0415

    path = tmp_path / "turned.jpg"
    image = Image.new("RGB", (400, 200))
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(path, exif=exif)
    assert read_picture(path, QSize(100, 100)).size() == QSize(50, 100)
    assert read_picture(path, QSize(4000, 4000)).size() == QSize(200, 400)
    assert read_picture(tmp_path / "none.jpg", QSize(10, 10)).isNull()
