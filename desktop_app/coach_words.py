"""What the window says about photos on their way in, and about whether people can be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QLocale

from desktop_app import words
from desktop_app.language import tr
from desktop_app.words import Look, decimal
from receiver.language import shown
from receiver.models import FaceInPhoto, FacesInPhoto, Finding, Judgement, NearStranger, OwnTest, Photo

# ---- photos


def look(photo: Photo) -> Look:
    """The sign beside a photo."""
    return Look("unclear", "warn") if photo.like else words.photo_look(photo)


def judged(photo: Photo) -> str:
    """A photo's judgement in words: "Added, but looks like Bob (0.48)"."""
    if photo.like is None:
        return words.photo_words(photo)
    return tr("Added, but looks like {0} ({1})").format(photo.like.name, decimal(photo.like.distance))


def added(photos: Sequence[Photo], name: str) -> str:
    """What became of photos that were to be added to a person."""
    good = sum(photo.judgement is Judgement.GOOD for photo in photos)
    aside = len(photos) - good
    if not good:
        return tr("No photo could be used for {0}; the reasons stand below.").format(name)
    told = tr("%n photos added to {0}", "", good).format(name)
    return told if not aside else tr("{0}, {1} set aside").format(told, QLocale().toString(aside))


def aside(count: int) -> str:
    """How many photos were set aside since the program began."""
    return tr("%n photos set aside", "", count)


def taken_back(count: int, name: str) -> str:
    """An enrolment was undone."""
    return tr("%n photos of {0} taken back", "", count).format(name)


# ---- faces of a photo


def choose(found: FacesInPhoto, photo: Photo) -> str:
    """What to do with a photo on show."""
    usable = sum(not face.reason for face in found.faces)
    if not found.faces:
        return tr("Porchlight sees no face in it.")
    if not usable:
        return tr("None of these faces can be used; point at one to see why.")
    return tr("Which one is {0}? Click the face, or choose it with the arrow keys and press Enter.").format(
        photo.identity
    )


def face(face: FaceInPhoto, number: int, count: int) -> str:
    """One of the faces in a photo: "Face 2 of 3: the face is too dark"."""
    which = tr("Face {0} of {1}").format(QLocale().toString(number), QLocale().toString(count))
    if face.reason:
        return tr("{0}: {1}").format(which, shown(face.reason))
    return tr("{0}: looks like {1}").format(which, face.like.name) if face.like else which


# ---- does it work here?


def finding(test: OwnTest) -> str:
    """The test in a headline."""
    if test.finding is Finding.TOO_FEW:
        return tr("Too early to say")
    if test.finding is Finding.APART:
        safer = test.tolerance is not None and test.suggests and test.tolerance < test.now
        return tr("It works here, and can be made safer") if safer else tr("It works here")
    if _stranger_is_nearest(test):
        return tr("Somebody at your door looks like {0}").format(test.stranger.name if test.stranger else "")
    names = (test.closest.name, test.closest.other) if test.closest else ("", "")
    return tr("{0} and {1} are hard to tell apart").format(*names)


def finding_look(test: OwnTest) -> Look:
    """The sign beside that headline."""
    return {
        Finding.TOO_FEW: Look("waiting", "muted"),
        Finding.APART: Look("working", "good"),
        Finding.MIXED: Look("unclear", "warn"),
    }[test.finding]


def advice(test: OwnTest) -> str:
    """What follows from the test, for somebody who never heard of distances."""
    if test.finding is Finding.TOO_FEW:
        return " ".join(_still_needed(test))
    if test.finding is Finding.MIXED:
        return tr(
            "No setting helps here. More sharp photos from different days do. Until then Porchlight often says that"
            " it is not sure, which is better than a wrong name."
        )
    if not test.suggests or test.tolerance is None:
        return tr("Your photos of one person are alike, and nobody else comes near. Nothing needs to be changed.")
    if test.tolerance < test.now:
        return tr(
            "Somebody else comes rather near. Let names end at {0} instead of {1}, and there is room between them."
        ).format(decimal(test.tolerance), decimal(test.now))
    return tr("You are stricter than these photos ask for: names may end at {0} instead of {1}.").format(
        decimal(test.tolerance), decimal(test.now)
    )


def facts(test: OwnTest) -> Iterator[str]:
    """The closest two people and the nearest stranger."""
    if test.finding is Finding.TOO_FEW:
        return
    if test.closest is not None:
        names = (test.closest.name, test.closest.other, decimal(test.closest.distance))
        yield tr("Most alike are {0} and {1} ({2}).").format(*names)
        if test.closest.own is not None and test.closest.own > test.closest.distance:
            yield tr("The nearest photo of {0} is even more like {1}: is it in the right place?").format(*names[:2])
    if test.stranger is not None:
        yield _of_the_stranger(test.stranger)


def _of_the_stranger(stranger: NearStranger) -> str:
    about = (stranger.name, decimal(stranger.distance), words.moment(stranger.at))
    if stranger.would_be_named:
        return tr(
            "A stranger of the past would be called {0} today ({1}): {2}. If that is wrong, say there who it was."
        ).format(*about)
    if stranger.visit:
        return tr("The stranger most like one of you was like {0} ({1}): {2}.").format(*about)
    return tr("Of the faces that you said are not {0}, one is as near as {1}.").format(*about)


def _still_needed(test: OwnTest) -> Iterator[str]:
    yield tr("Porchlight can judge this once two people have three good photos each.")
    for name, count in test.missing.items():
        yield tr("{0} needs %n more.", "", count).format(name)


def _stranger_is_nearest(test: OwnTest) -> bool:
    if test.stranger is None or test.stranger.would_be_named:
        return False
    return test.closest is None or test.stranger.distance < test.closest.distance
