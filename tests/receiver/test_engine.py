"""The dlib engine on real portraits, with both of its detectors: what it finds, what it refuses, what it measures."""

from __future__ import annotations

import io
import shutil
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import dlib
import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageFilter

from receiver.decoding import MOST_PIXELS
from receiver.engines import create
from receiver.engines.dlib_engine import DlibEngine
from receiver.errors import BrokenPicture, EngineError
from receiver.models import Analysis, Box

UPSIDE_DOWN = 3
ON_ITS_SIDE = 6


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module", params=["hog", "yunet"])
def engine(request: pytest.FixtureRequest, models: Path) -> DlibEngine:
    if request.param == "yunet":
        shutil.copy(request.getfixturevalue("shared_data") / "models" / "yunet_2026may.onnx", models)
    return DlibEngine(models=models, detector=request.param)


@pytest.fixture
def look(engine: DlibEngine, tmp_path: Path) -> Any:
    """Analyse an image or the bytes of a file."""

    def analyse(image: Image.Image | bytes, format_: str = "PNG", **options: Any) -> Analysis:
        path = tmp_path / "picture"
        path.write_bytes(image if isinstance(image, bytes) else encoded(image, format_, **options))
        return engine.analyse(path)

    return analyse


def encoded(image: Image.Image, format_: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def on_a_wall(image: Image.Image, width: int, height: int) -> Image.Image:
    wall = Image.new("RGB", (width, height), (120, 125, 130))
    wall.paste(image, ((width - image.width) // 2, (height - image.height) // 2))
    return wall


def centre(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def test_the_engine_is_found_by_its_name_and_has_nothing_to_remark(models: Path) -> None:
    engine = create("dlib", models=models, detector="hog")
    assert isinstance(engine, DlibEngine)
    assert engine.remark == ""


def test_missing_models_are_told_with_the_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(EngineError, match="face_recognition_models"):
        DlibEngine()


def test_a_portrait_has_one_face_with_landmarks_in_its_box(look: Any, grace_hopper: Image.Image) -> None:
    analysis = look(grace_hopper)
    assert (analysis.engine, analysis.width, analysis.height) == ("dlib", *grace_hopper.size)
    (face,) = analysis.faces
    assert face.embedding.shape == (128,)
    assert face.embedding.dtype == np.float32
    assert len(face.landmarks) == 5
    assert all(face.box.left < x < face.box.right and face.box.top < y < face.box.bottom for x, y in face.landmarks)
    assert set(analysis.timings_ms) == {"decode", "detect", "embed", "quality"}


@pytest.mark.parametrize("name", ["astronaut", "grace_hopper"])
def test_an_embedding_is_the_mean_of_the_one_face_recognition_computes_and_its_mirror_images(
    engine: DlibEngine, look: Any, name: str, request: pytest.FixtureRequest
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # face_recognition imports pkg_resources, which announces its end
        import face_recognition  # noqa: PLC0415
    pixels = np.array(request.getfixturevalue(name))
    (face,) = look(request.getfixturevalue(name)).faces
    box = face.box
    (expected,) = face_recognition.face_encodings(pixels, [(box.top, box.right, box.bottom, box.left)], model="small")
    shape = engine._predictor(pixels, dlib.rectangle(box.left, box.top, box.right, box.bottom))
    chip = dlib.get_face_chip(pixels, shape, 150, 0.25)
    own, mirror_images = engine._network.embed(np.stack([chip, chip[:, ::-1]]))
    assert np.abs(own - expected).max() < 1e-5
    assert np.abs(own - mirror_images).max() > 1e-3
    assert np.allclose(face.embedding, (own + mirror_images) / 2, atol=1e-6)


def test_the_two_portraits_are_two_people(look: Any, astronaut: Image.Image, grace_hopper: Image.Image) -> None:
    """0.70 apart by their own embeddings, as face_recognition says; a little less by the means."""
    one, two = look(astronaut).faces[0].embedding, look(grace_hopper).faces[0].embedding
    assert float(np.linalg.norm(one - two)) == pytest.approx(0.66, abs=0.03)


@pytest.mark.parametrize("side", [256, 400, 512, 800, 1200])
def test_the_suit_is_no_face(look: Any, astronaut: Image.Image, side: int) -> None:
    """HOG with one doubling takes part of the astronaut's suit for a face."""
    astronaut = astronaut.resize((side, side))
    assert len(look(astronaut).faces) == 1
    headless = astronaut.copy()
    headless.paste((90, 90, 90), (0, 0, side, side * 230 // 512))
    assert look(headless).faces == ()


def test_every_face_of_a_picture_is_found(look: Any, astronaut: Image.Image, grace_hopper: Image.Image) -> None:
    both = Image.new("RGB", (1024, 600))
    both.paste(astronaut, (0, 0))
    both.paste(grace_hopper, (512, 0))
    analysis = look(both)
    assert len(analysis.faces) == 2
    for face, alone in zip(
        sorted(analysis.faces, key=lambda face: face.box.left), (look(astronaut), look(grace_hopper)), strict=True
    ):
        assert float(np.linalg.norm(face.embedding - alone.faces[0].embedding)) < 0.1


def test_a_small_face_is_found_on_an_enlarged_copy_and_measured_in_the_original(
    look: Any, grace_hopper: Image.Image
) -> None:
    small = grace_hopper.resize((128, 150))
    (face,) = look(on_a_wall(small, 320, 240)).faces
    assert face.box.width < 75
    assert face.quality.eye_distance == pytest.approx(21, abs=2)


@pytest.mark.parametrize("side", [3500, 5000])
def test_a_huge_photo_is_searched_on_a_smaller_copy_and_embedded_from_the_original(
    look: Any, grace_hopper: Image.Image, side: int
) -> None:
    factor = side / grace_hopper.width
    huge = grace_hopper.resize((side, round(grace_hopper.height * factor)))
    (expected,) = look(grace_hopper).faces
    analysis = look(huge, "JPEG", quality=90)
    (face,) = analysis.faces
    assert (analysis.width, analysis.height) == huge.size
    assert face.quality.eye_distance == pytest.approx(expected.quality.eye_distance * factor, rel=0.05)
    assert float(np.linalg.norm(face.embedding - expected.embedding)) < 0.25


def test_a_picture_without_a_face_has_none(look: Any) -> None:
    assert look(Image.new("RGB", (640, 480), (200, 210, 220))).faces == ()


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 3)])
def test_odd_sizes_do_no_harm(look: Any, size: tuple[int, int]) -> None:
    assert look(Image.new("RGB", size, (90, 90, 90))).faces == ()


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "BMP", "HEIF"])
def test_formats_are_known_by_their_content(look: Any, grace_hopper: Image.Image, format_: str) -> None:
    pillow_heif.register_heif_opener()
    assert len(look(grace_hopper, format_).faces) == 1


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "I;16"])
def test_colours_of_every_kind_are_read(look: Any, grace_hopper: Image.Image, mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.array(grace_hopper.convert("L")).astype(np.uint16) * 257)
    else:
        image = grace_hopper.convert(mode)
    (face,) = look(image, "JPEG" if mode == "CMYK" else "PNG").faces
    assert 60 < face.quality.brightness < 180


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [UPSIDE_DOWN, ON_ITS_SIDE])
def test_orientation_is_honoured(look: Any, grace_hopper: Image.Image, format_: str, orientation: int) -> None:
    turned = grace_hopper.rotate(180 if orientation == UPSIDE_DOWN else 90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = orientation
    analysis = look(turned, format_, exif=exif)
    assert (analysis.width, analysis.height) == grace_hopper.size
    (face,), (upright,) = analysis.faces, look(grace_hopper).faces
    assert centre(face.box) == pytest.approx(centre(upright.box), abs=10)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "BMP"])
def test_a_file_cut_short_is_broken(look: Any, grace_hopper: Image.Image, format_: str) -> None:
    whole = encoded(grace_hopper, format_)
    with pytest.raises(BrokenPicture):
        look(whole[: len(whole) // 2])


@pytest.mark.parametrize("junk", [b"", b"hello", b"\xff\xd8\xff", b"BM", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(99)])
def test_what_is_no_picture_is_broken(look: Any, junk: bytes) -> None:
    with pytest.raises(BrokenPicture):
        look(junk)


def png_of_size(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("sides", [(8_000, 7_600), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(look: Any, sides: tuple[int, int]) -> None:
    assert sides[0] * sides[1] > MOST_PIXELS
    with pytest.raises(BrokenPicture):
        look(png_of_size(*sides))


def test_blur_darkness_and_flatness_show_in_the_measures(look: Any, grace_hopper: Image.Image) -> None:
    (good,) = look(grace_hopper).faces
    (blurred,) = look(grace_hopper.filter(ImageFilter.GaussianBlur(6))).faces
    (dark,) = look(grace_hopper.point([value // 4 for value in range(256)] * 3)).faces
    (flat,) = look(grace_hopper.point([110 + value // 8 for value in range(256)] * 3)).faces
    assert blurred.quality.sharpness < good.quality.sharpness / 4
    assert dark.quality.brightness < good.quality.brightness / 3
    assert flat.quality.contrast < good.quality.contrast / 4
    assert abs(good.quality.yaw) < 0.1


def test_a_face_cut_by_the_edge_has_a_box_inside_the_picture(look: Any, grace_hopper: Image.Image) -> None:
    for face in look(grace_hopper.crop((165, 120, 420, 400))).faces:
        assert face.box.left >= 0
        assert face.box.top >= 0
        assert face.box.right <= 255
        assert face.box.bottom <= 280
