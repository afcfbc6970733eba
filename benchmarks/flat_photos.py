"""A photo held to the camera: what cheap measures would see of it in one still, and in a burst of three.

    python -m benchmarks.flat_photos [--people FOLDER] [--processes N]

Everything is simulated. A portrait becomes a visitor (head and shoulders) before a wall, or a print or a screen that
shows such a picture; both go through a model of the OV2640: lens, Bayer mosaic, the pixels it skips at SVGA and VGA
(datasheet 1.6, figure 5), noise, JPEG. Where a choice was open it favours the measures: a good lens, nobody who tunes
the photo against them, and each measure may point in the direction that suits this data. Real photos would differ.
One portrait each of eight people (FOLDER) and of two from well-kept wheels; 220 s of processor time in all.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks import door_pictures
from benchmarks.door_pictures import PEOPLE
from benchmarks.recaptures import (
    DOTS,
    EYES_AND_NOSE,
    EYES_APART,
    GENUINE,
    MODES,
    PHOTOS,
    PRINTS,
    SCREENS,
    SENSOR,
    SIZES,
    TILT,
    WEATHER,
    Array,
    Shot,
    rotation,
    taken,
)
from benchmarks.tables import table
from receiver.engines import create
from receiver.models import Box, DetectedFace

BURST, BURST_SIZES = 3, SIZES[:2]
TURNS = (0, 2, 5, 10)
"""Degrees (standard deviation) from straight ahead in the later pictures of a burst, sideways and up or down."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A shot of a person, with what the engine and the measures say of it."""

    person: str
    shot: Shot
    face: DetectedFace
    measures: Array


# ---- what may be measured in one picture

STILL = ("moiré, grey", "moiré, colour", "straight border", "blurred face", "grey range", "colours", "noise")
TOGETHER = "all together"


def measures(picture: Array, box: Box) -> Array:
    """One number for each of STILL; the larger, the flatter, if it tells anything. `picture` is RGB."""
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.float32)
    margin = box.height // 2
    face = np.s_[box.top : box.bottom, box.left : box.right]
    around = np.s_[max(box.top - margin, 0) : box.bottom + margin, max(box.left - margin, 0) : box.right + margin]
    grey = lab[..., 0]
    edges, grain = cv2.Laplacian(grey, cv2.CV_32F) ** 2, np.abs(grey - cv2.medianBlur(grey, 3))
    darkest, brightest = np.percentile(grey[face], (1, 99))
    return np.array(
        [
            spectral_peak(grey[face]),
            max(spectral_peak(lab[face][..., channel]) for channel in (1, 2)),
            straight_border(grey.astype(np.uint8), box),
            np.log(edges[around].mean() / edges[face].mean()),
            -float(brightest - darkest),
            -float(lab[face][..., 1:].std(axis=(0, 1)).mean()),
            -float(np.log(grain[face].mean() + 0.1)),
        ]
    )


def spectral_peak(patch: Array) -> float:
    """The highest peak beyond the low frequencies over the median of its ring; 1 is what noise alone would have."""
    high, wide = patch.shape
    detail = (patch - cv2.GaussianBlur(patch, (0, 0), 3)) * np.outer(np.hanning(high), np.hanning(wide))
    power = np.abs(np.fft.rfft2(detail))
    y, x = np.fft.fftfreq(high)[:, None], np.fft.rfftfreq(wide)[None, :]
    of_jpeg = (np.abs(8 * y - np.round(8 * y)) < 12 / high) & (np.abs(8 * x - np.round(8 * x)) < 12 / wide)
    rings = np.where(of_jpeg, 0, np.hypot(x, y) * 40).astype(int)
    peaks = [ring.max() / np.median(ring) for n in range(6, 20) if len(ring := power[rings == n])]
    return float(max(peaks) / np.sqrt(np.log2(power.size)))


def straight_border(grey: Array, box: Box) -> float:
    """The longest straight lines beside, above and below the face, in its heights: the third longest of the four."""
    found = cv2.createLineSegmentDetector().detect(grey)[0]
    lines = np.zeros((0, 4)) if found is None else found.reshape(-1, 4)
    middle, run = (lines[:, :2] + lines[:, 2:]) / 2, lines[:, 2:] - lines[:, :2]
    long, steep = np.hypot(*run.T) / box.height, np.abs(run[:, 1]) > np.abs(run[:, 0])
    x, y = middle[:, 0], middle[:, 1]
    beside = (y > box.top - box.height) & (y < box.bottom + box.height) & steep
    over = (x > box.left - box.width) & (x < box.right + box.width) & ~steep
    sides = (beside & (x < box.left), beside & (x > box.right), over & (y < box.top), over & (y > box.bottom))
    return float(sorted(long[side].max(initial=0) for side in sides)[1])


# ---- what may be measured in a burst

BURSTS = ("similarity", "affine", "homography", "same pose", "same embedding")


def stillness(burst: Sequence[DetectedFace]) -> Array:
    """One number for each of BURSTS, averaged over the pairs of pictures; the larger, the flatter or stiller."""
    return -np.mean([_change(*pair) for pair in combinations(burst, 2)], axis=0)


def _change(one: DetectedFace, other: DetectedFace) -> list[float]:
    pose = abs(one.quality.yaw - other.quality.yaw) + abs(one.quality.pitch - other.quality.pitch)
    moved = residuals(np.array(one.landmarks), np.array(other.landmarks), one.quality.eye_distance)
    return [*moved, pose, float(np.linalg.norm(one.embedding - other.embedding))]


def residuals(one: Array, other: Array, eyes_apart: float) -> list[float]:
    """RMS of what the best similarity, affine map and homography leave of five points, in per cent of eye distances."""
    (x, y), none, ones = one.T, np.zeros(5), np.ones(5)
    similarity = np.vstack([np.column_stack([x, -y, ones, none]), np.column_stack([y, x, none, ones])])
    affine = np.kron(np.eye(2), np.column_stack([x, y, ones]))
    left = []
    for design in (similarity, affine):
        wanted = other.T.ravel()
        left.append(wanted - design @ np.linalg.lstsq(design, wanted, rcond=None)[0])
    plane, _ = cv2.findHomography(one, other, 0)
    moved = cv2.perspectiveTransform(one[None], plane)[0] if plane is not None else other
    left.append((moved - other).ravel())
    return [100 * float(np.sqrt((rest**2).sum() / 5)) / eyes_apart for rest in left]


def parallax(degrees: float) -> list[float]:
    """The same of an average head, 80 cm away and without noise, that turns by so many degrees."""
    turned_head = EYES_AND_NOSE @ rotation(1, degrees).T
    one, other = (points[:, :2] * 80 / (80 - points[:, 2:]) for points in (EYES_AND_NOSE, turned_head))
    return residuals(one, other, EYES_APART)


# ---- looking at everybody

BURST_KINDS = (*((GENUINE[0], turn) for turn in TURNS), (PRINTS[0], 0), ("phone", 0))


def shots() -> Iterator[Shot]:
    """Of one person: stills of each kind, size and weather; other screens and resolutions, near; bursts."""
    yield from (Shot(*shot) for shot in product((*GENUINE, *PHOTOS), SIZES, WEATHER))
    near = [Shot(kind, SIZES[-1], mode=mode) for mode, kind in product(MODES, (*GENUINE, *SCREENS))]
    yield from (shot for shot in near if shot.mode != "VGA" or shot.kind in ("laptop", "tablet"))
    for (kind, turn), size, moment in product(BURST_KINDS, BURST_SIZES, range(1, BURST)):
        yield Shot(kind, size, moment=moment, turn=turn)


def look_at_everybody(people: Path, processes: int) -> list[Seen]:
    """All shots of one portrait of each person."""
    faces = {name: images[0] for name, images in door_pictures.people(people).items()} if people.is_dir() else {}
    faces |= door_pictures.portraits()
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(processes) as pool:
        create("dlib", models=Path(name), detector="hog", threads=1)  # keeps the network, so that the others find it
        tasks = [(person, number, face, Path(name)) for number, (person, face) in enumerate(faces.items())]
        return [seen for some in pool.map(look_at, tasks) for seen in some]


def look_at(task: tuple[str, int, Image.Image, Path]) -> list[Seen]:
    """All shots of one person in which the engine finds the face."""
    cv2.setNumThreads(1)
    person, number, portrait, models = task
    engine = create("dlib", models=models, detector="hog", threads=1)
    file, found = models / f"{os.getpid()}.jpg", []
    for shot in shots():
        file.write_bytes(taken(portrait, shot, number))
        if faces := engine.analyse(file).faces:
            face = max(faces, key=lambda face: face.box.width)
            found.append(Seen(person, shot, face, measures(np.asarray(Image.open(file)), face.box)))
    return found


# ---- what it is worth


class Sample:
    """Measured pictures: what they are, and a row of scores for each."""

    def __init__(self, seen: Sequence[Seen], scores: Array) -> None:
        self.person, self.kind, self.size, self.weather = (
            np.array(column)
            for column in zip(*((s.person, s.shot.kind, s.shot.size, s.shot.condition) for s in seen), strict=True)
        )
        self.genuine, self.scores = np.isin(self.kind, GENUINE), scores

    def rates(self, number: int, photos: Array) -> list[str]:
        """AUC, per cent caught at 1 and 5 % false alarms, with 95 % intervals from 300 draws of people."""
        chance, names = np.random.default_rng(0), np.unique(self.person)
        rows = {name: np.flatnonzero(self.person == name) for name in names}
        column = self.scores[:, number]

        def figures(chosen: Array) -> list[float]:
            some = np.concatenate([rows[name] for name in chosen])
            one, other = column[some[self.genuine[some]]], column[some[photos[some]]]
            return [auc(one, other), caught(one, other, 0.01), caught(one, other, 0.05)]

        drawn = [figures(chance.choice(names, len(names))) for _ in range(300)]
        ends = np.percentile(drawn, (2.5, 97.5), axis=0)
        return [
            f"{value:{form}} ({low:{form}} to {high:{form}})"
            for form, value, low, high in zip((".2f", ".0f", ".0f"), figures(names), *ends, strict=True)
        ]


def auc(genuine: Array, photos: Array) -> float:
    """How often a photo's score is above a genuine picture's."""
    order = np.sort(genuine)
    return float((np.searchsorted(order, photos) + np.searchsorted(order, photos, "right")).mean() / 2 / len(order))


def line(genuine: Array, rate: float) -> float:
    """The score that at most this share of genuine pictures exceeds."""
    return float(np.quantile(genuine, 1 - rate, method="higher"))


def caught(genuine: Array, photos: Array, rate: float) -> float:
    """Per cent of photos above the line."""
    return 100 * float((photos > line(genuine, rate)).mean())


def fair(seen: Sequence[Seen]) -> Sample:
    """Each measure against genuine pictures of its size, and turned round where less means flatter; and all together.

    That is Fisher's discriminant, fitted on the other people.
    """
    sample = Sample(seen, np.array([one.measures for one in seen]))
    for size in SIZES:
        here, usual = sample.size == size, sample.genuine & (sample.size == size)
        middle, spread = np.median(sample.scores[usual], axis=0), sample.scores[usual].std(axis=0)
        sample.scores[here] = (sample.scores[here] - middle) / spread
    flat = sample.scores[~sample.genuine]
    sample.scores *= [
        1 if auc(one, other) >= 0.5 else -1 for one, other in zip(sample.scores[sample.genuine].T, flat.T, strict=True)
    ]
    together = np.zeros(len(seen))
    for name in np.unique(sample.person):
        mine = sample.person == name
        one, other = sample.scores[~mine & sample.genuine], sample.scores[~mine & ~sample.genuine]
        weights = np.linalg.solve(np.cov(one.T) + np.cov(other.T), other.mean(axis=0) - one.mean(axis=0))
        together[mine] = sample.scores[mine] @ weights
    sample.scores = np.column_stack([sample.scores, together])
    return sample


def report_stills(seen: Sequence[Seen]) -> None:
    sample = fair(
        [s for s in seen if s.shot.mode == "VGA" and not s.shot.moment and s.shot.kind in (*GENUINE, *PHOTOS)]
    )
    names = (*STILL, TOGETHER)
    rows = [
        (name, kind, *sample.rates(number, sample.kind == kind))
        for (number, name), kind in product(enumerate(names), PHOTOS)
    ]
    print(f"VGA stills: {sample.genuine.sum()} genuine, {(~sample.genuine).sum()} of photos; a line for each size.\n")
    print(table(("measure", "photo", "AUC", "caught at 1% false alarms, %", "at 5%, %"), rows))
    for number in (0, 2, len(STILL)):
        least = line(sample.scores[sample.genuine, number], 0.01)
        groups = [sample.size == size for size in SIZES] + [sample.weather == weather for weather in WEATHER]
        above = sample.scores[:, number] > least
        rows = [(kind, *(_percent(above[(sample.kind == kind) & some]) for some in groups)) for kind in PHOTOS]
        rows.append(("false alarms", *(_percent(above[sample.genuine & some]) for some in groups)))
        print(f"\n{names[number]}: caught at 1% false alarms in all, by size and by weather, %\n")
        print(table(("photo", *(f"{size} px" for size in SIZES), *WEATHER), rows))
    print("\nThe line at 1% before a plain wall only: photos caught, false alarms before other backgrounds, %\n")
    rows = []
    for number, name in enumerate(names):
        above = sample.scores[:, number] > line(sample.scores[sample.kind == GENUINE[0], number], 0.01)
        rows.append((name, *(_percent(above[sample.kind == kind]) for kind in (*PHOTOS, *GENUINE[1:]))))
    print(table(("measure", *PHOTOS, *(f"false: {kind}" for kind in GENUINE[1:])), rows))


def report_screens(seen: Sequence[Seen]) -> None:
    near = [s for s in seen if (s.shot.size, s.shot.condition, s.shot.moment) == (SIZES[-1], "clear", 0)]
    rows = []
    for kind, mode in product(SCREENS, MODES):
        sample = [s for s in near if s.shot.mode == mode]
        genuine, photos = (
            np.array([s.measures[:2] for s in sample if s.shot.kind in some]) for some in (GENUINE, (kind,))
        )
        pitch = f"{DOTS[kind] / SIZES[-1] / SENSOR * 640:.2f}"
        rows.append((f"{kind}, {mode}", pitch, *(f"{caught(genuine[:, n], photos[:, n], 0.05):.0f}" for n in (0, 1))))
    print(f"\nScreens so near that the portrait is {SIZES[-1]} pixels high: caught at 5% false alarms, %\n")
    print(table(("screen", "dots per pixel of the sensor", *STILL[:2]), rows))


def report_bursts(seen: Sequence[Seen]) -> None:
    found = {kind: list(bursts(seen, *kind)) for kind in BURST_KINDS}
    rows = [(f"head turning {t}°, no noise", "", *(f"{left:.2f}" for left in parallax(t)), "", "") for t in TURNS[1:]]
    for ((kind, turn), some), size in product(found.items(), BURST_SIZES):
        middle = -np.median([one.measures for one in some if one.shot.size == size], axis=0)
        name = f"head turning {turn}°" if kind in GENUINE else f"{kind}, tilted {TILT:.0f}°"
        rows.append((name, f"{size}", *(f"{value:.2f}" for value in middle)))
    print("\nChange within a burst (medians): residuals in % of the eyes' distance, pose, distance of embeddings\n")
    print(table(("what", "size", *BURSTS), rows))
    every = [one for some in found.values() for one in some]
    sample = Sample(every, np.array([one.measures for one in every]))
    print(f"\n{sample.genuine.sum()} genuine bursts, a quarter of each turn, and {(~sample.genuine).sum()} of photos\n")
    rows = [(name, *sample.rates(number, ~sample.genuine)) for number, name in enumerate(BURSTS)]
    print(table(("measure", "AUC", "caught at 1%, %", "at 5%, %"), rows))


def bursts(seen: Sequence[Seen], kind: str, turn: float) -> Iterator[Seen]:
    """The first picture of each burst in which every picture shows the face, with the burst's measures."""
    of_shot = {(one.person, one.shot): one for one in seen}
    for person, size in product(sorted({one.person for one in seen}), BURST_SIZES):
        shots_of_it = [Shot(kind, size), *(Shot(kind, size, moment=n, turn=turn) for n in range(1, BURST))]
        burst = [of_shot[person, shot] for shot in shots_of_it if (person, shot) in of_shot]
        if len(burst) == BURST:
            yield Seen(person, burst[0].shot, burst[0].face, stillness([one.face for one in burst]))


def _percent(of: Array) -> str:
    return f"{100 * of.mean():.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=Path, default=PEOPLE, help="a folder of portraits for each person")
    parser.add_argument("--processes", type=int, default=2, help="how many work at once (2)")
    options = parser.parse_args()
    seen = look_at_everybody(options.people, options.processes)
    report_stills(seen)
    report_screens(seen)
    report_bursts(seen)


if __name__ == "__main__":
    main()
