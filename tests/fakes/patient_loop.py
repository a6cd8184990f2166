"""The program's event loop, which gives up on a test that waits in vain."""

from __future__ import annotations

import asyncio

from PySide6.QtWidgets import QApplication

from voiceclone_gui.ui.event_loop import make_event_loop

# Before pytest's own limit, whose signal is heard by Python only: while Qt waits for events, nobody hears it.
PATIENCE_S = 100.0
PATIENCE_WITH_FIXTURES_S = 20.0


def make_patient_loop(app: QApplication, patience_s: float = PATIENCE_S) -> asyncio.AbstractEventLoop:
    """A loop that cancels every task after ``patience_s``, and what is begun then soon after."""
    loop = make_event_loop(app)
    loop.call_later(patience_s, _give_up, loop)
    return loop


def _give_up(loop: asyncio.AbstractEventLoop) -> None:
    loop.call_later(PATIENCE_WITH_FIXTURES_S, _give_up, loop)
    for task in asyncio.all_tasks(loop):
        task.print_stack()
        task.cancel("the test waited too long")
