"""The gallery as it is shown and matched against: everything at one moment, made anew when something changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from receiver import search
from receiver.gallery_cache import GalleryCache
from receiver.gallery_files import PhotoFile
from receiver.known_photos import Judged, already_with
from receiver.matching import NOBODY, People
from receiver.models import Identity, Judgement, Photo

_PACE_S = 0.3
"""The view follows at most this often while many photos are judged ..."""
_PACE_SHARE = 4
"""... and never takes more than one part in this many of the time."""
_MUCH = 20
"""An index is built again when one row in this many is newer."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything at one moment; replaced as a whole, never changed."""

    identities: tuple[Identity, ...]
    """Everybody, by name."""
    people: People
    """Those with usable photos."""
    pending: int
    """Photos that wait to be judged."""
    holders: Mapping[str, str]
    """Photo hash -> whose it is."""


EMPTY = View((), NOBODY, 0, {})
"""Before the folder has been looked at."""


def view_of(
    known: Sequence[tuple[PhotoFile, str, Judged]], cache: GalleryCache, index: search.Index | None, pending: int
) -> View:
    """People by name; a picture that appears twice counts once, for whom it comes first."""
    files: dict[str, list[tuple[PhotoFile, str, Judged]]] = {}
    for one in known:
        files.setdefault(one[0].identity, []).append(one)
    holders: dict[str, str] = {}
    identities = tuple(
        Identity(name, tuple(_photo(file, hash_, judged, holders) for file, hash_, judged in files[name]))
        for name in sorted(files, key=lambda name: (name.casefold(), name))
    )
    return View(identities, _people_of(identities, cache, index), pending, holders)


def grown_index(people: People, index: search.Index | None, cancelled: Callable[[], bool]) -> search.Index | None:
    """For a huge gallery, and again when it has grown by much; until it is built every row is compared.

    None when `index`, or none at all, is good enough, or when the work was cancelled.
    """
    rows = np.flatnonzero(people.owners >= 0)
    if len(rows) < search.LARGE or (index and len(index.unknown(rows)) < len(rows) / _MUCH):
        return None
    return search.build_index(people.embeddings, rows, cancelled)


class Pace:
    """Keeps what takes long, and is repeated, from taking all the time."""

    def __init__(self) -> None:
        self._begun = self._next = 0.0

    @property
    def rest_s(self) -> float:
        """Seconds until it may be done again."""
        return max(0.0, self._next - time.monotonic())

    @property
    def due(self) -> bool:
        """Whether it may be done now."""
        return not self.rest_s

    def __enter__(self) -> None:
        self._begun = time.monotonic()

    def __exit__(self, *_: object) -> None:
        now = time.monotonic()
        self._next = now + max(_PACE_S, (_PACE_SHARE - 1) * (now - self._begun))


def _photo(file: PhotoFile, hash_: str, judged: Judged, holders: dict[str, str]) -> Photo:
    holder = holders.get(hash_)
    if holder is not None and judged.judgement is Judgement.GOOD:
        judged = already_with(holder)
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
