"""A door that the owner has decided about: how it is, and what can be told to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QProgressBar, QPushButton, QVBoxLayout

from desktop_app import door_words
from desktop_app.pages.door_name import DoorName
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, card, column, label, row
from desktop_app.widgets.chips import ChipRow
from desktop_app.widgets.notice import NoticeBar
from desktop_app.words import Look
from receiver.models import CommandState, Door, DoorCommand, DoorState

if TYPE_CHECKING:
    from receiver.station import Station

LONGEST_TEXT = 120
"""Characters a door shows."""


class DoorCard(QFrame):
    """One door; `show_door` and `show_command` bring it up to date."""

    def __init__(self, station: Station, door: Door, notice: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._station = station
        self._notice = notice
        self._reachable = False
        self.door = door
        self.command: DoorCommand | None = None
        layout = column(self, margin=theme.L, spacing=theme.S)
        layout.addLayout(self._make_head())
        layout.addLayout(self._make_words())
        self.chips = ChipRow()
        layout.addWidget(self.chips)
        layout.addLayout(self._make_talk())
        layout.addLayout(self._make_opener())
        layout.addLayout(self._make_answer())
        layout.addWidget(self._make_key())
        layout.addLayout(self._make_decisions())
        self.show_door(door)

    def show_door(self, door: Door) -> None:
        """The door has changed."""
        self.name.show_name(door.name)
        self.door = door
        self.setAccessibleName(f"{door.name}: {door_words.state(door).text}")
        self.refresh()
        facts = door_words.facts(door, self._station.firmware_version)
        well = " · ".join(fact.text for fact in facts if fact.tone == "good")
        trouble = [fact for fact in facts if fact.tone != "good"]
        self.chips.show_facts(trouble)
        self.chips.setVisible(bool(trouble))
        for line, text in (
            (self._well, well),
            (self._trust, door_words.trust(door)),
            (self._trouble, door_words.trouble(door)),
            (self._refused, door_words.refused(door)),
        ):
            line.setText(text)
            line.setVisible(bool(text))
        self._show_possible()
        self._show_news()

    def refresh(self) -> None:
        """Say anew how long ago things were."""
        state = door_words.state(self.door)
        icons.put(self._state_sign, state.look.icon, state.look.tone, 18)
        self.state.setText(state.text)
        self._heard.setText(door_words.heard(self.door))

    def set_reachable(self, reachable: bool) -> None:
        """Whether there is MQTT, the only way to a door."""
        self._reachable = reachable
        self._show_possible()

    def show_command(self, command: DoorCommand) -> None:
        """What became of the newest command."""
        if self.command is not None and _is_older(command, self.command):
            return
        self.command = command
        self._show_news()

    @property
    def answer(self) -> str:
        """What became of the last thing that was asked for."""
        return self._answer.text() if not self._answer.isHidden() else ""

    # ---- what the owner does

    def look(self) -> None:
        """Ask for a picture."""
        self._command("look")

    def chime(self) -> None:
        """Let it sound."""
        self._command("chime")

    def show_text(self) -> None:
        """Show what was typed on its screen."""
        text = self.text.text().strip()
        if text:
            self._command("text", text=text)
            self.text.clear()

    def ask_to_open(self) -> None:
        """Open it, once the owner has said so twice."""
        told = self.tr("Open {0} now?").format(self.door.name)
        self._notice.ask(told, ((self.tr("Open"), self.open),))

    def open(self) -> None:
        """Open it; the station says why not."""
        code = self.code.text().strip()
        self.code.clear()
        self._send(partial(self._station.open_door, self.door.id, by=self.tr("This computer"), code=code))

    def update_firmware(self) -> None:
        """Send it this station's firmware."""
        self._send(partial(self._station.update_door, self.door.id))

    def pair(self) -> None:
        """Make a key for it, shown this once."""
        self._ask(partial(self._station.pair_door, self.door.id, self.door.name), self._show_key)

    def unpair(self) -> None:
        """Take its key away, once the owner has said so twice: no key comes back."""
        told = self.tr("Take the key of {0} away? It is not let in any more until it is set up anew.")
        sure = partial(self._ask, partial(self._station.unpair_door, self.door.id), self.show_door)
        self._notice.ask(told.format(self.door.name), ((self.tr("Unpair"), sure),))

    def decide(self, state: DoorState) -> None:
        """Let it in, or turn it away."""
        self._ask(partial(self._station.decide_door, self.door.id, state), self._decided)

    # ---- inside

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.S)
        sign = label()
        icons.put(sign, "unit", "accent", 24)
        self.name = DoorName(self.door.id, self._station.rename_door, self._failed)
        self._state_sign = label()
        self.state = label()
        head.addWidget(sign)
        head.addWidget(self.name, 1)
        head.addWidget(self._state_sign)
        head.addWidget(self.state)
        head.addWidget(self._make_menu())
        return head

    def _make_words(self) -> QVBoxLayout:
        lines = column(spacing=2)
        self._heard = label(kind="caption", wrap=True)
        self._well = label(kind="caption", wrap=True)
        self._trust = label(kind="error", wrap=True)
        self._trouble = label(kind="error", wrap=True, select=True)
        self._refused = label(kind="caption", wrap=True)
        for line in (self._heard, self._well, self._trust, self._trouble, self._refused):
            lines.addWidget(line)
        return lines

    def _make_talk(self) -> QVBoxLayout:
        both = column(spacing=theme.XS)
        line = row(spacing=theme.S)
        self.look_action = button(self.tr("Look"), "eye", then=self.look, tip=self.tr("Take a picture now"))
        self.chime_action = button(self.tr("Chime"), "ring", then=self.chime)
        self.text = QLineEdit()
        self.text.setMaxLength(LONGEST_TEXT)
        self.text.setPlaceholderText(self.tr("Show a text on its screen"))
        self.text.setAccessibleName(self.tr("Text for the screen of this door"))
        self.text.returnPressed.connect(self.show_text)
        self.show_action = button("", "send", then=self.show_text, tip=self.tr("Show the text"))
        self.text.textChanged.connect(self._show_possible)
        for part in (self.look_action, self.chime_action):
            line.addWidget(part)
        line.addWidget(self.text, 1)
        line.addWidget(self.show_action)
        self._why_not = label(kind="caption", wrap=True)
        both.addLayout(line)
        both.addWidget(self._why_not)
        return both

    def _make_opener(self) -> QHBoxLayout:
        """There only where the owner has enabled it."""
        line = row(spacing=theme.S)
        self.open_action = button(
            self.tr("Open"), "key", then=self.ask_to_open, tip=self.tr("For two minutes after somebody has rung")
        )
        self.code = QLineEdit()
        self.code.setMaxLength(6)
        self.code.setPlaceholderText(self.tr("One-time code"))
        self.code.setAccessibleName(self.tr("One-time code that opens this door"))
        line.addWidget(self.open_action)
        line.addWidget(self.code)
        line.addStretch(1)
        return line

    def _make_answer(self) -> QVBoxLayout:
        both = column(spacing=theme.XS)
        line = row(spacing=theme.XS)
        self._sign = label()
        self._answer = label(wrap=True, select=True)
        line.addWidget(self._sign)
        line.addWidget(self._answer, 1)
        self.bar = QProgressBar()
        self.bar.setRange(0, door_words.UPDATE_STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far the update is"))
        both.addLayout(line)
        both.addWidget(self.bar)
        for part in (self._sign, self._answer, self.bar):
            part.hide()
        return both

    def _make_key(self) -> QFrame:
        self._key_card = card("wash")
        layout = column(self._key_card, margin=theme.M, spacing=theme.S)
        told = self.tr("The key, shown this once. Put it into the door's config.json:")
        layout.addWidget(label(told, "caption", wrap=True))
        self.key = label(wrap=True, select=True)
        layout.addWidget(self.key)
        line = row(spacing=theme.S)
        line.addWidget(button(self.tr("Copy"), "copy", then=lambda: QGuiApplication.clipboard().setText(self._key)))
        line.addWidget(button(self.tr("Done"), "good", then=self._forget_key))
        line.addStretch(1)
        layout.addLayout(line)
        self._key = ""
        self._key_card.hide()
        return self._key_card

    def _make_menu(self) -> QPushButton:
        """What is seldom wanted."""
        more = button(self.tr("More"), kind="quiet", tip=self.tr("What is seldom wanted with this door"))
        menu = QMenu(more)
        self.pair_action = menu.addAction(self.tr("Pair: give it a key"), self.pair)
        self.unpair_action = menu.addAction(self.tr("Unpair: take its key away"), self.unpair)
        self.refuse_action = menu.addAction(self.tr("Refuse"), partial(self.decide, DoorState.REFUSED))
        more.setMenu(menu)
        return more

    def _make_decisions(self) -> QHBoxLayout:
        """What is wanted now, when it is."""
        line = row(spacing=theme.S)
        update, approve = self.tr("Update firmware"), self.tr("Approve")
        self.update_action = button(update, "chip", then=self.update_firmware)
        self.approve_action = button(approve, "good", then=partial(self.decide, DoorState.APPROVED))
        line.addWidget(self.update_action)
        line.addWidget(self.approve_action)
        line.addStretch(1)
        return line

    def _show_possible(self) -> None:
        """Only what can be done now can be pressed; what never fits this door is not there."""
        door, let_in = self.door, self.door.state is DoorState.APPROVED
        can = let_in and door.authenticated and self._reachable
        for part in (self.look_action, self.chime_action, self.text):
            part.setVisible(let_in and door.authenticated)
            part.setEnabled(can)
        self.show_action.setVisible(let_in and door.authenticated)
        self.show_action.setEnabled(can and bool(self.text.text().strip()))
        opens = let_in and self._station.can_open(door)
        self.open_action.setVisible(opens)
        self.open_action.setEnabled(can)
        self.code.setVisible(opens and self._station.opening_needs_code)
        newer = door_words.can_update(door, self._station.firmware_version)
        self.update_action.setVisible(let_in and newer)
        self.update_action.setEnabled(can)
        self.pair_action.setVisible(not door.authenticated and not door_words.is_browser(door))
        self.unpair_action.setVisible(door.authenticated)
        self.refuse_action.setVisible(let_in)
        self.approve_action.setVisible(not let_in)
        why = self.tr("To look, chime or show a text, connect MQTT in Settings: it is the way to a door.")
        self._why_not.setText(why)
        self._why_not.setVisible(let_in and door.authenticated and not self._reachable)

    def _show_news(self) -> None:
        """An update's news come with the door's health, all others with the command itself."""
        if self.command is None:
            return
        news = door_words.command(self.command, self.door)
        self._say(news.look, news.text)
        self.bar.setVisible(news.step > 0)
        self.bar.setValue(news.step)

    def _command(self, do: str, **arguments: str | int | bool) -> None:
        self._send(partial(self._station.command_door, self.door.id, do, **arguments))

    def _send(self, task: Callable[[], DoorCommand]) -> None:
        self._say(Look("waiting", "muted"), self.tr("Sending…"))
        run_in_background(self, task, self.show_command, self._failed)

    def _ask(self, task: Callable[[], Any], done: Callable[[Any], None]) -> None:
        run_in_background(self, task, done, self._failed)

    def _failed(self, error: Exception) -> None:
        self.bar.hide()
        self._say(Look("failed", "bad"), str(error))

    def _decided(self, door: Door) -> None:
        self.show_door(door)
        if door.state is DoorState.REFUSED:
            undo = partial(self.decide, DoorState.APPROVED)
            told = self.tr("{0} is refused: what it sends is turned away.").format(door.name)
            self._notice.ask(told, ((self.tr("Approve"), undo),))

    def _show_key(self, key: str) -> None:
        self._key = key
        self.key.setText(" ".join(key[start : start + 8] for start in range(0, len(key), 8)))
        self._key_card.show()

    def _forget_key(self) -> None:
        self._key = ""
        self.key.clear()
        self._key_card.hide()

    def _say(self, look: Look, text: str) -> None:
        icons.put(self._sign, look.icon, look.tone, 18)
        self._answer.setText(text)
        theme.set_kind(self._answer, "error" if look.tone == "bad" else "body")
        self._sign.show()
        self._answer.show()


def _is_older(command: DoorCommand, other: DoorCommand) -> bool:
    """Whether it tells nothing that is not known: an answer can be quicker than the return from sending."""
    if command.id == other.id:
        return command.state is CommandState.SENT
    return command.at < other.at
