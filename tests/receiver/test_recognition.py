"""Recognition: from a row in the store to a verdict in the store, whatever the picture does to the worker."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from receiver import engines
from receiver.errors import StoreError
from receiver.face_records import FaceRecords
from receiver.fusion import Fused
from receiver.gallery import Gallery
from receiver.matching import Rule
from receiver.models import (
    DoorState,
    Message,
    PartState,
    Snapshot,
    SnapshotState,
    Trigger,
    Verdict,
    Visit,
    VisitState,
)
from receiver.recognition import BROKEN, GONE, TAKEN_DOWN, UNEXPECTED, Recognition
from receiver.store import Store, new_id
from receiver.workers import WorkerPool

sys.path.insert(0, str(Path(__file__).parent))

from pretend_engine import picture

ANNA, STRANGER = [1.0, 0.0], [9.0, 9.0]
VERDICT = Message("telegram", "photo", "42")


class Porch:
    """A store, a gallery with Anna in it, and recognition over a pretended engine."""

    def __init__(
        self,
        home: Path,
        engine: str = "pretend",
        processes: int = 1,
        limit_s: float = 20.0,
        models: Path | None = None,
    ) -> None:
        self.home = home
        self.store = Store(home / "station.sqlite3")
        self.store.hear("front", "Front door", time.time(), DoorState.APPROVED)
        self.enrolment = WorkerPool("pretend", idle_s=60)
        self.gallery = Gallery(home / "faces", self.store, self.enrolment, "pretend", lambda _: None)
        self.pool = WorkerPool(engine, processes, limit_s=limit_s, models=models)
        self.visits: list[Visit] = []
        self.reports: list[tuple[PartState, str]] = []
        self.wakes = 0
        self.rule = Rule(0.52, 0.01)
        self._news = threading.Condition()
        self.recognition = Recognition(
            self.store,
            self.pool,
            self.gallery,
            rule=lambda: self.rule,
            routes=lambda: [VERDICT],
            publish=self._hear,
            wake_couriers=self._wake,
            report=self._report,
        )

    def enrol(self) -> None:
        (self.home / "faces").mkdir()
        (self.home / "faces" / "Anna.bmp").write_bytes(picture(ANNA))
        self.gallery.refresh()

    def ring(self, data: bytes | None, at: float | None = None, merge_s: float = -1) -> str:
        """A snapshot arrives, in a visit of its own unless `merge_s` reaches back to one; returns its id."""
        at = at or time.time()
        id_ = new_id(at)
        path = self.home / f"{id_}.jpg"
        if data is not None:
            path.write_bytes(data)
        snapshot = Snapshot(id_, id_, "front", SnapshotState.RECEIVED, path, at, 640, 480)
        self.store.receive(snapshot, id_, Trigger.RING, at - merge_s, [])
        self.recognition.wake()
        return id_

    def follow(self, data: bytes, at: float) -> Visit:
        """One more picture of the visit before, looked at."""
        heard = len(self.visits)
        self.ring(data, at, merge_s=10)
        self.wait_for(lambda: len(self.visits) > heard)
        return self.visits[-1]

    def concluded(self, visit: str, timeout: float = 20.0) -> Visit:
        self.wait_for(lambda: any(v.id == visit for v in self.visits), timeout)
        return self.store.visit(visit)

    def wait_for(self, condition: Callable[[], bool], timeout: float = 20.0) -> None:
        with self._news:
            assert self._news.wait_for(condition, timeout), (self.visits, self.reports)

    def stop(self) -> None:
        self.recognition.stop()
        self.pool.stop()
        self.enrolment.stop()
        self.store.close()

    def _hear(self, visit: Visit) -> None:
        with self._news:
            self.visits.append(visit)
            self._news.notify_all()

    def _report(self, state: PartState, detail: str) -> None:
        with self._news:
            self.reports.append((state, detail))
            self._news.notify_all()

    def _wake(self) -> None:
        self.wakes += 1


@pytest.fixture(autouse=True)
def _pretend_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engines.ENGINES, "pretend", "pretend_engine:PretendEngine")
    monkeypatch.setitem(engines.ENGINES, "unwilling", "pretend_engine:UnwillingEngine")


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., Porch]]:
    built: list[Porch] = []

    def new(**options: Any) -> Porch:
        porch = Porch(tmp_path, **options)
        built.append(porch)
        porch.enrol()
        return porch

    yield new
    for porch in built:
        porch.stop()


@pytest.fixture
def porch(build: Callable[..., Porch]) -> Porch:
    porch = build()
    porch.recognition.start()
    return porch


def test_a_known_face_concludes_the_visit_with_its_delivery_and_everybody_is_told(porch: Porch) -> None:
    visit = porch.concluded(porch.ring(picture(ANNA)))
    assert (visit.state, visit.verdict, visit.identities) == (VisitState.CONCLUDED, Verdict.KNOWN, ("Anna",))
    assert [(d.notifier, d.kind, d.target) for d in visit.deliveries] == [("telegram", "photo", "42")]
    assert visit.snapshots[0].state is SnapshotState.RECOGNISED
    assert "recognised" in visit.timings_ms
    porch.recognition.stop()
    assert porch.wakes == 1


@pytest.mark.parametrize(
    ("data", "verdict", "reason"),
    [
        (picture(STRANGER), Verdict.UNKNOWN, ""),
        (picture(), Verdict.NO_FACE, ""),
        (picture({"at": ANNA, "brightness": 10, "contrast": 9}), Verdict.UNCLEAR, "the face is too dark"),
    ],
)
def test_every_verdict_reaches_the_store(porch: Porch, data: bytes, verdict: Verdict, reason: str) -> None:
    visit = porch.concluded(porch.ring(data))
    assert (visit.verdict, visit.reason) == (verdict, reason)


def test_the_rule_is_asked_for_each_time(porch: Porch) -> None:
    assert porch.concluded(porch.ring(picture([1.0, 0.4]))).verdict is Verdict.KNOWN
    porch.rule = Rule(0.3, 0.01)
    assert porch.concluded(porch.ring(picture([1.0, 0.4]))).verdict is Verdict.UNCLEAR


def test_what_is_slower_than_it_should_be_is_told_beside_ready(build: Callable[..., Porch], tmp_path: Path) -> None:
    porch = build(models=tmp_path / "models")
    porch.recognition.start()
    porch.wait_for(lambda: any(state is PartState.WORKING for state, _ in porch.reports))
    assert porch.reports[-1][1].startswith("ready; It sees by auto")


# ---- several pictures of one visit


def test_a_second_picture_of_the_same_visitor_is_not_told_again(porch: Porch) -> None:
    visit = porch.concluded(porch.ring(picture([1.0, 0.1]), at=1000.0))
    again = porch.follow(picture([1.0, -0.1]), at=1001.0)
    assert again.id == visit.id
    assert {face.visitor for face in again.faces} == {visit.faces[0].visitor}
    assert len(again.deliveries) == 1
    assert again.best_snapshot == visit.best_snapshot


def test_a_second_picture_makes_the_first_one_surer(porch: Porch) -> None:
    """Each alone is 0.55 and 0.25 from Anna's photo, together 0.2: the name is given to the faces of both."""
    visit = porch.concluded(porch.ring(picture([1.0, 0.55]), at=1000.0))
    assert visit.verdict is Verdict.UNCLEAR
    surer = porch.follow(picture([1.0, 0.1]), at=1001.0)
    assert (surer.verdict, surer.identities, surer.strangers) == (Verdict.KNOWN, ("Anna",), 0)
    assert [d.state.value for d in surer.deliveries] == ["superseded", "due"]
    faces = [FaceRecords(porch.store).face(face.id)[0] for face in surer.faces]
    assert all(face.identity == "Anna" for face in faces)


@pytest.mark.parametrize(
    ("later", "shown"),
    [
        ([{"at": ANNA, "eye_distance": 27}], True),
        ([{"at": ANNA, "eye_distance": 22}], False),
        ([{"at": ANNA, "eye_distance": 15}], False),
        ([{"at": STRANGER, "eye_distance": 60}], False),
        ([{"at": STRANGER, "eye_distance": 60}, {"at": ANNA, "eye_distance": 27}], True),
    ],
    ids=["clearly better", "hardly better", "worse", "somebody else, better", "both, better"],
)
def test_a_picture_that_shows_the_same_person_clearly_better_is_shown(
    porch: Porch, later: list[object], shown: bool
) -> None:
    """A fifth better is seen, less is not; whom the verdict is about must be in it."""
    first = porch.concluded(porch.ring(picture({"at": ANNA, "eye_distance": 20}), at=1000.0))
    assert not first.better
    second = porch.follow(picture(*later), at=1001.0)
    assert second.identities == ("Anna",)
    assert second.better is shown
    assert second.best_snapshot == second.snapshots[int(shown)].id
    assert len(second.deliveries) == (1 if second.strangers == 0 else 2), "the same verdict is not told again"


def test_a_stranger_who_follows_somebody_known_is_not_hidden_by_them(porch: Porch) -> None:
    porch.concluded(porch.ring(picture(ANNA), at=1000.0))
    both = porch.follow(picture(STRANGER), at=1001.0)
    assert (both.verdict, both.identities, both.strangers) == (Verdict.KNOWN, ("Anna",), 1)
    assert len(both.deliveries) == 2
    assert [face.identity for face in both.shown_faces] == ["Anna"]


def test_a_later_picture_without_a_face_changes_nothing(porch: Porch) -> None:
    first = porch.concluded(porch.ring(picture(ANNA), at=1000.0))
    later = porch.follow(picture(), at=1001.0)
    assert (later.verdict, later.faces, later.deliveries) == (first.verdict, first.faces, first.deliveries)


def test_a_face_after_a_picture_without_one_is_the_picture_shown(porch: Porch) -> None:
    first = porch.concluded(porch.ring(picture(), at=1000.0))
    later = porch.follow(picture({"at": ANNA, "sharpness": 1}), at=1001.0)
    assert (first.verdict, later.verdict) == (Verdict.NO_FACE, Verdict.UNCLEAR)
    assert later.best_snapshot != first.best_snapshot


def test_a_second_doubtful_picture_keeps_the_first_ones_reason_and_tells_nobody(porch: Porch) -> None:
    first = porch.concluded(porch.ring(picture({"at": ANNA, "sharpness": 1}), at=1000.0))
    later = porch.follow(picture({"at": ANNA, "brightness": 20, "contrast": 20}), at=1001.0)
    assert later.reason == first.reason == "the face is blurred"
    assert later.deliveries == first.deliveries


def test_pictures_of_one_visit_that_are_looked_at_together_are_judged_together(
    build: Callable[..., Porch], tmp_path: Path
) -> None:
    """Two workers have the two pictures in hand at the same moment; the second conclusion knows of the first."""
    (tmp_path / "meeting").mkdir()
    order = {"do": "meet", "folder": str(tmp_path / "meeting"), "count": 2}
    porch = build(processes=2)
    visit = porch.ring(picture([1.0, 0.1], **order), at=1000.0)
    porch.ring(picture([1.0, -0.1], **order), at=1001.0, merge_s=10)
    porch.recognition.start()
    porch.wait_for(lambda: len(porch.visits) == 2)
    assert len({face.visitor for face in porch.store.visit(visit).faces}) == 1
    assert len({seen.judged.visitor for seen in FaceRecords(porch.store).sightings(visit)}) == 1


def test_a_broken_picture_is_a_visit_that_says_so(porch: Porch) -> None:
    visit = porch.concluded(porch.ring(b"BM{"))
    assert (visit.verdict, visit.reason) == (Verdict.UNCLEAR, BROKEN)
    assert visit.snapshots[0].state is SnapshotState.BROKEN


def test_a_missing_file_concludes_as_failed_in_words(porch: Porch) -> None:
    visit = porch.concluded(porch.ring(None))
    assert (visit.verdict, visit.reason) == (Verdict.FAILED, GONE)


def test_a_poisonous_picture_fails_after_two_workers_and_the_next_one_is_recognised(porch: Porch) -> None:
    poison = porch.concluded(porch.ring(picture(do="die")))
    assert (poison.verdict, poison.reason) == (Verdict.FAILED, TAKEN_DOWN)
    assert (poison.snapshots[0].state, poison.snapshots[0].attempts) == (SnapshotState.FAILED, 2)
    assert porch.concluded(porch.ring(picture(ANNA))).verdict is Verdict.KNOWN


def test_a_picture_that_hangs_fails_after_two_workers(build: Callable[..., Porch]) -> None:
    porch = build(limit_s=0.5)
    porch.recognition.start()
    assert porch.concluded(porch.ring(picture(do="hang"))).reason == TAKEN_DOWN
    assert porch.concluded(porch.ring(picture(ANNA))).verdict is Verdict.KNOWN


def test_a_worker_killed_from_outside_costs_one_attempt_and_no_verdict(porch: Porch, tmp_path: Path) -> None:
    (tmp_path / "meeting").mkdir()
    order = picture(ANNA, do="meet", folder=str(tmp_path / "meeting"), count=2)
    visit = porch.ring(order)
    deadline = time.monotonic() + 10
    while not (signed := list((tmp_path / "meeting").iterdir())) and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    psutil.Process(int(signed[0].name)).kill()
    done = porch.concluded(visit)
    assert (done.verdict, done.snapshots[0].attempts) == (Verdict.KNOWN, 1)


def test_what_waited_in_the_store_is_done_in_the_order_of_arrival(build: Callable[..., Porch]) -> None:
    porch = build()
    now = time.time()
    expected = [porch.ring(picture(ANNA), at=now - 100 + number) for number in range(5)]
    porch.recognition.start()
    porch.wait_for(lambda: len(porch.visits) == 5)
    assert [visit.id for visit in porch.visits] == expected


def test_two_workers_share_the_queue_and_no_picture_is_looked_at_twice(
    build: Callable[..., Porch], tmp_path: Path
) -> None:
    porch = build(processes=2)
    (tmp_path / "meeting").mkdir()
    order = picture(ANNA, do="meet", folder=str(tmp_path / "meeting"), count=2)
    visits = [porch.ring(order) for _ in range(2)] + [porch.ring(picture(ANNA)) for _ in range(8)]
    porch.recognition.start()
    porch.wait_for(lambda: len(porch.visits) == len(visits))
    assert sorted(visit.id for visit in porch.visits) == sorted(visits)
    assert all(porch.store.visit(visit).snapshots[0].attempts == 0 for visit in visits)


def test_health_is_told_from_loading_to_ready_to_off(porch: Porch) -> None:
    porch.wait_for(lambda: (PartState.WORKING, "ready") in porch.reports)
    porch.recognition.stop()
    assert [state for state, _ in porch.reports] == [PartState.STARTING, PartState.WORKING, PartState.OFF]
    assert porch.reports[0][1] == "loading the models"


def test_pictures_wait_while_the_engine_cannot_be_loaded_and_are_done_afterwards(
    build: Callable[..., Porch], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = tmp_path / "block"
    block.touch()
    monkeypatch.setenv("PRETEND_BLOCKED", str(block))
    porch = build(engine="unwilling")
    porch.recognition.start()
    visit = porch.ring(picture(ANNA))
    porch.wait_for(lambda: any(state is PartState.FAILED for state, _ in porch.reports))
    assert "the model file is damaged" in porch.reports[-1][1]
    assert porch.store.visit(visit).snapshots[0].attempts == 0
    block.unlink()
    assert porch.concluded(visit).verdict is Verdict.KNOWN
    assert porch.reports[-1][0] is PartState.WORKING


def test_a_store_that_cannot_be_written_is_tried_again(porch: Porch, monkeypatch: pytest.MonkeyPatch) -> None:
    conclude, attempts = porch.store.conclude, []

    def full(*arguments: Any) -> Visit | None:
        attempts.append(arguments)
        if len(attempts) == 1:
            raise StoreError("The database cannot be written", "disk full")
        return conclude(*arguments)

    monkeypatch.setattr(porch.store, "conclude", full)
    assert porch.concluded(porch.ring(picture(ANNA))).verdict is Verdict.KNOWN
    assert (PartState.FAILED, "The database cannot be written: disk full") in porch.reports


@pytest.mark.expects_log("interrupted and will be tried again")
def test_a_fault_of_ours_is_logged_and_does_not_end_the_thread(porch: Porch, monkeypatch: pytest.MonkeyPatch) -> None:
    unfinished, asked = porch.store.unfinished, []

    def stumble(limit: int = 16) -> tuple[Snapshot, ...]:
        asked.append(limit)
        if len(asked) == 1:
            raise ZeroDivisionError
        return unfinished(limit)

    porch.wait_for(lambda: bool(porch.reports))
    monkeypatch.setattr(porch.store, "unfinished", stumble)
    assert porch.concluded(porch.ring(picture(ANNA))).verdict is Verdict.KNOWN


@pytest.mark.expects_log("was not examined")
def test_a_picture_that_sets_off_a_fault_of_ours_does_not_stand_in_the_way(
    porch: Porch, monkeypatch: pytest.MonkeyPatch
) -> None:
    match = porch.gallery.match

    def stumble(fused: Fused, rule: Rule) -> Any:
        if fused.embedding[0] == 7:
            raise ZeroDivisionError
        return match(fused, rule)

    monkeypatch.setattr(porch.gallery, "match", stumble)
    bad, good = porch.ring(picture([7.0, 7.0])), porch.ring(picture(ANNA))
    assert porch.concluded(good).verdict is Verdict.KNOWN
    assert porch.concluded(bad).reason == UNEXPECTED


@pytest.mark.expects_log("was not examined")
def test_a_visit_that_sets_off_a_fault_of_ours_only_with_its_second_picture_does_not_stand_in_the_way(
    porch: Porch, monkeypatch: pytest.MonkeyPatch
) -> None:
    sightings = FaceRecords.sightings

    def stumble(records: FaceRecords, snapshot: str) -> Any:
        if seen := sightings(records, snapshot):
            raise ZeroDivisionError
        return seen

    monkeypatch.setattr(FaceRecords, "sightings", stumble)
    first = porch.concluded(porch.ring(picture(ANNA), at=1000.0))
    follower = porch.follow(picture(ANNA), at=1001.0)
    assert (follower.id, follower.verdict) == (first.id, Verdict.KNOWN)
    assert [shot.state for shot in follower.snapshots] == [SnapshotState.RECOGNISED, SnapshotState.FAILED]
    assert porch.concluded(porch.ring(picture(ANNA))).verdict is Verdict.KNOWN


def test_stop_leaves_a_picture_that_takes_too_long_to_the_next_start(porch: Porch, tmp_path: Path) -> None:
    sign = tmp_path / "begun"
    visit = porch.ring(picture(do="hang", sign=str(sign)))
    deadline = time.monotonic() + 10
    while not sign.exists() and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    begun = time.perf_counter()
    porch.recognition.stop()
    assert time.perf_counter() - begun < 10
    waiting = porch.store.visit(visit).snapshots[0]
    assert (waiting.state, waiting.attempts) == (SnapshotState.RECEIVED, 0)


def test_a_visit_deleted_meanwhile_is_nobodys_business(porch: Porch, monkeypatch: pytest.MonkeyPatch) -> None:
    match = porch.gallery.match
    deleted = threading.Event()

    def delete_first(fused: Fused, rule: Rule) -> Any:
        if not deleted.is_set():
            porch.store.delete_visit(porch.store.visits()[-1].id)
            deleted.set()
        return match(fused, rule)

    monkeypatch.setattr(porch.gallery, "match", delete_first)
    gone = porch.ring(picture(ANNA))
    assert deleted.wait(20)
    assert porch.concluded(porch.ring(picture(ANNA))).verdict is Verdict.KNOWN
    assert gone not in [visit.id for visit in porch.visits]


def test_a_ring_in_the_first_moment_waits_for_the_gallery(build: Callable[..., Porch]) -> None:
    porch = build()
    late = Gallery(porch.home / "faces", porch.store, porch.enrolment, "pretend", lambda _: None)
    porch.recognition._gallery = late
    visit = porch.ring(picture(ANNA))
    porch.recognition.start()
    porch.pool.load()
    late.refresh()
    assert porch.concluded(visit).verdict is Verdict.KNOWN
    assert late.match(Fused(np.array(ANNA, np.float32), 0.0), porch.rule).identity == "Anna"
