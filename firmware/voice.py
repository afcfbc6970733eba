"""What the door says of itself over MQTT, under `<base topic>/<door>/`:

 status     online, or offline by the broker when the door is gone (retained)
 health     how it is, every 15 s (retained)
 screen     the text that its display shows (retained)
 receipt    what became of a command

and what it listens to: command, which `Commands` checks.
"""

import asyncio

from commands import NotOurs
from heartbeat import EVERY_S
from mqtt import Client, Message, MqttError

MOST_RECEIPTS = 16
"""That wait for the broker; further ones are lost, and the station takes the command for unanswered."""
LONGEST_S = 60


class Voice:
    """Speaks when something has changed, and every 15 s. `beats` counts the heartbeats that the broker has taken.

    `dog` is the watchdog, which knows these tasks as "broker" and "voice".
    """

    def __init__(self, settings, commands, heartbeat, screen, *, dog, say=print):
        self.beats = 0
        self._commands = commands
        self._heartbeat = heartbeat
        self._screen = screen
        self._dog = dog
        self._say = say
        self._topic = settings.mqtt["base_topic"] + "/" + settings.door + "/"
        self._receipts = []
        self._news = asyncio.Event()
        self._greeted = False
        self._shown = None
        self._broker = Client(
            settings.mqtt["host"],
            settings.mqtt["port"],
            "porchlight-" + settings.door,
            user=settings.mqtt["user"],
            password=settings.mqtt["password"],
            will=self._message("status", b"offline"),
            on_connect=self._on_connect,
            progress=lambda: dog.progress("broker"),
        )
        self._broker.subscribe(self._topic + "command", self._hear)
        screen.on_change = self._news.set

    async def listen(self) -> None:
        """Keep the connection for ever."""
        await self._broker.run()

    async def speak(self) -> None:
        """Say what there is to say, for ever."""
        while True:
            await self._dog.during("voice", self._say_all(), LONGEST_S)
            await self._dog.during("voice", self._until_news())

    async def _say_all(self) -> None:
        self._news.clear()
        if not self._broker.connected:
            return
        try:
            if not self._greeted:
                await self._broker.publish(self._message("status", b"online"))
                self._greeted = True
            while self._receipts:
                await self._broker.publish(Message(self._topic + "receipt", self._receipts[0], qos=1))
                self._receipts.pop(0)
            if self._shown != self._screen.text:
                shown = self._screen.text
                await self._broker.publish(self._message("screen", shown.encode()))
                self._shown = shown
            await self._broker.publish(self._message("health", self._heartbeat.beat()))
            self.beats += 1
        except MqttError as error:
            self._say("broker:", error)

    async def _until_news(self) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), EVERY_S)
        except asyncio.TimeoutError:
            pass  # time for the next heartbeat

    def _on_connect(self) -> None:
        """The broker may have forgotten everything."""
        self._say("broker: connected")
        self._greeted = False
        self._shown = None
        self._news.set()

    def _hear(self, payload: bytes) -> None:
        try:
            receipt = self._commands.take(payload)
        except NotOurs as error:
            self._say("command refused:", error)
            return
        if len(self._receipts) < MOST_RECEIPTS:
            self._receipts.append(receipt)
        self._news.set()

    def _message(self, topic: str, payload: bytes) -> Message:
        return Message(self._topic + topic, payload, qos=1, retain=True)
