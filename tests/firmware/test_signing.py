"""The door's signatures: the RFC's, CPython's, and the station's own."""

from __future__ import annotations

import hashlib
import hmac
import random

import pytest

from receiver import signatures
from tests.firmware.door_modules import signing
from tests.firmware.interpreters import INTERPRETERS
from tests.firmware.running import run_program

RFC_4231 = [
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (bytes(range(1, 26)), b"\xcd" * 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        b"\xaa" * 131,
        b"This is a test using a larger than block-size key and a larger than block-size data. "
        b"The key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
]


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_it_is_hmac_sha256(interpreter: str) -> None:
    """The vectors of RFC 4231, and keys and messages of every length around a block as CPython's hmac signs them."""
    dice = random.Random(1)
    made_up = [(dice.randbytes(size), dice.randbytes(size * 3)) for size in (1, 31, 32, 33, 63, 64, 65, 200)]
    cases = [(key, message) for key, message, _ in RFC_4231] + made_up
    said = "".join(f"{key.hex()} {message.hex()}\n" for key, message in cases)
    expected = [mac for *_, mac in RFC_4231] + [hmac.digest(*case, hashlib.sha256).hex() for case in made_up]
    assert run_program(interpreter, "signing_program", stdin=said).split() == expected


def test_the_station_reckons_the_same() -> None:
    """Request, picture and greeting: the station's functions and the door's give the same bytes."""
    key, words = bytes(range(32)), ("porch", "5" * 32)
    claim = signatures.Claim("POST", "/v1/rings?age=3", *words, 17, 181, "")
    mac = signing.request_mac(key, "POST", "/v1/rings?age=3", door="porch", session="5" * 32, seq=17, length=181)
    assert mac == signatures.request_mac(key, claim)
    seal = signing.picture_seal(key, mac)
    seal.update(memoryview(b"\xff\xd8 picture"))
    seal.update(b" \xff\xd9")
    assert seal.digest() == signatures.picture_mac(key, mac, b"\xff\xd8 picture \xff\xd9")
    said = {"session": "5" * 32, "time": 1795362900}
    greeting = signing.greeting_mac(key, "porch", "b" * 32, "a" * 32, **said)
    assert greeting == signatures.greeting_mac(key, "porch", "b" * 32, "a" * 32, **said)


def test_only_the_same_signature_is_the_same() -> None:
    """One wrong digit, one too few, or no hex at all is another signature."""
    mac = bytes(range(32))
    assert signing.same(mac, mac.hex())
    for other in ("", mac.hex()[:-1], mac.hex()[:-1] + "0", mac.hex() + "0", "ä" * 32, mac.hex().upper()):
        assert not signing.same(mac, other), other
