"""Telegram's chats in the settings: a code on a click, rights as boxes, strangers told once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton

from desktop_app.pages.chats_card import ChatsCard
from receiver.chats import USUAL_RIGHTS
from receiver.models import Chat, ChatsChanged, Right, Stranger

OLGA = Chat("4711", "Olga", USUAL_RIGHTS, 1.0)


@pytest.fixture
def card(qtbot, opened) -> ChatsCard:
    opened.window.go("settings")
    return opened.settings.chats


def shown(card: ChatsCard) -> str:
    return " | ".join(one.text() for one in card.findChildren(QLabel) if not one.isHidden())


def test_a_click_shows_the_code_until_a_chat_is_paired(qtbot, card, station, opened) -> None:
    qtbot.waitUntil(lambda: "No chat is paired yet." in shown(card))
    qtbot.mouseClick(card.pair, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.code == "012345")
    assert "/pair 012345" in shown(card)
    station.paired = {OLGA.target: OLGA}
    station.publish(ChatsChanged((OLGA,)))
    qtbot.waitUntil(lambda: "Olga" in shown(card))
    assert (card.code, card.stop.isHidden()) == ("", True)
    assert "Paired" in opened.notice.text


def test_pairing_can_be_stopped(qtbot, card, station) -> None:
    qtbot.mouseClick(card.pair, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.code != "")
    qtbot.mouseClick(card.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ("end_pairing",) in station.calls)
    assert card.code == ""


def test_rights_are_boxes_and_a_chat_is_unpaired(qtbot, card, station) -> None:
    station.paired = {OLGA.target: OLGA}
    card.refresh()
    qtbot.waitUntil(lambda: len(card.findChildren(QCheckBox)) == len(Right))
    boxes = {box.accessibleName(): box for box in card.findChildren(QCheckBox)}
    assert {name: box.isChecked() for name, box in boxes.items()} == {
        "Olga: sees alerts": True,
        "Olga: replies": True,
        "Olga: hushes": True,
        "Olga: names people": True,
        "Olga: opens": False,
    }
    boxes["Olga: names people"].click()
    qtbot.waitUntil(lambda: ("set_chat_rights", "4711", USUAL_RIGHTS - {Right.NAME}) in station.calls)
    qtbot.waitUntil(lambda: any(b.accessibleName() == "Unpair Olga" for b in card.findChildren(QPushButton)))
    next(b for b in card.findChildren(QPushButton) if b.accessibleName() == "Unpair Olga").click()
    qtbot.waitUntil(lambda: ("unpair_chat", "4711") in station.calls)


def test_a_stranger_is_told_once_and_stays_listed(qtbot, card, station, opened) -> None:
    eve = Stranger("666", "Eve <b>", 1_790_000_000.0)
    station.ignored = (eve,)
    station.publish(ChatsChanged((), eve))
    qtbot.waitUntil(lambda: "Ignored: Eve <b> (666)" in shown(card))
    assert "Eve <b> (666)" in opened.notice.text
