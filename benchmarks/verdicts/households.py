"""Households with their photos: what different ways tell about a picture, and how far a picture is from somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np

from benchmarks.verdicts.pictures import Embedding, Photos, Seen
from receiver import search
from receiver.fusion import Fused, Visitor
from receiver.matching import STRANGERS, People, Rule
from receiver.models import Sighting, Verdict
from receiver.settings import RecognitionSettings
from receiver.verdicts import decide

AT_HOME = 4
"""People in a household."""

NORMAL, STRICT = (Rule(RecognitionSettings().tolerance, STRANGERS[caution]) for caution in ("normal", "strict"))

Answer = tuple[Verdict, str | None]
"""What is told about a picture, with the name."""


class Household:
    """Some people with their photos, as the gallery holds them."""

    def __init__(self, photos: Sequence[Seen]) -> None:
        faces = [(photo.person, photo.face, photo.plain) for photo in photos if photo.face]
        self.names = tuple(dict.fromkeys(name for name, _, _ in faces))
        self.photos_each = len(faces) // len(self.names)
        self._photos = {(photo.person, photo.portrait) for photo in photos}
        self._owners = np.array([self.names.index(name) for name, _, _ in faces])
        self._plain = np.stack([plain for _, _, plain in faces if plain is not None])
        rows = np.stack([face.embedding for _, face, _ in faces])
        self.people = People(self.names, self._owners, rows, search.over(rows))

    def holds(self, seen: Seen) -> bool:
        """Whether a picture was made of a portrait that is enrolled."""
        return (seen.person, seen.portrait) in self._photos

    def nearest(self, plain: Embedding) -> tuple[str, float]:
        """As face_recognition's users ask it: the nearest photo."""
        distances = np.linalg.norm(self._plain - plain, axis=1)
        nearest = int(distances.argmin())
        return self.names[self._owners[nearest]], float(distances[nearest])


def drawn(photos: Photos, each: int, draws: int) -> Iterator[Household]:
    """Households of four people with so many photos each, at random."""
    for draw in range(draws):
        chance = np.random.default_rng([each, draw])
        home = chance.choice([*photos], AT_HOME, replace=False)
        yield Household([photos[name][i] for name in home for i in chance.permutation(len(photos[name]))[:each]])


# ---- what is told about a picture

Way = Callable[[Household, Seen], Answer]


def nearest_at(tolerance: float) -> Way:
    """The nearest photo's name up to a distance, and a stranger beyond it."""

    def told(household: Household, seen: Seen) -> Answer:
        if seen.plain is None:
            return Verdict.NO_FACE, None
        name, distance = household.nearest(seen.plain)
        return (Verdict.KNOWN, name) if distance <= tolerance else (Verdict.UNKNOWN, None)

    return told


def ours(rule: Rule) -> Way:
    """What the station would say."""

    def told(household: Household, seen: Seen) -> Answer:
        return next(answers(household, [seen], rule))

    return told


def answers(household: Household, visit: Sequence[Seen], rule: Rule) -> Iterator[Answer]:
    """What is told after each further picture of a visit."""
    before: tuple[Sighting, ...] = ()
    for number, seen in enumerate(visit):
        conclusion = decide(seen.analysis, lambda fused: household.people.match(fused, rule), before)
        now = (Sighting(0, str(number), conclusion.engine, judged) for judged in conclusion.faces)
        before = (*conclusion.before, *now)
        named = (each.judged.match.identity for each in before if each.judged.verdict is Verdict.KNOWN)
        yield conclusion.verdict, next(named, None)


WAYS = {"nearest at 0.6": nearest_at(0.6), "ours, normal": ours(NORMAL), "ours, strict": ours(STRICT)}


# ---- how far a picture is from somebody


def distances(photos: Photos, pictures: Sequence[Seen], each: int) -> Iterator[tuple[str, float]]:
    """Of pictures of one visit from so many photos of everybody who has them, none of them copied in the pictures."""
    fused = fused_of(pictures)
    copied = {(seen.person, seen.portrait) for seen in pictures}
    for name, theirs in photos.items():
        left = [photo for photo in theirs if (name, photo.portrait) not in copied][:each]
        if len(left) == each:
            match = alone(tuple(left)).people.match(fused, NORMAL)
            if match.distance is not None:
                yield name, match.distance


def fused_of(visit: Sequence[Seen]) -> Fused:
    faces = tuple(seen.face for seen in visit if seen.face)
    return Visitor(0, faces).fused(faces)


@cache
def alone(photos: tuple[Seen, ...]) -> Household:
    """Somebody who is enrolled alone."""
    return Household(photos)
