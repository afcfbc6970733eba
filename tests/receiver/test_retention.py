"""Retention: old visits go, by age and by space, rows before files, and never one that still has work."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Semaphore

import pytest

from receiver.models import DoorState, Message, Ring, Trigger, Verdict, Visit
from receiver.retention import Retention
from receiver.settings import RetentionSettings
from receiver.store import Store
from tests.receiver.made_up import Clock, conclude, ring

DAY = 86_400.0
LIMITS = RetentionSettings(known_days=90, unknown_days=30, no_face_days=7, max_gb=5)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "station.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


def visited(store: Store, folder: Path, verdict: Verdict, days_ago: float) -> Visit:
    seen = conclude(store, ring(store, folder, [], at=time.time() - days_ago * DAY), [], verdict)
    for shot in seen.snapshots:
        os.utime(shot.path, (seen.started_at, seen.started_at))
    return seen


def left(store: Store) -> set[str]:
    return {v.id for v in store.visits(1000)}


def test_each_verdict_has_its_time(store: Store, folder: Path) -> None:
    """People you know are kept longest, empty pictures shortest; doubtful ones as long as strangers."""
    cases = {Verdict.KNOWN: 90, Verdict.UNKNOWN: 30, Verdict.UNCLEAR: 30, Verdict.FAILED: 30, Verdict.NO_FACE: 7}
    young = {visited(store, folder, verdict, days - 0.1).id for verdict, days in cases.items()}
    old = [visited(store, folder, verdict, days + 0.1) for verdict, days in cases.items()]
    assert Retention(store, LIMITS, folder).apply() == len(old)
    assert left(store) == young
    assert not [shot.path for v in old for shot in v.snapshots if shot.path.exists()]


def test_a_ring_without_a_picture_goes_as_one_without_a_face_and_is_given_no_verdict(
    store: Store, folder: Path
) -> None:
    """Nor does it stand in the way where the disk is needed: it takes none."""
    store.hear("front", "Front", 1.0, DoorState.APPROVED)
    rung = [
        store.ring(Ring("front", "b", "s", seq), Trigger.RING, time.time() - days * DAY, time.time(), ())[0]
        for seq, days in enumerate((6.9, 7.1))
    ]
    Retention(store, LIMITS.model_copy(update={"max_gb": 1e-9}), folder).apply()
    assert left(store) == {rung[0].id}
    assert store.visit(rung[0].id).verdict is None


def test_the_oldest_make_room_whatever_their_verdict(store: Store, folder: Path) -> None:
    """Above max_gb visits go, oldest first, until the rest fits."""
    visits = [visited(store, folder, Verdict.KNOWN, days) for days in (4, 3, 2, 1)]
    size = visits[0].snapshots[0].path.stat().st_size
    limits = LIMITS.model_copy(update={"max_gb": 2.5 * size / 1e9})
    assert Retention(store, limits, folder).apply() == 2
    assert left(store) == {visits[2].id, visits[3].id}


def test_a_visit_with_work_left_is_never_touched(store: Store, folder: Path) -> None:
    """Not while a message waits for a network, nor while recognition has not looked at it."""
    message = [Message("telegram", "photo", "1")]
    unsent = conclude(store, ring(store, folder, [], at=time.time() - 400 * DAY), message)
    unseen = ring(store, folder, [], at=time.time() - 399 * DAY)
    tight = LIMITS.model_copy(update={"max_gb": 1e-9})
    assert Retention(store, tight, folder).apply() == 0
    assert left(store) == {unsent.id, unseen.id}
    assert all(shot.path.exists() for v in (unsent, unseen) for shot in v.snapshots)
    store.delivered(store.visit(unsent.id).deliveries[0].id, time.time())
    assert Retention(store, LIMITS, folder).apply() == 1


def test_files_without_a_row_are_swept_and_fresh_ones_are_not(store: Store, folder: Path) -> None:
    """A crash between row and file leaves a file; a file on its way to its row is younger than an hour."""
    kept = visited(store, folder, Verdict.KNOWN, 1).snapshots[0].path
    orphan, fresh = kept.with_name("orphan.jpg"), kept.with_name("fresh.jpg")
    for path in (orphan, fresh):
        path.write_bytes(b"x")
    os.utime(orphan, (time.time() - 7200,) * 2)
    Retention(store, LIMITS, folder).apply()
    assert [p.exists() for p in (kept, orphan, fresh)] == [True, False, True]


def test_nothing_outside_the_days_folders_is_touched(store: Store, tmp_path: Path) -> None:
    """Even when the folder is the data directory itself, the database and other pictures stay."""
    for other in (tmp_path / "mine.jpg", tmp_path / "album" / "a.jpg"):
        other.parent.mkdir(exist_ok=True)
        other.write_bytes(b"x")
        os.utime(other, (0, 0))
    Retention(store, LIMITS, tmp_path).apply()
    assert {p.name for p in tmp_path.rglob("*.jpg")} == {"mine.jpg", "a.jpg"}
    assert store.path.exists()


def test_emptied_folders_go_and_todays_stays(store: Store, folder: Path) -> None:
    """Days without pictures leave no folders behind."""
    gone = visited(store, folder, Verdict.NO_FACE, 100).snapshots[0].path.parent
    today = visited(store, folder, Verdict.KNOWN, 0).snapshots[0].path
    today.unlink()
    Retention(store, LIMITS, folder).apply()
    assert (gone.exists(), today.parent.exists()) == (False, True)


def test_a_row_without_its_file_is_no_hindrance(store: Store, folder: Path) -> None:
    """Somebody deleted the picture by hand: the visit still ends."""
    old = visited(store, folder, Verdict.NO_FACE, 100)
    old.snapshots[0].path.unlink()
    assert Retention(store, LIMITS, folder).apply() == 1


def test_rows_go_before_files(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash after the row leaves only a file, which a later round sweeps; never a row without its picture."""
    old = visited(store, folder, Verdict.NO_FACE, 100)
    file = old.snapshots[0].path

    def crash(path: Path, missing_ok: bool = False) -> None:
        assert left(store) == set()
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", crash)
        with pytest.raises(OSError, match="power cut"):
            Retention(store, LIMITS, folder).apply()
    assert file.exists()
    Retention(store, LIMITS, folder).apply()
    assert not file.exists()


def test_the_thread_cleans_at_the_start_and_stops_at_once(store: Store, folder: Path) -> None:
    """The first round needs no hour, and stop does not wait for the next."""
    visited(store, folder, Verdict.NO_FACE, 100)
    done = threading.Event()
    retention = Retention(store, LIMITS, folder)
    swept = retention._sweep
    retention._sweep = lambda: (swept(), done.set())  # type: ignore[method-assign,assignment,func-returns-value]
    retention.start()
    assert done.wait(10)
    begun = time.perf_counter()
    retention.stop()
    assert time.perf_counter() - begun < 10
    assert left(store) == set()


def test_an_hour_by_the_clock_is_an_hour(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that slept has its next round when it wakes, not an hour later."""
    monkeypatch.setattr("receiver.retention._LOOK_S", 0.01)
    clock, rounds = Clock(), Semaphore(0)
    retention = Retention(store, LIMITS, folder, clock=clock)
    monkeypatch.setattr(retention, "apply", rounds.release)
    retention.start()
    assert rounds.acquire(timeout=10)
    assert not rounds.acquire(blocking=False)
    clock.advance(3601)
    assert rounds.acquire(timeout=10)
    retention.stop()


@pytest.mark.expects_log("could not be deleted")
def test_trouble_is_logged_and_waits_for_the_next_round(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing disk does not end the thread."""
    failed = threading.Event()

    def fail() -> int:
        failed.set()
        raise OSError("a failing disk")

    retention = Retention(store, LIMITS, folder)
    monkeypatch.setattr(retention, "apply", fail)
    retention.start()
    assert failed.wait(10)
    retention.stop()


def test_who_shows_visits_is_told_which_are_gone(store: Store, folder: Path) -> None:
    """Once the rows and the pictures are: a list in a window must not keep what is deleted."""
    old, kept = (visited(store, folder, Verdict.NO_FACE, days) for days in (8, 6))
    told: list[tuple[str, bool]] = []
    picture = old.snapshots[0].path
    Retention(store, LIMITS, folder, publish=lambda gone: told.append((gone.visit, picture.exists()))).apply()
    assert told == [(old.id, False)]
    assert left(store) == {kept.id}


def test_small_pictures_go_with_theirs(store: Store, folder: Path) -> None:
    """Whether the visit is deleted, or a small one was made a moment after it."""
    gone, kept = (visited(store, folder, Verdict.NO_FACE, days).snapshots[0].path for days in (8, 6))
    for shot in (gone, kept):
        small = shot.with_name(f"{shot.stem}@56.jpg")
        small.write_bytes(b"x")
        os.utime(small, (time.time() - 7200,) * 2)
    late = kept.with_name("orphan@56.jpg")
    late.write_bytes(b"x")
    os.utime(late, (time.time() - 7200,) * 2)
    Retention(store, LIMITS, folder).apply()
    assert sorted(path.name for path in folder.rglob("*.jpg")) == sorted([kept.name, f"{kept.stem}@56.jpg"])
