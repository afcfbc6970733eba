"""The built-in broker in MQTT 5: what it says, keeps and passes on, byte by byte and with real clients."""

from __future__ import annotations

import json
import queue
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from receiver.broker import packets, properties
from receiver.broker.limits import PROPERTIES
from receiver.broker.packets import Message
from receiver.broker.reader import Reader, text
from receiver.broker.reasons import Malformed, Reason
from tests.fakes import PATIENCE_S
from tests.receiver.test_broker import DOORS, OWNER, House, Wire, house, hurried, until

__all__ = ["house", "hurried"]

HEALTH = "porchlight/front/health"
NOTHING = b"\0"
"""No properties."""


class Wire5(Wire):
    """A client of MQTT 5 of which every byte is known; paho's properties read what the broker says."""

    def enter(
        self,
        user: str = OWNER[0],
        password: str = OWNER[1],
        *,
        client_id: str = "it",
        clean: bool = True,
        keepalive_s: int = 60,
        will: tuple[str, bytes] | None = None,
        will_said: dict[str, Any] | None = None,
        **said: Any,
    ) -> tuple[int, bool, dict[str, Any]]:
        """Introduce oneself; returns the broker's code, whether it knows the session, and its properties."""
        flags = 2 * clean | 0xC0
        body = about(PacketTypes.CONNECT, **said) + text(client_id)
        if will:
            flags |= 0x04 | 0x08 | 0x20
            body += about(PacketTypes.WILLMESSAGE, **(will_said or {}))
            body += text(will[0]) + len(will[1]).to_bytes(2, "big") + will[1]
        body += text(user) + text(password)
        self.send(0x10, b"\x00\x04MQTT\x05" + bytes([flags]) + keepalive_s.to_bytes(2, "big") + body)
        first, answer = self.read()
        assert first == 0x20
        heard = Properties(PacketTypes.CONNACK)
        heard.unpack(answer[2:])
        return answer[1], bool(answer[0]), heard.json()

    def ask(self, *wanted: tuple[str, int], said: bytes = NOTHING) -> list[int]:
        """Subscribe with these options; the codes of the answer."""
        self.send(0x82, b"\x00\x09" + said + b"".join(text(f) + bytes([options]) for f, options in wanted))
        first, body = self.read()
        assert (first, body[:3]) == (0x90, b"\x00\x09\x00")
        return list(body[3:])

    def say(self, topic: str, payload: bytes = b"", *, first: int = 0x32, packet_id: int = 7, **said: Any) -> bytes:
        """Publish with QoS 1; what is acknowledged after the packet's id."""
        self.send(first, text(topic) + packet_id.to_bytes(2, "big") + about(PacketTypes.PUBLISH, **said) + payload)
        _, body = self.read()
        assert body[:2] == packet_id.to_bytes(2, "big")
        return body[2:]

    def hear(self, *, acknowledge: bool = True) -> tuple[int, int, bytes]:
        """The next message with QoS 1: first byte, packet id, and what comes after its topic and id."""
        first, body = self.read()
        assert first & 0xF6 == 0x32, (first, body)
        start = 2 + int.from_bytes(body[:2], "big")
        packet_id = body[start : start + 2]
        if acknowledge:
            self.send(0x40, packet_id)
        return first, int.from_bytes(packet_id, "big"), body[start + 2 :]

    def farewell(self) -> int | None:
        """Why the broker hangs up; None if it does not say."""
        first, body = self.read()
        while first not in (0, 0xE0):
            first, body = self.read()
        assert self.is_cut_off()
        return body[0] if first else None


class Client5:
    """paho in MQTT 5, with everything it hears."""

    def __init__(self, port: int, client_id: str = "", *, clean: bool = True, session_s: int = 0, **how: Any) -> None:
        self.heard: queue.Queue[paho.MQTTMessage] = queue.Queue()
        self.codes: queue.Queue[list[str]] = queue.Queue()
        self.entered: queue.Queue[bool] = queue.Queue()
        self.gone: queue.Queue[str] = queue.Queue()
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id, protocol=MQTTProtocolVersion.MQTTv5)
        self.client.username_pw_set(*OWNER)
        self.client.on_connect = lambda _c, _d, flags, _r, _p: self.entered.put(flags.session_present)
        self.client.on_message = lambda _c, _d, message: self.heard.put(message)
        self.client.on_subscribe = lambda _c, _d, _m, codes, _p: self.codes.put([str(code) for code in codes])
        self.client.on_disconnect = lambda _c, _d, _f, code, _p: self.gone.put(str(code))
        said = properties_of(PacketTypes.CONNECT, SessionExpiryInterval=session_s)
        self.client.connect("127.0.0.1", port, clean_start=clean, properties=said, **how)
        self.client.loop_start()
        self.resumed = self.entered.get(timeout=PATIENCE_S)

    def __enter__(self) -> Client5:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()
        client = self.client
        client.on_connect = client.on_message = client.on_subscribe = client.on_disconnect = None

    def subscribe(self, topic: str, **options: Any) -> list[str]:
        self.client.subscribe(topic, options=SubscribeOptions(**{"qos": 1} | options))
        return self.codes.get(timeout=PATIENCE_S)

    def publish(self, topic: str, payload: str, *, retain: bool = False, **said: Any) -> None:
        """Say something, and return when the broker has it."""
        properties = properties_of(PacketTypes.PUBLISH, **said)
        self.client.publish(topic, payload, 1, retain, properties).wait_for_publish(PATIENCE_S)

    def next(self) -> paho.MQTTMessage:
        return self.heard.get(timeout=PATIENCE_S)


def about(packet: int, **said: Any) -> bytes:
    """Properties with their length, as paho writes them."""
    return bytes(properties_of(packet, **said).pack())


def properties_of(packet: int, **said: Any) -> Properties:
    """Properties as paho has them."""
    made = Properties(packet)
    for name, value in said.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def home(house: House) -> Iterator[Wire5]:
    """The owner's account, let in."""
    with Wire5(house.port) as home:
        assert home.enter()[0] == Reason.SUCCESS
        yield home


@pytest.fixture
def door(house: House) -> Iterator[Wire5]:
    """A door, let in."""
    with Wire5(house.port) as door:
        assert door.enter("front", DOORS["front"])[0] == Reason.SUCCESS
        yield door


# ---- coming in


def test_who_comes_in_is_told_what_there_is_and_what_there_is_not(house: House) -> None:
    """A session shorter and a keepalive other than asked for, the longest packet, and the name if it has none."""
    with Wire5(house.port) as home, Wire5(house.port) as door:
        assert home.enter(client_id="", keepalive_s=0, SessionExpiryInterval=0xFFFFFFFF) == (
            0,
            False,
            {
                "SessionExpiryInterval": 24 * 3600,
                "AssignedClientIdentifier": next(iter(house.broker._reception._sessions))[1],
                "ServerKeepAlive": 600,
                "MaximumPacketSize": 256 * 1024 + 512 + 16 + 2048,
                "SubscriptionIdentifierAvailable": 0,
                "SharedSubscriptionAvailable": 0,
            },
        )
        _, _, said = door.enter("front", DOORS["front"], client_id="x", keepalive_s=30, SessionExpiryInterval=60)
        assert said == {
            "SessionExpiryInterval": 0,
            "MaximumPacketSize": 4096 + 512 + 16 + 2048,
            "SubscriptionIdentifierAvailable": 0,
            "SharedSubscriptionAvailable": 0,
        }


@pytest.mark.expects_log("the built-in broker refuses 127.0.0.1")
@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"password": "wrong"}, Reason.BAD_CREDENTIALS),
        ({"user": ""}, Reason.NOT_AUTHORIZED),
        ({"AuthenticationMethod": "SCRAM-SHA-1", "AuthenticationData": b"n,,n=home"}, Reason.BAD_METHOD),
        ({"user": "front", "password": DOORS["front"], "will": ("x", b"")}, Reason.NOT_AUTHORIZED),
        ({"client_id": "one more"}, Reason.BUSY),
    ],
)
def test_who_is_not_let_in_is_told_why(how: dict[str, Any], code: Reason) -> None:
    with House(connections=1) as house, Wire5(house.port) as first, Wire5(house.port) as wire:
        assert first.enter(client_id="first")[0] == Reason.SUCCESS
        assert wire.enter(**how)[0] == code
        assert wire.is_cut_off()


# ---- messages, with what is said besides


def test_what_is_said_besides_a_message_is_passed_on_and_3_1_1_hears_the_message(house: House) -> None:
    said = {
        "PayloadFormatIndicator": 1,
        "ContentType": "text/plain",
        "ResponseTopic": "answers/here",
        "CorrelationData": b"\x00\x01",
        "UserProperty": [("who", "Änne"), ("who", "again")],
    }
    with house.listen("said") as three, Client5(house.port) as five, Client5(house.port) as other:
        five.subscribe("#")
        other.publish("said", "hello", **said)
        heard = five.next()
        assert heard.payload == b"hello"
        assert heard.properties is not None
        assert heard.properties.json() == {**said, "CorrelationData": "0001"}
        assert three.wait("said").text == "hello"
        three.publish("from 3.1.1", "hello too")
        heard = five.next()
        assert (heard.payload, heard.properties and heard.properties.json()) == (b"hello too", {})


@pytest.mark.usefixtures("hurried")
def test_a_message_is_forgotten_when_its_time_is_over(house: House) -> None:
    with Client5(house.port) as sayer:
        sayer.publish("short", "x", retain=True, MessageExpiryInterval=1)
        sayer.publish("long", "x", retain=True, MessageExpiryInterval=3600)
        assert house.broker._hub.retained["short"].until - time.monotonic() < 1
        until(lambda: list(house.broker._hub.retained) == ["long"])
        with Client5(house.port) as late:
            late.subscribe("#")
            heard = late.next()
            assert heard.topic == "long"
            assert heard.properties is not None
            assert heard.properties.json()["MessageExpiryInterval"] <= 3600


def test_the_time_of_a_message_is_counted_down() -> None:
    message = Message("t", b"", 0, retain=False, properties=b"\x01\x01", until=160.0)
    for now, left in ((100.0, 60), (159.9, 1)):
        packet = packets.publish(message, 0, packets.FIVE, now=now)
        assert packet == b"\x30\x0b\x00\x01t\x07\x02" + left.to_bytes(4, "big") + b"\x01\x01"
    assert packets.publish(message, 0, packets.THREE, now=0.0) == b"\x30\x03\x00\x01t"


def test_what_is_retained_is_kept_over_a_restart_with_all_that_was_said_besides(tmp_path: Path) -> None:
    """Its time goes on while the broker is away."""
    file = tmp_path / "broker.json"
    now = [1_800_000_000.0]
    with House(file, lambda: now[0]) as house, Client5(house.port) as sayer:
        sayer.publish("kept", "x", retain=True, ContentType="text/plain", MessageExpiryInterval=1000)
        sayer.publish("for a minute", "x", retain=True, MessageExpiryInterval=60)
    now[0] += 500
    with House(file, lambda: now[0]) as house, Client5(house.port) as late:
        late.subscribe("#")
        heard = late.next()
        assert heard.topic == "kept"
        assert heard.properties is not None
        said = heard.properties.json()
        assert said["ContentType"] == "text/plain"
        assert 0 < said["MessageExpiryInterval"] <= 500


def test_a_file_of_retained_messages_from_before_mqtt_5_is_read(tmp_path: Path) -> None:
    file = tmp_path / "broker.json"
    file.write_text(json.dumps({"retained": [["porchlight/status", "b25saW5l", 1]], "wills": []}))
    with House(file) as house, house.listen() as inbox:
        assert inbox.wait("porchlight/status").text == "online"


# ---- subscriptions


def test_a_subscriber_gets_what_it_asked_for_and_as_it_asked(house: House) -> None:
    """Not its own, with the mark as it was published, and what was retained always, once or never."""
    with Client5(house.port) as one, Client5(house.port) as other:
        other.publish("kept", "earlier", retain=True)
        one.subscribe("#", noLocal=True, retainAsPublished=True, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
        one.publish("mine", "x")
        other.publish("kept", "now", retain=True)
        heard = one.next()
        assert (heard.topic, heard.payload, heard.retain) == ("kept", b"now", True)

        def kept(handling: int) -> bool:
            """Whether what is retained comes with a subscription."""
            one.subscribe("+", retainHandling=handling)
            other.publish("mark", "")
            said = [one.next().topic]
            while said[-1] != "mark":
                said.append(one.next().topic)
            return "kept" in said

        once = SubscribeOptions.RETAIN_SEND_IF_NEW_SUB
        assert kept(once)
        assert not kept(once)
        assert kept(SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE)
        assert not kept(SubscribeOptions.RETAIN_DO_NOT_SEND)


def test_one_subscription_that_wants_its_own_messages_is_enough(home: Wire5) -> None:
    """Each message comes once, with the most that the filters want together."""
    assert home.ask(("a/#", 0x04), ("a/+", 0x08)) == [0, 0]
    home.send(0x33, text("a/b") + b"\x00\x07" + NOTHING + b"x")
    assert home.read() == (0x31, text("a/b") + NOTHING + b"x")
    assert home.read() == (0x40, b"\x00\x07")


@pytest.mark.expects_log("front may not (subscribe|publish) to")
def test_a_door_is_told_what_it_may_not(door: Wire5, house: House) -> None:
    with house.listen() as inbox:
        assert door.ask(("porchlight/front/command", 1), ("porchlight/back/command", 1), ("#", 1)) == [1, 0x87, 0x87]
        assert door.say(HEALTH, b"fine") == b""
        assert door.say("porchlight/front/command", b"open") == b"\x87"
        assert door.say("porchlight/front/command", b"open", first=0x34) == b"\x87"
        inbox.publish("end", "")
        inbox.wait("end")
        assert [mail.topic for mail in inbox.mails] == [HEALTH, "end"]


def test_a_subscription_that_cannot_be_is_told_why() -> None:
    with House(subscriptions=2) as house, Wire5(house.port) as home:
        home.enter()
        wanted = ["a", "$share/group/a", "nonsense#", "b", "c", "a", "x" * 513]
        assert home.ask(*((topic_filter, 2) for topic_filter in wanted)) == [1, 0x9E, 0x8F, 1, 0x97, 1, 0x8F]
        home.send(0xA2, b"\x00\x05" + NOTHING + text("a") + text("c"))
        assert home.read() == (0xB0, b"\x00\x05\x00\x00\x11")


def test_a_client_gets_only_as_much_as_it_takes_at_once(house: House) -> None:
    """In order, and nothing longer than it wants."""
    with Wire5(house.port) as slow, house.listen("#") as other:
        slow.enter(ReceiveMaximum=2, MaximumPacketSize=100)
        slow.ask(("#", 1))
        for number in range(5):
            other.publish("n", str(number))
        other.publish("n", "long" * 25)
        other.publish("n", "last")
        ids = [slow.hear(acknowledge=False)[1] for _ in range(2)]
        assert slow.is_alive(), "and heard nothing more before this answer"
        for packet_id in ids:
            slow.send(0x40, packet_id.to_bytes(2, "big") + b"\x00")
        assert [slow.hear()[2] for _ in range(4)] == [b"\x002", b"\x003", b"\x004", b"\x00last"]


# ---- sessions


def test_what_comes_while_a_client_is_away_waits_for_it(house: House) -> None:
    with Client5(house.port, "home", session_s=60) as home:
        assert not home.resumed
        home.subscribe("porchlight/#")
    with house.listen() as other:
        for number in range(3):
            other.publish(HEALTH, str(number))
        other._client.publish(HEALTH, "QoS 0", qos=0)
        other.wait(HEALTH, 4)
    with Client5(house.port, "home", clean=False, session_s=60) as home:
        assert home.resumed
        assert [home.next().payload for _ in range(3)] == [b"0", b"1", b"2"]
        home.publish(HEALTH, "still subscribed")
        assert home.next().payload == b"still subscribed"
    with Client5(house.port, "home", session_s=60) as home:
        assert not home.resumed, "it wanted a new one"
        home.publish(HEALTH, "x")
        assert home.subscribe("mark") == ["Granted QoS 1"]
        home.publish("mark", "x")
        assert home.next().topic == "mark"
    with Client5(house.port, "home", clean=False) as home:
        assert home.resumed
    with Client5(house.port, "home", clean=False) as home:
        assert not home.resumed, "it did not want to be remembered the last time"


def test_what_was_not_acknowledged_comes_again_with_its_number(house: House) -> None:
    with Wire5(house.port) as home, house.listen("#") as other:
        home.enter(SessionExpiryInterval=60)
        home.ask(("#", 1))
        for number in range(3):
            other.publish("n", str(number))
        first = [home.hear(acknowledge=number == 1) for number in range(3)]
        home.socket.close()
        until(lambda: house.broker.clients == 1)
        other.publish("n", "3")
        with Wire5(house.port) as again:
            assert again.enter(clean=False, SessionExpiryInterval=60, ReceiveMaximum=1)[:2] == (0, True)
            second = [again.hear() for _ in range(3)]
        assert second[0] == (0x3A, *first[0][1:])
        assert second[1] == (0x3A, *first[2][1:])
        assert (second[2][0], second[2][2]) == (0x32, b"\x003")
        assert second[2][1] not in (first[0][1], first[2][1])


def test_a_message_with_qos_2_comes_once_also_across_connections(house: House) -> None:
    with house.listen() as inbox:
        with Wire5(house.port) as home:
            home.enter(SessionExpiryInterval=60)
            assert home.say("x", b"once", first=0x34) == b""
        with Wire5(house.port) as home:
            home.enter(SessionExpiryInterval=60, clean=False)
            assert home.say("x", b"once", first=0x3C) == b""
            home.send(0x62, b"\x00\x07")
            assert home.read() == (0x70, b"\x00\x07")
            home.send(0x62, b"\x00\x07")
            assert home.read() == (0x70, b"\x00\x07\x92"), "it is not known any more"
            assert home.say("x", b"twice", first=0x34) == b""
        inbox.wait("x", 2)
        assert [mail.text for mail in inbox.mails] == ["once", "twice"]


@pytest.mark.usefixtures("hurried")
def test_a_client_is_remembered_as_long_as_it_wants_and_no_longer(house: House) -> None:
    sessions = house.broker._reception._sessions
    with Wire5(house.port) as home:
        home.enter(SessionExpiryInterval=1)
        home.ask(("#", 1))
    until(lambda: house.broker.clients == 0)
    assert len(sessions) == 1
    until(lambda: not sessions)
    assert house.broker._hub._filters == {}
    with Wire5(house.port) as home:
        home.enter(SessionExpiryInterval=3600)
        home.send(0xE0, b"\x00" + about(PacketTypes.DISCONNECT, SessionExpiryInterval=0))
        assert home.is_cut_off()
    assert not sessions
    with Wire5(house.port) as home:
        home.enter()
        home.send(0xE0, b"\x00" + about(PacketTypes.DISCONNECT, SessionExpiryInterval=10))
        assert home.farewell() == Reason.PROTOCOL_ERROR


def test_who_is_away_and_would_have_too_much_waiting_is_forgotten_and_learns_it() -> None:
    for bound in ({"unacknowledged": 10}, {"unsent": 1000}):
        with House(**bound) as house, house.listen("end") as other:
            with Wire5(house.port) as home:
                home.enter(SessionExpiryInterval=60)
                home.ask(("n", 1))
                home.send(0xE0, b"")
                assert home.is_cut_off()
            for _ in range(11):
                other.publish("n", "x" * 200)
            with Wire5(house.port) as home:
                assert home.enter(clean=False)[:2] == (0, False)


def test_only_so_many_are_remembered() -> None:
    """Who would be forgotten first gives way."""
    with House(sessions=2) as house:
        for client_id, session_s in (("a", 50), ("b", 30), ("c", 40)):
            with Wire5(house.port) as home:
                home.enter(client_id=client_id, SessionExpiryInterval=session_s)
                home.send(0xE0, b"")
                assert home.is_cut_off()
        assert {name[1] for name in house.broker._reception._sessions} == {"a", "c"}


def test_3_1_1_is_remembered_as_little_as_before(house: House) -> None:
    """Also when a session of MQTT 5 is there under its name."""
    with Wire5(house.port) as home:
        home.enter(SessionExpiryInterval=60)
        home.ask(("#", 1))
    with Wire(house.port) as home, house.listen() as other:
        assert home.connect(*OWNER, clean=False) == 0
        other.publish("n", "x")
        assert home.is_alive(), "and heard nothing before this answer"


# ---- last wills


def test_a_will_has_properties_too(house: House) -> None:
    with Client5(house.port) as hearer:
        hearer.subscribe("gone")
        with Wire5(house.port) as home:
            home.enter(will=("gone", b"x"), will_said={"ContentType": "text/plain", "MessageExpiryInterval": 60})
        heard = hearer.next()
        assert heard.properties is not None
        assert heard.properties.json() == {"ContentType": "text/plain", "MessageExpiryInterval": 60}


@pytest.mark.usefixtures("hurried")
def test_a_will_that_may_wait_is_not_said_when_its_client_comes_back_in_time(house: House) -> None:
    """It is said when the time is over, when the session ends, and at once where there is no session."""
    will: dict[str, Any] = {"will": ("gone", b"x"), "client_id": "w", "clean": False, "SessionExpiryInterval": 3600}
    with house.listen() as inbox:
        for delay_s in (3600, 1):
            with Wire5(house.port) as home:
                home.enter(**will, will_said={"WillDelayInterval": delay_s})
            until(lambda: house.broker.clients == 1)
        inbox.wait("gone", 1)
        with Wire5(house.port) as home:
            home.enter(**will, will_said={"WillDelayInterval": 3600})
        with Wire5(house.port) as home:
            home.enter(client_id="w", will=("gone", b"x"), will_said={"WillDelayInterval": 3600})
            inbox.wait("gone", 2)
        inbox.wait("gone", 3)


def test_a_client_may_say_goodbye_and_have_its_will_said_all_the_same(house: House) -> None:
    with house.listen() as inbox:
        for code in (b"\x00", b"\x04"):
            with Wire5(house.port) as home:
                home.enter(will=("gone", code))
                home.send(0xE0, code)
                assert home.is_cut_off()
        assert inbox.wait("gone").payload == b"\x04"


def test_a_will_that_waits_is_retained_when_the_broker_ends(tmp_path: Path) -> None:
    file = tmp_path / "broker.json"
    with House(file) as house, Wire5(house.port) as home:
        home.enter(will=("gone", b"x"), will_said={"WillDelayInterval": 3600}, SessionExpiryInterval=3600)
        home.socket.close()
        until(lambda: house.broker.clients == 0)
    with House(file) as house, house.listen() as inbox:
        assert inbox.wait("gone").retained


# ---- why it hangs up

_USER = b"\x26" + text("a") + text("b")


@pytest.mark.parametrize(
    ("first", "body", "reason"),
    [
        (0x32, text(HEALTH) + b"\x00\x07" + about(PacketTypes.PUBLISH, TopicAlias=1), Reason.NO_ALIASES),
        (0x32, text("") + b"\x00\x07" + about(PacketTypes.PUBLISH, TopicAlias=1), Reason.NO_ALIASES),
        (0x32, text("porchlight/+") + b"\x00\x07" + NOTHING, Reason.BAD_TOPIC),
        (0x32, text("x" * 513) + b"\x00\x07" + NOTHING, Reason.BAD_TOPIC),
        (0x32, text(HEALTH) + b"\x00\x00" + NOTHING, Reason.PROTOCOL_ERROR),
        (0x32, text(HEALTH) + b"\x00\x07" + NOTHING + b"x" * 4097, Reason.TOO_LARGE),
        (0x32, text(HEALTH) + b"\x00\x07\x02\x01\x02", Reason.PROTOCOL_ERROR),
        (0x32, text(HEALTH) + b"\x00\x07\x04\x01\x00\x01\x00", Reason.PROTOCOL_ERROR),
        (0x32, text(HEALTH) + b"\x00\x07\x02\x17\x00", Reason.MALFORMED),
        (0x32, text(HEALTH) + b"\x00\x07\x02\x77\x00", Reason.MALFORMED),
        (0x32, text(HEALTH) + b"\x00\x07\x05\x26\x00\x01a\x00", Reason.MALFORMED),
        (0x32, text(HEALTH) + b"\x00\x07\xff\xff\xff\xff", Reason.MALFORMED),
        (0x32, text(HEALTH) + b"\x00\x07\xff\xff\xff\x7f", Reason.QUOTA),
        (0x32, text(HEALTH) + b"\x00\x07\x9a\x12" + _USER * 336, Reason.QUOTA),
        (0x32, text(HEALTH) + b"\x00\x07\x04\x08" + text("#"), Reason.PROTOCOL_ERROR),
        (0x82, b"\x00\x09" + about(PacketTypes.SUBSCRIBE, SubscriptionIdentifier=1) + text("x") + b"\x01",
         Reason.NO_SUBSCRIPTION_IDS),
        (0x82, b"\x00\x09" + NOTHING + text("x") + b"\x31", Reason.PROTOCOL_ERROR),
        (0x82, b"\x00\x09" + NOTHING + text("x") + b"\x41", Reason.PROTOCOL_ERROR),
        (0x82, b"\x00\x09" + NOTHING, Reason.PROTOCOL_ERROR),
        (0xA2, b"\x00\x09" + NOTHING, Reason.PROTOCOL_ERROR),
        (0x40, b"\x00\x07\x00\x00\x00", Reason.MALFORMED),
        (0x10, b"\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00", Reason.PROTOCOL_ERROR),
        (0xF0, b"", Reason.PROTOCOL_ERROR),
    ],
)  # fmt: skip
def test_who_breaks_the_rules_is_told_which_one(door: Wire5, first: int, body: bytes, reason: Reason) -> None:
    door.send(first, body)
    assert door.farewell() == reason


def test_a_packet_that_is_too_long_is_refused_before_it_is_there(door: Wire5) -> None:
    door.socket.sendall(b"\x30\xff\xff\xff\x7f")
    assert door.farewell() == Reason.TOO_LARGE


@pytest.mark.parametrize(
    "said",
    [
        b"\x03\x21\x00\x00",
        b"\x05\x27\x00\x00\x00\x00",
        b"\x02\x17\x02",
        b"\x02\x01\x00",
        b"\x0a\x11\x00\x00\x00\x01\x11\x00\x00\x00\x01",
        b"\xff\xff\xff\x7f",
        b"\xb8\x17" + _USER * 429,
        b"\x7f",
        b"",
    ],
)
def test_a_stranger_with_nonsense_in_the_first_packet_is_hung_up_on(house: House, said: bytes) -> None:
    with Wire5(house.port) as wire, house.door() as door:
        wire.send(0x10, b"\x00\x04MQTT\x05\xc2\x00\x3c" + said + text("it") + text(OWNER[0]) + text(OWNER[1]))
        assert wire.read() == (0, b"")
        assert door.is_alive()


def test_whoever_is_sent_away_is_told_why(door: Wire5, home: Wire5, house: House) -> None:
    with Wire5(house.port) as other:
        other.enter()
        assert home.farewell() == Reason.TAKEN_OVER
        del house.doors["front"]
        house.broker.recheck()
        assert door.farewell() == Reason.SENT_AWAY
        house.broker.stop()
        assert other.farewell() == Reason.SHUTTING_DOWN


@pytest.mark.usefixtures("hurried")
def test_who_is_silent_for_too_long_is_told_so() -> None:
    with House(longest_keepalive_s=0.05) as house, Wire5(house.port) as home:
        home.enter()
        assert home.farewell() == Reason.SILENT


@pytest.mark.expects_log("home does not take what is sent to it")
def test_who_acknowledges_nothing_is_told_that_it_is_too_much() -> None:
    with House(unacknowledged=20) as house, Wire5(house.port) as rude, house.door() as door:
        rude.enter(SessionExpiryInterval=60)
        rude.ask(("#", 1))
        for _ in range(21):
            door.publish(HEALTH, b"x")
        assert rude.farewell() == Reason.QUOTA
        assert list(house.broker._reception._sessions) == [("front", "")]


# ---- real clients


@pytest.mark.broker
def test_the_clients_of_mosquitto_are_at_home_here(house: House) -> None:
    """`mosquitto_sub` hears, with all that is said besides, what `mosquitto_pub` says, also what waited for it."""
    account = ["-h", "127.0.0.1", "-p", str(house.port), "-V", "mqttv5", "-u", OWNER[0], "-P", OWNER[1], "-q", "1"]
    about = ["-D", "publish", "content-type", "text/plain", "-D", "publish", "user-property", "who", "me"]
    keep = ["-i", "sub", "-c", "-x", "60", "-t", "#"]
    hear = ["mosquitto_sub", *account, *keep]
    subprocess.run([*hear, "-E"], check=True, timeout=PATIENCE_S)
    for line in ("one", "two"):
        subprocess.run(["mosquitto_pub", *account, *about, "-t", "said", "-m", line], check=True, timeout=PATIENCE_S)
    heard = subprocess.run(
        [*hear, "-C", "2", "-F", "%t %p %C %P"], check=True, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert heard.stdout.splitlines() == ["said one text/plain who:me", "said two text/plain who:me"]
    assert house.broker.refused == 0


@pytest.mark.broker
@pytest.mark.expects_log("wrong user name|front may not")
def test_the_clients_of_mosquitto_say_why_they_are_refused(house: House) -> None:
    def say(user: str, password: str, topic: str) -> str:
        account = ["-h", "127.0.0.1", "-p", str(house.port), "-V", "mqttv5", "-u", user, "-P", password, "-q", "1"]
        command = ["mosquitto_pub", *account, "-t", topic, "-m", "x"]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE_S).stderr

    assert "Not authorized" in say("front", DOORS["front"], "porchlight/back/command")
    assert "Bad User Name or Password" in say("front", "wrong", HEALTH)


def test_paho_is_told_when_another_takes_its_place(house: House) -> None:
    with Client5(house.port, "home") as one:
        one.client.disable_logger()
        one.client._reconnect_on_failure = False
        with Client5(house.port, "home"):
            assert one.gone.get(timeout=PATIENCE_S) == "Session taken over"


# ---- no bytes hurt


_NAMES = st.sampled_from([*properties.Name, 0x00, 0x77, 0xFF])
_PARTS = st.lists(st.tuples(_NAMES, st.binary(max_size=8) | st.text(max_size=4).map(text)), max_size=8)


@given(_PARTS, st.sampled_from(["IN_CONNECT", "IN_PUBLISH", "IN_WILL", "IN_SUBSCRIBE", "IN_ANSWER", "IN_DISCONNECT"]))
def test_no_properties_make_the_reader_stumble(parts: list[tuple[int, bytes]], where: str) -> None:
    """They are read to their end, and what is passed on is understood by paho; or they are Malformed."""
    body = b"".join(bytes((name,)) + value for name, value in parts)
    packet = Reader(bytes((len(body),)) + body + b"rest") if len(body) < 0x80 else Reader(body)
    with suppress(Malformed):
        _, passed_on = properties.read(packet, getattr(properties, where))
        assert packet.rest() == b"rest" or len(body) >= 0x80
        Properties(PacketTypes.PUBLISH).unpack(bytes((len(passed_on),)) + passed_on)


_WORDS = st.text(st.characters(exclude_characters="\0#+", exclude_categories=["Cs"]), max_size=20)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "PayloadFormatIndicator": st.integers(0, 1),
            "ContentType": _WORDS,
            "ResponseTopic": _WORDS,
            "CorrelationData": st.binary(max_size=40),
            "UserProperty": st.lists(st.tuples(_WORDS, _WORDS), min_size=1, max_size=5),
            "MessageExpiryInterval": st.integers(1, 0xFFFFFFFF),
        },
    ),
    st.binary(max_size=100),
    st.floats(0, 1e9),
)
def test_what_paho_says_besides_a_message_is_written_as_it_was_read(
    said: dict[str, Any], payload: bytes, now: float
) -> None:
    message, _ = packets.read_publish(0x30, text("t") + about(PacketTypes.PUBLISH, **said) + payload, 5, now)
    packet = packets.take(bytearray(packets.publish(message, 0, packets.FIVE, now=now)), 1 << 20)
    assert packet is not None
    heard = Properties(PacketTypes.PUBLISH)
    _, size = heard.unpack(packet[1][3:])
    assert packet[1][3 + size :] == payload
    assert heard.json() == properties_of(PacketTypes.PUBLISH, **said).json()


def test_properties_are_bounded_before_they_are_read() -> None:
    most = b"\x26" + text("") + text("x" * (PROPERTIES - 5))
    assert properties.read(Reader(b"\x80\x10" + most), properties.IN_PUBLISH) == ({properties.Name.USER: 0}, most)
    with pytest.raises(Malformed) as refused:
        properties.read(Reader(b"\x81\x10"), properties.IN_PUBLISH)
    assert refused.value.reason is Reason.QUOTA
