"""Buttons below photos: which there are, what they do, and that nobody can make his own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from receiver import wording
from receiver.models import OWN_DOOR, Right, Verdict
from receiver.notifiers.telegram_buttons import MOST_BYTES, Do, Keyboards, Signer, digest_of
from tests import fakes
from tests.fakes import FakeBotApi
from tests.receiver.phones import OLGA, Phone, known, someone, stranger

SIGNER = Signer(b"k" * 32)
DOOR = [wording.REPLY, wording.LOOK_AGAIN, wording.HUSH_1_H]


@pytest.fixture
def bot() -> Iterator[FakeBotApi]:
    with FakeBotApi(chats=[OLGA]) as server:
        yield server


@pytest.fixture
def phone(bot: FakeBotApi, tmp_path: Path) -> Iterator[Phone]:
    made = Phone(bot, tmp_path)
    yield made
    made.notifier.stop()


# ---- what a button carries


@given(
    st.integers(-(2**62), 2**62),
    st.sampled_from(Do),
    st.integers(0, 2**63 - 1),
    st.integers(0, 2**63 - 1),
    st.text(),
)
@example(-(10**13), Do.NAME, 2**63 - 1, 2**63 - 1, "安娜 🦊" * 500)
def test_what_a_button_carries_fits_and_comes_back(chat: int, do: Do, number: int, face: int, name: str) -> None:
    """At most 64 bytes whatever the numbers and however long the name, in any script."""
    data = SIGNER.data(chat, do, number, face, digest_of(name))
    assert len(data.encode()) <= MOST_BYTES
    assert SIGNER.read(chat, data) == (do, number, face, digest_of(name))


@given(st.one_of(st.text(max_size=80), st.none(), st.integers(), st.binary()))
@example("h.0.0.60.AAAAAAAAAAAA")
@example("....")
def test_nothing_that_was_not_signed_is_read(data: object) -> None:
    assert SIGNER.read(OLGA, data) is None


def test_a_button_is_good_for_its_chat_and_its_station_only() -> None:
    data = SIGNER.data(OLGA, Do.HUSH, 1, more="60")
    assert SIGNER.read(OLGA + 1, data) is None
    assert Signer(b"x" * 32).read(OLGA, data) is None
    assert SIGNER.read(OLGA, data.replace("60", "99")) is None


# ---- which there are


@pytest.mark.parametrize(
    ("faces", "verdict", "expected"),
    [
        ([stranger()], Verdict.UNKNOWN, [wording.WHO_IS_THIS, wording.IGNORE, *DOOR]),
        ([known("Anna")], Verdict.KNOWN, ["Not Anna", *DOOR]),
        ([known("Anna"), stranger(3)], Verdict.KNOWN, [wording.WHO_IS_THIS, wording.IGNORE, "Not Anna", *DOOR]),
        ([], Verdict.NO_FACE, DOOR),
    ],
)
def test_the_buttons_fit_the_verdict(phone: Phone, tmp_path: Path, faces, verdict: Verdict, expected) -> None:
    seen = replace(someone(tmp_path, *faces), faces=tuple(faces), verdict=verdict)
    assert phone.shown(phone.tell(seen)).buttons == expected


def test_a_chat_sees_only_buttons_it_may_press(phone: Phone, tmp_path: Path) -> None:
    phone.host.allowed = (replace(phone.host.allowed[0], rights=frozenset({Right.SEE})),)
    assert phone.shown(phone.tell(someone(tmp_path))).buttons == [wording.LOOK_AGAIN]


def test_a_picture_that_the_owner_tries_has_no_door_to_answer(phone: Phone, tmp_path: Path) -> None:
    own = replace(someone(tmp_path), door=OWN_DOOR)
    assert wording.REPLY not in phone.shown(phone.tell(own)).buttons


def test_many_names_are_turned_page_by_page() -> None:
    """Long ones are cut on the button, never in what it carries."""
    keyboards = Keyboards(SIGNER, OLGA, set(Right))
    names = [f"Person {number:02d} {'安' * 90}" for number in range(19)]
    pages = [[button for row in keyboards.names(names, 1, 2, page) for button in row] for page in range(-1, 5)]
    assert [sum("Person" in button.words for button in page) for page in pages] == [8, 8, 8, 3, 3, 3]
    assert all(len(button.data) <= MOST_BYTES and len(button.words) <= 60 for page in pages for button in page)
    assert wording.PAGE_BEFORE not in [button.words for button in pages[1]]


# ---- what they do


def test_choosing_a_name_names_the_face_and_offers_undo(phone: Phone, bot: FakeBotApi, tmp_path: Path) -> None:
    """Who is this? -> Anna -> what was done -> Undo, once."""
    phone.host.people = ["Bob", "anna", "Žofie"]
    message = phone.tell(someone(tmp_path))
    phone.press(message, wording.WHO_IS_THIS)
    assert phone.shown(message).buttons == ["anna", "Bob", "Žofie", wording.NEW_NAME, wording.BACK]
    phone.press(message, "Žofie")
    assert phone.host.deeds == [("name", 1, "Žofie")]
    assert phone.answers()[-1] == "This is Žofie: the face was added to their photos and will be known."
    said = max(number for _, number in bot.shown)
    phone.press(said, wording.UNDO)
    assert phone.answers()[-1] == wording.UNDONE
    assert phone.shown(said).buttons == []
    assert phone.host.deeds[-1] == ("undo", "7")


def test_undo_pressed_twice_says_so(phone: Phone, bot: FakeBotApi, tmp_path: Path) -> None:
    phone.host.people = ["Anna"]
    message = phone.tell(someone(tmp_path))
    phone.press(message, wording.WHO_IS_THIS)
    phone.press(message, "Anna")
    said = max(number for _, number in bot.shown)
    undo = phone.shown(said).button(wording.UNDO)
    phone.press(said, data=undo)
    phone.press(said, data=undo)
    assert phone.answers()[-2:] == [wording.UNDONE, wording.UNDONE_BEFORE]


def test_of_several_strangers_one_is_chosen_first(phone: Phone, tmp_path: Path) -> None:
    """From left to right, whatever the order in which they were found; Back leads back."""
    phone.host.people = ["Anna"]
    message = phone.tell(someone(tmp_path, stranger(8, left=400), stranger(9, left=20)))
    before = phone.shown(message).buttons
    phone.press(message, wording.WHO_IS_THIS)
    assert phone.shown(message).buttons == ["The one on the left", "The one on the right", wording.BACK]
    phone.press(message, wording.BACK)
    assert phone.shown(message).buttons == before
    phone.press(message, wording.WHO_IS_THIS)
    phone.press(message, "The one on the left")
    phone.press(message, "Anna")
    assert phone.host.deeds == [("name", 9, "Anna")]


def test_a_new_name_is_asked_for_and_the_answer_enrols(phone: Phone, bot: FakeBotApi, tmp_path: Path) -> None:
    message = phone.tell(someone(tmp_path, stranger(8, left=400), stranger(9, left=20)))
    phone.press(message, wording.WHO_IS_THIS)
    phone.press(message, "The one on the right")
    phone.press(message, wording.NEW_NAME)
    assert phone.answers()[-1] == wording.ASK_NAME
    question = max(number for _, number in bot.shown)
    phone.restart()
    phone.say("Müller, Jürgen!", reply_to_message={"message_id": question})
    assert phone.host.deeds == [("name", 8, "Müller, Jürgen!")]


def test_not_anna_and_ignore(phone: Phone, tmp_path: Path) -> None:
    message = phone.tell(someone(tmp_path, known("Anna"), stranger(3)))
    phone.press(message, wording.IGNORE)
    assert phone.shown(message).buttons == ["Not Anna", *DOOR]
    phone.press(message, "Not Anna")
    assert phone.host.deeds == [("reject", 2)]
    assert phone.answers()[-1].startswith("Not Anna: noted")


def test_look_hush_and_reply_with_a_preset(phone: Phone, bot: FakeBotApi, tmp_path: Path) -> None:
    """For the door of the visit; who pressed is known."""
    message = phone.tell(someone(tmp_path))
    phone.host.all_doors = []
    phone.press(message, wording.HUSH_1_H)
    phone.press(message, wording.REPLY)
    question = max(number for _, number in bot.shown)
    assert phone.shown(question).buttons == list(wording.PRESETS)
    phone.press(question, wording.PRESETS[1])
    assert phone.host.deeds == [("hush", 3600.0, "Olga"), ("said", wording.PRESETS[1], "front")]
    phone.say("Round the back, please", reply_to_message={"message_id": question})
    assert phone.host.deeds[-1] == ("said", "Round the back, please", "front")


def test_buttons_work_after_a_restart(phone: Phone, tmp_path: Path) -> None:
    message = phone.tell(someone(tmp_path, known("Anna")))
    phone.restart()
    phone.press(message, "Not Anna")
    assert phone.host.deeds == [("reject", 2)]


# ---- what must not


@pytest.mark.parametrize("data", ["", "h", "h.1.0.60.AAAAAAAAAAAA", "n.1.1..x", "☃", "x" * 64, "u.7.0.."])
def test_a_forged_press_does_nothing_and_says_so(phone: Phone, tmp_path: Path, data: str) -> None:
    message = phone.tell(someone(tmp_path))
    assert phone.press(message, data=data) == wording.UNKNOWN_BUTTON
    assert phone.host.deeds == []


def test_an_old_button_says_so_and_goes(phone: Phone, tmp_path: Path) -> None:
    """The visit is not kept any more."""
    message = phone.tell(someone(tmp_path))
    phone.host.seen = []
    assert phone.press(message, wording.WHO_IS_THIS) == wording.OLD_BUTTON
    assert phone.shown(message).buttons == []


def test_a_button_that_no_longer_fits_says_so(phone: Phone, tmp_path: Path) -> None:
    """Somebody else has named the face while the names were on the screen."""
    phone.host.people = ["Anna"]
    message = phone.tell(someone(tmp_path))
    phone.press(message, wording.WHO_IS_THIS)
    phone.host.seen = [replace(someone(tmp_path, known("Bob", 1)), verdict=Verdict.KNOWN)]
    assert phone.press(message, "Anna") == wording.NOT_NOW
    assert phone.host.deeds == []
    assert phone.shown(message).buttons == ["Not Bob", *DOOR]


def test_a_name_that_is_gone_meanwhile_names_nobody(phone: Phone, tmp_path: Path) -> None:
    phone.host.people = ["Anna"]
    message = phone.tell(someone(tmp_path))
    phone.press(message, wording.WHO_IS_THIS)
    phone.host.people = ["Anna Maria"]
    phone.press(message, "Anna")
    assert (phone.host.deeds, phone.answers()[-1]) == ([], wording.NAME_GONE)


def test_a_right_that_was_taken_away_counts_at_once(phone: Phone, tmp_path: Path) -> None:
    message = phone.tell(someone(tmp_path))
    phone.host.allowed = (replace(phone.host.allowed[0], rights=frozenset({Right.SEE})),)
    assert phone.press(message, wording.WHO_IS_THIS) == wording.NO_RIGHT[Right.NAME]
    assert phone.press(message, wording.HUSH_1_H) == wording.NO_RIGHT[Right.HUSH]
    assert phone.host.deeds == []


def test_a_press_of_an_outage_moves_nothing_at_the_door(phone: Phone, tmp_path: Path) -> None:
    """Telegram calls it too old: hush, look and reply do nothing and say so; a name still counts."""
    message = phone.tell(someone(tmp_path, known("Anna")))
    phone.press(message, wording.HUSH_1_H, stale=True)
    assert (phone.host.deeds, phone.answers()[-1]) == ([], wording.TOO_LATE_BUTTON)
    phone.press(message, "Not Anna", stale=True)
    assert phone.host.deeds == [("reject", 2)]


@pytest.mark.parametrize("method", ["answerCallbackQuery", "editMessageReplyMarkup"])
@pytest.mark.parametrize("fault", [fakes.too_many(30), fakes.LOST_ANSWER, fakes.BAD_GATEWAY])
def test_a_press_is_done_though_telegram_stumbles(
    phone: Phone, bot: FakeBotApi, tmp_path: Path, method: str, fault: fakes.Fault
) -> None:
    """Once: what fails around it neither loses nor repeats it."""
    phone.host.people = ["Anna"]
    message = phone.tell(someone(tmp_path))
    phone.press(message, wording.WHO_IS_THIS)
    phone.press(message, "Anna")
    said = max(number for _, number in bot.shown)
    bot.fail(method, fault)
    bot.press(OLGA, said, wording.UNDO)
    phone.read()
    assert phone.host.deeds[-1] == ("undo", "7")
    assert phone.answers()[-1] == wording.UNDONE


@pytest.mark.parametrize("message", [None, {}, {"chat": {"id": OLGA}}, {"chat": {"id": OLGA}, "message_id": True}, 5])
def test_a_press_without_its_message_is_answered_and_does_nothing(phone: Phone, bot: FakeBotApi, message) -> None:
    bot._presses["q0"] = True
    bot.update({"callback_query": {"id": "q0", "from": None, "message": message, "data": "h.0.0.60.x"}})
    assert phone.settled("q0") == ""
    assert phone.host.deeds == []


# ---- one photo for one visit


def test_a_better_picture_edits_the_message(phone: Phone, bot: FakeBotApi, tmp_path: Path) -> None:
    """Picture, words and buttons; nothing rings again, also after a restart."""
    message = phone.tell(someone(tmp_path))
    before = phone.shown(message)
    phone.restart()
    assert phone.tell(someone(tmp_path, known("Anna"), size=(800, 600)), 2) == message
    after = phone.shown(message)
    assert after.words.startswith("Anna is at the door")
    assert (after.photo != before.photo, after.buttons) == (True, ["Not Anna", *DOOR])
    assert [call.method for call in bot.sent(OLGA)] == ["sendPhoto"]
    assert len(bot.asked("editMessageMedia")) == 1


def test_the_same_picture_is_not_uploaded_again(phone: Phone, bot: FakeBotApi, tmp_path: Path) -> None:
    """Other words edit the caption; nothing new at all does no harm."""
    seen = replace(someone(tmp_path), faces=(), verdict=Verdict.NO_FACE)
    message = phone.tell(seen)
    phone.tell(replace(seen, verdict=Verdict.UNCLEAR, reason="the face is too dark"), 2)
    assert phone.shown(message).words.startswith("Can't tell who: the face is too dark")
    phone.tell(replace(seen, verdict=Verdict.UNCLEAR, reason="the face is too dark"), 2)
    assert (len(bot.sent(OLGA)), bot.asked("editMessageMedia")) == (1, [])


def test_a_message_that_is_gone_is_sent_anew(phone: Phone, bot: FakeBotApi, tmp_path: Path) -> None:
    first = phone.tell(someone(tmp_path))
    bot.delete(OLGA, first)
    second = phone.tell(someone(tmp_path, known("Anna")), 2)
    assert second != first
    assert phone.shown(second).words.startswith("Anna is at the door")
    assert len(bot.sent(OLGA)) == 2


def test_a_picture_that_cannot_be_exchanged_changes_its_words(phone: Phone, bot: FakeBotApi, tmp_path: Path) -> None:
    message = phone.tell(someone(tmp_path))
    bot.fail("editMessageMedia", fakes.says(400, "Bad Request: IMAGE_PROCESS_FAILED"))
    phone.tell(someone(tmp_path, known("Anna"), size=(800, 600)), 2)
    assert phone.shown(message).words.startswith("Anna is at the door")
    assert len(bot.sent(OLGA)) == 1


def test_words_without_a_photo_are_edited_and_give_way_to_a_photo(
    phone: Phone, bot: FakeBotApi, tmp_path: Path
) -> None:
    seen = someone(tmp_path)
    message = phone.tell(replace(seen, snapshots=()))
    phone.tell(replace(seen, snapshots=(), verdict=Verdict.NO_FACE), 2)
    assert phone.shown(message).words.startswith("No face in the picture")
    assert phone.tell(seen, 3) != message
    assert [call.method for call in bot.sent(OLGA)] == ["sendMessage", "sendPhoto"]


def test_a_better_picture_in_a_topic_needs_no_topic(phone: Phone, bot: FakeBotApi, tmp_path: Path) -> None:
    """The strict server refuses an edit that names one."""
    bot.chats.add(-100)
    bot.topics[-100] = {5}
    phone.host.allowed = (replace(phone.host.allowed[0], target="-100/5"),)
    message = phone.tell(someone(tmp_path), target="-100/5")
    phone.tell(someone(tmp_path, known("Anna"), size=(800, 600)), 2, target="-100/5")
    shown = phone.shown(message, -100)
    assert (shown.topic, shown.words.splitlines()[0]) == (5, "Anna is at the door")
