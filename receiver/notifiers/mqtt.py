"""MQTT: events for home automation, in the topics of docs/protocol.md, and the text on the screen at the door.

A ring or visitor event is never retained: a broker that replays a ring to whoever connects next has opened real doors.
"""

from __future__ import annotations

import json
import logging
import queue
import random
import re
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from receiver import wording
from receiver.errors import NotifierError, Rejected, TryLater
from receiver.language import phrase
from receiver.models import Delivery, PartState, Telling, Trigger, Verdict, Visit
from receiver.notifiers import Host
from receiver.notifiers.pictures import of_visit

if TYPE_CHECKING:
    from receiver.settings import MqttSettings

_log = logging.getLogger(__name__)

LATE = 60.0
"""Seconds after which an event says its age, so that an automation can let it pass."""
SCREEN_LIMIT = 4096
"""Characters of a text for the screen: as long as Telegram lets anybody write."""
MOST_BYTES = 4096
"""A longer message is not looked at."""

_MOST_PACKET_BYTES = 2 * MOST_BYTES
"""A broker that speaks MQTT 5 keeps longer ones to itself."""
_KEEPALIVE = 30
_ANSWER_WITHIN = 5.0
"""Seconds for the broker to accept a connection or to acknowledge a message."""
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ONLINE, _OFFLINE = b"online", b"offline"
_CLIENT_ID = "client_id"
_UNSUPPORTED_PROTOCOL = "Unsupported protocol version"
_OTHER_VERSION = {
    MQTTProtocolVersion.MQTTv5: MQTTProtocolVersion.MQTTv311,
    MQTTProtocolVersion.MQTTv311: MQTTProtocolVersion.MQTTv5,
}
_ANNOUNCED = "announced"
KEPT = ("last_visitor", "last_visitor/attributes", "picture")
"""What the broker keeps of a door on our word."""
TO_FORGET = "to_forget"
"""The note of the doors whose last visitors the broker has still to forget."""
_HUSHED = {Telling.NOW: False, Telling.HUSHED: True, Telling.LATER: None}
"""What an event says of the owner's quiet: it is a fact either way, and automations decide for themselves."""


class Listener(Protocol):
    """Somebody else who listens on the connection."""

    @property
    def topics(self) -> Sequence[str]:
        """What to subscribe to."""

    def start(self) -> None:
        """Begin, before the first message."""

    def stop(self) -> None:
        """End, after the last message."""

    def hear(self, topic: str, payload: bytes, *, retained: bool) -> None:
        """A message, which may be of any topic; must return at once. `retained`: the broker kept it from earlier."""

    def broker_away(self) -> None:
        """The connection is over."""


Announced = Mapping[str, Mapping[str, bytes]]
"""Door -> topic -> payload of the retained messages by which Home Assistant knows it."""


class MqttNotifier:
    """Publishes rings and visitors to the owner's broker, and hears what `listeners` want to hear.

    `states` are kept up to date at the broker: topic below ours -> what it says, retained. `announced` returns what
    Home Assistant is to be told of which doors, now, `last_ring` the newest visit of somebody who rang at a door.
    `patience` are the (first, longest) seconds between attempts to connect, `clock` returns Unix seconds.
    """

    name = "mqtt"
    alert_kind = "ring"
    verdict_kind = "visitor"
    lanes: tuple[tuple[str, ...], ...] = ()

    def __init__(
        self,
        settings: MqttSettings,
        listeners: Sequence[Listener] = (),
        *,
        announced: Callable[[], Announced] = dict,
        states: Callable[[], Mapping[str, bytes]] = dict,
        last_ring: Callable[[str], Visit | None] = lambda door: None,
        patience: tuple[float, float] = (1.0, 60.0),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._listeners = listeners
        self._wanted = announced
        self._states = states
        self._last_ring = last_ring
        self._clock = clock
        self._patience = patience
        self._keeper: _Keeper | None = None
        self._host: Host | None = None
        self._announcing = threading.Lock()
        self._announced: Announced = {}
        """What the broker was told on this connection."""
        self._telling_who = threading.Lock()

    def targets(self) -> tuple[str, ...]:
        """The broker, when it is the owner's."""
        return ("",) if self._settings.broker == "external" else ()

    def start(self, host: Host) -> None:
        """Connect, and stay connected."""
        if not self.targets():
            host.report(PartState.OFF, "")
            return
        host.report(PartState.STARTING, "")
        self._host = host
        for listener in self._listeners:
            listener.start()
        self._keeper = _Keeper(
            self._settings,
            host,
            self._greet,
            self._listeners,
            patience=self._patience,
            clock=self._clock,
        )
        self._keeper.start()

    def stop(self) -> None:
        """Say goodbye to the broker."""
        if self._keeper:
            self._keeper.stop()
            for listener in self._listeners:
                listener.stop()

    def send(self, delivery: Delivery, visit: Visit) -> None:
        """Publish a ring or a visitor; returns when the broker has acknowledged it. Raises TryLater or Rejected."""
        line = self._line()
        topic = f"{self._settings.base_topic}/{_safe(visit.door)}"
        if visit.door not in self._announced:
            self._announce(line, anew=False)
        if delivery.kind == self.alert_kind:
            line.publish(f"{topic}/ring", _json(self._ring(visit)))
        else:
            self._publish_visitor(line, topic, visit)

    def show(self, text: str) -> None:
        """Put a text on the screen at the door, where it stays. Raises TryLater when the broker is away."""
        self._line().publish(self._settings.screen_topic, text[:SCREEN_LIMIT].encode(), retain=True)

    def tell(self, door: str, command: bytes) -> None:
        """Hand a signed command for a door over. Raises TryLater when the broker is away, or Rejected."""
        self._line().publish(f"{self._settings.base_topic}/{_safe(door)}/command", command)

    def refresh(self) -> None:
        """Tell the broker anew of our doors and states, in a moment; while it is away that waits until it is back."""
        if self._keeper:
            self._keeper.refresh()

    def forget_visitors(self, doors: Collection[str]) -> int:
        """Take back what the broker keeps of the last visitors at these doors; returns how many topics.

        While the broker is away, that is done when it comes back.
        """
        if self._host is None or self._keeper is None or not doors:
            return 0
        with self._announcing:
            waiting = set(json.loads(self._host.recall(TO_FORGET) or "[]")) | set(doors)
            self._host.remember(TO_FORGET, json.dumps(sorted(waiting)))
        self._keeper.refresh()
        return len(doors) * len(KEPT)

    def check(self) -> str:
        """Connect once, apart from the connection in use. Raises NotifierError with a sentence when that fails."""
        try:
            self._knock(MQTTProtocolVersion.MQTTv5)
        except _NotInThisTongue:
            self._knock(MQTTProtocolVersion.MQTTv311)
        return phrase("connected to {broker}", broker=_address(self._settings))

    def _knock(self, protocol: MQTTProtocolVersion) -> None:
        line = _Line(self._settings, f"porchlight-check-{secrets.token_hex(4)}", protocol=protocol)
        try:
            line.open()
        finally:
            line.close()

    def _line(self) -> _Line:
        line = self._keeper.line if self._keeper else None
        if line is None:
            raise TryLater("The broker is not connected", _address(self._settings))
        return line

    # ---- what is published

    def _publish_visitor(self, line: _Line, topic: str, visit: Visit) -> None:
        """What can be repeated without harm goes first, the event last: an automation finds its picture there."""
        jpeg = of_visit(visit)
        if jpeg:
            line.publish(f"{topic}/picture", jpeg, retain=self._settings.retain_picture)
        if visit.trigger is Trigger.RING:
            with self._telling_who:
                self._publish_last_visitor(line, topic, visit)
        line.publish(f"{topic}/visitor", _json(self._visitor(visit)))

    def _publish_last_visitor(self, line: _Line, topic: str, visit: Visit) -> None:
        line.publish(f"{topic}/last_visitor/attributes", _json(self._attributes(visit)), retain=True)
        line.publish(f"{topic}/last_visitor", _last_visitor(visit).encode(), retain=True)

    def _ring(self, visit: Visit) -> dict[str, Any]:
        return {"event_type": "ring", "trigger": visit.trigger, "hushed": _HUSHED[visit.telling], **self._when(visit)}

    def _visitor(self, visit: Visit) -> dict[str, Any]:
        nearest = min((f.match.distance for f in visit.faces if f.match.distance is not None), default=None)
        return {
            "event_type": (visit.verdict or Verdict.FAILED).value,
            "identity": next(iter(visit.identities), None),
            "identities": list(visit.identities),
            "distance": None if nearest is None else round(nearest, 4),
            "reason": visit.reason,
            "trigger": visit.trigger,
            "hushed": _HUSHED[visit.telling],
            **self._when(visit),
        }

    def _attributes(self, visit: Visit) -> dict[str, Any]:
        return {
            **{key: value for key, value in self._visitor(visit).items() if key != "age_s"},
            "headline": wording.headline(visit),
        }

    def _when(self, visit: Visit) -> dict[str, Any]:
        at = datetime.fromtimestamp(visit.started_at, UTC).isoformat(timespec="milliseconds")
        age = self._clock() - visit.started_at
        return {"visit": visit.id, "at": at} | ({"age_s": round(age)} if age >= LATE else {})

    # ---- Home Assistant

    def _greet(self, line: _Line) -> None:
        """A broker or a Home Assistant that comes back may have forgotten the doors."""
        self._forget(line)
        for topic, payload in self._states().items():
            _keep(line, f"{self._settings.base_topic}/{topic}", payload)
        self._announce(line, anew=True)
        for door in self._announced:
            with self._telling_who, suppress(Rejected):
                visit = self._last_ring(door)
                if visit and visit.verdict:
                    self._publish_last_visitor(line, f"{self._settings.base_topic}/{_safe(door)}", visit)

    def _forget(self, line: _Line) -> None:
        """What the broker kept of visitors whom the owner had forgotten, this time or while it was away."""
        with self._announcing:
            waiting = json.loads((self._host and self._host.recall(TO_FORGET)) or "[]")
            for door in waiting:
                for kept in KEPT:
                    _keep(line, f"{self._settings.base_topic}/{_safe(door)}/{kept}", b"")
            if self._host and waiting:
                self._host.remember(TO_FORGET, "[]")

    def _announce(self, line: _Line, *, anew: bool) -> None:
        """Publish what is new, or everything, and take back what holds no longer: also what an earlier run said."""
        with self._announcing:
            wanted = self._wanted()
            if not anew and wanted == self._announced:
                return
            for door, topics in self._remembered().items():
                gone = [topic for topic in topics if topic not in wanted.get(door, {})]
                if door not in wanted and _SLUG.fullmatch(door):
                    gone += [f"{self._settings.base_topic}/{door}/{kept}" for kept in KEPT]
                for topic in gone:
                    _keep(line, topic, b"")
            for messages in wanted.values():
                for topic, payload in messages.items():
                    _keep(line, topic, payload)
            self._announced = wanted
            self._remember({door: list(messages) for door, messages in wanted.items()})

    def _remembered(self) -> Mapping[str, Sequence[str]]:
        known = json.loads((self._host and self._host.recall(_ANNOUNCED)) or "{}")
        return known if isinstance(known, dict) else {}

    def _remember(self, announced: Mapping[str, Sequence[str]]) -> None:
        if self._host and announced != self._remembered():
            self._host.remember(_ANNOUNCED, json.dumps(announced))


def _keep(line: _Line, topic: str, payload: bytes) -> None:
    try:
        line.publish(topic, payload, retain=True)
    except Rejected as error:
        _log.info("The broker does not keep what it is told: %s", error.source)


class _Keeper:
    """Keeps a line to the broker open, in a thread of its own, and reports how that goes."""

    def __init__(
        self,
        settings: MqttSettings,
        host: Host,
        greet: Callable[[_Line], None],
        listeners: Sequence[Listener],
        *,
        patience: tuple[float, float],
        clock: Callable[[], float],
    ) -> None:
        self.line: _Line | None = None
        """The line in use, while it holds."""
        self._settings = settings
        self._host = host
        self._greet = greet
        self._listeners = listeners
        self._patience = patience
        self._clock = clock
        self._protocol = MQTTProtocolVersion.MQTTv5
        self._stopping = threading.Event()
        self._events: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._dialled: _Line | None = None
        self._failures = 0
        self._down_since = 0.0
        self._thread = threading.Thread(target=self._run, name="mqtt-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread within two seconds, unless the system is still looking up the broker's name."""
        self._stopping.set()
        self._events.put("stop")
        if self._dialled and not self.line:
            self._dialled.give_up()
        self._thread.join(2.0)

    def refresh(self) -> None:
        """Greet once more, on the connection there is."""
        self._events.put("birth")

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._hold_a_line()
            except NotifierError as error:
                self._rest(error)
            except Exception:
                _log.exception("The connection to the broker failed in a way it should not")
                self._rest(TryLater("The connection fails", "the log has the details"))

    def _hold_a_line(self) -> None:
        line = _Line(
            self._settings,
            self._client_id(),
            status=f"{self._settings.base_topic}/status",
            protocol=self._protocol,
            tell=self._events.put,
            listeners=self._listeners,
        )
        self._dialled = line
        try:
            self._open(line)
            self._serve(line)
        finally:
            self.line = self._dialled = None
            line.close()
            for listener in self._listeners:
                listener.broker_away()

    def _open(self, line: _Line) -> None:
        try:
            line.open()
        except _NotInThisTongue:
            self._protocol = _OTHER_VERSION[self._protocol]
            raise

    def _serve(self, line: _Line) -> None:
        """Live with one line until it breaks or we stop."""
        line.subscribe()
        line.announce_online()
        self.line = line  # whoever reads that we are there may want something at once
        self._greet(line)
        self._failures, self._down_since = 0, 0.0
        self._host.report(PartState.WORKING, phrase("connected to {broker}", broker=_address(self._settings)))
        self._host.wake()
        while not self._stopping.is_set() and not line.lost:
            if self._events.get() == "birth":
                self._greet(line)
        self.line = None
        if self._stopping.is_set():
            line.announce_offline()
        else:
            raise TryLater("The broker is away", "the connection broke")

    def _client_id(self) -> str:
        """One name for all times: the broker then ends a half-open old connection, with its last will, before ours."""
        client_id = self._host.recall(_CLIENT_ID)
        if client_id is None:
            client_id = f"porchlight-{secrets.token_hex(6)}"
            self._host.remember(_CLIENT_ID, client_id)
        return client_id

    def _rest(self, error: NotifierError) -> None:
        if self._stopping.is_set():
            return
        self._down_since = self._down_since or self._clock()
        since = time.strftime("%H:%M", time.localtime(self._down_since))
        if isinstance(error, Rejected):
            self._host.report(PartState.FAILED, error.source)
        else:
            self._host.report(PartState.WAITING, phrase("no connection since {time}: {why}", time=since, why=error.why))
        first, longest = self._patience
        seconds = min(first * 2.0 ** min(self._failures, 20), longest) * random.uniform(0.75, 1.0)  # noqa: S311
        self._failures += 1
        self._stopping.wait(seconds)


class _NotInThisTongue(TryLater):
    """The broker does not speak the MQTT version that was tried, or hung up instead of an answer."""


class _Line:
    """One connection to the broker, used until it breaks and never again.

    A paho client would send whatever its last connection left unacknowledged once more, and so would the outbox: a
    client for each connection keeps every ring single.
    """

    def __init__(
        self,
        settings: MqttSettings,
        client_id: str,
        *,
        status: str = "",
        protocol: MQTTProtocolVersion,
        tell: Callable[[str], None] = lambda event: None,
        listeners: Sequence[Listener] = (),
    ) -> None:
        self._settings = settings
        self._status = status
        self._tell = tell
        self._listeners = listeners
        self._birth = f"{settings.discovery_prefix}/status"
        self._protocol = protocol
        self._gone = threading.Event()
        self._accepted: Future[ReasonCode] = Future()
        self._acknowledged: dict[int, Future[ReasonCode]] = {}
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=protocol, reconnect_on_failure=False
        )
        self._client.on_socket_open = _send_at_once
        self._client.on_connect = lambda client, data, flags, code, properties: _settle(self._accepted, code)
        self._client.on_disconnect = lambda client, data, flags, code, properties: self.give_up()
        self._client.on_publish = lambda client, data, mid, code, properties: _settle(self._ack(mid), code)
        self._client.on_message = self._hear
        if status:
            self._client.will_set(status, _OFFLINE, qos=1, retain=True)
        if settings.username:
            self._client.username_pw_set(settings.username, settings.password.get_secret_value() or None)

    @property
    def lost(self) -> bool:
        """Whether the connection is over."""
        return self._gone.is_set()

    def open(self) -> None:
        """Connect and wait until the broker has accepted. Raises TryLater, or Rejected for what the owner must mend."""
        try:
            self._dial()
        except NotifierError:
            self._gone.set()
            raise
        self._client.loop_start()
        try:
            code = self._accepted.result(_ANSWER_WITHIN)
        except FutureTimeout:
            raise TryLater(
                "The broker is away", phrase("{address} is silent", address=_address(self._settings))
            ) from None
        if code == _UNSUPPORTED_PROTOCOL:
            raise _NotInThisTongue("The broker is away", "it speaks another version of MQTT")
        if code.is_failure:
            raise _unwelcome(code, self._settings)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False, within: float = _ANSWER_WITHIN) -> None:
        """Hand one message over, and wait until the broker has acknowledged it. Raises TryLater or Rejected."""
        info = self._client.publish(topic, payload, qos=1, retain=retain)
        acknowledged = self._ack(info.mid)
        try:
            if self.lost or info.rc != paho.MQTT_ERR_SUCCESS:
                raise TryLater("The broker is away", "the connection broke")
            code = acknowledged.result(within)
        except FutureTimeout:
            self.hang_up()
            raise TryLater("The broker is away", "it does not acknowledge messages") from None
        finally:
            self._acknowledged.pop(info.mid, None)
        if code.is_failure:
            raise Rejected("The broker refuses the message", f"{topic}: {code}")

    def announce_online(self) -> None:
        with suppress(Rejected):  # an owner may allow the doors' topics only
            self.publish(self._status, _ONLINE, retain=True)

    def announce_offline(self) -> None:
        """What the last will says for us when we cannot."""
        with suppress(NotifierError):
            self.publish(self._status, _OFFLINE, retain=True, within=1.0)

    def subscribe(self) -> None:
        """To Home Assistant's birth message, where we speak to it, and to what the listeners want."""
        births = [self._birth] if self._settings.discovery else []
        for topic in (*births, *(topic for listener in self._listeners for topic in listener.topics)):
            self._client.subscribe(topic, qos=1)

    def give_up(self) -> None:
        """The connection is gone: whoever waits for an answer learns it now."""
        self._gone.set()
        silent = _NotInThisTongue(
            "The broker is away", phrase("{address} closed the connection at once", address=_address(self._settings))
        )
        _fail(self._accepted, silent)
        for waiting in list(self._acknowledged.values()):
            _fail(waiting, TryLater("The broker is away", "the connection broke"))
        self._tell("lost")

    def hang_up(self) -> None:
        """Break the connection without a word, so that the broker sends our last will."""
        wire: Any = self._client.socket()
        if wire is not None:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Say goodbye and end the network thread."""
        self._client.disconnect()
        if not self._gone.wait(1.0):
            self.hang_up()
        client = self._client
        client.loop_stop()
        # They lead back to us: without them its sockets are closed now, not when the garbage is collected.
        client.on_connect = client.on_disconnect = client.on_publish = client.on_message = None

    def _dial(self) -> None:
        trouble: NotifierError
        trust = _Trust(self._settings.ca_file) if self._settings.tls else None
        try:
            if trust:
                self._client.tls_set_context(trust)
            self._client.connect(
                self._settings.host, self._settings.port, keepalive=_KEEPALIVE, properties=_limits(self._protocol)
            )
        except (OSError, ValueError) as error:
            trouble = _unreachable(error, self._settings)
        else:
            return
        if trust:
            trust.close_last()
        raise trouble

    def _ack(self, mid: int) -> Future[ReasonCode]:
        """Made by whoever comes first: the thread that publishes or the one that hears the acknowledgement."""
        return self._acknowledged.setdefault(mid, Future())

    def _hear(self, client: paho.Client, data: object, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return
        if len(message.payload) > MOST_BYTES:
            return
        if topic == self._birth and message.payload == _ONLINE:
            self._tell("birth")
        for listener in self._listeners:
            listener.hear(topic, bytes(message.payload), retained=message.retain)


def _limits(protocol: MQTTProtocolVersion) -> Properties | None:
    if protocol is not MQTTProtocolVersion.MQTTv5:
        return None
    limits = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    limits.MaximumPacketSize = _MOST_PACKET_BYTES
    return limits


def _send_at_once(client: paho.Client, data: object, wire: Any) -> None:
    """Else a command after a receipt waits 40 ms for the broker's word that the receipt's answer came (Nagle)."""
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _settle(waiting: Future[ReasonCode], code: ReasonCode) -> None:
    if not waiting.done():
        waiting.set_result(code)


def _fail(waiting: Future[ReasonCode], error: NotifierError) -> None:
    with suppress(InvalidStateError):
        waiting.set_exception(error)


class _Trust(ssl.SSLContext):
    """Whose certificates count; closes the socket that paho leaves open when it does not like a certificate."""

    def __new__(cls, ca_file: str) -> Self:
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self, ca_file: str) -> None:
        self._last: ssl.SSLSocket | None = None
        try:
            if ca_file:
                self.load_verify_locations(ca_file)
            else:
                self.load_default_certs()
        except (OSError, ValueError):
            raise Rejected("The certificate authority's file cannot be used", ca_file) from None

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        """As ever, and remembered."""
        self._last = super().wrap_socket(*args, **kwargs)
        return self._last

    def close_last(self) -> None:
        if self._last:
            self._last.close()


def _unreachable(error: Exception, settings: MqttSettings) -> NotifierError:
    where = _address(settings)
    match error:
        case ssl.SSLCertVerificationError():
            return Rejected("The broker's certificate is not trusted", f"{where}: {error.verify_message}")
        case ssl.SSLError():
            return Rejected(
                "The broker cannot be reached securely", phrase("{where} does not speak TLS as expected", where=where)
            )
        case TimeoutError():
            why = phrase("{where} does not answer", where=where)
        case socket.gaierror():
            why = phrase("the name {name} is not known here", name=settings.host)
        case ConnectionRefusedError():
            why = phrase("nothing listens at {where}", where=where)
        case _:
            why = phrase("{where} cannot be reached", where=where)
    return TryLater("The broker is away", why)


def _unwelcome(code: ReasonCode, settings: MqttSettings) -> NotifierError:
    match str(code):
        case "Bad user name or password" | "Not authorized" if settings.username:
            return Rejected("The broker does not let us in", "check user name and password in the settings")
        case "Bad user name or password" | "Not authorized":
            return Rejected(
                "The broker does not let us in", "it wants a user name and password: give them in the settings"
            )
        case "Server busy" | "Server unavailable" | "Server shutting down" | "Connection rate exceeded":
            return TryLater("The broker is away", phrase("it says: {code}", code=code))
    return Rejected("The broker does not let us in", phrase("it says: {code}", code=code))


def _address(settings: MqttSettings) -> str:
    return f"{settings.host}:{settings.port}"


def _safe(door: str) -> str:
    if not _SLUG.fullmatch(door):
        raise Rejected("The door's name cannot be part of a topic", repr(door))
    return door


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _last_visitor(visit: Visit) -> str:
    """Names, or the verdict's word; Home Assistant takes states of 255 characters."""
    return (", ".join(visit.identities) or (visit.verdict or Verdict.FAILED).value)[:255]
