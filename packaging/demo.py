"""Does the program's main job by itself, in the real window, with the practice service.

Leaves in the folder named on the command line a picture of each step, the preview, and the request as it
was sent, without the token. Ends with 1 and a sentence where a step fails.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from voiceclone_gui.app.window import WindowProgram
from voiceclone_gui.arguments import WindowOptions
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.token import Token
from voiceclone_gui.ui.event_loop import run_event_loop

STEP_LIMIT_S = 60.0


class StepFailed(Exception):
    """A step didn't do what it should; the text says which."""


class Demo:
    """Drives a window as a person would: by clicks on what is seen."""

    def __init__(self, *, program: WindowProgram, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._pictures = 0

    async def run(self) -> None:
        """The main job: sample, rights, clone, preview."""
        clone, player = self._program.clone, self._program.player
        await self._program.start()
        await self._picture("empty")
        self._click("try-sample")
        await self._until(
            lambda: clone.state.obstacle is not None and clone.state.obstacle.code == "rights-missing",
            "the sample recording is loaded",
        )
        self._click("rights")
        await self._until(lambda: clone.state.obstacle is None, "everything is ready")
        await self._picture("ready")
        self._click("clone")
        await self._until(
            lambda: clone.state.run is not None or clone.state.result is not None, "the clone has started"
        )
        await self._picture("running")
        await self._until(lambda: not clone.state.is_running, "the clone has ended")
        result = clone.state.result
        if result is None or result.preview is None:
            message = clone.state.message
            raise StepFailed(f"there is no preview: {message.title if message else 'no reason given'}")
        await self._until(
            lambda: player.state.source == "clone" and player.state.position_s > 0.3, "the preview plays"
        )
        await self._picture("playing")
        await self._until(lambda: not player.state.playing, "the preview has played to its end")
        shutil.copyfile(result.preview, self._folder / result.preview.name)
        request = json.dumps(dict(result.voice.request), ensure_ascii=False, indent=2)
        (self._folder / "request.json").write_text(request, encoding="utf-8")
        self._click("page-voices")
        await self._until(lambda: bool(self._program.voices.state.rows), "the voice is in the list")
        await self._picture("voices")
        print(
            f"{result.voice.voice_id} speaks {len(result.voice.request['text'])} characters: {self._folder}"
        )

    def _click(self, name: str) -> None:
        widget = self._program.window.findChild(QWidget, name)
        if widget is None or not widget.isVisible() or not widget.isEnabled():
            raise StepFailed(f"{name} can't be clicked")
        place = QPoint(10, widget.height() // 2)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    async def _until(self, holds: Callable[[], bool], what: str) -> None:
        for _ in range(int(STEP_LIMIT_S / 0.02)):
            if holds():
                return
            await asyncio.sleep(0.02)
        raise StepFailed(f"not within {STEP_LIMIT_S:.0f} s: {what}")

    async def _picture(self, name: str) -> None:
        await asyncio.sleep(0.15)
        self._pictures += 1
        path = self._folder / f"{self._pictures}-{name}.png"
        if not self._program.window.grab().save(str(path)):
            raise StepFailed(f"{path} can't be written")


def main() -> int:
    """Run the demo; the exit code tells whether every step was seen to work."""
    folder = Path(sys.argv[1]).absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv[:1])

    async def drive() -> int:
        with tempfile.TemporaryDirectory() as data:
            options = WindowOptions(data_dir=Path(data), files=(), theme="light", text_scale=1.0)
            program = WindowProgram(options=options, token=Token(""), catalog=load_catalog(), app=app)
            program.show()
            try:
                await Demo(program=program, folder=folder).run()
            except StepFailed as failure:
                print(f"The demo failed: {failure}", file=sys.stderr)
                return 1
            finally:
                await program.aclose()
        return 0

    return run_event_loop(app, drive)


if __name__ == "__main__":
    sys.exit(main())
