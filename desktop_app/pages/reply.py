"""A line of text for the screen at the door, and what became of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, label, row

if TYPE_CHECKING:
    from receiver.station import Station


class Reply(QWidget):
    """Reply at the door: own words or one of a few usual ones."""

    def __init__(self, station: Station) -> None:
        super().__init__()
        self._station = station
        outer = column(self, spacing=theme.XS)
        line = row(spacing=theme.S)
        sign = label()
        icons.put(sign, "message", "muted")
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Reply at the door: shown on its screen"))
        self.field.setAccessibleName(self.tr("Reply at the door"))
        self.field.setMaxLength(200)
        self.field.setCompleter(self._usual_words())
        self.field.returnPressed.connect(self._send)
        self.field.textChanged.connect(self._judge)
        self._action = button(self.tr("Send"), "send", then=self._send)
        self._action.setEnabled(False)
        self.answer = label(kind="caption", wrap=True)
        self.answer.hide()
        line.addWidget(sign)
        line.addWidget(self.field, 1)
        line.addWidget(self._action)
        outer.addLayout(line)
        outer.addWidget(self.answer)

    def set_possible(self, possible: bool) -> None:
        """Without MQTT there is no way to the door's screen: say what would open it."""
        self.field.setEnabled(possible)
        self.field.setPlaceholderText(
            self.tr("Reply at the door: shown on its screen")
            if possible
            else self.tr("To reply on the door's screen, connect MQTT in Settings")
        )

    def _usual_words(self) -> QCompleter:
        completer = QCompleter(
            [
                self.tr("I'm coming"),
                self.tr("One moment, please"),
                self.tr("Please leave it at the door"),
                self.tr("Sorry, nobody is home"),
            ],
            self,
        )
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.popup().setObjectName("suggestions")
        return completer

    def _judge(self, text: str) -> None:
        self._action.setEnabled(bool(text.strip()))

    def _send(self) -> None:
        text = self.field.text().strip()
        if text:
            self.field.setEnabled(False)
            run_in_background(self, partial(self._station.reply, text), self._told, self._failed)

    def _told(self, sentence: str) -> None:
        self.field.clear()
        self._say(sentence)

    def _failed(self, error: Exception) -> None:
        self._say(str(error))

    def _say(self, sentence: str) -> None:
        self.field.setEnabled(True)
        self.answer.setText(sentence)
        self.answer.show()
