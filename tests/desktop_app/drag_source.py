"""Another program: a small window at the screen's corner from which files are dragged, as from a file manager; they are
on the clipboard, too.

`drag_source.py READY FILE...` touches READY once its window can be dragged from.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    def __init__(self, files: list[Path]) -> None:
        super().__init__("drag me")
        self.files = files

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.buttons() & Qt.MouseButton.LeftButton:
            drag = QDrag(self)
            drag.setMimeData(self.offer())
            drag.exec(Qt.DropAction.CopyAction)

    def offer(self) -> QMimeData:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file)) for file in self.files])
        return mime


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    source = Source([Path(name) for name in sys.argv[2:]])
    source.setWindowTitle("Drag source")
    source.setWindowFlag(Qt.WindowType.X11BypassWindowManagerHint)
    source.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    source.setGeometry(0, 0, 200, 150)
    source.show()
    application.clipboard().setMimeData(source.offer())
    QTimer.singleShot(200, lambda: Path(sys.argv[1]).touch())
    application.exec()
