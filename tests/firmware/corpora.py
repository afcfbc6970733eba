"""Answers that went bad on the way: good ones cut, doubled, flipped and stuffed, the same for the same number."""

from __future__ import annotations

import json
from random import Random

_HTTP = (
    b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"visit": "v"}',
    b'HTTP/1.1 503 Service Unavailable\r\n\r\n{"title": "Disk full", "message": "Nothing was accepted."}',
    b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
)
_HTTP_PIECES = (
    b"\r\n\r\n", b"\r\n", b"\n\n", b"\r", b"\x00", b"HTTP/1.1", b" ", b"200", b"-1", b"Content-Length: 5\r\n",
    b"content-length:99999999999999999999\r\n", b"Content-Length: \xb2\r\n", b"Content-Length: +7\r\n",
    b"Content-Length: 0\r\n", b"[" * 400, b'{"a":' * 200, b"1" * 2000, b"-", b"1e999", b"NaN", b'"\\ud800"', b"\\u00",
    b"\xff\xfe", b"\xe2\x82", b"null", b"x" * 5000, b'{"message": [', b'{"title": 7}', b'{"message": "' + b"m" * 999,
)  # fmt: skip

_CONNACK = b"\x20\x02\x00\x00"
_MQTT = (
    _CONNACK + b"\x90\x03\x00\x01\x01" + b"\x30\x08\x00\x03setabc" + b"\x32\x0a\x00\x03set\x00\x07abc",
    _CONNACK + b"\x90\x03\x00\x01\x80" + b"\xd0\x00" + b"\x40\x02\x00\x01",
    _CONNACK + b"\x90\x03\x00\x01\x00" + b"\x34\x0a\x00\x03set\x00\x07abc" + b"\x62\x02\x00\x07",
    _CONNACK + b"\x90\x03\x00\x01\x01" + b"\x30\x85\x10\x00\x03set" + b"x" * 2048 + b"\xd0\x00",
    b"\x20\x02\x00\x05",
)
_MQTT_PIECES = (
    b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\x80\x80\x80\x00", b"\x30", b"\x32", b"\x36\x00", b"\x00", b"\xff",
    b"\xc0\x00", b"\xe0\x00", b"\x10\x00", b"\x90\x02\x00\x01", b"\x40\x00", b"\x32\x02\x00\x00", b"\x32\x80\x09",
    b"\x33\x80\x10\xff\xff" + b"y" * 2100, b"\x30\x04\x00\x02\xff\xfe", b"\xd0\x01\x00", b"\x20\x02\x00\x00",
    b"z" * 1500, b"\x20\x81\x10" + bytes(2049),
)  # fmt: skip


def http_answers(count: int, seed: int = 1066) -> list[bytes]:
    """What a station's answer may have become."""
    chance = Random(seed)
    return [_spoilt(chance, chance.choice(_HTTP), _HTTP_PIECES) for _ in range(count)]


def mqtt_streams(count: int, seed: int = 1883) -> list[bytes]:
    """What a broker may say from its first byte on."""
    chance = Random(seed)
    return [_spoilt(chance, chance.choice(_MQTT), _MQTT_PIECES) for _ in range(count)]


def command_payloads(count: int, seed: int = 120) -> list[bytes]:
    """What may come to the topic of commands."""
    chance = Random(seed)
    good = json.dumps({"do": "text", "text": "hé", "at": 1, "expires": 2, "nonce": "n", "mac": "0" * 64}).encode()
    return [_spoilt(chance, good, _HTTP_PIECES) for _ in range(count)]


def _spoilt(chance: Random, good: bytes, pieces: tuple[bytes, ...]) -> bytes:
    bytes_now = bytearray(good)
    for _ in range(chance.randrange(7)):
        start = chance.randrange(len(bytes_now) + 1)
        end = min(len(bytes_now), start + chance.randrange(12))
        how = chance.randrange(5)
        if how == 0:
            bytes_now[start:end] = b""
        elif how == 1:
            bytes_now[start:start] = chance.choice(pieces)
        elif how == 2:
            bytes_now[start:end] = bytes(byte ^ 1 << chance.randrange(8) for byte in bytes_now[start:end])
        elif how == 3:
            bytes_now[start:start] = bytes_now[start:end] * chance.randrange(4)
        else:
            bytes_now[start:end] = chance.randbytes(end - start)
    if chance.randrange(8) == 0:
        del bytes_now[chance.randrange(len(bytes_now) + 1) :]
    return bytes(bytes_now)
