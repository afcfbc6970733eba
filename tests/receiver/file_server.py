"""A publisher of one file that can misbehave in every way a real one has, and a proxy that is seen being used."""

from __future__ import annotations

import http.client
import re
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE_S = 20.0


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    range: str | None


class Publisher:
    """Serves `content` at every path; `manners` are for the next requests, one each, then it is `polite`."""

    def __init__(self, content: bytes, certificate: Path | None = None) -> None:
        self.content = content
        self.asked: list[Asked] = []
        self.manners: list[Manner] = []
        self.closing = threading.Event()
        self._server = _Server(self)
        self._scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="publisher"
        )

    def __enter__(self) -> Publisher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def address(self, path: str = "file.onnx") -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}/{path}"

    @property
    def ranges(self) -> list[str | None]:
        """The Range header of every request so far."""
        return [asked.range for asked in self.asked]


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what several tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        publisher = self.server.publisher
        publisher.asked.append(Asked(self.path, self.headers.get("Range")))
        self.close_connection = True
        manner = publisher.manners.pop(0) if publisher.manners else polite
        manner(self, publisher)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Quiet: the requests are recorded."""


Manner = Callable[[_Handler, Publisher], None]


def polite(handler: _Handler, publisher: Publisher) -> None:
    """The whole file, or the part that was asked for."""
    whole = publisher.content
    asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    if not asked:
        handler.answer(200, whole, Content_Length=str(len(whole)))
    elif int(asked[1]) >= len(whole):
        handler.answer(416, Content_Length="0", Content_Range=f"bytes */{len(whole)}")
    else:
        rest, span = whole[int(asked[1]) :], f"bytes {asked[1]}-{len(whole) - 1}/{len(whole)}"
        handler.answer(206, rest, Content_Length=str(len(rest)), Content_Range=span)


def without_ranges(handler: _Handler, publisher: Publisher) -> None:
    """Always everything."""
    handler.answer(200, publisher.content, Content_Length=str(len(publisher.content)))


def another_range(handler: _Handler, publisher: Publisher) -> None:
    """The file's beginning, whatever was asked for."""
    whole = publisher.content
    handler.answer(206, whole[:99], Content_Length="99", Content_Range=f"bytes 0-98/{len(whole)}")


def wrong_bytes(handler: _Handler, publisher: Publisher) -> None:
    """As many bytes as the file has, but others."""
    handler.answer(200, bytes(len(publisher.content)), Content_Length=str(len(publisher.content)))


def endless(handler: _Handler, publisher: Publisher) -> None:
    """Bytes until nobody listens."""
    handler.answer(200)
    while not publisher.closing.is_set():
        handler.wfile.write(bytes(64 * 1024))


def compressed(handler: _Handler, publisher: Publisher) -> None:
    """In an encoding nobody asked for."""
    handler.answer(200, publisher.content, Content_Length=str(len(publisher.content)), Content_Encoding="gzip")


def cut_after(count: int, *, announced: bool = True) -> Manner:
    """The connection breaks; without a length, nothing tells the client so."""

    def manner(handler: _Handler, publisher: Publisher) -> None:
        length = {"Content_Length": str(len(publisher.content))} if announced else {}
        handler.answer(200, publisher.content[:count], **length)

    return manner


def silent_after(count: int) -> Manner:
    """Some bytes, and then nothing more comes though the line stays open."""

    def manner(handler: _Handler, publisher: Publisher) -> None:
        handler.answer(200, publisher.content[:count], Content_Length=str(len(publisher.content)))
        publisher.closing.wait(PATIENCE_S)

    return manner


def says(status: int, body: bytes = b"") -> Manner:
    """An error, or something that is no file at all."""
    return lambda handler, _: handler.answer(status, body, Content_Length=str(len(body)))


def redirect(to: str) -> Manner:
    """It is somewhere else; the words around that have no end."""

    def manner(handler: _Handler, publisher: Publisher) -> None:
        handler.answer(302, Location=to)
        while not publisher.closing.is_set():
            handler.wfile.write(bytes(64 * 1024))

    return manner


def forward(handler: _Handler, _publisher: Publisher) -> None:
    """As a proxy does it: the path is a whole address."""
    target = urlsplit(handler.path)
    line = http.client.HTTPConnection(target.netloc, timeout=PATIENCE_S)
    line.request("GET", target.path)
    answer = line.getresponse()
    body = answer.read()
    line.close()
    handler.answer(answer.status, body, Content_Length=str(len(body)))
