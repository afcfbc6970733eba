"""The strip at the window's foot: every door and every part of the station, by shape, word and colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton

from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import row


@dataclass(frozen=True, slots=True)
class Status:
    """What the strip shows of one part."""

    key: str
    name: str
    word: str
    """One or two words: working, waiting 2 minutes."""
    detail: str
    """The whole sentence, for the tool tip and the screen reader."""
    icon: str
    tone: str

    @property
    def words(self) -> str:
        """All of it. What is well needs no word beside its tick."""
        return self.name if self.tone == "good" else f"{self.name}: {self.word}"


class StatusStrip(QFrame):
    """One flat button each, doors before parts; emits the key of the one asked about."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "strip")
        self._items: dict[str, QToolButton] = {}
        self._doors: tuple[str, ...] = ()
        self._layout: QHBoxLayout = row(self, spacing=0)
        self._layout.setContentsMargins(theme.S, 2, theme.S, 2)
        self._layout.addStretch(1)

    def show_status(self, status: Status) -> None:
        """Add a part, behind the others, or bring it up to date."""
        item = self._items.get(status.key) or self._add(status.key, self._layout.count())
        _tell(item, status)

    def show_doors(self, doors: Sequence[Status]) -> None:
        """Show exactly these on the reading side."""
        keys = tuple(status.key for status in doors)
        if keys != self._doors:
            for key in self._doors:
                self._remove(key)
            self._doors = keys
            for place, key in enumerate(keys):
                self._add(key, place)
        for status in doors:
            _tell(self._items[status.key], status)

    def clear(self) -> None:
        """Show nothing (any more)."""
        for key in tuple(self._items):
            self._remove(key)
        self._doors = ()

    def text_of(self, key: str) -> str:
        """What the strip says of a part or door; empty for one it does not show."""
        return self._items[key].text() if key in self._items else ""

    def _remove(self, key: str) -> None:
        gone = self._items.pop(key)
        gone.hide()
        gone.deleteLater()

    def _add(self, key: str, place: int) -> QToolButton:
        item = QToolButton()
        item.setProperty("kind", "quiet")
        item.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        item.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        item.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        item.clicked.connect(lambda _checked=False: self.asked.emit(key))
        self._items[key] = item
        self._layout.insertWidget(place, item)
        return item


def _tell(item: QToolButton, status: Status) -> None:
    item.setText(item.fontMetrics().elidedText(status.words, Qt.TextElideMode.ElideRight, _WIDEST))
    item.setToolTip(status.detail or f"{status.name}: {status.word}")
    item.setAccessibleName(f"{status.name}: {status.word}. {status.detail}".strip())
    icons.put(item, status.icon, status.tone, 16)


_WIDEST = 220
"""Pixels of one item's words."""
