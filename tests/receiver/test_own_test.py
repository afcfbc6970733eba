"""Does it work here: every photo left out and looked for, on made-up people whose answer is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from receiver import search
from receiver.matching import NOBODY, People, Rule
from receiver.models import (
    Box,
    Conclusion,
    DetectedFace,
    Finding,
    JudgedFace,
    Match,
    OwnTest,
    SnapshotState,
    Trigger,
    Verdict,
)
from receiver.own_test import own_test
from receiver.own_test_records import Stranger, strangers
from receiver.store import Store
from tests.receiver.made_up import QUALITY, ring

RULE = Rule(tolerance=0.56, strangers=0.01)
Places = Sequence[Sequence[float]]

ANNA: Places = [[0.0, 0.0], [0.1, 0.0], [0.2, 0.0]]
BOB: Places = [[1.0, 0.0], [1.1, 0.0], [1.2, 0.0]]


def outcome(
    photos: Mapping[str, Places],
    came: Mapping[str, Sequence[float]] | None = None,
    *,
    rejections: Sequence[tuple[str, Sequence[float]]] = (),
    rule: Rule = RULE,
    cancelled: Callable[[], bool] = lambda: False,
) -> OwnTest:
    """The test of a gallery in the plane; the photo of row 4 is the file 4.jpg."""
    rows = np.array([place for mine in photos.values() for place in mine], np.float32)
    owners = np.repeat(np.arange(len(photos)), [len(mine) for mine in photos.values()])
    refused = tuple((name, np.array(place, np.float32)) for name, place in rejections)
    people = People(tuple(photos), owners, rows, search.over(rows), refused)
    met = [Stranger(visit, 1.0, np.array(place, np.float32)) for visit, place in (came or {}).items()]
    return own_test(people, rule, met, {row: Path(f"{row}.jpg") for row in range(len(rows))}, cancelled)


def test_a_photo_is_measured_from_the_others_of_its_person_and_from_the_nearest_other_person() -> None:
    """The first of Anna's photos is 0.1 and 0.2 from the others, and nearest to Bob of the two."""
    found = outcome({"Anna": ANNA, "Bob": BOB, "Cleo": [[0.0, 9.0]] * 3})
    assert len(found.same) == len(found.different) == 9
    assert found.same[0] == pytest.approx((0.1 + 0.15) / 2)
    assert found.different[0] == pytest.approx((1.0 + 1.05) / 2)


def test_people_who_are_far_apart_need_no_other_tolerance() -> None:
    """Nothing is suggested where the tolerance that Porchlight comes with is safe."""
    found = outcome({"Anna": ANNA, "Bob": BOB})
    assert (found.finding, found.tolerance, found.now) == (Finding.APART, 0.56, 0.56)
    assert not found.suggests


def test_a_needlessly_strict_tolerance_may_be_loosened_to_the_usual_one_and_no_further() -> None:
    """An owner who set 0.3 once hears that 0.56 is safe, although nobody is nearer than 0.8."""
    found = outcome({"Anna": ANNA, "Bob": BOB}, rule=Rule(0.3, 0.01))
    assert (found.tolerance, found.suggests) == (0.56, True)


def test_the_advice_keeps_clear_of_the_stranger_who_came_nearest() -> None:
    """A stranger at 0.575 puts the safe tolerance to 0.51, and is named with the visit."""
    found = outcome({"Anna": ANNA, "Bob": BOB}, {"far": [0.0, 5.0], "near": [-0.55, 0.0]})
    assert found.stranger is not None
    assert (found.stranger.visit, found.stranger.name) == ("near", "Anna")
    assert found.stranger.distance == pytest.approx(0.575)
    assert sorted(found.strangers) == [pytest.approx(0.575), pytest.approx(5.0, abs=0.01)]
    assert (found.tolerance, found.suggests) == (0.51, True)


def test_twins_are_named_as_the_closest_pair_and_no_tolerance_is_advised() -> None:
    """Where somebody else is as near as one's own photos no line tells them apart, and it says so."""
    twins = {"Anna": ANNA, "Eva": [[0.0, 0.1], [0.1, 0.1], [0.2, 0.1]], "Bob": BOB}
    found = outcome(twins)
    assert found.closest is not None
    assert {found.closest.name, found.closest.other} == {"Anna", "Eva"}
    assert (found.finding, found.tolerance) == (Finding.MIXED, None)


def test_a_photo_in_the_wrong_folder_is_found_by_its_distance_from_its_own() -> None:
    """Bob's photo among Anna's is far from hers and near to his."""
    found = outcome({"Anna": [*ANNA, [1.1, 0.1]], "Bob": BOB})
    assert found.closest is not None
    assert (found.closest.name, found.closest.other, found.closest.photo) == ("Anna", "Bob", Path("3.jpg"))
    assert found.closest.own is not None
    assert found.closest.own > 4 * found.closest.distance


def test_somebody_who_would_be_named_today_is_asked_about_and_counts_for_nothing() -> None:
    """Bob may have rung before he was enrolled: only the owner knows, so it is no evidence against Bob."""
    found = outcome({"Anna": ANNA, "Bob": BOB}, {"tuesday": [1.1, 0.1]})
    assert found.stranger is not None
    assert (found.stranger.visit, found.stranger.name, found.stranger.would_be_named) == ("tuesday", "Bob", True)
    assert (found.strangers, found.tolerance) == ((), 0.56)


def test_a_face_that_is_not_anna_by_the_owners_word_counts_however_near_it_is() -> None:
    """A rejected face is the one stranger of whom the owner is certain."""
    found = outcome({"Anna": ANNA, "Bob": BOB}, rejections=[("Anna", [-0.45, 0.0]), ("Nobody", [0.0, 0.0])])
    assert found.stranger is not None
    assert (found.stranger.name, found.stranger.visit, found.stranger.would_be_named) == ("Anna", "", False)
    assert found.tolerance == 0.41


@pytest.mark.parametrize(
    ("photos", "missing"),
    [
        ({"Anna": ANNA}, {}),
        ({"Anna": ANNA, "Bob": BOB[:2], "Cleo": [[5.0, 5.0]]}, {"Bob": 1, "Cleo": 2}),
        ({"Anna": ANNA[:1]}, {"Anna": 2}),
    ],
)
def test_too_few_photos_get_no_advice_but_what_is_missing(photos: dict[str, Places], missing: dict[str, int]) -> None:
    """It takes two people with three good photos each."""
    found = outcome(photos, {"near": [-0.3, 0.0]})
    assert (found.finding, found.tolerance, dict(found.missing)) == (Finding.TOO_FEW, None, missing)


def test_with_nobody_enrolled_there_is_nothing_to_test() -> None:
    """Not even a stranger has somebody to be near to."""
    found = own_test(NOBODY, RULE, [Stranger("v", 1.0, np.zeros(2, np.float32))], {}, lambda: False)
    assert (found.finding, found.same, found.closest, found.stranger) == (Finding.TOO_FEW, (), None, None)


def test_it_can_be_stopped_in_the_middle() -> None:
    """A window that closes does not wait for thousands of photos, and nothing is advised from a part of them."""
    found = outcome({"Anna": ANNA, "Bob": BOB}, cancelled=lambda: True)
    assert (found.same, found.tolerance) == ((), None)


def test_rows_that_belong_to_nobody_take_no_part() -> None:
    """What was removed may still lie in the matrix."""
    rows = np.array([*ANNA, [0.05, 0.0], *BOB], np.float32)
    people = People(("Anna", "Bob"), np.array([0, 0, 0, -1, 1, 1, 1]), rows, search.over(rows))
    found = own_test(people, RULE, (), {}, lambda: False)
    assert len(found.same) == 6
    assert found.closest is not None
    assert found.closest.photo is None


# ---- who came as a stranger


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "station.sqlite3")
    yield store
    store.close()


def _came(
    store: Store,
    folder: Path,
    at: float,
    *faces: tuple[float, float],
    verdict: Verdict = Verdict.UNKNOWN,
    trigger: Trigger = Trigger.RING,
) -> str:
    """A visit with faces (place, distance of the eyes in pixels); all of them are the same visitor's."""
    rung = ring(store, folder, [], at=at, trigger=trigger)
    judged = tuple(
        JudgedFace(
            DetectedFace(
                Box(0, 9, 9, 0), ((1.0, 1.0),), np.array([place, 0], np.float32), replace(QUALITY, eye_distance=eyes)
            ),
            verdict,
            "",
            Match("Bob", 0.9, None, None),
        )
        for place, eyes in faces
    )
    shot = rung.snapshots[-1].id
    store.conclude(shot, SnapshotState.RECOGNISED, Conclusion(verdict, "", judged, "dlib"), [])
    return rung.id


def test_strangers_are_told_once_for_each_visit_by_their_best_face(store: Store, tmp_path: Path) -> None:
    """Not who was named, nor who was hard to see, nor a test, nor what another engine saw."""
    first = _came(store, tmp_path, 1000.0, (1.0, 20), (2.0, 35))
    _came(store, tmp_path, 2000.0, (3.0, 35), verdict=Verdict.KNOWN)
    _came(store, tmp_path, 3000.0, (4.0, 35), verdict=Verdict.UNCLEAR)
    _came(store, tmp_path, 4000.0, (5.0, 35), trigger=Trigger.TEST)
    last = _came(store, tmp_path, 5000.0, (6.0, 35))
    found = [(one.visit, one.at, float(one.embedding[0])) for one in strangers(store, "dlib")]
    assert found == [(last, 5000.0, 6.0), (first, 1000.0, 2.0)]
    assert strangers(store, "other") == ()
