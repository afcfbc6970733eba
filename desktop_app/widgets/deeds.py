"""What was done and can be taken back: the newest by Ctrl+Z, any of them out of a list, long after its message."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QLocale, QObject, Qt, QTime, Signal
from PySide6.QtWidgets import QMenu, QToolButton

from desktop_app.widgets import icons

_LETTERS = 70
"""Of a deed's sentence, as wide as they are on average."""


class Deed(NamedTuple):
    """Something that was done."""

    text: str
    """What, in a sentence."""
    at: float
    """When, Unix seconds."""
    undo: Callable[[], object]


class Deeds(QObject):
    """The last ones of this run, the newest first."""

    MOST = 20

    changed = Signal()
    undone = Signal(str)
    """One is being taken back, by its text; if that fails, whoever undoes says so."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: tuple[Deed, ...] = ()

    def add(self, text: str, undo: Callable[[], object]) -> Deed:
        """Remember one more; the oldest is forgotten when there are many."""
        deed = Deed(text, time.time(), undo)
        self._keep((deed, *self.all)[: self.MOST])
        return deed

    def undo(self, deed: Deed) -> None:
        """Take one back, once."""
        if deed in self.all:
            self.discard(deed)
            self.undone.emit(deed.text)
            deed.undo()

    def undo_newest(self) -> None:
        """Take the newest back, if there is one."""
        if self.all:
            self.undo(self.all[0])

    def discard(self, deed: Deed) -> None:
        """It was taken back elsewhere, or cannot be any more."""
        self._keep(tuple(one for one in self.all if one is not deed))

    def forget(self, name: str) -> None:
        """Nothing that was done speaks of somebody any more."""
        self._keep(tuple(one for one in self.all if name not in one.text))

    def _keep(self, deeds: tuple[Deed, ...]) -> None:
        if deeds != self.all:
            self.all = deeds
            self.changed.emit()


class DeedsButton(QToolButton):
    """Opens the list; out of sight as long as there is nothing to take back."""

    def __init__(self, deeds: Deeds) -> None:
        super().__init__()
        self._deeds = deeds
        self.setProperty("kind", "quiet")
        icons.put(self, "undo", "text", 18)
        self.setToolTip(self.tr("Recently done, to be undone (Ctrl+Z undoes the latest)"))
        self.setAccessibleName(self.tr("Recently done"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self.fill)
        deeds.changed.connect(self._follow)
        self._follow()

    def fill(self) -> None:
        """The menu as it is now."""
        self.menu().clear()
        self.menu().addAction(self.tr("Undo what was done")).setEnabled(False)
        self.menu().addSeparator()
        for deed in self._deeds.all:
            room = _LETTERS * self.fontMetrics().averageCharWidth()
            short = self.fontMetrics().elidedText(deed.text, Qt.TextElideMode.ElideRight, room)
            text = f"{_clock(deed.at)}  ·  {short}".replace("&", "&&")
            self.menu().addAction(text, lambda deed=deed: self._deeds.undo(deed))

    def _follow(self) -> None:
        self.setVisible(bool(self._deeds.all))


def _clock(at: float) -> str:
    local = datetime.fromtimestamp(at)
    return QLocale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)
