"""Visits that the owner deleted: gone everywhere at once, and for a while to be had back as they were."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from receiver.errors import StationError
from receiver.retention import remove_picture
from receiver.visit_bin_records import VisitBinRecords

if TYPE_CHECKING:
    from receiver.database import Database
    from receiver.models import Visit

KEPT_S = 3600.0
"""So long can a deletion be undone."""
MOST = 50
"""Deletions that can be undone; the oldest is for good first."""


class VisitBin:
    """Keeps rows in the database and pictures in a folder of its own; what is in it does not outlive the program.

    Commands may come from any thread. `folder` is on the disk of the pictures, `clock` returns Unix seconds.
    """

    def __init__(self, database: Database, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._records = VisitBinRecords(database)
        self._folder = folder
        self._clock = clock
        self._kept: dict[int, float] = {}
        """Number -> when it was deleted, the oldest first."""
        self._changing = threading.Lock()

    def delete(self, visit: str) -> str:
        """Take a visit with its pictures away; the token brings it back. Raises KeyError for an unknown visit."""
        with self._changing:
            number, pictures = self._records.take(visit)
            self._kept[number] = self._clock()
            home = self._home(number)
            home.mkdir(parents=True, exist_ok=True)
            for picture in pictures:
                with suppress(FileNotFoundError):
                    picture.replace(home / picture.name)
                remove_picture(picture)  # the small ones made of it
            self._drop(list(self._kept)[:-MOST])
            return str(number)

    def put_back(self, token: str) -> Visit:
        """The visit as it was. Raises StationError when it is too late."""
        number = int(token)
        with self._changing:
            try:
                visit, pictures = self._records.put_back(number)
            except KeyError:
                raise StationError("This can no longer be undone", "The visit is gone for good.") from None
            for picture in pictures:
                picture.parent.mkdir(parents=True, exist_ok=True)
                with suppress(FileNotFoundError):
                    (self._home(number) / picture.name).replace(picture)
            self._forget(number)
            return visit

    def look(self) -> None:
        """Delete for good what was deleted long ago: an agenda's duty."""
        with self._changing:
            self._drop([number for number, at in self._kept.items() if self._clock() - at > KEPT_S])

    def empty(self) -> None:
        """Delete everything for good, also what a run that ended suddenly has left."""
        with self._changing:
            self._records.drop()
            self._kept.clear()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _drop(self, numbers: list[int]) -> None:
        if numbers:
            self._records.drop(numbers)
        for number in numbers:
            self._forget(number)

    def _forget(self, number: int) -> None:
        self._kept.pop(number, None)
        shutil.rmtree(self._home(number), ignore_errors=True)

    def _home(self, number: int) -> Path:
        return self._folder / str(number)
