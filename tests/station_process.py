"""The real station as a process of its own, as its owner starts it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import requests
from PIL import Image

CHECKOUT = Path(__file__).resolve().parent.parent
_START_S = 60


class StationProcess:
    """`python -m receiver` with its own data directory, settings and gallery."""

    def __init__(self, home: Path, environ: dict[str, str]) -> None:
        self.home = home
        self.gallery = home / "known_faces"
        self.gallery.mkdir(exist_ok=True)
        self._environ = {
            "PORCHLIGHT_RECEIVER__HOST": "127.0.0.1",
            "PORCHLIGHT_RECEIVER__PORT": "0",
            "PORCHLIGHT_RECEIVER__UNKNOWN_DOORS": "accept",
            "PORCHLIGHT_MQTT__BROKER": "off",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **environ,
        }
        self._process: subprocess.Popen[str] | None = None
        self.address = ""

    def change(self, **environ: str) -> None:
        """Give it other settings, from the next start on."""
        self._environ |= {f"PORCHLIGHT_{key.upper()}": value for key, value in environ.items()}

    def command(self, *arguments: str) -> list[str]:
        """The command line with this station's places."""
        places = ["--settings", self.home / "station.toml", "--data-dir", self.home / "data", "--gallery", self.gallery]
        return [sys.executable, "-W", "error::ResourceWarning", "-m", "receiver", *map(str, places), *arguments]

    @property
    def environ(self) -> dict[str, str]:
        return {**os.environ, **self._environ}

    def run(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """A command of the shell, to its end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=CHECKOUT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def start(self) -> StationProcess:
        """Start and wait for the `ready` line."""
        with (self.home / "stderr.log").open("a") as errors:
            self._process = subprocess.Popen(
                self.command(), cwd=CHECKOUT, env=self.environ, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        assert self._process.stdout
        readable, _, _ = select.select([self._process.stdout], [], [], _START_S)
        line = self._process.stdout.readline() if readable else ""
        assert line.startswith("ready http://"), f"{line!r}\n{self.log()}"
        self.address = line.removeprefix("ready ").strip()
        return self

    def stop(self) -> int:
        """SIGTERM, as a service manager would; returns the exit code."""
        assert self._process and self._process.stdout
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=30)
        self._process.stdout.close()
        self._process = None
        return code

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout
            self._process.stdout.close()
            self._process = None

    @property
    def is_running(self) -> bool:
        """Whether it was started and not ended since."""
        return self._process is not None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def log(self) -> str:
        """What it wrote to stderr so far."""
        return (self.home / "stderr.log").read_text()

    # ---- what doors and readers do

    def press(self, jpeg: bytes) -> requests.Response:
        """POST a picture as a door does."""
        return requests.post(self.address, data=jpeg, headers={"Content-Type": "image/jpeg"}, timeout=30)

    def visits(self, limit: int = 100) -> list[dict[str, Any]]:
        """The reading API's visits, newest first."""
        answer = requests.get(f"{self.address}/v1/visits", params={"limit": limit}, timeout=30).json()
        return list(answer["visits"] if isinstance(answer, dict) else answer)

    def wait_for(self, done: Callable[[list[dict[str, Any]]], bool], timeout: float = 90) -> list[dict[str, Any]]:
        """Poll the visits until a condition holds on them."""
        deadline = time.monotonic() + timeout
        while not done(visits := self.visits()):
            assert time.monotonic() < deadline, json.dumps(visits[:5], indent=1) + self.log()[-4000:]
            select.select([], [], [], 0.02)
        return visits


def portrait(name: str) -> Image.Image:
    """`astronaut` or `grace_hopper`, from the packages that carry these public-domain photos."""
    if name == "astronaut":
        from skimage.data import astronaut  # noqa: PLC0415

        return Image.fromarray(np.asarray(astronaut()))
    from matplotlib.cbook import get_sample_data  # noqa: PLC0415

    with get_sample_data("grace_hopper.jpg") as file:
        return Image.open(file).convert("RGB")


def as_jpeg(picture: Image.Image, size: tuple[int, int] | None = None, quality: int = 90) -> bytes:
    """A picture as a door would send it; with `size`, padded to that size without distortion."""
    if size:
        scaled = picture.copy()
        scaled.thumbnail(size, Image.Resampling.LANCZOS)
        picture = Image.new("RGB", size, (96, 104, 112))
        picture.paste(scaled, ((size[0] - scaled.width) // 2, (size[1] - scaled.height) // 2))
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def numbered(jpeg: bytes, number: int) -> bytes:
    """The same picture as different bytes: a comment segment after its start marker."""
    comment = f"{number:012d}".encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]
