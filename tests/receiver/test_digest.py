"""The day in a few lines: at its time, once, also after a restart, and true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from receiver.digest import Digest
from receiver.models import TOLD, DeliveryState, Message, Ruling, Telling
from receiver.store import Store
from tests.receiver import made_up
from tests.receiver.made_up import Clock

BERLIN = ZoneInfo("Europe/Berlin")
PHOTO = Message("telegram", "photo", "1")
HUSHED = Ruling(Telling.HUSHED, "quiet hours until 07:00")
ROUTES = (("telegram", "1"), ("telegram", "2"), ("mail", "me"))


def at(day: int, hour: int, minute: int = 0) -> float:
    return datetime(2026, 7, day, hour, minute, tzinfo=BERLIN).timestamp()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "station.sqlite3")
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(at(14, 21))


@pytest.fixture
def digest(store: Store, clock: Clock) -> Digest:
    made = Digest(store, lambda: "20:00", lambda: ROUTES, clock=clock, zone=BERLIN)
    made.look()
    return made


def texts(store: Store) -> list[str]:
    """What waits for the first chat, taken one after the other."""
    found = []
    while notice := store.next_notice("telegram", "1"):
        found.append(notice.text)
        store.settle_notice(notice.id, state=DeliveryState.DELIVERED)
    return found


def test_it_says_who_came_and_what_was_kept_quiet(store: Store, digest: Digest, clock: Clock, tmp_path: Path) -> None:
    for hour, name, ruling in ((8, "Anna", TOLD), (9, "", HUSHED), (17, "Anna", TOLD)):
        rung = made_up.ring(store, tmp_path, [PHOTO], at=at(15, hour), ruling=ruling)
        concluded = made_up.known(name) if name else made_up.no_face()
        store.conclude(rung.snapshots[0].id, *concluded, [], lambda _, r=ruling: r)
    late = store.next_delivery("telegram", "1")
    assert late
    store.undeliverable(late.id, "blocked")
    clock.now = at(15, 20)
    digest.look()
    assert texts(store) == [
        "3 visits since Tue 20:00:\nAnna: 08:00, 17:00\nNo face in the picture: 09:00\n1 kept quiet\n"
        "1 with a message that did not get through\n1 with a message still on its way"
    ]
    assert store.next_notice("telegram", "2")
    assert store.next_notice("mail", "me")


def test_it_comes_once_also_after_a_restart_around_that_time(store: Store, digest: Digest, clock: Clock) -> None:
    clock.now = at(15, 19, 59)
    digest.look()
    assert texts(store) == []
    clock.now = at(15, 20, 3)
    for _ in range(3):
        Digest(store, lambda: "20:00", lambda: ROUTES, clock=clock, zone=BERLIN).look()
    digest.look()
    assert texts(store) == ["Nobody came since Tue 20:00."]
    clock.now = at(16, 20)
    digest.look()
    assert texts(store) == ["Nobody came since Wed 20:00."]


def test_a_station_that_was_off_catches_up_within_some_hours(store: Store, digest: Digest, clock: Clock) -> None:
    """A digest of last night at noon would be no digest: the next one tells of that time as well."""
    clock.now = at(16, 1, 59)
    digest.look()
    assert texts(store) == ["Nobody came since Tue 20:00."]
    clock.now = at(17, 12)
    digest.look()
    assert texts(store) == []
    clock.now = at(17, 20)
    digest.look()
    assert texts(store) == ["Nobody came since Wed 20:00."]


def test_looks_and_tests_are_not_counted_and_switched_on_it_begins_with_the_next_time(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    off = Digest(store, lambda: "", lambda: ROUTES, clock=clock, zone=BERLIN)
    off.look()
    assert store.note("digest.until") is None
    on = Digest(store, lambda: "20:00", lambda: ROUTES, clock=clock, zone=BERLIN)
    on.look()
    assert texts(store) == []
    made_up.ring(store, tmp_path, [], at=at(15, 10), trigger=made_up.Trigger.TEST)
    clock.now = at(15, 20)
    on.look()
    assert texts(store) == ["Nobody came since Tue 20:00."]
