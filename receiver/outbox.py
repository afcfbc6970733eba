"""The outbox: couriers carry due messages to their targets, strictly in order, until they have arrived.

A target has one courier, or one for each lane of its notifier: then a photo that is stuck, or takes a minute to go up,
holds up other photos, and never the first words about the next visitor. A visit's text still goes before its photo.

A delivery row is the only truth. The promise is **at least once**: a message whose row says DELIVERED was accepted by
the other side. Between "the other side has it" and our commit lies one unavoidable gap: a crash, a power cut or an
answer lost on the way back inside it makes the message go out a second time after the restart. Nothing else doubles:
a full disk, for one, makes the courier repeat the commit, never the message.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from receiver import wording
from receiver.errors import Rejected, TryLater
from receiver.message_rows import HOLD_S
from receiver.models import Change, Delivery, DeliveryState, Notice, Visit
from receiver.notifiers import Notifier, Speaker
from receiver.store import Store

_log = logging.getLogger(__name__)

PATIENCE = (1.0, 300.0)
"""Seconds before the first retry, and the most between two."""
LATE_S = 60.0
"""A visit of so long ago is told late."""
MOST_LATE = 5
"""So many visits are told late one by one; more are told together."""
_LOOK_AROUND = 5.0
"""Seconds after which a courier looks at the store and the clock without having been woken: wake-ups are only hints,
and while a computer sleeps, or its clock is set, time passes that no waiting notices."""
_GRACE = 3.0
"""Seconds that `stop` gives to what is in hand."""


class Outbox:
    """Carries every due delivery to its target; one target in trouble never holds up another.

    `publish` is called on a courier's thread with the visit after each change of one of its deliveries.
    `patience` is (first, longest) back-off in seconds, `clock` returns Unix seconds.
    """

    def __init__(
        self,
        store: Store,
        notifiers: Sequence[Notifier],
        publish: Callable[[Change], None],
        *,
        patience: tuple[float, float] = PATIENCE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._notifiers = tuple(notifiers)
        self._hire = partial(_Courier, store, publish=publish, wake_all=self.wake, patience=patience, clock=clock)
        self._couriers: tuple[_Courier, ...] = ()
        self._hiring = threading.Lock()
        self._stopping = False

    def start(self) -> None:
        """Give up on messages to targets that are no longer allowed, then begin to carry the others."""
        self.follow_targets()

    def follow_targets(self) -> None:
        """The notifiers have other targets now: begin to carry to the new ones, give up on those that are gone."""
        with self._hiring:
            if self._stopping:
                return
            before = self._couriers
            staying: list[_Courier] = []
            for notifier in self._notifiers:
                targets = notifier.targets()
                self._store.drop_strays(notifier.name, targets)
                for target in targets:
                    at_work = [one for one in before if (one.notifier, one.target) == (notifier.name, target)]
                    staying += at_work or self._hire_for(notifier, target)
            self._couriers = tuple(staying)
        for courier in set(before).difference(staying):
            courier.ask_to_stop()

    def _hire_for(self, notifier: Notifier, target: str) -> Sequence[_Courier]:
        """Couriers for a new target, at work."""
        pause = _Pause()
        hired = [self._hire(notifier, target, lane, pause) for lane in range(max(len(notifier.lanes), 1))]
        for courier in hired:
            courier.start()
        return hired

    def wake(self) -> None:
        """There may be new messages: look now. Never shortens the wait of a message that has to wait."""
        for courier in self._couriers:
            courier.wake()

    def hurry(self, notifier: str) -> None:
        """The way to `notifier` is open again: try now, unless the other side itself named a time to wait."""
        for courier in self._couriers:
            if courier.notifier == notifier:
                courier.hurry()

    def stop(self) -> None:
        """Finish what is in hand (at most three seconds); the rest stays due in the store."""
        with self._hiring:
            self._stopping = True
        for courier in self._couriers:
            courier.ask_to_stop()
        deadline = time.monotonic() + _GRACE
        for courier in self._couriers:
            courier.join(deadline - time.monotonic())


@dataclass
class _Pause:
    """A time before which nothing goes out."""

    until: float = 0.0
    """Unix seconds."""
    looked_at: float = 0.0

    def left(self, now: float) -> float:
        """Seconds still to wait; when the clock was set back, what is waited for moves with it."""
        self.until -= max(self.looked_at - now, 0.0)
        self.looked_at = now
        return self.until - now


class _Courier:
    """Carries the messages of one target, or of one lane to it, in one thread."""

    def __init__(
        self,
        store: Store,
        notifier: Notifier,
        target: str,
        lane: int,
        pause: _Pause,
        *,
        publish: Callable[[Change], None],
        wake_all: Callable[[], None],
        patience: tuple[float, float],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._notifier = notifier
        self._speaker = notifier if isinstance(notifier, Speaker) else None
        self._target = target
        self._leads = lane == 0
        kinds: tuple[str | None, ...] = notifier.lanes[lane] if notifier.lanes else (None,)
        after = None if self._leads else notifier.alert_kind
        self._lines = [partial(store.next_delivery, notifier.name, target, kind, after=after) for kind in kinds]
        self._pause = pause
        """What the other side asked for; all lanes of the target obey it."""
        self._publish = publish
        self._wake_all = wake_all
        self._patience = patience
        self._clock = clock
        self._bell = threading.Condition()
        self._rung = self._hurried = self._stopping = False
        self._failures = 0
        self._rest = _Pause()
        """After a failure; holds for a newer message too, should it supersede the failed one."""
        name = f"courier-{notifier.name}-{target}" + ("" if self._leads else f"-{kinds[0]}")
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def notifier(self) -> str:
        return self._notifier.name

    @property
    def target(self) -> str:
        return self._target

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        with self._bell:
            self._rung = True
            self._bell.notify()

    def hurry(self) -> None:
        with self._bell:
            self._rung = self._hurried = True
            self._bell.notify()

    def ask_to_stop(self) -> None:
        with self._bell:
            self._stopping = True
            self._bell.notify()

    def join(self, seconds: float) -> None:
        if self._thread.ident is None:
            return
        self._thread.join(max(seconds, 0.0))
        if self._thread.is_alive():
            _log.info("%s still waits for an answer; the message stays due", self._thread.name)

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._carry_next()
            except Exception:
                _log.exception("The courier of %s could not use the store; it tries again", self.notifier)
                self._wait(self._patience[0])

    def _carry_next(self) -> None:
        letter = self._next_letter()
        if letter is None:
            self._wait(_LOOK_AROUND)
        elif (seconds := self._still_to_wait(letter)) > 0:
            self._wait(min(seconds, _LOOK_AROUND))
        elif self._summed_up():
            return  # what goes first may be another now
        elif isinstance(letter, Notice):
            self._carry_notice(letter)
        else:
            self._carry(letter)

    def _next_letter(self) -> Delivery | Notice | None:
        """The oldest of what is due: a summary stands where the first message stood that it replaces."""
        delivery = next(filter(None, (line() for line in self._lines)), None)
        notice = self._store.next_notice(self.notifier, self._target) if self._speaker else None
        if notice and (delivery is None or notice.created_at <= delivery.created_at):
            return notice if self._leads else None
        return delivery

    def _summed_up(self) -> bool:
        """After a long outage: one text with all that happened instead of a phone that rings fifty times."""
        if self._speaker is None:
            return False
        replaced = self._store.summarise(
            self.notifier,
            self._target,
            self._clock() - LATE_S,
            more_than=MOST_LATE,
            kinds=(self._notifier.alert_kind, self._notifier.verdict_kind),
            kept=self._notifier.verdict_kind,
            words=wording.brief,
            summary=wording.summary,
        )
        for visit in replaced:
            self._tell(visit)
        if replaced:
            self._wake_all()
        return bool(replaced)

    def _carry_notice(self, notice: Notice) -> None:
        if self._speaker is None:
            return
        settle = partial(self._store.settle_notice, notice.id)
        say = partial(self._speaker.say, notice.target, notice.text)
        outcome = self._hand_over(
            say,
            notice.id,
            done=lambda at: settle(state=DeliveryState.DELIVERED, delivered_at=at, error=""),
            failed=lambda why: settle(state=DeliveryState.FAILED, error=why),
            postponed=lambda until, why: settle(due_at=until, error=why),
        )
        if outcome is not None:
            self._record(outcome)

    def _still_to_wait(self, delivery: Delivery | Notice) -> float:
        with self._bell:
            hurried, self._hurried = self._hurried, False
        now = self._clock()
        written = delivery.due_at - now
        held = delivery.attempts == 0 and 0 < written <= HOLD_S  # for the verdict: no open way hurries that
        told = self._pause.left(now)
        if hurried:
            self._rest.until = 0.0
            if not held:
                return told
        # Further away than any back-off of ours reaches: the clock was set back, or a courier before a restart was
        # told to wait; asking once costs one request.
        return max(told, self._rest.left(now), written if written <= self._patience[1] else 0.0)

    def _carry(self, delivery: Delivery) -> None:
        try:
            visit = self._store.visit(delivery.visit)
        except KeyError:
            return  # deleted a moment ago, and its deliveries with it
        outcome = self._hand_over(
            partial(self._notifier.send, delivery, visit),
            delivery.id,
            done=partial(self._store.delivered, delivery.id),
            failed=partial(self._store.undeliverable, delivery.id),
            postponed=partial(self._store.postponed, delivery.id),
        )
        if outcome is not None:
            self._record(outcome)

    def _hand_over(
        self,
        send: Callable[[], None],
        number: int,
        *,
        done: Callable[[float], Visit | None],
        failed: Callable[[str], Visit | None],
        postponed: Callable[[float, str], Visit | None],
    ) -> Callable[[], Visit | None] | None:
        """Send, and say what to write about it: nothing when it was broken off by our own stop."""
        try:
            send()
        except Rejected as error:
            _log.info("%s refused message %d for good: %s", self.notifier, number, error.source)
            self._calm_down()
            return partial(failed, error.source)
        except TryLater as error:
            return self._put_off(number, error, postponed)
        except Exception:
            _log.exception("%s failed on message %d in a way it should not", self.notifier, number)
            mistake = TryLater("Porchlight made a mistake", "the log has the details")
            return self._put_off(number, mistake, postponed)
        self._calm_down()
        return partial(done, self._clock())

    def _calm_down(self) -> None:
        self._failures = 0
        self._rest.until = 0.0

    def _put_off(
        self, number: int, error: TryLater, postponed: Callable[[float, str], Visit | None]
    ) -> Callable[[], Visit | None] | None:
        if self._stopping:
            return None
        seconds = self._back_off() if error.retry_after is None else error.retry_after
        self._rest.until = self._clock() + seconds
        if error.retry_after is not None:
            self._pause.until = max(self._pause.until, self._rest.until)
        _log.info("%s: message %d waits %.1f s: %s", self.notifier, number, seconds, error.source)
        return partial(postponed, self._rest.until, error.source)

    def _back_off(self) -> float:
        first, longest = self._patience
        doubled = first * 2.0 ** min(self._failures, 30)
        self._failures += 1
        return min(doubled * random.uniform(1.0, 1.5), longest)  # noqa: S311  -- spreads load, guards nothing

    def _record(self, outcome: Callable[[], Visit | None]) -> None:
        """Write the outcome, however often that takes: forgetting it would send the message again."""
        while True:
            try:
                visit = outcome()
                break
            except Exception:
                _log.exception("The outcome of a message cannot be written; trying again")
                if self._stopping:
                    return
                self._wait(self._patience[0])
        if visit is not None:
            self._tell(visit)
        self._wake_all()  # another lane may have waited for this

    def _tell(self, visit: Visit) -> None:
        try:
            self._publish(visit)
        except Exception:
            _log.exception("A subscriber failed on a visit")

    def _wait(self, seconds: float) -> None:
        with self._bell:
            if not self._rung and not self._stopping:
                self._bell.wait(seconds)
            self._rung = False
