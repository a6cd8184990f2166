"""The real window, which does a whole clone by itself while a timer ticks in it; prints both as JSON.

Arguments: address and token of a service, the recording, a data folder; ``--why`` writes to the standard
error what the window was at while it stood still.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks.ticks import Ticks, Watchdog
from voiceclone_gui.app.window import WindowProgram
from voiceclone_gui.arguments import WindowOptions
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.token import Token
from voiceclone_gui.services.clone_events import CloneStep
from voiceclone_gui.ui.event_loop import run_event_loop
from voiceclone_gui.ui.plain_imports import use_plain_imports

STEP_LIMIT_S = 120.0
WATCHDOG_LIMIT_S = 0.02
_POLL_S = 0.02


class CloneDrive:
    """Drives the window through a clone, and writes down when each part of it began."""

    def __init__(self, *, program: WindowProgram, ticks: Ticks) -> None:
        self.began_s: dict[str, float] = {}
        self._program = program
        self._ticks = ticks

    async def run(self, *, service: tuple[str, str], recording: Path) -> None:
        """From the open window to the end of the preview."""
        program, clone = self._program, self._program.clone
        base_url, token = service
        program.connection.change("gateway", base_url=base_url, prefix="/minimaxi", token=Token(token))
        program.controller.choose_profile("gateway")
        clone.state_changed.connect(self._note_step)
        self._ticks.start()
        self._mark("open")
        await program.start()
        await asyncio.sleep(_POLL_S)
        self._mark("examine")
        program.controller.open_files([recording])
        await self._until(lambda: clone.state.recording is not None and clone.state.recording.facts)
        self._click("rights")
        self._click("clone")
        await self._until(lambda: clone.state.result or clone.state.message)
        if clone.state.result is None:
            raise RuntimeError(str(clone.state.message))
        await self._until(lambda: program.player.state.playing)
        self._mark("play")
        await self._until(lambda: not program.player.state.playing)
        self._mark("end")
        self._ticks.stop()

    def _note_step(self, state: object) -> None:
        run = self._program.clone.state.run
        if run is not None:
            names = {CloneStep.PREPARE: "examine again", CloneStep.UPLOAD: "upload", CloneStep.CLONE: "clone"}
            self._mark(names.get(run.step, run.step.value))

    def _mark(self, part: str) -> None:
        self.began_s.setdefault(part, time.monotonic())

    def _click(self, name: str) -> None:
        widget = next(w for w in self._program.window.findChildren(QWidget, name) if w.isVisible())
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(10, widget.height() // 2))

    async def _until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(STEP_LIMIT_S):
            while not holds():
                await asyncio.sleep(_POLL_S)


def main() -> None:
    """Do it, and print ticks and parts."""
    base_url, token, recording, data_dir, *why = sys.argv[1:]
    use_plain_imports()
    app = QApplication(sys.argv[:1])
    options = WindowOptions(data_dir=Path(data_dir), files=(), theme="light", text_scale=1.0)
    ticks = Ticks()

    async def drive() -> CloneDrive:
        program = WindowProgram(options=options, token=Token(""), catalog=load_catalog(), app=app)
        program.show()
        program.bind()
        gc.freeze()
        drive = CloneDrive(program=program, ticks=ticks)
        watchdog = Watchdog(ticks=ticks, limit_s=WATCHDOG_LIMIT_S)
        if why:
            watchdog.start()
        try:
            await drive.run(service=(base_url, token), recording=Path(recording))
        finally:
            if why:
                watchdog.stop()
            await program.aclose()
        return drive

    done = run_event_loop(app, drive)
    print(json.dumps({"ticks_s": ticks.times_s, "began_s": done.began_s}))


if __name__ == "__main__":
    main()
