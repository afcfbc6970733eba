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


def test_who_is_late_is_known_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """After half the time the console can say whom it waits for."""
    guard, _ = kennel(["bell", "mqtt"])
    guard.progress("bell")
    assert guard.late() == []
    monkeypatch.setattr(watchdog, "since_ms", lambda _: 4200)
    assert guard.late() == ["mqtt"]


def test_a_task_nobody_announced_is_a_mistake() -> None:
    """It would never be missed."""
    with pytest.raises(ValueError, match="camera"):
        kennel(["bell"])[0].progress("camera")


def test_resting_shows_life() -> None:
    """Before and after, and in steps that are shorter than the watchdog's patience."""
    guard, dog = kennel(["bell"])
    asyncio.run(guard.rest("bell", 0.01))
    assert dog.meals == 2
