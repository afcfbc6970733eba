"""Worker processes: real ones, really killed and really hung."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from receiver import engines, workers
from receiver.errors import BrokenPicture, EngineError
from receiver.workers import WorkerLost, WorkerPool
from tests.waiting import wait_until

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from pretend_engine import picture  # noqa: E402

Draw = Callable[[bytes], Path]


@pytest.fixture(autouse=True)
def _pretend_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pretend", "unwilling", "grumbling", "dying"):
        monkeypatch.setitem(engines.ENGINES, name, f"pretend_engine:{name.capitalize()}Engine")


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """Writes a picture file."""

    def write(data: bytes) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.bmp"
        path.write_bytes(data)
        return path

    return write


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool("pretend", limit_s=20)
    yield pool
    pool.stop()


def worker_pid(pool: WorkerPool, draw: Draw) -> int:
    return int(pool.analyse(draw(picture())).timings_ms["pid"])


def test_start_returns_at_once_and_the_worker_gets_ready_in_the_background(pool: WorkerPool, draw: Draw) -> None:
    pool.start()
    assert not pool.ready
    pool.load()
    assert pool.ready
    assert pool.analyse(draw(picture([1, 2]))).faces[0].embedding.tolist() == [1, 2]


def test_pictures_are_looked_at_in_another_process_and_always_in_the_same(pool: WorkerPool, draw: Draw) -> None:
    first, second = worker_pid(pool, draw), worker_pid(pool, draw)
    assert first == second != os.getpid()


def test_another_worker_loads_only_when_those_loaded_are_busy(draw: Draw, tmp_path: Path) -> None:
    pool = WorkerPool("pretend", processes=3, idle_s=60)
    try:
        assert len({worker_pid(pool, draw) for _ in range(6)}) == 1
        meeting = tmp_path / "meeting"
        meeting.mkdir()
        with ThreadPoolExecutor(2) as threads:
            pictures = [draw(picture(do="meet", folder=str(meeting), count=2)) for _ in range(2)]
            assert all(threads.map(pool.analyse, pictures))
        assert sum(worker.loaded for worker in pool._workers) == 2
    finally:
        pool.stop()


def test_a_worker_killed_while_idle_is_replaced_without_anybody_noticing(pool: WorkerPool, draw: Draw) -> None:
    first = worker_pid(pool, draw)
    worker = psutil.Process(first)
    worker.kill()
    psutil.wait_procs([worker], timeout=10)
    assert worker_pid(pool, draw) != first


def test_a_picture_that_kills_its_worker_raises_worker_lost_and_the_next_one_works(
    pool: WorkerPool, draw: Draw
) -> None:
    for _ in range(2):
        with pytest.raises(WorkerLost):
            pool.analyse(draw(picture(do="die")))
        assert pool.analyse(draw(picture([1, 2]))).faces


def test_a_worker_killed_from_outside_in_the_middle_of_a_picture_raises_worker_lost(
    pool: WorkerPool, draw: Draw, tmp_path: Path
) -> None:
    pid, sign = worker_pid(pool, draw), tmp_path / "begun"
    with ThreadPoolExecutor(1) as thread:
        looking = thread.submit(pool.analyse, draw(picture(do="hang", sign=str(sign))))
        wait_until(sign.exists, 10)
        psutil.Process(pid).kill()
        with pytest.raises(WorkerLost):
            looking.result(10)


def test_a_worker_that_hangs_is_killed_at_the_limit_and_replaced(draw: Draw) -> None:
    pool = WorkerPool("pretend", limit_s=1.0)
    try:
        hung = psutil.Process(worker_pid(pool, draw))
        with pytest.raises(WorkerLost, match="1 seconds"):
            pool.analyse(draw(picture(do="hang")))
        assert not hung.is_running()
        assert worker_pid(pool, draw) != hung.pid
    finally:
        pool.stop()


def test_a_broken_picture_crosses_the_processes_with_its_words(pool: WorkerPool, draw: Draw) -> None:
    with pytest.raises(BrokenPicture, match="It was cut off"):
        pool.analyse(draw(b"BM{"))


def test_a_missing_file_is_told_as_such(pool: WorkerPool, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pool.analyse(tmp_path / "nowhere.jpg")


def test_a_foreign_error_that_cannot_be_pickled_arrives_in_words_and_the_worker_lives(
    pool: WorkerPool, draw: Draw
) -> None:
    pid = worker_pid(pool, draw)
    with pytest.raises(WorkerLost, match="_Strange"):
        pool.analyse(draw(picture(do="stumble")))
    assert worker_pid(pool, draw) == pid


@pytest.mark.parametrize("name", ["nonsense", "dying"])
def test_an_engine_that_cannot_be_loaded_is_told_with_its_name(name: str, draw: Draw) -> None:
    pool = WorkerPool(name)
    try:
        with pytest.raises(EngineError, match=name):
            pool.analyse(draw(picture()))
        assert not pool.ready
    finally:
        pool.stop()


def test_an_engine_is_tried_again_and_works_once_its_trouble_is_over(
    draw: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = tmp_path / "block"
    block.touch()
    monkeypatch.setenv("PRETEND_BLOCKED", str(block))
    pool = WorkerPool("unwilling")
    try:
        pool.start()
        with pytest.raises(EngineError, match="the model file is damaged"):
            pool.load()
        block.unlink()
        pool.load()
        assert pool.ready
    finally:
        pool.stop()


def test_an_engine_is_told_its_folder_its_detector_and_its_threads_and_its_remark_comes_back(tmp_path: Path) -> None:
    pool = WorkerPool("pretend", models=tmp_path, detector="hog", threads=2)
    try:
        assert pool.remark == ""
        pool.load()
        assert pool.remark == f"It sees by hog with 2 threads, models in {tmp_path}."
    finally:
        pool.stop()


@pytest.mark.expects_log("The model nose was damaged")
def test_what_an_engine_tells_the_log_while_it_is_loaded_stands_in_the_stations_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pool = WorkerPool("grumbling")
    try:
        pool.load()
        assert caplog.messages == ["The model nose was damaged and is made again."]
    finally:
        pool.stop()


def test_two_processes_look_at_two_pictures_at_the_same_time(draw: Draw, tmp_path: Path) -> None:
    (tmp_path / "meeting").mkdir()
    order = picture(do="meet", folder=str(tmp_path / "meeting"), count=2)
    pool = WorkerPool("pretend", processes=2)
    try:
        pool.start()
        with ThreadPoolExecutor(2) as threads:
            seen = [a.timings_ms["pid"] for a in threads.map(pool.analyse, [draw(order), draw(order + b" ")])]
        assert len(set(seen)) == 2
    finally:
        pool.stop()


def test_stop_abandons_what_hangs_and_refuses_what_comes_later(pool: WorkerPool, draw: Draw, tmp_path: Path) -> None:
    sign = tmp_path / "begun"
    with ThreadPoolExecutor(1) as thread:
        looking = thread.submit(pool.analyse, draw(picture(do="hang", sign=str(sign))))
        wait_until(sign.exists, 10)
        begun = time.perf_counter()
        pool.stop()
        with pytest.raises(WorkerLost):
            looking.result(10)
        assert time.perf_counter() - begun < 10
    with pytest.raises(WorkerLost):
        pool.analyse(draw(picture()))


def test_stop_right_after_start_leaves_no_process(draw: Draw) -> None:
    pool = WorkerPool("pretend")
    pool.start()
    pool.stop()
    assert not [p for p in psutil.Process().children() if "spawn_main" in " ".join(p.cmdline())]


def test_a_pool_with_idle_time_starts_when_wanted_and_gives_its_memory_back(draw: Draw) -> None:
    pool = WorkerPool("pretend", idle_s=0.2)
    try:
        pool.start()
        assert not pool.ready
        worker = psutil.Process(worker_pid(pool, draw))
        gone, _ = psutil.wait_procs([worker], timeout=10)
        assert gone
        assert worker_pid(pool, draw) != worker.pid
    finally:
        pool.stop()


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system knows no niceness")
def test_work_that_can_wait_runs_at_lower_priority(draw: Draw) -> None:
    pool = WorkerPool("pretend", idle_s=60)
    try:
        assert psutil.Process(worker_pid(pool, draw)).nice() > psutil.Process().nice()
    finally:
        pool.stop()


def test_ctrl_c_is_the_parents_business(pool: WorkerPool, draw: Draw) -> None:
    pid = worker_pid(pool, draw)
    os.kill(pid, signal.SIGINT)
    assert worker_pid(pool, draw) == pid


def test_a_worker_imports_neither_qt_nor_the_station(pool: WorkerPool, draw: Draw) -> None:
    modules = set(pool.analyse(draw(picture(do="list_modules"))).timings_ms)
    unwanted = {"PySide6", "desktop_app", "receiver.station", "receiver.store", "sqlalchemy", "flask", "pytest"}
    assert "numpy" in modules
    assert not modules & unwanted


MAIN = """
    import os, pathlib, socket, sys, threading
    with open(sys.argv[1], "a") as file:
        print(os.getpid(), file=file)
    from receiver import engines
    from receiver.workers import WorkerPool

    def main():
        listener = socket.create_server(("127.0.0.1", 0))
        engines.ENGINES["pretend"] = "pretend_engine:PretendEngine"
        pool = WorkerPool("pretend")
        analysis = pool.analyse(pathlib.Path(sys.argv[2]))
        print(int(analysis.timings_ms["pid"]), flush=True)
        threading.Event().wait()

    if __name__ == "__main__":
        main()
"""


@pytest.fixture
def station(tmp_path: Path, draw: Draw) -> Iterator[tuple[subprocess.Popen[str], psutil.Process, Path]]:
    """A program with a listening socket and a worker: (the program, its worker, who ran its main module)."""
    script, runs = tmp_path / "program.py", tmp_path / "runs"
    script.write_text(textwrap.dedent(MAIN))
    path = os.pathsep.join([str(HERE), str(HERE.parents[1])])
    with subprocess.Popen(
        [sys.executable, str(script), str(runs), str(draw(picture()))],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    ) as program:
        assert program.stdout
        worker = psutil.Process(int(program.stdout.readline()))
        yield program, worker, runs
        program.kill()


def test_a_worker_ends_when_its_parent_is_killed_with_9(
    station: tuple[subprocess.Popen[str], psutil.Process, Path],
) -> None:
    program, worker, _ = station
    program.kill()
    gone, _ = psutil.wait_procs([worker], timeout=10)
    assert gone


def test_a_worker_does_not_run_the_programs_main_module(
    station: tuple[subprocess.Popen[str], psutil.Process, Path],
) -> None:
    program, _, runs = station
    assert runs.read_text().split() == [str(program.pid)]


def test_a_worker_does_not_inherit_the_listening_socket(
    station: tuple[subprocess.Popen[str], psutil.Process, Path],
) -> None:
    program, worker, _ = station
    assert [c for c in psutil.Process(program.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert not worker.net_connections()


def test_a_cluster_without_dask_names_the_package_to_install(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    pool = WorkerPool("pretend", cluster="tcp://scheduler:8786")
    try:
        with pytest.raises(EngineError, match="package distributed"):
            pool.analyse(draw(picture()))
    finally:
        pool.stop()


class FakeClient:
    """As much of distributed.Client as is used: its executor is a thread."""

    def __init__(self, address: str, timeout: float, set_as_default: bool) -> None:
        if "nowhere" in address:
            raise OSError("Timed out trying to connect")
        self._executor = ThreadPoolExecutor(1)

    def get_executor(self) -> ThreadPoolExecutor:
        return self._executor

    def close(self) -> None:
        self._executor.shutdown()


@pytest.fixture
def _dask(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("distributed")
    module.Client = FakeClient  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "distributed", module)


@pytest.mark.usefixtures("_dask")
def test_on_a_cluster_the_picture_travels_as_bytes_and_errors_come_back(draw: Draw) -> None:
    pool = WorkerPool("pretend", cluster="tcp://scheduler:8786")
    try:
        assert pool.analyse(draw(picture([3, 4]))).faces[0].embedding.tolist() == [3, 4]
        with pytest.raises(BrokenPicture):
            pool.analyse(draw(b"BM{"))
    finally:
        pool.stop()


@pytest.mark.usefixtures("_dask")
def test_on_a_cluster_no_folder_of_this_machine_is_used(draw: Draw, tmp_path: Path) -> None:
    pool = WorkerPool("pretend", cluster="tcp://scheduler:8786", models=tmp_path)
    try:
        pool.analyse(draw(picture()))
        assert not [order for order in workers._loaded if order.models]
    finally:
        pool.stop()


@pytest.mark.usefixtures("_dask")
def test_a_cluster_that_cannot_be_reached_is_told_with_its_address(draw: Draw) -> None:
    pool = WorkerPool("pretend", cluster="tcp://nowhere:1")
    try:
        with pytest.raises(EngineError, match="tcp://nowhere:1"):
            pool.analyse(draw(picture()))
    finally:
        pool.stop()
