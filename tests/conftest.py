"""What every test is held to: no unexpected warning in the log, no thread left running."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from receiver import language
from tests.station_process import portrait

os.environ["LANGUAGE"] = "en"  # whatever this machine speaks; what is started from here inherits it

CHECKOUT = Path(__file__).resolve().parent.parent
_PATIENCE_S = 5.0


@pytest.fixture(autouse=True)
def _quiet_log(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Fail a test that logged WARNING or above without saying so by `expects_log`, or that leaves a log behind."""
    monkeypatch.setattr("receiver.__main__.set_up_logging", lambda *_: None)  # a command in our own process
    before = list(logging.root.handlers)
    yield
    left = [
        handler for handler in logging.root.handlers if handler not in before and "pytest" not in repr(type(handler))
    ]
    assert not left, f"handlers left at the log: {left}"
    expected = [re.compile(m.args[0]) for m in request.node.iter_markers("expects_log")]
    records = [r for when in ("setup", "call") for r in caplog.get_records(when) if r.levelno >= logging.WARNING]
    unexpected = [r.getMessage() for r in records if not any(p.search(r.getMessage()) for p in expected)]
    assert not unexpected, f"unexpected log records: {unexpected}"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A test that makes a station speak another language leaves none behind."""
    yield
    language.use(language.SOURCE)


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """Fail a test that leaves a thread running, and name it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _PATIENCE_S
    left = [t for t in threading.enumerate() if t not in before and not _is_harmless(t)]
    for thread in left:
        thread.join(max(0.0, deadline - time.monotonic()))
    alive = [t.name for t in left if t.is_alive()]
    assert not alive, f"threads left running: {alive}"


def _is_harmless(thread: threading.Thread) -> bool:
    """Threads that belong to a global pool, not to the test: Qt's, and the one of multiprocessing."""
    return thread.name.startswith(("Dummy", "QueueFeederThread")) or "QThread" in type(thread).__name__


@pytest.fixture(scope="session")
def astronaut() -> Image.Image:
    """Eileen Collins, 512x512 (NASA, public domain)."""
    return portrait("astronaut")


@pytest.fixture(scope="session")
def grace_hopper() -> Image.Image:
    """Grace Hopper, 512x600 (US Navy, public domain)."""
    return portrait("grace_hopper")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The measurements' data beside the checkout; a newcomer's machine has none."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder ../shared/data is not on this machine")
    return folder
