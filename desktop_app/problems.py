"""Why the station cannot start, in words, with the ways out that fit."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from desktop_app.widgets.notice import Action
from receiver.errors import PortInUse, SettingsError, StationError, StoreError

_log = logging.getLogger(__name__)


class Problems(QObject):
    """Turns an error into (title, message, actions) for the problem page."""

    def __init__(self, settings_path: Path, again: Callable[[], None], leave: Callable[[], None]) -> None:
        super().__init__()
        self._settings_path = settings_path
        self._again = again
        self._leave = leave
        self.shown = False

    def explain(self, error: Exception) -> tuple[str, str, Sequence[Action]]:
        """Title, message and the ways out."""
        self.shown = True
        usual: list[Action] = [(self.tr("Try again"), self._retry), (self.tr("Quit"), self._leave)]
        match error:
            case SettingsError():
                return error.title, error.message, [(self.tr("Open the settings file"), self._open_settings), *usual]
            case PortInUse():
                port = free_port()
                other: Action = (self.tr("Use port {0} instead").format(port), lambda: self._use_port(port))
                return error.title, error.message, [other, usual[0], self._settings_action(), usual[1]]
            case StoreError():
                return error.title, error.message, [*usual, self._settings_action()]
            case StationError():
                return error.title, error.message or self.tr("The log says more."), [*usual, self._settings_action()]
            case OSError():
                told = self.tr("The disk or the network said no: {0}.").format(error)
                return self.tr("Porchlight cannot start"), told, [*usual, self._settings_action()]
        _log.error("the station did not start", exc_info=error)
        told = self.tr("An error inside Porchlight: {0}: {1}. It is written to the log.")
        return self.tr("Porchlight cannot start"), told.format(type(error).__name__, error), usual

    def _settings_action(self) -> Action:
        return self.tr("Open the settings file"), self._open_settings

    def _retry(self) -> None:
        self.shown = False
        self._again()

    def _open_settings(self) -> None:
        path = self._settings_path
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.exists() else path.parent)))

    def _use_port(self, port: int) -> None:
        from receiver.settings import save  # noqa: PLC0415  -- only known to be importable once a start was tried

        save(self._settings_path, {("receiver", "port"): port})
        self._retry()


def free_port(begin: int = 1067) -> int:
    """The next port nobody listens on."""
    for port in range(begin, begin + 200):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    return 0
