"""Controls for settings that are switched, chosen from a few words or typed: text, secret, folder, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QSizePolicy, QWidget

from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, row
from desktop_app.widgets.pause import WheelGuard
from desktop_app.widgets.switch import Switch


class Editor(QWidget):
    """Edits one value; `edited` carries what the user has settled on."""

    edited = Signal(object)
    wrong = Signal(str)
    """What is shown cannot be used, and why."""
    wide = False
    """Whether it wants the whole width, below the words."""

    def show_value(self, value: Any) -> None:
        """Show what is in effect."""
        raise NotImplementedError

    def mark(self, wrong: bool) -> None:
        """Show that the value cannot be used."""

    def control(self) -> QWidget:
        """What takes the focus."""
        raise NotImplementedError

    def call(self, name: str, description: str) -> None:
        """What a screen reader says of it."""
        self.control().setAccessibleName(name)
        self.control().setAccessibleDescription(description)


class SwitchEditor(Editor):
    """On or off."""

    def __init__(self) -> None:
        super().__init__()
        self.switch = Switch()
        self.switch.clicked.connect(self._clicked)
        layout = row(self)
        layout.addWidget(self.switch)
        layout.addStretch(1)

    @Slot(bool)
    def _clicked(self, on: bool) -> None:
        self.edited.emit(on)

    def show_value(self, value: Any) -> None:
        """Show what is in effect."""
        self.switch.setChecked(bool(value))

    def control(self) -> QWidget:
        """What takes the focus."""
        return self.switch


class ChoiceEditor(Editor):
    """One of a few words."""

    def __init__(self, options: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.box = QComboBox()
        for value, words in options:
            self.box.addItem(words, value)
        self.box.activated.connect(lambda index: self.edited.emit(self.box.itemData(index)))
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        WheelGuard(self.box, never=True)
        self.box.view().setAccessibleName(self.tr("Choices"))
        row(self).addWidget(self.box)

    def show_value(self, value: Any) -> None:
        """Show what is in effect."""
        self.box.setCurrentIndex(self.box.findData(value))

    def control(self) -> QWidget:
        """What takes the focus."""
        return self.box


class TextEditor(Editor):
    """Text; settled by Enter or by leaving the field."""

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.editingFinished.connect(self._settle)
        self._shown = ""
        self._layout = row(self, spacing=theme.S)
        self._layout.addWidget(self.field, 1)

    def show_value(self, value: Any) -> None:
        """Show what is in effect."""
        self._shown = self.to_text(value)
        self.field.setText(self._shown)

    def mark(self, wrong: bool) -> None:
        """A red frame; the words stand below."""
        self.field.setProperty("wrong", wrong)
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)

    def control(self) -> QWidget:
        """What takes the focus."""
        return self.field

    def to_text(self, value: Any) -> str:
        """The value as one edits it."""
        return "" if value is None else str(value)

    def to_value(self, text: str) -> Any:
        """What the text means."""
        return text

    def _settle(self) -> None:
        text = self.field.text().strip()
        if text != self._shown:
            self._shown = text
            self.edited.emit(self.to_value(text))


class NumbersEditor(TextEditor):
    """A list of whole numbers, separated by commas or spaces."""

    def __init__(self) -> None:
        super().__init__()
        self.field.setPlaceholderText(self.tr("Numbers, separated by commas"))

    def to_text(self, value: Any) -> str:
        """Separated by commas."""
        return ", ".join(str(number) for number in value or ())

    def to_value(self, text: str) -> Any:
        """Each number on its own."""
        return tuple(text.replace(",", " ").split())


class FolderEditor(TextEditor):
    """A folder, typed or chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._chooser = button("", "folder", then=self._choose, tip=self.tr("Choose a folder"))
        self._layout.addWidget(self._chooser)

    def call(self, name: str, description: str) -> None:
        """The button beside it, too: there is more than one folder."""
        super().call(name, description)
        self._chooser.setAccessibleName(self.tr("Choose a folder: {0}").format(name))

    def to_value(self, text: str) -> Any:
        """A path, or None when empty."""
        return Path(text) if text else None

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"), self.field.text())
        if chosen:
            self.field.setText(chosen)
            self._settle()


class SecretEditor(TextEditor):
    """A secret: typed, saved, never shown again."""

    def __init__(self) -> None:
        super().__init__()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self._forget = button(self.tr("Forget"), then=lambda: self.edited.emit(""))
        self._layout.addWidget(self._forget)

    def call(self, name: str, description: str) -> None:
        """The button beside it, too: there is more than one secret."""
        super().call(name, description)
        self._forget.setAccessibleName(self.tr("Forget: {0}").format(name))

    def show_value(self, value: Any) -> None:
        """Only whether there is one."""
        kept = bool(value.get_secret_value()) if value is not None else False
        self._shown = ""
        self.field.clear()
        self.field.setPlaceholderText(self.tr("•••••••• saved") if kept else self.tr("not set"))
        self._forget.setVisible(kept)
