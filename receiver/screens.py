"""Texts on the screens at the doors, with what each door's receipt says about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from receiver import wording
from receiver.door_commands import MOST_CHARACTERS, DoorCommands
from receiver.errors import Rejected, StationError, TryLater
from receiver.language import _, mark, phrase
from receiver.models import Door, DoorCommand, DoorState, Leg
from receiver.notifiers.mqtt import MqttNotifier

_RECEIPTS_WITHIN_S = 3.0
"""How long whoever shows a text waits to learn whether it is shown."""
_TEST_SHOWN_S = 10


class Screens:
    """Shows texts; `doors` are those of now, `mqtt` is the way to them and to a screen that is no door's."""

    def __init__(
        self, doors: Callable[[], Sequence[Door]], commands: DoorCommands, mqtt: Callable[[], MqttNotifier]
    ) -> None:
        self._doors = doors
        self._commands = commands
        self._mqtt = mqtt

    def reply(self, text: str, door: str = "") -> str:
        """Show a reply at every door, or at one; returns a sentence for whoever asked, within seconds."""
        mqtt = self._mqtt()
        if not mqtt.targets():
            return _("Not passed on: MQTT is off, so there is no way to the door's screen.")
        passed_on = _("Passed on to the door's screen.")
        try:
            mqtt.show(text)
        except TryLater as error:
            return _("Not passed on: {why}.").format(why=error)
        except Rejected as error:  # that one topic only: the doors have their own
            passed_on = _("Not passed on: {why}.").format(why=error)
        answers = self._answers(text, [known for known in self._doors() if door in ("", known.id)])
        return wording.shown_at(answers, cut=len(text) > MOST_CHARACTERS) if answers else passed_on

    def test(self, text: str) -> Sequence[Leg]:
        """Show a text for a moment on every screen that is there now."""
        there = [door for door in self._doors() if door.online and door.authenticated and _has_screen(door)]
        shown, refused = self._show(there, text=text, seconds=_TEST_SHOWN_S)
        legs = [Leg(phrase("screen of {door}", door=door.name), "mqtt", None, why) for door, why in refused]
        for door, command in shown:
            why = wording.answer(command)
            took = round(((command.answered_at or command.at) - command.at) * 1000, 1)
            legs.append(Leg(phrase("screen of {door}", door=door.name), "screen", None if why else took, why))
        return legs

    def _answers(self, text: str, doors: Sequence[Door]) -> Sequence[tuple[str, str]]:
        """The name of each paired door, with why it does not show the text (empty: it does)."""
        paired = [door for door in doors if door.authenticated and door.state is DoorState.APPROVED]
        shown, refused = self._show((door for door in paired if door.online), text=text)
        return [
            *((door.name, wording.answer(command)) for door, command in shown),
            *((door.name, why) for door, why in refused),
            *((door.name, mark("it is not connected")) for door in paired if not door.online),
        ]

    def _show(
        self, doors: Iterable[Door], **arguments: str | int | bool
    ) -> tuple[Sequence[tuple[Door, DoorCommand]], Sequence[tuple[Door, str]]]:
        """Each door with the command as it stands when the receipts are in, or with why it cannot be told."""
        told: list[Door] = []
        given: list[DoorCommand] = []
        refused: list[tuple[Door, str]] = []
        for door in doors:
            try:
                given.append(self._commands.give(door.id, "text", arguments))
                told.append(door)
            except StationError as error:
                refused.append((door, error.source))
        return list(zip(told, self._commands.wait(given, _RECEIPTS_WITHIN_S), strict=True)), refused


def _has_screen(door: Door) -> bool:
    return door.health is None or bool(door.health.display)
