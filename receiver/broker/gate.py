"""How often an address may try to connect."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from receiver.broker.limits import Limits

_ADDRESSES = 1024


class Allowance:
    """So much at once, and so much a second from then on; `clock` returns monotonic seconds."""

    __slots__ = ("_at", "_clock", "_most", "_rate", "left")

    def __init__(self, most: float, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.left = most
        """Below 0 when more was used than there was."""
        self._most = most
        self._rate = rate
        self._clock = clock
        self._at = clock()

    def use(self, amount: float) -> float:
        """Take some; returns the seconds until what was taken too much is there again, 0 for none."""
        now = self._clock()
        self.left = min(self._most, self.left + (now - self._at) * self._rate) - amount
        self._at = now
        return max(0.0, -self.left / self._rate)


class Gate:
    """Remembers the addresses that came lately; a wrong password counts for more than a connection."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._addresses: OrderedDict[str, Allowance] = OrderedDict()

    def lets_in(self, address: str) -> bool:
        """Whether an address may connect now; one that may not does not make its wait longer by asking."""
        allowance = self._of(address)
        if allowance.use(1.0) == 0:
            return True
        allowance.use(-1.0)
        return False

    def refused(self, address: str) -> None:
        """Whoever connected from there did not know a password."""
        self._of(address).use(self._limits.refused_costs)

    def _of(self, address: str) -> Allowance:
        allowance = self._addresses.get(address)
        if allowance is None:
            allowance = Allowance(self._limits.attempts, self._limits.attempts_rate, self._clock)
            self._addresses[address] = allowance
        self._addresses.move_to_end(address)
        if len(self._addresses) > _ADDRESSES:
            self._addresses.popitem(last=False)
        return allowance
