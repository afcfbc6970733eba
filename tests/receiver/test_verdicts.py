"""What may be said about a face: the lines, their words, and who speaks for a picture."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from receiver import search
from receiver.engines.dlib_engine import DlibEngine
from receiver.fusion import Fused
from receiver.matching import People, Rule
from receiver.models import Analysis, Box, DetectedFace, JudgedFace, Judgement, Match, Quality, Sighting, Verdict
from receiver.settings import RecognitionSettings
from receiver.verdicts import (
    ENROLMENT,
    NAMED_BY_OWNER,
    NOT_SURE,
    PERHAPS,
    RECOGNITION,
    STRANGER,
    SURE,
    decide,
    identify,
    judge_photo,
    not_yet_strangers,
)

LINE = 0.55
GOOD = Quality(eye_distance=60, sharpness=30, brightness=120, contrast=50, yaw=0.0, score=1.5)
NOBODY = Match(None, None, None, None)


def face(left: int = 100, width: int = 100, **measures: float) -> DetectedFace:
    box = Box(100, left + width, 100 + width, left)
    return DetectedFace(box, ((1.0, 1.0),), np.array([left, 0], np.float32), replace(GOOD, **measures))


def analysis(*faces: DetectedFace) -> Analysis:
    return Analysis("dlib", 640, 480, faces, {"detect": 1.0})


def anna(distance: float, bob: float | None = 0.9, *, likely: float | None = None, rejected: bool = False) -> Match:
    likely = likely if likely is not None else 0.99 if distance <= LINE else 0.1
    return Match("Anna", distance, None if bob is None else "Bob", bob, likely, LINE, rejected)


def say(match: Match, **measures: float) -> tuple[Verdict, str]:
    conclusion = decide(analysis(face(**measures)), lambda _: match)
    return conclusion.verdict, conclusion.reason


def before(*faces: DetectedFace, match: Match = NOBODY, reason: str = "", engine: str = "dlib") -> tuple[Sighting, ...]:
    """Faces of earlier pictures, each of a visitor and a picture of its own."""
    verdict = Verdict.KNOWN if match.identity else Verdict.UNKNOWN
    return tuple(
        Sighting(number, f"picture {number}", engine, JudgedFace(seen, verdict, reason, match, number))
        for number, seen in enumerate(faces)
    )


def test_a_picture_without_a_face_says_so() -> None:
    conclusion = decide(analysis(), lambda _: NOBODY)
    assert (conclusion.verdict, conclusion.reason, conclusion.faces) == (Verdict.NO_FACE, "", ())
    assert (conclusion.engine, conclusion.width, conclusion.height) == ("dlib", 640, 480)
    assert conclusion.timings_ms == {"detect": 1.0}


def test_a_name_is_given_up_to_the_line_and_not_beyond() -> None:
    assert say(anna(LINE)) == (Verdict.KNOWN, "")
    assert say(anna(LINE + 0.001)) == (Verdict.UNKNOWN, "")


def test_within_the_line_a_name_must_be_likely_too() -> None:
    assert say(anna(0.5, likely=SURE)) == (Verdict.KNOWN, "")
    assert say(anna(0.5, likely=SURE - 0.01)) == (Verdict.UNCLEAR, NOT_SURE)


def test_who_is_probably_known_but_beyond_the_line_is_no_stranger() -> None:
    assert say(anna(LINE + 0.01, likely=PERHAPS)) == (Verdict.UNCLEAR, NOT_SURE)


def test_a_name_the_owner_took_away_is_not_given_to_a_face_like_that_one() -> None:
    assert say(anna(0.5, likely=0.6, rejected=True)) == (
        Verdict.UNCLEAR,
        "you said that a face like this is not Anna",
    )
    assert say(anna(0.5, likely=0.1, rejected=True)) == (Verdict.UNKNOWN, "")


def test_with_nobody_enrolled_everybody_is_unknown() -> None:
    assert say(NOBODY) == (Verdict.UNKNOWN, "")


def test_somebody_enrolled_alone_needs_no_runner_up() -> None:
    assert say(anna(0.3, bob=None)) == (Verdict.KNOWN, "")


def test_two_people_about_equally_near_are_both_named_as_a_doubt() -> None:
    assert say(anna(0.40, bob=0.42, likely=0.8)) == (Verdict.UNCLEAR, "it could be Anna or Bob")
    assert say(anna(0.40, bob=0.45)) == (Verdict.KNOWN, "")


POOR = [
    ({"eye_distance": 12}, "the face is too small"),
    ({"brightness": 20, "contrast": 20}, "the face is too dark"),
    ({"brightness": 28, "contrast": 60}, "the face is against the light"),
    ({"brightness": 240}, "the face is too bright"),
    ({"contrast": 5}, "the face is washed out"),
    ({"sharpness": 1}, "the face is blurred"),
    ({"yaw": -0.5}, "the face is turned away"),
    ({"pitch": 0.5}, "the face is turned away"),
    ({"roll": -60}, "the face is turned away"),
    ({"cut_off": 0.5}, "the face is cut off by the picture's edge"),
]


@pytest.mark.parametrize(("measures", "reason"), POOR)
def test_a_poor_face_carries_no_name_however_near_and_is_no_stranger(measures: dict[str, float], reason: str) -> None:
    assert say(anna(0.1), **measures) == (Verdict.UNCLEAR, reason)
    assert say(anna(0.9), **measures) == (Verdict.UNCLEAR, reason)


def test_a_middling_face_may_be_named_but_is_no_stranger() -> None:
    assert say(anna(0.4), sharpness=2.8) == (Verdict.KNOWN, "")
    assert say(anna(0.8), sharpness=2.8) == (Verdict.UNCLEAR, "the face is blurred")


def test_a_face_of_which_the_detector_is_not_sure_may_be_named_but_is_no_stranger_and_no_photo() -> None:
    assert say(anna(0.4), sure=False) == (Verdict.KNOWN, "")
    assert say(anna(0.8), sure=False) == (Verdict.UNCLEAR, "the face is blurred")
    assert judge_photo(analysis(face(sure=False)))[0] is Judgement.BLURRED


def test_each_purpose_asks_for_more_than_the_one_before() -> None:
    for easier, stricter in ((RECOGNITION, STRANGER), (STRANGER, ENROLMENT)):
        assert easier.eye_distance < stricter.eye_distance
        assert easier.sharpness < stricter.sharpness
        assert easier.darkest < stricter.darkest
        assert easier.brightest > stricter.brightest
        assert easier.contrast < stricter.contrast
        assert easier.yaw > stricter.yaw
        assert easier.pitch > stricter.pitch
        assert easier.roll > stricter.roll
    assert RECOGNITION.cut_off > ENROLMENT.cut_off > STRANGER.cut_off, "photos are often cut tightly"


@given(
    distance=st.floats(0, 1.5),
    bob=st.none() | st.floats(0, 1.5),
    likely=st.floats(0, 1),
    measures=st.fixed_dictionaries(
        {name: st.floats(0, 255) for name in ("eye_distance", "sharpness", "brightness", "contrast")}
        | {"yaw": st.floats(-1, 1)}
    ),
)
def test_a_name_is_never_given_below_the_line(
    distance: float, bob: float | None, likely: float, measures: dict[str, float]
) -> None:
    """Whatever is measured: KNOWN only within the line; UNCLEAR always, and only, with a reason."""
    conclusion = decide(analysis(face(**measures)), lambda _: anna(distance, bob, likely=likely))
    if conclusion.verdict is Verdict.KNOWN:
        assert distance <= LINE
        assert likely >= SURE
        assert measures["eye_distance"] >= RECOGNITION.eye_distance
    assert bool(conclusion.reason) is (conclusion.verdict is Verdict.UNCLEAR)


def test_the_face_that_says_most_speaks_for_the_picture() -> None:
    known, stranger, blurred = face(100), face(300), face(500, sharpness=1)
    matches = {100: anna(0.3), 300: anna(0.9), 500: anna(0.3)}

    def match(fused: Fused) -> Match:
        return matches[int(fused.embedding[0])]

    assert decide(analysis(blurred, stranger, known), match).verdict is Verdict.KNOWN
    assert decide(analysis(blurred, stranger), match).verdict is Verdict.UNKNOWN
    assert decide(analysis(blurred), match).verdict is Verdict.UNCLEAR
    verdicts = [judged.verdict for judged in decide(analysis(blurred, stranger, known), match).faces]
    assert verdicts == [Verdict.UNCLEAR, Verdict.UNKNOWN, Verdict.KNOWN]


def test_nobody_stands_before_the_door_twice() -> None:
    matches = {100: anna(0.5), 300: anna(0.2)}
    conclusion = decide(analysis(face(100), face(300)), lambda fused: matches[int(fused.embedding[0])])
    assert [(judged.verdict, judged.reason) for judged in conclusion.faces] == [
        (Verdict.UNCLEAR, "another face is nearer to Anna"),
        (Verdict.KNOWN, ""),
    ]
    assert (conclusion.verdict, conclusion.reason) == (Verdict.KNOWN, "")


def by_place(**matches: Match) -> Callable[[Fused], Match]:
    return lambda fused: matches[f"at_{int(fused.embedding[0])}"]


def test_two_visitors_with_one_name_who_never_stood_together_are_one() -> None:
    matches = by_place(at_100=anna(0.5), at_300=anna(0.2))
    conclusion = decide(analysis(face(300)), matches, before(face(100)))
    assert [seen.judged.verdict for seen in conclusion.before] == [Verdict.KNOWN]
    assert [judged.verdict for judged in conclusion.faces] == [Verdict.KNOWN]


def test_a_stranger_after_somebody_known_is_told_as_well() -> None:
    conclusion = decide(analysis(face(300)), by_place(at_100=anna(0.2), at_300=anna(0.9)), before(face(100)))
    assert conclusion.verdict is Verdict.KNOWN
    assert [judged.verdict for judged in conclusion.faces] == [Verdict.UNKNOWN]
    assert conclusion.faces[0].visitor != conclusion.before[0].judged.visitor


def test_a_second_picture_of_a_visitor_judges_both_together() -> None:
    """Their embeddings are 0.2 apart: the answer for the mean of both counts for both faces."""
    first, second = face(100), replace(face(100), embedding=np.array([100.2, 0], np.float32))
    asked = []

    def match(fused: Fused) -> Match:
        asked.append(fused)
        return anna(0.3)

    conclusion = decide(analysis(second), match, before(first))
    assert len(asked) == 1
    assert asked[0].embedding[0] == pytest.approx(100.1)
    assert asked[0].spread == pytest.approx(0.1, abs=1e-3)
    assert conclusion.faces[0].visitor == conclusion.before[0].judged.visitor
    assert conclusion.before[0].judged.verdict is Verdict.KNOWN


def test_a_picture_without_a_face_leaves_what_was_said_of_the_visit() -> None:
    conclusion = decide(analysis(), lambda _: anna(0.3), before(face(100)))
    assert (conclusion.verdict, len(conclusion.before)) == (Verdict.KNOWN, 1)


def test_a_poor_picture_does_not_dilute_a_good_one() -> None:
    seen = []

    def match(fused: Fused) -> Match:
        seen.append(float(fused.embedding[0]))
        return anna(0.3)

    poor = replace(face(100, sharpness=1), embedding=np.array([100.4, 0], np.float32))
    assert decide(analysis(poor), match, before(face(100))).verdict is Verdict.KNOWN
    assert seen == [100.0]


def test_what_the_owner_said_of_a_visitor_stays_whatever_further_pictures_show() -> None:
    bob = Match("Bob", None, "Anna", 0.5)
    conclusion = decide(analysis(face(100)), lambda _: anna(0.2), before(face(100), match=bob, reason=NAMED_BY_OWNER))
    assert conclusion.faces[0].match.identity == "Bob"
    assert (conclusion.verdict, conclusion.faces[0].reason) == (Verdict.KNOWN, NAMED_BY_OWNER)


def test_while_photos_are_read_strangers_are_held_back_and_names_are_not() -> None:
    waiting = not_yet_strangers(decide(analysis(face(300)), lambda _: anna(0.9), before(face(100))), "wait")
    assert (waiting.verdict, waiting.reason) == (Verdict.UNCLEAR, "wait")
    assert {waiting.faces[0].verdict, waiting.before[0].judged.verdict} == {Verdict.UNCLEAR}
    named = decide(analysis(face()), lambda _: anna(0.2))
    assert not_yet_strangers(named, "wait") == named


def test_among_unclear_faces_the_largest_gives_the_reason() -> None:
    conclusion = decide(analysis(face(100, eye_distance=5), face(300, width=200, yaw=0.6)), lambda _: NOBODY)
    assert conclusion.reason == "the face is turned away"


@pytest.mark.parametrize(("measures", "reason"), POOR)
def test_reasons_read_on_after_the_headline(measures: dict[str, float], reason: str) -> None:
    """ "Can't tell who: the face is too dark"."""
    assert reason.startswith("the face is ")
    assert reason[-1] not in ".!"


@pytest.mark.parametrize(
    ("measures", "judgement"),
    [
        ({}, Judgement.GOOD),
        ({"eye_distance": 22}, Judgement.TOO_SMALL),
        ({"sharpness": 5.5}, Judgement.BLURRED),
        ({"brightness": 52}, Judgement.TOO_DARK),
        ({"brightness": 210}, Judgement.TOO_BRIGHT),
        ({"contrast": 20}, Judgement.LOW_CONTRAST),
        ({"yaw": 0.25}, Judgement.TURNED_AWAY),
        ({"pitch": -0.3}, Judgement.TURNED_AWAY),
        ({"roll": 32}, Judgement.TURNED_AWAY),
        ({"cut_off": 0.3}, Judgement.CUT_OFF),
    ],
)
def test_enrolment_refuses_what_recognition_would_still_take(measures: dict[str, float], judgement: Judgement) -> None:
    judged, words = judge_photo(analysis(face(**measures)))
    assert judged is judgement
    assert bool(words) is (judgement is not Judgement.GOOD)
    assert say(anna(0.3), **measures)[0] is Verdict.KNOWN


def test_a_photo_with_no_face_or_several_is_no_photo_of_somebody() -> None:
    assert judge_photo(analysis())[0] is Judgement.NO_FACE
    assert judge_photo(analysis(face(100), face(300))) == (Judgement.SEVERAL_FACES, "there are 2 faces in it")


def test_identify_speaks_plain_json() -> None:
    told = identify(analysis(face(100), face(300, sharpness=1)), lambda _: anna(0.3))
    assert json.loads(json.dumps(told)) == told
    assert told["verdict"] == "known"
    assert [f["identity"] for f in told["faces"]] == ["Anna", None]
    assert told["faces"][0]["box"] == [100, 200, 200, 100]
    assert told["faces"][1]["reason"] == "the face is blurred"


def test_the_documentation_has_the_lines_of_the_program() -> None:
    text = (Path(__file__).parents[2] / "docs" / "recognition.md").read_text("utf-8")
    rows = {
        (cells[1].split() or [""])[0]: cells[2:5] for line in text.splitlines() if len(cells := line.split("|")) == 6
    }
    lines = (RECOGNITION, STRANGER, ENROLMENT)
    assert [float(cell) for cell in rows["sharpness"]] == [line.sharpness for line in lines]
    assert [float(cell) for cell in rows["contrast"]] == [line.contrast for line in lines]
    for name in ("yaw", "pitch", "roll"):
        assert [float(cell) for cell in rows[f"{name},"]] == [getattr(line, name) for line in lines]
    assert [float(cell) for cell in rows["cut"]] == [line.cut_off for line in lines]
    assert [float(cell) for cell in rows["distance"]] == [line.eye_distance for line in lines]
    light = [tuple(float(part) for part in cell.split("/")) for cell in rows["brightness,"]]
    assert light == [(line.darkest, line.brightest) for line in lines]
    assert f"tolerance {RecognitionSettings().tolerance}, sure from {SURE}, perhaps from {PERHAPS}" in text


# ---- on real portraits, with the real engine


@pytest.fixture(scope="module")
def engine() -> DlibEngine:
    return DlibEngine(models=None, detector="hog", threads=1)


@pytest.fixture
def verdict_on(
    engine: DlibEngine, tmp_path: Path, astronaut: Image.Image, grace_hopper: Image.Image
) -> Callable[..., tuple[Verdict, str | None, str]]:
    """(verdict, name, reason) on a picture, with some portraits enrolled at full size."""

    def look(image: Image.Image) -> Analysis:
        path = tmp_path / "picture.jpg"
        image.save(path, quality=85)
        return engine.analyse(path)

    portraits = {"Eileen": astronaut, "Grace": grace_hopper}

    def decided(image: Image.Image | Path, *enrolled: str) -> tuple[Verdict, str | None, str]:
        known = np.stack([look(portraits[name]).faces[0].embedding for name in enrolled])
        people = People(enrolled, np.arange(len(enrolled)), known, search.over(known))
        seen = engine.analyse(image) if isinstance(image, Path) else look(image)
        conclusion = decide(seen, lambda fused: people.match(fused, Rule.of(RecognitionSettings())))
        nearest = conclusion.faces[0].match.identity if conclusion.faces else None
        return conclusion.verdict, nearest, conclusion.reason

    return decided


def padded(image: Image.Image, width: int, height: int) -> Image.Image:
    small = image.copy()
    small.thumbnail((width, height))
    wall = Image.new("RGB", (width, height), (110, 115, 120))
    wall.paste(small, ((width - small.width) // 2, (height - small.height) // 2))
    return wall


def dimmed(image: Image.Image, factor: float) -> Image.Image:
    return image.point([int(value * factor) for value in range(256)] * 3)


SIZES = [(320, 240), (640, 480), (800, 600), (1600, 1200)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["Eileen", "Grace"])
def test_a_portrait_is_known_at_every_size_a_door_sends(
    verdict_on: Any, astronaut: Image.Image, grace_hopper: Image.Image, name: str, size: tuple[int, int]
) -> None:
    picture = padded(astronaut if name == "Eileen" else grace_hopper, *size)
    assert verdict_on(picture, "Eileen", "Grace")[:2] == (Verdict.KNOWN, name)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["Eileen", "Grace"])
def test_a_portrait_is_a_stranger_when_only_the_other_is_enrolled(
    verdict_on: Any, astronaut: Image.Image, grace_hopper: Image.Image, name: str, size: tuple[int, int]
) -> None:
    picture = padded(astronaut if name == "Eileen" else grace_hopper, *size)
    assert verdict_on(picture, "Grace" if name == "Eileen" else "Eileen")[0] is Verdict.UNKNOWN


def test_the_original_sketchs_upload_is_recognised(verdict_on: Any, shared_data: Path) -> None:
    press = shared_data / "legacy" / "press.jpg"
    assert verdict_on(press, "Eileen", "Grace")[:2] == (Verdict.KNOWN, "Grace")
    assert verdict_on(press, "Eileen")[0] is Verdict.UNKNOWN


SPOILT = {
    "dark": lambda image: dimmed(padded(image, 640, 480), 0.22),
    "very dark": lambda image: dimmed(padded(image, 640, 480), 0.1),
    "tiny": lambda image: padded(image.resize((image.width * 15 // 100, image.height * 15 // 100)), 640, 480).crop(
        (120, 60, 520, 360)
    ),
}


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("enrolled", ["Eileen", "Grace"])
def test_a_spoilt_portrait_is_unclear_with_its_reason_whoever_is_enrolled(
    verdict_on: Any, grace_hopper: Image.Image, how: str, enrolled: str
) -> None:
    verdict, _, reason = verdict_on(SPOILT[how](grace_hopper), enrolled)
    assert verdict is Verdict.UNCLEAR
    assert ("small" if how == "tiny" else "dark") in reason


@pytest.mark.parametrize("sigma", [2, 3, 4, 5, 6, 8, 12])
@pytest.mark.parametrize("name", ["Eileen", "Grace"])
def test_blur_ends_in_doubt_and_never_in_a_stranger_or_another_name(
    verdict_on: Any, astronaut: Image.Image, grace_hopper: Image.Image, name: str, sigma: int
) -> None:
    picture = padded(astronaut if name == "Eileen" else grace_hopper, 640, 480)
    blurred = picture.filter(ImageFilter.GaussianBlur(sigma))
    verdict, nearest, reason = verdict_on(blurred, "Eileen", "Grace")
    assert verdict in (Verdict.KNOWN, Verdict.UNCLEAR, Verdict.NO_FACE)
    assert verdict is not Verdict.KNOWN or nearest == name
    assert verdict is not Verdict.UNCLEAR or reason == "the face is blurred"
    other = "Grace" if name == "Eileen" else "Eileen"
    assert verdict_on(blurred, other)[0] is not Verdict.KNOWN
