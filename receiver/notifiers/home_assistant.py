"""Home Assistant's discovery messages: each door as a device with its entities.

One message for each door (https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload), or one for each
entity for releases before 2024.12, which know no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from receiver.language import _, mark
from receiver.models import Door, Verdict

if TYPE_CHECKING:
    from receiver.settings import MqttSettings

EVENT_TYPES = [verdict.value for verdict in Verdict]
_SCREEN_CHARACTERS = 120
_FRESH = "{{ '' if value_json.age_s is defined else value }}"
"""A late event is history: it must not ring the house. An empty value is ignored there."""
_OPTIONAL: Mapping[str, str] = {"opener": "lock"}
"""Name -> platform: said alone when it is switched off, for Home Assistant keeps what is only left out."""
_HEALTH: Mapping[str, Mapping[str, Any]] = {
    "firmware": {"name": mark("Firmware"), "icon": "mdi:chip", "value_template": "{{ value_json.version }}"},
    "uptime": {
        "name": mark("Uptime"),
        "device_class": "duration",
        "unit_of_measurement": "s",
        "state_class": "measurement",
        "value_template": "{{ value_json.uptime_s }}",
        "enabled_by_default": False,
    },
    "waiting_rings": {
        "name": mark("Waiting rings"),
        "icon": "mdi:tray-full",
        "state_class": "measurement",
        "value_template": "{{ value_json.queue }}",
    },
    "light": {
        "name": mark("Light"),
        "icon": "mdi:brightness-6",
        "state_class": "measurement",
        "value_template": "{{ value_json.light if value_json.light is not none else '' }}",
    },
    "free_memory": {
        "name": mark("Free memory"),
        "device_class": "data_size",
        "unit_of_measurement": "B",
        "state_class": "measurement",
        "value_template": "{{ value_json.free_bytes if value_json.free_bytes is not none else '' }}",
        "enabled_by_default": False,
    },
}


def messages(settings: MqttSettings, version: str, door: Door, *, opens: bool) -> Mapping[str, bytes]:
    """Topic -> payload of the retained messages that make a door known.

    `version` is the station's; `opens`: the house may open this door by Home Assistant.
    """
    key = _key(door)
    about: dict[str, Any] = {
        "device": {"identifiers": [key], "name": door.name, "manufacturer": "Porchlight", "model": _("Door")},
        "origin": {"name": "Porchlight", "sw_version": version},
        "availability": _available(f"{settings.base_topic}/status"),
        "qos": 1,
    }
    if door.firmware:
        about["device"]["sw_version"] = door.firmware
    parts = dict(_components(settings.base_topic, door, key, opens=opens))
    state = {f"{settings.base_topic}/{door.id}/open": b"LOCKED"} if "opener" in parts else {}
    if settings.discovery_form == "device":
        whole = {**about, "components": {name: {"platform": platform} for name, platform in _OPTIONAL.items()} | parts}
        return {f"{settings.discovery_prefix}/device/{key}/config": _json(whole)} | state
    return {
        f"{settings.discovery_prefix}/{part['platform']}/{key}/{name}/config": _json(_alone(about, key, name, part))
        for name, part in parts.items()
    } | state


def _components(base: str, door: Door, key: str, *, opens: bool) -> Iterable[tuple[str, dict[str, Any]]]:
    topic = f"{base}/{door.id}"

    def component(platform: str, name: str, label: str, **more: Any) -> tuple[str, dict[str, Any]]:
        identity = {"unique_id": f"{key}_{name}", "default_entity_id": f"{platform}.{key}_{name}"}
        return name, {"platform": platform, "name": label, **identity, **more}

    yield component(
        "event",
        "ring",
        _("Ring"),
        device_class="doorbell",
        event_types=["ring"],
        state_topic=f"{topic}/ring",
        value_template=_FRESH,
    )
    yield component(
        "event",
        "visitor",
        _("Visitor"),
        icon="mdi:account-question",
        event_types=EVENT_TYPES,
        state_topic=f"{topic}/visitor",
        value_template=_FRESH,
    )
    yield component("image", "picture", _("Picture"), content_type="image/jpeg", image_topic=f"{topic}/picture")
    yield component(
        "sensor",
        "last_visitor",
        _("Last visitor"),
        icon="mdi:account",
        state_topic=f"{topic}/last_visitor",
        json_attributes_topic=f"{topic}/last_visitor/attributes",
        json_attributes_template="{{ value or '{}' }}",  # empty when the door is taken back
    )
    yield component(
        "switch",
        "hush",
        _("Hush"),
        icon="mdi:bell-sleep",
        command_topic=f"{topic}/hush/set",
        state_topic=f"{topic}/hush",
    )
    if door.authenticated:
        yield from _of_paired(base, topic, component, opens=opens)


def _of_paired(base: str, topic: str, component: Any, *, opens: bool) -> Iterable[tuple[str, dict[str, Any]]]:
    """What a door does and tells over MQTT: there while both the station and the door are."""
    there = {
        "availability": _available(f"{base}/status") + _available(f"{topic}/status"),
        "availability_mode": "all",
    }
    yield component(
        "text",
        "screen",
        _("Screen"),
        icon="mdi:message-text",
        max=_SCREEN_CHARACTERS,
        command_topic=f"{topic}/screen/set",
        state_topic=f"{topic}/screen",
        **there,
    )
    yield component(
        "button", "look", _("Look"), icon="mdi:camera", command_topic=f"{topic}/look/set", payload_press="look", **there
    )
    yield component(
        "binary_sensor",
        "connected",
        _("Connected"),
        device_class="connectivity",
        entity_category="diagnostic",
        state_topic=f"{topic}/status",
        payload_on="online",
        payload_off="offline",
    )
    yield component(
        "binary_sensor",
        "camera",
        _("Camera"),
        device_class="problem",
        entity_category="diagnostic",
        state_topic=f"{topic}/health",
        value_template="{{ 'ON' if value_json.camera else 'OFF' }}",
        **there,
    )
    for name, health in _HEALTH.items():
        more = {k: v for k, v in health.items() if k != "name"}
        yield component(
            "sensor",
            name,
            _(health["name"]),
            entity_category="diagnostic",
            state_topic=f"{topic}/health",
            **more,
            **there,
        )
    if opens:
        yield component(
            "lock",
            "opener",
            _("Opener"),
            code_format="^\\d{6}$",
            command_topic=f"{topic}/open/set",
            command_template='{"do": "{{ value }}", "code": "{{ code }}"}',
            state_topic=f"{topic}/open",
            **there,
        )


def _alone(about: Mapping[str, Any], key: str, name: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """An entity with a message of its own; those releases call its id otherwise and its platform by the topic."""
    return {**about, **{k: v for k, v in part.items() if k != "platform"}, "object_id": f"{key}_{name}"}


def _available(topic: str) -> list[dict[str, str]]:
    return [{"topic": topic}]


def _key(door: Door) -> str:
    """A door's id as Home Assistant allows it in its own."""
    return f"porchlight_{re.sub(r'[^a-z0-9]+', '_', door.id.lower())}"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
