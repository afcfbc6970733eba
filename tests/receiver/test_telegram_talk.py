"""The conversation: names, photos, commands and texts for the door, each with its honest answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from receiver import wording
from receiver.errors import GalleryError, StationError
from receiver.hours import seconds_of
from receiver.models import Camera, Door, DoorState, Judgement, Named, PartState, Photo, Right
from receiver.notifiers.telegram_talk import COMMANDS
from tests.fakes import FakeBotApi
from tests.receiver.made_up import picture
from tests.receiver.phones import OLGA, Phone, known, someone, stranger

FRONT = Door("front", "Front door", DoorState.APPROVED, 1.0, 1.0, paired_at=1.0, online=True)
BACK = replace(FRONT, id="back", name="Back door", online=False)


@pytest.fixture
def bot() -> Iterator[FakeBotApi]:
    with FakeBotApi(chats=[OLGA]) as server:
        yield server


@pytest.fixture
def phone(bot: FakeBotApi, tmp_path: Path) -> Iterator[Phone]:
    made = Phone(bot, tmp_path)
    doors = [FRONT, BACK, replace(FRONT, id="new", name="New", state=DoorState.ASKING)]
    made.host.all_doors = [replace(door, last_heard=time.time() - 300) for door in doors]
    yield made
    made.notifier.stop()


def answer_to(phone: Phone, message: int, text: str) -> str:
    return phone.say(text, reply_to_message={"message_id": message})


# ---- names


def test_an_answer_with_a_name_enrols_the_stranger(phone: Phone, tmp_path: Path) -> None:
    """And says what became of it, with the other visits of theirs."""
    message = phone.tell(someone(tmp_path))
    other = phone.host.seen[0]
    photo = Photo("Anna", tmp_path, "", Judgement.GOOD, "")
    phone.host.named = lambda face, name: Named(other, photo, (other, other), "7")
    assert answer_to(phone, message, "Anna") == (
        "This is Anna: the face was added to their photos and will be known. "
        "2 other visits of theirs carry the name now."
    )
    assert phone.host.deeds == [("name", 1, "Anna")]


def test_a_face_that_is_not_good_enough_is_named_but_not_enrolled(phone: Phone, tmp_path: Path) -> None:
    message = phone.tell(someone(tmp_path))
    photo = Photo("Anna", tmp_path, "", Judgement.TOO_DARK, "the face is too dark")
    phone.host.named = lambda face, name: Named(phone.host.seen[0], photo, (), "7")
    told = answer_to(phone, message, "Anna")
    assert told == "This is Anna: noted. The face was not added to their photos: the face is too dark."


def test_a_name_that_cannot_be_one_is_answered_with_the_reason(phone: Phone, tmp_path: Path) -> None:
    def refuse(face: int, name: str) -> Named:
        raise GalleryError("This name cannot be used", "It holds a slash.")

    phone.host.named = refuse
    assert "cannot be used" in answer_to(phone, phone.tell(someone(tmp_path)), "../etc")


@pytest.mark.parametrize("text", ["Coming!", "Who are you?", "please leave it with the neighbours next door", "a\nb"])
def test_an_answer_that_is_no_name_goes_to_that_door(phone: Phone, tmp_path: Path, text: str) -> None:
    answer_to(phone, phone.tell(someone(tmp_path)), text)
    assert phone.host.deeds == [("said", text, "front")]


def test_an_answer_to_somebody_known_goes_to_that_door(phone: Phone, tmp_path: Path) -> None:
    answer_to(phone, phone.tell(someone(tmp_path, known("Anna"))), "Bob")
    assert phone.host.deeds == [("said", "Bob", "front")]


def test_a_name_for_several_strangers_asks_which_one(phone: Phone, tmp_path: Path) -> None:
    message = phone.tell(someone(tmp_path, stranger(8, left=10), stranger(9, left=400)))
    assert answer_to(phone, message, "Anna") == wording.WHICH_ONE
    assert phone.host.deeds == []


def test_without_the_right_nobody_is_named(phone: Phone, bot: FakeBotApi, tmp_path: Path) -> None:
    message = phone.tell(someone(tmp_path))
    phone.host.allowed = (replace(phone.host.allowed[0], rights=frozenset({Right.SEE, Right.REPLY})),)
    assert answer_to(phone, message, "Anna") == wording.NO_RIGHT[Right.NAME]
    bot.upload(OLGA, b"x", "Anna")
    phone.read()
    assert phone.answers()[-1] == wording.NO_RIGHT[Right.NAME]
    assert phone.host.deeds == []


# ---- photos


def test_a_photo_with_a_caption_enrols_its_largest_size(phone: Phone, bot: FakeBotApi, tmp_path: Path) -> None:
    jpeg = picture(tmp_path / "anna.jpg").read_bytes()
    bot.upload(OLGA, jpeg, "Anna")
    phone.read()
    assert phone.host.deeds == [("enrol", "Anna", jpeg)]
    assert phone.answers() == ["Thanks: added to the photos of Anna."]
    phone.press(max(number for _, number in bot.shown), wording.UNDO)
    assert phone.host.deeds[-1] == ("undo", "9")


def test_a_photo_that_is_not_good_enough_says_why(phone: Phone, bot: FakeBotApi) -> None:
    phone.host.judged = Judgement.TOO_DARK
    bot.upload(OLGA, b"x", "Anna")
    phone.read()
    assert phone.answers() == ["Not added to the photos of Anna: the face is too dark."]
    assert phone.shown(1).buttons == []


def test_a_photo_without_a_caption_asks_for_the_name(phone: Phone, bot: FakeBotApi) -> None:
    bot.upload(OLGA, b"x")
    phone.read()
    assert (phone.answers(), bot.asked("getFile")) == ([wording.PHOTO_NEEDS_NAME], [])


def test_a_picture_sent_as_a_file_counts_and_another_file_does_not(phone: Phone, bot: FakeBotApi) -> None:
    bot.uploads["doc"] = b"picture"
    bot.post({"document": {"file_id": "doc", "mime_type": "image/png"}, "caption": "Anna"}, OLGA)
    bot.post({"document": {"file_id": "doc", "mime_type": "application/pdf"}, "caption": "Anna"}, OLGA)
    bot.post({"photo": [{}], "caption": "Anna"}, OLGA)
    phone.read()
    assert phone.host.deeds == [("enrol", "Anna", b"picture")]
    assert ["only pass on text" in answer for answer in phone.answers()] == [False, True, True]


# ---- commands


def test_the_menu_of_commands_is_offered(phone: Phone, bot: FakeBotApi) -> None:
    bot.wait_for(lambda: bot.commands)
    assert [one["command"] for one in bot.commands] == [one["command"] for one in COMMANDS]
    told = phone.say("/help")
    assert all(f"/{one['command']}" in told for one in COMMANDS)


def test_today_lists_the_visits_of_the_day_in_order(phone: Phone, tmp_path: Path) -> None:
    """Not yesterday's, and of very many the latest."""
    assert phone.say("/today") == wording.NOBODY_TODAY
    now = time.time()
    seen = someone(tmp_path, known("Anna"))
    phone.host.seen = [replace(seen, started_at=now), replace(seen, started_at=now - 2 * 86_400)]
    assert phone.say("/today") == f"{time.strftime('%H:%M', time.localtime(now))} Front door: Anna is at the door"
    phone.host.seen = [replace(seen, started_at=now)] * 50
    lines = phone.say("/today").splitlines()
    assert (len(lines), lines[0]) == (31, "… and 20 before")


def test_who_tells_the_last_visitor_with_age(phone: Phone, tmp_path: Path) -> None:
    assert phone.say("/who") == wording.NOBODY_YET
    phone.host.seen = [replace(someone(tmp_path, known("Anna")), started_at=time.time() - 3 * 3600)]
    assert phone.say("/who").startswith("Anna was at the door 3 hours ago\nFront door, ")


def test_look_asks_every_door_or_one_and_tells_why_not(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(door: str) -> None:
        if door == "back":
            raise StationError("It is not connected")
        phone.host.deeds.append(("look", door))

    monkeypatch.setattr(phone.host, "look", away)
    assert phone.say("/look") == (
        "Front door looks: the picture comes in a moment.\nBack door does not look: It is not connected."
    )
    assert phone.say("/look front DOOR") == "Front door looks: the picture comes in a moment."
    assert phone.say("/look cellar") == wording.NO_DOOR_LOOKS
    assert phone.host.deeds == [("look", "front")] * 2


def test_a_camera_is_a_door_that_looks_and_is_listed(phone: Phone) -> None:
    """It has no key, and needs none: the station itself looks through it. One without a picture says why."""
    garden = replace(FRONT, id="camera-1", name="Garden", paired_at=None, online=None, last_heard=time.time() - 300)
    phone.host.all_doors = [
        garden,
        replace(garden, id="camera-2", name="Yard"),
        replace(garden, id="web-1", name="Web"),
    ]
    seen = Camera("camera-1", "Garden", "0", by_face=False, state=PartState.WORKING, detail="")
    dark = replace(seen, door="camera-2", name="Yard", state=PartState.WAITING, detail="10.0.0.9 does not answer")
    phone.host.all_cameras = [seen, dark]
    assert phone.say("/look garden") == "Garden looks: the picture comes in a moment."
    assert phone.say("/look web") == wording.NO_DOOR_LOOKS
    assert phone.host.deeds == [("look", "camera-1")]
    assert phone.say("/doors").splitlines()[:2] == [
        "Garden: last heard 5 minutes ago",
        "Yard: 10.0.0.9 does not answer",
    ]


def test_doors_are_listed_with_how_they_are(phone: Phone) -> None:
    told = phone.say("/doors").splitlines()
    assert told == [
        "Front door: connected, last heard 5 minutes ago",
        "Back door: not connected, last heard 5 minutes ago",
        "New: waits for your word",
    ]
    phone.host.all_doors = []
    assert phone.say("/doors") == wording.NO_DOORS


@pytest.mark.parametrize(
    ("span", "seconds"),
    [("30m", 1800), ("1h", 3600), ("1h30", 5400), ("2h 15 min", 8100), ("45", 2700), ("168h", 604_800)],
)
def test_hush_understands_spans(span: str, seconds: float) -> None:
    assert seconds_of(span) == seconds


@pytest.mark.parametrize("span", ["", "0m", "soon", "-5m", "1h1h", "٣m", "9" * 100])
def test_hush_takes_nothing_else_for_a_span(span: str) -> None:
    assert seconds_of(span) is None


def test_hush_is_asked_of_the_station(phone: Phone) -> None:
    assert phone.say("/hush 30m", **{"from": {"first_name": "Olga"}}) == "Hushed."
    phone.say("/hush off")
    assert phone.say("/hush for ever") == wording.HUSH_HOW_LONG
    assert phone.host.deeds == [("hush", 1800.0, "Olga"), ("hush", None, "")]


def test_reply_takes_a_text_or_offers_some(phone: Phone, bot: FakeBotApi) -> None:
    """With the receipt's sentence; a preset below the question goes to every door."""
    assert phone.say("/reply On my way") == "Passed on to the door's screen."
    assert phone.say("/reply") == wording.ASK_REPLY
    phone.press(max(number for _, number in bot.shown), wording.PRESETS[0])
    assert phone.host.deeds == [("said", "On my way", ""), ("said", wording.PRESETS[0], "")]


@pytest.mark.parametrize("text", ["/look", "/hush 1h", "/reply Coming!", "Coming!"])
def test_what_is_hours_old_moves_nothing(phone: Phone, text: str) -> None:
    assert "3 hours late" in phone.say(text, date=int(time.time()) - 3 * 3600)
    assert phone.host.deeds == []


def test_an_oversized_text_is_handed_on_and_its_answer_fits(phone: Phone) -> None:
    """Whatever the station says to it, the strict server takes the answer."""
    phone.host.answer = lambda text: text * 2
    assert len(phone.say("🦊" * 4000).encode("utf-16-le")) // 2 <= 4096
    assert phone.host.texts == ["🦊" * 4000]


def test_without_rights_a_chat_can_do_nothing_but_ask_for_help(phone: Phone) -> None:
    phone.host.allowed = (replace(phone.host.allowed[0], rights=frozenset({Right.OPEN})),)
    for text in ("/status", "/look", "/today", "/who", "/doors", "/hush 1h", "/reply x", "Coming!"):
        assert "Its rights are in Porchlight's settings." in phone.say(text), text
    assert "/help" in phone.say("/help")
    assert phone.host.deeds == []


def test_the_topic_that_asks_gets_the_answer_though_the_whole_forum_is_paired(bot: FakeBotApi, phone: Phone) -> None:
    bot.chats.add(-100)
    bot.topics[-100] = {5}
    phone.host.allowed = (replace(phone.host.allowed[0], target="-100"),)
    bot.say_in_topic(-100, 5, "/help")
    phone.read()
    assert bot.sent(-100)[0].params["message_thread_id"] == "5"


def test_wordings_of_a_relabelling_are_sentences() -> None:
    photo = Photo("Anna", Path("x"), "", Judgement.GOOD, "")
    assert wording.named(photo, 1).endswith("1 other visit of theirs carries the name now.")
