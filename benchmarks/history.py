"""The Visits page with 100,000 visits: how long it takes to open, to scroll, to filter, and to take a new one in.

    python -m benchmarks.history [VISITS]

The database, the model, the page and the pictures are the real ones, drawn offscreen; only the rest of the station is
scripted. A frame is everything the window's thread does between two positions of the scroll bar, painting included;
*own work* is what it computes, however busy the machine is with other things.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.append(str(CHECKOUT / "tests" / "desktop_app"))  # for scripted.py

from PySide6.QtCore import QEventLoop, QThreadPool  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402
from scripted import ScriptedStation  # noqa: E402

from benchmarks.tables import percentile, table  # noqa: E402
from desktop_app.app import make_application  # noqa: E402
from desktop_app.history_model import HistoryModel  # noqa: E402
from desktop_app.item_models import RECORD, IdentityModel, VisitModel  # noqa: E402
from desktop_app.pages.visits import VisitsPage  # noqa: E402
from desktop_app.thumbnails import Thumbnails  # noqa: E402
from desktop_app.widgets.notice import NoticeBar  # noqa: E402
from receiver.history import History  # noqa: E402
from receiver.models import EVERYTHING, Verdict, VisitDeleted, VisitFilter  # noqa: E402
from receiver.store import Store  # noqa: E402
from tests.receiver import years  # noqa: E402
from tests.receiver.made_up import picture  # noqa: E402

FRAMES = 300
PICTURES = 400


def main(count: int = 100_000) -> None:
    """Print the table."""
    make_application(["history"])
    with tempfile.TemporaryDirectory() as folder:
        shots = [picture(Path(folder) / "snapshots" / f"{n}.jpg") for n in range(PICTURES)]
        store = Store(Path(folder) / "station.sqlite3")
        years.fill(store, count, time.time(), lambda number: shots[number % PICTURES])
        rows = list(measure(store, Path(folder)))
        store.close()
    print(table((f"with {count:,} visits", "p50 ms", "p99 ms", "own work p50", "own work p99"), rows))


def measure(store: Store, folder: Path) -> Iterator[tuple[str, ...]]:
    """A row of the table at a time."""
    history = History(store)
    station = ScriptedStation(folder)
    station.visit_keys, station.visits_of = history.keys, history.visits  # type: ignore[method-assign]
    model = HistoryModel(station)  # type: ignore[arg-type]
    yield timed("all keys read, in the background", lambda: until_loaded(model, EVERYTHING), 5)
    visits, people = VisitModel(station.visits), IdentityModel()
    thumbnails = Thumbnails(None, folder / "snapshots")
    page = VisitsPage(station, model, people, thumbnails, NoticeBar(), newest=visits)  # type: ignore[arg-type]
    page.resize(1100, 740)
    yield timed("the page opens, rows painted", lambda: open_page(page), 1)
    yield timed("the pictures of these rows are there", settle, 1)
    bar = page.list.verticalScrollBar()
    for name, step in (("scrolling, a row every other frame", 36), ("scrolling fast, six rows a frame", 432)):
        bar.setValue(0)
        settle()
        yield timed(f"{name}: a frame", lambda step=step: scroll(page, step), FRAMES)
    yield timed("jumping all over it: a frame", lambda: jump(page), FRAMES // 4)
    bar.setValue(0)
    settle()
    newest = model.index(0).data(RECORD)
    numbers = iter(range(10_000))
    yield timed("a new visit", lambda: new(model, replace(newest, id=f"n{next(numbers)}", started_at=time.time())), 50)
    yield timed("a changed visit", lambda: turn(lambda: model.upsert(replace(newest, reason=f"{next(numbers)}"))), 50)
    yield timed("a deleted visit", lambda: turn(lambda: model.forget(VisitDeleted(model.id_at(50_000)))), 50)
    strangers = VisitFilter(verdicts=frozenset({Verdict.UNKNOWN}))
    for name, wanted in (("strangers", strangers), ("Anna", VisitFilter(words="anna")), ("everything", EVERYTHING)):
        yield timed(f"filtered: {name}, in the background", lambda wanted=wanted: until_loaded(model, wanted), 3)
    page.hide()
    settle()


def timed(name: str, func: Callable[[], object], times: int) -> tuple[str, ...]:
    """Milliseconds of a thing done so often, by the wall and by what the window's thread computes."""
    took, own = [], []
    for _ in range(times):
        begun, worked = time.perf_counter(), time.thread_time()
        func()
        took.append((time.perf_counter() - begun) * 1000)
        own.append((time.thread_time() - worked) * 1000)
    return name, *(f"{percentile(ms, at):.1f}" for ms in (took, own) for at in (50, 99))


def until_loaded(model: HistoryModel, wanted: VisitFilter) -> None:
    """Ask for a list and wait for it, idle as a window is."""
    loop = QEventLoop()
    model.loaded.connect(loop.quit)
    model.show_only(wanted)
    loop.exec()


def open_page(page: VisitsPage) -> None:
    """Until the rows stand there with their words."""
    page.show()
    while page.list.model().index(0, 0).data(RECORD) is None:
        QApplication.processEvents()
    page.list.viewport().repaint()


def scroll(page: VisitsPage, step: int) -> None:
    bar = page.list.verticalScrollBar()
    turn(lambda: bar.setValue(bar.value() + step))


def jump(page: VisitsPage) -> None:
    bar = page.list.verticalScrollBar()
    turn(lambda: bar.setValue((bar.value() + bar.maximum() * 2 // 7) % bar.maximum()))


def new(model: HistoryModel, visit: object) -> None:
    turn(lambda: model.upsert(visit))


def turn(func: Callable[[], object]) -> None:
    """Do it, and all that follows on the window's thread."""
    func()
    QApplication.processEvents()


def settle() -> None:
    """Until nothing is read any more."""
    for _ in range(6):
        QApplication.processEvents()
        QThreadPool.globalInstance().waitForDone()
        QApplication.processEvents()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
