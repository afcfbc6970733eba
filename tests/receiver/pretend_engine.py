"""An engine that does what a picture tells it, for tests of everything around it.

Its pictures are `BM` (so that they look like a bitmap) and a JSON object: `{"faces": [{"at": [1, 0]}]}` has one face
with that embedding; `{"do": "die"}` takes the process down.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from receiver.errors import BrokenPicture
from receiver.models import Analysis, Box, DetectedFace, Quality

GOOD = {"eye_distance": 60.0, "sharpness": 30.0, "brightness": 120.0, "contrast": 50.0, "yaw": 0.0, "score": 1.5}


def picture(*faces: Any, **order: Any) -> bytes:
    """A picture with faces at these places (a list of numbers, or a dict with measures), or with an order."""
    described = [face if isinstance(face, dict) else {"at": face} for face in faces]
    return b"BM" + json.dumps({"faces": described} | order).encode()


class PretendEngine:
    name = "pretend"
    dimensions = 2

    def __init__(self, *, models: Path | None = None, detector: str = "auto", threads: int = 1) -> None:
        self.remark = f"It sees by {detector} with {threads} threads, models in {models}." if models else ""

    def analyse(self, path: Path) -> Analysis:
        data = path.read_bytes()
        if not data.startswith(b"BM"):
            raise BrokenPicture("It is no picture.")
        try:
            order = json.loads(data[2:])
        except ValueError:
            raise BrokenPicture("It was cut off.") from None
        getattr(self, f"_{order.get('do', 'nothing')}")(order)
        faces = tuple(_face(face) for face in order["faces"])
        return Analysis(self.name, 640, 480, faces, {"pid": os.getpid(), **order.get("timings", {})})

    def _nothing(self, order: Any) -> None:
        pass

    def _die(self, order: Any) -> None:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    def _hang(self, order: Any) -> None:
        if "sign" in order:
            Path(order["sign"]).touch()
        threading.Event().wait()

    def _stumble(self, order: Any) -> None:
        raise _Strange("a", "b")

    def _list_modules(self, order: Any) -> None:
        order["timings"] = dict.fromkeys(sys.modules, 1.0)

    def _meet(self, order: Any) -> None:
        """Wait until as many workers as `count` have signed in `folder`."""
        folder = Path(order["folder"])
        (folder / str(os.getpid())).touch()
        deadline = time.monotonic() + 30
        while len(list(folder.iterdir())) < order["count"] and time.monotonic() < deadline:
            threading.Event().wait(0.01)


class UnwillingEngine:
    """Cannot be loaded as long as the file that $PRETEND_BLOCKED names exists."""

    def __new__(cls, **options: Any) -> PretendEngine:  # type: ignore[misc]
        if Path(os.environ["PRETEND_BLOCKED"]).exists():
            raise RuntimeError("the model file is damaged")
        return PretendEngine(**options)


class GrumblingEngine(PretendEngine):
    """Has something to say to the log while it is loaded."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        logging.getLogger("receiver.engines").warning("The model %s was damaged and is made again.", "nose")


class DyingEngine:
    def __init__(self, **options: Any) -> None:
        os._exit(3)


class _Strange(Exception):
    """Cannot be built again from its arguments, so it does not survive the way between processes."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def _face(described: dict[str, Any]) -> DetectedFace:
    left = described.get("left", 100)
    measures = GOOD | {key: value for key, value in described.items() if key in GOOD}
    embedding = np.array(described["at"], np.float32)
    box = Box(100, left + described.get("width", 100), 200, left)
    return DetectedFace(box, ((110.0, 120.0),), embedding, Quality(**measures))
