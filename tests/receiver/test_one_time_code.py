"""One-time codes are those of RFC 6238, and each counts once."""

from __future__ import annotations

import pytest

from receiver.one_time_code import address, code_at, key_of, new_secret, step_of

RFC_KEY = b"12345678901234567890"


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_the_rfc(at: int, code: str) -> None:
    """Appendix B, SHA-1, eight digits; ours are the last six of them."""
    assert code_at(RFC_KEY, at // 30, digits=8) == code
    assert code_at(RFC_KEY, at // 30) == code[2:]


def test_clocks_may_differ_by_half_a_minute() -> None:
    key, now = key_of(new_secret()), 1_795_362_900.0
    step = int(now // 30)
    fits = [step_of(key, code_at(key, step + away), now) for away in (-2, -1, 0, 1, 2)]
    assert fits == [None, step - 1, step, step + 1, None]


def test_a_code_that_was_used_is_worth_nothing() -> None:
    key, now = key_of(new_secret()), 1_795_362_900.0
    step = int(now // 30)
    assert step_of(key, code_at(key, step), now, after=step) is None
    assert step_of(key, code_at(key, step - 1), now, after=step) is None
    assert step_of(key, code_at(key, step + 1), now, after=step) == step + 1


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "0" * 400])
def test_what_is_no_code_is_wrong_and_no_fault(code: str) -> None:
    assert step_of(RFC_KEY, code, 0.0, after=5) is None


def test_a_secret_is_taken_as_people_write_it() -> None:
    secret = new_secret()
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)).lower()
    assert key_of(spaced) == key_of(secret)
    assert secret in address(secret, "front door")
    for wrong in ("0189", "GEZDGNBV", "not base32!"):
        with pytest.raises(ValueError, match="secret"):
            key_of(wrong)
