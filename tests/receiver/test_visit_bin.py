"""Deleted visits: gone at once, had back whole for a while, and then gone for good."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from receiver.errors import StationError
from receiver.face_records import FaceRecords
from receiver.models import (
    Box,
    Conclusion,
    DetectedFace,
    JudgedFace,
    Match,
    Message,
    SnapshotState,
    Verdict,
    Visit,
)
from receiver.people_records import PeopleRecords
from receiver.store import Store
from receiver.visit_bin import KEPT_S, MOST, VisitBin
from tests.receiver.made_up import QUALITY, Clock, ring


class Flat:
    def __init__(self, folder: Path) -> None:
        self.clock = Clock(1_790_000_000.0)
        self.store = Store(folder / "station.sqlite3", clock=self.clock)
        self.pictures = folder / "pictures"
        self.pictures.mkdir()
        self.bin = self.another_run()

    def another_run(self) -> VisitBin:
        return VisitBin(self.store, self.pictures / "deleted", self.clock)

    def visit(self, name: str = "Anna") -> Visit:
        self.clock.advance(60)
        rung = ring(self.store, self.pictures, [Message("telegram", "text", "7")], at=self.clock())
        face = DetectedFace(Box(1, 9, 9, 1), ((2.0, 3.0),), np.ones(128, np.float32), QUALITY)
        judged = (JudgedFace(face, Verdict.KNOWN, "", Match(name, 0.3, None, None)),)
        said = Conclusion(Verdict.KNOWN, "", judged, "dlib")
        done = self.store.conclude(rung.snapshots[0].id, SnapshotState.RECOGNISED, said, [])
        assert done
        return done

    def files(self) -> list[str]:
        return sorted(path.name for path in self.pictures.rglob("*.jpg"))


@pytest.fixture
def flat(tmp_path: Path) -> Iterator[Flat]:
    made = Flat(tmp_path)
    yield made
    made.store.close()


def test_a_visit_comes_back_with_everything_that_hung_on_it(flat: Flat) -> None:
    """Faces, messages, what was said of its faces: also when there were visits meanwhile."""
    visit = flat.visit()
    faces = FaceRecords(flat.store)
    faces.reject("Bob", visit.faces[0].id)
    embedding, before = faces.face(visit.faces[0].id)[2], visit.snapshots[0].path.read_bytes()
    token = flat.bin.delete(visit.id)
    assert flat.store.visits() == ()
    other = flat.visit("Bob")
    assert {face.id for face in other.faces}.isdisjoint({face.id for face in visit.faces})
    assert flat.bin.put_back(token) == visit
    assert flat.store.visits() == (other, visit)
    assert (faces.face(visit.faces[0].id)[2] == embedding).all()
    assert visit.snapshots[0].path.read_bytes() == before


def test_nobody_is_deleted_twice_nor_comes_back_twice(flat: Flat) -> None:
    visit = flat.visit()
    token = flat.bin.delete(visit.id)
    with pytest.raises(KeyError):
        flat.bin.delete(visit.id)
    flat.bin.put_back(token)
    with pytest.raises(StationError):
        flat.bin.put_back(token)


def test_a_picture_that_is_gone_already_is_no_obstacle(flat: Flat) -> None:
    visit = flat.visit()
    visit.snapshots[0].path.unlink()
    assert flat.bin.put_back(flat.bin.delete(visit.id)) == visit


def test_after_an_hour_it_is_gone_for_good(flat: Flat) -> None:
    """The rows, too: not a trace of the name is left."""
    early, late = flat.bin.delete(flat.visit().id), flat.visit("Bob")
    flat.clock.advance(KEPT_S - 60)
    token = flat.bin.delete(late.id)
    flat.clock.advance(61)
    flat.bin.look()
    with pytest.raises(StationError):
        flat.bin.put_back(early)
    assert flat.bin.put_back(token) == late
    flat.bin.look()
    flat.store.close()
    assert b"Anna" not in flat.store.path.read_bytes()
    assert len(flat.files()) == 1


def test_of_many_deletions_the_last_ones_can_be_undone(flat: Flat) -> None:
    tokens = [flat.bin.delete(flat.visit().id) for _ in range(MOST + 1)]
    with pytest.raises(StationError):
        flat.bin.put_back(tokens[0])
    assert flat.bin.put_back(tokens[1])
    assert len(flat.files()) == MOST


def test_what_was_deleted_does_not_outlive_the_program(flat: Flat) -> None:
    """Also when it ended too suddenly to tidy up."""
    token = flat.bin.delete(flat.visit().id)
    run = flat.another_run()
    run.empty()
    assert flat.files() == []
    with pytest.raises(StationError):
        run.put_back(token)
    with sqlite3.connect(flat.store.path) as db:
        assert db.execute("SELECT COUNT(*) FROM undos").fetchone() == (0,)
    db.close()


def test_whoever_is_renamed_meanwhile_comes_back_under_the_new_name(flat: Flat) -> None:
    """And whoever is forgotten does not come back."""
    tokens = [flat.bin.delete(flat.visit(name).id) for name in ("Anna", "Bob")]
    people = PeopleRecords(flat.store)
    people.rename("Anna", "Zoë", {})
    people.erase("Bob")
    assert flat.bin.put_back(tokens[0]).identities == ("Zoë",)
    with pytest.raises(StationError):
        flat.bin.put_back(tokens[1])
