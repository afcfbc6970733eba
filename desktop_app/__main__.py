"""`python -m desktop_app` and `porchlight`: the window around a station.

Nothing heavy is imported here: the worker processes of recognition import this module again, and the window must be
on the screen before the station's libraries are read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from receiver import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window, or bring the one that is open to the front; returns the exit code."""
    options = parser().parse_args(argv)
    try:
        from desktop_app.app import run  # noqa: PLC0415
    except ImportError as error:
        print(f"porchlight: the window's libraries are missing: {error}", file=sys.stderr)
        return 1
    return run(options)


def parser() -> argparse.ArgumentParser:
    """The arguments of receiver.settings.add_arguments, without importing what validates settings (half a second)."""
    result = argparse.ArgumentParser(prog="porchlight", description="See who is at the door.")
    result.add_argument("--settings", type=Path, metavar="FILE", help="read the settings from FILE")
    result.add_argument("--data-dir", type=Path, metavar="DIR", help="keep pictures and the database in DIR")
    result.add_argument("--gallery", type=Path, metavar="DIR", help="the folder of known faces")
    result.add_argument(
        "--log-level", default="info", choices=("debug", "info", "warning", "error"), help="how much to log (info)"
    )
    result.add_argument("--version", action="version", version=f"porchlight {__version__}")
    return result


if __name__ == "__main__":
    sys.exit(main())
