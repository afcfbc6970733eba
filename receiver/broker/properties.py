"""The properties of MQTT 5's packets (2.2.2): what a packet says besides.

Only numbers mean something to the broker. Texts and data are checked and, with a message, passed on as they came.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from receiver.broker import reader
from receiver.broker.limits import PROPERTIES
from receiver.broker.reader import Reader
from receiver.broker.reasons import Malformed, Reason


class Name(IntEnum):
    """Table 2-4."""

    PAYLOAD_FORMAT = 0x01
    MESSAGE_EXPIRY = 0x02
    CONTENT_TYPE = 0x03
    RESPONSE_TOPIC = 0x08
    CORRELATION_DATA = 0x09
    SUBSCRIPTION_ID = 0x0B
    SESSION_EXPIRY = 0x11
    ASSIGNED_CLIENT_ID = 0x12
    SERVER_KEEPALIVE = 0x13
    AUTH_METHOD = 0x15
    AUTH_DATA = 0x16
    REQUEST_PROBLEM = 0x17
    WILL_DELAY = 0x18
    REQUEST_RESPONSE = 0x19
    REASON_STRING = 0x1F
    RECEIVE_MAXIMUM = 0x21
    TOPIC_ALIAS_MAXIMUM = 0x22
    TOPIC_ALIAS = 0x23
    USER = 0x26
    MAXIMUM_PACKET = 0x27
    SUBSCRIPTION_IDS_AVAILABLE = 0x29
    SHARING_AVAILABLE = 0x2A


_PASSED_ON = frozenset({Name.PAYLOAD_FORMAT, Name.CONTENT_TYPE, Name.RESPONSE_TOPIC, Name.CORRELATION_DATA, Name.USER})
IN_PUBLISH = _PASSED_ON | {Name.MESSAGE_EXPIRY, Name.TOPIC_ALIAS}
IN_WILL = _PASSED_ON | {Name.MESSAGE_EXPIRY, Name.WILL_DELAY}
IN_CONNECT = frozenset(
    {
        Name.SESSION_EXPIRY, Name.RECEIVE_MAXIMUM, Name.MAXIMUM_PACKET, Name.TOPIC_ALIAS_MAXIMUM,
        Name.REQUEST_PROBLEM, Name.REQUEST_RESPONSE, Name.AUTH_METHOD, Name.AUTH_DATA, Name.USER,
    }
)  # fmt: skip
IN_SUBSCRIBE = frozenset({Name.SUBSCRIPTION_ID, Name.USER})
IN_UNSUBSCRIBE = frozenset({Name.USER})
IN_ANSWER = frozenset({Name.REASON_STRING, Name.USER})
IN_DISCONNECT = IN_ANSWER | {Name.SESSION_EXPIRY}

_NUMBERS = {
    Name.PAYLOAD_FORMAT: (1, 0, 1),
    Name.MESSAGE_EXPIRY: (4, 0, 0xFFFFFFFF),
    Name.SESSION_EXPIRY: (4, 0, 0xFFFFFFFF),
    Name.SERVER_KEEPALIVE: (2, 0, 0xFFFF),
    Name.REQUEST_PROBLEM: (1, 0, 1),
    Name.WILL_DELAY: (4, 0, 0xFFFFFFFF),
    Name.REQUEST_RESPONSE: (1, 0, 1),
    Name.RECEIVE_MAXIMUM: (2, 1, 0xFFFF),
    Name.TOPIC_ALIAS_MAXIMUM: (2, 0, 0xFFFF),
    Name.TOPIC_ALIAS: (2, 0, 0xFFFF),
    Name.MAXIMUM_PACKET: (4, 1, 0xFFFFFFFF),
    Name.SUBSCRIPTION_IDS_AVAILABLE: (1, 0, 1),
    Name.SHARING_AVAILABLE: (1, 0, 1),
}
"""Bytes, least and most."""
_DATA = (Name.CORRELATION_DATA, Name.AUTH_DATA)


def read(packet: Reader, allowed: frozenset[Name]) -> tuple[Mapping[Name, int], bytes]:
    """Name -> number (0 for what is none), and the bytes of what is passed on. Raises Malformed."""
    size = packet.length()
    if not size:
        return {}, b""
    if size > PROPERTIES:
        raise Malformed(f"properties of {size} bytes", Reason.QUOTA)
    body = packet.take(size)
    found: dict[Name, int] = {}
    passed_on, part = b"", Reader(body)
    while part.more():
        start, name = part.at, part.byte()
        if name not in allowed:
            raise Malformed(f"property {name:x}")
        name = Name(name)
        if name in found and name is not Name.USER:
            raise Malformed(f"property {name:x} twice", Reason.PROTOCOL_ERROR)
        found[name] = _read_value(part, name)
        if name in _PASSED_ON:
            passed_on += body[start : part.at]
    return found, passed_on


def write(given: Mapping[Name, int | str]) -> bytes:
    """Properties with their length before them."""
    body = b"".join(
        bytes((name,)) + (reader.text(value) if isinstance(value, str) else value.to_bytes(_NUMBERS[name][0], "big"))
        for name, value in given.items()
    )
    return reader.length(len(body)) + body


def _read_value(part: Reader, name: Name) -> int:
    if name in _NUMBERS:
        size, least, most = _NUMBERS[name]
        number = part.number(size)
        if not least <= number <= most:
            raise Malformed(f"property {name:x} is {number}", Reason.PROTOCOL_ERROR)
        return number
    if name is Name.SUBSCRIPTION_ID:
        return part.length()
    if name in _DATA:
        part.data()
    elif name is Name.RESPONSE_TOPIC:
        _check_response_topic(part.text())
    else:
        part.text()
        if name is Name.USER:
            part.text()
    return 0


def _check_response_topic(topic: str) -> None:
    if "#" in topic or "+" in topic:
        raise Malformed("a response topic with wildcards", Reason.PROTOCOL_ERROR)
