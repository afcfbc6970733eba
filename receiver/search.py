"""The nearest of very many embeddings, exactly.

Distances are Euclidean: the embeddings of dlib's network are not of unit length, and normalising them loses accuracy.
One matrix-vector product with stored squares finds the rows that can be among the nearest at all, with the worst
rounding of float32 allowed for; only for these few the distance is worked out, by the difference itself.

Beyond a million rows that product takes longer than anybody wants to wait, and where usearch is installed an index
proposes the candidates instead; their distances and order are as exact as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Found = tuple[NDArray[np.intp], NDArray[np.float32]]

LARGE = 1_000_000
"""Rows from which an index is worth its minutes of building."""
_BLOCK = 1024
"""Rows that share a minimum: few enough minima to sort, and each worked out at the speed of memory."""
_AT_ONCE = 65_536
"""Rows whose distance is worked out together, so that a copy of them stays small (64 MB at 128 dimensions)."""
_INDEXED_AT_ONCE = 2_000
"""Rows between two looks at whether building is still wanted."""
_LEAST_CANDIDATES = 256
"""usearch looks the closer the more it is asked for: with as many its 10 nearest are complete in 99 of 100 cases."""
_ROUNDING = float(np.finfo(np.float32).eps)


class Search(Protocol):
    """Finds the nearest rows of one matrix of embeddings."""

    def nearest(self, embedding: ArrayLike, count: int) -> Found:
        """Rows of the `count` nearest embeddings and their exact Euclidean distances, nearest first.

        Of rows equally far the earlier comes first; there are fewer than `count` when fewer take part.
        """


def squares_of(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """The squared length of each row: what `over` needs and need not be worked out twice."""
    squares: NDArray[np.float32] = np.einsum("ij,ij->i", embeddings, embeddings)
    return squares


def over(
    embeddings: NDArray[np.float32], squares: NDArray[np.float32] | None = None, index: Index | None = None
) -> Search:
    """A search of a matrix (rows x dimensions, float32).

    `squares` are the squared lengths as `squares_of` gives them; a row whose square is infinite is never found. All
    other rows must stay as they are. `index` proposes candidates among the rows it knows; newer rows are all compared.
    """
    exact = _Exact(embeddings, squares_of(embeddings) if squares is None else squares)
    return exact if index is None else _Indexed(exact, index)


@dataclass(frozen=True, slots=True)
class Index:
    """usearch's graph of some rows of a matrix. Lives in memory only."""

    graph: Any
    known: NDArray[np.bool_]
    """For each row at the time of building, whether it is in the graph."""

    def unknown(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Those of the rows that came later."""
        return rows[(rows >= len(self.known)) | ~self.known[np.minimum(rows, len(self.known) - 1)]]


def build_index(embeddings: NDArray[np.float32], rows: NDArray[np.intp], stopped: Callable[[], bool]) -> Index | None:
    """An index of some rows: minutes for a million. None when usearch is not installed, or when it is stopped."""
    try:
        from usearch.index import Index as Graph  # noqa: PLC0415  -- an extra that only huge galleries need
    except ImportError:
        return None
    graph = Graph(ndim=embeddings.shape[1], metric="l2sq", dtype="f32")
    for start in range(0, len(rows), _INDEXED_AT_ONCE):
        if stopped():
            return None
        some = rows[start : start + _INDEXED_AT_ONCE]
        # One thread: several can leave rows that no search reaches (unum-cloud/USearch#735), and a ring needs a core.
        graph.add(some.astype(np.uint64), embeddings[some], threads=1)
    known = np.zeros(len(embeddings), np.bool_)
    known[rows] = True
    return Index(graph, known)


class _Exact:
    """Every row is looked at, each time."""

    def __init__(self, embeddings: NDArray[np.float32], squares: NDArray[np.float32]) -> None:
        self.embeddings = embeddings
        self.squares = squares
        self._absent = np.flatnonzero(~np.isfinite(squares))
        longest = float(np.max(squares, initial=0.0, where=np.isfinite(squares)))
        self._longest = float(np.sqrt(longest))

    def nearest(self, embedding: ArrayLike, count: int) -> Found:
        face = np.asarray(embedding, np.float32)
        count = min(count, len(self.squares) - len(self._absent))
        if count <= 0 or not np.isfinite(face).all():
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        return nearest_of(self.embeddings, self._possible(face, count), face, count)

    def _possible(self, face: NDArray[np.float32], count: int) -> NDArray[np.intp]:
        """Every row that may be among the nearest `count`, whichever way the scores were rounded."""
        with np.errstate(invalid="ignore"):  # a row without numbers has no score either
            # Row by row: BLAS would call its threads together first, which takes longer than the work is worth.
            scores: NDArray[np.float32] = np.vecdot(self.embeddings, face * np.float32(-2))
        scores += self.squares
        scores[self._absent] = np.inf
        limit = _not_below(scores, count) + self._doubt(face)
        return np.flatnonzero(scores <= limit)

    def _doubt(self, face: NDArray[np.float32]) -> np.float32:
        """How far two scores may be off: the bound of a sum of products (Higham, Accuracy and Stability, 3.1)."""
        length = float(np.linalg.norm(face.astype(np.float64)))
        return np.float32(2 * (len(face) + 4) * _ROUNDING * self._longest * (self._longest + length))


class _Indexed:
    """The index proposes, exact distances decide; rows it does not know are all looked at."""

    def __init__(self, exact: _Exact, index: Index) -> None:
        self._exact = exact
        self._graph = index.graph
        self._newer = index.unknown(np.flatnonzero(np.isfinite(exact.squares)))

    def nearest(self, embedding: ArrayLike, count: int) -> Found:
        face = np.asarray(embedding, np.float32)
        if not np.isfinite(face).all():
            return self._exact.nearest(face, count)
        proposed = self._graph.search(face, max(_LEAST_CANDIDATES, 4 * count)).keys.astype(np.intp)
        present = proposed[np.isfinite(self._exact.squares[proposed])]
        if len(present) < count:  # most of those around have left the gallery
            return self._exact.nearest(face, count)
        return nearest_of(self._exact.embeddings, np.concatenate([present, self._newer]), face, count)


def nearest_of(embeddings: NDArray[np.float32], rows: NDArray[np.intp], face: NDArray[np.float32], count: int) -> Found:
    """The nearest `count` among some rows, with exact distances."""
    distances = np.concatenate(
        [_distances(embeddings[rows[start : start + _AT_ONCE]], face) for start in range(0, len(rows), _AT_ONCE)]
        or [np.zeros(0)]
    )
    order = np.lexsort((rows, distances))[:count]
    return rows[order], distances[order].astype(np.float32)


def _distances(embeddings: NDArray[np.float32], face: NDArray[np.float32]) -> NDArray[np.float64]:
    """By the difference, in double precision: nothing is lost however far from the origin all of them are."""
    apart = embeddings.astype(np.float64) - face
    distances: NDArray[np.float64] = np.sqrt(np.einsum("ij,ij->i", apart, apart))
    return distances


def _not_below(scores: NDArray[np.float32], count: int) -> np.float32:
    """A score that at least `count` rows reach; near the smallest such one, and found without sorting."""
    whole = len(scores) // _BLOCK * _BLOCK
    least = scores[:whole].reshape(-1, _BLOCK).min(axis=1)
    few = np.concatenate([least, scores[whole:]]) if len(least) >= count else scores
    limit: np.float32 = np.partition(few, count - 1)[count - 1]
    return limit
