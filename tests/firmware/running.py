"""Runs one of `programs/` on an interpreter, as a process of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.firmware.interpreters import FIRMWARE, command_of

_PROGRAMS = Path(__file__).parent / "programs"
_PATIENCE_S = 60


def program_command(interpreter: str, program: str, *arguments: object) -> list[str]:
    """The command; skips the test when the interpreter is not installed."""
    path = _PROGRAMS / f"{program}.py"
    return [*command_of(interpreter), str(path), str(FIRMWARE), *(str(argument) for argument in arguments)]


def run_program(interpreter: str, program: str, *arguments: object, stdin: str = "") -> str:
    """What it prints; fails with its last words."""
    command = program_command(interpreter, program, *arguments)
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
