"""The hardware watchdog, fed only when every task has shown that it lives.

A task that hangs, or ended, starves it, and the board starts anew after at most 8.388 s, the longest the RP2040 can
count. So whoever waits for longer does it by `during`.
"""

import asyncio

from clock import since_ms, ticks_ms

LONGEST_MS = 8388
_STEP_S = 2


class Watchdog:
    """`start` is `machine.WDT`: called with `timeout` in milliseconds, it returns something to `feed`.

    From the first moment on, each of `tasks` (their names) must call `progress` again and again.
    """

    def __init__(self, start, tasks, timeout_ms: int = LONGEST_MS):
        if not 0 < timeout_ms <= LONGEST_MS:
            raise ValueError("the watchdog counts at most " + str(LONGEST_MS) + " ms")
        self._tasks = tuple(tasks)
        self._waiting = set(tasks)
        self._dog = start(timeout=timeout_ms)

    def progress(self, task: str) -> None:
        """A task lives. Raises ValueError for one that was not announced, which would never be missed."""
        if task not in self._tasks:
            raise ValueError("no such task: " + task)
        self._waiting.discard(task)
        if not self._waiting:
            self._dog.feed()
            self._waiting = set(self._tasks)

    async def during(self, task: str, work, limit_s=None):
        """Await `work` for a task, showing all the while that it lives; returns or raises what the work does.

        Work that takes longer than `limit_s` counts as stuck from then on. `work` is a coroutine.
        """
        outcome: list = []
        began, ended = ticks_ms(), asyncio.Event()
        doing = asyncio.create_task(_noted(work, outcome, ended))
        try:
            while not outcome:
                if limit_s is None or since_ms(began) < limit_s * 1000:
                    self.progress(task)
                await _until(ended, _STEP_S)
        finally:
            doing.cancel()
        self.progress(task)
        result, error = outcome[0]
        if error:
            raise error
        return result


async def _noted(work, outcome: list, ended) -> None:
    """What becomes of the work, for whoever waits for `ended`."""
    try:
        outcome.append((await work, None))
    except Exception as error:  # every one of them is raised again where the work is awaited
        outcome.append((None, error))
    ended.set()


async def _until(event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except asyncio.TimeoutError:
        pass  # the caller looks for itself
