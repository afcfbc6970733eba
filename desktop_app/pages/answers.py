"""What can be done about a visit, on buttons: which ones fit, and the digit that presses each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_app.language import tr
from desktop_app.widgets.flow_layout import FlowLayout
from desktop_app.widgets.numbered import NumberedButton
from receiver.models import BROWSER_DOORS, CAMERA_DOORS, OWN_DOOR, DeliveryState, Door, DoorState, Visit, VisitState

_MOST_NUMBERED = 9
_LONG_NAME = 24


class Answer(NamedTuple):
    """One thing to do."""

    do: str
    """say, own_words, look, not, retry; this_is has no button here: the field for the name is there."""
    text: str
    detail: str = ""
    """Of `say` the text for the door, of `not` the face's id."""
    tip: str = ""


def fitting(visit: Visit, *, screen: bool, sees: bool, live: bool = True) -> tuple[Answer, ...]:
    """The answers that fit a visit's verdict and its door.

    Replies come first and do not wait for the verdict: a digit that meant one thing while it was awaited must not mean
    another when it comes. Away from Live only what is said about the visitors fits.
    """
    found: list[Answer] = []
    if screen and live:
        shows = tr("The door's screen shows: {0}")
        found += [Answer("say", short, words, shows.format(words)) for short, words in usual_words()]
        found.append(Answer("own_words", tr("Own words"), tip=tr("Write a text for the door's screen")))
    if sees and live:
        found.append(Answer("look", tr("Look again"), tip=tr("Ask the door for a new picture")))
    if any(not face.identity for face in visit.faces) and live:
        found.append(Answer("this_is", "", tip=tr("Give the visitor a name")))
    for face in visit.faces:
        if face.identity:
            told = tr("This is not {0}; earlier visits are looked at again, too").format(face.identity)
            found.append(Answer("not", tr("Not {0}").format(_shortened(face.identity)), str(face.id), told))
    if live and any(message.state is DeliveryState.FAILED for message in visit.deliveries):
        found.append(Answer("retry", tr("Send again"), tip=tr("Try the messages that failed once more")))
    return tuple(found)


def usual_words() -> tuple[tuple[str, str], ...]:
    """What is mostly said to somebody at the door, short and in full; the phone offers the same."""
    return (
        (tr("Coming!"), tr("Coming!")),
        (tr("One moment"), tr("One moment, please.")),
        (tr("Leave it at the door"), tr("Please leave it at the door.")),
        (tr("Nobody can come"), tr("Nobody can come now, sorry.")),
    )


def _shortened(name: str) -> str:
    return name if len(name) <= _LONG_NAME else f"{name[: _LONG_NAME - 1]}…"


def has_screen(visit: Visit, door: Door | None, *, mqtt: bool) -> bool:
    """Whether a text for the visitor may find a screen: no browser nor camera has one, nor a door that says so.

    Nobody speaks to a door that was not let in.
    """
    if not mqtt or visit.state is VisitState.HELD or visit.door == OWN_DOOR:
        return False
    if visit.door.startswith((BROWSER_DOORS, CAMERA_DOORS)):
        return False
    return door is None or door.health is None or bool(door.health.display)


def can_look(door: Door | None) -> bool:
    """Whether the door can be asked for a picture now."""
    if door is None or door.state is not DoorState.APPROVED:
        return False
    return door.id.startswith(CAMERA_DOORS) or bool(door.authenticated and door.online)


class Answers(QWidget):
    """The fitting answers as buttons; with `numbered`, Ctrl and a digit press the first nine."""

    chosen = Signal(object)
    """The Answer that was pressed."""

    def __init__(self, *, numbered: bool) -> None:
        super().__init__()
        self._numbered = numbered
        self._flow = FlowLayout(self)
        self._buttons: dict[Answer, NumberedButton] = {}
        self.answers: tuple[Answer, ...] = ()
        """What fits, in order."""
        self.hide()

    def number_of(self, do: str) -> int:
        """The digit of the first answer of a kind; 0 when it has none."""
        return next((self._number(answer) for answer in self.answers if answer.do == do), 0)

    def button(self, do: str, detail: str = "") -> NumberedButton:
        """The button of an answer; of the first of its kind without `detail`."""
        return next(b for a, b in self._buttons.items() if a.do == do and detail in ("", a.detail))

    def show_answers(self, answers: Sequence[Answer]) -> None:
        """Show exactly these; a button that stays is not touched."""
        if tuple(answers) == self.answers:
            return
        while self._flow.count():
            self._flow.takeAt(0)
        for button in self._buttons.values():
            button.hide()
            button.setShortcut("")
            button.deleteLater()
        self.answers = tuple(answers)
        self._buttons = {answer: self._make(answer) for answer in answers if answer.do != "this_is"}
        for button in self._buttons.values():
            self._flow.addWidget(button)
        self.setVisible(bool(self._buttons))
        self.updateGeometry()

    def _make(self, answer: Answer) -> NumberedButton:
        first = answer is self.answers[0] and answer.do == "say"
        button = NumberedButton(answer.text, self._number(answer), kind="primary" if first else "", tip=answer.tip)
        button.clicked.connect(lambda: self.chosen.emit(answer))
        return button

    def _number(self, answer: Answer) -> int:
        place = self.answers.index(answer) + 1
        return place if self._numbered and place <= _MOST_NUMBERED else 0
