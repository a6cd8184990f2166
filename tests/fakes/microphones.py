"""A computer's microphones, plugged in and out by the test, and its permission to use them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.microphone import Microphone, SampleKind, SoundFormat
from voiceclone_gui.ui.microphone_permission import Permission

RATE_HZ = 48_000
BUILT_IN = Microphone(id="built-in", name="Built-in microphone", is_default=True)
HEADSET = Microphone(id="headset", name="Headset")


class FakeMicrophones(QObject):
    """Hears what the test says; ``refuses`` are the ids of those that can't be opened."""

    microphones_changed = Signal()
    heard = Signal(bytes)
    failed = Signal()

    def __init__(self, *plugged_in: Microphone) -> None:
        super().__init__()
        self.plugged_in = plugged_in
        self.refuses: set[str] = set()
        self.sound_system = True
        self.open_id = ""

    def microphones(self) -> tuple[Microphone, ...]:
        return self.plugged_in

    def has_sound_system(self) -> bool:
        return self.sound_system

    def open(self, microphone_id: str) -> SoundFormat | None:
        self.open_id = "" if microphone_id in self.refuses else microphone_id
        return SoundFormat(rate_hz=RATE_HZ, channels=1, kind=SampleKind.FLOAT32) if self.open_id else None

    def close(self) -> None:
        self.open_id = ""

    def plug(self, *plugged_in: Microphone) -> None:
        self.plugged_in = plugged_in
        self.microphones_changed.emit()

    def say(self, *, seconds: float, peak: float = 0.25, hz: float = 220.0) -> None:
        """A tone reaches the microphone that is open."""
        if self.open_id:
            times_s = np.arange(round(RATE_HZ * seconds)) / RATE_HZ
            self.heard.emit((peak * np.sin(2 * np.pi * hz * times_s)).astype(np.float32).tobytes())


class FakePermission(QObject):
    """The system's word, given when the test wants it."""

    decided = Signal()

    def __init__(self, state: Permission = Permission.GRANTED) -> None:
        super().__init__()
        self.said = state
        self.asked = 0

    def state(self) -> Permission:
        return self.said

    def ask(self) -> None:
        self.asked += 1

    def answer(self, state: Permission) -> None:
        self.said = state
        self.decided.emit()


class FakeClock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s
