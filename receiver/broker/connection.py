"""One client of the built-in broker, from its first byte to its last."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from dataclasses import replace
from typing import cast

from receiver.broker import packets, properties
from receiver.broker.gate import Allowance
from receiver.broker.limits import PROPERTIES
from receiver.broker.packets import Connect, Message, Wish
from receiver.broker.properties import Name
from receiver.broker.reasons import Malformed, Reason
from receiver.broker.reception import Reception
from receiver.broker.session import Session

_log = logging.getLogger(__name__)

_FIRST_BYTE = bytes((packets.CONNECT,))
_AROUND_A_MESSAGE = 16
"""Bytes of a packet besides topic and message, generously."""


class Connection(asyncio.Protocol):
    """What comes in over one socket. `inside`: at the station's own port, where only the station is let in."""

    def __init__(self, reception: Reception, *, inside: bool) -> None:
        self.address = ""
        self.inside = inside
        self._session: Session | None = None
        """From when it has shown a password."""
        self._reception = reception
        self._limits = reception.limits
        self._most = self._limits.first_packet
        self._buffer = bytearray()
        self._heard = time.monotonic()
        self._silence_s = self._limits.connect_s
        self._level = packets.THREE
        self._longest = math.inf
        """Bytes of the longest packet that the client takes."""
        self._allowance: Allowance | None = None
        self._gone = False

    # ---- asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Someone is at the port."""
        self._wire = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]).removeprefix("::ffff:") if peer else "?"
        if not self._reception.arrives(self):
            self.hang_up()

    def data_received(self, data: bytes) -> None:
        """More bytes, of a length that the network decides."""
        self._buffer += data
        self._read_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed."""
        self._leave()

    # ---- what the reception wants

    def hang_up(self, why: Reason | None = None) -> None:
        """End it at once, with a word if the client understands one; may be repeated."""
        in_step = self._session and not self._gone and not self._wire.get_write_buffer_size()
        self._leave()
        if why and in_step and self._level == packets.FIVE:
            self._wire.write(packets.disconnect(why))
            self._wire.close()
        else:
            self._wire.abort()

    def fell_behind(self) -> None:
        """End it, for the client does not take what is sent to it."""
        if self._session:
            self._reception.complain(self, f"{self._session.account.name} does not take what is sent to it")
        self.hang_up(Reason.QUOTA)

    def look_at_the_clock(self, now: float) -> None:
        """End it when no complete packet came for too long (3.1.2.10)."""
        if now - self._heard > self._silence_s:
            self.hang_up(Reason.SILENT)

    def send(self, message: Message, packet_id: int, *, retained: bool, again: bool) -> bool:
        """Put a message on the wire, with QoS 1 if it has an id; False: it is none that this client takes.

        A client that is too far behind is disconnected.
        """
        now = time.monotonic() if message.until != math.inf else 0.0
        packet = packets.publish(message, packet_id, self._level, retained=retained, again=again, now=now)
        if now >= message.until or len(packet) > self._longest:
            return False
        if self._wire.get_write_buffer_size() > self._unsent:
            self.fell_behind()
        else:
            self._wire.write(packet)
        return True

    # ---- inside

    def _leave(self) -> None:
        if not self._gone:
            self._gone = True
            self._buffer.clear()
            self._reception.leaves(self)

    def _read_on(self) -> None:
        try:
            if self._session is None and self._buffer[:1] not in (b"", _FIRST_BYTE):
                raise Malformed("no CONNECT")
            while packet := packets.take(self._buffer, self._most):
                self._heard = time.monotonic()
                self._take(*packet)
                if self._gone or self._has_to_wait():
                    return
        except Malformed as error:
            _log.info("the built-in broker hangs up on %s: %s", self.address, error)
            if error.reason is Reason.OTHER_VERSION:
                self._refuse(error.reason)
            else:
                self.hang_up(error.reason)

    def _has_to_wait(self) -> bool:
        """A door that says too much is not read from for a while."""
        wait_s = self._allowance.use(1.0) if self._allowance else 0.0
        if wait_s and not self._wire.is_closing():
            self._wire.pause_reading()
            asyncio.get_running_loop().call_later(wait_s, self._resume)
        return bool(wait_s)

    def _resume(self) -> None:
        if not self._gone:
            self._wire.resume_reading()
            self._read_on()

    def _take(self, first: int, body: bytes) -> None:
        kind = packets.kind_of(first)
        session = self._session
        if session is None:
            self._connect(body)
            return
        match kind:
            case packets.PUBLISH:
                self._publish(session, first, body)
            case packets.PUBACK:
                session.acknowledge(packets.read_id(body, self._level))
            case packets.PUBREL:
                self._release(session, packets.read_id(body, self._level))
            case packets.SUBSCRIBE:
                self._subscribe(session, body)
            case packets.UNSUBSCRIBE:
                self._unsubscribe(session, body)
            case packets.PINGREQ:
                self._wire.write(packets.PINGRESP)
            case packets.DISCONNECT:
                self._disconnect(session, body)
            case _:
                raise Malformed(f"a packet {kind:x} that no client sends", Reason.PROTOCOL_ERROR)

    def _connect(self, body: bytes) -> None:
        said = packets.read_connect(body)
        self._level, self._longest = said.level, said.longest
        reason, session, resumed = self._reception.introduces(self, said)
        if session is None:
            self._refuse(reason)
            return
        self._session = session
        self._bind(session.account.is_door)
        longest = self._limits.longest_keepalive_s
        keepalive_s = min(said.keepalive_s or longest, longest)
        self._silence_s = 1.5 * keepalive_s
        given = self._given(said, session, keepalive_s)
        self._wire.write(packets.connack(self._level, reason, resumed=resumed, given=given))
        session.go_on()

    def _bind(self, is_door: bool) -> None:
        limits = self._limits
        self._unsent = limits.door_unsent if is_door else limits.unsent
        around = limits.topic + _AROUND_A_MESSAGE + (PROPERTIES if self._level == packets.FIVE else 0)
        self._most = around + (limits.door_message if is_door else limits.message)
        if is_door:
            self._allowance = Allowance(limits.door_burst, limits.door_rate)

    def _given(self, said: Connect, session: Session, keepalive_s: float) -> bytes:
        """What a client of MQTT 5 would not expect of this broker (3.2.2.3), as properties."""
        given: dict[Name, int | str] = {
            Name.MAXIMUM_PACKET: self._most,
            Name.SUBSCRIPTION_IDS_AVAILABLE: 0,
            Name.SHARING_AVAILABLE: 0,
        }
        if session.lasts_s != said.session_s:
            given[Name.SESSION_EXPIRY] = int(session.lasts_s)
        if keepalive_s != said.keepalive_s:
            given[Name.SERVER_KEEPALIVE] = int(keepalive_s)
        if not said.client_id:
            given[Name.ASSIGNED_CLIENT_ID] = session.client_id
        return properties.write(given)

    def _refuse(self, reason: Reason) -> None:
        """Say why, and close once that is on its way."""
        self._wire.write(packets.connack(self._level, reason))
        self._leave()
        self._wire.close()

    def _disconnect(self, session: Session, body: bytes) -> None:
        code, lasts_s = packets.read_disconnect(body, self._level)
        if lasts_s and not session.lasts_s:
            raise Malformed("a session that is to last after all", Reason.PROTOCOL_ERROR)
        if lasts_s is not None:
            session.lasts_s = min(lasts_s, self._limits.session_s)
        if code == Reason.SUCCESS:
            session.will = None
        self.hang_up()

    def _publish(self, session: Session, first: int, body: bytes) -> None:
        message, packet_id = packets.read_publish(first, body, self._level, self._heard)
        account = session.account
        if len(message.topic.encode()) > self._limits.topic:
            raise Malformed("a topic too long", Reason.BAD_TOPIC)
        if account.is_door and len(message.payload) > self._limits.door_message:
            raise Malformed("a message too long", Reason.TOO_LARGE)
        reason = Reason.SUCCESS
        if packet_id not in session.half_taken:
            if account.may_publish(message.topic):
                self._reception.hub.publish(message, session)
            else:  # acknowledged all the same: 3.1.1 knows no other answer, and without one it would come again
                self._reception.complain(self, f"{account.name} may not publish to {message.topic[:80]!r}")
                reason = Reason.NOT_AUTHORIZED
        if message.qos == 2 and not reason:
            session.half_taken.add(packet_id)
        if message.qos:
            kind = packets.PUBACK if message.qos == 1 else packets.PUBREC
            self._wire.write(packets.answer(kind, packet_id, self._level, reason))

    def _release(self, session: Session, packet_id: int) -> None:
        reason = Reason.SUCCESS if packet_id in session.half_taken else Reason.UNKNOWN_ID
        session.half_taken.discard(packet_id)
        self._wire.write(packets.answer(packets.PUBCOMP, packet_id, self._level, reason))

    def _subscribe(self, session: Session, body: bytes) -> None:
        packet_id, wanted = packets.read_subscribe(body, self._level)
        before = {topic_filter for topic_filter, _ in wanted if session.has(topic_filter)}
        granted = [self._grant(session, topic_filter, wish) for topic_filter, wish in wanted]
        self._wire.write(packets.suback(packet_id, granted, self._level))
        for (topic_filter, wish), code in zip(wanted, granted, strict=True):
            old = wish.retained == 2 or (wish.retained == 1 and topic_filter in before)
            if code < packets.REFUSED and not old:
                self._reception.hub.hand_out_retained(session, topic_filter, code)

    def _grant(self, session: Session, topic_filter: str, wish: Wish) -> int:
        """The QoS, or the code of a refusal."""
        account = session.account
        if self._level == packets.FIVE and topic_filter.startswith("$share/"):
            return Reason.NO_SHARING
        if not packets.is_filter(topic_filter) or len(topic_filter.encode()) > self._limits.topic:
            return Reason.BAD_FILTER
        if not account.may_subscribe(topic_filter):
            self._reception.complain(self, f"{account.name} may not subscribe to {topic_filter[:80]!r}")
            return Reason.NOT_AUTHORIZED
        wish = replace(wish, qos=min(wish.qos, 1))
        return wish.qos if session.subscribe(topic_filter, wish) else Reason.QUOTA

    def _unsubscribe(self, session: Session, body: bytes) -> None:
        packet_id, filters = packets.read_unsubscribe(body, self._level)
        codes = [Reason.SUCCESS if session.has(one) else Reason.NO_SUBSCRIPTION for one in filters]
        session.unsubscribe(filters)
        self._wire.write(packets.unsuback(packet_id, codes, self._level))
