"""The gallery: plain folders of photos on one side, a matrix of embeddings on the other.

The folder is the truth. Every change, ours or made by hand, ends in the same survey: walk the folder, look up what is
known about each file, judge what is new in a worker, swap in a new view. What a photo is good for is kept in the
store by the photo's content and the engine, so it is worked out once.
"""

from __future__ import annotations

import logging
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from watchfiles import watch

from receiver.errors import BrokenPicture, EngineError, GalleryError
from receiver.gallery_files import (
    PhotoFile,
    content_hash,
    entries,
    expanded,
    files_in,
    identity_of,
    kind_of,
    may_be_picture,
    plain,
    read,
    safe_stem,
    same_name,
    stamp,
    unused,
    valid_name,
    walk,
    write_durably,
)
from receiver.jpeg import decode_strictly
from receiver.matching import NOBODY, People
from receiver.models import Analysis, Box, GalleryChanged, Identity, Judgement, Match, Photo
from receiver.store import Store
from receiver.verdicts import judge_photo
from receiver.workers import WorkerLost, WorkerPool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from receiver.models import Embedding

log = logging.getLogger(__name__)
logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it tells of every change


_SETTLED_S = 0.5
"""A file changed more recently than this may still be being written."""
_LOOK_AGAIN_S = 60.0
"""Network shares report no changes, so the folder is walked this often whatever the watcher says."""
_TRIES = 2

_CROP_MARGINS = (0.6, 0.25)
"""Around a visitor's face, in widths of its box: generous first, then without the neighbour."""
_TOKEN = re.compile("[0-9a-f]{16}")
_FORGOTTEN_S = 3600.0
"""Photos that a crash left behind half judged; younger ones may be another program's, being judged now."""
_TAKEN_DOWN = "it took the recogniser down twice"

Progress = Callable[[int, int], None]
"""Called with (photos done, photos in all)."""


class Gallery:
    """The enrolled people. Commands may come from any thread; `match` and `identities` never wait.

    `pool` judges photos and should not be the one that visitors wait for. Removed things lie in a private folder
    beside the store's database until the gallery stops or starts.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        pool: WorkerPool,
        engine: str,
        publish: Callable[[GalleryChanged], None],
    ) -> None:
        self._folder = folder.absolute()
        self._private = store.path.absolute().parent / "removed"
        self._store = store
        self._pool = pool
        self._engine = engine
        self._publish = publish
        self._view = _View((), NOBODY, 0)
        self._files: tuple[PhotoFile, ...] = ()
        self._hashes: dict[Path, _Remembered] = {}
        self._judged: dict[str, _Judged] = {}
        self._recalled = False
        self._changing = threading.RLock()
        self._publishing = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._surveyed = threading.Event()
        self._complete = threading.Event()
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

    def wait_loaded(self, timeout: float) -> bool:
        """Whether everything already judged takes part in matching, waiting for it up to `timeout` seconds."""
        return self._surveyed.wait(timeout)

    def wait_complete(self, timeout: float) -> bool:
        """Whether no photo waits to be judged, waiting for that up to `timeout` seconds."""
        return self._complete.wait(timeout)

    def refresh(self) -> None:
        """Survey the folder and judge what is new, in the caller's thread; takes every file for complete.

        Raises EngineError when nothing can be judged.
        """
        self._survey(settled_s=0)
        self._judge_new()

    # ---- asking

    def identities(self) -> tuple[Identity, ...]:
        """Everybody enrolled, by name, with every photo and what it is good for."""
        return self._view.identities

    def match(self, embedding: Embedding) -> Match:
        """The nearest identity by its nearest photo, and the nearest other one; Euclidean distances."""
        return self._view.people.match(embedding)

    # ---- commands

    def enrol(self, name: str, photos: Sequence[Path], progress: Progress | None = None) -> tuple[Photo, ...]:
        """Judge photos (files, or folders of them) and copy the good ones to a person.

        Every photo comes back with its judgement: a good one with its new path, any other with its old path and the
        reason. Raises GalleryError for an impossible name, EngineError when nothing can be judged.
        """
        name = self._spelling(valid_name(name))
        self._survey()
        sources = list(expanded(photos))
        judged = []
        with self._staging() as staging:
            for done, source in enumerate(sources):
                _tell(progress, done, len(sources))
                judged.append(self._enrol_one(name, source, Path(staging)))
        _tell(progress, len(sources), len(sources))
        return tuple(judged)

    def enrol_face(self, name: str, picture: Path, box: Box) -> Photo:
        """Enrol one face of a visit's picture: a generous crop around it, under the same conditions as any photo.

        Raises as `enrol` does, BrokenPicture when the picture falls apart and GalleryError when it is gone.
        """
        name = valid_name(name)
        try:
            pixels = decode_strictly(picture.read_bytes())
        except OSError as error:
            raise GalleryError("The picture cannot be read", f"{picture.name}: {error.strerror}") from None
        with self._staging() as staging:
            crop = Path(staging) / f"door-{picture.stem}.jpg"
            for margin in _CROP_MARGINS:
                crop.write_bytes(_cropped(pixels, box, margin))
                (photo,) = self.enrol(name, [crop])
                if photo.judgement not in (Judgement.SEVERAL_FACES, Judgement.NO_FACE):
                    break
        return photo

    def rename(self, name: str, new: str) -> None:
        """Give a person another name. Raises GalleryError when there is nobody, or somebody already."""
        new = valid_name(new)
        with self._changing:
            self._survey()
            own = self._entries_of(name)
            if self._spelling(new) != self._spelling(name) and self._is_known(new):
                raise GalleryError("This name is taken", f"There is already somebody called {self._spelling(new)}.")
            for entry in own:
                suffix = "" if entry.is_dir() else entry.suffix
                self._move(entry, self._folder / f"{new}{suffix}")
        self._survey()

    def remove(self, name: str) -> str:
        """Take a person out of the gallery; the token restores them. Raises GalleryError when there is nobody."""
        with self._changing:
            self._survey()
            token, bin_ = self._new_bin()
            for entry in self._entries_of(name):
                self._move(entry, bin_ / entry.name)
        self._survey()
        return token

    def remove_photo(self, path: Path) -> str:
        """Take one photo out of the gallery; the token restores it. Raises GalleryError when it is none of ours."""
        with self._changing:
            self._survey()
            if path.absolute() not in {file.path for file in self._files}:
                raise GalleryError("This photo is not in the gallery", path.name)
            token, bin_ = self._new_bin()
            self._move(path.absolute(), bin_ / path.absolute().relative_to(self._folder))
            self._tidy(path.absolute().parent)
        self._survey()
        return token

    def restore(self, token: str) -> None:
        """Undo a removal. Raises GalleryError when it is too late."""
        with self._changing:
            bin_ = self._private / token
            if not _TOKEN.fullmatch(token) or not bin_.is_dir():
                raise GalleryError("This can no longer be undone")
            for path in sorted(files_in(bin_)):
                self._put_back(path, self._folder / path.relative_to(bin_))
            shutil.rmtree(bin_)
        self._survey()

    def forget(self, name: str) -> None:
        """Delete a person for good: photos, removed photos and embeddings. Raises GalleryError when there is nobody."""
        with self._changing:
            self._survey()
            hashes = {p.hash for person in self.identities() if same_name(person.name, name) for p in person.photos}
            removed = [path for path in self._private.glob("*/*") if same_name(identity_of(path), name)]
            for entry in [*self._entries_of(name, or_nobody=bool(removed)), *removed]:
                hashes |= {content_hash(path.read_bytes()) for path in files_in(entry) if entry in removed}
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
            self._survey()
            self._forget_hashes(hashes - {p.hash for person in self.identities() for p in person.photos})

    # ---- the survey

    def _survey(self, settled_s: float = _SETTLED_S) -> float | None:
        """Walk the folder and show what is known; returns after how many seconds a file may have settled."""
        with self._changing:
            self._recall()
            files = tuple(walk(self._folder))
            now = time.time()
            settled = tuple(f for f in files if self._is_known_file(f) or not 0 <= now - f.modified / 1e9 < settled_s)
            gone = self._hashes.keys() - {file.path for file in files}
            for path in gone:
                del self._hashes[path]
            if gone:
                self._store.forget_photo_files([str(path) for path in gone])
            changed = settled != self._files or not self._surveyed.is_set()
            self._files = settled
            if changed:
                self._rebuild()
            self._surveyed.set()
        if changed:
            self._tell_everyone()
        return None if len(settled) == len(files) else settled_s

    def _recall(self) -> None:
        """What earlier runs found out, once."""
        if self._recalled:
            return
        self._judged = {hash_: _Judged(*judged) for hash_, judged in self._store.judged_photos(self._engine).items()}
        self._hashes = {
            path: _Remembered(*remembered)
            for text, remembered in self._store.photo_files().items()
            if (path := Path(text)).is_relative_to(self._folder)
        }
        self._recalled = True

    def _judge_new(self) -> None:
        """One photo after the other, until everything is judged or the gallery stops."""
        for file in self._new_files():
            if self._stopping.is_set():
                return
            self._examine(file)
            with self._changing:
                self._rebuild()
            self._tell_everyone()

    def _new_files(self) -> list[PhotoFile]:
        return [file for file in self._files if self._verdict_on(file) is None]

    def _examine(self, file: PhotoFile) -> None:
        """Read, hash and judge one file; a file that changes meanwhile waits for the next survey."""
        try:
            data = read(file.path)
            judged = self._judgement_of(data, file.path)
            if stamp(file.path) != (file.size, file.modified):
                return
            self._remember(file.path, content_hash(data), judged)
        except FileNotFoundError:
            return
        except (OSError, GalleryError) as error:
            log.info("A photo cannot be read: %s: %s", file.path.name, error)
            self._hashes[file.path] = _Remembered(file.size, file.modified, "")
            self._judged[""] = _Judged(Judgement.UNREADABLE, "it cannot be read", None)

    def _judgement_of(self, data: bytes, path: Path) -> _Judged:
        """What these bytes, which lie at `path`, are good for: known already, obvious, or asked of a worker."""
        hash_ = content_hash(data)
        known = self._judged.get(hash_)
        if known:
            return known
        if kind_of(data) is None:
            judged = _Judged(Judgement.UNREADABLE, "it is no picture (JPEG, PNG, WebP, HEIC or BMP)", None)
        else:
            judged = self._looked_at(path)
        self._store.judge_photo(hash_, self._engine, *judged)
        self._judged[hash_] = judged
        return judged

    def _looked_at(self, path: Path) -> _Judged:
        """By a worker; a photo that takes two of them down is to blame."""
        for _ in range(_TRIES):
            try:
                return _judged(self._pool.analyse(path))
            except BrokenPicture as error:
                return _Judged(Judgement.UNREADABLE, f"it is damaged. {error.message}".rstrip(" ."), None)
            except WorkerLost as error:
                if self._stopping.is_set():
                    raise
                log.info("A worker was lost over the photo %s: %s", path.name, error)
        return _Judged(Judgement.UNREADABLE, _TAKEN_DOWN, None)

    def _remember(self, path: Path, hash_: str, judged: _Judged) -> None:
        size, modified = stamp(path)
        self._judged[hash_] = judged
        self._hashes[path] = _Remembered(size, modified, hash_)
        self._store.remember_photo_file(str(path), size, modified, hash_)

    def _is_known_file(self, file: PhotoFile) -> bool:
        remembered = self._hashes.get(file.path)
        return remembered is not None and remembered[:2] == (file.size, file.modified)

    def _verdict_on(self, file: PhotoFile) -> tuple[str, _Judged] | None:
        if not self._is_known_file(file):
            return None
        hash_ = self._hashes[file.path].hash
        judged = self._judged.get(hash_)
        return (hash_, judged) if judged else None

    def _rebuild(self) -> None:
        known = [(file, *verdict) for file in self._files if (verdict := self._verdict_on(file))]
        self._view = _view_of(known, pending=len(self._files) - len(known))
        if self._view.pending:
            self._complete.clear()
        else:
            self._complete.set()

    def _tell_everyone(self) -> None:
        """The view as it is when its turn comes, so that the last word is always the newest."""
        with self._publishing:
            view = self._view
            self._publish(GalleryChanged(view.identities, view.pending))

    # ---- threads

    def _run(self) -> None:
        patience = 1.0
        self._attempt(self._begin)
        while not self._stopping.is_set():
            self._wake.clear()
            wait_s = self._attempt(self._catch_up)
            patience = 1.0 if wait_s else min(patience * 2, _LOOK_AGAIN_S)
            self._wake.wait(wait_s or patience)

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._purge()

    def _catch_up(self) -> float:
        unsettled = self._survey()
        self._judge_new()
        return unsettled or _LOOK_AGAIN_S

    def _attempt(self, work: Callable[[], float | None]) -> float | None:
        """The result, or None for "try again later": nothing that happens to a photo ends the thread."""
        try:
            return work()
        except WorkerLost:
            return None
        except EngineError as error:
            log.info("Photos wait to be judged: %s", error)
        except Exception:
            log.exception("the gallery could not be surveyed")
        return None

    def _watch(self) -> None:
        """Wake the other thread when something changes in the folder."""
        while not self._stopping.is_set():
            with suppress(OSError, RuntimeError):  # the folder is not there yet, or no more watches are to be had
                for _ in watch(self._folder, stop_event=self._stopping, debounce=400, raise_interrupt=False):
                    self._wake.set()
            self._stopping.wait(1.0)

    # ---- enrolling

    def _staging(self) -> tempfile.TemporaryDirectory[str]:
        """Photos are judged where nobody can change them, and not in the folder that is being watched."""
        self._private.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=self._private, prefix=".judging-")

    def _enrol_one(self, name: str, source: Path, staging: Path) -> Photo:
        try:
            data = read(source)
        except (OSError, GalleryError):
            return Photo(name, source, "", Judgement.UNREADABLE, "it cannot be read")
        hash_ = content_hash(data)
        if holder := self._holder_of(hash_):
            mine = f"it is already among {holder}'s photos"
            return Photo(name, source, hash_, Judgement.DUPLICATE, mine)
        staged = staging / f"photo{kind_of(data) or ''}"
        staged.write_bytes(data)
        judged = self._judgement_of(data, staged)
        if judged.judgement is not Judgement.GOOD:
            return Photo(name, source, hash_, judged.judgement, judged.reason)
        return Photo(name, self._adopt(name, source.stem, data, judged), hash_, Judgement.GOOD, "")

    def _holder_of(self, hash_: str) -> str | None:
        held = (p.identity for person in self.identities() for p in person.photos if p.hash == hash_)
        return next(held, None)

    def _adopt(self, name: str, stem: str, data: bytes, judged: _Judged) -> Path:
        """Write a judged photo into the gallery, as a whole or not at all."""
        with self._changing:
            home = self._home_of(name)
            home.mkdir(parents=True, exist_ok=True)
            path = unused(home / f"{safe_stem(stem)}{kind_of(data)}")
            part = home / f".{secrets.token_hex(8)}.part"
            try:
                write_durably(part, data)
                part.rename(path)
            finally:
                part.unlink(missing_ok=True)
            self._remember(path, content_hash(data), judged)
        self._survey()
        return path

    def _home_of(self, name: str) -> Path:
        """The person's folder, which may be spelled in another normal form on disk."""
        folders = (entry for entry in entries(self._folder) if entry.is_dir() and identity_of(entry) == name)
        return next(folders, self._folder / name)

    def _spelling(self, name: str) -> str:
        """The name as it is known: systems that ignore case must not see two people."""
        known = self._known_names()
        return name if name in known else next((person for person in known if same_name(person, name)), name)

    def _is_known(self, name: str) -> bool:
        return any(same_name(person, name) for person in self._known_names())

    def _known_names(self) -> set[str]:
        return {file.identity for file in self._files} | {p.name for p in self.identities()}

    # ---- moving things

    def _entries_of(self, name: str, *, or_nobody: bool = False) -> list[Path]:
        """The folder and loose files of a person, found by walking: an odd name never becomes a path."""
        known_as = self._spelling(plain(name))
        own = [entry for entry in entries(self._folder) if identity_of(entry) == known_as]
        own = [entry for entry in own if entry.is_dir() or may_be_picture(entry)]
        if not own and not or_nobody:
            raise GalleryError("Nobody has this name", f"There is nobody called {name} in the gallery.")
        return own

    def _move(self, source: Path, target: Path) -> None:
        """Move a file, or a folder with everything in it, next to whatever is there already."""
        if source.is_dir() and target.is_dir() and not source.samefile(target):
            for child in list(source.iterdir()):
                self._move(child, target / child.name)
            source.rmdir()
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not source.samefile(target):
            target = unused(target)
        moved = {path: target / path.relative_to(source) for path in files_in(source)}
        shutil.move(source, target)
        for old, new in moved.items():
            remembered = self._hashes.get(old)
            if remembered and remembered.hash and new.is_relative_to(self._folder):
                self._remember(new, remembered.hash, self._judged[remembered.hash])

    def _put_back(self, source: Path, target: Path) -> None:
        """A removed photo takes part again at once: what was known about it still is."""
        hash_ = content_hash(read(source))
        target = unused(target)
        self._move(source, target)
        if judged := self._judged.get(hash_):
            self._remember(target, hash_, judged)

    def _new_bin(self) -> tuple[str, Path]:
        token = secrets.token_hex(8)
        bin_ = self._private / token
        bin_.mkdir(parents=True)
        return token, bin_

    def _tidy(self, folder: Path) -> None:
        if folder != self._folder:
            with suppress(OSError):  # something else lies in it
                folder.rmdir()

    def _purge(self) -> None:
        """Removed things are gone from now on, and so is what was known about photos that are not here any more."""
        for bin_ in self._private.glob("*"):
            if _TOKEN.fullmatch(bin_.name) or time.time() - bin_.stat().st_mtime > _FORGOTTEN_S:
                shutil.rmtree(bin_, ignore_errors=True)
        if self._surveyed.is_set() and self._folder.is_dir():
            with self._changing:
                kept = {remembered.hash for remembered in self._hashes.values()}
                self._store.forget_photos_except(kept)

    def _forget_hashes(self, hashes: set[str]) -> None:
        self._store.forget_photos(list(hashes))
        for hash_ in hashes:
            self._judged.pop(hash_, None)


# ---- records


class _Remembered(NamedTuple):
    size: int
    modified: int
    hash: str


class _Judged(NamedTuple):
    judgement: Judgement
    reason: str
    embedding: Embedding | None


@dataclass(frozen=True, slots=True)
class _View:
    """Everything at one moment; replaced as a whole, never changed."""

    identities: tuple[Identity, ...]
    people: People
    """Those with usable photos."""
    pending: int


def _view_of(known: Sequence[tuple[PhotoFile, str, _Judged]], pending: int) -> _View:
    """People by name; a picture that appears twice counts once, for whom it comes first."""
    photos: dict[str, list[Photo]] = {}
    rows: dict[str, list[Embedding]] = {}
    owners: dict[str, str] = {}
    for file, hash_, judged in sorted(known, key=lambda k: (k[0].identity.casefold(), k[0].identity, k[0].path)):
        owner = owners.setdefault(hash_, file.identity) if hash_ and judged.embedding is not None else None
        mine = photos.setdefault(file.identity, [])
        if owner is not None and any(photo.hash == hash_ for photo in photos[owner]):
            reason = f"it is already among {owner}'s photos"
            mine.append(Photo(file.identity, file.path, hash_, Judgement.DUPLICATE, reason))
            continue
        mine.append(Photo(file.identity, file.path, hash_, judged.judgement, judged.reason))
        if judged.embedding is not None:
            rows.setdefault(file.identity, []).append(judged.embedding)
    identities = tuple(Identity(name, tuple(mine)) for name, mine in photos.items())
    names = tuple(rows)
    counts = [len(rows[name]) for name in names]
    matrix = np.stack([row for name in names for row in rows[name]]) if names else np.zeros((0, 0), np.float32)
    people = People(names, np.cumsum([0, *counts[:-1]]).astype(np.intp), matrix)
    return _View(identities, people, pending)


# ---- small steps


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


def _judged(analysis: Analysis) -> _Judged:
    judgement, reason = judge_photo(analysis)
    return _Judged(judgement, reason, analysis.faces[0].embedding if judgement is Judgement.GOOD else None)


def _tell(progress: Progress | None, done: int, all_: int) -> None:
    if progress:
        progress(done, all_)
