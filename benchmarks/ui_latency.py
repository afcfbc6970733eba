"""How long the window's event loop keeps anybody waiting while the station is at its busiest.

    python -m benchmarks.ui_latency [SECONDS]

The window on its real station, drawn offscreen. Another process sends ten pictures a second over HTTP, every one a
visit of its own, while 500 photos are enrolled on People and the page on show changes every few seconds. A timer of
1 ms finds out how late the event loop comes round; *own work* is what the window's thread computed between two of
its ticks, however busy the machine is with other things.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from itertools import count, cycle
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
PORT = 18069
os.environ |= {
    "PORCHLIGHT_RECEIVER__HOST": "127.0.0.1",
    "PORCHLIGHT_RECEIVER__PORT": str(PORT),
    "PORCHLIGHT_MQTT__BROKER": "off",
    "PORCHLIGHT_RECEIVER__UNKNOWN_DOORS": "accept",
    "PORCHLIGHT_RECEIVER__PICTURES_PER_MINUTE": "100000",
    "PORCHLIGHT_RECOGNITION__MERGE_WINDOW_S": "0",
    "PORCHLIGHT_WINDOW__CHIME": "off",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
}

from PySide6.QtCore import QElapsedTimer, QEventLoop, QObject, Qt, QTimer  # noqa: E402

from benchmarks.press_to_alert import fill_gallery  # noqa: E402
from benchmarks.tables import percentile, table  # noqa: E402
from benchmarks.uploads import upload  # noqa: E402
from desktop_app.__main__ import parser  # noqa: E402
from desktop_app.app import SWITCH_S, make_application  # noqa: E402
from desktop_app.life import Life  # noqa: E402
from desktop_app.main_window import MainWindow  # noqa: E402
from desktop_app.pages.people import PeoplePage  # noqa: E402
from desktop_app.pages.settings import SettingsPage  # noqa: E402
from desktop_app.tasks import wait_for_all  # noqa: E402
from tests.station_process import CHECKOUT, as_jpeg, numbered, portrait  # noqa: E402

PHOTOS = 500
EVERY_S = 0.1
PAGE_MS = 3_000
SLOW_MS = 16.0
"""A frame of a screen that shows sixty a second."""


class Watch(QObject):
    """Milliseconds between the ticks of a 1 ms timer, by the wall and by what the window's thread computed."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self.own: list[float] = []
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin to count."""
        self._worked = time.thread_time()
        self._clock.start()
        self._timer.start()

    def stop(self) -> None:
        """Count no more."""
        self._timer.stop()

    def _tick(self) -> None:
        worked = time.thread_time()
        self.late.append(max(self._clock.nsecsElapsed() / 1e6 - 1, 0))
        self.own.append((worked - self._worked) * 1000)
        self._worked = worked
        self._clock.restart()


def main(seconds: float = 60) -> None:
    """Print the tables: at rest, and at its busiest."""
    sys.setswitchinterval(SWITCH_S)
    application = make_application(["latency"])
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        fill_gallery(home / "photos", PHOTOS)
        window = MainWindow()
        window.show()
        places = ["--settings", home / "s.toml", "--data-dir", home / "data", "--gallery", home / "known_faces"]
        life = Life(application, window, parser().parse_args(list(map(str, places))), home / "s.toml")
        life.begin()
        while window.findChild(SettingsPage) is None:
            turn(0.1)
        turn(3)
        rows = [line("at rest", watch(10))]
        people = window.findChild(PeoplePage)
        pages = cycle(("visits", "people", "doors", "settings", "live"))
        browsing = QTimer(window, interval=PAGE_MS)
        browsing.timeout.connect(lambda: window.go(next(pages)))
        browsing.start()
        doors = subprocess.Popen([sys.executable, "-m", "benchmarks.ui_latency", "ring", f"{seconds:g}"], cwd=CHECKOUT)
        rows.append(line("10 pictures a second", watch(seconds / 2)))
        people.enrolment.add_all("Everybody", [("", sorted((home / "photos").rglob("*.jpg")))])
        rows.append(line(f"and {PHOTOS} photos being enrolled", watch(seconds / 2)))
        doors.wait()
        browsing.stop()
        life.quit()
        application.exec()
        life.end()
        wait_for_all()
    head = [f"{what} {figure}" for what in ("late", "own work") for figure in ("p50", "p99", "max")]
    print(table(("ms", *head, f"over {SLOW_MS:g} ms", "busy"), rows))


def watch(seconds: float) -> Watch:
    """So many seconds of the event loop."""
    found = Watch()
    found.start()
    turn(seconds)
    found.stop()
    return found


def line(name: str, found: Watch) -> tuple[str, ...]:
    """A row of the table."""
    figures = [f"{value:.1f}" for ms in (found.late, found.own) for value in (*map(ms_at(ms), (50, 99)), max(ms))]
    slow = sum(ms > SLOW_MS for ms in found.own)
    return name, *figures, f"{slow} of {len(found.own)}", f"{sum(found.own) / sum(ms + 1 for ms in found.late):.0%}"


def ms_at(values: list[float]):
    """Of these values, the one of a percentage."""
    return lambda percent: percentile(values, percent)


def turn(seconds: float) -> None:
    """Let the event loop run, as it does in a window."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def ring(seconds: float) -> None:
    """The doors, in a process of their own: so many pictures a second, however long each waits for its answer."""
    base = as_jpeg(portrait("grace_hopper"), (640, 480))
    begun = time.monotonic()
    for number in count():
        due = begun + number * EVERY_S
        if due > begun + seconds:
            return
        time.sleep(max(0, due - time.monotonic()))
        upload(f"http://127.0.0.1:{PORT}", numbered(base, number))


if __name__ == "__main__":
    if sys.argv[1:2] == ["ring"]:
        ring(float(sys.argv[2]))
    else:
        main(*map(float, sys.argv[1:]))
