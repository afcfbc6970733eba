"""The door opener shuts in time, whatever happens. Runs under CPython and MicroPython: see harness.py."""

import asyncio
import time

import board
import machine
from relay import Relay
from world import RELAY, world


def _relay(longest_s=5):
    return Relay(board.relay(), machine.Timer, longest_s)


def _open_for_ms():
    """How long it was open the last time."""
    (opened, up), (shut, down) = world.line(RELAY).changes[-2:]
    assert (up, down) == (1, 0)
    return time.ticks_diff(shut, opened)


async def check_it_is_shut_until_it_is_told(_pictures):
    """Also if the pin was high for some reason, and after its time."""
    world.line(RELAY).drive(1)
    relay = _relay()
    assert world.line(RELAY).level == 0
    relay.open(3)
    await asyncio.sleep_ms(2990)
    assert world.line(RELAY).level == 1
    await asyncio.sleep_ms(20)
    assert world.line(RELAY).level == 0
    assert 2999 <= _open_for_ms() <= 3001


async def check_it_shuts_though_the_program_hangs(_pictures):
    """Nothing but the hardware timer moves while the event loop is stuck."""
    relay = _relay()
    await asyncio.sleep(1)
    relay.open(3)
    time.sleep_ms(60_000)
    assert world.line(RELAY).level == 0
    assert 2999 <= _open_for_ms() <= 3001


async def check_it_is_never_open_for_longer_than_the_longest(_pictures):
    """However often it is asked, and for however long; after it was shut a new time begins."""
    relay = _relay(longest_s=5)
    relay.open(60)
    await asyncio.sleep(6)
    assert 4999 <= _open_for_ms() <= 5001
    for _ in range(8):
        relay.open(5)
        await asyncio.sleep_ms(600)
    await asyncio.sleep(1)
    assert 4999 <= _open_for_ms() <= 5001
    relay.open(5)
    await asyncio.sleep(6)
    assert 4999 <= _open_for_ms() <= 5001
    assert world.line(RELAY).rises == 3


async def check_the_last_command_counts(_pictures):
    """A shorter one shuts sooner, and the timer of the one before opens or shuts nothing any more."""
    relay = _relay(longest_s=10)
    relay.open(9)
    await asyncio.sleep(1)
    relay.open(1)
    await asyncio.sleep_ms(1010)
    assert world.line(RELAY).level == 0
    relay.open(9)
    await asyncio.sleep_ms(8500)
    assert world.line(RELAY).level == 1


async def check_without_a_timer_it_stays_shut(_pictures):
    """A board that has no timer left opens nothing."""

    class Broken:
        ONE_SHOT = 0

        def init(self, **_):
            raise OSError(12)

    relay = Relay(board.relay(), Broken, 5)
    try:
        relay.open(1)
    except OSError:
        assert world.line(RELAY).level == 0
        return
    raise AssertionError("who would shut it?")
