"""Why a visit got its verdict, and how its messages fared, in a card below the picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop_app import history_words, words
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, clear, column, label, row, rule
from desktop_app.widgets.distance_bar import DistanceBar
from receiver.models import Face, Trigger, Visit, VisitState


class VisitReasons(QFrame):
    """A line and a scale per face, a line per message."""

    doors_wanted = Signal()

    def __init__(self, retry: Callable[[str], None]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._retry = retry
        self._lines = column(self, margin=theme.L, spacing=theme.S)
        self._shown: Visit | None = None
        self._chats: Mapping[str, str] = {}

    def name_chats(self, chats: Mapping[str, str]) -> None:
        """What chats are called, by their target."""
        self._chats = chats
        visit, self._shown = self._shown, None
        if visit is not None:
            self.show_visit(visit)

    def show_visit(self, visit: Visit) -> None:
        """Tell about a visit."""
        if visit == self._shown:
            return
        self._shown = visit
        clear(self._lines)
        self._lines.addWidget(label(self.tr("Why this verdict"), "section"))
        self._tell_why(visit)
        self._lines.addSpacing(theme.S)
        self._lines.addWidget(rule())
        self._lines.addWidget(label(self.tr("Messages"), "section"))
        for delivery in visit.deliveries:
            told = history_words.told(delivery, visit, self._chats)
            self._line(told.icon, told.tone, told.text, told.action, partial(self._retry, str(delivery.id)))
        if not visit.deliveries:
            self._line("off", "muted", history_words.nobody_told(visit))

    def _tell_why(self, visit: Visit) -> None:
        for face, (name, tone) in zip(visit.faces, words.face_signs(visit.faces), strict=True):
            why = history_words.why(face)
            told = why if len(visit.faces) == 1 else self.tr("{0}: {1}").format(name, why)
            self._show_figures(self._line("recognition", tone, told), face)
        if not visit.faces:
            look = words.visit_look(visit)
            self._line(look.icon, look.tone, history_words.without_face(visit), *self._way_out(visit))
        if len(visit.snapshots) > 1:
            self._line("photo", "muted", self.tr("The best of %n pictures.", "", len(visit.snapshots)))
        if visit.trigger is not Trigger.RING:
            self._line("door", "muted", self.tr("Nobody rang: the picture was asked for."))

    def _way_out(self, visit: Visit) -> tuple[str, Callable[[], object]]:
        """Of a visit that waits for the owner's word."""
        return (self.tr("See the door") if visit.state is VisitState.HELD else "", self.doors_wanted.emit)

    def _show_figures(self, lines: QVBoxLayout, face: Face) -> None:
        match, figures = face.match, history_words.figures(face)
        if match.distance is None or match.line is None:
            return
        lines.addWidget(DistanceBar(match.distance, match.line, match.runner_up_distance, figures))
        lines.addWidget(label(figures, "caption", wrap=True, select=True))

    def _line(
        self, icon: str, tone: str, text: str, action: str = "", then: Callable[[], object] | None = None
    ) -> QVBoxLayout:
        """A sign and a sentence; returns what is below the sentence."""
        line = row(spacing=theme.S)
        sign = label()
        icons.put(sign, icon, tone, 18)
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        below = column(spacing=theme.XS)
        below.addWidget(label(text, wrap=True, select=True))
        line.addLayout(below, 1)
        if action:
            line.addWidget(button(action, kind="link", then=then))
        self._lines.addLayout(line)
        return below
