"""One small file over HTTPS into a `.part`, carried on where an earlier attempt ended.

It goes the way `requests` goes, so the proxy settings of the environment and the system hold. Whether the bytes are
the right ones is not known here: whoever asked compares them with what they should be.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as WireTimeout

from receiver.errors import FetchStopped
from receiver.language import mark, phrase

ANSWER_WITHIN = (10.0, 10.0)
"""Seconds for connecting, and for the next bytes."""
_LONGEST_S = 600.0
"""One address may take so long: a trickle that never stops is no answer either."""
_MOST_HOPS = 6
_CHUNK = 16 * 1024
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class Failed(Exception):
    """This address did not give the file, for the reason in the message; what came is in the `.part`."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way; may be asked of several addresses, one after the other."""

    part: Path
    """Where it grows."""
    size: int
    """Bytes of the whole file: never are more read, however much is sent."""
    progress: Callable[[int, int], None]
    """Called with (bytes there, bytes in all), on the downloading thread."""
    cancelled: Callable[[], bool]
    """Asked before each piece."""

    def carry_on(self, address: str) -> None:
        """Bring `part` to its size.

        Raises Failed, FetchStopped within `ANSWER_WITHIN` of `cancelled` turning true, and OSError when the disk
        cannot take it.
        """
        self._stop_if_cancelled()
        with _Session() as session:
            have = self.there
            answer = _ask(session, address, have)
            if have and self._is_another_range(answer, have):
                answer.close()
                have = 0
                answer = _ask(session, address, have)
            if answer.status_code == requests.codes.ok:
                have = 0  # ranges are unknown there: the whole file comes
            with answer:
                self._check(answer, have)
                self._receive(answer.raw, have)

    @property
    def there(self) -> int:
        """Bytes that have come so far."""
        return self.part.stat().st_size if self.part.exists() else 0

    def _is_another_range(self, answer: requests.Response, have: int) -> bool:
        """Whether what was asked for is not there, or something else came: then the file is begun anew."""
        if answer.status_code != requests.codes.partial_content:
            return bool(answer.status_code == requests.codes.requested_range_not_satisfiable)
        found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        return not found or int(found[1]) != have or found[2] not in (str(self.size), "*")

    def _check(self, answer: requests.Response, have: int) -> None:
        """Raises Failed before a byte is written over when the answer cannot be the file."""
        if answer.status_code not in (requests.codes.ok, requests.codes.partial_content):
            raise Failed(phrase("answered {code}", code=answer.status_code))
        announced = answer.headers.get("Content-Length", "")
        wrong_length = announced.isdecimal() and int(announced) != self.size - have
        if wrong_length or answer.headers.get("Content-Encoding", "identity") != "identity":
            raise Failed(mark("sent another file"))

    def _receive(self, wire: Any, have: int) -> None:
        deadline = time.monotonic() + _LONGEST_S
        with self.part.open("ab" if have else "wb") as file:
            self.progress(have, self.size)
            while have < self.size:
                self._stop_if_cancelled()
                if time.monotonic() > deadline:
                    raise Failed(mark("too slow"))
                piece = _next(wire, min(_CHUNK, self.size - have))
                file.write(piece)
                have += len(piece)
                self.progress(have, self.size)

    def _stop_if_cancelled(self) -> None:
        if self.cancelled():
            raise FetchStopped("The download was stopped", "What has come so far is kept for the next time.")


class _Session(requests.Session):
    """Redirects are followed by us: requests reads the body of one to its end, however long, even when told not to."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """As requests asks for it: nowhere."""


def _ask(session: requests.Session, address: str, have: int) -> requests.Response:
    """The answer of whoever has the file in the end, its body still unread."""
    # Compressed, its bytes could neither be counted nor carried on.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        for _ in range(_MOST_HOPS):
            _refuse_open_roads(address)
            answer = session.get(address, headers=headers, stream=True, timeout=ANSWER_WITHIN)
            if not answer.is_redirect:
                return answer
            address = urljoin(address, answer.headers["Location"])
            answer.close()
    except (requests.RequestException, HTTPError, ValueError) as error:
        raise Failed(_why(error)) from None
    raise Failed(mark("sent from one address to the next"))


def _refuse_open_roads(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise Failed(mark("not a secure address"))


def _next(wire: Any, most: int) -> bytes:
    """What has come, without waiting for more: a trickle must not keep `cancelled` from being asked."""
    try:
        piece = bytes(wire.read1(most))
    except (HTTPError, OSError) as error:
        raise Failed(_why(error)) from None
    if not piece:
        raise Failed(mark("ended too early"))
    return piece


def _why(error: Exception) -> str:
    return next((words for kinds, words in _REASONS if isinstance(error, kinds)), mark("the connection broke"))


_REASONS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((requests.exceptions.SSLError,), mark("the secure connection could not be made (is the clock right?)")),
    ((requests.exceptions.ProxyError,), mark("the proxy does not answer")),
    ((requests.Timeout, WireTimeout), mark("no answer in time")),
    ((requests.ConnectionError,), mark("the network does not answer")),
    ((ValueError,), mark("sent to an address that is none")),
)
"""The first that fits."""
