"""Where a person's name stands outside the gallery and the history: rules, chats, the broker, whoever looks on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from receiver.messengers import Messengers
from receiver.models import Visit
from receiver.people_records import PeopleRecords
from receiver.settings import Settings, names_in
from receiver.store import Store


class Household:
    """What `People` needs of a station that runs; its parts are asked for each time, for settings replace them."""

    def __init__(
        self,
        store: Store,
        *,
        settings: Callable[[], Settings],
        messengers: Callable[[], Messengers],
        apply: Callable[[Mapping[tuple[str, ...], Any]], None],
        publish: Callable[[Visit], None],
    ) -> None:
        self._store = store
        self._settings = settings
        self._messengers = messengers
        self._apply = apply
        self._publish = publish

    def rules(self) -> Mapping[str, tuple[str, ...]]:
        """The lists of names in the settings."""
        return names_in(self._settings().hush)

    def set_rules(self, rules: Mapping[str, tuple[str, ...]]) -> None:
        """Write some of them anew."""
        self._apply({("hush", key): names for key, names in rules.items()})

    def changed(self, visits: Iterable[str]) -> None:
        """Tell everybody who looks on; a visit may be gone meanwhile."""
        for visit in visits:
            with suppress(KeyError):
                self._publish(self._store.visit(visit))

    def correct(self, visits: Sequence[str]) -> int:
        """Have chats put right; returns how many messages that takes."""
        return self._messengers().correct_all(visits)

    def clear_broker(self, visits: Collection[str]) -> int:
        """Have the broker forget what it keeps of them; returns how many topics that are."""
        mqtt = self._messengers().mqtt
        return mqtt.forget_visitors(PeopleRecords(self._store).kept_by(mqtt.name, mqtt.verdict_kind, visits))
