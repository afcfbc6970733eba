"""The station as the door sees it: say hello, report a ring, send a picture, fetch an update.

Every request is signed and carries a number that rises from the door's start on (also across sessions, so that
a ring's number means that ring for as long as the door runs). Two kinds of trouble come out of here:

 Refused    the station will never take this; nothing is gained by sending it again
 TryLater   the world's fault, or a passing one of the station
  `-- GaveWay    something less urgent was given up because somebody rang meanwhile
"""

import asyncio
import json
import os
from http import HttpError

import signing
from clock import since_ms, ticks_ms

TRIES_AFTER_S = (0, 0.2, 0.4, 0.8)
"""Waits before the first try and each further one."""
FRESH_S = 10
"""A picture older than this is not sent any more: it would pass for a new one."""

_FOR_GOOD = (400, 403, 404, 411, 413, 415)
_TOKEN_DIGITS = 32


class Refused(Exception):
    """The station's answer is no, and stays no."""


class TryLater(Exception):
    """Not delivered, in words for the console."""


class GaveWay(TryLater):
    """Something less urgent was given up because somebody rang meanwhile."""


class Receipt:
    """What the station said: `seq` is the number by which pictures name their ring, `visit` its id or None."""

    def __init__(self, seq: int, visit):
        self.seq = seq
        self.visit = visit


class Station:
    """One door's side of the conversation; a request at a time, rings before pictures.

    `client` is an `http.Client`, `boot` 32 hex digits made up at this start, `clock` is told the station's time.
    `trouble` is what went wrong last, or "" after a success.
    """

    def __init__(self, client, *, door: str, key: bytes, boot: str, firmware: str, clock, tries_after_s=TRIES_AFTER_S):
        self.trouble = ""
        self.hellos = 0
        self._client = client
        self._door = door
        self._key = key
        self._boot = boot
        self._firmware = firmware
        self._clock = clock
        self._tries_after_s = tries_after_s
        self._session = ""
        self._seq = 0
        self._turn = asyncio.Lock()
        self._rings_waiting = 0

    async def hello(self) -> None:
        """Open a new session and learn the time. Raises TryLater."""
        async with self._turn:
            try:
                await self._hello()
            except HttpError as error:
                raise TryLater(self._note(error))

    async def ring(self, age_s=0) -> Receipt:
        """Report a press of `age_s` seconds ago (None: nobody knows). Raises Refused or TryLater."""
        self._rings_waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._rings_waiting -= 1
        try:
            return _receipt(await self._deliver(_Ring(self, age_s)))
        finally:
            self._turn.release()

    async def snapshot(self, ring, length: int, pieces) -> Receipt:
        """Send a picture of the ring with this number, or one that the house asked for (None): `length` bytes of JPEG.

        `pieces` is an async iterable that begins anew whenever it is iterated. Raises Refused or TryLater; after
        that the picture is to be thrown away, never kept for later.
        """
        async with self._turn:
            return _receipt(await self._deliver(_Snapshot(self, ring, length, pieces)))

    async def manifest(self) -> tuple:
        """The program that the station has for this door: its version, and (name, bytes, SHA-256 in hex) of each file.

        Raises Refused or TryLater.
        """
        async with self._turn:
            seq, answer = await self._deliver(_Update(self, "/v1/updates"))
        try:
            version, files, mac = answer["version"], [tuple(file) for file in answer["files"]], answer["mac"]
            said = [word for file in files for word in file]
        except (KeyError, TypeError):
            raise TryLater("the station's answer about the update makes no sense")
        expected = signing.sign(self._key, "update", self._door, self._session, seq, version, *said)
        if not isinstance(mac, str) or not signing.same(expected, mac):
            raise TryLater("the station's list of files is not signed with this door's key")
        return version, files

    async def file(self, name: str, size: int, into) -> None:
        """Fetch a file of the update, `size` bytes, into an open file that is written from its beginning at each try.

        Raises Refused or TryLater. Whether it is the right file is for the caller to check.
        """
        async with self._turn:
            await self._deliver(_Update(self, "/v1/updates?file=" + name, size, into))

    # ---- what the requests below need

    def signed(self, path: str, seq: int, length: int) -> bytes:
        """The signature of a request in this session, 32 bytes."""
        return self._signed(path, self._session, seq, length)

    def claim(self, seq: int) -> dict:
        """What a request says about itself, without the signature."""
        return {"door": self._door, "session": self._session, "seq": seq}

    def seal(self, request: bytes):
        """What the pieces of a picture go through."""
        return signing.picture_seal(self._key, request)

    @property
    def somebody_rings(self) -> bool:
        """Whether a ring waits for its turn."""
        return self._rings_waiting > 0

    @property
    def client(self):
        """The way out."""
        return self._client

    # ---- delivery

    async def _deliver(self, request) -> tuple:
        """Send, and after each failure that may pass wait a little and send the same again.

        Returns the request's number and the station's answer.
        """
        self._seq += 1
        seq, began = self._seq, ticks_ms()
        for wait_s in self._tries_after_s:
            await asyncio.sleep(wait_s)
            request.check(since_ms(began))
            try:
                answer = await self._once(request, seq)
            except HttpError as error:
                self._note(error)
                if error.status in _FOR_GOOD:
                    raise Refused(self.trouble)
            else:
                self.trouble = ""
                return seq, answer
        raise TryLater(self.trouble)

    async def _once(self, request, seq: int) -> dict:
        """Send; if the station does not know the session (any more), say hello and send once more."""
        for _ in range(2):
            if not self._session:
                await self._greet()
            try:
                return await _answer_to(request, seq)
            except HttpError as error:
                if error.status != 401:
                    raise
                self._note(error)
                self._session = ""
        raise TryLater(self.trouble)

    async def _greet(self) -> None:
        """Say hello. An answer that is a no is no reason to ask again at once: raises TryLater then."""
        try:
            await self._hello()
        except HttpError as error:
            if 400 <= error.status < 500:
                raise TryLater(self._note(error))
            raise

    async def _hello(self) -> None:
        self._session = ""
        nonce = os.urandom(_TOKEN_DIGITS // 2).hex()
        message = {"id": self._door, "boot": self._boot, "firmware": self._firmware, "nonce": nonce}
        body = with_mac(message, self._hello_mac)
        answer = await self._client.post("/v1/hello", body)
        session, time, mac = answer.get("session"), answer.get("time"), answer.get("mac")
        if not _is_token(session) or not isinstance(time, int) or not isinstance(mac, str):
            raise HttpError("the station's answer to hello makes no sense")
        proof = signing.greeting_mac(self._key, self._door, self._boot, nonce, session=session, time=time)
        if not signing.same(proof, mac):
            raise HttpError("what answers there does not have this door's key")
        self._session = session
        self._clock.set(time)
        self.hellos += 1

    def _hello_mac(self, length: int) -> bytes:
        return self._signed("/v1/hello", self._boot, 0, length)

    def _signed(self, path: str, session: str, seq: int, length: int) -> bytes:
        return signing.request_mac(self._key, "POST", path, door=self._door, session=session, seq=seq, length=length)

    def _note(self, error: Exception) -> str:
        self.trouble = str(error)
        return self.trouble


class _Ring:
    def __init__(self, station, age_s):
        self._station = station
        self._age_s = age_s
        self._began = ticks_ms()

    def check(self, waited_ms: int) -> None:
        """A ring is never too old: the station is told its age."""

    async def send(self, seq: int) -> dict:
        path = "/v1/rings" + self._age()
        body = with_mac(self._station.claim(seq), lambda length: self._station.signed(path, seq, length))
        return await self._station.client.post(path, body)

    def _age(self) -> str:
        """How old a late ring is; in the path because the signature covers that, but not the body."""
        if self._age_s is None:
            return "?age=unknown"
        age_s = self._age_s + since_ms(self._began) // 1000
        return "?age=" + str(age_s) if age_s else ""


class _Snapshot:
    def __init__(self, station, ring, length: int, pieces):
        self._station = station
        self._path = "/v1/snapshots?" + ("trigger=look" if ring is None else "ring=" + str(ring))
        self._length = length
        self._pieces = pieces

    def check(self, waited_ms: int) -> None:
        if waited_ms > FRESH_S * 1000:
            raise TryLater("the picture is too old by now")
        if self._station.somebody_rings:
            raise GaveWay("somebody rings again")

    async def send(self, seq: int) -> dict:
        mac = self._station.signed(self._path, seq, self._length + signing.KEY_BYTES)
        claim = dict(self._station.claim(seq), mac=mac.hex())
        headers = {"Porchlight-" + name[0].upper() + name[1:]: value for name, value in claim.items()}
        seal = self._station.seal(mac)
        pieces = _Interruptible(self._pieces, self._station)
        return await self._station.client.post_stream(self._path, headers, self._length, pieces, seal)


class _Update:
    """A question about the update; with `size` the answer is a file that goes into an open one."""

    def __init__(self, station, path: str, size=0, into=None):
        self._station = station
        self._path = path
        self._size = size
        self._into = into

    def check(self, waited_ms: int) -> None:
        if self._station.somebody_rings:
            raise GaveWay("somebody rings")

    async def send(self, seq: int) -> dict:
        body = with_mac(self._station.claim(seq), lambda length: self._station.signed(self._path, seq, length))
        if self._into is None:
            return await self._station.client.post(self._path, body)
        self._into.seek(0)
        await self._station.client.post_for_file(self._path, body, self._size, self._into.write)
        return {}


class _Interruptible:
    """The pieces of a picture, until somebody rings."""

    def __init__(self, pieces, station):
        self._pieces = pieces.__aiter__()
        self._station = station

    def __aiter__(self):
        return self

    async def __anext__(self) -> bytes:
        if self._station.somebody_rings:
            raise GaveWay("somebody rings again")
        return await self._pieces.__anext__()


def with_mac(message: dict, mac_for) -> bytes:
    """The message as JSON with its signature, which covers the length of just this JSON.

    `mac_for` makes the 32 bytes from that length, which is known beforehand: a signature is always 64 digits.
    """
    unsigned = json.dumps(dict(message, mac="0" * 64)).encode()
    return json.dumps(dict(message, mac=mac_for(len(unsigned)).hex())).encode()


async def _answer_to(request, seq: int) -> dict:
    """The station's answer; an empty one when it had this already (409) and does not say more."""
    try:
        return await request.send(seq)
    except HttpError as error:
        if error.status != 409:
            raise
        return {}


def _receipt(delivered: tuple) -> Receipt:
    seq, answer = delivered
    return Receipt(seq, answer.get("visit"))


def _is_token(text) -> bool:
    return isinstance(text, str) and len(text) == _TOKEN_DIGITS and all(digit in "0123456789abcdef" for digit in text)
