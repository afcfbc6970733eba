"""The rail of pages at the window's edge."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QKeySequence
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QSizePolicy, QToolButton, QWidget

from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import column

_OPENS_MS = 500
"""A drag that rests on a page's button for so long opens the page."""

_ABOVE = 2
"""The logo and the room below it stand before the first page."""


class NavRail(QFrame):
    """One button per page; emits the chosen page's key."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "rail")
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._layout = column(self, margin=theme.S, spacing=theme.XS)
        self._layout.setContentsMargins(theme.S, theme.M, theme.S, theme.M)
        logo = QLabel()
        logo.setPixmap(icons.artwork("logo.svg", 40, self.devicePixelRatioF()))
        logo.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        logo.setAccessibleName("Porchlight")
        self._layout.addWidget(logo)
        self._layout.addSpacing(theme.M)
        self._layout.addStretch(1)
        self.setAcceptDrops(True)
        self._aim = ""
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_OPENS_MS)
        self._patience.timeout.connect(lambda: self.chosen.emit(self._aim))

    def add(self, key: str, text: str, icon: str) -> None:
        """A page's button; pages are reached by Alt+1, Alt+2 ... in their order."""
        number = len(self._buttons) + 1
        item = QToolButton()
        item.setText(text)
        item.setCheckable(True)
        item.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        item.setProperty("kind", "rail")
        item.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        item.setMinimumSize(QSize(theme.XXL * 2 + theme.XS, theme.XXL + theme.L))
        item.setShortcut(QKeySequence(f"Alt+{number}"))
        item.setToolTip(f"{text} (Alt+{number})")
        item.setAccessibleName(text)
        item.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        item.setEnabled(False)
        icons.put(item, icon, "text", 24)
        item.clicked.connect(lambda _checked=False: self.chosen.emit(key))
        self._group.addButton(item)
        self._buttons[key] = item
        self._layout.insertWidget(len(self._buttons) + _ABOVE - 1, item)

    def put_below(self, widget: QWidget) -> None:
        """Something quiet at the rail's foot."""
        self._layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Nothing is dropped here, but whoever carries something may wait over a page until that opens."""
        event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        """Over which page it is."""
        below = self.childAt(event.position().toPoint())
        aim = next((key for key, item in self._buttons.items() if item is below and item.isEnabled()), "")
        if aim != self._aim:
            self._aim = aim
            self._patience.start() if aim and not self._buttons[aim].isChecked() else self._patience.stop()
        event.ignore()

    def dragLeaveEvent(self, _event: object) -> None:  # noqa: N802
        """It has gone on."""
        self._aim = ""
        self._patience.stop()

    def select(self, key: str) -> None:
        """Mark a page as the one on show."""
        self._buttons[key].setChecked(True)

    def enable(self, key: str) -> None:
        """A page can be chosen from now on."""
        self._buttons[key].setEnabled(True)

    def disable(self) -> None:
        """No page can be chosen (yet)."""
        self._group.setExclusive(False)
        for item in self._buttons.values():
            item.setChecked(False)
            item.setEnabled(False)
        self._group.setExclusive(True)
