"""Who is who across the pictures of one visit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiver.fusion import Visitor, gather, worth
from receiver.models import Box, DetectedFace, JudgedFace, Match, Quality, Sighting, Verdict

GOOD = Quality(eye_distance=60, sharpness=30, brightness=120, contrast=50, yaw=0.0, score=1.5)


def face(place: float, left: int = 100, **measures: float) -> DetectedFace:
    box = Box(100, left + 100, 200, left)
    return DetectedFace(box, (), np.array([place, 0], np.float32), replace(GOOD, **measures))


def seen(*faces: DetectedFace, picture: str = "first", visitors: tuple[int, ...] = ()) -> list[Sighting]:
    nobody = Match(None, None, None, None)
    numbers = visitors or tuple(range(len(faces)))
    return [
        Sighting(number, picture, "dlib", JudgedFace(shown, Verdict.UNKNOWN, "", nobody, number))
        for number, shown in zip(numbers, faces, strict=True)
    ]


def test_in_a_first_picture_everybody_is_new() -> None:
    visitors, numbers = gather([], [face(0), face(0.1)])
    assert numbers == [0, 1]
    assert [visitor.number for visitor in visitors] == [0, 1]


def test_the_same_face_elsewhere_in_the_next_picture_is_the_same_visitor() -> None:
    visitors, numbers = gather(seen(face(0, left=0)), [face(0.4, left=400)])
    assert numbers == [0]
    assert len(visitors[0].faces) == 2


def test_another_face_in_the_same_place_is_another_visitor() -> None:
    _, numbers = gather(seen(face(0)), [face(0.8)])
    assert numbers == [1]


def test_a_face_in_the_same_place_may_look_less_alike() -> None:
    assert gather(seen(face(0)), [face(0.6)])[1] == [0]
    assert gather(seen(face(0, left=0)), [face(0.6, left=400)])[1] == [1]


def test_two_people_who_change_places_stay_who_they_are() -> None:
    before = seen(face(0, left=0), face(1, left=300))
    assert gather(before, [face(1.1, left=0), face(0.1, left=300)])[1] == [1, 0]


def test_of_two_faces_like_one_visitor_the_nearer_one_is_them() -> None:
    _, numbers = gather(seen(face(0)), [face(0.3), face(0.1)])
    assert numbers == [1, 0]


def test_a_visitor_is_known_again_by_any_of_their_pictures() -> None:
    before = [*seen(face(0)), *seen(face(0.45), picture="second", visitors=(0,))]
    assert gather(before, [face(0.9, left=400)])[1] == [0]


def test_a_single_picture_has_no_spread() -> None:
    fused = Visitor(0, (face(3),)).fused([face(3)])
    assert (fused.embedding[0], fused.spread) == (3, 0)


def test_a_picture_counts_by_how_well_the_visitor_was_seen() -> None:
    clear, soft = face(0), face(1, sharpness=3)
    fused = Visitor(0, (clear, soft)).fused([clear, soft])
    assert 0 < fused.embedding[0] < 0.5
    assert fused.embedding[0] == pytest.approx(worth(soft.quality) / (worth(soft.quality) + worth(clear.quality)))


def test_the_pictures_of_a_visitor_are_those_stored_and_the_new_one() -> None:
    assert Visitor(0, (face(0),), tuple(seen(face(0)))).pictures == {"first"}
    assert Visitor(0, (face(0), face(0)), tuple(seen(face(0)))).pictures == {"first", ""}


@given(
    st.builds(
        Quality,
        eye_distance=st.floats(0, 500),
        sharpness=st.floats(0, 5000),
        brightness=st.floats(0, 255),
        contrast=st.floats(0, 128),
        yaw=st.floats(-2, 2),
        score=st.floats(-1, 5),
        cut_off=st.floats(0, 1),
    )
)
def test_every_picture_counts_a_little_and_none_more_than_one(quality: Quality) -> None:
    assert 0 < worth(quality) <= 1
