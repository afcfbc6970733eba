"""What came of it: answers as outcomes, and outcomes as shares with their intervals over people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.verdicts.households import Answer, Household, Way
from benchmarks.verdicts.pictures import Seen
from receiver.models import Verdict

RESAMPLES = 2000

RIGHT, WRONG, NAMED, UNKNOWN, UNCLEAR, NO_FACE = "right", "wrong", "named", "unknown", "unclear", "no face"
OUTCOMES = {
    "right name": (True, RIGHT),
    "wrong name": (True, WRONG),
    "called stranger": (True, UNKNOWN),
    "can't tell": (True, UNCLEAR),
    "no face": (True, NO_FACE),
    "stranger named": (False, NAMED),
    "told as stranger": (False, UNKNOWN),
    "can't tell who": (False, UNCLEAR),
}
"""Column -> (whether it is about those who are enrolled, outcome)."""
NAMES_GIVEN = ("right name", "wrong name", "stranger named")
"""The columns in which somebody gets a name."""


class Told(NamedTuple):
    """One answer to one visitor."""

    way: str
    photos: int
    """That each of the household has."""
    seen: Seen
    known: bool
    outcome: str

    @property
    def ordinary(self) -> bool:
        return self.seen.shot.ordinary


def told_by(household: Household, seen: Seen, answer: Answer, way: str = "") -> Told:
    known = seen.person in household.names
    return Told(way, household.photos_each, seen, known, outcome(known, seen.person, *answer))


def outcome(known: bool, person: str, verdict: Verdict, name: str | None) -> str:
    """In one word, seen from outside."""
    if verdict is Verdict.KNOWN:
        return NAMED if not known else RIGHT if name == person else WRONG
    return {Verdict.UNKNOWN: UNKNOWN, Verdict.UNCLEAR: UNCLEAR}.get(verdict, NO_FACE)


def rings(households: Iterable[Household], pictures: Sequence[Seen], ways: Mapping[str, Way]) -> list[Told]:
    """Everybody comes to every household in every picture that is not a copy of an enrolled photo."""
    return [
        told_by(household, seen, way(household, seen), name)
        for household in households
        for seen in pictures
        if not household.holds(seen)
        for name, way in ways.items()
    ]


# ---- shares


def shares(told: Iterable[Told], columns: Iterable[str] = OUTCOMES) -> list[str]:
    """What became of the enrolled ones, then of the strangers."""
    told = list(told)
    return [
        share_of(Trial(each.seen.person, each.outcome == wanted) for each in told if each.known == known)
        for known, wanted in (OUTCOMES[column] for column in columns)
    ]


class Trial(NamedTuple):
    """What may happen or not, with one of the people."""

    person: str
    hit: bool
    weight: float = 1.0


def share_of(trials: Iterable[Trial]) -> str:
    """Hits of trials in per cent, with what 95 of 100 other sets of as many people would give.

    The people are drawn again, for pictures of one person say much the same. When it never or always happened no
    drawing tells anything, but the number of people does: 1 - 0.05^(1/n).
    """
    hits: dict[str, float] = defaultdict(float)
    of: dict[str, float] = defaultdict(float)
    for person, hit, weight in trials:
        hits[person] += hit * weight
        of[person] += weight
    if not of:
        return "-"
    counts, totals = np.array([*hits.values()]), np.array([*of.values()])
    value = 100 * counts.sum() / totals.sum()
    bound = 100 * (1 - 0.05 ** (1 / len(totals)))
    if counts.sum() in (0, totals.sum()):
        return f"{value:.0f} (< {bound:.0f})" if not value else f"{value:.0f} (> {100 - bound:.0f})"
    again = np.random.default_rng(0).integers(len(totals), size=(RESAMPLES, len(totals)))
    low, high = np.percentile(100 * counts[again].sum(axis=1) / totals[again].sum(axis=1), (2.5, 97.5))
    digits = 1 if value >= 1 else 2
    return f"{value:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def percent(some: Iterable[Any], digits: int = 0) -> str:
    """Share without an interval."""
    values = np.array(list(some), float)
    return f"{100 * values.mean():.{digits}f}" if len(values) else "-"


# ---- distances

ByPerson = Mapping[str, Sequence[float]]
"""Visitor -> distances."""


def share_within(distances: ByPerson, at: float) -> str:
    return share_of(Trial(person, distance <= at) for person, theirs in distances.items() for distance in theirs)


def pooled(distances: ByPerson) -> NDArray[np.float64]:
    return np.concatenate(list(distances.values()))


def mean_and_deviation(distances: Any) -> str:
    return f"{np.mean(distances):.3f} ± {np.std(distances):.3f}"


def quantile(distances: Any, part: float) -> str:
    return f"{np.quantile(distances, part):.3f}"
