""" "This is ...": a face without a name, its crop, and a field to name it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

from desktop_app.item_models import IdentityModel
from desktop_app.tasks import run_in_background
from desktop_app.thumbnails import read_face
from desktop_app.widgets import theme
from desktop_app.widgets.basics import clear, column, label, row
from desktop_app.widgets.face_drag import FaceCrop
from desktop_app.widgets.name_field import NameField
from desktop_app.widgets.numbered import NumberedButton
from receiver.models import Face, Visit

_MOST = 3
"""So many rows where there is room; the next face takes the place of one that was named."""
_SIDE = 40
_WIDEST = 760


class Naming(QWidget):
    """One row per face that carries no name; emits the face's id and the name given to it."""

    named = Signal(int, str)

    def __init__(self, identities: IdentityModel) -> None:
        super().__init__()
        self._identities = identities
        outer = column(self)
        self._rows = column()
        self._more = label(kind="caption")
        outer.addLayout(self._rows)
        outer.addWidget(self._more)
        self._faces: tuple[int, ...] = ()
        self._visit: Visit | None = None
        self._most = _MOST
        self._number = 0
        identities.rowsInserted.connect(self._offer_names)
        identities.rowsRemoved.connect(self._offer_names)

    def set_room(self, rows: int) -> None:
        """How many rows there is room for: at least one, at most three."""
        most = min(max(rows, 1), _MOST)
        if most != self._most:
            self._most = most
            if self._visit:
                self.show_visit(self._visit)

    def set_number(self, number: int) -> None:
        """Ctrl and this digit lead to the first field; 0: nothing does."""
        self._number = number
        for place, key in enumerate(self.keys):
            key.set_number(0 if place else number)
            key.setVisible(bool(number))

    @property
    def keys(self) -> tuple[NumberedButton, ...]:
        """The key caps before the fields."""
        return tuple(line.findChild(NumberedButton) for line in self._lines())

    def show_visit(self, visit: Visit) -> None:
        """Ask about the faces of a visit that have no name; what is being typed survives an update."""
        self._visit = visit
        nameless = [f for f in visit.faces if not f.identity]
        faces = tuple(f.id for f in nameless[: self._most])
        if faces != self._faces:
            self._faces = faces
            clear(self._rows)
            for face in nameless[: self._most]:
                self._add(visit, face)
            self.set_number(self._number)
        more = len(nameless) - len(faces)
        self._more.setText(self.tr("Without a name besides: %n", "", more))
        self._more.setVisible(more > 0)
        self.setVisible(bool(faces))

    @property
    def fields(self) -> tuple[NameField, ...]:
        """The fields on show, in the order of the faces."""
        return tuple(line.findChild(NameField) for line in self._lines())

    def _lines(self) -> list[QWidget]:
        return [self._rows.itemAt(place).widget() for place in range(self._rows.count())]

    def _add(self, visit: Visit, face: Face) -> None:
        line = QWidget()
        layout = row(line, spacing=theme.S)
        crop = FaceCrop(str(face.id), _SIDE)
        crop.setAccessibleName(self.tr("The face in question"))
        field = NameField(self.tr("This is ... (a name you know, or a new one)"), self.tr("Save name"))
        field.set_names(self._identities.names)
        field.given.connect(partial(self.named.emit, face.id))
        key = NumberedButton("", 0, kind="quiet", tip=self.tr("Give this visitor a name"))
        key.setFixedWidth(_SIDE)
        key.clicked.connect(field.setFocus)
        layout.addWidget(crop)
        layout.addWidget(key)
        field.setMaximumWidth(_WIDEST)
        layout.addWidget(field, 100)
        layout.addStretch()
        self._rows.addWidget(line)
        picture = next((shot for shot in visit.snapshots if shot.id == face.snapshot), None)
        if picture is not None:
            box = QRect(face.box.left, face.box.top, face.box.width, face.box.height)
            natural = QSize(picture.width, picture.height)
            side = int(_SIDE * self.devicePixelRatioF())
            run_in_background(crop, partial(read_face, picture.path, box, natural, side), partial(_put, crop))

    def _offer_names(self) -> None:
        for field in self.fields:
            field.set_names(self._identities.names)


def _put(crop: FaceCrop, image: QImage) -> None:
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(crop.devicePixelRatioF())
    crop.setPixmap(pixmap)
