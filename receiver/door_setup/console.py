"""The console of a board over USB: MicroPython's raw REPL, through mpremote, with every wait bounded.

What goes wrong becomes SetUpError here and nowhere else; `Lost` when trying again may help.
"""

from __future__ import annotations

import errno
import json
import os
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from receiver.door_setup.board import BOOTSEL, Board
from receiver.errors import SetUpError
from receiver.language import phrase

_ANSWER_S = 3.0
"""A board at its prompt takes milliseconds; one that erases its flash, a second."""
_STEP_S = 20.0
_ATTENTION_S = 12.0
"""Longer than the door's watchdog (8.4 s): a program that hangs has been reset by then."""
_TRY_S = 0.3
_PIECE_BYTES = 1024
_RAW = b"raw REPL; CTRL-B to exit\r\n"
_CTRL_A, _CTRL_C = b"\r\x01", b"\r\x03\x03"


def _foreign_errors() -> tuple[type[Exception], ...]:
    """What mpremote and pyserial raise when a board falls silent or away in the middle of a word."""
    errors: tuple[type[Exception], ...] = (TransportError, OSError, ValueError, SyntaxError, struct.error)
    if sys.platform != "win32":
        import termios  # noqa: PLC0415  -- Windows has none

        errors += (termios.error,)
    return errors


_FOREIGN = _foreign_errors()


class Lost(SetUpError):
    """The board does not answer (any more): away, resetting, or never was a board."""


class _Wire(SerialTransport):  # type: ignore[misc]
    """mpremote's transport, which would listen for ever to a board that never falls silent."""

    def read_until(
        self,
        min_num_bytes: int,
        ending: bytes,
        timeout: float | None = _ANSWER_S,
        data_consumer: Callable[[bytes], None] | None = None,
        timeout_overall: float | None = None,
    ) -> bytes:
        heard: bytes = super().read_until(
            min_num_bytes, ending, timeout or _ANSWER_S, data_consumer, timeout_overall or _STEP_S
        )
        return heard


class Console:
    """Says what to do to a board that waits for it. Get one from `console`."""

    def __init__(self, wire: SerialTransport) -> None:
        self._wire = wire

    def run(self, program: str) -> None:
        """Run a few lines on the board."""
        self._wire.exec(program)

    def ask(self, program: str) -> Any:
        """Run lines that print JSON."""
        return json.loads(self._wire.exec(program))

    def write(self, name: str, content: bytes, written: Callable[[int], None]) -> None:
        """Write a file, telling how many of its bytes are there."""
        self._wire.fs_writefile(name, content, _PIECE_BYTES, lambda done, _total: written(done))

    def sha256(self, name: str) -> bytes:
        """The digest of a file, reckoned on the board."""
        return bytes(self._wire.fs_hashfile(name, "sha256", _PIECE_BYTES))

    def reset(self) -> None:
        """Start the board anew, as switching it off and on does; nothing can be said to it after this."""
        self._wire.exec_raw_no_follow("import machine\nmachine.reset()")


@contextmanager
def console(board: Board, patience_s: float) -> Iterator[Console]:
    """Interrupt whatever runs on a board and talk to it.

    A port that is missing, busy or forbidden is tried again for `patience_s`: after a reset all three pass by.
    Raises SetUpError with the reason, Lost when the board falls silent.
    """
    wire = _open(board, patience_s)
    try:
        with _plainly():
            _call(wire)
            yield Console(wire)
    finally:
        with suppress(*_FOREIGN):  # the board may be away already
            wire.close()


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except SetUpError:
        raise
    except TransportExecError as error:
        raise _refused(error.error_output) from None
    except OSError as error:
        raise _refused(str(error)) if error.errno == errno.ENOSPC else _lost() from None
    except _FOREIGN:
        raise _lost() from None


def _refused(words: str) -> SetUpError:
    if "ENOSPC" in words or "Errno 28" in words:
        return SetUpError(
            "The board's flash is full", "Files of your own are on it. Remove them, or put MicroPython on it anew."
        )
    last = (words.strip().splitlines() or [phrase("no reason")])[-1]
    return SetUpError(
        "The board could not do a step of the set-up", phrase("It says: {last}. {bootsel}", last=last, bootsel=BOOTSEL)
    )


def _lost() -> Lost:
    return Lost(
        "The board stopped answering",
        "Check the USB cable, plug the board out and in, and set it up again: nothing has to be removed first.",
    )


def _open(board: Board, patience_s: float) -> _Wire:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return _opened(board.port_now())
        except (OSError, TransportError) as error:
            if time.monotonic() >= deadline:
                raise _not_opened(board.port, error) from None
        time.sleep(_TRY_S)


def _opened(port: str) -> _Wire:
    # mpremote does not tell why a port cannot be opened; pyserial does.
    serial.Serial(port, exclusive=True).close()
    wire = _Wire(port, timeout=_ANSWER_S)
    wire.serial.write_timeout = _ANSWER_S
    return wire


def _not_opened(port: str, error: Exception) -> SetUpError:
    number = getattr(error, "errno", None)
    if not _exists(port):
        return Lost(
            "There is no board at this port",
            phrase("{port} is not there. Is the USB cable in, and is it one for data?", port=port),
        )
    if number == errno.EACCES and os.name == "posix":
        return SetUpError(
            "You may not use the board's port",
            phrase(
                "{port} belongs to the group {group}. Run `sudo usermod -aG {group} $USER`, log out and in.",
                port=port,
                group=_group(port),
            ),
        )
    return SetUpError(
        "Another program uses the board",
        phrase(
            "{port} is taken. Close the program that talks to it, such as Thonny or a terminal, and try again.",
            port=port,
        ),
    )


def _exists(port: str) -> bool:
    return os.name == "nt" or Path(port).exists()


def _group(port: str) -> str:
    try:
        return Path(port).group()
    except (KeyError, OSError):
        return "dialout"


def _call(wire: SerialTransport) -> None:
    """Interrupt what runs and bring the board to its raw prompt, however busy it is."""
    deadline = time.monotonic() + _ATTENTION_S
    heard = b""
    wire.serial.timeout = _TRY_S
    while not heard.endswith(_RAW):
        if time.monotonic() >= deadline:
            raise _nobody(heard)
        wire.serial.write(_CTRL_C)
        wire.serial.write(_CTRL_A)
        heard += wire.read_until(1, _RAW, timeout=1, timeout_overall=2)
    while wire.read_until(1, _RAW, timeout=_TRY_S, timeout_overall=2):
        pass  # the answers to what it was asked while it was busy
    wire.serial.timeout = _ANSWER_S
    wire.serial.write(_CTRL_A)
    if not wire.read_until(1, _RAW).endswith(_RAW):
        raise _lost()


def _nobody(heard: bytes) -> SetUpError:
    if heard:
        return SetUpError(
            "What is plugged in does not run MicroPython", phrase("Something else answers. {bootsel}", bootsel=BOOTSEL)
        )
    return Lost(
        "Nothing answers at this port",
        phrase("The board hangs, or another device is plugged in there. {bootsel}", bootsel=BOOTSEL),
    )
