"""Boards with MicroPython, as they show on a serial port."""

from __future__ import annotations

from dataclasses import dataclass

from serial.tools import list_ports

from receiver.errors import SetUpError
from receiver.language import phrase

_MICROPYTHON_ON_RP2 = (0x2E8A, 0x0005)
"""USB vendor (Raspberry Pi) and product of MicroPython on their chips."""

IMAGE = phrase("the MicroPython firmware for W5100S_EVB_PICO from micropython.org/download/W5100S_EVB_PICO")
BOOTSEL = phrase(
    "Hold the button BOOTSEL on the board while you plug its USB cable in; it then shows as a drive named RPI-RP2. "
    "Get {image} (a file ending in .uf2) and choose that file here.",
    image=IMAGE,
)


@dataclass(frozen=True, slots=True)
class Board:
    """A board that may become a door."""

    port: str
    """As the system names it: /dev/ttyACM0, /dev/cu.usbmodem101, COM3."""
    serial_number: str = ""
    """The chip's own; the same whatever the port is named after a reset. Empty when the port tells none."""

    def port_now(self) -> str:
        """Where this board is now; where it was, if it cannot be seen."""
        if not self.serial_number:
            return self.port
        return next((board.port for board in boards() if board.serial_number == self.serial_number), self.port)


def boards() -> tuple[Board, ...]:
    """Every board with MicroPython that is plugged in, by port."""
    found = (p for p in list_ports.comports() if (p.vid, p.pid) == _MICROPYTHON_ON_RP2)
    return tuple(sorted((Board(p.device, p.serial_number or "") for p in found), key=lambda board: board.port))


def board_at(port: str) -> Board:
    """The board at a port, also at one that does not say what is plugged in there."""
    return next((board for board in boards() if board.port == port), Board(port))


def the_only_board() -> Board:
    """The board that is plugged in. Raises SetUpError when there is none, or more than one."""
    found = boards()
    if not found:
        raise SetUpError(
            "No board was found",
            phrase(
                "Plug the board into this computer with a USB cable that carries data: many carry power only. "
                "A board without MicroPython does not show yet. {bootsel}",
                bootsel=BOOTSEL,
            ),
        )
    if len(found) > 1:
        raise SetUpError(
            "Which board?",
            phrase("There are several: {ports}. Choose one.", ports=", ".join(board.port for board in found)),
        )
    return found[0]
