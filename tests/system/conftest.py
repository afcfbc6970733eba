"""Stations as processes of their own, ended with the test whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.station_process import StationProcess

Stations = Callable[..., StationProcess]


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Stations]:
    """Make stations that are ended with the test, whatever happens."""
    made: list[StationProcess] = []

    def make(**environ: str) -> StationProcess:
        home = tmp_path / f"home{len(made)}"
        home.mkdir()
        made.append(StationProcess(home, {f"PORCHLIGHT_{key.upper()}": value for key, value in environ.items()}))
        return made[-1]

    yield make
    for one in made:
        one.kill()
