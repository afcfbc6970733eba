"""One station at a time on one data directory: two would tell everything twice."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from receiver.errors import AlreadyRunning, StationError
from receiver.language import phrase


def lock_station(data_dir: Path) -> FileLock:
    """Take the data directory for a station of this process. Raises AlreadyRunning."""
    lock = FileLock(data_dir / "station.lock", timeout=0, thread_local=False)  # who stops is seldom who started
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunning(
            "Porchlight is already running",
            phrase(
                "Another station uses {data_dir}. Stop it first, or give this one its own data directory.",
                data_dir=data_dir,
            ),
        ) from None
    return lock


def station_runs(data_dir: Path) -> bool:
    """Whether a station, of any process, uses this data directory."""
    try:
        lock_station(data_dir).release()
    except StationError:
        return True
    return False
