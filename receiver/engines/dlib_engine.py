"""dlib's eye: HOG finds faces, five landmarks align them, a ResNet turns each into 128 numbers.

The models are those of the PyPI package face_recognition_models (public domain; Davis King's dlib-models), and an
embedding is the one `face_recognition.face_encodings(..., model="small")` computes for the same box.
"""

from __future__ import annotations

import importlib.util
import io
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import dlib
import numpy as np

from receiver.errors import BrokenPicture, EngineError, NotAJpeg
from receiver.jpeg import decode_strictly
from receiver.models import Analysis, Box, DetectedFace, Quality

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from receiver.models import Embedding

    Pixels = NDArray[np.uint8]

MOST_PIXELS = 60_000_000
"""Largest picture that is decoded (a gallery photo; doors are held to less at the border): 180 MB as RGB."""

_ENOUGH_PIXELS = 3_000_000
"""Up to here one pass is made at full size; a larger picture is tried on a copy of at most this size first."""
_MOST_SEARCHED = 16_000_000
"""The largest picture HOG is run on: 1.5 s. The smallest face found in 60 megapixels is then 160 pixels wide."""
_MOST_ENLARGED = 4_000_000
"""An enlarged copy may have this many pixels (0.5 s), so that a picture without a face is not searched for ever."""

_CHIP = 150
_PADDING = 0.25
"""The network's input as dlib cuts it (get_face_chip_details)."""

_MOST_DOUBLINGS = 2

_LEAST_SCORE, _SURE, _LOOKED_AT_AGAIN = -0.25, 0.5, 0.3
"""HOG scores: what is a candidate at all, what is a face without more ado, and what any other candidate must reach
when it is looked at again on its own. Folds of a coat reach 0.1 there, faces that were merely small for the first
look 0.4 to 2.5 (docs/recognition.md)."""
_SECOND_LOOK = 240
"""Pixels across of the second look's picture; the face fills half of it, HOG's best size."""
_MOST_CANDIDATES = 12

_SOFT, _DIM, _NARROW = 5.0, 40.0, 18.0
"""Where nothing else is found, a candidate under one of the first two (sharpness, brightness of the chip; eyes not
nearer than the third, in pixels) is shown as a face: blur and darkness explain the low score, and verdicts.py lets no
such face be a stranger."""


class DlibEngine:
    """The engine `dlib`; takes about a second to load and 150 MB. Raises EngineError when a model is missing."""

    name = "dlib"
    dimensions = 128

    def __init__(self) -> None:
        models = _models_folder()
        self._find = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat"))
        self._network = dlib.face_recognition_model_v1(str(models / "dlib_face_recognition_resnet_model_v1.dat"))

    def analyse(self, picture: Path) -> Analysis:
        """Every face of a JPEG, PNG, WebP, HEIC or BMP file, recognised by its content.

        Raises BrokenPicture when it cannot be decoded to its end or is larger than MOST_PIXELS, OSError when the
        file cannot be read.
        """
        watch = _StopWatch()
        with watch("decode"):
            pixels = decode(picture.read_bytes())
        with watch("detect"):
            found = self._detect(pixels)
        faces = tuple(self._describe(pixels, candidate, watch) for candidate in found)
        height, width = pixels.shape[:2]
        return Analysis(self.name, width, height, faces, watch.milliseconds)

    def _detect(self, pixels: Pixels) -> list[_Candidate]:
        """Faces of the first pass that finds any, surest first; else the best that is too blurred or dark to tell.

        Grey gives HOG the same faces as RGB in three quarters of the time.
        """
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        doubtful: list[_Candidate] = []
        for scale, doublings in _passes(grey.size):
            candidates = self._candidates(pixels, _resized(grey, scale), scale, doublings)
            found = [c for c in candidates if c.score >= _SURE or self._look_again(c, grey)]
            if found:
                return found
            doubtful += candidates
        hardly_seen = (c for c in doubtful if c.eye_distance >= _NARROW and _is_hardly_seen(pixels, c))
        return sorted(hardly_seen, key=lambda candidate: -candidate.score)[:1]

    def _candidates(self, pixels: Pixels, grey: NDArray[Any], scale: float, doublings: int) -> list[_Candidate]:
        """What HOG takes for a face and has a face's geometry, best first."""
        boxes, scores, _ = self._find.run(grey, doublings, _LEAST_SCORE)
        best = sorted(zip(boxes, scores, strict=True), key=lambda found: -found[1])[:_MOST_CANDIDATES]
        aligned = (self._align(pixels, box, scale, score) for box, score in best)
        return [candidate for candidate in aligned if candidate.looks_like_a_face]

    def _look_again(self, candidate: _Candidate, grey: NDArray[Any]) -> bool:
        """Whether HOG finds the face again when it is cut out with its surroundings."""
        box, height, width = candidate.box, *grey.shape
        spare = box.width() // 2
        left, top = max(box.left() - spare, 0), max(box.top() - spare, 0)
        cut = grey[top : min(box.bottom() + spare, height), left : min(box.right() + spare, width)]
        factor = _SECOND_LOOK / max(cut.shape)
        again, _, _ = self._find.run(_resized(cut, factor), 0, _LOOKED_AT_AGAIN)
        middle = dlib.point(*(round((c - o) * factor) for c, o in zip(_middle(box), (left, top), strict=True)))
        return any(found.contains(middle) for found in again)

    def _align(self, pixels: Pixels, box: Any, scale: float, score: float) -> _Candidate:
        sides = (box.left(), box.top(), box.right(), box.bottom())
        full = dlib.rectangle(*(round(side / scale) for side in sides))
        shape = self._landmarks(pixels, full)
        return _Candidate(full, shape, np.array([(p.x, p.y) for p in shape.parts()], np.float64), score)

    def _describe(self, pixels: Pixels, candidate: _Candidate, watch: _StopWatch) -> DetectedFace:
        with watch("embed"):
            chip = dlib.get_face_chip(pixels, candidate.shape, _CHIP, _PADDING)
            embedding: Embedding = np.array(self._network.compute_face_descriptor(chip), np.float32)
        with watch("quality"):
            quality = _quality(chip, candidate)
        points = tuple((float(x), float(y)) for x, y in candidate.points)
        return DetectedFace(_clipped(candidate.box, pixels), points, embedding, quality)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What HOG takes for a face, with its five landmarks in pixels of the full picture."""

    box: Any
    shape: Any
    points: NDArray[np.float64]
    """5 x 2: outer and inner corner of the eye at the picture's right, of the eye at its left, below the nose."""
    score: float

    @property
    def eyes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres of the eyes at the picture's left and right."""
        return self.points[2:4].mean(axis=0), self.points[:2].mean(axis=0)

    @property
    def eye_distance(self) -> float:
        """Pixels between the eyes' centres."""
        left, right = self.eyes
        return float(np.hypot(*(right - left)))

    @property
    def nose(self) -> tuple[float, float]:
        """Where the nose ends, from the middle between the eyes, in eye distances: (sideways, downwards)."""
        left, right = self.eyes
        along = (right - left) / max(self.eye_distance, 1.0)
        offset = (self.points[4] - (left + right) / 2) / max(self.eye_distance, 1.0)
        return float(offset @ along), float(offset @ np.array([-along[1], along[0]]))

    @property
    def looks_like_a_face(self) -> bool:
        """Whether the landmarks lie as a head allows: eyes apart and nearly level, the nose below and between."""
        left, right = self.eyes
        sideways, downwards = self.nose
        across, rise = right - left
        return bool(
            across > 0
            and abs(rise) < across  # HOG's five views reach some 30 degrees of roll
            and 0.25 < self.eye_distance / max(self.box.width(), 1) < 0.65
            and 0.3 < downwards < 1.2
            and abs(sideways) < 0.8
        )


class _StopWatch:
    """Adds up milliseconds by stage."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        spent = (time.perf_counter() - begun) * 1000
        self.milliseconds[stage] = round(self.milliseconds.get(stage, 0.0) + spent, 2)


def decode(data: bytes) -> Pixels:
    """The upright picture as RGB, uint8, height x width x 3.

    Raises BrokenPicture when the bytes are no picture, fall apart, or hold more than MOST_PIXELS.
    """
    if data.startswith((b"\xff\xd8\xff", b"\x00\xff\xd8")):
        try:
            return decode_strictly(data)
        except NotAJpeg:
            pass  # a photo larger than a door may send, or of a rare kind: Pillow knows, or says why not
    return _decode_with_pillow(data)


def _decode_with_pillow(data: bytes) -> Pixels:
    from PIL import Image, ImageFile, ImageOps  # noqa: PLC0415  -- door pictures are JPEG and never need it

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # face_recognition, where it is imported, lets half pictures pass
    if data[4:8] == b"ftyp":
        _teach_pillow_heic()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_formats(Image)) as image:
                _refuse_giants(image.width, image.height)
                return np.array(_eight_bits(ImageOps.exif_transpose(image)).convert("RGB"))
    except BrokenPicture:
        raise
    except Exception as error:  # hostile bytes make decoders raise anything at all
        raise BrokenPicture(f"It cannot be decoded: {error}") from None


def _teach_pillow_heic() -> None:
    from pillow_heif import register_heif_opener  # noqa: PLC0415  -- 20 MB that only iPhone photos need

    register_heif_opener()


def _formats(image_module: Any) -> list[str]:
    """Only these decoders see bytes from outside; Pillow knows fifty more."""
    image_module.init()
    return [name for name in ("JPEG", "PNG", "WEBP", "BMP", "HEIF") if name in image_module.OPEN]


def _refuse_giants(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise BrokenPicture(f"It has {width} x {height} pixels; the limit is {MOST_PIXELS // 1_000_000} million.")


def _eight_bits(image: Any) -> Any:
    """Pillow cuts 16 grey bits off at 255 instead of scaling them."""
    if not image.mode.startswith("I"):
        return image
    from PIL import Image  # noqa: PLC0415

    return Image.fromarray((np.asarray(image, np.uint32) >> 8).clip(0, 255).astype(np.uint8))


def _passes(pixels: int) -> Iterator[tuple[float, int]]:
    """(scale, doublings) of every search: reduced copies of a large picture, full size, enlarged small ones."""
    most = min(1.0, (_MOST_SEARCHED / pixels) ** 0.5)
    scale = min(1.0, (_ENOUGH_PIXELS / pixels) ** 0.5)
    while scale < most:
        yield scale, 0
        scale *= 2
    yield most, 0
    for doublings in range(1, _MOST_DOUBLINGS + 1):
        if pixels * 4**doublings <= _MOST_ENLARGED:
            yield 1.0, doublings


def _resized(grey: NDArray[Any], scale: float) -> NDArray[Any]:
    if scale == 1.0:
        return grey
    size = [max(1, round(side * scale)) for side in grey.shape[::-1]]
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def _is_hardly_seen(pixels: Pixels, candidate: _Candidate) -> bool:
    quality = _quality(dlib.get_face_chip(pixels, candidate.shape, _CHIP, _PADDING), candidate)
    return quality.sharpness < _SOFT or quality.brightness < _DIM


def _middle(box: Any) -> tuple[float, float]:
    return (box.left() + box.right()) / 2, (box.top() + box.bottom()) / 2


def _quality(chip: Pixels, candidate: _Candidate) -> Quality:
    grey = cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY)
    edges = cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.5), cv2.CV_64F)
    return Quality(
        eye_distance=round(candidate.eye_distance, 1),
        sharpness=round(float(edges.var()), 2),
        brightness=round(float(grey.mean()), 1),
        contrast=round(float(grey.std()), 1),
        yaw=round(candidate.nose[0], 3),
        score=round(candidate.score, 3),
    )


def _clipped(box: Any, pixels: Pixels) -> Box:
    """As face_recognition orders and trims it: a face at the edge has a box that reaches beyond the picture."""
    height, width = pixels.shape[:2]
    return Box(max(box.top(), 0), min(box.right(), width), min(box.bottom(), height), max(box.left(), 0))


def _models_folder() -> Path:
    """Found without importing the package: importing it drags in pkg_resources, half a second and a warning."""
    package = importlib.util.find_spec("face_recognition_models")
    if package is None or not package.submodule_search_locations:
        raise EngineError("The face models are missing", "Install the Python package face_recognition_models.")
    return Path(package.submodule_search_locations[0]) / "models"
