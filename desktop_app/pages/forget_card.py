"""Forgetting somebody for good: what it means, one button, and then the list of what went."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from desktop_app import people_words
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, clear, column, label, row
from desktop_app.widgets.notice import NoticeBar
from receiver.models import Forgotten

if TYPE_CHECKING:
    from receiver.station import Station


class ForgetCard(QFrame):
    """Asks, acts and tells, without a dialog in the way; nothing else here can be undone, so it asks."""

    forgotten = Signal(object)

    def __init__(self, station: Station, notice: NoticeBar) -> None:
        super().__init__()
        self._station = station
        self._notice = notice
        self._name = ""
        layout = column(self, margin=theme.M, spacing=theme.S)
        head = row(spacing=theme.S)
        self._sign = label()
        self.told = label(kind="title", wrap=True)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.told, 1)
        layout.addLayout(head)
        self._lines = column(spacing=theme.XS)
        layout.addLayout(self._lines)
        buttons = row(spacing=theme.S)
        self.act = button(self.tr("Forget for good"), "delete", then=self._forget)
        self.end = button(self.tr("Close"), then=self.hide)
        buttons.addWidget(self.end)
        buttons.addWidget(self.act)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self.hide()

    def ask(self, name: str) -> None:
        """Say what it would mean, and wait for the word."""
        self._name = name
        told = self.tr(
            "The photos, what was learnt from them, the name in every visit and rule, and what MQTT and Telegram"
            " show of it. The pictures of the visits stay until you delete those. This cannot be undone."
        )
        self._say("failed", "warn", self.tr("Forget {0} for good?").format(name), (), told)
        theme.set_kind(self, "wash")
        self.act.setEnabled(True)
        self.act.show()
        self._name_end(self.tr("Keep"))
        self.end.setFocus()

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands below the headline."""
        items = (self._lines.itemAt(number).widget() for number in range(self._lines.count()))
        return tuple(item.text() for item in items if item is not None)  # type: ignore[attr-defined]

    def _forget(self) -> None:
        self.act.setEnabled(False)
        run_in_background(self, partial(self._station.forget, self._name), self._done, self._not_done)

    def _done(self, gone: Forgotten) -> None:
        self._say(
            "working",
            "good",
            self.tr("{0} is forgotten. This is gone:").format(gone.name),
            tuple(people_words.went(gone)),
            self.tr("What chats were told in other words, and messages of other services, stay where they are."),
        )
        theme.set_kind(self, "card")
        self.act.hide()
        self._name_end(self.tr("Close"))
        self.forgotten.emit(gone)

    def _not_done(self, error: Exception) -> None:
        self.hide()
        self._notice.bad(str(error))

    def _name_end(self, text: str) -> None:
        self.end.setText(text)
        self.end.setAccessibleName(text)

    def _say(self, icon: str, tone: str, text: str, lines: Sequence[str], note: str) -> None:
        icons.put(self._sign, icon, tone)
        self.told.setText(text)
        clear(self._lines)
        for line in lines:
            self._lines.addWidget(label(f"• {line}", wrap=True))
        self._lines.addWidget(label(note, "caption", wrap=True))
        self.show()
