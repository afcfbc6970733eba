"""Titles for settings, which ones matter every day, and validation errors in words."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from desktop_app.words import tr
from receiver.settings import choices, is_secret

Key = tuple[str, ...]

EVERYDAY = {
    ("general", "language"),
    ("receiver", "port"),
    ("receiver", "unknown_doors"),
    ("recognition", "caution"),
    ("recognition", "merge_window_s"),
    ("window", "chime"),
    ("window", "chime_volume"),
    ("window", "come_to_front"),
    ("telegram", "enabled"),
    ("telegram", "token"),
    ("telegram", "chat_ids"),
    ("apprise", "urls"),
    ("mqtt", "broker"),
    ("mqtt", "host"),
    ("mqtt", "port"),
    ("mqtt", "username"),
    ("mqtt", "password"),
    ("mqtt", "tls"),
    ("hush", "quiet_hours"),
    ("hush", "strangers_only"),
    ("hush", "never_for"),
    ("hush", "once_a_day"),
    ("hush", "always"),
    ("hush", "digest_at"),
    ("retention", "known_days"),
    ("retention", "unknown_days"),
    ("retention", "no_face_days"),
    ("retention", "max_gb"),
}
"""The others wait behind "More settings"."""

OF_OTHER_BROKERS = {("mqtt", "host"), ("mqtt", "tls")}
"""The built-in broker has no use for them."""

BY_EAR = {("window", "chime_volume")}
"""What is set by a slider: no figure tells more than the sound itself."""

AT_NEXT_START = {("data_dir",)}

_SECTIONS = {
    "general": ("settings", "General"),
    "receiver": ("receiver", "Receiver"),
    "recognition": ("recognition", "Recognition"),
    "telegram": ("telegram", "Telegram"),
    "apprise": ("message", "Other services"),
    "mqtt": ("mqtt", "MQTT"),
    "retention": ("visits", "Keeping visits"),
    "hush": ("moon", "Quiet and digest"),
    "opening": ("key", "Opening doors"),
    "window": ("ring", "When somebody rings"),
    "": ("storage", "Storage"),
}
_TITLES = {
    "host": "Address",
    "username": "User name",
    "announce": "Found by itself in the network (mDNS)",
    "api_token": "Token for the reading API",
    "api_base": "Address of the Bot API",
    "max_upload_mb": "Largest picture",
    "merge_window_s": "Same visit within",
    "chat_ids": "Chats",
    "token": "Bot token",
    "urls": "Addresses",
    "doors": "Doors that may be opened",
    "seconds": "Opener on for",
    "secret": "Secret of the one-time codes",
    "tls": "Encrypted (TLS)",
    "ca_file": "Certificate authority",
    "cluster": "Compute cluster",
    "detector": "What finds faces",
    "max_gb": "Disk space",
    "known_days": "People you know",
    "unknown_days": "Strangers",
    "no_face_days": "Without a face",
    "quiet_hours": "Quiet hours",
    "strangers_only": "Only strangers",
    "never_for": "Never for",
    "once_a_day": "Once a day for",
    "always": "Always for",
    "digest_at": "Digest of the day at",
    "full_test_at": "Full test by itself at",
    "enabled": "Send alerts",
    "discovery": "Home Assistant discovery",
    "discovery_form": "Discovery messages",
    "data_dir": "Data folder",
    "gallery_dir": "Folder of known faces",
    "chime": "Sound",
    "chime_volume": "Loudness",
    "come_to_front": "Bring the window to the front",
    "caution": "How sure a name must be",
    "tolerance": "Largest distance for a name",
    "workers": "Worker processes",
}
_CHOICES = {
    "ask": "Hold and ask me",
    "accept": "Accept",
    "refuse": "Refuse",
    "off": "Off",
    "builtin": "Built in",
    "external": "My own broker",
    "device": "One for each door",
    "components": "One for each entity (before 2024.12)",
    "normal": "Sure: 1 stranger in 100 may be named",
    "strict": "Very sure: 1 in 1,000",
    "porch": "Porch",
    "bell": "Bell",
    "knock": "Knock",
    "auto": "The fastest there is",
    "hog": "HOG: slower, always there",
    "yunet": "YuNet: fast, needs its file",
}


def section_of(key: Key) -> str:
    """The section a setting belongs to; empty for the top ones."""
    return key[0] if len(key) > 1 else ""


def section_title(section: str) -> tuple[str, str]:
    """Icon and title of a section."""
    icon, title = _SECTIONS.get(section, ("settings", section.capitalize()))
    return icon, tr(title)


def title(key: Key) -> str:
    """What a setting is called."""
    return tr(_TITLES.get(key[-1]) or key[-1].replace("_", " ").capitalize())


def choice_words(info: FieldInfo) -> list[tuple[str, str]]:
    """(value, words) of a setting with a fixed choice."""
    return [(value, tr(_CHOICES.get(value, value))) for value in choices(info)]


def unit(key: Key, number: float) -> str:
    """The word behind a number; empty where there is none."""
    one = number == 1
    match key[-1]:
        case "known_days" | "unknown_days" | "no_face_days":
            return tr("day") if one else tr("days")
        case "seconds" | "merge_window_s":
            return tr("second") if one else tr("seconds")
        case "max_gb":
            return tr("GB")
        case "max_upload_mb":
            return tr("MB")
    return ""


def bounds(info: FieldInfo) -> tuple[float | None, float | None]:
    """The least and the greatest number a setting may be; None where the model does not say.

    "More than" counts as "at least": a step that leads there is refused like a figure that was typed.
    """
    found = {name: getattr(mark, name) for mark in info.metadata for name in ("gt", "ge", "le") if hasattr(mark, name)}
    return found.get("ge", found.get("gt")), found.get("le")


def span(info: FieldInfo) -> str:
    """Between which values a number may lie; empty where the model does not say."""
    low, high = bounds(info)
    if high is None:
        return ""
    told = tr("up to {0}") if low is None else tr("{1} to {0}")
    return told.format(high, low)


def judge(info: FieldInfo, value: Any) -> tuple[Any, str]:
    """The value in the setting's own type, and what is wrong with it in words (empty when nothing is)."""
    if is_secret(info):
        return value, ""
    try:
        return TypeAdapter(Annotated[info.annotation, info]).validate_python(value), ""
    except ValidationError as error:
        return None, _in_words(error.errors(include_url=False)[0])


_COMPLAINTS = {
    "greater_than_equal": "At least {ge}.",
    "greater_than": "More than {gt}.",
    "less_than_equal": "At most {le}.",
    "int_parsing": "Whole numbers only.",
    "int_from_float": "Whole numbers only.",
    "float_parsing": "A number is needed.",
    "string_too_short": "This cannot be empty.",
    "string_pattern_mismatch": "This does not have the form described on the left.",
}


def _in_words(error: Any) -> str:
    told = _COMPLAINTS.get(error["type"])
    return tr(told).format(**error.get("ctx", {})) if told else _sentence(str(error["msg"]))


def _sentence(told: str) -> str:
    """What our own check of a value says, as a sentence."""
    told = told.removeprefix("Value error, ")
    return f"{told[:1].upper()}{told[1:]}."
