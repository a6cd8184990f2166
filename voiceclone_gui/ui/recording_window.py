"""The recording window, put together when it is wanted: nothing of it is loaded before."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.theme import Theme

if TYPE_CHECKING:
    from voiceclone_gui.ui.presenters.record_presenter import RecordPresenter
    from voiceclone_gui.ui.widgets.record_dialog import RecordDialog


class RecordingWindow(QObject):
    """Opens the window, one at a time. ``folder`` is where takes are written.

    Signals: ``opened()``: whatever plays should be silent now; ``taken(Purpose, Path, str)``: use this file,
    recorded with that text to read;
    ``closed()``.
    """

    opened = Signal()
    taken = Signal(object, object, str)
    closed = Signal()

    def __init__(self, *, folder: Path, settings: SettingsPresenter, theme: Theme, catalog: Catalog) -> None:
        super().__init__()
        self._folder = folder
        self._settings = settings
        self._theme = theme
        self._catalog = catalog
        self._dialog: RecordDialog | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is open; takes on disk may still be undecided then."""
        return self._dialog is not None

    def open(self, purpose: Purpose, *, parent: QWidget, language: str) -> None:
        """Record for ``purpose``; the text is in ``language``, a ``language_boost`` value, where known."""
        if self._dialog is not None:
            self._dialog.activateWindow()
            return
        self.opened.emit()
        from voiceclone_gui.ui.widgets.record_dialog import RecordDialog

        presenter = self._make_presenter(purpose, language=language)
        self._dialog = RecordDialog(
            parent=parent, presenter=presenter, theme=self._theme, catalog=self._catalog
        )
        self._dialog.left_behind.connect(self._forget)
        self._dialog.open()
        # Once the window is seen: the system may have a question about the microphone.
        presenter.begin()

    async def aclose(self) -> None:
        """Close it because the program ends; takes that are undecided stay for the next start."""
        if self._dialog is not None:
            await self._dialog.aclose()
            self._forget()

    def _make_presenter(self, purpose: Purpose, *, language: str) -> RecordPresenter:
        from voiceclone_gui.core.catalog.reading_texts import load_reading_texts
        from voiceclone_gui.services.record_take import TakeRecorder
        from voiceclone_gui.storage.recordings import Recordings
        from voiceclone_gui.ui.microphone_permission import MicrophonePermission
        from voiceclone_gui.ui.player import Player
        from voiceclone_gui.ui.presenters.record_presenter import RecordPresenter
        from voiceclone_gui.ui.recorder import MicrophoneInput

        settings = self._settings
        presenter = RecordPresenter(
            purpose=purpose,
            folder=self._folder,
            recorder=TakeRecorder(recordings=Recordings(folder=self._folder)),
            microphones=MicrophoneInput(),
            permission=MicrophonePermission(),
            player=Player(volume=settings.state.volume_percent / 100),
            texts=load_reading_texts(),
            language=language,
            system=sys.platform,
            chosen_id=settings.state.microphone_id,
            remember=lambda microphone_id: settings.change(microphone_id=microphone_id),
        )
        presenter.taken.connect(lambda path: self.taken.emit(purpose, path, presenter.words))
        return presenter

    def _forget(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()
            self.closed.emit()
