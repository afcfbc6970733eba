"""How much of everything the built-in broker takes."""

from __future__ import annotations

from dataclasses import dataclass

PROPERTIES = 2 * 1024
"""Bytes of the properties of one packet."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes and counts; a home has a handful of doors and one Home Assistant."""

    connections: int = 64
    """Clients that have shown their password, the station aside."""
    strangers: int = 32
    """Connections that have not yet; the oldest gives way to the next one."""
    connect_s: float = 10.0
    """For the first packet to be complete."""
    first_packet: int = 6 * 1024
    """Bytes of a first packet, with a last will of `door_message`."""
    message: int = 256 * 1024
    """Bytes of a message of the station's or the owner's: a picture."""
    door_message: int = 4 * 1024
    """Bytes of a message of a door's."""
    topic: int = 512
    """Bytes of a topic or of a filter."""
    longest_keepalive_s: float = 600.0
    """Also for clients that ask for none: after one and a half of these in silence a connection is closed."""
    door_rate: float = 50.0
    """Packets a second of one door; what is more has to wait on its side of the wire."""
    door_burst: float = 100.0
    """Packets a door may send at once."""
    unsent: int = 4 * 1024 * 1024
    """Bytes waiting for one client; who is further behind is disconnected, or forgotten when it is away."""
    door_unsent: int = 64 * 1024
    """The same for a door."""
    unacknowledged: int = 16 * 1024
    """Messages with QoS 1 that a client has not acknowledged; who has more is disconnected, or forgotten."""
    subscriptions: int = 256
    """Filters of one client."""
    session_s: float = 24 * 3600.0
    """How long the subscriptions and messages of a client that is away are kept, when it asks for that or for more."""
    sessions: int = 16
    """Such clients; who would be forgotten first gives way to the next one."""
    retained: int = 1024
    """Topics with a retained message."""
    retained_bytes: int = 8 * 1024 * 1024
    """All retained messages together."""
    attempts: float = 64.0
    """Connections that one address may make at once."""
    attempts_rate: float = 2.0
    """Further ones a second."""
    refused_costs: float = 7.0
    """A wrong password counts as this many more attempts."""
    recheck_s: float = 5.0
    """Between two looks at whether connected doors are still let in: another process may have unpaired one."""
