"""The full test: every leg with its time, a failing one told on every other channel, nothing mistaken for a ring."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import requests

from receiver import settings as settings_file
from receiver.__main__ import main
from receiver.errors import StationError
from receiver.full_test import HEADER, FullTester
from receiver.models import Door, FullTest, Leg, Part, PartState, Trigger
from receiver.station import Station
from receiver.store import Store
from tests.fakes import BLOCKED, MADE_UP_TOKEN, FakeBotApi, Mosquitto
from tests.firmware.door_modules import clock as clocks
from tests.receiver import made_up
from tests.receiver.made_up import Clock
from tests.receiver.remote_door import RemoteDoor
from tests.receiver.test_station import Watcher, as_jpeg

pytestmark = pytest.mark.broker


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(chats=[1]) as running:
        yield running


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with Mosquitto() as running:
        yield running


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeBotApi, broker: Mosquitto) -> Iterator[Station]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "known_faces").mkdir()
    file = tmp_path / "station.toml"
    file.write_text(
        "[receiver]\nhost = '127.0.0.1'\nport = 0\n[hush]\nquiet_hours = '00:00-00:00'\n"
        f"[telegram]\nenabled = true\nchat_ids = [1]\napi_base = '{api.address}'\n"
        f"[mqtt]\nbroker = 'external'\nhost = '127.0.0.1'\nport = {broker.port}\n"
    )
    places = {"data_dir": tmp_path / "data", "gallery_dir": tmp_path / "known_faces"}
    environ = {"PORCHLIGHT_TELEGRAM__TOKEN": MADE_UP_TOKEN}
    made = Station(settings_file.load(file, overrides=places, environ=environ), file)
    watcher = Watcher(made)
    made.start()
    for part in ("recognition", "mqtt"):
        watcher.wait(lambda c, part=part: isinstance(c, Part) and c.name == part and c.state is PartState.WORKING)
    yield made
    made.stop()


def test_every_leg_has_its_time_and_everything_says_that_it_is_a_test(
    station: Station, api: FakeBotApi, broker: Mosquitto
) -> None:
    """In the middle of quiet hours: a test is told all the same; it is nobody's visit and no device of the house."""
    watcher = Watcher(station)
    key = bytes.fromhex(station.pair_door("front", "Front door"))
    ticking = clocks.Clock()
    ticking.set(int(time.time()))
    with broker.listen() as house, RemoteDoor(broker.port, "front", key, ticking) as door:
        watcher.wait(lambda c: isinstance(c, Door) and c.online)
        test = station.full_test()
        assert [(leg.name, leg.error) for leg in test.legs] == [
            (name, "") for name in ("receiver", "screen of Front door", "recognition", "telegram", "mqtt")
        ]
        assert all(leg.milliseconds is not None for leg in test.legs)
        assert test.passed
        assert [call.text.splitlines()[0] for call in api.sent(1)] == [
            "TEST: Someone is at the door",
            "TEST: No face in the picture",
        ]
        assert house.wait("porchlight/this-computer/ring").json["trigger"] == "test"
        assert house.wait("porchlight/this-computer/visitor").json["trigger"] == "test"
        assert json.loads(house.wait("porchlight/full_test").text)["visit"] == test.visit
        announced = [mail.topic for mail in house.mails if mail.topic.startswith("homeassistant")]
        assert not [topic for topic in announced if "this" in topic], "a test is no device of the house"
        assert [(what, text[:5]) for what, text, *_ in door.done] == [("show", "TEST ")]
    visit = station.visit(test.visit)
    assert visit.trigger is Trigger.TEST
    assert watcher.wait(lambda c: isinstance(c, FullTest)) == test
    assert station._assembly.store.visits_between(0, time.time() + 1) == (), "not among those who came"


def test_a_phone_that_fails_is_told_at_the_broker_and_in_the_window(
    station: Station, api: FakeBotApi, broker: Mosquitto
) -> None:
    watcher = Watcher(station)
    api.always("sendMessage", BLOCKED)
    with broker.listen() as house:
        test = station.full_test()
        told = json.loads(house.wait("porchlight/full_test").text)
    failed = next(leg for leg in test.legs if leg.error)
    assert (failed.name, failed.milliseconds) == ("telegram", None)
    assert "blocked" in failed.error
    assert [leg["name"] for leg in told["legs"] if leg["error"]] == ["telegram"]
    assert not watcher.wait(lambda c: isinstance(c, FullTest)).passed
    assert station._assembly.store.next_notice("telegram", "1") is None


def test_a_broker_that_is_away_is_told_on_the_phone_and_nothing_of_the_test_comes_later(
    station: Station, api: FakeBotApi, broker: Mosquitto
) -> None:
    station._assembly.tester._patience_s = 3
    broker.stop()
    test = station.full_test()
    assert [leg.name for leg in test.legs if leg.error] == ["mqtt"]
    api.wait_for(lambda: len(api.sent(1)) == 3)
    told = api.sent(1)[-1].text
    assert told.startswith("TEST: not everything works.\nmqtt: The broker is")
    assert told.endswith("Working: receiver, recognition, telegram")
    broker.start()
    with broker.listen() as house:
        house.wait("porchlight/full_test")
        assert house.of("porchlight/this-computer/ring") == []


def test_nobody_is_enrolled_from_a_test_and_no_stranger_can_make_one(station: Station, tmp_path: Path) -> None:
    made_up.ring(station._assembly.store, tmp_path, [], trigger=Trigger.TEST)
    visit = station.visits()[0]
    seen = station._assembly.store.conclude(visit.snapshots[0].id, *made_up.known("Anna"), [])
    assert seen
    with pytest.raises(StationError, match="test"):
        station.name_face(seen.faces[0].id, "Eve")
    headers = {"Content-Type": "image/jpeg", HEADER: "guessed"}
    picture = as_jpeg(made_up.Image.new("RGB", (64, 48)))
    assert requests.post(f"http://{station.bound}/", picture, headers=headers, timeout=10).status_code == 202
    assert station.visits()[0].trigger is Trigger.RING


def test_the_shell_asks_the_station_that_runs(
    station: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str], api: FakeBotApi
) -> None:
    places = ["--settings", str(tmp_path / "station.toml"), "--data-dir", str(tmp_path / "data")]
    assert main([*places, "test-ring"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["ok   receiver", "ok   recognition", "ok   telegram", "ok   mqtt"]
    assert all(line.endswith(" ms") for line in lines)
    api.always("sendPhoto", BLOCKED)
    assert main([*places, "test-ring"]) == 1
    assert "FAIL telegram: " in capsys.readouterr().out
    station.stop()
    assert main([*places, "test-ring"]) == 1
    assert "No station runs here" in capsys.readouterr().err


# ---- when


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "station.sqlite3")
    yield made
    made.close()


Run = Callable[[float], int]


@pytest.fixture
def tested_by(store: Store) -> Run:
    """Looks at a time (each time after a restart), and returns how many tests there were so far."""
    runs: list[FullTest] = []
    clock = Clock(0)

    def look(now: float) -> int:
        clock.now = now
        dead, screens = "http://127.0.0.1:9/", [Leg("s", "s", 1.0)]
        tester = FullTester(store, lambda: dead, lambda _: screens, runs.append, lambda *_: None, clock=clock)
        tester.look("Sun 11:00")
        tester.stop()
        return len(runs)

    return look


def test_it_comes_once_a_week_by_itself(tested_by: Run) -> None:
    """Switched on after its time it waits for the next; a station that was off makes up for it within a day."""
    sunday = datetime(2026, 7, 12, 11, 0).timestamp()
    day = 86_400
    assert tested_by(sunday + 60) == 0
    assert tested_by(sunday + 7 * day - 1) == 0
    assert tested_by(sunday + 7 * day) == 1
    assert tested_by(sunday + 7 * day + 60) == 1
    assert tested_by(sunday + 16 * day) == 1, "two days late is no test of Sunday"
    assert tested_by(sunday + 21 * day + 3600) == 2
