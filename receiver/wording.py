"""The sentences people read, in one voice for window, page and phone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import groupby

from receiver.models import (
    Camera,
    CommandState,
    DeliveryState,
    Door,
    DoorCommand,
    DoorState,
    FullTest,
    Judgement,
    Photo,
    Right,
    Telling,
    Trigger,
    Verdict,
    Visit,
    VisitState,
)

SOMEONE = "Someone is at the door"
TEST = "TEST: "
"""Before every sentence about a test: nobody is at the door."""
MOST_LINES = 60
"""Visits with a line each in a summary; more are counted, which is easier to read."""
MOST_TIMES = 30
MESSAGE_LIMIT = 4096
"""Telegram's limit for a text, in UTF-16 units."""
_BEFORE_THE_VERDICT = {
    Trigger.RING: SOMEONE,
    Trigger.LOOK: "A look at the door",
    Trigger.TEST: "A test of the door",
}


def headline(visit: Visit) -> str:
    """The verdict as a sentence: "Anna is at the door", "Someone you don't know"; of a test it says so."""
    sentence = _headline(visit)
    return f"{TEST}{sentence}" if visit.trigger is Trigger.TEST and visit.verdict else sentence


def _headline(visit: Visit) -> str:
    if visit.state is VisitState.HELD:
        return "A new door sent a picture"
    return {
        None: _BEFORE_THE_VERDICT[visit.trigger],
        Verdict.KNOWN: _named(visit),
        Verdict.UNKNOWN: "Someone you don't know"
        if visit.strangers <= 1
        else f"{visit.strangers} people you don't know",
        Verdict.UNCLEAR: f"Can't tell who: {visit.reason}",
        Verdict.NO_FACE: "No face in the picture",
        Verdict.FAILED: "The picture could not be examined",
    }[visit.verdict]


def _named(visit: Visit) -> str:
    names = list(visit.identities) or ["Somebody you know"]
    if visit.strangers == 1:
        names.append("someone else")
    elif visit.strangers:
        names.append(f"{visit.strangers} others")
    return f"{together(names)} {'is' if len(names) == 1 else 'are'} at the door"


def together(names: Sequence[str]) -> str:
    """Names as a sentence lists them: "Anna, Ben and Cleo"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def moment(at: float, now: float) -> str:
    """Local time, with the day when it is not today."""
    then = time.localtime(at)
    same_day = then[:3] == time.localtime(now)[:3]
    return time.strftime("%H:%M" if same_day else "%d %b, %H:%M", then)


def first_words(visit: Visit) -> str:
    """What is said before anybody knows who it is."""
    return f"{TEST}{SOMEONE}" if visit.trigger is Trigger.TEST else SOMEONE


def test_failed(test: FullTest) -> str:
    """What a full test found broken, for those that still can be told."""
    broken = [f"{leg.name}: {leg.error}" for leg in test.legs if leg.error]
    well = [leg.name for leg in test.legs if not leg.error]
    lines = [f"{TEST}not everything works.", *broken]
    return "\n".join([*lines, f"Working: {', '.join(well)}"] if well else lines)


def brief(visit: Visit) -> str:
    """Who it was, for a list: "Anna", "a stranger", with the door."""
    return f"{_who(visit)}, {visit.door_name}"


def summary(told: Sequence[tuple[float, str]], zone: tzinfo | None = None, *, heard: bool = False) -> str:
    """What there was while nobody could be told; `told` are (Unix seconds, words), the oldest first.

    Each visit has its line, or they are counted by day, or all together: the first of these that fits a message.
    `heard`: the first words about each did arrive, only the photos are late.
    """
    head = f"I could not reach you for a while. Meanwhile there were {len(told)} visits; the last one's photo follows."
    if heard:
        head = f"The photos of {len(told)} visits did not get through for a while; the last one's follows. Who it was:"
    ways = [_by_day(told, zone)] if len(told) <= MOST_LINES else []
    for lines in (*ways, _counted_by_day(told, zone)):
        if _fits(text := "\n".join([head, *lines])):
            return text
    return _as_many_as_fit(head, [_times_over(*counted) for counted in Counter(who for _, who in told).most_common()])


def digest(visits: Sequence[Visit], since: float, zone: tzinfo | None = None) -> str:
    """Who came since a time, at which hours, and what was not told."""
    if not visits:
        return f"Nobody came since {_moment(since, zone, '%a %H:%M')}."
    came: dict[str, list[str]] = {}
    for visit in visits:
        for who in _everybody(visit):
            came.setdefault(who, []).append(_moment(visit.started_at, zone, "%H:%M"))
    count = "1 visit" if len(visits) == 1 else f"{len(visits)} visits"
    head = f"{count} since {_moment(since, zone, '%a %H:%M')}:"
    lines = [f"{who[:1].upper()}{who[1:]}: {_times(times)}" for who, times in came.items()]
    quiet = sum(visit.telling is Telling.HUSHED for visit in visits)
    missed = sum(any(d.tells and d.state is DeliveryState.FAILED for d in visit.deliveries) for visit in visits)
    waiting = sum(any(d.tells and d.state is DeliveryState.DUE for d in visit.deliveries) for visit in visits)
    ends = [f"{many} kept quiet" for many in [quiet] if many]
    ends += [f"{many} with a message that did not get through" for many in [missed] if many]
    ends += [f"{many} with a message still on its way" for many in [waiting] if many]
    return _as_many_as_fit(head, lines, ends)


def _fits(text: str) -> bool:
    return len(text.encode("utf-16-le", "replace")) <= 2 * MESSAGE_LIMIT


def _as_many_as_fit(head: str, lines: Sequence[str], ends: Sequence[str] = ()) -> str:
    """A text of one message; lines that have no room are counted before the ends, which always stay."""
    for kept in range(len(lines), -1, -1):
        more = [f"… and {len(lines) - kept} more"] if kept < len(lines) else []
        if _fits(text := "\n".join([head, *lines[:kept], *more, *ends])):
            break
    return text


def _times(times: Sequence[str]) -> str:
    more = len(times) - MOST_TIMES
    return ", ".join(times[:MOST_TIMES]) + (f" and {more} more" if more > 0 else "")


def _everybody(visit: Visit) -> Sequence[str]:
    """Everybody with a name, then the others together."""
    strangers = [_strangers(visit)] if visit.identities and visit.strangers else []
    return [*visit.identities, *strangers] or [_who(visit)]


def _strangers(visit: Visit) -> str:
    return "a stranger" if visit.strangers <= 1 else f"{visit.strangers} strangers"


def _who(visit: Visit) -> str:
    if visit.identities:
        return together(_everybody(visit))
    return {
        Verdict.KNOWN: "somebody you know",
        Verdict.UNKNOWN: _strangers(visit),
        Verdict.UNCLEAR: "can't tell who",
        Verdict.NO_FACE: "no face in the picture",
    }.get(visit.verdict or Verdict.FAILED, "no picture to tell by")


def _by_day(told: Sequence[tuple[float, str]], zone: tzinfo | None) -> Iterator[str]:
    for day, visits in groupby(told, lambda one: _moment(one[0], zone, "%a %d %b")):
        yield day
        yield from (f"{_moment(at, zone, '%H:%M')} {who}" for at, who in visits)


def _counted_by_day(told: Sequence[tuple[float, str]], zone: tzinfo | None) -> Iterator[str]:
    for day, visits in groupby(told, lambda one: _moment(one[0], zone, "%a %d %b")):
        many = Counter(who for _, who in visits)
        yield f"{day}: " + "; ".join(_times_over(who, count) for who, count in many.items())


def _times_over(who: str, count: int) -> str:
    return who if count == 1 else f"{who} ({count} times)"


def _moment(at: float, zone: tzinfo | None, form: str) -> str:
    return datetime.fromtimestamp(at, zone).strftime(form)


def age(seconds: float) -> str:
    """How long ago, in the coarsest unit that is still true: "5 minutes", "3 hours", "2 days"."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    count = max(int(seconds), 1)
    return f"{count} second{'s' if count > 1 else ''}"


def told_late(sentence: str, seconds: float) -> str:
    """A sentence about a visit as it must be said `seconds` after it: "Anna was at the door 3 hours ago"."""
    past = sentence.replace(" is at the door", " was at the door").replace(" are at the door", " were at the door")
    return f"{past} ({age(seconds)} ago)" if past == sentence else f"{past} {age(seconds)} ago"


def answer(command: DoorCommand) -> str:
    """Why a door did not do what it was told, in words; empty if it did."""
    return {
        CommandState.DONE: "",
        CommandState.REFUSED: command.words or "it refuses",
        CommandState.SENT: "it does not answer",
        CommandState.SILENT: "it does not answer",
    }[command.state]


def shown_at(doors: Sequence[tuple[str, str]], *, cut: bool) -> str:
    """What became of a text for the screens of doors: (name, why it is not shown there); `cut`: not all of it fits."""
    shown = " and ".join(name for name, why in doors if not why)
    told = [f"shown at {shown}{', cut to what fits' if cut else ''}"] if shown else []
    sentence = "; ".join(told + [f"not shown at {name}: {why}" for name, why in doors if why])
    return f"{sentence[0].upper()}{sentence[1:]}."


# ---- on the phone

WHO_IS_THIS = "Who is this?"
IGNORE = "Ignore"
REPLY = "Reply"
LOOK_AGAIN = "Look again"
HUSH_1_H = "Hush 1 h"
BACK = "Back"
UNDO = "Undo"
NEW_NAME = "Someone new …"
PAGE_BEFORE = "‹ Before"
PAGE_AFTER = "More ›"
PRESETS = ("Coming!", "One moment, please.", "Please leave it at the door.", "Nobody can come now, sorry.")
"""Texts for the door's screen that need no typing."""

PAIRED = "Paired. Alerts come here from now on; /help tells what you can say."
ONE_MOMENT = "One moment …"
OLD_BUTTON = "This button is too old: the visit is not kept any more."
NOT_NOW = "This button no longer fits: somebody has said who it is meanwhile."
TOO_LATE_BUTTON = "Your press reached me too late, so I did nothing. Press again if it still matters."
UNKNOWN_BUTTON = "I do not know this button."
NO_RIGHT = {
    Right.SEE: "This chat may not see who was there. Its rights are in Porchlight's settings.",
    Right.REPLY: "This chat may not write to the door. Its rights are in Porchlight's settings.",
    Right.HUSH: "This chat may not hush Porchlight. Its rights are in Porchlight's settings.",
    Right.NAME: "This chat may not name people. Its rights are in Porchlight's settings.",
}
ASK_NAME = "Who is this? Answer this message with the name."
ASK_REPLY = "What shall the door's screen show? Pick one, or answer this message with your own words."
WHICH_ONE = 'There are several people without a name here: press "Who is this?" and choose one first.'
IGNORED = "All right."
UNDONE = "Undone: all is as it was before."
UNDONE_BEFORE = "That was undone already."
PHOTO_NEEDS_NAME = "Whose photo is this? Send it again with the name as its caption, and I will know them."
NAME_GONE = "Nobody has this name any more."
NO_DOOR_LOOKS = "No door of this name can be told to look."
NOBODY_YET = "Nobody has been here yet."
NOBODY_TODAY = "Nobody was at the door today."
NO_DOORS = "There are no doors yet."
HUSH_HOW_LONG = "For how long? /hush 30m, /hush 1h, or /hush off."


def not_this(name: str | None) -> str:
    """The button that takes a name away."""
    return f"Not {name}"


def from_the_left(place: int, of: int) -> str:
    """Which of several people: counted from 0, from left to right."""
    if place == 0:
        return "The one on the left"
    if place == of - 1:
        return "The one on the right"
    return "The one in the middle" if of == 3 else f"Number {place + 1} from the left"


def named(photo: Photo, others: int) -> str:
    """What naming a stranger led to; `others`: earlier visits of theirs that carry the name now."""
    told = [f"This is {photo.identity}: noted."]
    if photo.judgement is Judgement.GOOD:
        told = [f"This is {photo.identity}: the face was added to their photos and will be known."]
    elif photo.judgement is not Judgement.DUPLICATE:
        told.append(f"The face was not added to their photos: {photo.reason}.")
    if others:
        theirs = "visits of theirs carry" if others > 1 else "visit of theirs carries"
        told.append(f"{others} other {theirs} the name now.")
    return " ".join(told)


UNHUSHED = "Alerts sound again."


def hushed(until: float | None) -> str:
    """Until when nothing sounds; None: until it is ended."""
    when = time.strftime(" until %H:%M", time.localtime(until)) if until is not None else ""
    return f"Hushed{when}. I go on keeping what happens; /hush off ends it."


def looks(door: str, why_not: str) -> str:
    """What became of asking a door for a picture."""
    return f"{door} does not look: {why_not}." if why_not else f"{door} looks: the picture comes in a moment."


def door_line(door: Door, now: float, camera: Camera | None = None) -> str:
    """How a door, or the camera that is one, is, in a line."""
    if door.state is not DoorState.APPROVED:
        return f"{door.name}: {'waits for your word' if door.state is DoorState.ASKING else 'kept out'}"
    if camera and camera.detail:
        return f"{door.name}: {camera.detail}"
    heard = f"last heard {age(now - door.last_heard)} ago"
    connection = {True: "connected", False: "not connected", None: ""}[door.online]
    return f"{door.name}: {', '.join(filter(None, (connection, heard)))}"


def rejected(name: str, visit: Visit) -> str:
    """What taking a name away led to."""
    return f"Not {name}: noted, also for faces like this one. Now: {headline(visit)}."


def enrolled(photo: Photo) -> str:
    """What became of a photo that was sent to be enrolled."""
    if photo.judgement is Judgement.GOOD:
        return f"Thanks: added to the photos of {photo.identity}."
    if photo.judgement is Judgement.DUPLICATE:
        return f"I have this photo already: {photo.reason}." if photo.reason else "I have this photo already."
    return f"Not added to the photos of {photo.identity}: {photo.reason}."
