"""Which visits are shown: words, a person, a verdict, a door, days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QDate, QLocale, QSize, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QToolButton, QWidget

from desktop_app.history_words import days
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, column, inset, label, row
from receiver.models import EVERYTHING, Door, Verdict, VisitFilter

_TYPING_MS = 200
"""Whoever types on is not shown every letter's answer."""
_CHOSEN_DAYS = "chosen"


class _Choice(QComboBox):
    """Words, each with what it stands for."""

    def __init__(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        super().__init__()
        self._choices: list[tuple[str, Any]] = []
        self.setAccessibleName(name)
        self.view().setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(20)
        self.setIconSize(QSize(0, 0))  # else it keeps room for one
        self.offer(choices)
        self.ensurePolished()
        letter = self.fontMetrics().horizontalAdvance("X")  # in which Qt counts
        self.setMinimumContentsLength(math.ceil(self.fontMetrics().horizontalAdvance(choices[0][0]) / letter))

    @property
    def value(self) -> Any:
        """What the chosen words stand for."""
        return self._choices[self.currentIndex()][1]

    def choose(self, value: Any) -> None:
        """Choose what stands for a value; the first when nothing does."""
        self.setCurrentIndex(next((n for n, (_, one) in enumerate(self._choices) if one == value), 0))

    def offer(self, choices: Sequence[tuple[str, Any]]) -> None:
        """Other choices; what is chosen stays chosen if it is still among them."""
        if self._choices == list(choices):
            return
        before = self.value if self._choices else None
        quiet = self.blockSignals(True)
        self._choices = list(choices)
        self.clear()
        self.addItems([words for words, _ in choices])
        self.choose(before)
        self.blockSignals(quiet)
        if self.value != before:
            self.currentIndexChanged.emit(self.currentIndex())


_WIDEST = 300


class VisitFilterBar(QWidget):
    """A line of choices; `changed` tells the filter they make."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._told = EVERYTHING
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search names, doors, reasons"))
        self.search.setAccessibleName(self.tr("Search visits"))
        self.search.setClearButtonEnabled(True)
        self.search.findChild(QToolButton).setAccessibleName(self.tr("Clear the search"))
        self.search.setMaxLength(200)
        self.person = _Choice(self.tr("Person"), [(self.tr("Anybody"), None)])
        self.verdict = _Choice(self.tr("Verdict"), self._verdicts())
        self.door = _Choice(self.tr("Door"), [(self.tr("All doors"), None)])
        self.days = _Choice(self.tr("Days"), [(self.tr("Any day"), None)])
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._tell)
        self.search.textChanged.connect(self._typing.start)
        self.search.returnPressed.connect(self._tell)
        self.clear_button = button("", "close", kind="quiet", then=self.clear, tip=self.tr("Show all visits"))
        keeps_its_place = self.clear_button.sizePolicy()
        keeps_its_place.setRetainSizeWhenHidden(True)
        self.clear_button.setSizePolicy(keeps_its_place)
        self._lay_out()
        self.offer_days()
        for choice in (self.person, self.verdict, self.door, self.days):
            choice.currentIndexChanged.connect(self._tell)
        self._tell()

    def offer_people(self, names: Sequence[str]) -> None:
        """Whose visits may be asked for."""
        self.person.offer([(self.tr("Anybody"), None), *((name, name) for name in names)])

    def offer_doors(self, doors: Sequence[Door]) -> None:
        """Which doors there are."""
        self.door.offer([(self.tr("All doors"), None), *((door.name, door.id) for door in doors)])

    def offer_days(self) -> None:
        """The days are counted from today: to be called when the page comes on show."""
        today = date.today()
        week = [today - timedelta(days=back) for back in range(7)]
        names = [self.tr("Today"), self.tr("Yesterday")]
        names += [QLocale().standaloneDayName(day.isoweekday()) for day in week[2:]]
        single = [(name, (day, day)) for name, day in zip(names, week, strict=True)]
        spans = [
            (self.tr("Last 7 days"), (week[-1], today)),
            (self.tr("Last 30 days"), (today - timedelta(days=29), today)),
            (self.tr("Choose days …"), _CHOSEN_DAYS),
        ]
        self.days.offer([(self.tr("Any day"), None), *single, *spans])

    def clear(self) -> None:
        """Show all visits."""
        for choice in (self.person, self.verdict, self.door, self.days):
            choice.setCurrentIndex(0)
        self.search.clear()
        self._tell()

    def wanted(self) -> VisitFilter:
        """What is chosen now."""
        since, until = self._span()
        verdict = self.verdict.value
        return VisitFilter(
            person=self.person.value,
            verdicts=frozenset() if verdict is None else frozenset({verdict}),
            door=self.door.value,
            since=since,
            until=until,
            words=" ".join(self.search.text().split()),
        )

    def _verdicts(self) -> list[tuple[str, Any]]:
        return [
            (self.tr("Any verdict"), None),
            (self.tr("People you know"), Verdict.KNOWN),
            (self.tr("Strangers"), Verdict.UNKNOWN),
            (self.tr("Can't tell who"), Verdict.UNCLEAR),
            (self.tr("No face"), Verdict.NO_FACE),
            (self.tr("Not examined"), Verdict.FAILED),
        ]

    def _span(self) -> tuple[float | None, float | None]:
        chosen = self.days.value
        if chosen is None:
            return None, None
        if chosen == _CHOSEN_DAYS:
            chosen = sorted((_day(self.first), _day(self.last)))
        return days(*chosen)

    def _tell(self) -> None:
        self._typing.stop()
        self._chosen_days.setVisible(self.days.value == _CHOSEN_DAYS)
        wanted = self.wanted()
        self.clear_button.setVisible(wanted != EVERYTHING)
        if wanted != self._told:
            self._told = wanted
            self.changed.emit(wanted)

    def _lay_out(self) -> None:
        layout = column(self, spacing=theme.S)
        line = row(spacing=theme.S)
        self.search.setMaximumWidth(2 * _WIDEST)
        line.addWidget(self.search, 2)
        for choice in (self.person, self.verdict, self.door, self.days):
            choice.setMaximumWidth(_WIDEST)
            line.addWidget(choice, 1)
        line.addWidget(self.clear_button)
        line.addStretch()
        layout.addLayout(line)
        self._chosen_days = QWidget()
        chosen = row(self._chosen_days, spacing=theme.S)
        chosen.addStretch(1)
        week_ago = QDate.currentDate().addDays(-7)
        self.first, self.last = _date_field(self.tr("First day"), week_ago), _date_field(self.tr("Last day"), None)
        for words, field in ((self.tr("From"), self.first), (self.tr("to"), self.last)):
            field.dateChanged.connect(self._tell)
            chosen.addWidget(label(words, "caption"))
            chosen.addWidget(field)
        layout.addWidget(self._chosen_days)


def _date_field(name: str, start: QDate | None) -> QDateEdit:
    result = QDateEdit(start or QDate.currentDate())
    result.setAccessibleName(name)
    result.setCalendarPopup(True)
    inset(result)
    result.setDisplayFormat(QLocale().dateFormat(QLocale.FormatType.ShortFormat))
    return result


def _day(field: QDateEdit) -> date:
    chosen = field.date()
    return date(chosen.year(), chosen.month(), chosen.day())
