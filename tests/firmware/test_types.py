"""The board's files, read by mypy against what the board's MicroPython really offers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import files
from pathlib import Path

import pytest

from firmware import boot, slot_files
from tests.firmware.interpreters import FIRMWARE

_STUBS = ("micropython-rp2-stubs", "micropython-stdlib-stubs")


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stubs in a folder of their own: where CPython's packages lie, mypy takes none for the standard library."""
    folder = tmp_path_factory.mktemp("stubs")
    for name in _STUBS:
        for file in files(name) or []:
            if file.suffix == ".pyi" or file.name == "VERSIONS":
                copy = folder / file
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(file.locate()), copy)
    return folder


def mypy(stubs: Path, flash: Path) -> subprocess.CompletedProcess[str]:
    """Read all files of a flash."""
    command = [sys.executable, "-m", "mypy", "--config-file", str(FIRMWARE / "mypy.ini"), "--no-incremental",
               "--custom-typeshed-dir", str(stubs), *(str(file) for file in sorted(flash.glob("*.py")))]  # fmt: skip
    environment = {**os.environ, "MYPYPATH": str(stubs)}
    return subprocess.run(command, cwd=flash, env=environment, capture_output=True, text=True, check=False)


def put(flash: Path, content: dict[str, bytes]) -> None:
    for name, code in content.items():
        (flash / name).write_bytes(code)


def test_the_firmware_asks_nothing_of_the_board_that_it_does_not_offer(stubs: Path, tmp_path: Path) -> None:
    """Side by side as on the flash, with the stubs in place of CPython's standard library."""
    put(tmp_path, {**slot_files(), "boot.py": boot()})
    done = mypy(stubs, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_only_cpython_has_is_found(stubs: Path, tmp_path: Path) -> None:
    """The check would notice."""
    put(
        tmp_path,
        {"main.py": b"import contextlib\nimport machine\nimport time\n\ntime.monotonic()\nmachine.Pin(1).up()\n"},
    )
    said = mypy(stubs, tmp_path).stdout
    assert said.count("error:") == 3, said
    for name in ("contextlib", "monotonic", '"up"'):
        assert name in said
