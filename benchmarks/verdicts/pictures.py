"""Every picture of everybody, looked at once with the product's engine."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import door_pictures
from benchmarks.door_pictures import ENROLLED, Shot
from receiver.engines import create, dlib_engine, network
from receiver.models import Analysis, DetectedFace, Judgement
from receiver.verdicts import judge_photo, shortcoming

Embedding = NDArray[np.float32]

MOST_PHOTOS = 4
"""Photos that somebody needs to live in a household."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture and what the engine says about it."""

    person: str
    portrait: int
    shot: Shot
    analysis: Analysis
    plain: Embedding | None
    """The largest face's embedding as face_recognition computes it: without its mirror image."""

    @property
    def face(self) -> DetectedFace | None:
        """The largest one."""
        return max(self.analysis.faces, key=lambda face: face.box.width, default=None)

    @property
    def usable(self) -> bool:
        """Good enough for a name."""
        return self.face is not None and not shortcoming(self.face.quality)[1]


Photos = Mapping[str, Sequence[Seen]]
"""Name -> photos that the gallery would take."""


def good_photos(everything: Iterable[Seen]) -> dict[str, list[Seen]]:
    """Of everybody who has enough photos that the gallery would take."""
    photos: dict[str, list[Seen]] = defaultdict(list)
    for seen in everything:
        if seen.shot == ENROLLED and judge_photo(seen.analysis)[0] is Judgement.GOOD:
            photos[seen.person].append(seen)
    return {name: theirs for name, theirs in photos.items() if len(theirs) >= MOST_PHOTOS}


def look_at_everybody(folder: Path, detector: str, models: Path, processes: int) -> list[Seen]:
    """Every picture of everybody, analysed once."""
    everybody = door_pictures.people(folder) | {name: [face] for name, face in door_pictures.portraits().items()}
    tasks = [(name, number, image) for name, images in everybody.items() for number, image in enumerate(images)]
    Eye(models, detector)  # converts the network, so that the others find it there
    with ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=_open_eye, initargs=(models, detector)
    ) as pool:
        return [seen for some in pool.map(_look_at, *zip(*tasks, strict=True)) for seen in some]


class Eye:
    """The product's engine, and beside it the plain embedding."""

    def __init__(self, models: Path, detector: str) -> None:
        cv2.setNumThreads(1)
        self._engine = create("dlib", models=models, detector=detector, threads=1)
        weights = dlib_engine.models_folder() / "dlib_face_recognition_resnet_model_v1.dat"
        self._network, _ = network.load(weights, models)
        self._file = models / f"{os.getpid()}.jpg"

    def look(self, person: str, portrait: int, shot: Shot, jpeg: bytes) -> Seen:
        self._file.write_bytes(jpeg)
        seen = Seen(person, portrait, shot, self._engine.analyse(self._file), None)
        return Seen(person, portrait, shot, seen.analysis, self._plain(seen.face) if seen.face else None)

    def _plain(self, face: DetectedFace) -> Embedding:
        box = dlib.rectangle(face.box.left, face.box.top, face.box.right, face.box.bottom)
        points = [dlib.point(round(x), round(y)) for x, y in face.landmarks]
        pixels = np.asarray(Image.open(self._file).convert("RGB"))
        chip = dlib.get_face_chip(pixels, dlib.full_object_detection(box, points), 150, 0.25)
        embedding: Embedding = self._network.embed(chip[np.newaxis])[0]
        return embedding


_eye: list[Eye] = []
"""The one of this process."""


def _open_eye(models: Path, detector: str) -> None:
    _eye.append(Eye(models, detector))


def _look_at(person: str, number: int, portrait: Image.Image) -> list[Seen]:
    return [_eye[0].look(person, number, shot, shot.of(portrait)) for shot in door_pictures.shots(number)]
