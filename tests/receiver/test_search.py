"""The nearest embeddings, against a reference in double precision that takes its time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiver import search

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = search._BLOCK


def reference(
    embeddings: NDArray[np.float32], face: NDArray[np.float32], count: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Every distance by the difference in double precision, all of them sorted, the earlier row first."""
    distances = np.sqrt(((embeddings.astype(np.float64) - face) ** 2).sum(axis=1))
    order = np.argsort(distances, kind="stable")[:count]
    return order, distances[order]


def assert_exact(embeddings: NDArray[np.float32], face: NDArray[np.float32], count: int) -> None:
    rows, distances = search.over(embeddings).nearest(face, count)
    expected, their_distances = reference(embeddings, face, count)
    assert rows.tolist() == expected.tolist()
    assert distances == pytest.approx(their_distances, rel=1e-6)


def made_up(rows: int, dimensions: int = 128, seed: int = 0) -> NDArray[np.float32]:
    """As long as dlib's embeddings are; several of one person lie together."""
    chance = np.random.default_rng(seed)
    people = np.repeat(chance.standard_normal((rows // 5 + 1, dimensions), np.float32), 5, axis=0)[:rows]
    photos = people + 0.4 * chance.standard_normal((rows, dimensions), np.float32)
    lengths = chance.uniform(1.29, 1.68, (rows, 1)).astype(np.float32)
    return photos / np.linalg.norm(photos, axis=1, keepdims=True) * lengths


@settings(deadline=None, max_examples=60)
@given(
    rows=st.integers(1, 3 * BLOCK),
    dimensions=st.integers(1, 130),
    count=st.integers(1, 40),
    seed=st.integers(0, 2**32 - 1),
    copies=st.booleans(),
)
def test_the_nearest_are_those_of_the_reference_whatever_the_sizes(
    rows: int, dimensions: int, count: int, seed: int, copies: bool
) -> None:
    embeddings = made_up(rows, dimensions, seed)
    if copies:
        embeddings[rows // 2 :] = embeddings[: rows - rows // 2]
    assert_exact(embeddings, made_up(1, dimensions, seed + 1)[0], count)


def test_of_rows_equally_far_the_earlier_comes_first_even_where_the_list_is_cut() -> None:
    embeddings = np.tile(np.array([[1, 0], [0, 1], [-1, 0]], np.float32), (BLOCK, 1))
    rows, distances = search.over(embeddings).nearest([0, 0], 5)
    assert rows.tolist() == [0, 1, 2, 3, 4]
    assert distances.tolist() == [1] * 5


def test_of_nobody_nobody_is_near() -> None:
    for dimensions in (0, 128):
        rows, distances = search.over(np.zeros((0, dimensions), np.float32)).nearest(np.zeros(dimensions), 5)
        assert (len(rows), len(distances)) == (0, 0)


def test_asked_for_more_than_there_are_all_of_them_come() -> None:
    assert_exact(made_up(7), made_up(1, seed=1)[0], 100)


@pytest.mark.parametrize("count", [0, -1])
def test_asked_for_none_none_comes(count: int) -> None:
    assert len(search.over(made_up(7)).nearest(made_up(1)[0], count)[0]) == 0


@pytest.mark.parametrize("far", [10.0, 1_000.0, 30_000.0])
def test_far_from_the_origin_float32_forgets_the_differences_and_the_order_is_right_all_the_same(far: float) -> None:
    embeddings = made_up(4 * BLOCK) + np.float32(far)
    face = embeddings[77] + np.float32(0.01)
    assert_exact(embeddings, face, 10)


def test_a_row_that_takes_no_part_is_never_found_and_may_be_written_over() -> None:
    embeddings = made_up(2 * BLOCK)
    squares = search.squares_of(embeddings)
    squares[[5, 9]] = np.inf
    matrix = search.over(embeddings, squares)
    face = embeddings[5].copy()
    embeddings[9] = face
    rows, _ = matrix.nearest(face, 2 * BLOCK)
    assert len(rows) == 2 * BLOCK - 2
    assert not {5, 9} & set(rows.tolist())


def test_a_row_without_numbers_is_never_found_and_spoils_no_other() -> None:
    embeddings = made_up(BLOCK + 3)
    face = embeddings[1].copy()
    embeddings[0], embeddings[2] = np.nan, np.inf
    rows, distances = search.over(embeddings).nearest(face, 2)
    assert (rows[0], distances[0]) == (1, 0)
    assert np.isfinite(distances).all()


def test_a_face_without_numbers_is_near_to_nobody() -> None:
    assert len(search.over(made_up(7)).nearest(np.full(128, np.nan), 3)[0]) == 0


# ---- with usearch


@pytest.fixture(scope="module")
def many() -> NDArray[np.float32]:
    return made_up(4_000)


@pytest.fixture(scope="module")
def index(many: NDArray[np.float32]) -> search.Index:
    pytest.importorskip("usearch", reason="the extra `scale` is not installed")
    built = search.build_index(many, np.arange(len(many)), lambda: False)
    assert built
    return built


def test_an_index_finds_the_same_rows_with_the_same_distances(many: NDArray[np.float32], index: search.Index) -> None:
    exact, indexed = search.over(many), search.over(many, None, index)
    chance = np.random.default_rng(3)
    hits = 0
    for row in chance.integers(0, len(many), 100):
        face = many[row] + 0.02 * chance.standard_normal(128).astype(np.float32)
        (rows, distances), (found, theirs) = exact.nearest(face, 10), indexed.nearest(face, 10)
        assert (found[0], theirs[0]) == (rows[0], distances[0])
        assert np.all(np.diff(theirs) >= 0)
        hits += len(set(rows.tolist()) & set(found.tolist()))
    assert hits >= 990


def test_rows_that_came_after_the_index_are_found_and_those_that_left_are_not(
    many: NDArray[np.float32], index: search.Index
) -> None:
    grown = np.concatenate([many, many[:10] + np.float32(0.001)])
    squares = search.squares_of(grown)
    squares[3] = np.inf
    rows, _ = search.over(grown, squares, index).nearest(many[3], 5)
    assert rows[0] == len(many) + 3
    assert 3 not in rows


def test_where_most_have_left_every_row_is_compared(many: NDArray[np.float32], index: search.Index) -> None:
    squares = np.full(len(many), np.inf, np.float32)
    squares[[1, 3_999]] = search.squares_of(many[[1, 3_999]])
    rows, _ = search.over(many, squares, index).nearest(many[1], 5)
    assert rows.tolist() == [1, 3_999]


def test_building_an_index_ends_when_it_is_no_longer_wanted(many: NDArray[np.float32]) -> None:
    assert search.build_index(many, np.arange(len(many)), lambda: True) is None


def test_without_usearch_there_is_no_index(many: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    assert search.build_index(many, np.arange(len(many)), lambda: False) is None
