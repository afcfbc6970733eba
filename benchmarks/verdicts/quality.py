"""The measures of a face's quality: what each says about how near the face comes to its person's photos."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import heading, table
from benchmarks.verdicts.households import distances
from benchmarks.verdicts.pictures import Photos, Seen
from benchmarks.verdicts.tallies import percent, quantile
from receiver.models import Quality
from receiver.verdicts import ENROLMENT, RECOGNITION, STRANGER, shortcoming

FEW = 20
"""Faces of which no share is told."""
RECOGNISABLE, HOPELESS = 0.52, 0.65
"""Distances from the mean of a person's other photos."""


class Measure(NamedTuple):
    """One of the figures by which a face may be refused."""

    of: Callable[[Quality], float]
    sign: int
    """1 when more is better or -1 when less is."""
    lines: Sequence[float]
    """That are tried."""


MEASURES: Mapping[str, Measure] = {
    "eye distance": Measure(lambda q: q.eye_distance, 1, (14, 16, 18, 19, 20, 22, 25)),
    "sharpness": Measure(lambda q: q.sharpness, 1, (1.5, 2, 2.5, 3, 4, 5, 6, 8)),
    "brightness, least": Measure(lambda q: q.brightness, 1, (25, 30, 40, 50, 60, 80)),
    "brightness, most": Measure(lambda q: q.brightness, -1, (190, 205, 215, 225, 235)),
    "contrast": Measure(lambda q: q.contrast, 1, (8, 11, 14, 18, 22, 26)),
    "yaw, either way": Measure(lambda q: abs(q.yaw), -1, (0.15, 0.22, 0.28, 0.32, 0.4)),
    "pitch, either way": Measure(lambda q: abs(q.pitch), -1, (0.1, 0.15, 0.2, 0.25, 0.3)),
    "score": Measure(lambda q: q.score, 1, (0.0, 0.3, 0.5, 0.75, 0.8, 0.85, 0.88, 0.9, 1.2)),
}


class Measured(NamedTuple):
    """A face and how near it is to its person's other photos."""

    seen: Seen
    quality: Quality
    distance: float


def quality_lines(photos: Photos, pictures: Sequence[Seen], extra: Sequence[Seen]) -> None:
    near = f"within {RECOGNISABLE} of the mean of the person's other photos"
    print(heading("Quality", f"Recognisable: {near}; hopeless: beyond {HOPELESS}."), flush=True)
    measured = measure(photos, pictures)
    print(f"{len(measured)} faces; recognisable {percent(m.distance <= RECOGNISABLE for m in measured)} %, ", end="")
    print(f"hopeless {percent(m.distance > HOPELESS for m in measured)} %.\n")
    each_line(measured)
    by_measure(photos, measured)
    tilts(photos, extra)
    edges(photos, extra)
    all_lines(measured)


def measure(photos: Photos, pictures: Iterable[Seen]) -> list[Measured]:
    measured = []
    for seen in pictures:
        others = [p.face.embedding for p in photos.get(seen.person, ()) if p.portrait != seen.portrait and p.face]
        if seen.face and others:
            distance = float(np.linalg.norm(seen.face.embedding - np.mean(others, axis=0)))
            measured.append(Measured(seen, seen.face.quality, distance))
    return measured


# ---- what lines do


def each_line(measured: Sequence[Measured]) -> None:
    far = np.array([m.distance for m in measured])
    rows = []
    for name, (of, sign, lines) in MEASURES.items():
        better = np.array([sign * of(m.quality) for m in measured])
        for at in lines:
            first = at == lines[0]
            kept = kept_and_rejected(better >= sign * at, far)
            rows.append((name * first, auc(better, far) * first, f"{at:g}", *kept, within(better < sign * at, far)))
    heads = ("AUC", "line", "recognisable ones kept", "hopeless ones rejected", "recognisable beyond it")
    print(table(("measure", *heads), rows))


def all_lines(measured: Sequence[Measured]) -> None:
    far = np.array([m.distance for m in measured])
    rows = []
    for name, lines in (("RECOGNITION", RECOGNITION), ("STRANGER", STRANGER), ("ENROLMENT", ENROLMENT)):
        kept = np.array([not shortcoming(m.quality, lines)[1] for m in measured])
        rows.append((name, percent(kept), *kept_and_rejected(kept, far), within(kept, far), within(~kept, far)))
    heads = ("recognisable ones kept", "hopeless ones rejected", "recognisable within them", "recognisable beyond")
    print("\nAll lines of verdicts.py together, per cent:\n")
    print(table(("lines", "kept", *heads), rows))


def auc(better: NDArray[np.float64], far: NDArray[np.float64]) -> str:
    """How often a recognisable face has the better measure than one that is not."""
    good, bad = better[far <= RECOGNISABLE], better[far > RECOGNISABLE]
    if not len(good) or not len(bad):
        return "-"
    ordered = np.sort(bad)
    wins = np.searchsorted(ordered, good, "left") + np.searchsorted(ordered, good, "right")
    return f"{wins.sum() / 2 / len(good) / len(bad):.2f}"


def kept_and_rejected(kept: NDArray[np.bool_], far: NDArray[np.float64]) -> tuple[str, str]:
    return percent(kept[far <= RECOGNISABLE]), percent(~kept[far > HOPELESS])


def within(some: NDArray[np.bool_], far: NDArray[np.float64]) -> str:
    """Share that is recognisable, and of how many."""
    return f"{percent(far[some] <= RECOGNISABLE)} of {some.sum()}"


# ---- how near such faces come

NEARNESS = ("own distance", "beyond 0.56", "strangers within 0.56")


def nearness(photos: Photos, pictures: Iterable[Seen]) -> tuple[str, str, str]:
    """How far such faces are from three photos of their own person, and of others."""
    own: list[float] = []
    others: list[float] = []
    for seen in pictures:
        if seen.face:
            for name, distance in distances(photos, [seen], 3):
                (own if name == seen.person else others).append(distance)
    if not own:
        return "-", "-", "-"
    return quantile(own, 0.5), percent(d > 0.56 for d in own), percent((d <= 0.56 for d in others), 1)


def by_measure(photos: Photos, measured: Sequence[Measured]) -> None:
    """How near a known face comes in each range of a measure: what lies beyond would be called a stranger."""
    rows = []
    for name, (of, _, lines) in MEASURES.items():
        for low, high in pairwise((-math.inf, *lines, math.inf)):
            some = [m.seen for m in measured if low <= of(m.quality) < high]
            if len(some) >= FEW:
                rows.append((f"{name} {low:g} to {high:g}", str(len(some)), *nearness(photos, some)))
    print("\nFrom three photos, by measure, per cent:\n")
    print(table(("measure", "faces", *NEARNESS), rows))


def tilts(photos: Photos, extra: Sequence[Seen]) -> None:
    tilted = [(abs(seen.shot.tilt), seen) for seen in extra if seen.shot.tilt is not None]
    rows = []
    for degrees in sorted({tilt for tilt, _ in tilted}):
        some = [seen for tilt, seen in tilted if tilt == degrees]
        rows.append((f"{degrees:g}", *found(some), *nearness(photos, some)))
    print("\nTilted heads, per cent:\n")
    print(table(("degrees", "pictures", "face found", *NEARNESS), rows))


def edges(photos: Photos, extra: Sequence[Seen]) -> None:
    """The forehead and the chin are not worth the same."""
    at_edge = [seen for seen in extra if seen.shot.beyond]
    rows = []
    for outside in sorted({seen.shot.beyond for seen in at_edge}):
        some = [seen for seen in at_edge if seen.shot.beyond == outside]
        rows.append((f"{100 * outside:g} % of the portrait", *found(some), *nearness(photos, some)))
    for edge, (low, high) in product(("upper", "lower", "side"), pairwise((0.0, 0.02, 0.05, 0.1, 0.2, 1.0))):
        some = [s for s in at_edge if s.face and edge_of(s) == edge and low <= s.face.quality.cut_off < high]
        if some:
            rows.append((f"{edge} edge, cut off {low:g}-{high:g}", str(len(some)), "", *nearness(photos, some)))
    print("\nFaces at the picture's edge, per cent:\n")
    print(table(("outside", "pictures", "face found", *NEARNESS), rows))


def found(some: Sequence[Seen]) -> tuple[str, str]:
    """How many pictures, and in what share of them a face."""
    return str(len(some)), percent(seen.face is not None for seen in some)


def edge_of(seen: Seen) -> str:
    box = seen.face.box if seen.face else None
    return "" if box is None else "upper" if not box.top else "lower" if box.bottom >= seen.analysis.height else "side"
