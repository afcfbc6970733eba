"""Notifications that can be answered: over D-Bus, as the desktops of Linux and BSD have them (the Desktop Notifications
Specification 1.2 of freedesktop.org).

QtDBus cannot be used from Python for this: it sends every whole number as int32, and `Notify` wants a uint32.
"""

from __future__ import annotations

import html
import logging
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from jeepney.io.threading import DBusRouter

_log = logging.getLogger(__name__)

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_ANSWER_S = 3.0
"""A notification that the desktop does not take within this time is not waited for."""
_MOST_KEPT = 50
DEFAULT = "default"
"""What a click on the notification itself is called there."""


class Notification(NamedTuple):
    """What is told."""

    about: str
    """A later one about the same takes this one's place."""
    title: str
    text: str
    picture: Path | None = None
    actions: tuple[tuple[str, str], ...] = ()
    """(key, words) of each button."""


class Notifications(QObject):
    """Shows notifications from a thread of its own; `usable` says whether the desktop takes ones with buttons."""

    usable = Signal(bool)
    """Once `prepare` knows."""
    chosen = Signal(str, str)
    """What the notification was about, and the key of the action; DEFAULT for a click on the notification."""

    def __init__(self, address: str = "SESSION", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = address
        self._worker = ThreadPoolExecutor(1, "notifications")
        self._router: DBusRouter | None = None
        self._shown: OrderedDict[str, int] = OrderedDict()
        """About what -> the number the desktop gave it."""
        self._markup = False
        self._closed = False

    def prepare(self) -> None:
        """Look for a desktop that takes notifications with buttons."""
        self._worker.submit(self._open)

    def show(self, notification: Notification) -> None:
        """Show it, soon."""
        self._worker.submit(self._show, notification)

    def close(self) -> None:
        """The end: what is on show stays there, but answers nothing any more. May be repeated."""
        if not self._closed:
            self._closed = True
            self._worker.submit(self._close)
            self._worker.shutdown()

    # ---- on the thread

    def _open(self) -> None:
        try:
            from jeepney import MatchRule, message_bus  # noqa: PLC0415  -- only where there is D-Bus
            from jeepney.io.threading import DBusRouter, open_dbus_connection  # noqa: PLC0415

            self._router = DBusRouter(open_dbus_connection(self._address))
            rule = MatchRule(type="signal", interface=_NAME, member="ActionInvoked", path=_PATH)
            self._router.filter(rule, queue=_Ear(self._heard))
            self._ask(message_bus.AddMatch(rule))
            (able,) = self._ask(_call("GetCapabilities"))
            self._markup = "body-markup" in able
        except Exception as error:  # jeepney, a bus, a desktop: whatever is missing, the tray's messages serve
            _log.info("notifications come from the tray icon: %s", error or type(error).__name__)
            self._close()
            able = ()
        self.usable.emit("actions" in able)

    def _show(self, wanted: Notification) -> None:
        hints: dict[str, tuple[str, Any]] = {"urgency": ("y", 1), "desktop-entry": ("s", "porchlight")}
        if wanted.picture is not None:
            hints["image-path"] = ("s", wanted.picture.absolute().as_uri())
        actions = [part for action in wanted.actions for part in action]
        before = self._shown.pop(wanted.about, 0)
        text = html.escape(wanted.text, quote=False) if self._markup else wanted.text
        arguments = ("Porchlight", before, "porchlight", wanted.title, text, actions, hints, -1)
        try:
            (self._shown[wanted.about],) = self._ask(_call("Notify", "susssasa{sv}i", arguments))
        except Exception as error:  # as above: the chime and the window have told it already
            _log.warning("the desktop did not take a notification: %s", error or type(error).__name__)
        while len(self._shown) > _MOST_KEPT:
            self._shown.popitem(last=False)

    def _ask(self, message: Any) -> Sequence[Any]:
        from jeepney import MessageType  # noqa: PLC0415

        if self._router is None:
            raise ConnectionError("there is no connection")
        reply = self._router.send_and_get_reply(message, timeout=_ANSWER_S)
        if reply.header.message_type is MessageType.error:
            raise ConnectionError(" ".join(map(str, reply.body)))
        return reply.body

    def _heard(self, message: Any) -> None:
        """Called on the connection's thread; who is quick presses before `_show` has its number."""
        if not self._closed:
            self._worker.submit(self._pressed, *message.body)

    def _pressed(self, number: int, action: str) -> None:
        about = next((about for about, shown in tuple(self._shown.items()) if shown == number), None)
        if about is not None:
            self.chosen.emit(about, action)

    def _close(self) -> None:
        router, self._router = self._router, None
        if router is not None:
            router.close()
            router.conn.close()


class _Ear:
    """Takes the place of a queue: what arrives is handed on at once."""

    def __init__(self, then: Any) -> None:
        self.put_nowait = then


def _call(method: str, signature: str = "", body: tuple[Any, ...] = ()) -> Any:
    from jeepney import DBusAddress, new_method_call  # noqa: PLC0415

    return new_method_call(DBusAddress(_PATH, _NAME, _NAME), method, signature or None, body)
