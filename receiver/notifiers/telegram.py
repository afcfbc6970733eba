"""Telegram: a text the moment someone rings, a photo with the verdict and buttons, and the owner's words back."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from receiver import wording
from receiver.errors import Rejected
from receiver.models import Chat, Delivery, PartState, Right, Visit
from receiver.notifiers import Host
from receiver.notifiers.bot_api import BotApi
from receiver.notifiers.telegram_buttons import Keyboard, Keyboards, Signer
from receiver.notifiers.telegram_messages import Messages
from receiver.notifiers.telegram_poller import Poller, as_bot, introduced
from receiver.notifiers.telegram_talk import Conversation
from receiver.notifiers.telegram_text import message

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
        if not self._on:
            host.report(PartState.OFF, "")
        elif not self._has_token:
            host.report(PartState.WAITING, "the bot's token is missing: ask @BotFather for one")
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

        Raises TryLater or Rejected.
        """
        chat = next((chat for chat in self._chats() if chat.target == delivery.target), None)
        if chat is None or Right.SEE not in chat.rights:
            raise Rejected("This chat may not see alerts any more", "pair it again in the settings")
        now = self._clock()
        if delivery.kind == self.alert_kind:
            self._messages.text(delivery.target, visit, self._words(visit, wording.first_words(visit), now), now)
            return
        before = self._messages.before(delivery.target, visit)
        words = self._words(visit, wording.headline(visit), before.at if before else now)
        self._messages.verdict(delivery.target, visit, words, self._keyboard(chat, delivery, visit), now)

    def say(self, target: str, text: str) -> None:
        """Send a text that belongs to no visit. Raises TryLater or Rejected."""
        self._api.call("sendMessage", message(target, text))

    def check(self) -> str:
        """Ask the bot's name. Raises NotifierError with a sentence when that fails."""
        if not self._has_token:
            raise Rejected("The bot's token is missing", "ask @BotFather for one")
        api = self._dial(lines=1)
        try:
            return f"{introduced(as_bot(api.call('getMe', {})))} is ready"
        finally:
            api.hang_up()

    def _dial(self, lines: int) -> BotApi:
        return BotApi(self._settings.api_base, self._settings.token.get_secret_value(), lines)

    def _has_paired(self) -> None:
        if self._listening:
            self._listening.tell()

    def _keyboard(self, chat: Chat, delivery: Delivery, visit: Visit) -> Keyboard:
        if self._signer is None or visit.verdict is None:
            return ()
        return Keyboards(self._signer, chat.id, chat.rights).of_visit(visit, delivery.id)

    def _words(self, visit: Visit, sentence: str, now: float) -> str:
        age = now - visit.started_at
        if age >= LATE:
            sentence = wording.told_late(sentence, age)
        return f"{sentence}\n{visit.door_name}, {wording.moment(visit.started_at, now)}"


def _named_in_settings(chat: int) -> Chat:
    return Chat(str(chat), "", frozenset(Right) - {Right.OPEN}, None)


def _button_key(host: Host) -> bytes:
    """The key that buttons are signed with: the same after a restart, or all of them would be strangers."""
    kept = host.recall(_KEY_NOTE)
    if not kept:
        kept = secrets.token_hex(32)
        host.remember(_KEY_NOTE, kept)
    return bytes.fromhex(kept)
