"""For everyone: what a screen reader says, what weak eyes can read, what is done without a mouse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from screen_reader import things
from scripted import a_face, a_visit

from desktop_app.main_window import apply_theme
from desktop_app.widgets import theme
from receiver.models import Verdict

PAGES = ("live", "visits", "people", "doors", "settings")
READABLE = 4.5
"""WCAG 2.2, 1.4.3: the least contrast of ordinary text."""
VISIBLE = 3.0
"""WCAG 2.2, 1.4.11: of what shows where a control is."""
LIGHT, DARK = ("#efefef", "#ffffff"), ("#323232", "#242424")


@pytest.fixture(params=["light", "dark"])
def colours(request) -> Iterator[None]:
    """A desktop in light and one in dark colours."""
    before = QApplication.palette()
    palette = QPalette(before)
    window, base = LIGHT if request.param == "light" else DARK
    palette.setColor(QPalette.ColorRole.Window, QColor(window))
    palette.setColor(QPalette.ColorRole.Base, QColor(base))
    QApplication.setPalette(palette)
    apply_theme()
    yield
    QApplication.setPalette(before)
    apply_theme()


# ---- screen readers


@pytest.mark.parametrize("page", PAGES)
def test_whatever_can_take_the_focus_has_a_name_and_a_role(busy, page) -> None:
    """Rows of lists, painted switches and fields that Qt makes itself, too: as QAccessible tells it."""
    busy.window.go(page)
    met = [thing for thing in things(busy.window) if thing.focusable]
    assert len(met) > 8
    mute = [t for t in met if not t.name.strip() or t.role in (QAccessible.Role.NoRole, QAccessible.Role.Client)]
    assert not mute


@pytest.mark.parametrize("page", PAGES)
def test_no_two_buttons_of_a_page_are_called_the_same(busy, page) -> None:
    """Heard one after the other they could not be told apart."""
    busy.window.go(page)
    names = Counter(t.name for t in things(busy.window) if t.role is QAccessible.Role.Button and t.focusable)
    assert not [name for name, count in names.items() if count > 1]


# ---- weak eyes


def test_every_colour_of_text_can_be_read(colours) -> None:
    now = theme.colors()
    for surface in (now.background, now.card, now.raised, now.accent_wash):
        for text in (now.text, now.muted, now.accent_text, now.good, now.warn, now.bad):
            assert _contrast(text, surface) >= READABLE, (text, surface)
    assert _contrast(now.on_accent, now.accent) >= READABLE
    assert _contrast(now.control_line, now.card) >= VISIBLE


def test_what_a_field_asks_for_can_be_read_before_anything_is_typed(qtbot, colours) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.ensurePolished()
    asked = field.palette().color(QPalette.ColorRole.PlaceholderText)
    card = theme.colors().card
    assert _contrast(theme.mix(card, asked.name(), asked.alphaF()), card) >= READABLE


@pytest.mark.parametrize("page", PAGES)
def test_all_words_as_they_are_painted_can_be_read(busy, colours, page) -> None:
    """The colour of each word against what is most of its background, as they come out on the screen."""
    busy.window.go(page)
    QApplication.processEvents()
    seen = [w for w in busy.window.findChildren(QWidget) if _has_words(w) and w.isVisible() and w.isEnabled()]
    assert len(seen) > 8
    faint = [
        (widget.text(), round(found, 1)) for widget in seen if (found := _painted_contrast(busy, widget)) < READABLE
    ]
    assert not faint


def _has_words(widget: QWidget) -> bool:
    return isinstance(widget, QLabel | QAbstractButton | QLineEdit) and bool(widget.text().strip())


def _painted_contrast(opened, widget: QWidget) -> float:
    area = widget.visibleRegion().boundingRect()
    area.moveTopLeft(widget.mapTo(opened.window, area.topLeft()))
    if area.width() < 8 or area.height() < 8:
        return READABLE  # scrolled out of sight
    image = opened.window.grab(area).toImage()
    painted = Counter(image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2))
    behind = QColor.fromRgb(painted.most_common(1)[0][0]).name()
    return _contrast(widget.palette().color(widget.foregroundRole()).name(), behind)


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(name: str) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(name).getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


# ---- without a mouse


def test_a_stranger_is_named_and_the_name_taken_back_by_keys_alone(qtbot, opened, station, picture) -> None:
    """Alt+1, Tab to the field, a name, Enter; Tab to Undo, Space."""
    window = opened.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    stranger = a_face(Verdict.UNKNOWN)
    station.publish(a_visit(picture, verdict=Verdict.UNKNOWN, faces=[stranger]))
    qtbot.waitUntil(lambda: len(opened.live.panel.naming.fields) == 1)
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    field = _tab_to(qtbot, lambda w: w is opened.live.panel.naming.fields[0].field)
    qtbot.keyClicks(field, "Cleo")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("name_face", stranger.id, "Cleo") in station.calls)
    qtbot.waitUntil(lambda: bool(opened.notice.text))
    undo = _tab_to(qtbot, lambda w: isinstance(w, QAbstractButton) and w.text() == "Undo")
    qtbot.keyClick(undo, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: ("undo", "1") in station.calls)


def _tab_to(qtbot, wanted) -> QWidget:
    for _ in range(40):
        focus = QApplication.focusWidget()
        if focus is not None and wanted(focus):
            return focus
        qtbot.keyClick(focus or QApplication.activeWindow(), Qt.Key.Key_Tab)
    raise AssertionError("no Tab leads there")
