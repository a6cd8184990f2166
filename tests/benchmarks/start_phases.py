"""Starts the real window and prints, as JSON, how many milliseconds each phase took until it is painted.

Arguments: when it was started (seconds of the monotonic clock), then those of the program.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any


class Phases:
    """What ended when."""

    def __init__(self, began_s: float) -> None:
        self.took_ms: dict[str, float] = {}
        self._last_s = began_s

    def end(self, name: str) -> None:
        """The phase of that name ends now."""
        now_s = time.monotonic()
        self.took_ms[name] = self.took_ms.get(name, 0.0) + (now_s - self._last_s) * 1000
        self._last_s = now_s

    def timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """``call``, at whose end the phase of that name ends."""

        def run(*args: Any, **options: Any) -> Any:
            result = call(*args, **options)
            self.end(name)
            return result

        return run


def main() -> None:
    """Run the program up to its first paint."""
    phases = Phases(float(sys.argv[1]))
    phases.end("Python")
    import voiceclone_gui.__main__ as program

    phases.end("entry and catalog: import")
    import PySide6.QtWidgets

    phases.end("PySide6: import")
    from voiceclone_gui.ui.plain_imports import use_plain_imports

    use_plain_imports()
    from voiceclone_gui.app import open_window, window

    phases.end("window and page: import")
    window.Theme.apply_sheet = phases.timed("style sheet", window.Theme.apply_sheet)  # type: ignore[method-assign]
    window.Theme = phases.timed("palette", window.Theme)  # type: ignore[misc, assignment]
    for name, phase in (("Application", "QApplication"), ("WindowProgram", "widgets")):
        setattr(open_window, name, phases.timed(phase, getattr(open_window, name)))
    run_until_painted = open_window.run_until_painted

    def painted(shown: PySide6.QtWidgets.QWidget) -> None:
        phases.end("show")
        run_until_painted(shown)
        phases.end("first paint")
        print(json.dumps(phases.took_ms), flush=True)
        os._exit(0)

    open_window.run_until_painted = painted
    program.main(sys.argv[2:])


if __name__ == "__main__":
    main()
