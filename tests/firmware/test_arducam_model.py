"""The virtual camera keeps the real one's rules, and its photographer delivers what the registers ask for."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageOps, ImageStat

from firmware.twin.pictures import Order, Photographer
from tests.firmware.interpreters import INTERPRETERS, checks_in, run_check


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize("check", checks_in("model_checks"))
def test_model(check: str, interpreter: str, pictures: Path) -> None:
    """What the check's own docstring in on_the_door/model_checks.py says."""
    run_check(interpreter, "model_checks", check, pictures)


def _photo(picture: Image.Image, order: Order) -> Image.Image:
    return Image.open(BytesIO(Photographer(picture).jpeg(order)))


def test_the_photographer_delivers_size_and_orientation(astronaut: Image.Image) -> None:
    """Exactly the size that was ordered, mirrored and turned as the registers say."""
    plain = _photo(astronaut, Order(800, 600, 12))
    turned = _photo(astronaut, Order(800, 600, 12, mirror=True, flip=True))
    assert plain.size == turned.size == (800, 600)
    difference = ImageStat.Stat(Image.blend(ImageOps.invert(turned.rotate(180)), plain, 0.5)).stddev
    assert max(difference) < 3


def test_a_bigger_quantiser_makes_a_smaller_picture(astronaut: Image.Image) -> None:
    """And at 12, the camera's usual one, sizes are about those of the real camera."""
    photographer = Photographer(astronaut)
    lengths = [len(photographer.jpeg(Order(800, 600, quantiser))) for quantiser in (4, 12, 40)]
    assert lengths == sorted(lengths, reverse=True)
    assert 25_000 < lengths[1] < 75_000


def test_a_dark_scene_makes_a_dark_picture(astronaut: Image.Image) -> None:
    """The exposure of the sensor is what the picture's brightness is multiplied with."""
    bright = ImageStat.Stat(_photo(astronaut, Order(320, 240, 12)).convert("L")).mean[0]
    dark = ImageStat.Stat(_photo(astronaut, Order(320, 240, 12, exposure=0.25)).convert("L")).mean[0]
    assert dark == pytest.approx(bright / 4, abs=5)
