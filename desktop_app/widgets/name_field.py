"""A field for a person's name that offers the names there are while one types."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, row


class NameField(QWidget):
    """Type-ahead over known names, or a new one; Enter or the button gives it."""

    given = Signal(str)

    def __init__(self, placeholder: str, action: str) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(placeholder)
        self.field.setMaxLength(80)
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.popup().setObjectName("suggestions")
        self.field.setCompleter(completer)
        self.field.returnPressed.connect(self._give)
        self.field.textChanged.connect(self._judge)
        self._action = button(action, kind="primary", then=self._give)
        self._action.setEnabled(False)
        layout = row(self, spacing=theme.S)
        layout.addWidget(self.field, 1)
        layout.addWidget(self._action)
        self.setFocusProxy(self.field)

    def set_names(self, names: Sequence[str]) -> None:
        """The names to offer."""
        self._names.setStringList(list(names))

    def ask(self, placeholder: str, action: str) -> None:
        """Ask something else."""
        self.clear()
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(placeholder)
        self._action.setText(action)
        self._action.setAccessibleName(action)

    def clear(self) -> None:
        """Empty the field for the next one."""
        self.field.clear()

    def _judge(self, text: str) -> None:
        self._action.setEnabled(bool(text.strip()))

    def _give(self) -> None:
        if name := " ".join(self.field.text().split()):
            self.given.emit(name)
