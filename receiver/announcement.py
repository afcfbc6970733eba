"""The station makes itself known in its network by mDNS, so that whoever sets up a door types no address."""

from __future__ import annotations

import logging
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from receiver import addresses
from receiver.errors import StationError, in_english

if TYPE_CHECKING:
    from zeroconf import ServiceInfo

_log = logging.getLogger(__name__)

SERVICE = "_porchlight._tcp.local."
_LOOK_S = 30.0
"""How soon another network is noticed."""
_ANSWER_MS = 1000
_LONGEST_HOST = 40
"""A name in mDNS has up to 63 bytes, and we add words to the computer's."""


class Announcement:
    """Announces a station that listens on `host` (as in the settings) and `port` until stopped.

    Everything happens in a thread of its own; a network that is missing or changes is no error, only looked at again.
    """

    def __init__(self, host: str, port: int, version: str) -> None:
        self._host = host
        self._port = port
        self._version = version
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcement")

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye to the network and end."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        from zeroconf import Error  # noqa: PLC0415  -- 0.1 s that the station's start need not wait for

        said = ""
        while not self._ended.is_set():
            try:
                self._announce(addresses.for_doors(self._host))
                said = ""
            except (StationError, Error, OSError) as error:
                if in_english(error) != said:
                    said = in_english(error)
                    _log.info("not announced in the network: %s", said)
                self._ended.wait(_LOOK_S)

    def _announce(self, address: str) -> None:
        """For as long as this is our address."""
        from zeroconf import IPVersion, Zeroconf  # noqa: PLC0415

        zeroconf = Zeroconf(interfaces=[address], ip_version=IPVersion.V4Only)
        try:
            zeroconf.register_service(self._service(address), allow_name_change=True)
            while not self._ended.wait(_LOOK_S) and addresses.for_doors(self._host) == address:
                pass
        finally:
            zeroconf.close()

    def _service(self, address: str) -> ServiceInfo:
        from zeroconf import ServiceInfo  # noqa: PLC0415

        host = socket.gethostname().partition(".")[0][:_LONGEST_HOST] or "station"
        return ServiceInfo(
            SERVICE,
            f"Porchlight on {host}.{SERVICE}",
            port=self._port,
            addresses=[socket.inet_aton(address)],
            properties={"version": self._version},
            server=f"porchlight-{address.replace('.', '-')}.local.",
        )


@dataclass(frozen=True, slots=True)
class FoundStation:
    """A station that announces itself."""

    name: str
    host: str
    """Its IPv4 address."""
    port: int
    version: str


def find_stations(timeout: float = 3.0) -> tuple[FoundStation, ...]:
    """The stations that make themselves known within `timeout` seconds, by name.

    Raises StationError without a network.
    """
    address = addresses.outward()
    if address is None:
        raise StationError("This computer has no network", "Connect it to the network of the station.")
    return _found_on(address, timeout)


def _found_on(address: str, timeout: float) -> tuple[FoundStation, ...]:
    from zeroconf import Error, IPVersion, ServiceBrowser, Zeroconf  # noqa: PLC0415

    names: set[str] = set()

    def heard(name: str, **_: Any) -> None:
        names.add(name)

    try:
        with Zeroconf(interfaces=[address], ip_version=IPVersion.V4Only) as zeroconf:
            browser = ServiceBrowser(zeroconf, SERVICE, handlers=[heard])
            threading.Event().wait(timeout)
            browser.cancel()
            described = [zeroconf.get_service_info(SERVICE, name, _ANSWER_MS) for name in sorted(names)]
    except (Error, OSError) as error:
        raise StationError("The network cannot be searched", str(error)) from None
    v4 = [(info, info.parsed_addresses(IPVersion.V4Only)) for info in described if info]
    return tuple(_station(info, hosts[0]) for info, hosts in v4 if hosts)


def _station(info: ServiceInfo, host: str) -> FoundStation:
    name = info.name.removesuffix(f".{SERVICE}")
    return FoundStation(name, host, info.port or 0, info.decoded_properties.get("version") or "")
