"""One setting: title, help, the control, and what is wrong with a value right below it."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.pages.setting_pickers import make_editor
from desktop_app.pages.setting_words import AT_NEXT_START, Key, judge, title
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import column, label, row
from receiver.language import shown
from receiver.settings import Form, form

_EDITOR_WIDTH = 250


class SettingRow(QWidget):
    """Emits (key, value) for a value that the model allows."""

    settled = Signal(tuple, object)

    def __init__(self, key: Key, info: FieldInfo) -> None:
        super().__init__()
        self.key = key
        self._info = info
        self.editor = make_editor(key, info)
        self.editor.edited.connect(self._edited)
        self.editor.wrong.connect(self.refuse)
        layout = column(self) if self.editor.wide else row(self, spacing=theme.L)
        layout.addLayout(self._make_words(), 3)
        side = column(spacing=theme.XS)
        side.addWidget(self.editor)
        side.addLayout(self._make_answer())
        side.addStretch(1)
        layout.addLayout(side, 2)
        self.editor.setMinimumWidth(_EDITOR_WIDTH)
        self.editor.call(title(key), shown(info.description or ""))
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.setInterval(3_000)
        self._passing.timeout.connect(lambda: self._answer("", "", ""))

    def show_value(self, value: Any) -> None:
        """Show what is in effect."""
        self.editor.show_value(value)

    def accept(self) -> None:
        """The value is in effect."""
        later = self.key in AT_NEXT_START
        self._answer("working", "good", self.tr("Saved; takes effect at the next start") if later else self.tr("Saved"))
        self.editor.mark(False)
        self._passing.start()

    def refuse(self, why: str) -> None:
        """The value cannot be used: the field keeps it, the reason stands below."""
        self._passing.stop()
        self._answer("failed", "bad", why)
        self.editor.mark(True)

    @property
    def form(self) -> Form | None:
        """What the value stands for, where its type does not say."""
        return form(self._info)

    @property
    def answer(self) -> str:
        """What stands below the field."""
        return self._words.text()

    def _make_words(self) -> Any:
        words = column(spacing=2)
        heading = label(title(self.key), wrap=True)
        heading.setBuddy(self.editor.control())
        words.addWidget(heading)
        words.addWidget(label(shown(self._info.description or ""), "caption", wrap=True))
        words.addStretch(1)
        return words

    def _make_answer(self) -> Any:
        line = row(spacing=theme.XS)
        self._sign = label()
        self._words = label(kind="caption", wrap=True)
        line.addWidget(self._sign)
        line.addWidget(self._words, 1)
        self._sign.hide()
        self._words.hide()
        return line

    def _edited(self, value: Any) -> None:
        cleaned, wrong = judge(self._info, value)
        if wrong:
            self.refuse(wrong)
        else:
            self._answer("waiting", "muted", self.tr("Saving ..."))
            self.settled.emit(self.key, cleaned)

    def _answer(self, icon: str, tone: str, text: str) -> None:
        self._words.setText(text)
        self._words.setProperty("kind", "error" if tone == "bad" else "caption")
        theme.set_kind(self._words, "error" if tone == "bad" else "caption")
        if icon:
            icons.put(self._sign, icon, tone, 16)
        self._sign.setVisible(bool(text))
        self._words.setVisible(bool(text))
