"""The door's MQTT client with a real mosquitto, with a link that goes dead, and with nonsense; on both interpreters."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.fakes import PATIENCE_S, Inbox, Mosquitto
from tests.firmware.bad_servers import BadServer, Line, SilentProxy
from tests.firmware.interpreters import INTERPRETERS
from tests.firmware.running import program_command

both = pytest.mark.parametrize("interpreter", INTERPRETERS)
CONNACK = b"\x20\x02\x00\x00"


class RunningDoor:
    """`programs/mqtt_program.py` as a process, and what it prints."""

    def __init__(self, interpreter: str, port: int, keepalive_s: float, *user: str) -> None:
        command = program_command(interpreter, "mqtt_program", port, keepalive_s, *user)
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.said: list[str] = []

    def wait_for(self, words: str) -> str:
        """The next line that holds these words."""
        assert self._process.stdout
        for line in self._process.stdout:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"it ended without {words!r}: {''.join(self.said)}")

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()


@contextmanager
def door_on(interpreter: str, port: int, keepalive_s: float = 20, *user: str) -> Iterator[RunningDoor]:
    door = RunningDoor(interpreter, port, keepalive_s, *user)
    try:
        yield door
    finally:
        door.end()


def ended(door: RunningDoor, inbox: Inbox) -> dict[str, Any]:
    """Have the door end, and return its last line."""
    inbox.publish("porch/set", "quit")
    return dict(json.loads(door.wait_for('"connections"')))


@both
@pytest.mark.broker
def test_it_publishes_and_hears(interpreter: str) -> None:
    """With user and password; a retained status, echoes in order with QoS 1, and a proper end without the last will."""
    with Mosquitto({"door": "secret"}) as broker, broker.listen() as inbox:
        with door_on(interpreter, broker.port, 20, "door", "secret") as door:
            assert inbox.wait("porch/status").text == "online"
            for number in range(20):
                inbox.publish("porch/set", f"text {number} äöü")
            inbox.wait("porch/echo", 20)
            assert [mail.text for mail in inbox.of("porch/echo")] == [f"text {number} äöü" for number in range(20)]
            assert {mail.qos for mail in inbox.of("porch/echo")} == {1}
            assert ended(door, inbox)["connections"] == 1
        assert [mail.text for mail in inbox.of("porch/status")] == ["online"]


@both
@pytest.mark.broker
def test_a_wrong_password_is_said(interpreter: str) -> None:
    """The broker's refusal in words; the door goes on trying."""
    with Mosquitto({"door": "secret"}) as broker, door_on(interpreter, broker.port, 20, "door", "wrong") as door:
        assert "this user may not connect" in door.wait_for("trouble") or "password" in door.said[-1]


@both
@pytest.mark.broker
def test_the_last_will_tells_of_a_door_that_died(interpreter: str) -> None:
    """Killed, it is offline for everybody, retained."""
    with Mosquitto() as broker, broker.listen() as inbox:
        with door_on(interpreter, broker.port):
            inbox.wait("porch/status")
        assert inbox.wait("porch/status", 2).text == "offline"


@both
@pytest.mark.broker
def test_a_broker_that_comes_back_is_found_again(interpreter: str) -> None:
    """After a restart of the broker the door connects, subscribes and answers as before."""
    with Mosquitto() as broker, door_on(interpreter, broker.port) as door:
        door.wait_for("connected 1")
        broker.kill()
        door.wait_for("trouble")
        broker.start()
        door.wait_for("connected 2")
        with broker.listen() as inbox:
            inbox.publish("porch/set", "again")
            assert inbox.wait("porch/echo").text == "again"
            assert ended(door, inbox)["connections"] == 2


@both
@pytest.mark.broker
def test_a_link_that_goes_dead_without_a_word_is_noticed(interpreter: str) -> None:
    """No packet comes through any more and nothing is closed: given up within the keep-alive, and made anew."""
    keepalive_s = 1.0
    with (
        Mosquitto() as broker,
        SilentProxy(broker.port) as proxy,
        broker.listen() as inbox,
        door_on(interpreter, proxy.port, keepalive_s) as door,
    ):
        inbox.wait("porch/status")
        proxy.fall_silent()
        assert "silent" in door.wait_for("trouble")
        door.wait_for("connected 2")
        inbox.publish("porch/set", "over the new link")
        assert inbox.wait("porch/echo").text == "over the new link"
        assert proxy.connections == 2


@both
@pytest.mark.broker
def test_a_quiet_link_is_kept(interpreter: str) -> None:
    """With nothing to say, pings keep one connection alive for several times the keep-alive."""
    pings = threading.Semaphore(0)

    def overhear(piece: bytes) -> None:
        if piece == b"\xc0\x00":
            pings.release()

    with (
        Mosquitto() as broker,
        SilentProxy(broker.port, overhear) as proxy,
        broker.listen() as inbox,
        door_on(interpreter, proxy.port, 1) as door,
    ):
        inbox.wait("porch/status")
        for _ in range(5):
            assert pings.acquire(timeout=PATIENCE_S)
        inbox.publish("porch/set", "still there?")
        inbox.wait("porch/echo")
        end = ended(door, inbox)
        assert end["connections"] == 1
        assert end["steps"] > 20


@both
@pytest.mark.broker
def test_a_packet_that_is_too_long_is_read_past(interpreter: str) -> None:
    """Half a megabyte for a heap of 200 KB: acknowledged, not kept, and the next message arrives."""
    with Mosquitto() as broker, broker.listen("porch/#") as inbox, door_on(interpreter, broker.port) as door:
        inbox.wait("porch/status")
        inbox.publish("porch/set", "x" * 500_000)
        inbox.publish("porch/set", "short")
        assert inbox.wait("porch/echo").text == "short"
        end = ended(door, inbox)
        assert (end["skipped"], end["connections"]) == (1, 1)


@both
def test_a_message_nobody_acknowledges_is_sent_again(interpreter: str) -> None:
    """QoS 1 goes out once more with the same number and DUP, until the broker says it has it."""
    packets: list[bytes] = []

    def behave(line: Line) -> None:
        read_packet(line)
        line.say(CONNACK)
        while len(packets) < 3:
            packet = read_packet(line)
            if packet[0] & 0xF0 == 0x30:
                packets.append(packet)
            else:
                line.say(b"\x90\x03" + packet[2:4] + b"\x01")  # what it subscribes to is granted
        line.say(b"\x40\x02" + packets[-1][16:18])
        line.say(b"\x30\x0f\x00\x09porch/setquit")
        line.hold()

    with BadServer(behave) as server, door_on(interpreter, server.port) as door:
        door.wait_for('"connections"')
    first, *again = packets
    assert first[0] == 0x33
    assert {packet[0] for packet in again} == {0x3B}
    assert {packet[1:] for packet in packets} == {first[1:]}


@both
@pytest.mark.parametrize(
    ("nonsense", "words"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n" + b" " * 100, "no MQTT broker"),
        (b"\x20\x81\x10" + bytes(2049), "no MQTT broker"),
        (b"\x20\x02\x00\x05", "may not connect"),
        (b"\x20\x02\x00\xee", "reason 238"),
        (CONNACK + b"\x30\xff\xff\xff\xff\x7f", "nonsense"),
        (CONNACK + b"\x30\xff\xff\xff\x7f", "announces a packet of 268435455 bytes"),
        (CONNACK + b"\x30\x01\x00", "nonsense"),
        (CONNACK + b"\x30\x03\x00\x09p", "nonsense"),
        (CONNACK + b"\x36\x04\x00\x01p\x00", "nonsense"),
        (CONNACK + b"\x00\x00", "nonsense"),
        (CONNACK + b"\x30\x7fhalf", "in time"),
        (b"", "in time"),
    ],
)
def test_a_broker_that_talks_nonsense_is_left(interpreter: str, nonsense: bytes, words: str) -> None:
    """Said in words, and then tried again: a second connection comes."""
    greetings: queue.Queue[bytes] = queue.Queue()

    def behave(line: Line) -> None:
        greetings.put(read_packet(line))
        line.say(nonsense)
        while line.connection.recv(1024):  # until the door hangs up
            pass

    with BadServer(behave) as server, door_on(interpreter, server.port) as door:
        assert words in door.wait_for("trouble")
        assert greetings.get(timeout=PATIENCE_S) == greetings.get(timeout=PATIENCE_S)


def read_packet(line: Line) -> bytes:
    """One short packet from the door."""
    head = line.connection.recv(2)
    if len(head) < 2:
        raise ConnectionError
    body = b""
    while len(body) < head[1]:
        body += line.connection.recv(head[1] - len(body))
    return head + body
