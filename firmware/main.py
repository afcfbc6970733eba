"""The door's day.

Somebody presses the button: the bell sounds, the station hears of it at once, then it gets a picture, and two more.
Between visitors the door keeps its camera used to the light, tells how it is, and does what the house asks for.
Nothing that fails keeps the bell from ringing.
"""

import asyncio
import os
import sys
from http import Client

import board
import config
import led
import machine
import network
from arduchip import ArduChip
from bell import CHIME, Bell
from camera import Camera
from clock import Clock, since_ms, ticks_ms
from commands import Commands, NotDone
from display import NoDisplay, Screen
from ethernet import Ethernet
from finder import find
from heartbeat import Heartbeat, reset_cause
from lookout import Lookout
from ov2640 import OV2640
from relay import Relay
from rings import Rings
from station import Station, TryLater
from updates import UpdateError, Updates
from version import VERSION
from voice import Voice
from watchdog import Watchdog

CONFIG, RINGS = "../config.json", "../rings.json"
"""In the root of the flash; this program runs in one of the slots beside them."""
FRESH_S = 5
"""Nobody is photographed who rang longer ago."""
RETRY_S = 2
HELLO_EVERY_S = 300
"""How often a door without a broker shows its station that it is there."""
TIME_EVERY_S = 6 * 3600
"""How often a door with a broker asks for the time: its own clock may go wrong by some seconds in a day."""
MISSING_S = 60
"""A station that was silent for so long is looked for elsewhere."""
TRIAL_S = 180
"""An update that has not proved itself by then does not stay."""
LAST_WORDS_S = 2
"""For the receipt of an update to reach the broker before the restart."""
REMINDER_S = 10
LONGEST_S = 90
"""For whatever waits for the station; then the watchdog may say that it is stuck."""


async def main() -> None:
    """Start the door; never returns."""
    board.set_clock()
    print("Porchlight door", VERSION)
    try:
        settings = config.load(CONFIG)
    except config.BadConfig as error:
        await _wait_to_be_set_up(error.problems)
        return
    await Door(settings).live()


class Door:
    """The parts of a door, and what they do for each other."""

    def __init__(self, settings):
        self._settings = settings
        self._clock = Clock()
        self._dog = Watchdog(machine.WDT, _watched(settings))
        self._light = led.StatusLight(board.led())
        self._bell = Bell(board.button(), board.buzzer())
        self._ethernet = Ethernet(network, settings.door, progress=self._each_second)
        self._station = self._station_at(settings.station["host"], settings.station["port"])
        i2c = board.i2c()
        sensor, chip = OV2640(i2c), ArduChip(board.camera_bus(), board.camera_select())
        self._camera = Camera(chip, sensor, **settings.picture)
        self._lookout = Lookout(self._camera, self._station, self._dog)
        self._screen = Screen(i2c, **settings.display)
        self._relay = Relay(board.relay(), machine.Timer, settings.relay["seconds"])
        self._rings = Rings(RINGS, self._clock)
        self._newest = None
        self._somebody_rang = asyncio.Event()
        self._said_hello = None
        self._complaint = ""
        self._heard_from = ticks_ms()
        self._updates = Updates(self._station)
        self._updating = self._chiming = None
        self._voice = self._give_voice() if settings.mqtt["host"] else None

    async def live(self) -> None:
        """Do everything at once, for ever. What ends or breaks is begun anew, by a restart of the board."""
        days = [self._bell.watch(), self._light.run(), self._ethernet.run(), self._screen.run(), self._lookout.run()]
        days += [self._hear_the_bell(), self._report()]
        if self._voice:
            days += [self._voice.listen(), self._voice.speak()]
        await asyncio.gather(*[_for_ever(day) for day in days])

    def _station_at(self, host: str, port: int) -> Station:
        settings, boot = self._settings, os.urandom(16).hex()
        client = Client(host, port)
        return Station(client, door=settings.door, key=settings.key, boot=boot, firmware=VERSION, clock=self._clock)

    # ---- the bell

    async def _hear_the_bell(self) -> None:
        while True:
            await self._bell.pressed()
            self._newest = self._rings.add()
            self._light.show(led.RINGING)
            self._somebody_rang.set()

    async def _report(self) -> None:
        """Every press goes to the station, as soon as that can be; a fresh one is followed by pictures."""
        while True:
            self._somebody_rang.clear()
            if self._ethernet.online:
                await self._dog.during("rings", self._talk_to_the_station(), LONGEST_S)
            else:
                self._rings.keep()
            await self._dog.during("rings", self._until_somebody_rings())

    async def _talk_to_the_station(self) -> None:
        try:
            if len(self._rings):
                await self._rings.deliver(self._station.ring)
            elif self._is_time_for_hello():
                await self._station.hello()
                self._said_hello = ticks_ms()
            self._complaint = ""
            self._heard_from = ticks_ms()
        except TryLater as error:
            self._complain(str(error))
            if since_ms(self._heard_from) > MISSING_S * 1000:
                await self._look_for_the_station()
                self._heard_from = ticks_ms()
        self._photograph_the_newest()
        self._confirm_the_update()

    async def _look_for_the_station(self) -> None:
        """It may have got another address. Whoever proves to have this door's key is the station."""
        known = self._settings.station["host"], self._settings.station["port"]
        for host, port in await find():
            if (host, port) == known:
                continue
            try:
                await self._station_at(host, port).hello()
                self._settings.moved(host, port).save(CONFIG)
            except (TryLater, OSError, config.BadConfig) as error:
                print("station:", host, "is not it:", error)
            else:
                print("station: it is at", host, "now")
                machine.reset()

    def _complain(self, words: str) -> None:
        """Once, not every two seconds for the length of a night."""
        if words != self._complaint:
            self._complaint = words
            print("station:", words)

    def _photograph_the_newest(self) -> None:
        press = self._newest
        if press and press.age_s(self._clock) > FRESH_S:
            self._newest = None
        elif press and press.receipt:
            self._newest = None
            self._lookout.ring(press.receipt.seq)

    async def _until_somebody_rings(self) -> None:
        try:
            await asyncio.wait_for(self._somebody_rang.wait(), RETRY_S)
        except asyncio.TimeoutError:
            pass  # time to look whether something waits

    def _is_time_for_hello(self) -> bool:
        if self._said_hello is None:
            return True
        return since_ms(self._said_hello) > (TIME_EVERY_S if self._voice else HELLO_EVERY_S) * 1000

    # ---- how the door is

    def _each_second(self) -> None:
        self._dog.progress("network")
        self._light.show(self._pattern())
        if self._updates.on_trial and self._clock.uptime() > TRIAL_S:
            print("update: did not prove itself")
            machine.reset()

    def _pattern(self) -> tuple:
        if self._lookout.busy or self._newest:
            return led.RINGING
        if not self._ethernet.online:
            return led.NO_NETWORK
        if self._station.trouble or not self._said_hello:
            return led.NO_STATION
        return led.NO_CAMERA if self._camera.fault else led.WELL

    def _give_voice(self) -> Voice:
        sources = {
            "link": self._ethernet.link,
            "camera": lambda: self._camera.fault,
            "light": lambda: self._camera.light,
            "broken_pictures": lambda: self._camera.broken,
            "queue": lambda: len(self._rings),
            "lost_rings": lambda: self._rings.lost,
            "presses": lambda: self._bell.presses,
            "display": lambda: self._screen.size,
            "trial": lambda: self._updates.on_trial,
            "failed_update": lambda: self._updates.failed,
        }
        heartbeat = Heartbeat(VERSION, reset_cause(machine), self._clock, sources)
        commands = Commands(self._settings, self._clock, self)
        return Voice(self._settings, commands, heartbeat, self._screen, dog=self._dog)

    def _confirm_the_update(self) -> None:
        """A program that the station and the broker have heard of is one that works."""
        if self._updates.on_trial and self._said_hello and (not self._voice or self._voice.beats):
            print("update: this program stays")
            self._updates.confirm()

    # ---- what the house may ask for

    def show(self, text: str, seconds: int) -> None:
        """Show a text on the display."""
        try:
            self._screen.show(text, seconds)
        except NoDisplay:
            raise NotDone("the door has no display")

    def chime(self) -> None:
        """Let the buzzer say that the house has heard."""
        self._chiming = asyncio.create_task(self._bell.sound(CHIME))

    def look(self) -> None:
        """Send a picture now."""
        self._lookout.look()

    def settings(self, changes: dict) -> None:
        """Take other pictures from now on, also after a restart."""
        try:
            changed = self._settings.with_picture(changes)
            changed.save(CONFIG)
        except config.BadConfig as error:
            raise NotDone("; ".join(error.problems))
        except OSError:
            raise NotDone("the door's flash says no")
        self._settings = changed
        self._lookout.change(changes)

    def relay(self, seconds: int) -> None:
        """Open the door for so long."""
        self._relay.open(seconds)

    def update(self, version: str) -> None:
        """Fetch the station's program of this version and try it."""
        if self._updating and not self._updating.done():
            raise NotDone("an update is under way")
        self._updating = asyncio.create_task(self._update(version))

    async def _update(self, version: str) -> None:
        print("update: fetching", version)
        try:
            await self._updates.fetch(version)
        except UpdateError as error:
            print("update:", error)
            return
        print("update: fetched; starting it")
        await asyncio.sleep(LAST_WORDS_S)
        machine.reset()


def _watched(settings: config.Config) -> list:
    """Names of the tasks that the watchdog expects to hear of."""
    return ["rings", "camera", "network"] + (["broker", "voice"] if settings.mqtt["host"] else [])


async def _for_ever(day) -> None:
    """A task that ends is a fault that nobody thought of; a fresh start is the best that can be done about it."""
    try:
        await day
    except Exception as error:
        sys.print_exception(error)
    machine.reset()


async def _wait_to_be_set_up(problems: list) -> None:
    """Say what is wrong, to whoever looks at the light or the console."""
    light = led.StatusLight(board.led())
    light.show(led.NOT_SET_UP)
    showing = asyncio.create_task(light.run())
    while not showing.done():
        for problem in problems:
            print("config.json:", problem)
        await asyncio.sleep(REMINDER_S)


if __name__ == "__main__":
    asyncio.run(main())
