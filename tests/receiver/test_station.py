"""The facade: starts, stops, re-applies its parts, and carries the owner's commands."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from receiver import settings as settings_file
from receiver.errors import GalleryError, StationError
from receiver.models import Change, DoorState, GalleryChanged, Judgement, Part, PartState, Verdict, Visit, VisitDeleted
from receiver.self_check import self_check
from receiver.station import Station
from receiver.verdicts import IN_HINDSIGHT
from tests.station_process import as_jpeg

PATIENCE_S = 60
DAY = 86_400.0
JPEG = {"Content-Type": "image/jpeg"}


class Watcher:
    """Everything a station publishes, to wait on."""

    def __init__(self, station: Station) -> None:
        self.changes: list[Change] = []
        self._news = threading.Condition()
        station.subscribe(self._note)

    def _note(self, change: Change) -> None:
        with self._news:
            self.changes.append(change)
            self._news.notify_all()

    def wait(self, wanted: Callable[[Any], bool]) -> Any:
        """The first change that fits."""
        with self._news:
            assert self._news.wait_for(lambda: any(map(wanted, self.changes)), PATIENCE_S), self.changes
            return next(change for change in self.changes if wanted(change))

    def verdict(self, visit: str) -> Visit:
        return self.wait(lambda c: isinstance(c, Visit) and c.id == visit and c.verdict is not None)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "known_faces").mkdir()
    (tmp_path / "station.toml").write_text("# mine\n[receiver]\nhost = '127.0.0.1'\nport = 0\n[mqtt]\nbroker = 'off'\n")
    return tmp_path


def build(home: Path, clock: Callable[[], float] = time.time) -> Station:
    places = {"data_dir": home / "data", "gallery_dir": home / "known_faces"}
    settings = settings_file.load(home / "station.toml", overrides=places, environ={})
    return Station(settings, home / "station.toml", clock=clock)


@pytest.fixture
def station(home: Path) -> Iterator[Station]:
    station = build(home)
    station.start()
    yield station
    station.stop()


def save(folder: Path, name: str, picture: Image.Image) -> Path:
    path = folder / name
    path.write_bytes(as_jpeg(picture, quality=95))
    return path


def test_a_picture_of_this_computer_gets_its_verdict(
    station: Station, tmp_path: Path, grace_hopper: Image.Image
) -> None:
    watcher = Watcher(station)
    assert [p.judgement for p in station.enrol("Grace", [save(tmp_path, "g.jpg", grace_hopper)])] == [Judgement.GOOD]
    watcher.wait(lambda c: isinstance(c, GalleryChanged) and any(i.usable for i in c.identities))
    visit = station.ring(save(tmp_path, "press.jpg", grace_hopper.resize((400, 469))))
    assert visit.verdict is None, "the visit is there before its verdict"
    assert watcher.verdict(visit.id).identities == ("Grace",)


def test_every_part_tells_the_time_by_the_clock_of_the_station(home: Path, astronaut: Image.Image) -> None:
    """Three days ahead of this computer's: also what comes in by the web, and what is written at the end."""
    station = build(home, lambda: time.time() + 3 * DAY)
    soon = time.time() + 2 * DAY
    watcher = Watcher(station)
    station.start()
    try:
        answer = requests.post(station.address, as_jpeg(astronaut), headers=JPEG, timeout=5)
        station.decide_door(station.doors()[0].id, DoorState.APPROVED)
        visit = watcher.verdict(watcher.wait(lambda c: isinstance(c, Visit)).id)
        assert answer.ok
        assert visit.started_at > soon
        assert (visit.concluded_at or 0) > soon
        assert station.doors()[0].last_heard > soon
        assert (station.hush(60, by="me").until or 0) > soon
        assert all(part.since > soon for part in station.parts())
    finally:
        station.stop()


def test_a_stranger_named_by_the_owner_is_enrolled_and_known_next_time(
    station: Station, tmp_path: Path, astronaut: Image.Image
) -> None:
    watcher = Watcher(station)
    first = watcher.verdict(station.ring(save(tmp_path, "1.jpg", astronaut)).id)
    assert first.verdict is Verdict.UNKNOWN
    named = station.name_face(first.faces[0].id, "Eileen")
    assert (named.visit.verdict, named.visit.identities) == (Verdict.KNOWN, ("Eileen",))
    assert named.photo.judgement is Judgement.GOOD
    later = save(tmp_path, "2.jpg", astronaut.resize((400, 400)))
    station.apply({("recognition", "merge_window_s"): 0})
    assert watcher.verdict(station.ring(later).id).identities == ("Eileen",)


def test_not_anna_sticks_to_faces_like_that_one_until_it_is_withdrawn(
    station: Station, tmp_path: Path, grace_hopper: Image.Image
) -> None:
    station.apply({("recognition", "merge_window_s"): 0})
    watcher = Watcher(station)
    station.enrol("Anna", [save(tmp_path, "anna.jpg", grace_hopper)])
    first = watcher.verdict(station.ring(save(tmp_path, "1.jpg", grace_hopper.resize((400, 469)))).id)
    assert first.identities == ("Anna",)
    second = watcher.verdict(station.ring(save(tmp_path, "0.jpg", grace_hopper.resize((410, 481)))).id)
    said = station.reject_face(first.faces[0].id)
    assert (said.visit.id, said.visit.verdict, said.visit.identities) == (first.id, Verdict.UNKNOWN, ())
    assert [other.id for other in said.others] == [second.id]
    assert station.visit(second.id).identities == ()
    again = watcher.verdict(station.ring(save(tmp_path, "2.jpg", grace_hopper.resize((420, 492)))).id)
    assert again.verdict in (Verdict.UNKNOWN, Verdict.UNCLEAR)
    assert again.identities == ()
    (kept,) = station.rejections("Anna")
    withdrawn = station.withdraw_rejection(kept.id)
    assert {visit.id: visit.identities for visit in withdrawn.visits} == dict.fromkeys(
        (first.id, second.id, again.id), ("Anna",)
    )
    later = watcher.verdict(station.ring(save(tmp_path, "3.jpg", grace_hopper.resize((380, 445)))).id)
    assert later.identities == ("Anna",)


def test_a_stranger_of_today_is_known_once_their_photos_come_and_no_more_when_those_go(
    station: Station, tmp_path: Path, grace_hopper: Image.Image
) -> None:
    """Nobody is told a second time: there is no message but the one of the visit itself."""
    watcher = Watcher(station)
    visit = watcher.verdict(station.ring(save(tmp_path, "1.jpg", grace_hopper.resize((400, 469)))).id)
    assert visit.verdict is Verdict.UNKNOWN
    (photo,) = station.enrol("Grace", [save(tmp_path, "g.jpg", grace_hopper)])
    later = watcher.wait(lambda c: isinstance(c, Visit) and c.identities == ("Grace",))
    assert later.id == visit.id
    assert later.faces[0].reason == IN_HINDSIGHT
    assert later.deliveries == visit.deliveries
    watcher.changes.clear()
    station.remove_photo(photo.path)
    assert watcher.verdict(visit.id).verdict is Verdict.UNKNOWN


def test_a_face_without_a_name_has_none_to_take_away(station: Station, tmp_path: Path, astronaut: Image.Image) -> None:
    visit = Watcher(station).verdict(station.ring(save(tmp_path, "1.jpg", astronaut)).id)
    with pytest.raises(StationError):
        station.reject_face(visit.faces[0].id)


def test_a_name_that_is_no_name_changes_nothing(station: Station, tmp_path: Path, astronaut: Image.Image) -> None:
    watcher = Watcher(station)
    visit = watcher.verdict(station.ring(save(tmp_path, "1.jpg", astronaut)).id)
    with pytest.raises(GalleryError):
        station.name_face(visit.faces[0].id, "../../etc")
    assert station.visit(visit.id).verdict is Verdict.UNKNOWN


def test_settings_take_effect_at_once_and_keep_the_owners_comments(station: Station, home: Path) -> None:
    """The receiver moves to another port while the station runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    station.apply({("receiver", "port"): port})
    assert requests.get(f"http://127.0.0.1:{port}/v1/health", timeout=5).status_code == 200
    assert (home / "station.toml").read_text().startswith("# mine\n")
    assert station.settings.gallery == home / "known_faces", "what the command line said stays"


def test_a_setting_that_cannot_work_is_taken_back(station: Station, home: Path) -> None:
    """With the new port in use the receiver goes on listening where it was."""
    before, text = station.bound, (home / "station.toml").read_text()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(StationError):
            station.apply({("receiver", "port"): taken.getsockname()[1]})
    assert station.settings.receiver.port == 0
    assert (home / "station.toml").read_text() == text
    assert requests.get(f"http://{station.bound}/v1/health", timeout=5).status_code == 200, before


def test_the_status_strip_tells_the_truth(station: Station) -> None:
    Watcher(station).wait(lambda _: True) if not station.parts() else None
    states = {part.name: part.state for part in station.parts()}
    assert (states["receiver"], states["telegram"], states["mqtt"]) == (
        PartState.WORKING,
        PartState.OFF,
        PartState.OFF,
    )
    assert "receiver: listening on http://" in station.status()


@pytest.mark.expects_log("a subscriber failed")
def test_a_subscriber_that_fails_stops_nobody(station: Station, tmp_path: Path, astronaut: Image.Image) -> None:
    def fail(_change: Change) -> None:
        raise ValueError("not the station's fault")

    station.subscribe(fail)
    watcher = Watcher(station)
    assert watcher.verdict(station.ring(save(tmp_path, "1.jpg", astronaut)).id).verdict is Verdict.UNKNOWN


def test_a_second_station_on_the_same_data_is_refused(station: Station, home: Path) -> None:
    with pytest.raises(StationError, match="already running"):
        build(home).start()
    assert station.parts()[0].state is PartState.WORKING


def test_after_a_failed_start_nothing_is_left_running(home: Path) -> None:
    """A port in use: the lock is free again, no thread or worker stays, and the next start works."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings_file.save(home / "station.toml", {("receiver", "port"): taken.getsockname()[1]})
        with pytest.raises(StationError, match=str(taken.getsockname()[1])):
            build(home).start()
    station = build(home)
    station.start()
    station.stop()


def test_approving_a_door_sends_its_held_picture_on_its_way(station: Station, astronaut: Image.Image) -> None:
    watcher = Watcher(station)
    answer = requests.post(
        f"http://{station.bound}", as_jpeg(astronaut), headers={"Content-Type": "image/jpeg"}, timeout=30
    )
    assert answer.status_code == 202
    visit = station.visits()[0]
    station.decide_door(visit.door, DoorState.APPROVED)
    assert watcher.verdict(visit.id).verdict is Verdict.UNKNOWN
    assert station.rename_door(visit.door, "  Front  door ").name == "Front door"


def test_a_paired_door_is_let_in_and_its_key_is_shown_once(station: Station) -> None:
    watcher = Watcher(station)
    key = station.pair_door("front-door", " Front  door ")
    assert len(bytes.fromhex(key)) == 32
    (door,) = station.doors()
    assert (door.name, door.state, door.authenticated) == ("Front door", DoorState.APPROVED, True)
    assert key not in repr(watcher.changes) + station.status() + repr(station.health())
    assert station.health()["doors"][0]["authenticated"]
    assert station.pair_door("front-door", "") != key, "pairing again draws another"
    assert station.doors()[0].name == "Front door", "and keeps the name"
    assert not station.unpair_door("front-door").authenticated
    with pytest.raises(KeyError):
        station.unpair_door("back-door")
    with pytest.raises(StationError):
        station.pair_door("No slug", "")


def test_a_reply_without_a_way_to_the_screen_says_so(station: Station) -> None:
    assert "MQTT is off" in station.reply("Coming!")


def test_deleting_a_visit_removes_its_picture_until_that_is_undone(
    station: Station, tmp_path: Path, astronaut: Image.Image
) -> None:
    """It comes back as it was; what was made of the picture can be made again."""
    watcher = Watcher(station)
    visit = watcher.verdict(station.ring(save(tmp_path, "1.jpg", astronaut)).id)
    picture = visit.snapshots[0].path
    small = picture.with_name(f"{visit.snapshots[0].id}@56.jpg")
    small.write_bytes(b"made by the window")
    before = picture.read_bytes()
    token = station.delete_visit(visit.id)
    assert VisitDeleted(visit.id) in watcher.changes
    assert not picture.exists()
    assert not small.exists()
    with pytest.raises(KeyError):
        station.visit(visit.id)
    assert station.undelete_visit(token) == visit
    assert picture.read_bytes() == before
    assert watcher.changes[-1] == visit
    with pytest.raises(StationError, match="no longer be undone"):
        station.undelete_visit(token)
    station.delete_visit(visit.id)
    station.stop()
    assert not any(station.settings.snapshots.rglob("*.jpg"))


def test_self_check_goes_through_every_part(home: Path) -> None:
    checked = list(self_check(build(home).settings))
    assert [(part, good) for part, good, _ in checked] == [
        (part, True) for part in ("settings", "store", "recognition", "telegram", "apprise", "mqtt")
    ]


def test_parts_are_published_when_they_change(home: Path) -> None:
    station = build(home)
    watcher = Watcher(station)
    station.start()
    ready = watcher.wait(lambda c: isinstance(c, Part) and c.name == "recognition" and c.state is PartState.WORKING)
    assert ready.detail
    station.stop()
    assert station.parts()[0].state is PartState.OFF


def test_what_a_refused_door_had_sent_is_told_to_be_gone(station: Station, astronaut: Image.Image) -> None:
    """A window that lists the held visit must not go on showing it."""
    watcher = Watcher(station)
    requests.post(station.address, as_jpeg(astronaut), headers=JPEG, timeout=5)
    held = watcher.wait(lambda c: isinstance(c, Visit))
    station.decide_door(held.door, DoorState.REFUSED)
    assert VisitDeleted(held.id) in watcher.changes
    assert station.visit_keys() == ()
