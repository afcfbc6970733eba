"""`porchlight-headless forget`, `export` and `import`: people from a shell, with or without a station that runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from receiver import settings
from receiver.chats import Chats
from receiver.errors import StationError
from receiver.gallery import Gallery
from receiver.messengers import correct_chats
from receiver.models import Forgotten, Judgement
from receiver.notifiers.mqtt import KEPT, TO_FORGET, MqttNotifier
from receiver.notifiers.telegram import TelegramNotifier
from receiver.people import People
from receiver.people_records import PeopleRecords
from receiver.settings import Settings, names_in
from receiver.store import Store

_TO_FORGET = f"{MqttNotifier.name}.{TO_FORGET}"


def forget(chosen: Settings, settings_path: Path, store: Store, gallery: Gallery, name: str) -> None:
    """Forget a person, and say what went."""
    gone = _people(chosen, settings_path, store, gallery).forget(name)
    print(f"forgot {name}")
    for line in _listed(gone):
        print(line)


def export(chosen: Settings, store: Store, gallery: Gallery, target: Path, cancelled: Callable[[], bool]) -> None:
    """Write everybody's photos into one file."""
    count = _people(chosen, Path(), store, gallery).export(target, None, cancelled)
    if not count:
        raise StationError("Interrupted", "nothing was written")
    print(f"{count} photos of {len(gallery.identities())} people are in {target}")


def import_(
    chosen: Settings, store: Store, gallery: Gallery, source: Path, *, replace: bool, cancelled: Callable[[], bool]
) -> None:
    """Take in the people of a file, judge their photos and say what came."""
    people = _people(chosen, Path(), store, gallery)
    came = people.import_(source, replace=replace, progress=None, cancelled=cancelled)
    print(f"{came.photos} photos of {came.people} people, {came.already_there} were there already")
    gallery.refresh()
    aside = [p for person in gallery.identities() for p in person.photos if p.judgement is not Judgement.GOOD]
    for photo in aside:
        print(f"{photo.judgement}\t{photo.path}\t{photo.reason}")
    if came.other_engine:
        print(f"another engine made the file, {came.other_engine}; the photos were judged anew", file=sys.stderr)


def _people(chosen: Settings, settings_path: Path, store: Store, gallery: Gallery) -> People:
    return People(store, gallery, _Shell(chosen, settings_path, store), chosen.recognition.engine)


def _listed(gone: Forgotten) -> Iterator[str]:
    """What went, a line each, without what was nothing."""
    for count, words in (
        (gone.photos, "photos"),
        (gone.removed_photos, "photos that were removed before"),
        (gone.embeddings, "sets of numbers that describe the face"),
        (gone.visits, "visits that said the name"),
        (gone.messages, "messages in chats are put right"),
        (gone.retained, "topics that the broker kept"),
        (gone.undos, "steps that could have been taken back"),
    ):
        if count:
            yield f"{count}\t{words}"
    for rule in gone.rules:
        yield f"1\tentry of hush.{rule}"


class _Shell:
    """Where a name stands beside the gallery and the history, for a program that ends soon."""

    def __init__(self, chosen: Settings, settings_path: Path, store: Store) -> None:
        self._chosen = chosen
        self._path = settings_path
        self._store = store

    def rules(self) -> Mapping[str, tuple[str, ...]]:
        return names_in(self._chosen.hush)

    def set_rules(self, rules: Mapping[str, tuple[str, ...]]) -> None:
        settings.save(self._path, {("hush", key): names for key, names in rules.items()})

    def changed(self, visits: Iterable[str]) -> None:
        """Nobody looks on."""

    def correct(self, visits: Sequence[str]) -> int:
        """The station's couriers find what is due."""
        chats = Chats(self._store, lambda: self._chosen.telegram.chat_ids)
        return correct_chats(self._store, TelegramNotifier(self._chosen.telegram, chats.all), visits)

    def clear_broker(self, visits: Collection[str]) -> int:
        """Left to the station: it does so when it next connects."""
        mqtt = MqttNotifier
        doors = PeopleRecords(self._store).kept_by(mqtt.name, mqtt.verdict_kind, visits)
        waiting = json.loads(self._store.note(_TO_FORGET) or "[]")
        self._store.set_note(_TO_FORGET, json.dumps(sorted(doors.union(waiting))))
        return len(doors) * len(KEPT)
