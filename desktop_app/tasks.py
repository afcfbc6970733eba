"""Commands off the UI thread, their result or error back on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

T = TypeVar("T")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of a task: a value, or the error that ended it."""

    value: T | None
    error: Exception | None


def run_in_background(
    owner: QObject,
    func: Callable[[], T],
    done: Callable[[T], None] | None = None,
    failed: Callable[[Exception], None] | None = None,
) -> None:
    """Run `func` on a pool thread, then `done(result)` or `failed(error)` on the UI thread.

    Nothing is called any more once `owner` is deleted. An error nobody takes is raised on the UI thread, where the
    hook for unexpected errors shows it.
    """
    carrier = _Carrier(owner, done, failed)
    _travelling.add(carrier)
    QThreadPool.globalInstance().start(_Errand(func, carrier))


class Meter(QObject):
    """Given to a task to tell how far it is; `moved` arrives on the UI thread, also from a pool thread, and before the
    task's result."""

    moved = Signal(int, int)
    """Done so far, and in all."""

    def __call__(self, done: int, total: int) -> None:
        """Tell it."""
        self.moved.emit(done, total)


class Steps(QObject):
    """As `Meter`, for a task of several steps that each have a name."""

    moved = Signal(str, int, int)
    """What is being done, how much of it is done, and in all."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Tell it."""
        self.moved.emit(step, done, total)


class Chain(QObject):
    """Does the same to many items, one after the other in the background; tells after each, and can be cancelled."""

    finished = Signal()

    def __init__(
        self,
        owner: QObject,
        items: Sequence[Item],
        func: Callable[[Item], T],
        each: Callable[[Item, Outcome[T]], None],
    ) -> None:
        super().__init__(owner)
        self._waiting = list(items)
        self._func = func
        self._each = each

    def start(self) -> None:
        """Begin with the first item, or finish when there is none (left)."""
        if not self._waiting:
            self.finished.emit()
            self.deleteLater()
            return
        item = self._waiting.pop(0)
        run_in_background(
            self,
            partial(self._func, item),
            lambda value: self._tell(item, Outcome(value, None)),
            lambda error: self._tell(item, Outcome(None, error)),
        )

    @Slot()
    def cancel(self) -> None:
        """Leave out what has not begun."""
        self._waiting.clear()

    def _tell(self, item: Any, outcome: Outcome[Any]) -> None:
        self._each(item, outcome)
        self.start()


def wait_for_all(milliseconds: int = 5000) -> bool:
    """Wait for running tasks, at the end of the program; says whether all came to their end."""
    return QThreadPool.globalInstance().waitForDone(milliseconds)


class _Carrier(QObject):
    """Lives on the UI thread and carries one outcome there."""

    arrived = Signal(object)

    def __init__(self, owner: QObject, done: Callable[[Any], None] | None, failed: Any) -> None:
        super().__init__()
        self._owner = owner
        self._done = done
        self._failed = failed
        self.arrived.connect(self._deliver)

    @Slot(object)
    def _deliver(self, outcome: Outcome[Any]) -> None:
        _travelling.discard(self)
        if not shiboken6.isValid(self._owner):
            return
        if outcome.error is None:
            if self._done is not None:
                self._done(outcome.value)
        elif self._failed is not None:
            self._failed(outcome.error)
        else:
            raise outcome.error


_travelling: set[_Carrier] = set()
"""Keeps carriers alive, whatever happens to their owners meanwhile."""


class _Errand(QRunnable):
    def __init__(self, func: Callable[[], Any], carrier: _Carrier) -> None:
        super().__init__()
        self._func = func
        self._carrier = carrier

    def run(self) -> None:
        outcome: Outcome[Any]
        try:
            outcome = Outcome(self._func(), None)
        except Exception as error:  # the top of a thread: whatever it is goes to the one who asked
            outcome = Outcome(None, error)
        self._carrier.arrived.emit(outcome)
