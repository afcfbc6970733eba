"""Does it work here? The owner's own photos tested against each other, as a picture and a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from desktop_app import coach_words
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.distance_chart import Border, DistanceChart, Heap
from desktop_app.words import decimal
from receiver.models import Finding, OwnTest

if TYPE_CHECKING:
    from receiver.station import Station

_TOLERANCE = ("recognition", "tolerance")
_WIDEST = 860


class OwnTestCard(QFrame):
    """Opened by `opener`; stands in the place of the cards until it is closed."""

    shown = Signal(bool)
    visit_wanted = Signal(str)
    """The visit of the stranger who is nearest to somebody."""

    def __init__(self, station: Station) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._station = station
        self._stopped = Event()
        self.test: OwnTest | None = None
        """What is on show."""
        self.opener = button(self.tr("Does it work here?"), "recognition", then=self.open)
        self._lay_out()
        self.hide()

    def open(self) -> None:
        """Show the card and test what is there now."""
        self.show()
        self.shown.emit(True)
        self.run()

    def run(self) -> None:
        """Test again."""
        self._stopped.set()
        self._stopped = stopped = Event()
        self._again.setEnabled(False)
        self._say("waiting", "muted", self.tr("Looking for every photo among the others …"), "")
        task = partial(self._station.test_gallery, stopped.is_set)
        run_in_background(self, task, partial(self._tested, stopped), self._failed)

    def close_card(self) -> None:
        """Back to the people."""
        self._stopped.set()
        focused = self.focusWidget() is not None and self.focusWidget().hasFocus()
        self.hide()
        self.shown.emit(False)
        if focused:
            self.opener.setFocus()  # else it would jump to the rail

    def use(self) -> None:
        """Take the advice."""
        if self.test is not None and self.test.tolerance is not None:
            self._apply(self.test.tolerance, undo=self.test.now)

    def _lay_out(self) -> None:
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        self.advice = label(wrap=True)
        self.chart = DistanceChart(self.tr("more alike"), self.tr("less alike"))
        self.facts = label(kind="caption", wrap=True)
        for widget in (self.advice, self.chart, self.facts):
            widget.setMaximumWidth(_WIDEST)
            layout.addWidget(widget)
        layout.addLayout(self._make_actions())

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.S)
        self._sign = label()
        self.told = label(kind="title", wrap=True)
        head.addWidget(self._sign)
        head.addWidget(self.told, 1)
        close = button("", "close", kind="quiet", then=self.close_card, tip=self.tr("Back to the people"))
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _make_actions(self) -> QHBoxLayout:
        actions = row(spacing=theme.S)
        self._use = button(self.tr("Use it"), kind="primary", then=self.use)
        self._undo = button(self.tr("Undo"), "undo")
        self._undo.clicked.connect(self._take_back)
        self._again = button(self.tr("Test again"), "retry", then=self.run)
        self.look = button(self.tr("Show the stranger's visit"), "visits", then=self._show_visit)
        self.look.hide()
        for widget in (self._use, self._undo, self._again, self.look):
            actions.addWidget(widget)
        actions.addStretch()
        self._undo.hide()
        self._before = 0.0
        return actions

    def _tested(self, stopped: Event, test: OwnTest) -> None:
        if stopped.is_set():
            return
        self.test = test
        sign = coach_words.finding_look(test)
        self._say(sign.icon, sign.tone, coach_words.finding(test), coach_words.advice(test))
        told = list(coach_words.facts(test))
        if told:
            told.append(self.tr("Photos flatter: at the door, and at night, everybody looks less like their photos."))
        self.facts.setText("\n".join(told))
        self.chart.show_heaps(list(self._heaps(test)), list(self._borders(test)))
        self.chart.setAccessibleName(self.tr("How alike photos are. {0}").format(" ".join([self.told.text(), *told])))
        enough = test.finding is not Finding.TOO_FEW
        self.chart.setVisible(enough)
        self.facts.setVisible(enough)
        self._again.setEnabled(True)
        self._use.setVisible(test.suggests)
        self.look.setVisible(enough and bool(test.stranger and test.stranger.visit))

    def _heaps(self, test: OwnTest) -> Iterator[Heap]:
        yield Heap(self.tr("Each photo and the same person's others"), test.same, "good")
        yield Heap(self.tr("Each photo and the nearest other person"), test.different, "warn")
        yield Heap(self.tr("Strangers at the door and the nearest person"), test.strangers, "muted")

    def _borders(self, test: OwnTest) -> Iterator[Border]:
        yield Border(test.line, self.tr("names end here ({0})").format(decimal(test.line)))
        if test.suggests and test.tolerance is not None:
            yield Border(test.tolerance, self.tr("safer here ({0})").format(decimal(test.tolerance)), dashed=True)

    def _show_visit(self) -> None:
        if self.test is not None and self.test.stranger is not None:
            self.visit_wanted.emit(self.test.stranger.visit)

    def _take_back(self) -> None:
        self._apply(self._before, undo=None)

    def _apply(self, tolerance: float, undo: float | None) -> None:
        self._undo.setVisible(undo is not None)
        if undo is not None:
            self._before = undo
        run_in_background(
            self, partial(self._station.apply, {_TOLERANCE: tolerance}), lambda _: self.run(), self._failed
        )

    def _failed(self, error: Exception) -> None:
        self._again.setEnabled(True)
        self._say("failed", "bad", self.tr("This could not be done"), str(error))

    def _say(self, icon: str, tone: str, headline: str, sentence: str) -> None:
        icons.put(self._sign, icon, tone, 22)
        self.told.setText(headline)
        self.advice.setText(sentence)
        self.advice.setVisible(bool(sentence))
