"""Presses that the station has not taken yet: in order, with their age, over a power cut.

The last 16 are in memory and the newest 8 of them on flash. The file is written only once a delivery has failed, so
a healthy door never wears its flash; it is written beside and renamed, so a power cut leaves the old or the new one.
"""

import asyncio
import json
import os

from station import Refused

ROOM = 16
KEPT = 8


class Press:
    """One press: `at` is the time of day or None, `uptime` seconds since the start or None after a restart."""

    def __init__(self, at, uptime):
        self.at = at
        self.uptime = uptime
        self.receipt = None
        """The station's `Receipt` once it took this press."""

    def age_s(self, clock):
        """Seconds since the press; None when the time of day was not known then or is not now."""
        if self.uptime is not None:
            return clock.uptime() - self.uptime
        if self.at is None or clock.now() is None:
            return None
        return max(0, clock.now() - self.at)


class Rings:
    """The queue; `lost` counts presses that found no room, `refused` those that the station would not take."""

    def __init__(self, path: str, clock):
        self.lost = 0
        self.refused = 0
        self._path = path
        self._clock = clock
        self._waiting = _read(path)
        self._on_flash = self._waiting[:]
        self._turn = asyncio.Lock()

    def __len__(self):
        return len(self._waiting)

    def add(self) -> Press:
        """Somebody pressed the button now. The oldest press goes when there is no room."""
        press = Press(self._clock.now(), self._clock.uptime())
        self._waiting.append(press)
        if len(self._waiting) > ROOM:
            self._waiting.pop(0)
            self.lost += 1
        return press

    async def deliver(self, ring) -> None:
        """Report what waits, oldest first, with `ring` (which is `Station.ring`); each press keeps its receipt.

        Raises TryLater at the first that fails; what still waits is then on flash.
        """
        async with self._turn:
            try:
                while self._waiting:
                    await self._report(self._waiting[0], ring)
            finally:
                self.keep()

    async def _report(self, press: Press, ring) -> None:
        try:
            press.receipt = await ring(press.age_s(self._clock))
        except Refused:
            self.refused += 1
        if self._waiting[0] is press:  # it may have made room for a newer one meanwhile
            self._waiting.pop(0)

    def keep(self) -> None:
        """Put the newest ones on flash. A flash that is full or broken must not keep the door from ringing."""
        newest = self._waiting[-KEPT:]
        if newest == self._on_flash:
            return
        try:
            _write(self._path, [self._time_of(press) for press in newest])
            self._on_flash = newest
        except OSError as error:
            print("rings: cannot be kept on flash:", error)

    def _time_of(self, press: Press):
        """The time of day of a press, also if it was learned only after it."""
        age_s, now = press.age_s(self._clock), self._clock.now()
        return press.at if age_s is None or now is None else now - age_s


def _write(path: str, times: list) -> None:
    with open(path + ".new", "w") as file:
        json.dump(times, file)
    os.rename(path + ".new", path)


def _read(path: str) -> list:
    """What is on flash; nothing if that is no such file, or not one of ours."""
    try:
        with open(path) as file:
            times = json.loads(file.read(1024))
        return [Press(_whole(time), None) for time in times][-KEPT:]
    except (OSError, ValueError, TypeError):
        return []


def _whole(time):
    return time if isinstance(time, int) else None
