"""All pictures of a visit in a row; the one chosen is shown large."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QToolButton, QWidget

from desktop_app import words
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets import icons
from desktop_app.widgets.flow_layout import FlowLayout
from receiver.models import Snapshot, Visit

_SIDE = 56


class SnapshotStrip(QWidget):
    """Nothing while there is one picture or none."""

    chosen = Signal(str)
    """The id of the snapshot to show."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._offered: tuple[tuple[Snapshot, ...], str | None] = ((), None)
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._flow = FlowLayout(self)
        thumbnails.ready.connect(self._load)
        self.hide()

    def show_visit(self, visit: Visit, shown: str | None) -> None:
        """The pictures of a visit, with the one that is on show."""
        offered = (visit.snapshots, visit.best_snapshot)
        if offered != self._offered:
            self._offered = offered
            self._rebuild(visit)
        if shown in self._buttons:
            self._buttons[shown].setChecked(True)
        self.setVisible(len(visit.snapshots) > 1)

    @property
    def pictures(self) -> tuple[str, ...]:
        """Ids of the snapshots on offer."""
        return tuple(self._buttons)

    def _rebuild(self, visit: Visit) -> None:
        while self._flow.count():
            widget = self._flow.takeAt(0).widget()
            widget.hide()
            widget.deleteLater()
        self._buttons = {shot.id: self._make(shot, visit) for shot in visit.snapshots}
        for button in self._buttons.values():
            self._flow.addWidget(button)
        self._load()
        self.updateGeometry()

    def _make(self, shot: Snapshot, visit: Visit) -> QToolButton:
        result = QToolButton()
        result.setProperty("kind", "quiet")
        result.setCheckable(True)
        result.setIconSize(QSize(_SIDE, _SIDE))
        told = words.clock(shot.received_at)
        if shot.id == visit.best_snapshot:
            told = self.tr("{0}, the verdict is by this one").format(told)
        result.setToolTip(told)
        result.setAccessibleName(self.tr("Picture of {0}").format(told))
        result.clicked.connect(lambda _checked=False: self.chosen.emit(shot.id))
        self._group.addButton(result)
        return result

    def _load(self) -> None:
        ratio = self.devicePixelRatioF()
        for shot in self._offered[0]:
            picture = self._thumbnails.get(shot.path, int(_SIDE * ratio))
            if picture is None or picture.isNull():
                self._buttons[shot.id].setIcon(icons.icon("photo", "muted", _SIDE))
            else:
                self._buttons[shot.id].setIcon(QIcon(picture))
