"""The door unit's own program, and what of it goes where on a board.

On the board's flash:

    boot.py         chooses a slot; put there over USB and never changed afterwards
    boot.json       which slot runs, and which is on trial
    config.json     the door's configuration
    rings.json      presses that wait for the station
    a/, b/          the two slots: every other file of this folder, side by side

The board imports nothing from this file, and this file nothing from the board's.
"""

from __future__ import annotations

from pathlib import Path

from firmware.version import VERSION

__all__ = ["FIRST_SLOT", "VERSION", "boot", "lay_out", "slot_files"]

FIRST_SLOT = "a"
"""Where set-up puts the program."""

_HERE = Path(__file__).parent
_NOT_IN_A_SLOT = ("__init__.py", "boot.py")


def slot_files() -> dict[str, bytes]:
    """Every file of a slot by its name, in the order of the alphabet."""
    return {file.name: file.read_bytes() for file in sorted(_HERE.glob("*.py")) if file.name not in _NOT_IN_A_SLOT}


def boot() -> bytes:
    """The file that chooses the slot."""
    return (_HERE / "boot.py").read_bytes()


def lay_out(flash: Path, config: bytes) -> None:
    """Set up a folder as the flash of a board: what set-up over USB does to a real one."""
    (flash / FIRST_SLOT).mkdir(parents=True, exist_ok=True)
    (flash / "boot.py").write_bytes(boot())
    (flash / "config.json").write_bytes(config)
    for name, content in slot_files().items():
        (flash / FIRST_SLOT / name).write_bytes(content)
