"""The real window, into which a recording is dropped while a timer ticks in it; prints times as JSON.

Arguments: the recording, a data folder; ``--why`` writes to the standard error what the window was at while it
stood still. It ends when its standard input is closed, so that its memory can be looked at.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks.ticks import Ticks, Watchdog
from voiceclone_gui.app.window import WindowProgram
from voiceclone_gui.arguments import WindowOptions
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.token import Token
from voiceclone_gui.ui.event_loop import run_event_loop
from voiceclone_gui.ui.plain_imports import use_plain_imports

STEP_LIMIT_S = 300.0
WATCHDOG_LIMIT_S = 0.016
_POLL_S, _REST_S = 0.02, 1.0


class OpenDrive(QObject):
    """Drops a recording, and writes down when it was first seen, when examined, and when judged."""

    def __init__(self, *, program: WindowProgram, ticks: Ticks) -> None:
        super().__init__()
        self.at_s: dict[str, float] = {}
        self._program = program
        self._ticks = ticks
        self._watched: QWidget | None = None

    async def run(self, recording: Path) -> None:
        """From the open window to the last light."""
        program, clone = self._program, self._program.clone
        await program.start()
        await asyncio.sleep(_REST_S)
        clone.state_changed.connect(self._watch)
        self._ticks.start()
        self._mark("drop")
        program.controller.open_files([recording], target="recording")
        await self._until(lambda: clone.state.recording is not None and clone.state.recording.facts)
        self._mark("examined")
        await self._until(lambda: clone.state.recording is not None and clone.state.recording.is_refined)
        self._mark("judged")
        self._ticks.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        if event.type() is QEvent.Type.Paint:
            self._mark("seen")
            watched.removeEventFilter(self)
        return False

    def _watch(self) -> None:
        recording = self._program.clone.state.recording
        if self._watched is None and recording is not None and recording.waveform is not None:
            self._watched = self._program.window.findChild(QWidget, "recording-waveform")
            if self._watched is not None:
                self._watched.installEventFilter(self)

    def _mark(self, name: str) -> None:
        self.at_s.setdefault(name, time.monotonic())

    async def _until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(STEP_LIMIT_S):
            while not holds():
                await asyncio.sleep(_POLL_S)


def main() -> None:
    """Do it, and print ticks and times."""
    recording, data_dir, *why = sys.argv[1:]
    use_plain_imports()
    app = QApplication(sys.argv[:1])
    options = WindowOptions(data_dir=Path(data_dir), files=(), theme="light", text_scale=1.0)
    ticks = Ticks()

    async def drive() -> None:
        program = WindowProgram(options=options, token=Token(""), catalog=load_catalog(), app=app)
        program.show()
        program.bind()
        gc.freeze()
        drive = OpenDrive(program=program, ticks=ticks)
        watchdog = Watchdog(ticks=ticks, limit_s=WATCHDOG_LIMIT_S)
        if why:
            watchdog.start()
        try:
            await drive.run(Path(recording))
            if why:
                watchdog.stop()
            print(json.dumps({"ticks_s": ticks.times_s, "at_s": drive.at_s}), flush=True)
            await asyncio.to_thread(sys.stdin.read)
        finally:
            await program.aclose()

    run_event_loop(app, drive)


if __name__ == "__main__":
    main()
