"""The doors' side of MQTT: their receipts, health and status, and what the house wants of them.

Anyone at the broker can write to these topics. So only doors that the station knows are heard, only receipts that are
signed count, and what the broker kept from earlier (a text or a look of yesterday) starts nothing.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from receiver.door_commands import DoorCommands
from receiver.door_health import Presence, read_health
from receiver.errors import StationError, in_english
from receiver.signatures import is_door_id

_log = logging.getLogger(__name__)

MOST_WAITING = 256
"""Messages not looked at yet; further ones are lost."""
_LOOK_AROUND_S = 1.0
"""Between two looks at commands whose receipt is overdue."""
_ONLINE, _OFFLINE = b"online", b"offline"
_OPENS = ("UNLOCK", "OPEN")
_AWAY, _STOP = "away", "stop"


@dataclass(frozen=True, slots=True)
class _Letter:
    door: str
    topic: str
    """Below the door's own."""
    payload: bytes
    retained: bool


class MqttDoors:
    """Hears what is said about doors, in a thread of its own.

    `knows` tells whether the station knows a door of this id; `open_` opens a door with a one-time code, or raises
    StationError; `hush` keeps a door quiet as the words say (raising StationError for words that make no sense);
    `clock` returns Unix seconds.
    """

    def __init__(
        self,
        base_topic: str,
        commands: DoorCommands,
        presence: Presence,
        knows: Callable[[str], bool],
        open_: Callable[[str, str], object] | None = None,
        *,
        hush: Callable[[str, str], None] = lambda _door, _words: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._base = f"{base_topic}/"
        self._commands = commands
        self._presence = presence
        self._knows = knows
        self._open_door = open_
        self._hush = hush
        self._clock = clock
        self._complained: set[tuple[str, str]] = set()
        self._news: queue.SimpleQueue[_Letter | str] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="mqtt-doors", daemon=True)
        self._hearers: dict[str, Callable[[_Letter], None]] = {
            "receipt": self._hear_receipt,
            "health": self._hear_health,
            "status": self._hear_status,
            "screen/set": self._show,
            "look/set": self._look,
            "open/set": self._open,
            "hush/set": self._keep_quiet,
        }

    @property
    def topics(self) -> tuple[str, ...]:
        """What to subscribe to."""
        return tuple(f"{self._base}+/{topic}" for topic in self._hearers)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread within a second or two."""
        self._news.put(_STOP)
        self._thread.join(2.0)

    def hear(self, topic: str, payload: bytes, *, retained: bool) -> None:
        """A message has come; returns at once."""
        door, _, rest = topic.removeprefix(self._base).partition("/")
        if topic.startswith(self._base) and rest in self._hearers and self._news.qsize() < MOST_WAITING:
            self._news.put(_Letter(door, rest, payload, retained))

    def broker_away(self) -> None:
        """The connection is over: what doors are doing now is unknown."""
        self._news.put(_AWAY)

    def _run(self) -> None:
        while True:
            try:
                news = self._news.get(timeout=_LOOK_AROUND_S)
            except queue.Empty:
                news = ""
            if news == _STOP:
                self._presence.broker_away()
                return
            try:
                self._take(news)
            except Exception:
                _log.exception("A message about a door could not be used")

    def _take(self, news: _Letter | str) -> None:
        self._commands.give_up()
        if news == _AWAY:
            self._presence.broker_away()
        elif isinstance(news, _Letter) and is_door_id(news.door) and self._knows(news.door):
            self._hearers[news.topic](news)

    def _hear_receipt(self, letter: _Letter) -> None:
        self._commands.take_receipt(letter.door, letter.payload)

    def _hear_health(self, letter: _Letter) -> None:
        try:
            health = read_health(letter.payload, self._clock())
        except ValueError as error:
            self._complain(letter, f"its health makes no sense: {error}")
        else:
            self._presence.hear_health(letter.door, health)

    def _hear_status(self, letter: _Letter) -> None:
        if letter.payload in (_ONLINE, _OFFLINE):
            self._presence.hear_status(letter.door, online=letter.payload == _ONLINE)

    def _show(self, letter: _Letter) -> None:
        self._command(letter, "text", text=letter.payload.decode("utf-8", "replace"))

    def _look(self, letter: _Letter) -> None:
        self._command(letter, "look")

    def _open(self, letter: _Letter) -> None:
        """Home Assistant's lock. What was kept from earlier opens nothing, nor what carries no code."""
        if letter.retained or self._open_door is None:
            return
        try:
            said = json.loads(letter.payload)
            do, code = said["do"], said["code"]
        except (ValueError, RecursionError, TypeError, KeyError):
            return
        if do not in _OPENS or not isinstance(code, str):
            return
        try:
            self._open_door(letter.door, code)
        except (KeyError, StationError) as error:
            _log.info("the door %s is not opened for Home Assistant: %s", letter.door, in_english(error))

    def _keep_quiet(self, letter: _Letter) -> None:
        if letter.retained:
            return
        try:
            self._hush(letter.door, letter.payload.decode("utf-8", "replace"))
        except StationError as error:
            self._complain(letter, in_english(error))

    def _command(self, letter: _Letter, do: str, **arguments: str) -> None:
        if letter.retained:
            return
        try:
            self._commands.give(letter.door, do, arguments)
        except (KeyError, StationError) as error:
            self._complain(letter, f"it cannot be told: {in_english(error)}")

    def _complain(self, letter: _Letter, what: str) -> None:
        """Once for each door and topic: whoever writes there could fill the log."""
        if (letter.door, letter.topic) not in self._complained:
            self._complained.add((letter.door, letter.topic))
            _log.info("%s of the door %s: %s", letter.topic, letter.door, what)
