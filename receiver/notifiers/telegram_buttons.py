"""The buttons below a message: which ones fit, and what a press carries back.

What a button carries comes back from outside: everybody in a chat can send any bytes in its name. So it is signed with
a key of the station, for one chat, and holds nothing but numbers and a digest of a name: at most 55 of Telegram's 64
bytes, whatever a door, a visit or a person is called. What it means is looked up in the store when it is pressed, so a
button works after a restart, and an old one finds out that it no longer fits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple

from receiver import wording
from receiver.language import _
from receiver.models import OWN_DOOR, Face, Right, Visit
from receiver.notifiers.telegram_text import BUTTON_LIMIT, clipped

MOST_BYTES = 64
"""Telegram's limit for what a button carries."""
NAMES_ON_A_PAGE = 8
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LARGEST = 2**63 - 1
_MOST_NOT = 3
"""Names that get a button of their own to be taken away."""


class Do(StrEnum):
    """What a press asks for."""

    WHO = "w"
    NAMES = "p"
    NAME = "n"
    NEW_NAME = "a"
    IGNORE = "i"
    NOT = "x"
    BACK = "b"
    REPLY = "r"
    PRESET = "t"
    HUSH = "h"
    LOOK = "l"
    UNDO = "u"


NEEDS = {
    **dict.fromkeys((Do.WHO, Do.NAMES, Do.NAME, Do.NEW_NAME, Do.IGNORE, Do.NOT, Do.UNDO), Right.NAME),
    **dict.fromkeys((Do.BACK, Do.LOOK), Right.SEE),
    **dict.fromkeys((Do.REPLY, Do.PRESET), Right.REPLY),
    Do.HUSH: Right.HUSH,
}


class Press(NamedTuple):
    """What a pressed button carried."""

    do: Do
    number: int
    """Of the delivery whose visit it is about, or of what to undo."""
    face: int
    """0 when it is about nobody in particular."""
    more: str
    """A page, a preset, or the digest of a name."""


class Button(NamedTuple):
    """One button: what it says and what it carries."""

    words: str
    data: str


Keyboard = Sequence[Sequence[Button]]


class Signer:
    """Signs what buttons carry, with a key that outlives restarts."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def data(self, chat: int, do: Do, number: int, face: int = 0, more: str = "") -> str:
        """What a button in a chat carries."""
        body = f"{do}.{_base36(number)}.{_base36(face)}.{more}"
        return f"{body}.{self._mac(chat, body)}"

    def read(self, chat: int, data: object) -> Press | None:
        """What a press means; None for anything that was not signed for this chat."""
        if not isinstance(data, str) or not data.isascii() or len(data) > MOST_BYTES:
            return None
        body, _, mac = data.rpartition(".")
        if not hmac.compare_digest(mac, self._mac(chat, body)):
            return None
        do, number, face, more = body.split(".")
        return Press(Do(do), int(number, 36), int(face, 36), more)

    def _mac(self, chat: int, body: str) -> str:
        return _short(hmac.new(self._key, f"{chat}|{body}".encode(), "sha256").digest())


def digest_of(name: str) -> str:
    """A name as a button carries it, in any script and of any length."""
    return _short(hashlib.sha256(unicodedata.normalize("NFC", name).encode("utf-8", "replace")).digest())


def unnamed(visit: Visit) -> list[Face]:
    """The faces without a name, from left to right."""
    return sorted((face for face in visit.faces if face.identity is None), key=lambda face: face.box.left)


class Keyboards:
    """Makes the buttons of one chat, with the rights it has."""

    def __init__(self, signer: Signer, chat: int, rights: Collection[Right]) -> None:
        self._signer = signer
        self._chat = chat
        self._rights = rights

    def of_visit(self, visit: Visit, delivery: int, *, ignored: bool = False) -> Keyboard:
        """What can be done about a verdict; `ignored`: the owner does not want to say who it is."""

        def named(do: Do, words: str, face: int = 0) -> Button:
            return self._button(words, do, delivery, face)

        strangers = unnamed(visit) and not ignored
        rows = [
            [named(Do.WHO, _(wording.WHO_IS_THIS)), named(Do.IGNORE, _(wording.IGNORE))] if strangers else [],
            [named(Do.NOT, wording.not_this(face.identity), face.id) for face in _named(visit)[:_MOST_NOT]],
        ]
        if visit.door != OWN_DOOR:
            rows.append([named(Do.REPLY, _(wording.REPLY)), named(Do.LOOK, _(wording.LOOK_AGAIN))])
        rows.append([self._button(_(wording.HUSH_1_H), Do.HUSH, delivery, more="60")])
        return self._allowed(rows)

    def faces(self, visit: Visit, delivery: int) -> Keyboard:
        """Which of several people without a name is meant."""
        found = unnamed(visit)
        which = [
            [self._button(wording.from_the_left(place, len(found)), Do.NAMES, delivery, face.id, "0")]
            for place, face in enumerate(found)
        ]
        return self._allowed([*which, [self._button(_(wording.BACK), Do.BACK, delivery)]])

    def names(self, known: Sequence[str], delivery: int, face: int, page: int) -> Keyboard:
        """Whose face it is: everybody enrolled, a page at a time, or somebody new."""
        last = max(0, (len(known) - 1) // NAMES_ON_A_PAGE)
        page = min(max(page, 0), last)
        begin = page * NAMES_ON_A_PAGE
        some = [
            self._button(name, Do.NAME, delivery, face, digest_of(name))
            for name in known[begin : begin + NAMES_ON_A_PAGE]
        ]
        turns = [
            self._button(words, Do.NAMES, delivery, face, str(to))
            for words, to in ((_(wording.PAGE_BEFORE), page - 1), (_(wording.PAGE_AFTER), page + 1))
            if 0 <= to <= last
        ]
        other = [
            self._button(_(wording.NEW_NAME), Do.NEW_NAME, delivery, face),
            self._button(_(wording.BACK), Do.BACK, delivery),
        ]
        return self._allowed([*(some[i : i + 2] for i in range(0, len(some), 2)), turns, other])

    def presets(self, delivery: int) -> Keyboard:
        """Texts for the door's screen, ready to be sent; 0: for every door."""
        ready = [
            self._button(_(words), Do.PRESET, delivery, more=str(number))
            for number, words in enumerate(wording.PRESETS)
        ]
        return self._allowed([[one] for one in ready])

    def undo(self, number: int) -> Keyboard:
        """Take back what was just done."""
        return self._allowed([[self._button(_(wording.UNDO), Do.UNDO, number)]])

    def _button(self, words: str, do: Do, number: int, face: int = 0, more: str = "") -> Button:
        return Button(clipped(words, BUTTON_LIMIT) or "?", self._signer.data(self._chat, do, number, face, more))

    def _allowed(self, rows: Sequence[Sequence[Button]]) -> Keyboard:
        kept = [[button for button in row if NEEDS[Do(button.data[0])] in self._rights] for row in rows]
        return [row for row in kept if row]


def as_markup(keyboard: Keyboard) -> dict[str, object]:
    """As Telegram wants it; none at all removes the buttons that are there."""
    return {
        "inline_keyboard": [
            [{"text": button.words, "callback_data": button.data} for button in row] for row in keyboard
        ]
    }


def _named(visit: Visit) -> list[Face]:
    """One face of each name."""
    return list({face.identity: face for face in visit.faces if face.identity}.values())


def _short(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest[:9]).decode()


def _base36(number: int) -> str:
    number, digits = min(max(number, 0), _LARGEST), ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
