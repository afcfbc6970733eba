"""What the window says about people who are gathered, forgotten, exported and imported."""

from __future__ import annotations

import math
from collections.abc import Iterator

from desktop_app.language import tr
from desktop_app.words import moment
from receiver.models import Forgotten, Gathered, Imported

_DAY_S = 86_400


def called(stranger: Gathered) -> str:
    """What a stranger is called as long as nobody says more."""
    return tr("Stranger {0}").format(stranger.letter)


def visits(count: int) -> str:
    """How many visits."""
    return tr("%Ln visits", "", count)


def photos(count: int) -> str:
    """How many photos."""
    return tr("%Ln photos", "", count)


def people(count: int) -> str:
    """How many people."""
    return tr("%n people", "", count)


def seen(stranger: Gathered) -> str:
    """How often they came, in how long: "3 visits in 8 days"."""
    days = math.ceil((stranger.last - stranger.first) / _DAY_S)
    return tr("{0} in %n days", "", max(days, 1)).format(visits(len(stranger.visits)))


def seen_last(stranger: Gathered) -> str:
    """The same, and when it was the last time."""
    return tr("{0}, the last one {1}").format(seen(stranger), moment(stranger.last))


def went(gone: Forgotten) -> Iterator[str]:
    """What went when somebody was forgotten, line by line; what was nothing is not spoken of."""
    for there, words in (
        (gone.photos, photos(gone.photos)),
        (gone.removed_photos, tr("%n photos that were removed before", "", gone.removed_photos)),
        (gone.embeddings, tr("What was learnt of the face, %n times", "", gone.embeddings)),
        (gone.visits, tr("The name in %n visits; their pictures stay", "", gone.visits)),
        (gone.messages, tr("%n messages in chats are put right", "", gone.messages)),
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
