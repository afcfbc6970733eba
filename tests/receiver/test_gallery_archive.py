"""Everybody in one file: out and in again as it was, and nothing that is not whole or not ours comes in."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from receiver import gallery_archive
from receiver.errors import GalleryError
from receiver.gallery_files import content_hash
from tests.receiver.test_people_changes import House, house, picture, pool

__all__ = ("house", "pool")

CLEO = picture([-1.0, 0.0])


def export(house: House, target: Path) -> Path:
    assert house.people.export(target, None, None)
    return target


def take_in(house: House, file: Path, *, replace: bool = False, **more: Any) -> Any:
    return house.people.import_(file, **({"replace": replace, "progress": None, "cancelled": None} | more))


def made(target: Path, photos: list[tuple[str, str, bytes]], /, **changes: Any) -> Path:
    """A file as another program might make it: (person, member, content)."""
    entries = [{"person": person, "file": file, "sha256": content_hash(data)} for person, file, data in photos]
    manifest = {"format": 1, "program": "x", "engine": "pretend", "made_at": 0, "photos": entries} | changes
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for _, file, data in photos:
            archive.writestr(file, data)
        archive.writestr("manifest.json", json.dumps(manifest))
    return target


def test_it_comes_back_as_it_went(house: House, tmp_path: Path) -> None:
    """Into an empty gallery: every person, every photo, to the byte; the names of the files stay readable."""
    house.put("Zoë Müller/été.bmp", CLEO)
    house.gallery.refresh()
    before = sorted(house.files().values())
    file = export(house, tmp_path / "people.zip")
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert (manifest["format"], manifest["engine"], len(manifest["photos"])) == (1, "pretend", 4)
        assert any(name.startswith("photos/Zoë Müller/") and name.endswith("été.bmp") for name in archive.namelist())
    for name in ("Anna", "Bob", "Zoë Müller"):
        house.people.forget(name)
    came = take_in(house, file)
    assert (came.people, came.photos, came.already_there, came.other_engine) == (3, 4, 0, "")
    assert sorted(house.files().values()) == before
    assert house.people_now() == {"Anna": 2, "Bob": 1, "Zoë Müller": 1}


def test_merging_adds_who_is_missing_and_takes_nothing_away(house: House, tmp_path: Path) -> None:
    """A photo that somebody has already is not there twice; a name is spelled as it is spelled here."""
    file = made(
        tmp_path / "x.zip",
        [("anna", "a.bmp", picture([1.05, 0.0])), ("Cleo", "c.bmp", CLEO), ("Eve", "b.bmp", picture([0.0, 1.0]))],
    )
    came = take_in(house, file)
    assert (came.people, came.photos, came.already_there) == (3, 2, 1)
    assert house.people_now() == {"Anna": 3, "Bob": 1, "Cleo": 1}
    house.people.restore(came.undo)
    assert house.people_now() == {"Anna": 2, "Bob": 1}


def test_replacing_leaves_only_who_is_in_the_file_and_can_be_undone(house: House, tmp_path: Path) -> None:
    before = house.files()
    file = made(tmp_path / "x.zip", [("Cleo", "c.bmp", CLEO), ("Anna", "a.bmp", picture([1.0, 0.0]))])
    came = take_in(house, file, replace=True)
    assert house.people_now() == {"Anna": 1, "Cleo": 1}
    house.people.restore(came.undo)
    assert house.files() == before
    assert house.people_now() == {"Anna": 2, "Bob": 1}


def test_photos_that_another_engine_judged_are_judged_here(house: House, tmp_path: Path) -> None:
    """As every photo is: the file's word about a photo counts for nothing."""
    bad = picture()
    file = made(tmp_path / "x.zip", [("Cleo", "c.bmp", CLEO), ("Cleo", "d.bmp", bad)], engine="another")
    assert take_in(house, file).other_engine == "another"
    assert house.people_now()["Cleo"] == 1
    (aside,) = [p.judgement for who in house.gallery.identities() for p in who.photos if p.judgement != "good"]
    assert aside == "no_face"


def test_one_may_watch_and_stop(house: House, tmp_path: Path) -> None:
    """Nothing is half written, nothing half taken in."""
    seen: list[tuple[int, int]] = []
    file = tmp_path / "people.zip"
    house.people.export(file, lambda done, total: seen.append((done, total)), None)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert house.people.export(tmp_path / "stopped.zip", None, lambda: len(seen) > 2) == 0
    assert [path.name for path in tmp_path.glob("*.zip*")] == ["people.zip"]
    house.people.forget("Anna")
    with pytest.raises(GalleryError, match="stopped"):
        take_in(house, file, progress=lambda *at: seen.append(at), cancelled=lambda: len(seen) > 3)
    assert house.people_now() == {"Bob": 1}
    house.people.forget("Bob")
    with pytest.raises(GalleryError, match="nobody"):
        house.people.export(file, None, None)


def _text(file: Path) -> None:
    file.write_text("not a zip at all")


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])


def _scratched(file: Path) -> None:
    data = bytearray(file.read_bytes())
    at = data.index(b"BM{") + 12
    data[at : at + 4] = b"\0\0\0\0"
    file.write_bytes(data)


def _no_manifest(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Anna/1.bmp", CLEO)


def _missing(file: Path) -> None:
    made(file, [("Cleo", "c.bmp", CLEO)], photos=[{"person": "Cleo", "file": "d.bmp", "sha256": "0" * 64}])


def _another_photo(file: Path) -> None:
    made(file, [("Cleo", "c.bmp", CLEO)], photos=[{"person": "Cleo", "file": "c.bmp", "sha256": "0" * 64}])


def _later(file: Path) -> None:
    made(file, [("Cleo", "c.bmp", CLEO)], format=2)


def _no_list(file: Path) -> None:
    made(file, [], photos="everybody")


def _up_and_away(file: Path) -> None:
    made(file, [("../../Cleo", "c.bmp", CLEO)])


def _link(file: Path) -> None:
    link = zipfile.ZipInfo("c.bmp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    target = b"/etc/passwd"
    entry = {"person": "Cleo", "file": "c.bmp", "sha256": content_hash(target)}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(link, target)
        archive.writestr("manifest.json", json.dumps({"format": 1, "engine": "pretend", "photos": [entry]}))


def _bomb(file: Path) -> None:
    made(file, [("Cleo", "c.bmp", b"BM" + bytes(101 * 1024 * 1024))])


@pytest.mark.parametrize(
    "spoil",
    [_text, _cut, _scratched, _no_manifest, _missing, _another_photo, _later, _no_list, _up_and_away, _link, _bomb],
)
def test_a_file_that_is_not_as_it_should_be_changes_nothing(
    house: House, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    """It is refused in words, whichever way it is wrong, also when everybody was to be replaced."""
    file = export(house, tmp_path / "people.zip")
    before = house.files()
    spoil(file)
    for replace in (False, True):
        with pytest.raises(GalleryError) as refused:
            take_in(house, file, replace=replace)
        assert refused.value.title
    assert house.files() == before
    assert not list((house.home / "data" / "removed").glob(".judging-*"))


def test_names_in_the_zip_become_no_paths(house: House, tmp_path: Path) -> None:
    """A photo that calls itself ../../x lands in its person's folder, under a harmless name."""
    take_in(house, made(tmp_path / "x.zip", [("Cleo", "../../evil:photo.bmp", CLEO)]))
    assert [name for name in house.files() if name.startswith("Cleo")] == ["Cleo/evil_photo.bmp"]
    assert not list(tmp_path.rglob("../evil*"))


def test_without_room_on_the_disk_it_is_not_even_begun(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = export(house, tmp_path / "people.zip")
    monkeypatch.setattr(gallery_archive.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10}))
    with pytest.raises(GalleryError, match="room"):
        take_in(house, file)
