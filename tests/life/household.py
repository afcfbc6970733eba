"""A house to live in for a test: its station, its door with a screen, its broker, its phones, and its time of day."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection
from contextlib import ExitStack, closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import requests
from PIL import Image

from docs.example_door import Door
from tests.fakes import MADE_UP_TOKEN, FakeBotApi, Inbox, Mosquitto, free_port
from tests.receiver.remote_door import RemoteDoor
from tests.station_process import StationProcess, as_jpeg, numbered
from tests.waiting import wait_until

OLGA, UNCLE = 4711, 4712
"""The chats that are told; Olga's also names and replies."""
ZONE = "Europe/Berlin"
MONDAY = datetime(2027, 3, 1, 6, 0, tzinfo=ZoneInfo(ZONE))
"""When life begins: no clocks are changed in this week."""
DOOR = "front"
PATIENCE_S = 60.0
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class WorldClock:
    """The time of day of every process of the house; it goes on by itself and jumps forward when told."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._ahead = 0.0
        self._jump(MONDAY.timestamp())

    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self._ahead

    def go_to(self, when: str) -> float:
        """Go on to a moment of this week, such as "Tue 09:30"; returns it in Unix seconds."""
        day, _, clock = when.partition(" ")
        hours, _, minutes = clock.partition(":")
        then = MONDAY.replace(hour=int(hours), minute=int(minutes)) + timedelta(days=_DAYS.index(day))
        assert then.timestamp() >= self.now() - 60, f"{when} is past"
        self._jump(then.timestamp())
        return then.timestamp()

    def _jump(self, at: float) -> None:
        self._ahead = at - time.time()
        half = self.file.with_suffix(".new")
        half.write_text(repr(self._ahead))
        half.replace(self.file)


class _DoorClock:
    """What the firmware's clock tells once the station has told it the time."""

    def __init__(self, world: WorldClock) -> None:
        self._world = world
        self.first_set = self.now()

    def now(self) -> int:
        return int(self._world.now())


class _Station(StationProcess):
    def command(self, *arguments: str) -> list[str]:
        real = super().command(*arguments)
        real[real.index("receiver")] = "tests.life.simulated_station"
        return real


class Household:
    """Everything is real but Telegram's server and the door's board; use as a context manager."""

    def __init__(self, home: Path, grace: Image.Image, **settings: str) -> None:
        self.clock = WorldClock(home / "clock")
        self.bot = FakeBotApi(chats=[OLGA, UNCLE])
        self.broker = Mosquitto(persistent=True)
        self.power_cuts = self.restarts = self.broker_kills = 0
        self._stack = ExitStack()
        self._pictures = 0
        self._home = home
        self._grace = grace
        self._settings = settings

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.bot)
            stack.enter_context(self.broker)
            self.station = _Station(self._home, self._environ())
            stack.callback(self.station.kill)
            folder = self.station.gallery / "Grace"
            folder.mkdir()
            (folder / "portrait.jpg").write_bytes(as_jpeg(self._grace, quality=95))
            self.station.start()
            key = bytes.fromhex(self.station.run("doors", "pair", DOOR, "--name", "Front door").stdout.strip())
            self._door = Door(self.station.address.removeprefix("http://"), DOOR, key)
            self.owner = stack.enter_context(Inbox(self.broker.port, "porchlight/#", session="owner"))
            clock: Any = _DoorClock(self.clock)
            self.screen = stack.enter_context(RemoteDoor(self.broker.port, DOOR, key, clock))
            self.until(lambda: self.parts()["mqtt"] == "working" and self.ready())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _environ(self) -> dict[str, str]:
        settings = {
            "RECEIVER__PORT": str(free_port()),
            "RECEIVER__UNKNOWN_DOORS": "refuse",
            "RECEIVER__ANNOUNCE": "false",
            "TELEGRAM__ENABLED": "true",
            "TELEGRAM__TOKEN": MADE_UP_TOKEN,
            "TELEGRAM__CHAT_IDS": f"{OLGA},{UNCLE}",
            "TELEGRAM__API_BASE": self.bot.address,
            "MQTT__BROKER": "external",
            "MQTT__HOST": "127.0.0.1",
            "MQTT__PORT": str(self.broker.port),
            **self._settings,
        }
        named = {f"PORCHLIGHT_{key}": value for key, value in settings.items()}
        return {**named, "CLOCK": str(self.clock.file), "TZ": ZONE}

    # ---- what people do

    def ring(self, picture: Image.Image) -> str:
        """Press the bell with somebody before the camera; returns the visit's id once both are durable."""
        number, rung = self._door.ring()
        self._pictures += 1
        self._door.snapshot(number, numbered(as_jpeg(picture), self._pictures))
        return str(rung["visit"])

    def say(self, text: str, **more: Any) -> str:
        """Olga writes to the bot; returns what it answers."""
        before = len(self.bot.sent(OLGA))
        self.bot.say(OLGA, text, date=int(self.clock.now()), **more)
        self.bot.wait_for(lambda: len(self.bot.sent(OLGA)) > before and not self.bot.waiting_updates, PATIENCE_S)
        return self.bot.sent(OLGA)[-1].text

    def pull_the_plug(self) -> None:
        """kill -9, and start again."""
        self.station.kill()
        self.power_cuts += 1
        self.station.start()
        self.until(self.ready)

    def restart(self) -> None:
        """Stop it as a service manager does, and start again."""
        assert self.station.stop() == 0, self.station.log()[-3000:]
        self.restarts += 1
        self.station.start()
        self.until(self.ready)

    def kill_broker(self) -> None:
        """kill -9; what it had taken survives."""
        self.broker.kill()
        self.broker_kills += 1

    # ---- what can be seen

    def until(self, holds: Callable[[], object]) -> None:
        """Wait for what other processes do."""
        wait_until(holds, PATIENCE_S, lambda: self.station.log()[-3000:])

    def parts(self) -> dict[str, str]:
        """How the notifiers are, as /v1/health says."""
        return {name: part["state"] for name, part in self._health()["notifiers"].items()}

    def ready(self) -> bool:
        """Whether faces are recognised."""
        return bool(self._health()["ready"])

    def visits(self) -> dict[str, dict[str, Any]]:
        """Every visit by its id."""
        return {visit["id"]: visit for visit in self.station.visits(200)}

    def settled(self, visit: str, *, but: Collection[str] = ()) -> None:
        """Wait until a visit has its verdict and every message about it is out, but those of some notifiers."""
        self.until(lambda: is_settled(self.visits()[visit], but))

    def digests_written(self) -> int:
        """How many digests have been put into the outbox, for all chats."""
        file = self._home / "data" / "station.sqlite3"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM notices WHERE kind = 'digest'").fetchone()[0])

    def _health(self) -> Any:
        with suppress(requests.ConnectionError):
            return requests.get(f"{self.station.address}/v1/health", timeout=10).json()
        return {"ready": False, "notifiers": {}}


def is_settled(visit: dict[str, Any], but: Collection[str] = ()) -> bool:
    """Whether there is a verdict and nothing more to tell."""
    waiting = [d for d in visit["deliveries"] if d["notifier"] not in but and d["state"] == "due"]
    return visit["state"] == "concluded" and not waiting
