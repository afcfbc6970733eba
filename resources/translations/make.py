"""Brings the catalogues of the window up to date with its source: .ts by lupdate, .qm by lrelease.

Run it with `python -m resources.translations.make` after a text was changed, translate what is `unfinished` then (in an
editor or Qt Linguist), and run it again. Both programs come with PySide6.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import resources

HERE = resources.FOLDER / "translations"
WINDOW = resources.FOLDER.parent / "desktop_app"
CATALOGUES = {"de": [], "en": ["-pluralonly"]}
"""English is what the source says: only its plurals need a catalogue."""


def main() -> int:
    """Bring all catalogues up to date."""
    for language in CATALOGUES:
        extract(language, catalogue(language))
        release(catalogue(language), catalogue(language).with_suffix(".qm"))
    return 0


def catalogue(language: str) -> Path:
    """The .ts file of a language."""
    return HERE / f"porchlight_{language}.ts"


def sources() -> list[Path]:
    """Where the texts stand."""
    return sorted(WINDOW.rglob("*.py"))


def extract(language: str, into: Path) -> None:
    """Merge the texts of the source into a .ts file: new ones are unfinished, what is gone goes."""
    # Without locations, or every line that moves would change the file.
    options = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", language]
    run("lupdate", *options, *CATALOGUES[language], *map(str, sources()), "-ts", str(into))


def release(source: Path, target: Path) -> None:
    """Compile a .ts file."""
    run("lrelease", str(source), "-qm", str(target))


def run(program: str, *arguments: str) -> None:
    """Run lupdate or lrelease."""
    beside = Path(sys.executable).with_name(f"pyside6-{program}")
    subprocess.run([str(beside), "-silent", *arguments], check=True)  # noqa: S603  -- Qt's own programs


if __name__ == "__main__":
    sys.exit(main())
