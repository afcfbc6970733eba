"""Group photos, look-alikes and the way back: the face that was clicked is enrolled, a warning keeps nobody out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from receiver import engines, settings
from receiver.errors import BrokenPicture, GalleryError
from receiver.matching import Rule
from receiver.models import Box, Finding, Judgement
from receiver.station import Station
from receiver.workers import WorkerPool

sys.path.insert(0, str(Path(__file__).parent))

from pretend_engine import picture
from test_gallery import House


@pytest.fixture(scope="module")
def pools() -> Iterator[dict[str, WorkerPool]]:
    """A worker that pretends, and one that looks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(engines.ENGINES, "pretend", "pretend_engine:PretendEngine")
        pools = {engine: WorkerPool(engine) for engine in ("pretend", "dlib")}
        for pool in pools.values():
            pool.load()
        yield pools
        for pool in pools.values():
            pool.stop()


@pytest.fixture
def house(tmp_path: Path, pools: dict[str, WorkerPool]) -> Iterator[House]:
    house = House(tmp_path, pools["pretend"])
    yield house
    house.store.close()


@pytest.fixture
def real(tmp_path: Path, pools: dict[str, WorkerPool]) -> Iterator[House]:
    house = House(tmp_path, pools["dlib"], "dlib")
    yield house
    house.store.close()


@pytest.fixture
def group(astronaut: Image.Image, grace_hopper: Image.Image) -> Image.Image:
    """Eileen on the left and Grace on the right."""
    both = Image.new("RGB", (640, 480), (120, 120, 120))
    both.paste(astronaut.crop((130, 30, 330, 300)), (60, 100))
    both.paste(grace_hopper.resize((256, 300)).crop((50, 40, 220, 280)), (260, 100))
    return both


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "HEIF"])
def test_of_a_group_photo_of_any_kind_the_face_that_was_chosen_is_enrolled(
    real: House, tmp_path: Path, group: Image.Image, grace_hopper: Image.Image, format_: str
) -> None:
    """The second face from the left is Grace, and Grace's portrait is known by it afterwards."""
    pillow_heif.register_heif_opener()
    path = tmp_path / "party"
    group.save(path, format_, quality=92)
    found = real.gallery.faces_in(path)
    assert (found.width, found.height, [face.reason for face in found.faces]) == (640, 480, ["", ""])
    left, right = found.faces
    assert left.box.left < right.box.left

    photo = real.gallery.enrol_face("Grace", path, right.box, called="party, Grace")
    assert (photo.judgement, photo.path.name) == (Judgement.GOOD, "party, Grace.jpg")
    portrait = tmp_path / "portrait.png"
    grace_hopper.save(portrait)
    (seen,) = real.gallery.faces_in(portrait).faces
    assert seen.like is not None
    assert (seen.like.name, seen.like.distance < 0.4) == ("Grace", True)
    left_now, right_now = real.gallery.faces_in(path).faces
    assert left_now.like is None
    assert right_now.like is not None


def test_a_face_that_was_tilted_by_the_camera_is_cut_out_upright(
    real: House, tmp_path: Path, group: Image.Image
) -> None:
    """Boxes are of the upright picture, and so is the cut."""
    path = tmp_path / "turned.jpg"
    exif = group.getexif()
    exif[0x0112] = 6
    group.rotate(90, expand=True).save(path, quality=92, exif=exif)
    found = real.gallery.faces_in(path)
    assert (found.width, found.height) == (640, 480)
    assert real.gallery.enrol_face("Grace", path, found.faces[1].box, called="x").judgement is Judgement.GOOD


def test_a_photo_that_is_gone_or_broken_is_told(real: House, tmp_path: Path) -> None:
    """Between the drop and the click a photo may have been deleted."""
    with pytest.raises(GalleryError, match="cannot be read"):
        real.gallery.enrol_face("Grace", tmp_path / "gone.heic", Box(0, 10, 10, 0), called="x")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    with pytest.raises(BrokenPicture):
        real.gallery.faces_in(tmp_path / "broken.png")


def _photo(tmp_path: Path, name: str, *faces: object) -> Path:
    path = tmp_path / "camera" / f"{name}.bmp"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(picture(*faces))
    return path


def test_a_photo_that_is_like_somebody_else_is_enrolled_with_a_warning(house: House, tmp_path: Path) -> None:
    """Only the owner knows whether two people are alike or a photo is in the wrong hands."""
    house.gallery.enrol("Bob", [_photo(tmp_path, "bob", [0.0, 1.0])])
    (photo,) = house.gallery.enrol("Anna", [_photo(tmp_path, "anna", [0.0, 1.5])])
    assert photo.judgement is Judgement.GOOD
    assert photo.like is not None
    assert (photo.like.name, photo.like.distance) == ("Bob", pytest.approx(0.5))
    assert house.names() == ["Anna", "Bob"]


def test_a_photo_nearer_to_somebody_else_than_to_its_own_is_warned_of_at_any_distance(
    house: House, tmp_path: Path
) -> None:
    """Far from everybody, but farther from Anna than from Bob: perhaps it is not Anna."""
    house.gallery.enrol("Anna", [_photo(tmp_path, "anna", [2.0, 0.0])])
    house.gallery.enrol("Bob", [_photo(tmp_path, "bob", [0.0, 1.0])])
    (photo,) = house.gallery.enrol("Anna", [_photo(tmp_path, "another", [0.0, 1.8])])
    assert photo.like is not None
    assert photo.like.name == "Bob"


def test_a_photo_like_its_own_person_only_is_not_warned_of(house: House, tmp_path: Path) -> None:
    """And the first photo of somebody who is like nobody neither."""
    (first,) = house.gallery.enrol("Anna", [_photo(tmp_path, "one", [1.0, 0.0])])
    (stranger,) = house.gallery.enrol("Bob", [_photo(tmp_path, "bob", [0.0, 1.0])])
    (second,) = house.gallery.enrol("Anna", [_photo(tmp_path, "two", [1.1, 0.0])])
    assert (first.like, stranger.like, second.like) == (None, None, None)


def test_faces_say_why_they_cannot_be_enrolled_and_whom_they_are_like(house: House, tmp_path: Path) -> None:
    """From left to right, whatever order the engine found them in."""
    house.gallery.enrol("Anna", [_photo(tmp_path, "one", [1.0, 0.0])])
    group = _photo(tmp_path, "group", {"at": [9.0, 9.0], "left": 400, "brightness": 20}, {"at": [1.1, 0.0], "left": 50})
    anna, dark = house.gallery.faces_in(group).faces
    assert (anna.reason, anna.like and anna.like.name) == ("", "Anna")
    assert (dark.reason, dark.like) == ("the face is too dark", None)


def test_taking_an_enrolment_back_takes_exactly_its_photos_and_can_be_undone(house: House, tmp_path: Path) -> None:
    """What was there before stays; what is no longer there is no reason to fail."""
    house.gallery.enrol("Anna", [_photo(tmp_path, "before", [1.0, 0.0])])
    added = house.gallery.enrol("Anna", [_photo(tmp_path, f"{n}", [1.0, n / 10]) for n in (1, 2, 3)])
    house.gallery.remove_photo(added[0].path)
    token = house.gallery.remove_photos([photo.path for photo in added])
    assert [p.path.stem for p in house.gallery.identities()[0].photos] == ["before"]
    house.gallery.restore(token)
    assert [p.path.stem for p in house.gallery.identities()[0].photos] == ["2", "3", "before"]


def test_the_test_of_the_gallery_knows_the_files(house: House, tmp_path: Path) -> None:
    """Through the real gallery: who is nearest to whom, and by which photo."""
    house.gallery.enrol("Anna", [_photo(tmp_path, f"a{n}", [0.0, n / 10]) for n in range(3)])
    bobs = house.gallery.enrol("Bob", [_photo(tmp_path, f"b{n}", [0.5 + n / 10, 0.0]) for n in range(3)])
    found = house.gallery.test(Rule(0.56, 0.01), (), lambda: False)
    assert found.closest is not None
    assert (found.closest.name, found.closest.photo) == ("Bob", bobs[0].path)
    assert len(found.same) == 6


def test_a_station_does_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: Image.Image) -> None:
    """Choose a face, take it back, choose again, and ask whether it works here."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "station.toml").write_text("[receiver]\nhost = '127.0.0.1'\nport = 0\n[mqtt]\nbroker = 'off'\n")
    places = {"data_dir": tmp_path / "data", "gallery_dir": tmp_path / "known_faces"}
    station = Station(settings.load(tmp_path / "station.toml", overrides=places, environ={}), tmp_path / "station.toml")
    path = tmp_path / "party.png"
    group.save(path)
    station.start()
    try:
        found = station.faces_in(path)
        photo = station.enrol_chosen_face("Grace", path, found.faces[1].box)
        assert (photo.judgement, photo.path.name) == (Judgement.GOOD, "party, Grace.jpg")
        token = station.remove_photos([photo.path])
        assert station.identities() == ()
        station.restore(token)
        assert [person.name for person in station.identities()] == ["Grace"]
        test = station.test_gallery()
        assert (test.finding, dict(test.missing), test.now) == (Finding.TOO_FEW, {"Grace": 2}, 0.56)
    finally:
        station.stop()
