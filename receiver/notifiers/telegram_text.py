"""What a message to Telegram is made of: its words within Telegram's limits, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeGuard

from receiver.wording import MESSAGE_LIMIT

TEXT_LIMIT = MESSAGE_LIMIT
CAPTION_LIMIT = 1024
"""Telegram's limits, in UTF-16 units."""
BUTTON_LIMIT = 60
"""Characters of a button's words; Telegram takes more, and no phone shows them."""


class Place(NamedTuple):
    """Where a message was written, and where its answer goes."""

    chat: int
    topic: int | None
    """Of a forum; None elsewhere."""
    name: str
    """The group's title, or the person's name."""

    @property
    def target(self) -> str:
        """As chats are kept: the chat's id, a topic's behind it."""
        return str(self.chat) if self.topic is None else f"{self.chat}/{self.topic}"


def place_of(message: Mapping[str, Any]) -> Place | None:
    """Where a message is; None when it does not say so."""
    chat = message.get("chat")
    if not isinstance(chat, dict) or not is_number(chat.get("id")):
        return None
    topic = message.get("message_thread_id") if message.get("is_topic_message") is True else None
    return Place(chat["id"], topic if is_number(topic) else None, _called(chat))


def is_number(value: object) -> TypeGuard[int]:
    """Whether a value from outside is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def called(person: object) -> str:
    """A person's name as they write it themselves; empty when there is none."""
    return _called(person) if isinstance(person, dict) else ""


def _called(about: Mapping[str, Any]) -> str:
    if isinstance(about.get("title"), str):
        return str(about["title"])
    names = [about[key] for key in ("first_name", "last_name") if isinstance(about.get(key), str)]
    return " ".join(names) or str(about.get("username") or "")


def to(target: str) -> dict[str, Any]:
    """The parameters that send something to a chat, or to a topic of it."""
    chat, _, topic = target.partition("/")
    return {"chat_id": chat, "message_thread_id": topic} if topic else {"chat_id": chat}


def message(target: str, words: str, *, silent: bool = False) -> dict[str, Any]:
    """No parse mode and no link preview: names and texts come from outside."""
    text = {"text": clipped(words, TEXT_LIMIT), "link_preview_options": {"is_disabled": True}}
    return {**to(target), **text, **sound(silent=silent)}


def sound(*, silent: bool) -> dict[str, Any]:
    """The parameter of what comes without a sound; nothing for what rings."""
    return {"disable_notification": True} if silent else {}


def clipped(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, as Telegram counts."""
    encoded = text.encode("utf-16-le", "replace")
    if len(encoded) <= 2 * limit:
        return text
    return encoded[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"
