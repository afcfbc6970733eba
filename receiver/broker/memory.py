"""What is retained, across restarts: a file beside the database, written as a whole.

With it go the last wills of the clients that are connected: after a crash they are gone, and a door that was online
then must not be so for ever.
"""

from __future__ import annotations

import base64
import json
import logging
import math
import os
from collections.abc import Iterable
from pathlib import Path

from receiver.broker.packets import Message, topic_name
from receiver.broker.reasons import Malformed

_log = logging.getLogger(__name__)


def remember(file: Path, retained: Iterable[Message], wills: Iterable[Message], epoch: float) -> None:
    """Write what a restart has to know; a failure is logged, for nothing depends on it.

    `epoch` is the Unix time in seconds at which the monotonic clock was 0, for the messages whose time is limited.
    """
    content = json.dumps({"retained": [_plain(m, epoch) for m in retained], "wills": [_plain(m, epoch) for m in wills]})
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        temporary.touch(mode=0o600)
        temporary.write_text(content, "utf-8")
        temporary.replace(file)
    except OSError as error:
        _log.warning("what the built-in broker retains could not be written: %s", error)
        temporary.unlink(missing_ok=True)


def recall(file: Path, epoch: float) -> list[Message]:
    """What was retained, and then what the clients of back then would have had said; nothing from a spoilt file."""
    try:
        content = json.loads(file.read_text("utf-8"))
        return [_message(entry, epoch) for entry in (*content["retained"], *content["wills"])]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, Malformed) as error:
        _log.warning("what the built-in broker retained could not be read: %r", error)
        return []


def _plain(message: Message, epoch: float) -> list[str | int | float | None]:
    until = None if message.until == math.inf else message.until + epoch
    return [message.topic, _text(message.payload), message.qos, _text(message.properties), until]


def _message(entry: list[str | int | float | None], epoch: float) -> Message:
    """One that was written before there was MQTT 5 has three parts only."""
    topic, payload, qos, properties, until = [*entry, "", None][:5]
    return Message(
        topic_name(str(topic)),
        base64.b64decode(str(payload)),
        min(2, max(0, int(qos or 0))),
        retain=True,
        properties=base64.b64decode(str(properties)),
        until=math.inf if until is None else float(until) - epoch,
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
