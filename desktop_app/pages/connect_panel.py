"""Every way to a door: a board by USB, a camera, or any device that opens the station's address."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.copy_button import CopyButton
from desktop_app.widgets.flow_layout import FlowLayout
from desktop_app.widgets.qr_code import QrCode

_QR = 124


class ConnectPanel(QFrame):
    """A card."""

    board_wanted = Signal()
    camera_wanted = Signal()
    closed = Signal()

    def __init__(self, address: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Add a door"))
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        body = row(spacing=theme.L)
        self.code = QrCode(address, _QR)
        body.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(self._make_ways(address), 1)
        layout.addLayout(body)

    def set_address(self, address: str) -> None:
        """The receiver listens elsewhere now."""
        self.code.show_text(address)
        self.address.setText(address)

    def allow_close(self, allowed: bool) -> None:
        """Where there is no door yet, it is all that there is on the page."""
        self._close.setVisible(allowed)

    def _make_head(self) -> QHBoxLayout:
        head = row(spacing=theme.S)
        sign = label()
        icons.put(sign, "add", "accent", 24)
        self._close = button("", "close", kind="quiet", then=self.closed.emit, tip=self.tr("Close"))
        head.addWidget(sign)
        head.addWidget(label(self.accessibleName(), "title"), 1)
        head.addWidget(self._close)
        return head

    def _make_ways(self, address: str) -> QVBoxLayout:
        ways = column(spacing=theme.S)
        told = self.tr(
            "Any phone or device: open this address, or scan the code. What it sends asks here to be let in."
        )
        ways.addWidget(label(told, "caption", wrap=True))
        self.address = label(address, select=True)
        self.address.setFont(theme.font(bold=True))
        ways.addWidget(self.address)
        self.board = button(self.tr("Set up a board over USB…"), "usb", then=self.board_wanted.emit)
        self.camera = button(self.tr("Use a camera…"), "camera", then=self.camera_wanted.emit)
        choices = FlowLayout()
        for choice in (CopyButton(self.tr("Copy address"), self.address.text), self.board, self.camera):
            choices.addWidget(choice)
        ways.addLayout(choices)
        ways.addStretch(1)
        return ways
