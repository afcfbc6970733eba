"""What may be said about a face: pure functions from measures and distances to words.

Every line here is argued with figures in docs/recognition.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any, NamedTuple

from receiver.fusion import Fused, Visitor, gather
from receiver.language import mark, phrase
from receiver.models import (
    Analysis,
    Conclusion,
    DetectedFace,
    JudgedFace,
    Judgement,
    Match,
    Quality,
    Sighting,
    Verdict,
)

SURE = 0.9
"""A name is given from this probability on (and never beyond the line for strangers, which Match.line holds)."""
PERHAPS = 0.5
"""From here on a face without a name is no stranger either."""

MARGIN = 0.06
"""A runner-up this near (Euclidean, dlib) is told as the reason why no name is given."""

NAMED_BY_OWNER = mark("named by you")
"""The reason beside a name that the owner gave: no picture overrules it."""
IN_HINDSIGHT = mark("recognised later, by photos that came after the visit")
"""The reason beside a name that was found by looking back: it goes again if those photos go."""
NOT_SURE = mark("it is not near enough to anybody to be sure")
_REJECTED = mark("you said that a face like this is not {name}")
_TORN = mark("it could be {name} or {other}")
_NEARER = mark("another face is nearer to {name}")
_SEVERAL = mark("there are {n} faces in it")


class Lines(NamedTuple):
    """What a face must reach; units as in models.Quality."""

    eye_distance: float
    sharpness: float
    darkest: float
    brightest: float
    contrast: float
    yaw: float
    pitch: float
    roll: float
    cut_off: float
    sure: bool = True
    """Whether the detector must be sure that it is a face."""


RECOGNITION = Lines(
    16, 2.5, darkest=30, brightest=225, contrast=10, yaw=0.32, pitch=0.35, roll=45, cut_off=0.4, sure=False
)
"""Below one of these a face carries no name, however near it comes to somebody."""

STRANGER = Lines(19, 3, darkest=40, brightest=215, contrast=14, yaw=0.28, pitch=0.3, roll=35, cut_off=0.03)
"""Below one of these a face that nobody is near to is no stranger either: a known person would often look the same.
Stricter than RECOGNITION, because a name is confirmed by its distance and "someone you don't know" by nothing."""

ENROLMENT = Lines(25, 6, darkest=55, brightest=205, contrast=22, yaw=0.22, pitch=0.25, roll=30, cut_off=0.25)
"""Stricter again: one poor photo spoils every later answer, one poor visit only itself. But for the edge: photos of
faces are often cut tightly, and such a one is still known again."""

BACKLIT_CONTRAST = 55.0
"""A dark face whose chip still varies this much has the light behind it."""

_RANK = {Verdict.UNCLEAR: 0, Verdict.UNKNOWN: 1, Verdict.KNOWN: 2}

_WORDS = {
    Judgement.TOO_SMALL: mark("the face is too small"),
    Judgement.TOO_DARK: mark("the face is too dark"),
    Judgement.TOO_BRIGHT: mark("the face is too bright"),
    Judgement.LOW_CONTRAST: mark("the face is washed out"),
    Judgement.BLURRED: mark("the face is blurred"),
    Judgement.TURNED_AWAY: mark("the face is turned away"),
    Judgement.CUT_OFF: mark("the face is cut off by the picture's edge"),
    Judgement.NO_FACE: mark("there is no face in it"),
}


Matcher = Callable[[Fused], Match]
"""The gallery's answer for what the pictures of a visitor say together."""


def shortcoming(quality: Quality, lines: Lines = RECOGNITION) -> tuple[Judgement, str]:
    """The first measure that falls short, with its words; (GOOD, "") when all of them hold."""
    for judgement, falls_short in _measures(quality, lines):
        if falls_short:
            return judgement, _in_words(judgement, quality)
    return Judgement.GOOD, ""


def _measures(quality: Quality, lines: Lines) -> Iterator[tuple[Judgement, bool]]:
    """In the order in which they explain each other: a dark face has little contrast and looks blurred."""
    yield Judgement.TOO_SMALL, quality.eye_distance < lines.eye_distance
    yield Judgement.TOO_DARK, quality.brightness < lines.darkest
    yield Judgement.TOO_BRIGHT, quality.brightness > lines.brightest
    yield Judgement.LOW_CONTRAST, quality.contrast < lines.contrast
    yield Judgement.BLURRED, quality.sharpness < lines.sharpness or (lines.sure and not quality.sure)
    yield Judgement.CUT_OFF, quality.cut_off > lines.cut_off
    turned = abs(quality.yaw) > lines.yaw or abs(quality.pitch) > lines.pitch or abs(quality.roll) > lines.roll
    yield Judgement.TURNED_AWAY, turned


def _in_words(judgement: Judgement, quality: Quality) -> str:
    if judgement is Judgement.TOO_DARK and quality.contrast >= BACKLIT_CONTRAST:
        return mark("the face is against the light")
    return _WORDS[judgement]


def decide(analysis: Analysis, match: Matcher, before: Sequence[Sighting] = ()) -> Conclusion:
    """The verdict on a visit after one more picture: the visitor about whom most can be said speaks for it.

    `before` are the faces of the visit's earlier pictures; they come back as they are judged now. NO_FACE without
    any face in any picture.
    """
    visitors, numbers = gather(before, analysis.faces)
    judged = _each_name_once([judge(visitor, match) for visitor in visitors], visitors)
    by_number = {visitor.number: judgement for visitor, judgement in zip(visitors, judged, strict=True)}
    verdict, reason = _best(visitors, judged)
    return Conclusion(
        verdict,
        reason,
        tuple(by_number[number].of(face, number) for face, number in zip(analysis.faces, numbers, strict=True)),
        analysis.engine,
        analysis.width,
        analysis.height,
        dict(analysis.timings_ms),
        tuple(
            replace(seen, judged=by_number[seen.judged.visitor].of(seen.judged.face, seen.judged.visitor))
            for seen in before
        ),
    )


class Judged(NamedTuple):
    """What may be said about a visitor."""

    verdict: Verdict
    reason: str
    match: Match

    def of(self, face: DetectedFace, visitor: int) -> JudgedFace:
        """The same as said about one of their faces."""
        return JudgedFace(face, self.verdict, self.reason, self.match, visitor)


def judge(visitor: Visitor, match: Matcher) -> Judged:
    """KNOWN, UNKNOWN, or UNCLEAR and why. What the owner has said about a visitor stays."""
    told = next((seen.judged for seen in visitor.sightings if seen.judged.reason == NAMED_BY_OWNER), None)
    if told:
        return Judged(told.verdict, told.reason, told.match)
    good = [face for face in visitor.faces if not shortcoming(face.quality)[1]]
    answer = match(visitor.fused(good or [visitor.best]))
    if not good:
        return Judged(Verdict.UNCLEAR, shortcoming(visitor.best.quality)[1], answer)
    if doubt := _doubt(answer):
        return Judged(Verdict.UNCLEAR, doubt, answer)
    if _is_near(answer) and not answer.rejected:
        return Judged(Verdict.KNOWN, "", answer)
    reasons = [shortcoming(face.quality, STRANGER)[1] for face in good]
    return Judged(Verdict.UNCLEAR, reasons[0], answer) if all(reasons) else Judged(Verdict.UNKNOWN, "", answer)


def _is_near(match: Match) -> bool:
    return match.distance is not None and match.line is not None and match.distance <= match.line


def _doubt(match: Match) -> str:
    """Why neither a name nor "someone you don't know" would be honest; "" when one of them is."""
    likely = match.probability or 0.0
    if match.rejected:
        return phrase(_REJECTED, name=match.identity) if likely >= PERHAPS else ""
    if _is_near(match):
        return "" if likely >= SURE else _torn(match)
    return NOT_SURE if likely >= PERHAPS else ""


def _torn(match: Match) -> str:
    if match.distance is None or match.runner_up_distance is None:
        return NOT_SURE
    close = match.runner_up_distance - match.distance < MARGIN
    return phrase(_TORN, name=match.identity, other=match.runner_up) if close else NOT_SURE


def not_yet_strangers(conclusion: Conclusion, reason: str) -> Conclusion:
    """The same conclusion, but whoever was unknown is UNCLEAR for `reason`."""
    if conclusion.verdict is not Verdict.UNKNOWN:
        return conclusion

    def held_back(judged: JudgedFace) -> JudgedFace:
        return replace(judged, verdict=Verdict.UNCLEAR, reason=reason) if judged.verdict is Verdict.UNKNOWN else judged

    return replace(
        conclusion,
        verdict=Verdict.UNCLEAR,
        reason=reason,
        faces=tuple(held_back(judged) for judged in conclusion.faces),
        before=tuple(replace(seen, judged=held_back(seen.judged)) for seen in conclusion.before),
    )


def _each_name_once(judged: Sequence[Judged], visitors: Sequence[Visitor]) -> list[Judged]:
    """Nobody stands before the door twice: of two in one picture with one name the farther is somebody like them."""

    def outdone(mine: Judged, me: Visitor) -> bool:
        return mine.verdict is Verdict.KNOWN and any(
            other.verdict is Verdict.KNOWN
            and other.match.identity == mine.match.identity
            and _far(other) < _far(mine)
            and not me.pictures.isdisjoint(beside.pictures)
            for other, beside in zip(judged, visitors, strict=True)
        )

    return [
        Judged(Verdict.UNCLEAR, phrase(_NEARER, name=mine.match.identity), mine.match) if outdone(mine, me) else mine
        for mine, me in zip(judged, visitors, strict=True)
    ]


def _far(judged: Judged) -> float:
    """How far a name is from certain: one that the owner gave is not far at all."""
    return 0.0 if judged.match.distance is None else judged.match.distance


def _best(visitors: Sequence[Visitor], judged: Sequence[Judged]) -> tuple[Verdict, str]:
    """Among visitors of whom equally much can be said the largest one speaks."""
    if not judged:
        return Verdict.NO_FACE, ""
    told, _ = max(zip(judged, visitors, strict=True), key=lambda pair: (_RANK[pair[0].verdict], pair[1].best.box.width))
    return told.verdict, told.reason if told.verdict is Verdict.UNCLEAR else ""


def reconsider(seen: Sequence[Sighting], match: Matcher) -> tuple[Sighting, ...]:
    """Those faces of a visit that are to be told differently, as the gallery is now; by the same lines as ever.

    Names that were given at the door or by the owner stay, and are not given to anybody beside them.
    """
    after = decide(Analysis("", 0, 0, ()), match, seen).before
    kept = {
        one.judged.match.identity for one in seen if one.judged.verdict is Verdict.KNOWN and not is_open(one.judged)
    }
    changed = []
    for was, now in zip(seen, after, strict=True):
        judged = now.judged
        if judged.verdict is Verdict.KNOWN:
            judged = replace(judged, reason=IN_HINDSIGHT)
        given_already = judged.verdict is Verdict.KNOWN and judged.match.identity in kept
        if is_open(was.judged) and not given_already and _told(judged) != _told(was.judged):
            changed.append(replace(now, judged=judged))
    return tuple(changed)


def is_open(judged: JudgedFace) -> bool:
    """Whether photos that come or go may change what is said of somebody."""
    return judged.verdict in (Verdict.UNKNOWN, Verdict.UNCLEAR) or judged.reason == IN_HINDSIGHT


def _told(judged: JudgedFace) -> tuple[object, ...]:
    name = judged.match.identity if judged.verdict is Verdict.KNOWN else None
    return judged.verdict, judged.reason, name


def identify(analysis: Analysis, match: Matcher) -> dict[str, Any]:
    """The verdict on one picture in plain JSON types, with the names of the reading API."""
    conclusion = decide(analysis, match)
    return {
        "verdict": conclusion.verdict.value,
        "reason": conclusion.reason,
        "faces": [_plain(judged) for judged in conclusion.faces],
        "timings_ms": dict(conclusion.timings_ms),
    }


def _plain(judged: JudgedFace) -> dict[str, Any]:
    box, match = judged.face.box, judged.match
    return {
        "box": [box.top, box.right, box.bottom, box.left],
        "verdict": judged.verdict.value,
        "reason": judged.reason,
        "identity": match.identity if judged.verdict is Verdict.KNOWN else None,
        "distance": match.distance,
        "probability": match.probability,
        "quality": asdict(judged.face.quality),
    }


def judge_photo(analysis: Analysis) -> tuple[Judgement, str]:
    """What a photo is good for in the gallery, and why in words ("" when GOOD)."""
    if not analysis.faces:
        return Judgement.NO_FACE, _WORDS[Judgement.NO_FACE]
    if len(analysis.faces) > 1:
        return Judgement.SEVERAL_FACES, phrase(_SEVERAL, n=len(analysis.faces))
    return shortcoming(analysis.faces[0].quality, ENROLMENT)
