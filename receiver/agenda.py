"""What has its time: looked at every two seconds, in a thread of its own, with one duty's fault no other's trouble."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

_log = logging.getLogger(__name__)

_EVERY_S = 2.0


class Agenda:
    """Calls every duty in turn, again and again; a duty looks at its own clock whether there is something to do."""

    def __init__(self, duties: Sequence[Callable[[], object]], *, every_s: float = _EVERY_S) -> None:
        self._duties = tuple(duties)
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="agenda", daemon=True)
        self._complained: set[str] = set()

    def start(self) -> None:
        """Begin with a first round, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End after the duty in hand, within a few seconds."""
        self._stopping.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            for duty in self._duties:
                self._do(duty)
            self._stopping.wait(self._every_s)

    def _do(self, duty: Callable[[], object]) -> None:
        try:
            duty()
        except Exception as error:
            if str(error) not in self._complained:  # once: it comes back every two seconds
                self._complained.add(str(error))
                _log.exception("Something that has its time could not be done; it is tried again")
