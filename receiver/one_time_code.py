"""Codes of an authenticator app, as RFC 6238 has them: HMAC-SHA1, six digits, a new one every thirty seconds."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from urllib.parse import quote

from receiver.language import mark

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
"""The length that RFC 4226 recommends for HMAC-SHA1."""


def new_secret() -> str:
    """A secret in base32, as authenticator apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret, which may have spaces and small letters. Raises ValueError for what is none."""
    letters = "".join(secret.split()).upper().rstrip("=")
    try:
        key = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error:
        raise ValueError(mark("a secret is written in base32: letters and the digits 2 to 7")) from None
    if len(key) < 10:
        raise ValueError(mark("a secret has at least 16 letters"))
    return key


def code_at(key: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of one step: https://www.rfc-editor.org/rfc/rfc4226#section-5.3."""
    mac = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 0xF
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_of(key: bytes, code: str, now: float, after: int = -1) -> int | None:
    """The step whose code this is: the present one, or the one beside it, for clocks differ; None for a wrong one.

    Steps up to `after` were used before and count no more.
    """
    present = int(now // STEP_S)
    fits = None
    for step in range(max(present - 1, after + 1, 0), present + 2):
        if hmac.compare_digest(code_at(key, step).encode(), code.encode()):
            fits = step
    return fits


def address(secret: str, account: str) -> str:
    """What an authenticator app reads from a QR code."""
    return f"otpauth://totp/Porchlight:{quote(account)}?secret={secret}&issuer=Porchlight"
