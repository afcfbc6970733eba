"""Updates over the network: a new program goes into the slot that does not run, and one start is its trial.

What belongs to it is in a list that the station signs with this door's key; every file is checked against that list
before the trial begins. boot.py starts the trial, under the watchdog; `confirm` ends it well. Without that the next
start is the old program again, so an update that breaks the door mends itself within seconds.
"""

import asyncio
import hashlib
import json
import os

from station import GaveWay, Refused, TryLater

MOST_FILES = 48
MOST_FILE_BYTES = 64 * 1024
SPARE_BYTES = 64 * 1024
"""Flash that stays free for the configuration and the rings that wait."""
WAIT_S = 1
_NAME = "abcdefghijklmnopqrstuvwxyz0123456789_"


class UpdateError(Exception):
    """Why there is no update, in words for the owner."""


class Updates:
    """The slots on the flash; `root` is where boot.py lies, and the program runs in one of its folders.

    `on_trial` tells whether this start has to prove itself; `failed` what became of the last update that did not stay.
    """

    def __init__(self, station, root: str = ".."):
        self._station = station
        self._root = root
        self._state = _read(root)
        self.on_trial = self._state["tried"]
        self.failed = _rolled_back(self._state)

    async def fetch(self, version: str) -> None:
        """Put the station's program of this version beside the running one; the next start is its trial.

        Raises UpdateError; the running program is as it was then.
        """
        try:
            await self._fetch(version)
        except (Refused, TryLater, UpdateError) as error:
            self.failed = version + ": " + str(error)
            raise UpdateError(self.failed)
        except OSError as error:
            self.failed = version + ": the door's flash says no (error " + str(error.args[0]) + ")"
            raise UpdateError(self.failed)

    def confirm(self) -> None:
        """The program works: it is the one that runs from now on. Does nothing without a trial."""
        if self.on_trial:
            self._write({"slot": self._state["trial"]})
            self.on_trial = False
            self.failed = ""

    async def _fetch(self, version: str) -> None:
        if self.on_trial:
            raise UpdateError("the program that runs has to prove itself first")
        offered, files = await self._station.manifest()
        if offered != version:
            raise UpdateError("the station has version " + str(offered) + " by now")
        _check(files)
        running, spare = self._state["slot"], "b" if self._state["slot"] == "a" else "a"
        self._empty(spare)
        self._require_room(sum([size for _, size, _ in files]))
        for wanted in files:
            await self._get(running, spare, wanted)
        self._write({"slot": running, "trial": spare, "version": version})

    async def _get(self, running: str, spare: str, wanted: tuple) -> None:
        name, size, digest = wanted
        path = self._path(spare, name)
        if _digest_of(self._path(running, name)) == digest:
            _copy(self._path(running, name), path)
        else:
            with open(path, "wb") as file:
                await self._download(name, size, file)
        if _digest_of(path) != digest:
            raise UpdateError(name + " did not arrive as it was sent")

    async def _download(self, name: str, size: int, file) -> None:
        while True:
            try:
                await self._station.file(name, size, file)
            except GaveWay:
                await asyncio.sleep(WAIT_S)  # whoever rings comes first, and once more after that if need be
            else:
                return

    def _empty(self, slot: str) -> None:
        """A folder without anything of an earlier program, which could be imported by mistake."""
        folder = self._root + "/" + slot
        if slot not in os.listdir(self._root):
            os.mkdir(folder)
        for name in os.listdir(folder):
            os.remove(folder + "/" + name)

    def _require_room(self, size: int) -> None:
        flash = os.statvfs(self._root)
        if size + SPARE_BYTES > flash[0] * flash[3]:
            raise UpdateError("the door's flash is full")

    def _path(self, slot: str, name: str) -> str:
        return self._root + "/" + slot + "/" + name

    def _write(self, state: dict) -> None:
        self._state = dict(_NOTHING, **state)
        path = self._root + "/boot.json"
        with open(path + ".new", "w") as file:
            json.dump(self._state, file)
        os.rename(path + ".new", path)


_NOTHING = {"slot": "a", "trial": "", "tried": False, "version": "", "failed": ""}


def _read(root: str) -> dict:
    """What boot.py has decided."""
    try:
        with open(root + "/boot.json") as file:
            return dict(_NOTHING, **json.loads(file.read(512)))
    except (OSError, ValueError, TypeError):
        return dict(_NOTHING)


def _rolled_back(state: dict) -> str:
    return state["failed"] + ": it did not prove itself" if state["failed"] else ""


def _check(files: list) -> None:
    """Whether these can be the files of a program; that the station has signed them does not make it so."""
    if not 0 < len(files) <= MOST_FILES or "main.py" not in [file[0] for file in files]:
        raise UpdateError("the station's list of files is no program")
    for file in files:
        if len(file) != 3 or not (_is_name(file[0]) and isinstance(file[1], int) and 0 <= file[1] <= MOST_FILE_BYTES):
            raise UpdateError("the station's list of files has one that cannot be")


def _is_name(name) -> bool:
    """Not a path, so that nothing is written anywhere else."""
    if not isinstance(name, str) or not name.endswith(".py") or not 3 < len(name) <= 32:
        return False
    return all(letter in _NAME for letter in name[:-3])


def _digest_of(path: str) -> str:
    """SHA-256 in hex; "" for a file that is not there."""
    digest, buffer = hashlib.sha256(), bytearray(1024)
    view = memoryview(buffer)
    try:
        with open(path, "rb") as file:
            while size := file.readinto(buffer):
                digest.update(view[:size])
    except OSError:
        return ""
    return digest.digest().hex()


def _copy(source: str, target: str) -> None:
    buffer = bytearray(1024)
    view = memoryview(buffer)
    with open(source, "rb") as from_there, open(target, "wb") as to_here:
        while size := from_there.readinto(buffer):
            to_here.write(view[:size])
