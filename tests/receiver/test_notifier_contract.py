"""What `Notifier` promises holds for every notifier; whoever writes one adds a world for it here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from receiver.errors import NotifierError, Rejected, TryLater
from receiver.models import PartState, Visit
from receiver.notifiers import Notifier
from receiver.notifiers.apprise import AppriseNotifier
from receiver.notifiers.mqtt import MqttNotifier
from receiver.notifiers.telegram import TelegramNotifier
from receiver.settings import AppriseSettings, MqttSettings, TelegramSettings
from tests import fakes
from tests.fakes import MADE_UP_TOKEN, FakeBotApi, Mosquitto
from tests.receiver.channels import FakeNtfy
from tests.receiver.made_up import Host, delivery, face, picture, visit


@dataclass
class World:
    """A notifier and its other side."""

    notifier: Notifier
    off: Notifier
    """The same, not set up."""
    arrived: Callable[[], list[str]]
    """What the other side has, oldest first: the words or topics of messages."""
    alert: str
    verdict: str
    """Stand in what `arrived` tells."""
    refuse: Callable[[], None] | None
    """The other side refuses the next message for good; None where it cannot do that for one."""
    go_down: Callable[[], None]
    secret: str


def telegram(stack: ExitStack) -> World:
    bot = stack.enter_context(FakeBotApi())
    settings = TelegramSettings(enabled=True, token=MADE_UP_TOKEN, chat_ids=(4711,), api_base=bot.address)
    return World(
        TelegramNotifier(settings, patience=(0.01, 0.05)),
        TelegramNotifier(TelegramSettings()),
        lambda: [call.text for call in bot.sent()],
        "Someone is at the door",
        "Anna is at the door",
        lambda: bot.fail("sendMessage", fakes.BLOCKED),
        bot.go_down,
        MADE_UP_TOKEN.partition(":")[2],
    )


def apprise(stack: ExitStack) -> World:
    server = stack.enter_context(FakeNtfy())
    return World(
        AppriseNotifier(AppriseSettings(urls=server.url)),
        AppriseNotifier(AppriseSettings()),
        lambda: [note.title for note in server.notes],
        "Someone is at the door",
        "Anna is at the door",
        lambda: server.faults.append((403, {})),
        server.go_down,
        "secret-topic",
    )


def mqtt(stack: ExitStack) -> World:
    if not Mosquitto.program():
        pytest.skip("mosquitto is not installed")
    broker = stack.enter_context(Mosquitto(users={"porch": "hidden-word"}))
    inbox = stack.enter_context(broker.listen("porchlight/#"))
    settings = MqttSettings(
        broker="external", host="127.0.0.1", port=broker.port, username="porch", password="hidden-word"
    )
    return World(
        MqttNotifier(settings, patience=(0.01, 0.05)),
        MqttNotifier(MqttSettings()),
        lambda: [mail.topic for mail in inbox.mails],
        "porchlight/front/ring",
        "porchlight/front/visitor",
        None,
        broker.kill,
        "hidden-word",
    )


@pytest.fixture(params=[telegram, apprise, mqtt], ids=lambda make: make.__name__)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with ExitStack() as stack:
        made = request.param(stack)
        stack.callback(made.notifier.stop)
        yield made


@pytest.fixture
def host() -> Host:
    return Host()


def send(world: World, kind: str, about: Visit) -> None:
    (target,) = world.notifier.targets()
    world.notifier.send(delivery(world.notifier.name, kind, target), about)


def at_work(world: World, host: Host) -> None:
    world.notifier.start(host)
    host.wait_until(PartState.WORKING)


def test_what_is_not_set_up_has_nobody_to_tell(world: World, host: Host) -> None:
    """No target, no message; starting it says OFF, or what is missing, and stopping it does no harm."""
    assert world.off.targets() == ()
    world.off.start(host)
    assert host.reports[0][0] is PartState.OFF
    world.off.stop()


def test_alert_then_verdict_arrive_in_that_order(world: World, host: Host, tmp_path: Path) -> None:
    """When `send` returns the other side has the message."""
    at_work(world, host)
    seen = visit(picture(tmp_path / "a.jpg"), face("Anna"))
    send(world, world.notifier.alert_kind, seen)
    send(world, world.notifier.verdict_kind, seen)
    # An observer of a broker may learn of it a moment after the publisher's acknowledgement.
    host_patience(host, lambda: any(world.verdict in words for words in world.arrived()))
    told = world.arrived()
    first = next(number for number, words in enumerate(told) if world.alert in words)
    assert all(number >= first for number, words in enumerate(told) if world.verdict in words)
    assert sum(world.alert in words for words in told) == 1


def host_patience(host: Host, condition: Callable[[], object]) -> None:
    for _ in range(200):
        if condition():
            return
        with host._changed:
            host._changed.wait(0.02)
    raise AssertionError("waited in vain")


def test_a_target_is_a_plain_word_that_stays(world: World) -> None:
    """It stands in the database and the reading API: the same each time, and no secret in it."""
    assert world.notifier.targets() == world.notifier.targets()
    assert all(world.secret not in target for target in world.notifier.targets())


def test_another_side_that_is_away_is_tried_later(world: World, host: Host) -> None:
    """Whatever is away may come back: never Rejected, and no foreign exception."""
    at_work(world, host)
    world.go_down()
    with pytest.raises(TryLater):
        send(world, world.notifier.alert_kind, visit())


def test_what_is_refused_for_good_is_rejected(world: World, host: Host) -> None:
    """With words, and the next message goes through all the same."""
    if world.refuse is None:
        pytest.skip("refuses topics, not messages: see test_mqtt.py")
    at_work(world, host)
    world.refuse()
    with pytest.raises(Rejected, match=r"\w+ \w+"):
        send(world, world.notifier.alert_kind, visit())
    send(world, world.notifier.alert_kind, visit())
    assert len(world.arrived()) == 1


def test_after_stop_a_message_stays_for_later(world: World, host: Host) -> None:
    """`stop` ends every thread (the suite's own check) and nothing is lost: TryLater."""
    at_work(world, host)
    world.notifier.stop()
    with pytest.raises(TryLater):
        send(world, world.notifier.alert_kind, visit())


def test_a_check_is_one_line_and_tells_nobody(world: World) -> None:
    """Also before the start."""
    line = world.notifier.check()
    assert line and "\n" not in line
    assert not any(world.alert in words or world.verdict in words for words in world.arrived())


def test_a_check_of_what_is_not_set_up_says_so(world: World) -> None:
    with pytest.raises(NotifierError):
        world.off.check()


def test_starting_while_the_other_side_is_away_never_raises(world: World, host: Host) -> None:
    """What is wrong comes as a report in words."""
    world.go_down()
    world.notifier.start(host)
    host.wait_for(lambda: len(host.reports) >= 2)


def test_no_secret_is_told_or_logged(world: World, host: Host, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a report, an error, a log line of any level, or a representation."""
    with caplog.at_level(logging.DEBUG):
        at_work(world, host)
        send(world, world.notifier.alert_kind, visit())
        world.go_down()
        with pytest.raises(TryLater) as caught:
            send(world, world.notifier.alert_kind, visit())
        world.notifier.stop()
    said = caplog.text + repr(host.reports) + repr(caught.value) + repr(caught.value.__context__)
    ours = "\n".join(line for line in said.splitlines() if "tests" not in line)
    assert world.secret not in ours + repr(world.notifier)
