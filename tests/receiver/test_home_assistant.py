"""What Home Assistant is told of a door, and docs/home-assistant.md against it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from receiver.models import Door, DoorState
from receiver.notifiers.home_assistant import messages
from receiver.settings import MqttSettings

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "home-assistant.md"
PLAIN = Door("Front-Door", "Front door", DoorState.APPROVED, 0.0, 0.0)
PAIRED = replace(PLAIN, id="front-door", paired_at=1.0, firmware="1.2")
EVERY_DOORS = {"ring", "visitor", "picture", "last_visitor", "hush"}
PAIRED_ONLY = {
    *("screen", "look", "connected", "camera"),
    *("firmware", "uptime", "waiting_rings", "light", "free_memory"),
}


def told(door: Door, *, opens: bool = False, **settings: Any) -> Mapping[str, Any]:
    return {
        topic: json.loads(payload) if topic.endswith("/config") else payload
        for topic, payload in messages(MqttSettings(**settings), "9.9", door, opens=opens).items()
    }


def offered(message: Mapping[str, Any]) -> dict[str, Any]:
    """What there is of a door: a platform alone takes an entity back."""
    return {name: part for name, part in message["components"].items() if set(part) > {"platform"}}


def test_a_door_is_one_device_with_its_entities() -> None:
    """The contract's: doorbell event, visitor event, image, last visitor, screen, hush, look, health."""
    ((topic, message),) = told(PAIRED).items()
    assert topic == "homeassistant/device/porchlight_front_door/config"
    assert message["device"] == {
        "identifiers": ["porchlight_front_door"],
        "name": "Front door",
        "manufacturer": "Porchlight",
        "model": "Door",
        "sw_version": "1.2",
    }
    assert message["origin"] == {"name": "Porchlight", "sw_version": "9.9"}
    parts = offered(message)
    assert set(parts) == EVERY_DOORS | PAIRED_ONLY
    assert (parts["ring"]["platform"], parts["ring"]["device_class"], parts["ring"]["event_types"]) == (
        "event",
        "doorbell",
        ["ring"],
    )
    platforms = {name: parts[name]["platform"] for name in ("picture", "last_visitor", "screen", "hush", "look")}
    assert platforms == {
        "picture": "image",
        "last_visitor": "sensor",
        "screen": "text",
        "hush": "switch",
        "look": "button",
    }
    assert {name for name, part in parts.items() if part.get("entity_category") == "diagnostic"} == {
        *("connected", "camera", "firmware", "uptime", "waiting_rings", "light", "free_memory")
    }


def test_every_entity_has_a_name_of_its_own_for_good() -> None:
    """unique_id and default_entity_id, and no object_id, which is gone since 2026.4."""
    message = told(PAIRED, opens=True)["homeassistant/device/porchlight_front_door/config"]
    parts = message["components"].values()
    assert len({part["unique_id"] for part in parts}) == len(parts)
    assert all(part["default_entity_id"] == f"{part['platform']}.{part['unique_id']}" for part in parts)
    assert "object_id" not in json.dumps(message)


def test_what_the_door_itself_does_is_there_while_station_and_door_are() -> None:
    """Rings come over HTTP, so they need the station alone."""
    ((_, message),) = told(PAIRED).items()
    both = [{"topic": "porchlight/status"}, {"topic": "porchlight/front-door/status"}]
    assert message["availability"] == both[:1]
    for name in ("screen", "look", "camera", "light"):
        part = message["components"][name]
        assert (part["availability"], part["availability_mode"]) == (both, "all")
    for name in ("ring", "visitor", "hush", "connected"):
        assert "availability" not in message["components"][name]


def test_a_door_without_a_key_offers_nothing_that_it_cannot_do() -> None:
    ((_, message),) = told(PLAIN).items()
    assert set(offered(message)) == EVERY_DOORS


def test_the_opener_is_there_only_when_it_is_enabled() -> None:
    """Said to be gone when it is not: what is only left out stays in Home Assistant until that starts again."""
    ((_, without),) = told(PAIRED).items()
    assert without["components"]["opener"] == {"platform": "lock"}
    enabled = told(PAIRED, opens=True)
    assert enabled["porchlight/front-door/open"] == b"LOCKED", "the latch falls back by itself"
    lock = enabled["homeassistant/device/porchlight_front_door/config"]["components"]["opener"]
    assert (lock["platform"], lock["code_format"]) == ("lock", "^\\d{6}$")
    ((_, plain),) = told(PLAIN, opens=True).items()
    assert plain["components"]["opener"] == {"platform": "lock"}


def test_older_releases_get_a_message_for_each_entity() -> None:
    """The same entities, with the names those releases know."""
    single = told(PAIRED, discovery_form="components")
    ((_, message),) = told(PAIRED).items()
    assert len(single) == len(offered(message))
    ring = single["homeassistant/event/porchlight_front_door/ring/config"]
    assert (ring["object_id"], ring["device"]["name"], ring["availability"]) == (
        "porchlight_front_door_ring",
        "Front door",
        [{"topic": "porchlight/status"}],
    )
    assert {part["unique_id"] for part in single.values()} == {part["unique_id"] for part in offered(message).values()}


# ---- the guide


def automations() -> list[Mapping[str, Any]]:
    """The guide's, as Home Assistant would load them."""
    blocks = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return [automation for block in blocks for automation in yaml.safe_load(block)]


@pytest.mark.parametrize("automation", automations(), ids=lambda a: a["alias"])
def test_an_automation_of_the_guide_speaks_of_entities_that_exist(automation: Mapping[str, Any]) -> None:
    """Every entity and topic in it is one of the discovery message's, and every event type one it can have."""
    ((_, message),) = told(PAIRED).items()
    parts = {part["default_entity_id"]: part for part in offered(message).values()}
    text = json.dumps(automation)
    named = set(re.findall(r"\b(?:event|image|sensor|text|switch|button)\.porchlight_\w+", text))
    assert named and named <= set(parts)
    topics = {value for part in parts.values() for key, value in part.items() if key.endswith("_topic")}
    assert set(re.findall(r"porchlight/[\w/-]+", text)) <= topics
    for wanted in re.findall(r"'event_type'\) == '(\w+)'", text):
        assert any(wanted in part.get("event_types", ()) for entity, part in parts.items() if entity in named)
    assert {"alias", "trigger", "action"} <= set(automation)
