"""Runs a program with a window, writes down when it is painted and when it answers, and ends it.

Arguments: when it was started (seconds of the monotonic clock), how many seconds to watch it after that,
then a module or a file and its arguments. Prints as JSON, in milliseconds: first paint, first answer after
it, the processor's time until then, and the longest time without an answer from then on.

The watch is set when the program itself loads Qt's widgets, and loads nothing that the barest window
doesn't need: what it costs would be counted for both programs and make them look more alike.
"""

from __future__ import annotations

import os
import runpy
import sys
import time
from importlib.util import find_spec

WIDGETS = "PySide6.QtWidgets"


class WidgetsFinder:
    """Calls ``then`` as soon as Qt's widgets are loaded."""

    def __init__(self, then) -> None:  # type: ignore[no-untyped-def]
        self._then = then

    def find_spec(self, fullname, path=None, target=None):  # type: ignore[no-untyped-def]
        """What Python asks before it loads a module."""
        if fullname != WIDGETS:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        spec.loader = LoaderThenCall(loader=spec.loader, then=self._then)
        return spec


class LoaderThenCall:
    """Loads as ``loader`` does, and then calls ``then``."""

    def __init__(self, *, loader, then) -> None:  # type: ignore[no-untyped-def]
        self._loader = loader
        self._then = then
        self.create_module = loader.create_module

    def exec_module(self, module) -> None:  # type: ignore[no-untyped-def]
        """Load, then call."""
        self._loader.exec_module(module)
        self._then()


def watch(began_s: float, watch_s: float) -> None:
    """Have the first main window that is shown watched: its first paint, and the answers after it."""
    from PySide6.QtCore import QCoreApplication, QEvent, QObject
    from PySide6.QtWidgets import QMainWindow

    class Watch(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.painted_s = self.answered_s = self.busy_s = self.last_s = self.longest_s = 0.0

        def eventFilter(self, watched, event):  # type: ignore[no-untyped-def] # noqa: N802
            if not self.painted_s and event.type() is QEvent.Type.Paint:
                self.painted_s = time.monotonic()
                # Its answer comes after everything that the first paint brought about.
                QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))
            return False

        def event(self, event) -> bool:  # type: ignore[no-untyped-def]
            if event.type() is QEvent.Type.User:
                self.answered_s = self.last_s = time.monotonic()
                self.busy_s = time.process_time()
                self.startTimer(1)
            return super().event(event)

        def timerEvent(self, event) -> None:  # type: ignore[no-untyped-def] # noqa: N802
            now_s = time.monotonic()
            self.longest_s, self.last_s = max(self.longest_s, now_s - self.last_s), now_s
            if now_s >= self.answered_s + watch_s:
                seen_s, answered_s = self.painted_s - began_s, self.answered_s - began_s
                figures_ms = [value_s * 1000 for value_s in (seen_s, answered_s, self.busy_s, self.longest_s)]
                print(figures_ms, flush=True)
                os._exit(0)

    watching, show = Watch(), QMainWindow.show

    def watched_show(window) -> None:  # type: ignore[no-untyped-def]
        window.installEventFilter(watching)
        show(window)

    QMainWindow.show = watched_show  # type: ignore[method-assign]


def main() -> None:
    """Run the program that is named."""
    began_s, watch_s, program, *arguments = sys.argv[1:]
    sys.meta_path.insert(0, WidgetsFinder(lambda: watch(float(began_s), float(watch_s))))  # type: ignore[arg-type]
    sys.argv = [program, *arguments]
    if program.endswith(".py"):
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
