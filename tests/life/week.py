"""A week of a house: who rang, what was said and what broke, in the order in which it happened, and the account of it.

Every ring has a minute of the week to itself, by which the messages about it are found again on the phones.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from PIL import Image

from tests import fakes
from tests.fakes import Call
from tests.life.household import DOOR, OLGA, UNCLE, Household

CHATS = (OLGA, UNCLE)
SHOWN = ("sendMessage", "sendPhoto")
"""A ring is a text and a photo."""
SETTINGS = {
    "HUSH__QUIET_HOURS": "22:00-07:00",
    "HUSH__ONCE_A_DAY": "Grace",
    "HUSH__DIGEST_AT": "21:00",
    "RECEIVER__FULL_TEST_AT": "Sun 10:00",
}


DIGEST = re.compile(r"\d+ visits? since |Nobody came since ")
_RUNG_AT = re.compile(r"\nFront door, (?:\d\d \w+, )?(\d\d:\d\d)$")


def rung_at(text: str) -> str:
    """HH:MM of the ring that a message is about; empty for one about something else."""
    found = _RUNG_AT.search(text)
    return found[1] if found else ""


def out_of_order(told: Sequence[tuple[Any, str]]) -> int:
    """Messages, by ring and method, that came after one of their kind of a later ring, and photos before their text."""
    kinds = [[ring for ring, method in told if method == kind] for kind in ("sendMessage", "sendPhoto")]
    overtaken = sum(before > after for rings in kinds for before, after in pairwise(rings))
    photos = [(place, ring) for place, (ring, method) in enumerate(told) if method == "sendPhoto"]
    return overtaken + sum((ring, "sendMessage") in told[place:] for place, ring in photos)


class Telling(StrEnum):
    """How people are to learn of a ring."""

    ALERT = "alert"
    """One text and one photo, in every chat."""
    QUIET = "quiet"
    """Nothing, for that was asked for."""
    SUMMARY = "summary"
    """One line of a summary."""
    SUMMARY_AND_PHOTO = "summary and photo"
    """The newest of a summary."""
    TWICE = "text twice"
    """The answer was lost on the way back: nobody can know that the text had arrived."""


EXPECTED = {
    Telling.ALERT: Counter(text=1, photo=1),
    Telling.QUIET: Counter[str](),
    Telling.SUMMARY: Counter(line=1),
    Telling.SUMMARY_AND_PHOTO: Counter(line=1, photo=1),
    Telling.TWICE: Counter(text=1, photo=1),
}


@dataclass(frozen=True)
class Press:
    """One ring, and what is expected of it."""

    at: str
    visit: str
    verdict: str
    telling: Telling

    @property
    def clock(self) -> str:
        return self.at.partition(" ")[2]


@dataclass(frozen=True)
class Account:
    """The week in figures; messages are counted over all chats, and every one belongs to something."""

    presses: int
    visits: int
    right_verdicts: int
    alerts: int
    """Rings told by a text and a photo in each chat."""
    quiet: int
    """Rings of which nobody was told, for they had asked for that."""
    summed_up: int
    """Rings told by a line of a summary in each chat."""
    summaries: int
    digests: int
    tests: int
    answers: int
    lost: int
    """Messages and lines that should have come and did not."""
    doubled: int
    unavoidable: int
    """Of the doubled, those whose answer was lost after Telegram had taken the message."""
    out_of_order: int
    unaccounted: int
    """Messages that belong to nothing."""
    rings_on_mqtt: int
    verdicts_on_mqtt: int
    power_cuts: int
    restarts: int
    broker_kills: int


class Week:
    """Lives through it; `grace` is enrolled from the beginning, `eileen` a stranger until Tuesday."""

    def __init__(self, house: Household, grace: Image.Image, eileen: Image.Image) -> None:
        self.house = house
        self.presses: list[Press] = []
        self.answers: list[str] = []
        self.digests = 0
        self.right_verdicts = 0
        self._faces = {"grace": grace, "eileen": eileen, "nobody": Image.new("RGB", (640, 480), "#8090a0")}

    def live(self) -> Account:
        """Monday to Sunday."""
        for day in (
            self.an_ordinary_monday,
            self.a_stranger_gets_a_name,
            self.telegram_goes_away,
            self.the_broker_breaks,
            self.telegram_comes_back,
            self.faults_one_by_one,
            self.sunday,
        ):
            day()
        return self.account()

    # ---- the days

    def an_ordinary_monday(self) -> None:
        self.ring("Mon 08:01", "eileen", "unknown")
        self.ring("Mon 09:02", "grace", "known")
        self.ring("Mon 12:03", "nobody", "no_face")
        self.ring("Mon 18:04", "grace", "known", Telling.QUIET)  # told of today
        self.digest("Mon 21:01")
        self.ring("Mon 23:05", "eileen", "unknown", Telling.QUIET)

    def a_stranger_gets_a_name(self) -> None:
        self.ring("Tue 06:06", "nobody", "no_face", Telling.QUIET)
        visit = self.ring("Tue 08:07", "eileen", "unknown")
        self.answers.append(self.house.say("Coming!"))
        assert ("show", "Coming!", 60) in self.house.screen.done, self.answers
        self.answers.append(self.house.say("Eileen", reply_to_message={"message_id": self.photo_of("08:07")}))
        self.house.until(lambda: self.house.visits()[visit]["verdict"] == "known")
        self.ring("Tue 09:08", "eileen", "known")
        self.answers.append(self.house.say("/hush 2h"))
        self.ring("Tue 09:09", "eileen", "known", Telling.QUIET)
        self.ring("Tue 12:10", "eileen", "known")
        self.digest("Tue 21:02")

    def telegram_goes_away(self) -> None:
        self.house.bot.go_down()
        self.ring("Wed 08:11", "grace", "known", Telling.SUMMARY)
        self.house.until(lambda: self.house.parts()["telegram"] == "waiting")
        self.ring("Wed 10:12", "eileen", "known", Telling.SUMMARY)
        self.house.pull_the_plug()
        self.ring("Wed 13:13", "nobody", "no_face", Telling.SUMMARY)
        self.ring("Wed 17:14", "grace", "known", Telling.QUIET)
        self.digest("Wed 21:03")
        self.ring("Wed 22:15", "eileen", "known", Telling.QUIET)

    def the_broker_breaks(self) -> None:
        self.ring("Thu 07:16", "eileen", "known", Telling.SUMMARY)
        self.house.kill_broker()
        self.house.until(lambda: self.house.parts()["mqtt"] == "waiting")
        self.ring("Thu 09:17", "grace", "known", Telling.SUMMARY, but=("telegram", "mqtt"))
        self.ring("Thu 11:18", "nobody", "no_face", Telling.SUMMARY, but=("telegram", "mqtt"))
        self.house.broker.start()
        self.house.screen.wait_until_back()
        self.house.until(lambda: self.house.parts()["mqtt"] == "working")
        self.ring("Thu 15:19", "eileen", "known", Telling.SUMMARY)
        self.digest("Thu 21:04")

    def telegram_comes_back(self) -> None:
        self.ring("Fri 08:20", "grace", "known", Telling.SUMMARY_AND_PHOTO)
        self.house.clock.go_to("Fri 12:00")
        self.house.bot.come_up()
        self.house.until(lambda: self.house.parts()["telegram"] == "working")
        self.everything_is_out()
        self.ring("Fri 14:21", "eileen", "known")
        self.digest("Fri 21:05")

    def faults_one_by_one(self) -> None:
        bot = self.house.bot
        bot.fail("sendMessage", fakes.LOST_ANSWER, fakes.LOST_ANSWER)
        self.ring("Sat 08:22", "eileen", "known", Telling.TWICE)
        bot.fail("sendMessage", fakes.too_many(2), fakes.says(500, "Internal Server Error"), fakes.DROP)
        bot.fail("sendPhoto", fakes.DROP, fakes.BAD_GATEWAY, fakes.too_many(1))
        self.ring("Sat 09:23", "nobody", "no_face")
        bot.always("sendPhoto", fakes.HANG)
        held = self.ring("Sat 10:24", "eileen", "known", but=("telegram",))
        self.house.until(lambda: sum(call.text.endswith("10:24") for call in bot.asked("sendPhoto")) == len(CHATS))
        self.house.station.kill()
        bot.always("sendPhoto", None)
        self.house.pull_the_plug()
        self.house.settled(held)
        breaking = threading.Thread(target=self._restart_broker)
        breaking.start()
        visit = self.ring("Sat 11:25", "grace", "known", but=("mqtt",))
        breaking.join()
        self.house.screen.wait_until_back()
        self.house.settled(visit)
        self.house.owner.publish(f"porchlight/{DOOR}/hush/set", "ON")
        self.house.owner.wait_last(f"porchlight/{DOOR}/hush", "ON")
        self.ring("Sat 13:26", "eileen", "known", Telling.QUIET)
        self.house.owner.publish(f"porchlight/{DOOR}/hush/set", "OFF")
        self.house.owner.wait_last(f"porchlight/{DOOR}/hush", "OFF")
        self.digest("Sat 21:06")
        self.house.restart()

    def sunday(self) -> None:
        self.house.clock.go_to("Sun 10:00")
        self.house.until(lambda: all(len(self._kinds(chat)["test"]) == len(SHOWN) for chat in CHATS))
        self.ring("Sun 12:27", "eileen", "known")
        self.digest("Sun 21:07")

    # ---- what days are made of

    def ring(
        self,
        at: str,
        who: str,
        verdict: str,
        telling: Telling = Telling.ALERT,
        *,
        but: tuple[str, ...] = (),
    ) -> str:
        """Somebody rings; back when all is told that can be."""
        self.house.clock.go_to(at)
        visit = self.house.ring(self._faces[who])
        self.presses.append(Press(at, visit, verdict, telling))
        waits = ("telegram",) if telling in (Telling.SUMMARY, Telling.SUMMARY_AND_PHOTO) else ()
        self.house.settled(visit, but=(*waits, *but))
        found = self.house.visits()[visit]
        self.right_verdicts += found["verdict"] == verdict
        return visit

    def digest(self, at: str) -> None:
        """The evening comes; where Telegram is away, its digest waits."""
        self.house.clock.go_to(at)
        self.digests += 1
        self.house.until(lambda: self.house.digests_written() == self.digests * len(CHATS))
        if self.house.parts()["telegram"] == "working":
            self.house.until(lambda: all(len(self._kinds(chat)["digest"]) == self.digests for chat in CHATS))

    def _restart_broker(self) -> None:
        self.house.kill_broker()
        self.house.broker.start()

    def everything_is_out(self) -> None:
        self.house.until(
            lambda: all(d["state"] != "due" for visit in self.house.visits().values() for d in visit["deliveries"])
        )

    def photo_of(self, clock: str) -> int:
        """The message that shows the ring at HH:MM to Olga."""
        shown = self.house.bot.shown
        return next(m for (chat, m), s in shown.items() if chat == OLGA and s.photo and s.words.endswith(clock))

    # ---- the account

    def account(self) -> Account:
        """Claims every message in every chat for the ring, the evening or the question it belongs to."""
        visits = self.house.visits()
        kinds = {chat: self._kinds(chat) for chat in CHATS}
        pairs = [(EXPECTED[press.telling], self._told(press, chat)) for press in self.presses for chat in CHATS]
        telling = Counter(press.telling for press in self.presses)

        def messages(kind: str) -> int:
            return sum(len(kinds[chat][kind]) for chat in CHATS)

        return Account(
            presses=len(self.presses),
            visits=sum(visit["trigger"] == "ring" for visit in visits.values()),
            right_verdicts=self.right_verdicts,
            alerts=telling[Telling.ALERT] + telling[Telling.TWICE],
            quiet=telling[Telling.QUIET],
            summed_up=telling[Telling.SUMMARY] + telling[Telling.SUMMARY_AND_PHOTO],
            summaries=messages("summary"),
            digests=messages("digest"),
            tests=messages("test"),
            answers=messages("answer"),
            lost=sum((expected - told).total() for expected, told in pairs),
            doubled=sum((told - expected).total() for expected, told in pairs),
            unavoidable=telling[Telling.TWICE] * len(CHATS),
            out_of_order=sum(self._out_of_order(chat) for chat in CHATS),
            unaccounted=messages("nothing"),
            rings_on_mqtt=len(self._on_mqtt("ring")),
            verdicts_on_mqtt=len(self._on_mqtt("visitor")),
            power_cuts=self.house.power_cuts,
            restarts=self.house.restarts,
            broker_kills=self.house.broker_kills,
        )

    def _kinds(self, chat: int) -> Mapping[str, list[Call]]:
        """The messages of a chat by what they are."""
        kinds: dict[str, list[Call]] = defaultdict(list)
        for call in self.house.bot.sent(chat):
            kinds[self._kind(chat, call)].append(call)
        return kinds

    def _kind(self, chat: int, call: Call) -> str:
        text = call.text
        if text.startswith("TEST: "):
            return "test"
        if rung_at(text) in {press.clock for press in self.presses}:
            return "photo" if call.method == "sendPhoto" else "text"
        if text.startswith("I could not reach you"):
            return "summary"
        if DIGEST.match(text):
            return "digest"
        return "answer" if chat == OLGA and text in self.answers else "nothing"

    def _told(self, press: Press, chat: int) -> Counter[str]:
        """What a chat got about a ring."""
        kinds = self._kinds(chat)
        told = Counter({kind: sum(rung_at(c.text) == press.clock for c in kinds[kind]) for kind in ("text", "photo")})
        lines = (line for call in kinds["summary"] for line in call.text.splitlines())
        told["line"] = sum(line.startswith(f"{press.clock} ") for line in lines)
        return told

    def _out_of_order(self, chat: int) -> int:
        clocks = [press.clock for press in self.presses]
        told = [c for c in self.house.bot.sent(chat) if self._kind(chat, c) in ("text", "photo")]
        return out_of_order([(clocks.index(rung_at(call.text)), call.method) for call in told])

    def _on_mqtt(self, what: str) -> set[str]:
        """The visits of the week that an event told of; a broker that is killed may repeat one, by MQTT's own rules."""
        ours = {press.visit for press in self.presses}
        return ours & {mail.json["visit"] for mail in self.house.owner.of(f"porchlight/{DOOR}/{what}")}
