"""Another program: a small window at the screen's corner from which files are dragged, as from a file manager.

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
            mime = QMimeData()
            mime.setUrls([QUrl.fromLocalFile(str(file)) for file in self.files])
            drag = QDrag(self)
            drag.setMimeData(mime)
            drag.exec(Qt.DropAction.CopyAction)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    source = Source([Path(name) for name in sys.argv[2:]])
    source.setWindowTitle("Drag source")
    source.setWindowFlag(Qt.WindowType.X11BypassWindowManagerHint)
    source.setGeometry(0, 0, 200, 150)
    source.show()
    QTimer.singleShot(200, lambda: Path(sys.argv[1]).touch())
    application.exec()
