"""The words of Porchlight as frozen records: see docs/glossary.md for their one meaning each.

Times are Unix seconds (UTC) as float, distances are Euclidean in the engine's embedding space, and boxes are
pixels of the upright picture (EXIF orientation applied).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Embedding = NDArray[float32]
"""A vector of the engine's length (dlib: 128), float32."""


class Trigger(StrEnum):
    """What started a visit."""

    RING = "ring"
    LOOK = "look"
    TEST = "test"


class DoorState(StrEnum):
    """Whether the owner lets a door in."""

    ASKING = "asking"
    APPROVED = "approved"
    REFUSED = "refused"


class Refusal(StrEnum):
    """Why a request of a door was turned away, for the counters."""

    SIGNATURE = "signature"
    """Signed with another key, or changed on the way."""
    SESSION = "session"
    """Rightly signed, but for a session that is over: usual after a restart of the station."""
    REPLAYED = "replayed"
    UNSIGNED = "unsigned"
    """A plain upload in the name of a door that has a key."""
    NOT_LET_IN = "not_let_in"
    TOO_MANY = "too_many"


class Right(StrEnum):
    """What a chat may do; whoever is in a chat has its rights."""

    SEE = "see"
    """Gets alerts, and may ask who was there."""
    REPLY = "reply"
    HUSH = "hush"
    NAME = "name"
    """May say who somebody is, and who they are not."""
    OPEN = "open"


class CommandState(StrEnum):
    """How far the station's word to a door has come."""

    SENT = "sent"
    """The broker has it; the door has not answered yet."""
    DONE = "done"
    REFUSED = "refused"
    """The door answered that it does not do it, and why."""
    SILENT = "silent"
    """The door did not answer in time; it may have carried the command out all the same."""


class VisitState(StrEnum):
    """How far a visit has come; it only ever moves down this list."""

    HELD = "held"
    """From a door that the owner has not approved yet."""
    RECEIVED = "received"
    """Durable, announced, waiting for recognition."""
    CONCLUDED = "concluded"
    """There is a verdict; a later snapshot of the same visit may still better it."""


class SnapshotState(StrEnum):
    """How far one picture has come."""

    HELD = "held"
    RECEIVED = "received"
    RECOGNISED = "recognised"
    BROKEN = "broken"
    """Arrived cut or garbled: shown, never recognised."""
    FAILED = "failed"
    """Took the recogniser down twice."""


class Verdict(StrEnum):
    """What Porchlight dares to say about a visit."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    UNCLEAR = "unclear"
    NO_FACE = "no_face"
    FAILED = "failed"


class DeliveryState(StrEnum):
    """Where one message to one target stands."""

    DUE = "due"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    """Another message says it better: a newer one about the same visit, or the summary after an outage."""
    HUSHED = "hushed"
    """Kept quiet, by the owner's rules: never sent, only shown."""


class Telling(StrEnum):
    """Whether people are told of a visit."""

    NOW = "now"
    HUSHED = "hushed"
    LATER = "later"
    """It depends on who it is: when the verdict is there, or it has been waited for long enough."""


class PartState(StrEnum):
    """How a part of the station is doing, for the status strip and /v1/health."""

    STARTING = "starting"
    WORKING = "working"
    WAITING = "waiting"
    FAILED = "failed"
    OFF = "off"


class Judgement(StrEnum):
    """What a gallery photo is good for."""

    GOOD = "good"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    LOW_CONTRAST = "low_contrast"
    TURNED_AWAY = "turned_away"
    CUT_OFF = "cut_off"
    UNREADABLE = "unreadable"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class DoorHealth:
    """What a door last told of itself over MQTT; nobody has signed it."""

    at: float
    """When the station heard it, Unix seconds."""
    uptime_s: int
    """Since the door's start."""
    version: str
    """Of its firmware."""
    reset: str
    """Why it started: power, watchdog, soft, button or unknown."""
    free_bytes: int | None
    """Memory left; None where nobody can tell."""
    link: str
    """Its network: up, no address or no cable."""
    camera: str | None
    """What is wrong with the camera; None when it is well."""
    broken_pictures: int
    """Pictures that left the camera broken, since its start."""
    queue: int
    """Presses that wait for the station."""
    lost_rings: int
    """Presses that found the queue full."""
    presses: int
    """Of the button, since its start."""
    display: str
    """Columns and lines of its screen, as 16x8; empty without one."""
    light: int | None
    """Brightness at the door, 0-255; None without a sensor."""
    trial: bool
    """Whether the firmware it runs is still on trial."""
    failed_update: str
    """What became of the last update that did not stay, in words; empty when none failed."""


OWN_DOOR = "this-computer"
"""Pictures the owner tries from the window; always approved."""
VIRTUAL_DOOR = "virtual-door"
"""The id of the door without hardware (virtual_door.py)."""
CAMERA_DOORS = "camera-"
"""How the ids of cameras begin that are doors of this station (cameras.py)."""
BROWSER_DOORS = "web-"
"""How the ids of browsers begin that send pictures by the upload page."""


@dataclass(frozen=True, slots=True)
class Door:
    """A door unit, by its id."""

    id: str
    """Lower-case slug, safe in a topic and in an address."""
    name: str
    """What the owner calls it."""
    state: DoorState
    first_heard: float
    last_heard: float
    pictures: int = 0
    """Pictures received since the beginning."""
    broken: int = 0
    """How many of them arrived broken."""
    paired_at: float | None = None
    """Since when it has its key; None for a door without one."""
    firmware: str = ""
    """What it says it runs; empty when it never said."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Requests turned away since the beginning, by `Refusal`."""
    health: DoorHealth | None = None
    """What it told of itself last; None when nothing was heard since the station's start."""
    online: bool | None = None
    """Whether it is at the broker; None when nobody knows."""

    @property
    def authenticated(self) -> bool:
        """Whether everything that comes from it is signed; if not, anyone in the network can speak in its name."""
        return self.paired_at is not None


@dataclass(frozen=True, slots=True)
class Ring:
    """A press as the door counts it: pictures find their visit by it, also after a restart of the station."""

    door: str
    boot: str
    session: str
    seq: int


@dataclass(frozen=True, slots=True)
class Box:
    """A face's rectangle in pixels, as face_recognition orders it."""

    top: int
    right: int
    bottom: int
    left: int

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Quality:
    """Cheap measures of how much a face can be trusted; see docs/recognition.md for their lines."""

    eye_distance: float
    """Pixels between the eyes in the original picture."""
    sharpness: float
    """Variance of the Laplacian of the 150-pixel chip after a blur of sigma 1.5."""
    brightness: float
    """Mean grey of the chip, 0-255."""
    contrast: float
    """Standard deviation of the chip's grey."""
    yaw: float
    """Turn of the head from the landmarks: 0 straight, about 0.3 and more turned away."""
    score: float
    """The detector's own score; each detector has its own scale."""
    detector: str = "hog"
    """Who found the face: hog or yunet."""
    pitch: float = 0.0
    """Nod of the head from the landmarks: how much farther (+) or nearer (-) than straight the nose ends below the
    eyes, in eye distances."""
    roll: float = 0.0
    """Tilt of the line through the eyes, in degrees."""
    cut_off: float = 0.0
    """Share of the face's box that lies beyond the picture's edge, 0-1."""
    sure: bool = True
    """Whether the detector is sure that this is a face; if not, blur or darkness explains why."""


@dataclass(frozen=True, slots=True)
class DetectedFace:
    """What an engine says about one face: no name yet."""

    box: Box
    landmarks: tuple[tuple[float, float], ...]
    """The engine's points, (x, y) in pixels."""
    embedding: Embedding
    quality: Quality


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the worker found in one picture."""

    engine: str
    width: int
    height: int
    """Size of the upright picture in pixels."""
    faces: tuple[DetectedFace, ...]
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    """Stage -> milliseconds (decode, detect, embed, quality)."""


@dataclass(frozen=True, slots=True)
class Match:
    """The gallery's answer for one embedding."""

    identity: str | None
    """The nearest identity, whether or not it is near enough; None when the gallery is empty."""
    distance: float | None
    runner_up: str | None
    """The nearest other identity."""
    runner_up_distance: float | None
    probability: float | None = None
    """How likely it is that this is the identity, 0-1, as matching.py works it out; None when nobody is enrolled."""
    line: float | None = None
    """The largest distance at which the identity's name was given at that time."""
    rejected: bool = False
    """Whether the owner has said of a face as near as this one that it is not the identity."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face of a snapshot with what is concluded about it."""

    id: int
    snapshot: str
    box: Box
    quality: Quality
    verdict: Verdict
    """KNOWN, UNKNOWN or UNCLEAR."""
    reason: str
    """Why UNCLEAR, in words; else empty."""
    match: Match
    visitor: int = 0
    """The same number in another picture of the visit: the same visitor."""

    @property
    def identity(self) -> str | None:
        """The name this face is given: only when KNOWN."""
        return self.match.identity if self.verdict is Verdict.KNOWN else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One JPEG of a visit."""

    id: str
    visit: str
    door: str
    state: SnapshotState
    path: Path
    """Where the bytes lie, as they arrived."""
    received_at: float
    width: int
    height: int
    """Size of the upright picture in pixels; 0 when its header could not be read."""
    attempts: int = 0
    """How often it took a worker down."""


CORRECTION = "correction"
"""The kind of a message that only puts right, in silence, what a chat shows already."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one target, with its attempts."""

    id: int
    visit: str
    notifier: str
    kind: str
    """The notifier's own word: `ring` and `visitor` for MQTT, `text` and `photo` for the others."""
    target: str
    """Whom the notifier tells: a chat, or empty."""
    state: DeliveryState
    attempts: int
    created_at: float
    due_at: float
    delivered_at: float | None
    error: str
    """Why the last attempt failed or, if hushed, why that; in words, empty when there is nothing to say."""

    @property
    def tells(self) -> bool:
        """Whether it tells of the visit, and does not only put right what was told."""
        return self.kind != CORRECTION


@dataclass(frozen=True, slots=True)
class Notice:
    """A text to one target that belongs to no visit alone: the digest, the summary after an outage, a failed test."""

    id: int
    notifier: str
    target: str
    kind: str
    """digest, summary or trouble."""
    text: str
    state: DeliveryState
    attempts: int
    created_at: float
    due_at: float


@dataclass(frozen=True, slots=True)
class Visit:
    """One occasion at the door, with everything that is known about it."""

    id: str
    door: str
    door_name: str
    trigger: Trigger
    started_at: float
    state: VisitState
    verdict: Verdict | None
    reason: str
    """Why the verdict is UNCLEAR or FAILED, in words; else empty."""
    concluded_at: float | None
    snapshots: tuple[Snapshot, ...]
    faces: tuple[Face, ...]
    """One of every visitor: in the snapshot that carries the verdict, or in another one if they are not in that."""
    best_snapshot: str | None
    """Id of the snapshot that carries the verdict, or of the first one; None while there was only a ring."""
    deliveries: tuple[Delivery, ...]
    timings_ms: Mapping[str, float]
    """Milliseconds since the upload's last byte: received, recognised, text_sent, photo_sent, ..."""
    telling: Telling = Telling.NOW
    """Whether the owner's rules let it be told; what is told once is told to its end."""
    hushed: str = ""
    """Why it is kept quiet, in words; else empty."""

    @property
    def picture(self) -> Snapshot | None:
        """The snapshot to show; None as long as no picture of a ring has come."""
        return next((s for s in self.snapshots if s.id == self.best_snapshot), None)

    @property
    def better(self) -> bool:
        """Whether a later picture took the place of the first one."""
        return self.best_snapshot is not None and self.best_snapshot != self.snapshots[0].id

    @property
    def shown_faces(self) -> tuple[Face, ...]:
        """The faces in the snapshot to show."""
        return tuple(face for face in self.faces if face.snapshot == self.best_snapshot)

    @property
    def identities(self) -> tuple[str, ...]:
        """Names at the door, nearest match first, each once."""
        named = sorted((f for f in self.faces if f.identity), key=lambda f: f.match.distance or 0.0)
        return tuple(dict.fromkeys(f.identity for f in named if f.identity))

    @property
    def strangers(self) -> int:
        """How many faces carry no name."""
        return sum(1 for f in self.faces if f.identity is None)


@dataclass(frozen=True, slots=True)
class Message:
    """A delivery to be: what kind of message goes to which target of which notifier."""

    notifier: str
    kind: str
    target: str
    fact: bool = False
    """An event for machines: it happened, whether or not people are told."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the owner's rules say about telling a visit."""

    telling: Telling
    why: str = ""
    """Why it is kept quiet, in words; else empty."""


TOLD = Ruling(Telling.NOW)


@dataclass(frozen=True, slots=True)
class Hush:
    """Somebody asked for quiet: nobody is told of visits until it is over."""

    until: float | None
    """Unix seconds; None: until somebody ends it."""
    by: str
    """Who asked, in words: "the window", a chat, "Home Assistant"."""
    scope: str = "all"
    """`all`, or the id of the one door it is for."""

    def holds(self, now: float) -> bool:
        """Whether it is not over yet."""
        return self.until is None or now < self.until

    def covers(self, door: str) -> bool:
        """Whether it is for this door."""
        return self.scope in ("all", door)


@dataclass(frozen=True, slots=True)
class JudgedFace:
    """A face with what may be said about it."""

    face: DetectedFace
    verdict: Verdict
    """KNOWN, UNKNOWN or UNCLEAR."""
    reason: str
    """Why UNCLEAR, in words; else empty."""
    match: Match
    visitor: int = 0
    """Which visitor of the visit this is."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A face in one picture of a visit, with what was said about its visitor so far."""

    id: int
    snapshot: str
    engine: str
    judged: JudgedFace


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What recognition decided about one snapshot, on its way into the store."""

    verdict: Verdict
    """On the whole visit as far as its faces tell; on this snapshot where no picture of the visit shows a face."""
    reason: str
    faces: tuple[JudgedFace, ...]
    engine: str
    width: int = 0
    height: int = 0
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    before: tuple[Sighting, ...] = ()
    """The visit's faces in earlier pictures, as they are judged now."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody whom a face is like."""

    name: str
    distance: float
    """As in Match."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo file of the gallery and what it is good for."""

    identity: str
    path: Path
    hash: str
    """SHA-256 of the file's bytes, hexadecimal."""
    judgement: Judgement
    reason: str
    """The judgement in words: empty when GOOD."""
    like: Likeness | None = None
    """Somebody else whom a photo just added is like, so much that the owner should look again."""


@dataclass(frozen=True, slots=True)
class FaceInPhoto:
    """One of the faces in a photo that is not in the gallery."""

    box: Box
    reason: str
    """Why it cannot be enrolled, in words; empty when it can."""
    like: Likeness | None
    """Whom it is like, of everybody enrolled."""


@dataclass(frozen=True, slots=True)
class FacesInPhoto:
    """Everybody in a photo, from left to right."""

    width: int
    height: int
    """Size of the upright picture in pixels."""
    faces: tuple[FaceInPhoto, ...]


class Finding(StrEnum):
    """What the test of the owner's own photos came to."""

    TOO_FEW = "too few"
    """Too few photos to say anything."""
    APART = "apart"
    """Everybody is nearer to their own photos than anybody else is to anybody."""
    MIXED = "mixed"
    """Somebody else comes as near to a person as that person's own photos."""


@dataclass(frozen=True, slots=True)
class MixUp:
    """The photo that is nearest to somebody else."""

    name: str
    other: str
    distance: float
    """From the other one's photos."""
    own: float | None
    """From the rest of the person's own photos; None when it is the only one."""
    photo: Path | None
    """None when it left the gallery meanwhile."""


@dataclass(frozen=True, slots=True)
class NearStranger:
    """The face nearest to somebody that is not theirs."""

    name: str
    distance: float
    visit: str
    """Empty for a face that the owner said is not theirs."""
    at: float
    """When the visit began, Unix seconds."""
    would_be_named: bool = False
    """Porchlight would give them the name today: only the owner can say whether that is right."""


@dataclass(frozen=True, slots=True)
class OwnTest:
    """How well the owner's own people can be told apart: each photo left out in turn and looked for."""

    finding: Finding
    same: tuple[float, ...]
    """How far each photo is from the other photos of the same person."""
    different: tuple[float, ...]
    """How far each photo is from the nearest other person."""
    strangers: tuple[float, ...]
    """How far each stranger at the door was from the nearest person, but for those who would be named today."""
    closest: MixUp | None
    stranger: NearStranger | None
    missing: Mapping[str, int]
    """People who need so many more good photos before anything can be said; empty unless TOO_FEW."""
    line: float
    """Where names end with these people and the tolerance that is set."""
    now: float
    """The tolerance that is set."""
    tolerance: float | None
    """What would be safe; None when it is better not to say."""

    @property
    def suggests(self) -> bool:
        """Whether another tolerance would change anything for the better."""
        return self.tolerance is not None and (self.tolerance < self.line or self.tolerance > self.now)


@dataclass(frozen=True, slots=True)
class Named:
    """What the owner's word about a stranger led to."""

    visit: Visit
    """As it is told now."""
    photo: Photo
    """The face as a photo of the gallery, with its judgement: only a GOOD one was added."""
    others: tuple[Visit, ...]
    """Other visits in which the same stranger carries the name now."""
    undo: str
    """Takes all of it back."""


@dataclass(frozen=True, slots=True)
class Identity:
    """An enrolled person and their photos."""

    name: str
    photos: tuple[Photo, ...]

    @property
    def usable(self) -> int:
        """Photos that carry the recognition."""
        return sum(1 for p in self.photos if p.judgement is Judgement.GOOD)


@dataclass(frozen=True, slots=True)
class Part:
    """How one part of the station is doing."""

    name: str
    """receiver, recognition, telegram, apprise or mqtt."""
    state: PartState
    detail: str
    """In words, for the owner: what it waits for, why it failed."""
    since: float


@dataclass(frozen=True, slots=True)
class DoorCommand:
    """What the station told a door to do, and what became of it."""

    id: str
    """The command's nonce, 32 hexadecimal digits."""
    door: str
    do: str
    """text, chime, look, settings, relay or update."""
    arguments: Mapping[str, str | int | bool]
    state: CommandState
    words: str
    """Why the door refused, in its words; else empty."""
    at: float
    """When it was given, Unix seconds."""
    answered_at: float | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """One attempt to open a door from afar, as the audit trail keeps it."""

    id: str
    """The nonce of its command, whether or not it came to one."""
    door: str
    at: float
    by: str
    """Who asked for it, in words."""
    visit: str | None
    """The ring it was for; None when nobody had rung."""
    outcome: str
    """In words: opened, not opened and why, sent, the door did not answer."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of the way that a full test went."""

    name: str
    """In words: receiver, telegram, screen of Front door."""
    part: str
    """Of the station: receiver, recognition, or a notifier's name."""
    milliseconds: float | None
    """From the test's begin (a screen: from its command) to its end; None when it failed."""
    error: str = ""
    """Why it failed, in words; else empty."""


@dataclass(frozen=True, slots=True)
class FullTest:
    """A ring that nobody made, sent the whole way."""

    at: float
    legs: tuple[Leg, ...]
    visit: str = ""
    """Empty when not even the receiver took it."""

    @property
    def passed(self) -> bool:
        """Whether every leg works."""
        return not any(leg.error for leg in self.legs)


@dataclass(frozen=True, slots=True)
class GalleryChanged:
    """Published when identities or photos changed; `progress` says how many photos are still to be judged."""

    identities: tuple[Identity, ...]
    pending: int = 0


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which visits are wanted; what is left as it is leaves all in."""

    person: str | None = None
    """Somebody whose name was given."""
    verdicts: frozenset[Verdict] = frozenset()
    door: str | None = None
    """A door's id."""
    since: float | None = None
    until: float | None = None
    """Unix seconds; what begins at this very moment is left out."""
    words: str = ""
    """Each of these must stand in a name, the door's name or the reason."""


EVERYTHING = VisitFilter()


class VisitKey(NamedTuple):
    """All that a list needs of a visit that is not in sight."""

    id: str
    started_at: float


@dataclass(frozen=True, slots=True)
class VisitDeleted:
    """Published when a visit is gone, with its pictures."""

    visit: str


@dataclass(frozen=True, slots=True)
class Unnamed:
    """What the owner's "not Anna" led to."""

    visit: Visit
    """As it is judged now."""
    identity: str
    """Who it is not."""
    others: tuple[Visit, ...]
    """Other visits that are judged differently now, because somebody like that had the same name there."""
    undo: str
    """Takes all of it back."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that is a door: one of this computer, or one in the network."""

    door: str
    name: str
    """What the owner calls the door."""
    source: str
    """The number of a camera of this computer, an address without what is secret in it, or a film's path."""
    by_face: bool
    """Whether a face that stays before it starts a visit; if not, it only looks when asked."""
    state: PartState
    """WORKING, STARTING, or WAITING while no picture comes and it is tried again."""
    detail: str
    """In words, for the owner: why no picture comes."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A stranger's face in a picture of a visit."""

    face: int
    visit: str
    at: float
    """When that visit began, Unix seconds."""
    picture: Path
    box: Box
    width: int
    height: int
    """Size of the upright picture in pixels."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A face of which the owner has said that it is not a person."""

    id: int
    at: float
    """When it was said, Unix seconds."""
    glimpse: Glimpse | None
    """The face; None when its visit is gone."""
    door: str
    """What the door is called where it was seen; empty without a glimpse."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What taking back a "not Anna" led to."""

    identity: str
    """Who it may be after all."""
    visits: tuple[Visit, ...]
    """Those that are judged differently now."""
    undo: str
    """Makes it hold again."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A stranger who came more than once, as far as faces tell."""

    id: int
    letter: str
    """A, B ... Z, AA ...: given once, and never to anybody else."""
    glimpses: tuple[Glimpse, ...]
    """The best few, the best one first."""
    visits: tuple[str, ...]
    """Ids, newest first."""
    first: float
    last: float
    """When the first and the last of the visits began, Unix seconds."""
    ignored: bool = False
    """The owner does not want to be asked about them."""

    @property
    def name(self) -> str:
        """As English texts call them."""
        return f"Stranger {self.letter}"


@dataclass(frozen=True, slots=True)
class StrangersChanged:
    """Published when somebody came again, or is a stranger no longer; also those who are ignored."""

    strangers: tuple[Gathered, ...]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went when a person was forgotten."""

    name: str
    photos: int
    removed_photos: int
    """Removed before, but still to be restored."""
    embeddings: int
    """What was learnt from the photos, and from the faces at the door that carried the name."""
    visits: int
    """In which the name stood."""
    messages: int
    """In chats, that are put right."""
    retained: int
    """Topics of which the broker is told to forget what it keeps."""
    rules: tuple[str, ...]
    """The lists in the settings that had the name."""
    undos: int
    """What could have been taken back, and cannot any more."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came out of a file with a gallery."""

    people: int
    photos: int
    already_there: int
    other_engine: str
    """The engine that judged the photos where they come from; empty if it is the one in use."""
    undo: str
    """Takes it back, while the program runs."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A Telegram chat, or one topic of a forum, that may see or do something."""

    target: str
    """Its id; a topic's is behind it, as in -1001234/56."""
    name: str
    """What it is called there; empty for one that is only known from the settings."""
    rights: frozenset[Right]
    paired_at: float | None
    """None for one that the settings name."""

    @property
    def id(self) -> int:
        """The chat's own number."""
        return int(self.target.partition("/")[0])

    @property
    def topic(self) -> int | None:
        """Which topic of a forum it is; None for the whole chat."""
        topic = self.target.partition("/")[2]
        return int(topic) if topic else None


@dataclass(frozen=True, slots=True)
class Stranger:
    """A chat that wrote to the bot without being paired; it is ignored."""

    target: str
    name: str
    """As it calls itself."""
    at: float
    """When it first wrote."""


@dataclass(frozen=True, slots=True)
class ChatsChanged:
    """Published when a chat is paired, changed or unpaired, and when a stranger writes for the first time."""

    chats: tuple[Chat, ...]
    stranger: Stranger | None = None
    """The one that has just written."""


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message in a chat that can be answered, or edited later."""

    target: str
    """The chat or topic it is in."""
    message: int
    """Telegram's number of it in the chat."""
    visit: str
    kind: str
    """photo, words (the verdict without a photo), text (somebody rang), name or reply (a question to answer)."""
    face: int | None
    """Whom a question is about."""
    digest: str
    """Of the picture it shows; empty without one."""
    at: float


Change = (
    Visit
    | VisitDeleted
    | Door
    | DoorCommand
    | Part
    | GalleryChanged
    | StrangersChanged
    | ChatsChanged
    | Hush
    | FullTest
    | Camera
)
"""What a subscriber of the station receives: the immutable record that changed.

A hush that was ended or ran out comes once more, with `until` in the past.
"""
