"""Qt's application, with the files that the system hands over while it runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """Keeps the files that macOS hands over until somebody takes them.

    Finder names them by events instead of the command line, one event a file, and the first may come before
    the window is seen. The application's own ``event`` is overridden: a filter would see the events of
    every object, and cost all of them the way through Python.
    """

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._opened: list[Path] = []
        self._take: Callable[[list[Path]], None] | None = None
        # Files that were chosen together come within one turn of the loop, and belong together.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._deliver)

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent):
            return super().event(event)
        if event.url().isLocalFile():
            self._opened.append(Path(event.url().toLocalFile()))
            self._soon.start()
        return True

    def deliver_opened_files(self, take: Callable[[list[Path]], None]) -> None:
        """Call ``take`` with the files that have come so far, if any, and with all that will."""
        self._take = take
        self._soon.start()

    def take_opened_files(self) -> list[Path]:
        """The files that nobody has taken yet; they are the caller's now."""
        opened, self._opened = self._opened, []
        return opened

    def _deliver(self) -> None:
        if self._take is not None and self._opened:
            self._take(self.take_opened_files())
