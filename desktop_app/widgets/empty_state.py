"""What a page says when there is nothing yet: what it is for and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import column, label


class EmptyState(QWidget):
    """A picture, a title, a sentence, and room for actions below."""

    def __init__(self, icon: str, title: str, sentence: str) -> None:
        super().__init__()
        outer = column(self, margin=theme.XL, spacing=theme.M)
        outer.addStretch(2)
        outer.addWidget(self._picture(icon), 0, Qt.AlignmentFlag.AlignHCenter)
        self.title = label(title, "title", wrap=True)
        self.sentence = label(sentence, "caption", wrap=True)
        for words in (self.title, self.sentence):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            outer.addWidget(words)
        self.actions: QVBoxLayout = column(spacing=theme.M)
        outer.addLayout(self.actions)
        outer.addStretch(3)

    def _picture(self, icon: str) -> QLabel:
        picture = label()
        if icon.endswith(".svg"):
            picture.setPixmap(icons.artwork(icon, 72, self.devicePixelRatioF()))
        else:
            icons.put(picture, icon, "muted", 48)
        return picture
