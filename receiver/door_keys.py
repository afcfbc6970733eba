"""The doors' keys, kept where this machine keeps secrets: the keyring, else a file only this user can read."""

from __future__ import annotations

import logging
import re
import secrets
from pathlib import Path

from receiver import settings
from receiver.errors import KeyMissing
from receiver.models import Door
from receiver.signatures import KEY_BYTES

_log = logging.getLogger(__name__)

_SECTION = "door_keys"
_KEY = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")


class DoorKeys:
    """One key per paired door; a key is shown once, when it is made, and never again.

    Whether a door has a key, and since when, stands in its row: another process may pair it anew while we run.
    """

    def __init__(self, settings_path: Path) -> None:
        self._path = settings_path
        self._read: dict[str, tuple[float, bytes]] = {}
        """Door -> (when it was paired, its key): a keyring takes too long to ask it for every request."""

    def make(self, door: str) -> str:
        """Draw and keep a new key, as hexadecimal digits. Raises SettingsError or OSError when it cannot be kept."""
        key = secrets.token_hex(KEY_BYTES)
        settings.save_secret(self._path, (_SECTION, door), key)
        return key

    def of(self, door: Door | None) -> bytes | None:
        """The key of a door; None for one that was never paired. Raises KeyMissing when it cannot be read."""
        if door is None or door.paired_at is None:
            return None
        known = self._read.get(door.id)
        if known is None or known[0] != door.paired_at:
            known = self._read[door.id] = (door.paired_at, self._load(door.id))
        return known[1]

    def forget(self, door: str) -> None:
        """Remove a door's key for good."""
        self._read.pop(door, None)
        settings.forget_secret(self._path, (_SECTION, door))

    def _load(self, door: str) -> bytes:
        kept = settings.stored_secret(self._path, (_SECTION, door))
        if not _KEY.fullmatch(kept):
            missing = KeyMissing(door)
            _log.error("%s", missing.source)
            raise missing
        return bytes.fromhex(kept)
