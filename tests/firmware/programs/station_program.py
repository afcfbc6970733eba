"""Rings and sends a picture of SIZE bytes: `station_program.py FIRMWARE PORT KEY SIZE`; the outcome as JSON."""

import sys

sys.path.insert(0, sys.argv[1])

import asyncio
import json
from http import Client

from clock import Clock
from station import Station


class Pieces:
    """A picture of one letter in pieces of 1 KB."""

    def __init__(self, size):
        self._size = size

    def __aiter__(self):
        self._left = self._size
        return self

    async def __anext__(self):
        if not self._left:
            raise StopAsyncIteration
        size = min(self._left, 1024)
        self._left -= size
        return b"p" * size


async def main(port, key, size):
    client = Client("127.0.0.1", port, timeout_s=2)
    station = Station(client, door="porch", key=key, boot="b" * 32, firmware="0.1", clock=Clock())
    ring = await station.ring()
    picture = await station.snapshot(ring.seq, size, Pieces(size))
    print(json.dumps({"ring": ring.seq, "visit": ring.visit, "picture": picture.seq, "trouble": station.trouble}))


asyncio.run(main(int(sys.argv[2]), bytes.fromhex(sys.argv[3]), int(sys.argv[4])))
