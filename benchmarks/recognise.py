"""How long a picture takes from its file to its name, by stage, against plain face_recognition in the same run.

    python -m benchmarks.recognise [--rounds 6] [--yunet FILE]

Ours: a warm worker process for each detector, the time the caller waits. Plain: `load_image_file`, `face_locations`,
`face_encodings` and `face_distance` to six embeddings, models warm. All get the same JPEG file with one face (Grace
Hopper, from matplotlib), turn by turn, so that a busy machine is busy for everyone; a turn is four pictures, since
right after somebody else's work the processor's caches are cold.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cv2
import numpy as np
import psutil
from matplotlib.cbook import get_sample_data
from PIL import Image
from skimage.data import astronaut

from benchmarks.original_flow import encode_gallery, who_is_it
from receiver import search
from receiver.engines import network
from receiver.engines.dlib_engine import models_folder
from receiver.engines.model_files import find_detector
from receiver.engines.runtimes import DlibNetwork
from receiver.fusion import Fused
from receiver.matching import People, Rule
from receiver.settings import RecognitionSettings
from receiver.workers import WorkerPool

SIZES = ((320, 240), (640, 480), (800, 600), (1600, 1200))
STAGES = ("decode", "detect", "embed", "quality")
CORES, TURN = 2, 4

MOST_MS = {("hog", 640): 50.0, ("hog", 1600): 120.0, ("yunet", 640): 20.0, ("yunet", 1600): 25.0}
LEAST_RATIO = {"hog": 5.0, "yunet": 12.0}
READY_S, MEMORY_MB, PER_SECOND = 1.5, 200.0, 20.0
"""The goals of the issue, on two cores."""

SHARED_YUNET = Path(__file__).resolve().parents[2] / "shared" / "data" / "models"


class Eye(NamedTuple):
    """A warm worker with one detector."""

    detector: str
    pool: WorkerPool
    ready_s: float
    process: psutil.Process


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=6, help="turns of four pictures of each size (6)")
    parser.add_argument("--yunet", type=Path, help="YuNet's file; else that of ../shared/data/models, if it is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        models = Path(home) / "models"
        models.mkdir()
        if file := options.yunet or find_detector(SHARED_YUNET):
            shutil.copy(file, models / file.name)
        measure(Path(home), models, options.rounds)


def measure(home: Path, models: Path, rounds: int) -> None:
    pictures = draw(home, portrait("Grace"))
    walls = draw(home, None)
    plain = plain_face_recognition()
    report_first_start(models)
    with opened("hog", models) as hog, opened("yunet", models) as yunet:
        eyes = [eye for eye in (hog, yunet) if eye]
        report_speed(eyes, plain, pictures, rounds)
        report_worst_case(eyes, walls, rounds)
        report_throughput(eyes, pictures[1])
        report_workers(eyes)
        report_original(home, pictures, eyes, rounds)
    report_embedding(models, rounds)
    report_matching()


# ---- what is looked at


def portrait(name: str) -> Image.Image:
    """Public-domain photos that two packages carry."""
    if name == "Eileen":
        return Image.fromarray(np.asarray(astronaut()))
    with get_sample_data("grace_hopper.jpg") as file:
        return Image.open(file).convert("RGB")


def draw(home: Path, person: Image.Image | None) -> list[Path]:
    """A door's pictures: the portrait fills the height, as when someone stands before the lens; or only leaves."""
    return [_drawn(home, size, person) for size in SIZES]


def _drawn(home: Path, size: tuple[int, int], person: Image.Image | None) -> Path:
    width, height = size
    path = home / f"{'person' if person else 'leaves'}{width}x{height}.jpg"
    if person:
        picture = Image.new("RGB", size, (110, 115, 120))
        scaled = person.resize((round(person.width * height / person.height), height))
        picture.paste(scaled, ((width - scaled.width) // 2, 0))
    else:
        leaves = np.random.default_rng(0).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
        picture = Image.fromarray(leaves).resize(size, Image.Resampling.BICUBIC)
    picture.save(path, quality=85)
    return path


def plain_face_recognition() -> Callable[[Path], Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it imports pkg_resources, which announces its end
        import face_recognition  # noqa: PLC0415
    known = [face_recognition.face_encodings(np.array(portrait(name)))[0] for name in ("Grace", "Eileen") * 3]

    def identify(picture: Path) -> Any:
        image = face_recognition.load_image_file(picture)
        locations = face_recognition.face_locations(image)
        return [face_recognition.face_distance(known, e) for e in face_recognition.face_encodings(image, locations)]

    return identify


# ---- who looks


@contextmanager
def opened(detector: str, models: Path) -> Iterator[Eye | None]:
    """A loaded worker as the station has it; None for YuNet without its file."""
    if detector == "yunet" and not find_detector(models):
        print("YuNet's file is not here: only HOG is measured.\n")
        yield None
        return
    before = set(psutil.Process().children())
    pool = WorkerPool("dlib", models=models, detector=detector, threads=CORES)
    begun = time.perf_counter()
    try:
        pool.load()
        ready_s = time.perf_counter() - begun
        (process,) = [p for p in psutil.Process().children() if p not in before and "spawn_main" in str(p.cmdline())]
        yield Eye(detector, pool, ready_s, process)
    finally:
        pool.stop()


def report_first_start(models: Path) -> None:
    with opened("hog", models) as eye:
        assert eye
        print(f"The very first start, which converts the network and keeps the detector: {eye.ready_s:.2f} s.\n")


# ---- how long it takes


def report_speed(eyes: Sequence[Eye], plain: Callable[[Path], Any], pictures: Sequence[Path], rounds: int) -> None:
    print("One face, milliseconds (medians of the stages, p50/p95 of the whole; `way` is there and back).\n")
    print(f"| picture | eye | {' | '.join(STAGES)} | way | ours | face_recognition | ratio | goals |")
    print("|---|---|" + "---:|" * (len(STAGES) + 4) + "---|")
    for (width, height), picture in zip(SIZES, pictures, strict=True):
        watched = {eye.detector: Watched() for eye in eyes}
        others = Watched()
        plain(picture)
        for _ in range(rounds):
            for eye in eyes:
                watched[eye.detector].take_turn(partial(eye.pool.analyse, picture))
            others.take_turn(partial(plain, picture))
        for eye in eyes:
            _report_row(f"{width}x{height}", width, eye.detector, watched[eye.detector], others)


def _report_row(size: str, width: int, detector: str, ours: Watched, others: Watched) -> None:
    assert all(len(analysis.faces) == 1 for analysis in ours.answers)
    stages = [statistics.median(a.timings_ms[stage] for a in ours.answers) for stage in STAGES]
    ratio = others.p50 / ours.p50
    most = MOST_MS.get((detector, width))
    goals = f"{_yes(ours.p50 <= most)} {most:.0f} ms, {_at_least(ratio, LEAST_RATIO[detector])}" if most else ""
    cells = " | ".join(f"{ms:.1f}" for ms in [*stages, ours.p50 - sum(stages)])
    print(f"| {size} | {detector} | {cells} | {ours} | {others} | {ratio:.1f} | {goals} |")


def report_worst_case(eyes: Sequence[Eye], walls: Sequence[Path], rounds: int) -> None:
    print("\nA picture without a face, in which every look is made (milliseconds, p50/p95).\n")
    print(f"| picture | {' | '.join(eye.detector for eye in eyes)} |\n|---|{'---:|' * len(eyes)}")
    for (width, height), picture in zip(SIZES, walls, strict=True):
        watched = [Watched() for _ in eyes]
        for _ in range(rounds // 2 + 1):
            for eye, watch in zip(eyes, watched, strict=True):
                watch.look(partial(eye.pool.analyse, picture))
        print(f"| {width}x{height} | {' | '.join(map(str, watched))} |")


def report_throughput(eyes: Sequence[Eye], picture: Path) -> None:
    print()
    for eye in eyes:
        rate = statistics.median(_looks_in_a_second(eye.pool, picture) for _ in range(5))
        goal = f" ({_at_least(rate, PER_SECOND)})" if eye.detector == "yunet" else ""
        print(f"One {eye.detector} worker, VGA pictures back to back, median of 5 s: {rate:.0f} a second{goal}.")


def _looks_in_a_second(pool: WorkerPool, picture: Path) -> float:
    begun, looks = time.perf_counter(), 0
    while (spent := time.perf_counter() - begun) < 1.0:
        pool.analyse(picture)
        looks += 1
    return looks / spent


def report_workers(eyes: Sequence[Eye]) -> None:
    for eye in eyes:
        memory = eye.process.memory_info().rss / 1e6
        print(
            f"The {eye.detector} worker: ready {eye.ready_s:.2f} s after its start "
            f"({_yes(eye.ready_s <= READY_S)} {READY_S} s), "
            f"{memory:.0f} MB resident after all this ({_yes(memory < MEMORY_MB)} {MEMORY_MB:.0f} MB)."
        )


def report_embedding(models: Path, rounds: int) -> None:
    weights = models_folder() / "dlib_face_recognition_resnet_model_v1.dat"
    ours, remark = network.load(weights, models, CORES)
    dlibs = DlibNetwork(weights)
    chips = np.random.default_rng(0).integers(0, 256, (2, 150, 150, 3), np.uint8)
    fast, slow = Watched(), Watched()
    for _ in range(rounds + 1):
        fast.look(lambda: ours.embed(chips))
        slow.look(lambda: dlibs.embed(chips[:1]))
    print(f"\nEmbedding a face and its mirror image: {fast} ms; the face alone with dlib: {slow} ms. {remark}".rstrip())
    print(f"That is {2 * slow.p50 / fast.p50:.1f} times as fast a chip.")


# ---- who it is


def report_matching() -> None:
    """From the numbers of one face to the name, by what the station asks of the gallery."""
    print("\nFrom a face's numbers to its match, by photos enrolled (five a person), milliseconds p50/p95:", end=" ")
    rng = np.random.default_rng(0)
    rule = Rule.of(RecognitionSettings())
    told = []
    for photos in (6, 1_000, 100_000):
        rows = rng.normal(0, 0.11, (photos, 128)).astype(np.float32)
        names = tuple(f"person {number}" for number in range((photos + 4) // 5))
        people = People(names, np.arange(photos) // 5, rows, search.over(rows))
        watch = Watched()
        for _ in range(30):
            watch.look(partial(people.match, Fused(rows[0] + 0.01, 0.0), rule))
        told.append(f"{photos:,}: {watch.in_tenths}")
    print("; ".join(told) + ".")


def report_original(home: Path, pictures: Sequence[Path], eyes: Sequence[Eye], rounds: int) -> None:
    """The script Porchlight replaces encodes its gallery anew on each press, and looks at a quarter of the size."""
    photos = home / "known_faces"
    for name in ("Grace", "Eileen"):
        (photos / name).mkdir(parents=True)
        for number in range(3):
            portrait(name).save(photos / name / f"{number}.jpg", quality=90)
    print("\nFrom the file to the name with six photos enrolled, seconds:\n")
    print(f"| picture | {' | '.join(eye.detector for eye in eyes)} | original flow | what it says |")
    print("|---|" + "---:|" * (len(eyes) + 1) + "---|")
    for (width, height), picture in zip(SIZES, pictures, strict=True):
        original, ours = Watched(), [Watched() for _ in eyes]
        for _ in range(max(rounds // 3, 1) + 1):
            original.look(lambda shown=picture: who_is_it(cv2.imread(str(shown)), *encode_gallery(photos)))
            for eye, watch in zip(eyes, ours, strict=True):
                watch.look(partial(eye.pool.analyse, picture))
        cells = " | ".join(f"{watch.p50 / 1000:.3f}" for watch in [*ours, original])
        print(f"| {width}x{height} | {cells} | {original.answers[-1]} |")


class Watched:
    """Milliseconds and answers of something done again and again; the first time is for warming up."""

    def __init__(self) -> None:
        self._spent: list[float] = []
        self._answers: list[Any] = []

    def look(self, work: Callable[[], Any]) -> None:
        begun = time.perf_counter()
        self._answers.append(work())
        self._spent.append((time.perf_counter() - begun) * 1000)

    def take_turn(self, work: Callable[[], Any]) -> None:
        for _ in range(TURN):
            self.look(work)

    @property
    def answers(self) -> list[Any]:
        return self._answers[1:]

    @property
    def p50(self) -> float:
        return statistics.median(self._spent[1:])

    @property
    def p95(self) -> float:
        spent = sorted(self._spent[1:])
        return spent[min(len(spent) - 1, round(len(spent) * 0.95))]

    @property
    def in_tenths(self) -> str:
        return f"{self.p50:.1f}/{self.p95:.1f}"

    def __str__(self) -> str:
        return f"{self.p50:.0f}/{self.p95:.0f}"


def _yes(reached: bool) -> str:
    return "yes:" if reached else "NO:"


def _at_least(value: float, goal: float) -> str:
    return f"{_yes(value >= goal)} at least {goal:.0f}"


if __name__ == "__main__":
    main()
