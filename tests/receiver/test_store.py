"""The database row is the queue."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from receiver.errors import StoreError
from receiver.face_records import FaceRecords
from receiver.models import (
    Box,
    Conclusion,
    DeliveryState,
    DetectedFace,
    DoorState,
    JudgedFace,
    Judgement,
    Match,
    Message,
    Quality,
    Ring,
    Snapshot,
    SnapshotState,
    Trigger,
    Verdict,
    Visit,
    VisitState,
)
from receiver.photo_records import PhotoRecords
from receiver.schema import metadata
from receiver.store import Store, new_id

TEXT = Message("telegram", "text", "7")
PHOTO = Message("telegram", "photo", "7")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "station.sqlite3")
    store.hear("front", "Front door", 1.0, DoorState.APPROVED)
    yield store
    store.close()


def receive(store: Store, at: float, *, hash_: str = "", door: str = "front", held: bool = False) -> Visit:
    """A press at a second of this test's own clock, merged within ten seconds."""
    state = SnapshotState.HELD if held else SnapshotState.RECEIVED
    snapshot = Snapshot(new_id(at), new_id(at), door, state, Path(f"/pictures/{at}.jpg"), at, 640, 480)
    return store.receive(snapshot, hash_ or str(at), Trigger.RING, at - 10, [TEXT])[0]


def conclusion(verdict: Verdict, name: str | None = None, distance: float = 0.3) -> Conclusion:
    face = DetectedFace(Box(1, 9, 9, 1), ((2.0, 3.0),), np.ones(128, np.float32), Quality(30, 9, 120, 40, 0.0, 1.0))
    match = Match(name, distance if name else None, None, None)
    faces = (JudgedFace(face, verdict, "", match),) if verdict in {Verdict.KNOWN, Verdict.UNKNOWN} else ()
    return Conclusion(verdict, "", faces, "dlib", 640, 480, {"detect": 25.0})


def conclude(store: Store, visit: Visit, verdict: Verdict, name: str | None = None, index: int = -1) -> Visit:
    snapshot = visit.snapshots[index].id
    concluded = store.conclude(snapshot, SnapshotState.RECOGNISED, conclusion(verdict, name), [PHOTO])
    assert concluded
    return concluded


def test_a_press_is_a_visit_with_its_alert_in_one_transaction(store: Store) -> None:
    visit = receive(store, 100.0)
    assert visit.state is VisitState.RECEIVED
    assert [(d.kind, d.state) for d in visit.deliveries] == [("text", DeliveryState.DUE)]
    assert [s.id for s in store.unfinished()] == [visit.snapshots[0].id]


def test_pictures_within_the_window_are_one_visit_and_one_alert(store: Store) -> None:
    first, second, later = receive(store, 100.0), receive(store, 105.0), receive(store, 120.0)
    assert first.id == second.id != later.id
    assert len(second.snapshots) == 2
    assert len(second.deliveries) == 1


def test_a_look_is_told_by_its_verdict_only_and_takes_no_picture_of_a_press(store: Store) -> None:
    look = Snapshot("s", "v", "front", SnapshotState.RECEIVED, Path("/look.jpg"), 100.0, 640, 480)
    looked, new = store.receive(look, "h", Trigger.LOOK, 90.0, [], ring=Ring("front", "boot", "session", 1))
    assert (new, looked.trigger, looked.deliveries) == (True, Trigger.LOOK, ())
    pressed = receive(store, 101.0)
    assert (pressed.trigger, len(pressed.snapshots), len(pressed.deliveries)) == (Trigger.RING, 1, 1)
    assert [d.kind for d in conclude(store, looked, Verdict.KNOWN, "Anna").deliveries] == ["photo"]


def test_a_ring_takes_its_verdict_from_the_first_picture_that_comes(store: Store) -> None:
    ring = Ring("front", "boot", "session", 1)
    rung, new = store.ring(ring, Trigger.RING, 100.0, 90.0, [TEXT])
    assert (new, rung.verdict, rung.best_snapshot, rung.state) == (True, None, None, VisitState.RECEIVED)
    assert store.unfinished() == ()
    shot = Snapshot("s", "another", "front", SnapshotState.RECEIVED, Path("/s.jpg"), 500.0, 640, 480)
    joined, begun = store.receive(shot, "h", Trigger.RING, 490.0, [TEXT], ring=replace(ring, session="a later one"))
    assert (joined.id, begun, joined.best_snapshot) == (rung.id, False, "s")
    concluded = conclude(store, joined, Verdict.KNOWN, "Anna")
    assert (concluded.verdict, concluded.best_snapshot) == (Verdict.KNOWN, "s")
    assert [d.kind for d in concluded.deliveries] == ["text", "photo"]


def test_a_picture_without_a_ring_joins_the_ring_of_a_moment_ago(store: Store) -> None:
    rung, _ = store.ring(Ring("front", "boot", "session", 1), Trigger.RING, 100.0, 90.0, [TEXT])
    joined = receive(store, 105.0)
    assert (joined.id, joined.best_snapshot) == (rung.id, joined.snapshots[0].id)


def test_two_doors_never_share_a_visit(store: Store) -> None:
    store.hear("back", "Back door", 1.0, DoorState.APPROVED)
    assert receive(store, 100.0).id != receive(store, 101.0, door="back").id


def test_a_verdict_is_written_with_its_deliveries(store: Store) -> None:
    visit = conclude(store, receive(store, 100.0), Verdict.KNOWN, "Anna")
    assert (visit.state, visit.verdict, visit.identities) == (VisitState.CONCLUDED, Verdict.KNOWN, ("Anna",))
    assert [d.kind for d in visit.deliveries] == ["text", "photo"]
    assert visit.timings_ms["detect"] == 25.0
    assert store.unfinished() == ()


def test_a_later_picture_replaces_the_verdict_only_by_saying_more(store: Store) -> None:
    receive(store, 100.0)
    receive(store, 101.0)
    visit = receive(store, 102.0)
    conclude(store, visit, Verdict.UNKNOWN, index=0)
    worse = conclude(store, visit, Verdict.NO_FACE, index=1)
    assert (worse.verdict, worse.best_snapshot) == (Verdict.UNKNOWN, visit.snapshots[0].id)
    better = conclude(store, visit, Verdict.KNOWN, "Anna", index=2)
    assert (better.verdict, better.best_snapshot) == (Verdict.KNOWN, visit.snapshots[2].id)
    states = [(d.kind, d.state) for d in better.deliveries]
    assert states == [
        ("text", DeliveryState.DUE),
        ("photo", DeliveryState.SUPERSEDED),
        ("photo", DeliveryState.DUE),
    ], "an unsent photo gives way to the better one; nothing goes out for the worse"


def test_a_held_visit_says_nothing_until_its_door_is_approved(store: Store) -> None:
    store.hear("new", "A new door", 100.0, DoorState.ASKING)
    visit = receive(store, 100.0, door="new", held=True)
    assert (visit.state, visit.deliveries, store.unfinished(), store.held("new")) == (VisitState.HELD, (), (), 1)
    assert store.set_door("new", DoorState.APPROVED, [TEXT]).released == (visit.id,)
    assert store.visit(visit.id).state is VisitState.RECEIVED
    assert len(store.visit(visit.id).deliveries) == len(store.unfinished()) == 1


def test_refusing_a_door_drops_what_it_sent(store: Store) -> None:
    store.hear("new", "A new door", 100.0, DoorState.ASKING)
    visit = receive(store, 100.0, door="new", held=True)
    assert store.set_door("new", DoorState.REFUSED, [TEXT]).dropped == (visit.snapshots[0].path,)
    with pytest.raises(KeyError):
        store.visit(visit.id)
    assert store.hear("new", "A new door", 200.0, DoorState.ASKING).state is DoorState.REFUSED


def test_a_target_gets_its_messages_strictly_in_order(store: Store) -> None:
    first = conclude(store, receive(store, 100.0), Verdict.UNKNOWN)
    receive(store, 200.0)
    order = []
    while delivery := store.next_delivery("telegram", "7"):
        order.append((delivery.visit == first.id, delivery.kind))
        store.delivered(delivery.id, time.time())
    assert order == [(True, "text"), (True, "photo"), (False, "text")]


def test_a_failed_delivery_is_shown_and_can_be_tried_again(store: Store) -> None:
    receive(store, 100.0)
    delivery = store.next_delivery("telegram", "7")
    assert delivery
    visit = store.undeliverable(delivery.id, "the bot was blocked")
    assert visit
    assert (visit.deliveries[0].state, visit.deliveries[0].error) == (DeliveryState.FAILED, "the bot was blocked")
    assert store.next_delivery("telegram", "7") is None
    store.retry_delivery(delivery.id)
    assert store.next_delivery("telegram", "7") is not None


def test_a_correction_changes_face_and_verdict_together(store: Store) -> None:
    visit = conclude(store, receive(store, 100.0), Verdict.UNKNOWN)
    corrected = FaceRecords(store).rewrite_face(
        visit.faces[0].id, Verdict.KNOWN, "named by you", Match("Bob", None, None, None)
    )
    assert (corrected.verdict, corrected.identities) == (Verdict.KNOWN, ("Bob",))


def test_visits_come_newest_first_page_by_page(store: Store) -> None:
    ids = [receive(store, 100.0 * i).id for i in range(1, 6)]
    pages = [store.visits(2), store.visits(2, before=ids[3]), store.visits(2, before=ids[1])]
    assert [[v.id for v in page] for page in pages] == [ids[:2:-1], ids[2:0:-1], ids[:1]]


def test_deleting_a_visit_leaves_no_row_and_names_its_pictures(store: Store) -> None:
    visit = conclude(store, receive(store, 100.0), Verdict.KNOWN, "Anna")
    assert store.delete_visit(visit.id) == (Path("/pictures/100.0.jpg"),)
    assert store.conclude(visit.snapshots[0].id, SnapshotState.RECOGNISED, conclusion(Verdict.KNOWN), []) is None
    with sqlite3.connect(store.path) as db:
        left = [db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("snapshots", "faces", "deliveries")]
    db.close()
    assert left == [0, 0, 0]


def test_two_hundred_threads_lose_nothing(store: Store) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda i: receive(store, 1000.0 + i * 20), range(200)))
    assert len(store.visits(300)) == 200


def test_photos_are_judged_once_per_engine(store: Store) -> None:
    photos = PhotoRecords(store)
    photos.judge_photo("abc", "dlib", Judgement.GOOD, "", np.arange(128, dtype=np.float32))
    photos.judge_photo("def", "dlib", Judgement.NO_FACE, "no face in it", None)
    judged = photos.judged_photos("dlib")
    assert judged == {"def": (Judgement.NO_FACE, "no face in it"), "abc": (Judgement.GOOD, "")}
    ((hash_, embedding),) = photos.photo_embeddings("dlib", ["abc", "def"])
    assert (hash_, embedding[127]) == ("abc", 127.0)
    assert photos.judged_photo("def", "dlib") == (Judgement.NO_FACE, "no face in it", None)
    assert photos.judged_photo("abc", "other") is None
    assert photos.known_photos({"abc", "ghi"}) == {"abc"}
    assert photos.judged_photos("other") == {}


@contextmanager
def old_database(path: Path, revision: str) -> Iterator[Connection]:
    """A database as an earlier version left it, to be filled."""
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", "receiver:migrations")
    with engine.connect() as db:
        config.attributes["connection"] = db
        command.upgrade(config, revision)
        yield db
        db.commit()
    engine.dispose()


def test_a_database_of_the_first_release_keeps_its_visits_and_has_its_photos_looked_at_again(tmp_path: Path) -> None:
    """What `dlib` meant then (no mirror image) is told apart from what it means now."""
    with old_database(tmp_path / "s.sqlite3", "0001") as db:
        for statement in (
            "INSERT INTO doors VALUES ('front', 'Front', 'approved', 1, 1, 1, 0)",
            "INSERT INTO visits VALUES ('v', 'front', 'ring', 1, 1, 'concluded', 'known', '', 2, 's')",
            "INSERT INTO snapshots VALUES ('s', 'v', 'front', 'recognised', '/s.jpg', 'h', 1, 640, 480, 0, '{}')",
            "INSERT INTO photos VALUES ('h', 'dlib', 'good', '', x'00000000')",
        ):
            db.exec_driver_sql(statement)
        for number in (7, 8):
            db.exec_driver_sql(
                "INSERT INTO faces VALUES (?, 's', '[1, 9, 9, 1]', '[]', ?, 'dlib', x'00000000', 'known', '', 'Anna',"
                " 0.3, NULL, NULL)",
                (
                    number,
                    json.dumps(
                        {"eye_distance": 30, "sharpness": 9, "brightness": 120, "contrast": 40}
                        | {"yaw": 0.0, "score": 1.0}
                    ),
                ),
            )
    store = Store(tmp_path / "s.sqlite3")
    visit = store.visit("v")
    assert visit.identities == ("Anna",)
    assert len({face.visitor for face in visit.faces}) == 2, "faces of one picture are different people"
    assert visit.faces[0].quality.detector == "hog"
    assert [seen.engine for seen in FaceRecords(store).same_visitor(7)] == ["dlib, not mirrored"]
    assert PhotoRecords(store).judged_photos("dlib") == {}
    (door,) = store.doors()
    assert (door.name, door.authenticated, door.refused) == ("Front", False, {})
    store.close()


def test_a_database_from_before_the_keys_keeps_everything_and_its_doors_have_none(tmp_path: Path) -> None:
    """And takes rings from then on, whose visits may be deleted."""
    quality = {"eye_distance": 30, "sharpness": 9, "brightness": 120, "contrast": 40, "yaw": 0.0, "score": 1.0}
    with old_database(tmp_path / "s.sqlite3", "0002") as db:
        for statement in (
            "INSERT INTO doors VALUES ('front', 'Front', 'approved', 1, 2, 3, 1)",
            "INSERT INTO doors VALUES ('back', 'Back', 'refused', 1, 1, 0, 0)",
            "INSERT INTO visits VALUES ('v', 'front', 'ring', 1, 1, 'concluded', 'known', '', 2, 's')",
            "INSERT INTO snapshots VALUES ('s', 'v', 'front', 'recognised', '/s.jpg', 'h', 1, 640, 480, 0, '{}')",
            "INSERT INTO deliveries VALUES (1, 'v', 'telegram', 'text', '7', 'due', 0, 1, 1, NULL, '')",
            "INSERT INTO photos VALUES ('h', 'dlib', 'good', '', x'00000000')",
            "INSERT INTO rejections VALUES (1, 'Bob', 'dlib', x'00000000', 7, 2)",
        ):
            db.exec_driver_sql(statement)
        db.exec_driver_sql(
            "INSERT INTO faces VALUES (7, 's', '[1, 9, 9, 1]', '[]', ?, 'dlib', x'00000000', 'known', '', 'Anna',"
            " 0.3, NULL, NULL, 7, 0.9, 0.5)",
            (json.dumps(quality),),
        )
    store = Store(tmp_path / "s.sqlite3")
    front, back = store.doors()
    assert (front.name, front.state, front.pictures, front.broken) == ("Front", DoorState.APPROVED, 3, 1)
    assert (back.state, [d.authenticated for d in (front, back)]) == (DoorState.REFUSED, [False, False])
    assert [(d.paired_at, d.firmware, d.refused) for d in (front, back)] == [(None, "", {})] * 2
    visit = store.visit("v")
    assert (visit.identities, visit.faces[0].visitor, visit.faces[0].match.line) == (("Anna",), 7, 0.5)
    records = FaceRecords(store)
    assert [seen.engine for seen in records.same_visitor(7)] == ["dlib"], "it is not set apart a second time"
    assert PhotoRecords(store).judged_photos("dlib") == {"h": (Judgement.GOOD, "")}
    assert [name for name, _ in records.rejections("dlib")] == ["Bob"]
    due = store.next_delivery("telegram", "7")
    assert due
    assert due.visit == "v"
    store.pair("front", "")
    rung, new = store.ring(Ring("front", "b" * 32, "5" * 32, 1), Trigger.RING, 100.0, 90.0, [TEXT])
    assert (new, store.delete_visit(rung.id), store.visits()) == (True, (), (visit,))
    store.close()


def test_a_database_from_the_future_is_refused_with_a_sentence(tmp_path: Path) -> None:
    Store(tmp_path / "s.sqlite3").close()
    with sqlite3.connect(tmp_path / "s.sqlite3") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    with pytest.raises(StoreError, match="newer than this program"):
        Store(tmp_path / "s.sqlite3")


def test_a_broken_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "s.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=r"cannot be opened.*Move the file away"):
        Store(tmp_path / "s.sqlite3")


def test_the_migrations_lead_to_the_tables_the_code_uses(store: Store) -> None:
    engine = create_engine(f"sqlite:///{store.path}")
    with engine.connect() as db:
        differences = compare_metadata(MigrationContext.configure(db), metadata)
    engine.dispose()
    assert differences == []


# ---- "not Anna"


def test_a_rejection_keeps_the_face_until_it_is_withdrawn(store: Store) -> None:
    visit = conclude(store, receive(store, 100.0), Verdict.KNOWN, "Anna")
    records = FaceRecords(store)
    first = records.reject("Anna", visit.faces[0].id)
    records.reject("Bob", visit.faces[0].id)
    assert [name for name, _ in records.rejections("dlib")] == ["Anna", "Bob"]
    assert records.rejections("dlib")[0][1].tolist() == [1.0] * 128
    assert records.rejections("another") == ()
    records.withdraw(first)
    assert [name for name, _ in records.rejections("dlib")] == ["Bob"]


def test_what_is_forgotten_is_overwritten_in_the_database_file(store: Store) -> None:
    mark = np.frombuffer(b"an unmistakable embedding!".ljust(512, b"."), np.float32)
    photos = PhotoRecords(store)
    photos.judge_photo("abc", "dlib", Judgement.GOOD, "", mark)
    store.close()  # what waits in the log goes into the file
    assert b"an unmistakable embedding!" in store.path.read_bytes()
    photos.forget_photos(["abc"])
    store.close()
    assert b"an unmistakable embedding!" not in store.path.read_bytes()


def test_a_rejection_outlives_its_visit(store: Store) -> None:
    visit = conclude(store, receive(store, 100.0), Verdict.KNOWN, "Anna")
    records = FaceRecords(store)
    records.reject("Anna", visit.faces[0].id)
    store.delete_visit(visit.id)
    assert len(records.rejections("dlib")) == 1
    with pytest.raises(KeyError):
        records.reject("Anna", visit.faces[0].id)
