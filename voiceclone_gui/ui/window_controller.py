"""Binds the window to its presenters: files in, previews out, services chosen, closing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.services.connection import Connection
from voiceclone_gui.services.prepare_sample import SamplePreparation, Worker
from voiceclone_gui.services.request_copy import request_as_curl, request_as_json
from voiceclone_gui.services.save_preview import save_preview
from voiceclone_gui.ui.dialogs import Question, ask, choose_file_to_open, choose_file_to_save
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.incoming import candidates
from voiceclone_gui.ui.main_window import MainWindow
from voiceclone_gui.ui.messages import Message, MessageBus, Tone, message_for_error
from voiceclone_gui.ui.presenters.clone_presenter import ClonePresenter
from voiceclone_gui.ui.presenters.clone_state import CloneState, ResultState
from voiceclone_gui.ui.presenters.player_presenter import PlayerPresenter, PlayerState
from voiceclone_gui.ui.presenters.voices_presenter import VoicesPresenter
from voiceclone_gui.ui.tasks import TaskScope
from voiceclone_gui.ui.widgets.connection_dialog import ask_for_connection

if TYPE_CHECKING:
    from voiceclone_gui.audio.peaks import Waveform

SAVED_WAV_HZ = 32_000
logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class SampleFiles:
    """The shipped sample recording, its example clip and the clip's words."""

    recording: Path
    prompt_clip: Path
    prompt_text: str


@dataclass(frozen=True, kw_only=True)
class WindowParts:
    """Everything that the controller binds together."""

    window: MainWindow
    clone: ClonePresenter
    player: PlayerPresenter
    voices: VoicesPresenter
    connection: Connection
    samples: SamplePreparation
    worker: Worker
    messages: MessageBus
    tasks: TaskScope
    catalog: Catalog
    sample_files: SampleFiles


class WindowController(QObject):
    """Forwards what the window receives. Signal ``finished()``: the user wants to end the program."""

    finished = Signal()

    def __init__(self, *, parts: WindowParts) -> None:
        super().__init__()
        self._parts = parts
        self._window = parts.window
        self._result: ResultState | None = None
        self._waveforms: dict[Path, Waveform] = {}
        self._bind()
        self._window.show_service(parts.connection.active)

    def open_files(self, paths: list[Path], *, target: str = "") -> None:
        """Take files, folders included: the first that can be used goes to ``target``."""
        if paths:
            self._parts.tasks.replace(self._take_files(paths, target), name="incoming files")

    def try_sample(self) -> None:
        """Fill the page with the shipped sample recording and its example clip."""
        files = self._parts.sample_files
        self._parts.clone.choose_recording(files.recording)
        self._parts.clone.choose_clip(files.prompt_clip, words=files.prompt_text)

    def choose_recording(self) -> None:
        """Ask for a recording."""
        self._start(self._choose("recording"), "choose a file")

    def choose_clip(self) -> None:
        """Ask for an example clip."""
        self._start(self._choose("clip"), "choose a file")

    def choose_profile(self, profile_id: str) -> None:
        """Use another service; one that lacks something is asked for it first."""
        choice = next(c for c in self._parts.connection.choices() if c.profile.id == profile_id)
        if choice.problems():
            self._window.show_service(self._parts.connection.active)
            self._start(self._connect(profile_id), "connect")
        else:
            self._use_profile(profile_id)

    def open_connection(self) -> None:
        """Ask for token and address; from the practice service that leads to the default online one."""
        active = self._parts.connection.active
        self._start(self._connect("hingnet" if active.is_practice else active.profile.id), "connect")

    def play_voice(self, preview: Path) -> None:
        """Play the preview of a voice from the list."""
        self._start(self._play_voice(preview), "show the preview")

    def _bind(self) -> None:
        window, parts = self._window, self._parts
        window.files_received.connect(lambda paths, target: self.open_files(paths, target=target))
        window.close_requested.connect(lambda: self._start(self._ask_to_close(), "close"))
        window.clone_key.connect(parts.clone.start)
        window.switch_key.connect(self._switch_source)
        window.play_key.connect(self._toggle)
        window.header.page_wanted.connect(self._show_page)
        window.header.profile_wanted.connect(self.choose_profile)
        window.header.connection_wanted.connect(self.open_connection)
        window.strip.connect_wanted.connect(self.open_connection)
        window.player.play_wanted.connect(self._toggle)
        window.player.seek_wanted.connect(self._seek)
        window.player.source_wanted.connect(parts.player.switch_to)
        window.player.volume_wanted.connect(parts.player.set_volume)
        window.player.save_wanted.connect(lambda kind: self._start(self._save(kind), "save"))
        window.player.copy_wanted.connect(self._copy)
        parts.clone.state_changed.connect(self._show_clone)
        parts.clone.voice_made.connect(lambda _: parts.voices.load())
        parts.player.state_changed.connect(self._show_playing)
        parts.player.failed.connect(self._show_unplayable)
        parts.tasks.failed.connect(self._show_failure)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._parts.tasks.start_unique(work, name=name)

    def _show_page(self, name: str) -> None:
        if name == "voices":
            self._parts.voices.load()
        self._window.show_page(name)

    # -- files

    async def _choose(self, place: str) -> None:
        title = tr("Choose a recording") if place == "recording" else tr("Choose an example clip")
        patterns = tr("Recordings (*.mp3 *.m4a *.wav)")
        path = await choose_file_to_open(parent=self._window, title=title, folder=None, patterns=patterns)
        if path is not None:
            self._put(path, place)

    async def _take_files(self, paths: list[Path], target: str) -> None:
        files = await asyncio.to_thread(candidates, paths)
        if not files:
            self._parts.messages.post(
                Message(title=tr("There is no file in it."), cure=tr("Drop a recording."))
            )
            return
        place = target or await self._ask_for_place()
        if not place:
            return
        if len(files) == 1:
            self._put(files[0], place)
            return
        await self._take_first_usable(files, place)

    async def _take_first_usable(self, files: list[Path], place: str) -> None:
        purpose = Purpose.VOICE_CLONE if place == "recording" else Purpose.PROMPT_AUDIO
        for file in files:
            prepared = await self._parts.samples.prepare(file, purpose=purpose)
            if prepared.facts is not None and not prepared.refusals:
                self._put(file, place)
                others = ", ".join(f.name for f in files if f != file)
                self._parts.messages.post(
                    Message(
                        title=tr("{name} is used.", name=file.name),
                        cure=tr("One recording makes a voice; not used: {others}", others=others),
                        tone=Tone.INFORMATION,
                    )
                )
                return
        names = ", ".join(f.name for f in files[:5])
        self._parts.messages.post(
            Message(
                title=tr("None of these files can be used: {names}", names=names),
                cure=tr("Drop one to see why."),
            )
        )

    async def _ask_for_place(self) -> str:
        if self._parts.clone.state.recording is None:
            return "recording"
        question = Question(
            title=tr("What is this file?"),
            text=tr("There is a recording in place already."),
            answers={
                "": tr("Cancel"),
                "clip": tr("The example clip"),
                "recording": tr("A new recording"),
            },
        )
        return await ask(question, parent=self._window)

    def _put(self, path: Path, place: str) -> None:
        self._window.show_page("clone")
        if place == "clip":
            self._parts.clone.choose_clip(path)
        else:
            self._parts.clone.choose_recording(path)

    # -- the service

    async def _connect(self, profile_id: str) -> None:
        given = await ask_for_connection(
            parent=self._window, connection=self._parts.connection, profile_id=profile_id
        )
        if given:
            self._use_profile(profile_id)

    def _use_profile(self, profile_id: str) -> None:
        self._window.show_service(self._parts.connection.choose(profile_id))
        self._parts.clone.refresh_service()

    # -- the preview

    def _show_clone(self, state: CloneState) -> None:
        self._window.show_has_recording(state.recording is not None)
        for sample in (state.recording, state.clip):
            if sample is not None and sample.facts is not None and sample.waveform is not None:
                self._waveforms[sample.path] = sample.waveform
        if state.result is not None and state.result is not self._result:
            self._result = state.result
            self._start(self._show_result(state.result), "show the preview")

    async def _show_result(self, result: ResultState) -> None:
        if result.preview is not None:
            has_recording = self._parts.player.has_source("recording")
            await self._play_preview(
                result.preview, is_stand_in=result.is_stand_in, has_recording=has_recording
            )

    async def _play_voice(self, preview: Path) -> None:
        chosen = [r.voice for r in self._parts.voices.state.rows if r.voice.preview_file == str(preview)]
        is_stand_in = any(voice.profile_id == "practice" for voice in chosen)
        await self._play_preview(preview, is_stand_in=is_stand_in, has_recording=False)

    async def _play_preview(self, preview: Path, *, is_stand_in: bool, has_recording: bool) -> None:
        if preview not in self._waveforms:
            prepared = await self._parts.samples.prepare(preview, purpose=Purpose.PROMPT_AUDIO)
            if prepared.waveform is not None:
                self._waveforms[preview] = prepared.waveform
        self._parts.player.set_source("clone", preview)
        self._window.player.show_preview(is_stand_in=is_stand_in, has_recording=has_recording)
        self._window.player.show_source("clone", waveform=self._waveforms.get(preview))
        self._parts.player.play_from_start("clone")

    def _show_playing(self, state: PlayerState) -> None:
        bar = self._window.player
        if state.source in {"recording", "clone"}:
            path = self._parts.player.path_of(state.source)
            bar.show_source(state.source, waveform=self._waveforms.get(path) if path else None)
        shown = state.source in {"recording", "clone"}
        bar.show_playing(playing=shown and state.playing, position_s=state.position_s if shown else 0.0)

    def _toggle(self) -> None:
        source = self._parts.player.state.source
        self._parts.player.toggle(source if source in {"recording", "clone"} else "clone")

    def _seek(self, position_s: float) -> None:
        source = self._parts.player.state.source
        self._parts.player.seek(source if source in {"recording", "clone"} else "clone", position_s)

    def _switch_source(self) -> None:
        other = "recording" if self._parts.player.state.source == "clone" else "clone"
        self._parts.player.switch_to(other)

    def _show_unplayable(self, words: str) -> None:
        self._parts.messages.post(
            Message(
                title=tr("It can't be played: {words}", words=words),
                cure=tr("Save it and play it elsewhere."),
            )
        )

    async def _save(self, kind: str) -> None:
        result = self._result
        if result is None or result.preview is None:
            return
        suffix = ".wav" if kind == "wav" else result.preview.suffix
        target = await choose_file_to_save(
            parent=self._window,
            title=tr("Save the preview"),
            proposed=Path.home() / f"{result.voice.voice_id}{suffix}",
            patterns=[f"*{suffix}"],
        )
        if target is not None:
            await save_preview(
                result.preview,
                target,
                as_wav=kind == "wav",
                sample_rate_hz=SAVED_WAV_HZ,
                worker=self._parts.worker,
            )
            self._parts.messages.post(
                Message(title=tr("Saved as {name}.", name=target.name), tone=Tone.INFORMATION)
            )

    def _copy(self, kind: str) -> None:
        if self._result is None:
            return
        voice = self._result.voice
        makers: dict[str, Callable[[], str]] = {
            "curl": lambda: request_as_curl(voice),
            "json": lambda: request_as_json(voice),
            "trace-id": lambda: voice.trace_id,
        }
        QGuiApplication.clipboard().setText(makers[kind]())

    # -- the end

    async def _ask_to_close(self) -> None:
        if self._parts.clone.state.is_running and not await self._may_stop():
            return
        self.finished.emit()

    async def _may_stop(self) -> bool:
        run = self._parts.clone.state.run
        if run is not None and run.is_sent:
            text = tr(
                "The request has left already: the voice may be made all the same. "
                "It stays in the list as unknown."
            )
        else:
            text = tr("No voice is made.")
        question = Question(
            title=tr("A voice is being cloned. Close anyway?"),
            text=text,
            answers={"stay": tr("Stay"), "close": tr("Close")},
        )
        return await ask(question, parent=self._window) == "close"

    def _show_failure(self, error: Exception) -> None:
        if isinstance(error, VoiceCloneError):
            self._parts.messages.post(message_for_error(error))
            return
        logger.error("A task failed", exc_info=error)
        self._parts.messages.post(
            Message(
                title=tr("The program made a mistake: {kind}", kind=type(error).__name__),
                cure=tr("What you typed is still there. Try again; if it stays, start the program anew."),
                detail=str(error),
            )
        )
