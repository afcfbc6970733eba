"""A small HTTP/1.1 client: one POST for each connection, answers of JSON, nothing unbounded.

    client = Client("192.168.1.10", 1066)
    answer = await client.post("/v1/hello", b'{"id": "porch"}')
    answer = await client.post_stream("/v1/snapshots?ring=7", headers, length, pieces, seal)

Whatever goes wrong, from a cable pulled out to an answer that is no HTTP, is an HttpError in words.
"""

import asyncio
import gc
import json

from clock import since_ms, ticks_ms

TIMEOUT_S = 4
"""Longest wait for any single step; the watchdog allows 8.388 s."""
UPLOAD_S = 30
"""Longest time for a whole picture."""
MOST_ANSWER_BYTES = 4096
"""Head and body of an answer together."""

_PIECE = 1024

_WORLDS_FAULTS = (OSError, EOFError, asyncio.TimeoutError)


class HttpError(Exception):
    """No answer, or one that says no. `status` is 0 when there was none that made sense."""

    def __init__(self, words: str, status: int = 0):
        super().__init__(words)
        self.status = status


class Client:
    """Posts to one server. `host` should be an address: looking up a name stops everything else on the board."""

    def __init__(self, host: str, port: int, timeout_s: float = TIMEOUT_S, upload_s: float = UPLOAD_S):
        self._host = host
        self._port = port
        self._timeout_s = timeout_s
        self._upload_s = upload_s

    async def post(self, path: str, body: bytes) -> dict:
        """Post JSON; returns the answer's JSON object. Raises HttpError, also for any status but 2xx."""
        return await self._exchange(self._head(path, "application/json", len(body), {}), _Whole(body))

    async def post_stream(self, path: str, headers: dict, length: int, pieces, seal) -> dict:
        """Post a JPEG of exactly `length` bytes, piece by piece, and after it the digest of `seal`.

        `pieces` is an async iterable of bytes or memoryviews of 1-2 KB; each goes through `seal.update`. Raises
        HttpError, also when the pieces are not `length` bytes together; what the pieces raise passes through.
        """
        head = self._head(path, "image/jpeg", length + 32, headers)
        return await self._exchange(head, _Sealed(length, pieces, seal, self._upload_s))

    async def post_for_file(self, path: str, body: bytes, size: int, take) -> None:
        """Post JSON, for a file of exactly `size` bytes; `take` gets it piece by piece.

        What `take` got before an HttpError is worth nothing.
        """
        head = self._head(path, "application/json", len(body), {})
        await self._exchange(head, _Whole(body), lambda reader: self._receive_file(reader, size, take))

    def _head(self, path: str, kind: str, length: int, headers: dict) -> bytes:
        lines = [
            "POST " + path + " HTTP/1.1",
            "Host: " + self._host + ":" + str(self._port),
            "Connection: close",
            "Content-Type: " + kind,
            "Content-Length: " + str(length),
        ]
        lines += [name + ": " + str(value) for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def _exchange(self, head: bytes, body, receive=None):
        reader, writer = await self._connect()
        try:
            answer = await self._send(reader, writer, head, body, receive or self._receive)
        finally:
            await _close(writer)
        return answer

    async def _connect(self):
        try:
            return await asyncio.wait_for(asyncio.open_connection(self._host, self._port), self._timeout_s)
        except _WORLDS_FAULTS as error:
            # A connection given up half-way is only closed when the memory is tidied, and lwIP has five.
            gc.collect()
            raise HttpError("the station cannot be reached: " + _reason(error))

    async def _send(self, reader, writer, head: bytes, body, receive):
        try:
            await body.send(head, lambda piece: self._write(writer, piece))
        except _WORLDS_FAULTS as error:
            return await self._last_words(reader, error)
        return await receive(reader)

    async def _last_words(self, reader, error) -> dict:
        """A server that refuses an upload half-way may still have said why before it hung up."""
        try:
            return await self._receive(reader)
        except HttpError as answer:
            if answer.status:
                raise
        raise HttpError("the connection broke while sending: " + _reason(error))

    async def _write(self, writer, piece: bytes) -> None:
        writer.write(piece)
        await asyncio.wait_for(writer.drain(), self._timeout_s)

    async def _receive(self, reader) -> dict:
        try:
            return _parse(await asyncio.wait_for(_read_answer(reader), self._timeout_s))
        except _WORLDS_FAULTS as error:
            raise HttpError("the station took the request and did not answer: " + _reason(error))

    async def _receive_file(self, reader, size: int, take) -> None:
        try:
            beginning: tuple = await asyncio.wait_for(_read_head(reader), self._timeout_s)
            head, piece = beginning
            if not head.startswith(b"HTTP/1.1 200 ") or _content_length(head) != size:
                _parse(await _read_answer(reader, head + b"\r\n\r\n" + piece))  # a no with its reason
                raise HttpError("the station's answer is not the file")
            while size > 0:
                piece = piece or await asyncio.wait_for(reader.read(_PIECE), self._timeout_s)
                if not piece:
                    raise EOFError
                size -= len(piece)
                take(piece)
                piece = b""
        except _WORLDS_FAULTS as error:
            raise HttpError("the file did not arrive: " + _reason(error))
        if size < 0:
            raise HttpError("the file is longer than was announced")


class _Whole:
    def __init__(self, body: bytes):
        self._body = body

    async def send(self, head: bytes, write) -> None:
        # In one piece: a second small one would wait until the first is acknowledged.
        await write(head + self._body)


class _Sealed:
    def __init__(self, length: int, pieces, seal, within_s: float):
        self._left = length
        self._pieces = pieces
        self._seal = seal
        self._within_s = within_s

    async def send(self, head: bytes, write) -> None:
        await write(head)
        began = ticks_ms()
        async for piece in self._pieces:
            self._left -= len(piece)
            if self._left < 0:
                raise HttpError("the picture is longer than was announced")
            if since_ms(began) > self._within_s * 1000:
                raise HttpError("the picture took longer than " + str(self._within_s) + " s")
            self._seal.update(piece)
            await write(piece)
        if self._left:
            raise HttpError("the picture ended " + str(self._left) + " bytes early")
        await write(self._seal.digest())


async def _read_answer(reader, answer: bytes = b"") -> bytes:
    """From what was read before to the end that the head announces, or to the end of the connection."""
    while len(answer) < _whole(answer) <= MOST_ANSWER_BYTES:
        piece = await reader.read(512)
        if not piece:
            break
        answer += piece
    if len(answer) >= MOST_ANSWER_BYTES or _whole(answer) > MOST_ANSWER_BYTES:
        raise HttpError("the station's answer is too long")
    if not answer:
        raise EOFError("it hung up")
    return answer


def _whole(answer: bytes) -> int:
    """How long an answer will be of which this is the beginning; as long as may be while nobody can tell."""
    head, end, _ = answer.partition(b"\r\n\r\n")
    length = _content_length(head) if end else None
    return MOST_ANSWER_BYTES if length is None else len(head) + 4 + length


async def _read_head(reader) -> tuple:
    """An answer's head without its empty line, and what came of the body with it."""
    answer = b""
    while len(answer) < MOST_ANSWER_BYTES:
        piece = await reader.read(512)
        if not piece:
            raise EOFError
        answer += piece
        head, end, rest = answer.partition(b"\r\n\r\n")
        if end:
            return head, rest
    raise HttpError("the station's answer is too long")


def _content_length(head: bytes):
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        value = value.strip()
        if name.strip().lower() == b"content-length" and value.isdigit() and len(value) < 8:
            return int(value)
    return None


def _parse(answer: bytes) -> dict:
    """The JSON object of a whole answer with a status of 2xx."""
    head, end, body = answer.partition(b"\r\n\r\n")
    words = head.split(b"\r\n")[0].split(b" ")
    if not end or len(words) < 2 or not words[0].startswith(b"HTTP/1.") or len(words[1]) != 3 or not words[1].isdigit():
        raise HttpError("what answers there does not speak HTTP, or broke off")
    status, length = int(words[1]), _content_length(head)
    if length is not None and len(body) < length:
        raise HttpError("the station's answer broke off")
    message = _object(body[:length])
    if not 200 <= status < 300:
        raise HttpError("the station answered " + str(status) + _explained(message), status)
    if message is None:
        raise HttpError("the station's answer is no JSON")
    return message


def _object(body: bytes):
    try:
        message = json.loads(body)
    except (ValueError, RuntimeError):  # RuntimeError: brackets within brackets without end
        return None
    return message if isinstance(message, dict) else None


def _explained(message) -> str:
    said = (message or {}).get("message") or (message or {}).get("title")
    return ": " + said[:120] if isinstance(said, str) else ""


async def _close(writer) -> None:
    writer.close()
    try:
        await asyncio.wait_for(writer.wait_closed(), 1)
    except _WORLDS_FAULTS:
        pass  # it is closed either way


def _reason(error: Exception) -> str:
    if isinstance(error, asyncio.TimeoutError) and not getattr(error, "errno", 0):
        return "no answer in time"
    if isinstance(error, EOFError):
        return "it hung up"
    return "error " + str(getattr(error, "errno", None) or error)
