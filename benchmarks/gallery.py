"""A gallery of 1,000 photos: ready from the cache at start, and matched against.

    python -m benchmarks.gallery [PHOTOS]

Compared in the same run with plain face_recognition, which encodes every photo at every start (ten are encoded, the
rest is multiplied).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import face_recognition
import numpy as np

from benchmarks.tables import table
from receiver.gallery import Gallery
from receiver.models import Judgement
from receiver.store import Store
from receiver.workers import WorkerPool
from tests.station_process import as_jpeg, numbered, portrait

ENCODED = 10
RUNS = 5


def main(photos: int = 1000) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = as_jpeg(portrait("grace_hopper"), (320, 240))
        store = Store(folder / "station.sqlite3")
        for number in range(photos):
            add(folder / "known_faces", store, numbered(base, number), number)
        load = statistics.median(seconds_to_load(folder, store, photos) for _ in range(RUNS))
        match = seconds_to_match(folder, store)
        original = seconds_to_encode(folder, photos)
        store.close()
    print(
        table(
            (f"{photos:,} photos of {photos // 5:,} people", "ours, from the cache", "plain face_recognition"),
            [("ready", f"{load:.2f} s", f"{original:.0f} s"), ("one face matched", f"{match * 1000:.2f} ms", "-")],
        )
    )


def add(gallery: Path, store: Store, jpeg: bytes, number: int) -> None:
    """A photo file that was judged at an earlier start; five to a person."""
    path = gallery / f"Person {number // 5}" / f"{number}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jpeg)
    status = path.stat()
    embedding = np.random.default_rng(number).standard_normal(128).astype(np.float32)
    store.judge_photo(f"{number:064d}", "dlib", Judgement.GOOD, "", embedding)
    store.remember_photo_file(str(path), status.st_size, status.st_mtime_ns, f"{number:064d}")


def seconds_to_load(folder: Path, store: Store, photos: int) -> float:
    """From start to every photo taking part in matching."""
    gallery = Gallery(folder / "known_faces", store, WorkerPool("dlib", idle_s=5), "dlib", lambda _: None)
    begun = time.perf_counter()
    gallery.start()
    assert gallery.wait_complete(60)
    spent = time.perf_counter() - begun
    assert sum(person.usable for person in gallery.identities()) == photos
    gallery.stop()
    return spent


def seconds_to_match(folder: Path, store: Store) -> float:
    """One embedding against all of them, the median of a hundred."""
    gallery = Gallery(folder / "known_faces", store, WorkerPool("dlib", idle_s=5), "dlib", lambda _: None)
    gallery.refresh()
    face = np.random.default_rng(0).standard_normal(128).astype(np.float32)

    def once() -> float:
        begun = time.perf_counter()
        gallery.match(face)
        return time.perf_counter() - begun

    return statistics.median(once() for _ in range(100))


def seconds_to_encode(folder: Path, photos: int) -> float:
    """What encoding the gallery anew takes."""
    some = sorted((folder / "known_faces").rglob("*.jpg"))[:ENCODED]
    begun = time.perf_counter()
    for photo in some:
        face_recognition.face_encodings(face_recognition.load_image_file(photo))
    return (time.perf_counter() - begun) / ENCODED * photos


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
