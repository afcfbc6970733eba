"""dlib's eye: a detector finds faces, five landmarks align them, a ResNet turns each into 128 numbers.

The models are those of the PyPI package face_recognition_models (public domain; Davis King's dlib-models). An
embedding is the mean of two, of the face and of its mirror image; the first of them is the one that
`face_recognition.face_encodings(..., model="small")` computes for the same box.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import dlib
import numpy as np

from receiver.engines import network
from receiver.engines.faces import Candidate, Detector, align, clipped, cut_chip, hardly_seen, mirrored, quality
from receiver.engines.hog import Hog
from receiver.engines.model_files import find_detector
from receiver.engines.pictures import opened
from receiver.errors import EngineError
from receiver.language import phrase
from receiver.models import Analysis, DetectedFace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from receiver.engines.pictures import Picture, Pixels

_MOST_FACES = 12
"""In one picture, the surest ones: a crowd in a poster must not hold a worker for seconds."""


class DlibEngine:
    """The engine `dlib`. Raises EngineError when a model is missing.

    `models` is the folder for what is made or fetched once (None: nothing is kept), `detector` is auto, hog or
    yunet, `threads` is how many cores one picture may take.
    """

    name = "dlib"
    dimensions = 128

    def __init__(self, *, models: Path | None = None, detector: str = "auto", threads: int = 1) -> None:
        cv2.setNumThreads(threads)
        originals = models_folder()
        self._detectors, on_detector = _detectors(detector, models)
        self._predictor = dlib.shape_predictor(str(originals / "shape_predictor_5_face_landmarks.dat"))
        weights = originals / "dlib_face_recognition_resnet_model_v1.dat"
        self._network, on_network = network.load(weights, models, threads)
        self.remark = (
            phrase("{one} {other}", one=on_detector, other=on_network)
            if on_detector and on_network
            else on_detector or on_network
        )

    def analyse(self, picture: Path) -> Analysis:
        """Every face of a JPEG, PNG, WebP, HEIC or BMP file, recognised by its content.

        Raises BrokenPicture when it cannot be decoded to its end or is larger than pictures.MOST_PIXELS, OSError
        when the file cannot be read.
        """
        watch = _StopWatch()
        with ExitStack() as stack:
            with watch("decode"):
                image = stack.enter_context(opened(picture.read_bytes(), self._first_scale))
            with watch("detect"):
                found = self._search(image)
            with watch("decode"):
                pixels = image.pixels
            with watch("embed"):
                chips = [cut_chip(pixels, candidate) for candidate in found]
                embeddings = self._embed(chips)
            with watch("quality"):
                measures = [quality(chip, face, image) for chip, face in zip(chips, found, strict=True)]
        faces = tuple(
            DetectedFace(clipped(candidate.box, image), _landmarks(candidate), embedding, measured)
            for candidate, embedding, measured in zip(found, embeddings, measures, strict=True)
        )
        return Analysis(self.name, image.width, image.height, faces, watch.milliseconds)

    def _first_scale(self, width: int, height: int) -> float:
        return next(self._detectors[0].looks(width, height))

    def _search(self, picture: Picture) -> list[Candidate]:
        """Faces of the first look that shows any, surest first; else the best that is too blurred or dark to tell."""
        doubtful: list[Candidate] = []
        for detector in self._detectors:
            for scale in detector.looks(picture.width, picture.height):
                candidates = list(self._candidates(detector, picture, scale))
                found = [candidate for candidate in candidates if detector.confirms(candidate, picture)]
                if found:
                    return found
                doubtful += candidates
        return hardly_seen(picture, doubtful)

    def _candidates(self, detector: Detector, picture: Picture, scale: float) -> Iterator[Candidate]:
        """What a detector sees in one look and what has a face's geometry."""
        for sighting in detector.sightings(picture, scale)[:_MOST_FACES]:
            candidate = align(picture, detector.name, sighting, self._predictor)
            if candidate.looks_like_a_face:
                yield candidate

    def _embed(self, chips: Sequence[Pixels]) -> list[NDArray[np.float32]]:
        """One embedding a chip: the mean of its own and of its mirror image's."""
        if not chips:
            return []
        both = self._network.embed(np.stack([*chips, *map(mirrored, chips)]))
        return list((both[: len(chips)] + both[len(chips) :]) / 2)


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


def _detectors(wanted: str, models: Path | None) -> tuple[tuple[Detector, ...], str]:
    """The detectors in the order of their looks, and a sentence for the owner where one of them is missing.

    HOG looks where YuNet sees nothing: each misses faces that the other finds (of 1,050 door pictures in ordinary
    light YuNet 87, HOG 54, both 27). Raises EngineError when YuNet is insisted on and missing.
    """
    file = find_detector(models) if wanted != "hog" else None
    if file is not None:
        from receiver.engines.yunet import YuNet  # noqa: PLC0415

        try:
            return (YuNet(file), Hog(models)), ""
        except EngineError as error:
            return (Hog(models),), phrase("Faces are found the slower way: {why}", why=error.source)
    if wanted == "yunet":
        raise EngineError(
            "The face detector YuNet is missing",
            "Fetch it in the settings, or set recognition.detector to auto: then the slower one serves.",
        )
    return (Hog(models),), ""


def _landmarks(candidate: Candidate) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in candidate.points)


def models_folder() -> Path:
    """Where dlib's original files lie. Raises EngineError when they are not installed.

    Found without importing the package: importing it drags in pkg_resources, half a second and a warning.
    """
    package = importlib.util.find_spec("face_recognition_models")
    if package is None or not package.submodule_search_locations:
        raise EngineError("The face models are missing", "Install the Python package face_recognition_models.")
    return Path(package.submodule_search_locations[0]) / "models"
