"""Who is who across the pictures of one visit, and what all pictures of a visitor say together.

A second picture is the cheapest second opinion there is. The embeddings of a visitor are averaged, weighted by how
well each was seen. An average lies nearer to everybody, strangers included, so it may not be measured at the line of
a single picture; how far the pictures lie apart (`Fused.spread`) says by how much, and matching.py takes it into
account (docs/recognition.md has the figures).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from receiver.models import Box, Conclusion, DetectedFace, Face, Quality, Sighting, Verdict

if TYPE_CHECKING:
    from receiver.models import Embedding

ALIKE = 0.5
"""Faces of two pictures this near are one visitor's wherever they stand: of different people one pair in 30,000 is."""
_ALIKE_HERE = 0.65
"""So far apart they may be when the second face is where the first one was."""
_HERE = 0.3
"""Overlap of two boxes (intersection over union) that counts as the same place."""
_CLEARLY = 1.2
"""A later picture is shown instead when it shows the visitor so many times better: less is chance."""
_MOST_FUSED = 8
"""The best so many pictures are fused: more say nothing new."""


class Fused(NamedTuple):
    """What several pictures of one visitor say together."""

    embedding: Embedding
    spread: float
    """Root of the weighted mean squared distance of the pictures from their average; 0 for a single picture."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person in the pictures of a visit."""

    number: int
    faces: tuple[DetectedFace, ...]
    """One of each picture they are in, oldest first."""
    sightings: tuple[Sighting, ...] = ()
    """Those of the faces that the store knows already."""

    @property
    def pictures(self) -> frozenset[str]:
        """The pictures they are in, the new one as ""."""
        known = {seen.snapshot for seen in self.sightings}
        return frozenset(known | {""} if len(self.faces) > len(self.sightings) else known)

    @property
    def best(self) -> DetectedFace:
        """Where they are seen best."""
        return max(self.faces, key=lambda face: worth(face.quality))

    def fused(self, faces: Iterable[DetectedFace]) -> Fused:
        """Some of their faces as one; at least one is needed."""
        chosen = sorted(faces, key=lambda face: -worth(face.quality))[:_MOST_FUSED]
        rows = np.stack([face.embedding for face in chosen])
        weights = np.array([worth(face.quality) for face in chosen], np.float32)
        mean = np.average(rows, axis=0, weights=weights).astype(np.float32)
        spread = np.average(((rows - mean) ** 2).sum(axis=1), weights=weights)
        return Fused(mean, float(spread) ** 0.5)


def gather(before: Sequence[Sighting], faces: Sequence[DetectedFace]) -> tuple[list[Visitor], list[int]]:
    """The visitors of a visit after one more picture, and which of them each of its faces is (their numbers).

    A face joins the visitor it is most like, when it is like them at all; each visitor is in a picture once.
    """
    visitors = _met_before(before)
    numbers = [-1] * len(faces)
    pairs = sorted(
        (likeness, index, number)
        for number, visitor in visitors.items()
        for index, face in enumerate(faces)
        if (likeness := _distance_if_same(visitor, face)) is not None
    )
    for _, index, number in pairs:
        if numbers[index] < 0 and number not in numbers:
            numbers[index] = number
    for index, face in enumerate(faces):
        if numbers[index] < 0:
            numbers[index] = max([*visitors, *numbers, -1]) + 1
            visitors[numbers[index]] = Visitor(numbers[index], (face,))
        else:
            known = visitors[numbers[index]]
            visitors[known.number] = Visitor(known.number, (*known.faces, face), known.sightings)
    return list(visitors.values()), numbers


def _met_before(sightings: Sequence[Sighting]) -> dict[int, Visitor]:
    theirs: dict[int, list[Sighting]] = {}
    for sighting in sightings:
        theirs.setdefault(sighting.judged.visitor, []).append(sighting)
    return {
        number: Visitor(number, tuple(sighting.judged.face for sighting in seen), tuple(seen))
        for number, seen in theirs.items()
    }


def _distance_if_same(visitor: Visitor, face: DetectedFace) -> float | None:
    """How far a face is from the nearest one of a visitor, or None when it is somebody else's."""
    distances = [float(np.linalg.norm(face.embedding - other.embedding)) for other in visitor.faces]
    stayed = _overlap(face.box, visitor.faces[-1].box) >= _HERE
    nearest = min(distances)
    return nearest if nearest <= (_ALIKE_HERE if stayed else ALIKE) else None


def alike(visitor: Sequence[Embedding], others: Sequence[Embedding]) -> list[int]:
    """Which of the others are the same person as a visitor, wherever they stand; the likest first."""
    if not visitor or not others:
        return []
    rows = np.stack(others).astype(np.float64)
    nearest = np.min([np.linalg.norm(rows - mine, axis=1) for mine in visitor], axis=0)
    return [int(place) for place in np.argsort(nearest, kind="stable") if nearest[place] <= ALIKE]


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0-1."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / (one.width * one.height + other.width * other.height - across * down)


def shows_better(conclusion: Conclusion, shown: Sequence[Face]) -> bool:
    """Whether a picture shows everybody whom the shown one shows, and whom the verdict is about clearly better.

    Of two in which nobody can be told the first stays: they fall short of different things.
    """
    if conclusion.verdict not in (Verdict.KNOWN, Verdict.UNKNOWN):
        return False
    before = {face.visitor: worth(face.quality) for face in shown if face.verdict is conclusion.verdict}
    now = {seen.visitor: worth(seen.face.quality) for seen in conclusion.faces if seen.verdict is conclusion.verdict}
    everybody = {face.visitor for face in shown} <= {seen.visitor for seen in conclusion.faces}
    return bool(before and now) and everybody and max(now.values()) >= _CLEARLY * max(before.values())


def worth(quality: Quality) -> float:
    """How much a picture of a face weighs beside others of the same visitor, 0.05 to 1.

    Each factor is 1 from where a better measure no longer brings the embedding nearer to the person's own mean.
    """
    factors = (
        quality.eye_distance / 35,
        quality.sharpness / 12,
        quality.brightness / 80,
        quality.contrast / 30,
        1.3 - abs(quality.yaw) / 0.3,
        1 - quality.cut_off,
    )
    weight = 1.0
    for factor in factors:
        weight *= min(max(factor, 0.1), 1.0)
    return max(weight, 0.05)
