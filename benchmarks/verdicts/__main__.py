"""What the lines for a name are worth: pictures as a door sends them, households drawn at random, rates by table.

    python -m benchmarks.verdicts [--people FOLDER] [--detector hog|yunet|auto] [--yunet FILE] [--draws N]

Every picture goes through the product's own code: the engine analyses the JPEG file, `matching.People` matches,
`verdicts.decide` decides. The folder holds a folder of tight portraits for each person. Ranges in brackets are 95 %
confidence intervals over people (not over pictures, which would be too narrow by far).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.door_pictures import ENROLLED, PEOPLE
from benchmarks.verdicts.households import WAYS, drawn
from benchmarks.verdicts.one_picture import by_condition_and_size, households_at_the_door, trade_off, without_lines
from benchmarks.verdicts.own_test import advice, look_alikes
from benchmarks.verdicts.pictures import Photos, Seen, good_photos, look_at_everybody
from benchmarks.verdicts.probability import probability
from benchmarks.verdicts.quality import quality_lines
from benchmarks.verdicts.strangers import crowding, strangers
from benchmarks.verdicts.tallies import rings
from benchmarks.verdicts.visits import several_pictures, weighting
from receiver.engines.model_files import place_detector
from receiver.verdicts import judge_photo


def main() -> None:
    options = command_line()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        if options.yunet:
            place_detector(Path(name), options.yunet)
        seen = look_at_everybody(options.people, options.detector, Path(name), options.processes or 1)
    print(f"{len(seen)} pictures looked at in {time.perf_counter() - begun:.0f} s.")
    report(seen, options.draws)
    print(f"\nAll in {time.perf_counter() - begun:.0f} s.")


def command_line() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.verdicts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=Path, default=PEOPLE, help="a folder of folders of tight portraits")
    parser.add_argument("--detector", choices=("hog", "yunet", "auto"), default="auto")
    parser.add_argument("--yunet", type=Path, help="YuNet's file; without it auto means hog")
    parser.add_argument("--draws", type=int, default=12, help="households for each table (12)")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="that look at pictures (one a core)")
    return parser.parse_args()


def report(everything: Sequence[Seen], draws: int) -> None:
    """All tables."""
    photos = good_photos(everything)
    pictures = [seen for seen in everything if seen.shot.of_the_set]
    extra = [seen for seen in everything if not seen.shot.of_the_set]
    about(everything, photos, pictures)
    homes = {each: list(drawn(photos, each, draws)) for each in (1, 3, 4)}
    told = [answer for households in homes.values() for answer in rings(households, pictures, WAYS)]
    households_at_the_door(told)
    by_condition_and_size(told)
    trade_off(homes[3][:4], pictures)
    without_lines(homes[3][:4], pictures)
    several_pictures(photos, [*pictures, *extra], draws)
    probability(photos, pictures, homes[3])
    strangers(photos, pictures)
    quality_lines(photos, pictures, extra)
    weighting(photos, extra, pictures)
    crowding(photos)
    advice(photos, pictures)
    look_alikes(photos, pictures)


def about(everything: Sequence[Seen], photos: Photos, pictures: Sequence[Seen]) -> None:
    everybody = {seen.person for seen in everything}
    tried = [seen for seen in everything if seen.shot == ENROLLED]
    judged = Counter(judge_photo(seen.analysis)[0].value for seen in tried)
    print(f"{len(everybody)} people, {len(photos)} of whom can be enrolled; {len(tried)} photos: ", end="")
    print(", ".join(f"{count} {judgement}" for judgement, count in judged.items()) + ".")
    print(f"{len(pictures)} pictures in the set, ", end="")
    print(f"{sum(len(s.analysis.faces) > 1 for s in everything)} of all with a second face in them.")


if __name__ == "__main__":
    main()
