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

from receiver.engines.dlib_engine import DlibEngine
from receiver.models import Analysis, Box, DetectedFace, Judgement, Match, Quality, Verdict
from receiver.settings import RecognitionSettings
from receiver.verdicts import ENROLMENT, MARGIN, RECOGNITION, STRANGER, decide, identify, judge_photo

TOLERANCE = RecognitionSettings().tolerance
GOOD = Quality(eye_distance=60, sharpness=30, brightness=120, contrast=50, yaw=0.0, score=1.5)
NOBODY = Match(None, None, None, None)


def face(left: int = 100, width: int = 100, **measures: float) -> DetectedFace:
    box = Box(100, left + width, 100 + width, left)
    return DetectedFace(box, ((1.0, 1.0),), np.array([left, 0], np.float32), replace(GOOD, **measures))


def analysis(*faces: DetectedFace) -> Analysis:
    return Analysis("dlib", 640, 480, faces, {"detect": 1.0})


def anna(distance: float, bob: float | None = 0.9) -> Match:
    return Match("Anna", distance, None if bob is None else "Bob", bob)


def say(match: Match, **measures: float) -> tuple[Verdict, str]:
    conclusion = decide(analysis(face(**measures)), lambda _: match, TOLERANCE)
    return conclusion.verdict, conclusion.reason


def test_a_picture_without_a_face_says_so() -> None:
    conclusion = decide(analysis(), lambda _: NOBODY, TOLERANCE)
    assert (conclusion.verdict, conclusion.reason, conclusion.faces) == (Verdict.NO_FACE, "", ())
    assert (conclusion.engine, conclusion.width, conclusion.height) == ("dlib", 640, 480)
    assert conclusion.timings_ms == {"detect": 1.0}


def test_a_name_is_given_up_to_the_tolerance_and_not_beyond() -> None:
    assert say(anna(TOLERANCE)) == (Verdict.KNOWN, "")
    assert say(anna(TOLERANCE + 0.001)) == (Verdict.UNKNOWN, "")


def test_with_nobody_enrolled_everybody_is_unknown() -> None:
    assert say(NOBODY) == (Verdict.UNKNOWN, "")


def test_somebody_enrolled_alone_needs_no_runner_up() -> None:
    assert say(anna(0.3, bob=None)) == (Verdict.KNOWN, "")


def test_two_people_about_equally_near_are_both_named_as_a_doubt() -> None:
    assert say(anna(0.40, bob=0.42)) == (Verdict.UNCLEAR, "it could be Anna or Bob")
    assert say(anna(0.40, bob=0.45)) == (Verdict.KNOWN, "")


POOR = [
    ({"eye_distance": 12}, "the face is too small"),
    ({"brightness": 20, "contrast": 20}, "the face is too dark"),
    ({"brightness": 35, "contrast": 60}, "the face is against the light"),
    ({"brightness": 240}, "the face is too bright"),
    ({"contrast": 5}, "the face is washed out"),
    ({"sharpness": 1}, "the face is blurred"),
    ({"yaw": -0.5}, "the face is turned away"),
]


@pytest.mark.parametrize(("measures", "reason"), POOR)
def test_a_poor_face_carries_no_name_however_near_and_is_no_stranger(measures: dict[str, float], reason: str) -> None:
    assert say(anna(0.1), **measures) == (Verdict.UNCLEAR, reason)
    assert say(anna(0.9), **measures) == (Verdict.UNCLEAR, reason)


def test_a_middling_face_may_be_named_but_is_no_stranger() -> None:
    assert say(anna(0.4), sharpness=4) == (Verdict.KNOWN, "")
    assert say(anna(0.8), sharpness=4) == (Verdict.UNCLEAR, "the face is blurred")


def test_each_purpose_asks_for_more_than_the_one_before() -> None:
    for easier, stricter in ((RECOGNITION, STRANGER), (STRANGER, ENROLMENT)):
        assert easier.eye_distance < stricter.eye_distance
        assert easier.sharpness < stricter.sharpness
        assert easier.darkest < stricter.darkest
        assert easier.brightest > stricter.brightest
        assert easier.contrast < stricter.contrast
        assert easier.yaw > stricter.yaw


@given(
    distance=st.floats(0, 1.5),
    bob=st.none() | st.floats(0, 1.5),
    measures=st.fixed_dictionaries(
        {name: st.floats(0, 255) for name in ("eye_distance", "sharpness", "brightness", "contrast")}
        | {"yaw": st.floats(-1, 1)}
    ),
)
def test_a_name_is_never_given_below_the_line(distance: float, bob: float | None, measures: dict[str, float]) -> None:
    """Whatever is measured: KNOWN only within the tolerance; UNCLEAR always, and only, with a reason."""
    conclusion = decide(analysis(face(**measures)), lambda _: anna(distance, bob), TOLERANCE)
    if conclusion.verdict is Verdict.KNOWN:
        assert distance <= TOLERANCE
        assert bob is None or bob > distance
        assert measures["eye_distance"] >= RECOGNITION.eye_distance
    assert bool(conclusion.reason) is (conclusion.verdict is Verdict.UNCLEAR)


def test_the_face_that_says_most_speaks_for_the_picture() -> None:
    known, stranger, blurred = face(100), face(300), face(500, sharpness=1)
    matches = {100: anna(0.3), 300: anna(0.9), 500: anna(0.3)}

    def match(embedding: Any) -> Match:
        return matches[int(embedding[0])]

    assert decide(analysis(blurred, stranger, known), match, TOLERANCE).verdict is Verdict.KNOWN
    assert decide(analysis(blurred, stranger), match, TOLERANCE).verdict is Verdict.UNKNOWN
    assert decide(analysis(blurred), match, TOLERANCE).verdict is Verdict.UNCLEAR
    verdicts = [verdict for _, verdict, _, _ in decide(analysis(blurred, stranger, known), match, TOLERANCE).faces]
    assert verdicts == [Verdict.UNCLEAR, Verdict.UNKNOWN, Verdict.KNOWN]


def test_nobody_stands_before_the_door_twice() -> None:
    matches = {100: anna(0.5), 300: anna(0.2)}
    conclusion = decide(analysis(face(100), face(300)), lambda e: matches[int(e[0])], TOLERANCE)
    assert [(verdict, reason) for _, verdict, reason, _ in conclusion.faces] == [
        (Verdict.UNCLEAR, "another face is nearer to Anna"),
        (Verdict.KNOWN, ""),
    ]
    assert (conclusion.verdict, conclusion.reason) == (Verdict.KNOWN, "")


def test_among_unclear_faces_the_largest_gives_the_reason() -> None:
    conclusion = decide(analysis(face(100, eye_distance=5), face(300, width=200, yaw=0.6)), lambda _: NOBODY, TOLERANCE)
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
    told = identify(analysis(face(100), face(300, sharpness=1)), lambda _: anna(0.3), TOLERANCE)
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
    assert [float(cell) for cell in rows["yaw,"]] == [line.yaw for line in lines]
    assert [float(cell) for cell in rows["distance"]] == [line.eye_distance for line in lines]
    light = [tuple(float(part) for part in cell.split("/")) for cell in rows["brightness,"]]
    assert light == [(line.darkest, line.brightest) for line in lines]
    assert f"tolerance {TOLERANCE}, margin {MARGIN}" in text


# ---- on real portraits, with the real engine


@pytest.fixture(scope="module")
def engine() -> DlibEngine:
    return DlibEngine()


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
        known = {name: look(portraits[name]).faces[0].embedding for name in enrolled}

        def match(embedding: Any) -> Match:
            near = sorted((float(np.linalg.norm(embedding - own)), name) for name, own in known.items())
            first, second = [*near, (None, None), (None, None)][:2]
            return Match(first[1], first[0], second[1], second[0])

        seen = engine.analyse(image) if isinstance(image, Path) else look(image)
        conclusion = decide(seen, match, TOLERANCE)
        return conclusion.verdict, conclusion.faces[0][3].identity if conclusion.faces else None, conclusion.reason

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
    "tiny": lambda image: padded(image.resize((image.width * 2 // 10, image.height * 2 // 10)), 640, 480).crop(
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
