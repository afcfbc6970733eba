"""The network's supervisor, with a driver that behaves as the W5100S's: it tells nothing by itself."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.fakes import PATIENCE_S
from tests.firmware.door_modules import ethernet


class Driver:
    """`network` and its WIZNET5K in one. A cable that comes back gives no address until the interface is restarted."""

    def __init__(self, plugged: bool = True) -> None:
        self.plugged = plugged
        self.calls: list[Any] = []
        self.address = ""

    def hostname(self, name: str) -> None:
        self.calls.append(name)

    def WIZNET5K(self) -> Driver:  # noqa: N802  -- the driver's name
        return self

    def active(self, on: bool) -> None:
        self.calls.append(on)
        self.address = "10.0.0.7" if on and self.plugged else ""

    def status(self) -> int:
        return 2 if self.plugged else 0

    def isconnected(self) -> bool:
        return self.plugged and bool(self.address)

    def ifconfig(self) -> tuple[str, str, str, str]:
        return (self.address, "", "", "")

    def pull(self) -> None:
        self.plugged = False

    def plug_in(self) -> None:
        self.plugged, self.address = True, ""


def watched(driver: Driver, *happenings: Any) -> tuple[Any, list[str]]:
    """The supervisor and what it said, after some happenings, each left alone until it was told and for ten looks more.

    The first is the start.
    """
    said: list[str] = []

    async def watch() -> Any:
        looks: asyncio.Queue[None] = asyncio.Queue()
        lan = ethernet.Ethernet(
            driver, "porch", say=said.append, progress=lambda: looks.put_nowait(None), poll_s=0.001, settle_s=0.001
        )
        task = asyncio.create_task(lan.run())
        for number, happening in enumerate((lambda: None, *happenings), start=1):
            happening()
            async with asyncio.timeout(PATIENCE_S):
                while len(said) < number:
                    await looks.get()
                for _ in range(10):
                    await looks.get()
        task.cancel()
        return lan

    return asyncio.run(watch()), said


def test_it_starts_the_interface_in_the_order_the_driver_needs() -> None:
    """Name first, then off, then on; and one line for the console."""
    driver = Driver()
    lan, said = watched(driver)
    assert driver.calls == ["porch", False, True]
    assert (lan.online, lan.address, lan.link()) == (True, "10.0.0.7", "up")
    assert said == ["network: up, 10.0.0.7"]


def test_a_pulled_cable_is_noticed_and_the_interface_restarted_once_it_is_back() -> None:
    """The loss is counted, said once, and one restart brings the address."""
    driver = Driver()
    lan, said = watched(driver, driver.pull, driver.plug_in)
    assert lan.online
    assert driver.calls == ["porch", False, True, False, True]
    assert [line.split(";")[0] for line in said] == [
        "network: up, 10.0.0.7",
        "network: no link",
        "network: up, 10.0.0.7",
    ]


def test_a_start_without_a_cable() -> None:
    """Nothing is restarted in vain; with the cable comes the address."""
    driver = Driver(plugged=False)
    lan, _ = watched(driver)
    assert (lan.online, lan.link()) == (False, "no cable")
    assert driver.calls == ["porch", False, True]
    driver = Driver(plugged=False)
    lan, _ = watched(driver, driver.plug_in)
    assert lan.online
