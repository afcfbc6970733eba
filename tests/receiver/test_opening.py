"""A door is opened for a person, after a ring, with the present code, or not at all; and all of it is written down."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from receiver.door_commands import DoorCommands
from receiver.door_health import Presence
from receiver.errors import OpeningRefused, SettingsError, StationError, StoreError, TryLater
from receiver.models import CommandState, Door, DoorCommand, DoorState, Trigger
from receiver.notifiers.mqtt_doors import MqttDoors
from receiver.one_time_code import code_at, key_of, new_secret
from receiver.opening import FRESH_S, LOCKED_S, MOST_WRONG_CODES, Opener
from receiver.settings import OpeningSettings, load
from receiver.store import Store
from tests.receiver.made_up import PATIENCE_S, Clock, ring

KEY = bytes(32)
SECRET = new_secret()


@dataclass
class Porch:
    """A store in which somebody may ring, and an opener whose commands go nowhere but into `sent`."""

    store: Store
    folder: Path
    clock: Clock = field(default_factory=Clock)
    sent: list[dict[str, Any]] = field(default_factory=list)
    broken: Exception | None = None

    def __post_init__(self) -> None:
        self.commands = DoorCommands(lambda door: KEY, self._send, lambda command: None, clock=self.clock)
        self.chosen = OpeningSettings(doors=("front",))
        self.door = Door("front", "Front door", DoorState.APPROVED, 0, 0, paired_at=1.0)

    def _send(self, door: str, payload: bytes) -> None:
        if self.broken:
            raise self.broken
        self.sent.append(json.loads(payload))

    @property
    def opener(self) -> Opener:
        return Opener(self.chosen, self.store, self.commands, clock=self.clock)

    def ring(self, ago: float = 0.0) -> None:
        ring(self.store, self.folder, [], at=self.clock() - ago)

    def open(self, code: str = "") -> DoorCommand:
        return self.opener.open(self.door, by="Anna", code=code)

    def trail(self) -> list[str]:
        return [one.outcome for one in self.store.openings()]

    def code(self, away: int = 0) -> str:
        return code_at(key_of(SECRET), int(self.clock() // 30) + away)


@pytest.fixture
def porch(tmp_path: Path) -> Iterator[Porch]:
    made = Porch(Store(tmp_path / "station.sqlite3"), tmp_path)
    yield made
    made.store.close()


def test_after_a_ring_it_opens_and_is_written_down(porch: Porch) -> None:
    """The command is dead after five seconds; the trail says who, when, for which visit, and what came of it."""
    porch.ring(ago=FRESH_S - 1)
    command = porch.open()
    (sent,) = porch.sent
    assert (sent["do"], sent["seconds"], sent["expires"] - sent["at"]) == ("relay", 3, 5)
    (visit,) = porch.store.visits()
    (one,) = porch.store.openings()
    assert (one.id, one.door, one.by, one.visit, one.at) == (command.id, "front", "Anna", visit.id, porch.clock())
    opener = porch.opener
    for state, words, outcome in (
        (CommandState.SENT, "", "sent"),
        (CommandState.SILENT, "", "the door did not answer"),
        (CommandState.REFUSED, "the relay is not enabled", "the door refused: the relay is not enabled"),
        (CommandState.DONE, "", "opened"),
    ):
        opener.take(replace(command, state=state, words=words))
        assert porch.trail() == [outcome]


def test_it_is_off_by_default() -> None:
    assert OpeningSettings().doors == ()


def test_a_door_that_is_not_enabled_stays_shut(porch: Porch) -> None:
    porch.ring()
    for chosen, door in (
        (OpeningSettings(), porch.door),
        (OpeningSettings(doors=("back",)), porch.door),
        (porch.chosen, replace(porch.door, paired_at=None)),
    ):
        with pytest.raises(OpeningRefused, match="not enabled"):
            Opener(chosen, porch.store, porch.commands, clock=porch.clock).open(door, by="Anna")
    assert porch.sent == []
    assert porch.trail() == ["not opened: Opening is not enabled for this door"] * 3


@pytest.mark.parametrize("ago", [None, FRESH_S + 1, -60])
def test_without_a_fresh_ring_it_stays_shut(porch: Porch, ago: float | None) -> None:
    """None, one of earlier, or one of a door whose clock is wrong."""
    if ago is not None:
        porch.ring(ago)
    with pytest.raises(OpeningRefused, match="last two minutes"):
        porch.open()
    assert porch.sent == []


@pytest.mark.parametrize("trigger", [Trigger.LOOK, Trigger.TEST])
def test_a_look_or_a_test_is_no_ring(porch: Porch, trigger: Trigger) -> None:
    """Otherwise whoever may look may open."""
    porch.ring()
    (visit,) = porch.store.visits()
    with porch.store.writing() as db:
        db.exec_driver_sql("UPDATE visits SET trigger = ? WHERE id = ?", (trigger.value, visit.id))
    with pytest.raises(OpeningRefused):
        porch.open()


def test_with_a_secret_only_the_present_code_opens_and_only_once(porch: Porch) -> None:
    """Also across a restart: the last code that counted is in the database."""
    porch.chosen = OpeningSettings(doors=("front",), secret=SECRET)
    porch.ring()
    for wrong in ("", "000000x", porch.code(-5), porch.code(5)):
        with pytest.raises(OpeningRefused, match="not the present code"):
            porch.open(wrong)
    porch.open(porch.code())
    with pytest.raises(OpeningRefused, match="not the present code"):
        porch.open(porch.code())
    assert len(porch.sent) == 1
    porch.clock.advance(30)
    porch.open(porch.code())
    assert len(porch.sent) == 2
    assert SECRET not in repr(porch.chosen) and not any(porch.code() in outcome for outcome in porch.trail())


def test_codes_cannot_be_guessed(porch: Porch) -> None:
    """After five wrong ones even the right one counts for nothing, for five minutes."""
    porch.chosen = OpeningSettings(doors=("front",), secret=SECRET)
    opener = porch.opener
    porch.ring()
    for _ in range(MOST_WRONG_CODES):
        with pytest.raises(OpeningRefused, match="not the present"):
            opener.open(porch.door, by="Anna", code="no")
    with pytest.raises(OpeningRefused, match="Too many"):
        opener.open(porch.door, by="Anna", code=porch.code())
    assert porch.sent == []
    porch.clock.advance(LOCKED_S)
    porch.ring()
    opener.open(porch.door, by="Anna", code=porch.code())
    assert len(porch.sent) == 1


def test_what_cannot_be_written_down_does_not_happen(porch: Porch, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk keeps the door shut."""
    porch.ring()

    def full(_: object) -> None:
        raise StoreError("The disk is full")

    monkeypatch.setattr(porch.store, "note_opening", full)
    with pytest.raises(StoreError):
        porch.open()
    assert porch.sent == []


def test_a_broker_that_is_away_is_in_the_trail(porch: Porch) -> None:
    porch.ring()
    porch.broken = TryLater("The broker is away", "nothing listens")
    with pytest.raises(TryLater):
        porch.open()
    assert porch.trail() == ["not opened: The broker is away: nothing listens"]


@pytest.mark.parametrize(
    ("payload", "retained", "asked"),
    [
        (b'{"do": "UNLOCK", "code": "123456"}', False, 1),
        (b'{"do": "OPEN", "code": "123456"}', False, 1),
        (b'{"do": "UNLOCK", "code": "123456"}', True, 0),
        (b'{"do": "LOCK", "code": "123456"}', False, 0),
        (b'{"do": "UNLOCK"}', False, 0),
        (b'{"do": "UNLOCK", "code": 123456}', False, 0),
        (b'{"do": ["UNLOCK"], "code": "123456"}', False, 0),
        (b"UNLOCK", False, 0),
        (b"[]", False, 0),
        (b"\xff", False, 0),
        (b"[" * 4000, False, 0),
    ],
)
def test_home_assistants_lock_asks_with_a_code_or_not_at_all(payload: bytes, retained: bool, asked: int) -> None:
    """What the broker kept from earlier, and what makes no sense, opens nothing."""
    calls: list[tuple[str, str]] = []
    done = threading.Event()
    commands = DoorCommands(lambda door: KEY, lambda door, command: None, lambda command: None)

    def knows(door: str) -> bool:
        if door == "last":
            done.set()
        return True

    doors = MqttDoors(
        "porchlight", commands, Presence(lambda door: None), knows, lambda door, code: calls.append((door, code))
    )
    doors.start()
    doors.hear("porchlight/front/open/set", payload, retained=retained)
    doors.hear("porchlight/last/status", b"online", retained=False)
    assert done.wait(PATIENCE_S)
    doors.stop()
    assert calls == [("front", "123456")] * asked


def test_a_refusal_is_no_fault_of_the_listener(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged as it is, and the next message is heard."""
    done = threading.Event()
    commands = DoorCommands(lambda door: KEY, lambda door, command: None, lambda command: None)

    def refuse(door: str, code: str) -> Callable[[], None]:
        raise OpeningRefused("This is not the present code")

    doors = MqttDoors(
        "porchlight", commands, Presence(lambda door: None), lambda door: done.set() is None or True, refuse
    )
    with caplog.at_level(logging.INFO):
        doors.start()
        doors.hear("porchlight/front/open/set", b'{"do": "OPEN", "code": "1"}', retained=False)
        assert done.wait(PATIENCE_S)
        doors.stop()
    assert "not the present code" in caplog.text


def test_a_secret_that_is_none_is_refused_without_repeating_it(tmp_path: Path) -> None:
    (tmp_path / "station.toml").write_text("[opening]\nsecret = 'hunter-0189'\n")
    with pytest.raises(SettingsError, match="base32") as caught:
        load(tmp_path / "station.toml", environ={})
    assert "hunter" not in str(caught.value)
    assert isinstance(caught.value, StationError)
