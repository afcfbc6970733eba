"""The gallery as one file: a zip with everybody's photos and a manifest that says whose each is.

    manifest.json       format, program, engine, when it was made, and for every photo: person, file, SHA-256
    photos/NAME/FILE    the photos as they lie in the gallery, readable without Porchlight

The manifest alone decides what is read: no name from the zip ever becomes a path. What photos are good for is not in
it: numbers cannot be checked by looking, and a photo is judged in a fraction of a second
(docs/decisions/0018-strangers-by-likeness.md says more).
"""

from __future__ import annotations

import json
import shutil
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pydantic import BaseModel, Field

from receiver import __version__
from receiver.errors import GalleryError
from receiver.gallery_files import MOST_BYTES, content_hash, kind_of, valid_name
from receiver.gallery_files import read as read_photo
from receiver.language import phrase
from receiver.models import Identity, Photo

FORMAT = 1
MOST_PHOTOS = 100_000
_MANIFEST = "manifest.json"
_MOST_MANIFEST_BYTES = 64 * 1024 * 1024
_SPARE = 2
"""Free room on the disk, in sizes of what is unpacked: the photos are staged, then copied."""

Progress = Callable[[int, int], None]
"""Called with (photos done, photos in all)."""
Cancelled = Callable[[], bool]


class Staged(NamedTuple):
    """A photo out of such a file."""

    person: str
    file: Path
    """Where it lies now."""
    stem: str
    """What it was called."""


class Content(NamedTuple):
    """What was in such a file."""

    engine: str
    """That judged the photos where they come from."""
    photos: tuple[Staged, ...]


class _Entry(BaseModel):
    person: str
    file: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class _Manifest(BaseModel):
    format: int
    program: str = ""
    engine: str = Field(max_length=100)
    made_at: float = 0.0
    """Unix seconds."""
    photos: list[_Entry] = Field(max_length=MOST_PHOTOS)


def write(
    target: Path,
    people: Sequence[Identity],
    engine: str,
    made_at: float,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> int:
    """Write everybody's photos to `target`, as a whole or not at all; returns how many, 0 when it was cancelled.

    `engine` is the one that judged them, `made_at` the time, Unix seconds, that the file tells.
    Raises GalleryError when there is nobody, and when the disk says no.
    """
    photos = [photo for person in people for photo in person.photos]
    if not photos:
        raise GalleryError("There is nobody to export")
    part = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(part, "w") as archive:
            entries: list[_Entry] = []
            for photo in photos:
                if cancelled and cancelled():
                    return 0
                entries.append(_pack(archive, photo, len(entries)))
                if progress:
                    progress(len(entries), len(photos))
            manifest = _Manifest(
                format=FORMAT, program=f"Porchlight {__version__}", engine=engine, made_at=made_at, photos=entries
            )
            archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
        part.replace(target)
    except OSError as error:
        raise GalleryError("The file cannot be written", f"{target.name}: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    return len(photos)


def read(source: Path, staging: Path, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Content:
    """Put the photos of such a file into the folder `staging`, checked one by one.

    Raises GalleryError when it is none of ours, not whole, of a later program, or when it was cancelled.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            members = _members(archive, manifest, shutil.disk_usage(staging).free)
            staged: list[Staged] = []
            for entry, member in zip(manifest.photos, members, strict=True):
                if cancelled and cancelled():
                    raise GalleryError("The import was stopped", "Nothing has changed.")
                staged.append(_unpack(archive, entry, member, staging / str(len(staged))))
                if progress:
                    progress(len(staged), len(members))
    except OSError as error:
        raise GalleryError("The file cannot be read", f"{source.name}: {error.strerror or error}") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise GalleryError("This file is not whole", f"{source.name}: {error}") from None
    return Content(manifest.engine, tuple(staged))


def _pack(archive: zipfile.ZipFile, photo: Photo, number: int) -> _Entry:
    """Stored, not packed: photos are packed already."""
    data = read_photo(photo.path)
    file = f"photos/{photo.identity}/{number + 1:04d} {photo.path.name}"
    archive.writestr(file, data)
    return _Entry(person=photo.identity, file=file, sha256=content_hash(data))


def _manifest(archive: zipfile.ZipFile) -> _Manifest:
    try:
        info = archive.getinfo(_MANIFEST)
        if info.file_size > _MOST_MANIFEST_BYTES:
            raise ValueError("its list is too long")
        plain = json.loads(archive.read(info))
        if isinstance(plain, dict) and isinstance(plain.get("format"), int) and plain["format"] > FORMAT:
            raise GalleryError("This file is from a later Porchlight", "Import it with that one.")
        manifest = _Manifest.model_validate(plain)
        for entry in manifest.photos:
            entry.person = valid_name(entry.person)
    except (KeyError, ValueError, RecursionError):
        raise GalleryError("This is no file with people", "Porchlight makes such files with Export.") from None
    return manifest


def _members(archive: zipfile.ZipFile, manifest: _Manifest, free: int) -> list[zipfile.ZipInfo]:
    """What holds the photos, none too large, all of it with room on the disk."""
    try:
        members = [archive.getinfo(entry.file) for entry in manifest.photos]
    except KeyError as error:
        raise GalleryError("This file is not whole", str(error.args[0])) from None
    for member in members:
        if member.file_size > MOST_BYTES:
            raise GalleryError(
                "A photo is too large",
                phrase("{name} has more than {megabytes} MB.", name=member.filename, megabytes=MOST_BYTES >> 20),
            )
    if sum(member.file_size for member in members) * _SPARE > free:
        raise GalleryError("There is not enough room on the disk")
    return members


def _unpack(archive: zipfile.ZipFile, entry: _Entry, member: zipfile.ZipInfo, place: Path) -> Staged:
    data = archive.read(member)  # never more than the size that was checked
    if content_hash(data) != entry.sha256:
        raise GalleryError("This file is not whole", phrase("{name} is not the photo it was.", name=entry.file))
    suffix = kind_of(data)
    if suffix is None:
        raise GalleryError("This file holds something that is no photo", entry.file)
    file = place.with_suffix(suffix)
    file.write_bytes(data)
    return Staged(entry.person, file, PurePosixPath(entry.file).stem)
