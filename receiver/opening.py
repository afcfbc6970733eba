"""Opening a door from afar: off unless the owner enables it for that door, and never by itself.

Somebody must have rung there within two minutes, a person must ask for it, with the present one-time code where there
is a secret, and it is written down before anything is sent. The command is signed for the door and dead after five
seconds. A face opens nothing: nothing that recognises calls this.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from receiver.door_commands import DoorCommands
from receiver.errors import OpeningRefused, StationError
from receiver.language import mark, phrase
from receiver.models import CommandState, Door, DoorCommand, Opening, Visit
from receiver.one_time_code import key_of, step_of
from receiver.settings import OpeningSettings
from receiver.store import Store

_log = logging.getLogger(__name__)

FRESH_S = 120.0
"""Since the ring."""
LIFE_S = 5
"""Of the command: one that is held up opens nothing."""
MOST_WRONG_CODES = 5
LOCKED_S = 300.0
"""So many wrong codes in so many seconds, and none is looked at any more."""
_LAST_STEP = "opening.last_step"
_NOT_OPENED = mark("not opened: {why}")
_OUTCOMES = {
    CommandState.SENT: mark("sent"),
    CommandState.DONE: mark("opened"),
    CommandState.REFUSED: mark("the door refused"),
    CommandState.SILENT: mark("the door did not answer"),
}


class Opener:
    """Opens doors for people, and keeps the audit trail; may be called from any thread.

    `chosen` are the settings; `clock` returns Unix seconds.
    """

    def __init__(
        self,
        chosen: OpeningSettings,
        store: Store,
        commands: DoorCommands,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._chosen = chosen
        self._store = store
        self._commands = commands
        self._clock = clock
        self._one_at_a_time = threading.Lock()
        self._wrong: deque[float] = deque(maxlen=MOST_WRONG_CODES)

    @property
    def needs_code(self) -> bool:
        """Whether a one-time code is asked for."""
        return bool(self._chosen.secret.get_secret_value())

    def may_open(self, door: Door) -> bool:
        """Whether the owner has enabled this door's opener."""
        return door.authenticated and door.id in self._chosen.doors

    def open(self, door: Door, *, by: str, code: str = "") -> DoorCommand:
        """Open a door for `by`, a person in words. Raises OpeningRefused with the reason, or what a command raises.

        Every attempt is in the audit trail, in which the reason stands as well; what cannot be written there does not
        happen.
        """
        with self._one_at_a_time:
            attempt = Opening(secrets.token_hex(16), door.id, self._clock(), by[:80], None, mark("asked for"))
            visit = self._store.newest_ring(door.id)
            if visit is not None and self._is_fresh(visit):
                attempt = replace(attempt, visit=visit.id)
            self._store.note_opening(attempt)
            try:
                self._check(door, attempt, code)
                seconds = self._chosen.seconds
                return self._commands.give(door.id, "relay", {"seconds": seconds}, life_s=LIFE_S, nonce=attempt.id)
            except StationError as error:
                self._store.settle_opening(attempt.id, phrase(_NOT_OPENED, why=error.source))
                raise

    def take(self, command: DoorCommand) -> None:
        """What became of a command, for the audit trail."""
        words = f"{_OUTCOMES[command.state]}{f': {command.words}' if command.words else ''}"
        self._store.settle_opening(command.id, words)

    def _is_fresh(self, visit: Visit) -> bool:
        return 0 <= self._clock() - visit.started_at <= FRESH_S

    def _check(self, door: Door, attempt: Opening, code: str) -> None:
        if not self.may_open(door):
            raise OpeningRefused("Opening is not enabled for this door")
        if attempt.visit is None:
            raise OpeningRefused("Nobody has rung there in the last two minutes")
        if self.needs_code:
            self._check_code(code)

    def _check_code(self, code: str) -> None:
        now = self._clock()
        if len(self._wrong) == MOST_WRONG_CODES and now - self._wrong[0] < LOCKED_S:
            raise OpeningRefused("Too many wrong codes", "Wait five minutes.")
        try:
            key = key_of(self._chosen.secret.get_secret_value())
        except ValueError as error:
            raise OpeningRefused("The secret of the one-time codes cannot be used", str(error)) from None
        last = int(self._store.note(_LAST_STEP) or -1)
        step = step_of(key, code.strip(), now, after=last)
        if step is None:
            self._wrong.append(now)
            raise OpeningRefused("This is not the present code", "Each code counts once, for half a minute.")
        self._store.set_note(_LAST_STEP, str(step))  # before anything opens: a code that was heard is worth nothing
        self._wrong.clear()
