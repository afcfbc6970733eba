"""The door finds its station by mDNS: what a real responder says is understood, and whatever else comes is harmless."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zeroconf import DNSAddress, DNSOutgoing, DNSPointer, DNSService
from zeroconf.const import _CLASS_IN, _FLAGS_AA, _FLAGS_QR_RESPONSE, _TYPE_A, _TYPE_PTR, _TYPE_SRV

from tests.firmware.door_modules import finder

SERVICE = "_porchlight._tcp.local."


def answer(host: str = "192.168.1.10", port: int = 1066, service: str = SERVICE) -> bytes:
    """As zeroconf writes it, with its pointers into names that came before."""
    instance, target = f"Porchlight on study.{service}", "study-porchlight.local."
    out = DNSOutgoing(_FLAGS_QR_RESPONSE | _FLAGS_AA, multicast=False)
    out.add_answer_at_time(DNSPointer(service, _TYPE_PTR, _CLASS_IN, 120, instance), 0)
    out.add_additional_answer(DNSService(instance, _TYPE_SRV, _CLASS_IN, 120, 0, 0, port, target))
    out.add_additional_answer(DNSAddress(target, _TYPE_A, _CLASS_IN, 120, socket.inet_aton(host)))
    (packet,) = out.packets()
    return packet


@pytest.fixture
def neighbour() -> Iterator[socket.socket]:
    """Somebody on the network who may answer a question."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(10)
        yield listening


def test_a_station_is_read_out_of_what_a_responder_says() -> None:
    """Also among other services, in capitals, and with several of them."""
    assert finder.stations_in(answer()) == [("192.168.1.10", 1066)]
    assert finder.stations_in(answer(service="_PORCHLIGHT._tcp.local.")) == [("192.168.1.10", 1066)]
    assert finder.stations_in(answer(service="_ipp._tcp.local.")) == []


@given(st.binary(max_size=1500))
def test_noise_is_no_station(noise: bytes) -> None:
    """Whatever bytes come: no error, no endless loop."""
    assert finder.stations_in(noise) == []


@given(st.integers(0, len(answer()) - 1), st.integers(0, 255))
def test_a_spoilt_answer_is_no_error(at: int, byte: int) -> None:
    """One byte is another one: pointers in circles, lengths beyond the end."""
    packet = bytearray(answer())
    packet[at] = byte
    for host, port in finder.stations_in(bytes(packet)):
        assert socket.inet_aton(host)
        assert 0 <= port < 65536
    finder.stations_in(bytes(packet[:at]))


def test_the_question_is_asked_and_the_answers_are_gathered(neighbour: socket.socket) -> None:
    """Over a real socket; nonsense in between does not matter."""

    def reply() -> None:
        question, door = neighbour.recvfrom(1500)
        assert question[12:].startswith(finder.SERVICE)
        for packet in (b"nonsense", answer(), answer(), answer("192.168.1.11", 1067)):
            neighbour.sendto(packet, door)

    answering = threading.Thread(target=reply)
    answering.start()
    found = asyncio.run(finder.find(neighbour.getsockname(), 400))
    answering.join()
    assert found == [("192.168.1.10", 1066), ("192.168.1.11", 1067)]


def test_nobody_answers() -> None:
    """Nothing is found, and nothing fails, also without a way out."""
    assert asyncio.run(finder.find(("127.0.0.1", 9), 50)) == []
    assert asyncio.run(finder.find(("256.0.0.1", 9), 50)) == []
