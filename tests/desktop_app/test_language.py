"""The window in the owner's language: every text is in the catalogues, is found in them, and fits where it stands."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QObject, QTranslator

import desktop_app
from desktop_app import language
from resources.translations import make

PLACEHOLDER = re.compile(r"%L?n|\{\w*\}")


class Message(NamedTuple):
    """A text of a catalogue."""

    context: str
    source: str
    forms: tuple[str, ...]
    """Translations: one, or one for each plural."""
    plural: bool
    state: str
    """Empty when it is translated."""
    line: str = ""
    """Where it stands in the source, as FILE:LINE, where that is kept."""


def messages(catalogue: Path) -> list[Message]:
    found = []
    for context in ElementTree.parse(catalogue).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            forms = tuple(form.text or "" for form in translation) or (translation.text or "",)
            place = message.find("location")
            found.append(
                Message(
                    context.findtext("name", ""),
                    message.findtext("source", ""),
                    forms,
                    message.get("numerus") == "yes",
                    translation.get("type", ""),
                    "" if place is None else f"{Path(place.get('filename')).name}:{place.get('line')}",
                )
            )
    return found


@pytest.fixture
def german(qapp) -> Iterator[None]:
    """Whatever is made from now on speaks German."""
    assert language.speak(qapp, "de") == "de"
    yield
    language.speak(qapp, "en")


# ---- the catalogues


@pytest.mark.parametrize("name", make.CATALOGUES)
def test_every_text_of_the_window_is_in_the_catalogue_and_translated(tmp_path, name) -> None:
    """When this fails: python -m resources.translations.make, translate what is unfinished, and again."""
    fresh = tmp_path / make.catalogue(name).name
    shutil.copy(make.catalogue(name), fresh)
    make.extract(name, fresh)
    assert sorted(messages(fresh)) == sorted(messages(make.catalogue(name)))
    assert not [message for message in messages(fresh) if message.state or not all(message.forms)]


@pytest.mark.parametrize("name", make.CATALOGUES)
def test_a_translation_has_the_placeholders_of_its_text(name) -> None:
    """Only a form for one thing may say the number in words."""
    for message in messages(make.catalogue(name)):
        wanted = sorted(PLACEHOLDER.findall(message.source))
        assert sorted(PLACEHOLDER.findall(message.forms[-1])) == wanted, message
        for form in message.forms[:-1]:
            assert [p for p in sorted(PLACEHOLDER.findall(form)) if "n" not in p] == [p for p in wanted if "n" not in p]


def test_a_translation_ends_as_its_text_does() -> None:
    """A question stays one, and what is glued to nothing has no blank to be glued by."""
    for message in messages(make.catalogue("de")):
        for form in message.forms:
            assert _ending(form) == _ending(message.source), message
            assert form == form.strip()
            assert form.count("\n") == message.source.count("\n"), message


def _ending(text: str) -> str:
    return re.search(r"\W*$", text.replace("...", "…")).group().translate({ord(mark): None for mark in '“”‘’)} %"'})


@pytest.mark.parametrize("name", make.CATALOGUES)
def test_the_compiled_catalogue_says_what_the_other_one_does(name) -> None:
    """When this fails: python -m resources.translations.make."""
    translator = QTranslator()
    assert translator.load(str(make.catalogue(name).with_suffix(".qm")))
    for message in messages(make.catalogue(name)):
        for number, form in zip((1, 2) if message.plural else (-1,), message.forms, strict=True):
            assert translator.translate(message.context, message.source, "", number) == form


# ---- from the source to the catalogue and back


def test_every_text_is_looked_up_where_lupdate_put_it(tmp_path) -> None:
    """`self.tr` looks under the name of the class, `tr` under none; a text in a variable is in no catalogue."""
    catalogue = tmp_path / "all.ts"
    make.run("lupdate", *map(str, make.sources()), "-ts", str(catalogue))
    put = {(message.source, message.context) for message in messages(catalogue)}
    wrong = []
    for path in make.sources():
        for call, class_ in _calls(ast.parse(path.read_text("utf-8")), ""):
            of_class = isinstance(call.func, ast.Attribute)
            text = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
            if of_class != bool(class_) or (text, class_) not in put:
                wrong.append(f"{path.name}:{call.lineno}: {ast.unparse(call)}")
    assert not wrong


def _calls(node: ast.AST, class_: str) -> Iterator[tuple[ast.Call, str]]:
    """Every call of tr, and the class it is in; empty outside of classes."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.Call) and ast.unparse(inner.func).rpartition(".")[2] == "tr":
            yield inner, class_
        yield from _calls(inner, inner.name if isinstance(inner, ast.ClassDef) else class_)


def test_a_class_that_others_inherit_from_has_no_plurals() -> None:
    """PySide looks from class to class until a text comes back changed, and a number changes every text: the plurals of
    a class are found for that class only, other texts for its heirs, too.
    """
    for module in pkgutil.walk_packages(desktop_app.__path__, "desktop_app."):
        importlib.import_module(module.name)
    classes = {class_.__name__: class_ for class_ in _heirs(QObject) if class_.__module__.startswith("desktop_app")}
    of_classes = [message for message in messages(make.catalogue("de")) if message.context]
    assert {message.context for message in of_classes} <= set(classes)
    assert not [m for m in of_classes if m.plural and classes[m.context].__subclasses__()]


def _heirs(class_: type) -> Iterator[type]:
    for heir in class_.__subclasses__():
        yield heir
        yield from _heirs(heir)
