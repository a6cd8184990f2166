"""Ending politely when the session ends or somebody presses Ctrl+C in the terminal."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class PoliteEnd(QObject):
    """Calls ``end`` when a signal asks the program to end; a second one ends it at once.

    Python hears of a signal only while it runs: the wake-up socket makes Qt's loop run it.
    """

    def __init__(self, *, end: Callable[[], None]) -> None:
        super().__init__()
        self._end = end
        self._asked = False
        self._ours, self._told = socket.socketpair()
        for end_of_pair in (self._ours, self._told):
            end_of_pair.setblocking(False)
        self._watch = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._watch.activated.connect(self._empty)
        self._before = {
            number: signal.signal(number, self._hear)
            for number in (getattr(signal, name, None) for name in _SIGNALS)
            if number is not None
        }
        self._before_fd = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)

    def close(self) -> None:
        """Leave the signals as they were."""
        self._watch.setEnabled(False)
        signal.set_wakeup_fd(self._before_fd)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._ours.close()
        self._told.close()

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if self._asked:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self._asked = True
        self._end()

    def _empty(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._ours.recv(64)
