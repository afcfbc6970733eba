"""Posts once and prints what came of it as JSON: `http_program.py FIRMWARE PORT WHAT`.

WHAT is `json`, or a number of bytes to stream, or `early` / `late` for pieces that are not what was announced.
"""

import sys

sys.path.insert(0, sys.argv[1])

import asyncio
import json
from http import Client, HttpError

import signing

TIMEOUT_S = 0.5


class Pieces:
    """`size` bytes in pieces of 1 KB."""

    def __init__(self, size):
        self._left = size
        self._buffer = bytes(range(256)) * 4

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self._left:
            raise StopAsyncIteration
        size = min(self._left, 1024)
        self._left -= size
        return memoryview(self._buffer)[:size]


async def post(client, what):
    if what == "json":
        return await client.post("/v1/hello", b'{"id": "porch"}')
    announced = int(what) if what.isdigit() else 3000
    delivered = {"early": 2000, "late": 4000}.get(what, announced)
    seal = signing.picture_seal(b"k" * 32, b"m" * 32)
    return await client.post_stream("/v1/snapshots?ring=7", {"Porchlight-Seq": 8}, announced, Pieces(delivered), seal)


async def main():
    try:
        result = {"answer": await post(Client("127.0.0.1", int(sys.argv[2]), TIMEOUT_S, 20), sys.argv[3])}
    except HttpError as error:
        result = {"error": str(error), "status": error.status}
    print(json.dumps(result))


asyncio.run(main())
