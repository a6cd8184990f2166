"""``--self-test``: proves that an installed program has everything it needs, and says so in JSON."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication

from voiceclone_gui import __version__
from voiceclone_gui.app.open_window import has_display
from voiceclone_gui.app.sample_files import load_sample_files
from voiceclone_gui.app.window import WindowProgram
from voiceclone_gui.arguments import WindowOptions
from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.token import Token
from voiceclone_gui.ui.event_loop import run_event_loop
from voiceclone_gui.ui.icons import load_icon
from voiceclone_gui.ui.messages import Message
from voiceclone_gui.ui.player import learn_notifications

STEP_LIMIT_S = 60.0
_POLL_S = 0.02


def run_self_test(catalog: Catalog) -> int:
    """Try every part in a window and a data folder of its own; 0 only if all of it worked."""
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication(sys.argv[:1])

    async def main() -> dict[str, object]:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            options = WindowOptions(data_dir=Path(folder), files=(), theme="light", text_scale=1.0)
            program = WindowProgram(options=options, token=Token(""), catalog=catalog, app=app)
            try:
                return await SelfTest(program=program).run()
            finally:
                await program.aclose()

    report = run_event_loop(app, main)
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    return 0 if report["passed"] else 1


class SelfTest:
    """One try of each part; one that fails is named with the reason, and the others are tried too."""

    def __init__(self, *, program: WindowProgram) -> None:
        self._program = program
        self._results: dict[str, object] = {}
        self._failed: list[str] = []

    async def run(self) -> dict[str, object]:
        """The report: versions, what each part said, and whether all passed."""
        parts: dict[str, Callable[[], Awaitable[object]]] = {
            "window": self._try_window,
            "icon": self._try_icon,
            "certificates": self._try_certificates,
            "keyring": self._try_keyring,
            "worker_and_clone": self._try_clone,
            "frames_of_sample": lambda: self._frames_played(load_sample_files().recording),
        }
        for name, attempt in parts.items():
            try:
                self._results[name] = await asyncio.wait_for(attempt(), STEP_LIMIT_S)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a failed part
                self._results[name] = f"failed: {type(error).__name__}: {error}"
                self._failed.append(name)
        return {
            "passed": not self._failed,
            "failed": self._failed,
            "version": __version__,
            "python": platform.python_version(),
            "pyside": pyside_version,
            "system": platform.platform(),
            **self._results,
        }

    async def _try_window(self) -> str:
        self._program.window.show()
        await self._program.start()
        await self._until(self._program.window.isVisible)
        picture = self._program.window.grab()
        if picture.isNull():
            raise RuntimeError("nothing is painted")
        return f"{picture.width()} x {picture.height()}"

    async def _try_icon(self) -> str:
        pixmap = load_icon("play", self._program.theme.tokens.color("text")).pixmap(16, 16)
        image = pixmap.toImage()
        painted = any(
            image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())
        )
        if not painted:
            raise RuntimeError("an icon is empty")
        return "play"

    async def _try_certificates(self) -> str:
        from voiceclone_gui.api.network import open_http_client

        async with await open_http_client():
            return "the system's"

    async def _try_keyring(self) -> str:
        from voiceclone_gui.storage.token_store import backend_name

        return await asyncio.to_thread(backend_name)

    async def _try_clone(self) -> dict[str, object]:
        clone = self._program.clone
        posted: list[Message] = []
        self._program.messages.posted.connect(posted.append)
        self._program.controller.try_sample()
        await self._until(
            lambda: bool(clone.state.obstacle and clone.state.obstacle.code == "rights-missing")
        )
        clone.set_rights(True)
        clone.start()
        await self._until(lambda: bool(clone.state.result or clone.state.message or posted))
        result = clone.state.result
        if result is None or result.preview is None:
            said = [*posted, *filter(None, [clone.state.message])]
            raise RuntimeError(said[0].title if said else "no preview")
        frames = await self._frames_played(result.preview)
        return {"voice_id": result.voice.voice_id, "preview_frames": frames}

    async def _frames_played(self, path: Path) -> int:
        from PySide6.QtMultimedia import QAudioBuffer, QAudioBufferOutput, QAudioOutput, QMediaPlayer

        counted = 0

        def count(buffer: QAudioBuffer) -> None:
            nonlocal counted
            counted += buffer.frameCount()

        player, output, tap = QMediaPlayer(), QAudioOutput(), QAudioBufferOutput()
        for made in (player, output, tap):
            learn_notifications(made)
        tap.audioBufferReceived.connect(count)
        player.setAudioOutput(output)
        player.setAudioBufferOutput(tap)
        player.setSource(QUrl.fromLocalFile(str(path)))
        player.play()
        await self._until(lambda: counted > 4000)
        player.stop()
        return counted

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():  # noqa: ASYNC110 - what is waited for has signals of many kinds, or none
            await asyncio.sleep(_POLL_S)
