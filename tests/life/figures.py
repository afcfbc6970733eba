"""The figures of docs/reliability.md, as tables; the tests compare them with what is written there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.life.bad_day import MOST_REQUESTS, Outcome
from tests.life.week import CHATS, Account
from tests.station_process import CHECKOUT

RELIABILITY = CHECKOUT / "docs" / "reliability.md"


def week_table(told: Account) -> str:
    """A week, counted."""
    rows = (
        ("times the bell was pressed", told.presses),
        ("visits kept", told.visits),
        ("visits with the right verdict", told.right_verdicts),
        ("told by one text and one photo in each chat", told.alerts),
        ("kept quiet, as was asked", told.quiet),
        ("told by a line of the summary after the outage", told.summed_up),
        ("events `ring` and `visitor` on MQTT", f"{told.rings_on_mqtt} and {told.verdicts_on_mqtt}"),
        (f"digests, tests, summaries and answers in {len(CHATS)} chats", _sum(told)),
        ("messages lost", told.lost),
        ("messages out of order", told.out_of_order),
        ("messages that belong to nothing", told.unaccounted),
        ("messages doubled", told.doubled),
        ("of these: Telegram had taken the message and its answer was lost", told.unavoidable),
        ("station: power cuts (`kill -9`) and restarts", f"{told.power_cuts} and {told.restarts}"),
        ("broker: `kill -9`, once in the middle of an alert", told.broker_kills),
    )
    return _table(("in one week", ""), rows)


def day_table(day: Sequence[Outcome]) -> str:
    """Two rings under each trouble, in each chat."""
    assert all(outcome.requests <= MOST_REQUESTS and outcome.in_order for outcome in day)
    head = ("Telegram", "its light", "beside the message that waits", "not told", "told twice")
    return _table(head, ((one.trouble, one.shown, one.words, one.missing, one.doubled) for one in day))


def _sum(told: Account) -> str:
    return " + ".join(map(str, (told.digests, told.tests, told.summaries, told.answers)))


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
