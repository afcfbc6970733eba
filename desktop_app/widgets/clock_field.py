"""A time of the day, as this country writes it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QTime, Signal
from PySide6.QtWidgets import QTimeEdit

from desktop_app.widgets.basics import inset
from desktop_app.widgets.pause import Pause, WheelGuard


class ClockField(QTimeEdit):
    """Emits the time once the user has settled on it."""

    settled = Signal(QTime)

    def __init__(self, at: QTime) -> None:
        super().__init__(at)
        self.setDisplayFormat(QLocale().timeFormat(QLocale.FormatType.ShortFormat))
        self.setWrapping(True)
        self._pause = Pause(self, lambda: self.settled.emit(self.time()))
        self.timeChanged.connect(lambda _: self._pause.begin())
        self.editingFinished.connect(self._pause.finish)
        inset(self)
        WheelGuard(self)

    def show_time(self, at: QTime) -> None:
        """Show what is in effect, unless the user is about to change it."""
        if not self._pause.isActive():
            self.blockSignals(True)
            self.setTime(at)
            self.blockSignals(False)
