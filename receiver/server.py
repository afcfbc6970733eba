"""The web application in a production server, in one thread of its own: start, port, stop.

Tornado reads the requests, because it takes what the original door board sends (bare line feeds, stray bytes behind
the body: docs/decisions/0003-web-server.md). Everything is bounded before Flask sees a byte.
"""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tornado.http1connection import HTTP1ConnectionParameters, HTTP1ServerConnection
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    HTTPServerRequest,
    ResponseStartLine,
)
from tornado.iostream import IOStream
from tornado.tcpserver import TCPServer
from tornado.wsgi import WSGIContainer

from receiver.errors import PortInUse, StationError
from receiver.intake import RECEIVED_AT
from receiver.language import _, mark, phrase
from receiver.settings import ReceiverSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = logging.getLogger(__name__)

_THREADS = 16
_BACKLOG = 512
_MEGABYTE = 1024 * 1024
_HEADER_BYTES = 16 * 1024
_HEADER_S = 10.0
"""For a complete header, and for how long an idle connection is kept."""
_BODY_S = 60.0
_FORM_BYTES = 64 * 1024
"""What a form may add around the picture."""
_DRAIN_BYTES = 64 * _MEGABYTE
"""How much of a too large upload is read and dropped, so that its sender gets to read the answer."""
_IN_HAND_BYTES = 256 * _MEGABYTE
"""Memory for all uploads on their way together."""


class Server:
    """A WSGI application on a port, in one thread; `start` and `stop` may be called from any other thread.

    `clock` returns Unix seconds.
    """

    def __init__(
        self,
        app: WSGIApplication,
        settings: ReceiverSettings,
        *,
        header_s: float = _HEADER_S,
        body_s: float = _BODY_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._settings = settings
        self._clock = clock
        self._limits = HTTP1ConnectionParameters(
            max_header_size=_HEADER_BYTES, header_timeout=header_s, max_body_size=_DRAIN_BYTES, body_timeout=body_s
        )
        self._address: tuple[str, int] | None = None
        self._thread: threading.Thread | None = None
        self._grace_s = 0.0

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError before start."""
        return self.address()[1]

    def address(self) -> tuple[str, int]:
        """Host and port it listens on. Raises RuntimeError before start."""
        if self._address is None:
            raise RuntimeError("the server is not started")
        return self._address

    def start(self) -> None:
        """Bind and serve. Raises PortInUse, or StationError when the address is not this computer's."""
        listener = _listen(self._settings.host, self._settings.port)
        listener.setblocking(False)
        host, port = listener.getsockname()[:2]
        self._address = (str(host), int(port))
        _quieten_tornado()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(listener, ready), name="server", daemon=True)
        self._thread.start()
        ready.wait()

    def stop(self, grace_s: float = 2.5) -> None:
        """Accept nothing more, let requests in hand finish within `grace_s` seconds, end. May be repeated."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._grace_s = grace_s
        self._loop.call_soon_threadsafe(self._stopping.set)
        thread.join(grace_s + 1)

    def _run(self, listener: socket.socket, ready: threading.Event) -> None:
        asyncio.run(self._serve(listener, ready))

    async def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="request")
        doorstep = _Doorstep(_Application(self._app, executor), self._limits, self._settings, self._clock)
        doorstep.add_socket(listener)
        ready.set()
        await self._stopping.wait()
        await doorstep.leave(self._grace_s)
        executor.shutdown(wait=False, cancel_futures=True)


class _Doorstep(TCPServer, HTTPServerConnectionDelegate):
    """Who stands there: at most so many connections, and so many bytes in hand."""

    def __init__(
        self,
        application: _Application,
        limits: HTTP1ConnectionParameters,
        settings: ReceiverSettings,
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self.application = application
        self.clock = clock
        self.most_bytes = settings.max_upload_mb * _MEGABYTE + _FORM_BYTES
        self.bytes_in_hand = 0
        self.in_hand: set[_Request] = set()
        self._limits = limits
        self._most_connections = settings.max_connections
        self._idle: dict[object, float] = {}
        self._connections: dict[object, IOStream] = {}
        self._nobody_left = asyncio.Event()

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        if len(self._connections) >= self._most_connections and not self._make_room():
            stream.close()
            return
        stream.set_nodelay(True)
        connection = HTTP1ServerConnection(stream, self._limits, _Caller(address))
        self._connections[connection] = stream
        self._idle[connection] = time.monotonic()
        connection.start_serving(self)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        self._idle[server_conn] = time.monotonic()
        return _Request(self, server_conn, request_conn)

    def on_close(self, server_conn: object) -> None:
        self._connections.pop(server_conn, None)
        self._idle.pop(server_conn, None)

    def busy(self, server_conn: object, request: _Request) -> None:
        """Its header is here: from now on it is a request in hand."""
        self._idle.pop(server_conn, None)
        self.in_hand.add(request)

    def done(self, request: _Request) -> None:
        """It was answered, or its sender went away."""
        self.in_hand.discard(request)
        if not self.in_hand:
            self._nobody_left.set()

    async def leave(self, grace_s: float) -> None:
        """Close the port at once, and every connection as soon as nothing is in hand, at the latest in `grace_s`."""
        self.stop()
        self._nobody_left.clear()
        for connection in list(self._idle):
            self._close(connection)
        if self.in_hand:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._nobody_left.wait(), grace_s)
        for connection in list(self._connections):
            self._close(connection)
        await asyncio.sleep(0)  # lets the connections' own tasks see that they are closed

    def _make_room(self) -> bool:
        """A sender that takes its time over the header gives way to the next one."""
        if not self._idle:
            return False
        self._close(min(self._idle, key=self._idle.__getitem__))
        return True

    def _close(self, connection: object) -> None:
        self._idle.pop(connection, None)
        stream = self._connections.pop(connection, None)
        if stream:
            stream.close()


class _Caller:
    """What Tornado wants to know about the other end."""

    def __init__(self, address: Any) -> None:
        # On a dual-stack socket an IPv4 sender shows as ::ffff:192.0.2.1.
        self.remote_ip = str(address[0]).removeprefix("::ffff:")
        self.protocol = "http"

    def __str__(self) -> str:
        return self.remote_ip


class _Request(HTTPMessageDelegate):
    """One request on its way in: collects the body within bounds, then has it answered."""

    def __init__(self, doorstep: _Doorstep, server_conn: object, connection: HTTPConnection) -> None:
        self._doorstep = doorstep
        self._server_conn = server_conn
        self._connection = connection
        self._body = bytearray()
        self._refusal: HTTPStatus | None = None
        self._request: HTTPServerRequest | None = None

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> None:
        self._request = HTTPServerRequest(connection=self._connection, start_line=start_line, headers=headers)
        self._request.host = "unknown"  # only a fallback for the Host header, which the application reads itself
        self._doorstep.busy(self._server_conn, self)
        if self._request.method == "POST" and not {"Content-Length", "Transfer-Encoding"} & set(headers):
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        length = headers.get("Content-Length", "0")
        if length.isdecimal() and int(length) > self._doorstep.most_bytes:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            if headers.get("Expect") or int(length) > _DRAIN_BYTES:
                self.finish()

    def data_received(self, chunk: bytes) -> None:
        if self._refusal:
            return
        self._body += chunk
        self._doorstep.bytes_in_hand += len(chunk)
        if len(self._body) > self._doorstep.most_bytes:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif self._doorstep.bytes_in_hand > _IN_HAND_BYTES:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def finish(self) -> None:
        if self._refusal:
            self._answer(self._refusal)
        elif self._request:
            self._hand_on(self._request)

    def on_connection_close(self) -> None:
        """The sender went away in the middle. What a door's press got through until then is still a ring."""
        request = self._request
        if request and self._body and not self._refusal and _is_press(request):
            request.connection = _Gone()
            self._hand_on(request)
        else:
            self._leave()

    def _hand_on(self, request: HTTPServerRequest) -> None:
        request.body = bytes(self._body)
        request.headers["Content-Length"] = str(len(self._body))
        request.headers.pop("Transfer-Encoding", None)
        task = asyncio.ensure_future(self._doorstep.application.answer(request, self._doorstep.clock()))
        task.add_done_callback(lambda _: self._leave())

    def _refuse(self, status: HTTPStatus) -> None:
        self._refusal = status
        self._give_back()

    def _answer(self, refusal: HTTPStatus) -> None:
        title, message = _REFUSALS[refusal]
        body = json.dumps({"title": _(title), "message": _(message)}).encode()
        headers = HTTPHeaders({"Content-Type": "application/json", "Content-Length": str(len(body))})
        self._connection.write_headers(ResponseStartLine("", refusal, refusal.phrase), headers, body)
        self._connection.finish()
        self._leave()

    def _give_back(self) -> None:
        self._doorstep.bytes_in_hand -= len(self._body)
        self._body = bytearray()

    def _leave(self) -> None:
        self._give_back()
        self._doorstep.done(self)


_REFUSALS = {
    HTTPStatus.LENGTH_REQUIRED: (mark("How long is it?"), mark("Send Content-Length, or the body in chunks.")),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        mark("The picture is too large"),
        mark("Send a smaller one, or raise max_upload_mb."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (mark("Too much at once"), mark("Nothing was kept. Send it again in a moment.")),
}


class _Gone(HTTPConnection):
    """Takes an answer that nobody waits for any more."""

    def write_headers(self, start_line: Any, headers: HTTPHeaders, chunk: bytes | None = None) -> asyncio.Future[None]:
        return self.write(b"")

    def write(self, chunk: bytes) -> asyncio.Future[None]:
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        written.set_result(None)
        return written

    def finish(self) -> None:
        """Nothing to finish."""


class _Application(WSGIContainer):
    """The WSGI application, called on a bounded number of threads."""

    async def answer(self, request: HTTPServerRequest, received_at: float) -> None:
        """Have one request answered; a fault of ours is logged and closes the connection."""
        request.received_at = received_at  # type: ignore[attr-defined]
        try:
            await self.handle_request(request)
        except asyncio.CancelledError:  # the executor is gone: we are stopping
            _close(request.connection)
        except Exception:
            _log.exception("a request could not be answered")
            _close(request.connection)

    def environ(self, request: HTTPServerRequest) -> dict[str, Any]:
        """The WSGI environment, with the time of the last byte."""
        return super().environ(request) | {RECEIVED_AT: request.received_at}  # type: ignore[attr-defined]

    def _log(self, status_code: int, request: HTTPServerRequest) -> None:
        _log.debug("%d %s %s from %s", status_code, request.method, request.path, request.remote_ip)


def _close(connection: HTTPConnection | None) -> None:
    stream = getattr(connection, "stream", None)
    if stream is not None:
        stream.close()


def _is_press(request: HTTPServerRequest) -> bool:
    """A door's plain upload, in the way of the original board."""
    kind = request.headers.get("Content-Type", "")
    return request.method == "POST" and request.path == "/" and kind == "image/jpeg" and "Origin" not in request.headers


def _listen(host: str, port: int) -> socket.socket:
    """One listening socket; `::` takes both families, every other address its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG, dualstack_ipv6=host == "::")
    except socket.gaierror:
        raise _no_such_address(host) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(
                phrase("Port {port} is in use", port=port),
                "Another program listens there, perhaps a second Porchlight. Stop it, or choose another port in the "
                "settings ([receiver] port).",
            ) from None
        if error.errno == errno.EACCES:
            raise StationError(
                phrase("Port {port} may not be used", port=port),
                "The system keeps it for others: choose one above 1023 in the settings.",
            ) from None
        raise _no_such_address(host) from None


def _no_such_address(host: str) -> StationError:
    return StationError(
        phrase("Cannot listen on {host}", host=host),
        "This computer has no such address. Set [receiver] host to one it has, or to 0.0.0.0 for all of them.",
    )


class _Demoted(logging.Filter):
    """What strangers send is no warning of ours: Tornado's words about it are for the curious."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.INFO, "INFO"
        return logging.getLogger(record.name).isEnabledFor(logging.INFO)


_demoted = _Demoted()


def _quieten_tornado(names: Iterable[str] = ("tornado.general", "tornado.access")) -> None:
    for name in names:
        logging.getLogger(name).addFilter(_demoted)
