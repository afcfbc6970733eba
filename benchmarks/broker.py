"""The built-in broker under load, side by side with mosquitto: delivered, lost, latency, processor time.

    python -m benchmarks.broker [--seconds 60] [--mqtt 5] [--amqtt PYTHON]
    python -m benchmarks.broker --station

Fifty doors say together 1,000 messages a second with QoS 1 to one subscriber, and a picture of 200 KB goes out every
second; then shorter runs with more and more messages, until some are lost or late. Everybody speaks MQTT 3.1.1, or 5 if
that is asked for. `PYTHON` is an interpreter with
amqtt, to have the library that was not taken in the same table. Everything runs on this machine, the load too: a
broker that is starved by the load is worse here than it would be.

The second command tells what the broker's thread costs the station: how long its web server takes for an answer while
nothing, or a lot, goes through the built-in broker, and while the same goes through a mosquitto beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import requests

from benchmarks.tables import percentile, table
from receiver.broker import Broker, Limits, packets
from receiver.broker.packets import Message
from receiver.broker.reader import length, text
from tests.fakes import Mosquitto, free_port
from tests.station_process import StationProcess

DOORS = 50
RATE = 1000
PICTURE = b"\xff\xd8" + bytes(200 * 1024)
STEPS = (2000, 4000, 8000, 16000, 32000)
STEP_S = 10.0
OWNER = ("owner", "secret-owner")
ASKED = 200
_TICK_S = 0.01
_GRACE_S = 5.0
_LATE_MS = 1000.0

AMQTT = """
import asyncio, sys
from amqtt.broker import Broker

async def main():
    plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    listener = {"type": "tcp", "bind": "127.0.0.1:" + sys.argv[1], "max_connections": 64}
    await Broker({"listeners": {"default": listener}, "plugins": plugins}).start()
    print("listening", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@dataclass
class Figures:
    """Of one run."""

    sent: int = 0
    refused: int = 0
    """Connections that broke."""
    latencies: list[float] = field(default_factory=list)
    """Milliseconds from the door's word to the subscriber, of what was delivered."""
    pictures_sent: int = 0
    pictures: list[float] = field(default_factory=list)
    behind_ms: float = 0.0
    """How late the load itself was at most."""
    cpu: float = 0.0
    """Percent of one core."""

    @property
    def lost(self) -> int:
        return self.sent - len(self.latencies)

    @property
    def holds(self) -> bool:
        """Nothing was lost, and hardly anything late."""
        return not self.lost and percentile(self.latencies, 99) < _LATE_MS

    def row(self, broker: str, rate: int) -> tuple[str, ...]:
        return (
            f"{broker}, {rate} a second",
            f"{len(self.latencies)} of {self.sent}",
            str(self.lost),
            *(f"{percentile(self.latencies or [float('nan')], p):.1f} ms" for p in (50, 99)),
            f"{len(self.pictures)} of {self.pictures_sent}",
            f"{percentile(self.pictures or [float('nan')], 99):.0f} ms",
            f"{self.cpu:.0f} %",
        )


class Client(asyncio.Protocol):
    """As little of an MQTT client as the load needs, so that it is not the load that is measured."""

    def __init__(
        self,
        name: str,
        account: tuple[str, str],
        hear: Callable[[bytes], None] = lambda _: None,
        level: int = packets.THREE,
    ) -> None:
        self.answered = asyncio.get_running_loop().create_future()
        self.lost = False
        self._name = name
        self._account = account
        self._hear = hear
        self._level = level
        self._nothing = b"\0" if level == packets.FIVE else b""
        """No properties."""
        self._buffer = bytearray()
        self._id = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.wire = transport
        said = self._nothing + b"".join(text(word) for word in (self._name, *self._account))
        transport.write(_packet(0x10, b"\x00\x04MQTT" + bytes((self._level,)) + b"\xc2\x00\x3c" + said))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while packet := packets.take(self._buffer, 1 << 24):
            first, body = packet
            if first & 0xF0 == packets.PUBLISH:
                message, packet_id = packets.read_publish(first, body, self._level)
                if packet_id:
                    self.wire.write(packets.answer(packets.PUBACK, packet_id, self._level))
                self._hear(message.payload)
            elif first in (0x20, 0x90) and not self.answered.done():
                self.answered.set_result(body)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True

    async def subscribe(self, topic_filter: str) -> None:
        self.answered = asyncio.get_running_loop().create_future()
        self.wire.write(_packet(0x82, b"\x00\x01" + self._nothing + text(topic_filter) + b"\x01"))
        assert (await self.answered)[-1] == 1, f"{self._name} may not subscribe to {topic_filter}"

    def publish(self, topic: str, payload: bytes) -> None:
        self._id = self._id % 0xFFFF + 1
        self.wire.write(packets.publish(Message(topic, payload, 1, retain=False), self._id, self._level))


async def load(port: int, pid: int, rate: int, seconds: float, level: int) -> Figures:
    """One run against the broker at a port."""
    figures = Figures()
    loop = asyncio.get_running_loop()

    def stamped() -> bytes:
        return time.perf_counter_ns().to_bytes(8, "big")

    def note(into: list[float]) -> Callable[[bytes], None]:
        return lambda payload: into.append((time.perf_counter_ns() - int.from_bytes(payload[:8], "big")) / 1e6)

    async def come(name: str, account: tuple[str, str], hear: Callable[[bytes], None] = lambda _: None) -> Client:
        _, client = await loop.create_connection(lambda: Client(name, account, hear, level), "127.0.0.1", port)
        assert (await client.answered)[1] == 0, f"{name} is refused"
        return client

    station = await come("station", OWNER, note(figures.latencies))
    await station.subscribe("porchlight/+/health")
    home = await come("home", OWNER, note(figures.pictures))
    await home.subscribe("porchlight/+/picture")
    doors = [await come(f"door-{i}", (f"door-{i}", f"secret-door-{i}")) for i in range(DOORS)]
    process = psutil.Process(pid)
    before, began = sum(process.cpu_times()[:2]), time.perf_counter()
    while (elapsed := time.perf_counter() - began) < seconds:
        due = int(elapsed * rate)
        figures.behind_ms = max(figures.behind_ms, (due - figures.sent) / rate * 1000)
        for number in range(figures.sent, due):
            doors[number % DOORS].publish(f"porchlight/door-{number % DOORS}/health", stamped() + bytes(92))
        figures.sent = due
        if any(client.lost for client in (station, home, *doors)):
            break
        if figures.pictures_sent <= elapsed:
            figures.pictures_sent += 1
            station.publish("porchlight/door-0/picture", stamped() + PICTURE)
        await asyncio.sleep(_TICK_S)
    figures.cpu = 100 * (sum(process.cpu_times()[:2]) - before) / (time.perf_counter() - began)
    deadline = time.perf_counter() + _GRACE_S
    while time.perf_counter() < deadline and (figures.lost or len(figures.pictures) < figures.pictures_sent):
        await asyncio.sleep(0.1)
    figures.refused = sum(client.lost for client in (station, home, *doors))
    for client in (station, home, *doors):
        client.wire.abort()
    await asyncio.sleep(0.1)
    return figures


# ---- the brokers


@contextmanager
def mosquitto() -> Iterator[tuple[int, int]]:
    """Port and process of a mosquitto with the same accounts and topics."""
    doors = [f"door-{i}" for i in range(DOORS)]
    rules = "\n".join(f"user {d}\ntopic write porchlight/{d}/health\ntopic read porchlight/{d}/command" for d in doors)
    users = {OWNER[0]: OWNER[1]} | {d: f"secret-{d}" for d in doors}
    with Mosquitto(users, acl=f"user {OWNER[0]}\ntopic readwrite #\n{rules}\n") as running:
        [process] = [p for p in psutil.process_iter() if _listens(p, running.port)]
        yield running.port, process.pid


@contextmanager
def builtin() -> Iterator[tuple[int, int]]:
    """Ours, in a process of its own so that its processor time can be told from the load's."""
    with _process([sys.executable, "-m", "benchmarks.broker", "--serve"]) as found:
        yield found


@contextmanager
def amqtt(python: str) -> Iterator[tuple[int, int]]:
    """The library that was not taken; anybody may do anything there."""
    with _process([python, "-c", AMQTT]) as found:
        yield found


@contextmanager
def _process(command: list[str]) -> Iterator[tuple[int, int]]:
    port = free_port()
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout and process.stdout.readline(), "the broker did not start"
        yield port, process.pid
    finally:
        process.kill()
        process.communicate()


def serve(port: int) -> None:
    """The built-in broker alone, with no limit on what a door says."""
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(
            "127.0.0.1",
            port,
            base_topic="porchlight",
            door_password=lambda door: f"secret-{door}",
            owner=OWNER,
            file=Path(folder) / "retained.json",
            limits=Limits(door_rate=1e9, door_burst=1e9),
        )
        broker.start()
        print("listening", flush=True)
        threading.Event().wait()


async def push(port: int, rate: int, ended: asyncio.Event) -> None:
    """Messages that one client says and another hears, and the station does not."""
    loop = asyncio.get_running_loop()
    hearer = (await loop.create_connection(lambda: Client("hearer", OWNER), "127.0.0.1", port))[1]
    sayer = (await loop.create_connection(lambda: Client("sayer", OWNER), "127.0.0.1", port))[1]
    for client in (hearer, sayer):
        await client.answered
    await hearer.subscribe("bench/#")
    began, sent = time.perf_counter(), 0
    while not ended.is_set():
        due = int((time.perf_counter() - began) * rate)
        for _ in range(sent, due):
            sayer.publish("bench/x", bytes(100))
        sent = due
        await asyncio.sleep(_TICK_S)


def answers(address: str) -> list[float]:
    """Milliseconds of the web server's answers, twenty a second."""
    took = []
    with requests.Session() as session:
        for _ in range(ASKED):
            began = time.perf_counter()
            assert session.get(f"{address}/v1/health", timeout=10).ok
            took.append((time.perf_counter() - began) * 1000)
            time.sleep(0.05)
    return took


def station() -> None:
    """Print what the station's web server notices of its broker."""

    async def asked(address: str, port: int, rate: int) -> list[float]:
        ended = asyncio.Event()
        pushing = asyncio.create_task(push(port, rate, ended))
        took = await asyncio.to_thread(answers, address)
        ended.set()
        await pushing
        return took

    rows = []
    port = free_port()
    account = {"PORCHLIGHT_MQTT__USERNAME": OWNER[0], "PORCHLIGHT_MQTT__PASSWORD": OWNER[1]}
    ours = {"PORCHLIGHT_MQTT__BROKER": "builtin", "PORCHLIGHT_MQTT__PORT": str(port), **account}
    with tempfile.TemporaryDirectory() as folder, mosquitto() as (other, _):
        running = StationProcess(Path(folder), ours).start()
        try:
            answers(running.address)  # while it is still loading its models
            for name, where, rate in [("nothing", port, 0)] + [
                (f"{rate} messages a second through {name}", where, rate)
                for rate in (100, 1000, 4000)
                for name, where in (("the built-in broker", port), ("mosquitto", other))
            ]:
                took = asyncio.run(asked(running.address, where, rate))
                rows.append((name, f"{percentile(took, 50):.1f} ms", f"{percentile(took, 99):.1f} ms"))
        finally:
            running.stop()
    print(table(("meanwhile", "p50 of an answer", "p99"), rows))


def main() -> None:
    """Print the tables."""
    options = _options()
    if options.station:
        station()
        return
    if options.serve:
        serve(options.serve)
        return
    brokers = {"built-in": builtin, "mosquitto": mosquitto}
    if options.amqtt:
        brokers["amqtt"] = lambda: amqtt(options.amqtt)
    level = packets.FIVE if options.mqtt == "5" else packets.THREE
    rows: list[tuple[str, ...]] = []
    for rate in (RATE, *STEPS):
        for name, run in list(brokers.items()):
            with run() as (port, pid):
                seconds = options.seconds if rate == RATE else options.step_seconds
                figures = asyncio.run(load(port, pid, rate, seconds, level))
            rows.append(figures.row(name, rate))
            print(f"{rows[-1]}, {figures.refused} cut off, load late by {figures.behind_ms:.0f} ms", file=sys.stderr)
            if not figures.holds:
                del brokers[name]
    print(
        table(("broker", "delivered", "lost", "p50", "p99", "pictures", "p99 of a picture", "processor"), rows),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help=f"at {RATE} messages a second")
    parser.add_argument("--step-seconds", type=float, default=STEP_S, help="at each rate beyond")
    parser.add_argument("--mqtt", choices=["3.1.1", "5"], default="3.1.1")
    parser.add_argument("--amqtt", default="", metavar="PYTHON")
    parser.add_argument("--station", action="store_true", help="what the station notices of its broker")
    parser.add_argument("--serve", type=int, default=0, metavar="PORT", help=argparse.SUPPRESS)
    return parser.parse_args()


def _listens(process: psutil.Process, port: int) -> bool:
    return process.name() == "mosquitto" and any(c.laddr.port == port for c in process.net_connections("tcp"))


def _packet(first: int, body: bytes) -> bytes:
    return bytes((first,)) + length(len(body)) + body


if __name__ == "__main__":
    main()
