"""MQTT 3.1.1 and 5 in bytes, by the section numbers of https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html.

Whoever sends something that is not MQTT gets `Malformed` and is disconnected, as 4.13 wants it. `level` is the number
of the version that a client's CONNECT names: 4 is 3.1.1. The reason codes are 5's; for 3.1.1 they become its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from receiver.broker import properties, reader
from receiver.broker.properties import Name
from receiver.broker.reader import Reader
from receiver.broker.reasons import Malformed, Reason

CONNECT, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 0x10, 0x30, 0x40, 0x50, 0x60, 0x70
SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT = 0x80, 0xA0, 0xC0, 0xE0
PINGRESP = b"\xd0\x00"
REFUSED = 0x80
"""From here on a code says that something did not work."""
THREE, FIVE = 4, 5
"""Levels: MQTT 3.1.1 and 5."""
EVERYTHING_AT_ONCE = 0xFFFF

_MOST_FLAGS = {PUBREL: 2, SUBSCRIBE: 2, UNSUBSCRIBE: 2}
_IN_THREE = {
    Reason.SUCCESS: 0,
    Reason.OTHER_VERSION: 1,
    Reason.ID_REJECTED: 2,
    Reason.BUSY: 3,
    Reason.BAD_CREDENTIALS: 4,
    Reason.NOT_AUTHORIZED: 5,
}
"""The words that 3.1.1 has for the answer to a first packet."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is published; `qos` is 0, 1 or 2."""

    topic: str
    payload: bytes = field(repr=False)
    qos: int
    retain: bool
    properties: bytes = field(default=b"", repr=False)
    """Those that are passed on as they came, without a length."""
    until: float = math.inf
    """Monotonic seconds after which nobody wants it."""

    @property
    def size(self) -> int:
        """Bytes that keeping it takes."""
        return len(self.payload) + len(self.properties)


@dataclass(frozen=True, slots=True)
class Will:
    """A last will: a message whose time begins when it is said."""

    message: Message
    delay_s: int = 0
    lasts_s: float = math.inf

    def said(self, now: float) -> Message:
        """The message, said at this time."""
        return replace(self.message, until=now + self.lasts_s)


@dataclass(frozen=True, slots=True)
class Connect:
    """The first packet of a client (3.1)."""

    level: int
    client_id: str
    clean: bool
    keepalive_s: int
    will: Will | None
    user: str
    password: bytes = field(repr=False)
    session_s: int = 0
    """Seconds to be remembered after the end of the connection; 3.1.1 has no number for it."""
    at_once: int = EVERYTHING_AT_ONCE
    """Messages with QoS 1 that it takes before it acknowledges the first (receive maximum)."""
    longest: float = math.inf
    """Bytes of the longest packet that it takes."""
    method: bool = False
    """It wants another way to show who it is than a password."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a subscription wants its messages (3.8.3.1)."""

    qos: int
    no_local: bool = False
    """Not those of the subscriber itself."""
    as_published: bool = False
    """With the mark that its sender wanted it retained."""
    retained: int = 0
    """Those from earlier: 0 yes, 1 if the subscription is new, 2 no."""


def take(buffer: bytearray, most: int) -> tuple[int, bytes] | None:
    """Take the next packet off a buffer as (first byte, body); None as long as it is not complete.

    Raises Malformed for one that says it is longer than `most` bytes, before it is there.
    """
    head = _head(buffer)
    if head is None:
        return None
    start, size = head
    if size > most:
        raise Malformed(f"a packet of {size} bytes", Reason.TOO_LARGE)
    if len(buffer) < start + size:
        return None
    first, body = buffer[0], bytes(memoryview(buffer)[start : start + size])
    del buffer[: start + size]
    return first, body


def _head(buffer: bytearray) -> tuple[int, int] | None:
    """Where the body begins and how long it is; None as long as that is unknown (2.1.4)."""
    size = 0
    for index, byte in enumerate(buffer[1:5]):
        size |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return index + 2, size
    if len(buffer) >= 5:
        raise Malformed("a length of more than four bytes")
    return None


def kind_of(first: int) -> int:
    """What kind of packet a first byte announces. Raises Malformed for flags that must not be (2.1.3)."""
    kind = first & 0xF0
    if kind != PUBLISH and first & 0x0F != _MOST_FLAGS.get(kind, 0):
        raise Malformed(f"flags {first & 0x0F:x} with a packet {kind:x}")
    return kind


# ---- what clients say


def read_connect(body: bytes) -> Connect:
    """The first packet. Raises Malformed, with the reason OTHER_VERSION for one of a version that is not spoken."""
    packet = Reader(body)
    name, level, flags = packet.data(), packet.byte(), packet.byte()
    if name in (b"MQTT", b"MQIsdp") and level not in (THREE, FIVE):
        raise Malformed(f"MQTT of level {level}", Reason.OTHER_VERSION)
    if name != b"MQTT" or flags & 1:
        raise Malformed("no MQTT")
    keepalive_s = packet.number()
    said, _ = properties.read(packet, properties.IN_CONNECT) if level == FIVE else ({}, b"")
    client_id = packet.text()
    will = _read_will(packet, level, flags)
    if level == THREE and flags & 0x40 and not flags & 0x80:
        raise Malformed("a password of nobody")
    user = packet.text() if flags & 0x80 else ""
    password = packet.data() if flags & 0x40 else b""
    packet.end()
    return Connect(
        level, client_id, bool(flags & 2), keepalive_s, will, user, password,
        session_s=said.get(Name.SESSION_EXPIRY, 0),
        at_once=said.get(Name.RECEIVE_MAXIMUM, EVERYTHING_AT_ONCE),
        longest=said.get(Name.MAXIMUM_PACKET, math.inf),
        method=Name.AUTH_METHOD in said,
    )  # fmt: skip


def _read_will(packet: Reader, level: int, flags: int) -> Will | None:
    qos = flags >> 3 & 3
    if not flags & 4:
        if flags & 0x38:
            raise Malformed("half a will")
        return None
    if qos == 3:
        raise Malformed("QoS 3")
    said, passed_on = properties.read(packet, properties.IN_WILL) if level == FIVE else ({}, b"")
    topic = topic_name(packet.text())
    message = Message(topic, packet.data(), qos, bool(flags & 0x20), passed_on)
    return Will(message, said.get(Name.WILL_DELAY, 0), said.get(Name.MESSAGE_EXPIRY, math.inf))


def read_publish(first: int, body: bytes, level: int, now: float = 0.0) -> tuple[Message, int]:
    """A message that came at `now`, and its packet id, 0 with QoS 0. Raises Malformed."""
    packet, qos = Reader(body), first >> 1 & 3
    if qos == 3:
        raise Malformed("QoS 3")
    topic = packet.text()
    packet_id = packet.packet_id() if qos else 0
    passed_on, until = b"", math.inf
    if level == FIVE:
        said, passed_on = properties.read(packet, properties.IN_PUBLISH)
        if Name.TOPIC_ALIAS in said:
            raise Malformed("a short name for a topic", Reason.NO_ALIASES)
        until = now + said.get(Name.MESSAGE_EXPIRY, math.inf)
    return Message(topic_name(topic), packet.rest(), qos, bool(first & 1), passed_on, until), packet_id


def read_subscribe(body: bytes, level: int) -> tuple[int, list[tuple[str, Wish]]]:
    """The packet id and the filters with what is wanted; a filter may still make no sense. Raises Malformed."""
    packet, wanted = Reader(body), []
    packet_id = packet.packet_id()
    if level == FIVE and Name.SUBSCRIPTION_ID in properties.read(packet, properties.IN_SUBSCRIBE)[0]:
        raise Malformed("a subscription with a number", Reason.NO_SUBSCRIPTION_IDS)
    while packet.more():
        wanted.append((packet.text(), _wish(packet.byte(), level)))
    if not wanted:
        raise Malformed("a subscription to nothing", Reason.PROTOCOL_ERROR)
    return packet_id, wanted


def _wish(options: int, level: int) -> Wish:
    qos, retained = options & 3, options >> 4 & 3
    if qos == 3 or retained == 3 or options > (0x3F if level == FIVE else 2):
        raise Malformed(f"a subscription with options {options:x}", Reason.PROTOCOL_ERROR)
    return Wish(qos, bool(options & 4), bool(options & 8), retained)


def read_unsubscribe(body: bytes, level: int) -> tuple[int, list[str]]:
    """The packet id and the filters. Raises Malformed."""
    packet, filters = Reader(body), []
    packet_id = packet.packet_id()
    if level == FIVE:
        properties.read(packet, properties.IN_UNSUBSCRIBE)
    while packet.more():
        filters.append(packet.text())
    if not filters:
        raise Malformed("an end of nothing", Reason.PROTOCOL_ERROR)
    return packet_id, filters


def read_id(body: bytes, level: int) -> int:
    """The packet id of an acknowledgement, whatever it thinks of the message (3.4.2). Raises Malformed."""
    packet = Reader(body)
    packet_id = packet.packet_id()
    if level == FIVE:
        _read_reason(packet, properties.IN_ANSWER)
    packet.end()
    return packet_id


def read_disconnect(body: bytes, level: int) -> tuple[int, int | None]:
    """The code, and how many seconds the client now wants to be remembered if it says so (3.14). Raises Malformed."""
    if level == THREE:
        return Reason.SUCCESS, None
    packet = Reader(body)
    code, said = _read_reason(packet, properties.IN_DISCONNECT)
    packet.end()
    return code, said


def _read_reason(packet: Reader, allowed: frozenset[Name]) -> tuple[int, int | None]:
    """Reason code and session expiry; both and all that follows may be missing."""
    code = packet.byte() if packet.more() else Reason.SUCCESS
    said = properties.read(packet, allowed)[0] if packet.more() else {}
    return code, said.get(Name.SESSION_EXPIRY)


# ---- what the broker says


def connack(level: int, reason: Reason, *, resumed: bool = False, given: bytes = b"\0") -> bytes:
    """The answer to the first packet; `given` are its properties, with their length, for MQTT 5."""
    if level == FIVE:
        return _packet(0x20, bytes((resumed, reason)) + given)
    return bytes((0x20, 2, 0, _IN_THREE[reason]))


def answer(kind: int, packet_id: int, level: int, reason: Reason = Reason.SUCCESS) -> bytes:
    """PUBACK, PUBREC or PUBCOMP; 3.1.1 knows no reasons for them."""
    if reason and level == FIVE:
        return bytes((kind, 3, packet_id >> 8, packet_id & 0xFF, reason))
    return bytes((kind, 2, packet_id >> 8, packet_id & 0xFF))


def suback(packet_id: int, codes: list[int], level: int) -> bytes:
    """Which QoS was granted to each filter of a subscription."""
    if level == FIVE:
        return _packet(0x90, packet_id.to_bytes(2, "big") + b"\0" + bytes(codes))
    return _packet(0x90, packet_id.to_bytes(2, "big") + bytes(min(code, REFUSED) for code in codes))


def unsuback(packet_id: int, codes: list[Reason], level: int) -> bytes:
    """The end of subscriptions is confirmed."""
    return _packet(0xB0, packet_id.to_bytes(2, "big") + (b"\0" + bytes(codes) if level == FIVE else b""))


def disconnect(reason: Reason) -> bytes:
    """Why the broker hangs up; for MQTT 5 only."""
    return bytes((DISCONNECT, 1, reason))


def publish(
    message: Message, packet_id: int, level: int, *, retained: bool = False, again: bool = False, now: float = 0.0
) -> bytes:
    """A message to a client: with QoS 1 when `packet_id` is not 0. `retained`: it was kept from earlier (3.3.1.3)."""
    number = packet_id.to_bytes(2, "big") if packet_id else b""
    first = PUBLISH | 8 * again | (2 if packet_id else 0) | retained
    said = _said_with(message, now) if level == FIVE else b""
    return _packet(first, b"".join((reader.text(message.topic), number, said, message.payload)))


def _said_with(message: Message, now: float) -> bytes:
    """The properties of a message, with what is left of its time."""
    said = message.properties
    if message.until != math.inf:
        left = min(max(1, round(message.until - now)), 0xFFFFFFFF)
        said = bytes((Name.MESSAGE_EXPIRY,)) + left.to_bytes(4, "big") + said
    return reader.length(len(said)) + said


def topic_name(text: str) -> str:
    """A topic to publish to. Raises Malformed for one with wildcards or of no length (4.7)."""
    if not text or "#" in text or "+" in text:
        raise Malformed("a topic that cannot be published to", Reason.BAD_TOPIC)
    return text


def is_filter(text: str) -> bool:
    """Whether a text can be subscribed to (4.7.1)."""
    *levels, last = text.split("/")
    return bool(text) and all(_is_level(level) for level in levels) and (last == "#" or _is_level(last))


def _is_level(level: str) -> bool:
    return level == "+" or not ("+" in level or "#" in level)


def _packet(first: int, body: bytes) -> bytes:
    return bytes((first,)) + reader.length(len(body)) + body
