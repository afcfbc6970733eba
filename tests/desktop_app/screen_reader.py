"""The window as a screen reader meets it: everything in sight, with its name, its role and its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

_MOST = 200
"""So many rows of a list are met; no window shows more."""


class Thing(NamedTuple):
    """Something in sight."""

    name: str
    role: QAccessible.Role
    place: QRect
    """On the screen."""
    focusable: bool
    enabled: bool
    object: QObject | None
    """The widget; none for a row, which is only painted."""


def things(window: QWidget) -> Iterator[Thing]:
    """Everything in sight inside a window, in order."""
    QAccessible.setActive(True)
    yield from _walk(QAccessible.queryAccessibleInterface(window))


def _walk(found: QAccessibleInterface) -> Iterator[Thing]:
    for number in range(min(found.childCount(), _MOST)):
        child = found.child(number)
        if child is None or not child.isValid() or child.state().invisible:
            continue
        yield _thing(child)
        yield from _walk(child)


def _thing(found: QAccessibleInterface) -> Thing:
    state = found.state()
    name = found.text(QAccessible.Text.Name)
    return Thing(name, found.role(), found.rect(), bool(state.focusable), not state.disabled, found.object())
