"""The full test: a ring that nobody made, sent the whole way, with the time of each leg."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop_app import door_words
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, clear, column, label, row
from receiver.models import FullTest, Leg

if TYPE_CHECKING:
    from receiver.station import Station


class FullTestCard(QFrame):
    """A card: one line per leg. Hidden until there is a test to show."""

    def __init__(self, station: Station) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Full test"))
        self._station = station
        self._running = False
        layout = column(self, margin=theme.L, spacing=theme.S)
        layout.addLayout(self._make_head())
        self._told = label(kind="caption", wrap=True)
        layout.addWidget(self._told)
        self._legs = column(spacing=theme.XS)
        layout.addLayout(self._legs)
        self.hide()

    @property
    def told(self) -> str:
        """What it says above the legs."""
        return self._told.text()

    def run(self) -> None:
        """Send a ring the whole way."""
        if self._running:
            return
        self._running = True
        clear(self._legs)
        self._say(
            self.tr("A ring that nobody made is on its way: to the phone, the broker and every screen, marked TEST…")
        )
        self.again.setEnabled(False)
        self.show()
        run_in_background(self, self._station.full_test, self._finished, self._failed)

    @Slot(object)
    def show_test(self, test: FullTest) -> None:
        """A test is done, whoever asked for it; a weekly one that went well needs no place."""
        if not (self._running or self.isVisibleTo(self.parentWidget()) or not test.passed):
            return
        clear(self._legs)
        self._say(door_words.tested(test))
        for leg in test.legs:
            self._add(leg)
        self.show()

    # ---- inside

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.S)
        sign = label()
        icons.put(sign, "retry", "accent", 24)
        self.again = button(self.tr("Again"), "retry", kind="quiet", then=self.run)
        head.addWidget(sign)
        head.addWidget(label(self.accessibleName(), "title"), 1)
        head.addWidget(self.again)
        head.addWidget(button("", "close", kind="quiet", then=self.hide, tip=self.tr("Close")))
        return head

    def _add(self, leg: Leg) -> None:
        look, name, took = door_words.leg(leg)
        line = row(spacing=theme.S)
        sign = label()
        icons.put(sign, look.icon, look.tone, 18)
        told = label(took, "error" if leg.error else "body", wrap=bool(leg.error), select=True)
        told.setAccessibleName(f"{name}: {took}")
        line.addWidget(sign)
        line.addWidget(label(name), 0 if leg.error else 1)
        line.addWidget(told, 1 if leg.error else 0)
        self._legs.addLayout(line)

    def _finished(self, test: FullTest) -> None:
        self.show_test(test)
        self._end()

    def _failed(self, error: Exception) -> None:
        self._say(str(error), "error")
        self._end()

    def _end(self) -> None:
        self._running = False
        self.again.setEnabled(True)

    def _say(self, text: str, kind: str = "caption") -> None:
        theme.set_kind(self._told, kind)
        self._told.setText(text)
