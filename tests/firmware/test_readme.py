"""firmware/README.md is true: wiring, light, console and configuration are what the program has."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.firmware.door_modules import config
from tests.firmware.interpreters import CHECKOUT, FIRMWARE

README = " ".join((FIRMWARE / "README.md").read_text("utf-8").split())
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (FIRMWARE / "README.md").read_text("utf-8").splitlines()
    if line.startswith("| ")
]

_SAYS = ("print", "_say", "_tell")
_FORWARDS = {"self._say(words)"}
"""What only hands on words that were said elsewhere."""
_WORDS_OF_ERRORS = ("_require", "_failed", "_spoilt")
_NOT_ON_THE_CONSOLE = ("NotDone", "NoDisplay", "BadConfig", "EOFError", "ValueError", "OSError")
"""Told in a receipt, behind "config.json:", or in other words."""


@pytest.fixture(scope="module")
def drawing() -> Iterator[ModuleType]:
    """The script that draws; it is no part of a package."""
    spec = importlib.util.spec_from_file_location("draw_wiring", CHECKOUT / "docs" / "draw_wiring.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "draw_wiring", module)  # its dataclasses look there
        spec.loader.exec_module(module)
        yield module


def test_the_wiring_is_drawn_from_the_programs_pins(drawing: ModuleType) -> None:
    """Whoever changes board.py has to draw it anew: python docs/draw_wiring.py."""
    assert drawing.PICTURE.read_text("utf-8") == drawing.draw(drawing.pins())


def test_every_pin_stands_in_the_table(drawing: ModuleType) -> None:
    """With the name that is printed on the board, and with its place."""
    pins = drawing.pins()
    pins.pop("LED")
    listed = {row[2]: row[3] for row in ROWS if len(row) == 4}
    for number in pins.values():
        assert listed[f"GP{number}"] == str(drawing.LEFT.index(f"GP{number}") + 1)


def test_every_pattern_of_the_light_is_explained() -> None:
    """In the words of led.py's own table, with what to do; and there is a row for each pattern it can show."""
    tree = ast.parse((FIRMWARE / "led.py").read_text("utf-8"))
    told = re.findall(r"^\| (.+?) +\| (.+?) +\|$", ast.get_docstring(tree) or "", re.MULTILINE)[1:]
    explained = [row[:2] for row in ROWS if len(row) == 3 and row[2]]
    assert told
    assert [row for row in told if list(row) not in explained] == []
    patterns = [node for node in tree.body if isinstance(node, ast.Assign) and _is_pattern(node)]
    assert len(told) == len(patterns)
    for pattern in patterns:
        if isinstance(pattern.value, ast.Call):
            assert f"| {ast.literal_eval(pattern.value.args[0])} flashes, pause |" in README


def _is_pattern(node: ast.Assign) -> bool:
    return isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper() and node.targets[0].id[0] != "_"


@pytest.mark.parametrize("file", sorted(FIRMWARE.glob("*.py")), ids=lambda file: file.name)
def test_everything_the_console_says_is_explained(file: Any) -> None:
    """Each constant beginning of what is printed, and the words of every error that can stand behind it."""
    missing = [words for words in _said(ast.parse(file.read_text("utf-8"))) if words not in README]
    assert missing == []


def test_the_scan_finds_what_is_said() -> None:
    """Constants, sums and several arguments alike; and it objects to what it cannot read."""
    program = """
print("one:", error)
self._tell("two: " + address)
raise CameraError("three")
self._require(good, "four")
raise UpdateError(name + " five")
raise NotDone("six")
self._say(words)
"""
    assert set(_said(ast.parse(program))) == {"one:", "two:", "three", "four", "five"}
    with pytest.raises(AssertionError):
        list(_said(ast.parse("print(x)")))


def _said(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _SAYS:
            words = _beginning(node)
            assert words or ast.unparse(node) in _FORWARDS, f"cannot tell what it says: {ast.unparse(node)}"
            yield from [words] if words else []
        elif isinstance(node, ast.Call) and _name(node.func) in _WORDS_OF_ERRORS:
            yield from (words for argument in node.args if (words := _longest_constant(argument)))
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            shown = _name(node.exc.func) not in (*_NOT_ON_THE_CONSOLE, *_WORDS_OF_ERRORS)
            yield from (words for argument in node.exc.args[:shown] if (words := _longest_constant(argument)))


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _beginning(call: ast.Call) -> str:
    """Up to the first value that only the door knows."""
    words: list[str] = []
    for argument in call.args:
        parts = list(_parts(argument))
        known = [part for part in parts[: parts.index(None) if None in parts else None] if part is not None]
        words.append("".join(known))
        if None in parts:
            break
    return " ".join(words).strip()


def _parts(expression: ast.expr) -> Iterator[str | None]:
    """Constants of a sum in their order, None for what is none."""
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add):
        yield from _parts(expression.left)
        yield from _parts(expression.right)
    else:
        yield expression.value if isinstance(expression, ast.Constant) and isinstance(expression.value, str) else None


def _longest_constant(expression: ast.expr) -> str:
    return max((part or "" for part in _parts(expression)), key=len).strip()


def test_the_configuration_stands_there_with_its_defaults() -> None:
    """As a whole, ready to be copied, and setting by setting."""
    shown = re.search(r"```json(.*?)```", README)
    assert shown
    assert json.loads(shown[1]) == config.DEFAULTS
    listed = {row[0].strip("`"): row[1].strip("`") for row in ROWS if len(row) == 3 and row[0].startswith("`")}
    for name, default in _settings(config.DEFAULTS):
        needed = name in ("door", "key", "station.host")
        assert listed[name] == ("none" if needed else json.dumps(default)), name


def _settings(section: dict[str, Any], where: str = "") -> Iterator[tuple[str, Any]]:
    for name, default in section.items():
        if isinstance(default, dict):
            yield from _settings(default, f"{where}{name}.")
        else:
            yield where + name, default


def test_every_file_of_the_program_has_its_place() -> None:
    """In the list of what is where."""
    section = README.split("## What is where")[1]
    assert [file.name for file in FIRMWARE.glob("*.py") if f"`{file.name}`" not in section] == []
