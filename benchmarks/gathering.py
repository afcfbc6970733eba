"""Which way of gathering strangers keeps people apart and together best; docs/decisions/0018 has the figures.

    python -m benchmarks.gathering [--people FOLDER] [--lives N]

Everybody in the folder (a folder of tight portraits each) comes to the door once per portrait, in an order and under
conditions drawn anew for every life. The product's own engine and quality lines look at each picture.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.door_pictures import ORDINARY, PEOPLE, Shot, people
from benchmarks.tables import table
from receiver.engines import create
from receiver.verdicts import STRANGER, shortcoming

Row = NDArray[np.float64]
SIZES = (80, 110, 160)
LINES = (0.45, 0.5, 0.55, 0.6)
LINKAGES: dict[str, Callable[[Row], float]] = {
    "nearest member": lambda row: float(row.min()),
    "mean of the members": lambda row: float(row.mean()),
    "farthest member": lambda row: float(row.max()),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=Path, default=PEOPLE)
    parser.add_argument("--lives", type=int, default=400)
    options = parser.parse_args()
    seen = look(options.people)
    lives = [a_life(seen, np.random.default_rng(number)) for number in range(options.lives)]
    rows = [
        (way, f"{line:.2f}", *figures(lives, linkage, line))
        for (way, linkage), line in product(LINKAGES.items(), LINES)
    ]
    print(f"{len(seen)} portraits, {options.lives} lives of {np.mean([len(life) for life in lives]):.0f} visits each")
    print(table(("joins by", "line", "in the right group", "letters per person", "groups of two people"), rows))


def look(folder: Path) -> dict[tuple[str, int], list[Row]]:
    """(person, portrait) -> the embeddings of its pictures that may be called a stranger's."""
    engine = create("dlib")
    found: dict[tuple[str, int], list[Row]] = {}
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "door.jpg"
        for person, portraits in people(folder).items():
            for number, portrait in enumerate(portraits):
                for size, condition in product(SIZES, ORDINARY):
                    file.write_bytes(Shot(size, condition, number * 100).of(portrait))
                    faces = [f for f in engine.analyse(file).faces if not shortcoming(f.quality, STRANGER)[1]]
                    if faces:
                        best = max(faces, key=lambda face: face.box.width)
                        found.setdefault((person, number), []).append(best.embedding.astype(np.float64))
    return found


def a_life(seen: dict[tuple[str, int], list[Row]], chance: np.random.Generator) -> list[tuple[str, Row]]:
    """Everybody comes once per portrait: (who, embedding), in some order."""
    visits = [(who, rows[chance.integers(len(rows))]) for (who, _), rows in seen.items()]
    return [visits[place] for place in chance.permutation(len(visits))]


def gathered(life: Sequence[tuple[str, Row]], linkage: Callable[[Row], float], line: float) -> list[list[str]]:
    """Who is in each group: everybody joins the nearest one, if that is near enough."""
    groups: list[list[tuple[str, Row]]] = []
    for visit in life:
        far = [linkage(np.linalg.norm(np.stack([row for _, row in group]) - visit[1], axis=1)) for group in groups]
        nearest = int(np.argmin(far)) if far else -1
        if nearest >= 0 and far[nearest] <= line:
            groups[nearest].append(visit)
        else:
            groups.append([visit])
    return [[who for who, _ in group] for group in groups]


def figures(lives: Sequence[list[tuple[str, Row]]], linkage: Callable[[Row], float], line: float) -> tuple[str, ...]:
    """Share of visits in their person's largest group, groups of two and more per person, mixed groups per life."""
    right = visits = letters = mixed = persons = 0
    for life in lives:
        groups = [Counter(group) for group in gathered(life, linkage, line)]
        everybody = {who for who, _ in life}
        visits, persons = visits + len(life), persons + len(everybody)
        right += sum(max(group[who] for group in groups) for who in everybody)
        letters += sum(group.total() > 1 for group in groups)
        mixed += sum(len(group) > 1 for group in groups)
    return f"{right / visits:.1%}", f"{letters / persons:.2f}", f"{mixed / len(lives):.2f}"


if __name__ == "__main__":
    main()
