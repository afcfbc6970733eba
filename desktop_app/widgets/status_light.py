"""A small light that blinks exactly as one elsewhere does, a moment later."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, QSize, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QRadialGradient, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

LATE_MS = 500
"""How much later: longer than between two reports, so that no flash is missed."""
_FRAME_MS = 33
_LIT, _RIM = "#ffd27a", "#8a8072"


class Replay:
    """The level of a line some time ago, from reports of its latest changes; times in milliseconds."""

    def __init__(self) -> None:
        self._ahead: float | None = None
        """Our clock minus the reporter's, at the quickest report so far."""
        self._changes: list[tuple[float, int]] = []
        self._last = 0.0

    def report(self, now: float, at: float, changes: Sequence[Sequence[int]], level: int) -> None:
        """What was told: `changes` as (when, level), oldest first, and the level, both at the reporter's `at`."""
        if at < self._last:  # it was switched off and on: its clock began anew
            self._ahead = None
        self._last = at
        self._ahead = now - at if self._ahead is None else min(self._ahead, now - at)
        self._changes = [(when, to) for when, to in changes] or [(at, level)]

    def level(self, now: float) -> int:
        """On (1) or off (0) `LATE_MS` before now."""
        if self._ahead is None:
            return 0
        then = now - self._ahead - LATE_MS
        before = [to for when, to in self._changes if when <= then]
        return before[-1] if before else 1 - self._changes[0][1]


class StatusLight(QWidget):
    """Lit or dark; by its shape, too: dark, it is an empty ring."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Status light"))
        self.lit = False
        self._replay = Replay()
        self._clock = QElapsedTimer()
        self._clock.start()
        self._frames = QTimer(self)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self._follow)

    def report(self, at: float, changes: Sequence[Sequence[int]], level: int) -> None:
        """What the light's owner tells; see `Replay.report`."""
        self._replay.report(self._clock.elapsed(), at, changes, level)

    def forget(self) -> None:
        """Its owner is switched off."""
        self._replay = Replay()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A small lamp with room for its glow."""
        return QSize(28, 28)

    def showEvent(self, _event: QShowEvent) -> None:  # noqa: N802
        """Blink while somebody can see it."""
        self._frames.start()

    def hideEvent(self, _event: QHideEvent) -> None:  # noqa: N802
        """Rest."""
        self._frames.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Glow and lamp."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        center = QPointF(QRectF(self.rect()).center())
        if self.lit:
            glow = QRadialGradient(center, 14)
            glow.setColorAt(0, QColor(255, 200, 100, 200))
            glow.setColorAt(1, QColor(255, 200, 100, 0))
            painter.fillRect(self.rect(), glow)
        painter.setPen(QPen(QColor(_LIT if self.lit else _RIM), 1.5))
        painter.setBrush(QColor(_LIT if self.lit else "#00000000"))
        painter.drawEllipse(center, 6, 6)
        painter.end()

    def _follow(self) -> None:
        lit = bool(self._replay.level(self._clock.elapsed()))
        if lit != self.lit:
            self.lit = lit
            self.update()
