"""Everybody who is told: the notifiers, the outbox that carries to them, and the broker where the house has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from pydantic import SecretStr

from receiver import addresses
from receiver.broker import Broker
from receiver.chats import Chats
from receiver.errors import Rejected
from receiver.home import Home
from receiver.language import mark, phrase
from receiver.models import Change, Message, PartState, Visit
from receiver.notifiers import Host, Notifier, Speaker
from receiver.notifiers.apprise import AppriseNotifier
from receiver.notifiers.mqtt import MqttNotifier
from receiver.notifiers.mqtt_doors import MqttDoors
from receiver.notifiers.telegram import TelegramNotifier
from receiver.outbox import Outbox
from receiver.phone_records import PhoneRecords
from receiver.settings import MqttSettings, Settings
from receiver.store import Store

NOTIFIERS = (TelegramNotifier.name, AppriseNotifier.name, MqttNotifier.name)


class Messengers:
    """For one set of settings. The built-in broker listens from the beginning, the others work from `start` on.

    `password_of` is what the built-in broker wants to hear from a door (None: it is not let in), `listener` hears
    what doors say, `report` is told how each notifier is doing. `clock` returns Unix seconds.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        chats: Chats,
        home: Home,
        listener: MqttDoors,
        *,
        password_of: Callable[[str], str | None],
        publish: Callable[[Change], None],
        report: Callable[[str, PartState, str], None],
        clock: Callable[[], float],
    ) -> None:
        self._settings = settings.mqtt
        self._store = store
        self._report = report
        self._stack = ExitStack()
        self._broker: Broker | None = None
        if settings.mqtt.broker == "builtin":
            self._broker = self._open_broker(settings, password_of, clock)
        self.telegram = TelegramNotifier(settings.telegram, chats.all, clock=clock)
        self.mqtt = _mqtt_notifier(settings.mqtt, self._broker, home, listener, clock)
        apprise = AppriseNotifier(settings.apprise, clock=clock)
        self._notifiers: tuple[Notifier, ...] = (self.telegram, apprise, self.mqtt)
        self.outbox = Outbox(store, self._notifiers, publish, clock=clock)

    def start(self, host_of: Callable[[str], Host]) -> None:
        """Have every notifier that is on begin to work, each with a host of its own, and the outbox carry to them."""
        for notifier in self._notifiers:
            notifier.start(host_of(notifier.name))
            self._stack.callback(notifier.stop)
        self.outbox.start()
        self._stack.callback(self.outbox.stop)

    def stop(self) -> None:
        """End in order: the outbox, the notifiers, the broker."""
        self._stack.close()

    # ---- who is told

    def alert_messages(self) -> Sequence[Message]:
        """What is sent when somebody is at the door."""
        return [_message(n, n.alert_kind, target) for n in self._notifiers for target in n.targets()]

    def verdict_messages(self) -> Sequence[Message]:
        """What is sent once there is a verdict."""
        return [_message(n, n.verdict_kind, target) for n in self._notifiers for target in n.targets()]

    def text_routes(self) -> Sequence[tuple[str, str]]:
        """(notifier, target) of everybody who takes a plain text."""
        return [(n.name, target) for n in self._notifiers if isinstance(n, Speaker) for target in n.targets()]

    def correct(self, visit: Visit) -> Visit:
        """A visit is told differently now: chats that show it are put right, without ringing again."""
        return self._store.visit(visit.id) if self.correct_all([visit.id]) else visit

    def correct_all(self, visits: Sequence[str]) -> int:
        """The same for many; returns how many messages that takes."""
        count = correct_chats(self._store, self.telegram, visits)
        if count:
            self.outbox.wake()
        return count

    # ---- doors over MQTT

    def tell_door(self, door: str, command: bytes) -> None:
        """Hand a signed command for a door over. Raises NotifierError."""
        if not self.mqtt.targets():
            raise Rejected("MQTT is off", "doors are told over a broker: choose one in the settings")
        self.mqtt.tell(door, command)

    def doors_changed(self) -> None:
        """A door has come, gone, or got another name or key: one that is not let in any more is not heard any more."""
        if self._broker:
            self._broker.recheck()
        self.mqtt.refresh()

    # ---- how they are doing

    def report(self, notifier: str, state: PartState, detail: str) -> None:
        """What a notifier says of itself; owners need not know that the station is a client of its own broker."""
        if notifier == MqttNotifier.name and self._broker:
            state, detail = self._as_broker(self._broker, state, detail)
        self._report(notifier, state, detail)

    def check(self, part: str) -> str:
        """Try the way to a notifier without telling anyone; one line of good news or NotifierError."""
        if part == MqttNotifier.name and self._broker:
            return _check_broker(self._broker, self._settings.port)
        return next(n for n in self._notifiers if n.name == part).check()

    def broker_health(self) -> dict[str, Any] | None:
        """How the built-in broker is doing, as /v1/health gives it; None without one."""
        if self._broker is None:
            return None
        return {
            "listening": not self._broker.trouble,
            "clients": self._broker.clients,
            "refused": self._broker.refused,
        }

    # ---- inside

    def _open_broker(
        self, settings: Settings, password_of: Callable[[str], str | None], clock: Callable[[], float]
    ) -> Broker:
        chosen = settings.mqtt
        broker = Broker(
            settings.receiver.host,
            chosen.port,
            base_topic=chosen.base_topic,
            door_password=password_of,
            owner=(chosen.username, chosen.password.get_secret_value()),
            file=settings.data_dir / "broker.json",
            changed=lambda: self.report(MqttNotifier.name, PartState.WORKING, ""),
            clock=clock,
        )
        broker.start()
        self._stack.callback(broker.stop)
        return broker

    def _as_broker(self, broker: Broker, state: PartState, detail: str) -> tuple[PartState, str]:
        if broker.trouble:
            return PartState.FAILED, broker.trouble
        listening = phrase("the built-in broker listens on port {port}", port=self._settings.port)
        return state, listening if state is PartState.WORKING else detail


def correct_chats(store: Store, telegram: TelegramNotifier, visits: Sequence[str]) -> int:
    """Make due what puts the chats right that show one of these visits; returns how many messages that are."""
    shown, allowed = PhoneRecords(store).told(visits), set(telegram.targets())
    edits = [(visit, target) for visit, target in sorted(shown) if target in allowed]
    for visit, target in edits:
        store.tell_again(visit, [_message(telegram, telegram.correction_kind, target)])
    return len(edits)


def _message(notifier: Notifier, kind: str, target: str) -> Message:
    """Events for machines are facts: an automation that turns the light on must not depend on who wants quiet."""
    return Message(notifier.name, kind, target, fact=notifier.name == MqttNotifier.name)


def _check_broker(broker: Broker, port: int) -> str:
    if broker.trouble:
        raise Rejected("The built-in broker cannot listen", broker.trouble)
    told = mark("the built-in broker listens on port {port}; connected besides the station: {n}")
    return phrase(told, port=port, n=broker.clients)


def _mqtt_notifier(
    chosen: MqttSettings, broker: Broker | None, home: Home, listener: MqttDoors, clock: Callable[[], float]
) -> MqttNotifier:
    """The client of the owner's broker, or of our own, which is reached by a port of its own on this computer."""
    way: dict[str, Any] = {}
    if broker:
        way = {
            "broker": "external",
            "host": addresses.LOOPBACK,
            "port": broker.inside,
            "username": broker.user,
            "password": SecretStr(broker.password),
            "tls": False,
        }
    return MqttNotifier(
        chosen.model_copy(update=way),
        [listener],
        announced=home.announced,
        states=home.states,
        last_ring=home.last_ring,
        clock=clock,
    )
