"""Finds the station when its address has changed: one question by mDNS (RFC 6762), and whoever answers.

Nobody who answers is believed: only the hello that follows shows whose station it is.
"""

import asyncio
import socket

from clock import since_ms, ticks_ms

GROUP = ("224.0.0.251", 5353)
SERVICE = b"\x0b_porchlight\x04_tcp\x05local\x00"
WAIT_MS = 1500
MOST_BYTES = 1500
MOST_STATIONS = 4

_QUESTION = b"\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00" + SERVICE + b"\x00\x0c\x00\x01"
_A, _SRV = 1, 33
_MOST_RECORDS = 32
_MOST_LABELS = 32


async def find(group=GROUP, wait_ms: int = WAIT_MS) -> list:
    """(host, port) of every station that answers in time; host is an IPv4 address. Empty without a network."""
    found: list = []
    try:
        asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            asking.setblocking(False)
            asking.sendto(_QUESTION, socket.getaddrinfo(group[0], group[1])[0][-1])
            asked = ticks_ms()
            while since_ms(asked) < wait_ms and len(found) < MOST_STATIONS:
                found += [station for station in _heard(asking) if station not in found]
                await asyncio.sleep(0.05)
        finally:
            asking.close()
    except OSError:
        pass  # no network, no station
    return found


def _heard(asking) -> list:
    try:
        answer = asking.recv(MOST_BYTES)
    except OSError:
        return []  # nothing yet
    return stations_in(answer)


def stations_in(answer: bytes) -> list:
    """(host, port) of each station that an mDNS message names with its address; empty for any other bytes."""
    try:
        return _read(answer)
    except (IndexError, ValueError):
        return []


def _read(answer: bytes) -> list:
    services, addresses = [], {}
    questions, records = _number(answer, 4), _number(answer, 6) + _number(answer, 8) + _number(answer, 10)
    at = 12
    for _ in range(min(questions, _MOST_RECORDS)):
        at = _name(answer, at)[1] + 4
    for _ in range(min(records, _MOST_RECORDS)):
        name, at = _name(answer, at)
        kind, size, data = _number(answer, at), _number(answer, at + 8), at + 10
        at = data + size
        if at > len(answer):
            raise ValueError
        if kind == _SRV and name.endswith(SERVICE[:-1]):
            services.append((_number(answer, data + 4), _name(answer, data + 6)[0]))
        elif kind == _A and size == 4:
            addresses[name] = ".".join([str(byte) for byte in answer[data:at]])
    return [(addresses[target], port) for port, target in services if target in addresses]


def _name(answer: bytes, at: int) -> tuple:
    """A name as its labels with their lengths, and where it ends; follows pointers, but not in circles."""
    name, end = b"", 0
    for _ in range(_MOST_LABELS):
        size = answer[at]
        if size >= 0xC0:
            end = end or at + 2
            at = _number(answer, at) & 0x3FFF
        elif size:
            name += answer[at : at + 1 + size].lower()
            at += 1 + size
        else:
            return name, end or at + 1
    raise ValueError("a name without end")


def _number(answer: bytes, at: int) -> int:
    return answer[at] << 8 | answer[at + 1]
