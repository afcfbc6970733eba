"""Telegram against a Bot API server that is as strict as the real one, and misbehaves on demand."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from receiver.errors import NotifierError, Rejected, TryLater
from receiver.models import Message, PartState, Verdict, Visit, VisitState
from receiver.notifiers.telegram import TelegramNotifier
from receiver.outbox import Outbox
from receiver.settings import TelegramSettings
from receiver.store import Store
from tests import fakes
from tests.fakes import MADE_UP_TOKEN, FakeBotApi
from tests.receiver.made_up import Clock, Host, conclude, delivery, face, picture, ring, visit

CHAT = 4711
TEXT = delivery("telegram", "text", str(CHAT))
PHOTO = delivery("telegram", "photo", str(CHAT))


@pytest.fixture
def bot() -> Iterator[FakeBotApi]:
    with FakeBotApi(chats=[CHAT, 666]) as server:
        yield server


@pytest.fixture
def make(bot: FakeBotApi) -> Iterator[Callable[..., TelegramNotifier]]:
    made: list[TelegramNotifier] = []

    def notifier(clock: Callable[[], float] = time.time, **settings: object) -> TelegramNotifier:
        values = {"enabled": True, "token": MADE_UP_TOKEN, "chat_ids": (CHAT,), "api_base": bot.address, **settings}
        made.append(TelegramNotifier(TelegramSettings(**values), patience=(0.01, 0.05), clock=clock))
        return made[-1]

    yield notifier
    for one in made:
        one.stop()


@pytest.fixture
def host() -> Host:
    return Host()


Make = Callable[..., TelegramNotifier]


# ---- what goes out


def test_the_alert_is_a_text_with_the_doors_name(bot: FakeBotApi, make: Make) -> None:
    """One sendMessage in plain text, without markup or a preview of whatever a name may look like."""
    make().send(TEXT, visit())
    (message,) = bot.sent(CHAT)
    first, second = message.text.splitlines()
    assert first == "Someone is at the door"
    assert second.startswith("Front door, ")
    assert message.params["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in message.params


def test_a_ring_without_a_picture_is_told_like_any_other(bot: FakeBotApi, make: Make) -> None:
    """Long before there is anything to recognise; a verdict without a picture to show goes out in words."""
    rung = replace(visit(), snapshots=(), best_snapshot=None, verdict=None, state=VisitState.RECEIVED)
    make().send(TEXT, rung)
    make().send(PHOTO, rung)
    assert [message.text.splitlines()[0] for message in bot.sent(CHAT)] == ["Someone is at the door"] * 2


def test_the_verdict_is_a_photo_with_its_headline(bot: FakeBotApi, make: Make, tmp_path: Path) -> None:
    """The caption names the visitor, the door and the time; the picture is a JPEG of the right size."""
    make().send(PHOTO, visit(picture(tmp_path / "a.jpg", (2592, 1944)), face("Anna")))
    (photo,) = bot.sent(CHAT)
    assert photo.method == "sendPhoto"
    assert photo.text.splitlines()[0] == "Anna is at the door"
    assert photo.photo.size == (1280, 960)
    assert photo.photo.format == "JPEG"


@pytest.mark.parametrize("damage", ["missing", "cut", "no picture"])
def test_a_verdict_without_a_usable_picture_goes_out_as_text(
    bot: FakeBotApi, make: Make, tmp_path: Path, damage: str
) -> None:
    """A broken or missing picture loses the photo, not the words."""
    path = picture(tmp_path / "a.jpg")
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:700])
    if damage == "missing":
        path.unlink()
    seen = visit(path, face("Anna"))
    make().send(PHOTO, replace(seen, snapshots=()) if damage == "no picture" else seen)
    (message,) = bot.sent(CHAT)
    assert (message.method, message.text.splitlines()[0]) == ("sendMessage", "Anna is at the door")


def test_a_photo_that_telegram_does_not_like_goes_out_as_text(bot: FakeBotApi, make: Make, tmp_path: Path) -> None:
    """400 on the photo is answered with its words; 400 on those is final."""
    bot.fail("sendPhoto", fakes.says(400, "Bad Request: IMAGE_PROCESS_FAILED"))
    make().send(PHOTO, visit(picture(tmp_path / "a.jpg"), face("Anna")))
    assert [c.method for c in bot.sent(CHAT)] == ["sendMessage"]


@pytest.mark.parametrize(
    ("age", "words"),
    [(59, "Someone is at the door"), (61, "Someone was at the door 1 minute ago"), (3 * 3600, "3 hours ago")],
)
def test_a_late_alert_says_how_old_it_is(bot: FakeBotApi, make: Make, age: float, words: str) -> None:
    """After a minute nobody is told that someone "is" at the door."""
    clock = Clock()
    make(clock).send(TEXT, visit(at=clock() - age))
    assert words in bot.sent(CHAT)[0].text


def test_a_late_verdict_says_how_old_it_is(bot: FakeBotApi, make: Make, tmp_path: Path) -> None:
    """Also the photo's caption."""
    clock = Clock()
    old = visit(picture(tmp_path / "a.jpg"), face("Anna"), at=clock() - 2 * 86_400)
    make(clock).send(PHOTO, old)
    assert "Anna was at the door 2 days ago" in bot.sent(CHAT)[0].text


def test_endless_names_stay_within_telegrams_limits(bot: FakeBotApi, make: Make, tmp_path: Path) -> None:
    """Counted as Telegram counts, in UTF-16 units, in caption and text; the strict server takes both."""
    endless = replace(visit(picture(tmp_path / "a.jpg"), face("Zoë 🦊" * 900)), door_name="🚪" * 3000)
    make().send(PHOTO, endless)
    make().send(TEXT, endless)
    assert [c.method for c in bot.sent(CHAT)] == ["sendPhoto", "sendMessage"]


def test_names_that_look_like_markup_arrive_as_written(bot: FakeBotApi, make: Make, tmp_path: Path) -> None:
    """Names come from outside: no markup is ever interpreted."""
    make().send(PHOTO, visit(picture(tmp_path / "a.jpg"), face("<b>*Anna*_[x](y)")))
    assert bot.sent(CHAT)[0].text.startswith("<b>*Anna*_[x](y) is at the door")


# ---- what can go wrong


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (fakes.says(500, "Internal Server Error"), "trouble of its own"),
        (fakes.BAD_GATEWAY, "unreadable"),
        (fakes.PORTAL, "unreadable"),
        (fakes.GARBAGE, "unreadable"),
        (fakes.DROP, "does not answer"),
        (fakes.LOST_ANSWER, "does not answer"),
        (fakes.UNAUTHORIZED, "does not accept the token"),
        (fakes.says(404, "Not Found"), "does not accept the token"),
    ],
)
def test_what_may_pass_is_tried_later(bot: FakeBotApi, make: Make, fault: fakes.Fault, words: str) -> None:
    """Servers in trouble, strangers in between, lost connections and a token to mend are no reason to give up."""
    bot.fail("sendMessage", fault)
    with pytest.raises(TryLater, match=words) as caught:
        make().send(TEXT, visit())
    assert caught.value.retry_after is None


def test_429_carries_the_seconds_telegram_asks_for(bot: FakeBotApi, make: Make) -> None:
    """retry_after is handed to the outbox to the second."""
    bot.fail("sendMessage", fakes.too_many(17))
    with pytest.raises(TryLater) as caught:
        make().send(TEXT, visit())
    assert caught.value.retry_after == 17


def test_a_server_that_is_down_is_tried_later(bot: FakeBotApi, make: Make) -> None:
    """Nobody listens: TryLater; and the next send after it came back goes through."""
    notifier = make()
    bot.go_down()
    with pytest.raises(TryLater):
        notifier.send(TEXT, visit())
    bot.come_up()
    notifier.send(TEXT, visit())
    assert len(bot.sent(CHAT)) == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (fakes.BLOCKED, "may not write to this chat"),
        (fakes.says(400, "Bad Request: chat not found"), "does not know this chat"),
        (fakes.says(400, "Bad Request: upgraded", migrate_to_chat_id=-100123), "its new id -100123"),
        (fakes.says(400, "Bad Request: something new"), "something new"),
    ],
)
def test_what_cannot_pass_is_told_in_words(bot: FakeBotApi, make: Make, fault: fakes.Fault, words: str) -> None:
    """Permanent refusals become a sentence that the owner can act on."""
    bot.fail("sendMessage", fault)
    with pytest.raises(Rejected, match=words):
        make().send(TEXT, visit())


def test_check_says_the_bots_name(bot: FakeBotApi, make: Make) -> None:
    """Good news in one line; a wrong token in words."""
    assert make().check() == "@PorchBot is ready"
    with pytest.raises(TryLater, match="does not accept the token"):
        make(token=SecretStr("123456:another-one")).check()
    with pytest.raises(Rejected, match="token is missing"):
        make(token=SecretStr("")).check()


def test_targets_are_the_chats_when_there_is_a_way_to_them(make: Make) -> None:
    """Off, or without a token, nobody is told."""
    assert make().targets() == (str(CHAT),)
    assert make(enabled=False).targets() == ()
    assert make(token=SecretStr("")).targets() == ()


# ---- the secret


def test_the_token_is_nowhere_to_be_found(
    bot: FakeBotApi, make: Make, host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in any log record down to DEBUG, any exception with all it hangs on, any repr or thread name."""
    caplog.set_level(logging.DEBUG)
    notifier = make()
    notifier.start(host)
    host.wait_until(PartState.WORKING)
    bot.fail("sendMessage", fakes.DROP, fakes.GARBAGE, fakes.BAD_GATEWAY, fakes.UNAUTHORIZED, fakes.too_many(1))
    bot.fail("sendMessage", fakes.says(400, f"Bad Request: no /bot{MADE_UP_TOKEN}/sendMessage here"))
    errors = [_error_of(notifier, visit()) for _ in range(6)]
    names = " ".join(t.name for t in threading.enumerate())
    bot.go_down()
    errors.append(_error_of(notifier, visit()))
    host.wait_until(PartState.WAITING)
    errors.append(_error_of(make(api_base=f"http://porchlight.invalid/{'x' * 70_000}"), visit()))
    text = caplog.text + repr(notifier) + repr(vars(notifier)) + names + str(host.reports)
    text += "".join(repr(error) + str(error) + repr(error.args) for error in _with_causes(errors))
    assert MADE_UP_TOKEN.partition(":")[2] not in text


def _with_causes(errors: list[BaseException | None]) -> Iterator[BaseException]:
    waiting = list(errors)
    while waiting:
        error = waiting.pop()
        if error is not None:
            yield error
            waiting += [error.__cause__, error.__context__]


def _error_of(notifier: TelegramNotifier, rung: Visit) -> BaseException | None:
    with pytest.raises(NotifierError) as caught:
        notifier.send(TEXT, rung)
    return caught.value


# ---- what comes in


def test_text_from_an_allowed_chat_goes_to_the_door_and_is_answered(bot: FakeBotApi, make: Make, host: Host) -> None:
    """The owner's words are handed to the station, its answer to the owner, and the update is confirmed."""
    make().start(host)
    number = bot.say(CHAT, "Coming!")
    bot.wait_for(lambda: bot.sent(CHAT))
    assert host.texts == ["Coming!"]
    assert bot.sent(CHAT)[0].text == "Passed on to the door's screen."
    host.wait_for(lambda: host.notes.get("offset.123456") == str(number + 1))
    bot.wait_for(lambda: not bot.waiting_updates)


def test_strangers_are_ignored_and_logged_once(
    bot: FakeBotApi, make: Make, host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    """Only the chat's number goes to the log, never the words; nothing is answered."""
    caplog.set_level(logging.INFO)
    make().start(host)
    for text in ("open the door", "/status", "please"):
        bot.say(666, text)
    bot.say(CHAT, "hello")
    bot.wait_for(lambda: bot.sent(CHAT))
    assert (host.texts, bot.sent(666)) == (["hello"], [])
    about = [r.getMessage() for r in caplog.records if "666" in r.getMessage()]
    assert about == ["Ignoring chat 666: it is not paired"]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/status", "All is well."),
        ("/status@PorchBot now", "All is well."),
        ("/help", "/status"),
        ("/start", "/status"),
        ("/nonsense", "/status"),
    ],
)
def test_commands_are_answered(bot: FakeBotApi, make: Make, host: Host, command: str, answer: str) -> None:
    """Known commands do their work, others are answered with what there is; none reaches the door."""
    make().start(host)
    bot.say(CHAT, command)
    bot.wait_for(lambda: bot.sent(CHAT))
    assert answer in bot.sent(CHAT)[0].text
    assert host.texts == []


def test_messages_without_text_get_a_friendly_line_and_events_of_a_group_none(
    bot: FakeBotApi, make: Make, host: Host
) -> None:
    """A voice message is answered; a pinned message, or a command to another bot, is not."""
    make().start(host)
    bot.post({"pinned_message": {"text": "x"}}, CHAT)
    bot.say(CHAT, "/help@AnotherBot")
    bot.post({"voice": {"file_id": "1"}}, CHAT)
    bot.wait_for(lambda: bot.sent(CHAT))
    assert ["only pass on text" in c.text for c in bot.sent(CHAT)] == [True]
    assert host.texts == []


def test_a_text_that_is_hours_old_does_not_go_to_the_door(bot: FakeBotApi, make: Make, host: Host) -> None:
    """What was written during an outage is answered as too late instead of shown to the next visitor."""
    bot.say(CHAT, "Coming!", date=int(time.time()) - 3 * 3600)
    make().start(host)
    bot.wait_for(lambda: bot.sent(CHAT))
    assert "3 hours late" in bot.sent(CHAT)[0].text
    assert host.texts == []


@pytest.mark.parametrize(
    "nonsense",
    [{}, {"message": None}, {"message": []}, {"message": {"chat": 5}}, {"message": {"chat": {"id": CHAT}, "text": 5}}],
)
def test_a_malformed_update_never_stops_the_reading(
    bot: FakeBotApi, make: Make, host: Host, nonsense: dict[str, object]
) -> None:
    """Whatever arrives is confirmed, and what follows is read."""
    make().start(host)
    bot.update(nonsense)
    bot.say(CHAT, "hello")
    host.wait_for(lambda: host.texts == ["hello"])
    bot.wait_for(lambda: not bot.waiting_updates)


@pytest.mark.expects_log("could not be handled")
def test_a_mistake_while_handling_never_stops_the_reading(bot: FakeBotApi, make: Make, host: Host) -> None:
    """An exception of the station is logged, the update confirmed, the next one read."""
    host.answer = lambda text: "fine" if text == "again" else str(1 / 0)
    make().start(host)
    bot.say(CHAT, "boom")
    bot.say(CHAT, "again")
    bot.wait_for(lambda: bot.sent(CHAT))
    assert bot.sent(CHAT)[0].text == "fine"


def test_a_text_that_cannot_be_passed_on_is_answered_so(bot: FakeBotApi, make: Make, host: Host) -> None:
    """An error of the station in words reaches the owner."""

    def away(text: str) -> str:
        raise TryLater("The broker is not connected")

    host.answer = away
    make().start(host)
    bot.say(CHAT, "hello")
    bot.wait_for(lambda: bot.sent(CHAT))
    assert bot.sent(CHAT)[0].text == "Not passed on: The broker is not connected."


def test_a_restart_reads_on_where_it_stopped(bot: FakeBotApi, make: Make, host: Host) -> None:
    """A handled update is never handled again, one that came meanwhile is."""
    first = make()
    first.start(host)
    bot.say(CHAT, "one")
    host.wait_for(lambda: "offset.123456" in host.notes)
    first.stop()
    bot.say(CHAT, "two")
    make().start(host)
    host.wait_for(lambda: len(host.texts) == 2)
    assert host.texts == ["one", "two"]


def test_an_update_is_confirmed_only_after_it_was_handled(bot: FakeBotApi, make: Make, host: Host) -> None:
    """A station that dies while handling finds the message again."""
    seen: list[tuple[str | None, int]] = []

    def answer(text: str) -> str:
        seen.append((host.notes.get("offset.123456"), len(bot.waiting_updates)))
        return "Passed on."

    host.answer = answer
    make().start(host)
    number = bot.say(CHAT, "one")
    host.wait_for(lambda: host.notes.get("offset.123456") == str(number + 1))
    assert seen == [(None, 1)]


# ---- how it goes


def test_a_lost_network_is_told_and_its_return_wakes_the_outbox(bot: FakeBotApi, make: Make, host: Host) -> None:
    """WORKING, WAITING with the time it began, WORKING again and a wake for what had to wait."""
    make().start(host)
    assert host.wait_until(PartState.WORKING) == "@PorchBot is ready"
    bot.go_down()
    assert host.wait_until(PartState.WAITING).startswith("no connection since ")
    wakes = host.wakes
    bot.come_up()
    host.wait_until(PartState.WORKING, 2)
    host.wait_for(lambda: host.wakes == wakes + 1)


def test_a_server_that_is_down_at_the_start_is_waited_for(bot: FakeBotApi, make: Make, host: Host) -> None:
    """start never raises; when the server comes up, it works."""
    bot.go_down()
    make().start(host)
    host.wait_until(PartState.WAITING, 2)
    bot.come_up()
    host.wait_until(PartState.WORKING)


def test_another_reader_is_told_in_words_and_sending_goes_on(bot: FakeBotApi, make: Make, host: Host) -> None:
    """409: the owner learns why nothing is read; alerts still go out, and reading comes back by itself."""
    bot.always("getUpdates", fakes.CONFLICT)
    notifier = make()
    notifier.start(host)
    assert "Another program reads this bot's messages or a webhook is set" in host.wait_until(PartState.WAITING)
    notifier.send(TEXT, visit())
    assert len(bot.sent(CHAT)) == 1
    bot.always("getUpdates", None)
    bot.say(CHAT, "hello")
    host.wait_until(PartState.WORKING, 2)


def test_a_wrong_token_is_told_as_a_failure(make: Make, host: Host) -> None:
    """The owner has to mend it: FAILED, with what to do."""
    make(token=SecretStr("123456:another-one")).start(host)
    assert "copy it once more" in host.wait_until(PartState.FAILED)


def test_an_outage_is_no_busy_loop(bot: FakeBotApi, make: Make, host: Host) -> None:
    """Between two tries lies a growing wait, as long as Telegram asks for."""
    bot.always("getMe", fakes.too_many(30))
    make().start(host)
    host.wait_until(PartState.WAITING)
    threading.Event().wait(0.3)
    assert len(bot.asked("getMe")) == 1


@pytest.mark.parametrize("state", ["long poll", "hanging send", "back-off"])
def test_stop_ends_soon_whatever_telegram_does(
    bot: FakeBotApi, make: Make, host: Host, state: str, record_property: Callable[[str, object], None]
) -> None:
    """Also in the middle of a 50 s long poll, or of a request nobody answers, which then says TryLater."""
    notifier = make()
    errors: list[NotifierError] = []
    sender = threading.Thread(target=lambda: errors.append(_caught(notifier)))
    if state == "back-off":
        bot.always("getMe", fakes.too_many(60))
    notifier.start(host)
    host.wait_until(PartState.WAITING if state == "back-off" else PartState.WORKING)
    if state == "hanging send":
        bot.always("sendMessage", fakes.HANG)
        sender.start()
        bot.wait_for(lambda: bot.asked("sendMessage"))
    else:
        bot.wait_for(lambda: bot.asked("getUpdates") or state == "back-off")
    begun = time.perf_counter()
    notifier.stop()
    took = time.perf_counter() - begun
    record_property("stop_ms", round(took * 1000, 1))
    assert took < 10
    if sender.ident:
        sender.join(1.0)
        assert isinstance(errors[0], TryLater)
    with pytest.raises(TryLater):
        notifier.send(TEXT, visit())


def _caught(notifier: TelegramNotifier) -> NotifierError:
    try:
        notifier.send(TEXT, visit())
    except NotifierError as error:
        return error
    raise AssertionError("sent")


def test_alerts_use_connections_that_are_open_already(bot: FakeBotApi, make: Make, host: Host) -> None:
    """After the start the first alert finds a warm line: no new connection is made for it."""
    notifier = make(chat_ids=(CHAT, 666))
    host.allowed = (*host.allowed, replace(host.allowed[0], target="666"))
    notifier.start(host)
    bot.wait_for(lambda: bot.asked("getUpdates"))
    assert bot.connections == 3
    for _ in range(5):
        notifier.send(TEXT, visit())
        notifier.send(delivery("telegram", "text", "666"), visit())
    assert bot.connections == 3


def test_with_the_outbox_an_outage_loses_nothing_and_ends_at_once(
    bot: FakeBotApi, make: Make, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Back-off would be minutes; the returning connection sends everything once, each text before its photo."""
    notifier, store = make(), Store(tmp_path / "station.sqlite3")
    outbox = Outbox(store, [notifier], lambda change: None, patience=(120, 300))
    monkeypatch.setattr(host, "wake", lambda: outbox.hurry("telegram"))
    notifier.start(host)
    outbox.start()
    host.wait_until(PartState.WORKING)
    bot.go_down()
    host.wait_until(PartState.WAITING)
    began = time.time()
    for number in range(3):
        rung = ring(store, tmp_path, [Message("telegram", "text", str(CHAT))], at=began + number / 1000)
        conclude(store, rung, [Message("telegram", "photo", str(CHAT))])
    outbox.wake()
    bot.come_up()
    bot.wait_for(lambda: not store.backlog().get("telegram"))
    outbox.stop()
    store.close()
    told = bot.sent(CHAT)
    assert sorted(call.method for call in told) == ["sendMessage"] * 3 + ["sendPhoto"] * 3
    for number in range(3):
        text, photo = ([c for c in told if c.method == method][number] for method in ("sendMessage", "sendPhoto"))
        assert text.at < photo.at


def test_an_unclear_verdict_tells_its_reason(bot: FakeBotApi, make: Make, tmp_path: Path) -> None:
    """The headline of the window is the headline of the phone."""
    unclear = replace(
        visit(picture(tmp_path / "a.jpg"), face()), verdict=Verdict.UNCLEAR, reason="the face is too dark"
    )
    make().send(PHOTO, unclear)
    assert bot.sent(CHAT)[0].text.startswith("Can't tell who: the face is too dark")


def test_while_a_photo_gets_no_answer_the_next_ring_is_told(
    bot: FakeBotApi, make: Make, host: Host, tmp_path: Path
) -> None:
    """Telegram takes the upload and is silent; texts go on, on another connection."""
    notifier, store = make(), Store(tmp_path / "station.sqlite3")
    outbox = Outbox(store, [notifier], lambda change: None)
    bot.always("sendPhoto", fakes.HANG)
    notifier.start(host)
    outbox.start()
    text, photo = Message("telegram", "text", str(CHAT)), Message("telegram", "photo", str(CHAT))
    for number in range(3):
        conclude(store, ring(store, tmp_path, [text], at=time.time() + number / 1000), [photo])
        outbox.wake()
        bot.wait_for(lambda number=number: len(bot.sent(CHAT)) == number + 1)
    assert [call.method for call in bot.sent(CHAT)] == ["sendMessage"] * 3
    notifier.stop()
    outbox.stop()
    store.close()


# ---- without a sound


@pytest.mark.parametrize(("age", "hushed"), [(3600, True), (5, True), (3600, False)])
def test_what_was_late_and_comes_in_quiet_hours_makes_no_sound(
    bot: FakeBotApi, make: Make, host: Host, tmp_path: Path, *, age: float, hushed: bool
) -> None:
    """What rings now although it is quiet was let through by the rules; and by day a late message sounds as ever."""
    host.hushed, silent = hushed, hushed and age > 60
    clock = Clock()
    notifier = make(clock)
    notifier.start(host)
    seen = visit(picture(tmp_path / "a.jpg"), face("Anna"), at=clock() - age)
    for kind in (TEXT, PHOTO):
        notifier.send(kind, seen)
    notifier.send(PHOTO, replace(seen, id="v2", snapshots=()))
    assert [(call.method, call.silent) for call in bot.sent(CHAT)] == [
        ("sendMessage", silent),
        ("sendPhoto", silent),
        ("sendMessage", silent),
    ]


@pytest.mark.parametrize("hushed", [True, False])
def test_a_text_of_no_visit_makes_no_sound_in_quiet_hours(
    bot: FakeBotApi, make: Make, host: Host, hushed: bool
) -> None:
    """The summary of an outage that ended at three in the morning is there at seven."""
    host.hushed = hushed
    notifier = make()
    notifier.start(host)
    notifier.say(str(CHAT), "Meanwhile there were 8 visits")
    assert [call.silent for call in bot.sent(CHAT)] == [hushed]


# ---- a group that becomes a supergroup


def test_a_group_with_another_id_is_told_to_the_station_and_tried_again(
    bot: FakeBotApi, make: Make, host: Host
) -> None:
    """By what it answers to a message; the message is not lost."""
    notifier = make()
    notifier.start(host)
    bot.upgrade(CHAT, -100987, tell=False)
    with pytest.raises(TryLater, match="has become a supergroup"):
        notifier.send(TEXT, visit())
    with pytest.raises(TryLater, match="has become a supergroup"):
        notifier.say(str(CHAT), "A digest")
    assert host.moves == [(CHAT, -100987)] * 2


def test_a_group_with_another_id_is_told_by_telegram_in_both_chats(bot: FakeBotApi, make: Make, host: Host) -> None:
    """Neither is answered, and the new one is no stranger."""
    make().start(host)
    bot.upgrade(CHAT, -100987)
    bot.wait_for(lambda: not bot.waiting_updates)
    assert host.moves == [(CHAT, -100987)] * 2
    assert (host.strangers, bot.sent()) == ([], [])


# ---- corrections

CORRECTION = delivery("telegram", "correction", str(CHAT))


@pytest.fixture
def shown(bot: FakeBotApi, make: Make, host: Host, tmp_path: Path) -> tuple[TelegramNotifier, Visit]:
    """A stranger's photo in the chat, and the visit as the owner says it was."""
    notifier = make()
    notifier.start(host)
    stranger = visit(picture(tmp_path / "a.jpg"), face())
    notifier.send(PHOTO, stranger)
    return notifier, replace(stranger, faces=(face("Anna"),), verdict=Verdict.KNOWN)


def test_a_correction_edits_what_is_shown_and_only_that(bot: FakeBotApi, shown: tuple[TelegramNotifier, Visit]) -> None:
    """The second time nothing is left to change, which is as good."""
    notifier, corrected = shown
    for _ in range(2):
        notifier.send(CORRECTION, corrected)
    ((_, message),) = bot.shown.items()
    assert message.words.startswith("Anna is at the door")
    assert len(bot.sent(CHAT)) == 1
    notifier.send(CORRECTION, replace(corrected, id="v2"))
    assert len(bot.sent(CHAT)) == 1, "a visit that the chat does not show is not shown for this"


@pytest.mark.parametrize(
    "words", ["message to edit not found", "message can't be edited", "message is not modified: exactly the same"]
)
def test_a_message_that_cannot_be_corrected_any_more_is_left(
    bot: FakeBotApi, shown: tuple[TelegramNotifier, Visit], words: str
) -> None:
    """Nothing new comes in its place: nobody's phone rings for a name."""
    notifier, corrected = shown
    for method in ("editMessageMedia", "editMessageCaption"):
        bot.always(method, fakes.says(400, f"Bad Request: {words}"))
    notifier.send(CORRECTION, corrected)
    assert len(bot.sent(CHAT)) == 1


def test_a_correction_waits_for_a_better_moment_like_any_message(
    bot: FakeBotApi, shown: tuple[TelegramNotifier, Visit]
) -> None:
    notifier, corrected = shown
    bot.fail("editMessageMedia", fakes.too_many(7))
    with pytest.raises(TryLater) as caught:
        notifier.send(CORRECTION, corrected)
    assert caught.value.retry_after == 7
