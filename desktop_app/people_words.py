"""What the window says about people who are gathered, forgotten, exported and imported."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication

from desktop_app.words import moment
from receiver.models import Forgotten, Gathered, Imported

_DAY_S = 86_400


def tr(text: str, count: int = -1) -> str:
    """Translate a text; %n in it stands for `count`."""
    return QCoreApplication.translate("people_words", text, "", count)


def called(stranger: Gathered) -> str:
    """What a stranger is called as long as nobody says more."""
    return tr("Stranger {0}").format(stranger.letter)


def visits(count: int) -> str:
    """How many visits."""
    return tr("1 visit") if count == 1 else tr("%n visits", count)


def photos(count: int) -> str:
    """How many photos."""
    return tr("1 photo") if count == 1 else tr("%n photos", count)


def people(count: int) -> str:
    """How many people."""
    return tr("1 person") if count == 1 else tr("%n people", count)


def seen(stranger: Gathered) -> str:
    """How often they came, in how long: "3 visits in 8 days"."""
    days = math.ceil((stranger.last - stranger.first) / _DAY_S)
    within = tr("in one day") if days <= 1 else tr("in %n days", days)
    return f"{visits(len(stranger.visits))} {within}"


def seen_last(stranger: Gathered) -> str:
    """The same, and when it was the last time."""
    return tr("{0}, the last one {1}").format(seen(stranger), moment(stranger.last))


def went(gone: Forgotten) -> Iterator[str]:
    """What went when somebody was forgotten, line by line; what was nothing is not spoken of."""
    for count, one, many in (
        (gone.photos, tr("1 photo"), tr("%n photos", gone.photos)),
        (
            gone.removed_photos,
            tr("1 photo that was removed before"),
            tr("%n photos that were removed before", gone.removed_photos),
        ),
        (
            gone.embeddings,
            tr("What was learnt of the face, once"),
            tr("What was learnt of the face, %n times", gone.embeddings),
        ),
        (
            gone.visits,
            tr("The name in 1 visit; its picture stays"),
            tr("The name in %n visits; their pictures stay", gone.visits),
        ),
        (
            gone.messages,
            tr("1 message in a chat is put right"),
            tr("%n messages in chats are put right", gone.messages),
        ),
    ):
        if count:
            yield one if count == 1 else many
    for there, words in (
        (gone.retained, tr("What MQTT kept of the last visit")),
        (gone.rules, tr("The name in the rules for quiet")),
        (gone.undos, tr("What could have been undone")),
    ):
        if there:
            yield words


def came(imported: Imported) -> str:
    """What an import brought."""
    told = tr("{0} of {1} came in.").format(photos(imported.photos), people(imported.people))
    if imported.already_there:
        told += " " + tr("Already there: {0}.").format(photos(imported.already_there))
    if imported.other_engine:
        told += " " + tr("Another recogniser judged them where they come from; this one looks for itself.")
    return told
