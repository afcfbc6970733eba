"""Doors tell how they are in words, do what they are told, and a new one is set up without typing a port."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import segno
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from scripted import Board, a_door, a_health, a_visit

from desktop_app import door_words
from desktop_app.pages.door_card import DoorCard
from desktop_app.pages.set_up_panel import as_id
from desktop_app.widgets.status_light import LATE_MS, Replay
from receiver.errors import SetUpError, StationError
from receiver.models import (
    OWN_DOOR,
    VIRTUAL_DOOR,
    CommandState,
    Door,
    DoorCommand,
    DoorState,
    FullTest,
    Leg,
    Part,
    PartState,
    VisitState,
)

PATIENCE_S = 20.0
NEWEST = "0.2.0"


@pytest.fixture
def page(opened, station):
    """The page on show, with MQTT."""
    opened.window.go("doors")
    station.publish(Part("mqtt", PartState.WORKING, "", time.time()))
    return opened.doors


def card_of(qtbot, page, station, door: Door) -> DoorCard:
    station.publish(door)
    qtbot.waitUntil(lambda: door.id in page.cards and page.cards[door.id].door == door)
    return page.cards[door.id]


def chips(card: DoorCard) -> list[str]:
    return [fact.text for fact in card.chips.facts]


def shown(widget) -> str:
    return "\n".join(line.text() for line in widget.findChildren(QLabel) if line.isVisibleTo(widget))


def click(qtbot, inside, words: str) -> None:
    found = next(b for b in inside.findChildren(QPushButton) if b.text() == words and b.isVisibleTo(inside))
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


# ---- how a door is


def test_a_door_that_is_well_says_so_in_words(qtbot, page, station) -> None:
    card = card_of(qtbot, page, station, a_door(health=a_health(), online=True))
    assert card.state.text() == "online"
    assert chips(card) == [], "nothing shouts that nothing is wrong"
    assert "signed · camera well · cable well · firmware 0.2.0" in shown(card)
    assert "120 pictures · running for 2 hours · id front-door" in shown(card)
    assert card.accessibleName() == "Front door: online"


def test_a_door_without_a_key_says_what_that_means(qtbot, page, station) -> None:
    card = card_of(qtbot, page, station, a_door(paired_at=None, firmware=""))
    assert "Unauthenticated: anyone in your network can speak in its name." in shown(card)
    assert chips(card) == ["unauthenticated"]
    assert not card.look_action.isVisibleTo(card), "nothing can be told to a door without a key"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"camera": "the camera does not answer"}, "camera fault"),
        ({"link": "no cable"}, "no cable"),
        ({"queue": 1}, "1 ring waits in it"),
        ({"queue": 3}, "3 rings wait in it"),
        ({"lost_rings": 2}, "2 rings lost"),
        ({"reset": "watchdog"}, "started by its watchdog"),
        ({"version": "0.1.0"}, "firmware 0.1.0, 0.2.0 is available"),
        ({"trial": True}, "firmware 0.2.0 on trial"),
    ],
)
def test_what_is_wrong_with_a_door_is_a_chip(changes, words) -> None:
    facts = door_words.facts(a_door(health=a_health(**changes)), NEWEST)
    assert words in [fact.text for fact in facts]
    assert next(fact for fact in facts if fact.text == words).tone != "good"


def test_what_the_door_says_is_wrong_stands_there_in_its_words(qtbot, page, station) -> None:
    health = a_health(version="0.1.0", camera="the camera does not answer", failed_update="0.2.0")
    card = card_of(qtbot, page, station, a_door(health=health))
    assert "The camera does not answer. Rings are still delivered." in shown(card)
    assert "Firmware 0.2.0 did not prove itself: it went back to 0.1.0." in shown(card)


def test_broken_pictures_are_a_rate() -> None:
    facts = door_words.facts(a_door(pictures=200, broken=5), NEWEST)
    assert "2 % of pictures broken" in [fact.text for fact in facts]
    assert door_words.facts(a_door(pictures=1000, broken=1), NEWEST)[1].text == "1 % of pictures broken"


def test_what_was_turned_away_is_told_by_reason(qtbot, page, station) -> None:
    card = card_of(qtbot, page, station, a_door(refused={"signature": 3, "replayed": 1, "new_reason": 2}))
    assert "Turned away so far: 3 with a wrong signature, 1 repeated, 2 new reason." in shown(card)


def test_a_door_nobody_speaks_with_is_heard_some_time_ago(qtbot, page, station) -> None:
    card = card_of(qtbot, page, station, a_door(last_heard=time.time() - 7_300))
    assert card.state.text() == "heard 2 hours ago"
    station.publish(replace(card.door, online=False))
    qtbot.waitUntil(lambda: card.state.text() == "offline")


def test_photos_tried_in_the_window_and_a_removed_virtual_door_are_no_doors(qtbot, page, station) -> None:
    station.publish(a_door(VIRTUAL_DOOR, "Virtual door"))
    station.publish(a_door(OWN_DOOR, "This computer", paired_at=None))
    station.publish(a_door(VIRTUAL_DOOR, "Virtual door", paired_at=None, state=DoorState.REFUSED))
    qtbot.waitUntil(lambda: VIRTUAL_DOOR in station.all_doors and not page.virtual.remove_action.isVisibleTo(page))
    assert page.cards == {}
    assert page.connect_panel.isVisibleTo(page), "the ways to a first door"


# ---- what can be done


def test_look_chime_and_a_text_go_to_the_door(qtbot, page, station) -> None:
    card = card_of(qtbot, page, station, a_door())
    qtbot.mouseClick(card.look_action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.answer == "Look: sent, waiting for the door…")
    qtbot.mouseClick(card.chime_action, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(card.text, "I'm coming")
    qtbot.keyClick(card.text, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(station.calls) == 3)
    assert sorted(station.calls, key=str) == [
        ("command_door", "front-door", "chime", {}),
        ("command_door", "front-door", "look", {}),
        ("command_door", "front-door", "text", {"text": "I'm coming"}),
    ]
    assert card.text.text() == ""
    assert card.text.maxLength() == 120


def test_a_door_opens_only_where_that_is_enabled_and_after_a_second_word(qtbot, opened, page, station) -> None:
    """With the code that was typed, which does not stay there."""
    card = card_of(qtbot, page, station, a_door(online=True))
    assert not card.open_action.isVisibleTo(card), "off is the default"
    station.opens, station.opening_needs_code = {card.door.id}, True
    card = card_of(qtbot, page, station, a_door(online=True, pictures=121))
    card.code.setText("123456")
    card.open_action.click()
    assert not any(call[0] == "open_door" for call in station.calls)
    click(qtbot, opened.window, "Open")
    qtbot.waitUntil(lambda: ("open_door", card.door.id, "This computer", "123456") in station.calls)
    assert card.code.text() == ""


def test_why_a_door_stays_shut_is_told(qtbot, page, station) -> None:
    station.opens = {a_door().id}
    card = card_of(qtbot, page, station, a_door(online=True))
    assert not card.code.isVisibleTo(card)
    station.refuses_commands = StationError("Nobody has rung there in the last two minutes")
    card.open()
    qtbot.waitUntil(lambda: card.answer == "Nobody has rung there in the last two minutes")


@pytest.mark.parametrize(
    ("do", "state", "why", "words"),
    [
        ("look", CommandState.DONE, "", "The door has looked: its picture is on Live."),
        ("text", CommandState.DONE, "", "The door shows the text."),
        ("chime", CommandState.SILENT, "", "Chime: the door does not answer."),
        ("look", CommandState.REFUSED, "it has expired", "Look is not done: it has expired."),
        ("relay", CommandState.REFUSED, "", "Open is not done: it does not say why."),
    ],
)
def test_what_became_of_a_command_is_told(qtbot, page, station, do, state, why, words) -> None:  # noqa: PLR0917
    card = card_of(qtbot, page, station, a_door())
    station.publish(DoorCommand("1", "front-door", do, {}, state, why, time.time(), time.time()))
    qtbot.waitUntil(lambda: card.answer == words)


def test_an_older_commands_late_answer_does_not_hide_the_newest(qtbot, page, station) -> None:
    card = card_of(qtbot, page, station, a_door())
    now = time.time()
    station.publish(DoorCommand("2", "front-door", "chime", {}, CommandState.DONE, "", now, now))
    station.publish(DoorCommand("1", "front-door", "look", {}, CommandState.SILENT, "", now - 30, None))
    station.publish(a_door(name="Porch"))
    qtbot.waitUntil(lambda: card.name.text() == "Porch")
    assert card.answer == "The door has chimed."


def test_an_answer_that_was_quicker_than_the_sending_stays(qtbot, page, station) -> None:
    card = card_of(qtbot, page, station, a_door())
    done = DoorCommand("2", "front-door", "chime", {}, CommandState.DONE, "", time.time(), time.time())
    card.show_command(done)
    card.show_command(replace(done, state=CommandState.SENT, answered_at=None))
    assert card.answer == "The door has chimed."


def test_a_command_that_cannot_be_sent_says_why(qtbot, page, station) -> None:
    card = card_of(qtbot, page, station, a_door())
    station.refuses_commands = StationError("The broker is away", "Try again later.")
    card.look()
    qtbot.waitUntil(lambda: card.answer == "The broker is away: Try again later.")


def test_without_mqtt_it_says_what_would_open_the_way(qtbot, page, station) -> None:
    station.publish(Part("mqtt", PartState.OFF, "", time.time()))
    card = card_of(qtbot, page, station, a_door())
    assert not card.look_action.isEnabled()
    assert "connect MQTT in Settings" in shown(card)


def test_an_update_is_followed_to_its_end(qtbot, page, station) -> None:
    """Sent, on trial, confirmed: told by receipts and by the door's own health."""
    old = a_door(firmware="0.1.0", health=a_health(version="0.1.0", at=time.time() - 60))
    card = card_of(qtbot, page, station, old)
    qtbot.mouseClick(card.update_action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.answer == "Firmware 0.2.0 is sent; the door fetches it…")
    assert (card.bar.isVisibleTo(card), card.bar.value()) == (True, 1)
    station.publish(replace(old, health=a_health(trial=True)))
    qtbot.waitUntil(lambda: card.answer == "Firmware 0.2.0 runs on trial…")
    station.publish(replace(old, health=a_health()))
    qtbot.waitUntil(lambda: card.answer == "Firmware 0.2.0 runs and has proved itself.")
    assert card.bar.value() == card.bar.maximum()
    assert not card.update_action.isVisibleTo(card)


def test_an_update_that_did_not_prove_itself_is_told(qtbot, page, station) -> None:
    old = a_door(firmware="0.1.0", health=a_health(version="0.1.0", at=time.time() - 60))
    card = card_of(qtbot, page, station, old)
    card.update_firmware()
    qtbot.waitUntil(lambda: card.command is not None)
    station.publish(replace(old, health=a_health(version="0.1.0", failed_update="0.2.0")))
    qtbot.waitUntil(lambda: card.answer == "Firmware 0.2.0 did not prove itself: the door went back to 0.1.0.")
    assert not card.bar.isVisibleTo(card)


def test_a_door_is_renamed_in_place(qtbot, page, station) -> None:
    card = card_of(qtbot, page, station, a_door())
    card.name.selectAll()
    qtbot.keyClicks(card.name, "Garden gate")
    qtbot.keyClick(card.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("rename_door", "front-door", "Garden gate") in station.calls)


def test_pairing_shows_the_key_once(qtbot, page, station) -> None:
    card = card_of(qtbot, page, station, a_door(paired_at=None))
    card.pair_action.trigger()
    qtbot.waitUntil(lambda: card.key.text().startswith("01234567 89abcdef"))
    click(qtbot, card, "Copy")
    assert QGuiApplication.clipboard().text() == "0123456789abcdef" * 4
    click(qtbot, card, "Done")
    assert "0123" not in shown(card)


def test_a_key_is_taken_away_only_after_a_second_word(qtbot, opened, page, station) -> None:
    card = card_of(qtbot, page, station, a_door())
    card.unpair_action.trigger()
    assert station.calls == []
    opened.notice.press("Unpair")
    qtbot.waitUntil(lambda: card.door.paired_at is None)
    assert card.state.text() == "turned away"


def test_a_refused_door_can_be_let_in_again(qtbot, opened, page, station) -> None:
    card = card_of(qtbot, page, station, a_door())
    card.refuse_action.trigger()
    qtbot.waitUntil(lambda: "turned away" in opened.notice.text)
    opened.notice.press("Approve")
    qtbot.waitUntil(lambda: card.door.state is DoorState.APPROVED)


def test_a_door_that_asks_waits_here_with_its_picture_and_becomes_a_card(qtbot, page, station, picture) -> None:
    now = time.time()
    station.publish(Door("back", "Back door", DoorState.ASKING, now, now))
    station.publish(a_visit(picture, verdict=None, door=("back", "Back door"), state=VisitState.HELD))
    qtbot.waitUntil(lambda: page.waiting.waiting == ("back",))
    assert page.cards == {}
    click(qtbot, page.waiting, "Approve")
    qtbot.waitUntil(lambda: ("decide_door", "back", DoorState.APPROVED) in station.calls)
    station.publish(station.all_doors["back"])
    qtbot.waitUntil(lambda: "back" in page.cards)
    assert page.waiting.waiting == ()


def test_doors_that_were_there_before_the_window_are_shown(qtbot, station) -> None:
    from conftest import Opened  # noqa: PLC0415

    station.all_doors = {name: a_door(name, name.title()) for name in ("porch", "garden")}
    made = Opened(qtbot, station)
    qtbot.addWidget(made.window, before_close_func=lambda window: window.allow_close())
    qtbot.waitUntil(lambda: list(made.doors.cards) == ["garden", "porch"])
    made.bridge.close()


# ---- the ways to a door, and the way of a ring


def test_every_way_to_a_door_begins_at_one_button(qtbot, page, station) -> None:
    """Where there is no door yet the ways are there without it; a panel that was opened can be closed."""
    assert page.connect_panel.isVisibleTo(page)
    assert not page.add_action.isVisibleTo(page)
    card_of(qtbot, page, station, a_door())
    assert not page.connect_panel.isVisibleTo(page)
    qtbot.mouseClick(page.add_action, Qt.MouseButton.LeftButton)
    assert page.connect_panel.isVisibleTo(page)
    click(qtbot, page.connect_panel, "Copy address")
    assert QGuiApplication.clipboard().text() == station.address
    click(qtbot, page.connect_panel, "Use a camera…")
    assert page.camera_panel.isVisibleTo(page)
    assert not page.connect_panel.isVisibleTo(page)
    page.camera_panel.closed.emit()
    assert not page.camera_panel.isVisibleTo(page)


def test_the_code_is_the_stations_address(qtbot, page, station) -> None:
    """As painted: dark modules where the norm has them, at any scale."""
    code = page.connect_panel.code
    station.address = "http://10.0.0.2:1066"
    station.publish(Part("receiver", PartState.WORKING, "", time.time()))
    qtbot.waitUntil(lambda: code.accessibleDescription() == "http://10.0.0.2:1066")
    wanted = segno.make_qr("http://10.0.0.2:1066", error="m").matrix
    painted = code.grab().toImage()
    first, modules = next(x for x in range(40) if painted.pixelColor(x, x).lightness() < 60), len(wanted)
    side = (painted.width() - 2 * first) / modules
    for y, x in product(range(modules), range(modules)):
        middle = painted.pixelColor(int(first + (x + 0.5) * side), int(first + (y + 0.5) * side))
        assert (middle.lightness() < 128) is bool(wanted[y][x]), (x, y)


def test_a_full_test_shows_each_leg_with_its_time(qtbot, page, station) -> None:
    station.test_fails = "the bot was blocked"
    qtbot.mouseClick(page.test_action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.test.told.startswith("One leg failed at"))
    assert all(told in shown(page.test) for told in ("Receiver", "4 ms", "Telegram", "The bot was blocked."))
    station.test_fails = ""
    click(qtbot, page.test, "Again")
    qtbot.waitUntil(lambda: page.test.told.startswith("Everything worked at"))
    assert "blocked" not in shown(page.test)


def test_a_weekly_test_is_shown_only_when_it_fails(qtbot, page, station) -> None:
    well = FullTest(time.time(), (Leg("receiver", "receiver", 4.0),))
    station.publish(well)
    page.show_test(well)
    assert not page.test.isVisibleTo(page)
    station.publish(FullTest(time.time(), (Leg("receiver", "receiver", None, "it does not answer"),)))
    qtbot.waitUntil(lambda: page.test.isVisibleTo(page))


def test_a_test_that_cannot_run_says_why(qtbot, page, station, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> FullTest:
        raise StationError("A test is under way", "wait for its end")

    monkeypatch.setattr(station, "full_test", fail)
    page.test.run()
    qtbot.waitUntil(lambda: page.test.told == "A test is under way: wait for its end")


def test_browsers_are_one_quiet_line_until_somebody_asks(qtbot, page, station) -> None:
    for number in (7, 8):
        station.publish(a_door(f"web-10-0-0-{number}", f"Browser at 10.0.0.{number}", paired_at=None, firmware=""))
    qtbot.waitUntil(lambda: "Pictures also came from 2 browsers, last at" in shown(page))
    assert page.cards == {}
    assert "Browser at" not in shown(page)
    click(qtbot, page, "Show")
    card = page.browsers["web-10-0-0-7"]
    assert card.isVisibleTo(page)
    assert not card.pair_action.isVisible(), "a browser keeps no key"
    click(qtbot, page, "Hide")
    assert not card.isVisibleTo(page)


# ---- set-up by USB


@pytest.fixture
def set_up(qtbot, page, station):
    """The panel, opened."""
    click(qtbot, page.connect_panel, "Set up a board over USB…")
    return page.set_up


def plug_in(qtbot, set_up, station) -> None:
    station.plugged = (Board("/dev/ttyACM0", "E661640843"),)
    qtbot.waitUntil(set_up.board.isEnabled)


def test_a_board_becomes_a_door_by_its_name_alone(qtbot, page, set_up, station) -> None:
    assert not set_up.action.isEnabled()
    plug_in(qtbot, set_up, station)
    assert set_up.board.currentText() == "/dev/ttyACM0, number E661640843"
    qtbot.keyClicks(set_up.name, "Front  Door 2!")
    assert set_up.id.text() == "front-door-2"
    qtbot.mouseClick(set_up.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "front-door-2" in page.cards)
    assert ("set_up_door", "/dev/ttyACM0", "front-door-2", "Front Door 2!") in station.calls
    qtbot.waitUntil(lambda: set_up.answer == "Front Door 2! is set up and has said hello.")
    assert not set_up.bar.isVisibleTo(set_up)


def test_it_tells_what_it_does_and_can_be_stopped(qtbot, set_up, station) -> None:
    going_on = threading.Event()
    station.setting_up = lambda: going_on.wait(PATIENCE_S)
    plug_in(qtbot, set_up, station)
    qtbot.keyClicks(set_up.name, "Porch")
    set_up.action.click()
    qtbot.waitUntil(lambda: set_up.answer == "Putting the program on the board…")
    assert (set_up.bar.value(), set_up.bar.maximum()) == (3, 20)
    assert not set_up.action.isEnabled()
    click(qtbot, set_up, "Cancel")
    assert set_up.answer == "Stopping…"
    going_on.set()
    qtbot.waitUntil(lambda: set_up.answer.startswith("The set-up was stopped"))
    assert set_up.action.isEnabled()


def test_a_failure_stands_there_in_its_own_words_with_help(qtbot, set_up, station) -> None:
    def fail() -> None:
        raise SetUpError("There is no MicroPython on this board", "Choose the file.")

    station.setting_up = fail
    plug_in(qtbot, set_up, station)
    qtbot.keyClicks(set_up.name, "Porch")
    set_up.action.click()
    qtbot.waitUntil(lambda: set_up.answer == "There is no MicroPython on this board: Choose the file.")
    assert "BOOTSEL" in shown(set_up)


def test_micropython_is_put_on_a_board_from_a_downloaded_file(
    qtbot, set_up, station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/home/me/board.uf2", ""))
    click(qtbot, set_up, "My board is not listed")
    qtbot.mouseClick(set_up.choose, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(set_up.board.isEnabled)
    assert ("put_micropython", Path("/home/me/board.uf2")) in station.calls
    assert "MicroPython is on the board" in set_up.answer


def test_boards_that_cannot_be_listed_say_why(qtbot, set_up, station, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> tuple[Board, ...]:
        raise StationError("No serial ports", "The library is missing.")

    monkeypatch.setattr(station, "boards", fail)
    qtbot.waitUntil(lambda: set_up.answer == "No serial ports: The library is missing.")


@pytest.mark.parametrize(
    ("name", "id_"), [("Front door", "front-door"), ("Tür 2", "t-r-2"), ("--", ""), ("x" * 80, "x" * 63)]
)
def test_an_id_is_made_of_the_name(name, id_) -> None:
    assert as_id(name) == id_


# ---- the virtual door


@pytest.fixture
def virtual(qtbot, page, station):
    """The panel with the door on."""
    qtbot.mouseClick(page.virtual.start_action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.virtual.screen.text() == "Welcome")
    return page.virtual


def test_the_virtual_door_is_rung_and_seen(qtbot, page, virtual, station) -> None:
    qtbot.waitUntil(lambda: virtual.picture.has_image)
    qtbot.mouseClick(virtual.bell, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: virtual.buzzer.text() == "buzzer sounds")
    qtbot.waitUntil(lambda: virtual.buzzer.text() == "buzzer")
    assert station.virtual_door.lines == ["press"]
    assert VIRTUAL_DOOR not in page.cards, "it is there once"


def test_light_cable_and_camera_are_in_the_users_hand(qtbot, virtual, station) -> None:
    door = station.virtual_door
    virtual.light.setFocus()
    virtual.light.setValue(25)
    qtbot.waitUntil(lambda: "light 0.25" in door.lines)
    qtbot.mouseClick(virtual.cable, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "cable out" in door.lines)
    virtual.camera.setCurrentIndex(virtual.camera.findData("dead"))
    virtual.camera.activated.emit(virtual.camera.currentIndex())
    qtbot.waitUntil(lambda: door.state["camera"]["fault"] == "dead")


def test_what_another_hand_does_to_it_shows(qtbot, virtual, station) -> None:
    station.virtual_door.state |= {"cable": False, "display": ["Please wait"], "address": None}
    qtbot.waitUntil(lambda: virtual.screen.text() == "Please wait")
    assert not virtual.cable.isChecked()


def test_a_picture_is_dropped_on_it(qtbot, virtual, station, picture) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture))])
    drop = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    virtual.dropEvent(drop)
    qtbot.waitUntil(lambda: station.virtual_door.pictures == [picture])


def test_a_file_that_is_no_picture_says_so(qtbot, virtual, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.pages.virtual_door_panel.ask_for_pictures", lambda *_: [tmp_path / "letter.txt"])
    virtual.choose_picture()
    qtbot.waitUntil(lambda: "letter.txt cannot be used" in shown(virtual))


def test_a_door_that_ended_by_itself_says_so_and_can_be_started_again(qtbot, virtual, station) -> None:
    station.virtual_door.gone = True
    qtbot.waitUntil(lambda: "The virtual door has stopped: MemoryError" in shown(virtual))
    qtbot.mouseClick(virtual.start_action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: virtual.bell.isVisibleTo(virtual))
    assert "stopped" not in shown(virtual)


def test_it_is_switched_off(qtbot, virtual, station) -> None:
    qtbot.mouseClick(virtual.stop_action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: virtual.start_action.isVisibleTo(virtual))
    assert station.virtual_door is None


def test_a_virtual_door_that_is_off_can_be_forgotten_with_its_key(qtbot, page, virtual, station) -> None:
    assert not virtual.remove_action.isVisibleTo(page)
    qtbot.mouseClick(virtual.stop_action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: virtual.remove_action.isVisibleTo(page))
    qtbot.mouseClick(virtual.remove_action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not virtual.remove_action.isVisibleTo(page))
    assert ("unpair_door", VIRTUAL_DOOR) in station.calls


def test_a_door_that_does_not_start_says_why(qtbot, page, station, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise StationError("The virtual door is running already", "Another program started it; stop it there first.")

    monkeypatch.setattr(station, "start_virtual_door", fail)
    page.virtual.start()
    qtbot.waitUntil(lambda: "Another program started it" in shown(page.virtual))
    assert page.virtual.start_action.isEnabled()


def test_the_lamp_blinks_as_the_firmware_drives_it() -> None:
    """A flash of 60 ms between two reports is not missed: it comes a moment later."""
    replay = Replay()
    assert replay.level(0) == 0
    replay.report(10_000, 5_000, [(4_900, 1), (4_960, 0)], 0)
    assert [replay.level(10_000 + LATE_MS + at) for at in (-101, -100, -41, -40, 0)] == [0, 1, 1, 0, 0]
    replay.report(20_000, 100, [], 1)
    assert replay.level(20_000 + LATE_MS) == 1


def test_everything_on_the_page_has_a_name_for_screen_readers(qtbot, page, set_up, virtual, station) -> None:
    card = card_of(qtbot, page, station, a_door(firmware="0.1.0"))
    named = [card, card.name, card.text, card.bar, set_up, set_up.board, set_up.name, set_up.id, set_up.bar]
    named += [virtual, virtual.light, virtual.cable, virtual.camera, virtual.screen, virtual.lamp, virtual.picture]
    assert all(widget.accessibleName() for widget in named)
    assert all(b.accessibleName() for b in page.findChildren(QPushButton))
