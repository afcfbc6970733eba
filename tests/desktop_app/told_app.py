"""The program as it is, with an ear: whoever started it asks on stdin where things are, as a screen reader would.

A line `NAME` is answered by the place of what has exactly that name, as JSON [x, y], or `null`; an empty line by the
name of what has the focus. Nothing can be done this way: that takes a mouse and a keyboard.
"""

from __future__ import annotations

import json
import sys
import threading

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from screen_reader import things

from desktop_app.__main__ import main


class Ear(QObject):
    """Hears questions on a thread of its own and answers them on the window's."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self.answer, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        for line in sys.stdin:
            self.asked.emit(line.rstrip("\n"))

    @Slot(str)
    def answer(self, name: str) -> None:
        print(json.dumps(place_of(name) if name else name_of_focus()), flush=True)


def place_of(name: str) -> list[int] | None:
    """The middle of what has this name, in pixels of the screen; a control before the words that name it."""
    windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    found = [thing for window in windows for thing in things(window) if thing.name == name]
    found.sort(key=lambda thing: not thing.focusable)
    middle = found[0].place.center() if found else None
    return middle and [middle.x(), middle.y()]


def name_of_focus() -> str:
    """What a screen reader says of the control that has the focus."""
    focus = QApplication.focusWidget()
    return QAccessible.queryAccessibleInterface(focus).text(QAccessible.Text.Name) if focus else ""


if __name__ == "__main__":
    ear = Ear()
    sys.exit(main(sys.argv[1:]))
