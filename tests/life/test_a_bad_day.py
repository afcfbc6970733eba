"""A server that misbehaves in every way it can, and a station that waits without a fuss."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.life.bad_day import CHATS, MOST_REQUESTS, TROUBLES, BadDay
from tests.life.figures import RELIABILITY, day_table
from tests.life.household import Household

pytestmark = [pytest.mark.broker, pytest.mark.timeout(600)]


def test_nothing_is_lost_whatever_telegram_answers(tmp_path: Path, grace_hopper: Image.Image) -> None:
    """Order kept, each message once but where its answer was lost, no busy loop, and the window tells why."""
    with Household(tmp_path, grace_hopper) as house:
        day = BadDay(house, grace_hopper).live()
    for trouble, outcome in zip(TROUBLES, day, strict=True):
        assert trouble.words in outcome.words, outcome
        assert outcome.in_order, outcome
        assert outcome.requests <= MOST_REQUESTS, outcome
        assert outcome.missing == (0 if trouble.arrives else 4 * len(CHATS)), outcome
        assert outcome.doubled == trouble.doubled * len(CHATS), outcome
    assert day_table(day) in RELIABILITY.read_text()
