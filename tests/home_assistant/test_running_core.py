"""The doors in a running Home Assistant: found, told, commanded, and still there after a restart of each of the three.

Not in the default run: needs a Home Assistant core in an environment of its own; HASS is the path of its `hass`.
Python 3.11: pip install "homeassistant==2024.3.3" "josepy<2" "paho-mqtt<2" Pillow==10.2.0 (messages for each entity).
Python 3.13: pip install "homeassistant==2025.1.4" "josepy<2" mutagen==1.47.0 hassil==2.1.0 ha-ffmpeg==3.2.2
home-assistant-intents==2025.1.1 PyTurboJPEG==1.7.5 numpy (one message for each door).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from tests.door.house import DOOR, House
from tests.fakes import Inbox, Mosquitto, free_port
from tests.firmware.interpreters import command_of
from tests.home_assistant.core import HomeAssistant
from tests.system.conftest import Stations, station

__all__ = ["station"]

HASS = os.environ.get("HASS", "")
pytestmark = [
    pytest.mark.home_assistant,
    pytest.mark.broker,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not HASS, reason="HASS does not name the `hass` of a Home Assistant core"),
]


@dataclass
class Home:
    """A door, its station, a broker, and Home Assistant."""

    house: House
    hass: HomeAssistant
    broker: Mosquitto
    inbox: Inbox

    @property
    def key(self) -> str:
        """How its entities' ids begin; releases between device discovery and `default_entity_id` go by names."""
        return DOOR if (2024, 12) <= self.hass.version < (2025, 10) else f"porchlight_{DOOR}"

    def ring(self) -> dict[str, Any]:
        """Somebody presses, and is recognised or not; the visit."""
        before = len(self.house.visits())
        self.house.until(lambda: not self.house.state()["button_down"])
        self.house.door.press()
        self.house.until(lambda: len(self.house.visits()) > before and self.house.visits()[0]["verdict"])
        return self.house.visits()[0]

    def well(self) -> bool:
        return all(
            self.hass.is_there(f"{what}.{self.key}_{name}") for what, name in (("text", "screen"), ("button", "look"))
        )


@pytest.fixture
def home(tmp_path: Path, station: Stations, astronaut: Image.Image) -> Iterator[Home]:
    with ExitStack() as stack:
        broker = stack.enter_context(Mosquitto())
        hass = HomeAssistant(tmp_path / "hass", HASS)
        port = free_port()
        running = station(
            receiver__port=str(port), recognition__merge_window_s="1",
            mqtt__broker="external", mqtt__host="127.0.0.1", mqtt__port=str(broker.port),
            mqtt__discovery_form="device" if hass.version >= (2024, 12) else "components",
        )  # fmt: skip
        house = House(tmp_path, running, station_port=port, broker_port=broker.port)
        house.move_in(astronaut, command_of("micropython"), display="oled")
        photo = tmp_path / "eileen.png"
        astronaut.save(photo)
        assert running.run("enrol", "Eileen", str(photo)).returncode == 0
        running.start()
        stack.enter_context(house)
        inbox = stack.enter_context(broker.listen("porchlight/#"))
        stack.enter_context(hass)
        hass.connect_to(broker.port)
        yield Home(house, hass, broker, inbox)


def seen(home: Home, entity: str, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    home.hass.until(lambda: holds(home.hass.state(entity)))
    return home.hass.state(entity)


def test_a_door_lives_in_home_assistant(home: Home) -> None:
    """Found with its entities; rings and visitors arrive; texts and looks go to the door; restarts change nothing."""
    home.hass.until(home.well)
    expected = _is_found(home)
    _is_told(home)
    _commands(home)
    _outlives_restarts(home, expected)
    home.house.station.run("doors", "unpair", DOOR)
    home.house.station.stop()
    home.house.station.start()
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
    rang = seen(home, f"event.{key}_ring", lambda s: s.get("state") not in ("unknown", "unavailable"))
    assert (rang["attributes"]["event_type"], rang["attributes"]["visit"]) == ("ring", visit["id"])
    seen(home, f"event.{key}_visitor", lambda s: s["attributes"].get("identity") == "Eileen")
    who = seen(home, f"sensor.{key}_last_visitor", lambda s: s.get("state") == "Eileen")
    assert who["attributes"]["headline"] == "Eileen is at the door"
    image = seen(home, f"image.{key}_picture", lambda s: s.get("state") != "unknown")
    picture = requests.get(f"http://127.0.0.1:{hass.port}{image['attributes']['entity_picture']}", timeout=30)
    assert (picture.status_code, picture.content[:2]) == (200, b"\xff\xd8")


def _commands(home: Home) -> None:
    hass, house, key = home.hass, home.house, home.key
    assert hass.call("text.set_value", f"text.{key}_screen", value="Two minutes").status_code == 200
    house.until(lambda: "Two minutes" in " ".join(house.state()["display"][0].split()))
    seen(home, f"text.{key}_screen", lambda s: s.get("state") == "Two minutes")
    looks = len(house.visits())
    assert hass.call("button.press", f"button.{key}_look").status_code == 200
    house.until(lambda: len(house.visits()) > looks)
    assert house.visits()[0]["trigger"] == "look"
    assert hass.call("switch.turn_on", f"switch.{key}_hush").status_code == 200
    assert home.inbox.wait(f"porchlight/{DOOR}/hush/set").text == "ON"


def _outlives_restarts(home: Home, expected: set[str]) -> None:
    """Of the station, the broker (which forgets everything) and Home Assistant."""
    hass, house, key = home.hass, home.house, home.key
    ring_before = hass.state(f"event.{key}_ring")["state"]
    house.station.stop()
    hass.until(lambda: hass.is_now(f"event.{key}_ring", "unavailable"))
    house.station.start()
    hass.until(home.well)
    home.broker.restart()
    hass.until(lambda: not home.well())
    hass.until(home.well)
    hass.stop()
    hass.start()
    hass.until(home.well)
    assert hass.entities(key) == expected
    assert hass.is_now(f"event.{key}_ring", ring_before), "nobody rang meanwhile"
    home.ring()
    seen(home, f"event.{key}_ring", lambda s: s.get("state") not in (ring_before, "unknown", "unavailable"))
    seen(home, f"sensor.{key}_last_visitor", lambda s: s.get("state") == "Eileen")
