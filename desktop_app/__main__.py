"""`python -m desktop_app` and `porchlight`: the window around a station.

Nothing heavy is imported here: the worker processes of recognition import this module again, and the window must be
on the screen before the station's libraries are read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from receiver.arguments import add_arguments


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
    """The arguments that window and shell share."""
    result = argparse.ArgumentParser(prog="porchlight", description="See who is at the door.")
    add_arguments(result)
    return result


if __name__ == "__main__":
    sys.exit(main())
