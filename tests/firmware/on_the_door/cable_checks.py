"""The virtual Ethernet behaves as the board's driver does. Runs under CPython and MicroPython: see harness.py."""

import asyncio

import network
import traffic
from world import world


async def check_an_address_comes_by_dhcp_after_a_while(_pictures):
    """1.6 s after the interface was switched on; status counts 0, 1, 2."""
    interface = network.WIZNET5K()
    assert interface.status() == 0
    interface.active(True)
    assert interface.status() == 1
    assert interface.ifconfig()[0] == "0.0.0.0"
    await asyncio.sleep(2)
    assert interface.status() == 2
    assert interface.isconnected()
    assert interface.ifconfig()[0] == "127.0.0.1"


async def check_a_pulled_cable_leaves_the_old_address(_pictures):
    """As in the real driver: only status() and isconnected() tell."""
    interface = network.WIZNET5K()
    interface.active(True)
    await asyncio.sleep(2)
    world.cable.plugged = False
    assert interface.active()
    assert interface.ifconfig()[0] == "127.0.0.1"
    assert interface.status() == 0
    assert not interface.isconnected()


async def check_a_board_started_without_cable_must_ask_again(_pictures):
    """DHCP asks when the interface is switched on, not when the cable comes."""
    world.cable.plugged = False
    interface = network.WIZNET5K()
    interface.active(True)
    world.cable.plugged = True
    await asyncio.sleep(60)
    assert interface.status() == 1
    interface.active(False)
    interface.active(True)
    await asyncio.sleep(2)
    assert interface.status() == 2


async def check_nothing_arrives_and_nothing_leaves_without_cable(_pictures):
    """What is sent meanwhile arrives once the cable is back; nobody can be called without an address."""
    wire = _Wire()
    traffic.carry_streams(wire.open)
    try:
        await asyncio.open_connection("house", 1)
    except OSError:
        pass
    else:
        raise AssertionError("connected without an address")
    network.WIZNET5K().active(True)
    await asyncio.sleep(2)
    reader, writer = await asyncio.open_connection("house", 1)
    writer.write(b"one")
    await writer.drain()
    assert wire.sent == b"one"
    world.cable.plugged = False
    writer.write(b"two")
    sending, hearing = asyncio.create_task(writer.drain()), asyncio.create_task(reader.readline())
    await asyncio.sleep(2)
    assert wire.sent == b"one"
    assert not hearing.done()
    world.cable.plugged = True
    await sending
    assert wire.sent == b"onetwo"
    assert await hearing == b"hello\n"


class _Wire:
    """The other end, as reader and writer in one."""

    def __init__(self):
        self.sent = b""

    async def open(self, _host, _port):
        return self, self

    async def readline(self):
        return b"hello\n"

    def write(self, data):
        self.sent += data

    async def drain(self):
        await asyncio.sleep(0)
