"""The strip at the window's foot: every part of the station, by shape, word and colour."""

from __future__ import annotations

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


class StatusStrip(QFrame):
    """One flat button per part; emits the key of the one asked about."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "strip")
        self._items: dict[str, QToolButton] = {}
        self._layout: QHBoxLayout = row(self, spacing=theme.XS)
        self._layout.setContentsMargins(theme.M, theme.XS, theme.M, theme.XS)
        self._layout.addStretch(1)

    def show_status(self, status: Status) -> None:
        """Add a part or bring it up to date."""
        item = self._items.get(status.key) or self._add(status.key)
        item.setText(f"{status.name}: {status.word}")
        item.setToolTip(status.detail or f"{status.name}: {status.word}")
        item.setAccessibleName(f"{status.name}: {status.word}. {status.detail}")
        icons.put(item, status.icon, status.tone, 16)

    def clear(self) -> None:
        """Show no part (any more)."""
        for item in self._items.values():
            item.hide()
            item.deleteLater()
        self._items = {}

    def text_of(self, key: str) -> str:
        """What the strip says of a part; empty for one it does not show."""
        return self._items[key].text() if key in self._items else ""

    def _add(self, key: str) -> QToolButton:
        item = QToolButton()
        item.setProperty("kind", "quiet")
        item.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        item.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        item.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        item.clicked.connect(lambda _checked=False: self.asked.emit(key))
        self._items[key] = item
        self._layout.insertWidget(self._layout.count() - 1, item)
        return item
