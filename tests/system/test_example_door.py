"""The example of docs/protocol.md, as a program of its own, against a real station."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.station_process import CHECKOUT, StationProcess, as_jpeg, portrait
from tests.system.conftest import Stations

_EXAMPLE = CHECKOUT / "docs" / "example_door.py"


def ring(house: StationProcess, key: str, photo: Path) -> subprocess.CompletedProcess[str]:
    station = house.address.removeprefix("http://")
    return subprocess.run(
        [sys.executable, "-W", "error", _EXAMPLE, station, "front-door", photo],
        env=house.environ | {"PORCHLIGHT_KEY": key},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(as_jpeg(portrait("astronaut")))
    return path


def test_the_example_door_rings_and_its_picture_gets_a_verdict(station: Stations, photo: Path) -> None:
    """Paired from the shell while the station runs; the key stands in no log."""
    house = station(receiver__unknown_doors="refuse").start()
    paired = house.run("doors", "pair", "front-door", "--name", "Front door")
    key = paired.stdout.strip()
    assert (paired.returncode, len(key)) == (0, 64), paired.stderr
    done = ring(house, key, photo)
    assert done.returncode == 0, done.stderr + house.log()
    rung, taken = map(json.loads, done.stdout.splitlines())
    assert rung["visit"] == taken["visit"]
    visit = house.wait_for(lambda visits: bool(visits) and visits[0]["verdict"] is not None)[0]
    assert (visit["id"], visit["door_name"], visit["verdict"]) == (rung["visit"], "Front door", "unknown")
    health = requests.get(f"{house.address}/v1/health", timeout=10).json()
    assert [(d["id"], d["authenticated"], d["firmware"]) for d in health["doors"]] == [
        ("front-door", True, "example 1")
    ]
    assert "approved\tfront-door\tFront door\tsigned" in house.run("doors").stdout
    logs = "".join(file.read_text() for file in (house.home / "data" / "logs").rglob("*") if file.is_file())
    assert key not in logs + house.log() + json.dumps(health)


def test_the_example_door_says_why_it_is_not_taken(station: Stations, photo: Path) -> None:
    house = station().start()
    key = house.run("doors", "pair", "front-door").stdout.strip()
    assert "Not recognised" in ring(house, "00" * 32, photo).stderr
    assert house.run("doors", "refuse", "front-door").returncode == 0
    assert "Not let in" in ring(house, key, photo).stderr
    assert house.run("doors", "unpair", "front-door").returncode == 0
    assert "Not recognised" in ring(house, key, photo).stderr
    assert house.visits() == []
    health = requests.get(f"{house.address}/v1/health", timeout=10).json()
    assert health["doors"][0]["refused"] == {"signature": 2, "not_let_in": 1}
