"""The door's conversation with the station: sessions, numbers, what is tried again and what is not."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from receiver import signatures
from receiver.signed_requests import read_claim, read_hello, read_snapshot
from tests.firmware.bad_servers import BadServer, Line
from tests.firmware.door_modules import clock as clocks
from tests.firmware.door_modules import http, station
from tests.firmware.interpreters import INTERPRETERS
from tests.firmware.running import run_program

KEY, BOOT, NOW = bytes(range(32)), "b" * 32, 1_795_362_900
JPEG = b"\xff\xd8" + bytes(3000) + b"\xff\xd9"
LOST = http.HttpError("no answer in time")


def says(status: int) -> Exception:
    return http.HttpError(f"the station answered {status}", status)


class Pieces:
    """A picture in pieces of 1 KB that begins anew whenever it is iterated, as the camera's does."""

    def __init__(self, picture: bytes = JPEG) -> None:
        self._picture = picture

    def __aiter__(self) -> Pieces:
        self._at = 0
        return self

    async def __anext__(self) -> bytes:
        await asyncio.sleep(0)
        piece = self._picture[self._at : self._at + 1024]
        self._at += len(piece)
        if not piece:
            raise StopAsyncIteration
        return piece


class PretendStation:
    """Stands in for the HTTP client: checks every request with the receiver's own code, then answers by a list."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, int]] = []
        self.hellos = 0
        self.key = KEY

    async def post(self, path: str, body: bytes) -> dict[str, Any]:
        if path == "/v1/hello":
            return self._greet(body)
        claim = read_claim("POST", path, body)
        assert signatures.proves(KEY, claim)
        return self._answer(path, claim.seq)

    async def post_stream(self, path: str, headers: Any, length: int, pieces: Any, seal: Any) -> dict[str, Any]:
        claim = read_snapshot("POST", path, {name: str(value) for name, value in headers.items()}, length + 32)
        assert signatures.proves(KEY, claim)
        jpeg = b""
        async for piece in pieces:
            jpeg += piece
            seal.update(piece)
        assert signatures.proves_picture(KEY, signatures.request_mac(KEY, claim), jpeg + seal.digest()) == jpeg == JPEG
        return self._answer(path, claim.seq)

    def _greet(self, body: bytes) -> dict[str, Any]:
        hello = read_hello("POST", "/v1/hello", body)
        claim = hello.claim
        assert signatures.proves(KEY, claim)
        self.hellos += 1
        session = f"{self.hellos:032x}"
        mac = signatures.greeting_mac(self.key, claim.door, claim.session, hello.nonce, session=session, time=NOW)
        return json.loads(json.dumps({"session": session, "time": NOW, "mac": mac.hex()}))

    def _answer(self, path: str, seq: int) -> dict[str, Any]:
        self.requests.append((path, seq))
        answer = self.answers.pop(0) if self.answers else {"visit": "v"}
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)


def door_of(client: Any) -> Any:
    return station.Station(
        client, door="porch", key=KEY, boot=BOOT, firmware="0.1", clock=clocks.Clock(), tries_after_s=(0, 0, 0, 0)
    )


def ring(client: PretendStation, **arguments: Any) -> Any:
    return asyncio.run(door_of(client).ring(**arguments))


def test_a_ring_and_its_pictures() -> None:
    """One hello; numbers that rise; the picture names its ring; the time is learned."""
    client = PretendStation()
    door = door_of(client)

    async def visit() -> None:
        receipt = await door.ring()
        assert (receipt.seq, receipt.visit) == (1, "v")
        await door.snapshot(receipt.seq, len(JPEG), Pieces())
        await door.snapshot(None, len(JPEG), Pieces())

    asyncio.run(visit())
    assert client.requests == [("/v1/rings", 1), ("/v1/snapshots?ring=1", 2), ("/v1/snapshots?trigger=look", 3)]
    assert (client.hellos, door.trouble) == (1, "")
    assert NOW <= door._clock.now() <= NOW + 5


def test_a_late_ring_tells_its_age_under_the_signature() -> None:
    """In the path, which is signed."""
    client = PretendStation()
    ring(client, age_s=75)
    ring(client, age_s=None)
    assert [path for path, _ in client.requests] == ["/v1/rings?age=75", "/v1/rings?age=unknown"]


def test_a_lost_answer_is_asked_for_with_the_same_number() -> None:
    """So that the station can tell a repeated ring from a second one; 409 means that it has it."""
    client = PretendStation(LOST, says(500), says(409))
    assert ring(client).seq == 1
    assert client.requests == [("/v1/rings", 1)] * 3


def test_a_session_that_is_over_is_opened_anew_and_the_number_stays() -> None:
    """401: hello again, the same ring again; a second 401 is left for later."""
    client = PretendStation(says(401))
    assert ring(client).seq == 1
    assert (client.hellos, client.requests) == (2, [("/v1/rings", 1)] * 2)
    client = PretendStation(says(401), says(401))
    with pytest.raises(station.TryLater):
        ring(client)
    assert client.hellos == 2


def test_four_tries_and_then_later() -> None:
    """The ring is not lost: it is the queue's from here on."""
    client = PretendStation(LOST, LOST, says(503), LOST)
    with pytest.raises(station.TryLater, match="no answer"):
        ring(client)
    assert len(client.requests) == 4


@pytest.mark.parametrize("status", [400, 403, 413])
def test_a_no_for_good_is_not_tried_again(status: int) -> None:
    client = PretendStation(says(status))
    with pytest.raises(station.Refused):
        ring(client)
    assert len(client.requests) == 1


def test_a_station_without_the_key_gets_nothing() -> None:
    """Its greeting is not signed rightly, so no ring goes there."""
    client = PretendStation()
    client.key = bytes(32)
    with pytest.raises(station.TryLater, match="does not have this door's key"):
        ring(client)
    assert client.requests == []


def test_an_answer_recorded_earlier_is_not_accepted_again() -> None:
    """Each hello asks with a nonce of its own: whoever plays an old greeting back cannot tell the door an old time."""
    client = PretendStation()
    door, greet = door_of(client), client._greet
    recorded: list[dict[str, Any]] = []

    def record(body: bytes) -> dict[str, Any]:
        recorded.append(greet(body))
        return recorded[0]

    client._greet = record  # type: ignore[method-assign]
    asyncio.run(door.hello())
    with pytest.raises(station.TryLater, match="does not have this door's key"):
        asyncio.run(door.hello())
    assert recorded[0]["mac"] != recorded[1]["mac"]


def test_a_picture_gives_way_to_a_ring() -> None:
    """Somebody rings while a picture goes out: the ring is next, and the picture is not sent any more."""
    client = PretendStation()
    door = door_of(client)

    async def both() -> list[Any]:
        await door.hello()
        picture = asyncio.create_task(door.snapshot(None, len(JPEG), Pieces()))
        await asyncio.sleep(0)
        return await asyncio.gather(picture, door.ring(), return_exceptions=True)

    gave_way, receipt = asyncio.run(both())
    assert isinstance(gave_way, station.GaveWay)
    assert client.requests == [("/v1/rings", receipt.seq)]


def test_an_old_picture_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """After ten seconds of failing it would pass for a new one."""
    monkeypatch.setattr(station, "FRESH_S", -1)
    client = PretendStation()
    with pytest.raises(station.TryLater, match="too old"):
        asyncio.run(door_of(client).snapshot(1, len(JPEG), Pieces()))
    assert client.requests == []


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_the_whole_conversation_over_a_wire(interpreter: str) -> None:
    """Hello, ring, a lost answer, and a picture of 120 KB: every byte checked with the receiver's own code."""
    paths: list[str] = []

    def behave(line: Line) -> None:
        head, _, body = line.request().partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        path = first.split(" ")[1]
        paths.append(path)
        if path == "/v1/hello":
            answer = PretendStation()._greet(body)
        elif path.startswith("/v1/rings"):
            assert signatures.proves(KEY, read_claim("POST", path, body))
            answer = {"visit": "v"}
        else:
            headers = dict(header.split(": ", 1) for header in lines)
            claim = read_snapshot("POST", path, headers, len(body))
            assert signatures.proves(KEY, claim)
            assert signatures.proves_picture(KEY, signatures.request_mac(KEY, claim), body) == b"p" * 120_000
            answer = {"visit": "v", "snapshot": "s"}
        if len(paths) > 2 or path == "/v1/hello":
            line.say(b"HTTP/1.1 201 Created\r\n\r\n" + json.dumps(answer).encode())

    with BadServer(behave) as server:
        result = json.loads(run_program(interpreter, "station_program", server.port, KEY.hex(), 120_000))
    assert result == {"ring": 1, "visit": "v", "picture": 2, "trouble": ""}
    assert paths == ["/v1/hello", "/v1/rings", "/v1/rings", "/v1/snapshots?ring=1"]
