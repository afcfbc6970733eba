"""Moving things in the gallery's folder: in, about, out and back again.

Removed things lie in a private folder, a bin for each removal, until the gallery stops or starts.
"""

from __future__ import annotations

import logging
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from watchfiles import watch

from receiver.errors import GalleryError
from receiver.gallery_files import (
    content_hash,
    entries,
    files_in,
    identity_of,
    may_be_picture,
    read,
    safe_stem,
    same_name,
    unused,
    write_durably,
)
from receiver.known_photos import KnownPhotos

logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it tells of every change

_TOKEN = re.compile("[0-9a-f]{16}")
_FORGOTTEN_S = 3600.0
"""Photos that a crash left behind half judged; younger ones may be another program's, being judged now."""

Moved = dict[Path, Path]
"""Where files were -> where they are now."""


class GalleryFolder:
    """The folder at `path` and the `private` one beside the store; what is known about a photo moves with it.

    Changes are made by one thread at a time.
    """

    def __init__(self, path: Path, private: Path, known: KnownPhotos) -> None:
        self._path = path
        self._private = private
        self._known = known

    # ---- looking

    def entries_of(self, name: str) -> list[Path]:
        """The folder and loose files of a person, found by walking: an odd name never becomes a path."""
        own = [entry for entry in entries(self._path) if identity_of(entry) == name]
        return [entry for entry in own if entry.is_dir() or may_be_picture(entry)]

    def home_of(self, name: str) -> Path:
        """The person's folder, which may be spelled in another normal form on disk."""
        folders = (entry for entry in entries(self._path) if entry.is_dir() and identity_of(entry) == name)
        return next(folders, self._path / name)

    def removed_of(self, name: str) -> list[Path]:
        """What was removed of a person and can still be restored."""
        return [path for path in self._private.glob("*/*") if same_name(identity_of(path), name)]

    def changes(self, stopping: threading.Event) -> Iterator[Collection[object]]:
        """What changes, and every second that nothing did: the first one says that the watch stands.

        Raises OSError or RuntimeError when the folder is not there or no more watches are to be had.
        """
        return watch(
            self._path,
            stop_event=stopping,
            debounce=400,
            rust_timeout=1000,
            yield_on_timeout=True,
            raise_interrupt=False,
        )

    # ---- in

    def staging(self) -> tempfile.TemporaryDirectory[str]:
        """Photos are judged where nobody can change them, and not in the folder that is being watched."""
        self._private.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=self._private, prefix=".judging-")

    def adopt(self, photo: Path, home: Path, stem: str) -> Path:
        """Copy a photo into a person's folder, as a whole or not at all; returns its path there."""
        home.mkdir(parents=True, exist_ok=True)
        path = unused(home / f"{safe_stem(stem)}{photo.suffix}")
        part = home / f".{secrets.token_hex(8)}.part"
        try:
            write_durably(part, photo.read_bytes())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        return path

    # ---- about

    def rename(self, own: Iterable[Path], new: str) -> Moved:
        """Give the entries of a person another name, that nobody has."""
        moved: Moved = {}
        for entry in own:
            suffix = "" if entry.is_dir() else entry.suffix
            moved |= self._move(entry, self._path / f"{new}{suffix}")
        return moved

    def give(self, things: Iterable[Path], home: Path) -> Moved:
        """Move photos, and everything in folders, into a person's folder."""
        moved: Moved = {}
        for thing in things:
            for file in files_in(thing):
                moved |= self._move(file, home / file.name)
                self._tidy(file.parent)
        return moved

    def move_back(self, moved: Moved) -> Moved:
        """Take a move back as far as the files are still where it left them; returns where they went."""
        back: Moved = {}
        for old, new in moved.items():
            if new.is_relative_to(self._path) and new.is_file():
                back |= self._move(new, old)
                self._tidy(new.parent)
        return back

    # ---- out and back

    def remove(self, paths: Iterable[Path]) -> str:
        """Put things of the folder into a bin; the token restores them."""
        token = secrets.token_hex(8)
        bin_ = self._private / token
        bin_.mkdir(parents=True)
        for path in paths:
            self._move(path, bin_ / path.relative_to(self._path))
            self._tidy(path.parent)
        return token

    def restore(self, token: str) -> None:
        """Undo a removal. Raises GalleryError when it is too late."""
        bin_ = self._private / token
        if not _TOKEN.fullmatch(token) or not bin_.is_dir():
            raise GalleryError("This can no longer be undone")
        for path in sorted(files_in(bin_)):
            self._put_back(path, self._path / path.relative_to(bin_))
        shutil.rmtree(bin_)

    def empty_bins(self) -> None:
        """Removed things are gone from now on."""
        for bin_ in self._private.glob("*"):
            if _TOKEN.fullmatch(bin_.name) or time.time() - bin_.stat().st_mtime > _FORGOTTEN_S:
                shutil.rmtree(bin_, ignore_errors=True)

    # ---- small steps

    def _move(self, source: Path, target: Path) -> Moved:
        """Move a file, or a folder with everything in it, next to whatever is there already."""
        if source.is_dir() and target.is_dir() and not source.samefile(target):
            parts = [self._move(child, target / child.name) for child in list(source.iterdir())]
            source.rmdir()
            return {old: new for part in parts for old, new in part.items()}
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not source.samefile(target):
            target = unused(target)
        moved = {path: target / path.relative_to(source) for path in files_in(source)}
        shutil.move(source, target)
        for old, new in moved.items():
            if new.is_relative_to(self._path):
                self._known.remember_moved(old, new)
        return moved

    def _put_back(self, source: Path, target: Path) -> None:
        """A removed photo takes part again at once: what was known about it still is."""
        hash_ = content_hash(read(source))
        target = unused(target)
        self._move(source, target)
        self._known.recognise(target, hash_)

    def _tidy(self, folder: Path) -> None:
        if folder != self._path:
            with suppress(OSError):  # something else lies in it
                folder.rmdir()
