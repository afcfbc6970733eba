"""One client of the built-in broker, from its first byte to its last."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import cast

from receiver.broker import packets
from receiver.broker.access import Account
from receiver.broker.gate import Allowance
from receiver.broker.packets import Malformed, Message, WrongVersion
from receiver.broker.reception import Reception

_log = logging.getLogger(__name__)

_FIRST_BYTE = bytes((packets.CONNECT,))
_AROUND_A_MESSAGE = 16
"""Bytes of a packet besides topic and message, generously."""


class Connection(asyncio.Protocol):
    """What comes in over one socket. `inside`: at the station's own port, where only the station is let in."""

    def __init__(self, reception: Reception, *, inside: bool) -> None:
        self.address = ""
        self.inside = inside
        self.account: Account | None = None
        self.will: Message | None = None
        self._reception = reception
        self._limits = reception.limits
        self._most = self._limits.first_packet
        self._buffer = bytearray()
        self._heard = time.monotonic()
        self._silence_s = self._limits.connect_s
        self._subscriptions: set[str] = set()
        self._packet_id = 0
        self._unacknowledged: set[int] = set()
        self._half_taken: set[int] = set()
        """Packet ids of QoS 2 whose message went out already."""
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

    def hang_up(self) -> None:
        """End it at once; may be repeated."""
        self._leave()
        self._wire.abort()

    def look_at_the_clock(self, now: float) -> None:
        """End it when no complete packet came for too long (3.1.2.10)."""
        if now - self._heard > self._silence_s:
            self.hang_up()

    def deliver(self, message: Message, qos: int, *, retained: bool = False) -> None:
        """Send a message; a client that is too far behind is disconnected."""
        if self._gone or self.account is None:
            return
        most = self._limits.door_unsent if self.account.is_door else self._limits.unsent
        if self._wire.get_write_buffer_size() > most or len(self._unacknowledged) >= self._limits.unacknowledged:
            self._reception.complain(self, f"{self.account.name} does not take what is sent to it")
            self.hang_up()
            return
        packet_id = self._next_id() if qos else 0
        self._wire.write(packets.publish(message, packet_id, retained=retained))

    # ---- inside

    def _leave(self) -> None:
        if not self._gone:
            self._gone = True
            self._buffer.clear()
            self._reception.hub.unsubscribe(self, self._subscriptions)
            self._reception.leaves(self)

    def _read_on(self) -> None:
        try:
            if self.account is None and self._buffer[:1] not in (b"", _FIRST_BYTE):
                raise Malformed("no CONNECT")
            while packet := packets.take(self._buffer, self._most):
                self._heard = time.monotonic()
                self._take(*packet)
                if self._gone or self._has_to_wait():
                    return
        except WrongVersion:
            self._refuse(packets.WRONG_VERSION)
        except Malformed as error:
            _log.info("the built-in broker hangs up on %s: %s", self.address, error)
            self.hang_up()

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
        if self.account is None:
            self._connect(body)
            return
        match kind:
            case packets.PUBLISH:
                self._publish(self.account, first, body)
            case packets.PUBACK:
                self._unacknowledged.discard(packets.read_id(body))
            case packets.PUBREL:
                packet_id = packets.read_id(body)
                self._half_taken.discard(packet_id)
                self._wire.write(packets.answer(packets.PUBCOMP, packet_id))
            case packets.SUBSCRIBE:
                self._subscribe(self.account, body)
            case packets.UNSUBSCRIBE:
                self._unsubscribe(body)
            case packets.PINGREQ:
                self._wire.write(packets.PINGRESP)
            case packets.DISCONNECT:
                self.will = None
                self.hang_up()
            case _:
                raise Malformed(f"a packet {kind:x} that no client sends")

    def _connect(self, body: bytes) -> None:
        said = packets.read_connect(body)
        code = self._reception.introduces(self, said)
        if code != packets.ACCEPTED or self.account is None:
            self._refuse(code)
            return
        self.will = said.will
        longest = self._limits.longest_keepalive_s
        self._silence_s = 1.5 * min(said.keepalive_s or longest, longest)
        message = self._limits.door_message if self.account.is_door else self._limits.message
        self._most = message + self._limits.topic + _AROUND_A_MESSAGE
        if self.account.is_door:
            self._allowance = Allowance(self._limits.door_burst, self._limits.door_rate)
        self._wire.write(packets.connack(packets.ACCEPTED))

    def _refuse(self, code: int) -> None:
        """Say why, and close once that is on its way."""
        self._wire.write(packets.connack(code))
        self._leave()
        self._wire.close()

    def _publish(self, account: Account, first: int, body: bytes) -> None:
        message, packet_id = packets.read_publish(first, body)
        if len(message.topic.encode()) > self._limits.topic:
            raise Malformed("a topic too long")
        if account.is_door and len(message.payload) > self._limits.door_message:
            raise Malformed("a message too long")
        if packet_id not in self._half_taken:
            if account.may_publish(message.topic):
                self._reception.hub.publish(message)
            else:  # acknowledged all the same: 3.1.1 knows no other answer, and without one it would come again
                self._reception.complain(self, f"{account.name} may not publish to {message.topic[:80]!r}")
        if message.qos == 1:
            self._wire.write(packets.answer(packets.PUBACK, packet_id))
        elif message.qos == 2:
            self._half_taken.add(packet_id)
            self._wire.write(packets.answer(packets.PUBREC, packet_id))

    def _subscribe(self, account: Account, body: bytes) -> None:
        packet_id, wanted = packets.read_subscribe(body)
        granted = [self._grant(account, topic_filter, qos) for topic_filter, qos in wanted]
        self._wire.write(packets.suback(packet_id, granted))
        for (topic_filter, _), qos in zip(wanted, granted, strict=True):
            if qos != packets.REFUSED_FILTER:
                self._reception.hub.hand_out_retained(self, topic_filter, qos)

    def _grant(self, account: Account, topic_filter: str, qos: int) -> int:
        """The QoS, or the code of a refusal."""
        if (
            not packets.is_filter(topic_filter)
            or len(topic_filter.encode()) > self._limits.topic
            or (topic_filter not in self._subscriptions and len(self._subscriptions) >= self._limits.subscriptions)
        ):
            return packets.REFUSED_FILTER
        if not account.may_subscribe(topic_filter):
            self._reception.complain(self, f"{account.name} may not subscribe to {topic_filter[:80]!r}")
            return packets.REFUSED_FILTER
        qos = min(qos, 1)
        self._subscriptions.add(topic_filter)
        self._reception.hub.subscribe(self, topic_filter, qos)
        return qos

    def _unsubscribe(self, body: bytes) -> None:
        packet_id, filters = packets.read_unsubscribe(body)
        self._reception.hub.unsubscribe(self, filters)
        self._subscriptions.difference_update(filters)
        self._wire.write(packets.unsuback(packet_id))

    def _next_id(self) -> int:
        while True:
            self._packet_id = self._packet_id % 0xFFFF + 1
            if self._packet_id not in self._unacknowledged:
                self._unacknowledged.add(self._packet_id)
                return self._packet_id
