"""The sentences people read, in one voice for window, page and phone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import groupby

from receiver.language import _, date, mark, plural, shown
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

Sentence = Callable[[Visit, float | None], str]
"""What is said of a visit, so many seconds after it; None: at once."""
SOMEONE = mark("Someone is at the door")
MOST_LINES = 60
"""Visits with a line each in a summary; more are counted, which is easier to read."""
MOST_TIMES = 30
MESSAGE_LIMIT = 4096
"""Telegram's limit for a text, in UTF-16 units."""
_BEFORE_THE_VERDICT = {
    Trigger.RING: SOMEONE,
    Trigger.LOOK: mark("A look at the door"),
    Trigger.TEST: mark("A test of the door"),
}


def headline(visit: Visit, late: float | None = None) -> str:
    """The verdict as a sentence: "Anna is at the door", "Someone you don't know"; of a test it says so.

    As it must be said `late` seconds after the visit: "Anna was at the door 3 hours ago".
    """
    sentence = _headline(visit) if late is None else _late_headline(visit, late)
    return as_test(sentence) if visit.trigger is Trigger.TEST and visit.verdict else sentence


def as_test(sentence: str) -> str:
    """A sentence about a test: nobody is at the door."""
    return _("TEST: {sentence}").format(sentence=sentence)


def _headline(visit: Visit) -> str:
    if visit.state is VisitState.HELD:
        return _("A new door sent a picture")
    return {
        None: _(_BEFORE_THE_VERDICT[visit.trigger]),
        Verdict.KNOWN: _known(visit),
        Verdict.UNKNOWN: _unknown(visit),
        Verdict.UNCLEAR: _("Can't tell who: {reason}").format(reason=shown(visit.reason)),
        Verdict.NO_FACE: _("No face in the picture"),
        Verdict.FAILED: _("The picture could not be examined"),
    }[visit.verdict]


def _late_headline(visit: Visit, late: float) -> str:
    rung = visit.verdict is None and visit.trigger is Trigger.RING
    if visit.state is VisitState.HELD or not (rung or visit.verdict is Verdict.KNOWN):
        return _("{sentence} ({ago})").format(sentence=_headline(visit), ago=ago(late))
    if rung:
        return _someone_late(late)
    names = _named(visit)
    past = _("{names} were at the door {ago}") if len(names) > 1 else _("{names} was at the door {ago}")
    return past.format(names=together(names), ago=ago(late))


def _someone_late(late: float) -> str:
    return _("Someone was at the door {ago}").format(ago=ago(late))


def _known(visit: Visit) -> str:
    names = _named(visit)
    now = _("{names} are at the door") if len(names) > 1 else _("{names} is at the door")
    return now.format(names=together(names))


def _unknown(visit: Visit) -> str:
    if visit.strangers <= 1:
        return _("Someone you don't know")
    return plural("{n} person you don't know", "{n} people you don't know", visit.strangers)


def _named(visit: Visit) -> list[str]:
    names = list(visit.identities) or [_("Somebody you know")]
    if visit.strangers == 1:
        names.append(_("someone else"))
    elif visit.strangers:
        names.append(plural("{n} other", "{n} others", visit.strangers))
    return names


def together(names: Sequence[str]) -> str:
    """Names as a sentence lists them: "Anna, Ben and Cleo"."""
    if len(names) < 2:
        return "".join(names)
    return _("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def moment(at: float, now: float) -> str:
    """Local time, with the day when it is not today."""
    if time.localtime(at)[:3] == time.localtime(now)[:3]:
        return _moment(at, None)
    return date(datetime.fromtimestamp(at), _("dd MMM, HH:mm"))


def first_words(visit: Visit, late: float | None = None) -> str:
    """What is said before anybody knows who it is; as `headline` if `late`."""
    someone = _(SOMEONE) if late is None else _someone_late(late)
    return as_test(someone) if visit.trigger is Trigger.TEST else someone


def test_failed(test: FullTest) -> str:
    """What a full test found broken, for those that still can be told."""
    broken = [f"{shown(leg.name)}: {shown(leg.error)}" for leg in test.legs if leg.error]
    well = ", ".join(shown(leg.name) for leg in test.legs if not leg.error)
    lines = [as_test(_("not everything works.")), *broken]
    return "\n".join([*lines, _("Working: {parts}").format(parts=well)] if well else lines)


def brief(visit: Visit) -> str:
    """Who it was, for a list: "Anna", "a stranger", with the door."""
    return f"{_who(visit)}, {visit.door_name}"


def summary(told: Sequence[tuple[float, str]], zone: tzinfo | None = None, *, heard: bool = False) -> str:
    """What there was while nobody could be told; `told` are (Unix seconds, words), the oldest first.

    Each visit has its line, or they are counted by day, or all together: the first of these that fits a message.
    `heard`: the first words about each did arrive, only the photos are late.
    """
    head = plural(
        "I could not reach you for a while. Meanwhile there was {n} visit; its photo follows.",
        "I could not reach you for a while. Meanwhile there were {n} visits; the last one's photo follows.",
        len(told),
    )
    if heard:
        head = plural(
            "The photo of {n} visit did not get through for a while; it follows. Who it was:",
            "The photos of {n} visits did not get through for a while; the last one's follows. Who it was:",
            len(told),
        )
    ways = [_by_day(told, zone)] if len(told) <= MOST_LINES else []
    for lines in (*ways, _counted_by_day(told, zone)):
        if _fits(text := "\n".join([head, *lines])):
            return text
    return _as_many_as_fit(head, [_times_over(*counted) for counted in Counter(who for _, who in told).most_common()])


def digest(visits: Sequence[Visit], since: float, zone: tzinfo | None = None) -> str:
    """Who came since a time, at which hours, and what was not told."""
    begin = date(datetime.fromtimestamp(since, zone), _("EEE HH:mm"))
    if not visits:
        return _("Nobody came since {begin}.").format(begin=begin)
    came: dict[str, list[str]] = {}
    for visit in visits:
        for who in _everybody(visit):
            came.setdefault(who, []).append(_moment(visit.started_at, zone))
    head = plural("{n} visit since {begin}:", "{n} visits since {begin}:", len(visits), begin=begin)
    lines = [f"{who[:1].upper()}{who[1:]}: {_times(times)}" for who, times in came.items()]
    return _as_many_as_fit(head, lines, _untold(visits))


def _untold(visits: Sequence[Visit]) -> list[str]:
    """How many were kept quiet, did not get through, or are on their way; what there is none of is not said."""
    quiet = sum(visit.telling is Telling.HUSHED for visit in visits)
    missed = sum(any(d.tells and d.state is DeliveryState.FAILED for d in visit.deliveries) for visit in visits)
    waiting = sum(any(d.tells and d.state is DeliveryState.DUE for d in visit.deliveries) for visit in visits)
    ends = [
        (quiet, _("{n} kept quiet")),
        (missed, _("{n} with a message that did not get through")),
        (waiting, _("{n} with a message still on its way")),
    ]
    return [words.format(n=many) for many, words in ends if many]


def _fits(text: str) -> bool:
    return len(text.encode("utf-16-le", "replace")) <= 2 * MESSAGE_LIMIT


def _as_many_as_fit(head: str, lines: Sequence[str], ends: Sequence[str] = ()) -> str:
    """A text of one message; lines that have no room are counted before the ends, which always stay."""
    for kept in range(len(lines), -1, -1):
        more = [_("… and {n} more").format(n=len(lines) - kept)] if kept < len(lines) else []
        if _fits(text := "\n".join([head, *lines[:kept], *more, *ends])):
            break
    return text


def _times(times: Sequence[str]) -> str:
    shown_times, more = ", ".join(times[:MOST_TIMES]), len(times) - MOST_TIMES
    return _("{times} and {n} more").format(times=shown_times, n=more) if more > 0 else shown_times


def _everybody(visit: Visit) -> Sequence[str]:
    """Everybody with a name, then the others together."""
    strangers = [_strangers(visit)] if visit.identities and visit.strangers else []
    return [*visit.identities, *strangers] or [_who(visit)]


def _strangers(visit: Visit) -> str:
    return _("a stranger") if visit.strangers <= 1 else plural("{n} stranger", "{n} strangers", visit.strangers)


def _who(visit: Visit) -> str:
    if visit.identities:
        return together(_everybody(visit))
    return {
        Verdict.KNOWN: _("somebody you know"),
        Verdict.UNKNOWN: _strangers(visit),
        Verdict.UNCLEAR: _("can't tell who"),
        Verdict.NO_FACE: _("no face in the picture"),
    }.get(visit.verdict or Verdict.FAILED, _("no picture to tell by"))


def _by_day(told: Sequence[tuple[float, str]], zone: tzinfo | None) -> Iterator[str]:
    for day, visits in groupby(told, lambda one: _day(one[0], zone)):
        yield day
        yield from (f"{_moment(at, zone)} {who}" for at, who in visits)


def _counted_by_day(told: Sequence[tuple[float, str]], zone: tzinfo | None) -> Iterator[str]:
    for day, visits in groupby(told, lambda one: _day(one[0], zone)):
        many = Counter(who for _at, who in visits)
        yield f"{day}: " + "; ".join(_times_over(who, count) for who, count in many.items())


def _times_over(who: str, count: int) -> str:
    return who if count == 1 else plural("{who} ({n} time)", "{who} ({n} times)", count, who=who)


def _day(at: float, zone: tzinfo | None) -> str:
    return date(datetime.fromtimestamp(at, zone), _("EEE dd MMM"))


def _moment(at: float, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(at, zone):%H:%M}"


def age(seconds: float) -> str:
    """How long, in the coarsest unit that is still true: "5 minutes", "3 hours", "2 days"."""
    unit, n = _coarsely(seconds)
    return {
        "day": plural("{n} day", "{n} days", n),
        "hour": plural("{n} hour", "{n} hours", n),
        "minute": plural("{n} minute", "{n} minutes", n),
        "second": plural("{n} second", "{n} seconds", n),
    }[unit]


def ago(seconds: float) -> str:
    """How long ago, as coarsely as `age`."""
    unit, n = _coarsely(seconds)
    return {
        "day": plural("{n} day ago", "{n} days ago", n),
        "hour": plural("{n} hour ago", "{n} hours ago", n),
        "minute": plural("{n} minute ago", "{n} minutes ago", n),
        "second": plural("{n} second ago", "{n} seconds ago", n),
    }[unit]


def _coarsely(seconds: float) -> tuple[str, int]:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return unit, int(seconds // length)
    return "second", max(int(seconds), 1)


THE_COMMAND_LINE = mark("the command line")
PARTS = (mark("receiver"), mark("recognition"), mark("telegram"), mark("apprise"), mark("mqtt"))
STATES = (mark("starting"), mark("working"), mark("waiting"), mark("failed"), mark("off"))
"""How parts of the station and their states are called, in what the status and the full test say."""


def answer(command: DoorCommand) -> str:
    """Why a door did not do what it was told, in English words; empty if it did."""
    return {
        CommandState.DONE: "",
        CommandState.REFUSED: command.words or mark("it refuses"),
        CommandState.SENT: mark("it does not answer"),
        CommandState.SILENT: mark("it does not answer"),
    }[command.state]


def shown_at(doors: Sequence[tuple[str, str]], *, cut: bool) -> str:
    """What became of a text for the screens of doors: (name, why it is not shown there); `cut`: not all of it fits."""
    names = together([name for name, why in doors if not why])
    at = _("shown at {doors}, cut to what fits") if cut else _("shown at {doors}")
    told = [at.format(doors=names)] if names else []
    told += [_("not shown at {door}: {why}").format(door=name, why=shown(why)) for name, why in doors if why]
    sentence = "; ".join(told)
    return f"{sentence[0].upper()}{sentence[1:]}."


# ---- on the phone
# Marked where they stand, and translated where they are said: the language may change while the station runs.

WHO_IS_THIS = mark("Who is this?")
IGNORE = mark("Ignore")
REPLY = mark("Reply")
LOOK_AGAIN = mark("Look again")
HUSH_1_H = mark("Hush 1 h")
BACK = mark("Back")
UNDO = mark("Undo")
NEW_NAME = mark("Someone new …")
PAGE_BEFORE = mark("‹ Before")
PAGE_AFTER = mark("More ›")
PRESETS = (
    mark("Coming!"),
    mark("One moment, please."),
    mark("Please leave it at the door."),
    mark("Nobody can come now, sorry."),
)
"""Texts for the door's screen that need no typing."""

PAIRED = mark("Paired. Alerts come here from now on; /help tells what you can say.")
ONE_MOMENT = mark("One moment …")
OLD_BUTTON = mark("This button is too old: the visit is not kept any more.")
NOT_NOW = mark("This button no longer fits: somebody has said who it is meanwhile.")
TOO_LATE_BUTTON = mark("Your press reached me too late, so I did nothing. Press again if it still matters.")
UNKNOWN_BUTTON = mark("I do not know this button.")
NO_RIGHT = {
    Right.SEE: mark("This chat may not see who was there. Its rights are in Porchlight's settings."),
    Right.REPLY: mark("This chat may not write to the door. Its rights are in Porchlight's settings."),
    Right.HUSH: mark("This chat may not hush Porchlight. Its rights are in Porchlight's settings."),
    Right.NAME: mark("This chat may not name people. Its rights are in Porchlight's settings."),
}
ASK_NAME = mark("Who is this? Answer this message with the name.")
ASK_REPLY = mark("What shall the door's screen show? Pick one, or answer this message with your own words.")
WHICH_ONE = mark('There are several people without a name here: press "Who is this?" and choose one first.')
IGNORED = mark("All right.")
UNDONE = mark("Undone: all is as it was before.")
UNDONE_BEFORE = mark("That was undone already.")
PHOTO_NEEDS_NAME = mark("Whose photo is this? Send it again with the name as its caption, and I will know them.")
NAME_GONE = mark("Nobody has this name any more.")
NO_DOOR_LOOKS = mark("No door of this name can be told to look.")
NOBODY_YET = mark("Nobody has been here yet.")
NOBODY_TODAY = mark("Nobody was at the door today.")
NO_DOORS = mark("There are no doors yet.")
HUSH_HOW_LONG = mark("For how long? /hush 30m, /hush 1h, or /hush off.")


def not_this(name: str | None) -> str:
    """The button that takes a name away."""
    return _("Not {name}").format(name=name)


def from_the_left(place: int, of: int) -> str:
    """Which of several people: counted from 0, from left to right."""
    if place == 0:
        return _("The one on the left")
    if place == of - 1:
        return _("The one on the right")
    return _("The one in the middle") if of == 3 else _("Number {n} from the left").format(n=place + 1)


def named(photo: Photo, others: int) -> str:
    """What naming a stranger led to; `others`: earlier visits of theirs that carry the name now."""
    if photo.judgement is Judgement.GOOD:
        told = [_("This is {name}: the face was added to their photos and will be known.").format(name=photo.identity)]
    else:
        told = [_("This is {name}: noted.").format(name=photo.identity)]
    if photo.judgement not in (Judgement.GOOD, Judgement.DUPLICATE):
        told.append(_("The face was not added to their photos: {reason}.").format(reason=shown(photo.reason)))
    if others:
        told.append(
            plural(
                "{n} other visit of theirs carries the name now.",
                "{n} other visits of theirs carry the name now.",
                others,
            )
        )
    return " ".join(told)


UNHUSHED = mark("Alerts sound again.")


def hushed(until: float | None) -> str:
    """Until when nothing sounds; None: until it is ended."""
    if until is None:
        return _("Hushed. I go on keeping what happens; /hush off ends it.")
    told = _("Hushed until {time}. I go on keeping what happens; /hush off ends it.")
    return told.format(time=_moment(until, None))


def looks(door: str, why_not: str) -> str:
    """What became of asking a door for a picture."""
    if why_not:
        return _("{door} does not look: {why}.").format(door=door, why=why_not)
    return _("{door} looks: the picture comes in a moment.").format(door=door)


def door_line(door: Door, now: float, camera: Camera | None = None) -> str:
    """How a door, or the camera that is one, is, in a line."""
    return f"{door.name}: {_how_it_is(door, now, camera)}"


def _how_it_is(door: Door, now: float, camera: Camera | None) -> str:
    if door.state is DoorState.ASKING:
        return _("waits for your word")
    if door.state is not DoorState.APPROVED:
        return _("kept out")
    if camera and camera.detail:
        return shown(camera.detail)
    heard = _("last heard {ago}").format(ago=ago(now - door.last_heard))
    online = {True: _("connected, {heard}"), False: _("not connected, {heard}"), None: "{heard}"}[door.online]
    return online.format(heard=heard)


def rejected(name: str, visit: Visit) -> str:
    """What taking a name away led to."""
    noted = _("Not {name}: noted, also for faces like this one. Now: {headline}.")
    return noted.format(name=name, headline=headline(visit))


def enrolled(photo: Photo) -> str:
    """What became of a photo that was sent to be enrolled."""
    if photo.judgement is Judgement.GOOD:
        return _("Thanks: added to the photos of {name}.").format(name=photo.identity)
    if photo.judgement is Judgement.DUPLICATE and photo.reason:
        return _("I have this photo already: {reason}.").format(reason=shown(photo.reason))
    if photo.judgement is Judgement.DUPLICATE:
        return _("I have this photo already.")
    told = _("Not added to the photos of {name}: {reason}.")
    return told.format(name=photo.identity, reason=shown(photo.reason))
