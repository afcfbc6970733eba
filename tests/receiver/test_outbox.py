"""The outbox: in order, at least once, patient, and never in the way of another target."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from receiver import wording
from receiver.errors import Rejected, StoreError, TryLater
from receiver.message_rows import HOLD_S
from receiver.models import Change, Delivery, DeliveryState, Message, Ruling, Telling, Verdict, Visit
from receiver.notifiers import Host
from receiver.outbox import MOST_LATE, Outbox
from receiver.store import Store
from tests.receiver import made_up
from tests.receiver.made_up import PATIENCE_S, Clock, conclude, ring, states
from tests.waiting import wait_until

DAY = 86_400.0


class Postman:
    """A notifier that does what a test tells it and remembers what it was given."""

    name = "post"
    alert_kind = "text"
    verdict_kind = "photo"
    lanes: tuple[tuple[str, ...], ...] = ()

    def __init__(self, *targets: str) -> None:
        self.given: list[tuple[str, str]] = []
        self.behaviour: Callable[[Delivery], None] = lambda delivery: None
        self.changed = threading.Condition()
        self._targets = targets or ("",)

    def targets(self) -> tuple[str, ...]:
        return self._targets

    def start(self, host: Host) -> None: ...

    def stop(self) -> None: ...

    def check(self) -> str:
        return ""

    def send(self, delivery: Delivery, visit: Visit) -> None:
        with self.changed:
            self.given.append((delivery.target, delivery.kind))
            self.changed.notify_all()
        self.behaviour(delivery)

    def wait(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.given) >= count, PATIENCE_S), self.given


class WatchedClock(Clock):
    """A clock that counts how often somebody looks at it."""

    looks = 0

    def __call__(self) -> float:
        self.looks += 1
        return super().__call__()


class Office:
    """A store, a postman, a clock, and an outbox between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "station.sqlite3")
        self.postman = Postman()
        self.clock = WatchedClock()
        self.published: list[Visit] = []
        self.changed = threading.Condition()
        self.waits: list[float] = []

    @contextmanager
    def open(self) -> Iterator[Outbox]:
        outbox = Outbox(self.store, [self.postman], self.publish, clock=self.clock)
        outbox.start()
        try:
            yield outbox
        finally:
            outbox.stop()

    def publish(self, change: Change) -> None:
        assert isinstance(change, Visit)
        with self.changed:
            self.published.append(change)
            self.changed.notify_all()

    def messages(self, kind: str) -> list[Message]:
        return [Message("post", kind, target) for target in self.postman.targets()]

    def ring(self) -> Visit:
        self.clock.advance(0.001)  # a moment later, or it would be the same visit
        return ring(self.store, self.folder, self.messages("text"), at=self.clock())

    def ring_and_conclude(self) -> Visit:
        return conclude(self.store, self.ring(), self.messages("photo"))

    def wait_until(self, condition: Callable[[], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, PATIENCE_S), self.postman.given

    def settled(self, visit: Visit) -> Callable[[], bool]:
        return lambda: DeliveryState.DUE not in states(self.store, visit)

    def head(self) -> Delivery:
        found = self.store.next_delivery("post", self.postman.targets()[0])
        assert found
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.store.close()


def failing(times: int, error: Exception) -> Callable[[Delivery], None]:
    """Fail so often, then succeed."""
    left = [error] * times

    def behaviour(delivery: Delivery) -> None:
        if left:
            raise left.pop()

    return behaviour


def test_a_text_goes_before_its_photo_and_each_once(office: Office) -> None:
    """Both rows are due at once; they leave in the order they were written."""
    visit = office.ring_and_conclude()
    with office.open():
        office.wait_until(office.settled(visit))
    assert office.postman.given == [("", "text"), ("", "photo")]
    assert states(office.store, visit) == [DeliveryState.DELIVERED] * 2


def test_new_work_is_carried_when_woken(office: Office) -> None:
    """A ring after the start goes out without waiting for the idle look around."""
    with office.open() as outbox:
        visit = office.ring()
        outbox.wake()
        office.wait_until(office.settled(visit))


def test_every_outcome_is_published(office: Office) -> None:
    """Subscribers see the visit after each change of one of its deliveries."""
    office.postman.behaviour = failing(1, Rejected("No", "never"))
    visit = office.ring_and_conclude()
    with office.open():
        office.wait_until(office.settled(visit))
    seen = [[d.state for d in v.deliveries] for v in office.published]
    assert seen == [[DeliveryState.FAILED, DeliveryState.DUE], [DeliveryState.FAILED, DeliveryState.DELIVERED]]


def test_a_refused_message_is_shown_and_not_repeated(office: Office) -> None:
    """Rejected ends the matter, with the reason in words, until the owner retries."""
    office.postman.behaviour = failing(1, Rejected("The bot may not write here", "it was removed"))
    visit = office.ring()
    with office.open() as outbox:
        office.wait_until(office.settled(visit))
        failed = office.store.visit(visit.id).deliveries[0]
        assert (failed.state, failed.error) == (DeliveryState.FAILED, "The bot may not write here: it was removed")
        office.store.retry_delivery(failed.id)
        outbox.wake()
        office.wait_until(office.settled(visit))
    assert states(office.store, visit) == [DeliveryState.DELIVERED]


def test_back_off_doubles_from_a_second_to_five_minutes(office: Office) -> None:
    """Each failure doubles the wait, jittered upwards by at most half, and never beyond five minutes."""
    office.postman.behaviour = failing(12, TryLater("Away"))
    visit = office.ring()
    waits = []
    with office.open() as outbox:
        for count in range(1, 13):
            office.wait_until(lambda count=count: len(office.published) == count)
            waits.append(office.head().due_at - office.clock())
            office.clock.advance(waits[-1] + 0.001)
            outbox.wake()
        office.wait_until(office.settled(visit))
    for step, seconds in enumerate(waits):
        assert min(2.0**step, 300) <= seconds + 1e-3 and seconds <= min(1.5 * 2.0**step, 300) + 1e-3


def test_waking_does_not_shorten_a_back_off(office: Office) -> None:
    """New work behind a message that waits is no reason to try that message again."""
    office.postman.behaviour = failing(1, TryLater("Away"))
    first = office.ring()
    with office.open() as outbox:
        office.wait_until(lambda: office.published)
        second = office.ring()
        for _ in range(50):
            outbox.wake()
        office.clock.advance(0.9)
        outbox.wake()
        assert len(office.postman.given) == 1
        office.clock.advance(1)
        outbox.wake()
        office.wait_until(office.settled(second))
    assert office.settled(first)()


def test_an_open_way_cuts_the_back_off(office: Office) -> None:
    """When the notifier says that the connection is back, nothing waits any longer."""
    office.postman.behaviour = failing(6, TryLater("Away"))
    visit = office.ring()
    with office.open() as outbox:
        for count in range(1, 7):
            office.wait_until(lambda count=count: len(office.published) == count)
            outbox.hurry("post")
        office.wait_until(office.settled(visit))
    assert len(office.postman.given) == 7


def test_retry_after_is_kept_to_the_second_whatever_happens(office: Office) -> None:
    """What the other side said counts: neither an open way nor a newer message shortens it."""
    office.postman.behaviour = failing(1, TryLater("Slow down", retry_after=33))
    visit = office.ring_and_conclude()
    with office.open() as outbox:
        office.wait_until(lambda: office.published)
        assert office.head().due_at == office.clock() + 33
        office.clock.advance(32.9)
        outbox.hurry("post")
        outbox.wake()
        conclude(office.store, visit, office.messages("photo"), Verdict.UNKNOWN)
        outbox.wake()
        assert office.postman.given == [("", "text")]
        office.clock.advance(0.2)
        outbox.wake()
        office.wait_until(office.settled(visit))
    assert office.postman.given == [("", "text"), ("", "text"), ("", "photo")]


def test_a_newer_message_does_not_jump_a_pause_the_old_one_was_given(office: Office) -> None:
    """The superseding photo waits as long as the photo it replaces was told to."""
    visit = office.ring_and_conclude()

    def slow_down_on_the_first_photo(delivery: Delivery) -> None:
        if delivery.kind == "photo" and office.postman.given.count(("", "photo")) == 1:
            raise TryLater("Slow down", retry_after=10)

    office.postman.behaviour = slow_down_on_the_first_photo
    with office.open() as outbox:
        office.wait_until(lambda: len(office.published) == 2)
        conclude(office.store, visit, office.messages("photo"), Verdict.UNKNOWN)
        outbox.wake()
        office.clock.advance(9.9)
        outbox.wake()
        assert office.postman.given.count(("", "photo")) == 1
        office.clock.advance(0.2)
        outbox.wake()
        office.wait_until(office.settled(visit))
    assert states(office.store, visit) == [
        DeliveryState.DELIVERED,
        DeliveryState.SUPERSEDED,
        DeliveryState.DELIVERED,
    ]


def test_a_target_in_trouble_does_not_hold_up_another(office: Office) -> None:
    """One chat answers never; the other has everything meanwhile, each in order."""
    office.postman = Postman("sick", "well")
    cured = threading.Event()

    def behaviour(delivery: Delivery) -> None:
        if delivery.target == "sick":
            assert cured.wait(PATIENCE_S)

    office.postman.behaviour = behaviour
    with office.open() as outbox:
        visits = [office.ring_and_conclude() for _ in range(3)]
        outbox.wake()
        office.wait_until(lambda: len([g for g in office.postman.given if g[0] == "well"]) == 6)
        assert [g for g in office.postman.given if g[0] == "sick"] == [("sick", "text")]
        cured.set()
        for visit in visits:
            office.wait_until(office.settled(visit))
    for target in ("sick", "well"):
        assert [kind for to, kind in office.postman.given if to == target] == ["text", "photo"] * 3


def test_days_offline_are_waited_out(office: Office) -> None:
    """Three days of failures lose nothing, double nothing and ask at most once in three minutes or so."""
    online = threading.Event()

    def behaviour(delivery: Delivery) -> None:
        if not online.is_set():
            raise TryLater("Away")

    office.postman.behaviour = behaviour
    visits = [office.ring_and_conclude() for _ in range(3)]
    end = office.clock() + 3 * DAY
    with office.open() as outbox:
        while office.clock() < end:
            tries = len(office.published)
            office.clock.advance(3600)
            outbox.wake()
            office.wait_until(lambda tries=tries: len(office.published) > tries)
        asked = len(office.postman.given)
        online.set()
        office.clock.advance(300)
        outbox.wake()
        for visit in visits:
            office.wait_until(office.settled(visit))
    assert asked <= 75
    assert [kind for _, kind in office.postman.given[asked:]] == ["text", "photo"] * 3


def test_a_restart_carries_on_where_the_last_run_stopped(office: Office) -> None:
    """What is delivered stays so; the rest, also what was in back-off, goes out after the restart."""
    visits = [office.ring_and_conclude() for _ in range(2)]
    office.postman.behaviour = lambda delivery: (_ for _ in ()).throw(TryLater("Away")) if delivery.id > 2 else None
    with office.open():
        office.wait_until(lambda: len(office.published) == 3)
    before = list(office.postman.given)
    office.postman.behaviour = lambda delivery: None
    office.clock.advance(2)
    with office.open():
        for visit in visits:
            office.wait_until(office.settled(visit))
    assert before == [("", "text"), ("", "photo"), ("", "text")]
    assert office.postman.given[3:] == [("", "text"), ("", "photo")]


def test_a_crash_between_acceptance_and_commit_is_the_one_way_to_double(office: Office) -> None:
    """The other side has it, our commit never happens: after the restart it goes out once more, and once only."""
    visit = office.ring()
    accepted = office.head()
    office.postman.send(accepted, visit)  # ... and here the power goes
    with office.open():
        office.wait_until(office.settled(visit))
    assert office.postman.given == [("", "text")] * 2


@pytest.mark.expects_log("cannot be written")
def test_a_full_disk_repeats_the_commit_and_never_the_message(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the outcome cannot be written the courier keeps trying that, and sends nothing twice."""
    written, full = office.store.delivered, [StoreError("The disk is full")] * 2

    def delivered(delivery: int, at: float) -> Visit | None:
        if full:
            raise full.pop()
        return written(delivery, at)

    monkeypatch.setattr(office.store, "delivered", delivered)
    monkeypatch.setattr("receiver.outbox.PATIENCE", (0.01, 1))
    visit = office.ring()
    outbox = Outbox(office.store, [office.postman], office.publish, patience=(0.01, 0.02))
    outbox.start()
    office.wait_until(office.settled(visit))
    outbox.stop()
    assert office.postman.given == [("", "text")]


@pytest.mark.expects_log("in a way it should not")
def test_a_mistake_of_a_notifier_is_logged_and_tried_again(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """An unexpected exception never kills the courier nor loses the message."""
    office.postman.behaviour = failing(1, ZeroDivisionError())
    visit = office.ring()
    with office.open() as outbox:
        office.wait_until(lambda: office.published)
        office.clock.advance(2)
        outbox.wake()
        office.wait_until(office.settled(visit))
    assert [r.levelno for r in caplog.records if r.exc_info] == [logging.ERROR]


@pytest.mark.expects_log("could not use the store")
def test_a_store_in_trouble_does_not_kill_the_courier(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The courier tries again when the store does not answer."""
    asked, trouble = office.store.next_delivery, [StoreError("Locked")]

    def next_delivery(*of: Any, **more: Any) -> Delivery | None:
        if trouble:
            raise trouble.pop()
        return asked(*of, **more)

    monkeypatch.setattr(office.store, "next_delivery", next_delivery)
    visit = office.ring()
    with office.open() as outbox:
        outbox.wake()
        office.wait_until(office.settled(visit))


@pytest.mark.expects_log("A subscriber failed")
def test_a_failing_subscriber_does_not_stop_the_mail(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of `publish` is logged, and the next message goes out."""
    heard = office.publish

    def publish(change: Change) -> None:
        heard(change)
        raise RuntimeError("a bug in the window")

    monkeypatch.setattr(office, "publish", publish)
    visit = office.ring_and_conclude()
    with office.open():
        office.wait_until(office.settled(visit))


def test_messages_to_a_chat_that_is_no_longer_allowed_are_given_up(office: Office) -> None:
    """After a chat is taken out of the settings nothing goes there."""
    office.postman = Postman("1", "2")
    visit = office.ring()
    office.postman = Postman("1")
    with office.open():
        office.wait_until(office.settled(visit))
    assert office.postman.given == [("1", "text")]
    assert states(office.store, visit) == [DeliveryState.DELIVERED, DeliveryState.FAILED]


def test_a_visit_deleted_meanwhile_is_skipped(office: Office) -> None:
    """Deleting a visit takes its messages with it, also the one that waits."""
    office.postman.behaviour = failing(1, TryLater("Away"))
    gone = office.ring()
    with office.open() as outbox:
        office.wait_until(lambda: office.published)
        office.store.delete_visit(gone.id)
        visit = office.ring()
        office.clock.advance(2)
        outbox.wake()
        office.wait_until(office.settled(visit))


def test_a_message_broken_off_by_our_own_stop_stays_due_without_blame(office: Office) -> None:
    """Stopping in the middle of a send is no failed attempt."""
    begun, ended = threading.Event(), threading.Event()

    def behaviour(delivery: Delivery) -> None:
        begun.set()
        assert ended.wait(PATIENCE_S)
        raise TryLater("Porchlight is stopping")

    office.postman.behaviour = behaviour
    visit = office.ring()
    with office.open():
        assert begun.wait(PATIENCE_S)
        threading.Timer(0.05, ended.set).start()
    left = office.store.visit(visit.id).deliveries[0]
    assert (left.state, left.attempts, left.error) == (DeliveryState.DUE, 0, "")


def test_a_clock_set_back_does_not_silence_the_door(office: Office) -> None:
    """A due time further away than any back-off cannot be meant."""
    visit = office.ring()
    office.store.postponed(office.head().id, office.clock() + 3 * DAY, "the clock was wrong")
    with office.open():
        office.wait_until(office.settled(visit))


def test_a_courier_notices_a_clock_that_jumped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer slept through the back-off: nobody wakes the courier, and it does not wait all that time again."""
    monkeypatch.setattr("receiver.outbox._LOOK_AROUND", 0.01)
    office.postman.behaviour = failing(1, TryLater("Slow down", retry_after=1000))
    visit = office.ring()
    with office.open():
        office.wait_until(lambda: office.published)
        office.clock.advance(1001)
        office.wait_until(office.settled(visit))


def test_a_clock_set_back_does_not_lengthen_a_pause(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of it is waited out by the new time, and not the day by which the clock was wrong as well."""
    monkeypatch.setattr("receiver.outbox._LOOK_AROUND", 0.01)
    office.postman.behaviour = failing(1, TryLater("Slow down", retry_after=1000))
    visit = office.ring()
    with office.open():
        office.wait_until(lambda: office.published)
        office.clock.advance(-DAY)
        seen = office.clock.looks
        wait_until(lambda: office.clock.looks >= seen + 2, PATIENCE_S)
        assert len(office.postman.given) == 1
        office.clock.advance(1001)
        office.wait_until(office.settled(visit))


class Talker(Postman):
    """A postman who can also speak."""

    def __init__(self, *targets: str) -> None:
        super().__init__(*targets)
        self.said: list[str] = []

    def say(self, target: str, text: str) -> None:
        with self.changed:
            self.given.append((target, "said"))
            self.changed.notify_all()
        self.behaviour(made_up.delivery("post", "said", target))
        self.said.append(text)


def out_for(office: Office, count: int) -> list[Visit]:
    """So many rings, ten minutes apart, none of which could be told."""
    visits = []
    for _ in range(count):
        office.clock.advance(600)
        visits.append(office.ring_and_conclude())
    office.clock.advance(600)
    return visits


def test_after_a_long_outage_there_is_one_summary_and_the_newest_photo(office: Office) -> None:
    """Fifty visits are a hundred messages: two go out, the others are replaced, and the summary names each."""
    office.postman = talker = Talker()
    visits = out_for(office, 50)
    with office.open():
        for visit in visits:
            office.wait_until(office.settled(visit))
    assert talker.given == [("", "said"), ("", "photo")]
    (text,) = talker.said
    assert "there were 50 visits" in text
    assert text.count("no face in the picture, Front door") == 50
    outcomes = [states(office.store, visit) for visit in visits]
    assert outcomes[:-1] == [[DeliveryState.SUPERSEDED] * 2] * 49
    assert outcomes[-1] == [DeliveryState.SUPERSEDED, DeliveryState.DELIVERED]


def test_a_few_late_visits_are_told_one_by_one(office: Office) -> None:
    office.postman = talker = Talker()
    visits = out_for(office, MOST_LATE)
    with office.open():
        for visit in visits:
            office.wait_until(office.settled(visit))
    assert [kind for _, kind in talker.given] == ["text", "photo"] * MOST_LATE


def test_while_the_way_is_closed_the_summary_grows_and_fresh_rings_follow_it(office: Office) -> None:
    """However often it was tried meanwhile there is one summary, then its photo, then who rang just now."""
    office.postman = talker = Talker()
    closed = threading.Event()
    closed.set()

    def behaviour(_: Delivery) -> None:
        if closed.is_set():
            raise TryLater("Away")

    talker.behaviour = behaviour
    visits = out_for(office, 7)
    with office.open() as outbox:
        talker.wait(1)
        visits += out_for(office, 4)
        tries = len(talker.given)
        outbox.wake()
        talker.wait(tries + 1)
        closed.clear()
        fresh = office.ring_and_conclude()
        outbox.hurry("post")
        for visit in (*visits, fresh):
            office.wait_until(office.settled(visit))
    assert [kind for _, kind in talker.given if kind != "said"] == ["photo", "text", "photo"]
    assert len(talker.said) == 1
    assert "there were 11 visits" in talker.said[0]


def test_a_summary_survives_a_restart_and_is_told_once(office: Office) -> None:
    office.postman = talker = Talker()
    talker.behaviour = failing(1, TryLater("Away"))
    visits = out_for(office, 8)
    with office.open():
        talker.wait(1)
    office.clock.advance(400)
    with office.open():
        for visit in visits:
            office.wait_until(office.settled(visit))
    assert talker.given == [("", "said"), ("", "said"), ("", "photo")]
    assert len(talker.said) == 1


def test_of_very_many_visits_the_summary_counts_by_day() -> None:
    told = [(DAY * 20_000 + n * 60, "Anna, Front door" if n % 3 else "a stranger, Front door") for n in range(500)]
    text = wording.summary(told, UTC)
    assert len(text) < 1000
    assert "Anna, Front door (333 times)" in text


def test_a_held_first_word_is_not_hurried_and_not_forgotten(office: Office) -> None:
    """The way opens while a message waits for its verdict: it waits on, and then goes out by itself."""
    held = ring(office.store, office.folder, office.messages("text"), ruling=Ruling(Telling.LATER))
    office.clock.now = held.deliveries[0].created_at
    with office.open() as outbox:
        outbox.hurry("post")
        later = ring(office.store, office.folder, office.messages("text"), at=office.clock() + 1)
        outbox.hurry("post")
        assert office.postman.given == []
        office.clock.advance(HOLD_S + 0.1)
        outbox.wake()
        office.wait_until(office.settled(later))
    assert office.postman.given == [("", "text")] * 2


# ---- lanes


class Carrier(Talker):
    """A talker whose photos and corrections travel apart from the texts."""

    lanes = (("text",), ("photo", "correction"))


@pytest.fixture
def two_lanes(office: Office) -> Carrier:
    office.postman = carrier = Carrier()
    return carrier


def kinds(carrier: Carrier) -> list[str]:
    with carrier.changed:
        return [kind for _, kind in carrier.given]


def test_a_fresh_ring_is_told_while_an_old_photo_is_stuck(office: Office, two_lanes: Carrier) -> None:
    """The photo alone fails, again and again; the next visitor's text does not wait for it."""
    cured = threading.Event()

    def behaviour(delivery: Delivery) -> None:
        if delivery.kind == "photo" and not cured.is_set():
            raise TryLater("Trouble with photos")

    two_lanes.behaviour = behaviour
    old = office.ring_and_conclude()
    with office.open() as outbox:
        two_lanes.wait(2)
        fresh = office.ring_and_conclude()
        outbox.wake()
        two_lanes.wait(3)
        assert kinds(two_lanes) == ["text", "photo", "text"]
        cured.set()
        outbox.hurry("post")
        for visit in (old, fresh):
            office.wait_until(office.settled(visit))
    assert kinds(two_lanes)[3:] == ["photo", "photo"]


def test_a_fresh_ring_is_told_while_an_old_photo_is_on_its_way_up(office: Office, two_lanes: Carrier) -> None:
    """Over a slow line that takes a minute."""
    arrived = threading.Event()

    def behaviour(delivery: Delivery) -> None:
        assert delivery.kind == "text" or arrived.wait(PATIENCE_S)

    two_lanes.behaviour = behaviour
    old = office.ring_and_conclude()
    with office.open() as outbox:
        two_lanes.wait(2)
        fresh = office.ring()
        outbox.wake()
        office.wait_until(office.settled(fresh))
        assert states(office.store, old) == [DeliveryState.DELIVERED, DeliveryState.DUE]
        arrived.set()
        office.wait_until(office.settled(old))


def test_a_pause_that_the_other_side_asks_for_holds_for_every_lane(office: Office, two_lanes: Carrier) -> None:
    """A photo that came too soon makes texts wait as well, to the second."""

    def behaviour(delivery: Delivery) -> None:
        if kinds(two_lanes) == ["text", "photo"]:
            raise TryLater("Slow down", retry_after=33)

    two_lanes.behaviour = behaviour
    old = office.ring_and_conclude()
    with office.open() as outbox:
        office.wait_until(lambda: len(office.published) == 2)
        fresh = office.ring()
        for _ in range(20):
            outbox.hurry("post")
        office.clock.advance(32)
        outbox.wake()
        assert kinds(two_lanes) == ["text", "photo"]
        office.clock.advance(2)
        outbox.wake()
        for visit in (old, fresh):
            office.wait_until(office.settled(visit))


def test_in_lanes_too_a_photo_waits_for_its_own_text(office: Office, two_lanes: Carrier) -> None:
    """However long that fails; and follows it at once."""
    two_lanes.behaviour = failing(3, TryLater("Away"))
    visit = office.ring_and_conclude()
    with office.open() as outbox:
        for count in range(1, 4):
            office.wait_until(lambda count=count: len(office.published) == count)
            outbox.hurry("post")
        office.wait_until(office.settled(visit))
    assert kinds(two_lanes) == ["text"] * 4 + ["photo"]


def test_in_lanes_too_the_summary_goes_before_its_photo(office: Office, two_lanes: Carrier) -> None:
    visits = out_for(office, 8)
    two_lanes.behaviour = failing(1, TryLater("Away"))
    with office.open() as outbox:
        two_lanes.wait(1)
        outbox.hurry("post")
        for visit in visits:
            office.wait_until(office.settled(visit))
    assert kinds(two_lanes) == ["said", "said", "photo"]
    assert "there were 8 visits" in two_lanes.said[0]


def test_a_summary_of_photos_that_are_stuck_does_not_say_that_nobody_was_reached(
    office: Office, two_lanes: Carrier
) -> None:
    """Every text arrived; once texts are stuck as well, it says so."""
    texts_too = threading.Event()

    def behaviour(delivery: Delivery) -> None:
        if delivery.kind in ("photo", "said") or texts_too.is_set():
            raise TryLater("Trouble with photos")

    two_lanes.behaviour = behaviour
    visits = [office.ring_and_conclude() for _ in range(MOST_LATE + 2)]
    with office.open() as outbox:
        office.wait_until(lambda: kinds(two_lanes).count("text") == len(visits))
        office.wait_until(lambda: all(_first(office, visit) is DeliveryState.DELIVERED for visit in visits))
        texts_too.set()
        office.clock.advance(600)
        outbox.hurry("post")
        wait_until(lambda: office.store.next_notice("post", ""), PATIENCE_S)
        notice = office.store.next_notice("post", "")
        assert notice
        assert notice.text.startswith(f"The photos of {len(visits)} visits did not get through for a while;")
        office.ring_and_conclude()
        office.clock.advance(600)
        outbox.hurry("post")
        told = f"I could not reach you for a while. Meanwhile there were {len(visits) + 1} visits;"
        wait_until(lambda: (n := office.store.next_notice("post", "")) and n.text.startswith(told), PATIENCE_S)


def _first(office: Office, visit: Visit) -> DeliveryState:
    return office.store.visit(visit.id).deliveries[0].state


def test_corrections_are_no_visits_to_sum_up_and_a_photo_passes_them(office: Office, two_lanes: Carrier) -> None:
    """Somebody was named who had been there often: no summary, and whoever rang just now is shown first."""
    visits = [office.ring_and_conclude() for _ in range(MOST_LATE + 3)]
    with office.open():
        for visit in visits:
            office.wait_until(office.settled(visit))
    before = len(two_lanes.given)
    office.clock.advance(DAY)
    for visit in visits:
        office.store.tell_again(visit.id, office.messages("correction"))
    fresh = conclude(office.store, ring(office.store, office.folder, [], at=office.clock()), office.messages("photo"))
    with office.open():
        for visit in (*visits, fresh):
            office.wait_until(office.settled(visit))
    assert kinds(two_lanes)[before:] == ["photo"] + ["correction"] * len(visits)
