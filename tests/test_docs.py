"""The documentation is true: every setting, command and route stands in docs/protocol.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from receiver import settings
from receiver.__main__ import _parser
from receiver.models import DeliveryState, Verdict, VisitState

CHECKOUT = Path(__file__).resolve().parent.parent
PROTOCOL = (CHECKOUT / "docs" / "protocol.md").read_text("utf-8")
SETTINGS = [(".".join(key), info) for key, info in settings.fields()]


@pytest.mark.parametrize(("key", "info"), SETTINGS, ids=[key for key, _ in SETTINGS])
def test_every_setting_is_documented_with_its_default_and_meaning(key: str, info) -> None:
    row = re.search(rf"^\| `{re.escape(key)}` \|([^|]*)\|([^|]*)\|", PROTOCOL, re.MULTILINE)
    assert row, f"{key} has no row"
    assert row[2].strip()
    if settings.is_secret(info):
        assert "secret" in row[1]


def test_every_documented_setting_exists() -> None:
    section = PROTOCOL.split("## Commands")[0]
    documented = set(re.findall(r"^\| `([a-z_.]+)` \|", section, re.MULTILINE))
    assert documented == {key for key, _ in SETTINGS}


def test_every_command_and_option_is_documented() -> None:
    help_text = _parser().format_help()
    for option in re.findall(r"--[a-z-]+", help_text):
        assert option == "--help" or option in PROTOCOL, option
    for command in (
        "enrol",
        "forget",
        "export",
        "import",
        "identify",
        "doors",
        "hush",
        "test-ring",
        "setup-door",
        "detector",
        "telegram",
        "virtual-door",
        "openings",
    ):
        assert command in help_text
        assert f"porchlight-headless {command}" in PROTOCOL


def test_every_route_is_documented() -> None:
    from receiver.settings import ReceiverSettings  # noqa: PLC0415
    from receiver.web import create_app  # noqa: PLC0415

    app = create_app(None, ReceiverSettings())  # type: ignore[arg-type]  -- its routes are asked, not called
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", "<id>", rule.rule)
        if not path.startswith("/static") and not path.startswith("/verdict"):
            assert f"`GET {path}" in PROTOCOL or f"`POST {path}" in PROTOCOL, path


@pytest.mark.parametrize("words", [VisitState, Verdict, DeliveryState])
def test_every_state_that_readers_meet_is_documented(words: type) -> None:
    assert all(f"`{word}`" in PROTOCOL for word in words)


@pytest.mark.parametrize(
    "page",
    [*sorted((CHECKOUT / "docs").rglob("*.md")), CHECKOUT / "README.md", CHECKOUT / "firmware" / "README.md"],
    ids=lambda p: f"{p.parent.name}/{p.name}",
)
def test_no_link_between_our_pages_is_dead(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} -> {target}"
