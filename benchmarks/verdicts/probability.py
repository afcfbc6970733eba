"""What the probability of a name is worth for people whose own distances had no part in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple
from unittest.mock import patch

from benchmarks.tables import heading, table
from benchmarks.verdicts.households import NORMAL, Household, distances, fused_of
from benchmarks.verdicts.pictures import MOST_PHOTOS, Photos, Seen
from benchmarks.verdicts.tallies import ByPerson, Trial, pooled, share_of
from receiver import matching
from receiver.verdicts import PERHAPS, SURE

BINS = (0, 0.02, 0.1, 0.5, 0.8, 0.9, 0.97, 0.99, 0.999, 1.001)
LEAST = (PERHAPS, 0.8, SURE, 0.95, 0.99)


class Model(NamedTuple):
    """Of somebody's distances from their own photos."""

    mean: float
    deviation: float


OURS = Model(matching._OWN_MEAN, matching._OWN_DEVIATION)


class Guess(NamedTuple):
    """The nearest name for a picture."""

    person: str
    known: bool
    probability: float
    right: bool
    near: bool
    """Whether it lies within the line."""


def probability(photos: Photos, pictures: Sequence[Seen], households: Sequence[Household]) -> None:
    remark = "What it is worth for people whose own distances had no part in it."
    print(heading("The probability", remark), flush=True)
    own = own_distances(photos, pictures)
    everybody = pooled(own)
    print(f"Own distances: mean {everybody.mean():.3f}, deviation {everybody.std():.3f}. In matching.py: ", end="")
    print(f"{OURS.mean}, {OURS.deviation}. Without one person at a time:\n")
    without = models_without_each(own)
    rows = [(name, f"{model.mean:.3f}", f"{model.deviation:.3f}") for name, model in without.items()]
    print(table(("without", "mean", "deviation"), rows))
    for title, models in (("Estimated without the visitor", without), ("As in matching.py", {})):
        print(f"\n{title}:\n")
        guesses = list(guessed(households, pictures, models))
        calibration(guesses)
        names_from_each_probability(guesses)


# ---- distances of people from their own photos


def own_distances(photos: Photos, pictures: Iterable[Seen]) -> dict[str, list[float]]:
    """Of every usable picture from the person's other photos, three of them."""
    own: dict[str, list[float]] = defaultdict(list)
    for seen in pictures:
        if seen.usable and seen.person in photos:
            theirs = {seen.person: photos[seen.person]}
            own[seen.person] += [distance for _, distance in distances(theirs, [seen], MOST_PHOTOS - 1)]
    return own


def models_without_each(own: ByPerson) -> dict[str, Model]:
    """Name -> model of everybody else."""
    models = {}
    for name in own:
        rest = pooled({other: theirs for other, theirs in own.items() if other != name})
        models[name] = Model(float(rest.mean()), float(rest.std()))
    return models


# ---- guesses


def guessed(households: Sequence[Household], pictures: Sequence[Seen], models: Mapping[str, Model]) -> Iterator[Guess]:
    """What each household thinks of each usable picture, by the visitor's model or else by ours."""
    for name in dict.fromkeys(seen.person for seen in pictures):
        mine = [seen for seen in pictures if seen.person == name and seen.usable]
        model = models.get(name, OURS)
        with patch.multiple(matching, _OWN_MEAN=model.mean, _OWN_DEVIATION=model.deviation):
            yield from [guess(home, seen) for home in households for seen in mine if not home.holds(seen)]


def guess(household: Household, seen: Seen) -> Guess:
    match = household.people.match(fused_of([seen]), NORMAL)
    near = (match.distance or 9) <= (match.line or 0)
    known = seen.person in household.names
    return Guess(seen.person, known, match.probability or 0.0, match.identity == seen.person, near)


def calibration(guesses: Sequence[Guess]) -> None:
    """Half of the visitors are enrolled, as the prior says."""
    size = Counter(guess.known for guess in guesses)
    rows, error = [], 0.0
    for low, high in pairwise(BINS):
        some = [(guess, 0.5 / size[guess.known]) for guess in guesses if low <= guess.probability < high]
        weight = sum(weight for _, weight in some)
        if weight:
            expected = sum(guess.probability * weight for guess, weight in some) / weight
            came = sum(guess.right * weight for guess, weight in some) / weight
            error += abs(expected - came) * weight
            right = share_of(Trial(guess.person, guess.right, weight) for guess, weight in some)
            rows.append((f"{low:g}-{min(high, 1):g}", f"{100 * weight:.1f}", f"{100 * expected:.1f}", right))
    print(table(("probability", "of all, %", "expected, %", "right, %"), rows))
    print(f"\nExpected calibration error {error:.3f}.\n")


def names_from_each_probability(guesses: Sequence[Guess]) -> None:
    """Who would get a name if it took so much, with the line and without."""
    rows = []
    for least in LEAST:
        named = [g._replace(right=g.probability >= least and (g.right or not g.known)) for g in guesses]
        within = [g._replace(right=g.right and g.near) for g in named]
        columns = [[g for g in some if g.known == known] for some in (named, within) for known in (True, False)]
        rows.append((f"{least:g}", *(share_of(Trial(g.person, g.right) for g in some) for some in columns)))
    heads = ("right name", "stranger named", "right name, within the line", "stranger named, within the line")
    print(table(("probability at least", *heads), rows))
