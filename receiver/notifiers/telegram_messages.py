"""Messages about visits: sent once, and edited when there is something better to show."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from receiver.errors import NotifierError
from receiver.models import SentMessage, Visit
from receiver.notifiers import Host
from receiver.notifiers.bot_api import BotApi, Refused
from receiver.notifiers.pictures import of_visit
from receiver.notifiers.telegram_buttons import Keyboard, as_markup
from receiver.notifiers.telegram_text import CAPTION_LIMIT, clipped, is_number, message, sound, to

_log = logging.getLogger(__name__)

PHOTO_WITHIN = (60.0, 30.0)
"""Seconds for a photo: 200 KB over a slow line up, then the answer."""
_UNCHANGED = "message is not modified"


class Messages:
    """Sends and edits; what a chat has got is remembered by the host (without one, nothing is)."""

    def __init__(self, api: BotApi, host: Host | None) -> None:
        self._api = api
        self._host = host

    def text(self, target: str, visit: Visit, words: str, at: float, *, silent: bool = False) -> None:
        """Say something about a visit."""
        sent = self._api.call("sendMessage", message(target, words, silent=silent))
        self._keep(target, sent, visit, kind="text", at=at)

    def verdict(
        self, target: str, visit: Visit, words: str, keyboard: Keyboard, at: float, *, silent: bool = False
    ) -> None:
        """Show a visit's picture with its verdict, in the message that shows it already if there is one.

        A photo that is broken, gone or not to Telegram's liking goes out as a text with the same words.
        """
        jpeg = of_visit(visit)
        before = self.before(target, visit)
        if before is None or not self._edit(before, visit, jpeg, words, keyboard):
            self._send(target, visit, jpeg, words, keyboard, at, silent=silent)

    def correct(self, before: SentMessage, visit: Visit, words: str, keyboard: Keyboard) -> None:
        """Put a message right that shows a visit's verdict; one that cannot be edited any more stays as it is."""
        jpeg = of_visit(visit) if before.kind == "photo" else None
        if not self._edit(before, visit, jpeg, words, keyboard):
            _log.info("The message about visit %s stays as it is", visit.id)

    def before(self, target: str, visit: Visit) -> SentMessage | None:
        """The message that shows a visit's verdict already."""
        return self._host.verdict_message(visit.id, target) if self._host else None

    def change_buttons(self, chat: int, number: int, keyboard: Keyboard) -> None:
        """Put other buttons below a message; what is done does not depend on them, so a failure does no harm."""
        params = {"chat_id": chat, "message_id": number, "reply_markup": as_markup(keyboard)}
        try:
            self._api.call("editMessageReplyMarkup", params)
        except NotifierError as error:
            _log.info("The buttons of a message stay as they are: %s", error.source)

    # ---- inside

    def _send(  # noqa: PLR0917
        self,
        target: str,
        visit: Visit,
        jpeg: bytes | None,
        words: str,
        keyboard: Keyboard,
        at: float,
        *,
        silent: bool,
    ) -> None:
        if jpeg is not None:
            params = {**to(target), "caption": clipped(words, CAPTION_LIMIT), **_buttons(keyboard)}
            params |= sound(silent=silent)
            photo = {"photo": ("visit.jpg", jpeg, "image/jpeg")}
            try:
                sent = self._api.call("sendPhoto", params, files=photo, within=PHOTO_WITHIN)
            except Refused as error:
                if error.code not in (400, 413) or error.moved_to is not None:
                    raise
                _log.info("Telegram did not take the photo, sending its words: %s", error.source)
            else:
                self._keep(target, sent, visit, kind="photo", digest=_digest(jpeg), at=at)
                return
        sent = self._api.call("sendMessage", {**message(target, words, silent=silent), **_buttons(keyboard)})
        self._keep(target, sent, visit, kind="words", at=at)

    def _edit(self, before: SentMessage, visit: Visit, jpeg: bytes | None, words: str, keyboard: Keyboard) -> bool:
        """Whether the message shows it now; not when it is gone, or has no room for the photo."""
        where = {"chat_id": before.target.partition("/")[0], "message_id": before.message, **_buttons(keyboard)}
        if before.kind == "words":
            text = {key: value for key, value in message(before.target, words).items() if key != "message_thread_id"}
            return jpeg is None and self._edited("editMessageText", {**text, **where})
        caption = clipped(words, CAPTION_LIMIT)
        if jpeg is not None and _digest(jpeg) != before.digest:
            media = {"type": "photo", "media": "attach://photo", "caption": caption}
            photo = {"photo": ("visit.jpg", jpeg, "image/jpeg")}
            if self._edited("editMessageMedia", {**where, "media": media}, photo):
                self._keep_again(before, visit, _digest(jpeg))
                return True
        return self._edited("editMessageCaption", {**where, "caption": caption})

    def _edited(
        self, method: str, params: dict[str, Any], files: dict[str, tuple[str, bytes, str]] | None = None
    ) -> bool:
        try:
            self._api.call(method, params, files=files, **({"within": PHOTO_WITHIN} if files else {}))
        except Refused as error:
            if _UNCHANGED in error.why:
                return True
            if error.code not in (400, 413) or error.moved_to is not None:
                raise
            _log.info("A message could not be edited: %s", error.source)
            return False
        return True

    def _keep(self, target: str, sent: object, visit: Visit, *, kind: str, at: float, digest: str = "") -> None:
        number = sent.get("message_id") if isinstance(sent, dict) else None
        if self._host and isinstance(number, int) and is_number(number):
            self._host.keep_message(SentMessage(target, number, visit.id, kind, None, digest, at))

    def _keep_again(self, before: SentMessage, visit: Visit, digest: str) -> None:
        if self._host:
            self._host.keep_message(
                SentMessage(before.target, before.message, visit.id, before.kind, None, digest, before.at)
            )


def _buttons(keyboard: Keyboard) -> dict[str, Any]:
    return {"reply_markup": as_markup(keyboard)} if keyboard else {}


def _digest(jpeg: bytes) -> str:
    return hashlib.sha256(jpeg).hexdigest()[:16]
