"""Telegram's reader: one long poll after another, in a thread of its own, and how the connection is."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping
from typing import Any

from receiver import wording
from receiver.errors import NotifierError, TryLater
from receiver.language import phrase
from receiver.models import PartState
from receiver.notifiers import Host
from receiver.notifiers.bot_api import BotApi, Refused, WrongToken
from receiver.notifiers.telegram_talk import Conversation, commands

_log = logging.getLogger(__name__)

_POLL_SLACK = 10.0
_WANTED = ["message", "callback_query"]


class Poller:
    """Reads what people write and press, and hands it to the conversation.

    `bot` is the public half of the token, `poll_s` how long one long poll lasts, `patience` the (first, longest)
    seconds between tries, `clock` returns Unix seconds.
    """

    def __init__(
        self,
        api: BotApi,
        bot: str,
        host: Host,
        conversation: Conversation,
        *,
        poll_s: int,
        patience: tuple[float, float],
        clock: Callable[[], float],
    ) -> None:
        self._api = api
        self._host = host
        self._conversation = conversation
        self._poll_s = poll_s
        self._patience = patience
        self._clock = clock
        self._stopping = threading.Event()
        self._bot = bot
        self._me: Mapping[str, Any] = {}
        self._introduced = False
        self._healthy = self._contested = False
        self._failures = 0
        self._down_since = 0.0
        self._thread = threading.Thread(target=self._run, name="telegram-poller", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """End soon."""
        self._stopping.set()

    def end(self) -> None:
        """Wait for the end of the thread, at most two seconds."""
        for _ in range(20):
            self._thread.join(0.1)
            if not self._thread.is_alive():
                return
            self._api.hang_up()  # again: it may have been just about to connect

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except NotifierError as error:
                self._rest(error)
            except Exception:
                _log.exception("Reading Telegram's messages failed in a way it should not")
                self._rest(TryLater("Reading messages fails", "the log has the details"))

    def _listen(self) -> None:
        """One round: who we are, while that is not known yet; else what is new."""
        if not self._introduced:
            self._introduce()
            return
        updates = self._api.call("getUpdates", self._question(), within=(5.0, self._poll_s + _POLL_SLACK))
        self._well()
        for update in updates if isinstance(updates, list) else ():
            if self._stopping.is_set():
                return
            self._handle(update)

    def _introduce(self) -> None:
        """Learn the bot's name; whether its token is right, reading messages tells as well."""
        try:
            for _ in self._host.chats() or (None,):  # each time on another line: all are open when an alert needs one
                self._me = as_bot(self._api.call("getMe", {}))
            self._conversation.me = self._me
            self._well()
        except Refused as error:
            _log.info("The bot's name stays unknown: %s", error.source)
        self._introduced = True
        try:
            self._api.call("setMyCommands", {"commands": commands()})
        except NotifierError as error:  # only the menu is missing: it is offered again at the next start
            _log.info("The menu of commands could not be set: %s", error.source)

    def _question(self) -> dict[str, Any]:
        # After an outage a short question, for its answer tells at once that the way is open. Not while another
        # program reads too: each short question would throw that one out and look like success.
        seconds = self._poll_s if self._healthy or self._contested else 0
        question: dict[str, Any] = {"timeout": seconds, "allowed_updates": _WANTED}
        if (offset := self._host.recall(self._offset_key)) is not None:
            question["offset"] = int(offset)
        return question

    @property
    def _offset_key(self) -> str:
        """Another bot counts its updates differently."""
        return f"offset.{self._bot}"

    # ---- how it goes

    def _well(self) -> None:
        if self._healthy:
            return
        self._healthy, self._contested = True, False
        self._failures, self._down_since = 0, 0.0
        self.tell()
        self._host.wake()

    def tell(self) -> None:
        """Say that all is well, and whether anybody is there to be told something."""
        bot = introduced(self._me)
        alone = phrase("{bot} is ready, but no chat is paired yet", bot=bot)
        self._host.report(PartState.WORKING, phrase("{bot} is ready", bot=bot) if self._host.chats() else alone)

    def _rest(self, error: NotifierError) -> None:
        """Say in words what is wrong, then wait: longer each time, and as long as Telegram asks for."""
        if self._stopping.is_set():
            return
        if not self._down_since:
            self._down_since = self._clock()
        self._healthy = False
        self._contested = isinstance(error, Refused) and error.code == 409
        self._host.report(*self._diagnosis(error))
        first, longest = self._patience
        seconds = min(first * 2.0 ** min(self._failures, 20), longest) * random.uniform(0.75, 1.0)  # noqa: S311
        self._failures += 1
        told = error.retry_after if isinstance(error, TryLater) else None
        self._stopping.wait(seconds if told is None else told)

    def _diagnosis(self, error: NotifierError) -> tuple[PartState, str]:
        if self._contested:
            return PartState.WAITING, error.source  # only the listening fails: messages still go out
        if isinstance(error, Refused | WrongToken):
            return PartState.FAILED, error.source
        return (
            PartState.WAITING,
            phrase(
                "no connection since {time}: {why}",
                time=wording.moment(self._down_since, self._clock()),
                why=error.why,
            ),
        )

    # ---- what people write and press

    def _handle(self, update: object) -> None:
        """Handle one update, and only then remember that it need not come again."""
        number = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(update, dict) or not isinstance(number, int):
            _log.info("Telegram sent an update without a number")
            return
        try:
            self._conversation.read(update)
        except NotifierError as error:
            _log.info("An answer could not be given: %s", error.source)
        except Exception:
            _log.exception("A message could not be handled")
        self._host.remember(self._offset_key, str(number + 1))


def as_bot(me: object) -> Mapping[str, Any]:
    """What getMe tells. Raises TryLater when that is nothing of the kind."""
    if not isinstance(me, dict) or not isinstance(me.get("id"), int):
        raise TryLater("Telegram cannot be reached", "something unreadable answered")
    return me


def introduced(me: Mapping[str, Any]) -> str:
    """The bot's name, as one finds it in Telegram."""
    return f"@{me['username']}" if "username" in me else phrase("the bot")
