"""A number with its unit: typed, or changed step by step with keys, buttons and the wheel.

Qt's own spin boxes swallow digits that would lead out of their range. Here whatever is typed stays in sight, so that
it can be said what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox

from desktop_app.widgets.basics import inset
from desktop_app.widgets.pause import Pause, WheelGuard

Number = int | float


class NumberField(QAbstractSpinBox):
    """Emits what was settled on: a number, or the text that is none.

    `low` and `high` bound the steps, not what can be typed. `unit` gives the word behind a number.
    """

    settled = Signal(object)

    def __init__(self, low: Number | None, high: Number | None, step: Number, unit: Callable[[Number], str]) -> None:
        super().__init__()
        self._low, self._high, self._step = low, high, step
        self._unit = unit
        self._shown = ""
        self._number: Number = 0
        self._locale = QLocale()
        self._locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        self._pause = Pause(self, self._settle)
        self.editingFinished.connect(self._finish)
        inset(self)
        WheelGuard(self)

    def show_number(self, number: Number) -> None:
        """Show what is in effect, unless another number is on its way there."""
        if not self._pause.isActive():
            self._number = number
            self._shown = self._in_words(number)
            self.lineEdit().setText(self._shown)
            self.lineEdit().setCursorPosition(0)

    def validate(self, text: str, place: int) -> object:
        """Everything may be typed."""
        return (QValidator.State.Acceptable, text, place)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:  # noqa: N802
        """No step leads out of the range."""
        number = self._typed()
        now = self._number if isinstance(number, str) else number
        enabled = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._high is None or now < self._high:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self._low is None or now > self._low:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return enabled

    def stepBy(self, steps: int) -> None:  # noqa: N802
        """So many steps up or, negative, down; from what was in effect when the text is no number."""
        number = self._typed()
        stepped = (self._number if isinstance(number, str) else number) + steps * self._step
        if self._low is not None:
            stepped = max(stepped, self._low)
        if self._high is not None:
            stepped = min(stepped, self._high)
        self.lineEdit().setText(self._in_words(round(stepped, 6)))
        self.selectAll()
        self._pause.begin()

    def _typed(self) -> Number | str:
        """The number in the field, without its unit; the text if it is none."""
        text = self.text().strip()
        bare = text
        for number in (1, 2):
            bare = bare.removesuffix(self._unit(number)).rstrip()
        found, is_number = self._locale.toDouble(bare)
        if not is_number:
            found, is_number = QLocale.c().toDouble(bare)
        if not is_number:
            return text
        return int(found) if found.is_integer() else found

    def _in_words(self, number: Number) -> str:
        return f"{self._locale.toString(float(number), 'g', 8)} {self._unit(number)}".rstrip()

    def _finish(self) -> None:
        self._pause.stop()
        self._settle()

    def _settle(self) -> None:
        if self.text().strip() != self._shown:
            self._shown = self.text().strip()
            self.settled.emit(self._typed())
