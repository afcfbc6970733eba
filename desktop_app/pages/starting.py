"""What the window shows before there is a station: that it starts, or why it cannot and the ways out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, card, column, label, row
from desktop_app.widgets.empty_state import EmptyState
from desktop_app.widgets.notice import Action


class StartingPage(EmptyState):
    """A calm word while the station is built."""

    def __init__(self) -> None:
        super().__init__("logo.svg", self.tr("Porchlight is starting ..."), self.tr("It takes a second or two."))
        self.setObjectName("page")


class ProblemPage(QWidget):
    """Something keeps the station from starting: what, and what can be done about it."""

    def __init__(self, title: str, message: str, actions: Sequence[Action]) -> None:
        super().__init__()
        self.setObjectName("page")
        outer = column(self, margin=theme.XL)
        outer.addStretch(2)
        plate = card()
        plate.setMaximumWidth(640)
        layout = column(plate, margin=theme.XL, spacing=theme.M)
        head = row(spacing=theme.M)
        sign = label()
        icons.put(sign, "failed", "bad", 32)
        self.title = label(title, "headline", wrap=True)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        layout.addLayout(head)
        self.message = label(message, wrap=True, select=True)
        layout.addWidget(self.message)
        layout.addSpacing(theme.S)
        self.buttons: list[QPushButton] = []
        for number, (words, func) in enumerate(actions):
            made = button(words, kind="" if number else "primary", then=func)
            self.buttons.append(made)
            layout.addWidget(made)
        middle = row()
        middle.addStretch(1)
        middle.addWidget(plate, 10)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(3)
        if self.buttons:
            self.buttons[0].setFocus()
