"""The ports of the built-in broker, in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from receiver.broker import memory
from receiver.broker.access import STATION, Access
from receiver.broker.connection import Connection
from receiver.broker.gate import Gate
from receiver.broker.hub import Hub
from receiver.broker.limits import Limits
from receiver.broker.reception import Reception
from receiver.language import phrase

_log = logging.getLogger(__name__)

_BACKLOG = 64
_LOOK_S = 1.0
"""Between two looks at the clock."""
_WRITE_AFTER_S = 5.0
"""What is retained is written so long after it changed: a crash loses that much."""
_AGAIN_S = 15.0
"""Between two attempts at a port that somebody else has."""
_PROBE_S = 0.5
_PROBE = b"\x10\x0d\x00\x04MQTT\x7f\x02\x00\x05\x00\x01p"
"""A first packet of a version that there is not: every broker has to say so (3.1.2.2), and none minds."""


class Broker:
    """The built-in broker: `start` and `stop` may be called from any thread.

    It listens for doors and the owner's account at `host` and `port`, and for the station at `inside`, a port of this
    computer with the password `password`, which are new with each start. When somebody else has the port,
    `trouble` says so, the station is served all the same, and the port is tried again from time to time; `changed` is
    called, on a thread of the broker's, when `trouble` changes. `clock` returns Unix seconds.
    """

    user = STATION

    def __init__(
        self,
        host: str,
        port: int,
        *,
        base_topic: str,
        door_password: Callable[[str], str | None],
        owner: tuple[str, str] = ("", ""),
        file: Path | None = None,
        limits: Limits | None = None,
        changed: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.password = secrets.token_urlsafe(24)
        self.inside = 0
        """Port on the loopback interface for the station; known from `start` on."""
        self.trouble = ""
        """Why nobody but the station can connect; empty when they can."""
        self._host = host
        self._port = port
        self._changed = changed
        self._clock = clock
        self._file = file
        self._limits = limits or Limits()
        self._hub = Hub(self._limits)
        access = Access(base_topic, door_password, station=self.password, owner=owner)
        self._reception = Reception(access, self._hub, Gate(self._limits), self._limits)
        self._thread: threading.Thread | None = None

    @property
    def clients(self) -> int:
        """How many are connected, the station aside."""
        return sum(not client.inside for client in list(self._reception.clients))

    @property
    def refused(self) -> int:
        """Connections that were not let in so far."""
        return self._reception.refused

    def start(self) -> None:
        """Begin to listen; a port that is taken is no error but a `trouble`."""
        for message in memory.recall(self._file, self._epoch()) if self._file else ():
            self._hub.keep(message)
        own = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        self.inside = int(own.getsockname()[1])
        listener, self.trouble = _listen(self._host, self._port)
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(own, listener, ready), name="broker", daemon=True)
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Hang up on everybody, whose last wills are retained, and end. May be repeated."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            thread.join(5.0)

    def recheck(self) -> None:
        """Throw out doors that are not let in any more, at once."""
        if self._thread is not None:
            with suppress(RuntimeError):  # it ended meanwhile
                self._loop.call_soon_threadsafe(self._reception.recheck)

    # ---- on the broker's thread

    def _run(self, own: socket.socket, listener: socket.socket | None, ready: threading.Event) -> None:
        asyncio.run(self._serve(own, listener, ready))

    async def _serve(self, own: socket.socket, listener: socket.socket | None, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        servers = [await self._open(own, inside=True)]
        if listener:
            servers.append(await self._open(listener, inside=False))
        ready.set()
        upkeep = asyncio.gather(self._look_around(), self._write_now_and_then(), self._get_the_port(servers))
        await self._stopping.wait()
        upkeep.cancel()
        with suppress(asyncio.CancelledError):
            await upkeep
        for server in servers:
            server.close()
        self._reception.close()
        self._write()
        await asyncio.sleep(0)  # lets the sockets be closed

    async def _open(self, listener: socket.socket, *, inside: bool) -> asyncio.Server:
        return await self._loop.create_server(partial(Connection, self._reception, inside=inside), sock=listener)

    async def _look_around(self) -> None:
        rechecked = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_S)
            now = time.monotonic()
            self._reception.look_at_the_clock(now)
            self._hub.look_at_the_clock(now)
            if now - rechecked > self._limits.recheck_s:
                rechecked = now
                self._reception.recheck()

    async def _write_now_and_then(self) -> None:
        written = self._hub.changes
        while True:
            await asyncio.sleep(_WRITE_AFTER_S)
            if written != self._hub.changes:
                written = self._hub.changes
                self._write()

    async def _get_the_port(self, servers: list[asyncio.Server]) -> None:
        while self.trouble:
            await asyncio.sleep(_AGAIN_S)
            listener, trouble = await self._loop.run_in_executor(None, _listen, self._host, self._port)
            if listener:
                servers.append(await self._open(listener, inside=False))
            if trouble != self.trouble:
                self.trouble = trouble
                await self._loop.run_in_executor(None, self._changed)

    def _write(self) -> None:
        if self._file:
            wills = self._reception.retained_wills(time.monotonic())
            memory.remember(self._file, self._hub.retained.values(), wills, self._epoch())

    def _epoch(self) -> float:
        return self._clock() - time.monotonic()


def what_uses(host: str, port: int) -> str:
    """In words, who listens at a port where the built-in broker would: empty when nobody does."""
    listener, trouble = _listen(host, port)
    if listener:
        listener.close()
    return trouble


def _listen(host: str, port: int) -> tuple[socket.socket | None, str]:
    """The listening socket, or why there is none."""
    # On some systems one may listen everywhere beside a program that listens on the loopback interface only; half of
    # the clients would end there. So we knock first.
    if answer := _knock(host, port):
        return None, answer
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG, dualstack_ipv6=host == "::"), ""
    except OSError as error:
        return None, phrase(
            "port {port} cannot be used: {error}. Choose another port", port=port, error=error.strerror or error
        )


def _knock(host: str, port: int) -> str:
    address = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with socket.create_connection((address, port), _PROBE_S) as wire:
            wire.settimeout(_PROBE_S)
            wire.sendall(_PROBE)
            try:
                is_broker = wire.recv(1) == b"\x20"
            except OSError:
                is_broker = False
    except OSError:
        return ""
    if is_broker:
        return phrase("another broker uses port {port}: choose it as your own broker, or another port", port=port)
    return phrase("another program uses port {port}: choose another port", port=port)
