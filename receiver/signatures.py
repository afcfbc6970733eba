"""How a door proves who it is: HMAC-SHA256 over what a request claims, with a key that only door and station have.

Pure functions; docs/protocol.md has the format with an example worked by hand, which a test recomputes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

KEY_BYTES = 32
"""Length of a door's key, and of every signature."""
HIGHEST_SEQ = 2**53 - 1
"""The largest number that every JSON reader takes for a whole one."""

_DOOR = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says about itself, and the signature that is to prove it."""

    method: str
    path: str
    """With the query string, as sent."""
    door: str
    session: str
    """In the very first request, the hello: the boot."""
    seq: int
    """Rises with every request of a session; 0 in the hello."""
    length: int
    """Bytes of the whole body."""
    mac: str
    """64 lower-case hexadecimal digits."""


def is_door_id(text: str) -> bool:
    """Whether a text can be the id of a door: lower-case letters, digits and hyphens, at most 63."""
    return _DOOR.fullmatch(text) is not None


def is_token(text: str) -> bool:
    """Whether a text can be a session or a boot: 16 bytes as lower-case hexadecimal digits."""
    return _TOKEN.fullmatch(text) is not None


def request_mac(key: bytes, claim: Claim) -> bytes:
    """The signature of a request, whatever signature it came with."""
    return sign(key, claim.method, claim.path, claim.door, claim.session, claim.seq, claim.length)


def picture_mac(key: bytes, request: bytes, jpeg: bytes) -> bytes:
    """The 32 bytes behind a picture, which bind it to the request with the signature `request`."""
    signature = hmac.new(key, request, hashlib.sha256)
    signature.update(jpeg)
    return signature.digest()


def greeting_mac(key: bytes, door: str, boot: str, nonce: str, *, session: str, time: int) -> bytes:
    """What proves to a door that the station has the key; `nonce` is the hello's, `time` is Unix seconds."""
    return sign(key, "hello", door, boot, nonce, session, time)


def proves(key: bytes, claim: Claim) -> bool:
    """Whether a claim's signature is right; takes the same time wherever it is wrong."""
    return hmac.compare_digest(request_mac(key, claim).hex().encode(), claim.mac.encode("utf-8", "replace"))


def proves_picture(key: bytes, request: bytes, body: bytes) -> bytes | None:
    """The JPEG of a body that ends in its signature; None when that is wrong."""
    view = memoryview(body)
    jpeg, signature = view[:-KEY_BYTES], view[-KEY_BYTES:]
    right = hmac.compare_digest(picture_mac(key, request, bytes(jpeg)), bytes(signature))
    return bytes(jpeg) if right else None


def sign(key: bytes, *said: str | int) -> bytes:
    """The signature of several texts and whole numbers, in this order."""
    return hmac.digest(key, "\n".join(map(str, said)).encode(), hashlib.sha256)


def broker_password(key: bytes) -> str:
    """A door's password at the built-in broker: whoever hears it learns nothing about the key.

    Every other thing that is signed has several lines, so that none of them is ever this one.
    """
    return sign(key, "mqtt password").hex()[:32]
