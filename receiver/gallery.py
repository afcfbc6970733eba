"""The gallery: plain folders of photos on one side, a matrix of embeddings on the other.

The folder is the truth. Every change, ours or made by hand, ends in the same survey: walk the folder, look up what is
known about each file, judge what is new in a worker, swap in a new view. What a photo is good for is kept in the
store by the photo's content and the engine, so it is worked out once. Of many new photos several are judged at once,
and the view follows a few times a second.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from receiver.database import Database
from receiver.enrolment import Cancelled, Enrolment, PhotoJudge, Seen, face_crops
from receiver.errors import EngineError, GalleryError, in_english
from receiver.face_records import FaceRecords
from receiver.fusion import Fused
from receiver.gallery_cache import GalleryCache
from receiver.gallery_files import content_hash, expanded, files_in, plain, same_name, valid_name
from receiver.gallery_folder import GalleryFolder, Moved
from receiver.gallery_survey import Survey
from receiver.known_photos import KnownPhotos
from receiver.language import phrase
from receiver.likeness import likeness, look_alike
from receiver.matching import Rule
from receiver.models import (
    Box,
    FaceInPhoto,
    FacesInPhoto,
    GalleryChanged,
    Identity,
    Judgement,
    Likeness,
    Match,
    OwnTest,
    Photo,
)
from receiver.own_test import own_test
from receiver.own_test_records import Stranger
from receiver.photo_records import PhotoRecords
from receiver.verdicts import ENROLMENT, shortcoming
from receiver.workers import WorkerLost, WorkerPool

log = logging.getLogger(__name__)

_LOOK_AGAIN_S = 60.0
"""Network shares report no changes, so the folder is walked this often whatever the watcher says."""


class Erased(NamedTuple):
    """What was deleted of a person."""

    photos: int
    removed_photos: int
    """Out of the gallery already, but still to be restored."""
    embeddings: int


Progress = Callable[[int, int], None]
"""Called with (photos done, photos in all)."""


class Gallery:
    """The enrolled people. Commands may come from any thread; `match` and `identities` never wait.

    `pool` judges photos and should not be the one that visitors wait for. Removed things lie in a private folder
    beside the database until the gallery stops or starts.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        pool: WorkerPool,
        engine: str,
        publish: Callable[[GalleryChanged], None],
    ) -> None:
        self._path = folder.absolute()
        beside = database.path.absolute().parent
        self._faces = FaceRecords(database)
        self._pool = pool
        self._stopping = threading.Event()
        self._cache = GalleryCache(beside / "gallery", engine)
        self._known = KnownPhotos(self._path, PhotoRecords(database), engine, self._cache)
        self._folder = GalleryFolder(self._path, beside / "removed", self._known)
        self._survey = Survey(self._path, self._faces, engine, self._cache, self._known, publish=publish)
        self._judge = PhotoJudge(self._known, pool, self._stopping)
        self._wake = threading.Event()
        self._threads: list[threading.Thread] = []

    # ---- life

    def start(self) -> None:
        """Survey the folder and keep watching it, in threads; returns at once."""
        self._threads = [
            threading.Thread(target=self._run, name="gallery"),
            threading.Thread(target=self._watch, name="gallery-watch"),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads within a second or two and really delete what was removed. Final."""
        self._stopping.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(1.0)
        if any(thread.is_alive() for thread in self._threads):
            self._pool.stop()  # a photo in hand is judged next time
        for thread in self._threads:
            thread.join()
        if self._threads:
            self._attempt(self._purge)
        self._cache.close()

    def wait_loaded(self, timeout: float) -> bool:
        """Whether everything already judged takes part in matching, waiting for it up to `timeout` seconds."""
        return self._survey.surveyed.wait(timeout)

    def wait_complete(self, timeout: float) -> bool:
        """Whether no photo waits to be judged, waiting for that up to `timeout` seconds."""
        return self._survey.complete.wait(timeout)

    def refresh(self) -> None:
        """Survey the folder and judge what is new, in the caller's thread; takes every file for complete.

        Raises EngineError when nothing can be judged.
        """
        self._survey.look(settled_s=0)
        self._survey.judge_new(self._judge)

    # ---- asking

    def identities(self) -> tuple[Identity, ...]:
        """Everybody enrolled, by name, with every photo and what it is good for."""
        return self._survey.view.identities

    def match(self, fused: Fused, rule: Rule) -> Match:
        """The nearest identity, the runner-up, the line for a name, and how likely the name is right."""
        return self._survey.view.people.match(fused, rule)

    def test(self, rule: Rule, strangers: Sequence[Stranger], cancelled: Cancelled) -> OwnTest:
        """How well the enrolled people can be told apart, and from the strangers who came."""
        view, rows = self._survey.view, self._cache.rows
        photos = (photo for person in view.identities for photo in person.photos)
        return own_test(view.people, rule, strangers, {rows.get(p.hash, -1): p.path for p in photos}, cancelled)

    # ---- commands

    def enrol(
        self,
        name: str,
        photos: Sequence[Path],
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> tuple[Photo, ...]:
        """Judge photos (files, or folders of them), several at once, and copy the good ones to a person.

        Every photo comes back with its judgement, in the order given: a good one with its new path, any other with
        its old path and the reason. When `cancelled` turns true, those done so far come back and the rest is as it
        was; given again, photos already judged take no time. Raises GalleryError for an impossible name, EngineError
        when nothing can be judged.
        """
        name = self._survey.spelling(valid_name(name))
        self._survey.look()
        sources = list(expanded(photos))
        done: list[Photo] = []
        adopt = partial(self._adopt, self._folder.home_of(name))
        batch = Enrolment(name, self._survey.view.holders, self._judge, adopt, partial(self._like, name))
        _tell(progress, 0, len(sources))
        try:
            with self._folder.staging() as staging:
                for photo in batch.photos(sources, Path(staging), cancelled):
                    done.append(photo)
                    _tell(progress, len(done), len(sources))
        finally:
            if not self._stopping.is_set():
                self._survey.look()
        return tuple(done)

    def enrol_face(self, name: str, picture: Path, box: Box, called: str = "") -> Photo:
        """Enrol one face of a picture: a generous crop around it, under the same conditions as any photo.

        The file is `called` so, without a suffix; otherwise after the visit's picture.

        Raises as `enrol` does, BrokenPicture when the picture falls apart and GalleryError when it is gone.
        """
        name = valid_name(name)
        crops = face_crops(picture, box)
        with self._folder.staging() as staging:
            crop = Path(staging) / f"{called or f'door-{picture.stem}'}.jpg"
            for data in crops:
                crop.write_bytes(data)
                (photo,) = self.enrol(name, [crop])
                if photo.judgement not in (Judgement.SEVERAL_FACES, Judgement.NO_FACE):
                    break
        return photo

    def faces_in(self, photo: Path) -> FacesInPhoto:
        """Everybody in a photo that need not be in the gallery, and what each face would be good for.

        Raises BrokenPicture or OSError when it cannot be read, EngineError when nothing can be judged.
        """
        analysis = self._pool.analyse(photo)
        people = self._survey.view.people
        faces = tuple(
            FaceInPhoto(face.box, shortcoming(face.quality, ENROLMENT)[1], likeness(people, face.embedding))
            for face in sorted(analysis.faces, key=lambda face: face.box.left)
        )
        return FacesInPhoto(analysis.width, analysis.height, faces)

    def called(self, name: str) -> str:
        """How a person is spelled here; a name that nobody has as it was given."""
        return self._survey.spelling(plain(name))

    def rename(self, name: str, new: str) -> Moved:
        """Give a person another name; returns what was moved.

        Raises GalleryError when there is nobody, or somebody already.
        """
        new = valid_name(new)
        with self._survey.changing:
            self._survey.look()
            own = self._entries_of(name)
            if self._survey.spelling(new) != self._survey.spelling(name) and self._survey.has(new):
                raise GalleryError(
                    "This name is taken",
                    phrase("There is already somebody called {name}.", name=self._survey.spelling(new)),
                )
            moved = self._folder.rename(own, new)
        self._survey.look()
        return moved

    def merge(self, name: str, into: str) -> Moved:
        """Give all of a person's photos to another one; returns what was moved. Raises GalleryError without both."""
        with self._survey.changing:
            self._survey.look()
            if same_name(name, into):
                raise GalleryError("This is one person already")
            own, _ = self._entries_of(name), self._entries_of(into)
            moved = self._folder.give(own, self._folder.home_of(self.called(into)))
        self._survey.look()
        return moved

    def give(self, photos: Sequence[Path], name: str) -> Moved:
        """Give some photos to somebody else, new or known; returns what was moved.

        Raises GalleryError for an impossible name and when a photo is not in the gallery.
        """
        name = self._survey.spelling(valid_name(name))
        with self._survey.changing:
            self._survey.look()
            moved = self._folder.give([self._own(photo) for photo in photos], self._folder.home_of(name))
        self._survey.look()
        return moved

    def move_back(self, moved: Moved) -> Moved:
        """Undo one of these as far as the photos are still where it left them; returns where they went."""
        with self._survey.changing:
            back = self._folder.move_back(moved)
        self._survey.look()
        return back

    def heed_rejections(self) -> None:
        """Rejections changed in the store."""
        self._survey.heed_rejections()

    def reject(self, name: str, face: int) -> int:
        """Keep that a face of a visit is not this person; returns what `withdraw` needs. KeyError: unknown face."""
        rejection = self._faces.reject(name, face)
        self._survey.heed_rejections()
        return rejection

    def withdraw(self, rejection: int, *, withdrawn: bool = True) -> None:
        """The owner was mistaken about a rejection, or was not after all."""
        self._faces.withdraw(rejection, withdrawn=withdrawn)
        self._survey.heed_rejections()

    def remove(self, name: str) -> str:
        """Take a person out of the gallery; the token restores them. Raises GalleryError when there is nobody."""
        with self._survey.changing:
            self._survey.look()
            token = self._folder.remove(self._entries_of(name))
        self._survey.look()
        return token

    def remove_photo(self, path: Path) -> str:
        """Take one photo out of the gallery; the token restores it. Raises GalleryError when it is none of ours."""
        with self._survey.changing:
            self._survey.look()
            token = self._folder.remove([self._own(path)])
        self._survey.look()
        return token

    def remove_photos(self, paths: Sequence[Path]) -> str:
        """Take photos out of the gallery, as far as they are in it; the token restores them."""
        with self._survey.changing:
            self._survey.look()
            token = self._folder.remove([path for path in paths if path in {file.path for file in self._survey.files}])
        self._survey.look()
        return token

    def restore(self, token: str) -> None:
        """Undo a removal. Raises GalleryError when it is too late."""
        with self._survey.changing:
            self._folder.restore(token)
        self._survey.look()

    def take_in(self, photos: Sequence[tuple[str, Path, str]], *, replace: bool) -> tuple[tuple[Path, ...], str]:
        """Copy photos (whose, file, what to call it) that nobody has yet into the gallery, all of them or none.

        With `replace` everybody leaves first. Returns their paths, and the token that restores who left ("": nobody).
        """
        came: list[Path] = []
        with self._survey.changing:
            self._survey.look()
            everybody = [entry for person in self.identities() for entry in self._folder.entries_of(person.name)]
            left = self._folder.remove(everybody) if replace and everybody else ""
            held = set() if left else set(self._survey.view.holders)
            try:
                for name, file, stem in photos:
                    hash_ = content_hash(file.read_bytes())
                    if hash_ not in held:
                        held.add(hash_)
                        home = self._folder.home_of(name if left else self.called(name))
                        came.append(self._folder.adopt(file, home, stem))
                        self._known.recognise(came[-1], hash_)
            except BaseException:
                self._folder.remove(came)
                if left:
                    self._folder.restore(left)
                raise
        self._survey.look()
        self._wake.set()
        return tuple(came), left

    def staging(self) -> TemporaryDirectory[str]:
        """A folder for photos that are not in the gallery yet, on the same disk."""
        return self._folder.staging()

    def forget(self, name: str, *, or_nobody: bool = False) -> Erased:
        """Delete a person for good: photos, removed photos and embeddings.

        Raises GalleryError when there is nobody, unless that is all right.
        """
        with self._survey.changing:
            self._survey.look()
            own = {p.hash for person in self.identities() if same_name(person.name, name) for p in person.photos}
            files = sum(same_name(file.identity, name) for file in self._survey.files)
            removed = self._folder.removed_of(name)
            in_bins = [path for entry in removed for path in files_in(entry)]
            hashes = own | {content_hash(path.read_bytes()) for path in in_bins}
            for entry in [*self._entries_of(name, or_nobody=or_nobody or bool(removed)), *removed]:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
            self._survey.look()
            gone = hashes - {p.hash for person in self.identities() for p in person.photos}
            embeddings = len(gone & self._known.embedded)
            self._known.forget(gone)
            return Erased(files, len(in_bins), embeddings)

    # ---- threads

    def _run(self) -> None:
        patience = 1.0
        self._attempt(self._begin)
        while not self._stopping.is_set():
            self._wake.clear()
            wait_s = self._attempt(self._catch_up)
            patience = 1.0 if wait_s else min(patience * 2, _LOOK_AGAIN_S)
            self._wake.wait(wait_s or patience)
            self._stopping.wait(self._survey.rest_s)

    def _begin(self) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        self._purge()

    def _catch_up(self) -> float:
        unsettled = self._survey.look()
        self._survey.judge_new(self._judge)
        self._survey.index_many(self._stopping.is_set)
        return unsettled or _LOOK_AGAIN_S

    def _attempt(self, work: Callable[[], float | None]) -> float | None:
        """The result, or None for "try again later": nothing that happens to a photo ends the thread."""
        try:
            return work()
        except WorkerLost:
            return None
        except EngineError as error:
            log.info("Photos wait to be judged: %s", in_english(error))
        except Exception:
            log.exception("the gallery could not be surveyed")
        return None

    def _watch(self) -> None:
        """Wake the other thread when something changes in the folder, and once for what changed before we watched."""
        while not self._stopping.is_set():
            with suppress(OSError, RuntimeError):  # the folder is not there yet, or no more watches are to be had
                for number, changes in enumerate(self._folder.changes(self._stopping)):
                    if changes or not number:
                        self._wake.set()
            self._stopping.wait(1.0)

    # ---- small steps

    def _like(self, name: str, hash_: str) -> Likeness | None:
        embedding = self._known.embedding_of(hash_)
        return look_alike(self._survey.view.people, embedding, name) if embedding is not None else None

    def _adopt(self, home: Path, seen: Seen) -> Path:
        with self._survey.changing:
            path = self._folder.adopt(seen.staged, home, seen.source.stem)
            self._known.remember(path, seen.hash, seen.judged)
        seen.staged.unlink()
        self._wake.set()
        return path

    def _own(self, photo: Path) -> Path:
        if photo.absolute() not in {file.path for file in self._survey.files}:
            raise GalleryError("This photo is not in the gallery", photo.name)
        return photo.absolute()

    def _entries_of(self, name: str, *, or_nobody: bool = False) -> list[Path]:
        own = self._folder.entries_of(self._survey.spelling(plain(name)))
        if not own and not or_nobody:
            raise GalleryError(
                "Nobody has this name", phrase("There is nobody called {name} in the gallery.", name=name)
            )
        return own

    def _purge(self) -> None:
        """Removed things are gone from now on, and so is what was known about photos that are not here any more."""
        self._folder.empty_bins()
        if self._survey.surveyed.is_set() and self._path.is_dir():
            with self._survey.changing:
                self._known.forget_unheld()


def _tell(progress: Progress | None, done: int, all_: int) -> None:
    if progress:
        progress(done, all_)
