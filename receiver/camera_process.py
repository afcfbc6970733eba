"""A camera, open, in a process of its own: OpenCV may hang or crash here, and the station goes on.

Only ever run, as `python -m receiver.camera_process`, by cameras.py. It answers one message (camera_messages.py) by
another:

    {"do": "find"}                    {"found": ["0"]}: the cameras of this computer
    {"do": "open", "source": "0"}     {} once a picture has come
    {"do": "look"}                    {} and a picture taken after the question
    {"do": "watch"}                   {} and a picture if something has moved before the camera lately, else none

What fails is answered by {"error": ...}: `nobody` (no such computer), `refused` (it does not listen there), `closed`
(it does not open), `silent` (no picture comes). The source never leaves by a message or a log: it may hold a password.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np

from receiver import camera_messages

_MOVED_WITHIN_S = 2.0
_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
_TRIED = range(4)
"""Numbers under which a computer without a list of its cameras may have one."""
_LISTED = Path("/sys/class/video4linux")
_REACH_S = 4.0
_FIRST_S = 10.0
_NEXT_S = 5.0
_SETTLE_S = 0.8
"""A camera of this computer needs as long to find its exposure."""
_EVERY_S = 0.2
"""Pictures are decoded this often; those between are let pass."""
_STILLS_EVERY_S = 0.5
"""An address that gives one picture and ends is asked again this often."""
_DEVICE_SIZE = (1280, 720)
_QUALITY = 90
_SMALL = (64, 36)
_CHANGE = 14.0
"""Of 255: how much a cell of the small picture must differ from what was there; noise in the dark is half of it."""
_SHARE = 0.01
"""Of the cells. A face that fills a twentieth of the picture's height is as much."""
_FORGET = 0.1
"""How much of the newest picture becomes what was there: after two seconds, a new thing is part of the scene."""


class Failed(Exception):
    """Carries one of the words of `error`."""


class Motion:
    """Whether something moves, from one picture to the next: cheap, and only asked where to look closer."""

    def __init__(self) -> None:
        self._before: Any = None

    def seen(self, picture: Any) -> bool:
        """Whether this picture (height x width x 3, uint8) differs from the scene so far; the first one does."""
        small = cv2.cvtColor(cv2.resize(picture, _SMALL, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        now = small.astype(np.float32)
        if self._before is None:
            self._before = now
            return True
        changed = float(np.mean(np.abs(now - self._before) > _CHANGE))
        self._before += _FORGET * (now - self._before)
        return changed > _SHARE


class Capture:
    """Reads pictures all the while, in a thread, so that the newest one is never an old one."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._film = "://" not in source and not source.isdigit()
        self._capture = _opened(source)
        self._grabs = 0
        """Pictures since it was opened."""
        self._motion = Motion()
        self._news = threading.Condition()
        self._picture: Any = None
        self._taken_at = self._moved_at = -1e9
        self._lost = False
        threading.Thread(target=self._run, name="capture", daemon=True).start()
        self.look(time.monotonic() + (_SETTLE_S if source.isdigit() else 0.0), _FIRST_S)

    def look(self, since: float, patience_s: float = _NEXT_S) -> bytes:
        """A picture taken after `since` (monotonic seconds), as JPEG. Raises Failed."""
        with self._news:
            came = self._news.wait_for(lambda: self._lost or self._taken_at >= since, patience_s)
            fresh = self._taken_at >= since - patience_s
            if not came or not fresh:
                raise Failed("silent")
            picture = self._picture
        return _jpeg(picture)

    def watch(self) -> bytes:
        """As `look`; empty while nothing moves."""
        with self._news:
            moved = time.monotonic() - self._moved_at < _MOVED_WITHIN_S
            if self._lost or time.monotonic() - self._taken_at > _NEXT_S:
                raise Failed("silent")
            picture = self._picture
        return _jpeg(picture) if moved else b""

    def _run(self) -> None:
        pause_s = self._frame_s() if self._film else 0.0
        while self._grabbed():
            now = time.monotonic()
            if now - self._taken_at >= _EVERY_S:
                good, picture = self._capture.retrieve()
                if good:
                    self._take(picture, now)
            time.sleep(pause_s)
        with self._news:
            self._lost = True
            self._news.notify_all()

    def _grabbed(self) -> bool:
        """Films begin again, an address of stills is asked for the next one; any other camera that ends is lost."""
        if self._capture.grab():
            self._grabs += 1
            return True
        if self._film:
            return bool(self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0) and self._capture.grab())
        return self._grabs == 1 and self._source.startswith(("http://", "https://")) and self._asked_again()

    def _asked_again(self) -> bool:
        time.sleep(_STILLS_EVERY_S)
        try:
            self._capture = _opened(self._source)
        except Failed:
            return False
        return bool(self._capture.grab())  # it stays at one: the next one is asked for like this one

    def _take(self, picture: Any, now: float) -> None:
        moved = self._motion.seen(picture)
        with self._news:
            self._picture, self._taken_at = picture, now
            if moved:
                self._moved_at = now
            self._news.notify_all()

    def _frame_s(self) -> float:
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        return 1 / rate if 1 <= rate <= 120 else 1 / 25


def _opened(source: str) -> Any:
    if source.isdigit():
        capture = cv2.VideoCapture(int(source))
        for key, pixels in zip((cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT), _DEVICE_SIZE, strict=True):
            capture.set(key, pixels)
    else:
        _reach(source)
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 8_000, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 8_000]
        capture = cv2.VideoCapture(source, cv2.CAP_FFMPEG, limits)
    if not capture.isOpened():
        raise Failed("closed")
    return capture


def _reach(source: str) -> None:
    """Tell a wrong address from a wrong password: OpenCV does not."""
    if "://" not in source:
        return
    address = urlsplit(source)
    try:
        port = address.port or _PORTS.get(address.scheme, 80)
        socket.create_connection((address.hostname or "", port), _REACH_S).close()
    except ConnectionRefusedError:
        raise Failed("refused") from None
    except (OSError, ValueError):
        raise Failed("nobody") from None


def _jpeg(picture: Any) -> bytes:
    good, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not good:
        raise Failed("silent")
    return bytes(encoded)


def find() -> list[str]:
    """The numbers of this computer's cameras that give a picture."""
    listed = sorted(int(entry.name[5:]) for entry in _LISTED.glob("video*")) if _LISTED.is_dir() else []
    return [str(number) for number in (listed if sys.platform == "linux" else _TRIED) if _sees(number)]


def _sees(number: int) -> bool:
    capture = cv2.VideoCapture(number)
    try:
        return bool(capture.isOpened() and capture.read()[0])
    finally:
        capture.release()


def main() -> None:
    """Answer until nobody asks any more."""
    capture: Capture | None = None
    while (order := camera_messages.receive(sys.stdin.buffer)) is not None:
        said: dict[str, Any] = {}
        picture = b""
        try:
            match order.words["do"]:
                case "find":
                    said = {"found": find()}
                case "open":
                    capture = Capture(order.words["source"])
                case "look" if capture:
                    picture = capture.look(time.monotonic())
                case "watch" if capture:
                    picture = capture.watch()
                case _:
                    said = {"error": "silent"}
        except Failed as failed:
            said = {"error": str(failed)}
        camera_messages.send(sys.stdout.buffer, said, picture)
    os._exit(0)  # the thread that reads may be deep in a driver


if __name__ == "__main__":
    main()
