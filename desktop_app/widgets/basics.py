"""The small parts every page is made of: labels, cards, rows, buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.widgets import icons, theme


class _Words(QLabel):
    """Stands on the reading side of the window; by itself Qt decides by the letters, name by name."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._align()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Read from the other side now."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._align()

    def _align(self) -> None:
        if not self.alignment() & Qt.AlignmentFlag.AlignHCenter:
            side = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
            upright = self.alignment() & Qt.AlignmentFlag.AlignVertical_Mask
            self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | upright)


def label(text: str = "", kind: str = "body", *, wrap: bool = False, select: bool = False) -> QLabel:
    """A text in one of the kinds of the style sheet; plain text, whatever the words contain."""
    result = _Words(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("kind", kind)
    result.setWordWrap(wrap)
    if select:
        result.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return result


def button(
    text: str, icon: str = "", *, kind: str = "", then: Callable[[], object] | None = None, tip: str = ""
) -> QPushButton:
    """A push button; one without text carries its tip as accessible name."""
    result = QPushButton(text)
    result.setProperty("kind", kind)
    if icon:
        icons.put(result, icon, "#241600" if kind == "primary" else "text", 18)
    if tip:
        result.setToolTip(tip)
    result.setAccessibleName(text or tip)
    result.setAutoDefault(True)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves no focus ring behind
    if then is not None:
        result.clicked.connect(lambda _checked=False: then())
    return result


def inset(field: QAbstractSpinBox) -> None:
    """Keep a spin box's text as far from its border as that of other fields: the style sheet's padding does not."""
    field.lineEdit().setTextMargins(theme.S, 0, theme.S, 0)


def menu_button(tip: str) -> QToolButton:
    """A quiet button that opens a menu; `tip` is its accessible name, too."""
    result = QToolButton()
    result.setProperty("kind", "quiet")
    icons.put(result, "menu", "text", 18)
    result.setToolTip(tip)
    result.setAccessibleName(tip)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    result.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    result.setMenu(QMenu(result))
    return result


def card(kind: str = "card") -> QFrame:
    """A surface with a border."""
    result = QFrame()
    result.setProperty("kind", kind)
    return result


def rule() -> QFrame:
    """A thin line between things."""
    return card("rule")


def column(parent: QWidget | None = None, *, margin: int = 0, spacing: int = theme.S) -> QVBoxLayout:
    """A vertical layout on the spacing scale."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    return layout


def row(parent: QWidget | None = None, *, margin: int = 0, spacing: int = theme.S) -> QHBoxLayout:
    """A horizontal layout on the spacing scale."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    return layout


def form(*lines: tuple[str, QWidget | QLayout]) -> QGridLayout:
    """Controls under each other, each with its word before it."""
    layout = QGridLayout()
    layout.setSpacing(theme.S)
    layout.setColumnStretch(1, 1)
    for number, (words, control) in enumerate(lines):
        layout.addWidget(label(words, "caption"), number, 0)
        if isinstance(control, QLayout):
            layout.addLayout(control, number, 1)
        else:
            layout.addWidget(control, number, 1)
    return layout


def hold_together(layout: QLayout, width: int, widest: int) -> None:
    """Keep a page's parts in the middle of a very wide window instead of at its far ends; for its resizeEvent."""
    side = max((width - widest) // 2, theme.L)
    layout.setContentsMargins(side, theme.L, side, theme.L)


def scrolling(content: QWidget) -> QScrollArea:
    """The content in a scroll area that never scrolls sideways."""
    content.setObjectName("canvas")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def clear(layout: QVBoxLayout | QHBoxLayout) -> None:
    """Remove everything from a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner := item.layout(), QVBoxLayout | QHBoxLayout):
            clear(inner)


class Shrinking(QWidget):
    """Has lists that scroll, and may be lower than all it holds: a layout takes a height for a width for the least."""

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Whatever stands inside."""
        return False


class ElidedLabel(QLabel):
    """One line that ends in "..." when the room is short; the whole text is its tool tip."""

    def __init__(self, text: str = "", kind: str = "body") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for a few letters is enough."""
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Offer the whole text as a tool tip once it does not fit."""
        super().resizeEvent(event)
        cut = self.fontMetrics().horizontalAdvance(self.text()) > event.size().width()
        self.setToolTip(self.text() if cut else "")

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw as much of the text as fits."""
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        side = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        painter.drawText(self.rect(), int(side | Qt.AlignmentFlag.AlignVCenter), text)
        painter.end()
