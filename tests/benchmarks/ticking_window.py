"""A bare window with a timer, until its standard input is closed; prints the ticks as JSON."""

from __future__ import annotations

import json
import sys
import threading

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QMainWindow

from tests.benchmarks.ticks import Ticks
from voiceclone_gui.ui.main_window import FIRST_SIZE_PX


def main() -> None:
    """Show the window and tick."""
    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.resize(*FIRST_SIZE_PX)
    window.show()
    ticks = Ticks()
    ticks.start()

    def wait() -> None:
        sys.stdin.read()
        QCoreApplication.exit(0)

    threading.Thread(target=wait, daemon=True).start()
    print("ticking", flush=True)
    app.exec()
    print(json.dumps(ticks.times_s))


if __name__ == "__main__":
    main()
