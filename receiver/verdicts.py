"""What may be said about a face: pure functions from measures and distances to words.

Every line here is argued with figures in docs/recognition.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from receiver.models import Analysis, Conclusion, DetectedFace, Judgement, Match, Quality, Verdict

if TYPE_CHECKING:
    from receiver.models import Embedding

MARGIN = 0.04
"""How much farther the runner-up must be (Euclidean, dlib): nearer ones are about equally likely."""


class Lines(NamedTuple):
    """What a face must reach; units as in models.Quality."""

    eye_distance: float
    sharpness: float
    darkest: float
    brightest: float
    contrast: float
    yaw: float


RECOGNITION = Lines(eye_distance=18, sharpness=2.5, darkest=40, brightest=225, contrast=14, yaw=0.32)
"""Below one of these a face carries no name, however near it comes to somebody."""

STRANGER = Lines(eye_distance=19, sharpness=5, darkest=50, brightest=215, contrast=18, yaw=0.28)
"""Below one of these a face that nobody is near to is no stranger either: a known person would often look the same.
Stricter than RECOGNITION, because a name is confirmed by its distance and "someone you don't know" by nothing."""

ENROLMENT = Lines(eye_distance=25, sharpness=6, darkest=55, brightest=205, contrast=22, yaw=0.22)
"""Stricter again: one poor photo spoils every later answer, one poor visit only itself."""

BACKLIT_CONTRAST = 55.0
"""A dark face whose chip still varies this much has the light behind it."""

_RANK = {Verdict.UNCLEAR: 0, Verdict.UNKNOWN: 1, Verdict.KNOWN: 2}

_WORDS = {
    Judgement.TOO_SMALL: "the face is too small",
    Judgement.TOO_DARK: "the face is too dark",
    Judgement.TOO_BRIGHT: "the face is too bright",
    Judgement.LOW_CONTRAST: "the face is washed out",
    Judgement.BLURRED: "the face is blurred",
    Judgement.TURNED_AWAY: "the face is turned away",
    Judgement.NO_FACE: "there is no face in it",
}


JudgedFace = tuple[DetectedFace, Verdict, str, Match]
"""As models.Conclusion holds it: the face, what is said about it, why if UNCLEAR, the gallery's answer."""


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
    yield Judgement.BLURRED, quality.sharpness < lines.sharpness
    yield Judgement.TURNED_AWAY, abs(quality.yaw) > lines.yaw


def _in_words(judgement: Judgement, quality: Quality) -> str:
    if judgement is Judgement.TOO_DARK and quality.contrast >= BACKLIT_CONTRAST:
        return "the face is against the light"
    return _WORDS[judgement]


def judge_face(face: DetectedFace, match: Match, tolerance: float, margin: float = MARGIN) -> JudgedFace:
    """One face with what may be said about it: KNOWN, UNKNOWN, or UNCLEAR and why."""
    _, reason = shortcoming(face.quality)
    if reason:
        return face, Verdict.UNCLEAR, reason, match
    if match.identity is None or match.distance is None or match.distance > tolerance:
        _, reason = shortcoming(face.quality, STRANGER)
        return face, Verdict.UNCLEAR if reason else Verdict.UNKNOWN, reason, match
    if match.runner_up_distance is not None and match.runner_up_distance - match.distance < margin:
        return face, Verdict.UNCLEAR, f"it could be {match.identity} or {match.runner_up}", match
    return face, Verdict.KNOWN, "", match


def decide(
    analysis: Analysis, match: Callable[[Embedding], Match], tolerance: float, margin: float = MARGIN
) -> Conclusion:
    """The verdict on one picture: the face about which most can be said speaks for it; NO_FACE without any.

    A face is named only within `tolerance` of an identity and when the runner-up is farther by `margin` (both
    Euclidean in the engine's space). Faces that cannot carry a name are not matched into one.
    """
    judged = _each_name_once([judge_face(face, match(face.embedding), tolerance, margin) for face in analysis.faces])
    verdict, reason = _best(judged)
    return Conclusion(
        verdict, reason, judged, analysis.engine, analysis.width, analysis.height, dict(analysis.timings_ms)
    )


def not_yet_strangers(conclusion: Conclusion, reason: str) -> Conclusion:
    """The same conclusion, but whoever was unknown is UNCLEAR for `reason`."""
    faces = tuple(
        (face, Verdict.UNCLEAR, reason, match) if verdict is Verdict.UNKNOWN else (face, verdict, why, match)
        for face, verdict, why, match in conclusion.faces
    )
    verdict, why = _best(faces)
    return replace(conclusion, verdict=verdict, reason=why, faces=faces)


def _each_name_once(judged: Sequence[JudgedFace]) -> tuple[JudgedFace, ...]:
    """Nobody stands before the door twice: of two faces with one name the farther one is somebody like them."""
    nearest: dict[str | None, float] = {}
    for _, verdict, _, match in judged:
        if verdict is Verdict.KNOWN and match.distance is not None:
            nearest[match.identity] = min(match.distance, nearest.get(match.identity, match.distance))
    return tuple(
        (face, Verdict.UNCLEAR, f"another face is nearer to {match.identity}", match)
        if verdict is Verdict.KNOWN and match.distance != nearest[match.identity]
        else (face, verdict, reason, match)
        for face, verdict, reason, match in judged
    )


def _best(judged: Sequence[JudgedFace]) -> tuple[Verdict, str]:
    """Among faces that say equally much the largest one speaks."""
    if not judged:
        return Verdict.NO_FACE, ""
    _, verdict, reason, _ = max(judged, key=lambda face: (_RANK[face[1]], face[0].box.width))
    return verdict, reason


def identify(
    analysis: Analysis, match: Callable[[Embedding], Match], tolerance: float, margin: float = MARGIN
) -> dict[str, Any]:
    """The same verdict in plain JSON types, with the names of the reading API."""
    conclusion = decide(analysis, match, tolerance, margin)
    return {
        "verdict": conclusion.verdict.value,
        "reason": conclusion.reason,
        "faces": [_plain(*face) for face in conclusion.faces],
        "timings_ms": dict(conclusion.timings_ms),
    }


def _plain(face: DetectedFace, verdict: Verdict, reason: str, match: Match) -> dict[str, Any]:
    box = face.box
    return {
        "box": [box.top, box.right, box.bottom, box.left],
        "verdict": verdict.value,
        "reason": reason,
        "identity": match.identity if verdict is Verdict.KNOWN else None,
        "distance": match.distance,
        "quality": asdict(face.quality),
    }


def judge_photo(analysis: Analysis) -> tuple[Judgement, str]:
    """What a photo is good for in the gallery, and why in words ("" when GOOD)."""
    if not analysis.faces:
        return Judgement.NO_FACE, _WORDS[Judgement.NO_FACE]
    if len(analysis.faces) > 1:
        return Judgement.SEVERAL_FACES, f"there are {len(analysis.faces)} faces in it"
    return shortcoming(analysis.faces[0].quality, ENROLMENT)
