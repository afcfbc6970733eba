"""Where rings and pictures come in: the web server with intake and the signed doors behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from receiver import __version__, addresses
from receiver.announcement import Announcement
from receiver.door_keys import DoorKeys
from receiver.intake import Intake
from receiver.models import Change, Message, Ruling, Trigger
from receiver.server import Server
from receiver.sessions import Sessions
from receiver.settings import Settings
from receiver.signed_doors import SignedDoors
from receiver.store import Store
from receiver.updates import Firmware
from receiver.web import Backend, create_app


class Doorstep:
    """For one set of settings; `backend` answers the web. The other arguments are those of Intake and SignedDoors."""

    def __init__(
        self,
        settings: Settings,
        backend: Backend,
        store: Store,
        *,
        keys: DoorKeys,
        sessions: Sessions,
        firmware: Firmware,
        routes: Callable[[], Sequence[Message]],
        rule: Callable[[str, Trigger], Ruling],
        publish: Callable[[Change], None],
        wake: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._settings = chosen = settings.receiver
        self._stack = ExitStack()
        self.intake = Intake(
            store,
            settings.snapshots,
            chosen,
            settings.recognition.merge_window_s,
            routes=routes,
            rule=rule,
            publish=publish,
            wake=wake,
            clock=clock,
        )
        self.signed = SignedDoors(
            store, keys, sessions, self.intake, chosen, firmware=firmware, publish=publish, clock=clock
        )
        self._server = Server(create_app(backend, chosen, clock=clock), chosen, clock=clock)
        self._port = chosen.port

    @property
    def port(self) -> int:
        """The port it listens on; until it does, the one of the settings."""
        return self._port

    @property
    def address(self) -> str:
        """What to type into a phone's browser or a door's settings."""
        return f"http://{addresses.reachable(self._settings.host)}:{self.port}"

    @property
    def bound(self) -> str:
        """HOST:PORT as this computer reaches it."""
        return f"{addresses.local(self._settings.host)}:{self.port}"

    def start(self) -> None:
        """Listen, and make it known. Raises StationError when the port is taken or the address not ours."""
        self._stack.callback(self.intake.refusals.write)
        self._server.start()
        self._stack.callback(self._server.stop)
        self._port = self._server.port
        if self._settings.announce:
            announcement = Announcement(self._settings.host, self.port, __version__)
            announcement.start()
            self._stack.callback(announcement.stop)

    def stop(self) -> None:
        """Take nothing more in; requests in hand are finished."""
        self._stack.close()
