"""The owner's language, by gettext's catalogue in resources/locale: what is said, what is kept, and what is shown.

Sentences are written in English, which is also what the log, the database and machines get. They are translated

* where they are said: `_`, `plural`;
* where they are shown, if somebody else may keep them on their way there: `shown` of a constant (`mark`), of a sentence
  with values in it (`phrase`), and of one that came back from the database (`kept` are its templates).

docs/decisions/0019-language.md says why.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache, reduce

import resources

SOURCE = "en"
"""The language of the sentences in the code."""
SYSTEM = "system"
DOMAIN = "porchlight"
LOCALES = resources.FOLDER / "locale"
_NAMES = {SOURCE: "English", "de": "Deutsch"}
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""In gettext's order: the first that is set counts."""
_ON_WINDOWS = {"english": "en", "german": "de"}


class _Now:
    """The language in use."""

    language = SOURCE
    catalogue = gettext.NullTranslations()


def languages() -> Mapping[str, str]:
    """Those that the station speaks, each with its own name for itself."""
    return _NAMES


def current() -> str:
    """The language in use."""
    return _Now.language


def use(language: str) -> None:
    """Speak a language of `languages` from now on, or the system's; all threads do."""
    chosen = resolved(language)
    _Now.catalogue = gettext.NullTranslations() if chosen == SOURCE else gettext.translation(DOMAIN, LOCALES, [chosen])
    _Now.language = chosen


def resolved(language: str) -> str:
    """The language that a setting means: itself, or for `system` the system's if the station speaks it."""
    return language if language != SYSTEM else next((one for one in _system() if one in _NAMES), SOURCE)


def _system() -> Iterator[str]:
    named = next((value for name in _VARIABLES if (value := os.environ.get(name))), None)
    for name in (named or locale.getlocale()[0] or "").split(":"):
        first = re.split(r"[_.@-]", name)[0].lower()  # de_DE.UTF-8, de-AT, German_Germany.1252
        yield _ON_WINDOWS.get(first, first)


# ---- said now


def _(sentence: str) -> str:
    """A sentence of the code in the owner's language; placeholders are filled in afterwards."""
    return _Now.catalogue.gettext(sentence) if sentence else ""


def plural(one: str, many: str, n: int, **values: object) -> str:
    """A sentence about `n` things in the owner's language, with its placeholders filled in."""
    return _Now.catalogue.ngettext(one, many, n).format(n=n, **values)


def date(at: datetime, pattern: str) -> str:
    """A time by a pattern of Unicode's (EEE d MMM HH:mm), with the names of months and days that the owner knows."""
    from babel.dates import format_datetime  # noqa: PLC0415  -- 50 ms that the start need not wait for

    return format_datetime(at, pattern, locale=_Now.language)


# ---- kept, and shown later


class Phrase(str):
    """An English sentence that remembers how it was made, so that it can be shown in another language."""

    __slots__ = ("sentence", "values")
    sentence: str
    values: dict[str, str | int | float]

    def __new__(cls, sentence: str, values: dict[str, str | int | float]) -> Phrase:
        """`sentence` has a placeholder for each of `values`; without any it is taken as it is."""
        made = super().__new__(cls, sentence.format(**values) if values else sentence)
        made.sentence, made.values = sentence, values
        return made

    def __reduce__(self) -> tuple[type[Phrase], tuple[str, dict[str, str | int | float]]]:
        """Also from one process to another."""
        return Phrase, (self.sentence, self.values)


def mark(sentence: str) -> str:
    """The sentence itself; extraction finds it."""
    return sentence


_KEPT: list[str] = []
_OWN_WORDS = ("by", "why")
"""Placeholders that hold words of the station."""


def kept(sentence: str) -> str:
    """The sentence itself, which the database will hold with values in the place of its placeholders."""
    _KEPT.append(sentence)
    return sentence


def phrase(sentence: str, **values: object) -> Phrase:
    """A sentence with values, in English, that can be shown in any language; a `Phrase` among the values as well."""
    if isinstance(sentence, Phrase):
        return sentence
    plain = {name: value if isinstance(value, str | int | float) else str(value) for name, value in values.items()}
    return Phrase(sentence, plain)


def in_a_row(words: Iterable[str]) -> str:
    """Several things to say, one after the other; each of them may be a `Phrase`."""
    return reduce(lambda one, other: phrase("{one}; {other}", one=one, other=other), words)


def shown(words: str) -> str:
    """English words of the station in the owner's language, as far as they are known; others stay as they are."""
    if _Now.language == SOURCE:
        return words
    if isinstance(words, Phrase) and words.values:
        values = {name: shown(value) if isinstance(value, Phrase) else value for name, value in words.values.items()}
        return _(words.sentence).format(**values)
    if (told := _(words)) != words:
        return told
    return _shown_again(words)


def _shown_again(words: str) -> str:
    """Words from the database: by the template they were made with, or as an error's title and message."""
    for sentence in _KEPT:
        if found := _as_expression(sentence).fullmatch(words):
            values = {name: shown(value) if name in _OWN_WORDS else value for name, value in found.groupdict().items()}
            return _(sentence).format(**values)
    title, colon, message = words.partition(": ")
    return f"{shown(title)}{colon}{shown(message)}" if colon else words


@cache
def _as_expression(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    return re.compile("".join(f"(?P<{part}>.+)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts)))
