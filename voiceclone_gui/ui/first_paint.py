"""The moment before there is an asyncio: Qt alone, until the window is seen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QWidget

PAINT_LIMIT_MS = 1000


def run_until_painted(window: QWidget) -> None:
    """Run Qt's event loop until ``window`` is painted, or for a second where nobody can see it.

    Clicks and keys wait until the program's own loop runs: what they ask for may not be bound yet. It is
    called before there is that loop, and nests nothing.
    """
    loop = QEventLoop()
    watch = _PaintWatch(loop)
    window.installEventFilter(watch)
    limit = QTimer(loop)
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    limit.start(PAINT_LIMIT_MS)
    loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    window.removeEventFilter(watch)


def run_briefly(limit_ms: int) -> None:
    """Run Qt's event loop for ``limit_ms``, so that what the system has to say to this program arrives.

    For a start that never gets as far as the program's own loop; it nests nothing either.
    """
    loop = QEventLoop()
    QTimer.singleShot(limit_ms, loop.quit)
    loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


class _PaintWatch(QObject):
    """Ends a loop once the first paint is done."""

    def __init__(self, loop: QEventLoop) -> None:
        super().__init__()
        self._loop = loop

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        if event.type() is QEvent.Type.Paint:
            # At the next turn: the parts of the window are painted after the window itself.
            QTimer.singleShot(0, self._loop.quit)
        return False
