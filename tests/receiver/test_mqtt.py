"""MQTT against a real mosquitto: topics, retain flags, and life without a broker."""

from __future__ import annotations

import io
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pydantic import SecretStr

from receiver.errors import NotifierError, Rejected, TryLater
from receiver.models import PartState, Telling, Trigger, Verdict
from receiver.notifiers.mqtt import MqttNotifier
from receiver.settings import MqttSettings
from tests.fakes import Mosquitto, OldBroker, black_hole, free_port
from tests.receiver.made_up import Clock, Host, delivery, face, picture, visit

pytestmark = pytest.mark.broker

RING = delivery("mqtt", "ring")
VISITOR = delivery("mqtt", "visitor")

Make = Callable[..., MqttNotifier]


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with Mosquitto() as running:
        yield running


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def make(host: Host) -> Iterator[Make]:
    made: list[MqttNotifier] = []

    def notifier(port: int, clock: Callable[[], float] = time.time, **settings: object) -> MqttNotifier:
        said = {name: settings.pop(name) for name in ("announced", "last_ring") if name in settings}
        values = {"broker": "external", "host": "127.0.0.1", "port": port, **settings}
        made.append(MqttNotifier(MqttSettings(**values), patience=(0.01, 0.05), clock=clock, **said))
        return made[-1]

    yield notifier
    for one in made:
        one.stop()


@pytest.fixture
def connected(make: Make, host: Host) -> Make:
    """A notifier that is started and connected."""

    def notifier(port: int, **options: object) -> MqttNotifier:
        one = make(port, **options)
        one.start(host)
        host.wait_until(PartState.WORKING)
        return one

    return notifier


# ---- what is published


def test_a_ring_reaches_whoever_listens_and_nobody_later(broker: Mosquitto, connected: Make) -> None:
    """QoS 1, with visit and time; a fresh subscriber sees no ring, for a replayed one opens doors."""
    notifier, at = connected(broker.port), time.time()
    with broker.listen() as live:
        notifier.send(RING, visit(at=at))
        ring = live.wait("porchlight/front/ring")
    assert (ring.qos, ring.retained) == (1, False)
    assert ring.json.keys() == {"event_type", "visit", "at", "trigger", "hushed"}
    assert (ring.json["event_type"], ring.json["visit"]) == ("ring", "v1")
    assert ring.json["at"].endswith("+00:00")
    with broker.listen() as later:
        later.wait("porchlight/status")
        assert later.of("porchlight/front/ring") == []


@pytest.mark.parametrize(("telling", "said"), [(Telling.NOW, False), (Telling.HUSHED, True), (Telling.LATER, None)])
def test_an_event_is_a_fact_and_says_whether_people_are_told(
    broker: Mosquitto, connected: Make, telling: Telling, said: bool | None
) -> None:
    notifier = connected(broker.port)
    with broker.listen() as live:
        for kind in (RING, VISITOR):
            notifier.send(kind, replace(visit(), telling=telling))
        assert live.wait("porchlight/front/ring").json["hushed"] is said
        assert live.wait("porchlight/front/visitor").json["hushed"] is said


@pytest.mark.parametrize("retain", [True, False])
def test_a_visitor_is_an_event_a_state_and_a_picture(
    broker: Mosquitto, connected: Make, tmp_path: Path, retain: bool
) -> None:
    """The event goes last and is not retained; the state is; the picture is as the setting says."""
    notifier = connected(broker.port, retain_picture=retain, discovery=False)
    seen = visit(picture(tmp_path / "a.jpg"), face("Anna"), face())
    with broker.listen("porchlight/#") as live:
        notifier.send(VISITOR, seen)
        event = live.wait("porchlight/front/visitor")
        assert [m.topic for m in live.mails][-1] == "porchlight/front/visitor"
    assert event.json | {"at": ""} == {
        "event_type": "known",
        "identity": "Anna",
        "identities": ["Anna"],
        "distance": 0.31,
        "reason": "",
        "trigger": "ring",
        "hushed": False,
        "visit": "v1",
        "at": "",
    }
    with broker.listen() as later:
        assert later.wait("porchlight/front/last_visitor").text == "Anna"
        attributes = later.wait("porchlight/front/last_visitor/attributes").json
        assert attributes["headline"] == "Anna and someone else are at the door"
        later.wait("porchlight/status")
        kept = {m.topic.removeprefix("porchlight/") for m in later.mails}
    assert kept == {"status", "front/last_visitor", "front/last_visitor/attributes"} | (
        {"front/picture"} if retain else set()
    )


@pytest.mark.parametrize("away", [False, True])
def test_what_the_broker_keeps_of_a_forgotten_visitor_is_taken_back(
    broker: Mosquitto, connected: Make, make: Make, host: Host, away: bool
) -> None:
    """At once, or by the next run when there is no connection now; other doors keep theirs."""
    notifier = connected(broker.port, retain_picture=True, discovery=False)
    for door in ("front", "garden"):
        notifier.send(VISITOR, visit(None, face("Anna"), door=door))
    if away:
        notifier.stop()
        host.remember("to_forget", '["front"]')
        connected(broker.port, discovery=False)
    else:
        assert notifier.forget_visitors({"front"}) == 3
    host.wait_for(lambda: host.notes["to_forget"] == "[]")
    with broker.listen() as later:
        later.wait("porchlight/garden/last_visitor")
        later.wait("porchlight/status")
        assert not [mail for mail in later.mails if mail.topic.startswith("porchlight/front/")]
    assert notifier.forget_visitors(()) == 0
    assert make(broker.port).forget_visitors({"front"}) == 0


def test_the_picture_is_a_jpeg_with_the_names_in_it(broker: Mosquitto, connected: Make, tmp_path: Path) -> None:
    """What a dashboard shows is what the phone shows."""
    notifier = connected(broker.port)
    with broker.listen() as live:
        notifier.send(VISITOR, visit(picture(tmp_path / "a.jpg"), face("Anna")))
        payload = live.wait("porchlight/front/picture").payload
    with Image.open(io.BytesIO(payload)) as image:
        assert (image.format, image.size) == ("JPEG", (640, 480))


def test_a_verdict_without_a_picture_is_still_an_event(broker: Mosquitto, connected: Make) -> None:
    """A picture that is gone does not hold up the visitor."""
    notifier = connected(broker.port)
    with broker.listen() as live:
        unclear = replace(visit(None, face()), verdict=Verdict.UNCLEAR, reason="the picture arrived broken")
        notifier.send(VISITOR, unclear)
        event = live.wait("porchlight/front/visitor").json
        assert live.of("porchlight/front/picture") == []
    assert (event["event_type"], event["reason"]) == ("unclear", "the picture arrived broken")


def test_late_events_carry_their_age(broker: Mosquitto, connected: Make) -> None:
    """So that an automation can let them pass; the retained state, which only gets older, carries none."""
    clock = Clock()
    notifier = connected(broker.port, clock=clock)
    with broker.listen() as live:
        notifier.send(RING, visit(at=clock() - 3600))
        notifier.send(VISITOR, visit(at=clock() - 3600))
        assert live.wait("porchlight/front/ring").json["age_s"] == 3600
        assert live.wait("porchlight/front/visitor").json["age_s"] == 3600
        assert "age_s" not in live.wait("porchlight/front/last_visitor/attributes").json


@pytest.mark.parametrize("door", ["#", "+", "a/b", "front door", "", "front\n", "$SYS", "x" * 65])
def test_a_door_that_is_no_slug_never_becomes_a_topic(broker: Mosquitto, connected: Make, door: str) -> None:
    """Wildcards and levels in a door's id are refused for good."""
    with pytest.raises(Rejected, match="topic"):
        connected(broker.port).send(RING, visit(door=door))


def test_a_text_for_the_screen_stays_there_and_goes_nowhere_else(broker: Mosquitto, connected: Make) -> None:
    """Retained, QoS 1, on the screen's topic alone, and of bounded length."""
    notifier = connected(broker.port)
    with broker.listen() as live:
        notifier.show("Coming, one minute! " * 1000)
        live.wait("home/screen")
        assert {m.topic for m in live.mails if not m.retained} == {"home/screen"}
    with broker.listen() as later:
        screen = later.wait("home/screen")
    assert (screen.retained, screen.qos, len(screen.text)) == (True, 1, 4096)


def test_topics_are_as_the_settings_say(broker: Mosquitto, connected: Make) -> None:
    """base_topic and screen_topic may have several levels."""
    notifier = connected(broker.port, base_topic="home/porch", screen_topic="home/hall/display")
    with broker.listen() as live:
        notifier.send(RING, visit())
        notifier.show("hello")
        live.wait("home/porch/front/ring")
        live.wait("home/hall/display")
        assert live.wait("home/porch/status").text == "online"


# ---- Home Assistant


CONFIG = "homeassistant/device/porchlight_front/config"
FRONT = {"front": {CONFIG: b'{"device": "front"}'}}


def test_home_assistant_is_told_of_the_doors_at_once_and_again_when_it_comes_back(
    broker: Mosquitto, connected: Make
) -> None:
    """Retained, before the first event; a birth message asks for it again, an event does not."""
    with broker.listen() as live:
        notifier = connected(broker.port, announced=lambda: FRONT)
        notifier.send(RING, visit())
        live.wait("porchlight/front/ring")
        assert [m.topic for m in live.mails][-2:] == [CONFIG, "porchlight/front/ring"]
        assert len(live.of(CONFIG)) == 1
        live.publish("homeassistant/status", "online")
        live.wait(CONFIG, 2)
    with broker.listen() as later:
        assert later.wait(CONFIG).retained


def test_a_door_that_is_new_is_told_of_before_its_first_event(broker: Mosquitto, connected: Make) -> None:
    doors: dict[str, dict[str, bytes]] = {}
    notifier = connected(broker.port, announced=lambda: dict(doors))
    doors.update(FRONT)
    with broker.listen() as live:
        notifier.send(RING, visit())
        live.wait("porchlight/front/ring")
        assert [m.topic for m in live.mails if not m.retained] == [CONFIG, "porchlight/front/ring"]


def test_a_door_that_is_gone_is_taken_back_also_by_the_next_run(
    broker: Mosquitto, connected: Make, make: Make, host: Host
) -> None:
    """An empty retained message removes the device; what the broker kept of the door goes with it."""
    doors = dict(FRONT)
    notifier = connected(broker.port, announced=lambda: dict(doors))
    notifier.send(VISITOR, visit(None, face("Anna")))
    with broker.listen() as live:
        doors.clear()
        notifier.refresh()
        assert live.wait(CONFIG, 2).text == ""
        live.wait("porchlight/front/last_visitor/attributes", 2)
        doors.update(FRONT)
        notifier.refresh()
        live.wait(CONFIG, 3)
        notifier.stop()
        doors.clear()
        again = make(broker.port, announced=lambda: dict(doors))
        again.start(host)
        live.wait(CONFIG, 4)
    with broker.listen() as later:
        later.wait("porchlight/status")
        assert {m.topic for m in later.mails if m.retained} == {"porchlight/status"}


def test_another_form_of_the_messages_replaces_the_first(broker: Mosquitto, connected: Make, host: Host) -> None:
    """What the broker kept of the door stays: the door is the same."""
    first = connected(broker.port, announced=lambda: FRONT)
    first.send(VISITOR, visit(None, face("Anna")))
    first.stop()
    other = "homeassistant/event/porchlight_front/ring/config"
    with broker.listen() as live:
        second = connected(broker.port, announced=lambda: {"front": {other: b"{}"}})
        live.wait(other)
        second.stop()
    with broker.listen() as later:
        later.wait("porchlight/front/last_visitor/attributes")
        later.wait(other)
        assert {m.topic for m in later.mails if m.topic.startswith("homeassistant")} == {other}


# ---- with and without a broker


def test_status_is_online_then_offline(broker: Mosquitto, connected: Make) -> None:
    """Retained: online while connected, offline after a proper stop."""
    notifier = connected(broker.port)
    with broker.listen() as live:
        assert live.wait("porchlight/status").text == "online"
        notifier.stop()
        assert live.wait("porchlight/status", 2).text == "offline"
    with broker.listen() as later:
        status = later.wait("porchlight/status")
    assert (status.text, status.retained) == ("offline", True)


def test_a_lost_connection_is_the_last_will(broker: Mosquitto, connected: Make) -> None:
    """When the station vanishes without a word, the broker says offline; when it is back, online."""
    notifier = connected(broker.port)
    with broker.listen() as live:
        assert live.wait("porchlight/status").text == "online"
        assert notifier._keeper and notifier._keeper.line
        notifier._keeper.line.hang_up()
        assert live.wait("porchlight/status", 2).text == "offline"
        assert live.wait("porchlight/status", 3).text == "online"


def test_a_broker_that_is_away_at_the_start_is_waited_for(make: Make, host: Host) -> None:
    """start never raises, send says TryLater at once, and the broker's arrival wakes the outbox."""
    with Mosquitto() as broker:
        broker.stop()
        notifier = make(broker.port)
        notifier.start(host)
        assert "nothing listens at" in host.wait_until(PartState.WAITING)
        with pytest.raises(TryLater):
            notifier.send(RING, visit())
        with pytest.raises(TryLater):
            notifier.show("hello")
        broker.start()
        host.wait_for(lambda: host.wakes == 1)
        with broker.listen() as live:
            notifier.send(RING, visit())
            live.wait("porchlight/front/ring")
            assert len(live.of("porchlight/front/ring")) == 1, "what could not be sent was not kept to be sent twice"
            assert live.of("home/screen") == []
        notifier.stop()


def test_a_killed_broker_is_found_again(broker: Mosquitto, connected: Make, host: Host) -> None:
    """After kill and restart: reported, reconnected, online again, doors announced again, nothing doubled."""
    notifier = connected(broker.port)
    notifier.send(RING, visit())
    broker.kill()
    assert host.wait_until(PartState.WAITING).startswith("no connection since ")
    with pytest.raises(TryLater):
        notifier.send(RING, visit())
    broker.start()
    host.wait_until(PartState.WORKING, 2)
    with broker.listen() as live:
        live.wait("porchlight/status")
        notifier.send(RING, visit())
        live.wait("porchlight/front/ring")
        assert len(live.of("porchlight/front/ring")) == 1


def test_a_broker_that_forgot_is_told_of_the_last_visitor_again(broker: Mosquitto, connected: Make) -> None:
    """The state for a sensor, also of an earlier run; not the event, for nobody has come."""
    rang = visit(None, face("Anna"))
    connected(broker.port, announced=lambda: FRONT, last_ring=lambda door: rang if door == "front" else None)
    with broker.listen() as live:
        assert live.wait("porchlight/front/last_visitor").text == "Anna"
        assert live.wait("porchlight/front/last_visitor/attributes").json["identity"] == "Anna"
        live.wait("porchlight/status")
        assert live.of("porchlight/front/visitor") == []


def test_who_is_seen_by_a_look_is_an_event_and_not_the_last_visitor(broker: Mosquitto, connected: Make) -> None:
    notifier = connected(broker.port)
    with broker.listen() as live:
        notifier.send(VISITOR, replace(visit(None, face("Anna")), trigger=Trigger.LOOK))
        assert live.wait("porchlight/front/visitor").json["identity"] == "Anna"
        assert live.of("porchlight/front/last_visitor") == []


def test_a_broker_killed_in_the_middle_of_a_send_is_told_at_once(broker: Mosquitto, connected: Make) -> None:
    """The one who waits for the acknowledgement learns of the loss without waiting it out."""
    notifier = connected(broker.port)
    broker.send_signal(signal.SIGSTOP)
    errors: list[NotifierError] = []
    sender = threading.Thread(target=lambda: errors.append(_caught(lambda: notifier.show("hello"))))
    sender.start()
    broker.kill()
    sender.join(2.0)
    assert isinstance(errors[0], TryLater)


def _caught(action: Callable[[], None]) -> NotifierError:
    with pytest.raises(NotifierError) as caught:
        action()
    return caught.value


@pytest.mark.parametrize("state", ["connected", "away", "silent", "frozen"])
def test_stop_ends_soon_whatever_the_broker_does(broker: Mosquitto, make: Make, host: Host, state: str) -> None:
    """Also without a broker, with one that never answers, and with one that froze."""
    with black_hole() as silent_port:
        ports = {"away": free_port(), "silent": silent_port}
        notifier = make(ports.get(state, broker.port))
        notifier.start(host)
        if state in ports:
            host.wait_until(PartState.WAITING if state == "away" else PartState.STARTING)
        else:
            host.wait_until(PartState.WORKING)
        if state == "frozen":
            broker.send_signal(signal.SIGSTOP)
        begun = time.perf_counter()
        notifier.stop()
        assert time.perf_counter() - begun < 10
        broker.send_signal(signal.SIGCONT)
    with pytest.raises(TryLater):
        notifier.send(RING, visit())


# ---- being let in


def test_a_wrong_password_is_told_in_words(host: Host, make: Make) -> None:
    """FAILED with the cure; messages wait for it; the right password works."""
    with Mosquitto({"porch": "made-up-secret"}) as broker:
        wrong = make(broker.port, username="porch", password=SecretStr("wrong"))
        wrong.start(host)
        assert "check user name and password" in host.wait_until(PartState.FAILED)
        with pytest.raises(TryLater):
            wrong.send(RING, visit())
        right = make(broker.port, username="porch", password=SecretStr("made-up-secret"))
        right.start(host)
        host.wait_until(PartState.WORKING)
        with broker.listen() as live:
            right.send(RING, visit())
            live.wait("porchlight/front/ring")
        wrong.stop()
        right.stop()


def test_a_topic_that_the_broker_forbids_is_refused_for_good(host: Host, make: Make) -> None:
    """MQTT 5 says so in the acknowledgement; other topics go on."""
    acl = "topic readwrite porchlight/#\ntopic read homeassistant/#\n"
    with Mosquitto(acl=acl) as broker:
        notifier = make(broker.port)
        notifier.start(host)
        host.wait_until(PartState.WORKING)
        with pytest.raises(Rejected, match="home/screen"):
            notifier.show("hello")
        with broker.listen("porchlight/#") as live:
            notifier.send(RING, visit())
            live.wait("porchlight/front/ring")
        notifier.stop()


def test_tls_with_the_owners_authority_and_never_without(host: Host, make: Make) -> None:
    """The broker's own certificate is checked against ca_file; unknown authorities are told in words."""
    with Mosquitto({"porch": "made-up-secret"}, tls=True) as broker:
        secret = {"username": "porch", "password": SecretStr("made-up-secret"), "tls": True}
        assert make(broker.port, ca_file=broker.ca_file, **secret).check() == f"connected to 127.0.0.1:{broker.port}"
        notifier = make(broker.port, ca_file=broker.ca_file, **secret)
        notifier.start(host)
        host.wait_until(PartState.WORKING)
        with broker.listen() as live:
            notifier.send(RING, visit())
            live.wait("porchlight/front/ring")
        with pytest.raises(Rejected, match="certificate is not trusted"):
            make(broker.port, **secret).check()
        with pytest.raises(Rejected, match="file cannot be used"):
            make(broker.port, ca_file="nowhere.pem", **secret).check()
        with pytest.raises(NotifierError):
            make(broker.port).check()
        notifier.stop()


@pytest.mark.parametrize("polite", [True, False])
def test_a_broker_that_knows_only_the_older_mqtt_is_spoken_to_in_it(connected: Make, polite: bool) -> None:
    """MQTT 5 is tried first; whether it is refused with a word or by hanging up, 3.1.1 follows."""
    with OldBroker(polite=polite) as broker:
        notifier = connected(broker.port)
        notifier.send(RING, visit())
        assert broker.published[-1] == "porchlight/front/ring"
        notifier.stop()
        assert notifier.check().startswith("connected to")


def test_check_says_what_is_wrong(broker: Mosquitto, make: Make) -> None:
    """One line of good news, or the reason in words; the connection in use is not disturbed."""
    assert make(broker.port).check() == f"connected to 127.0.0.1:{broker.port}"
    with pytest.raises(TryLater, match="nothing listens at"):
        make(free_port()).check()
    with pytest.raises(TryLater, match=r"the name porchlight\.invalid is not known here"):
        make(broker.port, host="porchlight.invalid").check()
    with Mosquitto({"porch": "made-up-secret"}) as strict, pytest.raises(Rejected, match="does not let us in"):
        make(strict.port).check()


def test_targets_are_the_owners_broker_only(make: Make) -> None:
    """The built-in broker comes later; off is off."""
    assert make(1883).targets() == ("",)
    assert make(1883, broker="off").targets() == ()


def test_the_password_is_nowhere_to_be_found(host: Host, make: Make, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the log down to DEBUG, not in a repr, not in an error or report."""
    caplog.set_level("DEBUG")
    with Mosquitto({"porch": "made-up-secret"}) as broker:
        notifier = make(broker.port, username="porch", password=SecretStr("another-secret"))
        notifier.start(host)
        host.wait_until(PartState.FAILED)
        error = _caught(lambda: notifier.check() and None)
        notifier.stop()
    text = caplog.text + repr(notifier) + repr(vars(notifier)) + str(error) + repr(error) + str(host.reports)
    assert "another-secret" not in text


def test_one_name_for_all_times(broker: Mosquitto, connected: Make, host: Host) -> None:
    """The client id is kept: a half-open old connection's last will comes before our online, never after."""
    connected(broker.port).stop()
    name = dict(host.notes)
    connected(broker.port).stop()
    assert name == host.notes
    assert name.keys() == {"client_id"}


def test_a_payload_is_one_json_object(broker: Mosquitto, connected: Make) -> None:
    """Names with accents arrive readable, not escaped."""
    notifier = connected(broker.port)
    with broker.listen() as live:
        notifier.send(VISITOR, visit(None, face("Zoë")))
        raw = live.wait("porchlight/front/visitor").payload
    assert "Zoë".encode() in raw
    assert json.loads(raw)["identity"] == "Zoë"
