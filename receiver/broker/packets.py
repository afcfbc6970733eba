"""MQTT 3.1.1 in bytes: https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html, by its section numbers.

Whoever sends something that is not MQTT gets `Malformed` and is disconnected, as 4.8 wants it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

CONNECT, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 0x10, 0x30, 0x40, 0x50, 0x60, 0x70
SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT = 0x80, 0xA0, 0xC0, 0xE0
ACCEPTED, WRONG_VERSION, ID_REJECTED, UNAVAILABLE, BAD_CREDENTIALS, NOT_AUTHORIZED = range(6)
REFUSED_FILTER = 0x80
PINGRESP = b"\xd0\x00"

_LEVEL = 4
_MOST_FLAGS = {PUBREL: 2, SUBSCRIBE: 2, UNSUBSCRIBE: 2}


class Malformed(Exception):
    """These bytes are no MQTT 3.1.1, or more of it than is taken."""


class WrongVersion(Malformed):
    """MQTT, but of another version."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is published; `qos` is 0, 1 or 2."""

    topic: str
    payload: bytes = field(repr=False)
    qos: int
    retain: bool


@dataclass(frozen=True, slots=True)
class Connect:
    """The first packet of a client (3.1)."""

    client_id: str
    clean: bool
    keepalive_s: int
    will: Message | None
    user: str
    password: bytes = field(repr=False)


def take(buffer: bytearray, most: int) -> tuple[int, bytes] | None:
    """Take the next packet off a buffer as (first byte, body); None as long as it is not complete.

    Raises Malformed for one that says it is longer than `most` bytes, before it is there.
    """
    head = _head(buffer)
    if head is None:
        return None
    start, size = head
    if size > most:
        raise Malformed(f"a packet of {size} bytes")
    if len(buffer) < start + size:
        return None
    first, body = buffer[0], bytes(memoryview(buffer)[start : start + size])
    del buffer[: start + size]
    return first, body


def _head(buffer: bytearray) -> tuple[int, int] | None:
    """Where the body begins and how long it is; None as long as that is unknown (2.2.3)."""
    size = 0
    for index, byte in enumerate(buffer[1:5]):
        size |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return index + 2, size
    if len(buffer) >= 5:
        raise Malformed("a length of more than four bytes")
    return None


def kind_of(first: int) -> int:
    """What kind of packet a first byte announces. Raises Malformed for flags that must not be (2.2.2)."""
    kind = first & 0xF0
    if kind != PUBLISH and first & 0x0F != _MOST_FLAGS.get(kind, 0):
        raise Malformed(f"flags {first & 0x0F:x} with a packet {kind:x}")
    return kind


def read_connect(body: bytes) -> Connect:
    """The first packet. Raises WrongVersion, Malformed."""
    reader = _Reader(body)
    name, level, flags = reader.data(), reader.byte(), reader.byte()
    if name in (b"MQTT", b"MQIsdp") and level != _LEVEL:
        raise WrongVersion(f"MQTT of level {level}")
    if name != b"MQTT" or flags & 1:
        raise Malformed("no MQTT")
    keepalive_s, client_id = reader.number(), reader.text()
    will = _read_will(reader, flags)
    if flags & 0x40 and not flags & 0x80:
        raise Malformed("a password of nobody")
    user = reader.text() if flags & 0x80 else ""
    password = reader.data() if flags & 0x40 else b""
    reader.end()
    return Connect(client_id, bool(flags & 2), keepalive_s, will, user, password)


def _read_will(reader: _Reader, flags: int) -> Message | None:
    qos = flags >> 3 & 3
    if not flags & 4:
        if flags & 0x38:
            raise Malformed("half a will")
        return None
    if qos == 3:
        raise Malformed("QoS 3")
    topic = topic_name(reader.text())
    return Message(topic, reader.data(), qos, bool(flags & 0x20))


def read_publish(first: int, body: bytes) -> tuple[Message, int]:
    """A message and its packet id, 0 with QoS 0. Raises Malformed."""
    reader, qos = _Reader(body), first >> 1 & 3
    if qos == 3:
        raise Malformed("QoS 3")
    topic = topic_name(reader.text())
    packet_id = reader.packet_id() if qos else 0
    return Message(topic, reader.rest(), qos, bool(first & 1)), packet_id


def read_subscribe(body: bytes) -> tuple[int, list[tuple[str, int]]]:
    """The packet id and [(filter, QoS)]; a filter may still be one that makes no sense. Raises Malformed."""
    reader = _Reader(body)
    packet_id, wanted = reader.packet_id(), []
    while reader.more():
        wanted.append((reader.text(), reader.byte()))
    if not wanted or any(qos > 2 for _, qos in wanted):
        raise Malformed("a subscription to nothing")
    return packet_id, wanted


def read_unsubscribe(body: bytes) -> tuple[int, list[str]]:
    """The packet id and the filters. Raises Malformed."""
    reader = _Reader(body)
    packet_id, filters = reader.packet_id(), []
    while reader.more():
        filters.append(reader.text())
    if not filters:
        raise Malformed("an end of nothing")
    return packet_id, filters


def read_id(body: bytes) -> int:
    """The packet id of an acknowledgement. Raises Malformed."""
    reader = _Reader(body)
    packet_id = reader.packet_id()
    reader.end()
    return packet_id


def connack(code: int) -> bytes:
    """The answer to the first packet; nothing is ever kept of an earlier session."""
    return bytes((0x20, 2, 0, code))


def answer(kind: int, packet_id: int) -> bytes:
    """PUBACK, PUBREC or PUBCOMP."""
    return bytes((kind, 2, packet_id >> 8, packet_id & 0xFF))


def suback(packet_id: int, codes: list[int]) -> bytes:
    """Which QoS was granted to each filter of a subscription."""
    return _packet(0x90, packet_id.to_bytes(2, "big") + bytes(codes))


def unsuback(packet_id: int) -> bytes:
    """The end of subscriptions is confirmed."""
    return bytes((0xB0, 2, packet_id >> 8, packet_id & 0xFF))


def publish(message: Message, packet_id: int, *, retained: bool) -> bytes:
    """A message to a client: with QoS 1 when `packet_id` is not 0. `retained`: it was kept from earlier (3.3.1.3)."""
    topic = message.topic.encode()
    number = packet_id.to_bytes(2, "big") if packet_id else b""
    first = PUBLISH | (2 if packet_id else 0) | retained
    return _packet(first, len(topic).to_bytes(2, "big") + topic + number + message.payload)


def topic_name(text: str) -> str:
    """A topic to publish to. Raises Malformed for one with wildcards or of no length (4.7)."""
    if not text or "#" in text or "+" in text:
        raise Malformed("a topic that cannot be published to")
    return text


def is_filter(text: str) -> bool:
    """Whether a text can be subscribed to (4.7.1)."""
    *levels, last = text.split("/")
    return bool(text) and all(_is_level(level) for level in levels) and (last == "#" or _is_level(last))


def _is_level(level: str) -> bool:
    return level == "+" or not ("+" in level or "#" in level)


def _packet(first: int, body: bytes) -> bytes:
    head, size = bytearray((first,)), len(body)
    while True:
        size, digit = size >> 7, size & 0x7F
        head.append(digit | (0x80 if size else 0))
        if not size:
            return bytes(head) + body


class _Reader:
    """Reads a body from left to right; whatever is missing is Malformed."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def more(self) -> bool:
        return self._at < len(self._body)

    def byte(self) -> int:
        return self._take(1)[0]

    def number(self) -> int:
        return int.from_bytes(self._take(2), "big")

    def packet_id(self) -> int:
        if packet_id := self.number():
            return packet_id
        raise Malformed("packet id 0")

    def data(self) -> bytes:
        return self._take(self.number())

    def text(self) -> str:
        try:
            text = self.data().decode()
        except UnicodeDecodeError:
            raise Malformed("a text that is not UTF-8") from None
        if "\0" in text:
            raise Malformed("a text with a zero")
        return text

    def rest(self) -> bytes:
        return self._take(len(self._body) - self._at)

    def end(self) -> None:
        if self.more():
            raise Malformed("more than there should be")

    def _take(self, count: int) -> bytes:
        taken = self._body[self._at : self._at + count]
        if len(taken) < count:
            raise Malformed("less than there should be")
        self._at += count
        return taken
