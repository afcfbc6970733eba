"""What the window says about visits that are over, and about those it shows: how many, of which days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from PySide6.QtCore import QDate, QLocale

from desktop_app import words
from desktop_app.language import tr
from receiver.language import shown
from receiver.models import Delivery, DeliveryState, Face, Telling, Trigger, Verdict, Visit, VisitState
from receiver.verdicts import IN_HINDSIGHT

_WITHIN_A_WEEK = 7


# ---- visits


def headline(visit: Visit) -> str:
    """The verdict as a sentence about what was: "Anna was at the door"."""
    sentence = _headline(visit)
    return tr("Test: {0}").format(sentence) if visit.trigger is Trigger.TEST else sentence


def _headline(visit: Visit) -> str:
    if visit.state is VisitState.HELD:
        return tr("A new door sent a picture")
    if visit.verdict is None:
        return {
            Trigger.RING: tr("Someone was at the door"),
            Trigger.LOOK: tr("A look at the door"),
            Trigger.TEST: tr("A test of the door"),
        }[visit.trigger]
    return {
        Verdict.KNOWN: _named(visit),
        Verdict.UNKNOWN: tr("A stranger was at the door")
        if visit.strangers <= 1
        else tr("%n strangers were at the door", "", visit.strangers),
        Verdict.UNCLEAR: tr("Can't tell who it was: {0}").format(shown(visit.reason)),
        Verdict.NO_FACE: tr("No face in the picture"),
        Verdict.FAILED: tr("The picture could not be examined"),
    }[visit.verdict]


def _named(visit: Visit) -> str:
    names = list(visit.identities)
    if visit.strangers == 1:
        names.append(tr("someone else"))
    elif visit.strangers:
        names.append(tr("%n others", "", visit.strangers))
    if len(names) > 1:
        return tr("{0} were at the door").format(QLocale().createSeparatedList(names))
    return tr("{0} was at the door").format(*names) if names else tr("Somebody you know was at the door")


def spoken(visit: Visit) -> str:
    """A visit in one sentence, for screen readers."""
    return f"{headline(visit)}, {visit.door_name}, {words.moment(visit.started_at)}"


# ---- why, and who was told


def why(face: Face) -> str:
    """What a face is like, and how likely that is; the figures stand beside it."""
    match = face.match
    if face.verdict is Verdict.UNCLEAR:
        return tr("No name is given: {0}.").format(shown(face.reason))
    if match.distance is None or match.line is None:
        if face.identity:
            return tr("You said who this is.")
        return tr("There was nobody to compare with yet.")
    if face.identity:
        likely = tr("Looks like {0}, {1}.").format(face.identity, _likely(match.probability))
        later = tr("This was found later, by photos that came since.")
        return f"{likely} {later}" if face.reason == IN_HINDSIGHT else likely
    return tr("Nearest is {0}, but too far for the name.").format(match.identity)


def _likely(probability: float | None) -> str:
    """Nothing is 100 % certain, and is never said to be."""
    share = int(100 * (probability or 0.0))
    return tr("more than 99 % likely") if share >= 99 else tr("{0} % likely").format(share)


def figures(face: Face) -> str:
    """The distances behind a verdict; empty where there are none."""
    match = face.match
    if match.distance is None or match.line is None:
        return ""
    parts = [tr("distance to {0} {1}").format(match.identity, words.decimal(match.distance))]
    if match.runner_up is not None and match.runner_up_distance is not None:
        parts.append(tr("to {0} {1}").format(match.runner_up, words.decimal(match.runner_up_distance)))
    parts.append(tr("a name is given up to {0}").format(words.decimal(match.line)))
    return " · ".join(parts)


class Told(NamedTuple):
    """A line about the messages of a visit."""

    icon: str
    tone: str
    text: str
    action: str = ""
    """Words of the line's button; empty: none."""


def told(delivery: Delivery, visit: Visit, chats: Mapping[str, str]) -> Told:
    """How a message fared; `chats` are the names of chats by their target."""
    fact = words.delivery_fact(delivery, visit)
    whom = chats.get(delivery.target) or delivery.target
    if delivery.state is DeliveryState.DELIVERED and whom:
        return Told(fact.icon, fact.tone, tr("{0}, to {1}.").format(fact.text, whom))
    return Told(fact.icon, fact.tone, f"{fact.text}. {fact.detail}".strip(), fact.action)


def nobody_told(visit: Visit) -> str:
    """Why there is no message about a visit; what is switched on now says nothing about then."""
    if visit.state is VisitState.HELD:
        return tr("Nobody is told before you let the door in.")
    if visit.telling is Telling.HUSHED:
        return tr("Kept quiet: {0}.").format(shown(visit.hushed))
    if visit.verdict is None and visit.trigger is not Trigger.RING:
        return tr("It is told when the verdict is there.")
    return tr("No message was sent: at that time nothing was switched on to send one.")


def without_face(visit: Visit) -> str:
    """What there is to say of a visit that shows no face."""
    if visit.state is VisitState.HELD:
        return tr("It waits for your word: nothing of a door is looked at before you let it in.")
    if not visit.snapshots:
        return tr("The ring was told at once; no picture of it has come yet.")
    if visit.verdict is None:
        return tr("Recognition has not looked at it yet.")
    return shown(visit.reason) or tr("No face was found, at full size and enlarged.")


# ---- days


def day(at: float) -> str:
    """Today, yesterday, a day of this week by its name, else the date, with the year when it is another one."""
    then = datetime.fromtimestamp(at).date()
    today = date.today()
    passed = (today - then).days
    if passed in (0, 1):
        return tr("Today") if passed == 0 else tr("Yesterday")
    if 0 < passed < _WITHIN_A_WEEK:
        return QLocale().standaloneDayName(then.isoweekday())
    form = tr("ddd d MMM") if then.year == today.year else tr("d MMM yyyy")
    return QLocale().toString(QDate(then.year, then.month, then.day), form)


def midnight(day_: date) -> float:
    """When a day begins here, in Unix seconds."""
    return datetime.combine(day_, datetime.min.time()).timestamp()


def days(first: date, last: date) -> tuple[float, float]:
    """From the beginning of a day to the end of another, in Unix seconds."""
    return midnight(first), midnight(last + timedelta(days=1))


def files_day(at: float) -> str:
    """A moment as part of a file's name."""
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H.%M")
