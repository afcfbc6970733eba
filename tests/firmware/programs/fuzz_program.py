"""Talks COUNT times to a server that talks nonsense: `fuzz_program.py FIRMWARE http|mqtt PORT COUNT`.

Prints what came of it as JSON: how many `answers` and `errors`, the longest `words` of an error, the longest message
`heard`, and by how many bytes the memory in use has `grown` since a tenth of it was over (0 under CPython).
Anything but the module's own error ends the program.
"""

import sys

sys.path.insert(0, sys.argv[1])

import asyncio
import gc
import json
from http import Client, HttpError

import mqtt


class Result:
    def __init__(self):
        self.answers = self.errors = self.words = self.heard = 0

    def note_answer(self):
        self.answers += 1

    def note_error(self, words):
        self.errors += 1
        self.words = max(self.words, len(words))

    def hear(self, payload):
        self.heard = max(self.heard, len(payload))


async def talk_http(port, result):
    try:
        answer = await Client("127.0.0.1", port).post("/v1/hello", b'{"id": "porch"}')
    except HttpError as error:
        result.note_error(str(error))
        return
    assert isinstance(answer, dict)
    result.note_answer()


async def talk_mqtt(port, result):
    client = mqtt.Client("127.0.0.1", port, "porch")
    client.subscribe("set", result.hear)
    await client._one_connection()
    assert client.trouble, "a connection that ended has a reason"
    assert not client.connected
    assert not client._unacknowledged
    result.note_error(client.trouble)


def used():
    gc.collect()
    return gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0


async def main(what, port, count):
    result, before = Result(), 0
    for number in range(count):
        if number == count // 10:
            before = used()
        await {"http": talk_http, "mqtt": talk_mqtt}[what](port, result)
    grown = used() - before
    print(json.dumps({"answers": result.answers, "errors": result.errors, "words": result.words,
                      "heard": result.heard, "grown": grown}))  # fmt: skip


asyncio.run(main(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
