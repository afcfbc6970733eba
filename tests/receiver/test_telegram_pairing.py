"""Pairing over the wire, in private chats, groups and topics; hostile chats learn nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from receiver import settings as settings_file
from receiver.models import Change, ChatsChanged, PartState, Right, Visit
from receiver.station import Station
from tests.fakes import MADE_UP_TOKEN, FakeBotApi
from tests.receiver import made_up
from tests.station_process import StationProcess, as_jpeg

OLGA, EVE, FAMILY, GROUP = 4711, 666, -1001234, -55
AS_OLGA = {"id": OLGA, "type": "private", "first_name": "Olga"}


@pytest.fixture
def bot() -> Iterator[FakeBotApi]:
    with FakeBotApi(chats=[OLGA, EVE, FAMILY, GROUP]) as server:
        server.topics[FAMILY] = {56, 57}
        yield server


@pytest.fixture
def home(tmp_path: Path, bot: FakeBotApi, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "known_faces").mkdir()
    (tmp_path / "station.toml").write_text(
        "[receiver]\nhost = '127.0.0.1'\nport = 0\nannounce = false\n"
        f"[mqtt]\nbroker = 'off'\n[telegram]\nenabled = true\napi_base = '{bot.address}'\n"
    )
    settings_file.save_secret(tmp_path / "station.toml", ("telegram", "token"), MADE_UP_TOKEN)
    return tmp_path


def build(home: Path) -> Station:
    places = {"data_dir": home / "data", "gallery_dir": home / "known_faces"}
    return Station(settings_file.load(home / "station.toml", overrides=places, environ={}), home / "station.toml")


@pytest.fixture
def station(home: Path) -> Iterator[Station]:
    made = build(home)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def picture(tmp_path: Path, astronaut) -> Path:
    path = tmp_path / "press.jpg"
    path.write_bytes(as_jpeg(astronaut))
    return path


def test_a_chat_that_sends_the_code_gets_the_next_ring_and_a_restart_keeps_it(
    station: Station, home: Path, bot: FakeBotApi, picture: Path
) -> None:
    """Nobody is paired at first and the bot listens all the same; the answer says that it worked."""
    changes: list[Change] = []
    station.subscribe(changes.append)
    bot.post({"text": station.begin_pairing(), "chat": AS_OLGA}, OLGA)
    bot.wait_for(lambda: bot.sent(OLGA))
    assert bot.sent(OLGA)[0].text.startswith("Paired.")
    assert [chat.name for chat in station.chats()] == ["Olga"]
    assert any(isinstance(change, ChatsChanged) and change.chats for change in changes)
    station.ring(picture)
    bot.wait_for(lambda: len(bot.sent(OLGA)) >= 2)
    station.stop()
    again = build(home)
    again.start()
    try:
        assert [chat.target for chat in again.chats()] == [str(OLGA)]
    finally:
        again.stop()


def test_a_topic_is_paired_and_everything_stays_in_it(station: Station, bot: FakeBotApi, picture: Path) -> None:
    """Alerts and answers carry its thread; the forum's other topics are strangers."""
    bot.say_in_topic(FAMILY, 56, f"/pair {station.begin_pairing()}")
    bot.wait_for(lambda: bot.sent(FAMILY))
    bot.say_in_topic(FAMILY, 57, "/status")
    station.ring(picture)
    bot.wait_for(lambda: len(bot.sent(FAMILY)) >= 3)
    bot.say_in_topic(FAMILY, 56, "/help")
    bot.wait_for(lambda: len(bot.sent(FAMILY)) >= 4)
    assert {int(call.params["message_thread_id"]) for call in bot.sent(FAMILY)} == {56}
    assert [stranger.target for stranger in station.strangers()] == [f"{FAMILY}/57"]


def test_a_topic_that_is_gone_is_told_in_words(station: Station, bot: FakeBotApi, picture: Path) -> None:
    bot.say_in_topic(FAMILY, 56, f"/pair {station.begin_pairing()}")
    bot.wait_for(lambda: bot.sent(FAMILY))
    failed: list[str] = []

    def note(change: Change) -> None:
        failed.extend(d.error for d in change.deliveries if d.error) if isinstance(change, Visit) else None

    station.subscribe(note)
    bot.topics[FAMILY] = set()
    station.ring(picture)
    bot.wait_for(lambda: failed)
    assert "The topic is closed or gone" in failed[0]


@pytest.mark.parametrize("tell", [True, False])
def test_a_group_that_becomes_a_supergroup_goes_on_being_told(
    station: Station, bot: FakeBotApi, tmp_path: Path, tell: bool
) -> None:
    """Whether Telegram says so by itself or only in its answer: what waits arrives once, and so do later rings."""
    bot.say(GROUP, f"/pair {station.begin_pairing()}")
    bot.wait_for(lambda: bot.sent(GROUP))
    bot.upgrade(GROUP, FAMILY, tell=tell)
    bot.wait_for(lambda: not bot.waiting_updates)
    for rings in (1, 2):
        station.ring(made_up.picture(tmp_path / f"{rings}.jpg", (640, 480 + rings)))
        bot.wait_for(lambda rings=rings: len(bot.sent(FAMILY)) == 2 * rings, 60)
    assert len(bot.sent(GROUP)) == 1
    assert [chat.target for chat in station.chats()] == [str(FAMILY)]
    assert station.strangers() == ()
    bot.say(FAMILY, "/status")
    bot.wait_for(lambda: len(bot.sent(FAMILY)) == 5)


def test_hostile_chats_learn_nothing_and_are_shown_once(station: Station, bot: FakeBotApi) -> None:
    """Not even whether a code is waited for; after five guesses the right one is void as well."""
    code = station.begin_pairing()
    for guess in range(5):
        bot.say(EVE, f"{(int(code) + 1 + guess) % 1_000_000:06d}")
    bot.say(EVE, code)
    bot.say(EVE, "/look")
    bot.upload(EVE, b"x", caption="Anna")
    bot.update(
        {"callback_query": {"id": "q", "from": {"id": 1}, "data": "h.0.0.60.x", "message": {"chat": {"id": EVE}}}}
    )
    bot.wait_for(lambda: not bot.waiting_updates)
    assert bot.sent() == []
    assert station.chats() == ()
    assert [stranger.target for stranger in station.strangers()] == [str(EVE)]


def test_an_unpaired_chat_gets_nothing_any_more(station: Station, bot: FakeBotApi, picture: Path) -> None:
    """Neither alerts nor answers, at once."""
    bot.say(OLGA, station.begin_pairing())
    bot.wait_for(lambda: bot.sent(OLGA))
    station.unpair_chat(str(OLGA))
    station.ring(picture)
    bot.say(OLGA, "/status")
    bot.wait_for(lambda: not bot.waiting_updates)
    assert len(bot.sent(OLGA)) == 1
    with pytest.raises(KeyError):
        station.unpair_chat(str(OLGA))


def test_a_chat_that_may_only_reply_gets_no_alerts(station: Station, bot: FakeBotApi, picture: Path) -> None:
    bot.say(OLGA, station.begin_pairing())
    bot.wait_for(lambda: bot.sent(OLGA))
    station.set_chat_rights(str(OLGA), {Right.REPLY})
    assert not station.ring(picture).deliveries
    bot.say(OLGA, "/who")
    bot.say(OLGA, "Coming!")
    bot.wait_for(lambda: len(bot.sent(OLGA)) == 3)
    assert "may not see" in bot.sent(OLGA)[1].text
    assert "MQTT is off" in bot.sent(OLGA)[2].text


def test_a_chat_of_the_settings_can_be_unpaired(home: Path, bot: FakeBotApi) -> None:
    settings_file.save(home / "station.toml", {("telegram", "chat_ids"): (OLGA, EVE)})
    station = build(home)
    station.start()
    try:
        station.unpair_chat(str(EVE))
        assert station.settings.telegram.chat_ids == (OLGA,)
        assert [chat.target for chat in station.chats()] == [str(OLGA)]
    finally:
        station.stop()


def test_without_a_chat_the_status_says_so_until_one_is_paired(station: Station, bot: FakeBotApi) -> None:
    def telegram() -> tuple[PartState, str]:
        return next((part.state, part.detail) for part in station.parts() if part.name == "telegram")

    bot.wait_for(lambda: telegram() == (PartState.WORKING, "@PorchBot is ready, but no chat is paired yet"))
    bot.say(OLGA, station.begin_pairing())
    bot.wait_for(lambda: telegram() == (PartState.WORKING, "@PorchBot is ready"))


# ---- from a shell


def test_a_shell_pairs_lists_limits_and_unpairs(tmp_path: Path, bot: FakeBotApi) -> None:
    """While the station runs in another process, which acts on it at once."""
    process = StationProcess(
        tmp_path,
        {
            "PORCHLIGHT_TELEGRAM__ENABLED": "true",
            "PORCHLIGHT_TELEGRAM__TOKEN": MADE_UP_TOKEN,
            "PORCHLIGHT_TELEGRAM__API_BASE": bot.address,
            "PORCHLIGHT_RECEIVER__ANNOUNCE": "false",
        },
    )
    assert "No station runs" in process.run("telegram", "pair").stderr
    process.start()
    try:
        pairing = _Pairing(process)
        bot.post({"text": pairing.code, "chat": AS_OLGA}, OLGA)
        assert pairing.end() == 0
        bot.say(EVE, "hello")
        bot.wait_for(lambda: bot.sent(OLGA) and not bot.waiting_updates)
        listed = process.run("telegram", "chats").stdout.splitlines()
        assert listed == [f"{OLGA}\tsee,reply,hush,name\tOlga", f"{EVE}\tignored\t"]
        assert process.run("telegram", "rights", str(OLGA), "see").stdout == f"{OLGA}\tsee\tOlga\n"
        assert process.run("telegram", "unpair", "999").returncode == 1
        assert process.run("telegram", "unpair").returncode == 2
        assert process.run("telegram", "unpair", str(OLGA)).stdout == ""
    finally:
        process.stop()


class _Pairing:
    """The command `telegram pair`, while it waits."""

    def __init__(self, process: StationProcess) -> None:
        self._run = subprocess.Popen(
            process.command("telegram", "pair"),
            env=process.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._run.stdout
        self.code = self._run.stdout.readline().strip()

    def end(self) -> int:
        code = self._run.wait(30)
        assert self._run.stdout
        self._run.stdout.close()
        return code
