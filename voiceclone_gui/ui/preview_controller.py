"""Binds the player bar: what plays in it, beside which recording, and how it is saved and copied."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.services.prepare_sample import SamplePreparation, Worker
from voiceclone_gui.services.request_copy import request_as_curl, request_as_json
from voiceclone_gui.services.save_preview import save_preview
from voiceclone_gui.ui.dialogs import choose_file_to_save
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.main_window import MainWindow
from voiceclone_gui.ui.messages import Message, MessageBus, Tone, message_for_error, message_for_problem
from voiceclone_gui.ui.presenters.clone_state import CloneState, ResultState
from voiceclone_gui.ui.presenters.player_presenter import PlayerPresenter, PlayerState
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from voiceclone_gui.audio.peaks import Waveform

SAVED_WAV_HZ = 32_000
_SOURCES = {"recording", "clone"}


class PreviewController(QObject):
    """Plays the preview of a voice that was just made, or of one from the list."""

    def __init__(
        self,
        *,
        window: MainWindow,
        player: PlayerPresenter,
        samples: SamplePreparation,
        worker: Worker,
        settings: SettingsPresenter,
        messages: MessageBus,
        tasks: TaskScope,
    ) -> None:
        super().__init__()
        self._window = window
        self._bar = window.player
        self._player = player
        self._samples = samples
        self._worker = worker
        self._settings = settings
        self._messages = messages
        self._tasks = tasks
        self._result: ResultState | None = None
        self._shown: Voice | None = None
        self._compared = False
        self._waveforms: dict[Path, Waveform] = {}
        self._bind()

    def show_clone(self, state: CloneState) -> None:
        """Keep the waveforms of the samples, and play a new result."""
        for sample in (state.recording, state.clip):
            if sample is not None and sample.facts is not None and sample.waveform is not None:
                self._waveforms[sample.path] = sample.waveform
        if state.result is not None and state.result is not self._result:
            self._result = state.result
            self._show(self._show_result(state.result))
        self._compared = bool(
            self._result and state.recording and state.recording.path == self._result.recording
        )
        self._show_compared()

    def play_voice(self, voice: Voice) -> None:
        """Play the preview of a voice from the list, because the user asked for it."""
        self._show(self._show_preview(voice, Path(voice.preview_file), plays=True))

    def show_voice(self, voice: Voice) -> None:
        """Show the preview of a voice that has just come."""
        plays = self._settings.state.plays_by_itself
        self._show(self._show_preview(voice, Path(voice.preview_file), plays=plays))

    def _show_compared(self) -> None:
        """Only a clone and the very recording that it was made from are compared."""
        made = self._result.voice if self._result is not None else None
        self._bar.show_has_recording(self._compared and made is not None and made == self._shown)

    def _bind(self) -> None:
        bar = self._bar
        bar.play_wanted.connect(self._toggle)
        bar.seek_wanted.connect(self._seek)
        bar.source_wanted.connect(self._player.switch_to)
        bar.volume_wanted.connect(self._set_volume)
        bar.save_wanted.connect(lambda kind: self._start(self._save(kind), "save"))
        bar.copy_wanted.connect(self._copy)
        self._window.play_key.connect(self._toggle)
        self._window.switch_key.connect(self._switch_source)
        self._player.state_changed.connect(self._show_playing)
        self._player.failed.connect(self._show_unplayable)
        volume = self._settings.state.volume_percent / 100
        bar.show_volume(volume)
        self._player.set_volume(volume)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.start_unique(work, name=name)

    def _show(self, work: Coroutine[Any, Any, None]) -> None:
        # The newest is shown, also while an older one is still looked into.
        self._tasks.replace(work, name="show the preview")

    async def _show_result(self, result: ResultState) -> None:
        self._shown = result.voice
        if result.preview is None:
            self._player.set_source("clone", None)
            self._bar.show_nothing()
            return
        plays = self._settings.state.plays_by_itself
        await self._show_preview(result.voice, result.preview, plays=plays)

    async def _show_preview(self, voice: Voice, preview: Path, *, plays: bool) -> None:
        if not await asyncio.to_thread(preview.is_file):
            self._post_gone(preview)
            return
        if preview not in self._waveforms:
            prepared = await self._samples.prepare(preview, purpose=Purpose.PROMPT_AUDIO)
            if prepared.waveform is not None:
                self._waveforms[preview] = prepared.waveform
        self._shown = voice
        self._player.set_source("clone", preview)
        self._player.set_levels(self._levels(preview))
        self._bar.show_preview(is_stand_in=voice.profile_id == "practice")
        self._show_compared()
        self._bar.show_source("clone", waveform=self._waveforms.get(preview))
        if plays:
            self._player.play_from_start("clone")
        else:
            self._player.show("clone")

    def _levels(self, preview: Path) -> dict[str, float]:
        """How loud the speech of both is, in dBFS: they are compared at the same loudness."""
        found = {"recording": self._player.path_of("recording"), "clone": preview}
        waveforms = {source: self._waveforms.get(path) for source, path in found.items() if path is not None}
        return {source: wave.speech_dbfs for source, wave in waveforms.items() if wave is not None}

    def _show_playing(self, state: PlayerState) -> None:
        shown = state.source in _SOURCES
        if shown:
            path = self._player.path_of(state.source)
            self._bar.show_source(state.source, waveform=self._waveforms.get(path) if path else None)
        self._bar.show_playing(playing=shown and state.playing, position_s=state.position_s if shown else 0.0)

    def _toggle(self) -> None:
        self._player.toggle(self._source())

    def _seek(self, position_s: float) -> None:
        self._player.seek(self._source(), position_s)

    def _source(self) -> str:
        source = self._player.state.source
        return source if source in _SOURCES else "clone"

    def _switch_source(self) -> None:
        self._player.switch_to("recording" if self._player.state.source == "clone" else "clone")

    def _set_volume(self, volume: float) -> None:
        self._player.set_volume(volume)
        self._settings.change(volume_percent=round(volume * 100))

    def _post_gone(self, preview: Path) -> None:
        self._messages.post(message_for_error(StorageFailed("preview-gone", path=str(preview))))

    def _show_unplayable(self, words: str) -> None:
        source = self._player.state.source
        path = self._player.path_of(source)
        is_clone = source == "clone"
        if path is not None and not path.is_file():
            if is_clone:
                self._post_gone(path)
            else:
                gone = Problem(field=Field.RECORDING, code="sample-vanished", values={"name": path.name})
                self._messages.post(message_for_problem(gone))
            return
        cure = tr("Save it and play it elsewhere.") if is_clone else tr("Listen to what is sent instead.")
        self._messages.post(Message(title=tr("It can't be played: {words}", words=words), cure=cure))

    async def _save(self, kind: str) -> None:
        preview = self._player.path_of("clone")
        if self._shown is None or preview is None:
            return
        suffix = ".wav" if kind == "wav" else preview.suffix
        target = await choose_file_to_save(
            parent=self._window,
            title=tr("Save the preview"),
            proposed=Path.home() / f"{self._shown.voice_id}{suffix}",
            patterns=[f"*{suffix}"],
        )
        if target is not None:
            await save_preview(
                preview,
                target,
                as_wav=kind == "wav",
                sample_rate_hz=SAVED_WAV_HZ,
                worker=self._worker,
            )
            self._messages.post(
                Message(title=tr("Saved as {name}.", name=target.name), tone=Tone.INFORMATION)
            )

    def _copy(self, kind: str) -> None:
        if self._shown is None:
            return
        voice = self._shown
        makers: dict[str, Callable[[], str]] = {
            "curl": lambda: request_as_curl(voice),
            "json": lambda: request_as_json(voice),
            "trace-id": lambda: voice.trace_id,
        }
        QGuiApplication.clipboard().setText(makers[kind]())
