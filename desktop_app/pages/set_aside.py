"""Photos that could not be used, kept until somebody has dealt with them or the program ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from receiver.models import Judgement, Photo

_NOTHING_TO_DO = (Judgement.GOOD, Judgement.DUPLICATE)


class SetAside(QObject):
    """One list for everybody, the newest first, each photo of a person once."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.photos: tuple[Photo, ...] = ()

    def add(self, judged: Sequence[Photo]) -> None:
        """Photos as they were judged: those that were not used are kept."""
        new = [photo for photo in judged if photo.judgement not in _NOTHING_TO_DO]
        known = {(photo.identity, photo.path) for photo in judged}
        self._keep((*reversed(new), *(photo for photo in self.photos if (photo.identity, photo.path) not in known)))

    def remove(self, photo: Photo) -> None:
        """It was dealt with."""
        self._keep(tuple(one for one in self.photos if one != photo))

    def rename(self, name: str, new: str) -> None:
        """Somebody is called otherwise."""
        self._keep(tuple(replace(one, identity=new) if one.identity == name else one for one in self.photos))

    def forget(self, name: str) -> None:
        """Nothing of somebody is kept."""
        self._keep(tuple(one for one in self.photos if one.identity != name))

    def _keep(self, photos: tuple[Photo, ...]) -> None:
        if photos != self.photos:
            self.photos = photos
            self.changed.emit()
