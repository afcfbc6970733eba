"""Whether the window keeps what it should have let go: its memory over many visits.

    python -m benchmarks.ui_memory [VISITS]

The window is the real one, drawn offscreen, and so are the models, the pictures and what is painted; only the station
is scripted. Every visit rings, gets its verdict, and is told about to the phone; every hundredth is looked at on each
page.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.append(str(CHECKOUT / "tests" / "desktop_app"))  # for scripted.py

import psutil  # noqa: E402
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThreadPool  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402
from scripted import ScriptedStation, a_delivery, a_visit  # noqa: E402

from benchmarks.tables import table  # noqa: E402
from desktop_app.app import make_application  # noqa: E402
from desktop_app.assembly import Assembly  # noqa: E402
from desktop_app.bridge import Bridge  # noqa: E402
from desktop_app.main_window import MainWindow  # noqa: E402
from receiver.models import DeliveryState, Verdict, VisitState  # noqa: E402
from tests.receiver.made_up import picture  # noqa: E402

PICTURES = 400
PARTS = 10
LOOK = 100
KEPT = 1_000
"""Visits that the script remembers: more than any page has in sight, so that it is the window that is weighed."""
VERDICTS = (Verdict.KNOWN, Verdict.UNKNOWN, Verdict.NO_FACE)


def main(count: int = 10_000) -> None:
    """Print the table."""
    make_application(["memory"])
    with tempfile.TemporaryDirectory() as folder:
        shots = [picture(Path(folder) / "snapshots" / f"{n}.jpg") for n in range(PICTURES)]
        station = ScriptedStation(Path(folder))
        window = MainWindow()
        window.show()
        bridge = Bridge(station)
        window.attach(station, bridge)  # type: ignore[arg-type]
        assembly = Assembly(station, bridge, window)  # type: ignore[arg-type]
        assembly.build()
        settle()
        rows = [figures(0, window)]
        for number in range(1, count + 1):
            happen(station, shots[number % PICTURES], number)
            del station.all_visits[KEPT:]
            if number % LOOK == 0:
                for page in ("visits", "people", "doors", "settings", "live"):
                    window.go(page)
                    settle()
            if number % (count // PARTS) == 0:
                rows.append(figures(number, window))
        bridge.close()
        window.allow_close()
        window.close()
    print(table(("visits so far", "memory (RSS)", "objects of Qt"), rows))


def happen(station: ScriptedStation, shot: Path, number: int) -> None:
    """A ring, its verdict, and the message that tells it."""
    now = time.time()
    ring = a_visit(shot, verdict=None, at=now, id_=f"v{number:08d}")
    told = a_delivery(DeliveryState.DELIVERED, at=now)
    verdict = VERDICTS[number % len(VERDICTS)]
    for change in (ring, concluded(ring, verdict), replace(concluded(ring, verdict), deliveries=(told,))):
        station.publish(change)
    QApplication.processEvents()


def concluded(ring, verdict: Verdict):
    """The same visit with its verdict."""
    judged = a_visit(ring.snapshots[0].path, verdict=verdict, at=ring.started_at, id_=ring.id)
    return replace(judged, state=VisitState.CONCLUDED)


def figures(number: int, window: QObject) -> tuple[str, ...]:
    """A row of the table."""
    settle()
    resident = psutil.Process().memory_info().rss / 2**20
    return f"{number:,}", f"{resident:.0f} MB", f"{len(window.findChildren(QObject)):,}"


def settle() -> None:
    """Until nothing is read or deleted any more."""
    for _ in range(4):
        QThreadPool.globalInstance().waitForDone()
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
