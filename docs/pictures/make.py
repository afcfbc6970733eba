"""Makes docs/pictures/*.png: all pages in all states, light and dark, at 100 % and 200 %.

    python docs/pictures/make.py [--into FOLDER] [--look] [--only WORD] [--language de]

The pages go into the folder itself, the rarer states into `states` below it. `--look` makes every one of them in every
size (900x600, usual, 3840x2160), colour and scale, to be looked at before a release and not kept. `--only` makes those
with a word in their name. It needs no screen: Qt draws offscreen.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPalette
from PySide6.QtWidgets import QApplication

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests" / "desktop_app"), str(HERE)]

from scenes import Scene, a_day, a_first_visit, long_names, ten_thousand  # noqa: E402

from desktop_app.app import make_application  # noqa: E402
from desktop_app.main_window import apply_theme  # noqa: E402

Picture = tuple[str, QImage]
PAGES = ("live", "visits", "people", "doors", "settings")
SIZES = {"": QSize(1120, 740), "-small": QSize(900, 600), "-large": QSize(3840, 2160)}


def main() -> int:
    """Make all pictures, each scale in a process of its own: Qt reads the scale once."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, default=HERE)
    parser.add_argument("--scale", choices=("1", "2"))
    parser.add_argument("--look", action="store_true", help="everything in every size, colour and scale")
    parser.add_argument("--language", choices=("en", "de"), default="en")
    parser.add_argument("--only", default="", help="only pictures with this in their name")
    options = parser.parse_args()
    if options.scale:
        make(options.into, options.scale, options.only, options.language, look=options.look)
        return 0
    for scale in ("1", "2"):
        environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, __file__, "--into", str(options.into), "--scale", scale, "--only", options.only]
        command += ["--language", options.language]
        command += ["--look"] * options.look
        subprocess.run(command, env=environment, check=True)  # noqa: S603  -- ourselves
    return 0


def make(into: Path, scale: str, only: str, language: str, *, look: bool) -> None:
    """All pictures of one scale."""
    application = make_application(["make"], language)
    application.setFont(QFont("DejaVu Sans", 10))
    light = application.palette()
    sizes = SIZES if look else {"": SIZES[""]}
    with tempfile.TemporaryDirectory() as folder:
        for theme, palette in (("light", light), ("dark", dark_palette(light))):
            QApplication.setPalette(palette)
            apply_theme()
            for suffix, size in sizes.items():
                ending = f"{suffix}-{theme}{'@2x' if scale == '2' else ''}.png"
                for part, shots in (("", pages), ("states", states)):
                    if part and scale == "2" and not look:
                        continue
                    (into / part).mkdir(parents=True, exist_ok=True)
                    for name, image in shots(Path(folder), size, only):
                        target = into / part / f"{name}{ending}"
                        image.save(str(target)) if look else save(image, target)
    QApplication.setPalette(light)


def dark_palette(light: QPalette) -> QPalette:
    """What a dark desktop gives Qt."""
    palette = QPalette(light)
    role = QPalette.ColorRole
    for which, color in (
        (role.Window, "#323232"),
        (role.Base, "#242424"),
        (role.Text, "#ffffff"),
        (role.WindowText, "#ffffff"),
        (role.ButtonText, "#ffffff"),
        (role.Button, "#323232"),
        (role.PlaceholderText, "#a8a8a8"),
    ):
        palette.setColor(which, QColor(color))
    return palette


def pages(folder: Path, size: QSize, only: str) -> Iterator[Picture]:
    """(name, picture) of every page, before anything has happened and after a day."""
    for page in PAGES[:-1]:
        yield from _taken(f"{page}-empty", only, lambda: Scene(folder, size), partial(Scene.shot, page=page))
    for name, page, prepare in (
        ("live", "live", ()),
        ("people", "people", ("people",)),
        ("doors", "doors", ("doors",)),
        ("visits", "visits", ("visit",)),
        ("settings", "settings", ()),
        ("live-door", "live", ("doors", "asking_door")),
    ):
        yield from _state(name, only, folder, size, page, *prepare)
    yield from _taken("problem", only, lambda: Scene(folder, size, a_day), Scene.problem)


def states(folder: Path, size: QSize, only: str) -> Iterator[Picture]:
    """(name, picture) of what is seen more rarely."""
    for name, page, *prepare in (
        ("live-several", "live", "several"),
        ("live-crowd", "live", "crowd"),
        ("live-waiting", "live", "waiting"),
        ("live-undelivered", "live", "undelivered"),
        ("live-quiet", "live", "quiet"),
        ("live-not-anna", "live", "not_anna"),
        ("visits-none-fits", "visits", "filtered"),
        ("people-enrolled", "people", "enrolled"),
        ("people-group-photo", "people", "group_photo"),
        ("people-own-test", "people", "own_test"),
        ("people-strangers", "people", "people", "strangers"),
        ("people-stranger", "people", "stranger"),
        ("people-forget", "people", "forgetting"),
        ("doors-full-test", "doors", "doors", "full_test"),
        ("doors-ways", "doors", "doors", "camera_door", "ways"),
        ("doors-set-up", "doors", "doors", "set_up"),
        ("doors-camera", "doors", "doors", "camera"),
        ("settings-chats", "settings", "chats"),
        ("settings-tested", "settings", "tested"),
    ):
        yield from _state(name, only, folder, size, page, *prepare)
    for section in ("mqtt", "window", "hush", "recognition", "retention", "receiver", "opening"):
        yield from _taken(
            f"settings-{section}",
            only,
            lambda: Scene(folder, size, a_day),
            lambda scene, section=section: (scene.doors(), scene.section(section))[1],
        )
    for name, fill in (("one", a_first_visit), ("many", ten_thousand), ("long", long_names)):
        for page in ("live", "visits", "people"):
            yield from _taken(
                f"{page}-{name}",
                only,
                lambda fill=fill: Scene(folder, size, fill),
                lambda scene, page=page: (scene.visit(0), scene.shot(page))[1],
            )
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for page in PAGES:
        yield from _state(f"{page}-mirrored", only, folder, size, page, "doors", "people", "visit")
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def _state(name: str, only: str, folder: Path, size: QSize, page: str, *prepare: str) -> Iterator[Picture]:
    def take(scene: Scene) -> QImage:
        for step in prepare:
            getattr(scene, step)()
        return scene.shot(page)

    yield from _taken(name, only, lambda: Scene(folder, size, a_day), take)


def _taken(name: str, only: str, stage: Callable[[], Scene], take: Callable[[Scene], QImage]) -> Iterator[Picture]:
    """Each in a window of its own: nothing is left over from another one."""
    if only in name:
        with stage() as scene:
            yield name, take(scene)


def save(image: QImage, target: Path) -> None:
    """Write a picture with 256 colours: a third of the size, and no difference one would see."""
    raw = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = bytes(raw.constBits())
    whole = Image.frombytes("RGB", (raw.width(), raw.height()), rows, "raw", "RGB", raw.bytesPerLine())
    whole.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
