"""What the owner decides about people: another name, one instead of two, two instead of one, or nothing left of them.

A name stands in the gallery's folder, in the history, in the rules for quiet and in what can be undone. All of it
follows, and all but forgetting can be taken back, also after a restart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from receiver import gallery_archive
from receiver.database import Database
from receiver.errors import GalleryError
from receiver.gallery import Gallery
from receiver.gallery_files import plain, same_name, valid_name
from receiver.gallery_folder import Moved
from receiver.models import Forgotten, Imported
from receiver.people_records import PeopleRecords
from receiver.phone_records import PhoneRecords

MOST_TOLD = 500
"""Of the visits that say something else now the latest so many are published."""
_PREFIX = "people-"
_Rules = Mapping[str, tuple[str, ...]]


class Surroundings(Protocol):
    """Where else a name stands, and who has to hear of it."""

    def rules(self) -> _Rules:
        """The lists of names in the settings, by the list's name."""

    def set_rules(self, rules: _Rules) -> None:
        """Write some of them anew."""

    def changed(self, visits: Iterable[str]) -> None:
        """These visits say something else now; those that are gone are passed over."""

    def correct(self, visits: Sequence[str]) -> int:
        """Chats that show one of these visits are to be put right; returns how many messages that takes."""

    def clear_broker(self, visits: Collection[str]) -> int:
        """What the broker keeps about one of these visits is to go; returns how many topics."""


class People:
    """Acts on the gallery, the history and the rules together. Commands may come from any thread.

    `engine` is the recogniser's name, `clock` returns Unix seconds.
    """

    def __init__(
        self,
        database: Database,
        gallery: Gallery,
        around: Surroundings,
        engine: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._records = PeopleRecords(database)
        self._undos = PhoneRecords(database)
        self._gallery = gallery
        self._around = around
        self._engine = engine
        self._clock = clock

    def rename(self, name: str, new: str) -> str:
        """Give a person another name, everywhere; the token restores the old one.

        Raises GalleryError when there is nobody, or somebody already.
        """
        name = self._gallery.called(name)
        return self._move(name, valid_name(new), self._gallery.rename(name, new))

    def merge(self, name: str, into: str) -> str:
        """Two people are one: the first one's photos and history are the other's. The token makes them two again.

        Raises GalleryError when one of them is not there.
        """
        name, into = self._gallery.called(name), self._gallery.called(into)
        return self._move(name, into, self._gallery.merge(name, into))

    def split(self, photos: Sequence[Path], new: str) -> str:
        """These photos are somebody else's, new or known; the token gives them back. What was said at the door stays.

        Raises GalleryError for an impossible name and when a photo is not in the gallery.
        """
        return self._keep(files=_plain(self._gallery.give(photos, new)))

    def forget(self, name: str) -> Forgotten:
        """Take a person out of everything, for good; returns what went. Raises GalleryError when nothing is known."""
        name = self._gallery.called(name)
        gone = self._gallery.forget(name, or_nobody=self._records.knows(name))
        erased = self._records.erase(name)
        self._gallery.heed_rejections()
        rules = _without(self._around.rules(), name)
        if rules:
            self._around.set_rules(rules)
        retained = self._around.clear_broker(erased.visits)
        messages = self._around.correct(erased.visits)
        self._around.changed(erased.visits[:MOST_TOLD])
        self._database.scour()
        return Forgotten(
            name,
            gone.photos,
            gone.removed_photos,
            gone.embeddings + erased.faces,
            len(erased.visits),
            messages,
            retained,
            tuple(rules),
            erased.undos,
        )

    def export(
        self, target: Path, progress: gallery_archive.Progress | None, cancelled: gallery_archive.Cancelled | None
    ) -> int:
        """Write everybody's photos into one file; returns how many, 0 when it was cancelled. Raises GalleryError."""
        everybody, now = self._gallery.identities(), self._clock()
        return gallery_archive.write(target, everybody, self._engine, now, progress=progress, cancelled=cancelled)

    def import_(
        self,
        source: Path,
        *,
        replace: bool,
        progress: gallery_archive.Progress | None,
        cancelled: gallery_archive.Cancelled | None,
    ) -> Imported:
        """Take in the photos of such a file, all or none: beside those there are, or in their place.

        What each photo is good for is found out here, in the background. Raises GalleryError for a file that is none
        of ours or not whole, and when it was cancelled.
        """
        with self._gallery.staging() as staging:
            content = gallery_archive.read(source, Path(staging), progress, cancelled)
            photos = [(photo.person, photo.file, photo.stem) for photo in content.photos]
            came, left = self._gallery.take_in(photos, replace=replace)
        people = {photo.person for photo in content.photos}
        other = "" if content.engine == self._engine else content.engine
        undo = self._keep(came=[str(path) for path in came], left=left)
        return Imported(len(people), len(came), len(photos) - len(came), other, undo)

    def restore(self, token: str) -> None:
        """Take one of these back. Raises GalleryError when it is too late, or was done before."""
        number = token.removeprefix(_PREFIX)
        try:
            steps, done = self._undos.undo(int(number))
        except (KeyError, ValueError):
            raise GalleryError("This can no longer be undone") from None
        if done or not self._undos.undone(int(number), self._clock()):
            raise GalleryError("This was undone before")
        if "came" in steps:
            self._gallery.remove_photos([Path(path) for path in steps["came"]])
            if steps["left"]:
                self._gallery.restore(steps["left"])
            return
        back = self._gallery.move_back({Path(old): Path(new) for old, new in steps["files"]})
        cells = [tuple(cell) for cell in steps.get("cells", ())]
        self._records.put_back(cells, back)
        self._gallery.heed_rejections()
        if steps.get("rules"):
            self._around.set_rules(_put_back(self._around.rules(), steps["rules"], *steps["names"]))
        self._around.changed(self._records.visits_of(cells)[:MOST_TOLD])

    @staticmethod
    def made(token: str) -> bool:
        """Whether a token is from here."""
        return token.startswith(_PREFIX)

    # ---- inside

    def _move(self, name: str, new: str, files: Moved) -> str:
        """The photos have moved; everything else follows."""
        cells = self._records.rename(name, new, files)
        self._gallery.heed_rejections()
        rules = self._around.rules()
        followed = {key: _renamed(names, name, new) for key, names in rules.items() if _has(names, name)}
        if followed:
            self._around.set_rules(followed)
        had = {key: _has(rules[key], new) for key in followed}
        token = self._keep(files=_plain(files), cells=cells, rules=had, names=[name, new])
        self._around.changed(self._records.visits_of(cells)[:MOST_TOLD])
        return token

    def _keep(self, **steps: Any) -> str:
        return f"{_PREFIX}{self._undos.keep_undo(steps, self._clock())}"


def _plain(moved: Moved) -> list[tuple[str, str]]:
    return [(str(old), str(new)) for old, new in moved.items()]


def _has(names: Iterable[str], name: str) -> bool:
    return any(same_name(one, name) for one in names)


def _renamed(names: Iterable[str], name: str, new: str) -> tuple[str, ...]:
    """Each name once."""
    followed = [new if same_name(one, name) else one for one in names]
    return tuple({plain(one).casefold(): one for one in followed}.values())


def _without(rules: _Rules, name: str) -> dict[str, tuple[str, ...]]:
    """The lists that had a name, without it."""
    return {
        key: tuple(one for one in names if not same_name(one, name))
        for key, names in rules.items()
        if _has(names, name)
    }


def _put_back(rules: _Rules, had_new: Mapping[str, bool], name: str, new: str) -> dict[str, tuple[str, ...]]:
    """The old name is where it was, and the new one where it was before."""
    return {key: (*(one for one in rules[key] if had or not same_name(one, new)), name) for key, had in had_new.items()}
