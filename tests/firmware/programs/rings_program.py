"""Keeps presses on flash: `rings_program.py FIRMWARE FILE WHAT`.

`fill` adds a press, fails to deliver, and so on for ever, with a line of output each; `deliver` prints the ages (or
None) as they are reported to a station that takes everything, as JSON.
"""

import sys

sys.path.insert(0, sys.argv[1])

import asyncio
import json

from clock import Clock
from rings import Rings
from station import TryLater


async def nobody_there(age_s):
    raise TryLater("nobody there")


async def fill(rings):
    while True:
        rings.add()
        try:
            await rings.deliver(nobody_there)
        except TryLater:
            print("kept", len(rings))


async def deliver(rings):
    ages = []

    async def take(age_s):
        ages.append(age_s)

    await rings.deliver(take)
    print(json.dumps(ages))


clock = Clock()
clock.set(1795362900)
asyncio.run({"fill": fill, "deliver": deliver}[sys.argv[3]](Rings(sys.argv[2], clock)))
