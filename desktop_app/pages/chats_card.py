"""Telegram's chats: a code that pairs one, what each may do, and who else wrote to the bot."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout

from desktop_app import words
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, clear, column, label, row
from desktop_app.widgets.notice import NoticeBar
from receiver.models import Chat, ChatsChanged, Right, Stranger

if TYPE_CHECKING:
    from receiver.station import Station

_MOST_STRANGERS = 5


class ChatsCard(QFrame):
    """Lists who may see and do what from a phone."""

    def __init__(self, station: Station, notice: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Telegram chats"))
        self._station = station
        self._notice = notice
        self._known: frozenset[str] = frozenset()
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        self._code = label(kind="headline", select=True)
        self._code.setAccessibleName(self.tr("Pairing code"))
        self._help = label(kind="caption", wrap=True)
        layout.addWidget(self._code)
        layout.addWidget(self._help)
        self._list: QVBoxLayout = column(spacing=theme.S)
        layout.addLayout(self._list)
        self._hide_code()
        self.refresh()

    @property
    def code(self) -> str:
        """The code that is shown; empty when there is none."""
        return self._code.text()

    @Slot()
    def refresh(self) -> None:
        """Look anew at who is paired."""
        run_in_background(self, lambda: (self._station.chats(), self._station.strangers()), self._show)

    def show_chats(self, change: ChatsChanged) -> None:
        """Somebody was paired or unpaired, or a stranger wrote: that is told once."""
        if change.stranger:
            told = self.tr("Somebody who is not paired wrote to your bot: {0}. They are ignored.")
            self._notice.ask(told.format(_called(change.stranger)), ())
        if {chat.target for chat in change.chats} - self._known and self.code:
            self._hide_code()
            self._notice.good(self.tr("Paired: alerts go to that chat from now on."))
        self.refresh()

    def _make_head(self) -> Any:
        head = row(spacing=theme.S)
        sign = label()
        icons.put(sign, "telegram", "accent", 24)
        head.addWidget(sign)
        head.addWidget(label(self.accessibleName(), "title"), 1)
        self.pair = button(self.tr("Pair a chat"), "add", then=self._begin)
        self.stop = button(self.tr("Stop pairing"), "close", then=self._end)
        head.addWidget(self.pair)
        head.addWidget(self.stop)
        return head

    # ---- pairing

    def _begin(self) -> None:
        run_in_background(self, self._station.begin_pairing, self._show_code, self._failed)

    def _show_code(self, code: str) -> None:
        self._code.setText(code)
        self._help.setText(
            self.tr(
                "Send this code to your bot within ten minutes. In a group, or a topic of one, send /pair {0}: "
                "everybody in it then sees the alerts and may answer."
            ).format(code)
        )
        self._show_pairing(True)

    def _end(self) -> None:
        self._hide_code()
        run_in_background(self, self._station.end_pairing, None, self._failed)

    def _hide_code(self) -> None:
        self._code.clear()
        self._show_pairing(False)

    def _show_pairing(self, waiting: bool) -> None:
        for part in (self._code, self._help, self.stop):
            part.setVisible(waiting)

    # ---- who is there

    def _show(self, found: tuple[tuple[Chat, ...], tuple[Stranger, ...]]) -> None:
        chats, strangers = found
        self._known = frozenset(chat.target for chat in chats)
        clear(self._list)
        for chat in chats:
            self._list.addLayout(self._make_chat(chat))
        if not chats:
            self._list.addWidget(label(self.tr("No chat is paired yet."), "caption"))
        for stranger in strangers[:_MOST_STRANGERS]:
            told = self.tr("Ignored: {0}, since {1}").format(_called(stranger), words.moment(stranger.at))
            self._list.addWidget(label(told, "caption", wrap=True))

    def _make_chat(self, chat: Chat) -> Any:
        name = chat.name or self.tr("Chat {0}").format(chat.target)
        lines = column(spacing=theme.XS)
        first = row(spacing=theme.S)
        first.addWidget(label(name, wrap=True), 1)
        unpair = button(self.tr("Unpair"), "delete", kind="quiet", then=partial(self._unpair, chat.target))
        unpair.setAccessibleName(self.tr("Unpair {0}").format(name))
        first.addWidget(unpair)
        lines.addLayout(first)
        boxes = row(spacing=theme.M)
        for right, meaning in self._meanings().items():
            boxes.addWidget(self._make_box(chat, right, meaning, name))
        boxes.addStretch(1)
        lines.addLayout(boxes)
        return lines

    def _make_box(self, chat: Chat, right: Right, meaning: str, name: str) -> QCheckBox:
        box = QCheckBox(meaning)
        box.setAccessibleName(f"{name}: {meaning}")
        box.setChecked(right in chat.rights)
        box.clicked.connect(lambda on: self._change(chat, right, on))
        return box

    def _meanings(self) -> dict[Right, str]:
        return {
            Right.SEE: self.tr("sees alerts"),
            Right.REPLY: self.tr("replies"),
            Right.HUSH: self.tr("hushes"),
            Right.NAME: self.tr("names people"),
            Right.OPEN: self.tr("opens"),
        }

    def _change(self, chat: Chat, right: Right, on: bool) -> None:
        rights = chat.rights | {right} if on else chat.rights - {right}
        run_in_background(self, partial(self._station.set_chat_rights, chat.target, rights), None, self._failed)

    def _unpair(self, target: str) -> None:
        run_in_background(self, partial(self._station.unpair_chat, target), None, self._failed)

    def _failed(self, error: Exception) -> None:
        self._notice.bad(str(error))
        self.refresh()


def _called(stranger: Stranger) -> str:
    return f"{stranger.name} ({stranger.target})" if stranger.name else stranger.target
