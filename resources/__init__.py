"""What the window shows and plays besides words: icons, the logo, the chime, the style sheet."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """Where a resource file lies; raises FileNotFoundError for one that is not shipped."""
    found = FOLDER.joinpath(*parts)
    if not found.is_file():
        raise FileNotFoundError(found)
    return found
