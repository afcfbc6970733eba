"""The sound of a ring: the chime where Qt can play it, else the system's beep."""

from __future__ import annotations

import logging
from functools import cache

from PySide6.QtCore import QLibraryInfo, QObject, QUrl
from PySide6.QtWidgets import QApplication

import resources

_log = logging.getLogger(__name__)


class Chime(QObject):
    """Plays when asked; where there is nothing to play on it stays silent."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._effect = _make_effect(self)

    def play(self) -> None:
        """Sound once."""
        if self._effect is not None:
            self._effect.play()  # type: ignore[attr-defined]
        else:
            QApplication.beep()


def _make_effect(parent: QObject) -> QObject | None:
    if not _can_play():
        return None
    from PySide6.QtMultimedia import QSoundEffect  # noqa: PLC0415

    effect = QSoundEffect(parent)
    effect.setSource(QUrl.fromLocalFile(str(resources.path("sounds", "chime.wav"))))
    effect.setVolume(0.8)
    return effect


@cache
def _can_play() -> bool:
    """Importing QtMultimedia needs libpulse, and a machine without any sound device must not be asked to play."""
    try:
        from PySide6.QtMultimedia import QMediaDevices  # noqa: PLC0415
    except ImportError as error:
        _log.info("no chime, the system's beep instead: %s (Qt %s)", error, QLibraryInfo.version().toString())
        return False
    return not QMediaDevices.defaultAudioOutput().isNull()
