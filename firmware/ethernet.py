"""Keeps the wired network up.

The driver never tells the network stack that the cable was pulled: `active()` stays true and the old address stays
in use. So the link is looked at every second, and after a loss the interface is switched off and on, which asks for
an address anew.
"""

import asyncio

from clock import since_ms, ticks_ms

POLL_S = 1
SETTLE_S = 5
"""After a start the chip needs 2 s to agree with the switch; until then a missing link means nothing."""
ADDRESS_WITHIN_S = 20
"""Without an address after so long the interface is started once more; DHCP takes about 2 s."""


class Ethernet:
    """`network` is MicroPython's module of that name; `say` prints a line for whoever watches the console.

    `online` tells whether there is link and address, `address` which. `progress` is called at least every `poll_s`.
    """

    def __init__(self, network, hostname: str, *, say=print, progress=lambda: None, poll_s=POLL_S, settle_s=SETTLE_S):
        self.online = False
        self.address = ""
        self._say = say
        self._progress = progress
        self._poll_s = poll_s
        self._settle_s = settle_s
        self._stale = False
        """Whether the cable was out since the interface was started: its address may be one of another network."""
        self._started = ticks_ms()
        self._said = ""
        network.hostname(hostname)  # DHCP sends it, so it must be known before the interface is active
        self._lan = network.WIZNET5K()  # with pins named it would lose its interrupt line

    async def run(self) -> None:
        """Watch over the link for ever."""
        self._restart()
        while True:
            self._progress()
            self._look()
            await asyncio.sleep(self._poll_s)

    def link(self) -> str:
        """For the heartbeat: "up", "no address" or "no cable"."""
        return "up" if self.online else "no address" if self._has_cable() else "no cable"

    def _look(self) -> None:
        if self._lan.isconnected() and not self._stale:
            self._note_up()
            return
        if self.online:
            self._note_loss()
        if not self._has_cable():
            self._note_no_cable()
        elif self._stale or since_ms(self._started) > ADDRESS_WITHIN_S * 1000:
            self._restart()
        else:
            self._tell("network: link, waiting for an address")

    def _note_up(self) -> None:
        self.address = self._lan.ifconfig()[0]
        if not self.online:
            self.online = True
        self._tell("network: up, " + self.address)

    def _note_loss(self) -> None:
        self.online = False
        self.address = ""

    def _note_no_cable(self) -> None:
        if since_ms(self._started) > self._settle_s * 1000:
            self._stale = True
            self._tell("network: no link; is the cable plugged in?")

    def _restart(self) -> None:
        """Off first, also at the start: without it the driver may fail with error -5 (micropython#17242)."""
        self._lan.active(False)
        self._lan.active(True)
        self._stale = False
        self._started = ticks_ms()

    def _has_cable(self) -> bool:
        return self._lan.status() > 0

    def _tell(self, words: str) -> None:
        if words != self._said:
            self._said = words
            self._say(words)
