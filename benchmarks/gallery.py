"""The gallery at scale: ready at start from the cache, one face matched, many photos enrolled.

    python -m benchmarks.gallery [PHOTOS [LARGEST [ROWS]]]

PHOTOS are enrolled (48), galleries of 1,000, 10,000 and up to LARGEST (100,000) synthetic photos are opened from their
cache, and a face is matched against 1,000, 100,000 and ROWS (1,000,000) made-up embeddings: ours, and the obvious
`np.linalg.norm(matrix - face, axis=1)` that face_recognition uses, in turns. Where usearch is installed its index is
measured on 20,000 rows (building one of a million takes many minutes). Plain face_recognition encodes every photo at
every start: some are encoded, the rest is multiplied.
"""

from __future__ import annotations

import itertools
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import face_recognition
import numpy as np
from sqlalchemy import insert

from benchmarks.tables import table
from receiver import search
from receiver.gallery import Gallery
from receiver.models import Judgement
from receiver.schema import photo_files, photos
from receiver.store import Store
from receiver.workers import WorkerPool, one_for_each_core
from tests.station_process import as_jpeg, numbered, portrait

ENCODED = 6
READY_S = {1_000: 0.2}
MATCHED_MS = {1_000: 1.0, 100_000: 5.0, 1_000_000: 80.0}
INDEXED = 20_000
RUNS = 5

Row = tuple[str, str, str, str, str]


def main(enrolled: int = 48, largest: int = 100_000, rows: int = 1_000_000) -> None:
    """Print the table."""
    logging.disable(logging.INFO)
    encoding = seconds_to_encode()
    lines: list[Row] = []
    for photos_ in [size for size in (1_000, 10_000, 100_000) if size <= largest]:
        lines += ready(photos_, encoding)
    for size in sorted({1_000, 100_000, rows}):
        lines.append(matched(size))
    lines += indexed(min(INDEXED, rows))
    lines += enrolment(enrolled, encoding)
    print(table((f"{os.cpu_count()} cores", "ours", "compared with", "ratio", "goal"), lines))


# ---- ready at start


def ready(count: int, encoding: float) -> Iterator[Row]:
    """From start to every photo taking part, with the cache and without."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder / "station.sqlite3")
        fill(folder / "known_faces", store, count)
        first = seconds_to_load(folder, store, count)
        cached = statistics.median(seconds_to_load(folder, store, count) for _ in range(RUNS if count < 10_000 else 1))
        store.close()
    plain = encoding * count
    yield line(f"{count:,} photos ready", cached, "s", "plain face_recognition", plain, goal=READY_S.get(count))
    yield (f"{count:,} photos ready, cache gone", f"{first:.2f} s", "", "", "")


def fill(gallery: Path, store: Store, count: int) -> None:
    """Photo files that were judged at an earlier start; five to a person."""
    matrix = made_up(count)
    judged: list[dict[str, Any]] = []
    files: list[dict[str, Any]] = []
    for number in range(count):
        path = gallery / f"Person {number // 5}" / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xff\xd8\xff")
        status = path.stat()
        hash_ = f"{number + 1:064x}"
        good = {"engine": "dlib", "judgement": Judgement.GOOD, "reason": ""}
        judged.append({"hash": hash_, "embedding": matrix[number].tobytes(), **good})
        files.append({"path": str(path), "size": status.st_size, "modified": status.st_mtime_ns, "hash": hash_})
    with store.writing() as db:
        db.execute(insert(photos), judged)
        db.execute(insert(photo_files), files)


def seconds_to_load(folder: Path, store: Store, count: int) -> float:
    """From start to every photo taking part in matching."""
    gallery = Gallery(folder / "known_faces", store, WorkerPool("dlib", idle_s=5), "dlib", lambda _: None)
    begun = time.perf_counter()
    gallery.start()
    assert gallery.wait_complete(120)
    spent = time.perf_counter() - begun
    assert sum(person.usable for person in gallery.identities()) == count
    gallery.stop()
    return spent


# ---- one face matched


def matched(count: int) -> Row:
    """The 16 nearest, exactly, and every distance by the difference; in turns."""
    matrix = made_up(count)
    face = matrix[count // 2] + np.float32(0.01)
    ours, naive = search.over(matrix), lambda: np.linalg.norm(matrix - face, axis=1)
    mine, plain = in_turns(lambda: ours.nearest(face, 16), naive, 9 if count > 100_000 else 31)
    assert ours.nearest(face, 1)[0][0] == int(np.argmin(naive()))
    name = f"one face among {count:,}"
    return line(name, mine * 1000, "ms", "np.linalg.norm", plain * 1000, goal=MATCHED_MS.get(count))


def indexed(count: int) -> Iterator[Row]:
    """The same through usearch's index, and how many of the ten nearest it finds."""
    matrix = made_up(count)
    begun = time.perf_counter()
    index = search.build_index(matrix, np.arange(count), lambda: False)
    built = time.perf_counter() - begun
    if index is None:
        yield (f"one face among {count:,} by usearch", "not installed", "", "", "")
        return
    exact, quick = search.over(matrix), search.over(matrix, None, index)
    chance = np.random.default_rng(1)
    faces = [matrix[i] + 0.03 * chance.standard_normal(128).astype(np.float32) for i in chance.integers(0, count, 50)]
    again = iter(faces * 4)
    mine, plain = in_turns(lambda: quick.nearest(next(again), 10), lambda: exact.nearest(faces[0], 10), 50)
    pairs = [(exact.nearest(face, 10)[0].tolist(), quick.nearest(face, 10)[0].tolist()) for face in faces]
    first = sum(a[0] == b[0] for a, b in pairs) / len(pairs)
    ten = sum(len(set(a) & set(b)) for a, b in pairs) / len(pairs) / 10
    yield line(f"one face among {count:,} by usearch", mine * 1000, "ms", "ours, exact", plain * 1000)
    yield ("... its index", f"built in {built:.0f} s", "", f"recall {first:.0%} @1, {ten:.1%} @10", "")


# ---- enrolling


def enrolment(count: int, encoding: float) -> Iterator[Row]:
    """Photos of one person, none of them seen before; one process and all cores in turns, workers loaded already."""
    base = as_jpeg(portrait("grace_hopper"))
    with tempfile.TemporaryDirectory() as name:
        houses = [Enrolling(Path(name) / str(n), n, base) for n in (one_for_each_core(), 1)]
        every, single = in_turns(*[partial(house.enrol, count) for house in houses], runs=3)
        for house in houses:
            house.close()
    yield line(f"{count} photos enrolled, all cores", every, "s", "one process", single)
    yield line(f"{count} photos enrolled, all cores", every, "s", "plain face_recognition", encoding * count)


class Enrolling:
    """An empty gallery with so many worker processes."""

    def __init__(self, folder: Path, processes: int, base: bytes) -> None:
        self._folder, self._base = folder, base
        self._numbers = itertools.count()
        self._store = Store(folder / "station.sqlite3")
        self._pool = WorkerPool("dlib", processes)
        self._gallery = Gallery(folder / "known_faces", self._store, self._pool, "dlib", lambda _: None)
        self.enrol(8 * processes)

    def enrol(self, photos: int) -> None:
        sources = [self._folder / f"{next(self._numbers)}.jpg" for _ in range(photos)]
        for path in sources:
            path.write_bytes(numbered(self._base, int(path.stem)))
        done = self._gallery.enrol("Grace", sources)
        assert all(photo.judgement is Judgement.GOOD for photo in done)

    def close(self) -> None:
        self._gallery.stop()
        self._pool.stop()
        self._store.close()


def seconds_to_encode() -> float:
    """What face_recognition takes for one photo."""
    picture = np.asarray(portrait("grace_hopper").convert("RGB"))
    face_recognition.face_encodings(picture)
    begun = time.perf_counter()
    for _ in range(ENCODED):
        face_recognition.face_encodings(picture)
    return (time.perf_counter() - begun) / ENCODED


# ---- small steps


def made_up(count: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Embeddings as long and as alike as dlib's: five photos to a person, most of the spread in few directions."""
    chance = np.random.default_rng(0)
    spread = np.exp(-np.arange(128) / 40).astype(np.float32)
    people = np.repeat(chance.standard_normal((count // 5 + 1, 128), np.float32), 5, axis=0)[:count]
    people += 0.45 * chance.standard_normal((count, 128), np.float32)
    people *= spread
    people *= (chance.uniform(1.29, 1.68, count).astype(np.float32) / np.linalg.norm(people, axis=1))[:, None]
    return people


def in_turns(one: Callable[[], object], other: Callable[[], object], runs: int) -> tuple[float, float]:
    """Medians of both, measured alternately: a busy machine slows them alike."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for work, times in zip((one, other), spent, strict=True):
            begun = time.perf_counter()
            work()
            times.append(time.perf_counter() - begun)
    return statistics.median(spent[0]), statistics.median(spent[1])


def line(what: str, mine: float, unit: str, other: str, theirs: float, *, goal: float | None = None) -> Row:
    verdict = "" if goal is None else f"{goal:g} {unit}: {'yes' if mine <= goal else 'NO'}"
    return (what, f"{mine:.2f} {unit}", f"{other}: {theirs:,.2f} {unit}", f"{theirs / mine:,.1f}x", verdict)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
