"""The only place where the station's threads meet Qt.

The station calls its subscribers on threads of its own. Here a record enters one Signal(object), crosses to the UI
thread in Qt's queue, and leaves as the signal of its kind. Receivers across threads must be @Slot methods: a plain
method or lambda would run on the thread that emits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from receiver.models import (
    Camera,
    Change,
    ChatsChanged,
    Door,
    DoorCommand,
    FullTest,
    GalleryChanged,
    Hush,
    Part,
    StrangersChanged,
    Visit,
    VisitDeleted,
)


class Publisher(Protocol):
    """What the bridge needs of a station."""

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call back with every record that changes, until the returned function is called."""


class Bridge(QObject):
    """Forwards a station's records to the UI thread."""

    visit_changed = Signal(object)
    visit_deleted = Signal(object)
    door_changed = Signal(object)
    command_changed = Signal(object)
    part_changed = Signal(object)
    gallery_changed = Signal(object)
    strangers_changed = Signal(object)
    chats_changed = Signal(object)
    hush_changed = Signal(object)
    tested = Signal(object)
    camera_changed = Signal(object)

    _crossing = Signal(object)

    def __init__(self, station: Publisher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._crossing.connect(self._sort)
        self._unsubscribe = station.subscribe(self._forward)

    def close(self) -> None:
        """Hear nothing more of the station."""
        self._unsubscribe()

    def _forward(self, change: Change) -> None:
        self._crossing.emit(change)

    @Slot(object)
    def _sort(self, change: Change) -> None:
        match change:
            case Visit():
                self.visit_changed.emit(change)
            case VisitDeleted():
                self.visit_deleted.emit(change)
            case Door():
                self.door_changed.emit(change)
            case DoorCommand():
                self.command_changed.emit(change)
            case Part():
                self.part_changed.emit(change)
            case GalleryChanged():
                self.gallery_changed.emit(change)
            case StrangersChanged():
                self.strangers_changed.emit(change)
            case ChatsChanged():
                self.chats_changed.emit(change)
            case Hush():
                self.hush_changed.emit(change)
            case FullTest():
                self.tested.emit(change)
            case Camera():
                self.camera_changed.emit(change)
