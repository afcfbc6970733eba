"""A door's name at the head of its card: typing over it renames the door."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QLineEdit

from desktop_app.tasks import run_in_background
from receiver.models import Door


class DoorName(QLineEdit):
    """`rename` takes the door's id and its new name; `failed` gets what went wrong."""

    def __init__(self, door: str, rename: Callable[[str, str], Door], failed: Callable[[Exception], object]) -> None:
        super().__init__()
        self._door = door
        self._name = ""
        self._rename = rename
        self._failed = failed
        self.setAccessibleName(self.tr("Name of this door"))
        self.setToolTip(self.tr("Type a new name and press Enter to rename"))
        self.setMaxLength(80)
        self.setProperty("kind", "bare")
        self.editingFinished.connect(self._take)

    def show_name(self, name: str) -> None:
        """What it is called; whoever is typing is not disturbed."""
        self._name = name
        if not self.hasFocus():
            self.setText(name)
            self.setCursorPosition(0)

    def _take(self) -> None:
        name = " ".join(self.text().split())
        if name and name != self._name:
            task = partial(self._rename, self._door, name)
            run_in_background(self, task, lambda door: self.show_name(door.name), self._not_renamed)

    def _not_renamed(self, error: Exception) -> None:
        self.show_name(self._name)
        self._failed(error)
