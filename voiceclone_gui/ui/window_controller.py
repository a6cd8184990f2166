"""Binds the window to its presenters: pages, the service, messages, closing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.errors import Action, VoiceCloneError
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.services.connection import Connection
from voiceclone_gui.services.prepare_sample import SamplePreparation, Worker
from voiceclone_gui.ui.dialogs import Question, ask
from voiceclone_gui.ui.file_intake import FileIntake
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.main_window import MainWindow
from voiceclone_gui.ui.messages import Message, MessageBus, message_for_error
from voiceclone_gui.ui.pages.settings_page import SettingsPage
from voiceclone_gui.ui.presenters.clone_presenter import ClonePresenter
from voiceclone_gui.ui.presenters.clone_state import CloneState, ResultState
from voiceclone_gui.ui.presenters.player_presenter import PlayerPresenter
from voiceclone_gui.ui.presenters.recovery_presenter import RecoveryPresenter
from voiceclone_gui.ui.presenters.services_presenter import ServicesPresenter
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.presenters.voices_presenter import VoicesPresenter
from voiceclone_gui.ui.preview_controller import PreviewController
from voiceclone_gui.ui.tasks import TaskScope
from voiceclone_gui.ui.widgets.connection_dialog import ask_for_connection

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
    recovery: RecoveryPresenter
    connection: Connection
    settings: SettingsPresenter
    services: ServicesPresenter
    settings_page: Callable[[], SettingsPage]
    samples: SamplePreparation
    worker: Worker
    messages: MessageBus
    tasks: TaskScope
    catalog: Catalog
    sample_files: SampleFiles


class WindowController(QObject):
    """Forwards what the window receives.

    Signals: ``finished()``: the user wants to end the program; ``report_wanted()``.
    """

    finished = Signal()
    report_wanted = Signal()

    def __init__(self, *, parts: WindowParts) -> None:
        super().__init__()
        self._parts = parts
        self._window = parts.window
        self._result: ResultState | None = None
        self._files = FileIntake(
            window=parts.window,
            clone=parts.clone,
            samples=parts.samples,
            settings=parts.settings,
            messages=parts.messages,
            tasks=parts.tasks,
        )
        self._preview = PreviewController(
            window=parts.window,
            player=parts.player,
            samples=parts.samples,
            worker=parts.worker,
            settings=parts.settings,
            messages=parts.messages,
            tasks=parts.tasks,
        )
        self._bind()
        self._window.show_service(parts.connection.active)

    def open_files(self, paths: list[Path], *, target: str = "") -> None:
        """Take files, folders included: the first that can be used goes to ``target``."""
        self._files.open_files(paths, target=target)

    def try_sample(self) -> None:
        """Fill the page with the shipped sample recording and its example clip."""
        files = self._parts.sample_files
        self._parts.clone.choose_both(files.recording, clip=files.prompt_clip, words=files.prompt_text)

    def choose_recording(self) -> None:
        """Ask for a recording."""
        self._files.choose("recording")

    def choose_clip(self) -> None:
        """Ask for an example clip."""
        self._files.choose("clip")

    def choose_profile(self, service_id: str) -> None:
        """Use another service; what it lacks is looked for in the keyring, then asked for."""
        if self._parts.connection.choice(service_id).problems():
            self._window.show_service(self._parts.connection.active)
            self._parts.tasks.replace(self._connect(service_id), name="connect")
        else:
            # A keyring that answers late must not undo what was chosen meanwhile.
            self._parts.tasks.cancel("connect")
            self._parts.services.use(service_id)

    def open_connection(self) -> None:
        """Open the settings of the services; from the practice service, those of the default online one."""
        active = self._parts.connection.active
        self._parts.services.select("hingnet" if active.is_practice else active.service_id)
        self.show_settings("services")

    def show_settings(self, panel: str) -> None:
        """Open a panel of the settings."""
        self._window.show_page("settings")
        self._parts.settings_page().show_panel(panel)

    def play_voice(self, voice: Voice) -> None:
        """Play the preview of a voice from the list."""
        self._preview.play_voice(voice)

    def act(self, action: Action) -> None:
        """Do what the button of a message in the banner says."""
        actions: dict[Action, Callable[[], object]] = {
            Action.PUT_BACK: self._put_back,
            Action.READ_REPORT: self.report_wanted.emit,
            Action.OPEN_CONNECTION: self.open_connection,
            Action.CHOOSE_RECORDING: self.choose_recording,
            Action.TRIM_RECORDING: self.choose_recording,
            Action.CHOOSE_PROMPT_CLIP: self.choose_clip,
        }
        if action in actions:
            actions[action]()

    def _bind(self) -> None:
        window, parts = self._window, self._parts
        window.files_received.connect(lambda paths, target: self.open_files(paths, target=target))
        window.close_requested.connect(lambda: self._start(self._ask_to_close(), "close"))
        window.clone_key.connect(parts.clone.start)
        window.banner.action_wanted.connect(self.act)
        window.header.page_wanted.connect(self._show_page)
        window.header.profile_wanted.connect(self.choose_profile)
        window.header.connection_wanted.connect(self.open_connection)
        window.strip.connect_wanted.connect(self.open_connection)
        parts.services.service_changed.connect(self._show_service)
        parts.services.waiting_changed.connect(self._show_waiting)
        parts.clone.state_changed.connect(self._show_clone)
        parts.clone.voice_made.connect(lambda _: parts.voices.load())
        parts.clone.file_taken.connect(self._remember_file)
        parts.recovery.preview_came.connect(self._show_preview)
        parts.tasks.failed.connect(self._show_failure)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._parts.tasks.start_unique(work, name=name)

    def _show_page(self, name: str) -> None:
        if name == "voices":
            self._parts.voices.load()
        self._window.show_page(name)

    def _show_clone(self, state: CloneState) -> None:
        self._window.show_has_recording(state.recording is not None)
        self._preview.show_clone(state)
        if state.result is not None and state.result is not self._result:
            self._result = state.result
            if state.result.preview_error is not None:
                self._parts.recovery.note_lost(state.result.voice, state.result.preview_error)

    def _show_preview(self, voice: Voice) -> None:
        """A lost preview came back."""
        if not self._parts.clone.take_preview(voice):
            self._preview.show_voice(voice)

    def _remember_file(self, path: Path) -> None:
        files = self._parts.sample_files
        if path not in {files.recording, files.prompt_clip}:
            self._parts.settings.add_recent(path)

    def _put_back(self) -> None:
        self._parts.messages.clear()
        self._parts.clone.put_back()

    # -- the service

    async def _connect(self, service_id: str) -> None:
        services, connection = self._parts.services, self._parts.connection
        keyring_problem = await services.fetch_token(service_id)
        if connection.choice(service_id).problems():
            asked = await ask_for_connection(
                parent=self._window, choice=connection.choice(service_id), keyring_problem=keyring_problem
            )
            if asked is None:
                return
            typed, keeps = asked
            services.change(service_id, base_url=typed.base_url, prefix=typed.prefix)
            services.set_token(service_id, typed.token.reveal(), keep=keeps)
        services.use(service_id)

    def _show_service(self) -> None:
        self._window.header.show_choices(self._parts.connection.choices())
        self._window.show_service(self._parts.connection.active)
        self._parts.clone.refresh_service()

    def _show_waiting(self, service_id: str) -> None:
        if service_id:
            self._window.header.show_waiting(self._parts.connection.choice(service_id))
        else:
            self._window.show_service(self._parts.connection.active)

    # -- the end

    async def _ask_to_close(self) -> None:
        if self._parts.clone.state.is_running and not await self._may_stop():
            return
        if self._is_paying() and not await self._may_stop_paying():
            return
        typed_in = self._window.focusWidget()
        if typed_in is not None:
            # A field is taken over when it is left, and closing doesn't leave it.
            typed_in.clearFocus()
        self.finished.emit()

    async def _may_stop(self) -> bool:
        run = self._parts.clone.state.run
        is_sent = run is not None and run.is_sent
        if is_sent:
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
        if await ask(question, parent=self._window) != "close":
            return False
        run = self._parts.clone.state.run
        # What was said may have become untrue while the question stood there.
        return await self._may_stop() if run is not None and run.is_sent and not is_sent else True

    def _is_paying(self) -> bool:
        run = self._parts.recovery.state.run
        return run is not None and run.is_paid

    async def _may_stop_paying(self) -> bool:
        run = self._parts.recovery.state.run
        is_sent = run is not None and run.is_sent
        text = (
            tr("The request has left already: the voice may be kept and billed all the same.")
            if is_sent
            else tr("Nothing is billed.")
        )
        question = Question(
            title=tr("A new preview is being made. Close anyway?"),
            text=text,
            answers={"stay": tr("Stay"), "close": tr("Close")},
        )
        if await ask(question, parent=self._window) != "close":
            return False
        run = self._parts.recovery.state.run
        return await self._may_stop_paying() if run is not None and run.is_sent and not is_sent else True

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
                action=Action.READ_REPORT,
            )
        )
