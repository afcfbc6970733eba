"""The sound of a ring: one of ours where Qt can play it, else the system's beep."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtWidgets import QApplication

import resources
from desktop_app.tasks import run_in_background

if TYPE_CHECKING:
    from receiver.settings import WindowSettings

_log = logging.getLogger(__name__)


class Chime(QObject):
    """Plays what the settings say at that moment, once `prepare` has found something to play on; else the system beeps.

    `chosen` gives the settings.
    """

    def __init__(self, chosen: Callable[[], WindowSettings], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chosen = chosen
        self._effect: QObject | None = None

    def prepare(self) -> None:
        """Look for a way to play; reading Qt's multimedia libraries takes too long for the UI thread."""
        run_in_background(self, lambda: importlib.import_module("PySide6.QtMultimedia"), self._found, self._missing)

    def play(self) -> None:
        """Sound once, unless the owner wants no sound."""
        chosen = self._chosen()
        if chosen.chime == "off" or chosen.chime_volume == 0:
            return
        if self._effect is None:
            QApplication.beep()
            return
        sound = QUrl.fromLocalFile(str(resources.path("sounds", f"{chosen.chime}.wav")))
        if self._effect.source() != sound:  # type: ignore[attr-defined]
            self._effect.setSource(sound)  # type: ignore[attr-defined]
        self._effect.setVolume(chosen.chime_volume / 100)  # type: ignore[attr-defined]
        self._effect.play()  # type: ignore[attr-defined]

    def _found(self, multimedia: object) -> None:
        if multimedia.QMediaDevices.defaultAudioOutput().isNull():  # type: ignore[attr-defined]
            _log.info("no sound device: the system's beep instead of the chime")
            return
        self._effect = multimedia.QSoundEffect(self)  # type: ignore[attr-defined]

    def _missing(self, error: Exception) -> None:
        _log.info("the system's beep instead of the chime: %s", error)  # libpulse is not everywhere
