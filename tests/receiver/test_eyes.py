"""The two detectors and what is made of their boxes: caches, looks, geometry, measures, and how they agree."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import dlib
import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from receiver.decoding import decode
from receiver.engines import dlib_engine, hog
from receiver.engines.dlib_engine import DlibEngine
from receiver.engines.faces import Candidate, Sighting, quality
from receiver.engines.hog import Hog
from receiver.engines.pictures import Picture, opened
from receiver.engines.yunet import YuNet
from receiver.errors import BrokenPicture, EngineError
from receiver.models import DetectedFace
from tests.station_process import as_jpeg

ORIENTATION = 0x0112


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the first engine leaves what the others find."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def with_yunet(tmp_path_factory: pytest.TempPathFactory, models: Path, shared_data: Path) -> Path:
    """The same with YuNet's file."""
    folder = tmp_path_factory.mktemp("models with YuNet")
    DlibEngine(models=models, detector="hog")
    shutil.copytree(models, folder, dirs_exist_ok=True)
    shutil.copy(shared_data / "models" / "yunet_2026may.onnx", folder)
    return folder


@pytest.fixture(scope="module")
def by_hog(models: Path) -> DlibEngine:
    return DlibEngine(models=models, detector="hog")


@pytest.fixture(scope="module")
def by_yunet(with_yunet: Path) -> DlibEngine:
    return DlibEngine(models=with_yunet)


@pytest.fixture(params=["hog", "yunet"])
def eye(request: pytest.FixtureRequest) -> DlibEngine:
    """Each of the two."""
    engine: DlibEngine = request.getfixturevalue(f"by_{request.param}")
    return engine


def picture_of(image: Image.Image) -> Picture:
    pixels = np.array(image)
    return Picture(image.width, image.height, lambda: pixels, None)


def looked_at(engine: DlibEngine, folder: Path, data: bytes) -> tuple[DetectedFace, ...]:
    path = folder / "picture"
    path.write_bytes(data)
    return engine.analyse(path).faces


def at_a_door(portrait: Image.Image, size: tuple[int, int], height: int) -> bytes:
    """The portrait so many pixels high on a wall."""
    wall = Image.new("RGB", size, (96, 104, 112))
    person = portrait.resize((portrait.width * height // portrait.height, height))
    wall.paste(person, ((size[0] - person.width) // 2, (size[1] - height) // 2))
    return as_jpeg(wall)


# ---- HOG's cache


def found_by(detector: Any, picture: Image.Image) -> list[tuple[Any, ...]]:
    boxes, scores, _ = detector.run(np.array(picture.convert("L")), 0, -0.5)
    return [(b.left(), b.top(), b.right(), b.bottom(), s) for b, s in zip(boxes, scores, strict=True)]


def test_the_kept_detector_finds_the_same_boxes_with_the_same_scores(
    tmp_path: Path, grace_hopper: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = found_by(dlib.get_frontal_face_detector(), grace_hopper)
    hog.load(tmp_path / "models")
    monkeypatch.delattr(dlib, "get_frontal_face_detector")
    assert found_by(hog.load(tmp_path / "models"), grace_hopper) == built != []


@pytest.mark.expects_log("is damaged; it is made again")
@pytest.mark.parametrize("damage", [b"", b"\x00" * 1000])
def test_a_damaged_detector_is_made_again_with_one_line_in_the_log(
    tmp_path: Path, damage: bytes, grace_hopper: Image.Image, caplog: pytest.LogCaptureFixture
) -> None:
    whole = found_by(hog.load(tmp_path), grace_hopper)
    (kept,) = tmp_path.iterdir()
    content = kept.read_bytes()
    kept.write_bytes(content[:50_000] + damage + content[50_000 + max(len(damage), 1) :])
    assert found_by(hog.load(tmp_path), grace_hopper) == whole
    assert len(caplog.records) == 1
    assert kept.read_bytes() == content
    assert list(tmp_path.iterdir()) == [kept]


def test_the_detector_of_another_dlib_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "dlib-hog-1.0-0000.svm").write_bytes(b"old")
    hog.load(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_where_nothing_can_be_kept_the_detector_is_built_anew(tmp_path: Path, grace_hopper: Image.Image) -> None:
    (tmp_path / "models").write_text("a file in the folder's place")
    assert found_by(hog.load(tmp_path / "models"), grace_hopper)


# ---- where they look


@pytest.mark.parametrize(
    ("size", "sides"),
    [
        ((320, 240), [320, 640, 1280]),
        ((640, 480), [640, 1280]),
        ((800, 600), [800, 1600]),
        ((1024, 768), [1024, 2048]),
        ((1600, 1200), [800, 1600]),
        ((4000, 3000), [800, 1600, 3200]),
        ((9000, 6600), [809, 1618, 3236]),
    ],
)
def test_hog_begins_with_a_small_copy_and_doubles_it(models: Path, size: tuple[int, int], sides: list[int]) -> None:
    assert [round(scale * size[0]) for scale in Hog(models).looks(*size)] == sides


@pytest.mark.parametrize(
    ("size", "sides"),
    [
        ((320, 240), [320]),
        ((640, 480), [320, 640]),
        ((800, 600), [320, 640, 800]),
        ((1600, 1200), [320, 640, 1280]),
        ((4000, 3000), [320, 640, 1280]),
    ],
)
def test_yunet_begins_with_a_small_copy_too(with_yunet: Path, size: tuple[int, int], sides: list[int]) -> None:
    eye = YuNet(with_yunet / "yunet_2026may.onnx")
    assert [round(scale * size[0]) for scale in eye.looks(*size)] == sides


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The scales at which both detectors looked."""
    scales: list[float] = []

    def noting(sightings: Any) -> Any:
        return lambda self, picture, scale: scales.append(scale) or sightings(self, picture, scale)

    for detector in (Hog, YuNet):
        monkeypatch.setattr(detector, "sightings", noting(detector.sightings))
    return scales


def test_a_large_face_of_a_large_picture_is_found_on_the_first_small_copy(
    eye: DlibEngine, looks: list[float], tmp_path: Path, grace_hopper: Image.Image
) -> None:
    (face,) = looked_at(eye, tmp_path, at_a_door(grace_hopper, (1600, 1200), 1100))
    assert len(looks) == 1
    assert looks[0] <= 0.5
    assert face.quality.eye_distance == pytest.approx(155, rel=0.05)


def test_a_small_face_of_a_large_picture_is_found_on_a_later_copy(
    eye: DlibEngine, looks: list[float], tmp_path: Path, grace_hopper: Image.Image
) -> None:
    """It comes without its uniform, whose emblem would otherwise be looked at as well."""
    head = grace_hopper.crop((120, 60, 400, 390))
    height = 160 if eye._detectors[0].name == "hog" else 60
    (face,) = looked_at(eye, tmp_path, at_a_door(head, (1600, 1200), height))
    assert len(looks) > 1
    assert looks == sorted(looks)
    assert face.box.width < height


# ---- YuNet


def test_yunet_looks_first_where_its_file_is(with_yunet: Path) -> None:
    engine = DlibEngine(models=with_yunet)
    assert [detector.name for detector in engine._detectors] == ["yunet", "hog"]
    assert engine.remark == ""


def test_what_only_blur_explains_is_shown_as_a_face_the_detector_is_not_sure_of(
    models: Path, tmp_path: Path, grace_hopper: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = DlibEngine(models=models)
    monkeypatch.setattr(engine._detectors[0], "confirms", lambda *_: False)
    sharp, soft = tmp_path / "sharp.jpg", tmp_path / "soft.jpg"
    sharp.write_bytes(at_a_door(grace_hopper, (640, 480), 300))
    soft.write_bytes(at_a_door(grace_hopper.filter(ImageFilter.GaussianBlur(6)), (640, 480), 300))
    assert engine.analyse(sharp).faces == ()
    (face,) = engine.analyse(soft).faces
    assert not face.quality.sure


def test_hog_looks_where_yunet_sees_nothing(
    models: Path, tmp_path: Path, grace_hopper: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Blind:
        name = "yunet"

        def looks(self, width: int, height: int) -> Iterator[float]:
            yield 1.0

        def sightings(self, picture: Picture, scale: float) -> list[Sighting]:
            return []

    engine = DlibEngine(models=models)
    monkeypatch.setattr(engine, "_detectors", (Blind(), *engine._detectors))
    picture = tmp_path / "door.jpg"
    picture.write_bytes(at_a_door(grace_hopper, (640, 480), 300))
    (face,) = engine.analyse(picture).faces
    assert face.quality.detector == "hog"


@pytest.mark.parametrize("folder", ["models", None])
def test_without_its_file_hog_serves_without_a_remark(folder: str | None, request: pytest.FixtureRequest) -> None:
    engine = DlibEngine(models=request.getfixturevalue(folder) if folder else None)
    assert (engine._detectors[0].name, engine.remark) == ("hog", "")


def test_whoever_wants_hog_gets_it_although_yunet_is_there(with_yunet: Path) -> None:
    assert DlibEngine(models=with_yunet, detector="hog")._detectors[0].name == "hog"


def test_whoever_insists_on_yunet_is_told_that_it_is_missing(models: Path) -> None:
    with pytest.raises(EngineError, match="YuNet is missing"):
        DlibEngine(models=models, detector="yunet")


def test_a_file_that_opencv_cannot_load_leaves_hog_and_a_remark(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = tmp_path / "yunet.onnx"
    strange.write_bytes(b"\x08\x07 no network at all")
    monkeypatch.setattr(dlib_engine, "find_detector", lambda _: strange)
    engine = DlibEngine(models=models)
    assert engine._detectors[0].name == "hog"
    assert "YuNet cannot be loaded" in engine.remark


def test_loading_yunet_prints_nothing_and_leaves_opencvs_log_as_it_was(
    with_yunet: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = cv2.utils.logging.getLogLevel()
    YuNet(with_yunet / "yunet_2026may.onnx")
    assert cv2.utils.logging.getLogLevel() == before
    assert capfd.readouterr() == ("", "")


def test_a_face_is_nearly_the_same_whoever_found_it(
    by_hog: DlibEngine, by_yunet: DlibEngine, shared_data: Path, tmp_path: Path
) -> None:
    """Photos of the gallery and pictures of the door may be looked at by different eyes."""
    distances = []
    for photo in sorted((shared_data / "faces" / "ensemble").glob("*/*[12].png")):
        data = at_a_door(Image.open(photo).convert("RGB"), (640, 480), 240)
        one, two = looked_at(by_hog, tmp_path, data), looked_at(by_yunet, tmp_path, data)
        if one and two:
            distances.append(float(np.linalg.norm(one[0].embedding - two[0].embedding)))
    assert len(distances) >= 14
    assert np.median(distances) < 0.05
    assert max(distances) < 0.15


@pytest.mark.parametrize("x", range(40, 1300, 97))
def test_a_small_face_is_seen_once_wherever_the_tiles_meet(
    by_yunet: DlibEngine, grace_hopper: Image.Image, x: int
) -> None:
    wall = Image.new("RGB", (1600, 1200), (96, 104, 112))
    wall.paste(grace_hopper.crop((120, 60, 400, 390)).resize((110, 130)), (x, 540))
    (sighting,) = by_yunet._detectors[0].sightings(picture_of(wall), 0.8)
    assert x < (sighting.left + sighting.right) / 2 < x + 110


# ---- measures


def test_a_head_that_leans_to_the_pictures_right_has_a_positive_roll(
    eye: DlibEngine, tmp_path: Path, grace_hopper: Image.Image
) -> None:
    (straight,) = looked_at(eye, tmp_path, as_jpeg(grace_hopper))
    for degrees in (12, -12):
        leaning = grace_hopper.rotate(-degrees, resample=Image.Resampling.BICUBIC, center=(257, 250))
        (face,) = looked_at(eye, tmp_path, as_jpeg(leaning))
        assert face.quality.roll - straight.quality.roll == pytest.approx(degrees, abs=4)


@pytest.mark.parametrize(("nose", "sign"), [(130, -1), (155, 1)])
def test_a_nose_that_ends_far_below_the_eyes_has_a_positive_pitch(nose: int, sign: int) -> None:
    points = np.array([(170, 100), (150, 100), (90, 100), (110, 100), (130, nose)], np.float64)
    face = Candidate("hog", dlib.rectangle(50, 50, 200, 200), None, points, 1.0)
    measured = quality(np.zeros((150, 150, 3), np.uint8), face, picture_of(Image.new("RGB", (300, 300))))
    assert np.sign(measured.pitch) == sign
    assert measured.roll == 0


@pytest.mark.parametrize(
    ("box", "share"), [((50, 50, 150, 150), 0.0), ((-50, 50, 50, 150), 0.5), ((250, 250, 350, 350), 0.75)]
)
def test_what_lies_beyond_the_edge_is_cut_off(box: tuple[int, int, int, int], share: float) -> None:
    points = np.array([(130, 90), (120, 90), (70, 90), (80, 90), (100, 120)], np.float64)
    face = Candidate("hog", dlib.rectangle(*box), None, points, 1.0)
    measured = quality(np.zeros((150, 150, 3), np.uint8), face, picture_of(Image.new("RGB", (300, 300))))
    assert measured.cut_off == pytest.approx(share, abs=0.01)


def test_a_face_at_the_pictures_edge_tells_how_much_is_missing(
    by_yunet: DlibEngine, tmp_path: Path, grace_hopper: Image.Image
) -> None:
    (whole,) = looked_at(by_yunet, tmp_path, as_jpeg(grace_hopper))
    (cut,) = looked_at(by_yunet, tmp_path, as_jpeg(grace_hopper.crop((235, 0, 512, 600))))
    assert whole.quality.cut_off == 0
    assert 0.05 < cut.quality.cut_off < 0.5


def test_points_that_no_head_has_are_no_face() -> None:
    upright = np.array([(170, 100), (150, 100), (90, 100), (110, 100), (130, 145)], np.float64)
    box = dlib.rectangle(50, 50, 200, 200)
    assert Candidate("hog", box, None, upright, 1.0).looks_like_a_face
    upside_down = upright * (1, -1) + (0, 300)
    on_its_side = upright[:, ::-1].copy()
    eyes_in_one = upright * (0.1, 1) + (120, 0)
    for points in (upside_down, on_its_side, eyes_in_one):
        assert not Candidate("hog", box, None, points, 1.0).looks_like_a_face


def test_a_crowd_is_looked_at_up_to_its_twelve_surest(by_hog: DlibEngine, grace_hopper: Image.Image) -> None:
    class Everywhere:
        name = "hog"

        def sightings(self, picture: Picture, scale: float) -> list[Sighting]:
            return [Sighting(160 + n, 170, 350 + n, 360, 1.0) for n in range(20)]

    engine = object.__new__(DlibEngine)
    engine._detectors, engine._predictor = (Everywhere(),), by_hog._predictor  # type: ignore[assignment]
    assert len(list(engine._candidates(engine._detectors[0], picture_of(grace_hopper), 1.0))) == 12


# ---- pictures in two sizes


@pytest.fixture(scope="module")
def large(grace_hopper: Image.Image) -> bytes:
    return at_a_door(grace_hopper, (1600, 1200), 1100)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_the_small_copy_is_as_upright_and_as_coloured_as_the_large_one(
    grace_hopper: Image.Image, orientation: int, mode: str
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    buffer = BytesIO()
    grace_hopper.resize((1024, 1200)).convert(mode).save(buffer, "JPEG", exif=exif.tobytes(), quality=90)
    upright = ImageOps.exif_transpose(Image.open(buffer)).convert("RGB")
    with opened(buffer.getvalue(), lambda *_: 0.3) as picture:
        assert (picture.width, picture.height) == upright.size
        small = picture.copy(0.3)
        assert np.array_equal(picture.pixels, decode(buffer.getvalue()))
    assert small.shape == (round(upright.height * 0.3), round(upright.width * 0.3), 3)
    expected = cv2.resize(np.array(upright), small.shape[1::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - expected).mean() < 6


def test_a_large_picture_cut_short_is_broken_as_soon_as_its_small_copy_is_read(eye: DlibEngine, large: bytes) -> None:
    for cut in range(1_000, len(large) - 1, len(large) // 15):
        with pytest.raises(BrokenPicture), opened(large[:cut], eye._first_scale):
            pytest.fail("it was opened")


def test_a_large_picture_continued_with_an_older_one_is_broken(
    eye: DlibEngine, large: bytes, astronaut: Image.Image, tmp_path: Path
) -> None:
    older = at_a_door(astronaut, (1600, 1200), 1100)
    for cut in range(20_000, min(len(large), len(older)) - 20_000, len(large) // 7):
        with pytest.raises(BrokenPicture):
            looked_at(eye, tmp_path, large[:cut] + older[cut:])


@pytest.mark.parametrize("colour", [(200, 210, 220), (0, 0, 0), (255, 255, 255)])
@pytest.mark.parametrize("size", [(1, 1), (2, 4000), (4000, 2), (33, 31), (640, 480), (1600, 1200)])
def test_an_empty_picture_of_any_size_has_no_face(
    eye: DlibEngine, tmp_path: Path, size: tuple[int, int], colour: tuple[int, int, int]
) -> None:
    assert looked_at(eye, tmp_path, as_jpeg(Image.new("RGB", size, colour))) == ()


def test_noise_has_no_face(eye: DlibEngine, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (480, 640, 3), np.uint8)
    assert looked_at(eye, tmp_path, as_jpeg(Image.fromarray(noise))) == ()
