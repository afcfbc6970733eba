"""Telegram: a text the moment someone rings, a photo with the verdict, and the owner's words back to the door."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from receiver import wording
from receiver.errors import NotifierError, Rejected, TryLater
from receiver.models import Delivery, PartState, Visit
from receiver.notifiers import Host
from receiver.notifiers.bot_api import BotApi, Refused
from receiver.notifiers.pictures import of_visit

if TYPE_CHECKING:
    from receiver.settings import TelegramSettings

_log = logging.getLogger(__name__)

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
"""Telegram's limits, in UTF-16 units."""
LATE = 60.0
"""Seconds after which a message says how old it is."""
TOO_LATE = 600.0
"""Seconds after which a text for the door's screen would surprise whoever stands there now."""

_PHOTO_WITHIN = (60.0, 30.0)
"""Seconds for a photo: 200 KB over a slow line up, then the answer."""
_POLL_SLACK = 10.0
_HELP = (
    "I tell this chat who is at the door.\n"
    "Write me a text and I pass it on to the screen at the door.\n"
    "/status - how Porchlight is doing\n"
    "/help - this text"
)
_ONLY_TEXT = "I can only pass on text. Write a line and it goes to the screen at the door."
_FROM_PEOPLE = {
    *("photo", "video", "video_note", "voice", "audio", "document", "sticker", "animation"),
    *("location", "venue", "contact", "poll", "dice"),
}
"""Kinds of messages people send; all others (someone joined, a message was pinned) want no answer."""


class TelegramNotifier:
    """Tells the chats of the settings, and listens to them alone.

    `poll_s` is how long one long poll lasts, `patience` the (first, longest) seconds between tries of the poller,
    `clock` returns Unix seconds.
    """

    name = "telegram"
    alert_kind = "text"
    verdict_kind = "photo"

    def __init__(
        self,
        settings: TelegramSettings,
        *,
        poll_s: int = 50,
        patience: tuple[float, float] = (1.0, 30.0),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._chats = settings.chat_ids
        self._on = settings.enabled
        self._has_token = bool(settings.token.get_secret_value())
        self._clock = clock
        self._api = self._dial(lines=len(self._chats) + 1)  # one for each chat's courier, one for the long poll
        bot = settings.token.get_secret_value().partition(":")[0]  # the public half: the bot's own id
        self._poller = partial(_Poller, self._api, bot, self._chats, poll_s=poll_s, patience=patience, clock=clock)
        self._listening: _Poller | None = None

    def targets(self) -> tuple[str, ...]:
        """The chat ids, when Telegram is on and has a token."""
        return tuple(str(chat) for chat in self._chats) if self._on and self._has_token else ()

    def start(self, host: Host) -> None:
        """Begin to listen, and open the connections that alerts will use."""
        if not self._on:
            host.report(PartState.OFF, "")
        elif not self._has_token:
            host.report(PartState.WAITING, "the bot's token is missing: ask @BotFather for one")
        else:
            host.report(PartState.STARTING, "")
            self._listening = self._poller(host)
            self._listening.start()

    def stop(self) -> None:
        """Hang up, also on a long poll under way."""
        if self._listening:
            self._listening.ask_to_stop()
        self._api.hang_up()
        if self._listening:
            self._listening.end()

    def send(self, delivery: Delivery, visit: Visit) -> None:
        """Send the text "someone is at the door", or the photo with the verdict.

        A photo that is broken, gone or not to Telegram's liking goes out as a text with the same words.
        Raises TryLater or Rejected.
        """
        if delivery.kind == self.alert_kind:
            self._send_text(delivery.target, self._words(visit, wording.first_words(visit)))
            return
        words = self._words(visit, wording.headline(visit))
        if not self._send_photo(delivery.target, visit, words):
            self._send_text(delivery.target, words)

    def say(self, target: str, text: str) -> None:
        """Send a text that belongs to no visit. Raises TryLater or Rejected."""
        self._send_text(target, text)

    def check(self) -> str:
        """Ask the bot's name. Raises NotifierError with a sentence when that fails."""
        if not self._has_token:
            raise Rejected("The bot's token is missing", "ask @BotFather for one")
        api = self._dial(lines=1)
        try:
            return f"{_introduced(_as_bot(api.call('getMe', {})))} is ready"
        finally:
            api.hang_up()

    def _dial(self, lines: int) -> BotApi:
        return BotApi(self._settings.api_base, self._settings.token.get_secret_value(), lines)

    def _words(self, visit: Visit, sentence: str) -> str:
        now = self._clock()
        age = now - visit.started_at
        if age >= LATE:
            sentence = wording.told_late(sentence, age)
        return f"{sentence}\n{visit.door_name}, {_moment(visit.started_at, now)}"

    def _send_text(self, chat: str, words: str) -> None:
        self._api.call("sendMessage", _message(chat, words))

    def _send_photo(self, chat: str, visit: Visit, words: str) -> bool:
        """Whether the chat has the photo now."""
        jpeg = of_visit(visit)
        if jpeg is None:
            return False
        photo = {"photo": ("visit.jpg", jpeg, "image/jpeg")}
        params = {"chat_id": chat, "caption": _clipped(words, CAPTION_LIMIT)}
        try:
            self._api.call("sendPhoto", params, files=photo, within=_PHOTO_WITHIN)
        except Refused as error:
            if error.code not in (400, 413):
                raise
            _log.info("Telegram did not take the photo, sending its words: %s", error)
            return False
        return True


class _Poller:
    """Reads what the owner writes, in a thread of its own, and reports how the connection is."""

    def __init__(
        self,
        api: BotApi,
        bot: str,
        chats: tuple[int, ...],
        host: Host,
        *,
        poll_s: int,
        patience: tuple[float, float],
        clock: Callable[[], float],
    ) -> None:
        self._api = api
        self._chats = chats
        self._host = host
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
        self._ignored: set[int] = set()
        self._thread = threading.Thread(target=self._run, name="telegram-poller", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
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
            for _ in self._chats or (0,):  # each time on another line: then all are open when an alert needs one
                self._me = _as_bot(self._api.call("getMe", {}))
            self._well()
        except Refused as error:
            _log.info("The bot's name stays unknown: %s", error)
        self._introduced = True

    def _question(self) -> dict[str, Any]:
        # After an outage a short question, for its answer tells at once that the way is open. Not while another
        # program reads too: each short question would throw that one out and look like success.
        seconds = self._poll_s if self._healthy or self._contested else 0
        question: dict[str, Any] = {"timeout": seconds, "allowed_updates": ["message"]}
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
        name = _introduced(self._me)
        self._host.report(
            PartState.WORKING, f"{name} is ready" if self._chats else f"{name} is ready, but no chat is allowed yet"
        )
        self._host.wake()

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
            return PartState.WAITING, str(error)  # only the listening fails: messages still go out
        if isinstance(error, Refused):
            return PartState.FAILED, str(error)
        return PartState.WAITING, f"no connection since {_moment(self._down_since, self._clock())}: {error.message}"

    # ---- what people write

    def _handle(self, update: object) -> None:
        """Handle one update, and only then remember that it need not come again."""
        number = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(update, dict) or not isinstance(number, int):
            _log.info("Telegram sent an update without a number")
            return
        try:
            self._read(update.get("message"))
        except NotifierError as error:
            _log.info("An answer could not be given: %s", error)
        except Exception:
            _log.exception("A message could not be handled")
        self._host.remember(self._offset_key, str(number + 1))

    def _read(self, message: object) -> None:
        if not isinstance(message, dict) or not isinstance(message.get("chat"), dict):
            return
        chat = message["chat"].get("id")
        if chat not in self._chats:
            self._ignore(chat)
        elif (answer := self._answer(message)) is not None:
            self._api.call("sendMessage", _message(str(chat), answer))

    def _ignore(self, chat: object) -> None:
        if isinstance(chat, int) and chat not in self._ignored:
            self._ignored.add(chat)
            _log.info("Ignoring messages of chat %d: it is not among the chats in the settings", chat)

    def _answer(self, message: Mapping[str, Any]) -> str | None:
        text = message.get("text")
        if not isinstance(text, str) or not text.strip():
            return _ONLY_TEXT if _FROM_PEOPLE & message.keys() else None
        if text.startswith("/"):
            return self._obey(text)
        sent_at = message.get("date")
        if isinstance(sent_at, int) and self._clock() - sent_at > TOO_LATE:
            return _too_late(sent_at, self._clock())
        try:
            return self._host.said(text)
        except NotifierError as error:
            return f"Not passed on: {error}."

    def _obey(self, text: str) -> str | None:
        command, _, addressee = text.split(maxsplit=1)[0].partition("@")
        if addressee and self._me and addressee.lower() != str(self._me.get("username", "")).lower():
            return None  # to another bot of the same group
        return self._host.status() if command == "/status" else _HELP


def _message(chat: str, words: str) -> dict[str, Any]:
    """No parse mode and no link preview: names and texts come from outside."""
    text = _clipped(words, TEXT_LIMIT)
    return {"chat_id": chat, "text": text, "link_preview_options": {"is_disabled": True}}


def _clipped(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, as Telegram counts."""
    encoded = text.encode("utf-16-le", "replace")
    if len(encoded) <= 2 * limit:
        return text
    return encoded[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"


def _as_bot(me: object) -> Mapping[str, Any]:
    if not isinstance(me, dict) or not isinstance(me.get("id"), int):
        raise TryLater("Telegram cannot be reached", "something unreadable answered")
    return me


def _introduced(me: Mapping[str, Any]) -> str:
    return f"@{me['username']}" if "username" in me else "the bot"


def _moment(at: float, now: float) -> str:
    """Local time, with the day when it is not today."""
    then = time.localtime(at)
    same_day = then[:3] == time.localtime(now)[:3]
    return time.strftime("%H:%M" if same_day else "%d %b, %H:%M", then)


def _too_late(sent_at: float, now: float) -> str:
    return (
        f"Your message of {_moment(sent_at, now)} reached me {wording.age(now - sent_at)} late, "
        "so I did not show it at the door. Send it again if it still matters."
    )
