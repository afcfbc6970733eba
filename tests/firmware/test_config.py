"""The door's configuration: what is enough, and every mistake in one go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.firmware.door_modules import config

ENOUGH = {"door": "front-door", "key": "0f" * 32, "station": {"host": "192.168.1.10"}}


def problems_of(**changes: Any) -> list[str]:
    with pytest.raises(config.BadConfig) as caught:
        config.Config({**ENOUGH, **changes})
    return list(caught.value.problems)


def test_little_is_enough() -> None:
    """Door, key and station; the rest is sensible, and the relay off."""
    door = config.Config(ENOUGH)
    assert door.key == bytes([15] * 32)
    assert door.station == {"host": "192.168.1.10", "port": 1066}
    assert door.picture["size"] == "SVGA"
    assert door.relay["enabled"] is False
    assert door.display == {"columns": 16, "lines": 2}
    assert "0f" not in repr(door)


def test_every_problem_is_told_at_once() -> None:
    """Wrong kinds, wrong values and names that do not exist, each in a sentence."""
    problems = problems_of(
        door="Front Door", key="abc", colour="red", station={"host": "porch.local", "port": 0, "prot": 1},
        picture={"size": "8K", "quality": "good"}, mqtt={"base_topic": "#"}, relay={"seconds": 3600, "enabled": 1},
        display={"columns": 17, "lines": 3},
    )  # fmt: skip
    named = ["door must", "key must", "colour is no", "station.host must", "station.port must", "station.prot is no",
             "picture.size must", "picture.quality must", "mqtt.base_topic must", "relay.seconds must",
             "relay.enabled must be true or false", "display.columns must be", "display.lines must be"]  # fmt: skip
    for name in named:
        assert sum(problem.startswith(name) for problem in problems) == 1, (name, problems)
    assert len(problems) == len(named)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"door": 1}', "[" * 4000, " " * 5000, "\x00"])
def test_a_file_that_is_no_configuration(tmp_path: Path, content: str) -> None:
    """Never anything but BadConfig, and the key of the file is not in it."""
    file = tmp_path / "config.json"
    file.write_text(content)
    with pytest.raises(config.BadConfig):
        config.load(str(file))
    with pytest.raises(config.BadConfig, match="cannot be read"):
        config.load(str(tmp_path / "missing.json"))
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(config.BadConfig):
        config.load(str(file))


def test_the_pictures_settings_can_be_changed_and_kept(tmp_path: Path) -> None:
    """A change is checked like everything else, and a saved file is read back the same."""
    door = config.Config(ENOUGH).with_picture({"size": "VGA", "flip": True})
    file = tmp_path / "config.json"
    door.save(str(file))
    again = config.load(str(file))
    assert (again.picture["size"], again.picture["flip"], again.key) == ("VGA", True, door.key)
    with pytest.raises(config.BadConfig, match=r"picture.size"):
        door.with_picture({"size": "huge"})
    assert json.loads(file.read_text())["picture"]["size"] == "VGA"
