"""The door from the button to the owner's screen and back, with real parts only: firmware, station, eyes, broker."""

from __future__ import annotations

import os
import select
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from receiver.announcement import find_stations
from tests.door.conftest import Stations
from tests.door.house import DOOR, House
from tests.fakes import Inbox, Mosquitto, free_port
from tests.firmware.bad_servers import BadServer, Line, SilentProxy
from tests.firmware.interpreters import INTERPRETERS, command_of

PRESSES = int(os.environ.get("DOOR_PRESSES", "200"))
"""A thousand take five minutes: DOOR_PRESSES=1000."""
HURRY = 3
"""So many seconds of the door in one of ours; with more, asyncio's own stamps on its tasks no longer fit."""
NEXT_QUICK_PRESS_MS = 700
AGAIN_S = 1.0
"""A finger that has not heard the bell presses again."""
MOST_GROWTH_BYTES = 4096

pytestmark = pytest.mark.timeout(300)


def _house(folder: Path, stations: Stations, picture: Image.Image, **more: Any) -> House:
    """A house whose station is not started yet, with a door on MicroPython that has nobody in between."""
    port = more.pop("port", None) or free_port()
    station = stations(receiver__port=str(port), recognition__merge_window_s="0", **more.pop("settings", {}))
    house = House(folder, station, station_port=more.pop("station_port", port), broker_port=more.pop("broker_port", 0))
    return house.move_in(picture, command_of(more.pop("interpreter", "micropython")), **more)


def _settled(visits: list[dict[str, Any]]) -> bool:
    return bool(visits) and all(visit["verdict"] for visit in visits)


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_who_rings_is_told_at_once_and_by_name(
    interpreter: str, tmp_path: Path, station: Stations, astronaut: Image.Image
) -> None:
    """A bouncing press is one ring, told before the camera has begun; the picture is whole and the name right."""
    house = _house(tmp_path, station, astronaut, interpreter=interpreter)
    photo = tmp_path / "eileen.png"
    astronaut.save(photo)
    assert house.station.run("enrol", "Eileen", str(photo)).returncode == 0
    house.station.start()
    with house:
        for count in (1, 2):
            pressed = house.press()
            house.until(lambda count=count: len(house.visits()) == count)
            house.until(lambda: _settled(house.visits()))
            visit = house.visits()[0]
            assert visit["started_at"] < min(frame for frame in house.door.frames if frame > pressed)
            assert visit["verdict"] == "known"
            assert [face["identity"] for face in visit["faces"]] == ["Eileen"]
            assert house.picture_of(visit) in house.pictures_taken()
        assert len(house.visits()) == 2
        house.assert_unshaken()


@pytest.mark.broker
@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_what_the_house_says_is_read_at_the_door(
    interpreter: str, tmp_path: Path, station: Stations, broker: Mosquitto, astronaut: Image.Image
) -> None:
    """A text from Home Assistant is signed by the station and shown; a look sends a picture and rings nobody."""
    house = _house(
        tmp_path, station, astronaut, interpreter=interpreter, broker_port=broker.port, display="oled",
        settings={"mqtt__broker": "external", "mqtt__host": "127.0.0.1", "mqtt__port": str(broker.port)},
    )  # fmt: skip
    house.station.start()
    with broker.listen() as inbox, house:
        house.until_commands_arrive(inbox)
        text = "Komme gleich, 2 Minuten"
        inbox.publish(f"porchlight/{DOOR}/screen/set", text)
        house.until(
            lambda: any(mail.text == "Komme gleich, 2 Minuten" for mail in inbox.of(f"porchlight/{DOOR}/screen"))
        )
        assert " ".join(house.state()["display"][0].split()) == "Komme gleich, 2 Minuten"
        assert inbox.wait(f"porchlight/{DOOR}/receipt").json["done"] is True
        inbox.publish(f"porchlight/{DOOR}/look/set", "")
        house.until(lambda: _settled(house.visits()))
        assert [visit["trigger"] for visit in house.visits()] == ["look"]
        assert inbox.of(f"porchlight/{DOOR}/ring") == []
        house.assert_unshaken()


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_a_house_without_a_broker_has_the_stations(
    interpreter: str, tmp_path: Path, station: Stations, astronaut: Image.Image
) -> None:
    """The same over the built-in broker, with a password that follows from the key; after a restart it goes on."""
    port, owner = free_port(), ("home", "for Home Assistant")
    house = _house(
        tmp_path, station, astronaut, interpreter=interpreter, broker_port=port, display="oled",
        settings={"mqtt__broker": "builtin", "mqtt__port": str(port), "mqtt__username": owner[0],
                  "mqtt__password": owner[1]},
    )  # fmt: skip
    screen, told = f"porchlight/{DOOR}/screen", "Komme gleich, 2 Minuten"
    house.station.start()
    with house:
        with Inbox(port, "porchlight/#", user=owner) as inbox:
            house.until_commands_arrive(inbox)
            inbox.publish(f"{screen}/set", told)
            house.until(lambda: any(mail.text == told for mail in inbox.of(screen)))
            assert " ".join(house.state()["display"][0].split()) == told
            assert inbox.wait(f"porchlight/{DOOR}/receipt").json["done"] is True
        house.station.stop()
        house.station.start()
        with Inbox(port, "porchlight/#", user=owner) as inbox:
            house.until(lambda: house.console().count("broker: connected") == 2)
            house.until_commands_arrive(inbox)
            inbox.publish(f"porchlight/{DOOR}/look/set", "")
            house.until(lambda: _settled(house.visits()))
            assert [visit["trigger"] for visit in house.visits()] == ["look"]
        house.assert_unshaken()


# ---- what goes wrong


def test_a_station_that_is_away_hears_of_the_ring_when_it_is_back(
    tmp_path: Path, station: Stations, astronaut: Image.Image
) -> None:
    """Once, with its age; no old picture is passed off as a new one."""
    house = _house(tmp_path, station, astronaut)
    with house:
        house.until(lambda: "station:" in house.console())
        pressed = house.press()
        house.until((house.flash / "rings.json").exists)
        house.station.start()
        house.until(house.visits)
        house.until(lambda: not (house.flash / "rings.json").exists() or _waiting(house) == 0)
        visits = house.visits()
        assert len(visits) == 1
        assert abs(visits[0]["started_at"] - pressed) < 3
        assert visits[0]["snapshot"] is None if "snapshot" in visits[0] else visits[0]["faces"] == []
        house.assert_unshaken()


def _waiting(house: House) -> int:
    return (house.flash / "rings.json").read_text().count(",") + (house.flash / "rings.json").stat().st_size - 2


@pytest.mark.parametrize("behaviour", ["500", "nothing", "garbage", "hangs up"])
def test_a_station_out_of_its_mind_is_asked_again(
    behaviour: str, tmp_path: Path, station: Stations, astronaut: Image.Image
) -> None:
    """Whatever it answers; the ring arrives when it has come to its senses, once."""
    with ExitStack() as stack:
        with BadServer(_BEHAVIOURS[behaviour]) as mad:
            house = _house(tmp_path, station, astronaut, port=mad.port, hurry=str(HURRY))
            stack.enter_context(house)
            house.until(lambda: "station:" in house.console())
            house.press()
            house.until((house.flash / "rings.json").exists)
        house.station.start()
        house.until(house.visits)
        house.until(lambda: house.state()["led"] == 0)
        assert len(house.visits()) == 1
        house.assert_unshaken()


_BEHAVIOURS = {
    "500": lambda line: _after_request(line, b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"),
    "nothing": Line.hold,
    "garbage": lambda line: _after_request(line, b"\x00\xff" * 300),
    "hangs up": lambda line: line.request(),
}


def _after_request(line: Line, answer: bytes) -> None:
    line.request()
    line.say(answer)


@pytest.mark.parametrize("trouble", ["cable", "dhcp"])
def test_a_door_without_a_network_rings_as_soon_as_it_has_one(
    trouble: str, tmp_path: Path, station: Stations, astronaut: Image.Image
) -> None:
    """The cable was out, or nobody gave it an address for a while."""
    house = _house(tmp_path, station, astronaut, hurry=str(HURRY))
    house.station.start()
    with house:
        house.until(lambda: house.state()["led"] == 0)
        if trouble == "dhcp":
            house.door.ask("dhcp off")
        house.door.ask("cable out")
        house.until(lambda: "no link" in house.console())
        if trouble == "dhcp":
            house.door.ask("cable in")
            house.until(lambda: house.console().count("waiting for an address") > 1)
        house.press()
        house.until(lambda: house.state()["buzzes"])
        assert house.visits() == []
        house.door.ask("dhcp on")
        house.door.ask("cable in")
        house.until(house.visits)
        house.assert_unshaken()
        assert len(house.visits()) == 1


@pytest.mark.parametrize("fault", ["dead", "blind", "garbage", "stuck", "endless", "hung", "frozen"])
def test_a_broken_camera_never_keeps_the_bell_from_ringing(
    fault: str, tmp_path: Path, station: Stations, astronaut: Image.Image
) -> None:
    """The ring is told, without a picture or with a broken one; when the camera is well again so are the pictures."""
    house = _house(tmp_path, station, astronaut, hurry=str(HURRY))
    house.station.start()
    with house:
        house.door.ask(f"camera {fault}")
        house.press()
        house.until(house.visits)
        house.until(lambda: "camera:" in house.console())
        house.door.ask("camera well")
        house.press()
        house.until(lambda: len(house.visits()) == 2)
        house.until(lambda: house.visits()[0]["verdict"] == "unknown")
        house.assert_unshaken()


@pytest.mark.broker
def test_a_broker_that_falls_silent_is_left_and_found_again(
    tmp_path: Path, station: Stations, broker: Mosquitto, astronaut: Image.Image
) -> None:
    """A half-open connection: noticed without a word from the other side, while the bell works all along."""
    with SilentProxy(broker.port) as proxy, broker.listen() as inbox:
        house = _house(tmp_path, station, astronaut, broker_port=proxy.port, hurry=str(HURRY))
        house.station.start()
        with house:
            house.until(lambda: inbox.of(f"porchlight/{DOOR}/health"))
            proxy.fall_silent()
            house.press()
            house.until(house.visits)
            house.until(lambda: proxy.connections == 2)
            heard = len(inbox.of(f"porchlight/{DOOR}/health"))
            house.until(lambda: len(inbox.of(f"porchlight/{DOOR}/health")) > heard)
            house.assert_unshaken()


@pytest.mark.broker
@pytest.mark.timeout(900)
def test_hundreds_of_presses_leave_nothing_behind(
    tmp_path: Path, station: Stations, broker: Mosquitto, astronaut: Image.Image
) -> None:
    """Each is one ring, and a heap of the board's size is no fuller after the last than after the first fifty.

    The bell takes presses sooner than at home, and time passes faster; nothing else is changed.
    """
    house = _house(
        tmp_path, station, astronaut, broker_port=broker.port, hurry=str(HURRY),
        settings={"receiver__pictures_per_minute": "100000"},
    )  # fmt: skip
    _replace(house.flash / "a" / "bell.py", "LEAST_INTERVAL_MS = const(3000)", "LEAST_INTERVAL_MS = const(500)")
    house.station.start()
    used = []
    with broker.listen(f"porchlight/{DOOR}/health") as inbox, house, _store(house) as rings:
        while (count := rings()) < PRESSES:
            if count % 50 == 0 and count // 50 > len(used):
                used.append(house.door.ask("tidy")["memory_used"])
            pressed = house.door.press(hold_ms=300)["at_ms"]
            _within(AGAIN_S, lambda count=count: rings() > count)
            house.until(lambda pressed=pressed: house.state()["at_ms"] > pressed + NEXT_QUICK_PRESS_MS)
        house.until(lambda: inbox.mails[-1].json["presses"] == PRESSES)
        assert rings() == PRESSES
        assert used[-1] < used[0] + MOST_GROWTH_BYTES, used
        house.assert_unshaken()


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@contextmanager
def _store(house: House) -> Iterator[Callable[[], int]]:
    """Counts the rings that the station has taken."""
    store = sqlite3.connect(house.station.home / "data" / "station.sqlite3")
    yield lambda: int(store.execute("select count(*) from rings").fetchone()[0])
    store.close()


def _within(seconds: float, holds: Callable[[], object]) -> None:
    """Wait for what should happen; whoever sees that it did not tries again."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        select.select([], [], [], 0.01)


def test_a_station_that_moved_is_found_again(tmp_path: Path, station: Stations, astronaut: Image.Image) -> None:
    """Its address is not the one in config.json any more: the door asks the network, and believes only the key."""
    house = _house(tmp_path, station, astronaut, station_port=free_port(), hurry=str(HURRY), settings={
        "receiver__host": "0.0.0.0", "receiver__announce": "true",
    })  # fmt: skip
    house.station.start()
    if not find_stations(timeout=3):
        pytest.skip("multicast does not come back on this machine")
    with house:
        house.press()
        house.until(lambda: "it is at" in house.console(), 120)
        house.until(house.visits)
        assert house.door.starts == 2
        assert len(house.visits()) == 1
