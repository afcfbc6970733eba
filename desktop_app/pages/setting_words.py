"""Titles for settings, which ones matter every day, and validation errors in words."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from PySide6.QtCore import QLocale

from desktop_app.language import tr
from receiver.language import languages, shown
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

AT_NEXT_START = {("data_dir",), ("general", "language")}


def section_of(key: Key) -> str:
    """The section a setting belongs to; empty for the top ones."""
    return key[0] if len(key) > 1 else ""


def section_title(section: str) -> tuple[str, str]:
    """Icon and title of a section."""
    return _sections()[section]


def title(key: Key) -> str:
    """What a setting is called."""
    return _titles()[key[-1]]


def choice_words(info: FieldInfo) -> list[tuple[str, str]]:
    """(value, words) of a setting with a fixed choice."""
    words = _choices()
    return [(value, words[value]) for value in choices(info)]


def unit(key: Key, number: float) -> str:
    """The word behind a number; empty where there is none."""
    one = number == 1
    match key[-1]:
        case "known_days" | "unknown_days" | "no_face_days":
            return tr("day") if one else tr("days")
        case "seconds" | "merge_window_s":
            return tr("second") if one else tr("seconds")
        case "max_gb":
            return "GB"
        case "max_upload_mb":
            return "MB"
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
    return (
        tr("up to {0}").format(_figure(high)) if low is None else tr("{0} to {1}").format(_figure(low), _figure(high))
    )


def _figure(value: float) -> str:
    """As this country writes it, without what would keep it from being typed so."""
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(float(value), "f", QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value)


def judge(info: FieldInfo, value: Any) -> tuple[Any, str]:
    """The value in the setting's own type, and what is wrong with it in words (empty when nothing is)."""
    if is_secret(info):
        return value, ""
    try:
        return TypeAdapter(Annotated[info.annotation, info]).validate_python(value), ""
    except ValidationError as error:
        return None, _in_words(error.errors(include_url=False)[0])


def _in_words(error: Any) -> str:
    told = _complaints().get(error["type"])
    return told.format(**error.get("ctx", {})) if told else _sentence(str(error["msg"]))


def _sentence(told: str) -> str:
    """What our own check of a value says, as a sentence."""
    told = shown(told.removeprefix("Value error, "))
    return f"{told[:1].upper()}{told[1:]}."


# ---- the words


def _sections() -> dict[str, tuple[str, str]]:
    """Icon and title of each section."""
    return {
        "general": ("settings", tr("General")),
        "receiver": ("receiver", tr("Receiver")),
        "recognition": ("recognition", tr("Recognition")),
        "telegram": ("telegram", "Telegram"),
        "apprise": ("message", tr("Other services")),
        "mqtt": ("mqtt", "MQTT"),
        "retention": ("visits", tr("Keeping visits")),
        "hush": ("moon", tr("Quiet and digest")),
        "opening": ("key", tr("Opening doors")),
        "window": ("ring", tr("When somebody rings")),
        "": ("storage", tr("Storage")),
    }


def _titles() -> dict[str, str]:
    """What settings are called, by the last word of their keys."""
    return {
        "language": tr("Language"),
        "host": tr("Address"),
        "username": tr("User name"),
        "announce": tr("Found by itself in the network (mDNS)"),
        "api_token": tr("Token for the reading API"),
        "api_base": tr("Address of the Bot API"),
        "max_upload_mb": tr("Largest picture"),
        "merge_window_s": tr("Same visit within"),
        "chat_ids": tr("Chats"),
        "token": tr("Bot token"),
        "urls": tr("Addresses"),
        "doors": tr("Doors that may be opened"),
        "seconds": tr("Opener on for"),
        "secret": tr("Secret of the one-time codes"),
        "tls": tr("Encrypted (TLS)"),
        "ca_file": tr("Certificate authority"),
        "cluster": tr("Compute cluster"),
        "detector": tr("What finds faces"),
        "max_gb": tr("Disk space"),
        "known_days": tr("People you know"),
        "unknown_days": tr("Strangers"),
        "no_face_days": tr("Without a face"),
        "quiet_hours": tr("Quiet hours"),
        "strangers_only": tr("Only strangers"),
        "never_for": tr("Never for"),
        "once_a_day": tr("Once a day for"),
        "always": tr("Always for"),
        "digest_at": tr("Digest of the day at"),
        "full_test_at": tr("Full test by itself at"),
        "enabled": tr("Send alerts"),
        "discovery": tr("Home Assistant discovery"),
        "discovery_form": tr("Discovery messages"),
        "data_dir": tr("Data folder"),
        "gallery_dir": tr("Folder of known faces"),
        "chime": tr("Sound"),
        "chime_volume": tr("Loudness"),
        "come_to_front": tr("Bring the window to the front"),
        "caution": tr("How sure a name must be"),
        "tolerance": tr("Largest distance for a name"),
        "workers": tr("Worker processes"),
        "port": tr("Port"),
        "unknown_doors": tr("Unknown doors"),
        "pictures_per_minute": tr("Pictures per minute"),
        "max_connections": tr("Connections at once"),
        "engine": tr("Engine"),
        "broker": tr("Broker"),
        "password": tr("Password"),
        "base_topic": tr("First part of every topic"),
        "screen_topic": tr("Topic of the screens"),
        "discovery_prefix": tr("Prefix of the discovery"),
        "retain_picture": tr("Keep the picture at the broker"),
    }


def _choices() -> dict[str, str]:
    """What a setting with a fixed choice can be."""
    return {
        "ask": tr("Hold and ask me"),
        "accept": tr("Accept"),
        "refuse": tr("Refuse"),
        "off": tr("Off"),
        "builtin": tr("Built in"),
        "external": tr("My own broker"),
        "device": tr("One for each door"),
        "components": tr("One for each entity (before 2024.12)"),
        "normal": tr("Sure: 1 stranger in 100 may be named"),
        "strict": tr("Very sure: 1 in 1,000"),
        "porch": tr("Porch"),
        "bell": tr("Bell"),
        "knock": tr("Knock"),
        "auto": tr("The fastest there is"),
        "hog": tr("HOG: slower, always there"),
        "yunet": tr("YuNet: fast, needs its file"),
        "dlib": "dlib",
        "system": tr("That of this computer"),
        **languages(),
    }


def _complaints() -> dict[str, str]:
    """What pydantic finds wrong, in words."""
    return {
        "greater_than_equal": tr("At least {ge}."),
        "greater_than": tr("More than {gt}."),
        "less_than_equal": tr("At most {le}."),
        "int_parsing": tr("Whole numbers only."),
        "int_from_float": tr("Whole numbers only."),
        "float_parsing": tr("A number is needed."),
        "string_too_short": tr("This cannot be empty."),
        "string_pattern_mismatch": tr("This does not have the form described on the left."),
    }
