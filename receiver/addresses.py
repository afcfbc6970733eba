"""Where this computer is in the network: addresses for doors, browsers and the announcement."""

from __future__ import annotations

import ipaddress
import socket

from receiver.errors import StationError
from receiver.language import phrase

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  -- what "every network of this computer" looks like
LOOPBACK = "127.0.0.1"


def outward() -> str | None:
    """This computer's IPv4 address in the network that leads out; None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only asks which interface leads out
            return str(probe.getsockname()[0])
        except OSError:
            return None


def resolve(host: str) -> str:
    """The IPv4 address of a host as four numbers. Raises StationError when there is none."""
    try:
        found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise StationError(
            phrase("{host} has no address that a door can use", host=host),
            "A door speaks IPv4 only. Give the address itself, such as 192.168.1.10, or check the name.",
        ) from None
    return str(found[0][4][0])


def here(bound: str) -> str:
    """Where a door on this very computer reaches the receiver that listens on `bound`. Raises StationError."""
    return LOOPBACK if bound in EVERYWHERE else resolve(bound)


def for_doors(bound: str) -> str:
    """Where a door in the network reaches the receiver that listens on `bound`; raises StationError if nowhere."""
    address = outward() if bound in EVERYWHERE else resolve(bound)
    if address is None:
        raise StationError(
            "This computer has no network", "Connect it to the network of the door, then set the door up again."
        )
    if ipaddress.ip_address(address).is_loopback:
        raise StationError(
            "No door can reach this station",
            phrase(
                "It listens on {bound}, which only this computer can reach. Set receiver.host to 0.0.0.0.", bound=bound
            ),
        )
    return address


def reachable(bound: str) -> str:
    """Where other machines reach the receiver that listens on `bound`, as it stands in a URL."""
    return outward() or LOOPBACK if bound in EVERYWHERE else _in_url(bound)


def local(bound: str) -> str:
    """Where this computer reaches it, as it stands in a URL."""
    return _in_url(LOOPBACK if bound in EVERYWHERE else bound)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
