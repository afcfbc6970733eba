"""Cameras as doors: one of this computer, or one in the network (RTSP, HTTP), each open in a process of its own.

A look takes one picture. By choice a face starts a visit as a press would: where something moves, the station's own
engine looks for a face, and one that stays for two seconds has come to the door. While somebody stays, and for half a
minute after, nothing more is made of it. A camera that only looks is closed, and its light is off, between the looks.
"""

from __future__ import annotations

import json
import logging
import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

from receiver import settings as settings_file
from receiver.camera_link import CameraProcess, checked, without_secrets
from receiver.errors import CameraError, StationError
from receiver.models import CAMERA_DOORS, Analysis, Camera, Change, Door, DoorState, PartState, Ring, Trigger
from receiver.store import Store
from receiver.verdicts import RECOGNITION

_log = logging.getLogger(__name__)

_NOTE = _SECRETS = "cameras"
_GLANCE_S = 0.5
_BETWEEN_S = 0.9
_STAYS_S = 2.0
_STILL_THERE_S = 5.0
_GONE_S = 30.0
_BACK_OFF_S = (1.0, 2.0, 5.0, 15.0, 60.0)

Taker = Callable[[Door, bytes, Ring, Trigger], object]


class Kept(NamedTuple):
    """What the store keeps of a camera."""

    door: str
    source: str
    """Without what is secret in it."""
    by_face: bool


class Vigil:
    """When a face before a camera becomes a visit, from one checked picture to the next. Times are monotonic seconds.

    The pictures of a visit are those of the two seconds in which it stayed: recognition judges them together.
    """

    def __init__(self) -> None:
        self._came_at: float | None = None
        self._seen_at = 0.0
        self._greeted = False
        self._pictures: list[bytes] = []

    @property
    def attentive(self) -> bool:
        """Whether to look even though nothing moves: somebody was there a moment ago."""
        return self._came_at is not None

    @property
    def pause_s(self) -> float:
        """How long to wait before the next picture."""
        if self._greeted:
            return _STILL_THERE_S
        return _BETWEEN_S if self.attentive else _GLANCE_S

    def see(self, at: float, picture: bytes, *, face: bool) -> Sequence[bytes]:
        """Take note of a picture; returns the pictures of a visit that begins with this one, else none."""
        if not face:
            if not self._greeted or at - self._seen_at >= _GONE_S:
                self._forget()
            return ()
        self._seen_at = at
        if self._came_at is None:
            self._came_at = at
        if self._greeted:
            return ()
        self._pictures.append(picture)
        if at - self._came_at < _STAYS_S:
            return ()
        self._greeted, pictures = True, self._pictures
        self._pictures = []
        return pictures

    def _forget(self) -> None:
        self._came_at, self._greeted, self._pictures = None, False, []


class Lookout:
    """One camera: looks when it is asked, and by choice watches for faces, in a thread.

    `face` says whether a picture shows one, `rings` gets the pictures of a visit, `changed` hears of a new state.
    `source` says where it is, with its password.
    """

    def __init__(
        self,
        kept: Kept,
        source: str,
        face: Callable[[bytes], bool],
        rings: Callable[[str, Sequence[bytes]], object],
        changed: Callable[[str], None],
    ) -> None:
        self.kept = kept
        self.source = source
        self.state, self.detail = PartState.WORKING, ""
        self._face = face
        self._rings = rings
        self._changed = changed
        self._process: CameraProcess | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """Of the process that has the camera open; None while it is closed."""
        process = self._process
        return process.pid if process else None

    def start(self) -> None:
        """Watch, if it is to."""
        if self.kept.by_face:
            self.state = PartState.STARTING
            self._thread = threading.Thread(target=self._run, name=self.kept.door, daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Stop watching, soon."""
        self._stopping.set()
        if process := self._process:
            process.kill()

    def stop(self) -> None:
        """Stop watching and wait for it."""
        self.end()
        if self._thread:
            self._thread.join()

    def look(self) -> bytes:
        """A picture taken now. Raises CameraError."""
        try:
            process = self._process
            picture = process.look() if process else one_picture(self.source)
        except CameraError as error:
            self._tell(PartState.WAITING, error.source)
            raise
        self._tell(PartState.WORKING)
        return picture

    # ---- inside

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._watch()
            except StationError as error:  # the camera's, or the disk is full
                failures = 0 if time.monotonic() - began > _BACK_OFF_S[-1] else failures
                self._tell(PartState.WAITING, error.source)
                self._stopping.wait(_BACK_OFF_S[min(failures, len(_BACK_OFF_S) - 1)])
                failures += 1

    def _watch(self) -> None:
        """Until it is stopped. Raises CameraError when no picture comes any more."""
        vigil = Vigil()
        with CameraProcess(self.source) as process:
            self._process = process
            try:
                if not self._stopping.is_set():
                    process.open()
                    self._tell(PartState.WORKING)
                while not self._stopping.wait(vigil.pause_s):
                    at = time.monotonic()
                    picture = process.look() if vigil.attentive else process.watch()
                    if picture and (visit := vigil.see(at, picture, face=self._face(picture))):
                        self._rings(self.kept.door, visit)
            finally:
                self._process = None

    def _tell(self, state: PartState, detail: str = "") -> None:
        if (state, detail) != (self.state, self.detail) and not self._stopping.is_set():
            self.state, self.detail = state, detail
            self._changed(self.kept.door)


class Cameras:
    """The cameras that are doors of this station; commands may come from any thread, and take seconds.

    `eyes` finds faces in a file, `take` takes pictures in, `publish` tells what changed; `settings_path` says where
    secrets are kept.
    """

    def __init__(
        self,
        store: Store,
        settings_path: Path,
        *,
        eyes: Callable[[Path], Analysis],
        take: Taker,
        publish: Callable[[Change], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._settings_path = settings_path
        self._eyes = eyes
        self._take = take
        self._publish = publish
        self._clock = clock
        self._boot = secrets.token_hex(8)
        self._numbers = count(1)
        self._changing = threading.Lock()
        self._lookouts: dict[str, Lookout] = {}

    def start(self) -> None:
        """Begin with the cameras that were kept."""
        for kept in (Kept(*one) for one in json.loads(self._store.note(_NOTE) or "[]")):
            secret = settings_file.stored_secret(self._settings_path, (_SECRETS, kept.door))
            self._begin(kept, secret or kept.source)

    def stop(self) -> None:
        """Close every camera."""
        lookouts = tuple(self._lookouts.values())
        for lookout in lookouts:
            lookout.end()
        for lookout in lookouts:
            lookout.stop()

    def all(self) -> tuple[Camera, ...]:
        """Every camera, in the order in which they came."""
        return tuple(map(self._camera, tuple(self._lookouts)))

    def has(self, door: str) -> bool:
        """Whether this door is a camera of this station."""
        return door in self._lookouts

    def find(self) -> tuple[str, ...]:
        """The numbers of this computer's cameras that nobody uses."""
        with CameraProcess("") as process:
            return process.find()

    def add(self, name: str, source: str, *, by_face: bool) -> Door:
        """Make a camera a door; the picture by which it is tried is its first look.

        Raises StationError for what is no camera, CameraError for one that gives no picture; it is not kept then.
        """
        source = checked(source)
        picture = one_picture(source)
        with self._changing:
            kept = Kept(self._new_id(), without_secrets(source), by_face)
            if kept.source != source:
                settings_file.save_secret(self._settings_path, (_SECRETS, kept.door), source)
            door = self._store.hear(kept.door, name, self._clock(), DoorState.APPROVED)
            self._begin(kept, source)
            self._note()
        self._publish(door)
        self._publish_camera(kept.door)
        self._file(kept.door, [picture], Trigger.LOOK)
        return door

    def set(self, door: str, *, by_face: bool) -> Camera:
        """Whether a face starts a visit. Raises KeyError for another door."""
        with self._changing:
            before = self._lookouts[door]
            before.stop()
            self._begin(before.kept._replace(by_face=by_face), before.source)
            self._note()
        self._publish_camera(door)
        return self._camera(door)

    def remove(self, door: str) -> None:
        """Close a camera for good, and forget where it is. Raises KeyError for another door."""
        with self._changing:
            self._lookouts.pop(door).stop()
            self._note()
            settings_file.forget_secret(self._settings_path, (_SECRETS, door))

    def look(self, door: str) -> None:
        """Take a picture now, as a look. Raises KeyError for another door, CameraError when none comes."""
        self._file(door, [self._lookouts[door].look()], Trigger.LOOK)

    # ---- inside

    def _begin(self, kept: Kept, source: str) -> None:
        ring = partial(self._file, trigger=Trigger.RING)
        lookout = self._lookouts[kept.door] = Lookout(kept, source, self._shows_a_face, ring, self._publish_camera)
        lookout.start()

    def _new_id(self) -> str:
        known = {door.id for door in self._store.doors()}
        return next(name for number in count(1) if (name := f"{CAMERA_DOORS}{number}") not in known)

    def _note(self) -> None:
        self._store.set_note(_NOTE, json.dumps([lookout.kept for lookout in self._lookouts.values()]))

    def _camera(self, door: str) -> Camera:
        lookout, known = self._lookouts[door], self._store.door(door)
        kept = lookout.kept
        name = known.name if known else door
        return Camera(door, name, kept.source, kept.by_face, lookout.state, lookout.detail)

    def _publish_camera(self, door: str) -> None:
        if door in self._lookouts:
            self._publish(self._camera(door))

    def _file(self, door: str, pictures: Sequence[bytes], trigger: Trigger) -> None:
        """Take pictures in as one visit."""
        known = self._store.door(door)
        if known is None or known.state is not DoorState.APPROVED:
            return
        ring = Ring(door, self._boot, "camera", next(self._numbers))
        for picture in pictures:
            self._take(known, picture, ring, trigger)

    def _shows_a_face(self, picture: bytes) -> bool:
        """Whether there is a face that is large enough to be given a name."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "picture.jpg"
            file.write_bytes(picture)
            try:
                faces = self._eyes(file).faces
            except StationError as error:  # recognition begins anew, or did not survive it: the next picture tells
                _log.info("a camera's picture was not looked through: %s", error.source)
                return False
        return any(f.quality.sure and f.quality.eye_distance >= RECOGNITION.eye_distance for f in faces)


def one_picture(source: str) -> bytes:
    """Open a camera for one picture. Raises CameraError."""
    with CameraProcess(source) as process:
        process.open()
        return process.look()
