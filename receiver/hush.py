"""The one decision about telling people: every notifier, the window's chime and its notifications obey it.

`decide` is a function of its arguments alone. Its rules, the first that fits wins:

1. A test or a look is told: somebody asked for it.
2. Somebody who is always told is told, and all who are with them.
3. While somebody's hush holds, and in quiet hours, nobody is told of anything.
4. A visit is told when at least one of its visitors is: a stranger always is (and whoever cannot be recognised is
   one); a known person is not in the hours for strangers only, never if they are in `never_for`, and not a second
   time on a day if they are in `once_a_day`.

Before there is a verdict every rule is asked what it would say of whoever it might be. If all say the same, that is
the answer; if not, it is LATER: the first message is held back until the verdict, and no longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, tzinfo
from datetime import time as clock_time

from receiver.hours import day_of, holds_until, moment, parse
from receiver.language import Phrase, mark, phrase
from receiver.models import TOLD, Hush, Ruling, Telling, Trigger, Visit
from receiver.settings import HushSettings

MIDNIGHT = clock_time.min
STRANGER = None
"""A visitor without a name."""
_SOMEBODY = "somebody else who is known"
_HUSHED_UNTIL = mark("quiet until {time}, asked for by {by}")
_HUSHED = mark("quiet until you end it, asked for by {by}")
_HOURS = mark("quiet hours until {time}")
_STRANGERS_ONLY = mark("only strangers until {time}")
_NEVER = mark("never for {name}")
_ONCE = mark("{name} was told of today")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the rules look at."""

    door: str
    trigger: Trigger
    visitors: frozenset[str | None] | None
    """Names, and STRANGER for who has none; None while nobody knows."""


def occasion(visit: Visit) -> Occasion:
    """What there is to decide about a visit; one without a face was a stranger's."""
    if visit.verdict is None:
        return Occasion(visit.door, visit.trigger, None)
    visitors = frozenset(face.identity for face in visit.faces) or frozenset((STRANGER,))
    return Occasion(visit.door, visit.trigger, visitors)


def decide(
    settings: HushSettings,
    seen: Occasion,
    now: float,
    *,
    hushes: Collection[Hush] = (),
    told_today: Collection[str] = (),
    zone: tzinfo | None = None,
) -> Ruling:
    """Whether people are told; `told_today` are the names told since midnight, `zone` where the house stands."""
    if seen.trigger is not Trigger.RING:
        return TOLD
    quiet = _quiet(settings, seen.door, now, hushes, zone)
    if seen.visitors is not None:
        return _of(settings, seen.visitors, now, quiet=quiet, told_today=told_today, zone=zone)
    possible = [_of(settings, {who}, now, quiet=quiet, told_today=told_today, zone=zone) for who in _anybody(settings)]
    if len({ruling.telling for ruling in possible}) > 1:
        return Ruling(Telling.LATER)
    return possible[0]


@dataclass(frozen=True, slots=True)
class Rules:
    """`decide` with what it needs at hand, for those that take visits in and conclude them."""

    settings: Callable[[], HushSettings] = HushSettings
    hushes: Callable[[], Sequence[Hush]] = tuple
    told_since: Callable[[float, str], Collection[str]] = lambda since, but_in: ()
    """The names told since a time, but in one visit."""
    verdict_comes: Callable[[], bool] = lambda: True
    """Whether recognition works: a verdict that does not come is not waited for."""
    clock: Callable[[], float] = time.time
    zone: tzinfo | None = None

    def first(self, door: str, trigger: Trigger) -> Ruling:
        """For a visit that just began."""
        ruling = self._decide(Occasion(door, trigger, None), "")
        return TOLD if ruling.telling is Telling.LATER and not self.verdict_comes() else ruling

    def final(self, visit: Visit) -> Ruling:
        """For a visit with a verdict; a story that was begun is told to its end."""
        return TOLD if visit.telling is Telling.NOW else self._decide(occasion(visit), visit.id)

    def quiet(self, visit: Visit | None) -> bool:
        """Whether it would be kept quiet if it happened now; None stands for words that belong to no visit."""
        if visit is None:
            return bool(_quiet(self.settings(), "", self.clock(), self.hushes(), self.zone))
        return self._decide(occasion(visit), visit.id).telling is Telling.HUSHED

    def _decide(self, seen: Occasion, visit: str) -> Ruling:
        settings, now = self.settings(), self.clock()
        midnight = moment(day_of(now, self.zone), MIDNIGHT, self.zone)
        told_today = self.told_since(midnight, visit) if settings.once_a_day else ()
        return decide(settings, seen, now, hushes=self.hushes(), told_today=told_today, zone=self.zone)


def _quiet(settings: HushSettings, door: str, now: float, hushes: Collection[Hush], zone: tzinfo | None) -> str:
    """Why nobody is told of anything; empty if that is not so."""
    for hush in hushes:
        if hush.holds(now) and hush.covers(door):
            return asked_for(hush, zone)
    ends = holds_until(parse(settings.quiet_hours), now, zone)
    return "" if ends is None else phrase(_HOURS, time=_clock(ends, zone))


def asked_for(hush: Hush, zone: tzinfo | None = None) -> Phrase:
    """Until when somebody wants quiet, and who."""
    if hush.until is None:
        return phrase(_HUSHED, by=phrase(hush.by))
    return phrase(_HUSHED_UNTIL, time=_clock(hush.until, zone), by=phrase(hush.by))


def until(at: float | None, zone: tzinfo | None = None) -> str:
    """ "until 22:00", for the shell."""
    return "until you end it" if at is None else f"until {_clock(at, zone)}"


def _clock(at: float, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(at, zone):%H:%M}"


def _of(
    settings: HushSettings,
    visitors: Set[str | None],
    now: float,
    *,
    quiet: str,
    told_today: Collection[str],
    zone: tzinfo | None,
) -> Ruling:
    if any(_among(who, settings.always) for who in visitors):
        return TOLD
    if quiet:
        return Ruling(Telling.HUSHED, quiet)
    reasons = [_against(settings, who, now, told_today, zone) for who in sorted(visitors, key=str)]
    return Ruling(Telling.HUSHED, reasons[0]) if all(reasons) else TOLD


def _against(
    settings: HushSettings, who: str | None, now: float, told_today: Collection[str], zone: tzinfo | None
) -> str:
    """Why nobody is told of one visitor; empty if they are."""
    if who is STRANGER:
        return ""
    if _among(who, settings.never_for):
        return phrase(_NEVER, name=who)
    if (ends := holds_until(parse(settings.strangers_only), now, zone)) is not None:
        return phrase(_STRANGERS_ONLY, time=_clock(ends, zone))
    if _among(who, settings.once_a_day) and _among(who, told_today):
        return phrase(_ONCE, name=who)
    return ""


def _among(who: str | None, names: Collection[str]) -> bool:
    """Whoever types a name in the settings does not mind its capitals."""
    return who is not None and who.casefold() in {name.casefold() for name in names}


def _anybody(settings: HushSettings) -> Iterator[str | None]:
    """One of each kind of visitor that the rules tell apart."""
    yield from (STRANGER, _SOMEBODY, *settings.always, *settings.never_for, *settings.once_a_day)
