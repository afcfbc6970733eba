"""The window in the owner's language: every text is in the catalogues, is found in them, and fits where it stands."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QObject, Qt, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)
from scripted import a_face, a_visit

import desktop_app
from desktop_app import history_words, language, people_words, words
from desktop_app.main_window import SMALLEST
from desktop_app.widgets.basics import ElidedLabel, button
from desktop_app.widgets.flow_layout import FlowLayout
from desktop_app.widgets.headline import Headline
from desktop_app.widgets.long_list import LongList
from desktop_app.widgets.notice import NoticeBar
from receiver.models import Verdict
from resources.translations import make

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = ("live", "visits", "people", "doors", "settings")
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


def messages(catalogue: Path) -> list[Message]:
    found = []
    for context in ElementTree.parse(catalogue).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            forms = tuple(form.text or "" for form in translation) or (translation.text or "",)
            found.append(
                Message(
                    context.findtext("name", ""),
                    message.findtext("source", ""),
                    forms,
                    message.get("numerus") == "yes",
                    translation.get("type", ""),
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
    """`self.tr` looks under the name of the class, `tr` under none; a text in a variable or in the
    middle of an f-string is in no catalogue."""
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


# ---- which language


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("[general]\nlanguage = 'de'\n", "de"),
        ("[general]\nlanguage = 'en'\n", "en"),
        ("[general]\nlanguage = 'system'\n", "system"),
        ("[general]\nlanguage = 'tlh'\n", "system"),
        ("[general]\nlanguage = ['de']\n", "system"),
        ("general = 3\n", "system"),
        ("[receiver]\nport = 0\n", "system"),
        ("[general\n", "system"),
        (None, "system"),
    ],
)
def test_the_settings_file_says_which_language(tmp_path, file, found) -> None:
    """Whatever is wrong with it: that is told by the window, which needs a language for it."""
    path = tmp_path / "station.toml"
    if file is not None:
        path.write_text(file)
    assert language.wanted(path) == found


def test_the_environment_goes_before_the_settings_file(tmp_path, monkeypatch) -> None:
    path = tmp_path / "station.toml"
    path.write_text("[general]\nlanguage = 'en'\n")
    monkeypatch.setenv("PORCHLIGHT_GENERAL__LANGUAGE", "de")
    assert language.wanted(path) == "de"


@pytest.mark.parametrize(("system", "title"), [("de_AT", "Besuche"), ("fr_FR:de", "Besuche"), ("fr_FR", "Visits")])
def test_the_program_speaks_what_the_system_prefers(monkeypatch, system, title) -> None:
    """The first of its languages that there is a catalogue of, else English."""
    monkeypatch.setenv("LANG", system.partition(":")[0])
    monkeypatch.setenv("LANGUAGE", system)
    monkeypatch.setenv("LC_CTYPE", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    code = """
from PySide6.QtWidgets import QToolButton
from desktop_app.app import make_application
from desktop_app.main_window import MainWindow
make_application(["porchlight"], "system")
window = MainWindow()
print(window.rail.findChildren(QToolButton)[1].text())
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert told.stdout.strip() == title


def test_dates_and_numbers_follow_the_language(german) -> None:
    assert words.decimal(0.5) == "0,50"
    assert words.seconds(1.25) == "1,3 s"
    assert "März" in history_words.day(datetime(2024, 3, 1, 12).timestamp())


@pytest.mark.parametrize(("count", "told"), [(0, "0 Fotos"), (1, "1 Foto"), (2, "2 Fotos"), (2_000, "2.000 Fotos")])
def test_plurals_in_german(german, count, told) -> None:
    assert people_words.photos(count) == told


@pytest.mark.parametrize(("count", "told"), [(0, "0 photos"), (1, "1 photo"), (2, "2 photos")])
def test_plurals_in_english(count, told) -> None:
    assert people_words.photos(count) == told


def test_what_an_heir_inherits_is_translated(german, qapp) -> None:
    class Louder(NoticeBar):
        pass

    bar = Louder()
    bar.undoable("Etwas ist geschehen.", lambda: None)
    assert [b.text() for b in bar.findChildren(QPushButton) if b.text()] == ["Rückgängig"]


# ---- the window


def test_no_word_of_english_is_left(german, busy) -> None:
    """Texts, tool tips, names for screen readers, placeholders, menus and lists of a window in German."""
    sources = {m.source for m in messages(make.catalogue("de")) if m.source not in m.forms}
    plurals = {form for m in messages(make.catalogue("en")) for form in m.forms}
    english = [(text, _expression(text)) for text in sources | plurals]
    left = {
        (text, source)
        for text in _texts(busy.window)
        for part in re.split(r" · |\n", text)
        for source, expression in english
        if expression.fullmatch(part)
    }
    assert not left


def _expression(text: str) -> re.Pattern[str]:
    """What a text becomes with something in the place of its placeholders; of nothing else, if it has no words."""
    if not re.search("[a-z]{3}", PLACEHOLDER.sub("", text)):
        return re.compile("(?!)")
    numbers = re.split("%L?n", text)
    return re.compile(r"[\d.]+".join(".+".join(map(re.escape, re.split(r"\{\w*\}", part))) for part in numbers))


def _texts(window: QWidget) -> Iterator[str]:
    for thing in (window, *window.findChildren(QWidget), *window.findChildren(QAction)):
        for name in ("text", "toolTip", "accessibleName", "accessibleDescription", "placeholderText", "windowTitle"):
            yield thing.property(name) or ""
        if isinstance(thing, QComboBox):
            yield from (thing.itemText(number) for number in range(thing.count()))
        if isinstance(thing, QAbstractItemView):
            model = thing.model()
            for row in range(model.rowCount()):
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                    yield str(model.index(row, 0).data(role))


def test_what_the_station_says_is_german_too(german, qtbot, opened, station, picture) -> None:
    faces = [a_face(Verdict.UNCLEAR, reason="the face is too dark")]
    visit = a_visit(picture, verdict=Verdict.UNCLEAR, faces=faces, reason="the face is too dark")
    station.publish(visit)
    qtbot.waitUntil(lambda: opened.live.panel.visit is not None)
    assert opened.live.panel.headline.text().endswith(": das Gesicht ist zu dunkel")
    assert history_words.why(faces[0]).endswith(": das Gesicht ist zu dunkel.")


@pytest.mark.parametrize("page", PAGES)
def test_no_words_are_cut_in_the_smallest_window(german, busy, page) -> None:
    """Labels, buttons and lists that neither end in "..." nor go on in another line have the room they ask for."""
    busy.window.resize(SMALLEST)
    busy.window.go(page)
    QApplication.processEvents()
    seen = [widget for widget in busy.window.findChildren(QWidget) if widget.isVisible()]
    cut = [w.text() for w in seen if isinstance(w, QLabel | QAbstractButton) and w.text() and _is_cut(w)]
    cut += [w.currentText() for w in seen if isinstance(w, QComboBox) and _is_cut_list(w)]
    assert not cut


def _is_cut(widget: QLabel | QAbstractButton) -> bool:
    seen = widget.visibleRegion().boundingRect()
    if isinstance(widget, ElidedLabel | Headline) or seen.isEmpty():
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        return seen.width() < widget.width() or widget.height() < widget.heightForWidth(widget.width())
    return seen.width() < widget.width() or widget.width() < widget.minimumSizeHint().width()


def _is_cut_list(box: QComboBox) -> bool:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    style, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
    room = box.style().subControlRect(style, option, field, box).width()
    return room < box.fontMetrics().horizontalAdvance(box.currentText())


# ---- from right to left


@pytest.fixture
def mirrored(qapp) -> Iterator[None]:
    """A desktop that is read from right to left."""
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_a_window_read_from_the_right_is_mirrored(mirrored, busy) -> None:
    window = busy.window
    assert window.rail.geometry().left() > window.stack.geometry().right()
    assert _middle(window, busy.live.panel) > _middle(window, busy.live.findChild(LongList))


def test_a_row_read_from_the_right_has_its_words_beside_the_picture(mirrored, busy) -> None:
    """Its picture stands at the right edge; the words end there, too, and do not begin at the far side."""
    listing = busy.live.findChild(LongList)
    area = listing.visualRect(listing.model().index(0, 0))
    image = listing.viewport().grab(area.adjusted(8, 8, -8, -8)).toImage()
    beside = image.width() - image.height()
    ink = [x for x in range(beside) for y in range(image.height()) if image.pixelColor(x, y).lightness() < 80]
    assert min(ink) > beside - max(ink)


def _middle(window: QWidget, part: QWidget) -> int:
    return part.mapTo(window, part.rect().center()).x()


def test_a_flow_read_from_the_right_begins_there(mirrored, qtbot) -> None:
    flow = QWidget()
    qtbot.addWidget(flow)
    layout = FlowLayout(flow)
    parts = [button("Anna"), button("Bob"), button("Cleo, who has a long name")]
    for part in parts:
        layout.addWidget(part)
    flow.resize(parts[2].sizeHint().width() + 10, 200)
    flow.show()
    first, second, third = (part.geometry() for part in parts)
    assert first.right() == third.right() == flow.rect().right()
    assert second.right() < first.left()
    assert third.top() > first.bottom()
