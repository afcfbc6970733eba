"""Hours of the week, picked: days as buttons, a time from and a time to; as many lines as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from PySide6.QtCore import QLocale, Qt, QTime, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.clock_field import ClockField
from receiver.hours import EVERY_DAY, Span

_USUAL = Span(EVERY_DAY, time(22), time(7))


class HoursPicker(QWidget):
    """Emits all spans when the user has changed one; a line without a day is not emitted but complained about."""

    changed = Signal(tuple)
    incomplete = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._told: tuple[Span, ...] | None = None
        outer = column(self, spacing=theme.S)
        self._lines = column(spacing=theme.S)
        outer.addLayout(self._lines)
        self.add = button(self.tr("Add hours"), "add", then=self._add)
        outer.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def call(self, name: str) -> None:
        """What a screen reader says before the name of each part."""
        self._name = name
        self.add.setAccessibleName(self.tr("Add hours: {0}").format(name))
        for number, line in enumerate(self.lines, 1):
            line.call(f"{name} {number}")

    def show_spans(self, spans: Sequence[Span]) -> None:
        """Show these; what was picked here comes back, and is left alone: the next change may have begun."""
        if tuple(spans) in (self.spans, self._told):
            return
        for line in self.lines:
            self._drop(line)
        for span in spans:
            self._append(span)

    @property
    def lines(self) -> list[SpanLine]:
        """One for each span."""
        widgets = (self._lines.itemAt(place).widget() for place in range(self._lines.count()))
        return [widget for widget in widgets if isinstance(widget, SpanLine)]

    @property
    def spans(self) -> tuple[Span, ...]:
        """What is picked now."""
        return tuple(line.span for line in self.lines)

    def _append(self, span: Span) -> SpanLine:
        line = SpanLine(span)
        line.changed.connect(self._tell)
        line.dropped.connect(lambda: self._remove(line))
        self._lines.addWidget(line)
        self.call(self._name)
        return line

    def _add(self) -> None:
        self._append(_USUAL).days[0].setFocus()
        self._tell()

    def _remove(self, line: SpanLine) -> None:
        self._drop(line)
        self.call(self._name)
        self.add.setFocus()
        self._tell()

    def _drop(self, line: SpanLine) -> None:
        self._lines.removeWidget(line)
        line.hide()
        line.deleteLater()

    def _tell(self) -> None:
        if all(span.days for span in self.spans):
            self._told = self.spans
            self.changed.emit(self.spans)
        else:
            self.incomplete.emit()


class SpanLine(QWidget):
    """Seven days, from, to, and a button that takes the line away."""

    changed = Signal()
    dropped = Signal()

    def __init__(self, span: Span) -> None:
        super().__init__()
        layout = row(self, spacing=theme.XS)
        self.days = [self._make_day(number, number in span.days) for number in range(7)]
        for number in _week():
            layout.addWidget(self.days[number])
        layout.addSpacing(theme.S)
        self.begin, self.end = (ClockField(QTime(at.hour, at.minute)) for at in (span.begin, span.end))
        self._overnight = label(kind="caption")
        layout.addWidget(self.begin)
        layout.addSpacing(theme.XS)
        layout.addWidget(label(self.tr("to")))
        layout.addSpacing(theme.XS)
        layout.addWidget(self.end)
        layout.addSpacing(theme.XS)
        layout.addWidget(self._overnight)
        self._drop = button("", "close", kind="quiet", then=self.dropped.emit, tip=self.tr("Take these hours away"))
        layout.addWidget(self._drop)
        layout.addStretch(1)
        for field in (self.begin, self.end):
            field.settled.connect(lambda _: self.changed.emit())
            field.timeChanged.connect(lambda _: self._tell_day())
        self._tell_day()

    @property
    def span(self) -> Span:
        """What is picked; perhaps without any day."""
        days = frozenset(number for number, day in enumerate(self.days) if day.isChecked())
        begin, end = (time(at.hour(), at.minute()) for at in (self.begin.time(), self.end.time()))
        return Span(days, begin, end)

    def call(self, name: str) -> None:
        """What a screen reader says of each part."""
        for number, day in enumerate(self.days):
            day.setAccessibleName(f"{name}: {_day_name(number)}")
        self.begin.setAccessibleName(self.tr("{0}: from").format(name))
        self.end.setAccessibleName(self.tr("{0}: to").format(name))
        self._drop.setAccessibleName(self.tr("Take away: {0}").format(name))

    def _make_day(self, number: int, chosen: bool) -> QToolButton:
        made = QToolButton()
        made.setProperty("kind", "day")
        made.setText(QLocale().standaloneDayName(number + 1, QLocale.FormatType.ShortFormat).rstrip("."))
        made.setToolTip(_day_name(number))
        made.setCheckable(True)
        made.setChecked(chosen)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.clicked.connect(lambda _: self.changed.emit())
        return made

    def _tell_day(self) -> None:
        self._overnight.setText(self.tr("the next day") if self.end.time() <= self.begin.time() else "")


def _day_name(number: int) -> str:
    return QLocale().standaloneDayName(number + 1, QLocale.FormatType.LongFormat)


def _week() -> list[int]:
    """The days in this country's order, 0 is Monday."""
    first = QLocale().firstDayOfWeek().value - 1
    return [(first + step) % 7 for step in range(7)]
