"""What window and shell share of the command line; light, because the window waits for it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from receiver import __version__


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that window and shell share."""
    parser.add_argument("--settings", type=Path, metavar="FILE", help="read the settings from FILE")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="keep pictures and the database in DIR")
    parser.add_argument("--gallery", type=Path, metavar="DIR", help="the folder of known faces")
    parser.add_argument(
        "--log-level", default="info", choices=("debug", "info", "warning", "error"), help="how much to log (info)"
    )
    parser.add_argument("--version", action="version", version=f"porchlight {__version__}")


def overrides_of(options: argparse.Namespace) -> dict[str, Any]:
    """What the command line says about settings."""
    named = {"data_dir": options.data_dir, "gallery_dir": options.gallery}
    return {key: value for key, value in named.items() if value is not None}


def default_path() -> Path:
    """Where station.toml is when nobody says otherwise."""
    named = os.environ.get("PORCHLIGHT_SETTINGS")
    return Path(named) if named else user_config_path("porchlight", appauthor=False) / "station.toml"
