"""A board plugged into this computer: MicroPython's real prompt behind a pseudo terminal that stands for its port."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import termios
import threading
import tty
from pathlib import Path

import pytest

from tests.firmware.interpreters import FIRMWARE, command_of

_BOARD = Path(__file__).parent / "programs" / "board.py"
_LOOK_S = 0.05
_RAW, _UP = b"raw REPL", b"powered up"


class PluggedIn:
    """`port` is what a program opens. The board starts again whenever it ends, until it is closed.

    `bites` is how often its watchdog resets it the moment it has been interrupted.
    """

    def __init__(self, flash: Path | int, *fault: str, bites: int = 0) -> None:
        if shutil.which("setsid") is None:
            pytest.skip("setsid gives the board its terminal, and is not here")
        self._command = ["setsid", "--ctty", *command_of("micropython"), "-i", str(_BOARD), str(FIRMWARE / "twin")]
        self._command += [str(flash), *fault]
        self._computer, wire = _terminal()
        self._board, self._usb = _terminal()
        self.port = os.ttyname(wire)
        self.starts = 0
        self.said = b""
        """What the board said since it started."""
        self._wire: int | None = wire
        self._bites = bites
        self._process: subprocess.Popen[bytes] | None = None
        self._closing = threading.Event()
        self._unplugged = threading.Event()
        self._threads = [threading.Thread(target=self._keep_running), threading.Thread(target=self._pump)]

    def __enter__(self) -> PluggedIn:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        if self._process is not None:
            self._process.kill()
        for thread in self._threads:
            thread.join()
        self._close_port()
        for end in (self._board, self._usb):
            os.close(end)

    def unplug(self) -> None:
        """Pull the cable; the port is gone once this returns."""
        self._unplugged.set()
        self._threads[1].join()
        self._close_port()

    def _close_port(self) -> None:
        if self._wire is not None:
            os.close(self._wire)
            os.close(self._computer)
        self._wire = None

    def _keep_running(self) -> None:
        while not self._closing.is_set():
            self.said = b""
            self._process = subprocess.Popen(self._command, stdin=self._usb, stdout=self._usb, stderr=self._usb)
            self.starts += 1
            if self._closing.is_set():
                self._process.kill()
            self._process.wait()

    def _pump(self) -> None:
        other = {self._computer: self._board, self._board: self._computer}
        while not (self._closing.is_set() or self._unplugged.is_set()):
            for end in select.select(list(other), [], [], _LOOK_S)[0]:
                said = os.read(end, 4096)
                if end == self._board:
                    self.said += said
                    self._watch()
                if end == self._board or _UP in self.said:  # before, a board has no port that could take it
                    os.write(other[end], said)

    def _watch(self) -> None:
        if self._bites and _RAW in self.said and self._process is not None:
            self._bites -= 1
            self.said = b""
            self._process.kill()


def _terminal() -> tuple[int, int]:
    """A pseudo terminal that changes no byte, but for Ctrl-C, which interrupts a program as on the board."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    modes = termios.tcgetattr(theirs)
    modes[3] |= termios.ISIG
    modes[6][termios.VQUIT] = modes[6][termios.VSUSP] = b"\x00"
    termios.tcsetattr(theirs, termios.TCSANOW, modes)
    return ours, theirs
