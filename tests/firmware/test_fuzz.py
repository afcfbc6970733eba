"""What comes from outside may be anything: the door's parsers of HTTP, MQTT and commands refuse it in words.

Under CPython hypothesis looks for what breaks them; on both interpreters some hundred spoilt answers come over sockets.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.firmware import corpora
from tests.firmware.bad_servers import BadServer, Behaviour, Line
from tests.firmware.door_modules import clock, commands, config, http, mqtt
from tests.firmware.interpreters import INTERPRETERS
from tests.firmware.running import run_program

COUNT = 400
_MOST_WORDS = 200
_MOST_GROWN = 2048

thorough = settings(max_examples=400, deadline=None)
anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=9), inner, max_size=4),
)
as_json = anything.map(lambda value: json.dumps(value).encode())
statuses = some.sampled_from([b"HTTP/1.1 200 OK", b"HTTP/1.1 500 ", b"HTTP/1.0 20\xb2", b"HTTP/1.1  200"])
lengths = some.sampled_from([b" 2", b"4096", b" -1", b" 1 1", b"", b" +3", b" 0x2"])
headers = lengths.map(lambda length: b"Content-Length:" + length) | some.binary(max_size=40)
answers = some.builds(
    lambda status, lines, body: b"\r\n".join([status, *lines]) + b"\r\n\r\n" + body,
    statuses,
    some.lists(headers, max_size=5),
    as_json | some.binary(max_size=5000),
)
packets = some.builds(
    mqtt._packet,
    some.integers(0, 255),
    some.binary(max_size=1500)
    | some.sampled_from([b"\x00\x03set", b"\x00\x01", b"\x00\x01\x01", b"\x00\x03set\x00\x01x"]),
)


class Fed(asyncio.StreamReader):
    """A reader that holds all that will ever come, and counts what is taken."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.taken = 0
        self.feed_data(content)
        self.feed_eof()

    async def read(self, n: int = -1) -> bytes:
        piece = await super().read(n)
        self.taken += len(piece)
        return piece


class Sink:
    """A writer that swallows everything."""

    def write(self, _piece: bytes) -> None: ...

    async def drain(self) -> None: ...

    def close(self) -> None: ...

    async def wait_closed(self) -> None: ...


@thorough
@given(content=answers | some.binary(max_size=6000) | some.sampled_from(corpora.http_answers(COUNT)))
def test_any_answer_is_json_or_an_error_in_words(content: bytes) -> None:
    """Never more of it is read than may be kept, and nothing but HttpError comes out."""

    async def receive() -> None:
        reader = Fed(content)
        try:
            answer = await asyncio.wait_for(http.Client("127.0.0.1", 1)._receive(reader), 5)
        except http.HttpError as error:
            assert len(str(error)) < _MOST_WORDS
        else:
            assert isinstance(answer, dict)
        assert reader.taken <= http.MOST_ANSWER_BYTES + 512

    asyncio.run(receive())


@thorough
@given(content=some.lists(packets | some.binary(max_size=300)).map(b"".join)
       | some.sampled_from(corpora.mqtt_streams(COUNT)))  # fmt: skip
def test_any_broker_is_left_with_a_reason(content: bytes) -> None:
    """From its first byte to its last: the connection ends in words, and what was handed over is short."""
    heard: list[bytes] = []

    async def live_through() -> Any:
        client = mqtt.Client("127.0.0.1", 1, "porch")
        client.subscribe("set", heard.append)

        async def connected(*_: object) -> tuple[Fed, Sink]:
            return Fed(content), Sink()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asyncio, "open_connection", connected)
            patch.setattr(mqtt.gc, "collect", lambda: 0)  # this process is so much bigger than a door
            await asyncio.wait_for(client._one_connection(), 5)
        return client

    client = asyncio.run(live_through())
    assert client.trouble
    assert len(client.trouble) < _MOST_WORDS
    assert not client.connected
    assert not client._unacknowledged
    assert all(len(payload) <= mqtt.MOST_BYTES for payload in heard)


@thorough
@given(payload=as_json | some.binary(max_size=1200) | some.sampled_from(corpora.command_payloads(COUNT)))
def test_any_command_without_the_key_is_refused(payload: bytes) -> None:
    """With NotDone and nothing else, whoever the broker lets through."""
    values = {"door": "porch", "key": "0f" * 32, "station": {"host": "10.0.0.1"}}
    door = commands.Commands(config.Config(values), clock.Clock(), None)
    with pytest.raises(commands.NotDone):
        door.take(payload)


def saying(contents: Iterator[bytes], greeting_bytes: int) -> Behaviour:
    """To each connection, once it has begun to speak, the next of these, and that was all."""

    def behave(line: Line) -> None:
        line.connection.recv(greeting_bytes)
        line.say(next(contents))

    return behave


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize(
    ("what", "contents"),
    [("http", corpora.http_answers(COUNT)), ("mqtt", corpora.mqtt_streams(COUNT))],
    ids=["http", "mqtt"],
)
def test_hundreds_of_spoilt_answers_over_the_wire(interpreter: str, what: str, contents: list[bytes]) -> None:
    """The door lives through all of them, keeps nothing, and tells each in words; a few are still good."""
    with BadServer(saying(iter(contents), 4096)) as server:
        result = json.loads(run_program(interpreter, "fuzz_program", what, server.port, COUNT))
    assert result["answers"] + result["errors"] == COUNT
    assert result["errors"] > COUNT // 2
    assert result["words"] < _MOST_WORDS
    assert result["heard"] <= mqtt.MOST_BYTES
    assert result["grown"] < _MOST_GROWN
    assert (what == "http") == (result["answers"] > 0)
