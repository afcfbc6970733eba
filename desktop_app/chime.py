"""The sound of a ring: the chime where Qt can play it, else the system's beep."""

from __future__ import annotations

import importlib
import logging

from PySide6.QtCore import QObject, QUrl
from PySide6.QtWidgets import QApplication

import resources
from desktop_app.tasks import run_in_background

_log = logging.getLogger(__name__)


class Chime(QObject):
    """Plays when asked, once `prepare` has found something to play on; until then, or without it, the system beeps."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._effect: QObject | None = None

    def prepare(self) -> None:
        """Look for a way to play; reading Qt's multimedia libraries takes too long for the UI thread."""
        run_in_background(self, lambda: importlib.import_module("PySide6.QtMultimedia"), self._found, self._missing)

    def play(self) -> None:
        """Sound once."""
        if self._effect is not None:
            self._effect.play()  # type: ignore[attr-defined]
        else:
            QApplication.beep()

    def _found(self, multimedia: object) -> None:
        if multimedia.QMediaDevices.defaultAudioOutput().isNull():  # type: ignore[attr-defined]
            _log.info("no sound device: the system's beep instead of the chime")
            return
        self._effect = multimedia.QSoundEffect(self)  # type: ignore[attr-defined]
        self._effect.setSource(QUrl.fromLocalFile(str(resources.path("sounds", "chime.wav"))))
        self._effect.setVolume(0.8)

    def _missing(self, error: Exception) -> None:
        _log.info("the system's beep instead of the chime: %s", error)  # libpulse is not everywhere
