"""The virtual cable carries what the firmware sends: without it nothing arrives and nothing leaves.

Only asyncio's TCP streams go through it, which is all the firmware uses. A connection outlives a short pull, as TCP
does; a door without an address reaches nobody.
"""

import asyncio

from world import world

_LOOK_MS = 20
_EHOSTUNREACH = 113


def carry_streams(directly=asyncio.open_connection) -> None:
    """Let every connection opened from now on go through the cable; once per process."""

    async def open_connection(host, port, *more, **options):
        if not world.cable.has_address():
            raise OSError(_EHOSTUNREACH)
        await _plugged()
        reader, writer = await directly(host, port, *more, **options)
        return Arriving(reader), Leaving(writer)

    asyncio.open_connection = open_connection


async def _plugged() -> None:
    while not world.cable.plugged:
        await asyncio.sleep_ms(_LOOK_MS)


class Arriving:
    """A stream reader whose bytes come by cable."""

    def __init__(self, reader):
        self._reader = reader

    async def read(self, count=-1):
        """As the reader's."""
        return await self._carried(self._reader.read(count))

    async def readline(self):
        """As the reader's."""
        return await self._carried(self._reader.readline())

    async def readexactly(self, count):
        """As the reader's."""
        return await self._carried(self._reader.readexactly(count))

    async def readinto(self, into):
        """As the reader's (CPython has none)."""
        if hasattr(self._reader, "readinto"):
            return await self._carried(self._reader.readinto(into))
        data = await self.read(len(into))
        into[: len(data)] = data
        return len(data)

    def __getattr__(self, name):
        return getattr(self._reader, name)

    @staticmethod
    async def _carried(arrival):
        data = await arrival
        await _plugged()
        return data


class Leaving:
    """A stream writer whose bytes leave by cable; what is written without it waits for `drain`."""

    def __init__(self, writer):
        self._writer = writer
        self._waiting = []

    def write(self, data):
        """As the writer's."""
        if world.cable.plugged and not self._waiting:
            self._writer.write(data)
        else:
            self._waiting.append(bytes(data))

    async def drain(self):
        """As the writer's, once there is a cable."""
        await _plugged()
        while self._waiting:
            self._writer.write(self._waiting.pop(0))
        await self._writer.drain()

    def __getattr__(self, name):
        return getattr(self._writer, name)
