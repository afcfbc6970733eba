"""A button with a digit on it: Ctrl and that digit press it from wherever one is typing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QKeySequence, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QPushButton

from desktop_app.widgets import theme

_KEY = QSize(18, 18)
_GAP = 5


class NumberedButton(QPushButton):
    """Wears its digit like a key; without one (0) it is a plain button."""

    def __init__(self, text: str, number: int, *, kind: str = "", tip: str = "") -> None:
        super().__init__(text.replace("&", "&&"))
        self._tip = tip
        self.setProperty("kind", kind)
        self.setAccessibleName(text or tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves no focus ring behind
        self.set_number(number)

    def set_number(self, number: int) -> None:
        """Another digit."""
        self._number = number
        shortcut = QKeySequence(f"Ctrl+{number}" if number else "")
        self.setShortcut(shortcut)
        written = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(" · ".join(filter(None, (self._tip, written))))
        self._draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another theme: another key."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange):
            self._draw()

    def _draw(self) -> None:
        if not self._number:
            self.setIcon(QIcon())
            return
        now = theme.colors()
        color = QColor(now.on_accent if self.property("kind") == "primary" else now.muted)
        icon = QIcon()
        for ratio in (1.0, 2.0, 3.0):
            icon.addPixmap(_key(str(self._number), color, ratio, mirrored=self.isRightToLeft()))
        self.setIcon(icon)
        self.setIconSize(_KEY + QSize(_GAP, 0))


def _key(digit: str, color: QColor, ratio: float, *, mirrored: bool) -> QPixmap:
    """A key cap; the gap on the words' side keeps them away (Qt's own distance is two pixels)."""
    drawn = QPixmap((_KEY + QSize(_GAP, 0)) * ratio)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    cap = QRectF(0.5 + (_GAP if mirrored else 0), 0.5, _KEY.width() - 1, _KEY.height() - 1)
    painter.setPen(QPen(color, 1))
    painter.drawRoundedRect(cap, 4, 4)
    painter.setFont(theme.font(theme.CAPTION))
    painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), digit)
    painter.end()
    return drawn
