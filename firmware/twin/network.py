"""The board's `network`: Ethernet that behaves as the W5100S driver does, its quirks included.

Pulling the cable leaves `active()` and the old address as they were; only `status()` and `isconnected()` tell. A board
that started without cable gets no address later: the firmware has to switch the interface off and on.
"""

from world import world

_state = {"hostname": "mpy-w5100s"}


def hostname(*name):
    """The name given to DHCP, or set it; only before the interface is active."""
    if not name:
        return _state["hostname"]
    _state["hostname"] = name[0]
    return None


class WIZNET5K:
    """The board's only interface."""

    def __init__(self, *_pins):
        self._cable = world.cable

    def active(self, *on):
        """Is it switched on? Or switch it."""
        if not on:
            return self._cable.active
        self._cable.switch(bool(on[0]))
        return None

    def status(self):
        """0: no link, 1: link but no address, 2: connected."""
        if not (self._cable.active and self._cable.plugged):
            return 0
        return 2 if self._cable.has_address() else 1

    def isconnected(self):
        """Link and address."""
        return self.status() == 2

    def ifconfig(self, *_settings):
        """Address, mask, gateway, name server."""
        if not self._cable.has_address():
            return ("0.0.0.0", "0.0.0.0", "0.0.0.0", "0.0.0.0")  # noqa: S104  what the board says without one
        return (self._cable.address, "255.255.255.0", self._cable.address, self._cable.address)

    def ipconfig(self, name=None, **_settings):
        """The newer way to ask."""
        if name == "addr4":
            return self.ifconfig()[:2]
        if name == "gw4":
            return self.ifconfig()[2]
        return self._cable.has_address() if name == "has_dhcp4" else None

    def config(self, name=None, **_settings):
        """Only the hardware address is known."""
        return b"\x02" + world.unique_id[-5:] if name == "mac" else None
