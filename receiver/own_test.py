"""Does it work here? The owner's own photos, each left out in turn and looked for among the others.

Pure functions of the gallery's matrix; every figure is argued in docs/recognition.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from receiver.fusion import Fused
from receiver.matching import from_photos
from receiver.models import Finding, MixUp, NearStranger, OwnTest
from receiver.settings import RecognitionSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from receiver.matching import People, Rule
    from receiver.own_test_records import Stranger

    Distances = NDArray[np.float64]
    """Or whatever else is computed with at this precision."""

ENOUGH_PHOTOS, ENOUGH_PEOPLE = 3, 2
"""Good photos of each of so many people, before anything is advised."""

_CLEAR_OF = 0.06
"""How far the advice keeps from the nearest face that is somebody else's: of ten times as many strangers the nearest
one is that much nearer."""

_OWN_WITHIN = 95
"""Per cent of photos that must lie within the advised tolerance of the same person's other photos."""

_LOOSEST: float = RecognitionSettings().tolerance
"""No advice goes beyond what Porchlight comes with: photos cannot speak for a door at night."""

Cancelled = Callable[[], bool]


class _LeftOut(NamedTuple):
    """A photo as a visitor whom the gallery has not seen."""

    row: int
    name: str
    own: float
    """Distance from the same person's other photos; infinite when there are none."""
    other: str
    """The nearest other person; empty when there is nobody else."""
    distance: float
    """From that one's photos; infinite when there is nobody else."""


def own_test(
    people: People, rule: Rule, strangers: Sequence[Stranger], files: Mapping[int, Path], cancelled: Cancelled
) -> OwnTest:
    """What the photos of these people, and the strangers who came, say about telling them apart.

    `files` holds the photos by their rows. Ends early when `cancelled` turns true.
    """
    photos = list(_left_out(people, cancelled))
    counts = _good_photos(people)
    met = [*_refused(people), *_met(people, rule, counts, strangers)]
    same = tuple(photo.own for photo in photos if math.isfinite(photo.own))
    different = tuple(photo.distance for photo in photos if photo.other)
    others = tuple(one.distance for one in met if not one.would_be_named)
    safe = min((*different, *others), default=math.inf) - _CLEAR_OF
    finding = _finding(counts, same, safe)
    return OwnTest(
        finding,
        same,
        different,
        others,
        _mix_up(photos, files),
        min(met, key=lambda one: one.distance, default=None),
        {name: ENOUGH_PHOTOS - count for name, count in counts.items() if count < ENOUGH_PHOTOS}
        if finding is Finding.TOO_FEW
        else {},
        min((people.limit(count, rule) for count in counts.values()), default=rule.tolerance),
        rule.tolerance,
        math.floor(min(safe, _LOOSEST) * 100) / 100 if finding is Finding.APART else None,
    )


def _finding(counts: Mapping[str, int], same: Sequence[float], safe: float) -> Finding:
    if sum(count >= ENOUGH_PHOTOS for count in counts.values()) < ENOUGH_PEOPLE or not same:
        return Finding.TOO_FEW
    if safe < min(float(np.percentile(same, _OWN_WITHIN)), _LOOSEST):
        return Finding.MIXED
    return Finding.APART


def _good_photos(people: People) -> dict[str, int]:
    return {name: int((people.owners == owner).sum()) for owner, name in enumerate(people.names)}


def _left_out(people: People, cancelled: Cancelled) -> Iterator[_LeftOut]:
    rows = np.flatnonzero(people.owners >= 0)
    if not len(rows):
        return
    owners = people.owners[rows]
    embeddings = people.embeddings[rows].astype(np.float64)
    own, nearest = np.full(len(rows), np.inf), np.full(len(rows), np.inf)
    other = np.full(len(rows), -1)
    for owner in range(len(people.names)):
        if cancelled():
            return
        mine = owners == owner
        distances = _apart(embeddings, embeddings[mine])
        own[mine] = _without_itself(distances[mine])
        nearer = ~mine & ((far := from_photos(distances)) < nearest)
        nearest[nearer], other[nearer] = far[nearer], owner
    for row, owner, its_own, who, far_away in zip(rows, owners, own, other, nearest, strict=True):
        name = people.names[who] if who >= 0 else ""
        yield _LeftOut(int(row), people.names[owner], float(its_own), name, float(far_away))


def _apart(some: Distances, others: Distances) -> Distances:
    """Euclidean distances, some x others."""
    squared = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * some @ others.T
    apart: Distances = np.sqrt(np.maximum(squared, 0.0))
    return apart


def _without_itself(among: Distances) -> Distances:
    """For a person's k photos, k x k distances: how far each is from the k - 1 others."""
    count = len(among)
    if count < 2:
        return np.full(count, np.inf)
    return from_photos(among[~np.eye(count, dtype=bool)].reshape(count, count - 1))


def _mix_up(photos: Sequence[_LeftOut], files: Mapping[int, Path]) -> MixUp | None:
    nearest = min((photo for photo in photos if photo.other), key=lambda photo: photo.distance, default=None)
    if nearest is None:
        return None
    own = nearest.own if math.isfinite(nearest.own) else None
    return MixUp(nearest.name, nearest.other, nearest.distance, own, files.get(nearest.row))


def _met(
    people: People, rule: Rule, counts: Mapping[str, int], strangers: Sequence[Stranger]
) -> Iterator[NearStranger]:
    if not strangers or not people.names:
        return
    faces = np.stack([stranger.embedding for stranger in strangers]).astype(np.float64)
    far = np.stack([from_photos(_apart(faces, _photos_of(people, owner))) for owner in range(len(people.names))])
    for stranger, owner, distance in zip(strangers, far.argmin(axis=0), far.min(axis=0), strict=True):
        name = people.names[owner]
        near = distance <= people.limit(counts[name], rule)
        named = bool(near) and not people.match(Fused(stranger.embedding, 0.0), rule).rejected
        yield NearStranger(name, float(distance), stranger.visit, stranger.at, would_be_named=named)


def _photos_of(people: People, owner: int) -> Distances:
    """Photos x dimensions."""
    mine: Distances = people.embeddings[people.owners == owner].astype(np.float64)
    return mine


def _refused(people: People) -> Iterator[NearStranger]:
    """Faces that the owner said are not the person they came near to."""
    for name, face in people.rejections:
        if name in people.names:
            mine = _photos_of(people, people.names.index(name))
            distance = from_photos(_apart(face[None].astype(np.float64), mine))
            yield NearStranger(name, float(distance[0]), "", 0.0)
