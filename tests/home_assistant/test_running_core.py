"""The doors in a running Home Assistant: found, told, commanded, and still there after a restart of each of the three.

Not in the default run: needs a Home Assistant core in an environment of its own; HASS is the path of its `hass`.
Python 3.11: pip install "homeassistant==2024.3.3" "josepy<2" "paho-mqtt<2" Pillow==10.2.0 (messages for each entity).
Python 3.12 or 3.13: pip install "homeassistant==2025.1.4" "josepy<2" mutagen==1.47.0 hassil==2.1.0 ha-ffmpeg==3.2.2
home-assistant-intents==2025.1.1 PyTurboJPEG==1.7.5 numpy (one message for each door).
Python 3.13: pip install "homeassistant==2025.4.4"; from 3.13.2 on: pip install "homeassistant==2026.2.3" numpy.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from receiver.one_time_code import code_at, key_of, new_secret
from tests.door.house import DOOR
from tests.home_assistant import home as homes
from tests.home_assistant.core import HomeAssistant
from tests.home_assistant.home import Home
from tests.receiver.test_home_assistant import automations
from tests.system.conftest import Stations, station

__all__ = ["station"]

HASS = os.environ.get("HASS", "")
pytestmark = [
    pytest.mark.home_assistant,
    pytest.mark.broker,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not HASS, reason="HASS does not name the `hass` of a Home Assistant core"),
]

HUSH_SET, SCREEN_SET, LIGHT_SET = f"porchlight/{DOOR}/hush/set", f"porchlight/{DOOR}/screen/set", "hall/set"
SAID = "said"
SECRET = new_secret()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


# ---- the door's device


@pytest.mark.parametrize(
    "how",
    [{"own": True}, {"own": False}, {"own": False, "mqtt": "5"}],
    ids=["mosquitto", "built-in broker", "built-in broker and MQTT 5"],
)
def test_a_door_lives_in_home_assistant(
    how: dict[str, Any], stack: ExitStack, tmp_path: Path, station: Stations, astronaut: Image.Image
) -> None:
    """Found with its entities; rings and visitors arrive; texts, looks and quiet go back; restarts change nothing."""
    hass = HomeAssistant(tmp_path / "hass", HASS)
    home = homes.settle(stack, tmp_path, station, hass, astronaut, **how)
    expected = _is_found(home)
    _is_told(home)
    _commands(home)
    _is_quiet_and_not(home)
    _outlives_restarts(home, expected)
    home.house.station.run("doors", "unpair", DOOR)
    home.hass.stop()
    home.hass.start()
    home.hass.until(lambda: not home.hass.entities(home.key))
    assert home.hass.complaints() == []


def _is_found(home: Home) -> set[str]:
    """One device with its entities."""
    hass, key = home.hass, home.key
    entities = hass.entities(key)
    expected = {
        *(f"event.{key}_ring", f"event.{key}_visitor", f"image.{key}_picture", f"sensor.{key}_last_visitor"),
        *(f"text.{key}_screen", f"switch.{key}_hush", f"button.{key}_look"),
        *(f"binary_sensor.{key}_connected", f"binary_sensor.{key}_camera", f"sensor.{key}_firmware"),
        *(f"sensor.{key}_waiting_rings", f"sensor.{key}_light"),
    }
    assert entities == expected, "two further ones are disabled at first"
    device = f"device_id('event.{key}_ring')"
    assert hass.template(f"{{{{ device_attr({device}, 'name') }}}}") == "Porch"
    assert set(hass.template(f"{{{{ device_entities({device}) | join(' ') }}}}").split()) >= expected
    assert hass.state(f"event.{key}_ring")["attributes"]["device_class"] == "doorbell"
    assert hass.is_now(f"binary_sensor.{key}_connected", "on")
    hass.until(lambda: hass.is_now(f"binary_sensor.{key}_camera", "off"))
    return entities


def _is_told(home: Home) -> None:
    hass, key = home.hass, home.key
    visit = home.ring()
    rang = home.seen(f"event.{key}_ring", lambda s: s["attributes"].get("visit") == visit["id"])
    assert (rang["attributes"]["event_type"], rang["attributes"]["hushed"]) == ("ring", False)
    home.seen(f"event.{key}_visitor", lambda s: s["attributes"].get("identity") == "Eileen")
    who = home.seen(f"sensor.{key}_last_visitor", lambda s: s.get("state") == "Eileen")
    assert who["attributes"]["headline"] == "Eileen is at the door"
    image = home.seen(f"image.{key}_picture", lambda s: s.get("state") != "unknown")
    picture = requests.get(f"http://127.0.0.1:{hass.port}{image['attributes']['entity_picture']}", timeout=30)
    assert (picture.status_code, picture.content[:2]) == (200, b"\xff\xd8")


def _commands(home: Home) -> None:
    """A text on the screen and a look: the door has done them, and a look rings nothing."""
    hass, key = home.hass, home.key
    rang = hass.state(f"event.{key}_ring")["state"]
    _shows(home, "Two minutes")
    look = home.visit_after(lambda: hass.call("button.press", entity_id=f"button.{key}_look"))
    assert look["trigger"] == "look"
    seen = home.seen(f"event.{key}_visitor", lambda s: s["attributes"].get("visit") == look["id"])
    assert seen["attributes"]["trigger"] == "look"
    assert not hass.is_now(f"button.{key}_look", "unknown", "unavailable"), "when it was pressed last"
    assert hass.is_now(f"event.{key}_ring", rang), "nobody rang"
    assert hass.state(f"sensor.{key}_last_visitor")["attributes"]["visit"] != look["id"], "nor came"


def _shows(home: Home, text: str) -> None:
    """Set from Home Assistant, seen at the door, and told back."""
    assert home.hass.call("text.set_value", entity_id=f"text.{home.key}_screen", value=text).status_code == 200
    home.house.until(lambda: text in " ".join(home.house.state()["display"][0].split()))
    home.seen(f"text.{home.key}_screen", lambda s: s.get("state") == text)


def _is_quiet_and_not(home: Home) -> None:
    """The switch silences the station, the station's word moves the switch, and an event tells which it was."""
    hass, house, key = home.hass, home.house, home.key
    switch = f"switch.{key}_hush"
    assert hass.is_now(switch, "off")
    assert "assumed_state" not in hass.state(switch)["attributes"], "it shows what the station says"
    hass.call("switch.turn_on", entity_id=switch)
    hass.until(lambda: hass.is_now(switch, "on"))
    assert [mail.text for mail in home.inbox.of(HUSH_SET)] == ["ON"]
    assert "quiet until you end it\tporch\t" in house.station.run("hush").stdout
    visit = home.ring()
    home.seen(f"event.{key}_ring", lambda s: s["attributes"]["visit"] == visit["id"] and s["attributes"]["hushed"])
    assert house.station.run("hush", "off", "--door", DOOR).returncode == 0  # from elsewhere
    hass.until(lambda: hass.is_now(switch, "off"))
    hass.call("switch.turn_on", entity_id=switch)
    hass.until(lambda: hass.is_now(switch, "on"))
    hass.call("switch.turn_off", entity_id=switch)
    hass.until(lambda: hass.is_now(switch, "off"))
    assert house.station.run("hush").stdout == "not quiet\n"
    visit = home.ring()
    ring = home.seen(f"event.{key}_ring", lambda s: s["attributes"]["visit"] == visit["id"])
    assert ring["attributes"]["hushed"] is False


def _outlives_restarts(home: Home, expected: set[str]) -> None:
    """What Home Assistant shows is the same after each, and what comes then still arrives."""
    hass, key = home.hass, home.key
    hass.call("switch.turn_on", entity_id=f"switch.{key}_hush")
    hass.until(lambda: hass.is_now(f"switch.{key}_hush", "on"))
    home.seen(f"event.{key}_visitor", lambda s: s["attributes"]["visit"] == home.house.visits()[0]["id"])
    lasting = [f"event.{key}_ring", f"event.{key}_visitor", f"sensor.{key}_last_visitor", f"switch.{key}_hush"]
    lasting += [f"binary_sensor.{key}_{name}" for name in ("connected", "camera")]
    lasting += [f"sensor.{key}_{name}" for name in ("firmware", "waiting_rings")]

    def states() -> dict[str, str]:
        return {entity: hass.state(entity).get("state", "") for entity in lasting}

    before = states()
    for restart in (*home.restarts(), *home.restarts()):
        restart()
        hass.until(lambda: states() == before, lambda r=restart: (r.__name__, before, states()))
        assert hass.entities(key) == expected
        attributes = hass.state(f"sensor.{key}_last_visitor")["attributes"]
        assert attributes["headline"] == "Eileen is at the door"
    visit = home.ring()
    home.seen(f"event.{key}_ring", lambda s: s["attributes"].get("visit") == visit["id"])
    home.seen(f"event.{key}_visitor", lambda s: s["attributes"].get("visit") == visit["id"])


# ---- the lock


def test_its_lock_opens_after_a_ring_with_the_present_code_and_never_else(
    stack: ExitStack, tmp_path: Path, station: Stations, astronaut: Image.Image
) -> None:
    """Each attempt that reaches the station is in the audit trail; without the owner's word there is no lock."""
    hass = HomeAssistant(tmp_path / "hass", HASS)
    home = homes.settle(
        stack, tmp_path, station, hass, astronaut, own=True, opening__secret=SECRET, opening__doors=DOOR
    )
    lock = f"lock.{home.key}_opener"
    hass.until(lambda: hass.is_now(lock, "locked"))

    _unlock(home, _code())
    home.house.until(lambda: _trail(home) == ["not opened: Nobody has rung there in the last two minutes"])
    home.ring()
    assert hass.call("lock.unlock", entity_id=lock, code="12345").status_code != 200, "these are no six digits"
    assert hass.call("lock.unlock", entity_id=lock).status_code != 200
    _unlock(home, _wrong_code())
    home.house.until(lambda: len(_trail(home)) == 2 and "not the present code" in _trail(home)[-1])
    assert _openings(home) == 0

    code = _code()
    _unlock(home, code)
    home.house.until(lambda: _openings(home) == 1)
    home.house.until(lambda: _trail(home)[-1] == "opened")
    (command,) = [mail for mail in home.inbox.of(f"porchlight/{DOOR}/command") if mail.json["do"] == "relay"]
    assert (len(command.json["mac"]), command.retained) == (64, False)
    home.house.until(lambda: home.house.state()["relay"] == 0)
    _unlock(home, code)
    home.house.until(lambda: len(_trail(home)) == 4 and "not the present code" in _trail(home)[-1])
    assert hass.call("lock.lock", entity_id=lock, code=code).status_code == 200
    assert hass.is_now(lock, "locked")

    home.house.station.stop()
    home.inbox.publish(f"porchlight/{DOOR}/open/set", json.dumps({"do": "UNLOCK", "code": _code(1)}), retain=True)
    home.house.station.start()
    hass.until(home.well)
    _shows(home, "Heard later")
    assert hass.is_now(lock, "locked")
    assert (len(_trail(home)), _openings(home)) == (4, 1), "what was kept is of yesterday"
    assert "Home Assistant" in home.house.station.run("openings").stdout

    home.house.station.change(opening__doors="")
    home.house.station.stop()
    home.house.station.start()
    hass.until(home.well)
    hass.until(lambda: not hass.state(lock))
    assert hass.complaints() == []


def _unlock(home: Home, code: str) -> None:
    said = home.hass.call("lock.unlock", entity_id=f"lock.{home.key}_opener", code=code)
    assert said.status_code == 200, said.text


def _code(later: int = 0) -> str:
    """The authenticator app's code of this half minute, or a later one."""
    return code_at(key_of(SECRET), int(time.time() // 30) + later)


def _wrong_code() -> str:
    near = {_code(step) for step in range(-3, 4)}
    return next(code for code in ("000000", "000001", "000002", "000003") if code not in near)


def _trail(home: Home) -> list[str]:
    """The outcomes of every attempt, the newest last."""
    listed = home.house.station.run("openings")
    assert listed.returncode == 0, listed.stderr
    return [line.split("\t")[-1] for line in listed.stdout.splitlines()]


def _openings(home: Home) -> int:
    return int(home.house.state()["relay_openings"])


# ---- the guide's automations


def test_the_automations_of_the_guide_fire_when_they_should_and_at_nothing_else(
    stack: ExitStack, tmp_path: Path, station: Stations, astronaut: Image.Image
) -> None:
    """The light by night for somebody known who rings, the text with nobody at home; at no look, and no restart."""
    hass = HomeAssistant(tmp_path / "hass", HASS)
    guide = json.dumps(automations()).replace("porchlight_front_door", homes.key_of(hass))
    hass.configure(f"automation: {guide}\n")
    home = homes.settle(stack, tmp_path, station, hass, astronaut, own=True)
    assert hass.is_now("automation.light_for_people_we_know", "on")
    assert hass.is_now("automation.nobody_at_home", "on")
    _has_a_light(home)

    _is_night_and_empty(home)
    _told(home, home.ring())
    assert _fired(home) == (1, 1)
    home.seen(f"text.{home.key}_screen", lambda s: s.get("state") == automations()[1]["action"][0]["data"]["value"])
    _told(home, home.visit_after(lambda: hass.call("button.press", entity_id=f"button.{home.key}_look")))
    _is_day_and_full(home)
    _told(home, home.ring())
    assert _fired(home) == (1, 1), "a look, and a ring by day with somebody at home"

    for restart in home.restarts():
        restart()
    _has_a_light(home)
    _is_night_and_empty(home)
    _told(home, home.ring())
    assert _fired(home) == (2, 2)
    assert home.house.station.run("forget", "Eileen").returncode == 0
    stranger = home.ring()
    assert stranger["verdict"] == "unknown"
    _told(home, stranger)
    assert _fired(home) == (2, 3)
    assert hass.complaints() == []


def _has_a_light(home: Home) -> None:
    """The guide's, on the same broker, where it can be counted how often it is switched on."""
    light = {"name": "hall", "unique_id": "hall", "command_topic": LIGHT_SET}
    home.inbox.publish("homeassistant/light/hall/config", json.dumps(light), retain=True)
    home.hass.until(lambda: home.hass.state("light.hall"))


def _is_night_and_empty(home: Home) -> None:
    _is_at(home, time.time() // 3600 % 24 * -15, "below_horizon")
    home.hass.post("/api/states/person.somebody", {"state": "not_home"})
    home.hass.until(lambda: home.hass.is_now("zone.home", "0"))


def _is_day_and_full(home: Home) -> None:
    _is_at(home, 180 - time.time() // 3600 % 24 * 15, "above_horizon")
    home.hass.post("/api/states/person.somebody", {"state": "home"})
    home.hass.until(lambda: home.hass.is_now("zone.home", "1"))


def _is_at(home: Home, longitude: float, sun: str) -> None:
    """Move the house on the equator to where it is midnight or noon, within an hour."""
    home.hass.call("homeassistant.set_location", latitude=0, longitude=(longitude + 180) % 360 - 180)
    home.hass.until(lambda: home.hass.is_now("sun.sun", sun))


def _told(home: Home, visit: dict[str, object]) -> None:
    """Home Assistant knows who came."""
    home.seen(f"event.{home.key}_visitor", lambda s: s["attributes"].get("visit") == visit["id"])


def _fired(home: Home) -> tuple[int, int]:
    """How often the light was switched on, and the screen was given a text, before something said now."""
    said = len(home.inbox.of(SAID))
    home.hass.call("mqtt.publish", topic=SAID, payload="now")
    home.inbox.wait(SAID, said + 1)
    return len(home.inbox.of(LIGHT_SET)), len(home.inbox.of(SCREEN_SET))
