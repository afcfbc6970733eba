"""Presses of the buttons below messages: checked, answered at once, then done.

Telegram shows a clock on a button until the press is answered, so every press is, also one that does nothing. A press
that Telegram itself calls too old was made during an outage: it may name somebody, but moves nothing at the door.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from receiver import wording
from receiver.errors import NotifierError
from receiver.language import _
from receiver.models import Chat, Visit
from receiver.notifiers import Host
from receiver.notifiers.bot_api import BotApi, Refused
from receiver.notifiers.telegram_buttons import NEEDS, Do, Keyboard, Press, Signer, digest_of, unnamed
from receiver.notifiers.telegram_deeds import Answer, Deeds
from receiver.notifiers.telegram_messages import Messages
from receiver.notifiers.telegram_text import Place, called, is_number, place_of

_log = logging.getLogger(__name__)

_TOAST_LIMIT = 190
"""Characters; Telegram takes 200 in the answer to a press."""
_AT_ONCE = {Do.HUSH, Do.LOOK, Do.PRESET}
"""What only makes sense in the moment it is asked for."""
_SILENT = {Do.WHO, Do.NAMES, Do.BACK, Do.IGNORE}
"""What shows in the buttons themselves."""


class Presses:
    """Does what a button says. `say` sends an answer to a chat or topic."""

    def __init__(
        self,
        api: BotApi,
        host: Host,
        signer: Signer,
        say: Callable[[str, Answer], None],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api = api
        self._host = host
        self._signer = signer
        self._say = say
        self._clock = clock
        self._messages = Messages(api, host)

    def read(self, query: Mapping[str, Any]) -> None:
        """One press. Raises NotifierError when what was done cannot be told."""
        below = query.get("message")
        place = place_of(below) if isinstance(below, dict) else None
        number = below.get("message_id") if isinstance(below, dict) else None
        chat = self._chat_at(place) if place else None
        if place is None or chat is None or not isinstance(number, int) or not is_number(number):
            self._acknowledge(query, "")  # a stranger learns nothing
            return
        press = self._signer.read(place.chat, query.get("data"))
        if press is None:
            _log.info("Chat %s pressed a button that this station did not make", place.target)
            self._acknowledge(query, _(wording.UNKNOWN_BUTTON))
        elif NEEDS[press.do] not in chat.rights:
            self._acknowledge(query, _(wording.NO_RIGHT[NEEDS[press.do]]))
        else:
            self._do(query, press, chat, place, number)

    def _do(self, query: Mapping[str, Any], press: Press, chat: Chat, place: Place, number: int) -> None:
        deeds = Deeds(self._host, self._signer, chat, called(query.get("from")), self._clock)
        visit = None
        if press.do is not Do.UNDO and press.number:
            try:
                visit = self._host.visit_of(press.number)
            except KeyError:
                self._acknowledge(query, _(wording.OLD_BUTTON))
                self._messages.change_buttons(place.chat, number, ())
                return
        if visit and press.do in (Do.NAMES, Do.NAME, Do.NEW_NAME) and not _is_nameless(visit, press.face):
            self._acknowledge(query, _(wording.NOT_NOW))
            self._messages.change_buttons(place.chat, number, deeds.keyboards.of_visit(visit, press.number))
            return
        in_time = self._acknowledge(query, "" if press.do in _SILENT else _(wording.ONE_MOMENT), alert=False)
        if not in_time and press.do in _AT_ONCE:
            self._say(place.target, Answer(_(wording.TOO_LATE_BUTTON)))
            return
        keyboard = self._other_buttons(press, visit, deeds)
        if keyboard is not None:
            self._messages.change_buttons(place.chat, number, keyboard)
        if (answer := self._answer(press, visit, deeds)) is not None:
            self._say(place.target, answer)

    def _other_buttons(self, press: Press, visit: Visit | None, deeds: Deeds) -> Keyboard | None:
        """The buttons that take the place of those pressed; None: they stay."""
        make, number = deeds.keyboards, press.number
        if press.do is Do.UNDO:
            return ()
        if visit is None or press.do not in _SILENT | {Do.NEW_NAME}:
            return None
        nameless = unnamed(visit)
        if press.do is Do.WHO and len(nameless) > 1:
            return make.faces(visit, number)
        if press.do is Do.NAMES or (press.do is Do.WHO and nameless):
            return make.names(self._names(), number, press.face or nameless[0].id, int(press.more or 0))
        return make.of_visit(visit, number, ignored=press.do is Do.IGNORE)

    def _answer(self, press: Press, visit: Visit | None, deeds: Deeds) -> Answer | None:
        """What to say; what shows in the buttons needs no words."""
        door = visit.door if visit else ""
        answers: dict[Do, Callable[[], Answer]] = {
            Do.NAME: lambda: self._name(press, deeds),
            Do.NEW_NAME: lambda: Answer(_(wording.ASK_NAME), asks="name", visit=visit, face=press.face),
            Do.NOT: lambda: _reject(press, visit, deeds),
            Do.REPLY: lambda: deeds.ask_for_reply(visit, press.number),
            Do.PRESET: lambda: deeds.say(_(wording.PRESETS[int(press.more)]), door),
            Do.HUSH: lambda: deeds.hush(f"{press.more}m"),
            Do.LOOK: lambda: deeds.look(door),
            Do.UNDO: lambda: deeds.undo(press.number),
        }
        return answers[press.do]() if press.do in answers else None

    def _name(self, press: Press, deeds: Deeds) -> Answer:
        name = next((name for name in self._names() if digest_of(name) == press.more), None)
        return deeds.name(press.face, name) if name else Answer(_(wording.NAME_GONE))

    def _names(self) -> list[str]:
        return sorted(self._host.names(), key=str.casefold)

    def _chat_at(self, place: Place) -> Chat | None:
        """A message too old for Telegram to know its topic counts for any topic of its chat."""
        known = self._host.chats()
        exact = [chat for chat in known if chat.target in (place.target, str(place.chat))]
        return next(iter(exact or [chat for chat in known if chat.id == place.chat]), None)

    def _acknowledge(self, query: Mapping[str, Any], words: str, *, alert: bool = True) -> bool:
        """Answer the press; whether it was made just now, as far as anybody knows."""
        about = query.get("id")
        params: dict[str, Any] = {"callback_query_id": about}
        if words:
            params |= {"text": words[:_TOAST_LIMIT], "show_alert": alert}
        try:
            self._api.call("answerCallbackQuery", params)
        except NotifierError as error:
            if isinstance(error, Refused) and error.code == 400:
                return False
            _log.info("A press could not be acknowledged, and is done all the same: %s", error.source)
        return True


def _is_nameless(visit: Visit, face: int) -> bool:
    return any(other.id == face for other in unnamed(visit))


def _reject(press: Press, visit: Visit | None, deeds: Deeds) -> Answer:
    face = next((face for face in visit.faces if face.id == press.face and face.identity), None) if visit else None
    return deeds.reject(face.id, face.identity or "") if face else Answer(_(wording.NOT_NOW))
