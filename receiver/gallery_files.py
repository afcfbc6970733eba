"""The gallery's folder as it lies on disk: which files are whose photos, and which names may become folders.

Two layouts are read, <name>/<photo> and <name>.<suffix>. A name from outside becomes a path in one place only,
after `valid_name`; whatever exists is found by walking, never by building a path from a name.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from receiver.errors import GalleryError
from receiver.language import mark, phrase

LONGEST_NAME = 80
MOST_BYTES = 100 * 1024 * 1024
"""Largest photo file that is read."""
_NAME_BYTES = 200
"""Most file systems take 255 bytes; a suffix and a number must fit behind."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')
"""What Windows forbids in a file name, and the marks that make a name read differently from what it is."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Windows' device names (learn.microsoft.com, "Naming Files, Paths, and Namespaces")."""
_PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".bmp")
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


class PhotoFile(NamedTuple):
    """A file of the folder that is, or claims to be, a photo of somebody."""

    identity: str
    path: Path
    size: int
    modified: int
    """Nanoseconds."""


def valid_name(text: str) -> str:
    """A person's name as it may become a folder on any system. Raises GalleryError with a sentence."""
    name = plain(text)
    if problem := name_problem(name):
        raise GalleryError("This name cannot be used", problem)
    return name


def kind_of(data: bytes) -> str | None:
    """The file suffix of a picture by its first bytes; None when it is none that Porchlight reads."""
    if data.startswith((b"\xff\xd8\xff", b"\x00\xff\xd8\xff")):
        return ".jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return ".heic"
    return ".bmp" if data.startswith(b"BM") else None


def walk(folder: Path, before: Mapping[str, PhotoFile] = MappingProxyType({})) -> Iterator[PhotoFile]:
    """Photos as <name>/<file> and <name>.<suffix>; nothing hidden, and no links that lead elsewhere.

    `before`, by path, is what an earlier walk found: what has not changed since comes back as it was.
    """
    for entry in _visible(folder):
        is_folder = entry.is_dir()
        name = plain(entry.name if is_folder else Path(entry.name).stem)
        if name_problem(name):
            continue
        for file in _visible(entry.path) if is_folder else [entry]:
            with suppress(FileNotFoundError):
                if not file.is_file() or not may_be_picture(file.path):
                    continue
                known, now = before.get(file.path), stamp(file.path)
                yield known if known and known[2:] == now else PhotoFile(name, Path(file.path), *now)


def entries(folder: Path) -> list[Path]:
    """What lies in a folder, by name: nothing hidden and no links; empty when there is no such folder."""
    return [Path(entry.path) for entry in _visible(folder)]


def _visible(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            visible = [e for e in found if not e.name.startswith(".") and not e.is_symlink()]
    except FileNotFoundError:
        return []
    return sorted(visible, key=lambda entry: entry.name)


def plain(name: str) -> str:
    """A name as it is compared: macOS stores an accent apart from its letter."""
    return unicodedata.normalize("NFC", name).strip()


def identity_of(entry: Path) -> str:
    """Whose a folder or a loose photo is, by its name."""
    return plain(entry.name if entry.is_dir() else entry.stem)


def may_be_picture(path: Path | str) -> bool:
    """A file that claims to be a picture deserves a judgement; any other one only when it is a picture."""
    if str(path).lower().endswith(_PICTURE_SUFFIXES):
        return True
    with suppress(OSError), Path(path).open("rb") as file:
        return kind_of(file.read(16)) is not None
    return False


def files_in(path: Path) -> list[Path]:
    """Every file below a folder, or the file itself."""
    return [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]


def expanded(photos: Sequence[Path]) -> Iterator[Path]:
    """Folders stand for the pictures in them."""
    for photo in photos:
        if photo.is_dir():
            yield from (path for path in entries(photo) if path.is_file() and may_be_picture(path))
        else:
            yield photo


def stamp(path: Path | str) -> tuple[int, int]:
    """(bytes, nanoseconds of the last change): a file with the same stamp need not be read again."""
    status = os.stat(path)  # noqa: PTH116  -- a Path for each of many thousands takes longer than asking
    return status.st_size, status.st_mtime_ns


def read(path: Path) -> bytes:
    """A photo's bytes. Raises OSError, and GalleryError when there are more than MOST_BYTES."""
    if path.stat().st_size > MOST_BYTES:
        raise GalleryError(
            "The photo is too large",
            phrase("{name} has more than {megabytes} MB.", name=path.name, megabytes=MOST_BYTES >> 20),
        )
    return path.read_bytes()


def content_hash(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def write_durably(path: Path, data: bytes) -> None:
    """Write a new file so that it survives a power cut. Raises FileExistsError."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def unused(path: Path) -> Path:
    """The path itself, or with the first free number: "garden 2.jpg"."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} {number}{path.suffix}")
    return free


def name_problem(name: str) -> str:
    """Why a name cannot be a folder everywhere, as a sentence; empty when it can."""
    return next(_name_problems(name), "")


def _name_problems(name: str) -> Iterator[str]:
    if not name:
        yield mark("A name needs at least one letter.")
    if len(name) > LONGEST_NAME or len(name.encode("utf-8", "replace")) > _NAME_BYTES:
        yield phrase("A name may have at most {n} characters.", n=LONGEST_NAME)
    if name.startswith(".") or name.endswith("."):
        yield mark("A name may not begin or end with a dot.")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") for c in name):
        yield mark("A name may not contain control characters.")
    if _FORBIDDEN.search(name):
        yield mark('A name may not contain any of < > : " / \\ | ? *')
    if _RESERVED.fullmatch(name):
        yield phrase("Windows keeps the name {name} for itself.", name=name)


def safe_stem(stem: str) -> str:
    """A photo's file name made harmless; what the owner called it stays readable where it can."""
    kept = "".join("_" if _FORBIDDEN.match(c) or (unicodedata.category(c)[0] in "CZ" and c != " ") else c for c in stem)
    name = plain(kept)[:60].strip(" .")
    return "photo" if name_problem(name) else name


def same_name(one: str, other: str) -> bool:
    """Whether a system that ignores case would take two names for one."""
    return plain(one).casefold() == plain(other).casefold()
