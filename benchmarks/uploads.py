"""Uploads: 200 at once all durable, and durable uploads a second sustained.

    python -m benchmarks.uploads [SECONDS]

Compared in the same run with the original's receiving (a Flask development server that writes the file and returns,
without fsync, database or recognition).
"""

from __future__ import annotations

import http.client
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.tables import percentile, table
from tests.station_process import StationProcess, as_jpeg, numbered, portrait

AT_ONCE = 200
CLIENTS = 8


def main(seconds: float = 10) -> None:
    """Print the table."""
    base = as_jpeg(portrait("grace_hopper"), (640, 480))
    with tempfile.TemporaryDirectory() as folder:
        station = StationProcess(
            Path(folder),
            {
                "PORCHLIGHT_RECOGNITION__MERGE_WINDOW_S": "0",
                "PORCHLIGHT_RECEIVER__PICTURES_PER_MINUTE": "100000",
                "PORCHLIGHT_RECEIVER__MAX_CONNECTIONS": "512",
            },
        ).start()
        burst = at_once(station.address, base)
        assert len(station.visits(AT_ONCE + 50)) == AT_ONCE, "a 2xx that is not a visit"
        rate = sustained(station.address, base, seconds)
        station.kill()
        with plain_flask(Path(folder)) as address:
            old_burst = at_once(address, base)
            old_rate = sustained(address, base, seconds)
    print(
        table(
            ("figure", "ours (fsynced, in the database)", "plain Flask script (neither)"),
            [
                (f"{AT_ONCE} at once: accepted", *(str(len(b)) for b in (burst, old_burst))),
                (f"{AT_ONCE} at once: slowest answer", *(f"{max(b):.0f} ms" for b in (burst, old_burst))),
                (f"{AT_ONCE} at once: p50", *(f"{percentile(b, 50):.0f} ms" for b in (burst, old_burst))),
                ("sustained, eight clients", f"{rate:.0f} a second", f"{old_rate:.0f} a second"),
            ],
        )
    )


def at_once(address: str, base: bytes) -> list[float]:
    """Milliseconds of each accepted answer of `AT_ONCE` parallel uploads."""
    with ThreadPoolExecutor(AT_ONCE) as clients:
        answers = list(clients.map(lambda i: upload(address, numbered(base, i)), range(AT_ONCE)))
    return [ms for ms in answers if ms]


def sustained(address: str, base: bytes, seconds: float) -> float:
    """Accepted uploads a second over a while."""
    end = time.monotonic() + seconds

    def client(number: int) -> int:
        count = 0
        while time.monotonic() < end:
            count += bool(upload(address, numbered(base, 1_000_000 * (number + 1) + count)))
        return count

    with ThreadPoolExecutor(CLIENTS) as clients:
        return sum(clients.map(client, range(CLIENTS))) / seconds


def upload(address: str, jpeg: bytes) -> float:
    """Milliseconds until the answer, or 0 when it was not 200."""
    parts = urlsplit(address)
    begun = time.monotonic()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.request("POST", "/", jpeg, {"Content-Type": "image/jpeg"})
    accepted = connection.getresponse().status == http.client.OK
    connection.close()
    return (time.monotonic() - begun) * 1000 if accepted else 0


PLAIN = """
import sys, uuid, pathlib
from flask import Flask, request
app = Flask(__name__)
@app.post("/")
def save():
    path = pathlib.Path(sys.argv[1]) / f"{uuid.uuid4()}.jpg"
    path.write_bytes(request.get_data())
    return path.name
app.run("127.0.0.1", 18067, threaded=True)
"""


@contextmanager
def plain_flask(folder: Path) -> Iterator[str]:
    """What the original did before it looked at a picture."""
    process = subprocess.Popen([sys.executable, "-c", PLAIN, str(folder)], stderr=subprocess.PIPE, text=True)
    assert process.stderr
    while "Running on" not in process.stderr.readline():
        assert process.poll() is None
    # its access log would fill the pipe
    drain = subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL)
    try:
        yield "http://127.0.0.1:18067"
    finally:
        process.kill()
        process.wait()
        drain.wait()


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
