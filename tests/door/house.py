"""A whole house: the real firmware on its virtual board, the real station as a process, a real broker between them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import requests
from PIL import Image

import firmware
from firmware.twin.host import VirtualDoor
from receiver.signatures import broker_password
from tests.fakes import Inbox
from tests.station_process import StationProcess
from tests.waiting import wait_until

DOOR = "porch"
PATIENCE_S = 60.0
NEXT_PRESS_MS = 3200


class House:
    """One door and its station; `station_port` and `broker_port` may be those of something in between.

    The station is started by whoever needs it; the door when the house is entered.
    """

    def __init__(self, folder: Path, station: StationProcess, *, station_port: int, broker_port: int = 0) -> None:
        self.station = station
        self.flash = folder / "flash"
        self.flash.mkdir()
        paired = station.run("doors", "pair", DOOR, "--name", "Porch")
        assert paired.returncode == 0, paired.stderr
        self.key = bytes.fromhex(paired.stdout.strip())
        self.config = {
            "door": DOOR,
            "key": self.key.hex(),
            "station": {"host": "127.0.0.1", "port": station_port},
            "picture": {"size": "VGA"},
            "mqtt": {"host": "127.0.0.1" if broker_port else "", "port": broker_port or 1883} | self._account(),
        }

    def _account(self) -> dict[str, str]:
        """What the station's own broker wants to hear; another one here lets in everybody."""
        if self.station.environ["PORCHLIGHT_MQTT__BROKER"] != "builtin":
            return {}
        return {"user": DOOR, "password": broker_password(self.key)}

    def move_in(self, picture: Image.Image, interpreter: list[str] | None, **settings: str) -> Self:
        """Lay the door's program on its flash and choose who stands before it."""
        firmware.lay_out(self.flash, json.dumps(self.config).encode())
        self._pressed_at = 0
        self.door = VirtualDoor(self.flash, picture, interpreter, settings)
        return self

    def __enter__(self) -> Self:
        self.door.start()
        self.until(lambda: "network: up" in self.console())
        return self

    def __exit__(self, *_: object) -> None:
        self.door.close()

    def press(self) -> float:
        """Push the button as soon as the bell takes it, one press in three seconds of its time; returns when."""
        self.until(lambda: self.state()["at_ms"] > self._pressed_at + NEXT_PRESS_MS)
        now = time.time()
        self._pressed_at = self.door.press()["at_ms"]
        return now

    # ---- what can be seen

    def console(self) -> str:
        """What the door has printed so far."""
        return (self.flash / "console.txt").read_text(encoding="utf-8")

    def state(self) -> dict[str, Any]:
        """What a person at the door sees and hears."""
        return self.door.ask("state")

    def visits(self) -> list[dict[str, Any]]:
        """The station's visits, newest first."""
        return self.station.visits()

    def picture_of(self, visit: dict[str, Any]) -> bytes:
        """The JPEG that the station keeps."""
        answer = requests.get(f"{self.station.address}/v1/visits/{visit['id']}/snapshot.jpg", timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.content

    def pictures_taken(self) -> list[bytes]:
        """The last frames that the camera has put into its FIFO."""
        return [file.read_bytes() for file in self.flash.rglob(".picture*.jpg")]

    def until(self, holds: Callable[[], object], seconds: float = PATIENCE_S) -> None:
        """Wait for what other processes do; look at it often."""
        wait_until(holds, seconds, self._whole_story)

    def until_commands_arrive(self, inbox: Inbox) -> None:
        """Wait for the station at the broker, and for the door to know the time: until then it obeys nobody."""
        self.until(lambda: [mail.text for mail in inbox.of("porchlight/status")][-1:] == ["online"])
        self.until(lambda: any(mail.json["at"] for mail in inbox.of(f"porchlight/{DOOR}/health")))

    def assert_unshaken(self) -> None:
        """The door has never started again, its watchdog has never bitten, and nothing fell over."""
        assert self.door.starts == 1, self.console()
        assert "watchdog" not in self.console()
        assert "Traceback" not in self.console()

    def _whole_story(self) -> str:
        visits = json.dumps(self.visits()[:3], indent=1) if self.station.is_running else "no station"
        return f"{self.console()[-3000:]}\n{visits}\n{self.station.log()[-3000:]}"
