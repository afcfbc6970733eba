"""The gallery: plain folders of photos on one side, a matrix of embeddings on the other.

The folder is the truth. Every change, ours or made by hand, ends in the same survey: walk the folder, look up what is
known about each file, judge what is new in a worker, swap in a new view. What a photo is good for is kept in the
store by the photo's content and the engine, so it is worked out once. Of many new photos several are judged at once,
and the view follows a few times a second.
"""

from __future__ import annotations

import logging
import math
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from watchfiles import watch

from receiver import search
from receiver.errors import BrokenPicture, EngineError, GalleryError
from receiver.fusion import Fused
from receiver.gallery_cache import GalleryCache
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
from receiver.matching import NOBODY, People, Rule
from receiver.models import Analysis, Box, GalleryChanged, Identity, Judgement, Match, Photo
from receiver.store import Store
from receiver.verdicts import judge_photo
from receiver.workers import WorkerLost, WorkerPool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from receiver.models import Embedding

    Item = TypeVar("Item")
    Result = TypeVar("Result")

log = logging.getLogger(__name__)
logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it tells of every change


_SETTLED_S = 0.5
"""A file changed more recently than this may still be being written."""
_LOOK_AGAIN_S = 60.0
"""Network shares report no changes, so the folder is walked this often whatever the watcher says."""
_TRIES = 2
_PACE_S = 0.3
"""The view follows at most this often while many photos are judged ..."""
_PACE_SHARE = 4
"""... and never takes more than one part in this many of the time."""
_MUCH = 20
"""An index is built again when one row in this many is newer."""
_WORTH_A_WORKER = 8
"""Photos for which one more worker is started: fewer are judged by the first one before another has loaded."""

_CROP_MARGINS = (0.6, 0.25)
"""Around a visitor's face, in widths of its box: generous first, then without the neighbour."""
_TOKEN = re.compile("[0-9a-f]{16}")
_FORGOTTEN_S = 3600.0
"""Photos that a crash left behind half judged; younger ones may be another program's, being judged now."""
_TAKEN_DOWN = "it took the recogniser down twice"

Progress = Callable[[int, int], None]
"""Called with (photos done, photos in all)."""
Cancelled = Callable[[], bool]


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
        self._cache = GalleryCache(store.path.absolute().parent / "gallery", engine)
        self._view = _View((), NOBODY, 0, {})
        self._index: search.Index | None = None
        self._files: tuple[PhotoFile, ...] = ()
        self._known_files: dict[str, PhotoFile] = {}
        self._hashes: dict[str, _Remembered] = {}
        self._judged: dict[str, _Judged] = {}
        self._rejections: tuple[tuple[str, Embedding], ...] = ()
        self._recalled = False
        self._changing = threading.RLock()
        self._publishing = threading.Lock()
        self._pace = _Pace()
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
        self._cache.close()

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

    def match(self, fused: Fused, rule: Rule) -> Match:
        """The nearest identity, the runner-up, the line for a name, and how likely the name is right."""
        return self._view.people.match(fused, rule)

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
        name = self._spelling(valid_name(name))
        self._survey()
        sources = list(expanded(photos))
        done: list[Photo] = []
        batch = _Batch(name, self._home_of(name), dict(self._view.holders))
        _tell(progress, 0, len(sources))
        try:
            with self._staging() as staging:
                look = partial(self._seen, Path(staging), batch)
                for seen in self._side_by_side(look, sources, cancelled):
                    done.append(self._enrol_one(batch, seen))
                    _tell(progress, len(done), len(sources))
        finally:
            if not self._stopping.is_set():
                self._survey()
        return tuple(done)

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
            self._store.rename_rejections(name, new)
            self._heed_rejections()
        self._survey()

    def reject(self, name: str, face: int) -> int:
        """Keep that a face of a visit is not this person; returns what `withdraw` needs. KeyError: unknown face."""
        rejection = self._store.reject(name, face)
        self._heed_rejections()
        return rejection

    def withdraw(self, rejection: int) -> None:
        """The owner was mistaken about a rejection."""
        self._store.withdraw(rejection)
        self._heed_rejections()

    def _heed_rejections(self) -> None:
        with self._changing:
            self._rejections = self._store.rejections(self._engine)
            self._view = replace(self._view, people=replace(self._view.people, rejections=self._rejections))

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
            self._store.forget_rejections(name)
            self._heed_rejections()
            self._survey()
            self._forget_hashes(hashes - {p.hash for person in self.identities() for p in person.photos})

    # ---- the survey

    def _survey(self, settled_s: float = _SETTLED_S) -> float | None:
        """Walk the folder and show what is known; returns after how many seconds a file may have settled."""
        with self._changing, self._pace:
            self._recall()
            files = tuple(walk(self._folder, self._known_files))
            self._known_files = {str(file.path): file for file in files}
            now = time.time()
            settled = tuple(f for f in files if self._is_known_file(f) or not 0 <= now - f.modified / 1e9 < settled_s)
            self._let_go(self._hashes.keys() - self._known_files.keys())
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
        good = [hash_ for hash_, judged in self._judged.items() if judged.judgement is Judgement.GOOD]
        self._cache.load(good, lambda hashes: self._store.photo_embeddings(self._engine, hashes))
        ours = f"{self._folder}{os.sep}"
        self._hashes = {
            path: _Remembered(*remembered)
            for path, remembered in self._store.photo_files().items()
            if path.startswith(ours)
        }
        self._rejections = self._store.rejections(self._engine)
        self._recalled = True

    def _let_go(self, gone: Collection[str]) -> None:
        """Files that are no longer there; what another program has forgotten with them is forgotten here, too."""
        if not gone:
            return
        hashes = {self._hashes.pop(path).hash for path in gone}
        self._store.forget_photo_files(list(gone))
        strangers = hashes - self._store.known_photos(hashes)
        self._drop(strangers - {remembered.hash for remembered in self._hashes.values()})

    def _judge_new(self) -> None:
        """Until everything is judged or the gallery stops; the view follows at its pace and is right at the end."""
        unseen = 0
        try:
            for _ in self._side_by_side(self._examine, self._new_files()):
                unseen += 1
                if self._pace.due:
                    self._show()
                    unseen = 0
        finally:
            if unseen:
                self._show()

    def _new_files(self) -> list[PhotoFile]:
        return [file for file in self._files if self._verdict_on(file) is None]

    def _side_by_side(
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
            self._hashes[str(file.path)] = _Remembered(file.size, file.modified, "")
            self._judged[""] = _Judged(Judgement.UNREADABLE, "it cannot be read")

    def _judgement_of(self, data: bytes, path: Path) -> _Judged:
        """What these bytes, which lie at `path`, are good for: known already, obvious, or asked of a worker."""
        hash_ = content_hash(data)
        known = self._judged.get(hash_)
        if known and self._is_whole(hash_, known):
            return known
        if earlier := self._store.judged_photo(hash_, self._engine):  # by another program, beside this one
            judgement, reason, embedding = earlier
            return self._keep(hash_, _Judged(judgement, reason), embedding)
        if kind_of(data) is None:
            judged = _Judged(Judgement.UNREADABLE, "it is no picture (JPEG, PNG, WebP, HEIC or BMP)")
            embedding = None
        else:
            judged, embedding = self._looked_at(path)
        self._store.judge_photo(hash_, self._engine, *judged, embedding)
        return self._keep(hash_, judged, embedding)

    def _keep(self, hash_: str, judged: _Judged, embedding: Embedding | None) -> _Judged:
        if embedding is not None:
            self._cache.add(hash_, embedding)
        self._judged[hash_] = judged
        return judged

    def _is_whole(self, hash_: str, judged: _Judged) -> bool:
        return judged.judgement is not Judgement.GOOD or hash_ in self._cache.rows

    def _looked_at(self, path: Path) -> tuple[_Judged, Embedding | None]:
        """By a worker; a photo that takes two of them down is to blame."""
        for _ in range(_TRIES):
            try:
                return _judged(self._pool.analyse(path))
            except BrokenPicture as error:
                return _Judged(Judgement.UNREADABLE, f"it is damaged. {error.message}".rstrip(" .")), None
            except WorkerLost as error:
                if self._stopping.is_set():
                    raise
                log.info("A worker was lost over the photo %s: %s", path.name, error)
        return _Judged(Judgement.UNREADABLE, _TAKEN_DOWN), None

    def _remember(self, path: Path, hash_: str, judged: _Judged) -> None:
        size, modified = stamp(path)
        self._judged[hash_] = judged
        self._hashes[str(path)] = _Remembered(size, modified, hash_)
        self._store.remember_photo_file(str(path), size, modified, hash_)

    def _is_known_file(self, file: PhotoFile) -> bool:
        remembered = self._hashes.get(str(file.path))
        return remembered is not None and remembered[:2] == file[2:]

    def _verdict_on(self, file: PhotoFile) -> tuple[str, _Judged] | None:
        remembered = self._hashes.get(str(file.path))
        if remembered is None or remembered[:2] != file[2:]:
            return None
        judged = self._judged.get(remembered.hash)
        return (remembered.hash, judged) if judged and self._is_whole(remembered.hash, judged) else None

    def _show(self) -> None:
        with self._changing, self._pace:
            self._rebuild()
        self._tell_everyone()

    def _rebuild(self) -> None:
        known = [(file, *verdict) for file in self._files if (verdict := self._verdict_on(file))]
        view = _view_of(known, self._cache, self._index, pending=len(self._files) - len(known))
        self._view = replace(view, people=replace(view.people, rejections=self._rejections))
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
            self._stopping.wait(self._pace.rest_s)

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._purge()

    def _catch_up(self) -> float:
        unsettled = self._survey()
        self._judge_new()
        self._index_many()
        return unsettled or _LOOK_AGAIN_S

    def _index_many(self) -> None:
        """For a huge gallery, and again when it has grown by much; until it is built every row is compared."""
        people = self._view.people
        rows = np.flatnonzero(people.owners >= 0)
        if len(rows) < search.LARGE or (self._index and len(self._index.unknown(rows)) < len(rows) / _MUCH):
            return
        if index := search.build_index(people.embeddings, rows, self._stopping.is_set):
            self._index = index
            self._show()

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
        """Wake the other thread when something changes in the folder, and once for what changed before we watched."""
        while not self._stopping.is_set():
            with suppress(OSError, RuntimeError):  # the folder is not there yet, or no more watches are to be had
                for number, changes in enumerate(self._changes()):
                    if changes or not number:
                        self._wake.set()
            self._stopping.wait(1.0)

    def _changes(self) -> Iterator[Collection[object]]:
        """What changes, and every second that nothing did: the first one says that the watch stands."""
        return watch(
            self._folder,
            stop_event=self._stopping,
            debounce=400,
            rust_timeout=1000,
            yield_on_timeout=True,
            raise_interrupt=False,
        )

    # ---- enrolling

    def _staging(self) -> tempfile.TemporaryDirectory[str]:
        """Photos are judged where nobody can change them, and not in the folder that is being watched."""
        self._private.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=self._private, prefix=".judging-")

    def _seen(self, staging: Path, batch: _Batch, source: Path) -> _Seen:
        """Read and judge one photo; only what is not in the gallery yet costs a look."""
        try:
            data = read(source)
        except (OSError, GalleryError):
            return _Seen(source, "", staging, _Judged(Judgement.UNREADABLE, "it cannot be read"))
        hash_ = content_hash(data)
        if hash_ in batch.holders:
            return _Seen(source, hash_, staging, _DUPLICATE)
        staged = staging / f"{secrets.token_hex(8)}{kind_of(data) or ''}"
        staged.write_bytes(data)
        return _Seen(source, hash_, staged, self._judgement_of(data, staged))

    def _enrol_one(self, batch: _Batch, seen: _Seen) -> Photo:
        """The first of several equal photos is the one that counts."""
        if holder := batch.holders.get(seen.hash):
            return Photo(batch.name, seen.source, seen.hash, *_already_with(holder))
        if seen.judged.judgement is not Judgement.GOOD:
            return Photo(batch.name, seen.source, seen.hash, *seen.judged)
        path = self._adopt(batch.home, seen)
        batch.holders[seen.hash] = batch.name
        return Photo(batch.name, path, seen.hash, Judgement.GOOD, "")

    def _adopt(self, home: Path, seen: _Seen) -> Path:
        """Write a judged photo into the gallery, as a whole or not at all."""
        with self._changing:
            home.mkdir(parents=True, exist_ok=True)
            path = unused(home / f"{safe_stem(seen.source.stem)}{seen.staged.suffix}")
            part = home / f".{secrets.token_hex(8)}.part"
            try:
                write_durably(part, seen.staged.read_bytes())
                part.rename(path)
            finally:
                part.unlink(missing_ok=True)
            self._remember(path, seen.hash, seen.judged)
        seen.staged.unlink()
        self._wake.set()
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
            remembered = self._hashes.get(str(old))
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
                self._drop(self._judged.keys() - kept)

    def _forget_hashes(self, hashes: set[str]) -> None:
        self._store.forget_photos(list(hashes))
        self._drop(hashes)

    def _drop(self, hashes: Collection[str]) -> None:
        """What is no longer in the store must not be here either."""
        self._cache.forget(hashes)
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


_DUPLICATE = _Judged(Judgement.DUPLICATE, "")
"""Whose photo it is already is only known when its turn comes."""


class _Seen(NamedTuple):
    """A photo on its way into the gallery."""

    source: Path
    hash: str
    """Empty when it cannot be read."""
    staged: Path
    """The judged copy."""
    judged: _Judged


class _Batch(NamedTuple):
    """Photos that are enrolled together."""

    name: str
    home: Path
    holders: dict[str, str]
    """Photo hash -> whose it is, those of the batch included."""


class _Pace:
    """Keeps what takes long, and is repeated, from taking all the time."""

    def __init__(self) -> None:
        self._begun = self._next = 0.0

    @property
    def rest_s(self) -> float:
        """Seconds until it may be done again."""
        return max(0.0, self._next - time.monotonic())

    @property
    def due(self) -> bool:
        return not self.rest_s

    def __enter__(self) -> None:
        self._begun = time.monotonic()

    def __exit__(self, *_: object) -> None:
        now = time.monotonic()
        self._next = now + max(_PACE_S, (_PACE_SHARE - 1) * (now - self._begun))


@dataclass(frozen=True, slots=True)
class _View:
    """Everything at one moment; replaced as a whole, never changed."""

    identities: tuple[Identity, ...]
    people: People
    """Those with usable photos."""
    pending: int
    holders: Mapping[str, str]
    """Photo hash -> whose it is."""


def _view_of(
    known: Sequence[tuple[PhotoFile, str, _Judged]], cache: GalleryCache, index: search.Index | None, pending: int
) -> _View:
    """People by name; a picture that appears twice counts once, for whom it comes first."""
    files: dict[str, list[tuple[PhotoFile, str, _Judged]]] = {}
    for one in known:
        files.setdefault(one[0].identity, []).append(one)
    holders: dict[str, str] = {}
    identities = tuple(
        Identity(name, tuple(_photo(file, hash_, judged, holders) for file, hash_, judged in files[name]))
        for name in sorted(files, key=lambda name: (name.casefold(), name))
    )
    return _View(identities, _people_of(identities, cache, index), pending, holders)


def _photo(file: PhotoFile, hash_: str, judged: _Judged, holders: dict[str, str]) -> Photo:
    holder = holders.get(hash_)
    if holder is not None and judged.judgement is Judgement.GOOD:
        judged = _already_with(holder)
    elif hash_:
        holders[hash_] = holder or file.identity
    return Photo(file.identity, file.path, hash_, *judged)


def _people_of(identities: Sequence[Identity], cache: GalleryCache, index: search.Index | None) -> People:
    """Those with good photos; rows of nobody's photo (a removed one's, say) are never found."""
    names: list[str] = []
    owned: list[tuple[int, int]] = []
    for identity in identities:
        rows = [cache.rows[photo.hash] for photo in identity.photos if photo.judgement is Judgement.GOOD]
        if rows:
            owned += [(row, len(names)) for row in rows]
            names.append(identity.name)
    embeddings, squares = cache.matrix()
    owners = np.full(len(squares), -1, np.intp)
    if owned:
        places = np.array(owned, np.intp)
        owners[places[:, 0]] = places[:, 1]
    squares[owners < 0] = np.inf
    return People(tuple(names), owners, embeddings, search.over(embeddings, squares, index))


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


def _judged(analysis: Analysis) -> tuple[_Judged, Embedding | None]:
    judgement, reason = judge_photo(analysis)
    return _Judged(judgement, reason), analysis.faces[0].embedding if judgement is Judgement.GOOD else None


def _already_with(holder: str) -> _Judged:
    return _Judged(Judgement.DUPLICATE, f"it is already among {holder}'s photos")


def _tell(progress: Progress | None, done: int, all_: int) -> None:
    if progress:
        progress(done, all_)
