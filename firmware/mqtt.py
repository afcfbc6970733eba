"""An MQTT 3.1.1 client that does not get stuck: asyncio, bounded memory, no trust in what arrives.

    client = Client("192.168.1.10", 1883, "porch", will=Message("porchlight/porch/status", b"offline", retain=True))
    client.subscribe("porchlight/porch/screen/set", on_message)
    asyncio.create_task(client.run())
    await client.publish(Message("porchlight/porch/health", b"{}", qos=1))

A link that died without a word is noticed within `keepalive_s` and a little (25 s with the default): after half of
it in silence the broker is pinged, after the whole the connection is given up. QoS 2 is left out on both sides.
"""

import asyncio
import gc

from clock import since_ms, ticks_ms

TIMEOUT_S = 4
"""Longest wait for a write, for the rest of a packet, and for the broker's answer to CONNECT."""
KEEPALIVE_S = 20
MOST_BYTES = 1024
"""A longer packet is read past, in small pieces."""
BACKOFF_S = (1, 2, 4, 8, 16, 30)
MOST_SKIPPED_BYTES = 1024 * 1024
"""Whoever announces more than this is no broker of ours."""

_CONNACK, _PUBLISH, _PUBACK, _SUBACK, _PINGRESP = 0x20, 0x30, 0x40, 0x90, 0xD0
_WORLDS_FAULTS = (OSError, EOFError, asyncio.TimeoutError)
_REFUSALS = {
    1: "it does not speak MQTT 3.1.1",
    2: "it does not like the client id",
    3: "it is not available",
    4: "wrong user name or password",
    5: "this user may not connect",
}


class MqttError(Exception):
    """Not connected, or not any more, in words for the console."""


_TROUBLES = (MqttError, OSError, EOFError, asyncio.TimeoutError)


class Message:
    """Something to publish."""

    def __init__(self, topic: str, payload: bytes, qos: int = 0, retain: bool = False):
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.retain = retain


class Client:
    """One connection to one broker, made again and again by `run`.

    `connected` tells whether the broker said yes; `trouble` why the last connection ended or could not be made;
    `connections` counts how many were made, `skipped` the packets that were too long. `on_connect`, a plain function,
    is called after each connection is made. `progress`, a plain function, is called while `run` is alive: at least
    every `TIMEOUT_S`.
    """

    def __init__(
        self,
        host: str,
        port: int,
        client_id: str,
        *,
        user: str = "",
        password: str = "",
        will=None,
        keepalive_s: float = KEEPALIVE_S,
        timeout_s: float = TIMEOUT_S,
        backoff_s=BACKOFF_S,
        on_connect=lambda: None,
        progress=lambda: None,
    ):
        self.connected = False
        self.trouble = ""
        self.connections = 0
        self.skipped = 0
        self._host = host
        self._port = port
        self._greeting = _connect_packet(client_id, user, password, will, keepalive_s)
        self._keepalive_ms = int(keepalive_s * 1000)
        self._timeout_s = timeout_s
        self._backoff_s = backoff_s
        self._on_connect = on_connect
        self._progress = progress
        self._handlers: dict = {}
        self._reader: asyncio.StreamReader = None
        self._writer: asyncio.StreamWriter = None
        self._one_writer = asyncio.Lock()
        self._ended = asyncio.Event()
        self._granted = asyncio.Event()
        self._heard = self._sent = ticks_ms()
        self._pinged = False
        self._packet_id = 0
        self._unacknowledged: dict = {}

    def subscribe(self, topic: str, on_message) -> None:
        """Have `on_message(payload: bytes)` called for what comes to a topic, from the next connection on.

        The topic is taken literally, no wildcards. The function should be quick and must not raise.
        """
        self._handlers[topic] = on_message

    async def publish(self, message: Message, tries: int = 3) -> None:
        """Hand a message to the broker; with QoS 1 return when it has it. Raises MqttError.

        With QoS 1 it is sent again, up to `tries` times, also over a new connection: it may arrive twice.
        """
        if message.qos == 0:
            await self._send(_publish_packet(message, 0, again=False))
            return
        packet_id, acknowledged = self._next_id(), asyncio.Event()
        self._unacknowledged[packet_id] = acknowledged
        try:
            await self._publish_until(acknowledged, message, packet_id, tries)
        finally:
            self._unacknowledged.pop(packet_id)

    async def run(self) -> None:
        """Keep a connection for ever; end by cancelling the task, which says good-bye to the broker."""
        failures = 0
        while True:
            made = self.connections
            await self._one_connection()
            failures = 0 if self.connections > made else failures + 1
            await self._rest(self._backoff_s[min(failures, len(self._backoff_s) - 1)])

    # ---- one connection

    async def _one_connection(self) -> None:
        receiving = None
        try:
            await self._connect()
            receiving = asyncio.create_task(self._receive())
            await self._subscribe_all()
            self._on_connect()
            await self._keep_alive()
        except _TROUBLES as error:
            self._end(_reason(error))
        except asyncio.CancelledError:
            await self._say_goodbye()
            raise
        finally:
            self.connected = False
            if receiving:
                receiving.cancel()
            await self._close()

    async def _connect(self) -> None:
        self._ended.clear()
        self._progress()
        opening = asyncio.open_connection(self._host, self._port)
        self._reader, self._writer = await asyncio.wait_for(opening, self._timeout_s)
        self._writer.write(self._greeting)
        await asyncio.wait_for(self._writer.drain(), self._timeout_s)
        self._progress()
        packet: tuple = await asyncio.wait_for(self._packet(), self._timeout_s)
        kind, _, body = packet
        if kind != _CONNACK or not body or len(body) != 2:
            raise MqttError("what answers there is no MQTT broker")
        if body[1]:
            raise MqttError("the broker refuses: " + _REFUSALS.get(body[1], "reason " + str(body[1])))
        self._heard = self._sent = ticks_ms()
        self._pinged = False
        self.connected = True
        self.connections += 1
        self.trouble = ""

    async def _subscribe_all(self) -> None:
        """One topic after the other, each until the broker has taken it: from then on nothing that comes is missed."""
        for topic in self._handlers:
            self._progress()
            self._granted.clear()
            packet_id = self._next_id()
            self._unacknowledged[packet_id] = self._granted
            try:
                await self._send(_packet(0x82, _two(packet_id), _text(topic), b"\x01"))
                self._progress()
                await asyncio.wait_for(self._granted.wait(), self._timeout_s)
            finally:
                self._unacknowledged.pop(packet_id)
            if self._ended.is_set():
                raise MqttError(self.trouble)

    async def _keep_alive(self) -> None:
        """Ping when nothing went out or came in for half the time; end when nothing came in for all of it."""
        step_s = min(1, self._keepalive_ms / 8000)
        while not await self._ends_within(step_s):
            self._progress()
            silent_ms = since_ms(self._heard)
            if silent_ms > self._keepalive_ms:
                raise MqttError("the broker fell silent")
            quiet_ms = max(silent_ms, since_ms(self._sent))
            # While somebody else is sending it waits for the next step: both together could outlast the watchdog.
            if quiet_ms > self._keepalive_ms // 2 and not self._pinged and not self._one_writer.locked():
                self._pinged = True
                await self._send(b"\xc0\x00")

    async def _ends_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        return True

    def _end(self, why: str) -> None:
        self.connected = False
        self.trouble = self.trouble or why
        self._ended.set()
        self._granted.set()  # nobody will any more

    async def _say_goodbye(self) -> None:
        if self.connected:
            try:
                await self._send(b"\xe0\x00")
            except MqttError:
                pass  # it is over either way

    async def _close(self) -> None:
        writer, self._reader, self._writer = self._writer, None, None
        if writer:
            writer.close()
            try:
                await asyncio.wait_for(writer.wait_closed(), 1)
            except _WORLDS_FAULTS:
                pass  # it is closed either way
        gc.collect()  # a connection given up while it was made is only closed with this, and lwIP has five

    async def _rest(self, seconds: float) -> None:
        ended = ticks_ms()
        while since_ms(ended) < seconds * 1000:
            self._progress()
            await asyncio.sleep(min(1, seconds))

    # ---- out

    async def _send(self, packet: bytes) -> None:
        """Write one packet, never two at a time. Raises MqttError."""
        async with self._one_writer:
            if not self.connected:
                raise MqttError("not connected to the broker")
            self._sent = ticks_ms()
            try:
                self._writer.write(packet)
                await asyncio.wait_for(self._writer.drain(), self._timeout_s)
            except _WORLDS_FAULTS as error:
                self._end(_reason(error))
                raise MqttError("the connection to the broker broke: " + _reason(error))

    async def _publish_until(self, acknowledged, message: Message, packet_id: int, tries: int) -> None:
        sent = False
        for _ in range(tries):
            if self.connected:
                await self._send(_publish_packet(message, packet_id, again=sent))
                sent = True
            try:
                await asyncio.wait_for(acknowledged.wait(), self._timeout_s)
            except asyncio.TimeoutError:
                continue
            return
        raise MqttError("the broker did not take a message for " + message.topic)

    def _next_id(self) -> int:
        self._packet_id = self._packet_id % 0xFFFF + 1
        return self._packet_id

    # ---- in

    async def _receive(self) -> None:
        try:
            while True:
                await self._take(await self._packet())
        except _TROUBLES as error:
            self._end(_reason(error))

    async def _packet(self) -> tuple:
        """The next packet as (kind, flags, body); body is None if it was too long. Raises MqttError, EOFError."""
        # No time limit here: a quiet broker is none of the reader's business but that of `_keep_alive`.
        (first,) = await self._reader.readexactly(1)
        self._heard = ticks_ms()
        self._pinged = False
        return await asyncio.wait_for(self._rest_of(first), self._timeout_s)

    async def _rest_of(self, first: int):
        kind, flags, size = first & 0xF0, first & 0x0F, await self._size()
        if size <= MOST_BYTES:
            return kind, flags, await self._reader.readexactly(size)
        if size > MOST_SKIPPED_BYTES:
            raise MqttError("the broker announces a packet of " + str(size) + " bytes")
        self.skipped += 1
        await self._skip(kind, flags, size)
        return kind, flags, None

    async def _size(self) -> int:
        size = 0
        for shift in (0, 7, 14, 21):
            (digit,) = await self._reader.readexactly(1)
            size |= (digit & 0x7F) << shift
            if digit < 0x80:
                return size
        raise MqttError("the broker sends nonsense")

    async def _skip(self, kind: int, flags: int, size: int) -> None:
        """Read past a packet. A message is acknowledged all the same, or the broker would wait for that for ever."""
        if kind == _PUBLISH and flags & 6:
            topic_size = _number(await self._reader.readexactly(2))
            await self._read_past(min(topic_size, size - 4))
            packet_id = _number(await self._reader.readexactly(2))
            await self._read_past(size - 4 - min(topic_size, size - 4))
            await self._acknowledge(packet_id)
        else:
            await self._read_past(size)

    async def _read_past(self, size: int) -> None:
        while size > 0:
            piece = await self._reader.read(min(size, 256))
            if not piece:
                raise EOFError
            size -= len(piece)

    async def _take(self, packet) -> None:
        kind, flags, body = packet
        if body is None:
            return
        if kind == _PUBLISH:
            await self._take_message(flags, body)
        elif kind == _PUBACK and len(body) == 2:
            self._release(body)
        elif kind == _SUBACK and len(body) == 3:
            self._check_subscription(body[2])
            self._release(body[:2])
        elif kind != _PINGRESP or body:
            raise MqttError("the broker sends nonsense")

    def _release(self, packet_id: bytes) -> None:
        waiting = self._unacknowledged.get(_number(packet_id))
        if waiting:
            waiting.set()

    def _check_subscription(self, granted: int) -> None:
        if granted > 1:
            self.trouble = "the broker does not let this door subscribe"

    async def _take_message(self, flags: int, body: bytes) -> None:
        qos, end = flags >> 1 & 3, 2 + _number(body[:2])
        payload = end + (2 if qos else 0)
        if qos > 1 or len(body) < max(payload, 2):
            raise MqttError("the broker sends nonsense")
        if qos:
            await self._acknowledge(_number(body[end:payload]))
        handler = self._handlers.get(_decoded(body[2:end]))
        if handler:
            handler(body[payload:])

    async def _acknowledge(self, packet_id: int) -> None:
        await self._send(b"\x40\x02" + _two(packet_id))


def _connect_packet(client_id: str, user: str, password: str, will, keepalive_s: float) -> bytes:
    flags, body = 0x02, _text(client_id)  # a clean session: what happened while the door was away is over
    if will:
        flags |= 0x04 | will.qos << 3 | (0x20 if will.retain else 0)
        body += _text(will.topic) + _two(len(will.payload)) + will.payload
    if user:
        flags |= 0xC0
        body += _text(user) + _text(password)
    return _packet(0x10, b"\x00\x04MQTT\x04", bytes([flags]), _two(max(1, int(keepalive_s))), body)


def _publish_packet(message: Message, packet_id: int, again: bool) -> bytes:
    first = 0x30 | (0x08 if again else 0) | message.qos << 1 | (0x01 if message.retain else 0)
    return _packet(first, _text(message.topic), _two(packet_id) if message.qos else b"", message.payload)


def _packet(first: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    head, size = bytearray([first]), len(body)
    while True:
        size, digit = size >> 7, size & 0x7F
        head.append(digit | (0x80 if size else 0))
        if not size:
            return bytes(head) + body


def _text(text: str) -> bytes:
    encoded = text.encode()
    return _two(len(encoded)) + encoded


def _two(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _number(two: bytes) -> int:
    return int.from_bytes(two, "big")


def _decoded(topic: bytes):
    try:
        return topic.decode()
    except ValueError:
        return None


def _reason(error: Exception) -> str:
    if isinstance(error, MqttError):
        return str(error)
    if isinstance(error, asyncio.TimeoutError) and not getattr(error, "errno", 0):
        return "the broker does not answer in time"
    if isinstance(error, EOFError):
        return "the broker hung up"
    return "error " + str(getattr(error, "errno", None) or error)
