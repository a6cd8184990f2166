"""The window from its first paint to the end of its process."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from voiceclone_gui.app.one_window import Handover, OneWindow
from voiceclone_gui.app.window import WindowProgram
from voiceclone_gui.ui.application import Application
from voiceclone_gui.ui.first_paint import run_briefly, run_until_painted

if TYPE_CHECKING:
    from pathlib import Path

    from voiceclone_gui.arguments import WindowOptions
    from voiceclone_gui.core.catalog import Catalog
    from voiceclone_gui.core.token import Token
    from voiceclone_gui.ui.dialogs import Question

EXIT_NO_DISPLAY = 8
EXIT_IN_USE = 9
# How long a second start waits for the files that it was started with: macOS names them by events.
OPEN_EVENTS_LIMIT_MS = 500 if sys.platform == "darwin" else 0
APPLICATION_ID = "io.github.voiceclone.voiceclone"


def open_window(options: WindowOptions, *, token: Token, catalog: Catalog) -> int:
    """Show the window until it is closed; returns the exit code."""
    if not has_display():
        # Without this Qt would abort the process.
        sys.stderr.write(
            "There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "Start it in a desktop session, or clone in the terminal: voiceclone-gui clone --help\n"
        )
        return EXIT_NO_DISPLAY
    app = Application(sys.argv[:1])
    app.setApplicationName("VoiceClone")
    QGuiApplication.setDesktopFileName(APPLICATION_ID)
    program = WindowProgram(options=options, token=token, catalog=catalog, app=app)
    one_window = OneWindow(folder=program.make_data_folder())
    if not one_window.is_first():
        return _hand_over(one_window, options=options, app=app)
    program.show()
    run_until_painted(program.window)
    # Not before: asyncio and all that needs it take as long to load as the window takes to be seen.
    from voiceclone_gui.ui.event_loop import run_event_loop

    program.bind()
    # What is loaded stays: looking through it again and again would only hold up the window.
    gc.freeze()
    gc.enable()
    return run_event_loop(app, lambda: _run(program, one_window, app))


def _hand_over(one_window: OneWindow, *, options: WindowOptions, app: Application) -> int:
    """This is the second start: the first one gets the files, or the user learns why it doesn't."""
    if OPEN_EVENTS_LIMIT_MS:
        run_briefly(OPEN_EVENTS_LIMIT_MS)
    if one_window.hand_over([*options.files, *app.take_opened_files()]):
        return 0
    from voiceclone_gui.ui.dialogs import Question
    from voiceclone_gui.ui.event_loop import run_event_loop
    from voiceclone_gui.ui.i18n import tr

    question = Question(
        title=tr("VoiceClone runs already, but its window doesn't answer."),
        text=tr("End it, or wait a little, then start it again. Nothing was changed."),
        answers={"close": tr("Close")},
    )
    sys.stderr.write(f"{question.title} {question.text}\n")
    run_event_loop(app, lambda: _say(question))
    return EXIT_IN_USE


async def _say(question: Question) -> str:
    """Say what there is no window for; nobody would see it off-screen."""
    from voiceclone_gui.ui.dialogs import ask

    return "" if QGuiApplication.platformName() == "offscreen" else await ask(question, parent=None)


async def _run(program: WindowProgram, one_window: OneWindow, app: Application) -> int:
    import asyncio

    from voiceclone_gui.app.polite_end import PoliteEnd

    finished = asyncio.Event()
    signals = PoliteEnd(end=finished.set)
    program.diagnostics.open(asyncio.get_running_loop())
    one_window.handed_over.connect(program.take_over)
    one_window.listen()

    def take_over(files: list[Path]) -> None:
        program.take_over(Handover(files=tuple(files)))

    try:
        return await program.run(finished, ready=lambda: app.deliver_opened_files(take_over))
    finally:
        one_window.close()
        signals.close()
        program.diagnostics.close()
        if program.privacy.deletes_at_end:
            left = await asyncio.to_thread(program.privacy.delete_folder)
            if left is not None:
                await _say(left)


def has_display() -> bool:
    """Whether a window can be shown, or another platform of Qt's was asked for."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
