"""One window per user and settings file: a second start brings the first to the front."""

from __future__ import annotations

import getpass
import hashlib
import tempfile
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_CALL_MS = 1_500
_RAISE = b"raise\n"


class SingleInstance(QObject):
    """The first one holds a lock and listens; `asked_to_front` tells that another start happened.

    A lock of a process that died is broken by QLockFile, and its socket is removed before listening: kill -9 leaves
    nothing that would keep the next start away.
    """

    asked_to_front = Signal()

    def __init__(self, settings_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = _name(settings_path)
        self._lock = QLockFile(str(Path(tempfile.gettempdir()) / f"{self.name}.lock"))
        self._lock.setStaleLockTime(0)  # only a dead process makes it stale, never its age
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Become the one; False when another lives."""
        if not self._lock.tryLock(100):
            return False
        QLocalServer.removeServer(self.name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        self._server.listen(self.name)
        return True

    def call_the_other(self) -> bool:
        """Ask the one that lives to come to the front; False when it does not answer."""
        socket = QLocalSocket()
        socket.connectToServer(self.name)
        if not socket.waitForConnected(_CALL_MS):
            return False
        socket.write(_RAISE)
        socket.flush()
        heard = socket.waitForReadyRead(_CALL_MS)
        socket.disconnectFromServer()
        return heard

    def release(self) -> None:
        """Let the next one in."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    @Slot()
    def _answer(self) -> None:
        assert self._server is not None  # noqa: S101  -- only a server emits newConnection
        caller = self._server.nextPendingConnection()
        caller.disconnected.connect(caller.deleteLater)
        caller.write(b"here\n")
        caller.flush()
        self.asked_to_front.emit()


def _name(settings_path: Path) -> str:
    identity = f"{getpass.getuser()}\n{settings_path.expanduser().resolve()}"
    return f"porchlight-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
