"""A door without hardware, to try everything with: the firmware itself on a virtual board, as a process of its own.

It talks to the station over HTTP and MQTT like every door; nothing here knows a shorter way. Loaded only by who uses
it: the twin and Pillow take their time.
"""

from __future__ import annotations

import importlib.util
import shutil
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from PIL import Image, ImageDraw, ImageOps

import firmware
from firmware.twin.host import DoorGone
from firmware.twin.host import VirtualDoor as Twin
from receiver.errors import StationError
from receiver.language import mark, phrase

NAME = mark("Virtual door")
CAMERA_FAULTS = ("dead", "blind", "garbage", "stuck", "endless", "hung", "frozen", "flaky")
"""Ways in which its camera can be broken; see firmware/twin/arducam_model.py."""

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "HEIF")
_LONGEST_SIDE = 2400
"""Pixels; the camera's largest picture has 1600 x 1200."""
_PREVIEW = 640
_DEMO = (800, 600)
_BOARD = {"display": "oled"}
"""What it has beside the camera: a screen, so that there is something to read."""


class RunningDoor:
    """The virtual door in the hands of its owner; its board's flash is `folder`. For any thread.

    Raises StationError when the picture cannot be read, or when another program runs this very door.
    """

    def __init__(self, folder: Path, picture: Path | None = None) -> None:
        self._folder = folder
        self._picture = read_picture(picture) if picture else demo_picture()
        self._twin: Twin | None = None
        self._lock = FileLock(folder.with_suffix(".lock"), timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout:
            raise StationError(
                "The virtual door is running already", "Another program started it; stop it there first."
            ) from None

    def power_on(self, config: bytes) -> None:
        """Start (anew) with this config.json, a fresh flash and this version's firmware.

        Raises StationError when it does not come up.
        """
        self._power_off()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700, parents=True)  # its configuration holds the key
        firmware.lay_out(self._folder, config)
        twin = Twin(self._folder, self._picture, settings=_BOARD)
        try:
            twin.start()
        except (DoorGone, OSError) as error:
            raise _stopped(error) from None
        self._twin = twin

    def close(self) -> None:
        """Power off and leave the door to others."""
        self._power_off()
        self._lock.release()

    def press(self) -> dict[str, Any]:
        """Push the button; returns the state. Raises StationError when the door has stopped."""
        return self.ask("press")

    def ask(self, line: str) -> dict[str, Any]:
        """Say one line of firmware/twin/control.py's table; returns the door's state after it.

        Raises StationError when the door has stopped, ValueError when it did not understand.
        """
        if self._twin is None:
            raise StationError("The virtual door has stopped", "It is switched off.")
        try:
            return self._twin.ask(line)
        except DoorGone as error:
            raise _stopped(error) from None

    def show(self, picture: Path) -> None:
        """Stand another picture before the door. Raises StationError when it cannot be read."""
        self._picture = read_picture(picture)
        if self._twin is not None:
            self._twin.photographer.show(self._picture)

    def seen(self) -> bytes:
        """A small JPEG of what stands before the door, in full daylight."""
        small = self._picture.copy()
        small.thumbnail((_PREVIEW, _PREVIEW))
        encoded = BytesIO()
        small.save(encoded, "JPEG", quality=85)
        return encoded.getvalue()

    def _power_off(self) -> None:
        twin, self._twin = self._twin, None
        if twin is not None:
            twin.close()


def read_picture(path: Path) -> Image.Image:
    """A picture of any usual kind, upright and RGB. Raises StationError when it cannot be read."""
    try:
        if path.suffix.lower() in (".heic", ".heif"):
            from pillow_heif import register_heif_opener  # noqa: PLC0415  -- 20 MB that only iPhone photos need

            register_heif_opener()
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.init()
            with Image.open(path, formats=[name for name in _FORMATS if name in Image.OPEN]) as image:
                image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
                upright = ImageOps.exif_transpose(image).convert("RGB")
    except OSError as error:
        raise StationError(
            phrase("{name} cannot be used as a picture", name=path.name), error.strerror or mark("It is none.")
        ) from None
    except Exception as error:  # hostile bytes make decoders raise anything at all
        raise StationError(phrase("{name} cannot be used as a picture", name=path.name), str(error)) from None
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return upright


def demo_picture() -> Image.Image:
    """Somebody to try it with where a test dependency brings a portrait; else a parcel on the doorstep."""
    skimage = importlib.util.find_spec("skimage")
    portrait = Path(skimage.origin).parent / "data" / "astronaut.png" if skimage and skimage.origin else None
    return read_picture(portrait) if portrait and portrait.exists() else _parcel()


def _parcel() -> Image.Image:
    """Drawn, so that no face of anybody has to come along."""
    width, height = _DEMO
    scene = Image.new("RGB", _DEMO, "#b9cbd6")
    draw = ImageDraw.Draw(scene)
    draw.rectangle((0, 250, width, height), fill="#7f9a6b")
    draw.polygon(((330, 250), (470, 250), (640, height), (160, height)), fill="#c9bda8")
    for left in (0, 560):
        draw.rounded_rectangle((left, 190, left + 240, 330), 40, fill="#53714a")
    draw.rectangle((130, 540, 670, height), fill="#6b5b4d")
    draw.rectangle((290, 400, 510, 560), fill="#c08a52", outline="#7c5530", width=4)
    draw.rectangle((385, 400, 415, 560), fill="#e3c9a0")
    draw.rectangle((430, 500, 495, 545), fill="#f5efe2")
    return scene


def _stopped(error: Exception) -> StationError:
    told = str(error).strip().splitlines() or ["nothing"]
    return StationError("The virtual door has stopped", phrase("The last it said: {words}", words=told[-1]))
