"""Servers on a real port that behave as badly as the world does, and a TCP proxy that can fall silent."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from tests.fakes import TcpServer

Behaviour = Callable[["Line"], None]


class Line:
    """One connection, as the server sees it."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self.connection = connection
        self.closing = closing

    def request(self) -> bytes:
        """A whole HTTP request, up to the length it announces."""
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._some()
        head, _, body = got.partition(b"\r\n\r\n")
        length = int(next(line.split(b":")[1] for line in head.split(b"\r\n") if line.startswith(b"Content-Length")))
        while len(body) < length:
            body += self._some()
        return head + b"\r\n\r\n" + body

    def say(self, answer: bytes) -> None:
        self.connection.sendall(answer)

    def hold(self) -> None:
        """Say nothing until the server ends."""
        self.closing.wait()

    def _some(self) -> bytes:
        piece = self.connection.recv(65536)
        if not piece:
            raise ConnectionError
        return piece


class BadServer(TcpServer):
    """Runs a behaviour for each connection, one after the other."""

    def __init__(self, behave: Behaviour) -> None:
        super().__init__()
        self._behave = behave

    def serve(self, connection: socket.socket) -> None:
        self._behave(Line(connection, self.closing))


class SilentProxy:
    """Carries bytes both ways until `fall_silent`: then both connections stay open and nothing passes any more.

    `overhear`, if any, is called with each piece that passes.
    """

    def __init__(self, port: int, overhear: Callable[[bytes], object] = lambda piece: None) -> None:
        self._to = port
        self._overhear = overhear
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._silenced: set[socket.socket] = set()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, name="silent-proxy")]

    def __enter__(self) -> SilentProxy:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self._listener, *self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in (self._listener, *self._open):
            end.close()

    def fall_silent(self) -> None:
        """The connections of now go dead without a word; new ones work."""
        self._silenced.update(self._open)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self.connections += 1
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open += [near, far]
                for source, sink in ((near, far), (far, near)):
                    thread = threading.Thread(target=self._carry, args=(source, sink), name="silent-proxy-carrier")
                    self._threads.append(thread)
                    thread.start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(4096):
                if source not in self._silenced:
                    self._overhear(piece)
                    sink.sendall(piece)
            if source not in self._silenced:
                sink.shutdown(socket.SHUT_RDWR)
