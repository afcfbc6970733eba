"""The door's HTTP client against servers that misbehave; every case on both interpreters, over real sockets."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from typing import Any

import pytest

from tests.fakes import free_port
from tests.firmware.bad_servers import BadServer, Behaviour, Line
from tests.firmware.interpreters import INTERPRETERS
from tests.firmware.running import run_program

pytestmark = pytest.mark.parametrize("interpreter", INTERPRETERS)

OK = b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"visit": "v"}'


def answering(*answers: bytes) -> Behaviour:
    """Takes the whole request, then says these bytes, piece by piece, and hangs up."""

    def behave(line: Line) -> None:
        line.request()
        line.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for answer in answers:
            line.say(answer)

    return behave


def hanging_after(*answers: bytes) -> Behaviour:
    def behave(line: Line) -> None:
        answering(*answers)(line)
        line.hold()

    return behave


def post(interpreter: str, behave: Behaviour, what: object = "json") -> dict[str, Any]:
    with BadServer(behave) as server:
        return dict(json.loads(run_program(interpreter, "http_program", server.port, what)))


@pytest.mark.parametrize(
    "behave",
    [
        answering(OK),
        answering(*(bytes([byte]) for byte in OK)),
        hanging_after(OK),
        answering(OK + b"bytes that nobody announced"),
        answering(b'HTTP/1.0 200 OK\r\n\r\n{"visit": "v"}'),
        answering(b'HTTP/1.1 200 OK\r\ncontent-length:14\r\n\r\n{"visit": "v"}'),
    ],
    ids=["plain", "byte by byte", "kept open", "too much", "until the end", "lower case"],
)
def test_a_good_answer_is_understood(interpreter: str, behave: Behaviour) -> None:
    """However its bytes are cut, and whether or not the server closes."""
    assert post(interpreter, behave) == {"answer": {"visit": "v"}}


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        (lambda line: None, ""),
        (answering(), "hung up"),
        (lambda line: line.hold(), "no answer in time"),
        (hanging_after(b"HTTP/1.1 201 Cre"), "no answer in time"),
        (answering(b"HTTP/1.1 201 Created\r\nContent-Le"), "broke off"),
        (answering(OK[:-3]), "broke off"),
        (hanging_after(OK[:-3]), "no answer in time"),
        (answering(b"\x16\x03\x01\x00\xff garbage"), "does not speak HTTP"),
        (answering(b"SSH-2.0-OpenSSH_9\r\n\r\n"), "does not speak HTTP"),
        (answering(b"HTTP/1.1 201 Created\r\n\r\nnot json"), "no JSON"),
        (answering(b"HTTP/1.1 201 Created\r\n\r\n[1, 2]"), "no JSON"),
        (answering(b"HTTP/1.1 201 Created\r\n\r\n\xff\xfe"), "no JSON"),
        (answering(b"HTTP/1.1 201 Created\r\n\r\n" + b"[" * 3000), "no JSON"),
        (answering(b"HTTP/1.1 201 Created\r\n\r\n" + b'{"a":' * 700), "no JSON"),
        (answering(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000), "too long"),
        (answering(*[b"HTTP/1.1 200 OK\r\n"] + [b"X: y\r\n"] * 20_000), "too long"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n{}"), "too long"),
        (answering(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 50_000), "too long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_answer_is_an_error_in_words(interpreter: str, behave: Behaviour, words: str) -> None:
    """Silence, half answers, garbage and floods: one kind of error, and no status."""
    result = post(interpreter, behave)
    assert words in result["error"]
    assert result["status"] == 0


def test_a_refusal_tells_its_status_and_reason(interpreter: str) -> None:
    """What the station explains is passed on, bounded; an error page is not."""
    said = json.dumps({"title": "Disk full", "message": "Nothing was accepted. " + "x" * 500}).encode()
    result = post(interpreter, answering(b"HTTP/1.1 503 Service Unavailable\r\n\r\n" + said))
    assert result["status"] == 503
    assert "Nothing was accepted" in result["error"]
    assert len(result["error"]) < 200
    result = post(interpreter, answering(b"HTTP/1.1 500 Oops\r\n\r\n<html>"))
    assert result == {"error": "the station answered 500", "status": 500}


def test_nobody_there(interpreter: str) -> None:
    """A refused connection is an error at once."""
    result = json.loads(run_program(interpreter, "http_program", free_port(), "json"))
    assert result["status"] == 0
    assert "station" in result["error"] or "connection" in result["error"]


def test_the_request_byte_by_byte(interpreter: str) -> None:
    """A picture goes out with the announced length and, behind it, the HMAC of the request's and its own bytes."""
    got: list[bytes] = []

    def behave(line: Line) -> None:
        got.append(line.request())
        line.say(OK)

    with BadServer(behave) as server:
        result = json.loads(run_program(interpreter, "http_program", server.port, 2500))
    jpeg = (bytes(range(256)) * 10)[:2048] + bytes(range(256)) + bytes(range(196))
    head = (
        f"POST /v1/snapshots?ring=7 HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n"
        "Content-Type: image/jpeg\r\nContent-Length: 2532\r\nPorchlight-Seq: 8\r\n\r\n"
    )
    seal = hmac.digest(b"k" * 32, b"m" * 32 + jpeg, hashlib.sha256)
    assert result == {"answer": {"visit": "v"}}
    assert got == [head.encode() + jpeg + seal]


def test_a_picture_larger_than_the_memory_goes_through(interpreter: str) -> None:
    """One megabyte through a heap of 200 KB: no piece is kept."""
    assert post(interpreter, answering(OK), 1_000_000) == {"answer": {"visit": "v"}}


@pytest.mark.parametrize(("what", "words"), [("early", "1000 bytes early"), ("late", "longer than was announced")])
def test_pieces_that_are_not_what_was_announced(interpreter: str, what: str, words: str) -> None:
    """The request is broken off, so that the station cannot take it for a picture."""
    assert words in post(interpreter, answering(OK), what)["error"]


def test_a_refusal_half_way_through_the_picture_is_heard(interpreter: str) -> None:
    """A station that answers 413 and stops reading is understood, if its answer comes through at all."""

    def behave(line: Line) -> None:
        line.connection.recv(100)
        line.say(b'HTTP/1.1 413 Too Large\r\n\r\n{"message": "too large"}')

    result = post(interpreter, behave, 3_000_000)
    assert result["status"] == 413 or "broke while sending" in result["error"]


def test_a_server_that_does_not_read_is_given_up(interpreter: str) -> None:
    """The upload ends with the first write that makes no progress in time."""
    result = post(interpreter, lambda line: line.hold(), 20_000_000)
    assert result["status"] == 0
    assert "broke while sending: no answer in time" in result["error"]
