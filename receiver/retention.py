"""Retention: visits end when they are old, or when the disk is needed for newer ones.

Rows go first, files after them: a crash in between leaves a file that nobody names, which the next round sweeps up,
and never a row whose picture is gone.
"""

from __future__ import annotations

import glob
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from receiver.models import Verdict, VisitDeleted
from receiver.settings import RetentionSettings
from receiver.store import Store

_log = logging.getLogger(__name__)

_EVERY = 3600.0
"""Seconds between rounds, by the clock: also when the computer sleeps meanwhile."""
_LOOK_S = 5.0
_DAY = 86_400.0
_NOTICES_DAYS = 30
_FRESH = 3600.0
"""Seconds in which a file may still be on its way to its row."""
_BATCH = 100

_Work = TypeVar("_Work", str, Path)


class Retention:
    """Applies the age and size limits at the start and every hour, in a thread of its own.

    `folder` holds the pictures as YYYY/MM/DD/<snapshot>.jpg, and the small ones that the window makes of them as
    <snapshot>@<side>.jpg beside them. `publish` hears of every visit that goes, `clock` returns Unix seconds. A visit
    that is not concluded, or has a message still to go out, is never touched.
    """

    def __init__(
        self,
        store: Store,
        settings: RetentionSettings,
        folder: Path,
        *,
        clock: Callable[[], float] = time.time,
        publish: Callable[[VisitDeleted], None] = lambda _gone: None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._folder = folder
        self._clock = clock
        self._publish = publish
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        """Begin with a first round, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End; a round under way ends after the visit in hand."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(2.0)

    def apply(self) -> int:
        """One round; returns how many visits were deleted."""
        deleted = self._delete_the_old() + self._delete_for_space()
        self._store.forget_notices(self._clock() - _NOTICES_DAYS * _DAY)
        self._sweep()
        if deleted:
            _log.info("deleted %d visits that were to be kept no longer", deleted)
        return deleted

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.apply()
            except Exception:
                _log.exception("Old visits could not be deleted; the next try is in an hour")
            self._rest()

    def _rest(self) -> None:
        begun = self._clock()
        while 0 <= self._clock() - begun < _EVERY and not self._stopping.wait(_LOOK_S):
            pass

    # ---- by age

    def _delete_the_old(self) -> int:
        limits: tuple[tuple[Sequence[Verdict | None], int], ...] = (
            ((Verdict.KNOWN,), self._settings.known_days),
            ((Verdict.UNKNOWN, Verdict.UNCLEAR, Verdict.FAILED), self._settings.unknown_days),
            ((Verdict.NO_FACE, None), self._settings.no_face_days),
        )
        return sum(self._delete_before(verdicts, self._clock() - days * _DAY) for verdicts, days in limits)

    def _delete_before(self, verdicts: Sequence[Verdict | None], before: float) -> int:
        deleted = 0
        while old := self._store.expired(verdicts, before, _BATCH):
            for visit in self._until_stopped(old):
                self._delete(visit)
                deleted += 1
            if self._stopping.is_set():
                break
        return deleted

    # ---- by size

    def _delete_for_space(self) -> int:
        excess = sum(_size(file) for file in self._pictures()) - self._settings.max_gb * 1e9
        deleted = 0
        while excess > 0 and (oldest := self._store.expired(tuple(Verdict), self._clock(), _BATCH)):
            for visit in self._until_stopped(oldest):
                if excess <= 0:
                    break
                excess -= self._delete(visit)
                deleted += 1
            if self._stopping.is_set():
                break
        return deleted

    def _delete(self, visit: str) -> int:
        """Delete a visit, then its files; returns their bytes."""
        freed = sum(map(remove_picture, self._store.delete_visit(visit)))
        self._publish(VisitDeleted(visit))
        return freed

    def _until_stopped(self, work: Iterable[_Work]) -> Iterator[_Work]:
        for piece in work:
            if self._stopping.is_set():
                return
            yield piece

    # ---- what nobody names

    def _sweep(self) -> None:
        """Remove files without a row, and folders without files."""
        fresh = time.time() - _FRESH  # by the clock of the file system
        old = [file for file in self._pictures() if _changed(file) < fresh]
        known = self._store.known_snapshots([_snapshot(file) for file in old])
        for file in self._until_stopped(file for file in old if _snapshot(file) not in known):
            _log.info("removing %s, which belongs to no visit", file.name)
            file.unlink(missing_ok=True)
        for day in sorted(self._folder.glob("[0-9]*/[0-9]*/[0-9]*")):
            if day != self._today():
                _remove_if_empty(day)

    def _today(self) -> Path:
        """The folder where intake may be about to write."""
        return self._folder / time.strftime("%Y/%m/%d", time.gmtime(self._clock()))

    def _pictures(self) -> list[Path]:
        return list(self._folder.glob("[0-9]*/[0-9]*/[0-9]*/*.jpg"))


def remove_picture(picture: Path) -> int:
    """Delete a picture and the small ones made of it; returns their bytes."""
    freed = 0
    for file in (picture, *picture.parent.glob(f"{glob.escape(picture.stem)}@*.jpg")):
        freed += _size(file)
        file.unlink(missing_ok=True)
    return freed


def _snapshot(file: Path) -> str:
    """Of which snapshot this is the picture, or a small one."""
    return file.stem.partition("@")[0]


def _size(file: Path) -> int:
    with suppress(FileNotFoundError):
        return file.stat().st_size
    return 0


def _changed(file: Path) -> float:
    with suppress(FileNotFoundError):
        return file.stat().st_mtime
    return float("inf")


def _remove_if_empty(day: Path) -> None:
    with suppress(OSError):  # not empty
        for folder in (day, day.parent, day.parent.parent):
            folder.rmdir()
