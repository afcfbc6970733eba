"""Why a visit got its verdict, and how its messages fared, in a card below the picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop_app import words
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, clear, column, label, row, rule
from receiver.models import Trigger, Visit


class VisitReasons(QFrame):
    """One line per face, one per message."""

    def __init__(self, retry: Callable[[str], None]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._retry = retry
        self._lines = column(self, margin=theme.L, spacing=theme.S)
        self._shown: Visit | None = None

    def show_visit(self, visit: Visit) -> None:
        """Tell about a visit."""
        if visit == self._shown:
            return
        self._shown = visit
        clear(self._lines)
        self._lines.addWidget(label(self.tr("Why this verdict"), "section"))
        for line in self._reasons(visit):
            self._line(*line)
        self._lines.addSpacing(theme.S)
        self._lines.addWidget(rule())
        self._lines.addWidget(label(self.tr("Messages"), "section"))
        facts = [words.delivery_fact(d, visit) for d in visit.deliveries]
        for fact in facts:
            line = self._line(fact.icon, fact.tone, f"{fact.text}. {fact.detail}".strip())
            if fact.action:
                line.addWidget(button(fact.action, kind="link", then=partial(self._retry, fact.key)))
        if not facts:
            self._line("off", "muted", self.tr("Nobody was told: Telegram and MQTT are off."))

    def _reasons(self, visit: Visit) -> list[tuple[str, str, str]]:
        lines = []
        for face, (text, tone) in zip(visit.faces, words.face_signs(visit.faces), strict=True):
            told = words.why(face)
            lines.append(("recognition", tone, told if len(visit.faces) == 1 else f"{text}: {told}"))
        if not lines:
            look = words.visit_look(visit)
            lines.append((look.icon, look.tone, visit.reason or self._without_face(visit)))
        if len(visit.snapshots) > 1:
            lines.append(("photo", "muted", self.tr("The best of {0} pictures.").format(len(visit.snapshots))))
        if visit.trigger is not Trigger.RING:
            lines.append(("door", "muted", self.tr("Nobody rang: the picture was asked for.")))
        return lines

    def _without_face(self, visit: Visit) -> str:
        if not visit.snapshots:
            return self.tr("The ring was told at once; no picture of it has come yet.")
        if visit.verdict is None:
            return self.tr("Recognition has not looked at it yet.")
        return self.tr("No face was found, at full size and enlarged.")

    def _line(self, icon: str, tone: str, text: str) -> QHBoxLayout:
        line = row(spacing=theme.S)
        sign = label()
        icons.put(sign, icon, tone, 18)
        line.addWidget(sign)
        line.addWidget(label(text, wrap=True, select=True), 1)
        self._lines.addLayout(line)
        return line
