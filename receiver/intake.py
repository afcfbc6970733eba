"""From the bytes of an upload to a visit that survives a power cut.

The order is the promise: picture durable on disk, then its row and messages in one transaction, then the receipt.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from receiver import jpeg
from receiver.errors import NotAJpeg, StoreError, UploadRefused, in_english
from receiver.language import _, mark
from receiver.models import (
    OWN_DOOR,
    TOLD,
    Change,
    Door,
    DoorState,
    Message,
    Refusal,
    Ring,
    Ruling,
    Snapshot,
    SnapshotState,
    Trigger,
    Visit,
    VisitState,
)
from receiver.refusals import Refusals
from receiver.settings import ReceiverSettings
from receiver.store import Store, new_id

_log = logging.getLogger(__name__)

SAME_WITHIN_S = 60.0
"""The same bytes from the same door within this time are one snapshot: senders repeat what was not answered."""
MOST_HELD = 20
"""Pictures kept for one door until the owner decides."""
MOST_ASKING = 50
"""Doors that may wait for the owner at once."""

RECEIVED_AT = "porchlight.received_at"
"""Key in the WSGI environ by which the server passes on when the last byte arrived, Unix seconds."""

_DAY_S = 86_400
_BEGAN = time.time()
"""By the clock of the file system: compared with the times of files only."""
_REASONS = {401: Refusal.UNSIGNED, 403: Refusal.NOT_LET_IN, 429: Refusal.TOO_MANY}
_NAMES = {"legacy": ("legacy", mark("Door at {address}")), "browser": ("web", mark("Browser at {address}"))}


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture as it arrived, and from where."""

    body: bytes
    source: Literal["legacy", "browser", "desktop", "test"]
    address: str
    """IP address of the sender."""
    received_at: float
    """When the last byte arrived."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The promise given for an upload: its visit and picture are durable."""

    visit: Visit
    snapshot: Snapshot

    @property
    def held(self) -> bool:
        """Whether it waits for the owner to approve its door."""
        return self.visit.state is VisitState.HELD


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture whose sender is let in, or may wait."""

    door: Door
    body: bytes
    received_at: float
    width: int
    height: int
    """Pixels; 0 when it does not say."""
    trigger: Trigger = Trigger.RING
    ring: Ring | None = None
    """Of a door that signs: what it belongs to."""
    announced: bool = False
    """Whether it is told before its verdict whatever the trigger, as the full test is."""


class Intake:
    """Takes pictures in; may be called from any thread.

    `folder` is where snapshots lie, `merge_window_s` how long one door's pictures are one visit, `routes` names the
    messages of a new visit, `rule` says whether people are told of one, `publish` tells what changed and `wake` that
    there is work; `clock` returns Unix seconds.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        settings: ReceiverSettings,
        merge_window_s: float,
        *,
        routes: Callable[[], Sequence[Message]],
        publish: Callable[[Change], None],
        wake: Callable[[], None],
        rule: Callable[[str, Trigger], Ruling] = lambda _door, _trigger: TOLD,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._folder = folder
        self._policy = settings.unknown_doors
        self._merge_window_s = merge_window_s
        self._routes = routes
        self._rule = rule
        self._publish = publish
        self._wake = wake
        self._pace = Pace(settings.pictures_per_minute)
        self.refusals = Refusals(store, publish)
        self._meeting = threading.Lock()
        self._holding = threading.Lock()
        self._one_at_a_time = tuple(threading.Lock() for _ in range(64))
        sweep(store, folder, clock())

    def accept(self, upload: Upload) -> Receipt:
        """Take one picture; what this returns is durable, and the same picture again gives the same receipt.

        From a door a broken picture is still a ring. Raises NotAJpeg (a person's picture that cannot be read) and
        UploadRefused: 400 nothing sent, 401 this door has a key and must sign, 403 not let in, 429 too many, 503 the
        disk does not take it.
        """
        door_id, name = _sender(upload)
        with self._counted(door_id):
            self._pace.check(door_id)
            width, height = _size(upload)
            door = self._admit(door_id, name, upload)
            trigger = Trigger.TEST if upload.source == "test" else Trigger.RING
            return self._file(_Picture(door, upload.body, upload.received_at, width, height, trigger, announced=True))

    def ring(self, ring: Ring, trigger: Trigger, at: float) -> Visit:
        """A press of a door that has proved who it is: durable and announced, whether or not a picture comes.

        A look or a test is not announced, and takes no press's place. Raises UploadRefused: 429 too many, 503 the disk
        does not take it.
        """
        self._pace.check(f"{ring.door}/{trigger}")
        with _nothing_half_done():
            since, ruling = at - self._merge_window_s, self._rule(ring.door, trigger)
            visit, new = self._store.ring(ring, trigger, at, since, self._messages(trigger), ruling=ruling)
        self._publish(visit)
        if new:
            self._wake()
        return visit

    def picture(self, door: Door, body: bytes, ring: Ring, trigger: Trigger, received_at: float) -> Receipt:
        """A picture of a door that has proved who it is; it belongs to `ring`, which `trigger` began if it is new.

        Raises UploadRefused: 400 nothing sent, 429 too many, 503 the disk does not take it.
        """
        self._pace.check(f"{door.id}/{trigger}/picture")
        width, height = _size(Upload(body, "legacy", "", received_at))
        return self._file(_Picture(door, body, received_at, width, height, trigger, ring))

    def _messages(self, trigger: Trigger) -> Sequence[Message]:
        """How a new visit is announced: nobody is at the door because the house looked."""
        return self._routes() if trigger is Trigger.RING else ()

    @contextmanager
    def _counted(self, door_id: str) -> Iterator[None]:
        try:
            yield
        except UploadRefused as refused:
            if reason := _REASONS.get(refused.status):
                self.refusals.note(self._store.door(door_id), reason)
            raise

    # ---- who sends

    def _admit(self, door_id: str, name: str, upload: Upload) -> Door:
        door = self._store.door(door_id) or self._meet(door_id, name, upload)
        if door.authenticated:
            raise UploadRefused(401, "Not signed", "This door has a key: everything it sends must be signed.")
        if door.state is DoorState.ASKING and self._policy == "accept":
            door = self._approve(door)
        if door.state is DoorState.REFUSED or (door.state is DoorState.ASKING and self._policy == "refuse"):
            raise _not_let_in()
        return door

    def _meet(self, door_id: str, name: str, upload: Upload) -> Door:
        own = upload.source in ("desktop", "test")
        if self._policy == "refuse" and not own:
            raise _not_let_in()
        state = DoorState.APPROVED if own or self._policy == "accept" else DoorState.ASKING
        with self._meeting:
            if state is DoorState.ASKING and self._asking() >= MOST_ASKING:
                raise UploadRefused(
                    403, "Too many new doors", "Approve or refuse those that wait in the app, then send it again."
                )
            door = self._store.hear(door_id, name, upload.received_at, state)
        self._publish(door)
        return door

    def _asking(self) -> int:
        return sum(door.state is DoorState.ASKING for door in self._store.doors())

    def _approve(self, door: Door) -> Door:
        """The owner changed the setting: what was held until now goes its way."""
        ruling = self._rule(door.id, Trigger.RING)
        decision = self._store.set_door(door.id, DoorState.APPROVED, self._routes(), ruling)
        self._publish(decision.door)
        for visit in decision.released:
            self._publish(self._store.visit(visit))
        if decision.released:
            self._wake()
        return decision.door

    # ---- what is sent

    def _file(self, picture: _Picture) -> Receipt:
        digest = hashlib.sha256(picture.body).hexdigest()
        # Two identical uploads at the same moment meet at the same lock; others rarely do.
        with self._one_at_a_time[int(digest[:4], 16) % len(self._one_at_a_time)]:
            return self._again(picture, digest) or self._take(picture, digest)

    def _again(self, picture: _Picture, digest: str) -> Receipt | None:
        same = self._store.duplicate(picture.door.id, digest, picture.received_at - SAME_WITHIN_S, picture.ring)
        with suppress(KeyError):  # deleted by the owner between the two questions: then it is new
            return Receipt(self._store.visit(same.visit), same) if same else None
        return None

    def _take(self, picture: _Picture, digest: str) -> Receipt:
        door, at = picture.door, picture.received_at
        held = door.state is DoorState.ASKING
        snapshot = Snapshot(
            id=new_id(at),
            visit=new_id(at),
            door=door.id,
            state=SnapshotState.HELD if held else SnapshotState.RECEIVED,
            path=Path(),
            received_at=at,
            width=picture.width,
            height=picture.height,
        )
        snapshot = replace(snapshot, path=day_folder(self._folder, at) / f"{snapshot.id}.jpg")
        with self._holding if held else nullcontext():
            if held and self._store.held(door.id) >= MOST_HELD:
                raise UploadRefused(429, "Too many pictures wait", "The owner has to approve this door first.")
            visit = self._keep(snapshot, digest, picture)
        receipt = Receipt(visit, next(s for s in visit.snapshots if s.id == snapshot.id))
        return self._hold(receipt) if held else self._announce(receipt)

    def _keep(self, snapshot: Snapshot, digest: str, picture: _Picture) -> Visit:
        with _nothing_half_done(snapshot.path):
            write_durably(snapshot.path, picture.body)
            # Photos tried one after the other on this computer are no burst: each is an occasion of its own.
            window_s = 0.0 if snapshot.door == OWN_DOOR else self._merge_window_s
            since = snapshot.received_at - window_s
            messages = self._routes() if picture.announced else self._messages(picture.trigger)
            ruling = self._rule(snapshot.door, picture.trigger)
            return self._store.receive(
                snapshot, digest, picture.trigger, since, messages, ring=picture.ring, ruling=ruling
            )[0]

    def _announce(self, receipt: Receipt) -> Receipt:
        self._publish(receipt.visit)
        self._wake()
        return receipt

    def _hold(self, receipt: Receipt) -> Receipt:
        """Show a held picture to the owner, who may have decided about its door while it was on its way."""
        door = self._store.door(receipt.snapshot.door)
        if door and door.state is DoorState.APPROVED:
            self._approve(door)
            return replace(receipt, visit=self._store.visit(receipt.visit.id))
        if door and door.state is DoorState.REFUSED:
            self._store.set_door(door.id, DoorState.REFUSED, ())
            receipt.snapshot.path.unlink(missing_ok=True)
            raise _not_let_in()
        self._publish(receipt.visit)
        if door:
            self._publish(door)
        return receipt


class Pace:
    """How many pictures each door may send in any minute."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._recent: dict[str, deque[float]] = {}

    def check(self, door: str) -> None:
        """Count one picture of a door. Raises UploadRefused 429 when that is one too many."""
        now = self._clock()
        with self._lock:
            if len(self._recent) > 1_000:
                self._forget_the_quiet(now)
            times = self._recent.setdefault(door, deque())
            while times and times[0] <= now - 60:
                times.popleft()
            if len(times) >= self._per_minute:
                raise UploadRefused(429, "Too many pictures", "This door sends too much. Wait a minute.")
            times.append(now)

    def _forget_the_quiet(self, now: float) -> None:
        self._recent = {door: times for door, times in self._recent.items() if times and times[-1] > now - 60}


def day_folder(folder: Path, at: float) -> Path:
    """Where the pictures of a moment lie: one folder per day (UTC), so that no folder grows without end."""
    return folder / time.strftime("%Y/%m/%d", time.gmtime(at))


def write_durably(path: Path, body: bytes) -> None:
    """Write a file so that after a power cut it is there as a whole or not at all. Raises OSError."""
    _make_folder(path.parent)
    part = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def sweep(store: Store, folder: Path, now: float) -> None:
    """Remove what a crash left in the folders of today and yesterday: half-written files and pictures without a row.

    Only files older than this process are touched: younger ones may be on their way.
    """
    for day in {day_folder(folder, now), day_folder(folder, now - _DAY_S)}:
        files = [file for file in _left_behind(day) if file.suffix in {".part", ".jpg"}]
        known = store.known_snapshots([file.stem for file in files if file.suffix == ".jpg"])
        for file in files:
            if file.suffix == ".part" or file.stem not in known:
                _log.info("removing %s, left behind by a crash", file.name)
                file.unlink(missing_ok=True)


def _left_behind(day: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        for file in day.iterdir():
            if file.stat().st_mtime < _BEGAN:
                yield file


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Make a new name durable; Windows has no such call and does it by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _nothing_half_done(path: Path | None = None) -> Iterator[None]:
    """When disk or database fail, leave no file and tell the sender."""
    try:
        yield
    except (OSError, StoreError) as error:
        if path:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        what = "picture" if path else "ring"
        _log.warning("a %s could not be stored: %s", what, in_english(error))
        raise _not_stored(what, error) from error


def _not_stored(what: str, error: Exception) -> UploadRefused:
    full = getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT} or "full" in in_english(error)
    if full:
        title = mark("The disk is full")
        cure = mark("Nothing was kept. Free some space on the computer that Porchlight runs on, then send again.")
    else:
        title = {"picture": mark("The picture could not be stored"), "ring": mark("The ring could not be stored")}[what]
        cure = mark("Nothing was kept. Look after the disk of the computer that Porchlight runs on, then send again.")
    return UploadRefused(503, title, cure)


def _not_let_in() -> UploadRefused:
    return UploadRefused(403, "Not let in", "The owner does not take pictures from this sender.")


def _sender(upload: Upload) -> tuple[str, str]:
    """Door id and name of whoever has no id of its own: by its address."""
    if upload.source in ("desktop", "test"):
        return OWN_DOOR, _("This computer")
    kind, name = _NAMES[upload.source]
    place = re.sub(r"[^a-z0-9]+", "-", upload.address.lower()).strip("-")
    return f"{kind}-{place}", _(name).format(address=upload.address)


def _size(upload: Upload) -> tuple[int, int]:
    """Width and height of the picture in pixels; (0, 0) when a door's picture does not say: it rang all the same."""
    if not upload.body:
        raise UploadRefused(400, "Nothing arrived", "The upload holds no picture.")
    try:
        header = jpeg.read_header(upload.body)
    except NotAJpeg:
        if upload.source == "legacy":
            return 0, 0
        raise
    if upload.source != "legacy" and not jpeg.is_complete(upload.body):
        raise NotAJpeg("The picture was cut off on the way. Please send it again.")
    return header.width, header.height
