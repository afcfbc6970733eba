"""The door's camera, its own files on both interpreters against the register-level model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.firmware.interpreters import INTERPRETERS, checks_in, run_check


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize("check", checks_in("camera_checks"))
def test_camera(check: str, interpreter: str, pictures: Path) -> None:
    """What the check's own docstring in on_the_door/camera_checks.py says."""
    run_check(interpreter, "camera_checks", check, pictures)
