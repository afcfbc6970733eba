"""The eye that is always there: dlib's HOG face detector, five views of an upright head, found from 80 pixels on.

Building it anew takes dlib 0.4 to 0.9 s, because it unpacks five detectors from a compressed text; saved once to the
folder for models it is read in 2 ms, with the same boxes and the same scores.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import dlib
import numpy as np

from receiver.engines.faces import Sighting
from receiver.engines.kept_network import digest
from receiver.engines.pictures import to_grey

if TYPE_CHECKING:
    from receiver.engines.faces import Candidate
    from receiver.engines.pictures import Grey, Picture

log = logging.getLogger(__name__)

_FIRST_LOOK = 480_000
"""Pixels of the first copy of a large picture, 800 x 600 (35 ms); each further look doubles its sides."""
_WORTH_A_LOOK = 1.5
"""Where full size is less than so many times the sides of the first copy, it is searched at once."""
_MOST_SEARCHED = 16 * _FIRST_LOOK
"""The largest copy HOG is run on: 0.6 s. The smallest face found in 12 megapixels is then 100 pixels wide."""
_MOST_ENLARGED = 4_000_000
"""An enlarged copy may have this many pixels (0.3 s), so that a picture without a face is not searched for ever."""
_MOST_DOUBLINGS = 2

_LEAST_SCORE, _SURE, _LOOKED_AT_AGAIN = -0.25, 0.5, 0.3
"""HOG scores: what is a candidate at all, what is a face without more ado, and what any other candidate must reach
when it is looked at again on its own. Folds of a coat reach 0.1 there, faces that were merely small for the first
look 0.4 to 2.5 (docs/recognition.md)."""
_SECOND_LOOK = 240
"""Pixels across of the second look's picture; the face fills half of it, HOG's best size."""


class Hog:
    """dlib's HOG on grey: the same faces as on RGB in three quarters of the time."""

    name = "hog"

    def __init__(self, models: Path | None) -> None:
        self._find = load(models)

    def looks(self, width: int, height: int) -> Iterator[float]:
        """Reduced copies of a large picture, full size, enlarged copies of a small one."""
        pixels = width * height
        most = min(1.0, (_MOST_SEARCHED / pixels) ** 0.5)
        scale = (_FIRST_LOOK / pixels) ** 0.5
        while scale * _WORTH_A_LOOK < most:
            yield scale
            scale *= 2
        yield most
        for doublings in range(1, _MOST_DOUBLINGS + 1):
            if pixels * 4**doublings <= _MOST_ENLARGED:
                yield float(2**doublings)

    def sightings(self, picture: Picture, scale: float) -> list[Sighting]:
        """What HOG takes for a face, surest first."""
        doublings = max(0, round(math.log2(scale)))
        reduction = min(scale, 1.0)
        boxes, scores, _ = self._find.run(picture.grey(reduction), doublings, _LEAST_SCORE)
        found = sorted(zip(boxes, scores, strict=True), key=lambda pair: -pair[1])
        return [_sighting(box, reduction, score) for box, score in found]

    def confirms(self, candidate: Candidate, picture: Picture) -> bool:
        """A good score, or a fair one when it is cut out with its surroundings and looked at again."""
        return candidate.score >= _SURE or self._finds_again(candidate.box, picture)

    def _finds_again(self, box: Any, picture: Picture) -> bool:
        spare = box.width() // 2
        left, top = max(box.left() - spare, 0), max(box.top() - spare, 0)
        right, bottom = min(box.right() + spare, picture.width), min(box.bottom() + spare, picture.height)
        cut = to_grey(picture.pixels[top:bottom, left:right])
        factor = _SECOND_LOOK / max(cut.shape)
        again, _, _ = self._find.run(_resized(cut, factor), 0, _LOOKED_AT_AGAIN)
        middle = dlib.point(round((_centre(box)[0] - left) * factor), round((_centre(box)[1] - top) * factor))
        return any(found.contains(middle) for found in again)


def load(models: Path | None) -> Any:
    """dlib's frontal face detector: from the folder `models` where it lies there whole, else made and put there.

    The file's name holds dlib's version and the content's digest, because dlib reads a damaged file without a word.
    """
    for kept in _kept(models):
        with suppress(OSError, RuntimeError):
            if digest(kept) == kept.stem.rpartition("-")[2]:
                return dlib.fhog_object_detector(str(kept))
        log.warning("The face detector in %s is damaged; it is made again.", kept)
        with suppress(OSError):
            kept.unlink()
    detector = dlib.get_frontal_face_detector()
    if models is not None:
        _keep(detector, models)
    return detector


def _kept(models: Path | None) -> list[Path]:
    return sorted(models.glob(f"{_name()}-*.svm")) if models else []


def _keep(detector: Any, models: Path) -> None:
    """Under its name there is a whole file or none; without one the next start is slower, and that is all."""
    temporary = models / f".{_name()}.{os.getpid()}"
    try:
        models.mkdir(parents=True, exist_ok=True)
        detector.save(str(temporary))
        temporary.replace(models / f"{_name()}-{digest(temporary)}.svm")
    except (OSError, RuntimeError) as error:
        log.info("The face detector could not be kept in %s: %s", models, error)
        with suppress(OSError):
            temporary.unlink()


def _name() -> str:
    return f"dlib-hog-{dlib.__version__}"


def _sighting(box: Any, scale: float, score: float) -> Sighting:
    left, top, right, bottom = (side / scale for side in (box.left(), box.top(), box.right(), box.bottom()))
    return Sighting(left, top, right, bottom, score)


def _resized(grey: Grey, scale: float) -> Grey:
    size = [max(1, round(side * scale)) for side in grey.shape[::-1]]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def _centre(box: Any) -> tuple[float, float]:
    return (box.left() + box.right()) / 2, (box.top() + box.bottom()) / 2
