"""Several pictures of one visit: what is told after each, how far they are from people, and how they may be weighed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import product
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

from benchmarks.door_pictures import BURST, BURST_CONDITIONS, BURST_SIZES
from benchmarks.tables import heading, table
from benchmarks.verdicts.households import NORMAL, Household, answers, distances, drawn
from benchmarks.verdicts.pictures import Photos, Seen
from benchmarks.verdicts.tallies import (
    NAMES_GIVEN,
    ByPerson,
    Told,
    mean_and_deviation,
    pooled,
    quantile,
    share_within,
    shares,
    told_by,
)
from receiver import fusion, matching
from receiver.fusion import worth
from receiver.matching import line
from receiver.models import Quality

Visit = Sequence[Seen]

SPREAD_COUNTS = {"as it is": 0.0, "ours": matching._SPREAD_COUNTS, "whole spread": 1.0}
"""How the distance of the pictures' mean may be measured -> share of their spread that is added."""

WEIGHTS: dict[str, Callable[[Quality], float]] = {
    "by worth": worth,
    "equal": lambda _: 1.0,
    "the best alone": lambda quality: max(worth(quality) ** 50, 1e-30),
}


class Kind(NamedTuple):
    """Visits whose pictures differ in one way."""

    name: str
    visits: list[list[Seen]]
    photos: int
    """That each of the household has."""


# ---- the visits


def bursts(pictures: Iterable[Seen]) -> list[list[Seen]]:
    """Pictures of one portrait taken within a second or two."""
    return grouped(
        (seen for seen in pictures if is_burst(seen)),
        lambda seen: (seen.person, seen.portrait, seen.shot.size, seen.shot.condition),
    )


def is_burst(seen: Seen) -> bool:
    return (
        seen.shot.tilt is None
        and not seen.shot.beyond
        and seen.shot.size in BURST_SIZES
        and seen.shot.condition in BURST_CONDITIONS
    )


def returns(pictures: Iterable[Seen]) -> list[list[Seen]]:
    """One picture of each portrait of somebody, under the same ordinary condition: as different as days are."""
    return grouped(
        (seen for seen in pictures if seen.shot.ordinary and seen.shot.of_the_set),
        lambda seen: (seen.person, seen.shot.size, seen.shot.condition),
    )


def mixed(pictures: Iterable[Seen]) -> list[list[Seen]]:
    """Pictures of one portrait under every condition, in any order."""
    visits = []
    for visit in grouped(pictures, lambda seen: (seen.person, seen.portrait, seen.shot.size)):
        chance = np.random.default_rng([visit[0].portrait, visit[0].shot.size])
        visits.append([visit[i] for i in chance.permutation(len(visit))])
    return visits


def grouped(pictures: Iterable[Seen], key: Callable[[Seen], Any]) -> list[list[Seen]]:
    groups: dict[Any, list[Seen]] = defaultdict(list)
    for seen in pictures:
        groups[key(seen)].append(seen)
    return list(groups.values())


# ---- told after each picture


def several_pictures(photos: Photos, pictures: Sequence[Seen], draws: int) -> None:
    remark = "Told after each picture; ours, normal; per cent of visits."
    print(heading("Several pictures of one visit", remark), flush=True)
    kinds = (Kind("a burst", bursts(pictures), 3), Kind("different portraits", returns(pictures), 1))
    rows = []
    for kind, form in product(kinds, ("as it is", "ours")):
        with spread_counting(SPREAD_COUNTS[form]):
            told = told_after_each(list(drawn(photos, kind.photos, draws)), kind.visits)
        for number, mine in enumerate(told, 1):
            rows.append((kind.name, str(kind.photos), form, str(number), *shares(mine, NAMES_GIVEN)))
    print(table(("pictures", "photos each", "the mean's distance", "how many", *NAMES_GIVEN), rows))
    distances_of_kinds(photos, kinds)


def spread_counting(share_of_it: float) -> AbstractContextManager[Any]:
    """matching.py with another share of the spread."""
    return patch.object(matching, "_SPREAD_COUNTS", share_of_it)


def told_after_each(households: Iterable[Household], visits: Iterable[Visit]) -> list[list[Told]]:
    """What is told after the first picture of each visit, after the second, and so on."""
    told: list[list[Told]] = [[] for _ in range(BURST)]
    for household, visit in product(households, visits):
        chosen = [seen for seen in visit if not household.holds(seen)][:BURST]
        if len(chosen) == BURST:
            for after, answer in zip(told, answers(household, chosen, NORMAL), strict=True):
                after.append(told_by(household, chosen[0], answer))
    return told


# ---- distances


def distances_of_kinds(photos: Photos, kinds: Iterable[Kind]) -> None:
    """Whether a line that holds for one picture holds for more."""
    rows = []
    for kind, (form, counts), number in product(kinds, SPREAD_COUNTS.items(), range(1, BURST + 1)):
        with spread_counting(counts):
            own, others = distances_of_visits(photos, kind.visits, kind.photos, number)
        at = line(kind.photos, 1, NORMAL.strangers)
        far = pooled(others)
        points = (quantile(far, 0.01), quantile(far, 0.001), share_within(others, at))
        mine = (quantile(pooled(own), 0.5), share_within(own, at))
        rows.append((kind.name, form, str(number), mean_and_deviation(far), *points, *mine))
    heads = ("how many", "strangers' distance", "1 %", "0.1 %", "nearer than the line", "own, median", "own within it")
    print("\nDistances from one person's photos; the line is that of a gallery of one, for 1 %:\n")
    print(table(("pictures", "the mean's distance", *heads), rows))


def distances_of_visits(photos: Photos, visits: Iterable[Visit], each: int, number: int) -> tuple[ByPerson, ByPerson]:
    """Visitor -> distances from their own photos, and from everybody else's."""
    own: dict[str, list[float]] = defaultdict(list)
    others: dict[str, list[float]] = defaultdict(list)
    for visit in visits:
        usable = [seen for seen in visit if seen.usable]
        if len(usable) >= BURST:  # the same visits for every number of pictures
            visitor = usable[0].person
            for name, distance in distances(photos, usable[:number], each):
                (own if name == visitor else others)[visitor].append(distance)
    return own, others


def weighting(photos: Photos, extra: Sequence[Seen], pictures: Sequence[Seen]) -> None:
    """Whether better pictures should weigh more, and whether the best one alone would do."""
    kinds = (Kind("a burst", bursts([*pictures, *extra]), 3), Kind("every light", mixed(pictures), 3))
    rows = []
    for kind, (way, weigh) in product(kinds, WEIGHTS.items()):
        with patch.object(fusion, "worth", weigh):
            own, others = distances_of_visits(photos, kind.visits, kind.photos, 3)
        mine, far = pooled(own), pooled(others)
        point = float(np.quantile(far, 0.001))
        within = (share_within(own, point), share_within(own, 0.5))
        rows.append((kind.name, way, mean_and_deviation(mine), mean_and_deviation(far), f"{point:.3f}", *within))
    heads = ("own", "strangers", "0.1 % of strangers within", "own within that, %", "own within 0.5, %")
    print("\nThree pictures of a visit, weighted:\n")
    print(table(("pictures", "weight", *heads), rows))
