"""The embeddings of every good photo as one float32 matrix per engine, in a file that is mapped instead of read.

The truth is the store's table `photos`; this only makes a start quick and a large gallery light. Two files lie in
the folder, which can be deleted at any time:

    <engine>.matrix    64 bytes that say what it is (magic, version, dimensions, engine), then the rows
    <engine>.rows      36 bytes for each row: the photo's SHA-256, and a CRC-32 of that and the row

A row is written before its entry, so a crash between the two leaves nothing to doubt. Whatever is not as it should be
(cut short, changed, another engine's, another version's) is made again from the store. A forgotten photo's row and
entry become zeros at once, and are used again after the next start, when no search is left that knew whose they were.
"""

from __future__ import annotations

import errno
import logging
import math
import mmap
import os
import struct
import threading
import weakref
import zlib
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from filelock import FileLock, Timeout

from receiver.search import squares_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from receiver.models import Embedding

log = logging.getLogger(__name__)

_HEAD = struct.Struct("<8sII48s")
"""Magic, version, dimensions, engine. 64 bytes, so that rows begin where a cache line does."""
_MAGIC = b"PORCHMTX"
_VERSION = 1
_ENTRY = struct.Struct("<32sI")
_NOTHING = bytes(32)
"""Stands in the place of a photo's hash where a row is free."""
_ROWS_AT_ONCE = 4096

Fetch = Callable[[Sequence[str]], Iterable[tuple[str, "Embedding"]]]
"""Gives (hash, embedding) for those of the hashes that have one."""


class GalleryCache:
    """Embeddings by the hash of their photo. May be used from any thread.

    Only one program at a time uses the files; for any other one the matrix lives in memory, and so it does when the
    disk says no.
    """

    def __init__(self, folder: Path, engine: str) -> None:
        self._engine = engine
        self._matrix_path = folder / f"{engine}.matrix"
        self._rows_path = folder / f"{engine}.rows"
        self._lock = threading.RLock()
        self._owned = FileLock(folder / f"{engine}.lock", timeout=0)
        self._files: _Files | None = None
        self._closed = False
        self._memory = bytearray()
        """The rows, as long as there are no files."""
        self._mapped: mmap.mmap | bytes = b""
        self._dimensions = 0
        self._rows: dict[str, int] = {}
        self._squares = array("f")
        self._free: list[int] = []

    @property
    def rows(self) -> Mapping[str, int]:
        """Photo hash -> row of the matrix."""
        return self._rows

    def load(self, wanted: Collection[str], fetch: Fetch) -> None:
        """Take over what the files hold until it is the `wanted` photos and no others; `fetch` gives what is missing.

        Never fails for what it finds: damage is told in the log and mended.
        """
        with self._lock:
            self._open()
            strangers = self._rows.keys() - set(wanted)
            self.forget(strangers)
            missing = [hash_ for hash_ in wanted if hash_ not in self._rows]
            for hash_, embedding in fetch(missing) if missing else ():
                self.add(hash_, embedding)

    def add(self, hash_: str, embedding: Embedding) -> None:
        """Keep the embedding of a photo (SHA-256, hexadecimal). Raises ValueError for other dimensions than before."""
        values = np.ascontiguousarray(embedding, np.float32)
        with self._lock:
            if hash_ in self._rows or self._closed:
                return
            if not self._dimensions:
                self._begin(len(values))
            if len(values) != self._dimensions:
                raise ValueError(f"an embedding of {self._engine} has {self._dimensions} dimensions, not {len(values)}")
            row = self._free.pop() if self._free else len(self._squares)
            self._write(row, bytes.fromhex(hash_), values.tobytes())
            self._squares[row : row + 1] = array("f", squares_of(values[None]).tolist())
            self._rows[hash_] = row

    def forget(self, hashes: Collection[str]) -> None:
        """Overwrite the embeddings of these photos with zeros, on the disk too."""
        with self._lock:
            rows = [self._rows.pop(hash_) for hash_ in hashes if hash_ in self._rows]
            for row in rows:
                self._squares[row] = math.inf
                self._write(row, _NOTHING, bytes(4 * self._dimensions))
            if rows and self._files and not self._closed:
                self._files.flush()

    def matrix(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(rows x dimensions, the rows' squared lengths, infinite where a row is free), as they are at this moment."""
        with self._lock:
            squares = np.array(self._squares, np.float32)
            shape = (len(squares), self._dimensions)
            size = 4 * shape[0] * shape[1]
            if not size:
                return np.zeros(shape, np.float32), squares
            if not self._files:
                return np.frombuffer(bytes(self._memory), np.float32).reshape(shape), squares
            if len(self._mapped) < _HEAD.size + size:
                self._mapped = self._files.mapping(_HEAD.size + size)
            return np.frombuffer(self._mapped, np.float32, size // 4, _HEAD.size).reshape(shape), squares

    def close(self) -> None:
        """Let another program have the files. What is added or forgotten from now on is made good at the next start."""
        with self._lock:
            self.matrix()
            self._closed = True
            if self._files:
                self._files.close()
            self._owned.release()

    # ---- opening

    def _open(self) -> None:
        try:
            self._matrix_path.parent.mkdir(parents=True, exist_ok=True)
            self._owned.acquire()
            self._files = _Files(self._matrix_path, self._rows_path)
        except Timeout:
            log.debug("another program uses the gallery's cache")
            return
        except OSError as error:
            log.info("The gallery's cache cannot be used: %s", error)
            return
        try:
            self._read()
            self._files.cut(_HEAD.size + 4 * len(self._squares) * self._dimensions)
        except (OSError, _Damaged) as error:
            log.info("The gallery's cache is made again: %s", error)
            self._start_anew()

    def _read(self) -> None:
        with self._matrix_path.open("rb") as matrix, self._rows_path.open("rb") as entries:
            head = matrix.read(_HEAD.size)
            if not head and not entries.read(1):
                return
            self._dimensions = self._checked_head(head)
            for kept, rows in _chunks(matrix, entries, self._dimensions):
                self._take(kept, rows)

    def _checked_head(self, head: bytes) -> int:
        if len(head) < _HEAD.size:
            raise _Damaged("it is cut short")
        magic, version, dimensions, engine = _HEAD.unpack(head)
        if (magic, version) != (_MAGIC, _VERSION):
            raise _Damaged("it is of another version, or no cache at all")
        if engine.rstrip(b"\0").decode("utf-8", "replace") != self._engine:
            raise _Damaged("it is another engine's")
        if not dimensions:
            raise _Damaged("it has no dimensions")
        return int(dimensions)

    def _take(self, entries: bytes, rows: bytes) -> None:
        """Rows with their entries, in the file's order."""
        size, first = 4 * self._dimensions, len(self._squares)
        squares = squares_of(np.frombuffer(rows, np.float32).reshape(-1, self._dimensions))
        view = memoryview(rows)
        for number, (digest, check) in enumerate(_ENTRY.iter_unpack(entries)):
            if digest == _NOTHING and not squares[number]:
                self._free.append(first + number)
                squares[number] = math.inf
            elif zlib.crc32(view[number * size : (number + 1) * size], zlib.crc32(digest)) == check:
                self._rows[digest.hex()] = first + number
            else:
                raise _Damaged("a row is not as it was written")
        self._squares.extend(squares.tolist())

    def _start_anew(self) -> None:
        self._dimensions = 0
        self._rows, self._squares, self._free = {}, array("f"), []
        self._to_files(lambda files: files.empty())

    # ---- writing

    def _begin(self, dimensions: int) -> None:
        """The first embedding tells how long all of them are."""
        self._dimensions = dimensions
        head = _HEAD.pack(_MAGIC, _VERSION, dimensions, self._engine.encode())
        self._to_files(lambda files: files.write_head(head))

    def _write(self, row: int, digest: bytes, values: bytes) -> None:
        self._to_files(lambda files: files.write(row, digest, values))
        if not self._files:
            self._memory[row * len(values) : (row + 1) * len(values)] = values

    def _to_files(self, write: Callable[[_Files], None]) -> None:
        """Or, when the disk says no, go on in memory: a row without its right sum is made again at the next start."""
        if not self._files or self._closed:
            return
        try:
            write(self._files)
        except OSError as error:
            log.info("The gallery's cache cannot be written: %s", error)
            size = 4 * len(self._squares) * self._dimensions
            self._memory = bytearray(self._files.mapping(_HEAD.size + size)[_HEAD.size :] if size else b"")
            self._files.close()
            self._files = None


class _Files:
    """The two files, open for writing. Not to be used from two threads at once."""

    def __init__(self, matrix: Path, entries: Path) -> None:
        self._matrix = _opened(matrix)
        self._entries = _opened(entries)
        self._close = weakref.finalize(self, _close, self._matrix, self._entries)

    def write_head(self, head: bytes) -> None:
        _write_at(self._matrix, 0, head)

    def write(self, row: int, digest: bytes, values: bytes) -> None:
        _write_at(self._matrix, _HEAD.size + row * len(values), values)
        check = 0 if digest == _NOTHING else zlib.crc32(values, zlib.crc32(digest))
        _write_at(self._entries, row * _ENTRY.size, _ENTRY.pack(digest, check))

    def mapping(self, size: int) -> mmap.mmap:
        return mmap.mmap(self._matrix, size, access=mmap.ACCESS_READ)

    def flush(self) -> None:
        os.fsync(self._matrix)
        os.fsync(self._entries)

    def cut(self, size: int) -> None:
        """A row whose entry was never written must not outlive its photo."""
        if os.fstat(self._matrix).st_size > size:
            os.ftruncate(self._matrix, size)

    def empty(self) -> None:
        os.ftruncate(self._entries, 0)
        os.ftruncate(self._matrix, 0)

    def close(self) -> None:
        self._close()


class _Damaged(Exception):
    """The files are not what they should be; says why, for the log."""


def _chunks(matrix: BinaryIO, entries: BinaryIO, dimensions: int) -> Iterator[tuple[bytes, bytes]]:
    """Entries with their rows, some at a time: read, not mapped, so that a bad disk is an OSError."""
    while kept := entries.read(_ROWS_AT_ONCE * _ENTRY.size):
        count, rest = divmod(len(kept), _ENTRY.size)
        rows = matrix.read(4 * dimensions * count)
        if rest or len(rows) < 4 * dimensions * count:
            raise _Damaged("it is cut short")
        yield kept, rows


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)


def _close(*files: int) -> None:
    for file in files:
        os.close(file)


def _write_at(file: int, position: int, data: bytes) -> None:
    os.lseek(file, position, os.SEEK_SET)
    if os.write(file, data) < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
