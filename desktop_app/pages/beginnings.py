"""Live before the first ring: three ways to begin, each one step."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, card, column, label, row, scrolling
from desktop_app.widgets.empty_state import EmptyState

_NARROWEST, _WIDEST = 200, 270


class Beginnings(QWidget):
    """The empty state of Live."""

    photo_wanted = Signal()
    people_wanted = Signal()
    doors_wanted = Signal()

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        inside = EmptyState(
            "logo.svg",
            self.tr("The light is on. Nobody has rung yet."),
            self.tr("When someone rings, you see here who it is, whether that can be trusted, and what to do."),
        )
        cards = row(spacing=theme.M)
        cards.addStretch(1)
        for made in (self._try_card(), self._door_card(), self._people_card()):
            made.setMinimumWidth(_NARROWEST)
            made.setMaximumWidth(_WIDEST)
            cards.addWidget(made, 100)
        cards.addStretch(1)
        inside.actions.addSpacing(theme.M)
        inside.actions.addLayout(cards)
        column(self).addWidget(scrolling(inside))

    def set_address(self, address: str) -> None:
        """The address doors and phones use."""
        self._address = address
        self._shown_address.setText(address)

    def _try_card(self) -> QFrame:
        self.try_it = button(self.tr("Choose a photo ..."), kind="primary", then=self.photo_wanted.emit)
        return _beginning(
            "photo",
            self.tr("Try it with a photo"),
            self.tr("A photo takes the same way as a ring at the door. Or drop one anywhere on this page."),
            self.try_it,
            button(self.tr("Or ring the virtual door"), kind="link", then=self.doors_wanted.emit),
        )

    def _door_card(self) -> QFrame:
        self._copy = button(self.tr("Copy address"), "copy", then=self._copy_address)
        made = _beginning(
            "door",
            self.tr("Connect a door"),
            self.tr("Give your door unit this address, or open it in a phone's browser:"),
            self._copy,
        )
        self._shown_address = label(self._address, "body", select=True)
        self._shown_address.setFont(theme.font(bold=True))
        made.layout().insertWidget(3, self._shown_address)  # type: ignore[union-attr]
        return made

    def _people_card(self) -> QFrame:
        return _beginning(
            "people",
            self.tr("Add people"),
            self.tr("Two or three good photos of each person are enough to know them at the door."),
            button(self.tr("Go to People"), then=self.people_wanted.emit),
        )

    def _copy_address(self) -> None:
        QGuiApplication.clipboard().setText(self._address)
        self._copy.setText(self.tr("Copied"))
        QTimer.singleShot(2_000, self._copy, lambda: self._copy.setText(self.tr("Copy address")))


def _beginning(icon: str, title: str, sentence: str, *actions: QWidget) -> QFrame:
    made = card()
    layout = column(made, margin=theme.L, spacing=theme.S)
    picture = label()
    icons.put(picture, icon, "accent", 28)
    layout.addWidget(picture)
    layout.addWidget(label(title, "title", wrap=True))
    layout.addWidget(label(sentence, "caption", wrap=True))
    layout.addStretch(1)
    for action in actions:
        layout.addWidget(action)
    return made
