"""Photos on their way into the gallery: what each is good for, several judged at once, and batches of them."""

from __future__ import annotations

import logging
import math
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from receiver.decoding import decode
from receiver.errors import BrokenPicture, GalleryError, in_english
from receiver.gallery_files import PhotoFile, content_hash, kind_of, read, stamp
from receiver.known_photos import Judged, KnownPhotos, already_with
from receiver.language import mark
from receiver.models import Analysis, Box, Judgement, Likeness, Photo
from receiver.verdicts import judge_photo
from receiver.workers import WorkerLost, WorkerPool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from receiver.models import Embedding

    Item = TypeVar("Item")
    Result = TypeVar("Result")

log = logging.getLogger(__name__)

_TRIES = 2
_TAKEN_DOWN = mark("it took the recogniser down twice")
_WORTH_A_WORKER = 8
"""Photos for which one more worker is started: fewer are judged by the first one before another has loaded."""
_CROP_MARGINS = (0.6, 0.25)
"""Around a visitor's face, in widths of its box: generous first, then without the neighbour."""
_DAMAGED = (
    mark("it is damaged"),
    mark("it is damaged. It was cut off on the way"),
    mark("it is damaged. The decoder says: {error}"),
    mark("it is damaged. It cannot be decoded: {error}"),
)
"""What is said of a `BrokenPicture`, for the catalogue."""
_NOT_READ = Judged(Judgement.UNREADABLE, mark("it cannot be read"))
_DUPLICATE = Judged(Judgement.DUPLICATE, "")
"""Whose photo it is already is only known when its turn comes."""

Cancelled = Callable[[], bool]


class Seen(NamedTuple):
    """A photo that was looked at."""

    source: Path
    hash: str
    """Empty when it cannot be read."""
    staged: Path
    """The judged copy."""
    judged: Judged


class PhotoJudge:
    """Says what photos are good for, once for each content, with the workers of `pool`; from any thread.

    From `stopping` on nothing new is begun, and a worker that is lost is nobody's fault.
    """

    def __init__(self, known: KnownPhotos, pool: WorkerPool, stopping: threading.Event) -> None:
        self._known = known
        self._pool = pool
        self._stopping = stopping

    def side_by_side(
        self, work: Callable[[Item], Result], items: Sequence[Item], cancelled: Cancelled | None = None
    ) -> Iterator[Result]:
        """Results in the order of the items, from as many threads as have a worker to keep busy.

        Ends early when it is cancelled or the gallery stops: what has begun is finished, the rest never begins.
        """
        threads = max(1, min(self._pool.processes, math.ceil(len(items) / _WORTH_A_WORKER)))
        coming = iter(items)
        begun: deque[Future[Result]] = deque()
        with ThreadPoolExecutor(threads, "gallery-judge") as executor:
            try:
                while True:
                    if self._stopping.is_set() or (cancelled and cancelled()):
                        coming = iter(())
                        begun = deque(future for future in begun if not future.cancel())
                    begun.extend(executor.submit(work, item) for item in islice(coming, 2 * threads - len(begun)))
                    if not begun:
                        return
                    yield begun.popleft().result()
            finally:
                for future in begun:
                    future.cancel()

    def judge_file(self, file: PhotoFile) -> None:
        """Read, hash and judge one file; a file that changes meanwhile waits for the next survey.

        Raises EngineError when nothing can be judged.
        """
        try:
            data = read(file.path)
            judged = self.judgement_of(data, file.path)
            if stamp(file.path) != (file.size, file.modified):
                return
            self._known.remember(file.path, content_hash(data), judged)
        except FileNotFoundError:
            return
        except (OSError, GalleryError) as error:
            log.info("A photo cannot be read: %s: %s", file.path.name, in_english(error))
            self._known.remember_unreadable(file, _NOT_READ)

    def judgement_of(self, data: bytes, path: Path) -> Judged:
        """What these bytes, which lie at `path`, are good for: known already, obvious, or asked of a worker.

        Raises EngineError when nothing can be judged.
        """
        hash_ = content_hash(data)
        if known := self._known.judgement_of(hash_):
            return known
        if kind_of(data) is None:
            judged = Judged(Judgement.UNREADABLE, mark("it is no picture (JPEG, PNG, WebP, HEIC or BMP)"))
            embedding = None
        else:
            judged, embedding = self._looked_at(path)
        return self._known.judge(hash_, judged, embedding)

    def _looked_at(self, path: Path) -> tuple[Judged, Embedding | None]:
        """By a worker; a photo that takes two of them down is to blame."""
        for _ in range(_TRIES):
            try:
                return _judged(self._pool.analyse(path))
            except BrokenPicture as error:
                return Judged(Judgement.UNREADABLE, f"{_DAMAGED[0]}. {error.why}".rstrip(" .")), None
            except WorkerLost as error:
                if self._stopping.is_set():
                    raise
                log.info("A worker was lost over the photo %s: %s", path.name, in_english(error))
        return Judged(Judgement.UNREADABLE, _TAKEN_DOWN), None


class Enrolment:
    """Photos that are enrolled together, for the person called `name`.

    `holders` says whose each photo is already, by its hash. `adopt` takes a good one into the gallery and returns its
    path there. `like` says whom else the photo of a hash is like.
    """

    def __init__(
        self,
        name: str,
        holders: Mapping[str, str],
        judge: PhotoJudge,
        adopt: Callable[[Seen], Path],
        like: Callable[[str], Likeness | None],
    ) -> None:
        self._name = name
        self._holders = dict(holders)
        self._judge = judge
        self._adopt = adopt
        self._like = like

    def photos(self, sources: Sequence[Path], staging: Path, cancelled: Cancelled | None) -> Iterator[Photo]:
        """Each with its judgement, in the order given, when its turn comes; `staging` is a folder for copies.

        Raises EngineError when nothing can be judged.
        """
        for seen in self._judge.side_by_side(partial(self._look, staging), sources, cancelled):
            yield self._enrol(seen)

    def _look(self, staging: Path, source: Path) -> Seen:
        """Read and judge one photo; only what is not in the gallery yet costs a look."""
        try:
            data = read(source)
        except (OSError, GalleryError):
            return Seen(source, "", staging, _NOT_READ)
        hash_ = content_hash(data)
        if hash_ in self._holders:
            return Seen(source, hash_, staging, _DUPLICATE)
        staged = staging / f"{secrets.token_hex(8)}{kind_of(data) or ''}"
        staged.write_bytes(data)
        return Seen(source, hash_, staged, self._judge.judgement_of(data, staged))

    def _enrol(self, seen: Seen) -> Photo:
        """The first of several equal photos is the one that counts."""
        if holder := self._holders.get(seen.hash):
            return Photo(self._name, seen.source, seen.hash, *already_with(holder))
        if seen.judged.judgement is not Judgement.GOOD:
            return Photo(self._name, seen.source, seen.hash, *seen.judged)
        path = self._adopt(seen)
        self._holders[seen.hash] = self._name
        return Photo(self._name, path, seen.hash, Judgement.GOOD, "", self._like(seen.hash))


def face_crops(picture: Path, box: Box) -> Iterator[bytes]:
    """JPEGs of a face in a picture of any kind, with less and less of what surrounds it.

    Raises BrokenPicture when the picture falls apart and GalleryError when it is gone.
    """
    try:
        pixels = decode(read(picture))
    except OSError as error:
        raise GalleryError("The picture cannot be read", f"{picture.name}: {error.strerror}") from None
    return (_cropped(pixels, box, margin) for margin in _CROP_MARGINS)


def _cropped(pixels: NDArray[np.uint8], box: Box, margin: float) -> bytes:
    """JPEG of a face with its surroundings; `margin` in widths of the box."""
    import simplejpeg  # noqa: PLC0415  -- only naming a visitor needs it

    spare = round(box.width * margin)
    height, width = pixels.shape[:2]
    rows = slice(max(box.top - spare, 0), min(box.bottom + spare, height))
    columns = slice(max(box.left - spare, 0), min(box.right + spare, width))
    crop = np.ascontiguousarray(pixels[rows, columns])
    encoded: bytes = simplejpeg.encode_jpeg(crop, quality=95, colorspace="RGB", colorsubsampling="444")
    return encoded


def _judged(analysis: Analysis) -> tuple[Judged, Embedding | None]:
    judgement, reason = judge_photo(analysis)
    return Judged(judgement, reason), analysis.faces[0].embedding if judgement is Judgement.GOOD else None
