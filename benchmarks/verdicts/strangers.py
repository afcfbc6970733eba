"""How far strangers are from people's photos, and how far the people of a household are from each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np

from benchmarks.tables import heading, table
from benchmarks.verdicts.households import AT_HOME, Household, distances
from benchmarks.verdicts.pictures import MOST_PHOTOS, Photos, Seen
from benchmarks.verdicts.tallies import mean_and_deviation, percent, pooled, quantile, share_within
from receiver import matching

PUBLISHED = ((0.529, 0.0001), (0.576, 0.001), (0.6, 0.0027))
"""(distance, share of 39.6 million pairs that are nearer)."""


def strangers(photos: Photos, pictures: Sequence[Seen]) -> None:
    remark = "Usable pictures, from photos of each of the others. The model is matching.py's."
    print(heading("How far strangers are", remark), flush=True)
    usable = [seen for seen in pictures if seen.usable]
    rows = [(f"{each} photos", *figures(photos, usable, each)) for each in range(1, MOST_PHOTOS + 1)]
    for condition in dict.fromkeys(seen.shot.condition for seen in usable):
        some = [seen for seen in usable if seen.shot.condition == condition]
        rows.append((f"3 photos, {condition}", *figures(photos, some, 3)))
    heads = ("pairs", "mean ± deviation", "model", "1 %", "model's", "0.1 %", "model's", "share within model's 1 %")
    print(table(("from", *heads), rows))
    plain_and_mirrored(photos, usable)
    published()


def figures(photos: Photos, usable: Iterable[Seen], each: int) -> tuple[str, ...]:
    """One row of the table: the strangers here beside those of the model."""
    by_person: dict[str, list[float]] = defaultdict(list)
    for seen in usable:
        found = distances(photos, [seen], each)
        by_person[seen.person] += [distance for name, distance in found if name != seen.person]
    far, model = pooled(by_person), matching._strangers(each)
    spread = (mean_and_deviation(far), f"{model.mean:.3f} ± {model.stdev:.3f}")
    points = (text for part in (0.01, 0.001) for text in (quantile(far, part), f"{model.inv_cdf(part):.3f}"))
    return f"{len(far):,}", *spread, *points, share_within(by_person, model.inv_cdf(0.01))


def plain_and_mirrored(photos: Photos, usable: Sequence[Seen]) -> None:
    """What averaging with the mirror image does to one photo's distances."""
    embeddings: dict[str, Callable[[Seen], Any]] = {
        "face alone": lambda seen: seen.plain,
        "mean with its mirror image": lambda seen: seen.face.embedding if seen.face else None,
    }
    rows = []
    for title, of in embeddings.items():
        near, far = single_distances(photos, usable, of)
        named = percent(np.array(near) <= np.quantile(far, 0.001), 1)
        spreads = (mean_and_deviation(near), mean_and_deviation(far))
        rows.append((title, *spreads, quantile(far, 0.01), quantile(far, 0.001), named))
    print("\nWith and without the mirror image, one photo:\n")
    print(table(("embedding", "own", "strangers", "1 %", "0.1 %", "own within the 0.1 %, %"), rows))


def single_distances(
    photos: Photos, usable: Iterable[Seen], of: Callable[[Seen], Any]
) -> tuple[list[float], list[float]]:
    """From every photo of the same person, and from every one of the others."""
    near: list[float] = []
    far: list[float] = []
    enrolled = [photo for theirs in photos.values() for photo in theirs]
    for seen, photo in product(usable, enrolled):
        if (photo.person, photo.portrait) != (seen.person, seen.portrait):
            (near if photo.person == seen.person else far).append(float(np.linalg.norm(of(seen) - of(photo))))
    return near, far


def published() -> None:
    """What others have measured, beside the model."""
    model = matching._strangers(1)
    print("\nSingle photos, 39.6 million pairs of 24 other people, unmirrored, and the model, of mirrored ones:\n")
    rows = [(f"{at}", f"{100 * part:.2f} %", f"{100 * model.cdf(at):.3f} %") for at, part in PUBLISHED]
    print(table(("nearer than", "published", "model"), rows))


# ---- crowding


def crowding(photos: Photos) -> None:
    remark = "How much the line of a household is drawn in because its people look alike."
    print(heading("Crowding", remark), flush=True)
    rows = []
    for count in (2, AT_HOME, len(photos)):
        homes = [
            Household([photo for name in names for photo in photos[name][:3]]) for names in combinations(photos, count)
        ]
        values = np.array([home.people.crowding for home in homes])
        most = f"{values.max():.3f}"
        rows.append((str(count), str(len(homes)), percent(values > 0), quantile(values, 0.5), most))
    print(table(("people", "households", "drawn in, %", "median", "most"), rows))
    pairs = sorted((nearest_photos(photos[one], photos[other]), one, other) for one, other in combinations(photos, 2))
    print("\nNearest pairs, by their nearest photos: ", end="")
    print(", ".join(f"{one} and {other} {distance:.3f}" for distance, one, other in pairs[:3]) + ".")


def nearest_photos(some: Iterable[Seen], others: Iterable[Seen]) -> float:
    return min(
        float(np.linalg.norm(a.face.embedding - b.face.embedding))
        for a, b in product(some, others)
        if a.face and b.face
    )
