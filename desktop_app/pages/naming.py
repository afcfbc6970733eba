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
from desktop_app.widgets.name_field import NameField
from receiver.models import Face, Visit

_MOST = 4
_SIDE = 40


class Naming(QWidget):
    """One row per face that carries no name; emits the face's id and the name given to it."""

    named = Signal(int, str)

    def __init__(self, identities: IdentityModel) -> None:
        super().__init__()
        self._identities = identities
        self._rows = column(self)
        self._faces: tuple[int, ...] = ()
        identities.rowsInserted.connect(self._offer_names)
        identities.rowsRemoved.connect(self._offer_names)

    def show_visit(self, visit: Visit) -> None:
        """Ask about the faces of a visit that have no name; what is being typed survives an update."""
        nameless = [f for f in visit.faces if not f.identity][:_MOST]
        faces = tuple(f.id for f in nameless)
        if faces != self._faces:
            self._faces = faces
            clear(self._rows)
            for face in nameless:
                self._add(visit, face)
        self.setVisible(bool(faces))

    @property
    def fields(self) -> tuple[NameField, ...]:
        """The fields on show, in the order of the faces."""
        return tuple(self.findChildren(NameField)) if self._faces else ()

    def _add(self, visit: Visit, face: Face) -> None:
        line = QWidget()
        layout = row(line, spacing=theme.M)
        crop = label()
        crop.setFixedSize(_SIDE, _SIDE)
        crop.setAccessibleName(self.tr("The face in question"))
        field = NameField(self.tr("This is ... (a name you know, or a new one)"), self.tr("Save name"))
        field.set_names(self._identities.names)
        field.given.connect(partial(self.named.emit, face.id))
        layout.addWidget(crop)
        layout.addWidget(field, 1)
        self._rows.addWidget(line)
        picture = visit.picture
        if picture is not None:
            box = QRect(face.box.left, face.box.top, face.box.width, face.box.height)
            natural = QSize(picture.width, picture.height)
            side = int(_SIDE * self.devicePixelRatioF())
            run_in_background(crop, partial(read_face, picture.path, box, natural, side), partial(_put, crop))

    def _offer_names(self) -> None:
        for field in self.fields:
            field.set_names(self._identities.names)


def _put(crop: QWidget, image: QImage) -> None:
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(crop.devicePixelRatioF())
    crop.setPixmap(pixmap)  # type: ignore[attr-defined]
