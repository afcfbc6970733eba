"""What the lines for a name are worth: pictures as a door sends them, households drawn at random, rates by table.

    python -m benchmarks.verdicts [--people FOLDER] [--detector hog|yunet|auto] [--yunet FILE] [--draws N]

Every picture goes through the product's own code: the engine analyses the JPEG file, `matching.People` matches,
`verdicts.decide` decides. The folder holds a folder of tight portraits for each person. Ranges in brackets are 95 %
confidence intervals over people (not over pictures, which would be too narrow by far).
"""

from __future__ import annotations

import argparse
import math
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise, product
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import door_pictures
from benchmarks.door_pictures import BURST, BURST_CONDITIONS, BURST_SIZES, ENROLLED, PEOPLE, Shot
from benchmarks.tables import table
from receiver import matching, search, verdicts
from receiver.engines import create, dlib_engine, network
from receiver.engines.model_files import place_detector
from receiver.fusion import Fused, Visitor, worth
from receiver.matching import STRANGERS, People, Rule, line
from receiver.models import Analysis, DetectedFace, Judgement, Quality, Sighting, Verdict
from receiver.settings import RecognitionSettings
from receiver.verdicts import ENROLMENT, PERHAPS, RECOGNITION, STRANGER, SURE, Lines, decide, judge_photo, shortcoming

Embedding = NDArray[np.float32]

AT_HOME, MOST_PHOTOS = 4, 4
"""People in a household; photos that somebody needs to live in one."""
RESAMPLES = 2000
FEW = 20
"""Faces of which no share is told."""
RECOGNISABLE, HOPELESS = 0.52, 0.65
"""Distances from the mean of a person's other photos."""
ALPHAS = (0.1, 0.03, 0.01, 0.003, 0.001)
AT_LEAST = ("eye_distance", "sharpness", "darkest", "contrast")
"""The lines of verdicts.Lines that a face must reach; the others it must not pass."""
BINS = (0, 0.02, 0.1, 0.5, 0.8, 0.9, 0.97, 0.99, 0.999, 1.001)

RIGHT, WRONG, NAMED, UNKNOWN, UNCLEAR, NO_FACE = "right", "wrong", "named", "unknown", "unclear", "no face"
OF_KNOWN = {
    "right name": RIGHT,
    "wrong name": WRONG,
    "called stranger": UNKNOWN,
    "can't tell": UNCLEAR,
    "no face": NO_FACE,
}
OF_STRANGERS = {"stranger named": NAMED, "told as stranger": UNKNOWN, "can't tell who": UNCLEAR}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=Path, default=PEOPLE, help="a folder of folders of tight portraits")
    parser.add_argument("--detector", choices=("hog", "yunet", "auto"), default="auto")
    parser.add_argument("--yunet", type=Path, help="YuNet's file; without it auto means hog")
    parser.add_argument("--draws", type=int, default=12, help="households for each table (12)")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="that look at pictures (one a core)")
    options = parser.parse_args()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        if options.yunet:
            place_detector(Path(name), options.yunet)
        seen = look_at_everybody(options.people, options.detector, Path(name), options.processes or 1)
    print(f"{len(seen)} pictures looked at in {time.perf_counter() - begun:.0f} s.")
    report(seen, options.draws)
    print(f"\nAll in {time.perf_counter() - begun:.0f} s.")


def report(everything: Sequence[Seen], draws: int) -> None:
    """All tables."""
    photos = good_photos(everything)
    pictures = [seen for seen in everything if seen.shot.of_the_set]
    extra = [seen for seen in everything if not seen.shot.of_the_set]
    about(everything, photos, pictures)
    homes = {each: list(drawn(photos, each, draws)) for each in (1, 3, 4)}
    told = [answer for each in homes for answer in rings(homes[each], each, pictures, WAYS)]
    households_at_the_door(told)
    by_condition_and_size(told)
    trade_off(homes[3][:4], pictures)
    without_lines(homes[3][:4], pictures)
    several_pictures(photos, [*pictures, *extra], draws)
    probability(photos, pictures, homes[3])
    strangers(photos, pictures)
    quality_lines(photos, pictures, extra)
    crowding(photos)


def good_photos(everything: Iterable[Seen]) -> dict[str, list[Seen]]:
    """Of everybody who has enough photos that the gallery would take."""
    photos: dict[str, list[Seen]] = defaultdict(list)
    for seen in everything:
        if seen.shot == ENROLLED and judge_photo(seen.analysis)[0] is Judgement.GOOD:
            photos[seen.person].append(seen)
    return {name: theirs for name, theirs in photos.items() if len(theirs) >= MOST_PHOTOS}


def about(everything: Sequence[Seen], photos: Mapping[str, Sequence[Seen]], pictures: Sequence[Seen]) -> None:
    everybody = {seen.person for seen in everything}
    tried = [seen for seen in everything if seen.shot == ENROLLED]
    judged = Counter(judge_photo(seen.analysis)[0].value for seen in tried)
    print(f"{len(everybody)} people, {len(photos)} of whom can be enrolled; {len(tried)} photos: ", end="")
    print(", ".join(f"{count} {judgement}" for judgement, count in judged.items()) + ".")
    print(f"{len(pictures)} pictures in the set, ", end="")
    print(f"{sum(len(s.analysis.faces) > 1 for s in everything)} of all with a second face in them.")


# ---- looking at the pictures


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture and what the engine says about it."""

    person: str
    portrait: int
    shot: Shot
    analysis: Analysis
    plain: Embedding | None
    """The largest face's embedding as face_recognition computes it: without its mirror image."""

    @property
    def face(self) -> DetectedFace | None:
        """The largest one."""
        return max(self.analysis.faces, key=lambda face: face.box.width, default=None)


class Eye:
    """The product's engine, and beside it the plain embedding."""

    def __init__(self, models: Path, detector: str) -> None:
        cv2.setNumThreads(1)
        self._engine = create("dlib", models=models, detector=detector, threads=1)
        weights = dlib_engine.models_folder() / "dlib_face_recognition_resnet_model_v1.dat"
        self._network, _ = network.load(weights, models)
        self._file = models / f"{os.getpid()}.jpg"

    def look(self, person: str, portrait: int, shot: Shot, jpeg: bytes) -> Seen:
        self._file.write_bytes(jpeg)
        seen = Seen(person, portrait, shot, self._engine.analyse(self._file), None)
        return Seen(person, portrait, shot, seen.analysis, self._plain(seen.face) if seen.face else None)

    def _plain(self, face: DetectedFace) -> Embedding:
        box = dlib.rectangle(face.box.left, face.box.top, face.box.right, face.box.bottom)
        points = [dlib.point(round(x), round(y)) for x, y in face.landmarks]
        pixels = np.asarray(Image.open(self._file).convert("RGB"))
        chip = dlib.get_face_chip(pixels, dlib.full_object_detection(box, points), 150, 0.25)
        embedding: Embedding = self._network.embed(chip[np.newaxis])[0]
        return embedding


def look_at_everybody(folder: Path, detector: str, models: Path, processes: int) -> list[Seen]:
    """Every picture of everybody, analysed once."""
    everybody = door_pictures.people(folder) | {name: [face] for name, face in door_pictures.portraits().items()}
    tasks = [(name, number, image) for name, images in everybody.items() for number, image in enumerate(images)]
    Eye(models, detector)  # converts the network, so that the others find it there
    with ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=_open_eye, initargs=(models, detector)
    ) as pool:
        return [seen for some in pool.map(_look_at, *zip(*tasks, strict=True)) for seen in some]


_eye: list[Eye] = []


def _open_eye(models: Path, detector: str) -> None:
    _eye.append(Eye(models, detector))


def _look_at(person: str, number: int, portrait: Image.Image) -> list[Seen]:
    return [_eye[0].look(person, number, shot, shot.of(portrait)) for shot in door_pictures.shots(number)]


# ---- households


class Household:
    """Some people with their photos, as the gallery holds them."""

    def __init__(self, photos: Sequence[Seen]) -> None:
        faces = [(photo.person, photo.face, photo.plain) for photo in photos if photo.face]
        self.names = tuple(dict.fromkeys(name for name, _, _ in faces))
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


Way = Callable[[Household, Seen], tuple[Verdict, str | None]]
"""From a picture to what is told about it, with the name."""


def nearest_at(tolerance: float) -> Way:
    """The nearest photo's name up to a distance, and a stranger beyond it."""

    def told(household: Household, seen: Seen) -> tuple[Verdict, str | None]:
        if seen.plain is None:
            return Verdict.NO_FACE, None
        name, distance = household.nearest(seen.plain)
        return (Verdict.KNOWN, name) if distance <= tolerance else (Verdict.UNKNOWN, None)

    return told


def ours(rule: Rule) -> Way:
    """What the station would say."""

    def told(household: Household, seen: Seen) -> tuple[Verdict, str | None]:
        return next(answers(household, [seen], rule))

    return told


def answers(household: Household, visit: Sequence[Seen], rule: Rule) -> Iterator[tuple[Verdict, str | None]]:
    """What is told after each further picture of a visit."""
    before: tuple[Sighting, ...] = ()
    for number, seen in enumerate(visit):
        conclusion = decide(seen.analysis, lambda fused: household.people.match(fused, rule), before)
        now = (Sighting(0, str(number), conclusion.engine, judged) for judged in conclusion.faces)
        before = (*conclusion.before, *now)
        named = (each.judged.match.identity for each in before if each.judged.verdict is Verdict.KNOWN)
        yield conclusion.verdict, next(named, None)


NORMAL, STRICT = (Rule(RecognitionSettings().tolerance, STRANGERS[caution]) for caution in ("normal", "strict"))
WAYS = {"nearest at 0.6": nearest_at(0.6), "ours, normal": ours(NORMAL), "ours, strict": ours(STRICT)}


def drawn(photos: Mapping[str, Sequence[Seen]], each: int, draws: int) -> Iterator[Household]:
    """Households of four people with so many photos each, at random; whoever has too few photos is never at home."""
    able = [name for name, theirs in photos.items() if len(theirs) >= MOST_PHOTOS]
    for draw in range(draws):
        chance = np.random.default_rng([each, draw])
        home = chance.choice(able, AT_HOME, replace=False)
        yield Household([photos[name][i] for name in home for i in chance.permutation(len(photos[name]))[:each]])


# ---- what came of it


class Told(NamedTuple):
    """One answer to one visitor."""

    way: str
    photos: int
    seen: Seen
    known: bool
    outcome: str


def outcome(known: bool, person: str, verdict: Verdict, name: str | None) -> str:
    """In one word, seen from outside."""
    if verdict is Verdict.KNOWN:
        return NAMED if not known else RIGHT if name == person else WRONG
    return {Verdict.UNKNOWN: UNKNOWN, Verdict.UNCLEAR: UNCLEAR}.get(verdict, NO_FACE)


def rings(
    households: Iterable[Household], photos: int, pictures: Sequence[Seen], ways: Mapping[str, Way]
) -> list[Told]:
    """Everybody comes to every household in every picture that is not a copy of an enrolled photo."""
    told = []
    for household in households:
        for seen in pictures:
            if household.holds(seen):
                continue
            known = seen.person in household.names
            for name, way in ways.items():
                told.append(Told(name, photos, seen, known, outcome(known, seen.person, *way(household, seen))))
    return told


def share(told: Iterable[Told], wanted: str) -> str:
    """In per cent, with what 95 of 100 other sets of as many people would give."""
    by_person: dict[str, list[bool]] = {}
    for each in told:
        by_person.setdefault(each.seen.person, []).append(each.outcome == wanted)
    return per_cent([sum(theirs) for theirs in by_person.values()], [len(theirs) for theirs in by_person.values()])


def per_cent(hits: Sequence[float], of: Sequence[float]) -> str:
    """Hits of trials, by person: the people are drawn again, for pictures of one person say much the same.

    When it never or always happened no drawing tells anything, but the number of people does: 1 - 0.05^(1/n).
    """
    counts, totals = np.array(hits, float), np.array(of, float)
    if not totals.sum():
        return "-"
    value = 100 * counts.sum() / totals.sum()
    bound = 100 * (1 - 0.05 ** (1 / len(totals)))
    if counts.sum() in (0, totals.sum()):
        return f"{value:.0f} (< {bound:.0f})" if not value else f"{value:.0f} (> {100 - bound:.0f})"
    again = np.random.default_rng(0).integers(len(totals), size=(RESAMPLES, len(totals)))
    low, high = np.percentile(100 * counts[again].sum(axis=1) / totals[again].sum(axis=1), (2.5, 97.5))
    digits = 1 if value >= 1 else 2
    return f"{value:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


# ---- A, B, C: one picture


def households_at_the_door(told: Sequence[Told]) -> None:
    heading("One picture", "Per cent of all pictures of those who are enrolled, and of those who are not.")
    for title, chosen in (("All pictures", told), ("Ordinary ones", [t for t in told if ordinary(t.seen)])):
        print(f"\n{title}:\n")
        print(table(("photos each", "way", *OF_KNOWN, *OF_STRANGERS, "ever named"), list(rows_of(chosen))))


def rows_of(told: Sequence[Told]) -> Iterator[tuple[str, ...]]:
    for photos in sorted({each.photos for each in told}):
        for way in WAYS:
            mine = [each for each in told if (each.photos, each.way) == (photos, way)]
            yield (str(photos), way, *shares(mine), ever_named(mine))


def ever_named(told: Sequence[Told]) -> str:
    """How many of the people who were strangers somewhere got a name in any picture."""
    strangers = {each.seen.person for each in told if not each.known}
    return f"{len({each.seen.person for each in told if each.outcome == NAMED})} of {len(strangers)} people"


def shares(told: Sequence[Told]) -> list[str]:
    """What became of the enrolled ones, then of the strangers."""
    known, strangers = [t for t in told if t.known], [t for t in told if not t.known]
    return [
        *(share(known, wanted) for wanted in OF_KNOWN.values()),
        *(share(strangers, wanted) for wanted in OF_STRANGERS.values()),
    ]


def by_condition_and_size(told: Sequence[Told]) -> None:
    heading("By condition and by size", "Ours, normal, three photos each; per cent.")
    mine = [each for each in told if (each.photos, each.way) == (3, "ours, normal")]
    for what, of in (("condition", lambda shot: shot.condition), ("size", lambda shot: shot.size)):
        values = list(dict.fromkeys(of(each.seen.shot) for each in mine))
        rows = [(str(value), *shares([each for each in mine if of(each.seen.shot) == value])) for value in values]
        print("\n" + table((what, *OF_KNOWN, *OF_STRANGERS), rows))


def trade_off(households: Sequence[Household], pictures: Sequence[Seen]) -> None:
    heading("The trade-off", "Three photos each; the line by the share of strangers it may let in; per cent.")
    variants = {
        "as it is": (NORMAL.tolerance, SURE),
        "without the tolerance": (math.inf, SURE),
        "the line alone": (math.inf, 0.0),
    }
    rows = []
    for (limits, (tolerance, sure)), alpha in product(variants.items(), ALPHAS):
        with patch.object(verdicts, "SURE", sure):
            told = rings(households, 3, pictures, {"": ours(Rule(tolerance, alpha))})
        usual = [each for each in told if ordinary(each.seen)]
        rows.append((limits, f"{100 * alpha:g} %", *named_shares(told), *named_shares(usual)))
    names = ("right name", "wrong name", "stranger named")
    print(table(("limits", "strangers", *names, *(f"{name}, ordinary" for name in names)), rows))


def without_lines(households: Sequence[Household], pictures: Sequence[Seen]) -> None:
    heading("What the lines for quality do", "Three photos each, ours, normal; per cent.")
    anything = Lines(*(0.0 if field in AT_LEAST else math.inf for field in Lines._fields))
    rows = []
    for what, lines, for_strangers in (
        ("as they are", RECOGNITION, STRANGER),
        ("a stranger by the lines for names", RECOGNITION, RECOGNITION),
        ("none for names", anything, STRANGER),
        ("none at all", anything, anything),
    ):
        with judging_by(lines, for_strangers):
            told = rings(households, 3, pictures, {"": ours(NORMAL)})
        for title, some in (("all", told), ("ordinary", [each for each in told if ordinary(each.seen)])):
            rows.append((what, title, *shares(some)))
    print(table(("lines", "pictures", *OF_KNOWN, *OF_STRANGERS), rows))


def named_shares(told: Sequence[Told]) -> tuple[str, str, str]:
    known, strangers = [t for t in told if t.known], [t for t in told if not t.known]
    return share(known, RIGHT), share(known, WRONG), share(strangers, NAMED)


# ---- D: several pictures


def bursts(pictures: Iterable[Seen]) -> list[list[Seen]]:
    """Pictures of one portrait taken within a second or two."""
    return grouped(
        (s for s in pictures if is_burst(s)), lambda s: (s.person, s.portrait, s.shot.size, s.shot.condition)
    )


def returns(pictures: Iterable[Seen]) -> list[list[Seen]]:
    """One picture of each portrait of somebody, under the same ordinary condition: as different as days are."""
    return grouped(
        (s for s in pictures if ordinary(s) and s.shot.of_the_set), lambda s: (s.person, s.shot.size, s.shot.condition)
    )


def several_pictures(photos: Mapping[str, Sequence[Seen]], pictures: Sequence[Seen], draws: int) -> None:
    heading("Several pictures of one visit", "Told after each picture; ours, normal; per cent of visits.")
    kinds = (("a burst", bursts(pictures), 3), ("different portraits", returns(pictures), 1))
    rows = []
    for kind, visits, each in kinds:
        for form, counts in (("as it is", 0.0), ("ours", None)):
            told = told_after_each(list(drawn(photos, each, draws)), visits, counts)
            for number in range(BURST):
                mine = [t for t in told if t.way == str(number)]
                rows.append((kind, str(each), form, str(number + 1), *named_shares(mine)))
    names = ("right name", "wrong name", "stranger named")
    print(table(("pictures", "photos each", "the mean's distance", "how many", *names), rows))
    points_of_strangers(photos, kinds)


def told_after_each(
    households: Iterable[Household], visits: Iterable[Sequence[Seen]], spread_counts: float | None
) -> list[Told]:
    told = []
    with spread_counting(spread_counts):
        for household, visit in product(households, visits):
            chosen = [seen for seen in visit if not household.holds(seen)][:BURST]
            if len(chosen) == BURST:
                known = chosen[0].person in household.names
                for number, (verdict, name) in enumerate(answers(household, chosen, NORMAL)):
                    result = outcome(known, chosen[0].person, verdict, name)
                    told.append(Told(str(number), 0, chosen[0], known, result))
    return told


def points_of_strangers(
    photos: Mapping[str, Sequence[Seen]], kinds: Iterable[tuple[str, list[list[Seen]], int]]
) -> None:
    """Whether a line that holds for one picture holds for more."""
    rows = []
    for kind, visits, each in kinds:
        at = line(each, 1, NORMAL.strangers)
        for form, counts in (("as it is", 0.0), ("ours", None), ("whole spread", 1.0)):
            for number in range(1, BURST + 1):
                with spread_counting(counts):
                    own, others = distances_of_visits(photos, visits, each, number)
                far = np.concatenate(list(others.values()))
                mine = np.concatenate(list(own.values()))
                rows.append(
                    (
                        kind,
                        form,
                        str(number),
                        f"{far.mean():.3f} ± {far.std():.3f}",
                        f"{np.quantile(far, 0.01):.3f}",
                        f"{np.quantile(far, 0.001):.3f}",
                        share_within(others, at),
                        f"{np.median(mine):.3f}",
                        share_within(own, at),
                    )
                )
    heads = ("how many", "strangers' distance", "1 %", "0.1 %", "nearer than the line", "own, median", "own within it")
    print("\nDistances from one person's photos; the line is that of a gallery of one, for 1 %:\n")
    print(table(("pictures", "the mean's distance", *heads), rows))


def distances_of_visits(
    photos: Mapping[str, Sequence[Seen]], visits: Iterable[Sequence[Seen]], each: int, number: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Visitor -> distances from their own photos, and from everybody else's."""
    own: dict[str, list[float]] = defaultdict(list)
    others: dict[str, list[float]] = defaultdict(list)
    for visit in visits:
        usable = [seen for seen in visit if is_usable(seen)]
        if len(usable) >= BURST:  # the same visits for every number of pictures
            first = usable[:number]
            for name, distance in distances(photos, fused_of(first), first, each):
                (own if name == first[0].person else others)[first[0].person].append(distance)
    return own, others


def distances(
    photos: Mapping[str, Sequence[Seen]], fused: Fused, pictures: Sequence[Seen], each: int
) -> Iterator[tuple[str, float]]:
    """From so many photos of everybody who has them, none of them copied in these pictures."""
    copied = {(seen.person, seen.portrait) for seen in pictures}
    for name, theirs in photos.items():
        left = [photo for photo in theirs if (name, photo.portrait) not in copied][:each]
        if len(left) == each:
            match = alone(tuple(left)).people.match(fused, NORMAL)
            if match.distance is not None:
                yield name, match.distance


# ---- E: the probability


def probability(
    photos: Mapping[str, Sequence[Seen]], pictures: Sequence[Seen], households: Sequence[Household]
) -> None:
    heading("The probability", "What it is worth for people whose own distances had no part in it.")
    own = own_distances(photos, pictures)
    everybody = np.concatenate(list(own.values()))
    print(f"Own distances: mean {everybody.mean():.3f}, deviation {everybody.std():.3f}. In matching.py: ", end="")
    print(f"{matching._OWN_MEAN}, {matching._OWN_DEVIATION}. Without one person at a time:\n")
    without = {
        name: (float(rest.mean()), float(rest.std()))
        for name in own
        for rest in [np.concatenate([theirs for other, theirs in own.items() if other != name])]
    }
    print(table(("without", "mean", "deviation"), [(n, f"{m:.3f}", f"{d:.3f}") for n, (m, d) in without.items()]))
    constants = (matching._OWN_MEAN, matching._OWN_DEVIATION)
    for title, chosen in (
        ("Estimated without the visitor", without),
        ("As in matching.py", dict.fromkeys({*without}, constants)),
    ):
        guesses = [
            g
            for name in {s.person for s in pictures}
            for g in guessed(name, households, pictures, chosen.get(name, constants))
        ]
        print(f"\n{title}:\n")
        reliability(guesses)


class Guess(NamedTuple):
    person: str
    known: bool
    probability: float
    right: bool
    near: bool
    """Whether it lies within the line."""


def guessed(
    name: str, households: Iterable[Household], pictures: Iterable[Seen], own: tuple[float, float]
) -> list[Guess]:
    mine = [seen for seen in pictures if seen.person == name and is_usable(seen)]
    guesses = []
    with patch.multiple(matching, _OWN_MEAN=own[0], _OWN_DEVIATION=own[1]):
        for household in households:
            for seen in mine:
                if not household.holds(seen):
                    match = household.people.match(fused_of([seen]), NORMAL)
                    likely, near = match.probability or 0.0, (match.distance or 9) <= (match.line or 0)
                    guesses.append(Guess(name, name in household.names, likely, match.identity == name, near))
    return guesses


def reliability(guesses: Sequence[Guess]) -> None:
    """Half of the visitors are enrolled, as the prior says."""
    size = Counter(guess.known for guess in guesses)
    weights = [0.5 / size[guess.known] for guess in guesses]
    rows, error = [], 0.0
    for low, high in pairwise(BINS):
        some = [(g, w) for g, w in zip(guesses, weights, strict=True) if low <= g.probability < high]
        weight = sum(w for _, w in some)
        if weight:
            expected = sum(g.probability * w for g, w in some) / weight
            came = sum(g.right * w for g, w in some) / weight
            error += abs(expected - came) * weight
            rows.append(
                (f"{low:g}-{min(high, 1):g}", f"{100 * weight:.1f}", f"{100 * expected:.1f}", weighted_share(some))
            )
    print(table(("probability", "of all, %", "expected, %", "right, %"), rows))
    print(f"\nExpected calibration error {error:.3f}.\n")
    rows = []
    for least in (PERHAPS, 0.8, SURE, 0.95, 0.99):
        named = [g._replace(right=g.probability >= least and (g.right or not g.known)) for g in guesses]
        within = [g._replace(right=g.right and g.near) for g in named]
        rows.append(
            (
                f"{least:g}",
                *(
                    weighted_share([(g, 1.0) for g in some if g.known == known])
                    for some in (named, within)
                    for known in (True, False)
                ),
            )
        )
    heads = ("right name", "stranger named", "right name, within the line", "stranger named, within the line")
    print(table(("probability at least", *heads), rows))


def weighted_share(some: Iterable[tuple[Guess, float]]) -> str:
    hits: dict[str, float] = defaultdict(float)
    of: dict[str, float] = defaultdict(float)
    for guess, weight in some:
        hits[guess.person] += guess.right * weight
        of[guess.person] += weight
    return per_cent(list(hits.values()), list(of.values()))


def own_distances(photos: Mapping[str, Sequence[Seen]], pictures: Iterable[Seen]) -> dict[str, list[float]]:
    """Of every usable picture from the person's other photos, three at the most."""
    own: dict[str, list[float]] = defaultdict(list)
    for seen in pictures:
        if is_usable(seen) and seen.person in photos:
            for each in (3, 2, 1):
                found = [d for name, d in distances({seen.person: photos[seen.person]}, fused_of([seen]), [seen], each)]
                if found:
                    own[seen.person] += found
                    break
    return own


# ---- F: strangers


def strangers(photos: Mapping[str, Sequence[Seen]], pictures: Sequence[Seen]) -> None:
    heading("How far strangers are", "Usable pictures, from photos of each of the others. The model is matching.py's.")
    usable = [seen for seen in pictures if is_usable(seen)]
    rows = [(f"{each} photos", *stranger_figures(photos, usable, each)) for each in range(1, MOST_PHOTOS + 1)]
    for condition in dict.fromkeys(seen.shot.condition for seen in usable):
        some = [seen for seen in usable if seen.shot.condition == condition]
        rows.append((f"3 photos, {condition}", *stranger_figures(photos, some, 3)))
    heads = ("pairs", "mean ± deviation", "model", "1 %", "model's", "0.1 %", "model's", "share within model's 1 %")
    print(table(("from", *heads), rows))
    plain_and_mirrored(photos, usable)
    model = matching._strangers(1)
    print("\nSingle photos, 39.6 million pairs of 24 other people, unmirrored, and the model, of mirrored ones:\n")
    published = ((0.529, 0.0001), (0.576, 0.001), (0.6, 0.0027))
    rows = [(f"{at}", f"{100 * part:.2f} %", f"{100 * model.cdf(at):.3f} %") for at, part in published]
    print(table(("nearer than", "published", "model"), rows))


def stranger_figures(photos: Mapping[str, Sequence[Seen]], usable: Iterable[Seen], each: int) -> tuple[str, ...]:
    by_person: dict[str, list[float]] = defaultdict(list)
    for seen in usable:
        found = distances(photos, fused_of([seen]), [seen], each)
        by_person[seen.person] += [distance for name, distance in found if name != seen.person]
    far, model = np.concatenate(list(by_person.values())), matching._strangers(each)
    points = (
        text for part in (0.01, 0.001) for text in (f"{np.quantile(far, part):.3f}", f"{model.inv_cdf(part):.3f}")
    )
    spread = (f"{far.mean():.3f} ± {far.std():.3f}", f"{model.mean:.3f} ± {model.stdev:.3f}")
    return f"{len(far):,}", *spread, *points, share_within(by_person, model.inv_cdf(0.01))


def plain_and_mirrored(photos: Mapping[str, Sequence[Seen]], usable: Iterable[Seen]) -> None:
    """What averaging with the mirror image does to one photo's distances."""
    ways: dict[str, Callable[[Seen], Any]] = {
        "face alone": lambda seen: seen.plain,
        "mean with its mirror image": lambda seen: seen.face.embedding if seen.face else None,
    }
    rows = []
    for way, of in ways.items():
        near: list[float] = []
        far: list[float] = []
        for seen in usable:
            for name, theirs in photos.items():
                for photo in theirs:
                    if (name, photo.portrait) != (seen.person, seen.portrait):
                        (near if name == seen.person else far).append(float(np.linalg.norm(of(seen) - of(photo))))
        points = (f"{np.quantile(far, 0.01):.3f}", f"{np.quantile(far, 0.001):.3f}")
        named = f"{100 * np.mean(np.array(near) <= np.quantile(far, 0.001)):.1f}"
        rows.append(
            (
                way,
                f"{np.mean(near):.3f} ± {np.std(near):.3f}",
                f"{np.mean(far):.3f} ± {np.std(far):.3f}",
                *points,
                named,
            )
        )
    print("\nWith and without the mirror image, one photo:\n")
    print(table(("embedding", "own", "strangers", "1 %", "0.1 %", "own within the 0.1 %, %"), rows))


# ---- G: quality


MEASURES: Mapping[str, tuple[Callable[[Quality], float], int, Sequence[float]]] = {
    "eye distance": (lambda q: q.eye_distance, 1, (14, 16, 18, 19, 20, 22, 25)),
    "sharpness": (lambda q: q.sharpness, 1, (1.5, 2, 2.5, 3, 4, 5, 6, 8)),
    "brightness, least": (lambda q: q.brightness, 1, (25, 30, 40, 50, 60, 80)),
    "brightness, most": (lambda q: q.brightness, -1, (190, 205, 215, 225, 235)),
    "contrast": (lambda q: q.contrast, 1, (8, 11, 14, 18, 22, 26)),
    "yaw, either way": (lambda q: abs(q.yaw), -1, (0.15, 0.22, 0.28, 0.32, 0.4)),
    "pitch, either way": (lambda q: abs(q.pitch), -1, (0.1, 0.15, 0.2, 0.25, 0.3)),
    "score": (lambda q: q.score, 1, (0.0, 0.3, 0.5, 0.75, 0.8, 0.85, 0.88, 0.9, 1.2)),
}
"""Name -> (value, 1 when more is better or -1 when less is, lines that are tried)."""


class Measured(NamedTuple):
    """A face and how near it is to its person's other photos."""

    seen: Seen
    quality: Quality
    distance: float


def quality_lines(photos: Mapping[str, Sequence[Seen]], pictures: Sequence[Seen], extra: Sequence[Seen]) -> None:
    heading(
        "Quality",
        f"Recognisable: within {RECOGNISABLE} of the mean of the person's other photos; hopeless: beyond {HOPELESS}.",
    )
    measured = measure(photos, pictures)
    print(f"{len(measured)} faces; recognisable {percent(m.distance <= RECOGNISABLE for m in measured)} %, ", end="")
    print(f"hopeless {percent(m.distance > HOPELESS for m in measured)} %.\n")
    far = np.array([m.distance for m in measured])
    rows = []
    for name, (value, sign, lines) in MEASURES.items():
        better = np.array([sign * value(m.quality) for m in measured])
        for at in lines:
            first = at == lines[0]
            kept = kept_and_rejected(better >= sign * at, far)
            rows.append((name * first, auc(better, far) * first, f"{at:g}", *kept, within(better < sign * at, far)))
    heads = ("AUC", "line", "recognisable ones kept", "hopeless ones rejected", "recognisable beyond it")
    print(table(("measure", *heads), rows))
    by_measure(photos, measured)
    tilts(photos, extra)
    edges(photos, extra)
    all_lines(measured)
    weighting(photos, extra, pictures)


def by_measure(photos: Mapping[str, Sequence[Seen]], measured: Sequence[Measured]) -> None:
    """How near a known face comes in each range of a measure: what lies beyond would be called a stranger."""
    rows = []
    for name, (value, _, lines) in MEASURES.items():
        for low, high in pairwise((-math.inf, *lines, math.inf)):
            some = [m.seen for m in measured if low <= value(m.quality) < high]
            if len(some) >= FEW:
                rows.append((f"{name} {low:g} to {high:g}", str(len(some)), *nearness(photos, some)))
    print("\nFrom three photos, by measure, per cent:\n")
    print(table(("measure", "faces", *NEARNESS), rows))


def measure(photos: Mapping[str, Sequence[Seen]], pictures: Iterable[Seen]) -> list[Measured]:
    measured = []
    for seen in pictures:
        others = [p.face.embedding for p in photos.get(seen.person, ()) if p.portrait != seen.portrait and p.face]
        if seen.face and others:
            distance = float(np.linalg.norm(seen.face.embedding - np.mean(others, axis=0)))
            measured.append(Measured(seen, seen.face.quality, distance))
    return measured


def auc(better: NDArray[np.float64], far: NDArray[np.float64]) -> str:
    """How often a recognisable face has the better measure than one that is not."""
    good, bad = better[far <= RECOGNISABLE], better[far > RECOGNISABLE]
    if not len(good) or not len(bad):
        return "-"
    ordered = np.sort(bad)
    wins = np.searchsorted(ordered, good, "left") + np.searchsorted(ordered, good, "right")
    return f"{wins.sum() / 2 / len(good) / len(bad):.2f}"


def kept_and_rejected(kept: NDArray[np.bool_], far: NDArray[np.float64]) -> tuple[str, str]:
    return percent(kept[far <= RECOGNISABLE]), percent(~kept[far > HOPELESS])


def within(some: NDArray[np.bool_], far: NDArray[np.float64]) -> str:
    """Share that is recognisable, and of how many."""
    return f"{percent(far[some] <= RECOGNISABLE)} of {some.sum()}"


def percent(some: Iterable[Any]) -> str:
    values = np.array(list(some), float)
    return f"{100 * values.mean():.0f}" if len(values) else "-"


def tilts(photos: Mapping[str, Sequence[Seen]], extra: Sequence[Seen]) -> None:
    rows = []
    for degrees in sorted({abs(seen.shot.tilt) for seen in extra if seen.shot.tilt is not None}):
        some = [seen for seen in extra if seen.shot.tilt is not None and abs(seen.shot.tilt) == degrees]
        rows.append(
            (f"{degrees:g}", str(len(some)), percent(seen.face is not None for seen in some), *nearness(photos, some))
        )
    print("\nTilted heads, per cent:\n")
    print(table(("degrees", "pictures", "face found", *NEARNESS), rows))


def edges(photos: Mapping[str, Sequence[Seen]], extra: Sequence[Seen]) -> None:
    """The forehead and the chin are not worth the same."""
    at_edge = [seen for seen in extra if seen.shot.beyond]
    rows = []
    for share_outside in sorted({seen.shot.beyond for seen in at_edge}):
        some = [seen for seen in at_edge if seen.shot.beyond == share_outside]
        found = percent(seen.face is not None for seen in some)
        rows.append((f"{100 * share_outside:g} % of the portrait", str(len(some)), found, *nearness(photos, some)))
    for edge, (low, high) in product(("upper", "lower", "side"), pairwise((0.0, 0.02, 0.05, 0.1, 0.2, 1.0))):
        some = [s for s in at_edge if s.face and edge_of(s) == edge and low <= s.face.quality.cut_off < high]
        if some:
            rows.append((f"{edge} edge, cut off {low:g}-{high:g}", str(len(some)), "", *nearness(photos, some)))
    print("\nFaces at the picture's edge, per cent:\n")
    print(table(("outside", "pictures", "face found", *NEARNESS), rows))


def edge_of(seen: Seen) -> str:
    box = seen.face.box if seen.face else None
    return "" if box is None else "upper" if not box.top else "lower" if box.bottom >= seen.analysis.height else "side"


NEARNESS = ("own distance", "beyond 0.56", "strangers within 0.56")


def nearness(photos: Mapping[str, Sequence[Seen]], pictures: Iterable[Seen]) -> tuple[str, ...]:
    """How far such faces are from three photos of their own person, and of others."""
    own: list[float] = []
    others: list[float] = []
    for seen in pictures:
        if seen.face:
            for name, distance in distances(photos, fused_of([seen]), [seen], 3):
                (own if name == seen.person else others).append(distance)
    if not own:
        return "-", "-", "-"
    return f"{np.median(own):.3f}", percent(d > 0.56 for d in own), f"{100 * np.mean(np.array(others) <= 0.56):.1f}"


def all_lines(measured: Sequence[Measured]) -> None:
    far = np.array([m.distance for m in measured])
    rows = []
    for name, lines in (("RECOGNITION", RECOGNITION), ("STRANGER", STRANGER), ("ENROLMENT", ENROLMENT)):
        kept = np.array([not shortcoming(m.quality, lines)[1] for m in measured])
        rows.append((name, percent(kept), *kept_and_rejected(kept, far), within(kept, far), within(~kept, far)))
    heads = (
        "kept",
        "recognisable ones kept",
        "hopeless ones rejected",
        "recognisable within them",
        "recognisable beyond",
    )
    print("\nAll lines of verdicts.py together, per cent:\n")
    print(table(("lines", *heads), rows))


def weighting(photos: Mapping[str, Sequence[Seen]], extra: Sequence[Seen], pictures: Sequence[Seen]) -> None:
    """Whether better pictures should weigh more, and whether the best one alone would do."""
    mixed = []
    for visit in grouped(pictures, lambda seen: (seen.person, seen.portrait, seen.shot.size)):
        chance = np.random.default_rng([visit[0].portrait, visit[0].shot.size])
        mixed.append([visit[i] for i in chance.permutation(len(visit))])
    rows = []
    for kind, visits in (("a burst", bursts([*pictures, *extra])), ("every light", mixed)):
        for way, weigh in (
            ("by worth", worth),
            ("equal", lambda _: 1.0),
            ("the best alone", lambda q: max(worth(q) ** 50, 1e-30)),
        ):
            with patch("receiver.fusion.worth", weigh):
                own, others = distances_of_visits(photos, visits, 3, 3)
            far, mine = np.concatenate(list(others.values())), np.concatenate(list(own.values()))
            point = float(np.quantile(far, 0.001))
            rows.append(
                (
                    kind,
                    way,
                    f"{mine.mean():.3f} ± {mine.std():.3f}",
                    f"{far.mean():.3f} ± {far.std():.3f}",
                    f"{point:.3f}",
                    share_within(own, point),
                    share_within(own, 0.5),
                )
            )
    heads = ("own", "strangers", "0.1 % of strangers within", "own within that, %", "own within 0.5, %")
    print("\nThree pictures of a visit, weighted:\n")
    print(table(("pictures", "weight", *heads), rows))


# ---- H: crowding


def crowding(photos: Mapping[str, Sequence[Seen]]) -> None:
    heading("Crowding", "How much the line of a household is drawn in because its people look alike.")
    rows = []
    for count in (2, AT_HOME, len(photos)):
        homes = [
            Household([photo for name in names for photo in photos[name][:3]]) for names in combinations(photos, count)
        ]
        values = np.array([home.people.crowding for home in homes])
        rows.append(
            (str(count), str(len(homes)), percent(values > 0), f"{np.median(values):.3f}", f"{values.max():.3f}")
        )
    print(table(("people", "households", "drawn in, %", "median", "most"), rows))
    pairs = sorted(
        (
            min(
                float(np.linalg.norm(a.face.embedding - b.face.embedding))
                for a in photos[one]
                for b in photos[other]
                if a.face and b.face
            ),
            one,
            other,
        )
        for one, other in combinations(photos, 2)
    )
    print("\nNearest pairs, by their nearest photos: ", end="")
    print(", ".join(f"{one} and {other} {distance:.3f}" for distance, one, other in pairs[:3]) + ".")


# ---- what the tables have in common


def ordinary(seen: Seen) -> bool:
    return seen.shot is not None and seen.shot.ordinary


def is_burst(seen: Seen) -> bool:
    return (
        seen.shot.tilt is None
        and not seen.shot.beyond
        and seen.shot.size in BURST_SIZES
        and seen.shot.condition in BURST_CONDITIONS
    )


def is_usable(seen: Seen) -> bool:
    """Good enough for a name."""
    return seen.face is not None and not shortcoming(seen.face.quality)[1]


def fused_of(visit: Sequence[Seen]) -> Fused:
    faces = tuple(seen.face for seen in visit if seen.face)
    return Visitor(0, faces).fused(faces)


def judging_by(lines: Lines, for_strangers: Lines) -> AbstractContextManager[Any]:
    """verdicts.py with other lines for names and for strangers."""
    by_these = {RECOGNITION: lines, STRANGER: for_strangers}
    return patch.object(
        verdicts, "shortcoming", lambda quality, asked=RECOGNITION: shortcoming(quality, by_these.get(asked, asked))
    )


@cache
def alone(photos: tuple[Seen, ...]) -> Household:
    """Somebody who is enrolled alone."""
    return Household(photos)


def grouped(pictures: Iterable[Seen], key: Callable[[Seen], Any]) -> list[list[Seen]]:
    groups: dict[Any, list[Seen]] = defaultdict(list)
    for seen in pictures:
        groups[key(seen)].append(seen)
    return list(groups.values())


def spread_counting(share_of_it: float | None) -> AbstractContextManager[Any]:
    """matching.py with another share of the spread, or as it is."""
    return nullcontext() if share_of_it is None else patch.object(matching, "_SPREAD_COUNTS", share_of_it)


def share_within(distances_by_person: Mapping[str, Sequence[float]], at: float) -> str:
    some = [np.array(theirs) for theirs in distances_by_person.values() if len(theirs)]
    return per_cent([float((theirs <= at).sum()) for theirs in some], [len(theirs) for theirs in some])


def heading(title: str, remark: str) -> None:
    print(f"\n## {title}\n\n{remark}\n", flush=True)


if __name__ == "__main__":
    main()
