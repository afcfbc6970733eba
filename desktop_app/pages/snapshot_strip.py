"""The pictures of a visit side by side, when there are several: which one is shown, and a look at the others."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import read_square
from desktop_app.widgets import theme
from desktop_app.widgets.basics import button, clear, label, row
from receiver.models import Snapshot, Visit

_SIDE = 40
_MOST = 6


class SnapshotStrip(QWidget):
    """Emits the picture that is to be looked at; hidden while there is only one."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        layout = row(self, spacing=theme.M)
        self._shots = row(spacing=theme.XS)
        self.words = label(kind="caption", wrap=True)
        layout.addLayout(self._shots)
        layout.addWidget(self.words, 1)
        self._group = QButtonGroup(self)
        self._shown: tuple[str, ...] = ()
        self._buttons: dict[str, QPushButton] = {}
        self.hide()

    def show_visit(self, visit: Visit) -> None:
        """The pictures there are by now; the one that carries the verdict is chosen."""
        shots = _worth_showing(visit) if len(visit.snapshots) > 1 else ()
        ids = tuple(shot.id for shot in shots)
        if ids != self._shown:
            self._shown = ids
            clear(self._shots)
            self._buttons = {shot.id: self._make(shot, place) for place, shot in enumerate(shots, 1)}
        if visit.best_snapshot in self._buttons:
            self._buttons[visit.best_snapshot].setChecked(True)
        self.words.setText(self._tell(visit))
        self.setVisible(bool(shots))

    def button(self, snapshot: str) -> QPushButton:
        """The button of a picture. Raises KeyError when it is not on show."""
        return self._buttons[snapshot]

    def _make(self, shot: Snapshot, place: int) -> QPushButton:
        made = button("", kind="shot", tip=self.tr("Picture {0} of this visit").format(place))
        made.setCheckable(True)
        made.setFixedSize(_SIDE + 8, _SIDE + 8)
        made.setIconSize(QSize(_SIDE, _SIDE))
        made.clicked.connect(lambda: self.chosen.emit(shot))
        self._group.addButton(made)
        self._shots.addWidget(made)
        side = int(_SIDE * self.devicePixelRatioF())
        run_in_background(made, partial(read_square, shot.path, side), partial(_put, made))
        return made

    def _tell(self, visit: Visit) -> str:
        if visit.better:
            return self.tr("A better picture came: it took the first one's place.")
        return self.tr("Of these pictures the first shows most.")


def _worth_showing(visit: Visit) -> tuple[Snapshot, ...]:
    """The one that carries the verdict and the latest others, in their order."""
    others = [shot for shot in visit.snapshots if shot.id != visit.best_snapshot][1 - _MOST :]
    return tuple(shot for shot in visit.snapshots if shot in others or shot.id == visit.best_snapshot)


def _put(target: QPushButton, image: QImage) -> None:
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(target.devicePixelRatioF())
    target.setIcon(pixmap)
