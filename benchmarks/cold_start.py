"""From process start to a visible window, to a ready station, and the memory all of it takes.

    python -m benchmarks.cold_start [RUNS]

Needs Xvfb and xdotool. Compared in the same run with what the original script did before its first press: importing
face_recognition and encoding a gallery of six.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.press_to_alert import fill_gallery
from benchmarks.tables import table
from tests.station_process import CHECKOUT

PORT = 18068
MEGABYTE = 1024 * 1024
PATIENCE_S = 60.0

ORIGINAL = """
import sys, pathlib
from benchmarks.original_flow import encode_gallery
encode_gallery(pathlib.Path(sys.argv[1]))
"""


def main(runs: int = 5) -> None:
    """Print the table of medians."""
    with tempfile.TemporaryDirectory() as folder, display() as name:
        home = Path(folder)
        fill_gallery(home / "known_faces", 6)
        start_app(home, name)  # fills the gallery's cache and the disk's, as every start but the first finds them
        figures = [start_app(home, name) for _ in range(runs)]
        original = [start_original(home) for _ in range(runs)]
    visible, ready, memory, headless = (statistics.median(column) for column in zip(*figures, strict=True))
    print(
        table(
            ("figure (median)", "ours", "original"),
            [
                ("window visible", f"{visible:.2f} s", "has none"),
                ("ready for a press", f"{ready:.2f} s", f"{statistics.median(original):.2f} s"),
                ("memory, window and worker (PSS)", f"{memory:.0f} MB", "-"),
                ("of that the worker", f"{headless:.0f} MB", "-"),
            ],
        )
    )


def start_app(home: Path, display_name: str) -> tuple[float, float, float, float]:
    """Seconds to the window, seconds to ready, megabytes of all processes, megabytes of the worker."""
    environ = {
        **os.environ,
        "DISPLAY": display_name,
        "QT_QPA_PLATFORM": "xcb",
        "PORCHLIGHT_RECEIVER__HOST": "127.0.0.1",
        "PORCHLIGHT_RECEIVER__PORT": str(PORT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    places = ["--settings", home / "s.toml", "--data-dir", home / "data", "--gallery", home / "known_faces"]
    begun = time.monotonic()
    app = subprocess.Popen(
        [sys.executable, "-m", "desktop_app", *map(str, places)], cwd=CHECKOUT, env=environ, stderr=subprocess.DEVNULL
    )
    try:
        visible = wait(begun, lambda: window_of(environ))
        ready = wait(begun, is_ready)
        every = [process_pss(p) for p in [psutil.Process(app.pid), *psutil.Process(app.pid).children(recursive=True)]]
        return visible, ready, sum(every) / MEGABYTE, sum(every[1:]) / MEGABYTE
    finally:
        app.terminate()
        app.wait(30)


def wait(begun: float, condition: Callable[[], bool]) -> float:
    """Seconds since `begun` when the condition first held."""
    while not condition():
        if time.monotonic() - begun > PATIENCE_S:
            raise TimeoutError(condition)
        time.sleep(0.005)
    return time.monotonic() - begun


def window_of(environ: dict[str, str]) -> bool:
    """Whether X shows a window of Porchlight."""
    search = ["xdotool", "search", "--onlyvisible", "--name", "Porchlight"]
    return subprocess.run(search, env=environ, capture_output=True, check=False).returncode == 0


def is_ready() -> bool:
    """Whether the station says so."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/v1/health", timeout=5) as answer:
            return bool(json.load(answer)["ready"])
    except (urllib.error.URLError, ConnectionError):
        return False


def process_pss(process: psutil.Process) -> int:
    """Memory with shared pages divided among their users."""
    return int(process.memory_full_info().pss)


def start_original(home: Path) -> float:
    """Seconds until the original's imports and first gallery encoding are done."""
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ORIGINAL, str(home / "known_faces")], cwd=CHECKOUT, check=True
    )
    return time.monotonic() - begun


@contextmanager
def display() -> Iterator[str]:
    """A screen of its own."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-noreset", "-displayfd", str(writing), "-screen", "0", "1600x1000x24"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
