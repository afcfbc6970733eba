"""YuNet's file: known by size and SHA-256, fetched on the owner's word, or placed by hand. Nothing else is ever used.

The file is not part of Porchlight (docs/decisions/0009-yunet-on-the-owners-word.md). Workers read this module too, so
whatever the network needs is imported only by the one who fetches.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from receiver.errors import ModelError
from receiver.language import in_a_row, mark, phrase

if TYPE_CHECKING:
    from receiver.engines.download import Download

log = logging.getLogger(__name__)

_IN_ZOO = "models/face_detection_yunet/face_detection_yunet_2023mar.onnx"
_STATE = "f12e12798e8314f7c074a6656816c048dcc95b7a"
"""A commit of the OpenCV zoo that has the file, should it ever be gone from the newest one."""
_POINTER = b"version https://git-lfs.github.com/spec/"
"""How a pointer of Git LFS begins: what a browser saves from the wrong button of GitHub's page."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file that can be told from every other one."""

    name: str
    """What it is called where it is published, and in the folder."""
    size: int
    """Bytes."""
    sha256: str
    """Of the whole file, in lower-case hexadecimal."""
    addresses: tuple[str, ...] = ()
    """Where it is published, in the order of asking; empty for a file that is only placed by hand."""


YUNET_2023 = ModelFile(
    "face_detection_yunet_2023mar.onnx",
    232_589,
    "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    (
        f"https://media.githubusercontent.com/media/opencv/opencv_zoo/main/{_IN_ZOO}",
        f"https://github.com/opencv/opencv_zoo/raw/main/{_IN_ZOO}",
        "https://huggingface.co/opencv/face_detection_yunet/resolve/main/face_detection_yunet_2023mar.onnx",
        f"https://media.githubusercontent.com/media/opencv/opencv_zoo/{_STATE}/{_IN_ZOO}",
    ),
)
YUNET_2026 = ModelFile(
    "face_detection_yunet_2026may.onnx",
    229_738,
    "ebafce4e3c118d6554634be5c27ab333b4c047a9a8c3faf1d7cf93101c22f0f0",
)
"""The same network with inputs of any size, which OpenCV's own engine does not need."""

YUNET = (YUNET_2026, YUNET_2023)
"""The known files. Whoever placed the first one did so by hand, so it goes before the one that was fetched."""


def detector_for(wanted: str, models: Path | None) -> str:
    """Which eye finds faces, hog or yunet: the one the setting `wanted` insists on, else YuNet where its file is."""
    if wanted != "auto":
        return wanted
    return "yunet" if find_detector(models) else "hog"


def find_detector(models: Path | None, known: Sequence[ModelFile] = YUNET) -> Path | None:
    """A known YuNet file of that folder, whatever `*yunet*.onnx` it is called; None without one.

    Its bytes are compared each time: 0.2 MB, a millisecond. Files that are not known are ignored and told to the log.
    """
    found = _found(models, known)
    return min(found, key=lambda pair: known.index(pair[1]))[0] if found else None


def fetch_detector(
    models: Path,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    addresses: Sequence[str] | None = None,
    *,
    model: ModelFile = YUNET_2023,
) -> Path:
    """Fetch the file into the folder, carrying on where an earlier attempt ended; nothing to do when it is there.

    `progress` gets (bytes there, bytes in all), on this thread. Raises FetchStopped when `cancelled` turns true, and
    ModelError when no address gives the file or the disk cannot take it.
    """
    from receiver.engines.download import Download  # noqa: PLC0415  -- requests, which a worker need not carry

    target = models / model.name
    coming = Download(models / f"{model.name}.part", model.size, progress or _nobody, cancelled or _never)
    with _disk_in_words(models):
        models.mkdir(parents=True, exist_ok=True)
        if not _is(target, model):
            _complete(coming, model, addresses or model.addresses)
            _put_in_place(coming.part, target)
    return target


def place_detector(models: Path, file: Path, known: Sequence[ModelFile] = YUNET) -> Path:
    """Copy a file that the owner has into the folder. Raises ModelError when it is not a known one."""
    content = _read(file, max(model.size for model in known))
    model = _recognised(content, known)
    if model is None:
        raise ModelError(
            phrase("{name} is not a YuNet file that Porchlight knows", name=file.name), _what_it_is(content, known)
        )
    target, copy = models / model.name, models / f"{model.name}.copy"
    with _disk_in_words(models):
        models.mkdir(parents=True, exist_ok=True)
        _make_way(copy)
        copy.write_bytes(content)
        _put_in_place(copy, target)
    return target


def remove_detector(models: Path, known: Sequence[ModelFile] = YUNET) -> bool:
    """Delete every known YuNet file of the folder, and what a stopped download left; says whether one was there."""
    with _disk_in_words(models):
        found = _found(models, known)
        for path in [*(path for path, _ in found), *(models / f"{model.name}.part" for model in known)]:
            path.unlink(missing_ok=True)
    return bool(found)


# ---- what is in the folder


def _found(models: Path | None, known: Sequence[ModelFile]) -> list[tuple[Path, ModelFile]]:
    candidates = [(path, _recognised_file(path, known)) for path in _called_yunet(models)]
    strange = [path.name for path, model in candidates if model is None]
    if strange:
        log.info("Ignored in %s, because no YuNet file that is known: %s", models, ", ".join(strange))
    return [(path, model) for path, model in candidates if model]


def _called_yunet(models: Path | None) -> list[Path]:
    try:
        paths = sorted(models.iterdir()) if models else []
    except OSError:
        return []  # not there yet, or not ours to read: then there is no file for us
    return [path for path in paths if "yunet" in path.name.lower() and path.suffix.lower() == ".onnx"]


def _recognised_file(path: Path, known: Sequence[ModelFile]) -> ModelFile | None:
    """A pipe or a device would be read for ever, and a film has the wrong size: both are told before opening."""
    with suppress(OSError):
        about = path.stat()
        if stat.S_ISREG(about.st_mode) and any(about.st_size == model.size for model in known):
            return _recognised(_read_bounded(path, about.st_size), known)
    return None


def _recognised(content: bytes, known: Sequence[ModelFile]) -> ModelFile | None:
    likely = [model for model in known if model.size == len(content)]
    digest = hashlib.sha256(content).hexdigest() if likely else ""
    return next((model for model in likely if model.sha256 == digest), None)


def _is(path: Path, model: ModelFile) -> bool:
    return _recognised_file(path, [model]) is not None


def _read_bounded(path: Path, most: int) -> bytes:
    """At most one byte more than `most`, which is enough to see that it is too long."""
    with path.open("rb") as file:
        return file.read(most + 1)


def _read(file: Path, most: int) -> bytes:
    """A file of the owner's choice."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise ModelError(
                phrase("{name} is not a file", name=file.name or file), "Choose the file that ends in .onnx."
            )
        return _read_bounded(file, most)
    except OSError as error:
        raise ModelError(phrase("{name} cannot be read", name=file.name), f"{error.strerror}.") from None


def _what_it_is(content: bytes, known: Sequence[ModelFile]) -> str:
    if content.startswith(_POINTER):
        return mark("It only points to the real file: on GitHub's page of it, use the button “Download raw file”.")
    names = " and ".join(model.name for model in known)
    return phrase("Known are {names} from the OpenCV zoo, unchanged.", names=names)


# ---- fetching


def _complete(coming: Download, model: ModelFile, addresses: Sequence[str]) -> None:
    """Ask one address after the other until the `.part` is the file."""
    from receiver.engines.download import Failed  # noqa: PLC0415

    _make_way(coming.part, keep=model.size)
    if _is(coming.part, model):
        return  # the last attempt ended between its last byte and its new name
    _make_way(coming.part, keep=model.size - 1)
    refusals: dict[str, list[str]] = {}
    for address in addresses:
        try:
            _from_address(address, coming, model)
            return
        except Failed as reason:
            log.debug("%s could not be fetched from %s: %s", model.name, address, reason)
            refusals.setdefault(reason.args[0], []).append(urlsplit(address).hostname or address)
    raise ModelError(phrase("{name} could not be fetched", name=model.name), _in_words(refusals, coming.part.parent))


def _from_address(address: str, coming: Download, model: ModelFile) -> None:
    """Raises Failed. What an earlier attempt left may be the wrong half, so then it is begun anew once."""
    from receiver.engines.download import Failed  # noqa: PLC0415

    for carried_on in (coming.there > 0, False):
        coming.carry_on(address)
        if _is(coming.part, model):
            return
        coming.part.unlink()
        if not carried_on:
            break
    raise Failed(mark("sent another file"))


def _in_words(refusals: dict[str, list[str]], models: Path) -> str:
    told = [
        phrase("{hosts}: {why}", hosts=", ".join(dict.fromkeys(hosts)), why=phrase(reason))
        for reason, hosts in refusals.items()
    ]
    advice = mark("{reasons}. Try again later. You can also place the file by hand: {folder}")
    return phrase(advice, reasons=in_a_row(told), folder=models)


def _nobody(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _never() -> bool:
    return False


# ---- the disk


def _make_way(path: Path, keep: int = -1) -> None:
    """Nothing but an own, plain file of at most `keep` bytes may lie where we write."""
    with suppress(FileNotFoundError):
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode) or about.st_size > keep:
            path.unlink()


def _put_in_place(written: Path, target: Path) -> None:
    """Under its name there is a whole file or none, whenever the power goes."""
    with written.open("rb+") as file:
        os.fsync(file.fileno())
    written.replace(target)


@contextmanager
def _disk_in_words(models: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise ModelError(
                "The disk is full", phrase("Make room for 1 MB in {models}, then try again.", models=models)
            ) from None
        raise ModelError("The folder for models cannot be used", f"{models}: {error.strerror}.") from None
