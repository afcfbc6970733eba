"""The wire to Telegram's Bot API: https://core.telegram.org/bots/api.

The token is part of every address, and `requests` puts addresses into its exceptions, `urllib3` into its debug log.
So nothing foreign leaves this module: exceptions are translated into words without their cause, and log records that
carry an address are dropped.
"""

from __future__ import annotations

import json
import logging
import queue
import socket
import ssl
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

from receiver.errors import NotifierError, Rejected, TryLater
from receiver.language import mark, phrase

ANSWER_WITHIN = (5.0, 15.0)
"""Seconds for connecting and for the answer of a small request."""


_TOPIC_GONE = (mark("The topic is closed or gone"), mark("pair Porchlight anew from another topic"))
_KNOWN_REFUSALS = {
    "thread not found": _TOPIC_GONE,
    "TOPIC_CLOSED": _TOPIC_GONE,
    "chat not found": (
        mark("Telegram does not know this chat"),
        mark("write to the bot from there once, and check the id"),
    ),
}
"""What Telegram says in English, in words for the owner."""


class Refused(Rejected):
    """Telegram said no; `code` is its error code, `moved_to` the chat's new id when the chat has moved."""

    def __init__(self, code: int, title: str, message: str = "", moved_to: int | None = None) -> None:
        super().__init__(title, message)
        self.code = code
        self.moved_to = moved_to


class WrongToken(TryLater):
    """The bot is not let in: nothing is wrong with the message, which waits until the owner has mended the token."""

    def __init__(self) -> None:
        super().__init__("Telegram does not accept the token", "copy it once more from @BotFather")


class BotApi:
    """Calls methods of one bot; may be used from any thread.

    `lines` is how many requests may run at once with a warm connection each.
    """

    def __init__(self, base: str, token: str, lines: int = 2) -> None:
        self._address = f"{base.rstrip('/')}/bot{token}/"
        self._files = f"{base.rstrip('/')}/file/bot{token}/"
        self._token = token
        self._closed = False
        self._switchboard = _Switchboard(lines + SPARE_LINES)
        # One session for every thread: its pool is made for that, and without cookies nothing else is shared.
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, self._switchboard)
        _keep_addresses_out_of_the_log()

    def call(
        self,
        method: str,
        params: Mapping[str, Any],
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        within: tuple[float, float] = ANSWER_WITHIN,
    ) -> Any:
        """The `result` of a method.

        `within` is (seconds to connect and to send, seconds for the answer). Raises TryLater or Refused.
        """
        answer = self._post(method, params, files, within)
        try:
            said = answer.json()
        except ValueError:
            said = None
        if not isinstance(said, dict) or "ok" not in said:
            # Somebody else's words: a proxy, a captive portal, a server in trouble. Never a reason to give up.
            raise TryLater(
                "Telegram cannot be reached", phrase("something unreadable answered ({code})", code=answer.status_code)
            )
        if said["ok"] is True:
            return said.get("result")
        raise self._refusal(answer.status_code, said)

    def download(self, path: str, most: int, within: tuple[float, float] = (5.0, 30.0)) -> bytes:
        """A file by the path that getFile told. Raises TryLater, or Refused when it has more than `most` bytes."""
        trouble: NotifierError
        if self._closed:
            raise TryLater("Porchlight is stopping")
        try:
            with self._session.get(
                self._files + quote(path), timeout=within, allow_redirects=False, stream=True
            ) as answer:
                if answer.status_code == 200:
                    found = b"".join(_at_most(answer.iter_content(65_536), most))
                    if len(found) <= most:
                        return found
                    trouble = Refused(
                        413, "The file is too big", phrase("at most {megabytes} MB", megabytes=most // 1000000)
                    )
                else:
                    trouble = TryLater(
                        "Telegram does not give the file", phrase("it answered {code}", code=answer.status_code)
                    )
        except (requests.RequestException, OSError, ValueError) as error:
            trouble = self._in_words(error)
        raise trouble

    def hang_up(self) -> None:
        """End every request under way, and make later ones raise TryLater."""
        self._closed = True
        self._switchboard.hang_up()
        self._session.close()

    def _post(
        self,
        method: str,
        params: Mapping[str, Any],
        files: Mapping[str, tuple[str, bytes, str]] | None,
        within: tuple[float, float],
    ) -> requests.Response:
        body: dict[str, Any] = {"data": _as_form(params), "files": files} if files else {"json": params}
        trouble: NotifierError
        if self._closed:
            raise TryLater("Porchlight is stopping")
        try:
            # A redirect could only come from a stranger on the way.
            return self._session.post(self._address + method, timeout=within, allow_redirects=False, **body)
        except (requests.RequestException, OSError, ValueError) as error:
            trouble = self._in_words(error)
        raise trouble  # outside of the handler: not even its context may lead back to the address

    def _in_words(self, error: Exception) -> NotifierError:
        if self._closed:
            return TryLater("Porchlight is stopping")
        return TryLater("Telegram cannot be reached", _why(error))

    def _refusal(self, status: int, said: Mapping[str, Any]) -> NotifierError:
        code = said.get("error_code", status)
        code = code if isinstance(code, int) else status
        about = said.get("parameters")
        about = about if isinstance(about, dict) else {}
        description = str(said.get("description", "")).replace(self._token, "...")[:200]
        if code == 429:
            return TryLater(
                "Telegram asks for a pause", "too many messages at once", retry_after=_seconds(about.get("retry_after"))
            )
        if code >= 500 or code < 400:
            return TryLater("Telegram has trouble of its own", phrase("it answered {code}", code=code))
        if code in (401, 404):  # to a wrong token no method exists
            return WrongToken()
        return _refused(code, description, about.get("migrate_to_chat_id"))


def _as_form(params: Mapping[str, Any]) -> dict[str, Any]:
    """A form has no structure: what has some goes as JSON."""
    return {key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in params.items()}


def _at_most(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Pieces until there are more bytes than `most`."""
    total = 0
    for piece in pieces:
        yield piece
        total += len(piece)
        if total > most:
            return


def _refused(code: int, description: str, moved_to: object) -> Refused:
    if code == 409:
        return Refused(
            code,
            "Another program reads this bot's messages or a webhook is set",
            "stop the other program, or give Porchlight a bot of its own",
        )
    if isinstance(moved_to, int):
        return Refused(
            code,
            "The chat has become a supergroup",
            phrase("pair it anew, or put its new id {id} into the settings", id=moved_to),
            moved_to,
        )
    if code == 403:
        return Refused(
            code,
            "The bot may not write to this chat",
            phrase("it was blocked or removed there ({description})", description=description),
        )
    told = next((words for known, words in _KNOWN_REFUSALS.items() if known in description), None)
    return Refused(code, *(told or (mark("Telegram refused the message"), description)))


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value >= 0 else None


def _why(error: Exception) -> str:
    match error:
        case requests.exceptions.SSLError():
            return mark("the secure connection could not be made (is the clock right?)")
        case requests.exceptions.ProxyError():
            return mark("the proxy does not answer")
        case requests.Timeout():
            return mark("it did not answer in time")
        case requests.exceptions.InvalidURL() | requests.exceptions.MissingSchema() | ValueError():
            return mark("the address in the settings is not one")
    return mark("the network or Telegram does not answer")


SPARE_LINES = 12
"""Connections that are opened only when they are needed: for photos beside texts, and chats that are paired later."""


class _InTurn(queue.LifoQueue[Any]):
    """Hands out the connection unused for longest.

    With it the long poll walks through all of them, so an alert finds one open that the other side has not dropped.
    """

    def _get(self) -> Any:
        opened = next((place for place, line in enumerate(self.queue) if line is not None), None)
        spare = self.queue.count(None) <= SPARE_LINES
        return self.queue.pop(opened if spare and opened is not None else 0)


class _WarmPool(HTTPConnectionPool):
    QueueCls = _InTurn


class _WarmSecurePool(HTTPSConnectionPool):
    QueueCls = _InTurn


class _Switchboard(HTTPAdapter):
    """Remembers the connections it opened, so that a request waiting for its answer can be ended from outside."""

    def __init__(self, lines: int) -> None:
        self._open: weakref.WeakSet[Any] = weakref.WeakSet()
        self._opening = threading.Lock()
        super().__init__(pool_connections=2, pool_maxsize=lines)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As requests asks for it, with our pools."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _WarmPool, "https": _WarmSecurePool}

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """As requests asks for it, with connections that are remembered."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        with self._opening:
            if not isinstance(pool.ConnectionCls, partial):
                pool.ConnectionCls = partial(self._remembered, pool.ConnectionCls)
        return pool

    def hang_up(self) -> None:
        for line in list(self._open):
            if isinstance(line.sock, socket.socket | ssl.SSLSocket):
                with suppress(OSError):
                    line.sock.shutdown(socket.SHUT_RDWR)

    def _remembered(self, kind: Any, **kwargs: Any) -> Any:
        line = kind(**kwargs)
        self._open.add(line)
        return line


class _NoAddresses(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return "/bot" not in record.getMessage()


_no_addresses = _NoAddresses()


def _keep_addresses_out_of_the_log() -> None:
    for name in ("connectionpool", "poolmanager", "connection", "response", "util.retry"):
        logging.getLogger(f"urllib3.{name}").addFilter(_no_addresses)
