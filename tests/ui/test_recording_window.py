"""The recording window as the program opens it, on a computer without a sound server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QWidget

from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.settings import Settings
from voiceclone_gui.ui.messages import MessageBus
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.recording_window import RecordingWindow
from voiceclone_gui.ui.tasks import TaskScope
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.record_dialog import RecordDialog


class NoStore:
    """Settings that are forgotten."""

    async def write(self, settings: Settings) -> None:
        """Nothing is kept."""


class Home:
    """The program around the window."""

    def __init__(self, *, app: QApplication, folder: Path) -> None:
        self.tasks = TaskScope()
        settings = SettingsPresenter(
            settings=Settings(microphone_id="gone"), store=NoStore(), messages=MessageBus(), tasks=self.tasks
        )
        self.page = QWidget()
        self.page.show()
        self.window = RecordingWindow(
            folder=folder, settings=settings, theme=Theme(app=app, choice="light"), catalog=load_catalog()
        )
        self.told: list[str] = []
        self.window.opened.connect(lambda: self.told.append("opened"))
        self.window.closed.connect(lambda: self.told.append("closed"))

    def dialog(self) -> RecordDialog:
        found = self.page.findChild(RecordDialog)
        assert found is not None
        return found


@pytest.fixture
async def home(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Home]:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    made = Home(app=qapp, folder=tmp_path / "recordings")
    yield made
    await made.window.aclose()
    await made.tasks.aclose()
    made.page.deleteLater()


async def test_it_opens_once_says_what_is_missing_and_closes(home: Home) -> None:
    home.window.open(Purpose.VOICE_CLONE, parent=home.page, language="French")
    dialog = home.dialog()
    home.window.open(Purpose.VOICE_CLONE, parent=home.page, language="French")
    assert home.told == ["opened"]
    assert dialog.findChild(QComboBox, "record-language").currentData() == "French"  # type: ignore[union-attr]
    said = dialog.findChild(QFrame, "notice").accessibleName()  # type: ignore[union-attr]
    assert said.endswith("no microphone can be reached.")
    dialog.reject()
    for _ in range(500):
        if home.told == ["opened", "closed"]:
            break
        await asyncio.sleep(0.02)
    assert home.told == ["opened", "closed"]
    assert not home.window.is_open
    home.window.open(Purpose.PROMPT_AUDIO, parent=home.page, language="")
    assert home.window.is_open


async def test_it_goes_with_the_program(home: Home) -> None:
    home.window.open(Purpose.VOICE_CLONE, parent=home.page, language="")
    await home.window.aclose()
    assert home.told == ["opened", "closed"]
    await home.window.aclose()
