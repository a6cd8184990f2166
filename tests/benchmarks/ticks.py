"""A timer in a window: how late its ticks come is how long the window stood still."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 5
_LOOK_S = 0.002
_FRAMES = 14


class Ticks(QObject):
    """Writes down when the ticks of a 5 ms timer come, as seconds of the monotonic clock."""

    def __init__(self) -> None:
        super().__init__()
        self.times_s: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(lambda: self.times_s.append(time.monotonic()))

    def start(self) -> None:
        """Begin to tick."""
        self._timer.start(TICK_MS)

    def stop(self) -> None:
        """No more ticks."""
        self._timer.stop()


class Watchdog:
    """Looks from a thread what the window's thread is at while no tick comes.

    It disturbs what it looks at, so it is for finding causes and never for figures.
    """

    def __init__(self, *, ticks: Ticks, limit_s: float) -> None:
        self._ticks = ticks
        self._limit_s = limit_s
        self._window_thread = threading.get_ident()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Return when it doesn't look any more."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_S):
            late_s = time.monotonic() - self._ticks.times_s[-1] if self._ticks.times_s else 0.0
            if late_s > self._limit_s:
                sys.stderr.write(f"no tick for {late_s * 1000:.0f} ms:\n{self._stacks()}\n")

    def _stacks(self) -> str:
        """The window's thread, and the innermost frame of each other thread that might hold it up."""
        stacks = []
        for thread, frame in sys._current_frames().items():
            if thread != threading.get_ident():
                depth = _FRAMES if thread == self._window_thread else 1
                stacks.append("".join(traceback.format_stack(frame)[-depth:]))
        return "--\n".join(stacks)


@dataclass(frozen=True, kw_only=True)
class Stalls:
    """How late ticks came, in milliseconds; the time between two ticks that were due isn't counted."""

    count: int
    p50_ms: float
    p99_ms: float
    max_ms: float

    @classmethod
    def between(cls, times_s: Sequence[float], *, begin_s: float, end_s: float) -> Stalls:
        """Of the ticks from ``begin_s`` to ``end_s``."""
        late_ms = sorted(
            max(0.0, (after - before) * 1000 - TICK_MS)
            for before, after in pairwise(times_s)
            if after >= begin_s and before <= end_s
        )
        if not late_ms:
            return cls(count=0, p50_ms=0.0, p99_ms=0.0, max_ms=0.0)
        return cls(
            count=len(late_ms),
            p50_ms=late_ms[len(late_ms) // 2],
            p99_ms=late_ms[min(len(late_ms) - 1, int(len(late_ms) * 0.99))],
            max_ms=late_ms[-1],
        )
