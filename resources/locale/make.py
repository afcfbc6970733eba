"""Brings the station's catalogues up to date with the code, and compiles them.

Run it with `python -m resources.locale.make` after sentences of the station have changed, translate what it names as
missing in `<language>/LC_MESSAGES/porchlight.po`, and run it again.

A sentence is what stands in a call of receiver/language.py's functions, as an argument of one of the station's errors,
as the description of a setting, or in a template of the upload page.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from receiver.language import DOMAIN, SOURCE, languages

FOLDER = Path(__file__).resolve().parent
CHECKOUT = FOLDER.parent.parent
STATION = CHECKOUT / "receiver"
IN_ENGLISH = ("__main__.py", "door_console.py", "people_console.py", "phone_console.py", "signed_requests.py")
"""The shell's commands, like their help, and what is only ever said to a door's program."""
_SINGLE = {"_", "mark", "phrase"}
_PLURAL = "plural"
_ROOT_ERROR = "StationError"
_BORN = datetime(2026, 1, 1, tzinfo=UTC)
"""A date that never changes: the same sentences give the same file."""

Sentence = str | tuple[str, str]
"""Or the one about one thing and the one about many."""


def sentences() -> Catalog:
    """Every sentence of the station, with the files it stands in."""
    found = Catalog(
        project="Porchlight",
        version="-",
        msgid_bugs_address="-",
        last_translator="Porchlight",
        creation_date=_BORN,
        revision_date=_BORN,
        fuzzy=False,
    )
    known = errors()
    for file in modules():
        for sentence in of_source(file.read_text("utf-8"), known):
            found.add(sentence, locations=[(file.relative_to(CHECKOUT).as_posix(), 0)])
    for file in sorted((STATION / "templates").glob("*.html")):
        for _line, _function, sentence, _comments in babel_extract(BytesIO(file.read_bytes()), ("_",), (), {}):
            found.add(sentence, locations=[(file.relative_to(CHECKOUT).as_posix(), 0)])
    return found


def modules() -> list[Path]:
    """The modules whose sentences are translated."""
    return sorted(set(STATION.rglob("*.py")) - set(map(STATION.joinpath, IN_ENGLISH)))


def of_source(source: str, errors: set[str]) -> Iterator[Sentence]:
    """The sentences in a module, in their order; `errors` are the names of the classes whose arguments are some."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from _of_call(node, errors)
        elif isinstance(node, ast.ClassDef) and node.name in errors:
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                    yield from _constants(call.args)


def _of_call(call: ast.Call, errors: set[str]) -> Iterator[Sentence]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name in _SINGLE:
        yield from _constants(call.args[:1])
    elif name == _PLURAL:
        one, many = _constants(call.args[:2])
        yield one, many
    elif name in errors:
        yield from _constants(call.args)
    elif name == "Field":
        yield from _constants([word.value for word in call.keywords if word.arg == "description"])


def _constants(values: list[ast.expr]) -> Iterator[str]:
    for value in values:
        if isinstance(value, ast.IfExp):
            yield from _constants([value.body, value.orelse])
        elif isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield value.value


def errors() -> set[str]:
    """The names of the station's errors, wherever they are made."""
    modules = [ast.parse(file.read_text("utf-8")) for file in STATION.rglob("*.py")]
    classes = [node for module in modules for node in ast.walk(module) if isinstance(node, ast.ClassDef)]
    known, before = {_ROOT_ERROR}, 0
    while len(known) > before:
        before = len(known)
        known |= {made.name for made in classes if known & {ast.unparse(base) for base in made.bases}}
    return known


def catalogue(language: str) -> Path:
    """The file with a language's translations."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """A language's translations as they are."""
    with catalogue(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def updated(language: str) -> Catalog:
    """A language's translations with every sentence of the station, and no other; those that are new are empty."""
    before, now = read(language), sentences()
    now.locale, now.domain = before.locale, DOMAIN
    now.language_team = language
    for message in now:
        if message.id and (known := before.get(message.id)):
            message.string = known.string
    now.header_comment = "# What Porchlight's station says; made by resources/locale/make.py, which also compiles it."
    return now


def compiled(translations: Catalog) -> bytes:
    """As gettext reads them."""
    made = BytesIO()
    write_mo(made, translations)
    return made.getvalue()


def written(translations: Catalog) -> bytes:
    """As translators read them."""
    made = BytesIO()
    write_po(made, translations, width=118, sort_by_file=True, include_lineno=False)
    return made.getvalue()


if __name__ == "__main__":
    for language in languages().keys() - {SOURCE}:
        translations = updated(language)
        catalogue(language).write_bytes(written(translations))
        catalogue(language).with_suffix(".mo").write_bytes(compiled(translations))
        for message in translations:
            if message.id and not all(message.string if message.pluralizable else [message.string]):
                print(f"{language}: not translated yet: {message.id}")
