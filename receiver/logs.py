"""Where the log goes, for the window and for the shell alike."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"
_LIMIT = 2_000_000
_CHATTY = ("urllib3", "tornado.access", "alembic", "watchfiles", "PIL", "werkzeug", "asyncio")
"""Libraries whose debug output names addresses (and, in Telegram's case, tokens) or drowns ours."""


def set_up_logging(level: str, folder: Path | None) -> None:
    """Log to stderr and, with a folder, to a file there that is rotated at 2 MB, three of them kept."""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        handlers.append(
            RotatingFileHandler(folder / "porchlight.log", maxBytes=_LIMIT, backupCount=3, encoding="utf-8")
        )
    logging.basicConfig(level=level.upper(), format=_FORMAT, handlers=handlers, force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
