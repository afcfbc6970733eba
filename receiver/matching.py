"""Who an embedding is nearest to, and how sure that is: pure functions of the gallery's matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from receiver.models import Match

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from receiver.models import Embedding


@dataclass(frozen=True, slots=True)
class People:
    """The embeddings of everybody who is enrolled, at one moment."""

    names: tuple[str, ...]
    """In the order of the matrix."""
    starts: NDArray[np.intp]
    """First row of each name."""
    embeddings: NDArray[np.float32]
    """Photos x dimensions, those of one name together."""

    def match(self, embedding: Embedding) -> Match:
        """The nearest identity by its nearest photo, and the nearest other one; Euclidean distances."""
        if not self.names:
            return Match(None, None, None, None)
        distances = np.linalg.norm(self.embeddings - np.asarray(embedding, np.float32), axis=1)
        nearest = np.minimum.reduceat(distances, self.starts)
        order = np.argsort(nearest, kind="stable")[:2]
        first = int(order[0])
        if len(order) == 1:
            return Match(self.names[first], float(nearest[first]), None, None)
        second = int(order[1])
        return Match(self.names[first], float(nearest[first]), self.names[second], float(nearest[second]))


NOBODY = People((), np.zeros(0, np.intp), np.zeros((0, 0), np.float32))
