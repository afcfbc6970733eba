"""Settings are built from the model, validated beside the field, applied at once; secrets stay secret."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

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


def test_a_value_is_applied_at_once(qtbot, page, station) -> None:
    row = page.rows[("retention", "known_days")]
    _type(qtbot, row.editor, "30")
    qtbot.waitUntil(lambda: row.answer == "Saved")
    assert station.settings.retention.known_days == 30


def test_names_are_typed_with_commas_between_them(qtbot, page, station) -> None:
    row = page.rows[("hush", "never_for")]
    _type(qtbot, row.editor, "Anna,  Mary  Ann")
    qtbot.waitUntil(lambda: row.answer == "Saved")
    assert station.settings.hush.never_for == ("Anna", "Mary Ann")
    assert row.editor.field.text() == "Anna, Mary Ann"


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        (("receiver", "port"), "70000", "At most 65535."),
        (("receiver", "port"), "door", "Whole numbers only."),
        (("recognition", "tolerance"), "0.1", "More than 0.2."),
        (("mqtt", "host"), "", "This cannot be empty."),
        (("telegram", "api_base"), "telegram", "This does not have the form described on the left."),
        (("telegram", "chat_ids"), "12, x", "Whole numbers only."),
        (("hush", "quiet_hours"), "25:00-7:00", "25:00 is no time of the day: 00:00 to 23:59."),
        (("hush", "digest_at"), "8", "This does not have the form described on the left."),
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
