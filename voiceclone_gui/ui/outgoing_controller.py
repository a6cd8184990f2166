"""Lets the user hear and keep exactly what is sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.services.outgoing import OutgoingSamples, copy_sent
from voiceclone_gui.ui.dialogs import choose_file_to_save
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import Message, MessageBus, Tone, message_for_error, message_for_problem
from voiceclone_gui.ui.presenters.clone_inputs import CloneInputs
from voiceclone_gui.ui.presenters.player_presenter import PlayerPresenter
from voiceclone_gui.ui.presenters.sample_judge import PURPOSES
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from voiceclone_gui.core.sample import SampleFacts
    from voiceclone_gui.ui.presenters.clone_state import SampleState


class OutgoingController(QObject):
    """Makes the file that is sent, when it is to be heard or kept; a clone takes the same."""

    def __init__(
        self,
        *,
        window: QWidget,
        inputs: CloneInputs,
        outgoing: Callable[[], OutgoingSamples],
        player: PlayerPresenter,
        messages: MessageBus,
        tasks: TaskScope,
    ) -> None:
        super().__init__()
        self._window = window
        self._inputs = inputs
        self._outgoing = outgoing
        self._player = player
        self._messages = messages
        self._tasks = tasks

    def listen(self, place: str) -> None:
        """Play what is sent of the recording or the clip; a second time ends it."""
        source = f"sent-{place}"
        if self._player.state.source == source and self._player.state.playing:
            self._player.pause()
            return
        self._tasks.replace(self._listen(place, source), name="listen to what is sent")

    def save(self, place: str) -> None:
        """Keep a copy of what is sent where the user wants it."""
        self._tasks.start_unique(self._save(place), name="save what is sent")

    async def _listen(self, place: str, source: str) -> None:
        made = await self._make(place)
        if made is not None:
            self._player.set_source(source, made.path)
            self._player.play_from_start(source)

    async def _save(self, place: str) -> None:
        made = await self._make(place)
        if made is None:
            return
        path = made.path
        target = await choose_file_to_save(
            parent=self._window,
            title=tr("Save what is sent"),
            proposed=Path.home() / f"{path.stem}-sent{path.suffix}",
            patterns=[f"*{path.suffix}"],
        )
        if target is None:
            return
        try:
            await copy_sent(made, target, sources=self._sources())
        except VoiceCloneError as error:
            self._messages.post(message_for_error(error))
            return
        self._messages.post(Message(title=tr("Saved as {name}.", name=target.name), tone=Tone.INFORMATION))

    def _sources(self) -> list[Path]:
        state = self._inputs.state
        return [sample.path for sample in (state.recording, state.clip) if sample is not None]

    async def _make(self, place: str) -> SampleFacts | None:
        sample: SampleState | None = getattr(self._inputs.state, place)
        if sample is None or sample.facts is None:
            return None
        try:
            made = await self._outgoing().make(sample.choice, purpose=PURPOSES[place])
        except VoiceCloneError as error:
            self._messages.post(message_for_error(error))
            return None
        if made.refusals or made.facts is None:
            self._messages.post(message_for_problem((made.refusals or made.problems)[0]))
            self._inputs.look_on_disk()
            return None
        return made.facts
