"""Putting MicroPython on a board that shows as a drive: its BOOTSEL mode takes a UF2 file.

Nothing is ever fetched: the file is one that the owner downloaded. The format is at https://github.com/microsoft/uf2.
"""

from __future__ import annotations

import os
import re
import string
import struct
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from receiver.door_setup.board import BOOTSEL, IMAGE, Board, boards
from receiver.door_setup.program import Progress
from receiver.errors import SetUpError, SetUpStopped
from receiver.language import mark, phrase

_BLOCK = struct.Struct("<8I476sI")
_MAGIC = (0x0A324655, 0x9E5D5157, 0x0AB16F30)
_HAS_FAMILY = 0x2000
_RP2040 = 0xE48BFF56
_MOST_BYTES = 32 << 20
_PIECE_BYTES = 128 * _BLOCK.size
_TELLTALE = "INFO_UF2.TXT"
_START_S = 45.0
"""Writing its flash, starting, and formatting a file system on first use."""
_LOOK_S = 0.5


def drives() -> tuple[Path, ...]:
    """Where boards in BOOTSEL mode are mounted."""
    return tuple(place for place in _mounted() if _is_rp2040(place))


def put_micropython(uf2: Path, progress: Progress, cancelled: Callable[[], bool] = lambda: False) -> Board:
    """Copy a UF2 file to the board that shows as a drive; returns the board once its port is there.

    Raises SetUpError when the file is not one for this chip, no drive or more than one is there, or no port comes;
    SetUpStopped when `cancelled` turns true, which leaves a board that has to be given the file again.
    """
    content = check_uf2(uf2)
    drive = _the_only_drive()
    before = set(boards())
    _copy(content, drive / "door.uf2", progress, cancelled)
    progress(mark("Waiting for MicroPython to start"), len(content), len(content))
    return _new_board(before, cancelled)


def check_uf2(file: Path) -> bytes:
    """A UF2 file's content, if all of it is for the RP2040. Raises SetUpError."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise _unfit(file, phrase("it is far too large"))
        content = file.read_bytes()
    except OSError as error:
        raise SetUpError("The file cannot be read", f"{file}: {error.strerror}") from None
    if not content or len(content) % _BLOCK.size:
        raise _unfit(file, phrase("it is no UF2 file, or was not downloaded to its end"))
    for place, block in enumerate(_BLOCK.iter_unpack(content)):
        first, second, flags, _address, size, number, count, family, _data, last = block
        if (first, second, last) != _MAGIC or size > 476:
            raise _unfit(file, phrase("it is no UF2 file"))
        if not flags & _HAS_FAMILY or family != _RP2040:
            raise _unfit(file, phrase("it is for another chip"))
        if (number, count) != (place, len(content) // _BLOCK.size):
            raise _unfit(file, phrase("it was not downloaded to its end"))
    return content


def _unfit(file: Path, reason: str) -> SetUpError:
    return SetUpError(
        "This file cannot go on the board",
        phrase("{name}: {reason}. Needed is {image}.", name=file.name, reason=reason, image=IMAGE),
    )


def _the_only_drive() -> Path:
    found = drives()
    if not found:
        raise SetUpError("No board is waiting for MicroPython", _not_mounted() or BOOTSEL)
    if len(found) > 1:
        raise SetUpError(
            "Which board?",
            phrase("Several are waiting, at {places}. Leave one plugged in.", places=", ".join(map(str, found))),
        )
    return found[0]


def _not_mounted() -> str:
    """On Linux without a desktop nobody opens the drive."""
    device = Path("/dev/disk/by-label/RPI-RP2")
    if not device.exists():
        return ""
    return phrase("The board is there, but its drive is not open: run `udisksctl mount -b {device}`.", device=device)


def _copy(content: bytes, target: Path, progress: Progress, cancelled: Callable[[], bool]) -> None:
    done = 0
    try:
        with target.open("wb", buffering=0) as file:
            while done < len(content):
                if cancelled():
                    raise SetUpStopped(
                        "The set-up was stopped", phrase("MicroPython is not on the board. {bootsel}", bootsel=BOOTSEL)
                    )
                progress(mark("Putting MicroPython on the board"), done, len(content))
                done += file.write(content[done : done + _PIECE_BYTES])
                os.fsync(file.fileno())
    except OSError as error:
        # With the last block the board restarts and takes its drive away, often before the system is done with it.
        if done < len(content) - _PIECE_BYTES:
            raise SetUpError(
                "MicroPython could not be put on the board",
                phrase("{error}. {bootsel}", error=error.strerror, bootsel=BOOTSEL),
            ) from None


def _new_board(before: set[Board], cancelled: Callable[[], bool]) -> Board:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and not cancelled():
        new = [board for board in boards() if board not in before]
        if new:
            return new[0]
        time.sleep(_LOOK_S)
    raise SetUpError(
        "The board does not come back",
        phrase("Plug it out and in. If it still does not show: is the file {image}?", image=IMAGE),
    )


def _is_rp2040(place: Path) -> bool:
    try:
        return "RPI-RP2" in (place / _TELLTALE).read_text("ascii", errors="replace")
    except OSError:
        return False


def _mounted() -> Iterator[Path]:
    """Every mounted file system that could be a board's."""
    if sys.platform == "win32":
        yield from (Path(f"{letter}:/") for letter in string.ascii_uppercase[2:])
    elif sys.platform == "darwin":
        yield from _entries(Path("/Volumes"))
    else:
        yield from _linux_mounts(Path("/proc/self/mounts").read_text("utf-8", errors="surrogateescape"))


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _linux_mounts(table: str) -> Iterator[Path]:
    for line in table.splitlines():
        _device, place, kind = line.split()[:3]
        if kind == "vfat":
            yield Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), place))
