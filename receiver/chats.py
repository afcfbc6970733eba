"""Who may see and do what from a phone: chats that the settings name, and chats that were paired with a code.

The code is six digits, for ten minutes and a few tries: whoever guesses has five in a million. It waits in the
database, so that a command in a shell can begin what a station that runs completes.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import NamedTuple

from receiver.errors import StationError
from receiver.language import phrase
from receiver.models import Chat, ChatsChanged, Right, Stranger
from receiver.phone_records import PhoneRecords
from receiver.store import Store

CODE_LIFE_S = 600.0
"""How long a pairing code is good for."""
MOST_TRIES = 5
"""Wrong codes, of all chats together, after which a code is void."""
USUAL_RIGHTS = frozenset(Right) - {Right.OPEN}
"""Of a chat that is paired, or named in the settings."""

_NOTE = "telegram.pairing"
_CODE = re.compile(r"(?:/(?:start|pair)(?:@\w+)?\s+|@\w+\s+)?(\d{3})\s?(\d{3})")
_LONGEST_NAME = 64


class Pairing(NamedTuple):
    """A code that waits to be sent to the bot."""

    code: str
    ends_at: float
    tries: int
    """Wrong ones so far."""


class Chats:
    """The chats of one station; may be used from any thread.

    `named` gives the chat ids of the settings, `publish` is told of every change, `clock` returns Unix seconds.
    """

    def __init__(
        self,
        store: Store,
        named: Callable[[], Collection[int]],
        publish: Callable[[ChatsChanged], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._records = PhoneRecords(store)
        self._named = named
        self._publish = publish
        self._clock = clock

    # ---- who

    def all(self) -> tuple[Chat, ...]:
        """Every chat with rights: first those of the settings."""
        kept = {chat.target: chat for chat in self._records.chats()}
        named = [kept.pop(str(chat), named_in_settings(chat)) for chat in dict.fromkeys(map(self._now, self._named()))]
        return (*named, *(chat for chat in kept.values() if chat.paired_at is not None))

    def strangers(self) -> tuple[Stranger, ...]:
        """Who wrote to the bot and is ignored, the latest first."""
        return self._records.strangers()

    def set_rights(self, target: str, rights: Collection[Right]) -> Chat:
        """What a chat may do from now on. Raises KeyError for one without a pairing."""
        changed = replace(self._known(target), rights=frozenset(rights))
        self._records.keep_chat(changed)
        self._tell()
        return changed

    def unpair(self, target: str) -> Chat:
        """Take all rights away; whoever is named in the settings has the usual ones again. Raises KeyError."""
        chat = self._known(target)
        self._records.drop_chat(target)
        self._tell()
        return chat

    def named_but(self, target: str) -> tuple[int, ...]:
        """The chats of the settings without one."""
        return tuple(chat for chat in self._named() if str(self._now(chat)) != target)

    def move(self, old: int, new: int) -> None:
        """Telegram gave a chat another id: its rights and its messages go with it. Any other id is passed over."""
        if any(chat.target == str(old) for chat in self.all()):
            self._records.move_chat(old, new)
            self._tell()

    # ---- pairing

    def begin_pairing(self) -> str:
        """A new code to send to the bot; an earlier one is void."""
        code = f"{secrets.randbelow(1_000_000):06d}"
        self._keep(Pairing(code, self._clock() + CODE_LIFE_S, 0))
        return code

    def end_pairing(self) -> None:
        """Nobody can be paired any more until the next code."""
        self._keep(None)

    def pairing(self) -> Pairing | None:
        """The code that is waited for; None when there is none, or it is over."""
        noted = self._store.note(_NOTE)
        pairing = Pairing(*json.loads(noted)) if noted else None
        return pairing if pairing and self._clock() < pairing.ends_at and pairing.tries < MOST_TRIES else None

    def try_code(self, text: str, target: str, name: str) -> Chat | None:
        """Pair the chat that sent the code; None for any other text. A wrong code counts."""
        code, pairing = code_in(text), self.pairing()
        if code is None or pairing is None:
            return None
        if not hmac.compare_digest(code, pairing.code):
            self._keep(pairing._replace(tries=pairing.tries + 1))
            return None
        before = next((chat for chat in self.all() if chat.target == target), None)
        rights = before.rights if before else USUAL_RIGHTS
        chat = Chat(target, sensible_name(name), rights, self._clock())
        self._records.keep_chat(chat)
        self._keep(None)  # last: whoever waits for the code's end finds the chat
        self._tell()
        return chat

    def ignore(self, target: str, name: str) -> bool:
        """Somebody wrote who is not paired; whether for the first time."""
        stranger = Stranger(target, sensible_name(name), self._clock())
        first = self._records.ignore(stranger)
        if first:
            self._publish(ChatsChanged(self.all(), stranger))
        return first

    # ---- inside

    def _now(self, chat: int) -> int:
        """The id that a chat of the settings has now."""
        return self._records.moved_to(chat) or chat

    def _known(self, target: str) -> Chat:
        found = next((chat for chat in self.all() if chat.target == target), None)
        if found is None:
            raise KeyError(target)
        return found

    def _keep(self, pairing: Pairing | None) -> None:
        self._store.set_note(_NOTE, json.dumps(pairing) if pairing else "")

    def _tell(self) -> None:
        self._publish(ChatsChanged(self.all()))


def named_in_settings(chat: int) -> Chat:
    """A chat that nobody paired, but the settings name."""
    return Chat(str(chat), "", USUAL_RIGHTS, None)


def code_in(text: str) -> str | None:
    """A pairing code: alone, behind /start or /pair, or behind the bot's name, as groups need it."""
    found = _CODE.fullmatch(" ".join(text.split())) if len(text) <= 100 and text.isascii() else None
    return found[1] + found[2] if found else None


def sensible_name(name: str) -> str:
    """A foreign name as one line of printable characters."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name[: 4 * _LONGEST_NAME])
    return " ".join(printable.split())[:_LONGEST_NAME]


def rights_in(words: str) -> frozenset[Right]:
    """Rights as they are typed: see,reply. Raises StationError for others."""
    try:
        return frozenset(Right(word) for word in words.replace(",", " ").split())
    except ValueError:
        raise StationError(
            "Which rights?", phrase("any of {rights}, separated by commas", rights=", ".join(Right))
        ) from None


def listed(chats: Collection[Chat]) -> str:
    """One line for each chat, as the shell shows them."""
    return "\n".join(
        f"{chat.target}\t{','.join(right for right in Right if right in chat.rights) or '-'}\t{chat.name}"
        for chat in chats
    )
