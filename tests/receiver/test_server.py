"""The server on real sockets: what boards send, what hostile senders send, and how it starts and stops."""

from __future__ import annotations

import http.client
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from receiver.errors import PortInUse, StationError
from receiver.intake import RECEIVED_AT
from receiver.server import Server
from receiver.settings import ReceiverSettings

MEGABYTE = 1024 * 1024
PATIENCE_S = 20.0


class Application:
    """A WSGI application that remembers what reached it, and answers when it may."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.arrived = threading.Semaphore(0)
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = environ["wsgi.input"].read()
        self.seen.append({**environ, "body": body})
        self.arrived.release()
        self.may_answer.wait(PATIENCE_S)
        if environ["PATH_INFO"] == "/fault":
            raise RuntimeError("a fault of ours")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"stored %d" % len(body)]


class Running:
    def __init__(self, application: Application, server: Server) -> None:
        self.application = application
        self.server = server

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.server.port), PATIENCE_S)

    def send(self, data: bytes, piece: int | None = None) -> bytes:
        """Everything the server answers until it closes the connection."""
        with self.connect() as wire:
            for begin in range(0, len(data), piece or len(data)):
                wire.sendall(data[begin : begin + (piece or len(data))])
            return read_all(wire)

    def works(self) -> bool:
        return b"200 OK" in self.send(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


def read_all(wire: socket.socket) -> bytes:
    answer = b""
    try:
        while piece := wire.recv(65_536):
            answer += piece
    except ConnectionResetError:
        pass
    return answer


def press(body: bytes, *lines: bytes) -> bytes:
    """The original board's manner: bare line feeds, stray bytes behind the body."""
    head = [b"POST / HTTP/1.1", b"Host: 192.168.0.118", b"Connection: close", b"Content-Type: image/jpeg"]
    return b"\n".join([*head, *(lines or [b"Content-Length: %d" % len(body)])]) + b"\n\n" + body + b"\n\n"


@pytest.fixture
def run() -> Iterator[Callable[..., Running]]:
    servers: list[Server] = []

    def start(header_s: float = 10.0, body_s: float = 60.0, **chosen: Any) -> Running:
        application = Application()
        values = {"host": "127.0.0.1", "port": 0} | chosen
        server = Server(application, ReceiverSettings(**values), header_s=header_s, body_s=body_s)
        server.start()
        servers.append(server)
        return Running(application, server)

    yield start
    for server in servers:
        server.stop(0.2)


# ---- the original board


def test_the_original_press_is_taken_byte_for_byte(run: Callable[..., Running], shared_data: Path) -> None:
    """Bare line feeds, a foreign Host, stray bytes behind the body, connection closed: the picture is whole."""
    running = run()
    data = (shared_data / "legacy" / "press.http").read_bytes()

    answer = running.send(data)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    seen = running.application.seen[0]
    assert seen["body"] == (shared_data / "legacy" / "press.jpg").read_bytes()
    assert seen["CONTENT_TYPE"] == "image/jpeg"
    assert seen["REMOTE_ADDR"] == "127.0.0.1"


def test_the_original_press_in_slow_pieces(run: Callable[..., Running], shared_data: Path) -> None:
    """Pieces of 1,024 bytes, each in a packet of its own, the header too."""
    running = run()
    data = (shared_data / "legacy" / "press.http").read_bytes()

    with running.connect() as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pause = threading.Event()
        for begin in range(0, len(data), 1_024):
            wire.sendall(data[begin : begin + 1_024])
            pause.wait(0.01)
        answer = read_all(wire)

    assert answer.endswith(b"stored 11085")


def test_a_press_without_the_stray_bytes_and_with_crlf(run: Callable[..., Running]) -> None:
    """Well-behaved senders are taken just the same, on HTTP/1.0 too."""
    running = run()

    assert running.send(press(b"x" * 5_000)[:-2].replace(b"\n", b"\r\n", 6)).endswith(b"stored 5000")
    assert running.send(b"POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc").endswith(b"stored 3")


def test_the_time_of_the_last_byte_is_passed_on(run: Callable[..., Running]) -> None:
    """Not the time of the first byte, nor of the answer."""
    running = run()
    data = press(b"x" * 100)

    with running.connect() as wire:
        wire.sendall(data[:-50])
        threading.Event().wait(0.3)
        before = time.time()
        wire.sendall(data[-50:])
        read_all(wire)

    assert before <= running.application.seen[0][RECEIVED_AT] <= time.time()


def test_a_press_that_breaks_off_is_still_handed_on(run: Callable[..., Running]) -> None:
    """The radio failed in the middle of the picture: somebody rang all the same."""
    running = run()

    with running.connect() as wire:
        wire.sendall(press(b"x" * 5_000)[:2_000])

    assert running.application.arrived.acquire(timeout=PATIENCE_S)
    assert running.application.seen[0]["body"].startswith(b"xxx")
    assert int(running.application.seen[0]["CONTENT_LENGTH"]) == len(running.application.seen[0]["body"])


@pytest.mark.parametrize(
    "data",
    [
        press(b"x" * 5_000).replace(b"Connection", b"Origin: http://x\nConnection")[:2_000],
        press(b"x" * 5_000).replace(b"image/jpeg", b"multipart/form-data; boundary=x")[:2_000],
        press(b"x" * 5_000).replace(b"POST / ", b"POST /v1 ")[:2_000],
        press(b"").rstrip() + b"\nContent-Length: 9\n\n",
    ],
    ids=["browser", "form", "other address", "no byte of the picture"],
)
def test_what_else_breaks_off_is_forgotten(run: Callable[..., Running], data: bytes) -> None:
    """Only a door's press counts half-done."""
    running = run()

    with running.connect() as wire:
        wire.sendall(data)

    assert running.works()
    assert [seen["REQUEST_METHOD"] for seen in running.application.seen] == ["GET"]


# ---- bounds


def test_a_too_large_upload_gets_its_413(run: Callable[..., Running]) -> None:
    """The sender of nine megabytes reads the refusal, and the application never saw a byte."""
    running = run()
    connection = http.client.HTTPConnection("127.0.0.1", running.server.port, timeout=PATIENCE_S)

    connection.request("POST", "/", b"x" * (9 * MEGABYTE), {"Content-Type": "image/jpeg"})
    response = connection.getresponse()

    assert response.status == 413
    assert set(json.loads(response.read())) == {"title", "message"}
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"stored 0"
    connection.close()
    assert [seen["REQUEST_METHOD"] for seen in running.application.seen] == ["GET"]


def test_a_sender_that_asks_first_is_told_before_it_sends(run: Callable[..., Running]) -> None:
    """Expect: 100-continue, as curl does."""
    answer = run().send(press(b"", b"Expect: 100-continue", b"Content-Length: 20000000").rstrip() + b"\n\n")

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_an_upload_without_a_length_is_411(run: Callable[..., Running]) -> None:
    """Nobody could tell where it ends."""
    running = run()

    answer = running.send(press(b"picture", b"Accept: */*"))

    assert answer.startswith(b"HTTP/1.1 411 ")
    assert running.application.seen == []


def test_a_chunked_body_beyond_the_limit_is_413(run: Callable[..., Running]) -> None:
    """Without a length the limit holds all the same."""
    running = run(max_upload_mb=1)
    connection = http.client.HTTPConnection("127.0.0.1", running.server.port, timeout=PATIENCE_S)

    connection.request("POST", "/", iter([b"x" * MEGABYTE] * 3), {}, encode_chunked=True)

    assert connection.getresponse().status == 413
    connection.close()
    assert running.application.seen == []


def test_a_chunked_body_within_the_limit_arrives_whole(run: Callable[..., Running]) -> None:
    """As newer boards may send it."""
    running = run()
    connection = http.client.HTTPConnection("127.0.0.1", running.server.port, timeout=PATIENCE_S)

    connection.request("POST", "/", iter([b"ab", b"c" * 70_000]), {}, encode_chunked=True)

    assert connection.getresponse().read() == b"stored 70002"
    connection.close()


@pytest.mark.parametrize(
    "data",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffff\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a:b:c d\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a:\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /%00%ff%zz?%s=%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello \r\n\r\n",
        b"\r\n\r\n\r\n\r\n",
        b"HELO mail\r\n\r\n",
    ],
)
def test_bad_requests_are_answered_or_closed_and_hurt_nobody(run: Callable[..., Running], data: bytes) -> None:
    """No warning in the log (the house rule of all tests), and the next one is served."""
    running = run()

    with running.connect() as wire:
        wire.sendall(data)
        wire.shutdown(socket.SHUT_WR)
        answer = read_all(wire)

    assert not answer or re.match(rb"HTTP/1.1 (200|4\d\d) ", answer)
    assert running.works()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(
    data=st.one_of(st.binary(max_size=2_000), st.binary(max_size=200).map(lambda b: b"POST / HTTP/1.1\nHost: x\n" + b))
)
def test_random_bytes_hurt_nobody(shared_server: Running, data: bytes) -> None:
    """Whatever comes through the wire, the server goes on."""
    with shared_server.connect() as wire:
        wire.sendall(data)
        wire.shutdown(socket.SHUT_WR)
        answer = read_all(wire)

    assert b" 500 " not in answer.partition(b"\r\n")[0]
    assert shared_server.works()


@pytest.fixture
def shared_server(run: Callable[..., Running]) -> Running:
    return run()


def test_a_sender_that_never_finishes_its_header_is_cut_off(run: Callable[..., Running]) -> None:
    """And it never kept anyone waiting."""
    running = run(header_s=0.5)

    with running.connect() as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert running.works()
        assert read_all(slow) == b""


def test_a_sender_that_never_finishes_its_body_is_cut_off(run: Callable[..., Running]) -> None:
    """Dripping byte by byte does not help: the time is for the whole body."""
    running = run(body_s=0.5)

    with running.connect() as slow:
        slow.sendall(press(b"x" * 5_000)[:1_000])
        assert running.works()
        assert read_all(slow) == b""
    assert running.application.arrived.acquire(timeout=PATIENCE_S)


def test_connections_are_bounded_and_the_slowest_gives_way(run: Callable[..., Running]) -> None:
    """A crowd that only stands there does not keep the postman out."""
    running = run(max_connections=8)
    crowd = [running.connect() for _ in range(8)]
    for wire in crowd:
        wire.sendall(b"GET / HTTP/1.1\r\n")

    assert running.works()
    assert read_all(crowd[0]) == b""
    for wire in crowd:
        wire.close()


def test_beyond_the_bound_of_busy_connections_new_ones_are_closed(run: Callable[..., Running]) -> None:
    """Those in hand are finished; nobody is half-served."""
    running = run(max_connections=8)
    running.application.may_answer.clear()
    with ThreadPoolExecutor(8) as pool:
        busy = [pool.submit(running.send, press(b"x")) for _ in range(8)]
        for _ in busy:
            assert running.application.arrived.acquire(timeout=PATIENCE_S)
        assert running.send(b"GET / HTTP/1.1\r\n\r\n") == b""
        running.application.may_answer.set()
        assert all(answer.result().endswith(b"stored 1") for answer in busy)


def test_two_hundred_at_once_are_all_answered(run: Callable[..., Running]) -> None:
    """Each on its own connection, all of them open before the first has ended."""
    running = run()
    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(lambda n: running.send(press(b"x" * (1_000 + n))), range(200)))

    assert sorted(int(answer.rpartition(b" ")[2]) for answer in answers) == list(range(1_000, 1_200))


@pytest.mark.expects_log("could not be answered")
def test_a_fault_of_ours_closes_the_connection_and_is_logged(
    run: Callable[..., Running], caplog: pytest.LogCaptureFixture
) -> None:
    """The sender is never left waiting."""
    running = run()

    assert running.send(b"GET /fault HTTP/1.1\r\nHost: x\r\n\r\n") == b""
    assert "a fault of ours" in caplog.text
    assert running.works()


def test_what_strangers_send_is_no_warning(run: Callable[..., Running], caplog: pytest.LogCaptureFixture) -> None:
    """It is there at INFO for the curious."""
    caplog.set_level(logging.INFO)
    run().send(b"nonsense\r\n\r\n")

    assert "Malformed HTTP" in caplog.text
    assert all(record.levelno <= logging.INFO for record in caplog.records)


# ---- life


def test_a_port_in_use_is_said_with_the_way_out(run: Callable[..., Running]) -> None:
    """The sentence names the port and the setting."""
    taken = run().server.port

    with pytest.raises(PortInUse, match=rf"{taken}.*\[receiver\] port"):
        run(port=taken)


@pytest.mark.parametrize("host", ["192.0.2.7", "no-such-host.invalid", "2001:db8::7"])
def test_a_foreign_address_is_said_with_the_way_out(run: Callable[..., Running], host: str) -> None:
    """Not a traceback about EADDRNOTAVAIL."""
    with pytest.raises(StationError, match=re.escape(host)):
        run(host=host)


@pytest.mark.parametrize(
    ("host", "four", "six"),
    [("0.0.0.0", True, False), ("127.0.0.1", True, False), ("::", True, True), ("::1", False, True)],
)
def test_it_listens_where_the_setting_says(run: Callable[..., Running], host: str, four: bool, six: bool) -> None:
    """Both families only when asked for; an IPv4 sender shows as such either way."""
    if six and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    running = run(host=host)

    for address, expected in (("127.0.0.1", four), ("::1", six)):
        try:
            socket.create_connection((address, running.server.port), 2).close()
            reached = True
        except OSError:
            reached = False
        assert reached is expected or (address == "::1" and not has_ipv6())
    if four:
        assert running.works()
        assert running.application.seen[0]["REMOTE_ADDR"] == "127.0.0.1"


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_stopping_lets_a_request_in_hand_finish(run: Callable[..., Running]) -> None:
    """It gets its answer; new connections are refused meanwhile; then the thread is gone."""
    running = run()
    running.application.may_answer.clear()
    with ThreadPoolExecutor(2) as pool:
        answer = pool.submit(running.send, press(b"xyz"))
        assert running.application.arrived.acquire(timeout=PATIENCE_S)
        stopped = pool.submit(running.server.stop, PATIENCE_S)
        wait_until_refused(running)
        running.application.may_answer.set()
        assert answer.result().endswith(b"stored 3")
        stopped.result()
    assert "server" not in {thread.name for thread in threading.enumerate()}


def wait_until_refused(running: Running) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            running.connect().close()
        except OSError:
            return
    raise AssertionError("the port stayed open")


def test_stopping_never_waits_longer_than_its_grace(run: Callable[..., Running]) -> None:
    """Idle, slow and stuck connections are closed."""
    running = run()
    running.application.may_answer.clear()
    wires = [running.connect() for _ in range(3)]
    wires[1].sendall(b"GET / HTTP/1.1\r\nHost: ")
    wires[2].sendall(press(b"stuck"))
    assert running.application.arrived.acquire(timeout=PATIENCE_S)

    began = time.monotonic()
    running.server.stop(0.3)

    assert time.monotonic() - began < 10
    assert [read_all(wire) for wire in wires] == [b"", b"", b""]
    for wire in wires:
        wire.close()
    running.application.may_answer.set()


def test_starting_and_stopping_again_and_again(run: Callable[..., Running]) -> None:
    """The same port is free at once; stopping twice or before the start is harmless."""
    port = 0
    for _ in range(5):
        running = run(port=port)
        port = running.server.port
        assert running.works()
        running.server.stop()
        running.server.stop()
    Server(Application(), ReceiverSettings()).stop()


def test_the_address_is_known_once_started() -> None:
    """Asking before is a mistake of ours."""
    with pytest.raises(RuntimeError):
        _ = Server(Application(), ReceiverSettings()).port
