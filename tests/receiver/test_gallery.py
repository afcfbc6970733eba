"""The gallery: folders on one side, names on the other, with a real worker in between."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from receiver import engines
from receiver.errors import EngineError, GalleryError
from receiver.fusion import Fused
from receiver.gallery import Gallery
from receiver.gallery_files import kind_of, safe_stem, valid_name
from receiver.matching import Rule
from receiver.models import Box, GalleryChanged, Judgement, Match
from receiver.photo_records import PhotoRecords
from receiver.store import Store
from receiver.workers import WorkerPool

sys.path.insert(0, str(Path(__file__).parent))

from pretend_engine import picture

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

ANNA, BOB, EVE = [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]


class House:
    """A gallery folder with a gallery over it, and everything it published."""

    def __init__(self, home: Path, pool: WorkerPool, engine: str = "pretend") -> None:
        self.folder = home / "known_faces"
        self.store = Store(home / "data" / "station.sqlite3")
        self.published: list[GalleryChanged] = []
        self._said = threading.Condition()
        self._engine, self._pool = engine, pool
        self.gallery = self.open()

    def open(self) -> Gallery:
        """Another gallery over the same folder and store, as after a new start."""
        self.gallery = Gallery(self.folder, self.store, self._pool, self._engine, self._hear)
        return self.gallery

    def put(self, where: str, data: bytes, age_s: float = 60.0) -> Path:
        """A file, laid into the folder by hand a minute ago."""
        path = self.folder / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        then = time.time() - age_s
        os.utime(path, (then, then))
        return path

    def names(self) -> list[str]:
        return [person.name for person in self.gallery.identities()]

    def match(self, place: ArrayLike) -> Match:
        return self.gallery.match(Fused(np.asarray(place, np.float32), 0.0), Rule(tolerance=0.6, strangers=0.01))

    def nearest(self, place: list[float]) -> str | None:
        return self.match(place).identity

    def wait_for(self, condition: Callable[[], bool], timeout: float = 15.0) -> None:
        """Until a published change makes it true."""
        with self._said:
            assert self._said.wait_for(condition, timeout), self.gallery.identities()

    def _hear(self, change: GalleryChanged) -> None:
        with self._said:
            self.published.append(change)
            self._said.notify_all()


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(engines.ENGINES, "pretend", "pretend_engine:PretendEngine")
        pool = WorkerPool("pretend", limit_s=2.0)
        pool.load()
        yield pool
        pool.stop()


@pytest.fixture
def house(tmp_path: Path, pool: WorkerPool) -> Iterator[House]:
    house = House(tmp_path, pool)
    yield house
    house.store.close()


@pytest.fixture
def living(house: House) -> Iterator[House]:
    """A house whose gallery watches its folder."""
    house.gallery.start()
    assert house.gallery.wait_loaded(5)
    yield house
    house.gallery.stop()


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    def write(*faces: Any, name: str = "photo.bmp", **order: Any) -> Path:
        path = tmp_path / "camera" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture(*faces, **order))
        return path

    return write


# ---- reading the folder


def test_both_layouts_are_read_and_their_photos_belong_together(house: House) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.put("Anna.bmp", picture([1.1, 0.0]))
    house.put("Bob.jpg", picture(BOB))
    house.gallery.refresh()
    assert [(p.name, p.usable) for p in house.gallery.identities()] == [("Anna", 2), ("Bob", 1)]


def test_an_empty_or_missing_folder_is_an_empty_gallery(house: House) -> None:
    house.gallery.refresh()
    assert house.gallery.identities() == ()
    assert house.match([0.0, 0.0]) == Match(None, None, None, None)


def test_hidden_files_links_and_other_files_are_left_alone(house: House, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.bmp").write_bytes(picture(EVE))
    house.put(".hidden/a.bmp", picture(EVE))
    house.put("README.md", b"# The gallery")
    house.put("Anna/.part", picture(EVE))
    house.put("Anna/notes.txt", b"met in Rome")
    house.put("Anna/one.bmp", picture(ANNA))
    (house.folder / "Eve").symlink_to(tmp_path / "outside")
    (house.folder / "Anna" / "link.bmp").symlink_to(tmp_path / "outside" / "secret.bmp")
    house.gallery.refresh()
    (anna,) = house.gallery.identities()
    assert [p.path.name for p in anna.photos] == ["one.bmp"]


@pytest.mark.parametrize(
    ("data", "judgement", "words"),
    [
        (picture(), Judgement.NO_FACE, "no face"),
        (picture(ANNA, BOB), Judgement.SEVERAL_FACES, "2 faces"),
        (picture({"at": ANNA, "sharpness": 0.5}), Judgement.BLURRED, "blurred"),
        (picture({"at": ANNA, "eye_distance": 12}), Judgement.TOO_SMALL, "too small"),
        (picture({"at": ANNA, "brightness": 20}), Judgement.TOO_DARK, "too dark"),
        (b"BM{", Judgement.UNREADABLE, "damaged"),
        (b"", Judgement.UNREADABLE, "no picture"),
        (b"not a picture at all", Judgement.UNREADABLE, "no picture"),
    ],
)
def test_a_photo_that_is_no_good_is_reported_with_its_reason_and_never_used(
    house: House, data: bytes, judgement: Judgement, words: str
) -> None:
    house.put("Anna/bad.jpg", data)
    house.gallery.refresh()
    (photo,) = house.gallery.identities()[0].photos
    assert photo.judgement is judgement
    assert words in photo.reason
    assert house.nearest(ANNA) is None


@pytest.mark.parametrize("order", ["die", "hang", "stumble"])
def test_a_photo_that_takes_two_workers_down_is_unreadable(tmp_path: Path, pool: WorkerPool, order: str) -> None:
    own = WorkerPool("pretend", limit_s=0.5)
    house = House(tmp_path, own)
    house.put("Anna/bad.bmp", picture(do=order))
    house.put("Bob/one.bmp", picture(BOB))
    house.gallery.refresh()
    own.stop()
    house.store.close()
    (bad,) = house.gallery.identities()[0].photos
    assert (bad.judgement, bad.reason) == (Judgement.UNREADABLE, "it took the recogniser down twice")
    assert house.nearest(BOB) == "Bob"


def test_a_picture_that_lies_there_twice_counts_once(house: House) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.put("Anna/two.bmp", picture(ANNA))
    house.put("Bob/stolen.bmp", picture(ANNA))
    house.gallery.refresh()
    anna, bob = house.gallery.identities()
    assert [p.judgement for p in anna.photos] == [Judgement.GOOD, Judgement.DUPLICATE]
    assert [(p.judgement, p.reason) for p in bob.photos] == [(Judgement.DUPLICATE, "it is already among Anna's photos")]


def test_a_name_is_the_same_however_its_accents_are_stored(house: House) -> None:
    house.put(unicodedata.normalize("NFD", "Zoë") + "/one.bmp", picture(ANNA))
    house.gallery.refresh()
    assert house.names() == [unicodedata.normalize("NFC", "Zoë")]


def test_a_file_that_is_still_being_written_waits_unless_it_is_asked_for(house: House) -> None:
    house.put("Anna/one.bmp", picture(ANNA), age_s=0)
    house.gallery.enrol("Bob", [])
    assert house.names() == []
    house.gallery.refresh()
    assert house.names() == ["Anna"]


# ---- matching


def test_the_match_is_the_nearest_person_and_the_nearest_other_one(house: House) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.put("Bob/one.bmp", picture(BOB))
    house.put("Eve/one.bmp", picture(EVE))
    house.gallery.refresh()
    match = house.match([1.0, 0.2])
    assert (match.identity, match.runner_up) == ("Anna", "Bob")
    assert match.distance == pytest.approx(0.2)
    assert match.runner_up_distance == pytest.approx(np.hypot(1.0, 0.8))


# ---- the cache


def test_a_photo_is_judged_once_even_over_restarts_renames_and_copies(house: House) -> None:
    path = house.put("Anna/one.bmp", picture(ANNA))
    house.gallery.refresh()
    path.rename(house.folder / "Anna" / "renamed.bmp")
    blind = WorkerPool("nonsense")
    reopened = Gallery(house.folder, house.store, blind, "pretend", lambda _: None)
    reopened.refresh()
    assert reopened.identities()[0].usable == 1
    blind.stop()


def test_another_engine_judges_everything_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.gallery.refresh()
    monkeypatch.setitem(engines.ENGINES, "other", "pretend_engine:PretendEngine")
    pool = WorkerPool("other")
    other = Gallery(house.folder, house.store, pool, "other", lambda _: None)
    other.refresh()
    pool.stop()
    assert other.identities()[0].usable == 1
    records = PhotoRecords(house.store)
    assert [len(records.judged_photos(engine)) for engine in ("pretend", "other")] == [1, 1]


def test_a_file_whose_content_changes_is_judged_anew(house: House) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.gallery.refresh()
    house.put("Anna/one.bmp", picture(BOB), age_s=30)
    house.gallery.refresh()
    match = house.match(BOB)
    assert (match.identity, match.distance) == ("Anna", 0.0)


def test_a_thousand_photos_are_there_from_the_cache_without_a_worker(house: House) -> None:
    records = PhotoRecords(house.store)
    for number in range(1000):
        path = house.put(f"Person {number // 5}/{number}.bmp", picture([number, 0.0]))
        status = path.stat()
        hash_ = f"{number + 1:064x}"
        records.judge_photo(hash_, "pretend", Judgement.GOOD, "", np.random.rand(128).astype(np.float32))
        records.remember_photo_file(str(path), status.st_size, status.st_mtime_ns, hash_)
    gallery = house.open()
    begun = time.perf_counter()
    gallery.start()
    assert gallery.wait_loaded(5)
    spent = time.perf_counter() - begun
    gallery.stop()
    assert sum(person.usable for person in gallery.identities()) == 1000
    assert spent < 10


# ---- the matrix file


ENTRY_BYTES = 36


class Files:
    """The cache's two files."""

    def __init__(self, house: House, engine: str = "pretend") -> None:
        folder = house.store.path.parent / "gallery"
        self.matrix, self.rows = folder / f"{engine}.matrix", folder / f"{engine}.rows"

    def count(self) -> int:
        return len(self.rows.read_bytes()) // ENTRY_BYTES


def bytes_of(place: list[float]) -> bytes:
    return np.array(place, np.float32).tobytes()


@pytest.fixture
def kept(house: House) -> Iterator[House]:
    """Anna and Bob, judged earlier, the gallery closed; whoever judges again fails."""
    house.put("Anna/one.bmp", picture(ANNA))
    house.put("Bob/one.bmp", picture(BOB))
    house.gallery.refresh()
    house.gallery.stop()
    house._pool = blind = WorkerPool("nonsense")
    yield house
    house.gallery.stop()
    blind.stop()


def cut_short(files: Files) -> None:
    files.matrix.write_bytes(files.matrix.read_bytes()[:-3])


def cut_rows_short(files: Files) -> None:
    files.rows.write_bytes(files.rows.read_bytes()[:-3])


def lose_the_matrix(files: Files) -> None:
    files.matrix.unlink()


def lose_the_rows(files: Files) -> None:
    files.rows.unlink()


def change_a_number(files: Files) -> None:
    data = files.matrix.read_bytes()
    assert bytes_of(BOB) in data
    files.matrix.write_bytes(data.replace(bytes_of(BOB), bytes_of([0.0, 1.5])))


def swap_two_rows(files: Files) -> None:
    data = files.matrix.read_bytes()
    files.matrix.write_bytes(data[:64] + data[72:80] + data[64:72])


def be_of_another_version(files: Files) -> None:
    data = bytearray(files.matrix.read_bytes())
    data[8] += 1
    files.matrix.write_bytes(data)


def be_another_engines(files: Files) -> None:
    files.matrix.write_bytes(files.matrix.read_bytes().replace(b"pretend", b"another"))


def be_something_else(files: Files) -> None:
    files.matrix.write_bytes(os.urandom(1000))
    files.rows.write_bytes(os.urandom(1000))


def lose_what_was_not_on_the_disk_yet(files: Files) -> None:
    """What a power cut leaves of pages that were never written."""
    files.rows.write_bytes(bytes(len(files.rows.read_bytes())))


@pytest.mark.parametrize(
    "damage",
    [
        cut_short,
        cut_rows_short,
        lose_the_matrix,
        change_a_number,
        swap_two_rows,
        be_of_another_version,
        be_another_engines,
        be_something_else,
        lose_what_was_not_on_the_disk_yet,
    ],
)
def test_a_damaged_cache_is_made_again_with_one_line_in_the_log(
    kept: House, damage: Callable[[Files], None], caplog: pytest.LogCaptureFixture
) -> None:
    files = Files(kept)
    before = files.matrix.read_bytes()
    damage(files)
    caplog.set_level("INFO", "receiver")
    kept.open().refresh()
    assert (kept.nearest(ANNA), kept.nearest(BOB)) == ("Anna", "Bob")
    assert [r.getMessage().split(":")[0] for r in caplog.records] == ["The gallery's cache is made again"]
    kept.gallery.stop()
    assert sorted(files.matrix.read_bytes()) == sorted(before)


@pytest.mark.parametrize("damage", [lose_the_rows, lambda files: shutil.rmtree(files.matrix.parent)])
def test_a_cache_that_is_gone_is_made_again(kept: House, damage: Callable[[Files], None]) -> None:
    damage(Files(kept))
    kept.open().refresh()
    assert (kept.nearest(ANNA), kept.nearest(BOB)) == ("Anna", "Bob")
    assert Files(kept).count() == 2


def test_one_more_photo_writes_one_more_row_and_leaves_the_others_alone(
    house: House, photo: Callable[..., Path]
) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.gallery.refresh()
    files = Files(house)
    before = files.matrix.read_bytes(), files.rows.read_bytes()
    house.gallery.enrol("Bob", [photo(BOB)])
    after = files.matrix.read_bytes(), files.rows.read_bytes()
    assert [len(a) - len(b) for a, b in zip(after, before, strict=True)] == [len(bytes_of(BOB)), ENTRY_BYTES]
    assert all(a.startswith(b) for a, b in zip(after, before, strict=True))
    assert house.nearest(BOB) == "Bob"


def test_a_forgotten_persons_numbers_are_gone_from_the_cache_at_once(house: House) -> None:
    house.put("Anna/one.bmp", picture([0.123, 0.456]))
    house.put("Bob/one.bmp", picture(BOB))
    house.gallery.refresh()
    files = Files(house)
    hash_ = bytes.fromhex(house.gallery.identities()[0].photos[0].hash)
    assert bytes_of([0.123, 0.456]) in files.matrix.read_bytes()
    assert hash_ in files.rows.read_bytes()
    house.gallery.forget("Anna")
    assert bytes_of([0.123, 0.456]) not in files.matrix.read_bytes()
    assert hash_ not in files.rows.read_bytes()
    assert house.nearest([0.123, 0.456]) == "Bob"


def test_a_free_row_is_used_again_only_after_the_next_start(house: House) -> None:
    """A search that is still running would take the newcomer for whoever left."""
    house.put("Anna/one.bmp", picture(ANNA))
    house.put("Bob/one.bmp", picture(BOB))
    house.gallery.refresh()
    house.gallery.forget("Anna")
    house.put("Cleo/one.bmp", picture(EVE))
    house.gallery.refresh()
    assert Files(house).count() == 3
    house.gallery.stop()
    house.open().refresh()
    house.put("Dora/one.bmp", picture([-1.0, -1.0]))
    house.gallery.refresh()
    assert Files(house).count() == 3
    assert [house.nearest(place) for place in (BOB, EVE, [-1.0, -1.0])] == ["Bob", "Cleo", "Dora"]
    house.gallery.stop()


def test_a_row_whose_entry_was_never_written_does_not_stay(kept: House) -> None:
    """As a crash between the two leaves it."""
    files = Files(kept)
    with files.matrix.open("ab") as matrix:
        matrix.write(bytes_of(EVE))
    kept.open().refresh()
    assert bytes_of(EVE) not in files.matrix.read_bytes()
    assert kept.nearest(ANNA) == "Anna"


def test_two_programs_never_share_the_files_and_see_each_others_photos(
    house: House, photo: Callable[..., Path], pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = [0.123, 0.456]
    house.put("Anna/one.bmp", picture(ANNA))
    house.gallery.refresh()
    files = Files(house)
    store = Store(house.store.path)
    other = Gallery(house.folder, store, pool, "pretend", lambda _: None)
    other.enrol("Bob", [photo(place)])
    assert other.match(Fused(np.array(place, np.float32), 0.0), Rule(0.6, 0.01)).identity == "Bob"
    assert files.count() == 1

    def blind(_: Path) -> None:
        raise EngineError("nobody looks at a photo that another program has judged")

    monkeypatch.setattr(pool, "analyse", blind)
    house.gallery.refresh()
    assert house.nearest(place) == "Bob"
    assert files.count() == 2
    other.forget("Bob")
    house.gallery.refresh()
    assert bytes_of(place) not in files.matrix.read_bytes()
    store.close()


def test_where_the_cache_cannot_be_written_the_gallery_lives_in_memory(
    kept: House, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Files(kept).matrix.parent
    shutil.rmtree(folder)
    folder.write_text("no folder")
    caplog.set_level("INFO", "receiver")
    kept.open().refresh()
    assert kept.nearest(BOB) == "Bob"
    assert [r.getMessage().split(":")[0] for r in caplog.records] == ["The gallery's cache cannot be used"]


def test_when_the_disk_is_full_the_gallery_goes_on_in_memory(
    house: House, photo: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.gallery.refresh()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    caplog.set_level("INFO", "receiver")
    monkeypatch.setattr("receiver.gallery_cache._write_at", full)
    house.gallery.enrol("Bob", [photo(BOB)])
    house.gallery.enrol("Eve", [photo(EVE, name="eve.bmp")])
    assert [house.nearest(place) for place in (ANNA, BOB, EVE)] == ["Anna", "Bob", "Eve"]
    assert [r.getMessage().split(":")[0] for r in caplog.records] == ["The gallery's cache cannot be written"]
    monkeypatch.undo()
    house.gallery.stop()
    house.open().refresh()
    assert [house.nearest(place) for place in (ANNA, BOB, EVE)] == ["Anna", "Bob", "Eve"]


def test_a_huge_gallery_gets_an_index_that_names_the_same_people(
    living: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("usearch", reason="the extra `scale` is not installed")
    monkeypatch.setattr("receiver.search.LARGE", 2)
    living.put("Anna/one.bmp", picture(ANNA))
    living.put("Bob/one.bmp", picture(BOB))
    living.wait_for(lambda: living.gallery._survey.index is not None)
    assert [living.nearest(place) for place in (ANNA, BOB)] == ["Anna", "Bob"]
    living.put("Eve/one.bmp", picture(EVE))
    living.wait_for(lambda: living.nearest(EVE) == "Eve")


# ---- while running


def test_a_photo_dropped_into_the_folder_is_noticed(living: House) -> None:
    living.put("Anna/one.bmp", picture(ANNA))
    living.wait_for(lambda: living.nearest(ANNA) == "Anna")


def test_a_photo_deleted_by_hand_is_noticed(living: House) -> None:
    path = living.put("Anna/one.bmp", picture(ANNA))
    living.wait_for(lambda: living.names() == ["Anna"])
    path.unlink()
    living.wait_for(lambda: living.names() == [])


def test_a_half_written_photo_is_used_when_it_is_complete(living: House) -> None:
    whole = picture(ANNA)
    path = living.put("Anna/one.bmp", whole[:10], age_s=0)
    with path.open("ab") as file:
        living.wait_for(
            lambda: any(p.judgement is Judgement.UNREADABLE for i in living.published[-1].identities for p in i.photos)
        )
        file.write(whole[10:])
    living.wait_for(lambda: living.nearest(ANNA) == "Anna")


def test_progress_is_published_while_photos_are_judged(house: House) -> None:
    for number in range(4):
        house.put(f"Anna/{number}.bmp", picture([1.0, number / 10]))
    house.gallery.start()
    house.wait_for(lambda: bool(house.published) and house.published[-1].pending == 0)
    house.gallery.stop()
    waiting = [change.pending for change in house.published]
    assert (waiting[0], waiting[-1]) == (4, 0)
    assert waiting == sorted(set(waiting), reverse=True)
    assert [sum(i.usable for i in change.identities) for change in house.published] == [4 - p for p in waiting]


def test_photos_wait_while_the_engine_cannot_be_loaded_and_those_known_are_used(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.gallery.refresh()
    house.put("Bob/one.bmp", picture(BOB))
    block = tmp_path / "block"
    block.touch()
    monkeypatch.setenv("PRETEND_BLOCKED", str(block))
    monkeypatch.setitem(engines.ENGINES, "unwilling", "pretend_engine:UnwillingEngine")
    house._pool = pool = WorkerPool("unwilling")
    gallery = house.open()
    gallery.start()
    house.wait_for(lambda: bool(house.published) and house.published[-1].pending == 1)
    assert house.nearest(BOB) == "Anna"
    block.unlink()
    house.wait_for(lambda: house.nearest(BOB) == "Bob")
    gallery.stop()
    pool.stop()


def test_stop_does_not_wait_for_a_photo_that_hangs(tmp_path: Path, pool: WorkerPool) -> None:
    own = WorkerPool("pretend", limit_s=60)
    house = House(tmp_path, own)
    sign = tmp_path / "begun"
    house.put("Anna/bad.bmp", picture(do="hang", sign=str(sign)))
    house.gallery.start()
    deadline = time.monotonic() + 10
    while not sign.exists() and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    begun = time.perf_counter()
    house.gallery.stop()
    assert time.perf_counter() - begun < 10
    own.stop()
    house.store.close()


# ---- enrolling


def test_good_photos_are_copied_and_bad_ones_come_back_with_their_reason(
    house: House, photo: Callable[..., Path]
) -> None:
    good, bad = photo(ANNA, name="garden.bmp"), photo(name="wall.bmp")
    steps: list[tuple[int, int]] = []
    results = house.gallery.enrol("Anna", [good, bad, photo(ANNA, name="again.bmp")], lambda *step: steps.append(step))
    assert [r.judgement for r in results] == [Judgement.GOOD, Judgement.NO_FACE, Judgement.DUPLICATE]
    assert results[0].path == house.folder / "Anna" / "garden.bmp"
    assert results[1].path == bad
    assert results[2].reason == "it is already among Anna's photos"
    assert results[0].path.read_bytes() == good.read_bytes()
    assert [p.name for p in (house.folder / "Anna").iterdir()] == ["garden.bmp"]
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert house.nearest(ANNA) == "Anna"


def test_nobody_is_made_of_bad_photos_only(house: House, photo: Callable[..., Path]) -> None:
    house.gallery.enrol("Anna", [photo(name="wall.bmp")])
    assert not (house.folder / "Anna").exists()
    assert house.names() == []


def test_a_folder_stands_for_the_pictures_in_it(house: House, photo: Callable[..., Path]) -> None:
    folder = photo(ANNA, name="a.bmp").parent
    photo([1.0, 0.1], name="b.bmp")
    (folder / "list.txt").write_text("not a picture")
    assert len(house.gallery.enrol("Anna", [folder])) == 2


def test_a_file_name_is_made_harmless_and_never_replaces_another(house: House, photo: Callable[..., Path]) -> None:
    first = house.gallery.enrol("Anna", [photo(ANNA, name="CON.bmp")])[0]
    second = house.gallery.enrol("Anna", [photo([1.0, 0.1], name="photo.bmp")])[0]
    assert [first.path.name, second.path.name] == ["photo.bmp", "photo 2.bmp"]


def test_a_known_name_in_other_letters_is_the_same_person(house: House, photo: Callable[..., Path]) -> None:
    house.gallery.enrol("Anna", [photo(ANNA)])
    house.gallery.enrol("anna ", [photo([1.0, 0.1])])
    assert [(p.name, p.usable) for p in house.gallery.identities()] == [("Anna", 2)]


def test_a_photo_that_is_gone_is_unreadable(house: House, tmp_path: Path) -> None:
    assert house.gallery.enrol("Anna", [tmp_path / "gone.jpg"])[0].judgement is Judgement.UNREADABLE


def test_enrolling_without_an_engine_says_so(house: House, photo: Callable[..., Path]) -> None:
    house._pool = WorkerPool("nonsense")
    with pytest.raises(EngineError):
        house.open().enrol("Anna", [photo(ANNA)])
    house._pool.stop()


@pytest.mark.parametrize(
    "name",
    [
        "", "  ", ".", "..", ".hidden", "a/b", "a\\b", "../up", "/etc", "C:", "con", "NUL.txt", "lpt1", "a\0b", "a\nb",
        "a\x1b[31m", "x" * 81, "é" * 101, "ends.", "who?", "a*b", "\u202eanna", "\ud800",
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_a_folder_everywhere_is_refused_with_a_sentence(
    house: House, photo: Callable[..., Path], name: str
) -> None:
    with pytest.raises(GalleryError, match=r"This name cannot be used: \w"):
        house.gallery.enrol(name, [photo(ANNA)])
    house.put("Anna/one.bmp", picture(ANNA))
    with pytest.raises(GalleryError):
        house.gallery.rename("Anna", name)
    assert sorted(p.name for p in house.folder.iterdir()) == ["Anna"]


@pytest.mark.parametrize(
    "name", ["Anna", "Zoë", "李小龍", "O'Brien", "J. R. R. Tolkien", "Anna-Lena (neighbour)", "x" * 80]
)
def test_names_of_people_are_allowed(name: str) -> None:
    assert valid_name(f" {name} ") == unicodedata.normalize("NFC", name)


def test_kinds_are_told_by_content() -> None:
    heads = {b"\xff\xd8\xff\xe0": ".jpg", b"RIFF....WEBPVP8 ": ".webp", b"....ftypheic": ".heic", b"GIF89a": None}
    assert {head: kind_of(head) for head in heads} == heads
    assert safe_stem("../../etc/passwd") == "_.._etc_passwd"


# ---- enrolling many


@pytest.fixture
def many(house: House) -> Iterator[House]:
    """A house whose photos are judged by two workers."""
    house._pool = pool = WorkerPool("pretend", processes=2, limit_s=20)
    house.open()
    yield house
    pool.stop()


def test_many_photos_are_judged_by_several_workers_at_once_and_come_back_in_order(
    many: House, photo: Callable[..., Path], tmp_path: Path
) -> None:
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    orders = [{"do": "meet", "folder": str(meeting), "count": 2}] * 2 + [{}] * 14
    sources = [photo([number, 0.0], name=f"{number}.bmp", **order) for number, order in enumerate(orders)]
    results = many.gallery.enrol("Anna", sources)
    assert [r.path.name for r in results] == [source.name for source in sources]
    assert len(list(meeting.iterdir())) == 2


def test_a_few_photos_start_one_worker_only(many: House, photo: Callable[..., Path]) -> None:
    many.gallery.enrol("Anna", [photo([number, 0.0], name=f"{number}.bmp") for number in range(5)])
    assert sum(worker.loaded for worker in many._pool._workers) == 1


def test_of_equal_photos_judged_at_once_the_first_counts(many: House, photo: Callable[..., Path]) -> None:
    sources = [photo([number % 3, 0.0], name=f"{number}.bmp") for number in range(18)]
    results = many.gallery.enrol("Anna", sources)
    assert [r.judgement for r in results] == [Judgement.GOOD] * 3 + [Judgement.DUPLICATE] * 15
    assert many.gallery.identities()[0].usable == 3


def test_stopped_enrolling_keeps_what_was_done_and_goes_on_from_there(many: House, photo: Callable[..., Path]) -> None:
    sources = [photo([number, 0.0], name=f"{number}.bmp") for number in range(60)]
    done: list[int] = []
    first = many.gallery.enrol("Anna", sources, lambda count, _: done.append(count), lambda: done[-1] >= 10)
    assert 10 <= len(first) < 20
    assert [r.judgement for r in first] == [Judgement.GOOD] * len(first)
    assert sorted(p.name for p in (many.folder / "Anna").iterdir()) == sorted(r.path.name for r in first)
    assert not [p for p in (many.store.path.parent / "removed").iterdir() if p.name.startswith(".judging")]

    again = many.gallery.enrol("Anna", sources)
    assert [r.judgement for r in again] == [Judgement.DUPLICATE] * len(first) + [Judgement.GOOD] * (60 - len(first))
    assert many.gallery.identities()[0].usable == 60


def test_photos_judged_before_need_no_worker_when_they_are_dropped_again(
    house: House, photo: Callable[..., Path]
) -> None:
    sources = [photo(name="wall.bmp"), photo(ANNA, name="anna.bmp")]
    before = house.gallery.enrol("Anna", sources)
    house._pool = blind = WorkerPool("nonsense")
    house.gallery.stop()
    after = house.open().enrol("Anna", sources)
    assert [r.judgement for r in after] == [before[0].judgement, Judgement.DUPLICATE]
    blind.stop()


def test_five_hundred_photos_do_not_rebuild_the_view_five_hundred_times(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(500):
        house.put(f"Anna/{number}.bmp", picture([number, 0.0]))
    house.gallery.refresh()
    assert len(house.published) < 100
    assert house.published[-1].pending == 0
    assert house.published[-1].identities[0].usable == 500


def test_enrolling_ends_when_the_gallery_stops(house: House, photo: Callable[..., Path]) -> None:
    sources = [photo([number, 0.0], name=f"{number}.bmp") for number in range(20)]
    results = house.gallery.enrol("Anna", sources, lambda done, _: house.gallery.stop() if done == 5 else None)
    assert 5 <= len(results) < 10


# ---- changing


def test_rename_moves_the_folder_and_the_loose_photo(house: House) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.put("Anna.bmp", picture([1.1, 0.0]))
    house.gallery.refresh()
    house.gallery.rename("Anna", "Anna Maria")
    assert [(p.name, p.usable) for p in house.gallery.identities()] == [("Anna Maria", 2)]
    assert sorted(p.name for p in house.folder.iterdir()) == ["Anna Maria", "Anna Maria.bmp"]


def test_rename_may_change_only_the_case_but_never_merges_people(house: House) -> None:
    house.put("anna/one.bmp", picture(ANNA))
    house.put("Bob/one.bmp", picture(BOB))
    house.gallery.refresh()
    house.gallery.rename("anna", "Anna")
    assert house.names() == ["Anna", "Bob"]
    with pytest.raises(GalleryError, match="already somebody called Bob"):
        house.gallery.rename("Anna", "bob")
    with pytest.raises(GalleryError, match="nobody called Eve"):
        house.gallery.rename("Eve", "Eva")


def test_a_removed_person_is_not_recognised_and_comes_back_by_undo(house: House) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.put("Anna/notes.txt", b"met in Rome")
    house.put("Anna.bmp", picture([1.1, 0.0]))
    house.gallery.refresh()
    before = {p: p.read_bytes() for p in house.folder.rglob("*") if p.is_file()}
    token = house.gallery.remove("Anna")
    assert house.nearest(ANNA) is None
    assert list(house.folder.iterdir()) == []
    house.gallery.restore(token)
    assert house.nearest(ANNA) == "Anna"
    assert {p: p.read_bytes() for p in house.folder.rglob("*") if p.is_file()} == before


def test_a_removed_photo_comes_back_beside_what_took_its_place(house: House) -> None:
    path = house.put("Anna/one.bmp", picture(ANNA))
    house.gallery.refresh()
    token = house.gallery.remove_photo(path)
    assert house.names() == []
    house.put("Anna/one.bmp", picture([1.1, 0.0]))
    house.gallery.restore(token)
    house.gallery.refresh()
    assert sorted(p.path.name for p in house.gallery.identities()[0].photos) == ["one 2.bmp", "one.bmp"]


def test_only_photos_of_the_gallery_can_be_removed(house: House, photo: Callable[..., Path]) -> None:
    outside = photo(ANNA)
    for path in (outside, house.folder / ".." / "camera" / outside.name, Path("/etc/passwd")):
        with pytest.raises(GalleryError):
            house.gallery.remove_photo(path)
    assert outside.exists()


@pytest.mark.parametrize("token", ["", "..", "../../known_faces", "0123456789abcdef", "/etc"])
def test_a_token_that_was_never_given_restores_nothing(house: House, token: str) -> None:
    with pytest.raises(GalleryError):
        house.gallery.restore(token)


def test_removed_things_are_gone_after_stop_with_their_embeddings(living: House) -> None:
    living.put("Anna/one.bmp", picture(ANNA))
    living.put("Bob/one.bmp", picture(BOB))
    living.wait_for(lambda: living.nearest(BOB) == "Bob" and living.nearest(ANNA) == "Anna")
    token = living.gallery.remove("Anna")
    living.gallery.stop()
    assert not list((living.store.path.parent / "removed").rglob("*.bmp"))
    assert len(PhotoRecords(living.store).judged_photos("pretend")) == 1
    with pytest.raises(GalleryError):
        living.gallery.restore(token)


def test_forget_leaves_nothing_of_a_person(house: House) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.put("Anna/two.bmp", picture([1.1, 0.0]))
    house.put("Bob/one.bmp", picture(BOB))
    house.gallery.refresh()
    house.gallery.remove_photo(house.folder / "Anna" / "two.bmp")
    house.gallery.forget("Anna")
    assert house.names() == ["Bob"]
    assert [p.name for p in house.folder.parent.rglob("*.bmp")] == ["one.bmp"]
    with sqlite3.connect(house.store.path) as db:
        assert db.execute("SELECT count(*) FROM photos").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM photo_files").fetchone() == (1,)
    db.close()
    with pytest.raises(GalleryError):
        house.gallery.forget("Anna")


def test_matching_goes_on_undisturbed_while_people_come_and_go(house: House) -> None:
    house.put("Anna/one.bmp", picture(ANNA))
    house.put("Bob/one.bmp", picture(BOB))
    house.gallery.refresh()
    wrong: list[Match] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            match = house.match(ANNA)
            if match.identity != "Anna" or match.distance != 0.0:
                wrong.append(match)

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in range(20):
        house.gallery.restore(house.gallery.remove("Bob"))
    done.set()
    asking.join()
    assert not wrong


# ---- a face of a visit


@pytest.fixture(scope="module")
def dlib_pool() -> Iterator[WorkerPool]:
    pool = WorkerPool("dlib")
    pool.load()
    yield pool
    pool.stop()


@pytest.fixture
def real(tmp_path: Path, dlib_pool: WorkerPool) -> Iterator[House]:
    house = House(tmp_path, dlib_pool, "dlib")
    yield house
    house.store.close()


def test_one_face_of_a_visits_picture_is_enrolled_without_its_neighbour(
    real: House, dlib_pool: WorkerPool, tmp_path: Path, astronaut: Image.Image, grace_hopper: Image.Image
) -> None:
    visit = Image.new("RGB", (640, 480), (120, 120, 120))
    visit.paste(astronaut.crop((130, 30, 330, 300)), (60, 100))
    visit.paste(grace_hopper.resize((256, 300)).crop((50, 40, 220, 280)), (260, 100))
    snapshot = tmp_path / "visit.jpg"
    visit.save(snapshot, quality=90)
    faces = dlib_pool.analyse(snapshot).faces
    assert len(faces) == 2
    left = min(faces, key=lambda face: face.box.left)
    photo = real.gallery.enrol_face("Eileen", snapshot, left.box)
    assert (photo.identity, photo.judgement) == ("Eileen", Judgement.GOOD)
    assert photo.path.name == "door-visit.jpg"
    assert real.match(left.embedding).distance == pytest.approx(0, abs=0.25)


def test_a_poor_face_of_a_visit_is_not_enrolled(real: House, tmp_path: Path, grace_hopper: Image.Image) -> None:
    snapshot = tmp_path / "visit.jpg"
    grace_hopper.point([value // 6 for value in range(256)] * 3).save(snapshot)
    photo = real.gallery.enrol_face("Grace", snapshot, Box(137, 376, 352, 161))
    assert photo.judgement is not Judgement.GOOD
    assert photo.reason
    assert real.names() == []


def test_a_visits_picture_that_is_gone_is_told(real: House, tmp_path: Path) -> None:
    with pytest.raises(GalleryError, match="cannot be read"):
        real.gallery.enrol_face("Grace", tmp_path / "gone.jpg", Box(0, 10, 10, 0))


def test_real_portraits_are_enrolled_from_every_format(
    real: House, tmp_path: Path, astronaut: Image.Image, grace_hopper: Image.Image
) -> None:
    pillow_heif.register_heif_opener()
    for number, format_ in enumerate(("JPEG", "PNG", "WEBP", "BMP", "HEIF")):
        path = tmp_path / f"{number}.dat"
        grace_hopper.crop((number, 0, 512, 600)).save(path, format_)
        (photo,) = real.gallery.enrol("Grace", [path])
        assert photo.judgement is Judgement.GOOD, (format_, photo)
    assert {p.path.suffix for p in real.gallery.identities()[0].photos} == {".jpg", ".png", ".webp", ".bmp", ".heic"}


def test_tight_crops_of_many_people_mostly_pass_and_the_rest_get_a_reason(real: House, shared_data: Path) -> None:
    shutil.copytree(shared_data / "faces" / "ensemble", real.folder)
    real.gallery.refresh()
    photos = [photo for person in real.gallery.identities() for photo in person.photos]
    assert sum(photo.judgement is Judgement.GOOD for photo in photos) >= 0.9 * len(photos)
    assert all(photo.reason for photo in photos if photo.judgement is not Judgement.GOOD)
