"""A desktop that shows notifications, on a session bus of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Self

from jeepney import DBusAddress, HeaderFields, Message, Parser, new_error, new_method_return, new_signal

_DESKTOP = "org.freedesktop.Notifications"
_DESKTOP_PATH = "/org/freedesktop/Notifications"


class Desktop:
    """A session bus on which only a desktop that shows notifications lives; each message on it is a real one.

    `able` are its capabilities; `shown` are the bodies of the Notify calls.
    """

    def __init__(self, folder: Path, able: Sequence[str] = ("actions", "body", "body-markup")) -> None:
        self.able = list(able)
        self.shown: list[tuple[Any, ...]] = []
        self.breaks = False
        """Whether it answers the next Notify with an error."""
        self.address = f"unix:path={folder / 'bus'}"
        self.impatient = ""
        """An action that somebody presses before the number of its notification is known."""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / "bus"))
        self._listener.listen()
        self._serial = count(1)
        self._thread = threading.Thread(target=self._run, name="fake-desktop")
        self._connection: socket.socket | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def press(self, number: int, action: str) -> None:
        """Somebody clicks a notification's button."""
        signal = new_signal(DBusAddress(_DESKTOP_PATH, interface=_DESKTOP), "ActionInvoked", "us", (number, action))
        self._send(signal)

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                self._connection, _ = self._listener.accept()
                with self._connection:
                    self._greet(self._connection)
                    self._converse(self._connection)

    @staticmethod
    def _greet(connection: socket.socket) -> None:
        """The handshake in lines: anybody is let in."""
        with connection.makefile("rb", buffering=0) as lines:
            for line in lines:
                if line == b"BEGIN\r\n":
                    return
                connection.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n" if b"AUTH" in line else b"ERROR\r\n")

    def _converse(self, connection: socket.socket) -> None:
        parser = Parser()
        while said := connection.recv(65536):
            parser.add_data(said)
            while (message := parser.get_next_message()) is not None:
                self._answer(message)

    def _answer(self, message: Message) -> None:
        match message.header.fields[HeaderFields.member]:
            case "Hello":
                self._send(new_method_return(message, "s", (":1.1",)))
            case "GetCapabilities":
                self._send(new_method_return(message, "as", (self.able,)))
            case "Notify" if self.breaks:
                self._send(new_error(message, f"{_DESKTOP}.Error", "s", ("too many",)))
            case "Notify":
                if self.impatient:
                    self.press(len(self.shown) + 1, self.impatient)
                self._take(message)
            case _:
                self._send(new_method_return(message))

    def _take(self, message: Message) -> None:
        assert message.header.fields[HeaderFields.signature] == "susssasa{sv}i"
        self.shown.append(message.body)
        self._send(new_method_return(message, "u", (message.body[1] or len(self.shown),)))

    def _send(self, message: Message) -> None:
        assert self._connection
        self._connection.sendall(message.serialise(next(self._serial)))
