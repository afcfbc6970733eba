"""The station's end of a camera: its address, and the process that has it open (camera_process.py)."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import urlsplit, urlunsplit

from receiver import camera_messages
from receiver.camera_messages import Said
from receiver.errors import CameraError, StationError
from receiver.language import mark, phrase

_SCHEMES = ("rtsp", "rtsps", "http", "https")
_HIDDEN = "***"
_OPEN_S = 25.0
"""To start, load OpenCV (1 s) and wait for a camera in the network that thinks it over."""
_ANSWER_S = 8.0


class CameraProcess:
    """One camera, open, in another process; its answers are waited for, each for so long and no longer.

    May be asked from any thread. Raises CameraError, in words, whenever it fails; then it has ended.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._answers: queue.SimpleQueue[Said | None] = queue.SimpleQueue()
        self._asking = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "receiver.camera_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # FFmpeg would write the address there, with the password in it
            cwd=Path(__file__).resolve().parents[1],
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._to, self._from = cast("BinaryIO", self._process.stdin), cast("BinaryIO", self._process.stdout)
        self._reader = threading.Thread(target=self._read, name="camera-answers", daemon=True)
        self._reader.start()

    def __enter__(self) -> CameraProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def open(self) -> None:
        """Open the camera and wait for its first picture."""
        self._ask(_OPEN_S, do="open", source=self._source)

    def look(self) -> bytes:
        """A picture taken now, as JPEG."""
        picture = self._ask(_ANSWER_S, do="look").picture
        if not picture:
            raise _error("silent", self._source)
        return picture

    def watch(self) -> bytes:
        """The newest picture if something has moved lately; else nothing."""
        return self._ask(_ANSWER_S, do="watch").picture

    def find(self) -> tuple[str, ...]:
        """The numbers of this computer's cameras that nobody uses."""
        return tuple(self._ask(_OPEN_S, do="find").words["found"])

    def kill(self) -> None:
        """End it at once; whoever waits for an answer gets a CameraError."""
        self._process.kill()

    def close(self) -> None:
        """End it and tidy up."""
        self.kill()
        self._reader.join()
        self._process.wait()
        for pipe in (self._to, self._from):
            with suppress(OSError):
                pipe.close()

    def _ask(self, patience_s: float, **order: str) -> Said:
        with self._asking:
            try:
                camera_messages.send(self._to, order)
                said = self._answers.get(timeout=patience_s)
            except (OSError, ValueError, queue.Empty):
                said = None
        if said is None:
            self._process.kill()
            raise _error("silent", self._source)
        if "error" in said.words:
            raise _error(said.words["error"], self._source)
        return said

    def _read(self) -> None:
        while (said := camera_messages.receive(self._from)) is not None:
            self._answers.put(said)
        self._answers.put(None)


def checked(source: str) -> str:
    """What names a camera: a number of this computer's, an address, a film's path. Raises StationError for others."""
    source = source.strip()
    if source.isdecimal():
        return str(int(source))
    try:
        if urlsplit(source).scheme in _SCHEMES and urlsplit(source).hostname:
            return source
    except ValueError:
        pass
    film = Path(source).expanduser()
    if source and "://" not in source and film.is_file():
        return str(film.absolute())
    raise StationError(
        "This is no camera",
        "Give an address that begins with rtsp:// or http://, as the camera's manual has it, the number of a camera of "
        "this computer (0 is the first), or a film's path.",
    )


def without_secrets(source: str) -> str:
    """The same without user, password, and whatever the address says with an equals sign."""
    if "://" not in source:
        return source
    parts = urlsplit(source)
    _, at, host = parts.netloc.rpartition("@")
    netloc = f"{_HIDDEN}@{host}" if at else host
    path = f"/{_HIDDEN}" if "=" in parts.path else parts.path
    return urlunsplit((parts.scheme, netloc, path, _HIDDEN if parts.query else "", ""))


def _error(word: str, source: str) -> CameraError:
    """What `error` of camera_process.py means for the owner."""
    if source.isdecimal():
        return CameraError(
            "This computer's camera gives no picture",
            "Is it plugged in, is no other program using it, and does the system let Porchlight use the camera?",
        )
    if "://" not in source:
        return CameraError("This film cannot be played", "Is it a film that other programs play?")
    host = urlsplit(source).hostname
    title, message = {
        "nobody": (mark("{host} does not answer"), mark("Is the camera on, and is this its address?")),
        "refused": (mark("{host} is there, but no camera answers"), mark("Check the port in the address.")),
        "closed": (mark("{host} gives no picture"), mark("Check the path in the address, the user and the password.")),
    }.get(word, (mark("{host} sends no more pictures"), mark("Is the camera on, and the network well?")))
    return CameraError(phrase(title, host=host), message)


def _environment() -> Mapping[str, str]:
    """Straight to the camera, which is in the house; whole pictures rather than quick ones; no word on the way."""
    own = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return own | {
        "OPENCV_FFMPEG_CAPTURE_OPTIONS": "rtsp_transport;tcp",
        "OPENCV_LOG_LEVEL": "SILENT",
        "OPENCV_FFMPEG_LOGLEVEL": "-8",
    }
