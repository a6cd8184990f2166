"""The real window with its real services, clicked and looked at by the names of its parts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl, qVersion
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from tests.fakes.practice_jobs import wav_bytes
from voiceclone_gui.app.window import WindowProgram
from voiceclone_gui.arguments import WindowOptions
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.token import Token
from voiceclone_gui.practice.server import PracticeServer

_POINTS_ARE_EXACT = tuple(map(int, qVersion().split("."))) >= (6, 12)
_HELD = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


class WindowBench:
    """A window that can be clicked and looked at by the names of its parts."""

    def __init__(self, *, program: WindowProgram, server: PracticeServer, folder: Path) -> None:
        self.program = program
        self.server = server
        self.folder = folder

    def find(self, kind, name: str):  # type: ignore[no-untyped-def]
        found = [w for w in self.program.window.findChildren(kind, name) if w.isVisible()]
        assert found, f"{name} is not seen"
        return found[0]

    def click(self, name: str) -> None:
        widget = self.find(QWidget, name)
        assert widget.isEnabled(), f"{name} is disabled: {widget.toolTip()}"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(10, widget.height() // 2))

    def type_into(self, name: str, text: str) -> None:
        widget = self.find(QWidget, name)
        widget.selectAll()
        QTest.keyClicks(widget, text)

    async def until(self, holds: Callable[[], object]) -> None:
        for _ in range(500):
            if holds():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it never came to that")

    def recording(self, seconds: float = 12.0, name: str = "grandma.wav") -> Path:
        path = self.folder / name
        path.write_bytes(wav_bytes(seconds))
        return path

    async def load(self, seconds: float = 12.0) -> None:
        self.program.controller.open_files([self.recording(seconds)])
        await self.until(lambda: self.state.recording is not None and self.state.recording.facts)

    async def ready(self) -> None:
        await self.load()
        self.click("rights")
        await self.until(lambda: self.find(QPushButton, "clone").isEnabled())

    def drop(self, *paths: Path, at: tuple[float, float] = (0.5, 0.25)) -> None:
        window = self.program.window
        offered = QMimeData()
        offered.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        place = QPoint(round(window.width() * at[0]), round(window.height() * at[1]))
        self.enter(offered, place)
        drop = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, offered, *_HELD)
        QApplication.sendEvent(window, drop)

    def enter(self, offered: QMimeData, place: QPoint) -> None:
        """Drag it into the window."""
        entered = QPointF(place) if _POINTS_ARE_EXACT else place
        enter = QDragEnterEvent(entered, Qt.DropAction.CopyAction, offered, *_HELD)
        QApplication.sendEvent(self.program.window, enter)
        assert enter.isAccepted()

    @property
    def state(self):  # type: ignore[no-untyped-def]
        return self.program.clone.state

    def sent_body(self) -> dict[str, object]:
        bodies = [json.loads(r.body) for r in self.server.requests if r.path.endswith("/voice_clone")]
        assert len(bodies) == 1
        return dict(bodies[0])


@asynccontextmanager
async def restarted(bench: WindowBench, app: QApplication) -> AsyncIterator[WindowBench]:
    """The program as it is when it is started again, on the same data."""
    await bench.program.aclose()
    options = WindowOptions(data_dir=bench.folder / "data", files=(), theme="light", text_scale=1.0)
    program = WindowProgram(options=options, token=Token(""), catalog=load_catalog(), app=app)
    program.connection.change(
        "gateway", base_url=bench.server.base_url, prefix="/minimaxi", token=Token(bench.server.token)
    )
    program.controller.choose_profile("gateway")
    program.window.show()
    await program.start()
    yield WindowBench(program=program, server=bench.server, folder=bench.folder)
    await program.aclose()
    program.window.deleteLater()
