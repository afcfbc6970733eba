"""Pictures as a door's camera would send them, made from tight portraits: size, light, blur and JPEG by turns.

Every picture is 640x480, one face on a wall, and depends only on the portrait and the numbers of its draw.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from matplotlib.cbook import get_sample_data
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from skimage.data import astronaut

PEOPLE = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "faces" / "ensemble"
"""A folder of people, each a folder of tight portraits."""

WIDTH, HEIGHT = 640, 480
SIZES = (45, 60, 80, 110, 160)
"""Pixels from the top to the bottom of the portrait in the picture; the face is about four fifths of it."""

Light = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Condition:
    """What stands between the visitor and the lens."""

    name: str
    shade: Callable[[Light, Light, np.random.Generator], Light] = lambda picture, _mask, _rng: picture
    """(picture, 1 where the visitor is, chance) -> picture; light from 0 to 255."""
    blur: float = 0.0
    """Standard deviation of a lens out of focus, in pixels."""
    motion: int = 0
    """Length of a sideways movement, in pixels."""
    noise: float = 3.0
    """Standard deviation of the sensor's noise."""
    jpeg: int = 70


def _dimmed(gain: float) -> Callable[[Light, Light, np.random.Generator], Light]:
    return lambda picture, _mask, _rng: picture * gain


def _backlit(picture: Light, mask: Light, _rng: np.random.Generator) -> Light:
    """The sky behind, its glare over everything, the face in its own shadow."""
    return picture * (1 - mask) * 0 + (1 - mask) * 235 + mask * (picture * 0.3 + 18)


def _glaring(picture: Light, _mask: Light, _rng: np.random.Generator) -> Light:
    return picture * 1.35 + 25


CONDITIONS = (
    Condition("clear"),
    Condition("poor JPEG", jpeg=25),
    Condition("dusk", _dimmed(0.42), noise=5),
    Condition("night", _dimmed(0.2), noise=6, jpeg=50),
    Condition("backlight", _backlit, noise=4),
    Condition("glare", _glaring),
    Condition("soft", blur=1.3),
    Condition("blurred", blur=2.4),
    Condition("moving", motion=7),
)
ORDINARY = ("clear", "poor JPEG", "dusk", "glare", "soft")
"""What most rings are like; the others are a door's bad days."""


BURST, BURST_SIZES, BURST_CONDITIONS = 4, (60, 110), ("clear", "dusk", "soft")
"""So many pictures are taken of a visitor in a second or two, at some sizes under some conditions."""
TILTS = (-30, -20, -10, 10, 20, 30)
"""Degrees."""
BEYOND = (5, 15, 25, 35, 45)
"""Per cent of a portrait outside the picture."""
_NEAR = 110
"""Size of the portraits that are tilted or at an edge."""

_FACES = {"Grace": (144, 110, 392, 358), "Eileen": (172, 72, 272, 172)}
"""Left, top, right, bottom of what a tight portrait would show of the pictures in portraits()."""
_PHOTO, _PORTRAIT = 300, 150
"""Pixels across of an enrolled photo, and of the portrait in it."""
_STEP = 6
"""How far a visitor stirs between two pictures of a burst, in pixels either way."""


@dataclass(frozen=True, slots=True)
class Shot:
    """Everything by which two pictures of a portrait differ."""

    size: int
    condition: str
    moment: int = 0
    tilt: float | None = None
    beyond: float = 0.0

    @property
    def ordinary(self) -> bool:
        """Whether most rings are like it."""
        return self.condition in ORDINARY

    @property
    def of_the_set(self) -> bool:
        """One for every portrait, size and condition; the others serve one question each."""
        return self != ENROLLED and self.tilt is None and not self.beyond and self.moment % 100 == 0

    def of(self, portrait: Image.Image) -> bytes:
        """The picture as JPEG."""
        if self == ENROLLED:
            return enrolled_photo(portrait)
        condition = next(known for known in CONDITIONS if known.name == self.condition)
        return door_picture(portrait, self.size, condition, moment=self.moment, tilt=self.tilt, beyond=self.beyond)


ENROLLED = Shot(_PORTRAIT, "a photo for the gallery")


def people(folder: Path = PEOPLE) -> dict[str, list[Image.Image]]:
    """Name -> portraits, in the order of their files."""
    return {
        person.name: [Image.open(file).convert("RGB") for file in sorted(person.iterdir())]
        for person in sorted(folder.iterdir())
        if person.is_dir()
    }


def portraits() -> dict[str, Image.Image]:
    """Two people in the public domain, as well-kept wheels ship them, cut as tightly as the others."""
    with get_sample_data("grace_hopper.jpg") as file:
        whole = {"Grace": Image.open(file).convert("RGB"), "Eileen": Image.fromarray(astronaut())}
    return {name: image.crop(_FACES[name]) for name, image in whole.items()}


def shots(portrait: int) -> Iterator[Shot]:
    """What is taken of one portrait: its photo, every size under every condition, bursts, tilts, faces at the edge.

    Portraits of one person stand, lit and tilted, each in their own way.
    """
    first = portrait * 100
    yield ENROLLED
    yield from (Shot(size, condition.name, first) for size in SIZES for condition in CONDITIONS)
    for size, condition in product(BURST_SIZES, BURST_CONDITIONS):
        yield from (Shot(size, condition, first + moment) for moment in range(1, BURST))
    yield from (Shot(_NEAR, "clear", first + 50, tilt=tilt) for tilt in TILTS)
    yield from (Shot(_NEAR, "clear", first + 60 + share, beyond=share / 100) for share in BEYOND)


def enrolled_photo(portrait: Image.Image) -> bytes:
    """A photo for the gallery: the portrait as it is, on a wall."""
    wall = Image.new("RGB", (_PHOTO, _PHOTO), (120, 120, 120))
    margin = (_PHOTO - _PORTRAIT) // 2
    wall.paste(portrait.resize((_PORTRAIT, _PORTRAIT), Image.Resampling.LANCZOS), (margin, margin))
    out = io.BytesIO()
    wall.save(out, "JPEG", quality=95)
    return out.getvalue()


def door_picture(
    portrait: Image.Image,
    size: int,
    condition: Condition,
    draw: int = 0,
    *,
    moment: int = 0,
    tilt: float | None = None,
    beyond: float = 0.0,
) -> bytes:
    """One JPEG. `draw` decides where the visitor stands; `moment` stirs, tilts and lights them as in a burst.

    `tilt` turns the portrait by so many degrees instead of a chance few; `beyond` is the share of it that lies outside
    the picture.
    """
    place = np.random.default_rng([size, sum(condition.name.encode()), draw])
    chance = np.random.default_rng([size, sum(condition.name.encode()), draw, moment])
    visitor = _posed(portrait, size, tilt, chance)
    scene = Image.new("RGB", (WIDTH, HEIGHT), tuple(int(c) for c in place.integers(95, 150, 3)))
    spot = _spot(visitor, place, chance) if not beyond else _at_an_edge(visitor, beyond, chance)
    scene.paste(visitor, spot, visitor.getchannel("A"))
    mask = Image.new("L", (WIDTH, HEIGHT))
    mask.paste(visitor.getchannel("A"), spot)
    light = condition.shade(_light(scene), _light(mask.convert("RGB")) / 255, chance) * chance.uniform(0.9, 1.1)
    seen = _through_the_lens(light, condition)
    seen += chance.normal(0, condition.noise, seen.shape)
    out = io.BytesIO()
    Image.fromarray(seen.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=condition.jpeg)
    return out.getvalue()


def _posed(portrait: Image.Image, size: int, tilt: float | None, chance: np.random.Generator) -> Image.Image:
    """Scaled to `size` pixels of height, give or take, and tilted, by a few degrees unless told otherwise."""
    height = round(size * chance.uniform(0.95, 1.05))
    width = round(portrait.width * height / portrait.height)
    small = portrait.resize((width, height), Image.Resampling.LANCZOS).convert("RGBA")
    degrees = float(chance.uniform(-5, 5)) if tilt is None else tilt
    return small.rotate(degrees, Image.Resampling.BICUBIC, expand=abs(degrees) > 5)


def _spot(visitor: Image.Image, place: np.random.Generator, chance: np.random.Generator) -> tuple[int, int]:
    """Anywhere, and wholly in the picture."""
    room = (WIDTH - visitor.width - 40, HEIGHT - visitor.height - 40)
    x, y = (20 + round(place.random() * most) + int(chance.integers(-_STEP, _STEP + 1)) for most in room)
    return x, y


def _at_an_edge(visitor: Image.Image, beyond: float, chance: np.random.Generator) -> tuple[int, int]:
    """With a share of the portrait over the left, right, upper or lower edge."""
    x, y = (WIDTH - visitor.width) // 2, (HEIGHT - visitor.height) // 2
    across, down = round(visitor.width * beyond), round(visitor.height * beyond)
    spots = ((-across, y), (WIDTH - visitor.width + across, y), (x, -down), (x, HEIGHT - visitor.height + down))
    return spots[int(chance.integers(4))]


def _through_the_lens(light: Light, condition: Condition) -> NDArray[np.float64]:
    image = Image.fromarray(light.clip(0, 255).astype(np.uint8))
    if condition.blur:
        image = image.filter(ImageFilter.GaussianBlur(condition.blur))
    seen = np.asarray(image, np.float64)
    if condition.motion:
        steps = range(condition.motion)
        seen = np.mean([np.roll(seen, step, axis=1) for step in steps], axis=0)
    return seen


def _light(image: Image.Image) -> Light:
    return np.asarray(image, np.float32)
