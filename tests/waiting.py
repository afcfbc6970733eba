"""Waiting for other processes and threads, which give no signal to wait on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_LOOK_S = 0.01


def wait_until(
    holds: Callable[[], object], seconds: float, story: Callable[[], str] = lambda: "it did not happen in time"
) -> None:
    """Look often whether it holds; fail with `story` if it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < deadline, story()
        pause.wait(_LOOK_S)
