"""A door, its station, a broker and Home Assistant, all of them real, and each can be started again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from tests.door.house import DOOR, House
from tests.fakes import Inbox, Mosquitto, free_port
from tests.firmware.interpreters import command_of
from tests.home_assistant.core import HomeAssistant
from tests.system.conftest import Stations

OWNER = ("home", "assistant")
"""Home Assistant's account at the built-in broker."""


@dataclass
class Home:
    """`broker` is None where the station brings its own."""

    house: House
    hass: HomeAssistant
    broker: Mosquitto | None
    inbox: Inbox

    @property
    def key(self) -> str:
        """How its entities' ids begin."""
        return key_of(self.hass)

    def ring(self) -> dict[str, Any]:
        """Somebody presses, and is recognised or not; the visit."""
        self.house.until(lambda: not self.house.state()["button_down"])
        return self.visit_after(self.house.press)

    def visit_after(self, does: Callable[[], object]) -> dict[str, Any]:
        """Do what begins a visit, and wait for its verdict."""
        before = len(self.house.visits())
        does()
        self.house.until(lambda: len(self.house.visits()) > before and self.house.visits()[0]["verdict"])
        return self.house.visits()[0]

    def well(self) -> bool:
        """Whether station, door, broker and Home Assistant have found each other."""
        return all(
            self.hass.is_there(f"{what}.{self.key}_{name}") for what, name in (("text", "screen"), ("button", "look"))
        )

    def seen(self, entity: str, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """An entity's state and attributes, once something holds of them."""
        self.hass.until(lambda: holds(self.hass.state(entity)))
        return self.hass.state(entity)

    def restarts(self) -> list[Callable[[], None]]:
        """What starts one of the three again, and returns when all is well once more."""
        return [self._restart_station, self._restart_broker, self._restart_home_assistant]

    def _restart_station(self) -> None:
        self._restart(self.house.station.stop, self.house.station.start)

    def _restart_broker(self) -> None:
        """As after a power cut: mosquitto has kept nothing, the built-in one what is older than a few seconds."""
        if self.broker:
            self._restart(self.broker.kill, self.broker.start)
        else:
            self._restart(self.house.station.kill, self.house.station.start)

    def _restart_home_assistant(self) -> None:
        self.hass.stop()
        self.hass.start()
        self.hass.until(self.well)

    def _restart(self, end: Callable[[], object], begin: Callable[[], object]) -> None:
        end()
        self.hass.until(lambda: not self.well())
        begin()
        self.hass.until(self.well)


def key_of(hass: HomeAssistant) -> str:
    """Releases between device discovery and `default_entity_id` name entities by the door's name."""
    return DOOR if (2024, 12) <= hass.version < (2025, 10) else f"porchlight_{DOOR}"


def settle(
    stack: ExitStack,
    folder: Path,
    station: Stations,
    hass: HomeAssistant,
    picture: Image.Image,
    *,
    own: bool,
    mqtt: str = "3.1.1",
    **more: str,
) -> Home:
    """Let a door, its station and `hass` live together until the stack ends.

    `own` gives them a mosquitto instead of the built-in broker; `mqtt` is the version that Home Assistant is to speak,
    `more` are the station's settings.
    """
    broker = stack.enter_context(Mosquitto()) if own else None
    broker_port, port = broker.port if broker else free_port(), free_port()
    user = None if own else OWNER
    running = station(
        receiver__port=str(port), recognition__merge_window_s="1", mqtt__host="127.0.0.1", mqtt__port=str(broker_port),
        mqtt__broker="external" if own else "builtin",
        mqtt__discovery_form="device" if hass.version >= (2024, 12) else "components",
        **dict(zip(("mqtt__username", "mqtt__password"), user or (), strict=False)), **more,
    )  # fmt: skip
    house = House(folder, running, station_port=port, broker_port=broker_port)
    house.config["relay"] = {"enabled": True, "seconds": 3}
    house.move_in(picture, command_of("micropython"), display="oled")
    photo = folder / "eileen.png"
    picture.save(photo)
    assert running.run("enrol", "Eileen", str(photo)).returncode == 0
    running.start()
    stack.enter_context(house)
    inbox = stack.enter_context(Inbox(broker_port, user=user))
    stack.enter_context(hass)
    hass.connect_to(broker_port, user, mqtt)
    home = Home(house, hass, broker, inbox)
    hass.until(home.well)
    return home
