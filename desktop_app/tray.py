"""The icon in the system's tray: says when someone rings, opens the window, quits and says what that means."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from desktop_app.widgets import icons

_PULSES = 12
_PULSE_MS = 450
_MESSAGE_MS = 10_000


class Tray(QObject):
    """Present only where the desktop has a tray: ask `available`."""

    opened = Signal()
    asked_about = Signal(str)
    """The last announcement was clicked: what it was about."""
    quit_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None
        self._menu: QMenu | None = None
        self._pulses = 0
        self._about = ""
        self._timer = QTimer(self)
        self._timer.setInterval(_PULSE_MS)
        self._timer.timeout.connect(self._pulse)
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._appear()

    @property
    def available(self) -> bool:
        """Whether the window can be closed into the tray."""
        return self._icon is not None

    def pulse(self) -> None:
        """A ring: the lamp blinks for a while."""
        if self._icon is not None:
            self._pulses = _PULSES
            self._timer.start()

    def tell(self, title: str, message: str, about: str = "") -> None:
        """A message at the icon; clicked, it leads to the window, or to what it is about."""
        if self._icon is not None:
            self._about = about
            self._icon.showMessage(title, message, icons.app_icon(), _MESSAGE_MS)

    def remove(self) -> None:
        """Take the icon away, at the end."""
        self._timer.stop()
        if self._icon is not None:
            self._icon.hide()

    def _appear(self) -> None:
        self._dark = icons.app_icon("tray.svg")
        self._lit = icons.app_icon("tray_lit.svg")
        self._menu = QMenu()
        self._menu.addAction(self.tr("Open Porchlight"), self.opened.emit)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Quit: rings are no longer answered"), self.quit_wanted.emit)
        self._icon = QSystemTrayIcon(self._lit, self)
        self._icon.setToolTip(self.tr("Porchlight is watching the door"))
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self._clicked)
        self._icon.show()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.opened.emit()

    def _clicked(self) -> None:
        if self._about:
            self.asked_about.emit(self._about)
        else:
            self.opened.emit()

    def _pulse(self) -> None:
        self._pulses -= 1
        lit: QIcon = self._lit if self._pulses % 2 == 0 else self._dark
        if self._icon is not None:
            self._icon.setIcon(lit)
        if self._pulses <= 0:
            self._timer.stop()
