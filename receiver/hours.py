"""Hours of the week as the owner writes them, "Mon-Fri 22:00-07:00, Sat Sun 23:00-09:00", and when they hold.

A span belongs to the day on which it begins and may end on the next. Where clocks are changed it is one stretch all
the same: it begins when the clock first shows its begin and ends when the clock last passes its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from receiver.language import mark

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As `datetime.weekday` counts them."""

EVERY_DAY = frozenset(range(7))

_SPAN = re.compile(r"(?P<days>[a-z][a-z\s-]*?)?\s*(?P<begin>\d{1,2}:\d\d)\s*-\s*(?P<end>\d{1,2}:\d\d)")
_DURATION = re.compile(
    r"(?:(\d{1,3})\s*d)?\s*(?:(\d{1,4})\s*h)?\s*(?:(\d{1,6})(?!\d)\s*(?:min|m|(?!s)))?\s*(?:(\d{1,6})\s*s)?", re.ASCII
)
_DAY = timedelta(days=1)
_EXACT_S = 0.5


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of some days of the week."""

    days: frozenset[int]
    """On which it begins, 0 is Monday."""
    begin: time
    end: time
    """Not later than `begin`: on the next day."""


@lru_cache(64)
def parse(text: str) -> tuple[Span, ...]:
    """The spans of a text; without days a span is for every day. Raises ValueError with a sentence."""
    return tuple(_span(part.strip().lower()) for part in re.split("[,;]", text) if part.strip())


def written(spans: Sequence[Span]) -> str:
    """The text that `parse` reads these spans from."""
    return ", ".join(f"{_written_days(span.days)}{span.begin:%H:%M}-{span.end:%H:%M}" for span in spans)


def holds_until(spans: Sequence[Span], now: float, zone: tzinfo | None = None) -> float | None:
    """When the spans that hold now come to their end, Unix seconds; None when none holds.

    `zone` is the local one unless told otherwise. Spans that follow on each other are one.
    """
    end = None
    while found := [s for s in _around(spans, now if end is None else end, zone) if s[0] <= (end or now) < s[1]]:
        latest = max(until for _, until in found)
        if end is not None and latest - now > 8 * _DAY.total_seconds():
            return end  # every hour of the week
        end = latest
    return end


def day_of(at: float, zone: tzinfo | None = None) -> date:
    """The local day of a moment."""
    return datetime.fromtimestamp(at, zone).date()


def moment(day: date, clock: time, zone: tzinfo | None = None, *, last: bool = False) -> float:
    """When the clock shows a time on a day, Unix seconds.

    A time that comes twice, when clocks go back, is the first of both or the `last`; one that is left out is the
    moment at which the clock jumps over it.
    """
    local = datetime.combine(day, clock, zone)
    early, late = (local.replace(fold=fold).timestamp() for fold in (0, 1))
    if early <= late:
        return late if last else early
    return _jump(late, early, zone)


def latest(days: frozenset[int], clock: time, now: float, zone: tzinfo | None = None) -> float:
    """When the clock last showed a time on one of these days (0 is Monday), Unix seconds."""
    today = day_of(now, zone)
    week = (today - step * _DAY for step in range(8))
    return max(at for day in week if day.weekday() in days and (at := moment(day, clock, zone)) <= now)


_NO_SPAN = mark("{text} is not like Mon-Fri 22:00-07:00")
_NO_DAY = mark("{word} is no day: Mon, Tue, Wed, Thu, Fri, Sat or Sun")
_NO_TIME = mark("{text} is no time of the day: 00:00 to 23:59")


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(_NO_SPAN.format(text=repr(text)))
    return Span(_days(found["days"] or "mon-sun"), _clock(found["begin"]), _clock(found["end"]))


def _days(text: str) -> frozenset[int]:
    days: set[int] = set()
    for word in re.sub(r"\s*-\s*", "-", text).split():
        first, _, last = word.partition("-")
        begin, end = _day(first), _day(last or first)
        days.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return frozenset(days)


def _written_days(days: frozenset[int]) -> str:
    """Three and more that follow on each other as a stretch: "Mon-Fri Sun "; nothing for every day."""
    if days == EVERY_DAY:
        return ""
    stretches: list[list[int]] = []
    for day in sorted(days):
        if stretches and day == stretches[-1][-1] + 1:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    names = [[DAYS[day].capitalize() for day in stretch] for stretch in stretches]
    words = (f"{each[0]}-{each[-1]}" if len(each) > 2 else " ".join(each) for each in names)
    return f"{' '.join(words)} "


def _day(word: str) -> int:
    if word[:3] not in DAYS:
        raise ValueError(_NO_DAY.format(word=repr(word)))
    return DAYS.index(word[:3])


def _clock(text: str) -> time:
    hours, minutes = map(int, text.split(":"))
    if hours > 23 or minutes > 59:
        raise ValueError(_NO_TIME.format(text=text))
    return time(hours, minutes)


def _around(spans: Sequence[Span], now: float, zone: tzinfo | None) -> Iterator[tuple[float, float]]:
    """Begin and end of the spans that begin yesterday or today."""
    today = day_of(now, zone)
    for day in (today - _DAY, today):
        for span in spans:
            if day.weekday() in span.days:
                ends = day if span.end > span.begin else day + _DAY
                yield moment(day, span.begin, zone), moment(ends, span.end, zone, last=True)


def _jump(before: float, after: float, zone: tzinfo | None) -> float:
    """When the clocks go forward between two moments."""
    offset = _offset(before, zone)
    while after - before > _EXACT_S:
        middle = (before + after) / 2
        before, after = (middle, after) if _offset(middle, zone) == offset else (before, middle)
    return float(round(after))


def _offset(at: float, zone: tzinfo | None) -> timedelta | None:
    return datetime.fromtimestamp(at, zone).astimezone(zone).utcoffset()


def seconds_of(text: str) -> float | None:
    """How long "30m", "2h", "1h30", "1d", "90s" or "45" (minutes) is; None for anything else, and for nothing."""
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds) or None
