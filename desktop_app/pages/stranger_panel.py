"""One stranger who came more than once: the faces, and the three answers: a name, an old acquaintance, never mind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app import people_words
from desktop_app.face_crops import FaceCrops
from desktop_app.item_models import IdentityModel
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, label, row
from desktop_app.widgets.flow_layout import FlowLayout
from desktop_app.widgets.name_field import NameField
from desktop_app.widgets.notice import NoticeBar
from receiver.models import Gathered, Glimpse

if TYPE_CHECKING:
    from receiver.station import Station

_SIDE = 84


class StrangerPanel(QFrame):
    """Beside the cards: the stranger chosen in the strip."""

    named = Signal(int, str)
    closed = Signal()

    def __init__(self, station: Station, identities: IdentityModel, crops: FaceCrops, notice: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setMinimumWidth(260)
        self._station = station
        self._identities = identities
        self._crops = crops
        self._notice = notice
        self.stranger: Gathered | None = None
        self._title = label(kind="title")
        self._seen = label(kind="caption", wrap=True)
        self._faces = QWidget()
        self._flow = FlowLayout(self._faces)
        self.name = NameField(self.tr("This is … (a name you know, or a new one)"), self.tr("Save"))
        self.name.given.connect(self._give)
        self._ignoring = button(self.tr("Ignore for good"), then=self.toggle_ignored)
        self._lay_out()

    def show_stranger(self, stranger: Gathered) -> None:
        """Show somebody, or the newer state of who is on show; what is being typed stays."""
        if self.stranger is None or self.stranger.id != stranger.id:
            self.name.clear()
        if self.stranger is None or self.stranger.glimpses != stranger.glimpses:
            self._show_faces(stranger)
        self.stranger = stranger
        self.name.set_names(self._identities.names)
        self._title.setText(people_words.called(stranger))
        self._seen.setText(people_words.seen_last(stranger))
        self._ignoring.setText(self.tr("Ask about them again") if stranger.ignored else self.tr("Ignore for good"))
        self._ignoring.setAccessibleName(self._ignoring.text())
        icons.put(self._ignoring, "retry" if stranger.ignored else "off", size=18)

    def toggle_ignored(self) -> None:
        """Do not ask about them any more, or do; undone by one press."""
        if self.stranger is not None:
            self._set_ignored(self.stranger, not self.stranger.ignored)

    def _set_ignored(self, stranger: Gathered, ignored: bool) -> None:
        def done(_: None) -> None:
            told = self.tr("{0} is ignored") if ignored else self.tr("{0} is asked about again")
            undo = partial(self._ignore, stranger, not ignored)
            self._notice.undoable(told.format(people_words.called(stranger)), undo)

        self._ignore(stranger, ignored, done)

    def _ignore(self, stranger: Gathered, ignored: bool, done: Callable[[None], None] | None = None) -> None:
        task = partial(self._station.ignore_stranger, stranger.id, ignored=ignored)
        run_in_background(self, task, done, lambda error: self._notice.bad(str(error)))

    def _lay_out(self) -> None:
        layout = column(self, margin=theme.L, spacing=theme.S)
        head = row(spacing=theme.S)
        head.addWidget(self._title, 1)
        head.addWidget(button("", "close", kind="quiet", then=self.closed.emit, tip=self.tr("Close")))
        layout.addLayout(head)
        layout.addWidget(self._seen)
        layout.addWidget(self._faces)
        layout.addSpacing(theme.S)
        layout.addWidget(self.name)
        told = self.tr(
            "All these visits get the name, and the best face becomes a photo. You can also drag the face from below"
            " onto somebody's card."
        )
        layout.addWidget(label(told, "caption", wrap=True))
        layout.addStretch(1)
        layout.addWidget(self._ignoring, 0, Qt.AlignmentFlag.AlignLeading)

    def _show_faces(self, stranger: Gathered) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for glimpse in stranger.glimpses:
            self._flow.addWidget(FaceView(self._crops, glimpse))

    def _give(self, name: str) -> None:
        if self.stranger is not None:
            self.named.emit(self.stranger.id, name)


class FaceView(QWidget):
    """One face, as it was seen."""

    def __init__(self, crops: FaceCrops, glimpse: Glimpse, side: int = _SIDE) -> None:
        super().__init__()
        self._crops = crops
        self._glimpse = glimpse
        self.setFixedSize(QSize(side, side))
        when = people_words.moment(glimpse.at)
        self.setToolTip(when)
        self.setAccessibleName(self.tr("A face, seen {0}").format(when))
        crops.ready.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The face, or a quiet surface until it is read."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), 8, 8)
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), QColor(theme.colors().raised))
        picture = self._crops.get(self._glimpse, int(self.width() * self.devicePixelRatioF()))
        if picture is not None and not picture.isNull():
            painter.drawPixmap(self.rect(), picture)
        painter.end()
