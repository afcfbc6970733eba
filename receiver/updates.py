"""The firmware that goes with this station, as its doors fetch it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import firmware
from receiver.signatures import sign


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an update consists of, and the station's signature under it."""

    version: str
    files: tuple[tuple[str, int, str], ...]
    """(name, bytes, SHA-256 in hexadecimal digits), in the order of the alphabet."""
    mac: str


class Firmware:
    """The files of one version, read once: what a door is promised is what it gets, also when they change meanwhile."""

    version = firmware.VERSION

    def __init__(self) -> None:
        self._files = firmware.slot_files()
        self._listed = tuple(
            (name, len(content), hashlib.sha256(content).hexdigest()) for name, content in self._files.items()
        )

    def manifest(self, key: bytes, *, door: str, session: str, seq: int) -> Manifest:
        """The list of all files, signed for one request of one door."""
        words = [word for file in self._listed for word in file]
        mac = sign(key, "update", door, session, seq, self.version, *words)
        return Manifest(self.version, self._listed, mac.hex())

    def file(self, name: str) -> bytes:
        """One file. Raises KeyError for a name that is not on the list."""
        return self._files[name]
