"""A ring's notification can be answered where the desktop has buttons; elsewhere the tray's message leads to it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl
from PySide6.QtWidgets import QSystemTrayIcon
from scripted import a_face, a_visit
from test_window import Living

from desktop_app.chime import Chime
from desktop_app.notifications import DEFAULT, Notification, Notifications
from desktop_app.tray import Tray
from receiver.models import Part, PartState, Telling, Verdict, VisitState
from receiver.settings import Settings

if sys.platform != "linux":
    pytest.skip("D-Bus is the way of Linux", allow_module_level=True)

from fake_desktop import Desktop


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    with Desktop(tmp_path) as made:
        yield made


@pytest.fixture
def notifications(qtbot, desktop) -> Iterator[Notifications]:
    """Connected, on a desktop with buttons."""
    made = Notifications(desktop.address)
    with qtbot.waitSignal(made.usable) as told:
        made.prepare()
    yield made
    made.close()
    assert told.args == [True]


def test_a_notification_has_picture_buttons_and_plain_words(qtbot, desktop, notifications, picture) -> None:
    """What a door is called is no markup."""
    notifications.show(Notification("v1", "Anna & Bob", "Front <door>", picture, ((DEFAULT, "Show"), ("a", "Coming!"))))
    qtbot.waitUntil(lambda: bool(desktop.shown))
    name, replaces, _, title, text, actions, hints, _ = desktop.shown[0]
    assert (name, replaces, title, text) == ("Porchlight", 0, "Anna & Bob", "Front &lt;door&gt;")
    assert actions == ["default", "Show", "a", "Coming!"]
    assert hints["image-path"] == ("s", picture.as_uri())


def test_a_later_one_about_the_same_takes_its_place(qtbot, desktop, notifications) -> None:
    for about in ("v1", "v2", "v1"):
        notifications.show(Notification(about, "Someone", "Front door"))
    qtbot.waitUntil(lambda: len(desktop.shown) == 3)
    assert [body[1] for body in desktop.shown] == [0, 0, 1]


def test_a_button_says_which_notification_it_was_on(qtbot, desktop, notifications) -> None:
    for about in ("v1", "v2"):
        notifications.show(Notification(about, "Someone", "Front door"))
    qtbot.waitUntil(lambda: len(desktop.shown) == 2)
    with qtbot.waitSignal(notifications.chosen) as chosen:
        desktop.press(77, "quiet")
        desktop.press(2, "quiet")
    assert chosen.args == ["v2", "quiet"], "the first one was another program's"


def test_who_presses_before_the_number_is_known_is_heard_too(qtbot, desktop, notifications) -> None:
    desktop.impatient = "coming"
    with qtbot.waitSignal(notifications.chosen) as chosen:
        notifications.show(Notification("v1", "Someone", "Front door"))
    assert chosen.args == ["v1", "coming"]


@pytest.mark.expects_log("did not take a notification")
def test_a_desktop_that_refuses_one_takes_the_next(qtbot, desktop, notifications) -> None:
    desktop.breaks = True
    notifications.show(Notification("v1", "Someone", "Front door"))
    notifications._worker.submit(lambda: None).result()
    desktop.breaks = False
    notifications.show(Notification("v2", "Someone", "Front door"))
    qtbot.waitUntil(lambda: len(desktop.shown) == 1)


@pytest.mark.parametrize("able", [["body"], None], ids=["no buttons", "no bus"])
def test_without_buttons_it_is_left_to_the_tray(qtbot, tmp_path, able) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with Desktop(other, able or ()) as desktop:
        made = Notifications(desktop.address if able else f"unix:path={tmp_path / 'nothing'}")
        with qtbot.waitSignal(made.usable) as told:
            made.prepare()
        made.close()
        made.close()
    assert told.args == [False]


# ---- what a ring does with it


class Told(QObject):
    """Remembers notifications instead of showing them."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Notification] = []

    def show(self, notification: Notification) -> None:
        self.shown.append(notification)

    def close(self) -> None:
        pass


@pytest.fixture
def living(qtbot, qapp, monkeypatch, station, tmp_path) -> Iterator[Living]:
    """A window on a desktop with buttons."""
    made = Living(qtbot, qapp, monkeypatch, tmp_path, station)
    made.wait_until_built()
    made.told = Told()
    made.life._notifications.close()
    made.life._notifications = made.told
    made.life._notify_with_buttons(True)
    station.publish(Part("mqtt", PartState.WORKING, "", time.time()))
    yield made
    made.close()


def test_a_ring_can_be_answered_and_its_notification_learns_the_verdict(qtbot, living, station, picture) -> None:
    ring = a_visit(picture, verdict=None)
    station.publish(ring)
    qtbot.waitUntil(lambda: len(living.told.shown) == 1)
    first = living.told.shown[0]
    assert (first.about, first.title, first.text, first.picture) == (
        ring.id,
        "Someone is at the door",
        "Front door",
        picture,
    )
    assert [words for _, words in first.actions] == ["Show", "Show", "Coming!", "Quiet for an hour"]
    anna = replace(a_face(Verdict.KNOWN, "Anna"), snapshot=ring.best_snapshot)
    known = replace(ring, state=VisitState.CONCLUDED, verdict=Verdict.KNOWN, faces=(anna,))
    for _ in range(2):
        station.publish(known)
    qtbot.waitUntil(lambda: len(living.told.shown) == 2)
    assert (living.told.shown[1].about, living.told.shown[1].title) == (ring.id, "Anna is at the door")
    keys = [key for key, _ in first.actions]
    living.life._answer_notification(ring.id, keys[2])
    qtbot.waitUntil(lambda: ("reply", "Coming!", "front") in station.calls)
    living.life._answer_notification(ring.id, keys[3])
    qtbot.waitUntil(lambda: ("hush", 3600.0, "the window") in station.calls)


def test_a_click_on_it_shows_that_visit_and_no_newer_one(qtbot, living, station, picture) -> None:
    older, newer = a_visit(picture, verdict=None, id_="1"), a_visit(picture, verdict=None, id_="2")
    station.publish(older)
    station.publish(newer)
    panel = living.life._assembly.live.panel
    qtbot.waitUntil(lambda: panel.visit is not None and panel.visit.id == "2")
    living.window.go("people")
    living.life._answer_notification("1", DEFAULT)
    assert (panel.visit.id, living.window.page) == ("1", "live")


def test_a_correction_of_an_old_visit_tells_nothing_anew(qtbot, living, station, picture) -> None:
    ring = a_visit(picture, verdict=None, at=time.time() - 120)
    station.publish(ring)
    qtbot.waitUntil(lambda: len(living.told.shown) == 1)
    station.publish(replace(ring, state=VisitState.CONCLUDED, verdict=Verdict.NO_FACE))
    panel = living.life._assembly.live.panel
    qtbot.waitUntil(lambda: panel.headline.text() == "No face in the picture")
    assert len(living.told.shown) == 1


def test_the_window_comes_to_the_front_only_where_it_is_wanted_and_never_when_quiet(
    qtbot, living, station, picture, monkeypatch
) -> None:
    came: list[str] = []
    monkeypatch.setattr(living.window, "come_to_front", lambda: came.append(living.window.page))
    living.window.go("people")
    station.publish(a_visit(picture, verdict=None))
    qtbot.waitUntil(lambda: len(living.told.shown) == 1)
    assert came == []
    station.apply({("window", "come_to_front"): True})
    station.publish(a_visit(picture, verdict=None, telling=Telling.HUSHED, hushed="quiet hours", id_="e"))
    station.publish(a_visit(picture, verdict=None, id_="f"))
    qtbot.waitUntil(lambda: came == ["live"])
    assert [told.about for told in living.told.shown][1:] == ["f"]


def test_without_buttons_a_click_on_the_trays_message_leads_to_the_visit(
    qtbot, living, station, picture, monkeypatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "show", lambda _: None)
    told: list[str] = []
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _s, title, *_: told.append(title))
    tray = Tray()
    tray.asked_about.connect(living.life.open_visit)
    living.life._tray = tray
    living.life._notify_with_buttons(False)
    station.publish(a_visit(picture, verdict=None, id_="1"))
    station.publish(a_visit(picture, verdict=None, id_="2", at=time.time() - 5))
    qtbot.waitUntil(lambda: len(told) == 2)
    living.window.go("people")
    tray._icon.messageClicked.emit()
    assert (living.life._assembly.live.panel.visit.id, living.window.page) == ("2", "live")
    tray.tell("Porchlight", "It keeps watching.")
    with qtbot.waitSignal(tray.opened):
        tray._icon.messageClicked.emit()


# ---- the sound


class Effect(QObject):
    """A QSoundEffect that remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, float]] = []
        self.volume = 0.0
        self.sound = QUrl()

    def source(self) -> QUrl:
        return self.sound

    def setSource(self, sound: QUrl) -> None:  # noqa: N802
        self.sound = sound

    def setVolume(self, volume: float) -> None:  # noqa: N802
        self.volume = volume

    def play(self) -> None:
        assert Path(self.sound.toLocalFile()).is_file()
        self.heard.append((Path(self.sound.toLocalFile()).stem, self.volume))


@pytest.mark.parametrize(
    ("chosen", "heard"),
    [
        ({}, [("porch", 0.8)]),
        ({"chime": "bell", "chime_volume": 35}, [("bell", 0.35)]),
        ({"chime": "knock"}, [("knock", 0.8)]),
        ({"chime": "off"}, []),
        ({"chime_volume": 0}, []),
    ],
)
def test_the_chime_is_the_one_and_as_loud_as_chosen(qapp, chosen, heard) -> None:
    chime = Chime(lambda: Settings.model_validate({"window": chosen}).window)
    chime._effect = effect = Effect()
    chime.play()
    assert effect.heard == heard


def test_without_a_sound_device_the_system_beeps_unless_it_is_off(qapp, monkeypatch) -> None:
    beeps: list[int] = []
    monkeypatch.setattr("desktop_app.chime.QApplication.beep", lambda: beeps.append(1))
    for chime in ("porch", "off"):
        Chime(lambda chime=chime: Settings.model_validate({"window": {"chime": chime}}).window).play()
    assert beeps == [1]
