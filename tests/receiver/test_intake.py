"""From bytes to a durable visit: who is let in, what is kept, and what happens when the disk says no."""

from __future__ import annotations

import errno
import io
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from receiver import intake as intake_module
from receiver.errors import NotAJpeg, UploadRefused
from receiver.intake import MOST_ASKING, MOST_HELD, Intake, Pace, Receipt, Upload, day_folder, write_durably
from receiver.models import Change, Door, DoorState, Message, SnapshotState, Trigger, VisitState
from receiver.settings import ReceiverSettings
from receiver.store import Store

NOW = 1_800_000_000.0
ALERT = Message("telegram", "text", "42")


def picture(colour: str = "teal", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "JPEG", **options)
    return file.getvalue()


def upload(
    body: bytes = picture(), *, source: Any = "legacy", address: str = "192.168.1.50", at: float = NOW
) -> Upload:
    return Upload(body, source, address, at)


class House:
    """An intake with its store, and everything it told the others."""

    def __init__(self, folder: Path, **chosen: Any) -> None:
        self.folder = folder / "snapshots"
        self.store = Store(folder / "station.sqlite3")
        self.changes: list[Change] = []
        self.wakes = 0
        self.open(**chosen)

    def open(self, **chosen: Any) -> None:
        values = {"unknown_doors": "accept", "pictures_per_minute": 1_000} | chosen
        self.intake = Intake(
            self.store,
            self.folder,
            ReceiverSettings(**values),
            10.0,
            routes=lambda: [ALERT],
            publish=self.changes.append,
            wake=self._wake,
        )

    def _wake(self) -> None:
        self.wakes += 1

    def files(self) -> list[Path]:
        return sorted(file for file in self.folder.rglob("*") if file.is_file())

    def refusal(self, sent: Upload) -> UploadRefused:
        with pytest.raises(UploadRefused) as caught:
            self.intake.accept(sent)
        return caught.value

    def rows(self, table: str) -> int:
        with sqlite3.connect(self.store.path) as db:
            count = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        db.close()
        return int(count)


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., House]]:
    built: list[House] = []

    def make(**chosen: Any) -> House:
        built.append(House(tmp_path / str(len(built)), **chosen))
        return built[-1]

    yield make
    for house in built:
        house.store.close()


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    return build()


def test_an_accepted_picture_is_a_visit_with_its_alert(house: House) -> None:
    """The file holds the bytes as they came, the row and the message exist, and the others know."""
    body = picture()

    receipt = house.intake.accept(upload(body))

    visit = house.store.visit(receipt.visit.id)
    assert (visit.state, visit.trigger, visit.started_at) == (VisitState.RECEIVED, Trigger.RING, NOW)
    assert receipt.snapshot.path.read_bytes() == body
    assert receipt.snapshot.path == day_folder(house.folder, NOW) / f"{receipt.snapshot.id}.jpg"
    assert (receipt.snapshot.width, receipt.snapshot.height) == (64, 48)
    assert [(d.notifier, d.kind, d.target) for d in visit.deliveries] == [("telegram", "text", "42")]
    assert house.changes[-1] == visit
    assert house.wakes == 1
    assert not receipt.held


@pytest.mark.parametrize(
    ("source", "address", "door", "name"),
    [
        ("legacy", "192.168.1.50", "legacy-192-168-1-50", "Door at 192.168.1.50"),
        ("legacy", "fe80::1%eth0", "legacy-fe80-1-eth0", "Door at fe80::1%eth0"),
        ("browser", "10.0.0.7", "web-10-0-0-7", "Browser at 10.0.0.7"),
        ("desktop", "127.0.0.1", "this-computer", "This computer"),
    ],
)
def test_a_sender_without_an_id_is_known_by_its_address(
    house: House, source: str, address: str, door: str, name: str
) -> None:
    """The id is safe in a topic and in an address, the name can be read."""
    house.intake.accept(upload(source=source, address=address))

    known = house.store.door(door)
    assert known is not None
    assert (known.name, known.state, known.pictures) == (name, DoorState.APPROVED, 1)


# ---- who is let in


def test_a_new_door_is_held_until_the_owner_decides(build: Callable[..., House]) -> None:
    """With "ask" nothing goes out and nothing is recognised, but owner and sender see that it waits."""
    house = build(unknown_doors="ask")

    receipt = house.intake.accept(upload())

    assert receipt.held
    assert receipt.snapshot.state is SnapshotState.HELD
    assert receipt.visit.deliveries == ()
    assert house.wakes == 0
    assert house.store.unfinished() == ()
    doors = [change for change in house.changes if isinstance(change, Door)]
    assert doors[-1].state is DoorState.ASKING
    assert doors[-1].pictures == 1


def test_approving_a_door_sends_its_held_pictures_on(build: Callable[..., House]) -> None:
    """And the next picture of that door is taken at once."""
    house = build(unknown_doors="ask")
    held = house.intake.accept(upload())

    house.store.set_door("legacy-192-168-1-50", DoorState.APPROVED, [ALERT])

    assert house.store.visit(held.visit.id).state is VisitState.RECEIVED
    assert not house.intake.accept(upload(picture("red"), at=NOW + 100)).held


def test_this_computer_is_always_let_in(build: Callable[..., House]) -> None:
    """The owner's own test ring works under every policy."""
    for policy in ("ask", "refuse"):
        receipt = build(unknown_doors=policy).intake.accept(upload(source="desktop"))
        assert not receipt.held


def test_refusing_unknown_doors_keeps_nothing_of_them(build: Callable[..., House]) -> None:
    """Not even a row that would stay when the policy changes."""
    house = build(unknown_doors="refuse")

    assert house.refusal(upload()).status == 403

    assert house.store.doors() == ()
    assert house.files() == []


def test_a_refused_door_is_turned_away_under_every_policy(build: Callable[..., House]) -> None:
    """The owner's word about a door outweighs the setting."""
    house = build(unknown_doors="ask")
    house.intake.accept(upload())
    house.store.set_door("legacy-192-168-1-50", DoorState.REFUSED, ())

    for policy in ("ask", "accept", "refuse"):
        house.open(unknown_doors=policy)
        assert house.refusal(upload(picture("red"))).status == 403


def test_a_waiting_door_is_let_in_when_the_owner_accepts_all(build: Callable[..., House]) -> None:
    """What was held until then goes its way, with its alert."""
    house = build(unknown_doors="ask")
    held = house.intake.accept(upload())
    house.open(unknown_doors="accept")

    receipt = house.intake.accept(upload(picture("red"), at=NOW + 5))

    assert receipt.visit.id == held.visit.id
    assert receipt.visit.state is VisitState.RECEIVED
    assert len(receipt.visit.deliveries) == 1


@pytest.mark.parametrize(("decision", "held"), [(DoorState.APPROVED, False), (DoorState.REFUSED, None)])
def test_a_decision_during_an_upload_is_not_missed(
    build: Callable[..., House], monkeypatch: pytest.MonkeyPatch, decision: DoorState, held: bool | None
) -> None:
    """The owner clicks while a picture is being written: it never stays held for ever."""
    house = build(unknown_doors="ask")
    house.intake.accept(upload())
    write = intake_module.write_durably

    def decide_meanwhile(path: Path, body: bytes) -> None:
        write(path, body)
        house.store.set_door("legacy-192-168-1-50", decision, [ALERT])

    monkeypatch.setattr(intake_module, "write_durably", decide_meanwhile)
    late = upload(picture("red"), at=NOW + 100)

    if held is None:
        assert house.refusal(late).status == 403
        assert house.rows("snapshots") == 0
    else:
        assert house.intake.accept(late).held is held
        assert len(house.store.unfinished()) == 2


def test_held_pictures_of_a_door_are_bounded(build: Callable[..., House]) -> None:
    """A stranger cannot fill the disk by waiting, not even with many hands at once."""
    house = build(unknown_doors="ask")

    def send(number: int) -> int:
        try:
            house.intake.accept(upload(picture(comment=str(number).encode())))
        except UploadRefused as error:
            return error.status
        return 202

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(MOST_HELD + 10)))

    assert answers.count(202) == MOST_HELD
    assert answers.count(429) == 10
    assert len(house.files()) == MOST_HELD


def test_doors_that_wait_are_bounded_in_number(build: Callable[..., House]) -> None:
    """A stranger with many addresses is stopped; doors the owner knows are not."""
    house = build(unknown_doors="ask")
    house.store.hear("legacy-10-9-9-9", "Back door", NOW, DoorState.APPROVED)
    for number in range(MOST_ASKING):
        house.intake.accept(upload(address=f"10.0.0.{number}"))

    assert house.refusal(upload(address="10.0.1.1")).status == 403
    assert not house.intake.accept(upload(address="10.9.9.9")).held


def test_too_many_pictures_a_minute_are_429_for_that_door_only(build: Callable[..., House]) -> None:
    """One mad door does not cost the others anything."""
    house = build(pictures_per_minute=3)
    for colour in ("red", "green", "blue"):
        house.intake.accept(upload(picture(colour)))

    assert house.refusal(upload(picture("white"))).status == 429
    assert house.intake.accept(upload(picture("white"), address="192.168.1.51"))


def test_the_pace_is_of_any_minute() -> None:
    """As soon as the oldest is a minute old there is room for one more; quiet doors are forgotten."""
    now = 0.0
    pace = Pace(2, clock=lambda: now)
    pace.check("front")
    now = 30.0
    pace.check("front")
    for now in (31.0, 59.9):  # noqa: B007  -- the clock reads it
        with pytest.raises(UploadRefused):
            pace.check("front")
    now = 60.0
    pace.check("front")
    with pytest.raises(UploadRefused):
        pace.check("front")
    for number in range(2_000):
        now += 1.0
        pace.check(f"door-{number}")
    assert len(pace._recent) <= 1_001


# ---- broken pictures


@pytest.mark.parametrize(
    ("body", "size"),
    [
        (b"\x00", (0, 0)),
        (b"GET me out of here", (0, 0)),
        (picture()[:100], (0, 0)),
        (picture()[:-20], (64, 48)),
        (picture().replace(b"\x00\x30\x00\x40", b"\xff\xff\xff\xff"), (0, 0)),
    ],
    ids=["a byte", "no JPEG", "cut in the header", "cut in the picture", "absurd size"],
)
def test_a_broken_picture_from_a_door_is_still_a_ring(house: House, body: bytes, size: tuple[int, int]) -> None:
    """Visit, alert and picture exist; recognition will say that it arrived broken."""
    receipt = house.intake.accept(upload(body))

    assert receipt.visit.state is VisitState.RECEIVED
    assert len(receipt.visit.deliveries) == 1
    assert receipt.snapshot.path.read_bytes() == body
    assert (receipt.snapshot.width, receipt.snapshot.height) == size


@pytest.mark.parametrize("source", ["browser", "desktop"])
@pytest.mark.parametrize(
    "body",
    [
        b"x",
        picture()[:100],
        picture()[:-20],
        picture().replace(b"\x00\x30\x00\x40", b"\xff\xff\xff\xff"),
        b"\x89PNG\r\n\x1a\n" + b"0" * 100,
    ],
    ids=["a byte", "cut in the header", "cut in the picture", "absurd size", "a PNG"],
)
def test_a_broken_picture_from_a_person_is_said_to_them(house: House, source: str, body: bytes) -> None:
    """They can choose another one, so nothing is kept and nobody is alerted."""
    with pytest.raises(NotAJpeg) as caught:
        house.intake.accept(upload(body, source=source))

    assert caught.value.status == 400
    assert caught.value.message.endswith(".")
    assert house.files() == []
    assert house.store.doors() == ()


@pytest.mark.parametrize("source", ["legacy", "browser", "desktop"])
def test_nothing_is_refused_from_everyone(house: House, source: str) -> None:
    """An empty body is not even a ring."""
    assert house.refusal(upload(b"", source=source)).status == 400
    assert house.store.doors() == ()


# ---- the same again


def test_the_same_bytes_within_a_minute_are_one_snapshot(house: House) -> None:
    """The sender gets the same receipt, nobody is woken or told again."""
    first = house.intake.accept(upload())
    told, wakes = list(house.changes), house.wakes

    again = house.intake.accept(upload(at=NOW + 59))

    assert again == Receipt(first.visit, first.snapshot)
    assert (house.changes, house.wakes) == (told, wakes)
    assert len(house.files()) == 1


def test_after_a_minute_or_from_another_door_the_same_bytes_are_new(house: House) -> None:
    """A door that shows the same empty porch twice an hour rang twice."""
    receipts = [
        house.intake.accept(upload()),
        house.intake.accept(upload(at=NOW + 61)),
        house.intake.accept(upload(address="192.168.1.51")),
    ]

    assert len({receipt.snapshot.id for receipt in receipts}) == 3


def test_identical_uploads_at_the_same_moment_are_one_snapshot(house: House) -> None:
    """No race: whoever comes first is kept, all get the same receipt."""
    start = threading.Barrier(12)

    def send(_: int) -> str:
        start.wait()
        return house.intake.accept(upload()).snapshot.id

    with ThreadPoolExecutor(12) as pool:
        ids = set(pool.map(send, range(12)))

    assert len(ids) == 1
    assert len(house.files()) == house.rows("snapshots") == house.rows("deliveries") == 1


def test_pictures_of_one_door_within_the_window_are_one_visit(house: House) -> None:
    """Both pictures are recognised, the alert goes out once."""
    first = house.intake.accept(upload())
    second = house.intake.accept(upload(picture("red"), at=NOW + 9))
    third = house.intake.accept(upload(picture("blue"), at=NOW + 30))

    assert second.visit.id == first.visit.id != third.visit.id
    assert [s.id for s in second.visit.snapshots] == [first.snapshot.id, second.snapshot.id]
    assert len(second.visit.deliveries) == 1
    assert house.wakes == 3


def test_many_at_once_are_all_there_afterwards(house: House) -> None:
    """Two hundred different pictures from twenty doors: every receipt has its file and its row."""

    def send(number: int) -> Receipt:
        return house.intake.accept(
            upload(picture(comment=str(number).encode()), address=f"10.0.0.{number % 20}", at=NOW + number)
        )

    with ThreadPoolExecutor(16) as pool:
        receipts = list(pool.map(send, range(200)))

    assert len({receipt.snapshot.id for receipt in receipts}) == 200
    assert house.store.known_snapshots([receipt.snapshot.id for receipt in receipts]) == {
        receipt.snapshot.id for receipt in receipts
    }
    assert all(receipt.snapshot.path.stat().st_size for receipt in receipts)


# ---- durability


def test_the_order_is_file_name_folder_row(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contents on disk before the name, the name on disk before the row: a power cut leaves no row without picture."""
    steps: list[str] = []
    fsync, replace_, receive = os.fsync, Path.replace, house.store.receive

    def spy_fsync(descriptor: int) -> None:
        steps.append("sync folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "sync file")  # noqa: PTH112
        fsync(descriptor)

    def spy_replace(path: Path, target: Path) -> Path:
        steps.append(f"name{path.suffix}")
        return replace_(path, target)

    def spy_receive(*arguments: Any, **named: Any) -> Any:
        steps.append("row")
        return receive(*arguments, **named)

    house.intake.accept(upload(picture("red")))  # makes the day's folder
    monkeypatch.setattr(os, "fsync", spy_fsync)
    monkeypatch.setattr(Path, "replace", spy_replace)
    monkeypatch.setattr(house.store, "receive", spy_receive)
    house.intake.accept(upload())

    assert steps == ["sync file", "name.part", "sync folder", "row"]


def test_new_folders_are_made_durable_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a power cut could take the whole day with it."""
    synced: list[str] = []
    monkeypatch.setattr(intake_module, "_sync_folder", lambda folder: synced.append(folder.name))

    write_durably(tmp_path / "2026" / "01" / "02" / "a.jpg", b"x")

    assert synced == [tmp_path.name, "2026", "01", "02"]


@pytest.mark.expects_log("could not be stored")
@pytest.mark.parametrize(
    ("error", "title"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (OSError(errno.EROFS, "Read-only file system"), "The picture could not be stored"),
    ],
)
def test_a_disk_that_takes_no_picture_is_said_and_nothing_is_kept(
    house: House, monkeypatch: pytest.MonkeyPatch, error: OSError, title: str
) -> None:
    """503, no half-written file, no row, nobody woken; the next picture works again."""

    def fail(descriptor: int) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        refused = house.refusal(upload())

    assert (refused.status, refused.title) == (503, title)
    assert house.files() == []
    assert house.rows("visits") == house.wakes == 0
    assert house.intake.accept(upload()).snapshot.path.exists()


@pytest.mark.expects_log("could not be stored")
def test_a_full_database_is_said_and_the_picture_removed(house: House) -> None:
    """SQLite's own "database or disk is full", provoked for real."""
    house.intake.accept(upload())
    with house.store._engine.connect() as db:  # the one pooled connection: the limit is the connection's
        pages = db.exec_driver_sql("PRAGMA page_count").scalar()
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    statuses = []
    for number in range(200):
        try:
            house.intake.accept(upload(picture(comment=str(number).encode()), at=NOW + 100 * number))
        except UploadRefused as error:
            statuses.append((error.status, error.title))
            break

    assert statuses == [(503, "The disk is full")]
    assert len(house.files()) == house.rows("snapshots")


def test_what_a_crash_left_is_swept_at_the_start(build: Callable[..., House]) -> None:
    """Half-written files and pictures without a row go; pictures with a row and all other days stay."""
    house = build()
    now = time.time()
    kept = house.intake.accept(upload(at=now)).snapshot.path
    strays = [day_folder(house.folder, now - 86_400) / "b.part", kept.with_name("c.part"), kept.with_name("d.jpg")]
    others = [day_folder(house.folder, now - 3 * 86_400) / "e.jpg", kept.with_name("notes.txt")]
    young = kept.with_name("f.part")
    for file in [*strays, *others, young]:
        write_durably(file.with_suffix(".tmp"), b"x")
        file.with_suffix(".tmp").rename(file)
    for file in [kept, *strays, *others]:
        os.utime(file, (now - 3600, now - 3600))

    house.open()

    assert house.files() == sorted([kept, *others, young])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    body=st.binary(max_size=300), head=st.sampled_from([b"", picture()[:60], picture()[:-30]]), number=st.integers(0)
)
def test_whatever_bytes_come_a_door_rings_and_a_person_is_told(
    house: House, body: bytes, head: bytes, number: int
) -> None:
    """Never anything but a receipt or a refusal with words."""
    for source in ("legacy", "browser"):
        sent = replace(upload(head + body, source=source), address=f"10.0.{number % 256}.{number // 256 % 256}")
        try:
            assert house.intake.accept(sent).snapshot.path.read_bytes() == head + body
        except UploadRefused as error:
            assert error.status in (400, 429)
            assert error.message
            assert source == "browser" or not head + body or error.status == 429
