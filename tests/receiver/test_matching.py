"""Who a visitor is nearest to, where the line for a name is, and how likely the name is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np
import pytest

from receiver import search
from receiver.fusion import Fused
from receiver.matching import NOBODY, STRANGERS, People, Rule, line
from receiver.models import Match
from receiver.settings import RecognitionSettings

RULE = Rule(tolerance=0.6, strangers=0.01)


def people(photos: Mapping[str, Sequence[Sequence[float]]], *rejections: tuple[str, Sequence[float]]) -> People:
    """A gallery in the plane."""
    rows = np.array([place for mine in photos.values() for place in mine], np.float32)
    owners = np.repeat(np.arange(len(photos)), [len(mine) for mine in photos.values()])
    rejected = tuple((name, np.array(place, np.float32)) for name, place in rejections)
    return People(tuple(photos), owners, rows, search.over(rows), rejected)


def at(x: float, y: float = 0.0, spread: float = 0.0) -> Fused:
    return Fused(np.array([x, y], np.float32), spread)


def test_with_nobody_enrolled_there_is_nobody_to_match() -> None:
    assert NOBODY.match(at(0), RULE) == Match(None, None, None, None)


def test_the_nearest_identity_comes_with_the_runner_up() -> None:
    match = people({"Anna": [[0, 0]], "Bob": [[1, 0]], "Cleo": [[5, 0]]}).match(at(0.2), RULE)
    assert (match.identity, match.runner_up) == ("Anna", "Bob")
    assert (match.distance, match.runner_up_distance) == (pytest.approx(0.2), pytest.approx(0.8))


def test_a_distance_lies_midway_between_the_nearest_photo_and_the_mean_without_the_farthest_third() -> None:
    match = people({"Anna": [[0.1, 0], [0.3, 0], [50, 0]]}).match(at(0), RULE)
    assert match.distance == pytest.approx((0.1 + 0.2) / 2)


def test_an_identity_with_one_photo_beside_one_with_many_is_still_found() -> None:
    crowd = [[0.001 * number, 1.0] for number in range(500)]
    match = people({"Anna": crowd, "Bob": [[0, 0]]}).match(at(0, 0.9), RULE)
    assert (match.identity, match.runner_up) == ("Anna", "Bob")


def test_rows_that_take_no_part_are_nobodys() -> None:
    known = people({"Anna": [[0, 0]], "Bob": [[1, 0]]})
    hidden = People(("Bob",), np.array([-1, 0]), known.embeddings, known.search)
    assert hidden.match(at(0), RULE).identity == "Bob"


def test_the_line_moves_nearer_with_every_further_identity() -> None:
    lines = [line(3, identities, 0.01) for identities in (1, 2, 4, 8, 50, 1000)]
    assert lines == sorted(lines, reverse=True)
    assert lines[0] - lines[-1] > 0.1


def test_the_strict_line_is_nearer_than_the_normal_one() -> None:
    normal, strict = (Rule.of(RecognitionSettings(caution=caution, tolerance=0.6)) for caution in ("normal", "strict"))
    assert (normal.strangers, strict.strangers) == (STRANGERS["normal"], STRANGERS["strict"]) == (0.01, 0.001)
    gallery = people({name: [[index * 0.9, 0]] for index, name in enumerate("ABCDEFGH")})
    assert gallery.match(at(0), strict).line < gallery.match(at(0), normal).line < normal.tolerance  # type: ignore[operator]


def test_no_name_beyond_the_tolerance_however_few_people_there_are() -> None:
    alone = people({"Anna": [[0, 0]]})
    assert alone.match(at(0), Rule(0.4, 0.01)).line == 0.4


@pytest.mark.parametrize("strangers", STRANGERS.values())
@pytest.mark.parametrize("identities", [1, 4, 30])
def test_no_more_strangers_come_within_the_line_than_allowed(identities: int, strangers: float) -> None:
    """By the published tail of the distances of two different people's faces (39.6 million pairs, one photo each)."""
    measured = NormalDist(0.81, 0.0757)  # through the three points, photos not mirrored
    assert measured.cdf(0.529) == pytest.approx(0.0001, rel=0.15)
    assert measured.cdf(0.576) == pytest.approx(0.001, rel=0.15)
    assert measured.cdf(0.6) == pytest.approx(0.0027, rel=0.15)
    assert identities * measured.cdf(line(1, identities, strangers)) <= strangers


def test_a_name_is_likelier_the_nearer_it_is_and_the_farther_the_runner_up() -> None:
    def likely(distance: float, runner_up: float) -> float:
        match = people({"Anna": [[0, 0]], "Bob": [[distance + runner_up, 0]]}).match(at(distance), RULE)
        assert match.probability is not None
        return match.probability

    assert likely(0.3, 0.9) > likely(0.5, 0.9) > 0.9 > likely(0.6, 0.9) > likely(0.7, 0.9)
    assert likely(0.45, 0.9) > 0.99 > likely(0.45, 0.5) > likely(0.45, 0.46)
    assert likely(0.45, 0.46) == pytest.approx(0.5, abs=0.2)


def test_the_more_people_are_enrolled_the_less_likely_a_distant_name_is() -> None:
    few, many = (
        people({str(index): [[index * 3.0, 0]] for index in range(count)}).match(at(0.55), RULE).probability
        for count in (2, 50)
    )
    assert few is not None
    assert many is not None
    assert few > many


def test_a_rejected_face_speaks_against_its_identity_only() -> None:
    gallery = {"Anna": [[0.0, 0.0]], "Bob": [[2.0, 0.0]]}
    said = people(gallery, ("Anna", [0.5, 0.0]))
    like_the_rejected = said.match(at(0.45), RULE)
    assert like_the_rejected.rejected
    assert like_the_rejected.probability is not None
    assert like_the_rejected.probability < 0.1
    really_anna = said.match(at(-0.1), RULE)
    assert not really_anna.rejected
    assert really_anna.probability is not None
    assert really_anna.probability > 0.9
    assert not people(gallery, ("Bob", [0.5, 0.0])).match(at(0.45), RULE).rejected


def test_an_average_of_several_pictures_is_not_as_near_as_it_looks() -> None:
    """The mean of pictures around a point is nearer to a photo than each of them; their spread makes up for it."""
    gallery = people({"Anna": [[0.5, 0]]})
    alone, several = (gallery.match(at(0, spread=spread), RULE).distance for spread in (0.0, 0.2))
    assert alone == pytest.approx(0.5)
    assert several == pytest.approx((0.25 + 0.75 * 0.04) ** 0.5)


def test_strangers_are_named_no_sooner_by_an_average_than_by_one_picture() -> None:
    """Faces of 2,000 made-up people in 128 dimensions, three pictures each, against one photo of another person."""
    rng = np.random.default_rng(0)
    between, within = 0.81 / (2 * 128) ** 0.5 * 0.85, 0.33 / (2 * 128) ** 0.5
    photo = rng.normal(0, between, 128) + rng.normal(0, within, 128)
    gallery = people({"Anna": [photo]})
    single, fused = [], []
    for _ in range(2000):
        stranger = rng.normal(0, between, 128)
        shots = (stranger + rng.normal(0, within, (3, 128))).astype(np.float32)
        mean = shots.mean(axis=0)
        spread = float(((shots - mean) ** 2).sum(axis=1).mean() ** 0.5)
        single.append(gallery.match(Fused(shots[0], 0.0), RULE).distance)
        fused.append(gallery.match(Fused(mean, spread), RULE).distance)
    for share in (0.1, 1):
        assert np.percentile(fused, share) >= np.percentile(single, share) - 0.005


def test_people_who_are_alike_draw_the_line_nearer() -> None:
    def spaced(apart: float) -> People:
        return people({str(i): [[apart * (i % 2), apart * (i // 2)]] for i in range(4)})

    ordinary, family = spaced(0.8), spaced(0.45)
    assert ordinary.crowding == 0
    assert 0 < family.crowding <= 0.06
    near, far = family.match(at(0), RULE).line, ordinary.match(at(0), RULE).line
    assert near is not None
    assert far is not None
    assert near == pytest.approx(far - family.crowding)


def test_two_people_alone_say_little_about_strangers() -> None:
    twins = people({"Anna": [[0, 0]], "Bob": [[0.4, 0]]})
    assert 0 < twins.crowding <= 0.06
    assert people({"Anna": [[0, 0]]}).crowding == 0
