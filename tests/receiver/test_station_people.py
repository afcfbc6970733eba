"""People through the whole station: strangers named, and somebody forgotten by everything it has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from receiver import settings as settings_file
from receiver.__main__ import main
from receiver.models import GalleryChanged, Part, PartState, StrangersChanged, Verdict
from receiver.station import Station
from tests.fakes import Inbox
from tests.receiver.test_broker import OWNER
from tests.receiver.test_station import PATIENCE_S, Watcher, save
from tests.receiver.test_station_broker import build, home
from tests.waiting import wait_until

__all__ = ("home",)


@pytest.fixture
def station(home: Path) -> Iterator[Station]:
    station = build(home)
    watcher = Watcher(station)
    station.start()
    watcher.wait(lambda c: isinstance(c, Part) and c.name == "mqtt" and c.state is PartState.WORKING)
    station.apply({("recognition", "merge_window_s"): 0})
    yield station
    station.stop()


def ring(station: Station, watcher: Watcher, tmp_path: Path, picture: Image.Image, width: int):
    """A press by somebody, at its verdict; each width is another picture of them."""
    size = (width, width * picture.height // picture.width)
    return watcher.verdict(station.ring(save(tmp_path, f"{width}.jpg", picture.resize(size))).id)


def test_a_stranger_who_comes_again_is_gathered_named_and_a_stranger_again(
    station: Station, tmp_path: Path, astronaut: Image.Image
) -> None:
    """With every visit, by one word; and it is taken back with one."""
    watcher = Watcher(station)
    visits = [ring(station, watcher, tmp_path, astronaut, width) for width in (400, 420, 440)]
    watcher.wait(lambda c: isinstance(c, StrangersChanged) and c.strangers and len(c.strangers[0].visits) == 3)
    (stranger,) = station.gathered_strangers()
    assert stranger.letter == "A"
    named = station.name_stranger(stranger.id, "Eileen")
    assert {named.visit.id, *(visit.id for visit in named.others)} == {visit.id for visit in visits}
    assert {station.visit(visit.id).identities for visit in visits} == {("Eileen",)}
    assert station.gathered_strangers() == ()
    assert station.undo(named.undo)
    wait_until(station.gathered_strangers, PATIENCE_S)
    station.ignore_stranger(stranger.id)
    assert station.gathered_strangers() == ()
    assert [one.letter for one in station.gathered_strangers(ignored=True)] == ["A"]


def test_who_is_forgotten_is_in_no_file_no_setting_and_not_at_the_broker(
    station: Station, home: Path, tmp_path: Path, grace_hopper: Image.Image
) -> None:
    """And is somebody you don't know the next time."""
    name = "Grace Xyzzy"
    watcher = Watcher(station)
    station.apply({("hush", "once_a_day"): (name, "Bob")})
    station.enrol(name, [save(tmp_path, "g.jpg", grace_hopper)])
    watcher.wait(lambda c: isinstance(c, GalleryChanged) and any(i.usable for i in c.identities))
    visits = [ring(station, watcher, tmp_path, grace_hopper, width) for width in (400, 420)]
    assert {visit.identities for visit in visits} == {(name,)}
    with Inbox(station.settings.mqtt.port, "porchlight/#", user=OWNER) as broker:
        topics = [f"porchlight/{visits[0].door}/{kept}" for kept in ("last_visitor", "last_visitor/attributes")]
        assert all(name in broker.wait(topic).text for topic in topics)
        wait_until(lambda: all(d.delivered_at for v in visits for d in station.visit(v.id).deliveries), PATIENCE_S)
        gone = station.forget(name)
        assert (gone.photos, gone.visits, gone.retained, gone.rules) == (1, 2, 3, ("once_a_day",))
        for topic in topics:
            broker.wait_last(topic, "")
    assert station.settings.hush.once_a_day == ("Bob",)
    assert {station.visit(visit.id).verdict for visit in visits} == {Verdict.UNKNOWN}
    again = ring(station, watcher, tmp_path, grace_hopper, 440)
    assert (again.verdict, again.identities) == (Verdict.UNKNOWN, ())
    station.stop()
    for path in home.rglob("*"):
        assert "Xyzzy" not in path.name
        if path.is_file():
            assert b"Xyzzy" not in path.read_bytes(), path


def test_the_shell_forgets_exports_and_imports(
    home: Path, tmp_path: Path, grace_hopper: Image.Image, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the window does, without it."""
    common = ["--settings", str(home / "station.toml"), "--data-dir", str(home / "data")]
    common += ["--gallery", str(home / "known_faces")]
    settings_file.save(home / "station.toml", {("hush", "never_for"): ("Grace", "Bob")})
    (home / "known_faces" / "Grace").mkdir()
    save(home / "known_faces" / "Grace", "1.jpg", grace_hopper)
    file = tmp_path / "people.zip"
    assert main([*common, "export", str(file)]) == 0
    assert main([*common, "forget", "grace"]) == 0
    said = capsys.readouterr().out
    assert "1 photos of 1 people are in" in said
    assert "forgot grace\n1\tphotos\n1\tsets of numbers that describe the face\n1\tentry of hush.never_for\n" in said
    assert not list((home / "known_faces").rglob("*.jpg"))
    assert "Grace" not in (home / "station.toml").read_text()
    assert main([*common, "import", str(file)]) == 0
    assert "1 photos of 1 people, 0 were there already" in capsys.readouterr().out
    assert main([*common, "import", "--replace", str(file)]) == 0
    assert main([*common, "import", str(home / "station.toml")]) == 1
    assert "This file is not whole" in capsys.readouterr().err
