"""Small rounded facts in a row: an icon, a few words, sometimes a button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, label, row
from desktop_app.widgets.flow_layout import FlowLayout


@dataclass(frozen=True, slots=True)
class Fact:
    """What one chip says."""

    key: str
    text: str
    icon: str
    tone: str
    detail: str = ""
    action: str = ""
    """Words of the chip's button; empty: none."""


class Chip(QWidget):
    """One fact."""

    def __init__(self, fact: Fact, then: Callable[[str], None] | None) -> None:
        super().__init__()
        layout = row(self, spacing=theme.XS + 2)
        layout.setContentsMargins(theme.S, theme.XS, theme.M, theme.XS)
        self.fact = fact
        self._picture = label()
        self._words = label()
        layout.addWidget(self._picture)
        layout.addWidget(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if fact.action and then is not None:
            self._action = button(fact.action, kind="chip", then=lambda: then(fact.key))
            self._action.setAccessibleName(f"{fact.action}: {fact.text}")
            layout.addWidget(self._action)
        self.tell(fact)

    def tell(self, fact: Fact) -> None:
        """Say something newer about the same thing."""
        self.fact = fact
        self._words.setText(fact.text)
        self.setAccessibleName(f"{fact.text} {fact.detail}".strip())
        self.setToolTip(fact.detail)
        icons.put(self._picture, fact.icon, fact.tone, 16)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The rounded surface."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.colors().line), 1))
        painter.setBrush(QColor(theme.colors().card))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self.height() / 2, self.height() / 2
        )
        painter.end()


class ChipRow(QWidget):
    """Chips that are updated in place as the facts change, so that nothing jumps."""

    def __init__(self, then: Callable[[str], None] | None = None) -> None:
        super().__init__()
        self._flow = FlowLayout(self)
        self._then = then
        self._chips: dict[str, Chip] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show exactly these, in this order."""
        if [f.key for f in facts] == list(self._chips) and all(
            bool(f.action) == bool(self._chips[f.key].fact.action) for f in facts
        ):
            for fact in facts:
                self._chips[fact.key].tell(fact)
        else:
            self._rebuild(facts)
        self._flow.invalidate()
        self.updateGeometry()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is on show."""
        return tuple(chip.fact for chip in self._chips.values())

    def chip(self, key: str) -> Chip:
        """The chip of a fact. Raises KeyError when it is not on show."""
        return self._chips[key]

    def sizeHint(self) -> QSize:  # noqa: N802
        """One line's worth."""
        return QSize(200, self._flow.heightForWidth(max(self.width(), 200)))

    def _rebuild(self, facts: Sequence[Fact]) -> None:
        while self._flow.count():
            self._flow.takeAt(0)
        for chip in self._chips.values():
            chip.hide()
            chip.deleteLater()
        self._chips = {fact.key: Chip(fact, self._then) for fact in facts}
        for chip in self._chips.values():
            self._flow.addWidget(chip)
