"""The station's firmware over the network into a door that runs: one that works stays, a broken one is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

import firmware
from firmware.twin.host import VirtualDoor
from receiver import settings as settings_file
from receiver.door_config import door_config
from receiver.models import DoorHealth
from receiver.station import Station
from receiver.updates import Firmware
from tests.fakes import Mosquitto
from tests.firmware.interpreters import command_of
from tests.waiting import wait_until

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

NEW = "9.0.0"
HURRY = "4"
PATIENCE_S = 120.0

RELEASES: dict[str, dict[str, Callable[[str], str]]] = {
    "good": {},
    "broken": {"main.py": lambda text: text.replace("async def main", "async deaf main")},
    "fails": {"main.py": lambda text: text.replace("board.set_clock()", "board.no_such_thing()")},
    "deaf": {"station.py": lambda text: text.replace("/v1/hello", "/v1/hullo")},
    "silent": {"voice.py": lambda text: text.replace('self._message("health"', 'self._no_message("health"')},
}
"""What is wrong with each: it cannot be read, it fails at once, it never finds its station, it never beats."""


@pytest.fixture
def release(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The firmware that the station of this test ships."""
    files = firmware.slot_files()
    files["version.py"] = files["version.py"].replace(firmware.VERSION.encode(), NEW.encode())
    for name, change in RELEASES[request.param].items():
        before = files[name]
        files[name] = change(before.decode()).encode()
        assert files[name] != before
    monkeypatch.setattr(firmware, "slot_files", lambda: files)
    monkeypatch.setattr(Firmware, "version", NEW)
    return str(request.param)


@pytest.fixture
def station(release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broker: Mosquitto) -> Iterator[Station]:
    """Ships `release`."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    file = tmp_path / "station.toml"
    file.write_text(
        "[receiver]\nhost = '127.0.0.1'\nport = 0\n"
        f"[mqtt]\nbroker = 'external'\nhost = '127.0.0.1'\nport = {broker.port}\n"
    )
    places = {"data_dir": tmp_path / "data", "gallery_dir": tmp_path / "known_faces"}
    station = Station(settings_file.load(file, overrides=places, environ={}), file)
    station.start()
    yield station
    station.stop()


def _until(holds: Callable[[], object], flash: Path) -> None:
    wait_until(holds, PATIENCE_S, (flash / "console.txt").read_text)


@pytest.mark.parametrize("release", RELEASES, indirect=True)
def test_an_update_stays_only_if_it_proves_itself(
    release: str, station: Station, tmp_path: Path, astronaut: Image.Image
) -> None:
    """Rolled back within one trial, by itself; told in the door's health; and the bell rings before and after."""
    flash = tmp_path / "flash"
    flash.mkdir()
    key = station.pair_door("porch", "Porch")
    port = int(station.bound.rsplit(":", 1)[1])
    firmware.lay_out(flash, door_config("porch", key, ("127.0.0.1", port), station.settings.mqtt))
    (flash / "a" / "version.py").write_text(f'VERSION = "{firmware.VERSION}"\n')
    for name in RELEASES[release]:
        (flash / "a" / name).write_bytes(Path(firmware.__file__).with_name(name).read_bytes())

    def health() -> DoorHealth | None:
        return station.doors()[0].health

    with VirtualDoor(flash, astronaut, command_of("micropython"), {"hurry": HURRY}) as door:
        _until(health, flash)
        station.command_door("porch", "update", version=NEW)
        _until(lambda: door.starts > 1, flash)
        if release == "good":
            _until(lambda: (now := health()) and now.version == NEW and not now.trial, flash)
            assert door.starts == 2
            running = "b"
        else:
            _until(lambda: (now := health()) and now.failed_update, flash)
            now = health()
            assert now
            assert (now.version, now.trial) == (firmware.VERSION, False)
            assert now.failed_update == f"{NEW}: it did not prove itself"
            assert door.starts == 3
            running = "a"
        assert f'"slot": "{running}"' in (flash / "boot.json").read_text()
        before = len(station.visits())
        door.press()
        _until(lambda: len(station.visits()) > before, flash)
