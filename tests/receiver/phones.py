"""A notifier, its host and a bot, for the tests of what happens in a chat."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from receiver.models import Box, Face, Verdict, Visit
from receiver.notifiers.telegram import TelegramNotifier
from receiver.settings import TelegramSettings
from tests.fakes import MADE_UP_TOKEN, FakeBotApi, Shown
from tests.receiver.made_up import Host, delivery, face, picture, visit

OLGA = 4711


class Phone:
    """One chat with the bot; `restart` gives it a new notifier with the same memory."""

    def __init__(self, bot: FakeBotApi, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.bot = bot
        self.folder = folder
        self.host = Host()
        self._clock = clock
        self.notifier = self._make()

    def _make(self) -> TelegramNotifier:
        values = {"enabled": True, "token": MADE_UP_TOKEN, "api_base": self.bot.address}
        made = TelegramNotifier(
            TelegramSettings(**values), lambda: self.host.allowed, patience=(0.01, 0.05), clock=self._clock
        )
        made.start(self.host)
        return made

    def restart(self) -> None:
        self.notifier.stop()
        self.notifier = self._make()

    def tell(self, seen: Visit, number: int = 1, target: str = str(OLGA)) -> int:
        """A verdict goes out as delivery `number`; returns the message that shows it."""
        self.host.seen = [seen, *(v for v in self.host.seen if v.id != seen.id)]
        self.host.delivered[number] = seen.id
        self.notifier.send(replace(delivery("telegram", "photo", target), id=number, visit=seen.id), seen)
        return max(m for (_, m), s in self.host.messages.items() if s.visit == seen.id)

    def shown(self, message: int, chat: int = OLGA) -> Shown:
        return self.bot.shown[chat, message]

    def press(self, message: int, words: str = "", **more: object) -> str:
        """Press and wait until it has been dealt with; returns the words that popped up."""
        query = self.bot.press(OLGA, message, words, **more)  # type: ignore[arg-type]
        return self.settled(query)

    def settled(self, query: str) -> str:
        self.read()
        answers = [c for c in self.bot.asked("answerCallbackQuery") if c.params["callback_query_id"] == query]
        assert len(answers) == 1, "every press is answered, once"
        return answers[0].text

    def say(self, text: str, **more: object) -> str:
        """Write, and return the answer."""
        before = len(self.bot.sent(OLGA))
        self.bot.say(OLGA, text, **more)
        self.read()
        return " | ".join(call.text for call in self.bot.sent(OLGA)[before:])

    def read(self) -> None:
        """Until everything that was written has been dealt with."""
        self.bot.wait_for(lambda: not self.bot.waiting_updates)

    def answers(self) -> list[str]:
        return [call.text for call in self.bot.sent(OLGA)]


def stranger(number: int = 1, left: int = 120) -> Face:
    return replace(face(box=Box(120, left + 100, 220, left)), id=number)


def someone(folder: Path, *faces: Face, id_: str = "v1", size: tuple[int, int] = (640, 480)) -> Visit:
    """A visit with a picture and these faces; without any, of one stranger."""
    seen = visit(picture(folder / f"{id_}-{size[0]}.jpg", size), *(faces or (stranger(),)))
    return replace(seen, id=id_)


def known(name: str, number: int = 2) -> Face:
    return replace(face(name), id=number, verdict=Verdict.KNOWN)
