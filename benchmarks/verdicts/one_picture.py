"""What is told about one picture: by way, condition and size, and with other limits than the product's."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import product
from typing import Any
from unittest.mock import patch

from benchmarks.tables import heading, table
from benchmarks.verdicts.households import NORMAL, WAYS, Household, ours
from benchmarks.verdicts.pictures import Seen
from benchmarks.verdicts.tallies import NAMED, NAMES_GIVEN, OUTCOMES, Told, rings, shares
from receiver import verdicts
from receiver.matching import Rule
from receiver.models import Judgement, Quality
from receiver.verdicts import RECOGNITION, STRANGER, SURE, Lines, shortcoming

ALPHAS = (0.1, 0.03, 0.01, 0.003, 0.001)
ANYTHING = Lines(
    0, 0, darkest=0, brightest=math.inf, contrast=0, yaw=math.inf, pitch=math.inf, roll=math.inf, cut_off=math.inf
)
"""Of which no face falls short that the detector is sure of."""


def households_at_the_door(told: Sequence[Told]) -> None:
    remark = "Per cent of all pictures of those who are enrolled, and of those who are not."
    print(heading("One picture", remark), flush=True)
    for title, chosen in (("All pictures", told), ("Ordinary ones", [each for each in told if each.ordinary])):
        print(f"\n{title}:\n")
        print(table(("photos each", "way", *OUTCOMES, "ever named"), list(rows_by_way(chosen))))


def rows_by_way(told: Sequence[Told]) -> Iterator[tuple[str, ...]]:
    for photos, way in product(sorted({each.photos for each in told}), WAYS):
        mine = [each for each in told if (each.photos, each.way) == (photos, way)]
        yield (str(photos), way, *shares(mine), ever_named(mine))


def ever_named(told: Sequence[Told]) -> str:
    """How many of the people who were strangers somewhere got a name in any picture."""
    strangers = {each.seen.person for each in told if not each.known}
    return f"{len({each.seen.person for each in told if each.outcome == NAMED})} of {len(strangers)} people"


def by_condition_and_size(told: Sequence[Told]) -> None:
    print(heading("By condition and by size", "Ours, normal, three photos each; per cent."), flush=True)
    mine = [each for each in told if (each.photos, each.way) == (3, "ours, normal")]
    for what, of in (("condition", lambda shot: shot.condition), ("size", lambda shot: shot.size)):
        values = list(dict.fromkeys(of(each.seen.shot) for each in mine))
        rows = [(str(value), *shares(each for each in mine if of(each.seen.shot) == value)) for value in values]
        print("\n" + table((what, *OUTCOMES), rows))


def trade_off(households: Sequence[Household], pictures: Sequence[Seen]) -> None:
    remark = "Three photos each; the line by the share of strangers it may let in; per cent."
    print(heading("The trade-off", remark), flush=True)
    variants = {
        "as it is": (NORMAL.tolerance, SURE),
        "without the tolerance": (math.inf, SURE),
        "the line alone": (math.inf, 0.0),
    }
    rows = []
    for (limits, (tolerance, sure)), alpha in product(variants.items(), ALPHAS):
        with patch.object(verdicts, "SURE", sure):
            told = rings(households, pictures, {"": ours(Rule(tolerance, alpha))})
        ordinary = shares((each for each in told if each.ordinary), NAMES_GIVEN)
        rows.append((limits, f"{100 * alpha:g} %", *shares(told, NAMES_GIVEN), *ordinary))
    names = (*NAMES_GIVEN, *(f"{name}, ordinary" for name in NAMES_GIVEN))
    print(table(("limits", "strangers", *names), rows))


def without_lines(households: Sequence[Household], pictures: Sequence[Seen]) -> None:
    print(heading("What the lines for quality do", "Three photos each, ours, normal; per cent."), flush=True)
    variants = {
        "as they are": (RECOGNITION, STRANGER),
        "a stranger by the lines for names": (RECOGNITION, RECOGNITION),
        "none for names": (ANYTHING, STRANGER),
        "none at all": (ANYTHING, ANYTHING),
    }
    rows = []
    for what, (for_names, for_strangers) in variants.items():
        with judging_by(for_names, for_strangers):
            told = rings(households, pictures, {"": ours(NORMAL)})
        rows.append((what, "all", *shares(told)))
        rows.append((what, "ordinary", *shares(each for each in told if each.ordinary)))
    print(table(("lines", "pictures", *OUTCOMES), rows))


def judging_by(for_names: Lines, for_strangers: Lines) -> AbstractContextManager[Any]:
    """receiver.verdicts with other lines."""
    instead = {RECOGNITION: for_names, STRANGER: for_strangers}

    def judged(quality: Quality, lines: Lines = RECOGNITION) -> tuple[Judgement, str]:
        return shortcoming(quality, instead.get(lines, lines))

    return patch.object(verdicts, "shortcoming", judged)
