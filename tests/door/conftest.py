"""Stations and brokers for a whole house; ended with the test whatever happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes import Mosquitto
from tests.system.conftest import Stations, station

__all__ = ["Stations", "station"]


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    """A real mosquitto."""
    with Mosquitto() as running:
        yield running
