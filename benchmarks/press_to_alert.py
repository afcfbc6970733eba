"""From the upload's last byte to the requests Telegram sees: ours against the flow it replaces, in one run.

python -m benchmarks.press_to_alert [PRESSES]
"""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.tables import percentile, table
from tests.fakes import FakeBotApi
from tests.station_process import CHECKOUT, StationProcess, as_jpeg, portrait

CHAT = 4711
TOKEN = "123456:obviously-made-up"
GALLERIES = (6, 50)


def main(presses: int = 20) -> None:
    """Print the table."""
    rows = []
    with FakeBotApi(token=TOKEN, chats=[CHAT]) as bot, tempfile.TemporaryDirectory() as folder:
        for size in GALLERIES:
            home = Path(folder) / str(size)
            home.mkdir()
            fill_gallery(home / "known_faces", size)
            original_presses = max(3, presses // (size // 2))
            with our_station(home, bot) as address:
                text, photo = measure(address, bot, presses, ours=True)
            with original_station(home, bot) as address:
                old_text, old_photo = measure(address, bot, original_presses, ours=False)
            rows += [
                row(f"text, gallery of {size}", text, old_text),
                row(f"photo with verdict, gallery of {size}", photo, old_photo),
            ]
    print(table(("to the request for", "ours p50", "ours p95", "original p50", "original p95", "ratio"), rows))


def row(name: str, ours: list[float], original: list[float]) -> tuple[str, ...]:
    """One line of the table, in milliseconds, with the ratio of the medians."""
    ratio = statistics.median(original) / statistics.median(ours)
    figures = [percentile(v, p) for v in (ours, original) for p in (50, 95)]
    return (name, *(f"{figure:,.0f} ms" for figure in figures), f"{ratio:,.0f}x")


def fill_gallery(folder: Path, size: int) -> None:
    """`size` photos of two people, none the same bytes as another."""
    for name in ("astronaut", "grace_hopper"):
        (folder / name).mkdir(parents=True)
        for number in range(size // 2):
            (folder / name / f"{number}.jpg").write_bytes(as_jpeg(portrait(name).rotate(number / 5), quality=92))


def measure(address: str, bot: FakeBotApi, presses: int, *, ours: bool) -> tuple[list[float], list[float]]:
    """Milliseconds from the last byte to the text's and the photo's request, press by press."""
    texts, photos = [], []
    for number in range(presses + 1):  # the first press warms both up and is not counted
        before = len(bot.sent(CHAT))
        picture = as_jpeg(portrait("grace_hopper").rotate(number / 10), (640, 480))
        last_byte = press(address, picture)
        bot.wait_for(lambda: len(bot.sent(CHAT)) >= before + 2, 120)  # noqa: B023  -- called at once
        text, photo = bot.sent(CHAT)[before : before + 2]
        if number:
            texts.append((text.at - last_byte) * 1000)
            photos.append((photo.at - last_byte) * 1000)
    assert ours or photos
    return texts, photos


def press(address: str, picture: bytes) -> float:
    """POST a picture; returns the moment its last byte was written."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    connection.request("POST", "/", picture, {"Content-Type": "image/jpeg"})
    last_byte = time.monotonic()
    assert connection.getresponse().status == http.client.OK
    connection.close()
    return last_byte


@contextmanager
def our_station(home: Path, bot: FakeBotApi) -> Iterator[str]:
    """The real station, ready and with its models loaded."""
    station = StationProcess(
        home,
        {
            "PORCHLIGHT_TELEGRAM__ENABLED": "true",
            "PORCHLIGHT_TELEGRAM__TOKEN": TOKEN,
            "PORCHLIGHT_TELEGRAM__CHAT_IDS": str(CHAT),
            "PORCHLIGHT_TELEGRAM__API_BASE": bot.address,
            "PORCHLIGHT_RECOGNITION__MERGE_WINDOW_S": "0",
            "PORCHLIGHT_RECEIVER__PICTURES_PER_MINUTE": "10000",
        },
    )
    assert station.run("identify", str(next(home.rglob("*.jpg")))).returncode == 0  # embeds the gallery
    try:
        yield station.start().address
    finally:
        station.kill()


@contextmanager
def original_station(home: Path, bot: FakeBotApi) -> Iterator[str]:
    """The original flow on a port of its own."""
    port = "18066"
    command = [sys.executable, "-m", "benchmarks.original_flow", port, str(home / "known_faces"), bot.address]
    process = subprocess.Popen([*command, TOKEN, str(CHAT)], cwd=CHECKOUT, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        while "Running on" not in process.stderr.readline():
            assert process.poll() is None, "the original flow did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
