"""Doors that sign what they send: nothing of a request is believed before its signature is checked.

docs/protocol.md has the format. The order of the checks: signature, owner's word, session, picture, number.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from receiver.door_keys import DoorKeys
from receiver.errors import Replayed, UploadRefused
from receiver.intake import Intake, Pace, Receipt
from receiver.models import Change, Door, DoorState, Refusal, Ring, Trigger, Visit
from receiver.sessions import Session, Sessions
from receiver.settings import ReceiverSettings
from receiver.signatures import KEY_BYTES, Claim, greeting_mac, proves, proves_picture, request_mac
from receiver.signed_requests import Hello
from receiver.store import Store
from receiver.updates import Firmware, Manifest

MOST_UPDATE_REQUESTS = 120
"""In any minute, of each door: an update is one for the list and one for each of some thirty files."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """The answer to a hello."""

    session: str
    time: int
    """Unix seconds."""
    mac: str
    """By this the door knows that the station has its key."""


class SignedDoors:
    """Takes the requests of paired doors; may be called from any thread. `clock` returns Unix seconds.

    Every method raises UploadRefused: 401 not signed rightly or no such session, 403 refused by the owner, 429 too
    many; and KeyMissing when the door's key cannot be read here.
    """

    def __init__(
        self,
        store: Store,
        keys: DoorKeys,
        sessions: Sessions,
        intake: Intake,
        settings: ReceiverSettings,
        *,
        firmware: Firmware,
        publish: Callable[[Change], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._keys = keys
        self._sessions = sessions
        self._intake = intake
        self._refusals = intake.refusals
        self._pace = Pace(settings.pictures_per_minute)
        self._updates_pace = Pace(MOST_UPDATE_REQUESTS)
        self._firmware = firmware
        self._publish = publish
        self._clock = clock
        self._nobodys_key = secrets.token_bytes(KEY_BYTES)

    def hello(self, hello: Hello) -> Greeting:
        """Open a session for a door; in a hello the claim's session is the door's boot."""
        claim = hello.claim
        door, key = self._authenticate(claim)
        with self._counted(door):
            self._pace.check(door.id)
        session = self._sessions.open(door.id, _since(door), claim.session)
        now = self._clock()
        self._publish(self._store.greet(door.id, hello.firmware, now))
        mac = greeting_mac(key, door.id, claim.session, hello.nonce, session=session.id, time=int(now))
        return Greeting(session.id, int(now), mac.hex())

    def ring(self, claim: Claim, trigger: Trigger, pressed_at: float) -> Visit:
        """A press: durable and announced when this returns. Raises Replayed for a number that was used."""
        door, _ = self._authenticate(claim)
        session = self._session(door, claim)
        with self._counted(door), session.turn(claim.seq) as kept:
            visit = self._intake.ring(_ring(claim, session, claim.seq), trigger, pressed_at)
            kept(visit.id)
        return visit

    def snapshot(self, claim: Claim, ring: int | None, trigger: Trigger, body: bytes, received_at: float) -> Receipt:
        """A picture with its signature behind it, of the ring with that number, or of an occasion of its own.

        `trigger` is what that occasion was, where the station does not know it. Durable when this returns. Raises
        Replayed for a number that was used.
        """
        door, key = self._authenticate(claim)
        session = self._session(door, claim)
        jpeg = proves_picture(key, request_mac(key, claim), body)
        if jpeg is None:
            self._refusals.note(door, Refusal.SIGNATURE)
            raise _not_proved()
        with self._counted(door), session.turn(claim.seq) as kept:
            occasion = _ring(claim, session, claim.seq if ring is None else ring)
            receipt = self._intake.picture(door, jpeg, occasion, trigger, received_at)
            kept(receipt.visit.id)
        return receipt

    def update_manifest(self, claim: Claim) -> Manifest:
        """What the firmware that goes with this station consists of. Raises Replayed for a number that was used."""
        with self._updating(claim) as key:
            return self._firmware.manifest(key, door=claim.door, session=claim.session, seq=claim.seq)

    def update_file(self, claim: Claim, name: str) -> bytes:
        """One file of the firmware. Raises UploadRefused 404 for another one, Replayed for a number that was used."""
        with self._updating(claim):
            try:
                return self._firmware.file(name)
            except KeyError:
                raise UploadRefused(404, "No such file", "The list of the update names its files.") from None

    @contextmanager
    def _updating(self, claim: Claim) -> Iterator[bytes]:
        """The key of the door that asks."""
        door, key = self._authenticate(claim)
        session = self._session(door, claim)
        with self._counted(door), session.turn(claim.seq) as kept:
            self._updates_pace.check(door.id)
            yield key
            kept(None)

    def _authenticate(self, claim: Claim) -> tuple[Door, bytes]:
        """The door that signed this, and its key; the same answer, and as much work, for a door that is unknown."""
        door = self._store.door(claim.door)
        key = self._keys.of(door)
        proved = proves(key or self._nobodys_key, claim)
        if door is None or key is None or not proved:
            self._refusals.note(door, Refusal.SIGNATURE)
            raise _not_proved()
        if door.state is DoorState.REFUSED:
            self._refusals.note(door, Refusal.NOT_LET_IN)
            raise UploadRefused(403, "Not let in", "The owner refused this door.")
        return door, key

    def _session(self, door: Door, claim: Claim) -> Session:
        session = self._sessions.find(door.id, _since(door), claim.session)
        if session is None:
            self._refusals.note(door, Refusal.SESSION)
            raise _not_proved()
        return session

    @contextmanager
    def _counted(self, door: Door) -> Iterator[None]:
        try:
            yield
        except Replayed:
            self._refusals.note(door, Refusal.REPLAYED)
            raise
        except UploadRefused as refused:
            if refused.status == 429:
                self._refusals.note(door, Refusal.TOO_MANY)
            raise


def _since(door: Door) -> float:
    return door.paired_at or 0.0


def _ring(claim: Claim, session: Session, seq: int) -> Ring:
    return Ring(claim.door, session.boot, session.id, seq)


def _not_proved() -> UploadRefused:
    return UploadRefused(401, "Not recognised", "Say hello, signed with this door's key, then send it again.")
