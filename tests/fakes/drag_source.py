"""A file manager of two files: a small window of its own, from which they can be dragged by the mouse."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget


def file_label_name(path: Path) -> str:
    """What the label of a file is called for those who look for it."""
    return f"file-{path.suffix.removeprefix('.')}"


class FileLabel(QLabel):
    """A file that is offered as soon as the mouse moves with its button down."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(path.name)
        self.setObjectName(file_label_name(path))
        self.setFixedSize(260, 60)
        self.setStyleSheet("background: #ccd; color: black")
        self._path = path
        self._pressed: QPoint | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - the name is Qt's
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._pressed is None or (event.position().toPoint() - self._pressed).manhattanLength() < 8:
            return
        self._pressed = None
        offered = QMimeData()
        offered.setUrls([QUrl.fromLocalFile(str(self._path))])
        drag = QDrag(self)
        drag.setMimeData(offered)
        drag.exec(Qt.DropAction.CopyAction)


def main() -> int:
    """Show the files that are named until the window is closed."""
    app = QApplication(sys.argv[:1])
    window = QWidget()
    window.setWindowTitle("Files")
    layout = QVBoxLayout(window)
    for argument in sys.argv[1:]:
        layout.addWidget(FileLabel(path=Path(argument)))
    # Beside the window, which the window manager puts into the middle.
    window.move(1510, 60)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
