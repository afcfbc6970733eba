"""The station is found in its network by itself."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from receiver import addresses, announcement
from receiver.announcement import Announcement, find_stations
from receiver.errors import StationError
from tests.waiting import wait_until

GROUP, PORT = "224.0.0.251", 5353
PATIENCE = 10


def require_multicast() -> None:
    """Containers without it cannot show this."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(addresses.LOOPBACK))
            probe.sendto(b"", (GROUP, PORT))
        except OSError as error:
            pytest.skip(f"no multicast on this machine: {error}")


@pytest.fixture
def one_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its only network is the loopback."""
    require_multicast()
    monkeypatch.setattr(addresses, "outward", lambda: addresses.LOOPBACK)
    monkeypatch.setattr(addresses, "for_doors", lambda _host: addresses.LOOPBACK)


def found(port: int, wanted: bool) -> announcement.FoundStation | None:
    """Our station, once what is announced is as `wanted`."""
    for _ in range(PATIENCE):
        ours = next((station for station in find_stations(0.5) if station.port == port), None)
        if (ours is not None) == wanted:
            return ours
    raise AssertionError(f"the station is {'not found' if wanted else 'still there'}")


@pytest.mark.usefixtures("one_computer")
def test_a_station_is_found_and_says_goodbye(free_port: int) -> None:
    """With address, port and version, under this computer's name; not any more once it has stopped."""
    station = Announcement("0.0.0.0", free_port, "1.2.3")
    station.start()
    try:
        seen = found(free_port, wanted=True)
    finally:
        station.stop()
    assert seen is not None
    assert (seen.host, seen.version) == ("127.0.0.1", "1.2.3")
    assert seen.name.startswith("Porchlight on ")
    found(free_port, wanted=False)


@pytest.mark.usefixtures("one_computer")
def test_two_stations_of_one_name(free_port: int) -> None:
    """The second takes another name instead of none."""
    first, second = Announcement("0.0.0.0", free_port, "1"), Announcement("0.0.0.0", free_port + 1, "1")
    with ExitStack() as stack:
        stack.callback(first.stop)
        first.start()
        one = found(free_port, wanted=True)
        stack.callback(second.stop)
        second.start()
        two = found(free_port + 1, wanted=True)
    assert one is not None
    assert two is not None
    assert one.name != two.name


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_no_network_is_one_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, free_port: int
) -> None:
    """Neither an error nor said again at every look; and nobody searches without one."""
    looks = 0

    def none() -> None:
        nonlocal looks
        looks += 1

    caplog.set_level(logging.INFO, "receiver")
    monkeypatch.setattr(addresses, "outward", none)
    monkeypatch.setattr(announcement, "_LOOK_S", 0.001)
    station = Announcement("0.0.0.0", free_port, "1")
    station.start()
    until(lambda: looks > 3)
    station.stop()
    assert [record.getMessage() for record in caplog.records] == [
        "not announced in the network: This computer has no network: "
        "Connect it to the network of the door, then set the door up again."
    ]
    with pytest.raises(StationError, match="no network"):
        find_stations(0)


def until(true: Callable[[], bool]) -> None:
    wait_until(true, 10)
