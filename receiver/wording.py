"""The sentences people read, in one voice for window, page and phone."""

from __future__ import annotations

import time
from collections.abc import Sequence

from receiver.models import CommandState, DoorCommand, Trigger, Verdict, Visit, VisitState

SOMEONE = "Someone is at the door"
_BEFORE_THE_VERDICT = {
    Trigger.RING: SOMEONE,
    Trigger.LOOK: "A look at the door",
    Trigger.TEST: "A test of the door",
}


def headline(visit: Visit) -> str:
    """The verdict as a sentence: "Anna is at the door", "Someone you don't know"."""
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
