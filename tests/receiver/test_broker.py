"""The built-in broker, spoken to by real clients, by the door's own client, and byte by byte."""

from __future__ import annotations

import asyncio
import logging
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiver.broker import Broker, Limits, memory, packets, server, what_uses
from receiver.broker.gate import Allowance, Gate
from receiver.broker.hub import Hub, matches
from receiver.broker.packets import Message
from receiver.broker.reader import text
from receiver.broker.reasons import Malformed
from receiver.signatures import broker_password
from tests.fakes import PATIENCE_S, Inbox, Mosquitto, TcpServer, free_port
from tests.firmware.door_modules import mqtt as on_the_door
from tests.waiting import wait_until

OWNER = ("home", "for Home Assistant")
DOORS = {"front": "front's password", "back": "back's password"}
EMPTY_QOS_1 = 0x32
ACCEPTED, WRONG_VERSION, ID_REJECTED, UNAVAILABLE, BAD_CREDENTIALS, NOT_AUTHORIZED = range(6)
"""What MQTT 3.1.1 answers to a first packet."""
REFUSED_FILTER = 0x80


class House:
    """A broker with two doors and the owner's account; `doors` may be changed while it runs."""

    def __init__(self, file: Path | None = None, clock: Callable[[], float] = time.time, **limits: Any) -> None:
        self.doors = dict(DOORS)
        self.changed = threading.Event()
        self.broker = Broker(
            "127.0.0.1",
            free_port(),
            base_topic="porchlight",
            door_password=self.doors.get,
            owner=OWNER,
            file=file,
            limits=Limits(**limits),
            changed=self.changed.set,
            clock=clock,
        )
        self.port: int = self.broker._port

    def __enter__(self) -> House:
        self.broker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.broker.stop()

    def listen(self, topic: str = "#") -> Inbox:
        return Inbox(self.port, topic, user=OWNER)

    def door(self, door: str = "front", **more: Any) -> Wire:
        """A door that is in."""
        wire = Wire(self.port)
        assert wire.connect(door, DOORS[door], **more) == ACCEPTED
        return wire


class Wire:
    """A client of which every byte is known."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.settimeout(PATIENCE_S)
        self.heard = bytearray()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def connect(
        self,
        user: str = "",
        password: str = "",
        *,
        client_id: str = "it",
        will: tuple[str, bytes] | None = None,
        keepalive_s: int = 60,
        clean: bool = True,
    ) -> int:
        """Introduce oneself; returns the broker's code."""
        flags, said = 2 * clean, text(client_id)
        if will:
            flags |= 0x04 | 0x08 | 0x20
            said += text(will[0]) + len(will[1]).to_bytes(2, "big") + will[1]
        if user:
            flags |= 0xC0
            said += text(user) + text(password)
        self.send(0x10, b"\x00\x04MQTT\x04" + bytes([flags]) + keepalive_s.to_bytes(2, "big") + said)
        first, body = self.read()
        assert (first, body[0]) == (0x20, 0)
        return body[1]

    def publish(self, topic: str, payload: bytes, *, packet_id: int = 7, retain: bool = False, first: int = 0) -> None:
        """With QoS 1, acknowledged."""
        self.send(first or 0x32 | retain, text(topic) + packet_id.to_bytes(2, "big") + payload)
        assert self.read()[1] == packet_id.to_bytes(2, "big")

    def subscribe(self, *filters: str) -> list[int]:
        """The codes of the answer."""
        self.send(0x82, b"\x00\x09" + b"".join(text(f) + b"\x01" for f in filters))
        first, body = self.read()
        assert (first, body[:2]) == (0x90, b"\x00\x09")
        return list(body[2:])

    def send(self, first: int, body: bytes) -> None:
        self.socket.sendall(packets._packet(first, body))

    def read(self) -> tuple[int, bytes]:
        """The next packet; (0, b"") when the broker hung up."""
        while True:
            if packet := packets.take(self.heard, 1 << 24):
                return packet
            try:
                got = self.socket.recv(65536)
            except OSError:
                got = b""
            if not got:
                return 0, b""
            self.heard += got

    def is_cut_off(self) -> bool:
        """The broker hung up, or does so within a while."""
        while self.read()[0]:
            pass
        return True

    def is_alive(self) -> bool:
        self.send(0xC0, b"")
        return self.read()[0] == 0xD0


def until(holds: Callable[[], object]) -> None:
    wait_until(holds, PATIENCE_S)


@pytest.fixture
def house() -> Iterator[House]:
    with House() as house:
        yield house


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker looks at its clocks every few milliseconds."""
    monkeypatch.setattr(server, "_LOOK_S", 0.01)
    monkeypatch.setattr(server, "_WRITE_AFTER_S", 0.01)
    monkeypatch.setattr(server, "_AGAIN_S", 0.01)


# ---- who may come in, and to which topics


def test_a_door_says_how_it_is_and_hears_what_it_is_told(house: House) -> None:
    with house.listen("porchlight/+/health") as inbox, house.door() as door:
        assert door.subscribe("porchlight/front/command") == [1]
        for topic in ("status", "health", "screen", "receipt"):
            door.publish(f"porchlight/front/{topic}", b"fine")
        mail = inbox.wait("porchlight/front/health")
        assert (mail.payload, mail.qos, mail.retained) == (b"fine", 1, False)
        inbox.publish("porchlight/front/command", "look")
        first, body = door.read()
        assert first == EMPTY_QOS_1
        assert body.endswith(b"look")


@pytest.mark.expects_log("the built-in broker refuses 127.0.0.1: (wrong user name|it gives no user)")
@pytest.mark.parametrize(
    ("user", "password", "code"),
    [
        ("", "", NOT_AUTHORIZED),
        ("front", "wrong", BAD_CREDENTIALS),
        ("front", "", BAD_CREDENTIALS),
        ("front", DOORS["back"], BAD_CREDENTIALS),
        ("nobody", "front's password", BAD_CREDENTIALS),
        ("home", "", BAD_CREDENTIALS),
        ("station", "", BAD_CREDENTIALS),
    ],
)
def test_without_the_right_password_nobody_is_let_in(house: House, user: str, password: str, code: int) -> None:
    with Wire(house.port) as wire:
        assert wire.connect(user, password) == code
        assert wire.is_cut_off()
    assert house.broker.refused == 1


@pytest.mark.expects_log("refuses 127.0.0.1: wrong user name")
def test_the_station_is_let_in_at_its_own_port_only_and_nobody_else_there(house: House) -> None:
    broker = house.broker
    with Wire(house.port) as wire:
        assert wire.connect(broker.user, broker.password) == BAD_CREDENTIALS
    with Wire(broker.inside) as wire:
        assert wire.connect(*OWNER) == BAD_CREDENTIALS
    with Wire(broker.inside) as wire:
        assert wire.connect(broker.user, broker.password) == ACCEPTED
        assert wire.subscribe("#") == [1]
        assert broker.clients == 0, "the station is at home there"


def test_without_a_name_and_a_password_there_is_no_account_of_the_owners() -> None:
    for owner in (("home", ""), ("", "secret"), ("", "")):
        access = server.Access("porchlight", lambda _: None, station="s", owner=owner)
        assert access.admit(owner[0], owner[1].encode(), inside=False) is None


@pytest.mark.expects_log("front may not (subscribe|publish) to")
def test_a_door_cannot_hear_or_say_what_is_not_its_own(house: House) -> None:
    with house.listen() as inbox, house.door() as door:
        foreign = ["#", "+", "porchlight/+/command", "porchlight/back/command", "porchlight/front/#", "$SYS/#",
                   "porchlight/front/health", "home/screen", "porchlight/front/command/"]  # fmt: skip
        assert door.subscribe(*foreign) == [REFUSED_FILTER] * len(foreign)
        for topic in ("porchlight/back/health", "porchlight/front/command", "porchlight/front/ring", "home/screen",
                      "porchlight/status", "homeassistant/device/porchlight_front/config", "$SYS/x"):  # fmt: skip
            door.publish(topic, b"I am not", retain=True)
        inbox.publish("porchlight/back/command", "for the back door")
        door.publish("porchlight/front/health", b"done")
        inbox.wait("porchlight/front/health")
        assert [m.topic for m in inbox.mails] == ["porchlight/back/command", "porchlight/front/health"]
        assert door.is_alive(), "and heard nothing before this answer"
    assert house.broker._hub.retained == {}


@pytest.mark.expects_log("front may not have such a last will")
def test_a_last_will_is_held_to_the_same_rules(house: House) -> None:
    with Wire(house.port) as wire:
        assert wire.connect("front", DOORS["front"], will=("porchlight/back/status", b"x")) == NOT_AUTHORIZED
    with Wire(house.port) as wire:
        assert wire.connect("front", DOORS["front"], will=("porchlight/front/status", b"x" * 4097)) == 5
    with Wire(house.port) as wire:
        wire.send(0x10, b"\x00\x04MQTT\x04\xc6\x00\x3c" + text("w") + text("porchlight/#") + text("") + text("front"))
        assert wire.is_cut_off()
    with house.listen() as inbox:
        with house.door(will=("porchlight/front/status", b"offline")):
            pass
        assert inbox.wait("porchlight/front/status").text == "offline"
        assert len(inbox.mails) == 1


def test_a_client_that_says_goodbye_takes_its_will_with_it(house: House) -> None:
    with house.listen() as inbox:
        with house.door(will=("porchlight/front/status", b"offline")) as door:
            door.send(0xE0, b"")
            assert door.is_cut_off()
        with house.door("back") as door:
            door.publish("porchlight/back/health", b"x")
        inbox.wait("porchlight/back/health")
        assert len(inbox.mails) == 1


def test_a_door_that_is_not_let_in_any_more_is_thrown_out(house: House) -> None:
    with house.listen() as inbox, house.door() as front, house.door("back") as back:
        del house.doors["front"]
        house.broker.recheck()
        assert front.is_cut_off()
        house.doors["back"] = "a new key"
        house.broker.recheck()
        assert back.is_cut_off()
        inbox.publish("x", "the owner stays")
        inbox.wait("x")


@pytest.mark.usefixtures("hurried")
def test_a_door_that_another_process_unpaired_is_found_too() -> None:
    with House(recheck_s=0.01) as house, house.door() as door:
        del house.doors["front"]
        assert door.is_cut_off()


def test_a_door_that_comes_again_takes_the_place_of_its_old_connection(house: House) -> None:
    """The old one's will is said before anything the new one says."""
    will = ("porchlight/front/status", b"offline")
    with house.listen() as inbox, house.door(will=will, client_id="a") as old, house.door(client_id="b") as new:
        new.publish("porchlight/front/status", b"online", retain=True)
        assert old.is_cut_off()
        inbox.wait("porchlight/front/status", 2)
        assert [m.text for m in inbox.mails] == ["offline", "online"]
        assert house.broker._hub.retained["porchlight/front/status"].payload == b"online"


@pytest.mark.expects_log("wrong user name or password")
def test_who_knows_only_a_client_id_can_do_nothing_with_it(house: House) -> None:
    """With amqtt, a wrong password with the right client id ended the session of its owner."""
    with Wire(house.port) as home, house.door() as door:
        assert home.connect(*OWNER, client_id="home assistant") == ACCEPTED
        home.subscribe("porchlight/#")
        with Wire(house.port) as stranger:
            assert stranger.connect("home", "guess", client_id="home assistant") == BAD_CREDENTIALS
        with house.door("back", client_id="home assistant"):
            door.publish("porchlight/front/health", b"heard?")
            assert home.read()[1].endswith(b"heard?")


# ---- bounds


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: porch\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x10\xff\xff\xff\xff\x7f",
        b"\x10\xff\xff\xff\x7f" + b"x" * 1000,
        b"\x11\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x00",
        b"\x10\x03\x00\x04M",
        b"\x30\x05\x00\x01xyz",
        b"\xc0\x00",
        b"\x10\x0c\x00\x04NQTT\x04\x02\x00\x3c\x00\x00",
        b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x02\xff\xfe\x00\x00",
        bytes(5000),
    ],
    ids=["HTTP", "TLS", "endless length", "256 MB", "flags", "too short", "PUBLISH", "PING", "name", "UTF-8", "zeros"],
)
def test_who_speaks_no_mqtt_is_hung_up_on(house: House, garbage: bytes) -> None:
    with Wire(house.port) as wire, house.door() as door:
        wire.socket.sendall(garbage)
        assert wire.is_cut_off()
        assert door.is_alive()


@pytest.mark.parametrize(
    "packet",
    [
        (0x10, b"\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"),
        (0x32, b"\x00\x00\x00\x07"),
        (0x32, text("porchlight/front/health") + b"\x00\x00"),
        (0x36, text("porchlight/front/health") + b"\x00\x07"),
        (0x30, text("porchlight/+/health")),
        (0x30, text("porchlight/front/health\0")),
        (0x30, text("x" * 513)),
        (0x80, b"\x00\x09" + text("porchlight/front/command") + b"\x01"),
        (0x82, b"\x00\x09"),
        (0x82, b"\x00\x09" + text("x") + b"\x03"),
        (0xA2, b"\x00\x09"),
        (0x20, b"\x00\x00"),
        (0x40, b"\x00"),
        (0xF0, b""),
    ],
)
def test_a_client_that_breaks_the_rules_is_hung_up_on(house: House, packet: tuple[int, bytes]) -> None:
    with house.door() as door:
        door.send(*packet)
        assert door.is_cut_off()


def test_older_and_newer_mqtt_is_told_what_is_spoken_here(house: House) -> None:
    for name, level in ((b"\x00\x06MQIsdp", 3), (b"\x00\x04MQTT", 6)):
        with Wire(house.port) as wire:
            wire.send(0x10, name + bytes([level]) + b"\x02\x00\x3c\x00\x00\x00")
            assert wire.read() == (0x20, bytes([0, WRONG_VERSION]))


def test_a_door_may_say_4_kb_and_the_owner_a_picture(house: House) -> None:
    with house.listen("porchlight/#") as inbox, house.door() as door, house.door("back") as other:
        door.publish("porchlight/front/health", b"x" * 4096)
        assert len(inbox.wait("porchlight/front/health").payload) == 4096
        inbox._client.publish("porchlight/front/picture", bytes(256 * 1024), qos=1).wait_for_publish(PATIENCE_S)
        assert len(inbox.wait("porchlight/front/picture").payload) == 256 * 1024
        door.socket.sendall(packets._packet(0x30, text("porchlight/front/health") + b"x" * 4097))
        assert door.is_cut_off()
        other.socket.sendall(b"\x30\xff\xff\xff\x7f")  # 256 MB to come
        assert other.is_cut_off()


def test_a_client_need_not_wait_for_the_answer_to_its_first_packet(house: House) -> None:
    """What it may say is decided by who it is, also within the same bytes."""
    with house.listen("porchlight/#") as inbox, Wire(house.port) as home:
        said = text("home") + text(OWNER[0]) + text(OWNER[1])
        home.socket.sendall(
            packets._packet(0x10, b"\x00\x04MQTT\x04\xc2\x00\x3c" + said)
            + packets._packet(0x30, text("porchlight/x/picture") + bytes(200_000))
        )
        assert len(inbox.wait("porchlight/x/picture").payload) == 200_000


def test_a_door_that_talks_too_much_has_to_wait_and_nothing_is_lost() -> None:
    """Its own bytes stay on its side of the wire; the others do not wait."""
    said = b"".join(
        packets._packet(0x32, text("porchlight/front/health") + n.to_bytes(2, "big") + b"%d" % n) for n in range(1, 61)
    )
    slow = House(door_burst=10.0, door_rate=100.0)
    with slow as house, house.listen() as inbox, house.door() as door, house.door("back") as other:
        began = time.monotonic()
        door.socket.sendall(said)
        assert other.is_alive()
        for number in range(1, 61):
            assert door.read()[1] == number.to_bytes(2, "big")
        assert time.monotonic() - began > 0.4
        inbox.wait("porchlight/front/health", 60)
        assert [m.text for m in inbox.mails] == [str(n) for n in range(1, 61)]


@pytest.mark.expects_log("home does not take what is sent to it")
def test_who_does_not_take_what_is_sent_is_disconnected_and_the_others_are_served() -> None:
    with House(unsent=500_000) as house, Wire(house.port) as deaf, house.listen("#") as inbox:
        deaf.connect(*OWNER, client_id="deaf")
        deaf.subscribe("#")
        for _ in range(60):
            inbox._client.publish("picture", bytes(200_000), qos=1).wait_for_publish(PATIENCE_S)
        inbox.wait("picture", 60)
        assert house.broker.clients == 1


@pytest.mark.expects_log("home does not take what is sent to it")
def test_who_acknowledges_nothing_is_disconnected() -> None:
    with House(unacknowledged=20) as house, Wire(house.port) as rude, house.door() as door:
        rude.connect(*OWNER)
        rude.subscribe("#")
        for _ in range(21):
            door.publish("porchlight/front/health", b"x")
        assert rude.is_cut_off()


@pytest.mark.usefixtures("hurried")
def test_who_takes_his_time_with_the_first_packet_is_hung_up_on() -> None:
    with House(connect_s=0.05) as house, Wire(house.port) as slow, Wire(house.port) as silent:
        slow.socket.sendall(b"\x10\x20\x00\x04MQTT")
        assert slow.is_cut_off()
        assert silent.is_cut_off()


@pytest.mark.usefixtures("hurried")
def test_a_silent_connection_is_over_after_one_and_a_half_keepalives() -> None:
    """Also one of a client that wants no keepalive, and one that sends single bytes of a packet."""
    will = ("porchlight/front/status", b"offline")
    with House(longest_keepalive_s=0.05) as house, house.door(will=will, keepalive_s=0) as door:
        door.socket.sendall(b"\x30")
        assert door.is_cut_off()
        assert house.broker._hub.retained["porchlight/front/status"].payload == b"offline"


@pytest.mark.expects_log("there are 3 clients already")
def test_only_so_many_clients_are_served() -> None:
    with House(connections=3) as house, house.door() as door, Wire(house.port) as one, Wire(house.port) as two:
        assert one.connect(*OWNER, client_id="1") == two.connect(*OWNER, client_id="2") == ACCEPTED
        with Wire(house.port) as many:
            assert many.connect(*OWNER, client_id="3") == UNAVAILABLE
        with Wire(house.port) as again:
            assert again.connect(*OWNER, client_id="2") == ACCEPTED, "it only takes its old place"
        assert door.is_alive()
        with Wire(house.broker.inside) as station:
            assert station.connect(house.broker.user, house.broker.password) == ACCEPTED


def test_strangers_make_room_for_the_next_one() -> None:
    with House(strangers=2) as house:
        strangers = [Wire(house.port) for _ in range(10)]
        with house.door() as door:
            assert all(stranger.is_cut_off() for stranger in strangers[:8])
            assert door.is_alive()
        for stranger in strangers:
            stranger.socket.close()


@pytest.mark.expects_log("it connects too often|wrong user name")
def test_an_address_that_guesses_passwords_has_to_wait_and_the_station_has_not() -> None:
    with House(attempts=10.0, attempts_rate=0.001, refused_costs=4.0) as house:
        for _ in range(2):
            with Wire(house.port) as guess:
                assert guess.connect("front", "guess") == BAD_CREDENTIALS
        with Wire(house.port) as refused:
            assert refused.is_cut_off()
        with Wire(house.broker.inside) as station:
            assert station.connect(house.broker.user, house.broker.password) == ACCEPTED


def test_an_allowance_comes_back_with_time() -> None:
    now = [0.0]
    allowance = Allowance(2.0, 4.0, lambda: now[0])
    assert [allowance.use(1.0) for _ in range(4)] == [0.0, 0.0, 0.25, 0.5]
    now[0] = 0.5
    assert allowance.use(0.0) == 0.0
    now[0] = 1000.0
    assert [allowance.use(1.0) for _ in range(3)] == [0.0, 0.0, 0.25]


def test_addresses_are_forgotten_one_by_one_not_all_at_once() -> None:
    gate = Gate(Limits(attempts=1.0), lambda: 0.0)
    assert gate.lets_in("10.0.0.1")
    assert not gate.lets_in("10.0.0.1")
    for number in range(2000):
        gate.lets_in(f"10.1.{number // 256}.{number % 256}")
    assert len(gate._addresses) == 1024


@pytest.mark.expects_log("retains as much as it can")
def test_only_so_much_is_retained() -> None:
    hub = Hub(Limits(retained=3, retained_bytes=100))
    for topic in "abcd":
        hub.publish(Message(topic, b"x" * 30, 0, retain=True))
    assert list(hub.retained) == ["a", "b", "c"]
    hub.publish(Message("a", b"x" * 50, 0, retain=True))
    assert len(hub.retained["a"].payload) == 30
    hub.publish(Message("b", b"", 0, retain=True))
    hub.publish(Message("a", b"x" * 50, 0, retain=True))
    assert {topic: len(message.payload) for topic, message in hub.retained.items()} == {"c": 30, "a": 50}


# ---- what the standard wants


def test_a_retained_message_greets_who_comes_later_until_it_is_taken_back(house: House) -> None:
    with house.door() as door:
        door.publish("porchlight/front/status", b"online", retain=True)
        with house.listen() as inbox:
            assert inbox.wait("porchlight/front/status").retained
            door.publish("porchlight/front/status", b"offline", retain=True)
            assert not inbox.wait("porchlight/front/status", 2).retained
        door.publish("porchlight/front/status", b"", retain=True)
        assert house.broker._hub.retained == {}


def test_a_message_with_qos_2_comes_once_however_often_it_is_sent(house: House) -> None:
    with house.listen() as inbox, house.door() as door:
        for first in (0x34, 0x3C):
            door.publish("porchlight/front/receipt", b"once", first=first)
        door.send(0x62, b"\x00\x07")
        assert door.read() == (0x70, b"\x00\x07")
        door.publish("porchlight/front/receipt", b"twice", first=0x34)
        inbox.wait("porchlight/front/receipt", 2)
        assert [m.text for m in inbox.mails] == ["once", "twice"]


def test_a_hearer_gets_a_message_once_and_as_surely_as_both_sides_want(house: House) -> None:
    with Wire(house.port) as home, house.listen() as other:
        home.connect(*OWNER)
        assert home.subscribe("porchlight/#", "porchlight/+/health", "nonsense#", "+a/b", "") == [1, 1, 128, 128, 128]
        other._client.publish("porchlight/front/health", b"0", qos=0)
        assert home.read() == (0x30, text("porchlight/front/health") + b"0")
        other.publish("porchlight/front/health", "1")
        first, body = home.read()
        assert (first, body[-1:]) == (0x32, b"1")
        home.send(0xA2, b"\x00\x05" + text("porchlight/#") + text("porchlight/+/health"))
        assert home.read() == (0xB0, b"\x00\x05")
        other.publish("porchlight/front/health", "2")
        assert home.is_alive(), "and nothing before it"


_LEVELS = st.lists(st.sampled_from(["", "a", "b", "+", "$SYS"]), min_size=1, max_size=5)


@given(_LEVELS, _LEVELS, st.booleans())
def test_filters_match_as_they_do_in_paho(wanted: list[str], levels: list[str], rest: bool) -> None:
    topic_filter = "/".join([*wanted, "#"] if rest else wanted)
    topic = "/".join(level.replace("+", "c") for level in levels)
    if packets.is_filter(topic_filter) and topic:
        assert matches(topic_filter, topic) == paho.topic_matches_sub(topic_filter, topic)


@given(st.binary(max_size=200), st.integers(0, 255), st.sampled_from([packets.THREE, packets.FIVE]))
def test_no_bytes_make_the_reader_stumble(body: bytes, first: int, level: int) -> None:
    """Whatever they are, they mean something or are Malformed."""
    for read in (
        packets.read_connect,
        lambda b: packets.read_publish(first, b, level),
        lambda b: packets.read_subscribe(b, level),
        lambda b: packets.read_unsubscribe(b, level),
        lambda b: packets.read_id(b, level),
        lambda b: packets.read_disconnect(b, level),
        lambda b: packets.take(bytearray(b), 100),
        lambda _: packets.kind_of(first),
    ):
        with suppress(Malformed):
            read(body)


_TOPICS = st.text(st.characters(exclude_characters="#+\0", exclude_categories=["Cs"]), min_size=1, max_size=80)


@given(_TOPICS, st.binary(max_size=70_000), st.integers(1, 65535))
def test_what_is_written_is_read_again(topic: str, payload: bytes, packet_id: int) -> None:
    wire = bytearray(packets.publish(Message(topic, payload, 1, retain=True), packet_id, packets.THREE, retained=True))
    packet = packets.take(wire, 1 << 20)
    assert packet is not None
    assert packets.read_publish(*packet, packets.THREE) == (Message(topic, payload, 1, retain=True), packet_id)
    assert not wire


def test_a_last_message_before_the_broker_stops_is_complete(tmp_path: Path) -> None:
    with House(tmp_path / "broker.json") as house:
        door = house.door(will=("porchlight/front/status", b"offline"))
        door.publish("porchlight/front/status", b"online", retain=True)
        door.publish("porchlight/front/health", b"not kept")
    assert door.is_cut_off()
    door.socket.close()
    assert stat.S_IMODE((tmp_path / "broker.json").stat().st_mode) == 0o600
    with House(tmp_path / "broker.json") as again, again.listen() as inbox:
        mail = inbox.wait("porchlight/front/status")
        assert (mail.text, mail.retained) == ("offline", True), "the broker's end was the end of the door's connection"
        assert [m.topic for m in inbox.mails] == ["porchlight/front/status"]


@pytest.mark.usefixtures("hurried")
def test_after_a_crash_nobody_is_online_who_was(tmp_path: Path) -> None:
    file = tmp_path / "broker.json"
    with House(file) as house, house.door(will=("porchlight/front/status", b"offline")) as door:
        door.publish("porchlight/front/status", b"online", retain=True)
        until(lambda: file.exists() and b"wills" in file.read_bytes() and memory.recall(file, 0.0))
        remembered = memory.recall(file, 0.0)
    assert [m.payload for m in remembered] == [b"online", b"offline"]


@pytest.mark.expects_log("retained could not be read")
@pytest.mark.parametrize("spoilt", ["", "{}", '{"retained": [["#", "", 0]], "wills": []}', '{"retained": [1]', "\0"])
def test_a_spoilt_file_of_retained_messages_is_no_obstacle(tmp_path: Path, spoilt: str) -> None:
    (tmp_path / "broker.json").write_text(spoilt)
    with House(tmp_path / "broker.json") as house, house.door() as door:
        assert door.is_alive()


@pytest.mark.expects_log("retains could not be written")
def test_a_full_disk_is_no_obstacle(tmp_path: Path) -> None:
    with House(tmp_path / "gone" / "broker.json") as house, house.door() as door:
        door.publish("porchlight/front/status", b"online", retain=True)


# ---- the port


@pytest.mark.broker
@pytest.mark.usefixtures("hurried")
def test_another_broker_at_the_port_is_recognised_and_its_port_taken_when_it_is_gone() -> None:
    house = House()
    other = Mosquitto()
    other.port = house.port
    with other:
        assert "another broker uses port" in what_uses("0.0.0.0", house.port)
        with house:
            assert house.broker.trouble == (
                f"another broker uses port {house.port}: choose it as your own broker, or another port"
            )
            with Wire(house.broker.inside) as station:
                assert station.connect(house.broker.user, house.broker.password) == ACCEPTED
            other.stop()
            until(lambda: not house.broker.trouble)
            assert house.changed.wait(PATIENCE_S)
            with house.door() as door:
                assert door.is_alive()
            house.broker.stop()
        other.start()


def test_another_program_at_the_port_is_told_from_a_broker() -> None:
    class Rude(TcpServer):
        def serve(self, connection: socket.socket) -> None:
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with Rude() as other:
        assert what_uses("127.0.0.1", other.port) == f"another program uses port {other.port}: choose another port"
    assert what_uses("127.0.0.1", free_port()) == ""
    assert "cannot be used" in what_uses("203.0.113.7", free_port())


def test_it_may_be_stopped_twice_or_never_have_started() -> None:
    house = House()
    house.broker.stop()
    house.broker.recheck()
    with house:
        house.broker.stop()


# ---- real clients


def test_the_doors_own_client_is_at_home_here(house: House) -> None:
    """Connects with a will, subscribes, hears a command, says so; comes back after the broker was away."""
    key = bytes(range(32))
    house.doors["porch"] = broker_password(key)

    async def live(inbox: Inbox) -> None:
        told: asyncio.Queue[bytes] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        will = on_the_door.Message("porchlight/porch/status", b"offline", qos=1, retain=True)
        door = on_the_door.Client(
            "127.0.0.1", house.port, "porchlight-porch", user="porch", password=broker_password(key), will=will,
            backoff_s=(0.05,),
        )  # fmt: skip
        door.subscribe("porchlight/porch/command", told.put_nowait)
        running = asyncio.create_task(door.run())
        for count in (1, 2):
            await loop.run_in_executor(None, until, lambda count=count: door.connected and door.connections == count)
            await door.publish(on_the_door.Message("porchlight/porch/status", b"online", qos=1, retain=True))
            await loop.run_in_executor(None, until, lambda: "online" in [m.text for m in inbox.mails])
            await asyncio.wait_for(door.publish(on_the_door.Message("porchlight/porch/health", b"{}", qos=1)), 10)
            if count == 1:
                await loop.run_in_executor(None, inbox.publish, "porchlight/porch/command", "look")
                assert await asyncio.wait_for(told.get(), PATIENCE_S) == b"look"
                await loop.run_in_executor(None, house.broker.stop)
                await loop.run_in_executor(None, house.broker.start)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    with house.listen() as inbox:
        asyncio.run(live(inbox))


def test_it_is_quick_and_quiet(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """A thousand messages through paho, in order, and not a word of a password in any log."""
    caplog.set_level(logging.DEBUG)
    with house.listen("porchlight/#") as inbox, house.door() as door:
        for number in range(100):
            door.publish("porchlight/front/health", b"%d" % number)
        inbox.wait("porchlight/front/health", 100)
        assert [m.text for m in inbox.mails] == [str(n) for n in range(100)]
    assert not [r for r in caplog.records if "password" in r.getMessage()]
    account = server.Access("p", DOORS.get, station="s").admit("front", DOORS["front"].encode(), inside=False)
    assert account is not None and "password" not in repr(account)
