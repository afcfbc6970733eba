"""A line of text for the screen at the visit's door, and what became of it."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_app.tasks import run_in_background
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, column, label, row
from receiver.models import Visit

if TYPE_CHECKING:
    from receiver.station import Station

_MOST_KEPT = 50


class Reply(QWidget):
    """Own words appear when they are wanted; the receipt is the one of the visit on show."""

    def __init__(self, station: Station) -> None:
        super().__init__()
        self._station = station
        self._visit: Visit | None = None
        self._receipts: OrderedDict[str, str] = OrderedDict()
        outer = column(self, spacing=theme.XS)
        self._line = QWidget()
        line = row(self._line, spacing=theme.S)
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Own words for the door's screen"))
        self.field.setMaxLength(200)
        self.field.returnPressed.connect(self._send)
        self.field.textChanged.connect(self._judge)
        self._action = button(self.tr("Send"), "send", then=self._send)
        self._action.setEnabled(False)
        line.addWidget(self.field, 1)
        line.addWidget(self._action)
        self._line.hide()
        self.receipt = label(kind="caption", wrap=True)
        outer.addWidget(self._line)
        outer.addWidget(self.receipt)
        self._show_receipt()

    def show_visit(self, visit: Visit) -> None:
        """Whom the words are for from now on; what is being typed was meant for somebody else."""
        if self._visit is None or visit.id != self._visit.id:
            self.field.clear()
            self._line.hide()
        self._visit = visit
        self.field.setPlaceholderText(self.tr("A text for the screen at {0}").format(visit.door_name))
        self._show_receipt()

    def ask_for_words(self) -> None:
        """Show the field for own words."""
        self._line.show()
        self.show()
        self.field.setFocus()

    def say(self, text: str, visit: Visit) -> None:
        """Show a text on the screen of a visit's door."""
        self._keep(visit.id, self.tr("Telling {0} ...").format(visit.door_name))
        keep = partial(self._keep, visit.id)
        task = partial(self._station.reply, text, visit.door)
        run_in_background(self, task, keep, lambda error: keep(str(error)))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape puts the field away."""
        if event.key() == Qt.Key.Key_Escape and self._line.isVisible():
            self._line.hide()
            self._show_receipt()
        else:
            super().keyPressEvent(event)

    def _judge(self, text: str) -> None:
        self._action.setEnabled(bool(text.strip()))

    def _send(self) -> None:
        text = self.field.text().strip()
        if text and self._visit is not None:
            self.field.clear()
            self._line.hide()
            self.say(text, self._visit)

    def _keep(self, visit: str, sentence: str) -> None:
        self._receipts[visit] = sentence
        while len(self._receipts) > _MOST_KEPT:
            self._receipts.popitem(last=False)
        self._show_receipt()

    def _show_receipt(self) -> None:
        sentence = self._receipts.get(self._visit.id, "") if self._visit else ""
        self.receipt.setText(sentence)
        self.receipt.setVisible(bool(sentence))
        self.setVisible(bool(sentence) or not self._line.isHidden())
