"""Files on their way in: dropped, pasted, picked, recent or named on the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject

from voiceclone_gui.core.errors import WorkerFailed
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.services.prepare_sample import SamplePreparation
from voiceclone_gui.ui.dialogs import Question, ask, choose_file_to_open
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.incoming import candidates
from voiceclone_gui.ui.main_window import MainWindow
from voiceclone_gui.ui.messages import Message, MessageBus, Tone
from voiceclone_gui.ui.presenters.clone_presenter import ClonePresenter
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.tasks import TaskScope

_NAMES_SHOWN = 5
# What the service refuses for its length alone: a part of it may be sent.
_CAN_BE_CUT = {"sample-long", "prompt-long"}
# Each is decoded as a whole: a folder of recordings is looked through, a whole disk isn't.
LOOKED_AT_MAX = 200
# What is offered first: any other file may be chosen too, since the content decides.
_KINDS = (
    *("mp3", "m4a", "wav", "aac", "flac", "ogg", "oga", "opus", "webm", "wma", "amr", "aif", "aiff", "caf"),
    *("mp4", "m4v", "mov", "mkv", "avi", "3gp", "mka", "w64", "wv", "ape", "tta", "au"),
)


class FileIntake(QObject):
    """Decides where a file goes, asking where only the user can know it."""

    def __init__(
        self,
        *,
        window: MainWindow,
        clone: ClonePresenter,
        samples: SamplePreparation,
        settings: SettingsPresenter,
        messages: MessageBus,
        tasks: TaskScope,
    ) -> None:
        super().__init__()
        self._window = window
        self._clone = clone
        self._samples = samples
        self._settings = settings
        self._messages = messages
        self._tasks = tasks

    def open_files(self, paths: list[Path], *, target: str = "") -> None:
        """Take files, folders included: the first that can be used goes to ``target``."""
        if paths:
            self._tasks.replace(self._take(paths, target), name="incoming files")

    def choose(self, place: str) -> None:
        """Let the user pick a file for ``recording`` or ``clip``."""
        self._tasks.start_unique(self._choose(place), name="choose a file")

    async def _choose(self, place: str) -> None:
        title = tr("Choose a recording") if place == "recording" else tr("Choose an example clip")
        recent = self._settings.state.recent_files
        path = await choose_file_to_open(
            parent=self._window,
            title=title,
            folder=Path(recent[0]).parent if recent else None,
            patterns=tr("Sound and film ({kinds})", kinds=" ".join(f"*.{kind}" for kind in _KINDS)),
        )
        if path is not None:
            self._put(path, place)

    async def _take(self, paths: list[Path], target: str) -> None:
        if self._is_busy():
            return
        files = await asyncio.to_thread(candidates, paths)
        if not files:
            names = _names(paths)
            self._messages.post(
                Message(title=tr("There is no file in {names}.", names=names), cure=tr("Drop a recording."))
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
        looked_at = files[:LOOKED_AT_MAX]
        to_be_cut: Path | None = None
        for number, file in enumerate(looked_at, start=1):
            self._tell_progress(file, number=number, count=len(looked_at))
            try:
                prepared = await self._samples.prepare(file, purpose=purpose)
            except WorkerFailed:
                # One that takes the audio process along keeps nobody from the others.
                continue
            if prepared.facts is not None and not prepared.refusals:
                self._use_of_many(file, place, files=files)
                return
            if to_be_cut is None and {one.code for one in prepared.refusals} <= _CAN_BE_CUT:
                to_be_cut = file
        if to_be_cut is not None:
            self._use_of_many(to_be_cut, place, files=files)
            return
        cure = tr("Drop one to see why.")
        if len(files) > len(looked_at):
            cure = tr("The first {count} were looked at. Drop the one you mean.", count=len(looked_at))
        self._messages.post(
            Message(title=tr("None of these files can be used: {names}", names=_names(looked_at)), cure=cure)
        )

    def _use_of_many(self, file: Path, place: str, *, files: list[Path]) -> None:
        if self._is_busy():
            return
        self._put(file, place)
        others = _names([one for one in files if one != file])
        self._messages.post(
            Message(
                title=tr("{name} is used.", name=file.name),
                cure=tr("One recording makes a voice; not used: {others}", others=others),
                tone=Tone.INFORMATION,
            )
        )

    def _tell_progress(self, file: Path, *, number: int, count: int) -> None:
        self._messages.post(
            Message(
                title=tr("Looking for a recording: {number} of {count} files", number=number, count=count),
                cure=file.name,
                tone=Tone.INFORMATION,
            )
        )

    async def _ask_for_place(self) -> str:
        if self._clone.state.recording is None:
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

    def _is_busy(self) -> bool:
        """Whether a clone runs, which keeps its files; that is said."""
        if self._clone.state.is_running:
            self._messages.post(
                Message(
                    title=tr("A voice is being cloned: its files stay as they are."),
                    cure=tr("Wait until it is done, or cancel it."),
                    tone=Tone.INFORMATION,
                )
            )
        return self._clone.state.is_running

    def _put(self, path: Path, place: str) -> None:
        if self._is_busy():
            return
        self._window.show_page("clone")
        if place == "clip":
            self._clone.choose_clip(path)
        else:
            self._clone.choose_recording(path)


def _names(files: list[Path]) -> str:
    shown = ", ".join(file.name for file in files[:_NAMES_SHOWN])
    more = len(files) - _NAMES_SHOWN
    return tr("{names} and {count} more", names=shown, count=more) if more > 0 else shown
