"""Quiet as the whole station keeps it: first words that wait, hushes that outlive restarts, facts that stay facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from receiver import settings as settings_file
from receiver.__main__ import main
from receiver.errors import StationError
from receiver.message_rows import HOLD_S
from receiver.models import (
    TOLD,
    DeliveryState,
    GalleryChanged,
    Hush,
    Message,
    Part,
    PartState,
    Ruling,
    Telling,
    Verdict,
    Visit,
)
from receiver.quiet import Quiet, span_of
from receiver.station import Station
from receiver.store import Store
from tests.fakes import MADE_UP_TOKEN, FakeBotApi, Mosquitto
from tests.receiver import made_up
from tests.receiver.made_up import Clock
from tests.receiver.test_station import Watcher, save

TEXT, PHOTO = Message("telegram", "text", "1"), Message("telegram", "photo", "1")
RING, VISITOR = Message("mqtt", "ring", "", fact=True), Message("mqtt", "visitor", "", fact=True)
LATER, HUSHED = Ruling(Telling.LATER), Ruling(Telling.HUSHED, "never for Anna")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "station.sqlite3")
    yield made
    made.close()


# ---- what the store makes of a ruling


def begin(store: Store, folder: Path, ruling: Ruling) -> Visit:
    return made_up.ring(store, folder, [TEXT, RING], ruling=ruling)


def states(visit: Visit) -> dict[str, DeliveryState]:
    return {d.kind: d.state for d in visit.deliveries}


def due_in(visit: Visit, kind: str) -> float:
    """Seconds."""
    return next(d.due_at - d.created_at for d in visit.deliveries if d.kind == kind)


DUE, QUIET = DeliveryState.DUE, DeliveryState.HUSHED


def test_what_is_hushed_is_kept_and_shown_and_never_due(store: Store, tmp_path: Path) -> None:
    """The event for machines is due at once all the same."""
    begun = begin(store, tmp_path, HUSHED)
    assert states(begun) == {"text": QUIET, "ring": DUE}
    assert (begun.telling, begun.hushed, begun.deliveries[0].error) == (
        Telling.HUSHED,
        "never for Anna",
        "never for Anna",
    )
    assert store.next_delivery("telegram", "1") is None
    assert store.next_delivery("mqtt", "")


def test_a_first_word_that_waits_goes_out_with_the_verdict(store: Store, tmp_path: Path) -> None:
    begun = begin(store, tmp_path, LATER)
    assert (due_in(begun, "text"), due_in(begun, "ring")) == (HOLD_S, 0)
    told = store.conclude(begun.snapshots[0].id, *made_up.no_face(), [PHOTO, VISITOR], lambda _: TOLD)
    assert told
    assert states(told) == {"text": DUE, "ring": DUE, "photo": DUE, "visitor": DUE}
    assert due_in(told, "text") < HOLD_S
    assert told.telling is Telling.NOW


def test_a_first_word_that_waited_for_somebody_not_to_tell_of_is_never_sent(store: Store, tmp_path: Path) -> None:
    begun = begin(store, tmp_path, LATER)
    kept = store.conclude(begun.snapshots[0].id, *made_up.no_face(), [PHOTO, VISITOR], lambda _: HUSHED)
    assert kept
    assert states(kept) == {"text": QUIET, "ring": DUE, "photo": QUIET, "visitor": DUE}
    assert store.waited_for(time.time() + 60) == ()


def test_without_a_verdict_the_first_word_is_told_after_a_while_and_the_verdict_too(
    store: Store, tmp_path: Path
) -> None:
    begun = begin(store, tmp_path, LATER)
    assert store.waited_for(time.time() - HOLD_S) == (), "not yet"
    (told,) = store.waited_for(time.time())
    assert (told.id, told.telling) == (begun.id, Telling.NOW)
    seen: list[Telling] = []

    def rule(visit: Visit) -> Ruling:
        seen.append(visit.telling)
        return TOLD

    store.conclude(begun.snapshots[0].id, *made_up.no_face(), [PHOTO], rule)
    assert seen == [Telling.NOW]


def test_names_told_today_are_those_of_visits_that_were_told(store: Store, tmp_path: Path) -> None:
    for name, ruling in (("Anna", TOLD), ("Bob", HUSHED)):
        begun = begin(store, tmp_path, ruling)
        store.conclude(begun.snapshots[0].id, *made_up.known(name), [PHOTO], lambda _, r=ruling: r)
    assert store.told_since(0, "") == {"Anna"}
    assert store.told_since(time.time() + 1, "") == frozenset()
    assert store.told_since(0, store.visits()[1].id) == frozenset(), "but in that one"


# ---- hushes


@pytest.mark.parametrize(
    ("text", "seconds"), [("30m", 1800), ("45", 2700), ("2h", 7200), ("90s", 90), (" 1 D ", 86_400)]
)
def test_how_long_is_said_in_the_usual_ways(text: str, seconds: float) -> None:
    assert span_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-5m", "0", "1.5h", "30 minutes"])
def test_a_time_that_is_none_is_explained(text: str) -> None:
    with pytest.raises(StationError, match="say 30m"):
        span_of(text)


def test_a_hush_ends_by_itself_and_is_published_twice(store: Store) -> None:
    clock, heard = Clock(1000), list[Hush]()
    quiet = Quiet(store, heard.append, clock=clock)
    hush = quiet.begin(60, by="a chat")
    assert (quiet.of(), heard) == (hush, [hush])
    clock.advance(61)
    assert quiet.of() is None
    quiet.look()
    quiet.look()
    assert [(h.until, h.holds(clock())) for h in heard] == [(1060, False), (1060, False)]


def test_a_hush_of_another_process_and_of_the_last_run_holds_at_once(store: Store) -> None:
    clock, heard = Clock(1000), list[Hush]()
    quiet = Quiet(store, heard.append, clock=clock)
    elsewhere = Quiet(store, clock=clock)
    elsewhere.begin(None, by="the command line")
    assert quiet.of() == Hush(None, "the command line")
    quiet.look()
    assert Quiet(store, clock=clock).of()
    elsewhere.end()
    assert quiet.of("front") is None
    clock.advance(5)
    quiet.look()
    assert [h.until for h in heard] == [None, 1005]


def test_one_door_is_hushed_alone_and_whoever_ends_it_there_wants_to_hear(store: Store) -> None:
    quiet = Quiet(store, clock=Clock(1000))
    quiet.begin(60, by="Home Assistant", scope="garage")
    assert quiet.of() is None
    assert quiet.of("garage")
    assert quiet.of("front") is None
    quiet.begin(600, by="the window")
    assert quiet.of("front") == quiet.of("garage") == quiet.of()
    quiet.end("garage")
    assert quiet.hushes() == ()


def test_a_hush_has_an_end_within_a_week(store: Store) -> None:
    with pytest.raises(StationError):
        Quiet(store).begin(8 * 86_400, by="me")


# ---- the whole station


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(chats=[1]) as running:
        yield running


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeBotApi) -> Iterator[Callable[[str], Station]]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "known_faces").mkdir()
    made: list[Station] = []

    def station(hush: str) -> Station:
        for old in made:
            old.stop()
        file = tmp_path / "station.toml"
        mqtt = "" if "[mqtt]" in hush else "[mqtt]\nbroker = 'off'\n"
        file.write_text(
            f"{mqtt}[receiver]\nhost = '127.0.0.1'\nport = 0\n[recognition]\nmerge_window_s = 0\n"
            f"[telegram]\nenabled = true\nchat_ids = [1]\napi_base = '{api.address}'\n[hush]\n{hush}\n"
        )
        places = {"data_dir": tmp_path / "data", "gallery_dir": tmp_path / "known_faces"}
        environ = {"PORCHLIGHT_TELEGRAM__TOKEN": MADE_UP_TOKEN}
        made.append(Station(settings_file.load(file, overrides=places, environ=environ), file))
        made[-1].start()
        return made[-1]

    yield station
    for one in made:
        one.stop()


def test_only_strangers_at_night(
    build: Callable[[str], Station],
    api: FakeBotApi,
    tmp_path: Path,
    grace_hopper: Image.Image,
    astronaut: Image.Image,
) -> None:
    """Grace comes home unheard; the stranger after her is told with text and photo, once recognised."""
    station = build("strangers_only = '00:00-00:00'")
    watcher = Watcher(station)
    station.enrol("Grace", [save(tmp_path, "g.jpg", grace_hopper)])
    watcher.wait(lambda c: isinstance(c, GalleryChanged) and any(i.usable for i in c.identities))
    watcher.wait(lambda c: isinstance(c, Part) and c.name == "recognition" and c.state is PartState.WORKING)
    rung = station.ring(save(tmp_path, "1.jpg", grace_hopper.resize((400, 469))))
    assert rung.telling is Telling.LATER
    grace = watcher.verdict(rung.id)
    assert (grace.identities, grace.telling) == (("Grace",), Telling.HUSHED)
    assert [(d.kind, d.state) for d in grace.deliveries] == [("text", QUIET), ("photo", QUIET)]
    assert grace.hushed.startswith("only strangers until ")
    station.ring(save(tmp_path, "2.jpg", astronaut))
    api.wait_for(lambda: len(api.sent(1)) == 2)
    assert [call.method for call in api.sent(1)] == ["sendMessage", "sendPhoto"]
    assert len(station.visits()) == 2, "history is complete"
    assert station.visits()[0].verdict is Verdict.UNKNOWN


def test_a_hush_outlives_a_restart_and_is_ended_from_anywhere(
    build: Callable[[str], Station], api: FakeBotApi, tmp_path: Path, astronaut: Image.Image
) -> None:
    watcher = Watcher(station := build(""))
    station.hush(3600, by="the window")
    assert watcher.wait(lambda c: isinstance(c, Hush)).by == "the window"
    station = build("")
    hush = station.hushed()
    assert hush
    assert "asked for by the window" in station.status()
    rung = station.ring(save(tmp_path, "1.jpg", astronaut))
    assert (rung.telling, rung.deliveries[0].state) == (Telling.HUSHED, QUIET)
    watcher = Watcher(station)
    station.unhush("a chat")
    ended = watcher.wait(lambda c: isinstance(c, Hush))
    assert not ended.holds(time.time())
    assert station.hushed() is None
    station.ring(save(tmp_path, "2.jpg", astronaut.resize((400, 400))))
    api.wait_for(lambda: len(api.sent(1)) == 2)


@pytest.mark.broker
def test_a_switch_of_the_house_keeps_one_door_quiet(
    build: Callable[[str], Station], tmp_path: Path, astronaut: Image.Image
) -> None:
    """ON, a time and OFF by hush/set; the state is retained; what was said yesterday and kept does nothing."""
    with Mosquitto() as broker, broker.listen() as house:
        house.publish("porchlight/front/hush/set", "ON", retain=True)
        station = build(f"[mqtt]\nbroker = 'external'\nhost = '127.0.0.1'\nport = {broker.port}")
        station.pair_door("front", "Front door")
        house.wait_last("porchlight/front/hush", "OFF")
        watcher = Watcher(station)
        house.publish("porchlight/front/hush/set", "30m")
        assert watcher.wait(lambda c: isinstance(c, Hush)).scope == "front"
        house.wait_last("porchlight/front/hush", "ON")
        assert (station.hushed(), bool(station.hushed("front"))) == (None, True)
        house.publish("porchlight/front/hush/set", "OFF")
        house.wait_last("porchlight/front/hush", "OFF")
        house.publish("porchlight/front/hush/set", "for ever and ever")
        station.hush(60, by="a chat")
        house.wait_last("porchlight/front/hush", "ON")
        rung = station.ring(save(tmp_path, "1.jpg", astronaut))
        assert house.wait("porchlight/this-computer/ring").json["hushed"] is True, "the event is a fact"
        assert rung.telling is Telling.HUSHED
        house.publish("porchlight/front/hush/set", "OFF")
        house.wait_last("porchlight/front/hush", "OFF")
        assert station.hushed() is None, "whoever ends it at a door wants to hear that door"
        house.publish("porchlight/front/hush", "ON", retain=True)
        house.wait_last("porchlight/front/hush", "ON")
        house.publish("porchlight/front/hush/set", "OFF")
        house.wait_last("porchlight/front/hush", "OFF")  # a switch that shows what holds no longer hears what does
        station.stop()
        with broker.listen("porchlight/front/hush") as later:
            assert later.wait("porchlight/front/hush").retained


def test_quiet_from_the_shell_holds_in_a_station_that_runs(
    build: Callable[[str], Station], tmp_path: Path, astronaut: Image.Image, capsys: pytest.CaptureFixture[str]
) -> None:
    station = build("")
    places = ["--settings", str(tmp_path / "station.toml"), "--data-dir", str(tmp_path / "data")]
    assert main([*places, "hush", "30m"]) == 0
    assert "asked for by the command line" in capsys.readouterr().out
    assert station.ring(save(tmp_path, "1.jpg", astronaut)).telling is Telling.HUSHED
    assert main([*places, "hush", "off"]) == 0
    assert main([*places, "hush"]) == 0
    assert capsys.readouterr().out == "not quiet\nnot quiet\n"
    assert station.hushed() is None
    assert main([*places, "hush", "soon"]) == 1
    assert "How long?" in capsys.readouterr().err
