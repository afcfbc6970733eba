"""The full test: a ring that nobody made, sent the whole way, with the time of each leg.

It comes in over HTTP like any picture, under a word that only this process knows; it is marked TEST wherever people or
machines see it. Nothing that is still on its way at the end is sent afterwards.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from io import BytesIO

import requests

from receiver import wording
from receiver.errors import StationError
from receiver.hours import day_of, latest, parse
from receiver.language import mark, phrase
from receiver.models import Change, DeliveryState, FullTest, Leg, Visit
from receiver.store import Store

PATIENCE_S = 30.0
"""A leg that takes longer has failed."""
HEADER = "X-Porchlight-Test"
WANTED, RESULT = "full_test.wanted", "full_test.result"
"""Notes: by the first another process asks for a test, the second is what came of the last."""
_WEEKLY = "full_test.weekly"
_LATEST_S = 86_400.0
_GIVEN_UP = mark("the full test waited no longer")


class FullTester:
    """Runs full tests, one at a time.

    `address` is the receiver's, `screens` shows a text on the doors' screens and returns their legs, `publish` gets
    each result, `tell` gets a text and the notifiers that cannot be trusted with it.
    """

    def __init__(
        self,
        store: Store,
        address: Callable[[], str],
        screens: Callable[[str], Sequence[Leg]],
        publish: Callable[[Change], None],
        tell: Callable[[str, frozenset[str]], None],
        *,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._address = address
        self._screens = screens
        self._publish = publish
        self._tell = tell
        self._patience_s = patience_s
        self._clock = clock
        self._word = ""
        self._visit = ""
        self._stale = store.note(WANTED) or ""
        """Asked for before this start: whoever it was has gone."""
        self._running = threading.Lock()
        self._news = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    # ---- what the station passes on

    def expects(self, word: str) -> bool:
        """Whether a picture with this word is the test's own."""
        return bool(self._word) and secrets.compare_digest(word.encode(), self._word.encode())

    def took(self, visit: str) -> None:
        """The test's picture is in."""
        self._word, self._visit = "", visit

    def hear(self, change: Change) -> None:
        """Something changed: perhaps what is waited for."""
        if isinstance(change, Visit) and change.id == self._visit:
            with self._news:
                self._news.notify_all()

    def stop(self) -> None:
        """Break a test off and end."""
        with self._news:
            self._stopping = True
            self._news.notify_all()
        if self._thread:
            self._thread.join(5.0)

    # ---- when

    def look(self, at: str) -> None:
        """Run one, in a thread of its own, if another process asks for it or its time `at` has come."""
        if self._running.locked() or self._stopping:
            return
        wanted = self._store.note(WANTED) or ""
        if (wanted not in ("", self._stale) and wanted != self._last().get("asked")) or self._is_time(at):
            self._thread = threading.Thread(target=self._run_quietly, args=(wanted,), name="full-test", daemon=True)
            self._thread.start()

    def _is_time(self, at: str) -> bool:
        if not at:
            return False
        point, now = parse(f"{at}-00:00")[0], self._clock()
        slot = latest(point.days, point.begin, now)
        noted = self._store.note(_WEEKLY)
        if noted is not None and slot <= float(noted):
            return False
        self._store.set_note(_WEEKLY, str(slot))
        return noted is not None and now - slot <= _LATEST_S

    def _run_quietly(self, wanted: str) -> None:
        try:
            self.run(asked=wanted)
        except StationError:
            return  # another one began first, or the station stops

    def _last(self) -> dict[str, object]:
        return dict(json.loads(self._store.note(RESULT) or "{}"))

    # ---- how

    def run(self, *, asked: str = "") -> FullTest:
        """Send a ring the whole way; takes as long as its slowest leg. Raises StationError while another one runs."""
        if not self._running.acquire(blocking=False):
            raise StationError("A test is under way", "wait for its end")
        try:
            test = self._test()
            self._store.set_note(RESULT, json.dumps({**asdict(test), "asked": asked}))
        finally:
            self._word = self._visit = ""
            self._running.release()
        self._publish(test)
        if not test.passed:
            self._tell(wording.test_failed(test), frozenset(leg.part for leg in test.legs if leg.error))
        return test

    def _test(self) -> FullTest:
        at = self._clock()
        begun = time.monotonic()
        try:
            self._send(_picture(at))
        except (requests.RequestException, StationError) as error:
            away = mark("it does not answer on this computer")
            why = error.source if isinstance(error, StationError) else away
            return FullTest(at, (Leg("receiver", "receiver", None, why), *self._screens(_said(at))))
        legs = [Leg("receiver", "receiver", _ms(time.monotonic() - begun))]
        legs += self._screens(_said(at))
        with self._news:
            self._news.wait_for(lambda: self._stopping or self._settled(), self._patience_s)
        if self._stopping:
            raise StationError("Porchlight is stopping")
        visit = self._store.give_up(self._visit, _GIVEN_UP)
        return FullTest(at, (*legs, *_legs_of(visit)), visit.id)

    def _send(self, jpeg: bytes) -> None:
        self._word = secrets.token_hex(16)
        headers = {"Content-Type": "image/jpeg", HEADER: self._word}
        with requests.Session() as session:
            session.trust_env = False  # no proxy is on the way to ourselves
            answer = session.post(self._address(), data=jpeg, headers=headers, timeout=self._patience_s)
        if not answer.ok or not self._visit:
            raise StationError("It did not take the picture", phrase("it answers {code}", code=answer.status_code))

    def _settled(self) -> bool:
        visit = self._store.visit(self._visit)
        return visit.verdict is not None and all(d.state is not DeliveryState.DUE for d in visit.deliveries)


def _legs_of(visit: Visit) -> Iterable[Leg]:
    """Recognition, then everybody who is told, with their slowest message."""
    if visit.concluded_at is None:
        yield Leg("recognition", "recognition", None, mark("no verdict came"))
    else:
        yield Leg("recognition", "recognition", _ms(visit.concluded_at - visit.started_at))
    told = list(dict.fromkeys((d.notifier, d.target) for d in visit.deliveries))
    for notifier, target in told:
        mine = [d for d in visit.deliveries if (d.notifier, d.target) == (notifier, target)]
        name = f"{notifier} {target}".strip() if sum(n == notifier for n, _ in told) > 1 else notifier
        failed = next((d.error or mark("it was not delivered") for d in mine if d.state is DeliveryState.FAILED), "")
        arrived = max((d.delivered_at for d in mine if d.delivered_at), default=None)
        yield Leg(name, notifier, None if failed or arrived is None else _ms(arrived - visit.started_at), failed)


def _ms(seconds: float) -> float:
    return round(max(seconds, 0.0) * 1000, 1)


def _said(at: float) -> str:
    return f"TEST {time.strftime('%H:%M', time.localtime(at))}"


def _picture(at: float) -> bytes:
    """A grey picture that says TEST and when; nobody's face."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  -- once a week

    image = Image.new("RGB", (640, 480), "#60686f")
    words = f"TEST\n{day_of(at)} {time.strftime('%H:%M:%S', time.localtime(at))}\n{secrets.token_hex(4)}"
    ImageDraw.Draw(image).multiline_text((60, 160), words, fill="white", font_size=48)
    encoded = BytesIO()
    image.save(encoded, "JPEG", quality=85)
    return encoded.getvalue()
