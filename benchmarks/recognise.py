"""How long a picture takes from its file to its verdict, by stage, against plain face_recognition in the same run.

    python benchmarks/recognise.py [--rounds 15]

Ours: a warm worker process, a gallery of six photos, the time the caller waits. Plain: `load_image_file`,
`face_locations`, `face_encodings` and `face_distance` to six embeddings, models warm. Both get the same JPEG file with
one face (Grace Hopper, from matplotlib), turn by turn, so that a busy machine is busy for both.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
from matplotlib.cbook import get_sample_data
from PIL import Image
from skimage.data import astronaut

from receiver.gallery import Gallery
from receiver.models import Conclusion, Judgement
from receiver.settings import RecognitionSettings
from receiver.store import Store
from receiver.verdicts import decide
from receiver.workers import WorkerPool

SIZES = ((320, 240), (640, 480), (800, 600), (1600, 1200))
STAGES = ("decode", "detect", "embed", "quality", "verdict", "way")
ALLOWANCE_MS = 15.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="measurements of each size (15)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home:
        measure(Path(home), rounds)


def measure(home: Path, rounds: int) -> None:
    begun = time.perf_counter()
    pool = WorkerPool("dlib")
    store = Store(home / "station.sqlite3")
    try:
        pool.load()
        ready_s = time.perf_counter() - begun
        pictures = draw(home)
        gallery = enrol(home, store, pool)
        plain = plain_face_recognition(sorted((home / "known_faces").rglob("*.png")))
        report([one_size(pool, gallery, plain, picture, rounds) for picture in pictures])
        (worker,) = [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
        print(f"\nWorker: {worker.memory_info().rss / 1e6:.0f} MB resident, ready {ready_s:.2f} s after its start.")
    finally:
        pool.stop()
        store.close()


def portraits() -> dict[str, Image.Image]:
    with get_sample_data("grace_hopper.jpg") as file:
        return {"Grace": Image.open(file).convert("RGB"), "Eileen": Image.fromarray(astronaut())}


def draw(home: Path) -> list[Path]:
    """A door's pictures: the portrait fills the height, as when someone stands before the lens."""
    paths = []
    for width, height in SIZES:
        wall = Image.new("RGB", (width, height), (110, 115, 120))
        portrait = portraits()["Grace"]
        person = portrait.resize((round(portrait.width * height / portrait.height), height))
        wall.paste(person, ((width - person.width) // 2, 0))
        paths.append(home / f"{width}x{height}.jpg")
        wall.save(paths[-1], quality=85)
    return paths


def enrol(home: Path, store: Store, pool: WorkerPool) -> Gallery:
    """Six photos of two people."""
    gallery = Gallery(home / "known_faces", store, pool, "dlib", lambda _: None)
    for name, portrait in portraits().items():
        for number in range(3):
            photo = home / f"{name}{number}.png"
            portrait.crop((number, 0, portrait.width, portrait.height - number)).save(photo)
            (enrolled,) = gallery.enrol(name, [photo])
            assert enrolled.judgement is Judgement.GOOD, enrolled
    return gallery


def plain_face_recognition(photos: list[Path]) -> Callable[[Path], Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it imports pkg_resources, which announces its end
        import face_recognition  # noqa: PLC0415
    known = [face_recognition.face_encodings(face_recognition.load_image_file(photo))[0] for photo in photos]

    def identify(picture: Path) -> Any:
        image = face_recognition.load_image_file(picture)
        locations = face_recognition.face_locations(image)
        return [face_recognition.face_distance(known, e) for e in face_recognition.face_encodings(image, locations)]

    return identify


def one_size(
    pool: WorkerPool, gallery: Gallery, plain: Callable[[Path], Any], picture: Path, rounds: int
) -> tuple[str, dict[str, float], float, float]:
    """(size, median milliseconds by stage, ours in all, plain in all)."""
    ours(pool, gallery, picture)
    plain(picture)
    stages, totals, others = [], [], []
    for _ in range(rounds):
        spent, by_stage = ours(pool, gallery, picture)
        totals.append(spent)
        stages.append(by_stage)
        others.append(milliseconds(lambda: plain(picture))[0])
    medians = {stage: statistics.median(by[stage] for by in stages) for stage in STAGES}
    return picture.stem, medians, statistics.median(totals), statistics.median(others)


def ours(pool: WorkerPool, gallery: Gallery, picture: Path) -> tuple[float, dict[str, float]]:
    looked, analysis = milliseconds(lambda: pool.analyse(picture))
    tolerance = RecognitionSettings().tolerance
    decided, conclusion = milliseconds(lambda: decide(analysis, gallery.match, tolerance))
    assert isinstance(conclusion, Conclusion)
    assert conclusion.faces[0][3].identity == "Grace", conclusion
    stages = dict(analysis.timings_ms)
    return looked + decided, stages | {"verdict": decided, "way": looked - sum(stages.values())}


def milliseconds(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return (time.perf_counter() - begun) * 1000, result


def report(rows: list[tuple[str, dict[str, float], float, float]]) -> None:
    print("Median milliseconds; `way` is the picture's way to the worker and the answer's way back.\n")
    print(
        f"| picture | {' | '.join(STAGES)} | ours | face_recognition | ratio | within plain + {ALLOWANCE_MS:.0f} ms |"
    )
    print("|---|" + "---|" * (len(STAGES) + 4))
    for size, stages, total, other in rows:
        cells = [f"{stages[stage]:.1f}" for stage in STAGES]
        goal = "yes" if total <= other + ALLOWANCE_MS else "NO"
        print(f"| {size} | {' | '.join(cells)} | {total:.0f} | {other:.0f} | {other / total:.1f} | {goal} |")


if __name__ == "__main__":
    main()
