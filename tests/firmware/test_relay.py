"""The door opener, its own file on both interpreters, in simulated time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.firmware.interpreters import INTERPRETERS, checks_in, run_check


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize("check", checks_in("relay_checks"))
def test_relay(check: str, interpreter: str, tmp_path: Path) -> None:
    """What the check's own docstring in on_the_door/relay_checks.py says."""
    run_check(interpreter, "relay_checks", check, tmp_path)
