"""One visit, large: the verdict, the picture with its marks, the deliveries, and naming of strangers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app import words
from desktop_app.item_models import IdentityModel
from desktop_app.pages.naming import Naming
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import read_picture
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import ElidedLabel, column, label, row
from desktop_app.widgets.chips import ChipRow
from desktop_app.widgets.notice import NoticeBar
from desktop_app.widgets.picture_view import PictureView
from receiver.errors import StationError
from receiver.models import Judgement, Named, Snapshot, Visit
from receiver.wording import headline

if TYPE_CHECKING:
    from receiver.station import Station

_LARGEST = QSize(2560, 1600)


class VisitPanel(QWidget):
    """Shows a visit and keeps showing it as it changes."""

    changed = Signal(object)
    """A command changed the visit: here is its newer record."""

    def __init__(
        self,
        station: Station,
        identities: IdentityModel,
        notice: NoticeBar,
        smallest: QSize,
        *,
        chips: bool = True,
    ) -> None:
        super().__init__()
        self._station = station
        self._notice = notice
        self._with_chips = chips
        self.visit: Visit | None = None
        self._shown: Snapshot | None = None
        layout = column(self, spacing=theme.M)
        layout.addWidget(self._make_header())
        self.picture = PictureView(smallest)
        layout.addWidget(self.picture, 1)
        self.chips = ChipRow(then=self.retry)
        layout.addWidget(self.chips)
        self.naming = Naming(identities)
        self.naming.named.connect(self._name)
        layout.addWidget(self.naming)

    def show_visit(self, visit: Visit) -> None:
        """Show a visit, or the newer state of the one on show."""
        self.visit = visit
        look = words.visit_look(visit)
        self.headline.setText(headline(visit))
        self.subline.setText(words.subline(visit))
        icons.put(self._badge, look.icon, look.tone, 32)
        self._show_picture(visit.picture)
        self.picture.show_marks(words.marks(visit))
        self.picture.setAccessibleName(self.tr("Picture: {0}").format(words.spoken(visit)))
        facts = words.delivery_facts(visit)
        self.chips.setVisible(bool(facts) and self._with_chips)
        self.chips.show_facts(facts)
        self.naming.show_visit(visit)

    def _make_header(self) -> QWidget:
        header = QWidget()
        layout = row(header, spacing=theme.M)
        plate = QFrame()
        plate.setProperty("kind", "card")
        self._badge = label()
        self._badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        plate_layout = row(plate, margin=theme.S)
        plate_layout.addWidget(self._badge)
        layout.addWidget(plate)
        lines = column(spacing=2)
        self.headline = label(kind="headline", wrap=True)
        self.subline = ElidedLabel(kind="caption")
        lines.addWidget(self.headline)
        lines.addWidget(self.subline)
        layout.addLayout(lines, 1)
        return header

    def _show_picture(self, snapshot: Snapshot | None) -> None:
        if snapshot is None:
            self._shown = None
            self.picture.show_nothing(words.picture_words(None))
        elif self._shown is None or (self._shown.id, self._shown.state) != (snapshot.id, snapshot.state):
            if self._shown is None or self._shown.id != snapshot.id:
                self.picture.show_nothing("")
            self._shown = snapshot
            task = partial(read_picture, snapshot.path, _LARGEST)
            run_in_background(self, task, partial(self._put_picture, snapshot))

    def _put_picture(self, snapshot: Snapshot, image: QImage) -> None:
        if self._shown is None or self._shown.id != snapshot.id:
            return  # another visit is on show by now
        if image.isNull():
            self.picture.show_nothing(words.picture_words(snapshot))
        else:
            self.picture.show_image(image, QSize(snapshot.width, snapshot.height))

    def _name(self, face: int, name: str) -> None:
        self.naming.setEnabled(False)
        run_in_background(self, partial(self._station.name_face, face, name), self._named, self._not_named)

    def _named(self, named: Named) -> None:
        photo = named.photo
        self.naming.setEnabled(True)
        self.changed.emit(named.visit)
        if photo.judgement is Judgement.GOOD:
            told = self.tr("This is {0}: the face was added to their photos and will be known.").format(photo.identity)
            if named.others:
                told += " " + self.tr("Other visits of theirs that have the name now: {0}.").format(len(named.others))
            self._notice.undoable(told, partial(self._undo, named.undo))
        else:
            self._notice.bad(
                self.tr(
                    "Noted as {0}. The face was not added to their photos: {1}. A better photo can be added on People."
                ).format(photo.identity, words.photo_words(photo).lower())
            )

    def _undo(self, token: str) -> None:
        run_in_background(self, partial(self._station.undo, token), None, self._tell)

    def _not_named(self, error: Exception) -> None:
        self.naming.setEnabled(True)
        self._notice.bad(_in_words(error))

    def retry(self, delivery: str) -> None:
        """Try a failed delivery (its id) again."""
        run_in_background(self, partial(self._station.retry, int(delivery)), None, self._tell)

    def _tell(self, error: Exception) -> None:
        self._notice.bad(_in_words(error))


def _in_words(error: Exception) -> str:
    if isinstance(error, StationError):
        return str(error)
    if isinstance(error, KeyError):
        return words.tr("This visit is gone meanwhile.")
    raise error
