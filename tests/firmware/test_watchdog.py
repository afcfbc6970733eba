"""The watchdog eats only while everybody lives."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.firmware.door_modules import watchdog


class Dog:
    def __init__(self, timeout: int) -> None:
        self.timeout = timeout
        self.meals = 0

    def feed(self) -> None:
        self.meals += 1


def kennel(tasks: list[str], **options: Any) -> tuple[Any, Dog]:
    dogs: list[Dog] = []

    def start(timeout: int) -> Dog:
        dogs.append(Dog(timeout))
        return dogs[0]

    return watchdog.Watchdog(start, tasks, **options), dogs[0]


def test_it_is_fed_once_every_task_has_shown_that_it_lives() -> None:
    """One task alone, however busy, feeds nobody."""
    guard, dog = kennel(["bell", "mqtt"])
    for _ in range(100):
        guard.progress("bell")
    assert dog.meals == 0
    guard.progress("mqtt")
    assert dog.meals == 1
    guard.progress("mqtt")
    assert dog.meals == 1
    guard.progress("bell")
    assert dog.meals == 2


def test_it_counts_no_longer_than_the_chip_can() -> None:
    """8,388 ms, and not more."""
    assert kennel(["bell"])[1].timeout == 8388
    with pytest.raises(ValueError, match="8388"):
        kennel(["bell"], timeout_ms=8389)


def test_a_task_nobody_announced_is_a_mistake() -> None:
    """It would never be missed."""
    with pytest.raises(ValueError, match="camera"):
        kennel(["bell"])[0].progress("camera")


def test_whoever_waits_long_shows_life_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """In steps that are shorter than the watchdog's patience; the work's result or error comes out."""
    monkeypatch.setattr(watchdog, "_STEP_S", 0.001)
    guard, dog = kennel(["bell"])

    async def work(error: Exception | None) -> str:
        for _ in range(20):
            await asyncio.sleep(0.001)
        if error:
            raise error
        return "done"

    assert asyncio.run(guard.during("bell", work(None))) == "done"
    assert dog.meals > 3
    with pytest.raises(OSError, match="no"):
        asyncio.run(guard.during("bell", work(OSError("no"))))


def test_work_that_is_stuck_starves_the_dog(monkeypatch: pytest.MonkeyPatch) -> None:
    """After its limit nothing is fed any more, so the board starts anew."""
    monkeypatch.setattr(watchdog, "_STEP_S", 0.001)
    guard, dog = kennel(["bell"])

    async def stuck() -> None:
        for _ in range(50):
            await asyncio.sleep(0.001)

    asyncio.run(guard.during("bell", stuck(), limit_s=0))
    assert dog.meals == 1, "only when it came back"
