"""A press on the bell becomes an honest verdict in Telegram and on MQTT: the real station, end to end."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
import pytest
from PIL import Image

from tests.fakes import FakeBotApi, Mosquitto
from tests.station_process import StationProcess, as_jpeg, numbered
from tests.system.conftest import Stations

CHAT = 4711
TOKEN = "123456:obviously-made-up"


def lay_in(station: StationProcess, **people: Image.Image) -> None:
    """One photo of each person into the gallery, as its owner would by hand."""
    for name, portrait in people.items():
        folder = station.gallery / name
        folder.mkdir()
        (folder / "portrait.jpg").write_bytes(as_jpeg(portrait, quality=95))


def telling(bot: FakeBotApi) -> dict[str, str]:
    """The settings of a station that tells the one allowed chat."""
    return {
        "telegram__enabled": "true",
        "telegram__token": TOKEN,
        "telegram__chat_ids": str(CHAT),
        "telegram__api_base": bot.address,
    }


def concluded(visits: list[dict[str, Any]]) -> bool:
    return bool(visits) and all(v["state"] == "concluded" for v in visits)


def delivered(visits: list[dict[str, Any]]) -> bool:
    return concluded(visits) and all(d["state"] in {"delivered", "superseded"} for v in visits for d in v["deliveries"])


def press_as_the_board_does(address: str, request: bytes) -> bytes:
    """Write pieces of 1,024 bytes, read once, close."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as board:
        for start in range(0, len(request), 1024):
            board.sendall(request[start : start + 1024])
        return board.recv(4096)


def test_the_original_board_gets_its_answer_and_the_right_name(
    station: Stations, grace_hopper: Image.Image, astronaut: Image.Image, shared_data: Path
) -> None:
    """press.http byte for byte: 200 with the stored name, and the verdict names Grace."""
    door = station()
    lay_in(door, Grace=grace_hopper, Eileen=astronaut)
    door.start()
    answer = press_as_the_board_does(door.address, (shared_data / "legacy" / "press.http").read_bytes())
    assert answer.startswith(b"HTTP/1.1 200"), answer
    visit = door.wait_for(concluded)[0]
    assert (visit["verdict"], visit["faces"][0]["identity"]) == ("known", "Grace")


@pytest.mark.parametrize("size", [None, (640, 480), (320, 240)], ids=["full", "640x480", "320x240"])
def test_a_known_face_gets_its_name_and_a_stranger_none(
    station: Stations, grace_hopper: Image.Image, astronaut: Image.Image, size: tuple[int, int] | None
) -> None:
    """With only Grace enrolled, Grace is known at every size and Eileen is nobody's name."""
    door = station(recognition__merge_window_s="0")
    lay_in(door, Grace=grace_hopper)
    door.start()
    for portrait in (grace_hopper, astronaut):
        assert door.press(as_jpeg(portrait, size)).status_code == 200
        door.wait_for(concluded)
    stranger, grace = door.visits()
    assert (grace["verdict"], [f["identity"] for f in grace["faces"]]) == ("known", ["Grace"])
    assert stranger["verdict"] == "unknown"
    assert [f["identity"] for f in stranger["faces"]] == [None], "one face, and no name; not one on her suit"


def test_telegram_gets_the_text_at_once_and_then_the_photo(station: Stations, grace_hopper: Image.Image) -> None:
    """Text before photo, the name in the caption, the door's name in both."""
    with FakeBotApi(token=TOKEN, chats=[CHAT]) as bot:
        door = station(**telling(bot))
        lay_in(door, Grace=grace_hopper)
        door.start()
        door.press(as_jpeg(grace_hopper, (640, 480)))
        visit = door.wait_for(delivered)[0]
        text, photo = bot.sent(CHAT)
        assert (text.method, photo.method) == ("sendMessage", "sendPhoto")
        assert "Someone is at the door" in text.text
        assert "Grace is at the door" in photo.text
        assert visit["timings_ms"]["text_sent"] < visit["timings_ms"]["photo_sent"]
        assert TOKEN not in door.log()
        assert all(TOKEN not in f.read_text(errors="replace") for f in door.home.rglob("*.log"))


@pytest.mark.broker
def test_mqtt_carries_the_contracts_topics_and_never_a_stale_ring(station: Stations, grace_hopper: Image.Image) -> None:
    """Ring and visitor arrive live; someone who subscribes later sees the retained state only."""
    with Mosquitto() as broker:
        live = Listener(broker.port)
        door = station(mqtt__broker="external", mqtt__host="127.0.0.1", mqtt__port=str(broker.port))
        lay_in(door, Grace=grace_hopper)
        door.start()
        visit_id = door.press(as_jpeg(grace_hopper, (640, 480))) and door.wait_for(delivered)[0]["id"]
        place = next(t for t in live.messages if t.endswith("/ring")).removesuffix("/ring")
        ring, visitor = (json.loads(live.messages[f"{place}/{t}"].payload) for t in ("ring", "visitor"))
        assert (ring["event_type"], ring["visit"]) == ("ring", visit_id)
        assert (visitor["event_type"], visitor["identity"]) == ("known", "Grace")
        late = Listener(broker.port, until=f"{place}/last_visitor")
        assert not [t for t in late.messages if t.endswith(("/ring", "/visitor"))], "a retained ring opens doors"
        assert late.messages["porchlight/status"].payload == b"online"
        assert door.stop() == 0
        live.close()
        late.close()
        after = Listener(broker.port, until="porchlight/status")
        assert after.messages["porchlight/status"].payload == b"offline"
        after.close()


@pytest.mark.broker
def test_what_the_owner_writes_reaches_the_screen_at_the_door(station: Stations) -> None:
    """Text from the allowed chat is retained on the screen's topic and answered; a stranger's is neither."""
    with FakeBotApi(token=TOKEN, chats=[CHAT, 666]) as bot, Mosquitto() as broker:
        door = station(
            **telling(bot),
            mqtt__broker="external",
            mqtt__host="127.0.0.1",
            mqtt__port=str(broker.port),
        ).start()
        screen = Listener(broker.port, until="porchlight/status")
        bot.say(666, "open the door")
        bot.say(CHAT, "Coming, one minute!")
        bot.wait_for(lambda: len(bot.sent(CHAT)) == 1)
        assert "Passed on" in bot.sent(CHAT)[0].text
        screen.wait("home/screen")
        assert screen.messages["home/screen"].payload.decode() == "Coming, one minute!"
        assert bot.sent(666) == []
        assert door.stop() == 0
        screen.close()


@pytest.mark.parametrize("damage", ["cut", "older tail"])
def test_a_broken_picture_from_a_door_is_still_a_ring(
    station: Stations, grace_hopper: Image.Image, astronaut: Image.Image, damage: str
) -> None:
    """The visit exists, the alert goes out, and the verdict says that the picture arrived broken."""
    whole, older = as_jpeg(grace_hopper, (640, 480)), as_jpeg(astronaut, (640, 480))
    half = whole[: len(whole) // 2]
    with FakeBotApi(token=TOKEN, chats=[CHAT]) as bot:
        door = station(**telling(bot))
        lay_in(door, Grace=grace_hopper)
        door.start()
        assert door.press(half if damage == "cut" else half + older[len(older) // 2 :]).status_code == 200
        visit = door.wait_for(delivered)[0]
        assert (visit["verdict"], visit["reason"], visit["faces"]) == ("unclear", "the picture arrived broken", [])
        assert "Someone is at the door" in bot.sent(CHAT)[0].text


def test_sigterm_finishes_and_exits_in_time(station: Stations, grace_hopper: Image.Image) -> None:
    """With a picture in hand, SIGTERM ends the station with 0 and soon, and the picture is not lost."""
    door = station().start()
    door.press(as_jpeg(grace_hopper))
    begun = time.monotonic()
    assert door.stop() == 0
    assert time.monotonic() - begun < 10
    door.start()
    door.wait_for(concluded)


def test_nothing_answered_with_2xx_is_lost_over_ten_power_cuts(station: Stations, astronaut: Image.Image) -> None:
    """kill -9 at ten random moments with pictures in flight: every 2xx ends concluded and delivered."""
    chance = random.Random(2026)
    with FakeBotApi(token=TOKEN, chats=[CHAT]) as bot:
        door = station(
            **telling(bot),
            recognition__merge_window_s="0",
            receiver__pictures_per_minute="1000",
        )
        picture = as_jpeg(astronaut, (320, 240))
        for cut in range(10):
            door.start()
            for press in range(3):
                assert door.press(numbered(picture, 3 * cut + press)).status_code == 200
            threading.Event().wait(chance.uniform(0, 0.6))  # the random moment is the point
            door.kill()
        door.start()
        assert len(door.wait_for(delivered)) == 30
        texts = [m.text for m in bot.sent(CHAT) if m.method == "sendMessage"]
        photos = [m for m in bot.sent(CHAT) if m.method == "sendPhoto"]
        assert 30 <= len(texts) <= 40, "at least once each; doubled at most by the one in flight at a cut"
        assert 30 <= len(photos) <= 40


class Listener:
    """Everything a broker says, by topic, from subscription on."""

    def __init__(self, port: int, until: str = "") -> None:
        self.messages: dict[str, mqtt.MQTTMessage] = {}
        self._arrived = threading.Condition()
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.on_message = self._keep
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("#", qos=1)
        self._client.loop_start()
        if until:
            self.wait(until)

    def _keep(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._arrived:
            self.messages[message.topic] = message
            self._arrived.notify_all()

    def wait(self, topic: str) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: topic in self.messages, 20), sorted(self.messages)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
