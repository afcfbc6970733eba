"""Strangers who come again are gathered by likeness, and keep the letter they once got."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from receiver.face_records import FaceRecords
from receiver.models import (
    Box,
    Conclusion,
    DetectedFace,
    Gathered,
    JudgedFace,
    Match,
    SnapshotState,
    StrangersChanged,
    Trigger,
    Verdict,
    Visit,
    VisitDeleted,
)
from receiver.store import Store
from receiver.strangers import Strangers, letter
from tests.receiver.made_up import QUALITY, Clock, ring

NOBODY = Match(None, None, None, None)
BLURRED = replace(QUALITY, sharpness=0.1)


class House:
    """A door at which people stand whose embeddings are places in a plane."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "station.sqlite3")
        self.clock = Clock(1_790_000_000.0)
        self.published: list[StrangersChanged] = []
        self.engine = "dlib"
        self.strangers = self.open()

    def open(self) -> Strangers:
        """Anew, as after a restart."""
        self.strangers = Strangers(self.store, lambda: self.engine, self.published.append, self.clock)
        return self.strangers

    def comes(self, *people: Sequence[float], quality: Any = QUALITY, name: str = "") -> Visit:
        """A visit by people, gathered at once."""
        self.clock.advance(3600)
        rung = ring(self.store, self.folder, [], at=self.clock())
        verdict, match = (Verdict.KNOWN, Match(name, 0.3, None, None)) if name else (Verdict.UNKNOWN, NOBODY)
        judged = tuple(
            JudgedFace(_face(place, number, quality), verdict, "", match, number) for number, place in enumerate(people)
        )
        conclusion = Conclusion(verdict, "", judged, self.engine)
        visit = self.store.conclude(rung.snapshots[-1].id, SnapshotState.RECOGNISED, conclusion, [])
        assert visit
        self.strangers.hear(visit)
        self.strangers.look()
        return visit

    @property
    def found(self) -> dict[str, int]:
        """Letter -> number of visits."""
        return {one.letter: len(one.visits) for one in self.strangers.all()}

    def only(self) -> Gathered:
        (one,) = self.strangers.all()
        return one


def _face(place: Sequence[float], number: int, quality: Any) -> DetectedFace:
    box = Box(0, 100 + 200 * number, 100, 200 * number)
    return DetectedFace(box, ((1.0, 1.0),), np.array(place, np.float32), quality)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.store.close()


def test_somebody_who_comes_twice_is_one_stranger_and_somebody_else_another(house: House) -> None:
    """With when they came, newest first, and what to show of them; who came once is not spoken of."""
    visits = [house.comes([0, 0]), house.comes([0.3, 0]), house.comes([2, 0])]
    one = house.only()
    assert (one.letter, one.name) == ("A", "Stranger A")
    assert one.visits == (visits[1].id, visits[0].id)
    assert (one.first, one.last) == (visits[0].started_at, visits[1].started_at)
    assert {glimpse.visit for glimpse in one.glimpses} == set(one.visits)
    assert (one.glimpses[0].width, one.glimpses[0].box) == (640, Box(0, 100, 100, 0))
    house.comes([2, 0.1])
    assert house.found == {"A": 2, "B": 2}


def test_brothers_just_beyond_the_line_stay_two(house: House) -> None:
    """At 0.52, where the recogniser itself would not call two faces one."""
    for place in ([0, 0], [0, 0.05], [0.52, 0], [0.52, 0.05]):
        house.comes(place)
    assert house.found == {"A": 2, "B": 2}


def test_likeness_does_not_chain_from_one_person_to_the_next(house: House) -> None:
    """Each is near the one before; the third is not near the first, and is somebody else."""
    for place in ([0, 0], [0.4, 0], [0.8, 0], [1.2, 0]):
        house.comes(place)
    assert house.found == {"A": 2, "B": 2}


def test_nobody_is_in_one_visit_twice(house: House) -> None:
    """Twins who ring together are two, and each is known again."""
    house.comes([0, 0], [0.3, 0])
    assert house.found == {}
    house.comes([0, 0], [0.3, 0])
    assert house.found == {"A": 2, "B": 2}


def test_a_second_picture_of_the_same_visitor_is_no_second_visit(house: House) -> None:
    visit = house.comes([0, 0])
    seen = FaceRecords(house.store).same_visitor(visit.faces[0].id)[0]
    shot = replace(visit.snapshots[0], id="another", state=SnapshotState.RECEIVED)
    house.store.receive(shot, "hash", Trigger.RING, visit.started_at - 1, [])
    again = Conclusion(Verdict.UNKNOWN, "", (seen.judged,), "dlib")
    house.store.conclude("another", SnapshotState.RECOGNISED, again, [])
    house.strangers.gather()
    assert house.found == {}
    house.comes([0.1, 0])
    assert house.found == {"A": 2}


@pytest.mark.parametrize("how", ["blurred", "known", "another engine"])
def test_who_cannot_be_compared_is_not_gathered(house: House, how: str) -> None:
    house.comes([0, 0])
    if how == "another engine":
        house.engine = "other"
    house.comes([0.1, 0], quality=BLURRED if how == "blurred" else QUALITY, name="Bob" if how == "known" else "")
    assert house.found == {}


def test_a_letter_is_for_good(house: House) -> None:
    """Over restarts, while others come and go, when visits are deleted, and after the stranger has come again."""
    house.comes([0, 0]), house.comes([0, 0.1])
    gone = [house.comes([2, 0]), house.comes([2, 0.1])]
    assert house.found == {"A": 2, "B": 2}
    for visit in gone:
        house.store.delete_visit(visit.id)
    house.open().gather()
    house.comes([4, 0]), house.comes([4, 0.1])
    assert house.found == {"A": 2, "C": 2}
    house.comes([0.1, 0])
    assert house.found == {"A": 3, "C": 2}


def test_who_got_a_name_is_no_stranger_and_is_one_again_when_it_is_taken_back(house: House) -> None:
    visits = [house.comes([0, 0]), house.comes([0, 0.1])]
    labels = [FaceRecords(house.store).labels(visit.faces[0].id) for visit in visits]
    for visit in visits:
        FaceRecords(house.store).rewrite_face(visit.faces[0].id, Verdict.KNOWN, "", Match("Anna", None, None, None))
    house.strangers.gather()
    assert house.found == {}
    for one in labels:
        FaceRecords(house.store).relabel(one)
    house.strangers.gather()
    assert house.found == {"A": 2}


def test_an_ignored_stranger_stays_away_until_wanted_again(house: House) -> None:
    """Also when they come again, and after a restart."""
    house.comes([0, 0]), house.comes([0, 0.1])
    house.strangers.ignore(house.only().id, ignored=True)
    house.open()
    house.comes([0.1, 0])
    assert house.found == {}
    (one,) = house.strangers.all(ignored=True)
    assert (one.letter, len(one.visits), one.ignored) == ("A", 3, True)
    house.strangers.ignore(one.id, ignored=False)
    assert house.found == {"A": 3}
    with pytest.raises(KeyError):
        house.strangers.ignore(4711, ignored=True)


def test_what_changed_is_told_once_and_also_what_nobody_told_us(house: House) -> None:
    """A visit that is deleted behind our back is noticed within a minute."""
    first = house.comes([0, 0])
    assert house.published == []
    house.comes([0, 0.1])
    assert [one.letter for one in house.published[-1].strangers] == ["A"]
    house.strangers.look()
    assert len(house.published) == 1
    house.store.delete_visit(first.id)
    house.strangers.look()
    assert len(house.published) == 1
    house.clock.advance(61)
    house.strangers.look()
    assert house.published[-1].strangers == ()


def test_a_visit_that_is_deleted_is_no_visit_of_a_stranger_any_more(house: House) -> None:
    first = house.comes([0, 0])
    house.comes([0, 0.1])
    house.store.delete_visit(first.id)
    house.strangers.hear(VisitDeleted(first.id))
    house.strangers.look()
    assert house.published[-1].strangers == ()


def test_a_stranger_is_shown_by_their_best_face_and_named_by_one_of_each_visit(house: House) -> None:
    poor = house.comes([0, 0], quality=replace(QUALITY, eye_distance=20))
    good = house.comes([0, 0.1])
    one = house.only()
    assert [glimpse.visit for glimpse in one.glimpses] == [good.id, poor.id]
    best, *each = house.strangers.faces(one.id)
    assert best == good.faces[0].id
    assert set(each) == {poor.faces[0].id, good.faces[0].id}
    with pytest.raises(KeyError):
        house.strangers.faces(4711)


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_letters_go_on_after_z(number: int, letters: str) -> None:
    assert letter(number) == letters
