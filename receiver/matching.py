"""Who a visitor is nearest to, and how sure that is: pure functions of the gallery's matrix.

Distances are Euclidean in the engine's space; every figure below is argued in docs/recognition.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from receiver import search
from receiver.models import Match

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from receiver.fusion import Fused
    from receiver.models import Embedding
    from receiver.search import Search
    from receiver.settings import RecognitionSettings

STRANGERS = {"normal": 0.01, "strict": 0.001}
"""The share of strangers that may be given a name, by the setting `recognition.caution`."""

_STRANGER_MEAN, _STRANGER_DEVIATION = 0.80, 0.074
"""Distance of two different people's faces, one photo each: of 39.6 million pairs 0.01 % were nearer than 0.529,
0.1 % than 0.576 and 0.27 % than 0.6, which is the lower tail of this normal distribution with mirrored chips."""
_PHOTOS_HELP, _PHOTOS_STEADY = 0.0225, 0.005
"""Over an identity's k photos the mean falls by the first and the deviation by the second, times (1 - 1/k)."""
_SAME_SEX = 2
"""A stranger of the same sex comes too near twice as often as one of either: the line reckons with those."""

_SPREAD_COUNTS = 0.75
"""The average of several pictures is nearer to everybody, strangers included. With the whole of its squared spread
added, the mean of the single squared distances would be back. With this much of it strangers stay beyond the line as
they do with one picture, be the pictures of one moment or of different days, and the right person comes nearer."""

_OWN_MEAN, _OWN_DEVIATION = 0.44, 0.07
"""Distance of a face at a door from photos of the same person."""
_PRIOR = 0.5
"""Share of visitors who are enrolled, before anything is seen of them."""

_MOST_CROWDED, _FEW_PAIRS, _ENOUGH_PEOPLE = 0.06, 4, 100
"""Bounds of People.crowding: brothers and sisters are alike without strangers being like them."""

_NEIGHBOURS, _RIVALS = 64, 8
"""Of the people behind so many nearest photos, the nearest so many are compared in full."""
_TRIM = 1 / 3
"""Of an identity's photos the farthest third is left out: a poor one, or a look of other years."""


class Rule(NamedTuple):
    """How sure a name must be."""

    tolerance: float
    """Never a name beyond this distance."""
    strangers: float
    """Share of strangers that may be given a name."""

    @staticmethod
    def of(settings: RecognitionSettings) -> Rule:
        """As the owner has set it."""
        return Rule(settings.tolerance, STRANGERS[settings.caution])


@dataclass(frozen=True)
class People:
    """The embeddings of everybody who is enrolled, at one moment."""

    names: tuple[str, ...]
    owners: NDArray[np.intp]
    """For each row the index of its person's name, -1 for a row that takes no part."""
    embeddings: NDArray[np.float32]
    """Photos x dimensions, in the order in which they came."""
    search: Search
    """Over these embeddings."""
    rejections: tuple[tuple[str, Embedding], ...] = ()
    """(identity, embedding of a face that the owner said is not that identity)."""

    def match(self, fused: Fused, rule: Rule) -> Match:
        """The nearest identity and the runner-up, the line for a name, and how likely the name is right.

        How far an identity is, `from_photos` says.
        """
        candidates = sorted(self._candidates(fused), key=lambda candidate: candidate.distance)
        if not candidates:
            return Match(None, None, None, None)
        first, *others = candidates
        second = others[0] if others else None
        rejected = self._nearest_rejection(first.name, fused)
        return Match(
            first.name,
            first.distance,
            second.name if second else None,
            second.distance if second else None,
            probability=self._probability(first, others, rejected),
            line=self.limit(first.photos, rule),
            rejected=rejected is not None and rejected <= first.distance,
        )

    def limit(self, photos: int, rule: Rule) -> float:
        """The distance at which the name of somebody with so many photos ends."""
        return min(rule.tolerance, line(photos, len(self.names), rule.strangers) - self.crowding)

    @cached_property
    def crowding(self) -> float:
        """How much nearer than usual these people are to each other: strangers are likely to be nearer to them, too.

        In units of distance, from 0 to _MOST_CROWDED; with few people to tell from, only a part of what is seen.
        """
        some = [int(np.flatnonzero(self.owners == owner)[0]) for owner in range(min(len(self.names), _ENOUGH_PEOPLE))]
        pairs = len(some) * (len(some) - 1) // 2
        if not pairs:
            return 0.0
        rows = self.embeddings[some].astype(np.float64)
        apart = np.concatenate([np.linalg.norm(rows[i] - rows[i + 1 :], axis=1) for i in range(len(rows) - 1)])
        nearer = (_STRANGER_MEAN - float(apart.mean())) * pairs / (pairs + _FEW_PAIRS)
        return min(max(nearer, 0.0), _MOST_CROWDED)

    def _candidates(self, fused: Fused) -> Iterable[_Candidate]:
        """The people of the nearest photos, at least two of them when there are two."""
        count, wanted = _NEIGHBOURS, min(2, len(self.names))
        while True:
            rows, _ = self.search.nearest(fused.embedding, count)
            near = list(dict.fromkeys(int(owner) for owner in self.owners[rows] if owner >= 0))
            if len(near) >= wanted or len(rows) < count:
                break
            count *= 8
        for owner in near[:_RIVALS]:
            mine = self.embeddings[np.flatnonzero(self.owners == owner)]
            distances = _distances(mine, fused)
            yield _Candidate(self.names[owner], float(from_photos(distances)), len(distances))

    def _nearest_rejection(self, name: str, fused: Fused) -> float | None:
        """Distance of the nearest face that the owner said is not this identity."""
        theirs = [embedding for identity, embedding in self.rejections if identity == name]
        return float(_distances(np.stack(theirs), fused).min()) if theirs else None

    def _probability(self, first: _Candidate, others: Sequence[_Candidate], rejected: float | None) -> float:
        """Bayes' rule over: it is `first`, it is one of the others, it is someone rejected, it is a stranger."""
        share = _PRIOR / len(self.names)
        rivals = [share * math.exp(other.evidence) for other in others]
        if rejected is not None:
            rivals.append(share * math.exp(_Candidate("", rejected, 1).evidence))
        mine = share * math.exp(first.evidence)
        return mine / (mine + sum(rivals) + 1 - _PRIOR)


NOBODY = People((), np.zeros(0, np.intp), np.zeros((0, 0), np.float32), search.over(np.zeros((0, 0), np.float32)))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An identity that the visitor may be."""

    name: str
    distance: float
    photos: int
    evidence: float = field(init=False)
    """Natural logarithm of: how much likelier this distance is for the identity than for anybody else."""

    def __post_init__(self) -> None:
        own = NormalDist(_OWN_MEAN, _OWN_DEVIATION)
        nearer = max(self.distance, _OWN_MEAN)  # nearer than usual is not less likely
        evidence = _log_density(own, nearer) - _log_density(_strangers(self.photos), self.distance)
        object.__setattr__(self, "evidence", min(evidence, 50.0))


def line(photos: int, identities: int, strangers: float) -> float:
    """The distance within which at most a share of `strangers` comes to any of so many identities.

    `photos` are those of the identity in question.
    """
    share = strangers / (identities * _SAME_SEX)
    return _strangers(photos).inv_cdf(share)


def from_photos(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far somebody is from an identity: midway between its nearest photo and the trimmed mean of its photos.

    `distances` are those from each photo, along the last axis.
    """
    ordered = np.sort(distances, axis=-1)
    kept = ordered[..., : max(1, math.ceil(ordered.shape[-1] * (1 - _TRIM)))]
    between: NDArray[np.float64] = (ordered[..., 0] + kept.mean(axis=-1)) / 2
    return between


def _strangers(photos: int) -> NormalDist:
    """Distances of strangers from an identity of so many photos."""
    more = 1 - 1 / photos
    return NormalDist(_STRANGER_MEAN - _PHOTOS_HELP * more, _STRANGER_DEVIATION - _PHOTOS_STEADY * more)


def _log_density(normal: NormalDist, at: float) -> float:
    return -(((at - normal.mean) / normal.stdev) ** 2) / 2 - math.log(normal.stdev)


def _distances(rows: NDArray[np.float32], fused: Fused) -> NDArray[np.float64]:
    """How far a visitor is from photos; several pictures are measured so that the line of a single one holds."""
    squared = ((rows - np.asarray(fused.embedding, np.float32)) ** 2).sum(axis=1, dtype=np.float64)
    distances: NDArray[np.float64] = np.sqrt(squared + _SPREAD_COUNTS * fused.spread**2)
    return distances
