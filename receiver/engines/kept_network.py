"""The converted network on disk, under a name that says what it was made of and what it must contain.

    dlib_face_network-<converter's version>-<SHA-256 of dlib's file>-<SHA-256 of its own bytes>.onnx

(16 hexadecimal digits each.) A name and its bytes come and go together, so there is no second file to disagree.
The sums guard against failing disks and interrupted copies, not against somebody who may write here.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

log = logging.getLogger(__name__)

CONVERTER = 1
"""Counted up whenever the same file of dlib's is to become another network: older conversions are then left alone."""

_PREFIX = "dlib_face_network-"
_PART = ".part"
_DIGITS = 16
_ABANDONED_S = 3600.0
_CONVERTING_S = 60.0


def digest(path: Path) -> str:
    """The first 16 hexadecimal digits of a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:_DIGITS]


class KeptNetwork:
    """The place of one conversion in a folder, which need not exist yet. `source` is the digest of dlib's file."""

    def __init__(self, folder: Path, source: str) -> None:
        self._folder = folder
        self._stem = f"{_PREFIX}{CONVERTER}-{source}-"

    def find(self) -> Path | None:
        """The file, if its bytes are what was once written; what is damaged is thrown away."""
        for path in sorted(self._folder.glob(f"{self._stem}*.onnx")):
            with suppress(FileNotFoundError):  # another process may have found it damaged first
                if self._is_whole(path):
                    return path
                discard(path)
        return None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While no other process is in here; where there can be no lock, or one hangs, nobody waits for it."""
        place = hashlib.sha256(str(self._folder.absolute()).encode()).hexdigest()[:_DIGITS]
        lock = FileLock(Path(tempfile.gettempdir()) / f"porchlight-{place}.lock", timeout=_CONVERTING_S)
        with suppress(OSError, Timeout):
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def keep(self, model: bytes) -> Path | None:
        """Write it beside and move it into place, so that nobody ever sees half of it; remove what it replaces.

        Where it cannot be written one line in the log says so.
        """
        path = self._folder / f"{self._stem}{hashlib.sha256(model).hexdigest()[:_DIGITS]}.onnx"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(path, model)
        except OSError as error:
            log.warning("The converted face network cannot be kept and is made anew at each start: %s", error)
            return None
        self._tidy(path)
        return path

    def _is_whole(self, path: Path) -> bool:
        try:
            return path.stem == self._stem + digest(path)
        except FileNotFoundError:
            raise
        except OSError:  # a bad sector
            return False

    def _tidy(self, current: Path) -> None:
        """Other conversions, and what processes left that died while they wrote."""
        old = [path for path in self._folder.glob(f"{_PREFIX}*.onnx") if path != current]
        for path in [*old, *self._folder.glob(f"{_PREFIX}*{_PART}")]:
            with suppress(OSError):  # gone, or on Windows in use: somebody else's turn
                if path.suffix != _PART or time.time() - path.stat().st_mtime > _ABANDONED_S:
                    path.unlink()


def discard(path: Path) -> None:
    """Throw away a network that cannot be used."""
    log.warning("The converted face network %s is damaged and is made again", path.name)
    with suppress(OSError):
        path.unlink()


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(_PART, _PREFIX, path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
