"""The door's text display, its own file on both interpreters and the models of both kinds, in simulated time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.firmware.interpreters import INTERPRETERS, checks_in, run_check


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize("check", checks_in("display_checks"))
def test_display(check: str, interpreter: str, tmp_path: Path) -> None:
    """What the check's own docstring in on_the_door/display_checks.py says."""
    run_check(interpreter, "display_checks", check, tmp_path)
