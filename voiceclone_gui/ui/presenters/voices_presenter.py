"""The voices that were made here, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.ports import Clock
from voiceclone_gui.core.voice import Voice, VoiceState
from voiceclone_gui.ui.messages import MessageBus, message_for_error
from voiceclone_gui.ui.tasks import TaskScope


class VoiceRecords(Protocol):
    """Where voices are on record."""

    async def voices(self) -> tuple[Voice, ...]:
        """All voices, newest first."""
        ...


@dataclass(frozen=True, kw_only=True)
class VoiceRow:
    """A voice and where it stands now."""

    voice: Voice
    state: VoiceState
    days_left: float | None


@dataclass(frozen=True, kw_only=True)
class VoicesState:
    """All rows, and whether they were read yet."""

    rows: tuple[VoiceRow, ...] = ()
    loaded: bool = False


class VoicesPresenter(QObject):
    """Signal: ``state_changed(VoicesState)``."""

    state_changed = Signal(object)

    def __init__(
        self, *, records: VoiceRecords, clock: Clock, messages: MessageBus, tasks: TaskScope
    ) -> None:
        super().__init__()
        self.state = VoicesState()
        self._records = records
        self._clock = clock
        self._messages = messages
        self._tasks = tasks

    def load(self) -> None:
        """Read the voices anew."""
        self._tasks.replace(self._load(), name="voices")

    async def _load(self) -> None:
        try:
            voices = await self._records.voices()
        except VoiceCloneError as error:
            self._messages.post(message_for_error(error))
            return
        now = self._clock()
        rows = []
        for voice in voices:
            state = voice.state(now)
            left = voice.time_left(now).total_seconds() / 86400 if state is VoiceState.NEW else None
            rows.append(VoiceRow(voice=voice, state=state, days_left=left))
        self.state = VoicesState(rows=tuple(rows), loaded=True)
        self.state_changed.emit(self.state)
