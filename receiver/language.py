"""The owner's language, by gettext's catalogue in resources/locale: what is said, what is kept, and what is shown.

Sentences are written in English, which is also what the log, the database and machines get. They are translated

* where they are said: `_`, `plural`;
* where they are shown, if somebody may keep them on their way there: `shown` of a constant (`mark`), of a sentence
  with values in it (`phrase`), or of one that came back from the database as it was said.

docs/decisions/0020-language.md says why.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache, reduce
from pathlib import Path

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
_CHOSEN_ON_MACOS = Path("~/Library/Preferences/.GlobalPreferences.plist")


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
    """What the system prefers, the best first, as short names."""
    named = next((value for name in _VARIABLES if (value := os.environ.get(name))), "")
    for name in named.split(":") if named else (*_of_macos(), locale.getlocale()[0] or ""):
        first = re.split(r"[_.@-]", name)[0].lower()  # de_DE.UTF-8, de-AT, German_Germany.1252
        yield _ON_WINDOWS.get(first, first)


def _of_macos() -> list[str]:
    """What the owner of a Mac has chosen: programs that are not started from a shell have no variable for it."""
    if not _CHOSEN_ON_MACOS.expanduser().exists():
        return []
    import plistlib  # noqa: PLC0415  -- with a parser of XML, for Macs only

    with suppress(OSError, ValueError, plistlib.InvalidFileException), _CHOSEN_ON_MACOS.expanduser().open("rb") as file:
        return list(map(str, plistlib.load(file).get("AppleLanguages", ())))
    return []


# ---- said now


def _(sentence: str) -> str:
    """A sentence of the code in the owner's language; placeholders are filled in afterwards."""
    return _Now.catalogue.gettext(sentence) if sentence else ""


def plural(one: str, many: str, n: int, **values: object) -> str:
    """A sentence about `n` things in the owner's language, with its placeholders filled in."""
    return _Now.catalogue.ngettext(one, many, n).format(n=n, **values)


def date(at: datetime, pattern: str) -> str:
    """A time by a pattern of Unicode's (EEE d MMM HH:mm), with the names of months and days that the owner knows."""
    from babel.dates import format_datetime  # noqa: PLC0415  -- 20 ms that worker processes need not wait for

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


_OWN_WORDS = ("by", "why")
"""Placeholders that hold words of the station."""
SOMEBODY = mark("somebody")
"""In the place of a name that was forgotten."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_TELLING = 6
"""Letters beside its values by which words are known to come from a sentence."""


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
    """Words that were kept as they were said: as an error's title and message, or by the sentence they come from."""
    title, colon, message = words.partition(": ")
    if colon and _(title) != title:
        return f"{_(title)}{colon}{shown(message)}"
    for sentence, expression in _templates(_Now.language):
        if found := expression.fullmatch(words):
            told = found.groupdict()
            values = {name: shown(it) if name in _OWN_WORDS or it == SOMEBODY else it for name, it in told.items()}
            return _(sentence).format(**values)
    return f"{shown(title)}{colon}{shown(message)}" if colon else words


@cache
def _templates(language: str) -> list[tuple[str, re.Pattern[str]]]:
    """The sentences with values that words can be told by, the one that says most first."""
    from babel.messages.mofile import read_mo  # noqa: PLC0415

    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        sentences = [message.id for message in read_mo(file) if isinstance(message.id, str)]
    said = {sentence: len(re.sub(r"\W", "", _PLACEHOLDER.sub("", sentence))) for sentence in sentences}
    telling = [one for one in sentences if _PLACEHOLDER.search(one) and said[one] >= _TELLING]
    return [(one, _as_expression(one)) for one in sorted(telling, key=lambda one: -said[one])]


def _as_expression(sentence: str) -> re.Pattern[str]:
    """Matches the sentence with its values; only the last of them may have a colon in it, as errors' messages do."""
    parts = _PLACEHOLDER.split(sentence)
    last = max(place for place in range(1, len(parts), 2))
    made, seen = "", set[str]()
    for place, part in enumerate(parts):
        if place % 2 == 0:
            made += re.escape(part)
        elif part in seen:
            made += f"(?P={part})"
        else:
            made += f"(?P<{part}>.+)" if place == last else f"(?P<{part}>(?:(?!: ).)+)"
            seen.add(part)
    return re.compile(made)
