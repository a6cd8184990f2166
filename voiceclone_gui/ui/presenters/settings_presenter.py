"""The settings in use; every change is written down at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.settings import Settings
from voiceclone_gui.ui.messages import MessageBus, message_for_error
from voiceclone_gui.ui.tasks import TaskScope


class SettingsStore(Protocol):
    """Where settings are kept."""

    async def write(self, settings: Settings) -> None:
        """Keep them; done even if the caller is cancelled."""
        ...


class SettingsPresenter(QObject):
    """Holds the settings. Signal ``state_changed(Settings)``."""

    state_changed = Signal(object)

    def __init__(
        self, *, settings: Settings, store: SettingsStore, messages: MessageBus, tasks: TaskScope
    ) -> None:
        super().__init__()
        self.state = settings
        self._store = store
        self._messages = messages
        self._tasks = tasks

    def change(self, **changes: object) -> None:
        """Change settings by name."""
        self._set(replace(self.state, **changes))  # type: ignore[arg-type]

    def add_recent(self, path: Path) -> None:
        """Remember a file that was used."""
        self._set(self.state.with_recent(path))

    def _set(self, settings: Settings) -> None:
        if settings == self.state:
            return
        self.state = settings
        self.state_changed.emit(settings)
        # The store finishes a write whose task is replaced, and keeps the order.
        self._tasks.replace(self._write(settings), name="settings")

    async def _write(self, settings: Settings) -> None:
        try:
            await self._store.write(settings)
        except VoiceCloneError as error:
            self._messages.post(message_for_error(error))
