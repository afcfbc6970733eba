"""The window in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30.0


class App:
    """The window in a process of its own, on the real station, telling by its log and by xdotool."""

    def __init__(self, folder: Path, settings: str = "", *, program: Sequence[str] = ("-m", "desktop_app")) -> None:
        self.folder = folder
        self.program = program
        self.settings = folder / "station.toml"
        if not self.settings.exists():
            self.settings.write_text(settings or "[receiver]\nhost = '127.0.0.1'\nport = 0\n")
        self.environment = os.environ | {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PORCHLIGHT_MQTT__BROKER": "off",
            "PYTHONPATH": str(CHECKOUT),
        }
        self.process = self.start()

    def start(self, *more: str) -> subprocess.Popen[str]:
        arguments = ["--settings", str(self.settings), "--data-dir", str(self.folder / "data")]
        arguments += ["--gallery", str(self.folder / "faces"), "--log-level", "debug", *more]
        return subprocess.Popen(
            [sys.executable, *self.program, *arguments],
            cwd=CHECKOUT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def address(self) -> str:
        """Of the station, once the log tells it."""
        log = self.wait_for_log(r"window attached to http://\S+")
        port = re.findall(r"window attached to http://\S+:(\d+)", log)[-1]
        return f"http://127.0.0.1:{port}"

    def health(self) -> dict[str, object]:
        """Ask the station's own page."""
        with urllib.request.urlopen(f"{self.address}/v1/health", timeout=10) as answer:
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
