"""The sentences people read, in one voice for window, page and phone."""

from __future__ import annotations

from receiver.models import Trigger, Verdict, Visit, VisitState

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
    together = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{together} {'is' if len(names) == 1 else 'are'} at the door"


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
