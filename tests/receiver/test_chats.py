"""Pairing: a code for ten minutes and a few tries, rights for each chat, strangers noted once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiver.chats import CODE_LIFE_S, MOST_TRIES, USUAL_RIGHTS, Chats, code_in, listed, rights_in
from receiver.errors import StationError
from receiver.models import ChatsChanged, Message, Right
from receiver.phone_records import MOST_STRANGERS
from receiver.store import Store
from tests.receiver.made_up import Clock, ring


class House:
    """Chats, the settings they come with, and what they publish."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "station.sqlite3")
        self.clock = Clock()
        self.named: tuple[int, ...] = ()
        self.published: list[ChatsChanged] = []
        self.chats = self.open()

    def open(self) -> Chats:
        return Chats(self.store, lambda: self.named, self.published.append, self.clock)

    def wrong(self, code: str) -> str:
        return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.store.close()


def test_the_code_pairs_the_chat_that_sends_it_and_only_once(house: House) -> None:
    """With all rights but opening; a second chat with the same code stays outside."""
    code = house.chats.begin_pairing()
    assert len(code) == 6
    assert code.isdecimal()
    chat = house.chats.try_code(code, "4711", "Olga\nBach")
    assert chat
    assert (chat.target, chat.name, chat.rights) == ("4711", "Olga Bach", USUAL_RIGHTS)
    assert house.chats.try_code(code, "666", "Eve") is None
    assert [c.target for c in house.open().all()] == ["4711"], "also after a restart"
    assert house.published[-1].chats == (chat,)


def test_a_topic_of_a_forum_is_a_chat_of_its_own(house: House) -> None:
    chat = house.chats.try_code(f"/pair {house.chats.begin_pairing()}", "-1001234/56", "Family")
    assert chat
    assert (chat.id, chat.topic) == (-1001234, 56)


def test_a_code_is_over_after_ten_minutes(house: House) -> None:
    code = house.chats.begin_pairing()
    house.clock.advance(CODE_LIFE_S)
    assert house.chats.pairing() is None
    assert house.chats.try_code(code, "4711", "Olga") is None


def test_a_few_wrong_codes_of_whomever_void_it(house: House) -> None:
    """Also across a restart: the count is kept where the code is."""
    code = house.chats.begin_pairing()
    for number in range(MOST_TRIES):
        assert house.open().try_code(house.wrong(code), str(number), "Eve") is None
    assert house.chats.try_code(code, "4711", "Olga") is None


def test_texts_that_are_no_codes_cost_no_try(house: House) -> None:
    house.chats.begin_pairing()
    for text in ("hello", "12345", "1234567", "/start", "١٢٣٤٥٦", "x" * 5000):
        assert house.chats.try_code(text, "1", "Eve") is None
    pairing = house.chats.pairing()
    assert pairing
    assert pairing.tries == 0


def test_a_second_code_voids_the_first_and_pairing_can_be_ended(house: House) -> None:
    first = house.chats.begin_pairing()
    second = house.chats.begin_pairing()
    if first != second:
        assert house.chats.try_code(first, "4711", "Olga") is None
    house.chats.end_pairing()
    assert house.chats.try_code(second, "4711", "Olga") is None


@pytest.mark.parametrize("text", ["123456", " 123 456 ", "/start 123456", "/pair@PorchBot 123456", "@PorchBot 123456"])
def test_a_code_is_found_however_it_is_sent(text: str) -> None:
    assert code_in(text) == "123456"


@given(st.text())
def test_no_text_breaks_the_search_for_a_code(text: str) -> None:
    code = code_in(text)
    assert code is None or (len(code) == 6 and code.isdecimal())


def test_chats_of_the_settings_stay_valid_and_can_be_limited(house: House) -> None:
    """All rights but opening; a right taken away stays away; gone from the settings, gone for good."""
    house.named = (4711, -100)
    assert [(c.target, c.rights) for c in house.chats.all()] == [("4711", USUAL_RIGHTS), ("-100", USUAL_RIGHTS)]
    house.chats.set_rights("4711", {Right.SEE})
    assert house.open().all()[0].rights == {Right.SEE}
    house.named = ()
    assert house.chats.all() == ()


def test_unpaired_means_no_right_at_all(house: House) -> None:
    house.chats.try_code(house.chats.begin_pairing(), "4711", "Olga")
    house.chats.unpair("4711")
    assert house.chats.all() == ()
    with pytest.raises(KeyError):
        house.chats.unpair("4711")
    with pytest.raises(KeyError):
        house.chats.set_rights("666", set(Right))


def test_pairing_again_keeps_the_rights_and_takes_the_new_name(house: House) -> None:
    house.chats.try_code(house.chats.begin_pairing(), "4711", "Olga")
    house.chats.set_rights("4711", {Right.SEE})
    again = house.chats.try_code(house.chats.begin_pairing(), "4711", "Olga B.")
    assert again
    assert (again.name, again.rights) == ("Olga B.", {Right.SEE})


def test_a_stranger_is_shown_once_and_may_be_paired_later(house: House) -> None:
    """Once for good, also after a restart; a flood of them fills nothing."""
    assert house.chats.ignore("666", "Eve\u202e")
    assert not house.open().ignore("666", "Eve")
    told = [change.stranger for change in house.published]
    assert [(s.target, s.name) for s in told if s] == [("666", "Eve")]
    house.chats.try_code(house.chats.begin_pairing(), "666", "Eve")
    assert house.chats.strangers() == ()
    for number in range(MOST_STRANGERS + 20):
        house.clock.advance(1)
        house.chats.ignore(str(-number), "flood")
    assert len(house.chats.strangers()) == MOST_STRANGERS
    assert [c.target for c in house.chats.all()] == ["666"]


def test_rights_are_typed_and_listed(house: House) -> None:
    assert rights_in("see, reply") == {Right.SEE, Right.REPLY}
    assert rights_in("") == frozenset()
    with pytest.raises(StationError, match="any of see, reply, hush, name, open"):
        rights_in("fly")
    house.named = (4711,)
    assert listed(house.chats.all()) == "4711\tsee,reply,hush,name\t"


# ---- a group that becomes a supergroup


def waiting(house: House, target: str) -> tuple[bool, bool]:
    """Whether a delivery and a notice wait for a chat."""
    return (
        house.store.next_delivery("telegram", target) is not None,
        house.store.next_notice("telegram", target) is not None,
    )


def test_a_chat_with_another_id_keeps_its_rights_and_its_messages(house: House, tmp_path: Path) -> None:
    """Also after a restart; the new id may have been taken for a stranger's meanwhile."""
    house.chats.try_code(house.chats.begin_pairing(), "-55", "Family")
    house.chats.set_rights("-55", {Right.SEE})
    house.chats.ignore("-10055", "Family")
    ring(house.store, tmp_path, [Message("telegram", "text", "-55"), Message("apprise", "text", "-55")])
    house.store.add_notices("digest", "Nobody came.", [("telegram", "-55")])
    for _ in range(2):
        house.chats.move(-55, -10055)
    (chat,) = house.open().all()
    assert (chat.target, chat.name, chat.rights) == ("-10055", "Family", {Right.SEE})
    assert house.chats.strangers() == ()
    assert (waiting(house, "-55"), waiting(house, "-10055")) == ((False, False), (True, True))
    assert house.store.next_delivery("apprise", "-55")
    house.chats.unpair("-10055")
    assert house.chats.all() == ()


def test_a_chat_of_the_settings_is_known_by_its_new_id(house: House) -> None:
    """The settings need not change, wherever they come from; taking it out takes the old id out."""
    house.named = (4711, -55)
    house.chats.move(-55, -10055)
    assert [chat.target for chat in house.open().all()] == ["4711", "-10055"]
    assert house.chats.named_but("-10055") == (4711,)
    house.named = (4711, -55, -10055)
    assert [chat.target for chat in house.chats.all()] == ["4711", "-10055"]


def test_a_chat_that_was_paired_anew_meanwhile_stays_as_it_is(house: House) -> None:
    for target, name in (("-55", "Old"), ("-10055", "New")):
        house.chats.try_code(house.chats.begin_pairing(), target, name)
    house.chats.move(-55, -10055)
    assert [(chat.target, chat.name) for chat in house.chats.all()] == [("-10055", "New")]


def test_nobody_else_can_be_moved(house: House) -> None:
    house.chats.move(666, 667)
    assert house.chats.all() == ()
    assert house.store.note("telegram.moved.666") is None
