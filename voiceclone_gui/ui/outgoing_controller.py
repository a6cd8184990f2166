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


_MAKING = "making-what-is-sent"
_TELL_AFTER_S = 0.5


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
        made = await self._make(place, self._sample(place))
        if made is not None:
            self._player.set_source(source, made.path)
            self._player.play_from_start(source)

    async def _save(self, place: str) -> None:
        sample = self._sample(place)
        if sample is None or sample.plan is None:
            return
        # Asked at once: a window that comes when it is made would take what is typed elsewhere by then.
        target = await self._ask_where(sample, suffix=f".{sample.plan.extension}")
        made = await self._make(place, sample) if target is not None else None
        if made is not None and target is not None and made.path.suffix != f".{sample.plan.extension}":
            # Only trying shows that sound can't be taken out as it is.
            target = await self._ask_where(sample, suffix=made.path.suffix)
        if made is None or target is None:
            return
        try:
            await copy_sent(made, target, sources=self._sources())
        except VoiceCloneError as error:
            self._messages.post(message_for_error(error))
            return
        self._messages.post(Message(title=tr("Saved as {name}.", name=target.name), tone=Tone.INFORMATION))

    async def _ask_where(self, sample: SampleState, *, suffix: str) -> Path | None:
        return await choose_file_to_save(
            parent=self._window,
            title=tr("Save what is sent"),
            proposed=Path.home() / f"{sample.path.stem}-sent{suffix}",
            patterns=[f"*{suffix}"],
        )

    def _sample(self, place: str) -> SampleState | None:
        sample: SampleState | None = getattr(self._inputs.state, place)
        return sample if sample is not None and sample.facts is not None else None

    def _sources(self) -> list[Path]:
        state = self._inputs.state
        return [sample.path for sample in (state.recording, state.clip) if sample is not None]

    async def _make(self, place: str, sample: SampleState | None) -> SampleFacts | None:
        if sample is None:
            return None
        telling = self._tasks.replace(self._tell_if_long(), name=f"tell of what is made of the {place}")
        try:
            try:
                made = await self._outgoing().make(sample.choice, purpose=PURPOSES[place])
            finally:
                if telling is not None and not telling.cancel():
                    self._messages.take_back(_MAKING)
        except VoiceCloneError as error:
            self._messages.post(message_for_error(error))
            return None
        if made.refusals or made.facts is None:
            self._messages.post(message_for_problem((made.refusals or made.problems)[0]))
            self._inputs.look_on_disk()
            return None
        return made.facts

    async def _tell_if_long(self) -> None:
        import asyncio  # not above: the window is seen before it is loaded

        await asyncio.sleep(_TELL_AFTER_S)
        self._messages.post(
            Message(
                title=tr("The file that is sent is being made."),
                cure=tr("That takes longer for a part far inside a long recording."),
                tone=Tone.INFORMATION,
                code=_MAKING,
            )
        )
