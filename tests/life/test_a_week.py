"""A week of life: rings, outages, power cuts, replies, hush, a stranger named from the phone; nothing is left over."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.life.figures import RELIABILITY, week_table
from tests.life.household import Household
from tests.life.week import SETTINGS, Week

pytestmark = [pytest.mark.broker, pytest.mark.timeout(600)]


def test_every_alert_of_a_week_is_accounted_for(
    tmp_path: Path, grace_hopper: Image.Image, astronaut: Image.Image
) -> None:
    """Each ring is told once and in order, or kept quiet as was asked; the one text that comes twice cannot but."""
    with Household(tmp_path, grace_hopper, **SETTINGS) as house:
        week = Week(house, grace_hopper, astronaut)
        told = week.live()
    assert told.visits == told.presses == told.right_verdicts
    assert told.presses == told.alerts + told.quiet + told.summed_up
    assert (told.lost, told.out_of_order, told.unaccounted) == (0, 0, 0)
    assert told.doubled == told.unavoidable
    assert told.rings_on_mqtt == told.verdicts_on_mqtt == told.presses
    assert week_table(told) in RELIABILITY.read_text()
