"""From the bytes of a signed request to what it claims; nothing here is believed yet.

A body in JSON holds what is named here and nothing else: a name that was changed on the way is no name we know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from receiver.errors import UploadRefused
from receiver.models import Trigger
from receiver.signatures import HIGHEST_SEQ, Claim, is_door_id, is_token

MOST_JSON_BYTES = 4096
"""Ten times what a hello or a ring needs."""
UNKNOWN_AGE_S = 60
"""Notifiers call a message late from this age on."""
MOST_AGE_S = 30 * 86_400
"""A door's clock may be wrong: no press is older than this."""
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_MAC = re.compile(r"[0-9a-f]{64}")
_FIRMWARE = re.compile(r"[ -~]{0,64}")


class Headers(Protocol):
    """The header lines of a request, by name in any case."""

    def get(self, name: str, default: str, /) -> str:
        """One line's value."""


@dataclass(frozen=True, slots=True)
class Hello:
    """A door's first words."""

    claim: Claim
    firmware: str
    """What it says it runs; nobody has signed that."""
    nonce: str
    """What the answer's signature has to cover; empty when the door did not give one."""


def read_hello(method: str, path: str, body: bytes) -> Hello:
    """What a hello claims. Raises UploadRefused 400."""
    said = {"nonce": "", **_object(body, {"id", "boot", "firmware", "mac"}, {"nonce"})}
    door, boot, firmware, nonce = (_text(said, name) for name in ("id", "boot", "firmware", "nonce"))
    _require(is_token(boot), "boot is 32 lower-case hexadecimal digits")
    _require(not nonce or is_token(nonce), "nonce is 32 lower-case hexadecimal digits")
    _require(_FIRMWARE.fullmatch(firmware) is not None, "firmware is up to 64 printable ASCII characters")
    claim = Claim(method, path, door, boot, 0, len(body), _text(said, "mac"))
    return Hello(_well_formed(claim), firmware, nonce)


def read_claim(method: str, path: str, body: bytes) -> Claim:
    """What a request in JSON claims that says nothing else, such as a ring. Raises UploadRefused 400."""
    said = _object(body, {"door", "session", "seq", "mac"}, ())
    seq = said["seq"]
    _require(type(seq) is int and 0 < seq <= HIGHEST_SEQ, f"seq is a whole number, 1 to {HIGHEST_SEQ}")
    door, session, mac = _text(said, "door"), _text(said, "session"), _text(said, "mac")
    return _well_formed(Claim(method, path, door, session, seq, len(body), mac))


def read_trigger(text: str) -> Trigger:
    """What made a door ring or take a picture. Raises UploadRefused 400."""
    _require(text in set(Trigger), "trigger is ring, look or test")
    return Trigger(text)


def read_age(text: str) -> int:
    """Seconds since the press that a ring tells of. Raises UploadRefused 400.

    "unknown" is what a door says that lost its clock: then as long ago as makes everybody tell it as late.
    """
    if text == "unknown":
        return UNKNOWN_AGE_S
    _require(_NUMBER.fullmatch(text) is not None, "age is a whole number of seconds, or unknown")
    return min(int(text), MOST_AGE_S)


def read_snapshot(method: str, path: str, headers: Headers, length: int) -> Claim:
    """What the headers of a snapshot claim. Raises UploadRefused 400."""
    door, session, seq, mac = (headers.get(f"Porchlight-{name}", "") for name in ("Door", "Session", "Seq", "Mac"))
    _require(_NUMBER.fullmatch(seq) is not None and 0 < int(seq) <= HIGHEST_SEQ, "Porchlight-Seq is a whole number")
    return _well_formed(Claim(method, path, door, session, int(seq), length, mac))


def read_ring_number(text: str) -> int:
    """The number of the ring that a snapshot belongs to. Raises UploadRefused 400."""
    _require(_NUMBER.fullmatch(text) is not None and 0 < int(text) <= HIGHEST_SEQ, "ring is the number of a ring")
    return int(text)


def _well_formed(claim: Claim) -> Claim:
    _require(is_door_id(claim.door), "a door's id is up to 63 lower-case letters, digits and hyphens")
    _require(is_token(claim.session), "a session is 32 lower-case hexadecimal digits")
    _require(_MAC.fullmatch(claim.mac) is not None, "a signature is 64 lower-case hexadecimal digits")
    return claim


def _object(body: bytes, needed: Collection[str], allowed: Collection[str]) -> dict[str, Any]:
    if len(body) > MOST_JSON_BYTES:
        raise UploadRefused(413, "Too long", f"A hello or a ring has at most {MOST_JSON_BYTES} bytes.")
    try:
        said = json.loads(body.decode("ascii"))
    except (ValueError, RecursionError):
        said = None
    _require(isinstance(said, dict), "the body is a JSON object in ASCII")
    names = ", ".join(sorted(needed))
    _require(set(needed) <= set(said) <= {*needed, *allowed}, f"the body has exactly {names}")
    return dict(said)


def _text(said: Mapping[str, Any], name: str) -> str:
    _require(isinstance(said[name], str), f"{name} is a text")
    return str(said[name])


def _require(condition: bool, rule: str) -> None:
    if not condition:
        raise UploadRefused(400, "Not understood", f"{rule[0].upper()}{rule[1:]}.")
