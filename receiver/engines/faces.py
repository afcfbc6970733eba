"""From a place where a detector saw something to a face: landmarks, their geometry, the chip, its measures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import cv2
import dlib
import numpy as np

from receiver.engines.pictures import to_grey
from receiver.models import Box, Quality

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from receiver.engines.pictures import Picture, Pixels

    Point = NDArray[np.float64]
    """x, y."""

CHIP = 150
"""Pixels across of the network's input."""
_PADDING = 0.25
"""Around the face in the chip, as dlib's examples cut it (get_face_chip_details)."""

_STRAIGHT = 0.79
"""How far the nose ends below the eyes of a head held straight, in eye distances: the median of 136 faces of
../shared/data/faces; 0.71 to 0.98 are 5 and 95 %."""

_SOFT, _DIM, _NARROW = 5.0, 40.0, 18.0
"""Where nothing else is found, a candidate under one of the first two (sharpness, brightness of the chip; eyes not
nearer than the third, in pixels) is shown as a face: blur and darkness explain the low score. It is marked as not sure,
and verdicts.py lets no such face be a stranger."""


class Sighting(NamedTuple):
    """Where a detector sees a face: sides of a box like HOG's, in pixels of the full picture, and its score."""

    left: float
    top: float
    right: float
    bottom: float
    score: float


class Detector(Protocol):
    """Finds places; whether they are faces is decided with the landmarks."""

    name: str
    """hog or yunet, kept with the measures because each has its own scale of scores."""

    def looks(self, width: int, height: int) -> Iterator[float]:
        """The scales at which a picture is searched, until one of them shows a face."""

    def sightings(self, picture: Picture, scale: float) -> list[Sighting]:
        """What may be a face, surest first."""

    def confirms(self, candidate: Candidate, picture: Picture) -> bool:
        """Whether it is one, now that its landmarks are known."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a face, with its five landmarks in pixels of the full picture."""

    detector: str
    box: Any
    """dlib's rectangle."""
    shape: Any
    """dlib's five points, for the chip."""
    points: NDArray[np.float64]
    """5 x 2: outer and inner corner of the eye at the picture's right, of the eye at its left, below the nose."""
    score: float
    sure: bool = True
    """Whether the detector confirmed it."""

    @property
    def eyes(self) -> tuple[Point, Point]:
        """Centres of the eyes at the picture's left and right."""
        return self.points[2:4].mean(axis=0), self.points[:2].mean(axis=0)

    @property
    def eye_distance(self) -> float:
        """Pixels between the eyes' centres."""
        left, right = self.eyes
        return math.dist(left, right)

    @property
    def nose(self) -> tuple[float, float]:
        """Where the nose ends, from the middle between the eyes, in eye distances: (sideways, downwards)."""
        return nose_from_eyes(*self.eyes, self.points[4])

    @property
    def looks_like_a_face(self) -> bool:
        """Whether the landmarks lie as a head allows, and in proportion to the box."""
        return is_a_heads(*self.eyes, self.points[4]) and 0.25 < self.eye_distance / max(self.box.width(), 1) < 0.65

    @property
    def roll(self) -> float:
        """Degrees by which the line through the eyes falls from the picture's left to its right."""
        left, right = self.eyes
        return math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))


def nose_from_eyes(left: Point, right: Point, nose: Point) -> tuple[float, float]:
    """The nose seen from the middle between the eyes, in eye distances: (sideways, downwards)."""
    distance = max(math.dist(left, right), 1.0)
    along = (right - left) / distance
    offset = (nose - (left + right) / 2) / distance
    return float(offset @ along), float(offset @ np.array([-along[1], along[0]]))


def is_a_heads(left: Point, right: Point, nose: Point) -> bool:
    """Whether three points lie as a head allows: eyes apart and nearly level, the nose below and between."""
    across, rise = right - left
    sideways, downwards = nose_from_eyes(left, right, nose)
    return bool(
        across > 0
        and abs(rise) < across  # HOG's five views reach some 30 degrees of roll
        and 0.3 < downwards < 1.2
        and abs(sideways) < 0.8
    )


def align(picture: Picture, detector: str, sighting: Sighting, predictor: Any) -> Candidate:
    """Find the landmarks at full resolution; `predictor` is dlib's for five points."""
    box = dlib.rectangle(*(round(side) for side in sighting[:4]))
    shape = predictor(picture.pixels, box)
    points = np.array([(point.x, point.y) for point in shape.parts()], np.float64)
    return Candidate(detector, box, shape, points, sighting.score)


def cut_chip(pixels: Pixels, candidate: Candidate) -> Pixels:
    """The face upright in 150 x 150 pixels, as dlib's network was trained."""
    return np.asarray(dlib.get_face_chip(pixels, candidate.shape, CHIP, _PADDING), np.uint8)


def mirrored(chip: Pixels) -> Pixels:
    """Left and right exchanged."""
    return np.asarray(cv2.flip(chip, 1), np.uint8)


def hardly_seen(picture: Picture, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The surest candidate whose low score blur or darkness explains, or none."""
    for candidate in sorted(candidates, key=lambda candidate: -candidate.score):
        if candidate.eye_distance >= _NARROW:
            measures = quality(cut_chip(picture.pixels, candidate), candidate, picture)
            if measures.sharpness < _SOFT or measures.brightness < _DIM:
                return [replace(candidate, sure=False)]
    return []


def quality(chip: Pixels, candidate: Candidate, picture: Picture) -> Quality:
    """The measures of a face; half a millisecond."""
    grey = to_grey(chip)
    edges = cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.5), cv2.CV_64F)
    sideways, downwards = candidate.nose
    return Quality(
        eye_distance=round(candidate.eye_distance, 1),
        sharpness=round(float(edges.var()), 2),
        brightness=round(float(grey.mean()), 1),
        contrast=round(float(grey.std()), 1),
        yaw=round(sideways, 3),
        score=round(candidate.score, 3),
        detector=candidate.detector,
        pitch=round(downwards - _STRAIGHT, 3),
        roll=round(candidate.roll, 1),
        cut_off=round(_share_outside(candidate.box, picture), 3),
        sure=candidate.sure,
    )


def clipped(box: Any, picture: Picture) -> Box:
    """As face_recognition orders and trims it: a face at the edge has a box that reaches beyond the picture."""
    return Box(
        max(box.top(), 0), min(box.right(), picture.width), min(box.bottom(), picture.height), max(box.left(), 0)
    )


def _share_outside(box: Any, picture: Picture) -> float:
    inside = clipped(box, picture)
    whole = (box.right() - box.left()) * (box.bottom() - box.top())
    return float(1.0 - max(inside.width, 0) * max(inside.height, 0) / max(whole, 1))
