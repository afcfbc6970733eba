"""A week of life and a day of Telegram's troubles, counted: the tables of docs/reliability.md.

python -m benchmarks.week
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.life.bad_day import BadDay
from tests.life.figures import day_table, week_table
from tests.life.household import Household
from tests.life.week import SETTINGS, Week
from tests.station_process import portrait


def main() -> None:
    """Live through both, in about two minutes."""
    grace, eileen = portrait("grace_hopper"), portrait("astronaut")
    with tempfile.TemporaryDirectory() as home, Household(Path(home), grace, **SETTINGS) as house:
        print(week_table(Week(house, grace, eileen).live()), end="\n\n")
    with tempfile.TemporaryDirectory() as home, Household(Path(home), grace) as house:
        print(day_table(BadDay(house, grace).live()))


if __name__ == "__main__":
    main()
