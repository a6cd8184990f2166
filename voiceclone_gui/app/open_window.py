"""The window from its first paint to the end of its process."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from voiceclone_gui.app.window import WindowProgram
from voiceclone_gui.ui.first_paint import run_until_painted

if TYPE_CHECKING:
    from voiceclone_gui.arguments import WindowOptions
    from voiceclone_gui.core.catalog import Catalog
    from voiceclone_gui.core.token import Token

EXIT_NO_DISPLAY = 8
APPLICATION_ID = "io.github.voiceclone.VoiceClone"


def open_window(options: WindowOptions, *, token: Token, catalog: Catalog) -> int:
    """Show the window until it is closed; returns the exit code."""
    if not has_display():
        # Without this Qt would abort the process.
        sys.stderr.write(
            "There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "Start it in a desktop session, or clone in the terminal: voiceclone-gui clone --help\n"
        )
        return EXIT_NO_DISPLAY
    app = QApplication(sys.argv[:1])
    app.setApplicationName("VoiceClone")
    QGuiApplication.setDesktopFileName(APPLICATION_ID)
    program = WindowProgram(options=options, token=token, catalog=catalog, app=app)
    program.show()
    run_until_painted(program.window)
    # Not before: asyncio and all that needs it take as long to load as the window takes to be seen.
    from voiceclone_gui.ui.event_loop import run_event_loop

    program.bind()
    # What is loaded stays: looking through it again and again would only hold up the window.
    gc.freeze()
    gc.enable()
    return run_event_loop(app, lambda: _run(program))


async def _run(program: WindowProgram) -> int:
    import asyncio

    from voiceclone_gui.app.polite_end import PoliteEnd

    finished = asyncio.Event()
    signals = PoliteEnd(end=finished.set)
    program.diagnostics.open(asyncio.get_running_loop())
    try:
        return await program.run(finished)
    finally:
        signals.close()
        program.diagnostics.close()


def has_display() -> bool:
    """Whether a window can be shown, or another platform of Qt's was asked for."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
