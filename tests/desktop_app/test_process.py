"""Real processes: one window per settings file, clean ends, problems in words."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

from app_process import CHECKOUT, PATIENCE_S, App

from desktop_app.instance import SingleInstance


def test_one_window_per_settings_file_and_a_clean_end(tmp_path: Path) -> None:
    """The real station in a real process: it answers, loads no models, takes a second start's call, ends on SIGTERM."""
    app = App(tmp_path)
    try:
        assert app.health()["version"]
        mapped = Path(f"/proc/{app.process.pid}/maps")
        if mapped.exists():
            assert not re.search(r"_dlib|cv2\.abi3|libdlib", mapped.read_text())
        second = app.start()
        _, complaints = second.communicate(timeout=PATIENCE_S)
        assert second.returncode == 0, complaints
        app.wait_for_log("another start: coming to the front")
        app.process.send_signal(signal.SIGTERM)
        _, complaints = app.process.communicate(timeout=PATIENCE_S)
        assert app.process.returncode == 0
        assert "Traceback" not in complaints
    finally:
        app.end()


_CLAIM = """
import sys, pathlib
from PySide6.QtCore import QCoreApplication
from desktop_app.instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(pathlib.Path(sys.argv[1]))
print(instance.claim(), flush=True)
instance.asked_to_front.connect(lambda: print("to the front", flush=True))
application.exec()
"""


def _claim(settings: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _CLAIM, str(settings)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )


def test_a_killed_instance_leaves_nothing_that_keeps_the_next_one_away(tmp_path: Path) -> None:
    first = _claim(tmp_path / "a.toml")
    assert first.stdout.readline() == "True\n"
    other = _claim(tmp_path / "b.toml")
    assert other.stdout.readline() == "True\n", "another settings file is another station"
    first.kill()
    first.communicate()
    next_one = _claim(tmp_path / "a.toml")
    try:
        assert next_one.stdout.readline() == "True\n"
        late = SingleInstance(tmp_path / "a.toml")
        assert not late.claim()
        assert late.call_the_other()
        assert next_one.stdout.readline() == "to the front\n"
    finally:
        for process in (other, next_one):
            process.kill()
            process.communicate()
