"""Pictures as they are sent: upright, bounded, marked in letters as well as in colours."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from receiver.errors import BrokenPicture
from receiver.models import Box, SnapshotState, Verdict
from receiver.notifiers.pictures import annotated, of_visit
from tests.receiver.made_up import face, picture, visit

GREY = (128, 144, 160)


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


def ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    """The smallest box around everything that differs from the grey of the original."""
    difference = ImageChops.difference(image, Image.new("RGB", image.size, GREY)).convert("L")
    return difference.point(lambda value: 255 if value > 40 else 0).getbbox()


@pytest.mark.parametrize(
    ("size", "sent"),
    [((640, 480), (640, 480)), ((5760, 4320), (1280, 960)), ((320, 240), (320, 240)), ((1200, 1600), (960, 1280))],
)
def test_the_longest_side_is_bounded_and_nothing_is_blown_up(
    tmp_path: Path, size: tuple[int, int], sent: tuple[int, int]
) -> None:
    """Large pictures shrink to 1280 pixels, small ones stay."""
    assert opened(annotated(picture(tmp_path / "a.jpg", size), ())).size == sent


@pytest.mark.parametrize("size", [(4000, 40), (40, 4000), (2000, 3)])
def test_a_strip_is_padded_to_what_telegram_takes(tmp_path: Path, size: tuple[int, int]) -> None:
    """Sides never differ by more than a factor of twenty."""
    width, height = opened(annotated(picture(tmp_path / "a.jpg", size), ())).size
    assert max(width, height) <= 20 * min(width, height)


def test_the_picture_is_upright_and_the_boxes_with_it(tmp_path: Path) -> None:
    """EXIF orientation is applied and gone; boxes count in the upright picture."""
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    Image.new("RGB", (640, 480), GREY).save(path, exif=exif)
    image = opened(annotated(path, [face(box=Box(400, 300, 600, 100))]))
    assert image.size == (480, 640)
    assert not image.getexif()
    marked = ink(image)
    assert marked and marked[0] >= 90 and marked[1] >= 390 and marked[2] <= 310


def test_boxes_shrink_with_the_picture(tmp_path: Path) -> None:
    """A face in the middle of a large picture is marked in the middle of the small one."""
    large = picture(tmp_path / "a.jpg", (2560, 1920))
    marked = ink(opened(annotated(large, [face(box=Box(800, 1400, 1200, 1000))])))
    assert marked and abs(marked[0] - 500) < 8 and abs(marked[1] - 400) < 8 and abs(marked[2] - 700) < 8


def test_colour_is_never_the_only_sign(tmp_path: Path) -> None:
    """Without colours a name, a stranger and an unclear face still look different from a bare box."""
    path = picture(tmp_path / "a.jpg")
    marks = {
        name: opened(annotated(path, [face(name, verdict=verdict)])).convert("L").tobytes()
        for name, verdict in (("Anna", None), ("Bob", None), (None, Verdict.UNKNOWN))
    }
    assert len(set(marks.values())) == 3


@pytest.mark.parametrize("name", ["Anna", "Zoë Łukasz", "Анна", "王小明", "🦊", "x" * 5000, "two\nlines"])
@pytest.mark.parametrize("box", [Box(0, 640, 480, 0), Box(430, 640, 480, 600), Box(0, 20, 20, 0)])
def test_any_name_fits_anywhere(tmp_path: Path, name: str, box: Box) -> None:
    """Labels are clipped and moved into the picture, whatever the name and wherever the face."""
    image = opened(annotated(picture(tmp_path / "a.jpg"), [face(name, box)]))
    assert image.size == (640, 480)
    assert ink(image)


def test_a_long_label_at_the_edge_stays_inside(tmp_path: Path) -> None:
    """Beside a face at the right edge the label moves left until it fits."""
    marked = ink(opened(annotated(picture(tmp_path / "a.jpg"), [face("Maximiliane", Box(100, 640, 200, 610))])))
    assert marked and marked[0] < 590 and marked[2] <= 640


def test_a_machine_without_fonts_still_writes_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accents are left away rather than shown as empty boxes."""
    monkeypatch.setattr("receiver.notifiers.pictures._system_font", lambda size: None)
    path = picture(tmp_path / "a.jpg")
    assert annotated(path, [face("Zoë")]) == annotated(path, [face("Zoe")])
    assert annotated(path, [face("王")]) == annotated(path, [face("?")])


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_other_colour_spaces_work(tmp_path: Path, mode: str) -> None:
    """Printers' and grey JPEGs become ordinary ones."""
    path = tmp_path / "a.jpg"
    Image.new(mode, (640, 480)).save(path, "JPEG")
    assert opened(annotated(path, [face("Anna")])).mode == "RGB"


@pytest.mark.parametrize("content", [b"", b"not a picture", None])
def test_what_cannot_be_decoded_is_a_broken_picture(tmp_path: Path, content: bytes | None) -> None:
    """Empty, foreign or cut files are told as such, with nothing foreign in the error."""
    path = picture(tmp_path / "a.jpg")
    path.write_bytes(path.read_bytes()[:700] if content is None else content)
    with pytest.raises(BrokenPicture):
        annotated(path, ())


def test_a_picture_that_arrived_broken_is_not_sent(tmp_path: Path) -> None:
    """It may decode, but its lower part may show an earlier visitor."""
    whole = visit(picture(tmp_path / "a.jpg"))
    assert of_visit(whole)
    object.__setattr__(whole.snapshots[0], "state", SnapshotState.BROKEN)
    assert of_visit(whole) is None


def test_the_original_stays_as_it_was(tmp_path: Path) -> None:
    """Marks are drawn on a copy."""
    path = picture(tmp_path / "a.jpg")
    before = path.read_bytes()
    annotated(path, [face("Anna")])
    assert path.read_bytes() == before
