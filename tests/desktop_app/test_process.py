"""Real processes: one window per settings file, clean ends, problems in words, a drop from another program."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from desktop_app.instance import SingleInstance

CHECKOUT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
PATIENCE_S = 30.0


class App:
    """The window in a process of its own, on the real station, telling by its log and by xdotool."""

    def __init__(self, folder: Path, settings: str = "", *, platform: str | None = None) -> None:
        self.folder = folder
        self.settings = folder / "station.toml"
        if not self.settings.exists():
            self.settings.write_text(settings or "[receiver]\nhost = '127.0.0.1'\nport = 0\n")
        self.environment = os.environ | {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PORCHLIGHT_MQTT__BROKER": "off",
        }
        if platform:
            self.environment["QT_QPA_PLATFORM"] = platform
        self.process = self.start()

    def start(self, *more: str) -> subprocess.Popen[str]:
        arguments = ["--settings", str(self.settings), "--data-dir", str(self.folder / "data")]
        arguments += ["--gallery", str(self.folder / "faces"), "--log-level", "debug", *more]
        return subprocess.Popen(
            [sys.executable, "-m", "desktop_app", *arguments],
            cwd=CHECKOUT,
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )

    def health(self) -> dict[str, object]:
        """Ask the station's own page, once the log tells the address."""
        log = self.wait_for_log(r"window attached to http://\S+")
        address = re.findall(r"window attached to (http://\S+)", log)[-1]
        port = address.rpartition(":")[2]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/health", timeout=10) as answer:
            return dict(json.load(answer))

    def wait_for_log(self, pattern: str, count: int = 1) -> str:
        log = self.folder / "data" / "logs" / "porchlight.log"
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            text = log.read_text("utf-8") if log.exists() else ""
            if len(re.findall(pattern, text)) >= count:
                return text
            assert self.process.poll() is None, self.process.stderr.read()
            time.sleep(0.05)  # another process's file: there is no signal to wait on
        raise AssertionError(f"{pattern} did not appear in the log:\n{text}")

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


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


def _windows(name: str) -> list[str]:
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", name], capture_output=True, text=True, check=False
    )
    return found.stdout.split()


def _needs(*tools: str) -> None:
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed")


@pytest.mark.display
def test_a_folder_dragged_from_another_program_enrols(tmp_path: Path, grace_hopper) -> None:
    """A real drag: another process offers text/uri-list with percent signs, xdotool moves the mouse."""
    _needs("xdotool")
    folder = tmp_path / "Grace Höpper & Co"
    folder.mkdir()
    grace_hopper.save(folder / "été 1.jpg")
    app = App(tmp_path)
    source = None
    try:
        app.wait_for_log("window attached")
        ready = tmp_path / "source-ready"
        source = subprocess.Popen([sys.executable, str(HERE / "drag_source.py"), str(ready), str(folder)])
        _wait(lambda: ready.exists() and len(_windows("^Porchlight$")) > 0)
        window = _windows("^Porchlight$")[0]
        run = ["xdotool"]
        subprocess.run([*run, "windowmove", window, "300", "0", "windowsize", window, "900", "600"], check=True)
        subprocess.run([*run, "windowfocus", window, "key", "alt+3"], check=True)
        app.wait_for_log("page people")
        moves = ["mousemove", "60", "60", "mousedown", "1"]
        for step in range(1, 21):
            moves += ["mousemove", str(60 + step * 35), str(60 + step * 12), "sleep", "0.03"]
        subprocess.run([*run, *moves, "sleep", "0.2", "mouseup", "1"], check=True)
        enrolled = app.folder / "faces" / folder.name
        _wait(lambda: enrolled.is_dir() and any(enrolled.iterdir()))
    finally:
        app.end()
        if source is not None:
            source.kill()
            source.wait()


def _wait(condition) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)  # other processes: there is no signal to wait on
