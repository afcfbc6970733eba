"""The faster eye: YuNet, a small convolutional face detector of the OpenCV zoo, used where its file is.

Wu, Peng, Yu: "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20 (2023). It sees
faces that HOG does not (turned, dark, from 10 pixels on) in a tenth of the time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from receiver.engines.faces import Sighting, is_a_heads
from receiver.errors import EngineError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from receiver.engines.faces import Candidate
    from receiver.engines.pictures import Picture

_LONGEST_SIDES = (320, 640, 1280)
"""Of the copies that are searched until one shows a face: 4, 13 and 70 ms on two cores. The last one finds faces that
are 60 pixels wide in 1600 x 1200."""
_WORTH_A_LOOK = 1.2
"""A picture whose longest side is at most so many times that of a copy is searched as it is."""
_LARGEST_TILE, _TILES_SHARE = 768, 128
"""Pixels. A larger copy is searched in tiles, because OpenCV's network keeps 100 MB for 1280 x 960 and 20 MB for a
tile; what is larger than they share was found on a smaller copy."""

_LEAST_SCORE, _SURE = 0.6, 0.7
"""YuNet's scores, 0 to 1: what is a candidate at all, and what is a face. At 0.7 and 24 pixels it marked one thing
that is none (a dog) in 128 pictures without faces; faces in ordinary light have 0.85 and more."""
_NARROWEST = 24.0
"""Pixels across; what is smaller is as often a leaf as a face, and nobody could be named by it."""
_MOST = 50
"""Boxes before the overlapping ones are dropped."""
_OVERLAP = 0.3

_AS_HOG, _LOWER = 1.10, 0.057
"""HOG's box is so many times as wide, and its centre so many widths lower: medians of 142 faces of
../shared/data/faces. The landmarks are dlib's, and its predictor was trained on HOG's boxes."""


class YuNet:
    """YuNet in OpenCV. Raises EngineError when the file cannot be used."""

    name = "yunet"

    def __init__(self, file: Path) -> None:
        try:
            self._find = _load(file.read_bytes())
            for side in (32, 64):  # a file that takes one size only is of no use
                self._marks(np.zeros((side, side, 3), np.uint8))
        except (OSError, cv2.error) as error:
            raise EngineError("The face detector YuNet cannot be loaded", f"{file}: {error}") from None

    def looks(self, width: int, height: int) -> Iterator[float]:
        """Copies of growing size, up to full size where that is not too large."""
        longest = max(width, height)
        for side in _LONGEST_SIDES:
            if longest <= side * _WORTH_A_LOOK:
                yield 1.0
                return
            yield side / longest

    def sightings(self, picture: Picture, scale: float) -> list[Sighting]:
        """What YuNet takes for a face, is wide enough and has its own five points where a head has them."""
        copy = cv2.cvtColor(picture.copy(scale), cv2.COLOR_RGB2BGR)
        seen = np.concatenate([self._marks(copy[rows, columns]) + offset for rows, columns, offset in _tiles(copy)])
        marks = seen / _per_mark(scale)
        wide_enough = marks[marks[:, 2] >= _NARROWEST]
        found = [_sighting(mark) for mark in wide_enough if _has_a_heads_points(mark)]
        return _each_once(sorted(found, key=lambda sighting: -sighting.score))

    def confirms(self, candidate: Candidate, picture: Picture) -> bool:
        """A good score is enough."""
        return candidate.score >= _SURE

    def _marks(self, pixels: Any) -> NDArray[np.float64]:
        """n x 15: left, top, width, height, five points as x and y (eyes, nose, corners of the mouth), score."""
        self._find.setInputSize((pixels.shape[1], pixels.shape[0]))
        _, marks = self._find.detect(pixels)
        return np.zeros((0, 15)) if marks is None else np.asarray(marks, np.float64)


def _load(model: bytes) -> cv2.FaceDetectorYN:
    """From memory, because OpenCV cannot open every path on Windows."""
    network, configuration = np.frombuffer(model, np.uint8), np.zeros(0, np.uint8)
    with _without_warnings():
        return cv2.FaceDetectorYN.create("onnx", network, configuration, (32, 32), _LEAST_SCORE, _OVERLAP, _MOST)


@contextmanager
def _without_warnings() -> Iterator[None]:
    """OpenCV 5 prints "Targets are not supported by the new graph engine" each time; errors are still printed."""
    before = cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(before)


def _tiles(pixels: Any) -> Iterator[tuple[slice, slice, NDArray[np.float64]]]:
    """(rows, columns, what is to be added to a mark found there); the whole picture where it is small enough."""
    for rows in _spans(pixels.shape[0]):
        for columns in _spans(pixels.shape[1]):
            x, y = columns.start, rows.start
            yield rows, columns, np.array([x, y, 0, 0, *(x, y) * 5, 0], np.float64)


def _spans(side: int) -> list[slice]:
    """As few equal pieces of at most _LARGEST_TILE as cover a side, each sharing _TILES_SHARE with the next."""
    if side <= _LARGEST_TILE:
        return [slice(0, side)]
    count = math.ceil((side - _TILES_SHARE) / (_LARGEST_TILE - _TILES_SHARE))
    length = math.ceil((side + (count - 1) * _TILES_SHARE) / count)
    return [slice(start, min(start + length, side)) for start in range(0, side, length - _TILES_SHARE)][:count]


def _each_once(found: Sequence[Sighting]) -> list[Sighting]:
    """Without those that two tiles have seen: the surer one stays."""
    kept: list[Sighting] = []
    for sighting in found:
        x, y = (sighting.left + sighting.right) / 2, (sighting.top + sighting.bottom) / 2
        if not any(other.left < x < other.right and other.top < y < other.bottom for other in kept):
            kept.append(sighting)
    return kept


def _per_mark(scale: float) -> NDArray[np.float64]:
    """Fourteen numbers are pixels of the searched copy, the last one is the score."""
    return np.array([scale] * 14 + [1.0])


def _has_a_heads_points(mark: NDArray[np.float64]) -> bool:
    left, right, nose, *mouth = mark[4:14].reshape(5, 2)
    return is_a_heads(left, right, nose) and _mean_y(mouth) > nose[1]


def _mean_y(points: list[NDArray[np.float64]]) -> float:
    return float(np.mean(points, axis=0)[1])


def _sighting(mark: NDArray[np.float64]) -> Sighting:
    """With the box that HOG would have drawn."""
    left, top, width, height = mark[:4]
    x, y, half = left + width / 2, top + height / 2 + width * _LOWER, width * _AS_HOG / 2
    return Sighting(x - half, y - half, x + half, y + half, float(mark[14]))
