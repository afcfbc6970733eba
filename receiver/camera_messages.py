"""How cameras.py and camera_process.py talk: a JSON object and, perhaps, a picture, on a pipe."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO, NamedTuple

_LENGTHS = struct.Struct(">II")
_MOST_BYTES = 64 * 1024 * 1024
"""No picture is larger: more is garbage on the pipe."""


class Said(NamedTuple):
    """One answer of the process."""

    words: dict[str, Any]
    picture: bytes
    """A JPEG; empty without one."""


def send(pipe: BinaryIO, words: dict[str, Any], picture: bytes = b"") -> None:
    """Write one message. Raises OSError when nobody reads any more."""
    encoded = json.dumps(words).encode()
    pipe.write(_LENGTHS.pack(len(encoded), len(picture)) + encoded + picture)
    pipe.flush()


def receive(pipe: BinaryIO) -> Said | None:
    """Read one message; None when the pipe has ended, or what comes is none."""
    lengths = pipe.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    words, picture = _LENGTHS.unpack(lengths)
    if words + picture > _MOST_BYTES:
        return None
    body = pipe.read(words + picture)
    return Said(json.loads(body[:words]), body[words:]) if len(body) == words + picture else None
