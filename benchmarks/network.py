"""dlib's face network in dlib, in ONNX Runtime and in OpenCV: how fast, how large, and whether they agree.

    python -m benchmarks.network [FACES]

All of them embed the same chips in the same process, turn by turn, so that a busy machine is busy for each; medians.
Loading is measured in processes of its own. FACES is a folder with pictures of faces (default ../shared/data/faces):
each face that HOG finds is cut out as dlib does, 39 times (moved, turned, scaled, mirrored, darkened, blurred).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import dlib
import numpy as np

from benchmarks.tables import table
from receiver.engines.network import load
from receiver.engines.runtimes import DlibNetwork, OnnxNetwork

ROUNDS = 15
BATCHES = (1, 2, 4, 16)
VARIANTS = 39
RANDOM_CHIPS = 500
TOLERANCES = np.arange(0.40, 0.701, 0.01)
UNDECIDED = 1e-5
"""Pairs this near to a tolerance may fall to either side."""

(_PACKAGE,) = find_spec("face_recognition_models").submodule_search_locations  # importing it takes half a second
WEIGHTS = Path(_PACKAGE) / "models" / "dlib_face_recognition_resnet_model_v1.dat"
FACES = Path(__file__).resolve().parents[2] / "shared" / "data" / "faces"

Embed = Callable[[np.ndarray], Any]


def main(faces: Path = FACES) -> None:
    with tempfile.TemporaryDirectory() as name:
        models = Path(name)
        load(WEIGHTS, models)
        (path,) = models.glob("*.onnx")
        for figures in (lambda: loading(models), lambda: speeds(networks(path)), lambda: agreement(faces, path)):
            print(figures(), end="\n\n", flush=True)


# ---- speed


def networks(path: Path) -> dict[str, Embed]:
    """Name -> a function that embeds chips. cv2's threads are set for each turn: they are one number per process."""
    found: dict[str, Embed] = {"dlib": DlibNetwork(WEIGHTS).embed}
    for threads in (1, 2):
        found[f"ONNX Runtime, {threads} threads"] = OnnxNetwork(path, threads).embed
    for threads in (1, 2):
        found[f"cv2.dnn, {threads} threads"] = in_opencv(path, threads)
    return found


def in_opencv(path: Path, threads: int) -> Embed:
    """One network for each size of a batch: OpenCV 5.0.0 ends with a segmentation fault when batches grow."""
    of_size: dict[int, Any] = {}

    def embed(chips: np.ndarray) -> Any:
        cv2.setNumThreads(threads)
        if len(chips) not in of_size:
            of_size[len(chips)] = cv2.dnn.readNetFromONNX(str(path), engine=cv2.dnn.ENGINE_CLASSIC)
        network = of_size[len(chips)]
        network.setInput(chips)
        return network.forward().copy()

    return embed


def speeds(embed: dict[str, Embed]) -> str:
    """Milliseconds per face, each network once per round."""
    chips = np.random.default_rng(0).integers(0, 256, (max(BATCHES), 150, 150, 3), np.uint8)
    rows: dict[str, list[str]] = {name: [] for name in embed}
    ratios: dict[str, list[float]] = {name: [] for name in embed}
    for size in BATCHES:
        measured = interleaved(embed, chips[:size])
        for name, values in measured.items():
            rows[name].append(f"{statistics.median(values):.1f}")
            ratios[name] += [theirs / ours for theirs, ours in zip(measured["dlib"], values, strict=True)]
    head = ("ms per face", *(f"{size} at once" for size in BATCHES), "times dlib (median of turns)")
    return table(head, [(name, *cells, f"{statistics.median(ratios[name]):.1f}") for name, cells in rows.items()])


def interleaved(embed: dict[str, Embed], chips: np.ndarray) -> dict[str, list[float]]:
    """Every turn of dlib's is one chip: it takes as long for each of a batch."""
    values: dict[str, list[float]] = {name: [] for name in embed}
    for function in embed.values():
        function(chips)  # buffers are laid out at the first run of a size
    for _ in range(ROUNDS):
        for name, function in embed.items():
            some = chips[:1] if name == "dlib" else chips
            begun = time.perf_counter()
            function(some)
            values[name].append((time.perf_counter() - begun) * 1000 / len(some))
    return values


# ---- loading

_LOADERS = {
    "dlib's network": "from receiver.engines.runtimes import DlibNetwork; n = DlibNetwork(Path(W))",
    "ONNX Runtime, from the kept file": "from receiver.engines.network import load; n, _ = load(Path(W), Path(M))",
    "ONNX Runtime, converted first": "from receiver.engines.network import load; n, _ = load(Path(W), None)",
    "the same, in one process": "from receiver.engines import conversion, runtimes; "
    "n = runtimes.OnnxNetwork(conversion.convert_here(Path(W)))",
}
_FRAME = """
import os, sys, time; os.environ["ORT_DISABLE_TELEMETRY"] = "1"
from pathlib import Path; import numpy as np, psutil
W, M = sys.argv[1:]; used = lambda: psutil.Process().memory_info().rss / 1e6
before, begun = used(), time.perf_counter()
{load}
spent, after = time.perf_counter() - begun, used()
n.embed(np.zeros((16, 150, 150, 3), np.uint8))
print(spent, after - before, used() - before)
"""


def loading(models: Path) -> str:
    """Each in a process of its own, five turns; imports counted, numpy's excepted."""
    values: dict[str, list[list[float]]] = {name: [] for name in _LOADERS}
    for _ in range(5):
        for name, loader in _LOADERS.items():
            command = [sys.executable, "-c", _FRAME.format(load=loader), str(WEIGHTS), str(models)]
            printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            values[name].append([float(value) for value in printed.split()])
    rows = []
    for name, found in values.items():
        seconds, loaded, used = (statistics.median(column) for column in zip(*found, strict=True))
        rows.append((name, f"{seconds:.2f} s", f"{loaded:.0f} MB", f"{used:.0f} MB"))
    return table(("loading", "import and load", "memory", "after a batch of 16"), rows)


# ---- agreement


def agreement(faces: Path, path: Path) -> str:
    fast, slow = OnnxNetwork(path), DlibNetwork(WEIGHTS)
    sets = {"random chips": np.random.default_rng(1).integers(0, 256, (RANDOM_CHIPS, 150, 150, 3), np.uint8)}
    if (cut := list(chips_of(faces))) != []:
        sets[f"faces of {faces.name}, {len(cut) // VARIANTS} times {VARIANTS}"] = np.array(cut)
    head = ("chips", "number", "component differs by", "distance differs by", "pairs", "change sides", "undecided")
    return table(head, [compared(name, fast.embed(chips), slow.embed(chips)) for name, chips in sets.items()])


def compared(name: str, ours: np.ndarray, theirs: np.ndarray) -> tuple[str, ...]:
    """Sides are compared at each tolerance from 0.40 to 0.70."""
    component = np.abs(ours - theirs).max()
    distance, changed, undecided = 0.0, 0, 0
    for row in range(len(ours) - 1):
        near, far = (np.linalg.norm(e[row + 1 :] - e[row], axis=1)[:, None] for e in (ours, theirs))
        distance = max(distance, float(np.abs(near - far).max()))
        open_ = np.abs(far - TOLERANCES) <= UNDECIDED
        changed += int((((near <= TOLERANCES) != (far <= TOLERANCES)) & ~open_).sum())
        undecided += int(open_.sum())
    pairs = len(ours) * (len(ours) - 1) // 2
    figures = (f"{len(ours):,}", f"{component:.1e}", f"{distance:.1e}", f"{pairs:,}", f"{changed}", f"{undecided:,}")
    return (name, *figures)


def chips_of(faces: Path) -> Iterator[np.ndarray]:
    """39 chips of each face of each picture."""
    find = dlib.get_frontal_face_detector()
    landmarks = dlib.shape_predictor(str(WEIGHTS.with_name("shape_predictor_5_face_landmarks.dat")))
    rng = np.random.default_rng(2)
    for path in sorted([*faces.rglob("*.png"), *faces.rglob("*.jpg")]):
        picture = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        for box in find(picture, 1):
            chip = dlib.get_face_chip(picture, landmarks(picture, box), 150, 0.25)
            yield chip
            for _ in range(VARIANTS - 1):
                yield varied(chip, rng)


def varied(chip: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Moved, turned, scaled, mirrored, darkened and blurred by chance."""
    turn = cv2.getRotationMatrix2D((75, 75), rng.uniform(-15, 15), rng.uniform(0.85, 1.2))
    turn[:, 2] += rng.uniform(-8, 8, 2)
    moved = cv2.warpAffine(chip, turn, (150, 150), borderMode=cv2.BORDER_REFLECT)
    mirrored = moved[:, ::-1] if rng.random() < 0.5 else moved
    blurred = cv2.GaussianBlur(mirrored, (0, 0), rng.uniform(0.3, 3))
    return np.clip(blurred * rng.uniform(0.3, 1.2), 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
