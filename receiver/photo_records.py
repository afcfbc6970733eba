"""The SQL about the gallery's photos: what each engine said about them, and which file holds which."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Column, Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from receiver.models import Judgement
from receiver.schema import photo_files, photos

if TYPE_CHECKING:
    from receiver.database import Database
    from receiver.models import Embedding

_AT_ONCE = 10_000
"""Values in a statement: SQLite allows 32,766."""


class PhotoRecords:
    """Kept in the station's database; every method is one transaction and may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def judged_photos(self, engine: str) -> Mapping[str, tuple[Judgement, str]]:
        """Photo hash -> (judgement, its words), for one engine."""
        query = select(photos.c.hash, photos.c.judgement, photos.c.reason).where(photos.c.engine == engine)
        with self._database.reading() as db:
            return {hash_: (Judgement(judgement), reason) for hash_, judgement, reason in db.execute(query)}

    def judged_photo(self, hash_: str, engine: str) -> tuple[Judgement, str, Embedding | None] | None:
        """(judgement, its words, embedding when GOOD) of one photo; None when the engine has not seen it."""
        query = select(photos).where((photos.c.hash == hash_) & (photos.c.engine == engine))
        with self._database.reading() as db:
            row = db.execute(query).first()
        if row is None:
            return None
        embedding = None if row.embedding is None else np.frombuffer(row.embedding, np.float32)
        return Judgement(row.judgement), row.reason, embedding

    def photo_embeddings(self, engine: str, hashes: Sequence[str]) -> Iterator[tuple[str, Embedding]]:
        """(photo hash, embedding) for those of these photos that the engine found good."""
        for start in range(0, len(hashes), _AT_ONCE):
            some = photos.c.hash.in_(hashes[start : start + _AT_ONCE])
            query = select(photos.c.hash, photos.c.embedding).where((photos.c.engine == engine) & some)
            with self._database.reading() as db:
                found = db.execute(query).all()
            yield from ((hash_, np.frombuffer(blob, np.float32)) for hash_, blob in found if blob is not None)

    def known_photos(self, hashes: Collection[str]) -> set[str]:
        """Those of these photo hashes about which anything is kept."""
        wanted, known = list(hashes), set[str]()
        with self._database.reading() as db:
            for start in range(0, len(wanted), _AT_ONCE):
                some = photos.c.hash.in_(wanted[start : start + _AT_ONCE])
                known.update(db.execute(select(photos.c.hash).where(some)).scalars())
        return known

    def judge_photo(
        self, hash_: str, engine: str, judgement: Judgement, reason: str, embedding: Embedding | None
    ) -> None:
        """Keep what an engine said about a photo, by its content."""
        blob = None if embedding is None else np.asarray(embedding, np.float32).tobytes()
        values = {"judgement": judgement, "reason": reason, "embedding": blob}
        with self._database.writing() as db:
            db.execute(
                upsert(photos)
                .values(hash=hash_, engine=engine, **values)
                .on_conflict_do_update(index_elements=["hash", "engine"], set_=values)
            )

    def forget_photos(self, hashes: Sequence[str]) -> None:
        """Remove every engine's embedding of these photos."""
        with self._database.writing() as db:
            _delete_in_parts(db, photos.c.hash, list(hashes))

    def forget_photos_except(self, hashes: Collection[str]) -> None:
        """Remove what is kept about photos that are no longer anywhere in the gallery."""
        with self._database.writing() as db:
            kept = set(db.execute(select(photos.c.hash).distinct()).scalars())
            _delete_in_parts(db, photos.c.hash, list(kept.difference(hashes)))

    def photo_files(self) -> Mapping[str, tuple[int, int, str]]:
        """Path -> (bytes, nanoseconds of the last change, hash): files that need not be read again."""
        with self._database.reading() as db:
            c = photo_files.c
            rows = db.execute(select(c.path, c.size, c.modified, c.hash))
            return {path: (size, modified, hash_) for path, size, modified, hash_ in rows}

    def remember_photo_file(self, path: str, size: int, modified: int, hash_: str) -> None:
        """Keep a file's hash beside what tells that the file has changed."""
        values = {"size": size, "modified": modified, "hash": hash_}
        with self._database.writing() as db:
            db.execute(
                upsert(photo_files)
                .values(path=path, **values)
                .on_conflict_do_update(index_elements=["path"], set_=values)
            )

    def forget_photo_files(self, paths: Sequence[str]) -> None:
        """These files are gone."""
        with self._database.writing() as db:
            _delete_in_parts(db, photo_files.c.path, list(paths))


def _delete_in_parts(db: Connection, column: Column[str], values: list[str]) -> None:
    for start in range(0, len(values), _AT_ONCE):
        db.execute(delete(column.table).where(column.in_(values[start : start + _AT_ONCE])))
