"""Messages inside the window instead of dialogs: good news passes by itself, bad news stays until it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QPushButton

from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, clear, label, row
from desktop_app.widgets.deeds import Deeds

Action = tuple[str, Callable[[], object]]
"""Words of a button and what it does."""


class NoticeBar(QFrame):
    """One line of news with up to a few actions; a newer message takes an older one's place."""

    dismissed = Signal()

    PASSES_MS = 5_000
    UNDO_MS = 9_000

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        layout = row(self, spacing=theme.S)
        layout.setContentsMargins(theme.M, theme.S, theme.S, theme.S)
        self._picture = label()
        self._words = label(wrap=True)
        self._actions = row(spacing=theme.XS)
        layout.addWidget(self._picture)
        layout.addWidget(self._words, 1)
        layout.addLayout(self._actions)
        layout.addWidget(button("", "close", kind="quiet", then=self.dismiss, tip=self.tr("Close this message")))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self.deeds = Deeds(self)
        """What was done in this run and can be taken back."""
        self.deeds.undone.connect(lambda text: self.good(self.tr("Undone: {0}").format(text)))
        self.hide()

    @property
    def text(self) -> str:
        """What it says, empty when hidden."""
        return self._words.text() if self.isVisibleTo(self.parentWidget()) else ""

    def good(self, text: str) -> None:
        """Good news: passes by itself."""
        self._show(text, "working", "good", (), self.PASSES_MS)

    def bad(self, text: str, actions: Sequence[Action] = ()) -> None:
        """Bad news: stays until closed."""
        self._show(text, "failed", "bad", actions, 0)

    def ask(self, text: str, actions: Sequence[Action]) -> None:
        """A question that can wait."""
        self._show(text, "ring", "accent", actions, 0)

    def undoable(self, text: str, undo: Callable[[], object]) -> None:
        """Something was done: it can be taken back here for a while, and among the deeds as long as it is there."""
        deed = self.deeds.add(text, undo)
        self._show(text, "working", "muted", ((self.tr("Undo"), lambda: self.deeds.undo(deed)),), self.UNDO_MS)

    def press(self, words: str) -> None:
        """Press one of the actions by its words."""
        newest = [b for b in self.findChildren(QPushButton) if b.text() == words][-1]  # older ones are deleted later
        newest.click()

    def dismiss(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self.hide()
        self.dismissed.emit()

    def _show(self, text: str, icon: str, tone: str, actions: Sequence[Action], passes_ms: int) -> None:
        self._words.setText(text)
        self.setAccessibleName(text)
        icons.put(self._picture, icon, tone)
        clear(self._actions)
        for words, func in actions:
            self._actions.addWidget(button(words, kind="", then=lambda func=func: self._act(func)))
        self.show()
        if passes_ms:
            self._timer.start(passes_ms)
        else:
            self._timer.stop()

    def _act(self, func: Callable[[], object]) -> None:
        self.dismiss()
        func()
