"""What can be done from a chat, by a command, an answer or a button: each deed ends in words for whoever asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from receiver import wording
from receiver.errors import StationError
from receiver.hours import seconds_of
from receiver.language import _
from receiver.models import Chat, DoorState, Right, Trigger, Visit
from receiver.notifiers import Host
from receiver.notifiers.telegram_buttons import Keyboard, Keyboards, Signer

MOST_LINES = 30
"""Visits in the answer to /today."""
LONGEST_HUSH_S = 7 * 86_400


class Answer(NamedTuple):
    """What to say, and whatever goes with it."""

    words: str
    keyboard: Keyboard = ()
    asks: str = ""
    """It is a question: name or reply."""
    visit: Visit | None = None
    """Which visit the question is about."""
    face: int | None = None


class Deeds:
    """For one chat. `by` is who in it asks, `clock` returns Unix seconds."""

    def __init__(self, host: Host, signer: Signer, chat: Chat, by: str, clock: Callable[[], float]) -> None:
        self._host = host
        self._chat = chat
        self._by = by
        self._clock = clock
        self.keyboards = Keyboards(signer, chat.id, chat.rights)

    def may(self, right: Right) -> bool:
        """Whether the chat has a right."""
        return right in self._chat.rights

    # ---- telling

    def today(self) -> Answer:
        """Who came today, in the order of their coming."""
        now = self._clock()
        day = time.localtime(now)[:3]
        came = [
            visit
            for visit in self._host.visits(200)
            if visit.trigger is not Trigger.TEST and time.localtime(visit.started_at)[:3] == day
        ]
        lines = [f"{wording.moment(v.started_at, now)} {v.door_name}: {wording.headline(v)}" for v in reversed(came)]
        if len(lines) > MOST_LINES:
            lines = [_("… and {n} before").format(n=len(lines) - MOST_LINES), *lines[-MOST_LINES:]]
        return Answer("\n".join(lines) or _(wording.NOBODY_TODAY))

    def who(self) -> Answer:
        """Who was there last."""
        newest = next((visit for visit in self._host.visits(20) if visit.trigger is not Trigger.TEST), None)
        if newest is None:
            return Answer(_(wording.NOBODY_YET))
        now = self._clock()
        told = wording.headline(newest, now - newest.started_at)
        return Answer(f"{told}\n{newest.door_name}, {wording.moment(newest.started_at, now)}")

    def doors(self) -> Answer:
        """How the doors are."""
        cameras = {camera.door: camera for camera in self._host.cameras()}
        lines = [wording.door_line(door, self._clock(), cameras.get(door.id)) for door in self._host.doors()]
        return Answer("\n".join(lines) or _(wording.NO_DOORS))

    # ---- doing

    def look(self, wanted: str = "") -> Answer:
        """Have one door, by name or id, or all of them take a picture."""
        cameras = {camera.door for camera in self._host.cameras()}
        approved = [door for door in self._host.doors() if door.state is DoorState.APPROVED]
        doors = [door for door in approved if door.authenticated or door.id in cameras]
        if wanted:
            doors = [door for door in doors if wanted.casefold() in (door.id.casefold(), door.name.casefold())]
        told = [wording.looks(door.name, self._try_to_look(door.id)) for door in doors]
        return Answer("\n".join(told) or _(wording.NO_DOOR_LOOKS))

    def _try_to_look(self, door: str) -> str:
        """Why a door does not look; empty when it does."""
        try:
            self._host.look(door)
        except (StationError, KeyError) as error:
            return str(error)
        return ""

    def say(self, text: str, door: str = "") -> Answer:
        """Show a text at one door or at all."""
        try:
            return Answer(self._host.said(text, door))
        except StationError as error:
            return Answer(_("Not passed on: {why}.").format(why=error))

    def ask_for_reply(self, visit: Visit | None, delivery: int) -> Answer:
        """What shall be shown at the door?"""
        return Answer(_(wording.ASK_REPLY), self.keyboards.presets(delivery), "reply", visit)

    def hush(self, span: str) -> Answer:
        """Be silent for a span such as 30m, or no longer."""
        if span.strip().lower() in ("off", "stop", "end"):
            return self._hush(None)
        seconds = seconds_of(span or "1h")
        if seconds is None or seconds > LONGEST_HUSH_S:
            return Answer(_(wording.HUSH_HOW_LONG))
        return self._hush(seconds)

    def _hush(self, seconds: float | None) -> Answer:
        try:
            return Answer(self._host.hush(seconds, self._by))
        except StationError as error:
            return Answer(str(error))

    # ---- people

    def name(self, face: int, name: str) -> Answer:
        """Say who somebody is."""
        try:
            named = self._host.name_face(face, name)
        except KeyError:
            return Answer(_(wording.OLD_BUTTON))
        except StationError as error:
            return Answer(str(error))
        return Answer(wording.named(named.photo, len(named.others)), self._undo(named.undo))

    def reject(self, face: int, name: str) -> Answer:
        """Say who somebody is not."""
        try:
            visit, undo = self._host.reject_face(face)
        except KeyError:
            return Answer(_(wording.OLD_BUTTON))
        except StationError as error:
            return Answer(str(error))
        return Answer(wording.rejected(name, visit), self._undo(undo))

    def enrol(self, name: str, photo: bytes) -> Answer:
        """Add a photo to a person."""
        try:
            judged, undo = self._host.enrol(name, photo)
        except StationError as error:
            return Answer(str(error))
        return Answer(wording.enrolled(judged), self._undo(undo) if undo else ())

    def undo(self, number: int) -> Answer:
        """Take something back."""
        try:
            return Answer(_(wording.UNDONE) if self._host.undo(str(number)) else _(wording.UNDONE_BEFORE))
        except KeyError:
            return Answer(_(wording.UNKNOWN_BUTTON))
        except StationError as error:
            return Answer(str(error))

    def _undo(self, token: str) -> Keyboard:
        return self.keyboards.undo(int(token))
