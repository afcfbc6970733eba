"""Telegram: a text the moment someone rings, a photo with the verdict and buttons, and the owner's words back."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from receiver import wording
from receiver.errors import Rejected, TryLater
from receiver.language import mark, phrase
from receiver.models import CORRECTION, Chat, Delivery, PartState, Right, Visit
from receiver.notifiers import Host
from receiver.notifiers.bot_api import BotApi, Refused
from receiver.notifiers.telegram_buttons import Keyboard, Keyboards, Signer
from receiver.notifiers.telegram_messages import Messages
from receiver.notifiers.telegram_poller import Poller, as_bot, introduced
from receiver.notifiers.telegram_talk import Conversation
from receiver.notifiers.telegram_text import message, to

if TYPE_CHECKING:
    from receiver.settings import TelegramSettings

LATE = 60.0
"""Seconds after which a message says how old it is."""
_KEY_NOTE = "button_key"


class TelegramNotifier:
    """Tells the chats that may see, and listens to those that may say something.

    `chats` gives them; without it only those of the settings count. `poll_s` is how long one long poll lasts,
    `patience` the (first, longest) seconds between tries of the poller, `clock` returns Unix seconds.
    """

    name = "telegram"
    alert_kind = "text"
    verdict_kind = "photo"
    correction_kind = CORRECTION
    """Kind of the message that puts another one right: it edits, and never rings."""
    lanes: tuple[tuple[str, ...], ...] = ((alert_kind,), (verdict_kind, correction_kind))

    def __init__(
        self,
        settings: TelegramSettings,
        chats: Callable[[], Sequence[Chat]] | None = None,
        *,
        poll_s: int = 50,
        patience: tuple[float, float] = (1.0, 30.0),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._chats = chats or (lambda: [_named_in_settings(chat) for chat in settings.chat_ids])
        self._on = settings.enabled
        self._has_token = bool(settings.token.get_secret_value())
        self._clock = clock
        self._api = self._dial(lines=len(self.targets()) + 1)  # one for each chat's courier, one for the long poll
        bot = settings.token.get_secret_value().partition(":")[0]  # the public half: the bot's own id
        self._poller = partial(Poller, self._api, bot, poll_s=poll_s, patience=patience, clock=clock)
        self._listening: Poller | None = None
        self._signer: Signer | None = None
        self._host: Host | None = None
        self._messages = Messages(self._api, None)

    @property
    def ready(self) -> bool:
        """Whether it is on and has a token: then it listens, also while nobody is paired."""
        return self._on and self._has_token

    def targets(self) -> tuple[str, ...]:
        """The chats that may see, when Telegram is on and has a token."""
        return tuple(chat.target for chat in self._chats() if Right.SEE in chat.rights) if self.ready else ()

    def start(self, host: Host) -> None:
        """Begin to listen, and open the connections that alerts will use."""
        self._host = host
        if not self._on:
            host.report(PartState.OFF, "")
        elif not self._has_token:
            host.report(PartState.FAILED, mark("the bot's token is missing: ask @BotFather for one"))
        else:
            host.report(PartState.STARTING, "")
            self._messages = Messages(self._api, host)
            self._signer = Signer(_button_key(host))
            talk = Conversation(self._api, host, self._signer, paired=self._has_paired, clock=self._clock)
            self._listening = self._poller(host, talk)
            self._listening.start()

    def stop(self) -> None:
        """Hang up, also on a long poll under way."""
        if self._listening:
            self._listening.ask_to_stop()
        self._api.hang_up()
        if self._listening:
            self._listening.end()

    def send(self, delivery: Delivery, visit: Visit) -> None:
        """Send the text "someone is at the door", or the photo with the verdict; a second verdict edits the first.

        What comes late, in hours in which it would be hushed, makes no sound. Raises TryLater or Rejected.
        """
        chat = next((chat for chat in self._chats() if chat.target == delivery.target), None)
        if chat is None or Right.SEE not in chat.rights:
            raise Rejected("This chat may not see alerts any more", "pair it again in the settings")
        with self._following(delivery.target):
            self._send(delivery, visit, chat)

    def say(self, target: str, text: str) -> None:
        """Send a text that belongs to no visit. Raises TryLater or Rejected."""
        silent = self._host is not None and self._host.quiet(None)
        with self._following(target):
            self._api.call("sendMessage", message(target, text, silent=silent))

    def check(self) -> str:
        """Ask the bot's name. Raises NotifierError with a sentence when that fails."""
        if not self._has_token:
            raise Rejected("The bot's token is missing", "ask @BotFather for one")
        api = self._dial(lines=1)
        try:
            return phrase("{bot} is ready", bot=introduced(as_bot(api.call("getMe", {}))))
        finally:
            api.hang_up()

    def _send(self, delivery: Delivery, visit: Visit, chat: Chat) -> None:
        now = self._clock()
        silent = self._too_late_for_a_sound(visit, now)
        if delivery.kind == self.alert_kind:
            words = self._words(visit, wording.first_words, now)
            self._messages.text(delivery.target, visit, words, now, silent=silent)
            return
        before = self._messages.before(delivery.target, visit)
        words = self._words(visit, wording.headline, before.at if before else now)
        keyboard = self._keyboard(chat, delivery, visit)
        if delivery.kind == self.verdict_kind:
            self._messages.verdict(delivery.target, visit, words, keyboard, now, silent=silent)
        elif before:
            self._messages.correct(before, visit, words, keyboard)

    def _too_late_for_a_sound(self, visit: Visit, now: float) -> bool:
        """Whether it had to wait until hours in which nobody would be told of it."""
        return now - visit.started_at >= LATE and self._host is not None and self._host.quiet(visit)

    @contextmanager
    def _following(self, target: str) -> Iterator[None]:
        """A group that has become a supergroup has another id: what was to be sent goes there as soon as possible."""
        try:
            yield
        except Refused as error:
            if error.moved_to is None or self._host is None:
                raise
            self._host.moved(int(to(target)["chat_id"]), error.moved_to)
            raise TryLater(error.what, "it has another id now, and gets its messages there") from None

    def _dial(self, lines: int) -> BotApi:
        return BotApi(self._settings.api_base, self._settings.token.get_secret_value(), lines)

    def _has_paired(self) -> None:
        if self._listening:
            self._listening.tell()

    def _keyboard(self, chat: Chat, delivery: Delivery, visit: Visit) -> Keyboard:
        if self._signer is None or visit.verdict is None:
            return ()
        return Keyboards(self._signer, chat.id, chat.rights).of_visit(visit, delivery.id)

    def _words(self, visit: Visit, sentence: wording.Sentence, now: float) -> str:
        late = now - visit.started_at
        told = sentence(visit, late if late >= LATE else None)
        return f"{told}\n{visit.door_name}, {wording.moment(visit.started_at, now)}"


def _named_in_settings(chat: int) -> Chat:
    return Chat(str(chat), "", frozenset(Right) - {Right.OPEN}, None)


def _button_key(host: Host) -> bytes:
    """The key that buttons are signed with: the same after a restart, or all of them would be strangers."""
    kept = host.recall(_KEY_NOTE)
    if not kept:
        kept = secrets.token_hex(32)
        host.remember(_KEY_NOTE, kept)
    return bytes.fromhex(kept)
