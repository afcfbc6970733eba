"""The signatures of doors: the algorithm by its standard's vectors, the format by the example of docs/protocol.md."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiver.signatures import Claim, greeting_mac, is_door_id, picture_mac, proves, proves_picture, request_mac

PROTOCOL = (Path(__file__).resolve().parents[2] / "docs" / "protocol.md").read_text("utf-8")
KEY = bytes(range(32))
CLAIM = Claim("POST", "/v1/snapshots?ring=7", "front-door", "5e" * 16, 8, 1032, "")

# RFC 4231, test cases 1-4, 6 and 7: key, data, HMAC-SHA256
VECTORS = [
    ("0b" * 20, b"Hi There".hex(), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        b"Jefe".hex(),
        b"what do ya want for nothing?".hex(),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    ("aa" * 20, "dd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (
        bytes(range(1, 26)).hex(),
        "cd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    (
        "aa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First".hex(),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
]


@pytest.mark.parametrize(("key", "data", "wanted"), VECTORS)
def test_the_algorithm_is_that_of_rfc_4231(key: str, data: str, wanted: str) -> None:
    assert hmac.new(bytes.fromhex(key), bytes.fromhex(data), hashlib.sha256).hexdigest() == wanted
    assert picture_mac(bytes.fromhex(key), b"", bytes.fromhex(data)).hex() == wanted


def documented(name: str) -> str:
    found = re.search(rf"^{re.escape(name)} += (.*)$", PROTOCOL, re.MULTILINE)
    assert found, f"docs/protocol.md has no example line {name!r}"
    return found[1].strip()


def test_the_example_of_the_protocol_can_be_worked_by_hand() -> None:
    """Whoever writes a door compares each step with the page."""
    key = bytes.fromhex(documented("key"))
    door, boot, nonce, session, jpeg = (documented(name) for name in ("door", "boot", "nonce", "session", "jpeg"))
    at = int(documented("time"))
    body = documented("hello body")
    hello = Claim("POST", "/v1/hello", door, boot, 0, len(body), "")
    assert request_mac(key, hello).hex() == documented("hello mac")
    assert documented("hello mac") in body
    assert f'"nonce": "{nonce}"' in body
    assert greeting_mac(key, door, boot, nonce, session=session, time=at).hex() == documented("answer mac")
    ring_body = documented("ring body")
    ring = Claim("POST", "/v1/rings", door, session, 1, len(ring_body), "")
    assert request_mac(key, ring).hex() == documented("ring mac")
    assert documented("ring mac") in ring_body
    picture = Claim("POST", "/v1/snapshots?ring=1", door, session, 2, len(bytes.fromhex(jpeg)) + 32, "")
    assert request_mac(key, picture).hex() == documented("snapshot mac")
    suffix = picture_mac(key, request_mac(key, picture), bytes.fromhex(jpeg))
    assert suffix.hex() == documented("suffix")


def test_a_claim_is_proved_by_its_own_signature_only() -> None:
    signed = replace(CLAIM, mac=request_mac(KEY, CLAIM).hex())
    assert proves(KEY, signed)
    assert not proves(KEY, replace(signed, mac=signed.mac.upper()))
    assert not proves(KEY, replace(signed, mac=""))
    assert not proves(KEY, replace(signed, mac="\ud800"))
    assert not proves(bytes(32), signed)


@pytest.mark.parametrize("name", [field.name for field in fields(Claim) if field.name != "mac"])
def test_every_part_of_a_claim_is_signed(name: str) -> None:
    value = getattr(CLAIM, name)
    other = replace(CLAIM, **{name: value + 1 if isinstance(value, int) else value + "0"})
    assert request_mac(KEY, CLAIM) != request_mac(KEY, other)


@given(st.binary(max_size=200), st.integers(min_value=0))
def test_a_body_that_was_changed_anywhere_is_no_picture(jpeg: bytes, where: int) -> None:
    request = request_mac(KEY, CLAIM)
    body = jpeg + picture_mac(KEY, request, jpeg)
    assert proves_picture(KEY, request, body) == jpeg
    changed = bytearray(body)
    changed[where % len(body)] ^= 1
    assert proves_picture(KEY, request, bytes(changed)) is None
    assert proves_picture(KEY, bytes(32), body) is None
    assert proves_picture(KEY, request, body[:-1]) is None


@pytest.mark.parametrize("door", ["a", "front-door", "2", "x" * 63])
def test_a_slug_is_an_id(door: str) -> None:
    assert is_door_id(door)


@pytest.mark.parametrize("door", ["", "-a", "A", "a b", "a\n", "a/b", "a.b", "tür", "x" * 64, "\u0661"])
def test_what_could_be_misread_is_no_id(door: str) -> None:
    assert not is_door_id(door)
