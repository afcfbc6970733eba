"""Settings are built from the model, validated beside the field, applied at once; secrets stay secret."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTime
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListView, QPushButton, QTimeEdit, QWidget
from scripted import a_door

from receiver.models import FullTest, Leg
from receiver.settings import fields, is_secret


@pytest.fixture
def page(qtbot, opened):
    opened.window.go("settings")
    return opened.settings


def _type(qtbot, editor, text: str) -> None:
    editor.field.selectAll()
    qtbot.keyClicks(editor.field, text)
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)


def test_every_setting_has_its_field_with_title_and_help(page) -> None:
    assert set(page.rows) == {key for key, _ in fields()}
    for key, info in fields():
        control = page.rows[key].editor.control()
        assert control.accessibleName(), key
        assert control.accessibleDescription() == (info.description or ""), key


def _turn_wheel(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def _texts(listing: QListView) -> list[str]:
    model = listing.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_a_value_is_applied_at_once(qtbot, page, station) -> None:
    row = page.rows[("retention", "known_days")]
    _type(qtbot, row.editor, "30")
    qtbot.waitUntil(lambda: row.answer == "Saved")
    assert station.settings.retention.known_days == 30


def test_a_number_is_changed_by_keys_by_its_buttons_and_by_typing(qtbot, page, station) -> None:
    row = page.rows[("retention", "known_days")]
    field = row.editor.field
    assert field.text() == "90 days"
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_PageUp)
    assert field.text() == "101 days"
    qtbot.waitUntil(lambda: station.settings.retention.known_days == 101)
    up = field.rect().topRight() + QPoint(-12, 8)
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton, pos=up)
    qtbot.waitUntil(lambda: station.settings.retention.known_days == 102)
    _type(qtbot, row.editor, "1")
    qtbot.waitUntil(lambda: field.text() == "1 day")
    assert station.settings.retention.known_days == 1
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.text() == "1 day", "no step leads out of the range"


def test_a_fraction_has_small_steps(qtbot, page, station) -> None:
    row = page.rows[("recognition", "tolerance")]
    qtbot.keyClick(row.editor.field, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: station.settings.recognition.tolerance == 0.55)


def test_the_wheel_changes_a_number_only_where_one_works_on_it(qtbot, opened, page, station) -> None:
    field = page.rows[("retention", "known_days")].editor.field
    _turn_wheel(field)
    assert field.text() == "90 days"
    assert not field.hasFocus()
    opened.window.activateWindow()
    qtbot.waitUntil(opened.window.isActiveWindow)
    field.setFocus()
    _turn_wheel(field)
    assert field.text() == "91 days"
    qtbot.waitUntil(lambda: station.settings.retention.known_days == 91)


def test_a_setting_of_a_few_words_is_safe_from_the_wheel(page, station) -> None:
    box = page.rows[("receiver", "unknown_doors")].editor.box
    _turn_wheel(box)
    assert box.currentData() == station.settings.receiver.unknown_doors == "ask"


def test_how_loud_it_rings_is_a_slider(qtbot, page, station) -> None:
    slider = page.rows[("window", "chime_volume")].editor.slider
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: station.settings.window.chime_volume == 70)
    assert "70" in page.rows[("window", "chime_volume")].editor.findChildren(QLabel)[-1].text()


def test_a_time_of_the_day_is_switched_on_and_picked(qtbot, page, station) -> None:
    row = page.rows[("hush", "digest_at")]
    assert not row.editor.clock.isEnabled()
    qtbot.mouseClick(row.editor.switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: station.settings.hush.digest_at == "20:00")
    qtbot.waitUntil(row.editor.clock.isEnabled)
    row.editor.clock.setCurrentSection(QTimeEdit.Section.HourSection)
    qtbot.keyClick(row.editor.clock, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: station.settings.hush.digest_at == "21:00")
    qtbot.mouseClick(row.editor.switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not station.settings.hush.digest_at)


def test_a_day_of_the_week_is_picked_with_its_time(qtbot, page, station) -> None:
    row = page.rows[("receiver", "full_test_at")]
    assert (row.editor.day.currentData(), row.editor.clock.time()) == ("Sun", QTime(11, 0))
    row.editor.day.setCurrentIndex(row.editor.day.findData(""))
    row.editor.day.activated.emit(row.editor.day.currentIndex())
    qtbot.waitUntil(lambda: station.settings.receiver.full_test_at == "11:00")


def test_days_that_only_a_file_can_say_stay_as_they_are(page) -> None:
    row = page.rows[("receiver", "full_test_at")]
    row.show_value("mon - fri 8:30")
    assert (row.editor.day.currentData(), row.editor.clock.time()) == ("Mon-Fri", QTime(8, 30))


def test_quiet_hours_are_picked_by_day_from_and_to(qtbot, page, station) -> None:
    """By mouse and keyboard: a line more, two days off, another end, and the line away again."""
    row = page.rows[("hush", "quiet_hours")]
    picker = row.editor.picker
    qtbot.mouseClick(picker.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: station.settings.hush.quiet_hours == "22:00-07:00")
    line = picker.lines[0]
    for day in (5, 6):
        qtbot.keyClick(line.days[day], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: station.settings.hush.quiet_hours == "Mon-Fri 22:00-07:00")
    line.end.setCurrentSection(QTimeEdit.Section.HourSection)
    qtbot.keyClick(line.end, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: station.settings.hush.quiet_hours == "Mon-Fri 22:00-06:00")
    assert picker.lines == [line], "the line in hand is not made anew"
    qtbot.waitUntil(lambda: row.answer == "Saved")
    drop = next(b for b in line.findChildren(QPushButton) if b.accessibleName() == "Take away: Quiet hours 1")
    qtbot.mouseClick(drop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not station.settings.hush.quiet_hours)


def test_hours_without_a_day_are_complained_about_and_not_applied(qtbot, page, station) -> None:
    row = page.rows[("hush", "strangers_only")]
    row.show_value("Sat 10:00-12:00")
    qtbot.mouseClick(row.editor.picker.lines[0].days[5], Qt.MouseButton.LeftButton)
    assert row.answer == "Choose at least one day."
    assert not station.calls


def test_hours_that_make_no_sense_stay_in_sight_with_the_complaint_until_they_do(qtbot, page, station) -> None:
    row = page.rows[("hush", "quiet_hours")]
    row.show_value("Mon 25:00-7:00")
    assert row.answer.startswith("25:00 is no time of the day")
    assert row.editor.text.text() == "Mon 25:00-7:00"
    assert row.editor.text.property("wrong")
    row.editor.text.setText("Mon 22:00-7:00")
    qtbot.keyClick(row.editor.text, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: row.answer == "Saved")
    assert row.editor.text.isHidden()
    assert [sorted(line.span.days) for line in row.editor.picker.lines] == [[0]]


def test_people_are_chosen_from_the_gallery_by_mouse_and_keyboard(qtbot, opened, page, station, tmp_path) -> None:
    for name in ("Anna", "Bob"):
        station.enrol(name, [tmp_path / f"{name}.jpg"])
    listing = page.rows[("hush", "never_for")].editor.list
    qtbot.waitUntil(lambda: _texts(listing) == ["Anna", "Bob"])
    page.reveal("hush")
    qtbot.mouseClick(
        listing.viewport(), Qt.MouseButton.LeftButton, pos=listing.visualRect(listing.model().index(1, 0)).center()
    )
    qtbot.waitUntil(lambda: station.settings.hush.never_for == ("Bob",))
    qtbot.keyClick(listing, Qt.Key.Key_Left)
    qtbot.keyClick(listing, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: station.settings.hush.never_for == ("Anna", "Bob"))
    qtbot.keyClick(listing, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: station.settings.hush.never_for == ("Bob",))


def test_a_name_that_is_not_in_the_gallery_stays_in_sight_and_can_be_taken_off(qtbot, page, station) -> None:
    row = page.rows[("hush", "always")]
    row.show_value(("Grandma",))
    listing = row.editor.list
    assert _texts(listing) == ["Grandma"]
    assert "Nobody on People" in listing.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    qtbot.keyClick(listing, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: row.answer == "Saved")
    assert station.settings.hush.always == ()


def test_the_doors_that_may_be_opened_are_those_with_a_key_by_name(qtbot, page, station) -> None:
    station.publish(a_door("front", "Front door", online=True))
    station.publish(replace(a_door("shed", "Shed"), paired_at=None))
    listing = page.rows[("opening", "doors")].editor.list
    qtbot.waitUntil(lambda: _texts(listing) == ["Front door"])
    qtbot.keyClick(listing, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: station.settings.opening.doors == ("front",))


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        (("receiver", "port"), "70000", "At most 65535."),
        (("receiver", "port"), "door", "Whole numbers only."),
        (("recognition", "tolerance"), "0.1", "More than 0.2."),
        (("mqtt", "host"), "", "This cannot be empty."),
        (("telegram", "api_base"), "telegram", "This does not have the form described on the left."),
        (("telegram", "chat_ids"), "12, x", "Whole numbers only."),
    ],
)
def test_a_wrong_value_is_explained_beside_the_field_and_not_applied(  # noqa: PLR0917
    qtbot, page, station, key, text, words
) -> None:
    row = page.rows[key]
    _type(qtbot, row.editor, text)
    if not text:
        row.editor.field.clear()
        row.editor._settle()
    assert row.answer == words
    assert row.editor.field.property("wrong")
    assert not station.calls


def test_what_only_the_station_can_refuse_stands_beside_the_field_too(qtbot, page, station) -> None:
    row = page.rows[("receiver", "port")]
    _type(qtbot, row.editor, "1067")
    qtbot.waitUntil(lambda: row.answer == "another program listens there")
    assert station.settings.receiver.port == 1066


def test_secrets_are_masked_and_never_read_back(qtbot, page, station) -> None:
    for key, info in fields():
        if is_secret(info):
            field = page.rows[key].editor.field
            assert field.echoMode() is QLineEdit.EchoMode.Password
            assert field.text() == ""
    row = page.rows[("telegram", "token")]
    _type(qtbot, row.editor, "12:geheim")
    qtbot.waitUntil(lambda: row.answer == "Saved")
    assert station.settings.telegram.token.get_secret_value() == "12:geheim"
    assert row.editor.field.text() == ""
    assert "saved" in row.editor.field.placeholderText()


def test_a_switch_and_a_choice_apply(qtbot, page, station) -> None:
    enabled = page.rows[("telegram", "enabled")]
    qtbot.mouseClick(enabled.editor.switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: station.settings.telegram.enabled)
    broker = page.rows[("mqtt", "broker")]
    assert page.rows[("mqtt", "host")].isHidden()
    assert not page.rows[("mqtt", "port")].isHidden(), "the built-in broker has a port, too"
    broker.editor.box.setCurrentIndex(broker.editor.box.findData("external"))
    broker.editor.box.activated.emit(broker.editor.box.currentIndex())
    qtbot.waitUntil(lambda: station.settings.mqtt.broker == "external")
    qtbot.waitUntil(lambda: not page.rows[("mqtt", "host")].isHidden())


def test_chats_are_a_list_of_numbers(qtbot, page, station) -> None:
    row = page.rows[("telegram", "chat_ids")]
    _type(qtbot, row.editor, "4711, -100 12")
    qtbot.waitUntil(lambda: row.answer == "Saved")
    assert station.settings.telegram.chat_ids == (4711, -100, 12)
    assert row.editor.field.text() == "4711, -100, 12"


@pytest.mark.parametrize(
    ("part", "words"), [("telegram", "The bot @porch_bot answers."), ("mqtt", "localhost:1883 refuses")]
)
def test_the_way_there_can_be_tried(qtbot, page, station, part, words) -> None:
    page.cards[part].test()
    qtbot.waitUntil(lambda: words in page.cards[part].result)
    assert ("check", part) in station.calls


def test_everything_is_tested_by_one_button(qtbot, opened, page, station) -> None:
    qtbot.mouseClick(page.test_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.test_all.isEnabled() and "Everything works" in opened.notice.text)
    assert ("full_test",) in station.calls
    station.test_fails = "the bot was blocked"
    qtbot.mouseClick(page.test_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Telegram: the bot was blocked." in opened.notice.text)


def test_a_test_that_fails_by_itself_is_told_whatever_page_is_open(qtbot, opened, station) -> None:
    opened.window.go("live")
    station.publish(FullTest(0.0, (Leg("mqtt", "mqtt", None, "the broker is away"),)))
    qtbot.waitUntil(lambda: "MQTT: the broker is away." in opened.notice.text)


def test_a_number_says_between_which_values_it_may_lie(page) -> None:
    row = page.rows[("retention", "known_days")]
    assert "1 to 3650" in [words.text() for words in row.editor.findChildren(QLabel)]


def test_what_a_ring_sounds_like_can_be_heard(qtbot, page) -> None:
    again = next(b for b in page.cards["window"].findChildren(QPushButton) if b.text() == "Try the sound")
    with qtbot.waitSignal(page.sound_wanted):
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
