"""Recording from the microphone: which one, what it hears, the takes, and what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from voiceclone_gui.core.catalog.reading_texts import ReadingText
from voiceclone_gui.core.microphone import Microphone, SoundFormat
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.services.record_take import TakePhase, TakeProgress, TakeRecorder
from voiceclone_gui.ui.i18n import say
from voiceclone_gui.ui.messages import Message, Tone, message_for_error
from voiceclone_gui.ui.microphone_permission import Permission
from voiceclone_gui.ui.player import Player
from voiceclone_gui.ui.presenters.level_reading import LevelBallistics
from voiceclone_gui.ui.presenters.record_state import RecordState

_TICK_MS = 33
_SILENT_DBFS = -60.0
_SILENT_AFTER_S = 3.0
_CLIP_SHOWN_S = 3.0
_SYSTEMS = {"win32": "windows", "darwin": "macos"}


class Microphones(Protocol):
    """The computer's microphones; see :class:`voiceclone_gui.ui.recorder.MicrophoneInput`."""

    @property
    def microphones_changed(self) -> SignalInstance: ...
    @property
    def heard(self) -> SignalInstance: ...
    @property
    def failed(self) -> SignalInstance: ...
    def microphones(self) -> tuple[Microphone, ...]: ...
    def has_sound_system(self) -> bool: ...
    def open(self, microphone_id: str) -> SoundFormat | None: ...
    def close(self) -> None: ...


class AsksPermission(Protocol):
    """Whether the microphone may be used."""

    @property
    def decided(self) -> SignalInstance: ...
    def state(self) -> Permission: ...
    def ask(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class _Said:
    code: str
    values: dict[str, object] = field(default_factory=dict)


class RecordPresenter(QObject):
    """Holds the recording window's state.

    Signals: ``state_changed(RecordState)``; ``heard(LevelReading)`` and ``elapsed(float)``, in seconds, some
    thirty times a second; ``taken(Path)``: this file is to be used; ``left()``: all is decided.
    ``system`` is ``sys.platform``; ``remember`` keeps the id of the microphone that the user chose.
    """

    state_changed = Signal(object)
    heard = Signal(object)
    elapsed = Signal(float)
    taken = Signal(object)
    left = Signal()

    def __init__(
        self,
        *,
        purpose: Purpose,
        folder: Path,
        recorder: TakeRecorder,
        microphones: Microphones,
        permission: AsksPermission,
        player: Player,
        texts: tuple[ReadingText, ...],
        language: str,
        system: str,
        chosen_id: str = "",
        remember: Callable[[str], None],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._recorder = recorder
        self._input = microphones
        self._permission = permission
        self._player = player
        self._system = _SYSTEMS.get(system, "linux")
        self._chosen_id = chosen_id
        self._remember = remember
        self._now_s = now_s
        self._ballistics = LevelBallistics()
        self._progress = TakeProgress()
        self._uses = False
        self._clipped_at_s: float | None = None
        self._take_clipped = False
        self._shown_text = ""
        self._text_of: dict[Path, str] = {}
        self._audible_at_s = now_s()
        known = [text.language for text in texts]
        first = language if language in known else known[0]
        self.state = RecordState(purpose=purpose, folder=folder, texts=texts, language=first)
        self.timer = QTimer(self)
        self.timer.setInterval(_TICK_MS)
        self.timer.timeout.connect(self.tick)
        microphones.microphones_changed.connect(self._follow_microphones)
        microphones.heard.connect(recorder.hear)
        microphones.failed.connect(self._lose_microphone)
        permission.decided.connect(self._look)
        player.playing_changed.connect(lambda playing: self._set(is_playing=playing))

    # -- what the user does

    def begin(self) -> None:
        """Look for a microphone and listen; macOS may ask the user first."""
        self.timer.start()
        if self._permission.state() is Permission.OPEN:
            self._permission.ask()
        else:
            self._look()

    def choose_microphone(self, microphone_id: str) -> None:
        """Listen to that one, now and next time; not while recording."""
        if self.state.is_running or microphone_id == self.state.microphone_id:
            return
        self._chosen_id = microphone_id
        self._remember(microphone_id)
        self._look()

    def choose_language(self, language: str) -> None:
        """Read in that language."""
        self._set(language=language)
        if self.state.text != self._shown_text and self.state.is_running:
            self._shown_text = ""

    def record_or_pause(self) -> None:
        """Begin a take, pause it, or go on with it."""
        if self._progress.phase is TakePhase.RECORDING:
            self._recorder.pause()
        elif self._progress.phase is TakePhase.PAUSED:
            self._recorder.resume()
        elif self.state.can_record:
            self._player.pause()
            self._take_clipped = False
            self._clipped_at_s = None
            self._audible_at_s = self._now_s()
            self._set(problem=None, warning=None)
            self._shown_text = self.state.text
            self._recorder.begin(limit_s=self.state.limit_s)

    @property
    def words(self) -> str:
        """What was there to be read all through the newest take, ``""`` where the text was changed."""
        return self._text_of.get(self.state.take.path, "") if self.state.take is not None else ""

    def stop(self) -> None:
        """End the take."""
        self._recorder.finish()

    def listen(self) -> None:
        """Play the newest take, or pause it."""
        if self.state.take is not None and not self.state.is_running:
            if self._player.path != self.state.take.path:
                self._player.load(self.state.take.path)
            self._player.toggle()

    def use(self) -> None:
        """Hand the newest take on; earlier ones stay in the folder."""
        if self.state.can_use:
            self._uses = True
            self._settle(keeps=True)

    def leave(self, *, keeps: bool) -> None:
        """Use none; ``keeps`` says whether the takes stay in the folder."""
        if not self.state.is_leaving:
            self._settle(keeps=keeps)

    def close(self) -> None:
        """Let the microphone go. Takes that nobody has decided about stay for the next start."""
        self.timer.stop()
        self._player.close()
        self._input.close()
        self._recorder.close()

    # -- what happens

    def tick(self) -> None:
        """See what has been heard and written since the last time."""
        self._follow_progress(self._recorder.progress)
        now_s = self._now_s()
        level = self._recorder.taken_level()
        if not self.state.microphone_id:
            return
        if level.frames:
            self.heard.emit(self._ballistics.read(level, now_s=now_s))
            if level.rms_dbfs > _SILENT_DBFS:
                self._audible_at_s = now_s
            if level.is_clipped:
                self._clipped_at_s = now_s
                self._take_clipped |= self._progress.phase is TakePhase.RECORDING
        self._set(warning=self._warning(now_s))

    def _follow_progress(self, progress: TakeProgress) -> None:
        before, self._progress = self._progress, progress
        if progress is before:
            return
        if progress.recorded_s != before.recorded_s:
            self.elapsed.emit(progress.recorded_s)
        if progress.settled is not None:
            self._end(progress)
            return
        changes: dict[str, object] = {"phase": progress.phase}
        if progress.takes != before.takes:
            changes |= {"take": progress.takes[-1], "earlier": len(progress.takes) - 1}
            self._text_of[progress.takes[-1].path] = self._shown_text
        if progress.failure is not None and progress.failure is not before.failure:
            self._uses = False
            changes |= {"problem": message_for_error(progress.failure), "is_leaving": False}
        self._set(**changes)

    def _settle(self, *, keeps: bool) -> None:
        self._player.close()
        self._set(is_leaving=True)
        self._recorder.settle(keeps=keeps)

    def _end(self, progress: TakeProgress) -> None:
        self.timer.stop()
        self._input.close()
        kept = progress.settled or ()
        if self._uses and kept:
            self.taken.emit(kept[-1].path)
        self.left.emit()

    def _warning(self, now_s: float) -> Message | None:
        if self._take_clipped:
            return self._say("microphone-clipped-take", tone=Tone.WARNING)
        if self._clipped_at_s is not None and now_s - self._clipped_at_s < _CLIP_SHOWN_S:
            return self._say("microphone-clips", tone=Tone.WARNING)
        if self._progress.is_full and self._progress.phase is TakePhase.IDLE:
            # Whoever comes back after an hour wonders more about this than about the silence.
            code = "take-full-clip" if self.state.purpose is Purpose.PROMPT_AUDIO else "take-full"
            return self._say(code, tone=Tone.INFORMATION, minutes=round(self.state.limit_s / 60))
        silent_s = now_s - self._audible_at_s
        if silent_s >= _SILENT_AFTER_S and not self.state.is_playing:
            return self._say(f"microphone-silent-{self._system}", tone=Tone.WARNING)
        return None

    def _look(self) -> None:
        """Listen to the chosen microphone, else to the system's own."""
        if self._permission.state() is Permission.DENIED:
            self._show_none(self._say(f"microphone-denied-{self._system}"))
            return
        found = self._input.microphones()
        if not found:
            code = "microphone-missing"
            if self._system == "linux" and not self._input.has_sound_system():
                self._show_none(self._say("microphone-no-sound-server"))
            else:
                self._show_none(self._say(f"{code}-{self._system}"))
            return
        wanted = _choice(found, self._chosen_id)
        self._open(wanted, found)

    def _open(self, wanted: Microphone, found: tuple[Microphone, ...]) -> None:
        sound_format = self._input.open(wanted.id)
        self._audible_at_s = self._now_s()
        if sound_format is None:
            problem = self._say(f"microphone-unopened-{self._system}", name=wanted.name)
            self._set(microphones=found, microphone_id="", problem=problem, warning=None)
            return
        self._recorder.listen(sound_format)
        self._set(microphones=found, microphone_id=wanted.id, problem=None, warning=None)

    def _follow_microphones(self) -> None:
        """Go on with what is there; a take goes on with its own microphone or ends."""
        if self._permission.state() is not Permission.GRANTED or self.state.is_leaving:
            return
        found = self._input.microphones()
        if self.state.microphone_id and self.state.microphone_id not in {one.id for one in found}:
            self._lose_microphone()
        elif self._is_taking() or (found and _choice(found, self._chosen_id).id == self.state.microphone_id):
            self._set(microphones=found)
        else:
            self._look()

    def _lose_microphone(self) -> None:
        names = {one.id: one.name for one in self.state.microphones}
        name = names.get(self.state.microphone_id, "")
        was_taking = self._is_taking()
        code = "microphone-lost-in-take" if was_taking else "microphone-lost"
        self._input.close()
        self._recorder.finish()
        self._look()
        if name and (was_taking or self.state.microphones):
            self._set(problem=self._say(code, tone=Tone.WARNING, name=name))

    def _is_taking(self) -> bool:
        return self._recorder.progress.phase is not TakePhase.IDLE

    def _show_none(self, problem: Message) -> None:
        self._input.close()
        self.heard.emit(self._ballistics.reset())
        self._set(microphones=(), microphone_id="", problem=problem, warning=None)

    def _say(self, code: str, *, tone: Tone = Tone.REFUSAL, **values: object) -> Message:
        sentence = say(_Said(code=code, values=values))
        return Message(title=sentence.title, cure=sentence.cure, tone=tone, code=code)

    def _set(self, **changes: object) -> None:
        state = replace(self.state, **changes)  # type: ignore[arg-type]
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def _choice(found: tuple[Microphone, ...], chosen_id: str) -> Microphone:
    chosen = [one for one in found if one.id == chosen_id]
    own = [one for one in found if one.is_default]
    return (chosen or own or list(found))[0]
