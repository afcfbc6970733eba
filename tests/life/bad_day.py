"""A day on which Telegram misbehaves in every way it can, one way an hour, with two rings in each."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from tests import fakes
from tests.fakes import Fault
from tests.life.household import OLGA, UNCLE, Household
from tests.life.week import out_of_order, rung_at

CHATS = (OLGA, UNCLE)
SENDS = ("sendMessage", "sendPhoto")
EVERYTHING = (*SENDS, "getMe", "getUpdates")
MOST_REQUESTS = 12
"""To send, per chat and hour: two rings are four, the rest are repetitions."""


@dataclass(frozen=True)
class Trouble:
    """One way to misbehave, for as long as it lasts."""

    name: str
    fault: Fault
    methods: tuple[str, ...] = SENDS
    part: str = "working"
    """What the window shows of Telegram meanwhile."""
    words: str = ""
    """What stands beside the message that waits; empty: none does."""
    arrives: bool = True
    """Whether the messages arrive when it is over; else they stand as failed, with the words."""
    times: int = 0
    """So often for each chat; 0: until it is over."""
    doubled: int = 0
    """Messages in each chat that come twice, as nobody can know that they had arrived."""


TROUBLES = (
    Trouble("429, wait half an hour", fakes.too_many(1800), words="asks for a pause"),
    Trouble("500", fakes.says(500, "Internal Server Error"), words="trouble of its own"),
    Trouble("a hotel's page in between", fakes.PORTAL, EVERYTHING, part="waiting", words="unreadable"),
    Trouble("the line breaks before the answer", fakes.DROP, words="does not answer"),
    Trouble("the line breaks in the middle of the answer", fakes.CUT, words="does not answer"),
    Trouble("every answer takes 1.5 s", fakes.SLOW),
    Trouble(
        "401, the token is wrong", fakes.UNAUTHORIZED, EVERYTHING, part="failed", words="does not accept the token"
    ),
    Trouble("403, the chat has blocked the bot", fakes.BLOCKED, words="may not write to this chat", arrives=False),
    Trouble("409, another program reads", fakes.CONFLICT, ("getUpdates",), part="waiting"),
    Trouble("the answer to a text is lost", fakes.LOST_ANSWER, ("sendMessage",), times=1, doubled=1),
)


@dataclass(frozen=True)
class Outcome:
    """What became of the two rings under one trouble, over all chats."""

    trouble: str
    shown: str
    """What the window showed of Telegram meanwhile."""
    words: str
    requests: int
    """To send, per chat, while it lasted (of which the first is no repetition)."""
    missing: int
    """Messages that never came; they stand as failed, with the words, and can be sent again."""
    doubled: int
    in_order: bool


class BadDay:
    """Lives through the troubles."""

    def __init__(self, house: Household, face: Image.Image) -> None:
        self.house = house
        self._face = face

    def live(self) -> list[Outcome]:
        """One trouble an hour from seven on."""
        return [self.under(trouble, hour) for hour, trouble in enumerate(TROUBLES, 7)]

    def under(self, trouble: Trouble, hour: int) -> Outcome:
        """Two rings while it lasts, half an hour of patience, and what came of it."""
        bot = self.house.bot
        self.house.clock.go_to(f"Mon {hour:02}:00")
        before = {method: len(bot.asked(method)) for method in EVERYTHING}
        for method in trouble.methods:
            if trouble.times:
                bot.fail(method, *[trouble.fault] * trouble.times * len(CHATS))
            else:
                bot.always(method, trouble.fault)
        visits = [self._ring(hour, minute, trouble) for minute in (1, 11)]
        self.house.until(lambda: self.house.parts()["telegram"] == trouble.part)
        words = {d["error"] for d in self._deliveries(visits)} - {""}
        requests = sum(len(bot.asked(method)) - before[method] for method in SENDS) // len(CHATS)
        for method in trouble.methods:
            bot.always(method, None)
        self.house.clock.go_to(f"Mon {hour:02}:45")
        self.house.until(lambda: all(d["state"] != "due" for d in self._deliveries(visits)))
        self.house.until(lambda: self.house.parts()["telegram"] == "working")
        return Outcome(trouble.name, trouble.part, next(iter(words), ""), requests, *self._told(trouble, hour))

    def _ring(self, hour: int, minute: int, trouble: Trouble) -> str:
        self.house.clock.go_to(f"Mon {hour:02}:{minute:02}")
        visit = self.house.ring(self._face)
        self.house.until(lambda: self.house.visits()[visit]["state"] == "concluded")
        if trouble.words and minute == 1:
            self.house.until(lambda: all(trouble.words in d["error"] for d in self._deliveries([visit])[: len(CHATS)]))
        return visit

    def _deliveries(self, visits: list[str]) -> list[dict[str, str]]:
        """What is to tell of these visits on the phones, texts first."""
        known = self.house.visits()
        found = [d for visit in visits for d in known[visit]["deliveries"] if d["notifier"] == "telegram"]
        return sorted(found, key=lambda delivery: delivery["kind"] != "text")

    def _told(self, trouble: Trouble, hour: int) -> tuple[int, int, bool]:
        """(missing, doubled, in order)."""
        wanted = [(f"{hour:02}:{minute:02}", kind) for minute in (1, 11) for kind in SENDS]
        missing, doubled, in_order = 0, 0, True
        for chat in CHATS:
            told = [
                (rung_at(c.text), c.method) for c in self.house.bot.sent(chat) if rung_at(c.text)[:2] == f"{hour:02}"
            ]
            missing += sum(one not in told for one in wanted)
            doubled += len(told) - len(set(told))
            in_order &= out_of_order(told) == 0
        return missing, doubled, in_order
