"""A virtual door from outside: starts the firmware on its virtual board and lends it a hand. For tests and the app.

with VirtualDoor(flash=folder, picture=image) as door:
    door.press()
    door.ask("cable out")["address"]
"""

from __future__ import annotations

import json
import queue
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from PIL import Image

from firmware.twin.pictures import Order, Photographer

_TWIN = Path(__file__).resolve().parent
_RESTARTS = (75, 76)
"""Exit status of a board that reset itself, or whose watchdog did."""
_RESET_CAUSE = 3
"""The RP2040 resets itself by its watchdog in both cases."""
_PATIENCE_S = 10.0
_LOOK_S = 0.05
_REMEMBERED_FRAMES = 64


def micropython() -> list[str] | None:
    """The command of the real interpreter with a heap like the board's, or None where it is not installed."""
    beside = shutil.which("micropython", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("micropython")
    return [found, "-X", "heapsize=400k"] if found else None


class DoorGone(Exception):
    """The virtual door does not answer; `console.txt` in its flash says why."""


class VirtualDoor:
    """One door. `flash` is its file system: .py files there go before the checkout's, `console.txt` is its output.

    `interpreter` is the command of the Python to run it: MicroPython where there is one, else this CPython.
    """

    def __init__(
        self,
        flash: Path,
        picture: Image.Image,
        interpreter: list[str] | None = None,
        settings: dict[str, str] | None = None,
    ) -> None:
        self.photographer = Photographer(picture)
        self.starts = 0
        """How often the board was started, by itself or by us."""
        self.frames: deque[float] = deque(maxlen=_REMEMBERED_FRAMES)
        """When the camera began its last frames, in Unix seconds."""
        self._flash = flash
        self._interpreter = interpreter or micropython() or [sys.executable]
        self._settings = settings or {}
        self._process: subprocess.Popen[bytes] | None = None
        self._hands: queue.Queue[socket.socket] = queue.Queue()
        self._hand: socket.socket | None = None
        self._asking = threading.Lock()
        self._closing = threading.Event()
        self._pictures = 0
        self._server = _Server(self)
        self._board = threading.Thread(target=self._keep_running, name="virtual board")
        serving = threading.Thread(target=self._server.serve_forever, args=(_LOOK_S,), name="virtual door")
        self._threads = [serving, self._board]

    def __enter__(self) -> VirtualDoor:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Power on. Raises DoorGone if the firmware does not come up."""
        for thread in self._threads:
            thread.start()
        try:
            self.ask("state")
        except DoorGone:
            self.close()
            raise

    def close(self) -> None:
        """Power off."""
        self._closing.set()
        if self._process is not None:
            self._process.kill()
        self._drop_hand()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join()
        while not self._hands.empty():
            self._hands.get().close()

    def press(self, hold_ms: int = 120) -> dict[str, Any]:
        """Push the button; its contacts bounce. Returns the state."""
        return self.ask(f"press {hold_ms}")

    def ask(self, line: str) -> dict[str, Any]:
        """Send one line of control.py's table; returns the state.

        Raises DoorGone when the door does not answer, ValueError when it did not understand.
        """
        with self._asking:
            answer: dict[str, Any] = json.loads(self._exchange(line))
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer

    def _exchange(self, line: str) -> bytes:
        """Over the connection there is; over the next one each time the board was reset meanwhile."""
        for _ in range(self.starts + 2):
            hand = self._hand = self._hand or self._next_hand()
            try:
                hand.sendall(line.encode() + b"\n")
                return _line(hand)
            except OSError:
                self._drop_hand()
        raise self._gone()

    def _next_hand(self) -> socket.socket:
        """The control channel of the board that is running or about to."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            try:
                return self._hands.get(timeout=_LOOK_S)
            except queue.Empty:
                if not self._board.is_alive():
                    break
        raise self._gone()

    def _gone(self) -> DoorGone:
        return DoorGone(f"the virtual door does not answer: {self._console_end()}")

    def picture_for(self, line: str) -> Path:
        """Encode what is ordered; the path of a file that stays until the next but one."""
        self._pictures += 1
        self.frames.append(time.time())
        path = self._flash / f".picture{self._pictures % 2}.jpg"
        path.write_bytes(self.photographer.jpeg(Order.from_line(line)))
        return path

    def hand_over(self, connection: socket.socket) -> None:
        """A board that just started gives us its control channel."""
        connection.settimeout(_PATIENCE_S)
        self._hands.put(connection)

    def _keep_running(self) -> None:
        """Run the board, and again whenever it resets itself."""
        cause = 1
        with (self._flash / "console.txt").open("ab") as console:
            while not self._closing.is_set():
                self._process = subprocess.Popen(  # noqa: S603  the interpreter and our own file
                    self._command(cause), cwd=self._flash, stdout=console, stderr=subprocess.STDOUT
                )
                self.starts += 1
                if self._closing.is_set():
                    self._process.kill()
                if self._process.wait() not in _RESTARTS:
                    return
                cause = _RESET_CAUSE

    def _command(self, cause: int) -> list[str]:
        host, port = self._server.server_address[:2]
        named = [f"{name}={value}" for name, value in self._settings.items()]
        return [*self._interpreter, str(_TWIN / "run.py"), str(host), str(port), f"reset_cause={cause}", *named]

    def _drop_hand(self) -> None:
        hand, self._hand = self._hand, None
        if hand is not None:
            hand.close()

    def _console_end(self) -> str:
        console = self._flash / "console.txt"
        return console.read_text(errors="replace")[-2000:].strip() if console.exists() else "it never started"


class _Server(socketserver.ThreadingTCPServer):
    """Answers orders for pictures, and takes in control channels."""

    daemon_threads = False

    def __init__(self, door: VirtualDoor) -> None:
        self.door = door
        super().__init__(("127.0.0.1", 0), _Caller)

    def shutdown_request(self, request: Any) -> None:
        """Only close it: a shutdown would cut off the control channel's second handle, too."""
        request.close()


class _Caller(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        """One line says what the board wants."""
        self.request.settimeout(_PATIENCE_S)
        line = _line(self.request).decode().strip()
        door = self.server.door  # type: ignore[attr-defined]
        if line == "control":
            door.hand_over(self.request.dup())
        else:
            self.request.sendall(f"{door.picture_for(line)}\n".encode())


def _line(connection: socket.socket) -> bytes:
    heard = b""
    while not heard.endswith(b"\n"):
        more = connection.recv(4096)
        if not more:
            raise OSError("the connection was closed")
        heard += more
    return heard
