"""Worker processes that look at pictures: models loaded once, replaced when they die, killed when they hang.

Everything goes through `concurrent.futures.Executor`: here one single-process pool per worker, so that a hung one can
be killed by the pid it reported (a hang becomes a death, and there is one way to recover: a new executor); on a
cluster the executor of a Dask `distributed` client.

This module is what a worker imports first, so it imports neither numpy nor anything of the station.
"""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import queue
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Protocol

from receiver import engines
from receiver.engines import FaceEngine
from receiver.errors import EngineError, StationError, in_english
from receiver.language import mark, phrase
from receiver.models import Analysis

log = logging.getLogger(__name__)

LOADING_LIMIT_S = 120.0
"""A cold disk and a busy machine may need a minute for the models; longer than this is a hang."""

_MOST_PROCESSES = 8
"""With more the disk and the gallery's thread are what is waited for, and each takes 150 MB or more."""

_M_MMAP_THRESHOLD, _LARGE = -3, 1_000_000
"""mallopt(3): buffers of so many bytes are given back as soon as they are freed. Left to itself glibc raises its line
with the first large picture, and a worker that has seen some keeps 25 MB more."""

_POLITE = 10
"""Niceness of workers that are not in a hurry: a ring always goes first."""


def one_for_each_core() -> int:
    """How many processes a pool for many photos at once needs to keep the whole computer busy."""
    return min(os.cpu_count() or 1, _MOST_PROCESSES)


class WorkerLost(StationError):
    """The worker died or hung over a picture, or was stopped; a new one takes its place."""


class _Order(NamedTuple):
    """Which engine a worker is to load; travels to it."""

    engine: str
    target: str
    """`module:class`, because the parent may know engines that a fresh import does not."""
    models: Path | None
    detector: str
    threads: int


class _Loaded(NamedTuple):
    """What a worker says once its engine is loaded."""

    remark: str
    told: tuple[tuple[int, str], ...]
    """Warnings of the loading, (level, words)."""


class WorkerPool:
    """Worker processes with one engine each.

    `limit_s` is how long a worker may look at one picture. With `idle_s` the pool is for work that can wait: it
    starts at its first picture, runs at low priority, and gives its memory back after idling that many seconds.
    `models`, `detector` and `threads` are what `engines.create` is told; on a cluster there is no folder for models.
    """

    def __init__(
        self,
        engine: str,
        processes: int = 1,
        cluster: str = "",
        limit_s: float = 20.0,
        idle_s: float | None = None,
        *,
        models: Path | None = None,
        detector: str = "auto",
        threads: int = 1,
    ) -> None:
        self.engine = engine
        self.processes = processes
        self._idle_s = idle_s
        order = _Order(engine, engines.ENGINES.get(engine, ""), None if cluster else models, detector, threads)
        self._workers: list[_Worker] = [
            _ClusterWorker(order, cluster, limit_s) if cluster else _LocalWorker(order, limit_s, idle_s is not None)
            for _ in range(processes)
        ]
        self._free: queue.PriorityQueue[tuple[bool, int]] = queue.PriorityQueue()
        """(whether it is still to be loaded, place in the list): another worker loads only when the loaded are busy."""
        for number in range(processes):
            self._free.put((True, number))
        self._loaders: list[threading.Thread] = []
        self._rest: threading.Timer | None = None
        self._lock = threading.Lock()
        self._stopped = False

    def start(self) -> None:
        """Load the workers in the background; returns at once. A pool with `idle_s` waits for its first picture."""
        if self._idle_s is not None:
            return
        self._loaders = [threading.Thread(target=self._load_quietly, name="worker-loader") for _ in self._workers]
        for thread in self._loaders:
            thread.start()

    @property
    def ready(self) -> bool:
        """Whether every worker has its models loaded."""
        return all(worker.loaded for worker in self._workers)

    @property
    def remark(self) -> str:
        """What the loaded engine wants the owner to know, in a sentence; empty before, and when all is well."""
        return next((worker.remark for worker in self._workers if worker.remark), "")

    def load(self) -> None:
        """Wait until a worker is loaded, replacing one that died meanwhile. Raises EngineError when it cannot be."""
        with self._borrowed() as worker:
            worker.load()

    def analyse(self, picture: Path) -> Analysis:
        """Look at one picture file; blocks while every worker is busy. May be called from any thread.

        Raises BrokenPicture when the file cannot be decoded to its end, OSError when it cannot be read, WorkerLost
        when the worker died or hung over it, EngineError when the engine cannot be loaded.
        """
        with self._borrowed() as worker:
            worker.load()
            return worker.analyse(picture)

    def stop(self) -> None:
        """End every worker; what one is looking at is abandoned and raises WorkerLost there. Final."""
        with self._lock:
            self._stopped = True
            rest, self._rest = self._rest, None
        for worker in self._workers:
            worker.close()
        for thread in [*self._loaders, *([rest] if rest else [])]:
            if isinstance(thread, threading.Timer):
                thread.cancel()
            if thread.is_alive():
                thread.join()

    @contextmanager
    def _borrowed(self) -> Iterator[_Worker]:
        _, number = self._free.get()
        worker = self._workers[number]
        try:
            if self._stopped:
                raise WorkerLost("Recognition was stopped")
            yield worker
        finally:
            self._free.put((not worker.loaded, number))
            self._rest_later()

    def _load_quietly(self) -> None:
        """Whoever analyses next meets the same error and can tell someone."""
        try:
            self.load()
        except StationError as error:
            log.info("A worker is not ready: %s", in_english(error))

    def _rest_later(self) -> None:
        if self._idle_s is None:
            return
        with self._lock:
            if self._rest:
                self._rest.cancel()
            if self._stopped:
                return
            self._rest = threading.Timer(self._idle_s, self._give_memory_back)
            self._rest.name, self._rest.daemon = "worker-rest", True
            self._rest.start()

    def _give_memory_back(self) -> None:
        """Ends the workers that nobody is using; each is loaded again when it is wanted."""
        resting = []
        with suppress(queue.Empty):
            while True:
                resting.append(self._free.get_nowait()[1])
        for number in resting:
            self._workers[number].unload()
            self._free.put((True, number))


class _Worker(Protocol):
    """One that looks at pictures; used by one thread at a time, except for `close`."""

    remark: str

    @property
    def loaded(self) -> bool: ...

    def load(self) -> None: ...

    def analyse(self, picture: Path) -> Analysis: ...

    def unload(self) -> None: ...

    def close(self) -> None: ...


class _LocalWorker:
    """One process on this machine."""

    def __init__(self, order: _Order, limit_s: float, polite: bool) -> None:
        self._order = order
        self._limit_s = limit_s
        self._polite = polite
        self._executor: Executor | None = None
        self._pid: int | None = None
        self._busy = False
        self._closed = False
        self._lock = threading.Lock()
        self.loaded = False
        self.remark = ""

    def load(self) -> None:
        if self.loaded and self._lives():
            return
        self.unload()
        try:
            self._begin()
            self._note(self._await(self._submit(_load, self._order), LOADING_LIMIT_S))
        except WorkerLost as error:
            if self._closed:
                raise
            raise EngineError(
                phrase("The engine {engine} cannot be loaded", engine=self._order.engine), error.message
            ) from None
        except EngineError:
            self.unload()
            raise
        self.loaded = True

    def analyse(self, picture: Path) -> Analysis:
        analysis: Analysis = self._await(self._submit(_analyse, str(picture)), self._limit_s)
        return analysis

    def unload(self) -> None:
        with self._lock:
            executor, self._executor = self._executor, None
            self.loaded, self._pid = False, None
        if executor:
            executor.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._busy and self._pid:
                _kill(self._pid)
        self.unload()

    def _begin(self) -> None:
        """Start the process and learn its pid before anything in it can hang."""
        with self._lock:
            self._executor = ProcessPoolExecutor(
                1, mp_context=_BareContext(), initializer=_settle_in, initargs=(self._polite,)
            )
        pid = self._await(self._submit(os.getpid), LOADING_LIMIT_S)
        with self._lock:
            self._pid = pid

    def _note(self, loaded: _Loaded) -> None:
        """A worker has no log of its own."""
        self.remark = loaded.remark
        for level, line in loaded.told:
            log.log(level, "%s", line)

    def _lives(self) -> bool:
        """Whether the process is still there: one that died while idle is nobody's fault."""
        mine = [child.sentinel for child in multiprocessing.active_children() if child.pid == self._pid]
        return bool(mine) and not wait(mine, 0)

    def _submit(self, function: Any, *arguments: Any) -> Future[Any]:
        with self._lock:
            if self._closed or self._executor is None:
                raise WorkerLost("Recognition was stopped")
            self._busy = True
            try:
                return self._executor.submit(function, *arguments)
            except (BrokenProcessPool, RuntimeError):
                raise self._lost(mark("It ended while nobody was looking.")) from None

    def _await(self, future: Future[Any], limit_s: float) -> Any:
        try:
            return future.result(limit_s)
        except (BrokenProcessPool, CancelledError):
            self.unload()
            raise self._lost(mark("It ended in the middle of its work.")) from None
        except FutureTimeoutError:
            if future.done():  # it came at the last moment, or the time-out is the picture's own error
                return future.result()
            self._kill_hung(future)
            raise self._lost(phrase("It gave no answer for {seconds:g} seconds.", seconds=limit_s)) from None
        finally:
            self._busy = False

    def _kill_hung(self, future: Future[Any]) -> None:
        with self._lock:
            if self._pid:
                _kill(self._pid)
        with suppress(BrokenProcessPool, FutureTimeoutError):
            future.exception(10)
        self.unload()

    def _lost(self, why: str) -> WorkerLost:
        self.loaded = False
        return WorkerLost("The recognition worker was lost", why)


class _ClusterWorker:
    """A seat on a Dask cluster: pictures travel as bytes, the engine is loaded once in each process over there."""

    def __init__(self, order: _Order, address: str, limit_s: float) -> None:
        self.remark = ""
        self._order = order
        self._address = address
        self._limit_s = limit_s
        self._client: Any = None
        self._executor: Executor | None = None

    @property
    def loaded(self) -> bool:
        return self._executor is not None

    def load(self) -> None:
        if self._executor is not None:
            return
        try:
            from distributed import Client  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415
        except ImportError:
            raise EngineError(
                "Recognition on a cluster needs Dask",
                "Install the Python package distributed here and on the cluster, or empty the setting "
                "recognition.cluster.",
            ) from None
        try:
            self._client = Client(self._address, timeout=self._limit_s, set_as_default=False)
            self._executor = self._client.get_executor()
        except (OSError, ValueError) as error:
            raise EngineError("The cluster cannot be reached", f"{self._address}: {error}") from None

    def analyse(self, picture: Path) -> Analysis:
        if self._executor is None:
            raise WorkerLost("Recognition was stopped")
        future = self._executor.submit(_analyse_bytes, self._order, picture.read_bytes())
        try:
            return future.result(self._limit_s + LOADING_LIMIT_S)
        except (StationError, FileNotFoundError):
            raise
        except Exception as error:  # a scheduler gone or a worker killed has many names over there
            future.cancel()
            self.unload()
            raise WorkerLost("The cluster lost the picture", str(error)) from None

    def unload(self) -> None:
        client, self._client, self._executor = self._client, None, None
        if client is not None:
            client.close()

    def close(self) -> None:
        self.unload()


class _BareProcess(SpawnProcess):
    """A spawned process that does not import the program's main module.

    Python imports it in every spawned child (as `__mp_main__`), which would bring Qt and the station into a process
    that needs neither. What a worker runs is found by its module's name, so it is enough to hide the main module at
    the moment the child is told about it.
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802  -- multiprocessing's own name
        with _hidden_main:
            return SpawnProcess._Popen(process_obj)


class _BareContext(SpawnContext):
    Process = _BareProcess


class _HiddenMain:
    """Puts an empty module in the place of `__main__`, for one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._main: ModuleType | None = None

    def __enter__(self) -> None:
        self._lock.acquire()
        self._main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")

    def __exit__(self, *_: object) -> None:
        if self._main is not None:
            sys.modules["__main__"] = self._main
        self._lock.release()


_hidden_main = _HiddenMain()


def _kill(pid: int) -> None:
    """Without appeal; the pid cannot have been reused, because its executor has not reaped it yet."""
    with suppress(ProcessLookupError):
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))  # on Windows SIGTERM terminates the same way


# ---- inside a worker

_engine: FaceEngine | None = None
_loaded: dict[_Order, FaceEngine] = {}
_loading = threading.Lock()


def _settle_in(polite: bool) -> None:
    """Runs first in a worker: Ctrl-C is the parent's business, its death is ours, and one core is enough."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    for library in ("OMP", "OPENBLAS", "MKL"):  # read when numpy is imported, which is later
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    _ask_of_glibc("mallopt", _M_MMAP_THRESHOLD, _LARGE)
    if polite and hasattr(os, "nice"):
        os.nice(_POLITE)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _load(order: _Order) -> _Loaded:
    global _engine  # noqa: PLW0603  -- a worker is one process with one engine
    told = _Told(logging.WARNING)
    logger = logging.getLogger("receiver")
    logger.addHandler(told)
    try:
        _engine = _created(order)
    finally:
        logger.removeHandler(told)
    _ask_of_glibc("malloc_trim", 0)  # what loading needed and freed again: 25 MB
    return _Loaded(_engine.remark, tuple(told.lines))


def _ask_of_glibc(function: str, *arguments: int) -> None:
    """Freed memory belongs to the system again; elsewhere it comes back by itself or not at all."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            getattr(ctypes.CDLL(None), function)(*arguments)


def _created(order: _Order) -> FaceEngine:
    if order.target:
        engines.ENGINES[order.engine] = order.target
    return engines.create(order.engine, models=order.models, detector=order.detector, threads=order.threads)


class _Told(logging.Handler):
    """Keeps what is logged while an engine is loaded, for the parent's log."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.lines: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        self.lines.append((record.levelno, record.getMessage()))


def _analyse(picture: str) -> Analysis:
    if _engine is None:
        raise EngineError("The worker has no engine")
    return _examined(_engine, Path(picture))


def _analyse_bytes(order: _Order, data: bytes) -> Analysis:
    """On a cluster there is no common disk: the bytes come along and lie in a file as long as they are looked at."""
    with _loading:
        if order not in _loaded:
            _loaded[order] = _created(order)
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "picture"
        picture.write_bytes(data)
        return _examined(_loaded[order], picture)


def _examined(engine: FaceEngine, picture: Path) -> Analysis:
    """Only errors that survive the way between processes leave here."""
    try:
        return engine.analyse(picture)
    except (StationError, OSError):
        raise
    except Exception as error:  # whatever a picture does to a library, the parent must be able to read it
        raise WorkerLost("The picture could not be examined", f"{type(error).__name__}: {error}") from error
