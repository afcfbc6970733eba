"""The conversation: who may say what, and what is answered.

Everything that arrives here was written by somebody, and anybody can write to a bot: whoever is not paired is ignored,
and the owner learns of it once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from receiver import wording
from receiver.language import _, mark
from receiver.models import Chat, Right, SentMessage, Visit
from receiver.notifiers import Host
from receiver.notifiers.bot_api import BotApi
from receiver.notifiers.telegram_buttons import Signer, as_markup, unnamed
from receiver.notifiers.telegram_deeds import Answer, Deeds
from receiver.notifiers.telegram_presses import Presses
from receiver.notifiers.telegram_text import Place, called, is_number, message, place_of

_log = logging.getLogger(__name__)

TOO_LATE = 600.0
"""Seconds after which a text for the door's screen would surprise whoever stands there now."""
MOST_PHOTO_BYTES = 20_000_000
"""Telegram lets a bot fetch no larger file."""

COMMANDS = [
    {"command": "status", "description": mark("how Porchlight is doing")},
    {"command": "look", "description": mark("a picture from the door, now")},
    {"command": "today", "description": mark("who came today")},
    {"command": "who", "description": mark("who was there last")},
    {"command": "hush", "description": mark("no alerts for a while: /hush 30m, /hush off")},
    {"command": "reply", "description": mark("show a text at the door")},
    {"command": "doors", "description": mark("how the doors are")},
    {"command": "help", "description": mark("what you can say here")},
]
_NEEDS = {
    **dict.fromkeys(("/status", "/look", "/today", "/who", "/doors"), Right.SEE),
    "/hush": Right.HUSH,
    "/reply": Right.REPLY,
}
_HELP = (
    mark("I tell this chat who is at the door."),
    mark("Write me a text and I pass it on to the screen at the door."),
    mark("Answer a stranger's photo with their name, or send me a photo with a name as its caption, and I know them."),
)
_ONLY_TEXT = mark("I can only pass on text. Write a line and it goes to the screen at the door.")
_FROM_PEOPLE = {
    *("photo", "video", "video_note", "voice", "audio", "document", "sticker", "animation"),
    *("location", "venue", "contact", "poll", "dice"),
}
"""Kinds of messages people send; all others (someone joined, a message was pinned) want no answer."""
_NO_NAME = frozenset("!?,;:\n")
_MOST_WORDS = 5


class Conversation:
    """Reads one update after the other. `paired` is called when a chat was paired; `me` is what getMe told."""

    def __init__(
        self,
        api: BotApi,
        host: Host,
        signer: Signer,
        *,
        paired: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.me: Mapping[str, Any] = {}
        self._api = api
        self._host = host
        self._signer = signer
        self._paired = paired
        self._clock = clock
        self._presses = Presses(api, host, signer, self.answer, clock=clock)
        self._ignored: set[str] = set()

    def read(self, update: Mapping[str, Any]) -> None:
        """Whatever people did. Raises NotifierError when no answer can be given."""
        if isinstance(press := update.get("callback_query"), dict):
            self._presses.read(press)
        elif isinstance(written := update.get("message"), dict) and (place := place_of(written)):
            if move := _move(written, place):
                self._host.moved(*move)
                return
            chat = self._chat_at(place)
            if self._pairs(written, place):
                self.answer(place.target, Answer(_(wording.PAIRED)))
                self._paired()
            elif chat is None:
                self._ignore(place)
            elif (answer := self._answer(written, chat)) is not None:
                self.answer(place.target, answer)

    def answer(self, target: str, answer: Answer) -> None:
        """Send an answer; a question is remembered, so that what is said to it is understood."""
        params = message(target, answer.words)
        if answer.asks and not answer.keyboard:
            params["reply_markup"] = {"force_reply": True, "selective": True}
        elif answer.keyboard:
            params["reply_markup"] = as_markup(answer.keyboard)
        sent = self._api.call("sendMessage", params)
        number = sent.get("message_id") if isinstance(sent, dict) else None
        if answer.asks and answer.visit and isinstance(number, int):
            about = SentMessage(target, number, answer.visit.id, answer.asks, answer.face, "", self._clock())
            self._host.keep_message(about)

    # ---- who it is

    def _chat_at(self, place: Place) -> Chat | None:
        """The topic if it has rights of its own, else the chat as a whole."""
        known = {chat.target: chat for chat in self._host.chats()}
        return known.get(place.target) or known.get(str(place.chat))

    def _pairs(self, written: Mapping[str, Any], place: Place) -> bool:
        text = written.get("text")
        return isinstance(text, str) and self._host.pair(text, place.target, place.name) is not None

    def _ignore(self, place: Place) -> None:
        if place.target not in self._ignored:
            self._ignored.add(place.target)
            _log.info("Ignoring chat %s: it is not paired", place.target)
            self._host.ignored(place.target, place.name)

    # ---- what it says

    def _answer(self, written: Mapping[str, Any], chat: Chat) -> Answer | None:
        deeds = Deeds(self._host, self._signer, chat, called(written.get("from")), self._clock)
        text = written.get("text")
        if not isinstance(text, str) or not text.strip():
            return self._thing(written, deeds) if _FROM_PEOPLE & written.keys() else None
        if text.startswith("/"):
            return self._obey(text, written, deeds)
        about = self._answered_message(written, chat)
        if about is not None and (face := self._meant(about, text)) is not None:
            if not deeds.may(Right.NAME):
                return Answer(_(wording.NO_RIGHT[Right.NAME]))
            return deeds.name(face, text) if face else Answer(_(wording.WHICH_ONE))
        return self._pass_on(text, written, deeds, self._door_of(about))

    def _pass_on(self, text: str, written: Mapping[str, Any], deeds: Deeds, door: str = "") -> Answer:
        if not deeds.may(Right.REPLY):
            return Answer(_(wording.NO_RIGHT[Right.REPLY]))
        if late := self._too_late(written):
            return late
        return deeds.say(text, door)

    def _too_late(self, written: Mapping[str, Any]) -> Answer | None:
        sent_at, now = written.get("date"), self._clock()
        if not isinstance(sent_at, int) or now - sent_at <= TOO_LATE:
            return None
        told = _("Your message of {sent} reached me {age} late, so I did nothing. Send it again if it still matters.")
        return Answer(told.format(sent=wording.moment(sent_at, now), age=wording.age(now - sent_at)))

    def _answered_message(self, written: Mapping[str, Any], chat: Chat) -> SentMessage | None:
        """Which message of ours is answered; in a forum every message answers its topic's first one."""
        before = written.get("reply_to_message")
        number = before.get("message_id") if isinstance(before, dict) else None
        return self._host.message(chat.id, number) if isinstance(number, int) and is_number(number) else None

    def _meant(self, about: SentMessage, text: str) -> int | None:
        """Whose name a text is: a face, 0 for one of several, None for nobody's."""
        if about.kind == "name":
            return about.face
        visit = self._visit_of(about)
        if visit is None or about.kind not in ("photo", "words") or not _looks_like_a_name(text):
            return None
        nameless = unnamed(visit)
        if not nameless:
            return None
        return nameless[0].id if len(nameless) == 1 else 0

    def _door_of(self, about: SentMessage | None) -> str:
        visit = self._visit_of(about) if about else None
        return visit.door if visit else ""

    def _visit_of(self, about: SentMessage) -> Visit | None:
        try:
            return self._host.visit(about.visit)
        except KeyError:
            return None

    # ---- photos

    def _thing(self, written: Mapping[str, Any], deeds: Deeds) -> Answer:
        file = _photo_in(written)
        if file is None:
            return Answer(_(_ONLY_TEXT))
        if not deeds.may(Right.NAME):
            return Answer(_(wording.NO_RIGHT[Right.NAME]))
        name = written.get("caption")
        if not isinstance(name, str) or not name.strip():
            return Answer(_(wording.PHOTO_NEEDS_NAME))
        found = self._api.call("getFile", {"file_id": file})
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str):
            return Answer(_("Telegram did not give me the photo. Send it again, please."))
        return deeds.enrol(name, self._api.download(path, MOST_PHOTO_BYTES))

    # ---- commands

    def _obey(self, text: str, written: Mapping[str, Any], deeds: Deeds) -> Answer | None:
        head, *rest = text.split(maxsplit=1)
        command, _, addressee = head.partition("@")
        if addressee and self.me and addressee.lower() != str(self.me.get("username", "")).lower():
            return None  # to another bot of the same group
        return self._do(command, "".join(rest).strip(), written, deeds)

    def _do(self, command: str, rest: str, written: Mapping[str, Any], deeds: Deeds) -> Answer:
        right = _NEEDS.get(command)
        if right is not None and not deeds.may(right):
            return Answer(_(wording.NO_RIGHT[right]))
        if command in ("/look", "/hush") and (late := self._too_late(written)):
            return late
        answers: dict[str, Callable[[], Answer]] = {
            "/status": lambda: Answer(self._host.status()),
            "/look": lambda: deeds.look(rest),
            "/today": deeds.today,
            "/who": deeds.who,
            "/hush": lambda: deeds.hush(rest),
            "/doors": deeds.doors,
            "/reply": lambda: self._pass_on(rest, written, deeds) if rest else deeds.ask_for_reply(None, 0),
        }
        return answers.get(command, lambda: Answer(_help()))()


def commands() -> list[dict[str, str]]:
    """What can be said here, as Telegram's menu lists it."""
    return [one | {"description": _(one["description"])} for one in COMMANDS]


def _help() -> str:
    return "\n".join([*map(_, _HELP), *(f"/{one['command']} - {one['description']}" for one in commands())])


def _move(written: Mapping[str, Any], place: Place) -> tuple[int, int] | None:
    """The old and the new id of a group that has become a supergroup; Telegram tells it in both of them."""
    to, before = written.get("migrate_to_chat_id"), written.get("migrate_from_chat_id")
    if is_number(to):
        return place.chat, to
    return (before, place.chat) if is_number(before) else None


def _looks_like_a_name(text: str) -> bool:
    """Words for the door have marks at their end, or are many; either way the answer tells what was done."""
    return len(text.split()) <= _MOST_WORDS and not _NO_NAME & set(text.strip())


def _photo_in(written: Mapping[str, Any]) -> str | None:
    """The file id of a photo, the largest of its sizes; also of a picture that was sent as a file."""
    sizes = written.get("photo")
    if isinstance(sizes, list) and sizes and isinstance(sizes[-1], dict):
        found = sizes[-1].get("file_id")
        return found if isinstance(found, str) else None
    file = written.get("document")
    if isinstance(file, dict) and str(file.get("mime_type", "")).startswith("image/"):
        found = file.get("file_id")
        return found if isinstance(found, str) else None
    return None
