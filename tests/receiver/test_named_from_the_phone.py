"""The whole way with a real station: a stranger rings, is named from the phone, and is known from then on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from receiver import settings as settings_file
from receiver import wording
from receiver.models import SentMessage, Verdict
from receiver.phone_records import PhoneRecords
from receiver.station import Station
from tests.fakes import BAD_GATEWAY, MADE_UP_TOKEN, FakeBotApi, Shown
from tests.receiver import made_up
from tests.station_process import as_jpeg

OLGA = 4711
PATIENCE_S = 60.0


@pytest.fixture
def bot() -> Iterator[FakeBotApi]:
    with FakeBotApi(chats=[OLGA]) as server:
        yield server


@pytest.fixture
def open_station(tmp_path: Path, bot: FakeBotApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Station]]:
    """Starts a station on the same data; the one before is stopped."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "known_faces").mkdir()
    toml = tmp_path / "station.toml"
    toml.write_text(
        "[receiver]\nhost = '127.0.0.1'\nport = 0\nannounce = false\n[recognition]\nmerge_window_s = 0\n"
        "[mqtt]\nbroker = 'off'\n"
        f"[telegram]\nenabled = true\nchat_ids = [{OLGA}]\napi_base = '{bot.address}'\n"
    )
    settings_file.save_secret(toml, ("telegram", "token"), MADE_UP_TOKEN)
    running: list[Station] = []

    def start() -> Station:
        if running:
            running.pop().stop()
        places = {"data_dir": tmp_path / "data", "gallery_dir": tmp_path / "known_faces"}
        running.append(Station(settings_file.load(toml, overrides=places, environ={}), toml))
        running[-1].start()
        return running[-1]

    yield start
    for station in running:
        station.stop()


def photos(bot: FakeBotApi) -> list[tuple[int, Shown]]:
    return [(number, shown) for (_, number), shown in sorted(bot.shown.items()) if shown.photo]


def ring(station: Station, bot: FakeBotApi, file: Path, picture: Image.Image) -> int:
    """Ring, and return the message with the verdict."""
    before = len(photos(bot))
    file.write_bytes(as_jpeg(picture, quality=95))
    station.ring(file)
    bot.wait_for(lambda: len(photos(bot)) > before, PATIENCE_S)
    return photos(bot)[-1][0]


def test_a_stranger_named_by_a_button_is_known_and_undone_after_a_restart(
    open_station: Callable[[], Station], bot: FakeBotApi, tmp_path: Path, astronaut: Image.Image
) -> None:
    """One text and one photo for each visit all the while: what changes is edited."""
    station = open_station()
    first = ring(station, bot, tmp_path / "1.jpg", astronaut)
    second = ring(station, bot, tmp_path / "2.jpg", astronaut.resize((480, 480)))
    assert bot.shown[OLGA, second].words.startswith("Someone you don't know")

    station = open_station()
    bot.say(OLGA, "Eileen", reply_to_message={"message_id": second})
    bot.wait_for(lambda: "Eileen" in bot.shown[OLGA, second].words, PATIENCE_S)
    done = bot.sent(OLGA)[-1].text
    assert done.startswith("This is Eileen: the face was added")
    assert done.endswith("1 other visit of theirs carries the name now.")
    assert [visit.identities for visit in station.visits()] == [("Eileen",)] * 2
    bot.wait_for(lambda: "Eileen" in bot.shown[OLGA, first].words, PATIENCE_S)
    third = ring(station, bot, tmp_path / "3.jpg", astronaut.resize((440, 440)))
    assert bot.shown[OLGA, third].buttons[0] == "Not Eileen"

    station = open_station()
    said = next(number for (_, number), shown in bot.shown.items() if wording.UNDO in shown.buttons)
    bot.press(OLGA, said, wording.UNDO)
    for message in (first, second):
        bot.wait_for(lambda message=message: bot.shown[OLGA, message].words.startswith("Someone"), PATIENCE_S)
    assert [visit.verdict for visit in station.visits()[1:]] == [Verdict.UNKNOWN] * 2
    assert station.identities() == ()
    assert bot.sent(OLGA)[-1].text == wording.UNDONE
    assert [number for number, _ in photos(bot)] == [first, second, third], "one photo for each visit"


def test_a_photo_from_the_phone_makes_its_person_known(
    open_station: Callable[[], Station],
    bot: FakeBotApi,
    tmp_path: Path,
    grace_hopper: Image.Image,
    astronaut: Image.Image,
) -> None:
    """After the quality check: a landscape teaches nobody."""
    station = open_station()
    bot.upload(OLGA, as_jpeg(Image.new("RGB", (640, 480), "#8090a0")), "Nobody")
    bot.upload(OLGA, as_jpeg(grace_hopper, quality=95), "Grace")
    bot.wait_for(lambda: len(bot.sent(OLGA)) == 2, PATIENCE_S)
    assert [call.text for call in bot.sent(OLGA)] == [
        "Not added to the photos of Nobody: there is no face in it.",
        "Thanks: added to the photos of Grace.",
    ]
    assert [person.name for person in station.identities()] == ["Grace"]
    message = ring(station, bot, tmp_path / "1.jpg", grace_hopper.resize((400, 469)))
    assert bot.shown[OLGA, message].words.startswith("Grace is at the door")
    bot.press(OLGA, message, "Not Grace")
    bot.wait_for(lambda: bot.shown[OLGA, message].words.startswith(("Someone", "Can't tell")), PATIENCE_S)


def test_photos_that_come_at_noon_put_the_mornings_message_right(
    open_station: Callable[[], Station], bot: FakeBotApi, tmp_path: Path, grace_hopper: Image.Image
) -> None:
    """In silence: the caption is edited, and no further message comes; so it is when the photos go again."""
    station = open_station()
    message = ring(station, bot, tmp_path / "1.jpg", grace_hopper.resize((400, 469)))
    assert bot.shown[OLGA, message].words.startswith("Someone you don't know")
    before = set(bot.shown)
    (tmp_path / "g.jpg").write_bytes(as_jpeg(grace_hopper, quality=95))
    (photo,) = station.enrol("Grace", [tmp_path / "g.jpg"])
    bot.wait_for(lambda: bot.shown[OLGA, message].words.startswith("Grace is at the door"), PATIENCE_S)
    station.remove_photo(photo.path)
    bot.wait_for(lambda: bot.shown[OLGA, message].words.startswith("Someone you don't know"), PATIENCE_S)
    assert set(bot.shown) == before


def test_of_a_stranger_who_came_often_the_newest_visits_are_put_right(
    open_station: Callable[[], Station], bot: FakeBotApi, tmp_path: Path
) -> None:
    """Twenty others, for Telegram bounds edits; also over a restart. Messages that are gone are left, none is new."""
    station, day = open_station(), 86_400
    store = station._assembly.store
    visits = [made_up.ring(store, tmp_path, [], at=time.time() - n * day) for n in range(1, 26)]
    for number, visit in enumerate(visits):
        store.conclude(visit.snapshots[0].id, *made_up.no_face(), [])
        PhoneRecords(store).keep_message(SentMessage(str(OLGA), number, visit.id, "photo", None, "", visit.started_at))
    bot.always("editMessageMedia", BAD_GATEWAY)
    station._correct(visits[0], visits[1:])
    bot.wait_for(lambda: bot.asked("editMessageMedia"))
    bot.always("editMessageMedia", None)
    station = open_station()
    bot.wait_for(lambda: not station._assembly.store.backlog().get("telegram"), PATIENCE_S)
    assert {int(call.params["message_id"]) for call in bot.asked("editMessageCaption")} == set(range(21))
    assert bot.sent() == []
