"""How door and station prove to each other that they hold the same key: HMAC-SHA256 (RFC 2104, FIPS 198-1).

The board's MicroPython has hashlib but no hmac, hence the ten lines of `Hmac`. What is signed is always a list of
texts joined by line feeds; none of them may hold one.
"""

import hashlib

KEY_BYTES = 32
"""Length of a door's key, and of every signature."""

_BLOCK = 64


class Hmac:
    """HMAC-SHA256 of a message that comes piece by piece; the pieces are bytes or memoryviews."""

    def __init__(self, key: bytes, message: bytes = b""):
        if len(key) > _BLOCK:
            key = hashlib.sha256(key).digest()
        key = key + bytes(_BLOCK - len(key))
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))
        self._inner.update(message)

    def update(self, piece: bytes) -> None:
        """Go on with the next piece of the message."""
        self._inner.update(piece)

    def digest(self) -> bytes:
        """The 32 bytes. Ask once, at the end: MicroPython closes a hash with its first digest."""
        self._outer.update(self._inner.digest())
        return self._outer.digest()


def sign(key: bytes, *said: object) -> bytes:
    """The signature of several texts and whole numbers, in this order."""
    return Hmac(key, "\n".join(str(word) for word in said).encode()).digest()


def request_mac(key: bytes, method: str, path: str, *, door: str, session: str, seq: int, length: int) -> bytes:
    """The signature of a request (64 hex digits on the wire); `path` with its query, `length` is Content-Length."""
    return sign(key, method, path, door, session, seq, length)


def picture_seal(key: bytes, request: bytes) -> Hmac:
    """What a picture's pieces go through: its 32 bytes follow the JPEG and bind it to the request's signature."""
    return Hmac(key, request)


def greeting_mac(key: bytes, door: str, boot: str, nonce: str, *, session: str, time: int) -> bytes:
    """What the station answers a hello with, which proves that it has the key, too; `time` in Unix seconds.

    `nonce` is that of the hello, so that the answer to an earlier one proves nothing.
    """
    return sign(key, "hello", door, boot, nonce, session, time)


def same(ours: bytes, theirs: str) -> bool:
    """Whether hex digits are this signature; takes the same time wherever they differ."""
    expected, given = ours.hex().encode(), theirs.encode()
    if len(expected) != len(given):
        return False
    difference = 0
    for mine, yours in zip(expected, given):  # noqa: B905  -- MicroPython's zip knows no `strict`; the lengths are equal
        difference |= mine ^ yours
    return difference == 0
