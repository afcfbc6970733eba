"""The day in a few lines: at its time, once, also after a restart, and true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from receiver import wording
from receiver.digest import Digest
from receiver.models import CORRECTION, TOLD, DeliveryState, Message, Ruling, Telling
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


def test_what_only_puts_a_chat_right_is_no_message_about_a_visit(
    store: Store, digest: Digest, clock: Clock, tmp_path: Path
) -> None:
    """Whether it is still on its way or did not get through: the visit itself was told."""
    for state, hour in ((DeliveryState.DUE, 8), (DeliveryState.FAILED, 9)):
        rung = made_up.ring(store, tmp_path, [], at=at(15, hour))
        store.conclude(rung.snapshots[0].id, *made_up.known("Anna"), [])
        store.tell_again(rung.id, [Message("telegram", CORRECTION, "1")])
        if state is DeliveryState.FAILED:
            store.undeliverable(store.visit(rung.id).deliveries[-1].id, "blocked")
    clock.now = at(15, 20)
    digest.look()
    (text,) = texts(store)
    assert "message" not in text


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


# ---- what fits into a message


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("days", [1, 30, 400])
@pytest.mark.parametrize("count", [6, 60, 61, 500])
@pytest.mark.parametrize("people", [1, 7, 300])
def test_a_summary_fits_into_one_message_whatever_happened(days: int, count: int, people: int) -> None:
    """Also with names of 60 characters that Telegram counts double; the number of visits is always told."""
    told = [
        (at(1, 12) + n * days * 86_400 / count, f"{'🦊' * 30} {n % people} and 2 strangers, {'🚪' * 40}")
        for n in range(count)
    ]
    text = wording.summary(told, BERLIN)
    assert units(text) <= wording.MESSAGE_LIMIT
    assert f"there were {count} visits" in text


def test_a_summary_of_many_days_counts_everybody_and_says_what_it_leaves_out() -> None:
    """Three hundred days have no room by the day: then it is how often in all, the most frequent first."""
    names = ["Anna, Front door", "a stranger, Front door", "Anna, Front door"]
    told = [(at(1, 12) + n * 86_400 / 2, names[n % 3]) for n in range(600)]
    assert wording.summary(told, BERLIN).splitlines()[1:] == [
        "Anna, Front door (400 times)",
        "a stranger, Front door (200 times)",
    ]
    lines = wording.summary([(at(1, 12), f"{n} {'x' * 100}") for n in range(200)], BERLIN).splitlines()
    assert lines[-1] == f"… and {200 - (len(lines) - 2)} more"


def test_a_digest_of_a_busy_day_keeps_its_end() -> None:
    """What was kept quiet and what did not get through stays, however many people came."""
    failed = replace(made_up.delivery("telegram", "text"), state=DeliveryState.FAILED)
    came = [
        replace(made_up.visit(None, made_up.face(f"{'🦊' * 30} {n}"), at=at(15, 8)), deliveries=(failed,) * (n % 2))
        for n in range(300)
    ]
    text = wording.digest(came, at(15, 0), BERLIN)
    assert units(text) <= wording.MESSAGE_LIMIT
    assert text.startswith("300 visits since")
    assert text.endswith("more\n150 with a message that did not get through")


def test_strangers_are_counted_beside_people_with_a_name() -> None:
    anna, unknown = made_up.face("Anna"), made_up.face()
    seen = [
        made_up.visit(None, *faces, at=at(15, 8 + hour))
        for hour, faces in enumerate([(anna,), (anna, unknown), (anna, unknown, unknown), (unknown,), (unknown,) * 3])
    ]
    assert [wording.brief(one).removesuffix(", Front door") for one in seen] == [
        "Anna",
        "Anna and a stranger",
        "Anna and 2 strangers",
        "a stranger",
        "3 strangers",
    ]
    assert wording.digest(seen, at(15, 0), BERLIN).splitlines()[1:] == [
        "Anna: 08:00, 09:00, 10:00",
        "A stranger: 09:00, 11:00",
        "2 strangers: 10:00",
        "3 strangers: 12:00",
    ]
