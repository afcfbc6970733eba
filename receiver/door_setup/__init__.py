"""Making a board a door by plugging it in: find it, put MicroPython on it, put the door's program and key on it."""

from receiver.door_setup.board import Board, board_at, boards, the_only_board
from receiver.door_setup.bootsel import drives, put_micropython
from receiver.door_setup.program import Progress, put_program

__all__ = ["Board", "Progress", "board_at", "boards", "drives", "put_micropython", "put_program", "the_only_board"]
