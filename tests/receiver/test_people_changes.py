"""What the owner decides about people holds everywhere, can be taken back, and what is forgotten is gone."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from receiver import engines
from receiver.errors import GalleryError
from receiver.face_records import FaceRecords
from receiver.gallery import Gallery
from receiver.models import (
    Conclusion,
    DeliveryState,
    DetectedFace,
    Forgotten,
    JudgedFace,
    Match,
    Message,
    Ruling,
    SnapshotState,
    Telling,
    Verdict,
    Visit,
)
from receiver.people import People
from receiver.phone_records import PhoneRecords
from receiver.store import Store
from receiver.verdicts import NAMED_BY_OWNER
from receiver.workers import WorkerPool
from tests.receiver.made_up import QUALITY, SOMEWHERE, Clock, ring

sys.path.insert(0, str(Path(__file__).parent))

from pretend_engine import picture

ANNA, BOB = [1.0, 0.0], [0.0, 1.0]


class Household:
    """Rules as in the settings, and what it was told."""

    def __init__(self) -> None:
        self.lists: dict[str, tuple[str, ...]] = {"always": (), "never_for": (), "once_a_day": ()}
        self.told: list[tuple[str, ...]] = []
        self.corrected: tuple[str, ...] = ()
        self.cleared: tuple[str, ...] = ()

    def rules(self) -> Mapping[str, tuple[str, ...]]:
        return dict(self.lists)

    def set_rules(self, rules: Mapping[str, tuple[str, ...]]) -> None:
        self.lists |= rules

    def changed(self, visits: Iterable[str]) -> None:
        self.told.append(tuple(visits))

    def correct(self, visits: Sequence[str]) -> int:
        self.corrected = tuple(visits)
        return 2

    def clear_broker(self, visits: Collection[str]) -> int:
        self.cleared = tuple(visits)
        return 3


class House:
    """A gallery with Anna and Bob, and a history."""

    def __init__(self, home: Path, pool: WorkerPool) -> None:
        self.home = home
        self.folder = home / "known_faces"
        self.store = Store(home / "data" / "station.sqlite3")
        self.gallery = Gallery(self.folder, self.store, pool, "pretend", lambda _: None)
        self.around = Household()
        self.clock = Clock(1_790_000_000.0)
        self.people = People(self.store, self.gallery, self.around, "pretend", self.clock)
        for name, places in (("Anna", (ANNA, [1.1, 0.0])), ("Bob", (BOB,))):
            for number, place in enumerate(places):
                self.put(f"{name}/{number}.bmp", picture(place))
        self.gallery.refresh()

    def put(self, where: str, data: bytes) -> Path:
        path = self.folder / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def visit(self, *seen: tuple[Verdict, str, Match], ruling: Ruling | None = None) -> Visit:
        """A visit by visitors of whom this is said."""
        self.clock.advance(60)
        to = [Message("telegram", "photo", "4711")]
        rung = ring(self.store, self.home, [], at=self.clock())
        judged = tuple(
            JudgedFace(DetectedFace(SOMEWHERE, (), np.zeros(2, np.float32), QUALITY), verdict, why, match, number)
            for number, (verdict, why, match) in enumerate(seen)
        )
        verdict, why, _ = max(seen, key=lambda one: one[0] is Verdict.KNOWN)
        shot, conclusion = rung.snapshots[-1].id, Conclusion(verdict, why, judged, "pretend")
        rule = {"rule": lambda _: ruling} if ruling else {}
        done = self.store.conclude(shot, SnapshotState.RECOGNISED, conclusion, to, **rule)
        assert done
        return done

    def files(self) -> dict[str, bytes]:
        """Everybody's photos, by where they lie."""
        return {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}

    def people_now(self) -> dict[str, int]:
        self.gallery.refresh()
        return {person.name: person.usable for person in self.gallery.identities()}

    def history(self) -> list[tuple[Any, ...]]:
        """Everything in the database that says a name, and what the visits say."""
        with sqlite3.connect(self.store.path) as db:
            faces = db.execute("SELECT id, verdict, reason, identity, distance, runner_up FROM faces").fetchall()
            visits = db.execute("SELECT id, verdict, reason, hushed FROM visits").fetchall()
            others = db.execute("SELECT identity FROM rejections").fetchall()
            texts = db.execute("SELECT error FROM deliveries").fetchall()
            texts += db.execute("SELECT text, visits FROM notices").fetchall()
        db.close()
        return [*faces, *visits, *others, *texts]


def known(name: str, other: str | None = None, reason: str = "") -> tuple[Verdict, str, Match]:
    return Verdict.KNOWN, reason, Match(name, 0.3, other, 0.7 if other else None, 0.99, 0.5)


def unclear(reason: str, name: str, other: str | None = None) -> tuple[Verdict, str, Match]:
    return Verdict.UNCLEAR, reason, Match(name, 0.5, other, 0.55 if other else None, 0.6, 0.5)


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
    made = House(tmp_path, pool)
    yield made
    made.gallery.stop()
    made.store.close()


@pytest.fixture
def lived_in(house: House) -> House:
    """With a history in which Anna's name stands in every way there is, and Joanna's and Ann's beside it."""
    quiet = Ruling(Telling.HUSHED, "never for Anna")
    house.visit(known("Anna", "Bob"), unclear("it could be Bob or Anna", "Bob", "Anna"))
    house.visit(known("Bob", "Anna"))
    house.visit(unclear("you said that a face like this is not Anna", "Anna"))
    house.visit(known("Anna", reason=NAMED_BY_OWNER), ruling=quiet)
    joanna = house.visit(known("Joanna", "Ann"))
    FaceRecords(house.store).reject("Anna", joanna.faces[0].id)
    FaceRecords(house.store).reject("Bob", joanna.faces[0].id)
    house.store.add_notices("digest", "Today: Anna and Joanna; Zoë, Anna.", [("telegram", "4711")])
    house.around.lists = {"always": ("Bob", "anna"), "never_for": ("Anna",), "once_a_day": ("Joanna",)}
    return house


# ---- rename


def test_a_new_name_stands_everywhere_and_the_old_one_nowhere(lived_in: House) -> None:
    """In the folder, in every visit and sentence, in the rules; Joanna and Ann keep theirs."""
    lived_in.people.rename("Anna", "Zoë")
    assert lived_in.people_now() == {"Bob": 1, "Zoë": 2}
    visits = [visit for visit in reversed(lived_in.store.visits()) if visit.faces]
    assert [visit.identities for visit in visits] == [("Zoë",), ("Bob",), (), ("Zoë",), ("Joanna",)]
    assert visits[0].faces[1].reason == "it could be Bob or Zoë"
    assert (visits[1].faces[0].match.runner_up, visits[4].faces[0].match.runner_up) == ("Zoë", "Ann")
    assert visits[2].reason == "you said that a face like this is not Zoë"
    assert (visits[3].hushed, visits[3].deliveries[0].error) == ("never for Zoë", "never for Zoë")
    assert [name for name, _ in FaceRecords(lived_in.store).rejections("pretend")] == ["Zoë", "Bob"]
    notice = lived_in.store.next_notice("telegram", "4711")
    assert notice
    assert notice.text == "Today: Zoë and Joanna; Zoë, Zoë."
    assert lived_in.around.lists == {"always": ("Bob", "Zoë"), "never_for": ("Zoë",), "once_a_day": ("Joanna",)}
    assert lived_in.around.told == [tuple(visit.id for visit in reversed(visits[:4]))]


@pytest.mark.parametrize("how", ["rename", "merge"])
def test_a_change_of_name_is_taken_back_to_the_letter_once(lived_in: House, how: str) -> None:
    """Files, history, rules; also after a restart. A second time is refused in words."""
    files, history, rules = lived_in.files(), lived_in.history(), dict(lived_in.around.lists)
    token = lived_in.people.rename("Anna", "Zoë") if how == "rename" else lived_in.people.merge("Anna", "Bob")
    assert lived_in.history() != history
    lived_in.people = People(lived_in.store, lived_in.gallery, lived_in.around, "pretend", lived_in.clock)
    assert People.made(token)
    lived_in.people.restore(token)
    assert (lived_in.files(), lived_in.history()) == (files, history)
    assert {key: sorted(map(str.casefold, names)) for key, names in lived_in.around.lists.items()} == {
        key: sorted(map(str.casefold, names)) for key, names in rules.items()
    }
    assert lived_in.people_now() == {"Anna": 2, "Bob": 1}
    for again in (token, "people-4711", "people-x"):
        with pytest.raises(GalleryError):
            lived_in.people.restore(again)


def test_what_happened_since_is_not_undone_with_it(lived_in: House) -> None:
    """A face that got another name meanwhile keeps it, and a photo that came since stays."""
    token = lived_in.people.rename("Anna", "Zoë")
    face = next(face for visit in lived_in.store.visits() for face in visit.faces if face.identity == "Zoë")
    FaceRecords(lived_in.store).rewrite_face(face.id, Verdict.KNOWN, NAMED_BY_OWNER, Match("Cleo", None, None, None))
    lived_in.put("Zoë/new.bmp", picture([1.2, 0.0]))
    lived_in.people.restore(token)
    assert lived_in.people_now() == {"Anna": 2, "Bob": 1, "Zoë": 1}
    assert "Cleo" in {name for visit in lived_in.store.visits() for name in visit.identities}


def test_what_could_be_undone_before_a_new_name_still_can(house: House) -> None:
    """The photo it is about lies elsewhere, the label it gives back has another name."""
    visit = house.visit(known("Anna"))
    labels = FaceRecords(house.store).labels(visit.faces[0].id)
    photo = str(house.folder / "Anna" / "0.bmp")
    kept = PhoneRecords(house.store).keep_undo({"photo": photo, "labels": [labels]}, 0.0)
    token = house.people.rename("Anna", "Zoë")
    steps, _ = PhoneRecords(house.store).undo(kept)
    assert steps["photo"] == str(house.folder / "Zoë" / "0.bmp")
    assert next(iter(steps["labels"][0]["faces"].values()))["identity"] == "Zoë"
    house.people.restore(token)
    assert PhoneRecords(house.store).undo(kept)[0]["photo"] == photo


def test_a_new_name_that_is_taken_or_none_changes_nothing(lived_in: House) -> None:
    before = lived_in.files(), lived_in.history()
    for name, new in (("Anna", "bob"), ("Anna", "../x"), ("Eve", "Eva")):
        with pytest.raises(GalleryError):
            lived_in.people.rename(name, new)
    assert (lived_in.files(), lived_in.history()) == before


def test_anna_maria_is_not_anna(house: House) -> None:
    """In a sentence with both of them, only the one who is meant gets another name."""
    visit = house.visit(unclear("it could be Anna Maria or Anna", "Anna Maria", "Anna"))
    house.people.rename("Anna", "Zoë")
    assert house.store.visit(visit.id).reason == "it could be Anna Maria or Zoë"


# ---- merge and split


def test_two_who_are_one_have_one_folder_one_history_one_place_in_the_rules(lived_in: House) -> None:
    """Photos of the same file name stand beside each other, loose ones come into the folder."""
    lived_in.put("Anna.bmp", picture([0.9, 0.0]))
    lived_in.people.merge("anna", "Bob")
    assert lived_in.people_now() == {"Bob": 4}
    assert sorted(lived_in.files()) == ["Bob/0 2.bmp", "Bob/0.bmp", "Bob/1.bmp", "Bob/Anna.bmp"]
    names = [name for visit in lived_in.store.visits() for name in visit.identities]
    assert sorted(names) == ["Bob", "Bob", "Bob", "Joanna"]
    assert lived_in.around.lists == {"always": ("Bob",), "never_for": ("Bob",), "once_a_day": ("Joanna",)}
    for name, into in (("Bob", "bob"), ("Eve", "Bob"), ("Bob", "Eve")):
        with pytest.raises(GalleryError):
            lived_in.people.merge(name, into)


def test_some_photos_are_somebody_elses_and_go_back(house: House) -> None:
    """To somebody new or known; what was said at the door is not touched."""
    before = house.files()
    visit = house.visit(known("Anna"))
    token = house.people.split([house.folder / "Anna" / "1.bmp"], "Cleo")
    assert house.people_now() == {"Anna": 1, "Bob": 1, "Cleo": 1}
    assert house.store.visit(visit.id).identities == ("Anna",)
    house.people.restore(token)
    assert house.files() == before
    house.people.split([house.folder / "Anna" / "1.bmp"], "bob")
    assert house.people_now() == {"Anna": 1, "Bob": 2}
    with pytest.raises(GalleryError):
        house.people.split([house.home / "elsewhere.bmp"], "Cleo")


# ---- forget


def test_forgetting_says_what_went(lived_in: House) -> None:
    lived_in.gallery.remove_photo(lived_in.folder / "Anna" / "1.bmp")
    lived_in.people.rename("Anna", "Anna")
    gone = lived_in.people.forget("anna")
    assert gone == Forgotten(
        name="Anna",
        photos=1,
        removed_photos=1,
        embeddings=4,
        visits=4,
        messages=2,
        retained=3,
        rules=("always", "never_for"),
        undos=1,
    )
    assert len(lived_in.around.corrected) == 4
    assert lived_in.around.cleared == lived_in.around.corrected == lived_in.around.told[-1]
    with pytest.raises(GalleryError, match="nobody"):
        lived_in.people.forget("Anna")


def test_nothing_of_a_forgotten_person_is_left_but_somebody_in_the_pictures(lived_in: House) -> None:
    """No byte of the name, the photos, or the numbers of the face, in any file; the others are as they were."""
    mark = np.array([0.123, 0.456], np.float32)
    lived_in.put("Anna/2.bmp", picture(mark.tolist()))
    lived_in.gallery.refresh()
    lived_in.gallery.remove_photo(lived_in.folder / "Anna" / "2.bmp")
    others = [visit for visit in lived_in.store.visits() if visit.identities == ("Joanna",)]
    lived_in.people.restore(lived_in.people.rename("Anna", "Zoë"))
    lived_in.people.restore(lived_in.people.merge("Bob", "Anna"))
    lived_in.people.forget("Anna")
    found = [path for path in lived_in.home.rglob("*") if path.is_file() and b"Anna" in path.read_bytes()]
    assert found == []
    assert not [path for path in lived_in.home.rglob("*") if "Anna" in path.name]
    assert not [path for path in lived_in.home.rglob("*") if path.is_file() and mark.tobytes() in path.read_bytes()]
    assert [lived_in.store.visit(visit.id).identities for visit in others] == [("Joanna",)]
    assert lived_in.people_now() == {"Bob": 1}


def test_a_visit_says_what_is_left_when_somebody_is_forgotten(house: House) -> None:
    """A stranger, whoever was with them, or why nobody can tell; people who are told later hear no name."""
    alone, together, doubtful, torn = (
        house.visit(known("Anna")),
        house.visit(known("Anna"), known("Bob", "Anna")),
        house.visit(known("Anna"), unclear("the face is blurred", "Anna")),
        house.visit(unclear("it could be Anna or Bob", "Anna", "Bob")),
    )
    house.people.forget("Anna")
    told = [house.store.visit(visit.id) for visit in (alone, together, doubtful, torn)]
    assert [visit.verdict for visit in told] == [Verdict.UNKNOWN, Verdict.KNOWN, Verdict.UNCLEAR, Verdict.UNCLEAR]
    assert [visit.identities for visit in told] == [(), ("Bob",), (), ()]
    assert (told[2].reason, told[3].reason) == ("the face is blurred", "it could be somebody or Bob")
    assert told[1].faces[0].match == Match("Bob", 0.3, None, None, 0.99, 0.5)
    assert told[2].faces[0].match == Match(None, None, None, None, None, None)
    assert {d.state for visit in told for d in visit.deliveries} == {DeliveryState.DUE}


def test_who_is_only_in_the_history_can_be_forgotten_too(lived_in: House) -> None:
    gone = lived_in.people.forget("Joanna")
    assert (gone.photos, gone.visits, gone.rules) == (0, 1, ("once_a_day",))
