"""The window's own icons: line drawings in the colour of a tone, sharp at every scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolButton, QWidget

import resources
from desktop_app.widgets import theme

SIZE = 20
"""The usual side of an icon in device-independent pixels."""
_GAP = 5


def pixmap(name: str, tone: str = "text", size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """An icon drawn in a tone (or a colour such as #241600)."""
    color = tone if tone.startswith("#") else theme.colors().tone(tone)
    return _draw(name, color, size, ratio)


def icon(name: str, tone: str = "text", size: int = SIZE, gap: int = 0, *, mirrored: bool = False) -> QIcon:
    """An icon for buttons and actions, with drawings for common screen scales; `gap` keeps the words away from it,
    which stand on its left where one reads from the right (`mirrored`).
    """
    result = QIcon()
    for ratio in (1.0, 2.0, 3.0):
        drawn = pixmap(name, tone, size, ratio)
        result.addPixmap(_with_gap(drawn, gap, before=mirrored) if gap else drawn)
    return result


def app_icon(name: str = "logo.svg") -> QIcon:
    """The program's icon, or the tray's: logo.svg, tray.svg, tray_lit.svg."""
    result = QIcon()
    for side in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(artwork(name, side))
    return result


def artwork(name: str, side: int, ratio: float = 1.0) -> QPixmap:
    """A coloured drawing at a size."""
    return _render(resources.path(name).read_bytes(), side, ratio)


def put(widget: QAbstractButton | QLabel, name: str, tone: str = "text", size: int = SIZE) -> None:
    """Show an icon on a button or a label; it follows the theme from now on."""
    widget.setProperty("icon_name", name)
    widget.setProperty("icon_tone", tone)
    widget.setProperty("icon_size", size)
    _refresh_one(widget)


def refresh() -> None:
    """Draw every icon anew, after the theme changed."""
    for widget in QApplication.allWidgets():
        if widget.property("icon_name"):
            _refresh_one(widget)


def _refresh_one(widget: QWidget) -> None:
    name, tone, size = (widget.property(f"icon_{part}") for part in ("name", "tone", "size"))
    if isinstance(widget, QAbstractButton):
        gap = _GAP if widget.text() and _beside(widget) else 0
        widget.setIcon(icon(name, tone, size, gap, mirrored=widget.isRightToLeft()))
        widget.setIconSize(QSize(size + gap, size))
    elif isinstance(widget, QLabel):
        widget.setPixmap(pixmap(name, tone, size, widget.devicePixelRatioF()))


def _beside(widget: QAbstractButton) -> bool:
    """Whether the words stand beside the icon, not under it."""
    return not isinstance(widget, QToolButton) or (
        widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    )


def _with_gap(drawn: QPixmap, gap: int, *, before: bool) -> QPixmap:
    """Qt's own distance between icon and words is two pixels and cannot be set."""
    ratio = drawn.devicePixelRatio()
    wide = QPixmap(drawn.size() + QSize(round(gap * ratio), 0))
    wide.setDevicePixelRatio(ratio)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(gap if before else 0, 0, drawn)
    painter.end()
    return wide


@lru_cache(maxsize=512)
def _draw(name: str, color: str, size: int, ratio: float) -> QPixmap:
    svg = resources.path("icons", f"{name}.svg").read_text("utf-8").replace("#000", color)
    return _render(svg.encode(), size, ratio)


def _render(svg: bytes, side: int, ratio: float) -> QPixmap:
    target = QPixmap(QSize(side, side) * ratio)
    target.setDevicePixelRatio(ratio)
    target.fill(Qt.GlobalColor.transparent)
    painter = QPainter(target)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return target
