"""The station's own shell with a time of day that a test sets: run as `python -m receiver`, beside a CLOCK file.

The file holds the seconds by which this world is ahead of the real one.
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path

from receiver import __main__ as shell
from receiver import station


def ahead() -> float:
    """Unix seconds of this world."""
    return time.time() + float(Path(os.environ["CLOCK"]).read_text())


if __name__ == "__main__":
    station.Station = partial(station.Station, clock=ahead)  # type: ignore[assignment,misc]
    sys.exit(shell.main())
