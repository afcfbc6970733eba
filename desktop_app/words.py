"""What the window says about the station's records: words, the icon beside them and their tone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from PySide6.QtCore import QDate, QLocale, QTime

from desktop_app.language import tr
from desktop_app.widgets.chips import Fact
from desktop_app.widgets.picture_view import Mark
from desktop_app.widgets.status_strip import Status
from receiver.language import shown
from receiver.models import (
    CORRECTION,
    Box,
    Delivery,
    DeliveryState,
    Face,
    FullTest,
    Hush,
    Judgement,
    Part,
    PartState,
    Photo,
    Snapshot,
    SnapshotState,
    Verdict,
    Visit,
    VisitState,
)
from receiver.wording import age, headline


class Look(NamedTuple):
    """How something is shown: a shape and a tone, never a colour alone."""

    icon: str
    tone: str


_VERDICT_LOOKS = {
    Verdict.KNOWN: Look("known", "good"),
    Verdict.UNKNOWN: Look("unknown", "warn"),
    Verdict.UNCLEAR: Look("unclear", "muted"),
    Verdict.NO_FACE: Look("no_face", "muted"),
    Verdict.FAILED: Look("failed", "bad"),
}
_PART_LOOKS = {
    PartState.STARTING: Look("starting", "muted"),
    PartState.WORKING: Look("working", "good"),
    PartState.WAITING: Look("waiting", "warn"),
    PartState.FAILED: Look("broken", "bad"),
    PartState.OFF: Look("off", "muted"),
}


# ---- visits


def visit_look(visit: Visit) -> Look:
    """The shape and tone of a visit's verdict, or of the ring while there is none."""
    if visit.state is VisitState.HELD:
        return Look("door", "accent")
    return _VERDICT_LOOKS[visit.verdict] if visit.verdict else Look("ring", "accent")


def short(visit: Visit) -> str:
    """The verdict for a list, where room is short: only the name, or what there is instead of one."""
    if visit.state is VisitState.HELD:
        return tr("A new door")
    match visit.verdict:
        case Verdict.KNOWN:
            return ", ".join(visit.identities) + (f" +{visit.strangers}" if visit.strangers else "")
        case Verdict.UNKNOWN:
            return tr("A stranger") if visit.strangers <= 1 else tr("%n strangers", "", visit.strangers)
        case Verdict.UNCLEAR:
            return tr("Can't tell who")
        case Verdict.NO_FACE:
            return tr("No face")
    return headline(visit)


def subline(visit: Visit) -> str:
    """Door, time, and how long the answer took: "Front door · 14:32 · recognised in 0.4 s"."""
    parts = [visit.door_name, moment(visit.started_at)]
    if visit.concluded_at is not None:
        took = seconds(visit.concluded_at - visit.started_at)
        parts.append(tr("answered in {0}").format(took))
    elif visit.state is VisitState.RECEIVED:
        parts.append(tr("looking who it is ...") if visit.snapshots else tr("no picture yet"))
    if visit.hushed:
        parts.append(tr("kept quiet: {0}").format(shown(visit.hushed)))
    return " · ".join(parts)


def spoken(visit: Visit) -> str:
    """A visit in one sentence, for screen readers."""
    return f"{headline(visit)}, {visit.door_name}, {moment(visit.started_at)}"


def face_signs(faces: Sequence[Face]) -> list[tuple[str, str]]:
    """(what stands on its rectangle, tone) of each face; strangers are counted."""
    signs = []
    strangers = 0
    for face in faces:
        strangers += face.verdict is Verdict.UNKNOWN
        signs.append((_face_words(face, strangers), _VERDICT_LOOKS[face.verdict].tone))
    return signs


def _face_words(face: Face, number: int) -> str:
    if face.identity:
        return face.identity
    if face.verdict is Verdict.UNCLEAR:
        return tr("can't tell")
    return tr("stranger") if number == 1 else tr("stranger {0}").format(number)


def marks(visit: Visit) -> tuple[Mark, ...]:
    """The rectangles to draw over a visit's picture."""
    shown = visit.shown_faces
    return tuple(
        Mark(*_sides(face.box), text, tone, face.verdict is not Verdict.KNOWN, str(face.id))
        for face, (text, tone) in zip(shown, face_signs(shown), strict=True)
    )


def _sides(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right, box.bottom


def photo_caution() -> str:
    """What stands wherever a door is let in."""
    return tr("A photo held to its camera looks like the person it shows: never let anything open because of a name.")


def unsigned_caution() -> str:
    """What a door without a key is told apart by."""
    return tr("Not authenticated: it has no key, so anything in your network could send in its name.")


def picture_words(snapshot: Snapshot | None) -> str:
    """What to say where a picture cannot be shown."""
    if snapshot is None:
        return tr("No picture has come yet")
    if snapshot.state is SnapshotState.BROKEN:
        return tr("The picture arrived broken")
    return tr("The picture cannot be read")


def quiet(hush: Hush) -> str:
    """ "Quiet until 22:00", with the day when it is not today."""
    if hush.until is None:
        return tr("Quiet until you end it")
    return tr("Quiet until {0}").format(moment(hush.until))


def tested(test: FullTest) -> str:
    """What a full test found, in a sentence: how long each leg took, or what fails."""
    broken = "; ".join(f"{part_name(leg.name)}: {shown(leg.error)}" for leg in test.legs if leg.error)
    if broken:
        return tr("The full test failed. {0}").format(_sentence(broken))
    legs = ", ".join(f"{part_name(leg.name)} {seconds((leg.milliseconds or 0) / 1000)}" for leg in test.legs)
    return tr("Everything works: {0}.").format(legs)


# ---- deliveries


def delivery_fact(delivery: Delivery, visit: Visit) -> Fact:
    """The chip of one delivery: "Telegram text 0.1 s", waiting, failed with Retry."""
    name = _delivery_name(delivery)
    key = str(delivery.id)
    to = tr("to {0}").format(delivery.target) if delivery.target else ""
    match delivery.state:
        case DeliveryState.DELIVERED:
            took = seconds((delivery.delivered_at or delivery.created_at) - visit.started_at)
            return Fact(key, f"{name} {took}", "working", "good", tr("Delivered {0}").format(to).strip())
        case DeliveryState.FAILED:
            return Fact(key, tr("{0} failed").format(name), "broken", "bad", shown(delivery.error), tr("Retry"))
        case DeliveryState.SUPERSEDED:
            return Fact(key, tr("{0} replaced by a newer one").format(name), "off", "muted")
        case DeliveryState.HUSHED:
            return Fact(key, tr("{0} kept quiet").format(name), "off", "muted", _sentence(shown(delivery.error)))
    if delivery.attempts:
        again = max(delivery.due_at - time.time(), 0)
        detail = tr("{0} Trying again in {1}.").format(_sentence(shown(delivery.error)), age(again))
        return Fact(key, tr("{0} waiting").format(name), "waiting", "warn", detail, tr("Retry now"))
    return Fact(key, tr("{0} on its way").format(name), "waiting", "muted")


def delivery_facts(visit: Visit) -> tuple[Fact, ...]:
    """Chips of all deliveries, without those that a newer one replaced."""
    shown = (d for d in visit.deliveries if d.state is not DeliveryState.SUPERSEDED)
    return tuple(delivery_fact(d, visit) for d in shown)


def _delivery_name(delivery: Delivery) -> str:
    kinds = {
        "text": tr("{0} text"),
        "photo": tr("{0} photo"),
        "ring": tr("{0} ring"),
        "visitor": tr("{0} visitor"),
        CORRECTION: tr("{0} correction"),
    }
    return kinds.get(delivery.kind, "{0} " + delivery.kind).format(part_name(delivery.notifier))


# ---- parts


def part_name(part: str) -> str:
    """A part's name as the window says it."""
    known = {
        "receiver": tr("Receiver"),
        "recognition": tr("Recognition"),
        "telegram": "Telegram",
        "apprise": tr("Other services"),
        "mqtt": "MQTT",
    }
    return known.get(part) or shown(part)


def part_status(part: Part) -> Status:
    """What the status strip shows of a part."""
    look = _PART_LOOKS[part.state]
    words = {
        PartState.STARTING: tr("starting"),
        PartState.WORKING: tr("working"),
        PartState.WAITING: tr("waiting {0}").format(age(time.time() - part.since)),
        PartState.FAILED: tr("not working"),
        PartState.OFF: tr("off"),
    }
    return Status(part.name, part_name(part.name), words[part.state], _part_detail(part), look.icon, look.tone)


def _part_detail(part: Part) -> str:
    since = tr("Since {0}.").format(moment(part.since))
    return since if part.detail in ("", str(part.state)) else f"{_sentence(shown(part.detail))} {since}"


# ---- photos


def photo_look(photo: Photo) -> Look:
    """Whether a gallery photo can be used."""
    if photo.judgement is Judgement.GOOD:
        return Look("working", "good")
    if photo.judgement is Judgement.DUPLICATE:
        return Look("off", "muted")
    return Look("failed", "warn")


def photo_words(photo: Photo) -> str:
    """A photo's judgement in words."""
    if photo.judgement is Judgement.GOOD:
        return tr("Good")
    words = shown(photo.reason) or str(photo.judgement).replace("_", " ")
    return words[:1].upper() + words[1:]


# ---- numbers and times


def seconds(duration: float) -> str:
    """A short duration: "0.4 s", "3 minutes"."""
    return tr("{0} s").format(QLocale().toString(max(duration, 0.0), "f", 1)) if duration < 60 else age(duration)


def decimal(number: float) -> str:
    """A distance with two digits."""
    return QLocale().toString(number, "f", 2)


def clock(at: float) -> str:
    """The time of day, as this country writes it."""
    local = datetime.fromtimestamp(at)
    return QLocale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)


def day(at: float) -> str:
    """Today, Yesterday, or the date."""
    then = datetime.fromtimestamp(at).date()
    passed = (date.today() - then).days
    if passed in (0, 1):
        return tr("Today") if passed == 0 else tr("Yesterday")
    return QLocale().toString(QDate(then.year, then.month, then.day), QLocale.FormatType.LongFormat)


def moment(at: float) -> str:
    """The time of day, with the day when it is not today."""
    return clock(at) if datetime.fromtimestamp(at).date() == date.today() else f"{day(at)}, {clock(at)}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."
