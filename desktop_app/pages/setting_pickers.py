"""Settings that are picked instead of typed: numbers, loudness, times, hours of the week, people, doors.

What a file says and a picker cannot show stays in sight as text, with what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import QLocale, Qt, QTime
from PySide6.QtWidgets import QComboBox, QLineEdit, QSlider, QWidget

from desktop_app.language import tr
from desktop_app.pages.hours_picker import HoursPicker
from desktop_app.pages.setting_editors import (
    ChoiceEditor,
    Editor,
    FolderEditor,
    NumbersEditor,
    SecretEditor,
    SwitchEditor,
    TextEditor,
)
from desktop_app.pages.setting_words import BY_EAR, Key, bounds, choice_words, span, unit
from desktop_app.widgets import theme
from desktop_app.widgets.basics import column, label, row
from desktop_app.widgets.choice_list import Choice, ChoiceList
from desktop_app.widgets.clock_field import ClockField
from desktop_app.widgets.number_field import Number, NumberField
from desktop_app.widgets.pause import Pause, WheelGuard
from desktop_app.widgets.switch import Switch
from receiver.hours import DAYS, EVERY_DAY, Span, parse, written
from receiver.language import shown
from receiver.settings import Form, choices, form, is_secret

_CLOCK = re.compile(r"(?:(?P<days>.*\S)\s+)?(?P<hour>\d{1,2}):(?P<minute>\d\d)")
_NUMBER_WIDTH = 132


class NumberEditor(Editor):
    """A number between its bounds, which stand beside it."""

    def __init__(self, key: Key, info: FieldInfo) -> None:
        super().__init__()
        low, high = bounds(info)
        step: Number = 0.01 if info.annotation is float and high is not None and high <= 1 else 1
        self.field = NumberField(low, high, step, lambda number: unit(key, number))
        self.field.setFixedWidth(_NUMBER_WIDTH)
        self.field.settled.connect(self.edited)
        layout = row(self, spacing=theme.S)
        layout.addWidget(self.field)
        layout.addWidget(label(span(info), "caption"), 1)

    def show_value(self, value: Any) -> None:
        """Show what is in effect."""
        self.field.show_number(value)

    def mark(self, wrong: bool) -> None:
        """A red frame; the words stand below."""
        _mark(self.field, wrong)

    def control(self) -> QWidget:
        """What takes the focus."""
        return self.field


class SliderEditor(Editor):
    """Percents, where the ear or the eye decides and no figure."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(low, high)
        self.slider.setSingleStep(5)
        self.slider.setPageStep(20)
        self._pause = Pause(self, lambda: self.edited.emit(self.slider.value()))
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self._pause.finish)
        WheelGuard(self.slider)
        self._figure = label()
        self._figure.setMinimumWidth(self._figure.fontMetrics().horizontalAdvance(_percent(100)))
        layout = row(self, spacing=theme.S)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self._figure)

    def show_value(self, value: Any) -> None:
        """Show what is in effect, unless it is being moved."""
        if not self._pause.isActive() and not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(int(value))
            self.slider.blockSignals(False)
            self._figure.setText(_percent(int(value)))

    def control(self) -> QWidget:
        """What takes the focus."""
        return self.slider

    def _moved(self, value: int) -> None:
        self._figure.setText(_percent(value))
        self._pause.begin()


class ClockEditor(Editor):
    """A time of the day or, switched off, none; `weekly` with the day of the week."""

    def __init__(self, usual: QTime, *, weekly: bool) -> None:
        super().__init__()
        self.switch = Switch()
        self.switch.clicked.connect(lambda _: self._changed())
        self.day = QComboBox()
        self.clock = ClockField(usual)
        self.clock.settled.connect(lambda _: self._changed())
        layout = row(self, spacing=theme.S)
        layout.addWidget(self.switch)
        if weekly:
            self._offer_days()
            layout.addWidget(self.day)
        layout.addWidget(self.clock)
        layout.addStretch(1)

    def show_value(self, value: Any) -> None:
        """Show what is in effect."""
        found = _CLOCK.fullmatch(value)
        self.switch.setChecked(found is not None)
        self.day.setEnabled(found is not None)
        self.clock.setEnabled(found is not None)
        if found is None:
            return
        self.clock.show_time(QTime(int(found["hour"]), int(found["minute"])))
        days = _days_of(value)
        if self.day.findData(days) < 0:
            self.day.addItem(days, days)  # such as Mon-Fri: from the file, and none of ours
        self.day.setCurrentIndex(self.day.findData(days))

    def call(self, name: str, description: str) -> None:
        """Of the three parts, too."""
        super().call(name, description)
        self.day.setAccessibleName(self.tr("{0}: day").format(name))
        self.clock.setAccessibleName(self.tr("{0}: time").format(name))

    def control(self) -> QWidget:
        """What takes the focus."""
        return self.switch

    def _offer_days(self) -> None:
        self.day.addItem(self.tr("every day"), "")
        for number, day in enumerate(DAYS):
            name = QLocale().standaloneDayName(number + 1, QLocale.FormatType.LongFormat)
            self.day.addItem(name, day.capitalize())
        self.day.activated.connect(lambda _: self._changed())
        self.day.view().setAccessibleName(self.tr("Choices"))
        WheelGuard(self.day, never=True)

    def _changed(self) -> None:
        if not self.switch.isChecked():
            self.edited.emit("")
            return
        days = self.day.currentData() or ""
        self.edited.emit(f"{days} {self.clock.time().toString('HH:mm')}".strip())


class HoursEditor(Editor):
    """Hours of the week in lines; a text that makes no sense stays as text until it does."""

    wide = True

    def __init__(self) -> None:
        super().__init__()
        self.text = QLineEdit()
        self.text.editingFinished.connect(lambda: self.edited.emit(self.text.text()))
        self.text.hide()
        self.picker = HoursPicker()
        self.picker.changed.connect(lambda spans: self.edited.emit(written(spans)))
        self.picker.incomplete.connect(lambda: self.wrong.emit(self.tr("Choose at least one day.")))
        layout = column(self, spacing=theme.S)
        layout.addWidget(self.text)
        layout.addWidget(self.picker)

    def show_value(self, value: Any) -> None:
        """Show what is in effect."""
        spans: Sequence[Span] = ()
        complaint = ""
        try:
            spans = parse(value)
        except ValueError as error:
            complaint = shown(str(error))
        self.text.setText(value)
        self.text.setVisible(bool(complaint))
        self.picker.setVisible(not complaint)
        self.picker.show_spans(spans)
        if complaint:
            self.wrong.emit(complaint)

    def mark(self, wrong: bool) -> None:
        """A red frame around the text; the words stand below."""
        _mark(self.text, wrong)

    def call(self, name: str, description: str) -> None:
        """Of every part."""
        super().call(name, description)
        self.text.setAccessibleName(name)
        self.picker.call(name)

    def control(self) -> QWidget:
        """What takes the focus."""
        return self.picker.add


class ChosenEditor(Editor):
    """Some of the people, or of the doors, there are; whoever is chosen and is not there stays in sight, too."""

    wide = True

    def __init__(self, nobody: str, unknown: str) -> None:
        """`nobody` stands there while there is nothing to choose; `unknown` is the tool tip of what is not there."""
        super().__init__()
        self._unknown = unknown
        self._there: tuple[Choice, ...] = ()
        self._value: tuple[str, ...] = ()
        self._nobody = label(nobody, "caption", wrap=True)
        self.list = ChoiceList()
        self.list.changed.connect(self.edited)
        layout = column(self)
        layout.addWidget(self._nobody)
        layout.addWidget(self.list)

    def offer(self, choices: Sequence[Choice]) -> None:
        """What there is to choose from."""
        if self._there != tuple(choices):
            self._there = tuple(choices)
            self._show()

    def show_value(self, value: Any) -> None:
        """Show what is in effect."""
        self._value = tuple(value)
        self._show()

    def control(self) -> QWidget:
        """What takes the focus."""
        return self.list

    def _show(self) -> None:
        known = {choice.value.casefold(): choice.value for choice in self._there}
        chosen = [known.get(value.casefold(), value) for value in self._value]
        others = [Choice(value, value, self._unknown) for value in chosen if value.casefold() not in known]
        self.list.show_choices((*self._there, *others), chosen)
        self.list.setVisible(bool(self._there or others))
        self._nobody.setVisible(not self._there and not others)


def _percent(number: int) -> str:
    return f"{QLocale().toString(number)} %"


def _days_of(text: str) -> str:
    """The day as `ClockEditor` offers it; empty for every day."""
    (found,) = parse(f"{text}-00:00")
    if found.days == EVERY_DAY:
        return ""
    return written([found]).rpartition(" ")[0]


def _mark(field: QWidget, wrong: bool) -> None:
    field.setProperty("wrong", wrong)
    field.style().unpolish(field)
    field.style().polish(field)


def make_editor(key: Key, info: FieldInfo) -> Editor:
    """The editor for a setting's type, or for what its text stands for."""
    if is_secret(info):
        return SecretEditor()
    if choices(info):
        return ChoiceEditor(choice_words(info))
    return _for_form(form(info)) or _for_type(key, info)


def _for_type(key: Key, info: FieldInfo) -> Editor:
    kind = info.annotation
    if kind is bool:
        return SwitchEditor()
    if kind in (int, float):
        return SliderEditor(*bounds(info)) if key in BY_EAR else NumberEditor(key, info)
    if kind == tuple[int, ...]:
        return NumbersEditor()
    return FolderEditor() if kind in (Path, Path | None) else TextEditor()


def _for_form(wanted: Form | None) -> Editor | None:
    match wanted:
        case Form.HOURS:
            return HoursEditor()
        case Form.CLOCK:
            return ClockEditor(QTime(20, 0), weekly=False)
        case Form.WEEKLY:
            return ClockEditor(QTime(11, 0), weekly=True)
        case Form.PEOPLE:
            return ChosenEditor(tr("Nobody is known yet."), tr("Nobody on People is called so"))
        case Form.DOORS:
            return ChosenEditor(tr("No door has a key yet."), tr("No door with a key has this id"))
    return None
