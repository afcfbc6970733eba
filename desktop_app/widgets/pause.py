"""What is changed in many small steps is settled once the user pauses."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

_PAUSE_MS = 600


class Pause(QTimer):
    """Calls `then` when nothing has changed for a moment; `begin` with every change."""

    def __init__(self, parent: QObject, then: Callable[[], None]) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(_PAUSE_MS)
        self.timeout.connect(then)

    def begin(self) -> None:
        """Something has changed."""
        self.start()

    def finish(self) -> None:
        """The user is done: do not wait."""
        if self.isActive():
            self.stop()
            self.timeout.emit()


class WheelGuard(QObject):
    """The wheel scrolls the page; it changes a control only while that has the focus, or `never`."""

    def __init__(self, guarded: QWidget, *, never: bool = False) -> None:
        super().__init__(guarded)
        self._guarded = guarded
        self._never = never
        guarded.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # else the wheel would bring the focus along
        guarded.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Hand the wheel on to the page."""
        if event.type() is QEvent.Type.Wheel and (self._never or not self._guarded.hasFocus()):
            event.ignore()
            return True
        return super().eventFilter(watched, event)
