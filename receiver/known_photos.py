"""What is known about photos: what each is good for, by its content, and which file holds which content.

Kept in the store by the photo's content and the engine, so that it is worked out once; here for quick answers.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Set
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from receiver.gallery_cache import GalleryCache
from receiver.gallery_files import PhotoFile, stamp
from receiver.language import mark, phrase
from receiver.models import Judgement
from receiver.photo_records import PhotoRecords

if TYPE_CHECKING:
    from receiver.models import Embedding


class Judged(NamedTuple):
    """What a photo is good for."""

    judgement: Judgement
    reason: str
    """Why it is not good; empty when it is."""


class KnownPhotos:
    """The judgements of one engine on the files of one folder; embeddings go into `cache`.

    What is worked out about a photo may come from any thread; files and photos are forgotten, and files moved, in
    one thread at a time.
    """

    def __init__(self, folder: Path, records: PhotoRecords, engine: str, cache: GalleryCache) -> None:
        self._folder = folder
        self._records = records
        self._engine = engine
        self._cache = cache
        self._files: dict[str, _Remembered] = {}
        self._judged: dict[str, Judged] = {}

    def recall(self) -> None:
        """What earlier runs found out."""
        self._judged = {hash_: Judged(*judged) for hash_, judged in self._records.judged_photos(self._engine).items()}
        good = [hash_ for hash_, judged in self._judged.items() if judged.judgement is Judgement.GOOD]
        self._cache.load(good, lambda hashes: self._records.photo_embeddings(self._engine, hashes))
        ours = f"{self._folder}{os.sep}"
        self._files = {
            path: _Remembered(*remembered)
            for path, remembered in self._records.photo_files().items()
            if path.startswith(ours)
        }

    # ---- files

    def is_known(self, file: PhotoFile) -> bool:
        """Whether the file is as it was when its content was last read."""
        remembered = self._files.get(str(file.path))
        return remembered is not None and remembered[:2] == file[2:]

    def verdict_on(self, file: PhotoFile) -> tuple[str, Judged] | None:
        """The hash of a file's photo and what that is good for; None when the file has to be judged."""
        remembered = self._files.get(str(file.path))
        if remembered is None or remembered[:2] != file[2:]:
            return None
        judged = self._judged.get(remembered.hash)
        return (remembered.hash, judged) if judged and self._is_whole(remembered.hash, judged) else None

    def remember(self, path: Path, hash_: str, judged: Judged) -> None:
        """Keep which photo the file at `path` holds as it lies there now. Raises OSError when it is gone."""
        size, modified = stamp(path)
        self._judged[hash_] = judged
        self._files[str(path)] = _Remembered(size, modified, hash_)
        self._records.remember_photo_file(str(path), size, modified, hash_)

    def remember_unreadable(self, file: PhotoFile, judged: Judged) -> None:
        """Until the file changes or the program ends: the store keeps nothing that has no content."""
        self._files[str(file.path)] = _Remembered(file.size, file.modified, "")
        self._judged[""] = judged

    def remember_moved(self, old: Path, new: Path) -> None:
        """The file that was at `old` lies at `new` now; what was known about it still is."""
        remembered = self._files.get(str(old))
        if remembered and remembered.hash:
            self.remember(new, remembered.hash, self._judged[remembered.hash])

    def recognise(self, path: Path, hash_: str) -> None:
        """A file has come whose photo may have been judged before."""
        if judged := self._judged.get(hash_):
            self.remember(path, hash_, judged)

    def forget_files_except(self, there: Collection[str]) -> None:
        """Files that are no longer there; what another program has forgotten with them is forgotten here, too."""
        gone = self._files.keys() - there
        if not gone:
            return
        hashes = {self._files.pop(path).hash for path in gone}
        self._records.forget_photo_files(list(gone))
        strangers = hashes - self._records.known_photos(hashes)
        self._drop(strangers - self._held())

    # ---- photos

    @property
    def embedded(self) -> Set[str]:
        """Hashes of the photos with an embedding."""
        return self._cache.rows.keys()

    def judgement_of(self, hash_: str) -> Judged | None:
        """What the photo is good for, by this program or another one beside it; None when nobody has judged it."""
        known = self._judged.get(hash_)
        if known and self._is_whole(hash_, known):
            return known
        if earlier := self._records.judged_photo(hash_, self._engine):
            judgement, reason, embedding = earlier
            return self._keep(hash_, Judged(judgement, reason), embedding)
        return None

    def embedding_of(self, hash_: str) -> Embedding | None:
        """Of a good photo."""
        earlier = self._records.judged_photo(hash_, self._engine)
        return earlier[2] if earlier else None

    def judge(self, hash_: str, judged: Judged, embedding: Embedding | None) -> Judged:
        """Keep what a photo is good for; a good one has an embedding."""
        self._records.judge_photo(hash_, self._engine, *judged, embedding)
        return self._keep(hash_, judged, embedding)

    def forget(self, hashes: Collection[str]) -> None:
        """Photos whose judgements and embeddings are to be gone for good."""
        self._records.forget_photos(list(hashes))
        self._drop(hashes)

    def forget_unheld(self) -> None:
        """Photos that no file holds any more."""
        kept = self._held()
        self._records.forget_photos_except(kept)
        self._drop(self._judged.keys() - kept)

    # ---- small steps

    def _held(self) -> set[str]:
        return {remembered.hash for remembered in self._files.values()}

    def _keep(self, hash_: str, judged: Judged, embedding: Embedding | None) -> Judged:
        if embedding is not None:
            self._cache.add(hash_, embedding)
        self._judged[hash_] = judged
        return judged

    def _is_whole(self, hash_: str, judged: Judged) -> bool:
        return judged.judgement is not Judgement.GOOD or hash_ in self._cache.rows

    def _drop(self, hashes: Collection[str]) -> None:
        """What is no longer in the store must not be here either."""
        self._cache.forget(hashes)
        for hash_ in hashes:
            self._judged.pop(hash_, None)


_ALREADY = mark("it is already among {name}'s photos")


def already_with(holder: str) -> Judged:
    """What a photo is good for that somebody has already."""
    return Judged(Judgement.DUPLICATE, phrase(_ALREADY, name=holder))


class _Remembered(NamedTuple):
    size: int
    modified: int
    hash: str
