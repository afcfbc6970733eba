"""The import rules of docs/architecture.md hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


def test_the_import_rules_hold() -> None:
    """Every contract in setup.cfg's [importlinter] sections is kept."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", "setup.cfg"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_station_imports_without_qt() -> None:
    """Building the whole station never asks for PySide6, so it runs where that is not installed."""
    program = "import sys; sys.modules['PySide6'] = None; import receiver.station, receiver.__main__"
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_time_of_day_comes_from_the_stations_clock() -> None:
    """But for the ages of files, which are the file system's, and a command that waits for another process."""
    asking = {path for path in (CHECKOUT / "receiver").rglob("*.py") if "time.time()" in path.read_text("utf-8")}
    by_files = {"gallery_folder.py", "gallery_survey.py", "intake.py", "kept_network.py", "retention.py"}
    assert {path.name for path in asking} == {*by_files, "phone_console.py"}


@pytest.mark.parametrize("heavy", ["cv2", "dlib", "face_recognition"])
def test_the_process_with_the_window_never_loads_the_models(heavy: str) -> None:
    """cv2 brings its own Qt plugins and the models take 300 MB: both belong in the worker."""
    program = f"import sys; import receiver.station; sys.exit({heavy!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
