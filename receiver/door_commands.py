"""What the house tells a door: signed commands, the door's receipts for them, and commands that stay unanswered.

The broker in between is not trusted: it may withhold, repeat and make things up. docs/protocol.md has the format with
an example worked by hand, which a test recomputes.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from receiver.errors import NotifierError, StationError
from receiver.language import mark, phrase
from receiver.models import CommandState, DoorCommand
from receiver.signatures import is_token, sign

Value = str | int | bool
"""Of an argument of a command."""

LIFE_S = 30
"""How long a command is good for; also how far the door's clock may be ahead of ours."""
SILENT_AFTER_S = 10.0
"""Without a receipt for so long a door counts as silent; one that comes later still counts."""
MOST_CHARACTERS = 120
"""Of a text for the screen."""
MOST_BYTES = 900
"""Of a command: the door takes packets of 1 KB, and the topic is in them as well."""
MOST_REMEMBERED = 16
"""Commands of one door whose receipt is expected, or has come."""
MOST_WORDS = 1000
"""Characters in which a door may say why it refuses."""

_NAME = re.compile(r"[a-z_]{1,32}")
_MAC = re.compile(r"[0-9a-f]{64}")
_OURS = frozenset({"do", "at", "expires", "nonce", "mac"})
_OPEN = (CommandState.SENT, CommandState.SILENT)

REFUSALS = (
    mark("the door has no display"),
    mark("the door's flash says no"),
    mark("an update is under way"),
    mark("nobody knows how to do that"),
    mark("the door does not know the time yet"),
    mark("it has expired"),
    mark("it comes from the future"),
    mark("it was given before the door started"),
    mark("there were too many in a short time"),
    mark("text must be at most 120 characters"),
    mark("a text is shown for 1 to 3600 s"),
    mark("there is nothing to change"),
    mark("the relay is not enabled in the door's configuration"),
)
"""Why our firmware does not do what it is told, for the catalogue; other doors have words of their own."""


class DoorCommands:
    """Gives commands and takes their receipts; may be called from any thread.

    `key_of` returns the key of a door that is let in, or raises KeyError or StationError. `send` hands the bytes to the
    broker, or raises NotifierError. `publish` is called at every change of a command and must not block. `clock`
    returns Unix seconds, `ticks` seconds that only rise.
    """

    def __init__(
        self,
        key_of: Callable[[str], bytes],
        send: Callable[[str, bytes], None],
        publish: Callable[[DoorCommand], None],
        *,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key_of = key_of
        self._send = send
        self._publish = publish
        self._clock = clock
        self._ticks = ticks
        self._news = threading.Condition()
        self._of: dict[str, dict[str, DoorCommand]] = {}
        """Door -> nonce -> command, in the order in which they were given."""
        self._deadlines: dict[tuple[str, str], float] = {}
        """(door, nonce) -> tick, of those that nobody has answered yet."""
        self._ignored: Counter[str] = Counter()

    @property
    def ignored(self) -> Mapping[str, int]:
        """Receipts that were not taken, by reason: garbage, unknown (or answered before), signature."""
        with self._news:
            return dict(self._ignored)

    def give(
        self, door: str, do: str, arguments: Mapping[str, Value], *, life_s: int = LIFE_S, nonce: str = ""
    ) -> DoorCommand:
        """Sign a command and hand it to the broker; a text is cut to what a screen takes.

        It is good for `life_s`; `nonce`, 32 hexadecimal digits never used before, is drawn where none is given.

        Raises what `key_of` and `send` raise, and StationError for a command that cannot be one or too many of them.
        """
        key, at = self._key_of(door), self._clock()
        if isinstance(text := arguments.get("text"), str):
            arguments = {**arguments, "text": for_screen(text)}
        command = DoorCommand(nonce or secrets.token_hex(16), door, do, dict(arguments), CommandState.SENT, "", at)
        payload = signed(key, command, life_s)
        self._remember(command)
        try:
            self._send(door, payload)
        except NotifierError:
            self._settle(command, CommandState.SILENT)
            raise
        return command

    def take_receipt(self, door: str, payload: bytes) -> None:
        """What a door answered, or somebody in its name: only what its key has signed counts, and only once."""
        receipt = _read_receipt(payload)
        if receipt is None:
            return self._ignore("garbage")
        with self._news:
            command = self._of.get(door, {}).get(receipt.nonce)
        if command is None or command.state not in _OPEN:
            return self._ignore("unknown")
        if not self._proves(door, receipt):
            return self._ignore("signature")
        return self._settle(command, CommandState.DONE if receipt.done else CommandState.REFUSED, receipt.why)

    def give_up(self) -> None:
        """Mark the commands as silent whose receipt is overdue; to be called now and then."""
        with self._news:
            overdue = [key for key, deadline in self._deadlines.items() if deadline <= self._ticks()]
            for door, nonce in overdue:
                self._settle(self._of[door][nonce], CommandState.SILENT)

    def wait(self, commands: Collection[DoorCommand], seconds: float) -> tuple[DoorCommand, ...]:
        """These commands as they stand once each is answered, or after so many seconds."""
        with self._news:
            self._news.wait_for(lambda: all(self._now(c).state is not CommandState.SENT for c in commands), seconds)
            return tuple(map(self._now, commands))

    # ---- inside

    def _now(self, command: DoorCommand) -> DoorCommand:
        return self._of.get(command.door, {}).get(command.id, command)

    def _remember(self, command: DoorCommand) -> None:
        with self._news:
            mine = self._of.setdefault(command.door, {})
            if len(mine) >= MOST_REMEMBERED:
                settled = next((nonce for nonce, old in mine.items() if old.state is not CommandState.SENT), None)
                if settled is None:
                    raise StationError("The door has not answered yet", "Wait a few seconds, then try again.")
                del mine[settled]
            mine[command.id] = command
            self._deadlines[command.door, command.id] = self._ticks() + SILENT_AFTER_S
            self._publish(command)  # before it is on its way: nothing can overtake this

    def _settle(self, command: DoorCommand, state: CommandState, words: str = "") -> None:
        with self._news:
            self._deadlines.pop((command.door, command.id), None)
            mine = self._of[command.door]
            if command.id not in mine or mine[command.id].state not in _OPEN:
                return
            answered_at = None if state is CommandState.SILENT else self._clock()
            mine[command.id] = replace(mine[command.id], state=state, words=words, answered_at=answered_at)
            self._publish(mine[command.id])
            self._news.notify_all()

    def _proves(self, door: str, receipt: _Receipt) -> bool:
        try:
            key = self._key_of(door)
        except (KeyError, StationError):  # unpaired meanwhile
            return False
        right = receipt_mac(key, door, receipt.nonce, done=receipt.done, why=receipt.why)
        return hmac.compare_digest(right.hex(), receipt.mac)

    def _ignore(self, reason: str) -> None:
        with self._news:
            self._ignored[reason] += 1


def for_screen(text: str) -> str:
    """A text as a door's screen takes it: one line of printable characters, at most 120; cut ones end in "..."."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    line = " ".join(printable.split())
    return line if len(line) <= MOST_CHARACTERS else f"{line[: MOST_CHARACTERS - 3]}..."


def signed(key: bytes, command: DoorCommand, life_s: int = LIFE_S) -> bytes:
    """A command as it goes to the door. Raises StationError for what cannot be a command."""
    at = int(command.at)
    said: dict[str, Value] = {"do": command.do, **_checked(command)}
    said |= {"at": at, "expires": at + life_s, "nonce": command.id}
    payload = json.dumps({**said, "mac": command_mac(key, command.door, said).hex()}, ensure_ascii=False).encode()
    if len(payload) > MOST_BYTES:
        raise StationError(
            "This is too long for the door", phrase("A command has at most {most} bytes.", most=MOST_BYTES)
        )
    return payload


def command_mac(key: bytes, door: str, said: Mapping[str, Value]) -> bytes:
    """The signature of a command, from all its values but `mac`."""
    return sign(key, "command", door, *(f"{name}={_measured(said[name])}" for name in sorted(said)))


def receipt_mac(key: bytes, door: str, nonce: str, *, done: bool, why: str) -> bytes:
    """The signature of a receipt."""
    return sign(key, "receipt", door, nonce, "done" if done else "refused", why)


def _measured(value: Value) -> str:
    """With its length, so that one value cannot pass for two."""
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return f"{len(text.encode())}:{text}"


def _checked(command: DoorCommand) -> Mapping[str, Value]:
    for name in (command.do, *command.arguments):
        if not _NAME.fullmatch(name) or name in _OURS:
            raise StationError(
                "No door can be told this", phrase("{name!r} is not a name that a command can have.", name=name)
            )
    for name, value in command.arguments.items():
        if not isinstance(value, str | int) or (isinstance(value, str) and not value.isprintable()):
            raise StationError(
                "No door can be told this", phrase("{name} is a text, a whole number, or true or false.", name=name)
            )
    return command.arguments


@dataclass(frozen=True, slots=True)
class _Receipt:
    nonce: str
    done: bool
    why: str
    mac: str


def _read_receipt(payload: bytes) -> _Receipt | None:
    """A receipt that is well formed, though nobody knows from whom."""
    try:
        said = json.loads(payload.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or set(said) != {"nonce", "done", "why", "mac"}:
        return None
    nonce, done, why, mac = said["nonce"], said["done"], said["why"], said["mac"]
    if not isinstance(nonce, str) or not isinstance(why, str) or not isinstance(mac, str) or not isinstance(done, bool):
        return None
    well_formed = is_token(nonce) and _MAC.fullmatch(mac) and len(why) <= MOST_WORDS and why.isprintable()
    return _Receipt(nonce, done, why, mac) if well_formed else None
