"""The door's program onto a board, laid out as firmware/__init__.py says.

A watchdog that runs cannot be stopped, and the door has one. So the board first loses its `boot.py`, without which it
starts nothing, and is reset; then nothing disturbs. `boot.py` comes back last: a set-up that was cut off at any point
leaves a board that waits at its prompt for the next one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import firmware
from receiver.door_setup.board import BOOTSEL, IMAGE, Board
from receiver.door_setup.console import Console, Lost, console
from receiver.errors import SetUpError, SetUpStopped
from receiver.language import mark, phrase

Progress = Callable[[str, int, int], None]
"""Called with what is being done, bytes done, and bytes in all (0: not known yet)."""

OLDEST_MICROPYTHON = (1, 26)

_FIRST_LOOK_S, _AFTER_RESET_S = 5.0, 20.0
_TRIES = 3
"""The watchdog of a door may reset it at any moment of the first steps."""

_WHO_ARE_YOU = """
import json, sys
try:
    import network
    wired = hasattr(network, "WIZNET5K")
except ImportError:
    wired = False
print(json.dumps([sys.implementation.name, list(sys.implementation.version[:3]), wired]))
"""
_START_NOTHING = """
import os
os.chdir("/")
for name, aside in (("boot.py", None), ("main.py", "main.py.before")):
    try:
        os.rename(name, aside) if aside else os.remove(name)
    except OSError:
        pass
"""
_CLEAR = """
import os
for folder in ("a", "b"):
    try:
        os.mkdir(folder)
    except OSError:
        pass
    for entry in list(os.ilistdir(folder)):
        os.remove(folder + "/" + entry[0])
for name in ("boot.json", "boot.json.new", "config.json.new"):
    try:
        os.remove(name)
    except OSError:
        pass
"""


def put_program(
    board: Board, config: Callable[[], bytes], progress: Progress, cancelled: Callable[[], bool] = lambda: False
) -> None:
    """Make a board a door and start it.

    `config` gives the door's config.json, and is asked once the board has proved fit, so that no door is paired for
    nothing. `cancelled` is asked between files. Presses that wait on the board stay. Raises SetUpError, SetUpStopped.
    """
    progress(mark("Looking at the board"), 0, 0)
    _patiently(board, _FIRST_LOOK_S, _check)
    files = _files(config())
    progress(mark("Stopping what runs on the board"), 0, 0)
    _patiently(board, _AFTER_RESET_S, _stop)
    with console(board, _AFTER_RESET_S) as talk:
        talk.run(_CLEAR)
        _put(talk, files, progress, cancelled)
        talk.reset()


def _patiently(board: Board, patience_s: float, step: Callable[[Console], None]) -> None:
    for remaining in reversed(range(_TRIES)):
        try:
            with console(board, patience_s) as talk:
                step(talk)
                return
        except Lost:
            if not remaining:
                raise
        patience_s = _AFTER_RESET_S


def _check(talk: Console) -> None:
    kind, version, wired = talk.ask(_WHO_ARE_YOU)
    name = f"{kind} {'.'.join(map(str, version))}"
    if kind != "micropython":
        raise SetUpError(
            "What is plugged in does not run MicroPython",
            phrase("It runs {name}. {bootsel}", name=name, bootsel=BOOTSEL),
        )
    if tuple(version) < OLDEST_MICROPYTHON:
        oldest = ".".join(map(str, OLDEST_MICROPYTHON))
        raise SetUpError(
            "MicroPython on the board is too old",
            phrase("It is {name}; {oldest} or newer is needed. {bootsel}", name=name, oldest=oldest, bootsel=BOOTSEL),
        )
    if not wired:
        raise SetUpError(
            "The board has the wrong MicroPython",
            phrase(
                "{name} on it knows no Ethernet: it was made for another board. Needed is {image}. {bootsel}",
                name=name,
                image=IMAGE,
                bootsel=BOOTSEL,
            ),
        )


def _stop(talk: Console) -> None:
    talk.run(_START_NOTHING)
    talk.reset()


def _files(config: bytes) -> dict[str, bytes]:
    slot = {f"{firmware.FIRST_SLOT}/{name}": content for name, content in firmware.slot_files().items()}
    return slot | {"config.json": config, "boot.py": firmware.boot()}


def _put(talk: Console, files: dict[str, bytes], progress: Progress, cancelled: Callable[[], bool]) -> None:
    total = sum(map(len, files.values()))
    done = 0
    for name, content in files.items():
        if cancelled():
            raise SetUpStopped("The set-up was stopped", "The board has no program now; set it up again when you like.")
        words, before = phrase("Putting {file} on the board", file=name), done
        progress(words, before, total)
        talk.write(name, content, lambda written, w=words, b=before: progress(w, b + written, total))  # type: ignore[misc]
        if talk.sha256(name) != hashlib.sha256(content).digest():
            raise SetUpError(
                "The board keeps a file wrongly",
                phrase(
                    "{name} on it is not what was sent. Try again; if it stays so, the board's flash is worn out.",
                    name=name,
                ),
            )
        done += len(content)
    progress(mark("Starting the door"), total, total)
