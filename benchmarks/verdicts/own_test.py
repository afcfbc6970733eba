"""What the advice of receiver/own_test.py is worth: where it would put the tolerance, and what comes of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.tables import heading, table
from benchmarks.verdicts.households import NORMAL, Household, answers
from benchmarks.verdicts.pictures import Embedding, Photos, Seen
from receiver.fusion import Visitor
from receiver.matching import Rule
from receiver.models import DetectedFace, Finding, OwnTest, Verdict
from receiver.own_test import own_test
from receiver.own_test_records import Stranger
from receiver.verdicts import judge

_SIZES = (60, 110, 160)
_HOUSEHOLDS, _FAMILIES = 12, 24
_HOMES = ((2, 3), (3, 3), (4, 3), (6, 3))
"""People, photos each."""
_SEEN_BEFORE = 5
"""Pictures of a visitor before the owner asks."""


@dataclass(slots=True)
class _Rates:
    """One share for each household."""

    right: list[float] = field(default_factory=list)
    stranger: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{100 * np.mean(self.right):.1f} / {100 * np.mean(self.stranger):.2f}"


def advice(photos: Photos, pictures: Sequence[Seen]) -> None:
    """The advice from photos alone, beside the middle between the farthest own and the nearest other distance."""
    chosen = _some(pictures)
    remark = f"Right names / strangers named, per cent of {len(chosen)} ordinary pictures of some sizes."
    print(heading("The owner's own test", remark), flush=True)
    rows = []
    for people, each in _HOMES:
        homes = list(_drawn(photos, people, each, _HOUSEHOLDS))
        tests = [_tested(home) for home in homes]
        rates = [_rates(zip(homes, rules, strict=True), chosen) for rules in zip(*map(_rules, tests), strict=True)]
        same = [distance for test in tests for distance in test.same]
        nearest = [min(test.different) for test in tests]
        about = f"{np.mean(same):.2f} / {max(same):.2f}", f"{min(nearest):.2f} to {max(nearest):.2f}"
        rows.append([f"{people}, {each}", *about, *map(str, rates)])
    print(
        table(["people, photos", "same, mean / farthest", "different, nearest", "0.56", "as advised", "middle"], rows)
    )


def look_alikes(photos: Photos, pictures: Sequence[Seen]) -> None:
    """Somebody who is not enrolled, moved towards somebody who is, and tested after a few pictures of them."""
    print("\nA look-alike who is not enrolled: right names / the name given to them, per cent:\n", flush=True)
    chosen, rows = _some(pictures), []
    for share in (0.0, 0.2, 0.3, 0.4, 0.5):
        usual, advised, far = _Rates(), _Rates(), []
        for draw, home in enumerate(_drawn(photos, 4, 3, _FAMILIES)):
            chance = np.random.default_rng([7, draw])
            other = str(chance.choice([name for name in photos if name not in home.names]))
            towards = share * (_mean(photos[home.names[0]]) - _mean(photos[other]))
            theirs = [seen.face for seen in chosen if seen.person == other and seen.usable and seen.face]
            faces = [
                replace(theirs[i], embedding=theirs[i].embedding + towards) for i in chance.permutation(len(theirs))
            ]
            test = _tested(
                home, [face for face in faces[:_SEEN_BEFORE] if _told(home, face, NORMAL) is Verdict.UNKNOWN]
            )
            for rates, rule in ((usual, NORMAL), (advised, _rules(test)[1])):
                rates.right.append(_right(home, rule, chosen))
                rates.stranger.append(
                    float(np.mean([_told(home, face, rule) is Verdict.KNOWN for face in faces[_SEEN_BEFORE:]]))
                )
            far += [home.people.match(Visitor(0, (face,)).fused([face]), NORMAL).distance or 0.0 for face in faces]
        rows.append([f"{share:.0%}", f"{np.mean(far):.2f}", str(usual), str(advised)])
    print(table(["moved by", "distance", "0.56", "as advised"], rows))


def _some(pictures: Sequence[Seen]) -> list[Seen]:
    return [seen for seen in pictures if seen.shot.ordinary and seen.shot.size in _SIZES]


def _drawn(photos: Photos, people: int, each: int, draws: int) -> Iterator[Household]:
    for draw in range(draws):
        chance = np.random.default_rng([people, each, draw])
        home = chance.choice([*photos], people, replace=False)
        yield Household([photos[name][i] for name in home for i in chance.permutation(len(photos[name]))[:each]])


def _tested(home: Household, came: Sequence[DetectedFace] = ()) -> OwnTest:
    return own_test(home.people, NORMAL, [Stranger("", 0.0, face.embedding) for face in came], {}, lambda: False)


def _rules(test: OwnTest) -> tuple[Rule, Rule, Rule]:
    """As it comes, as advised, and the middle."""
    middle = (float(np.percentile(test.same, 99)) + min(test.different)) / 2
    advised = test.tolerance if test.finding is Finding.APART and test.tolerance else NORMAL.tolerance
    return NORMAL, NORMAL._replace(tolerance=advised), NORMAL._replace(tolerance=min(middle, NORMAL.tolerance))


def _rates(homes: Iterator[tuple[Household, Rule]], pictures: Sequence[Seen]) -> _Rates:
    rates = _Rates()
    for home, rule in homes:
        strangers = [seen for seen in pictures if seen.person not in home.names]
        rates.right.append(_right(home, rule, pictures))
        named = [next(answers(home, [seen], rule))[0] is Verdict.KNOWN for seen in strangers]
        rates.stranger.append(float(np.mean(named)))
    return rates


def _right(home: Household, rule: Rule, pictures: Sequence[Seen]) -> float:
    theirs = [seen for seen in pictures if seen.person in home.names and not home.holds(seen)]
    return float(np.mean([next(answers(home, [seen], rule)) == (Verdict.KNOWN, seen.person) for seen in theirs]))


def _told(home: Household, face: DetectedFace, rule: Rule) -> Verdict:
    return judge(Visitor(0, (face,)), lambda fused: home.people.match(fused, rule)).verdict


def _mean(photos: Sequence[Seen]) -> Embedding:
    mean: Embedding = np.mean([photo.face.embedding for photo in photos if photo.face], axis=0)
    return mean
