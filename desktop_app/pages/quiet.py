"""A plain control: quiet for a while, what is quiet now, and its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFrame, QMenu, QPushButton

from desktop_app import words
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, label, row
from desktop_app.widgets.notice import NoticeBar
from receiver.models import Hush

if TYPE_CHECKING:
    from receiver.station import Station

_LOOK_MS = 15_000


class QuietControl(QFrame):
    """While it is quiet a line says until when, and ends it; `begin`, the button that begins it, stands elsewhere."""

    def __init__(self, station: Station, notice: NoticeBar) -> None:
        super().__init__()
        self._station = station
        self._notice = notice
        self._hush: Hush | None = None
        self.setProperty("kind", "wash")
        layout = row(self)
        layout.setContentsMargins(theme.M, theme.XS, theme.XS, theme.XS)
        self._sign = label()
        icons.put(self._sign, "moon", "accent", 18)
        self.words = label()
        self.begin: QPushButton = button("", "moon", kind="quiet", tip=self.tr("Quiet: be told of nobody for a while"))
        self.begin.setMenu(self._make_menu())
        self.end: QPushButton = button(self.tr("End quiet"), "ring", kind="quiet", then=self._end)
        layout.addWidget(self._sign)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.end)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._clock.start()
        self.show_hush(station.hushed())

    @Slot(object)
    def show_hush(self, hush: Hush | None) -> None:
        """What holds now: one that has just ended gives way to whatever else holds."""
        if hush is not None and (hush.scope != "all" or not hush.holds(time.time())):
            hush = self._station.hushed()
        self._hush = hush
        self.words.setText(words.quiet(hush) if hush else "")
        self.setVisible(hush is not None)
        self.begin.setEnabled(hush is None)

    def begin_for(self, seconds: float | None) -> None:
        """Quiet from now on, for so long or (None) until it is ended."""
        self._ask(lambda: self._station.hush(seconds, by=self.tr("the window")))

    def _make_menu(self) -> QMenu:
        menu = QMenu(self.begin)
        menu.addAction(self.tr("For half an hour"), partial(self.begin_for, 1800.0))
        menu.addAction(self.tr("For an hour"), partial(self.begin_for, 3600.0))
        menu.addAction(self.tr("For eight hours"), partial(self.begin_for, 8 * 3600.0))
        menu.addAction(self.tr("Until I end it"), partial(self.begin_for, None))
        return menu

    def _end(self) -> None:
        self._ask(lambda: self._station.unhush(self.tr("the window")))

    def _ask(self, task: Callable[[], object]) -> None:
        """The database is written: off the UI thread. What comes of it is published."""
        run_in_background(self, task, lambda _: None, lambda error: self._notice.bad(str(error)))

    def _look(self) -> None:
        if self._hush is not None and not self._hush.holds(time.time()):
            self.show_hush(self._hush)
