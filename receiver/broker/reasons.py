"""Why: the reason codes of MQTT 5 (2.4), as far as this broker gives or reads them."""

from __future__ import annotations

from enum import IntEnum


class Reason(IntEnum):
    """From 0x80 on it did not work."""

    SUCCESS = 0x00
    NO_SUBSCRIPTION = 0x11
    MALFORMED = 0x81
    PROTOCOL_ERROR = 0x82
    OTHER_VERSION = 0x84
    ID_REJECTED = 0x85
    BAD_CREDENTIALS = 0x86
    NOT_AUTHORIZED = 0x87
    BUSY = 0x89
    SHUTTING_DOWN = 0x8B
    BAD_METHOD = 0x8C
    SILENT = 0x8D
    TAKEN_OVER = 0x8E
    BAD_FILTER = 0x8F
    BAD_TOPIC = 0x90
    UNKNOWN_ID = 0x92
    NO_ALIASES = 0x94
    TOO_LARGE = 0x95
    QUOTA = 0x97
    SENT_AWAY = 0x98
    NO_SHARING = 0x9E
    NO_SUBSCRIPTION_IDS = 0xA1


class Malformed(Exception):
    """These bytes are no MQTT, or more of it than is taken; a client of MQTT 5 is told the `reason`."""

    def __init__(self, why: str, reason: Reason = Reason.MALFORMED) -> None:
        super().__init__(why)
        self.reason = reason
