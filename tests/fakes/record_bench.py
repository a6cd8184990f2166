"""The recording window's presenter on a computer whose microphones the test plugs in and speaks into."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.fakes.microphones import BUILT_IN, FakeClock, FakeMicrophones, FakePermission
from voiceclone_gui.core.catalog.reading_texts import load_reading_texts
from voiceclone_gui.core.microphone import Take
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.services.record_take import TakePhase, TakeRecorder
from voiceclone_gui.storage.recordings import Recordings
from voiceclone_gui.ui.microphone_permission import Permission
from voiceclone_gui.ui.player import Player
from voiceclone_gui.ui.presenters.level_reading import LevelReading
from voiceclone_gui.ui.presenters.record_presenter import RecordPresenter
from voiceclone_gui.ui.presenters.record_state import RecordState


class RecordBench:
    """Real files and the real thread; the presenter's timer is the test."""

    def __init__(
        self,
        *,
        folder: Path,
        purpose: Purpose = Purpose.VOICE_CLONE,
        permission: Permission = Permission.GRANTED,
        system: str = "linux",
        chosen_id: str = "",
        language: str = "English",
    ) -> None:
        self.folder = folder
        self.microphones = FakeMicrophones(BUILT_IN)
        self.permission = FakePermission(permission)
        self.clock = FakeClock()
        self.recordings = Recordings(folder=folder)
        self.recorder = TakeRecorder(recordings=self.recordings)
        self.player = Player()
        self.remembered: list[str] = []
        self.readings: list[LevelReading] = []
        self.elapsed: list[float] = []
        self.taken: list[Path] = []
        self.left = 0
        self.presenter = RecordPresenter(
            purpose=purpose,
            folder=folder,
            recorder=self.recorder,
            microphones=self.microphones,
            permission=self.permission,
            player=self.player,
            texts=load_reading_texts(),
            language=language,
            system=system,
            chosen_id=chosen_id,
            remember=self.remembered.append,
            now_s=self.clock,
        )
        self.presenter.heard.connect(self.readings.append)
        self.presenter.elapsed.connect(self.elapsed.append)
        self.presenter.taken.connect(self.taken.append)
        self.presenter.left.connect(self._note_left)

    @property
    def state(self) -> RecordState:
        return self.presenter.state

    @property
    def problem_code(self) -> str:
        return self.state.problem.code if self.state.problem else ""

    @property
    def warning_code(self) -> str:
        return self.state.warning.code if self.state.warning else ""

    def begin(self) -> None:
        self.presenter.begin()
        # The test says when time passes.
        self.presenter.timer.stop()

    def until(self, holds: Callable[[], bool]) -> None:
        """Tick until it is so."""
        give_up_s = time.monotonic() + 30
        while True:
            self.presenter.tick()
            if holds():
                return
            assert time.monotonic() < give_up_s, f"it never came to that: {self.state}"
            time.sleep(0.002)

    def speak(self, *, seconds: float, peak: float = 0.25) -> None:
        """Something is heard, and time passes with it, a tenth of a second at a time."""
        for _ in range(round(seconds * 10)):
            before = len(self.readings)
            self.microphones.say(seconds=0.1, peak=peak)
            self.clock.now_s += 0.1
            self.until(lambda: len(self.readings) > before)  # noqa: B023 - called in this turn

    def record(self, *, seconds: float, peak: float = 0.25) -> Take:
        """A whole take."""
        count = self.state.earlier + (self.state.take is not None)
        self.presenter.record_or_pause()
        self.until(lambda: self.state.phase is TakePhase.RECORDING)
        self.speak(seconds=seconds, peak=peak)
        self.presenter.stop()
        self.until(lambda: self.state.take is not None and self.state.earlier == count)
        assert self.state.take is not None
        return self.state.take

    def _note_left(self) -> None:
        self.left += 1
