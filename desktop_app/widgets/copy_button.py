"""A button that puts a text on the clipboard, and says so."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from desktop_app.widgets import icons

_SAID_MS = 2_000


class CopyButton(QPushButton):
    """`text` is asked when it is pressed."""

    def __init__(self, words: str, text: Callable[[], str]) -> None:
        super().__init__(words)
        self.setAccessibleName(words)
        self._words = words
        self._text = text
        icons.put(self, "copy", "text", 18)
        self.clicked.connect(self._copy)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text())
        self.setText(self.tr("Copied"))
        QTimer.singleShot(_SAID_MS, self, lambda: self.setText(self._words))
