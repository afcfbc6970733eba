"""Who it is: recognition and the gallery with their workers, and what the owner says about faces."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from receiver.gallery import Gallery
from receiver.matching import Rule
from receiver.models import Analysis, Change, Message, PartState, Ruling, Visit
from receiver.naming import Naming
from receiver.recognition import Recognition
from receiver.settings import Settings
from receiver.store import Store
from receiver.workers import WorkerPool, one_for_each_core

_ENROLMENT_IDLE_S = 30.0
"""The other workers, for gallery photos, give their memory back after this long without work."""


class Eyes:
    """For one set of settings; `rule` is the line for names that holds now. The other arguments are Recognition's."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        rule: Callable[[], Rule],
        routes: Callable[[], Sequence[Message]],
        may_tell: Callable[[Visit], Ruling],
        publish: Callable[[Change], None],
        wake_couriers: Callable[[], None],
        report: Callable[[PartState, str], None],
        clock: Callable[[], float],
    ) -> None:
        chosen = settings.recognition
        self._stack = ExitStack()
        self._pool = pool = self._hire(settings, chosen.workers, threads=_cores_each(chosen.workers))
        for_photos = chosen.workers if chosen.cluster else one_for_each_core()
        enrolment = self._hire(settings, for_photos, idle_s=_ENROLMENT_IDLE_S)
        self.gallery = Gallery(settings.gallery, store, enrolment, chosen.engine, publish)
        self.recognition = Recognition(
            store,
            pool,
            self.gallery,
            rule=rule,
            routes=routes,
            may_tell=may_tell,
            publish=publish,
            wake_couriers=wake_couriers,
            report=report,
        )
        self.naming = Naming(store, self.gallery, self.recognition.judge_again, clock)

    def start(self) -> None:
        """Begin to read the gallery, and to look at what waits; models load meanwhile."""
        for part in (self.gallery, self.recognition):
            part.start()
            self._stack.callback(part.stop)

    def stop(self) -> None:
        """End after the picture in hand, the workers last."""
        self._stack.close()

    def examine(self, picture: Path) -> Analysis:
        """Find the faces in a picture file, nothing more. Raises what `WorkerPool.analyse` raises."""
        return self._pool.analyse(picture)

    def _hire(self, settings: Settings, workers: int, **conditions: Any) -> WorkerPool:
        chosen = settings.recognition
        pool = WorkerPool(
            chosen.engine, workers, chosen.cluster, models=settings.models, detector=chosen.detector, **conditions
        )
        self._stack.callback(pool.stop)
        return pool


def _cores_each(workers: int) -> int:
    """How many cores one picture may take: two where there are as many (three gain nothing more)."""
    return max(1, min(2, (os.cpu_count() or 1) // workers))
