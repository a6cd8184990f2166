"""What a level meter shows: up at once, down calmly, and the loudest of the last moments."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone_gui.core.microphone import SILENCE_DBFS, Level

_FALL_DB_PER_S = 24.0
_HOLD_S = 1.5


@dataclass(frozen=True, kw_only=True)
class LevelReading:
    """In dBFS: the mean and the peak as they are shown, and the peak that is held for a moment."""

    rms_dbfs: float = SILENCE_DBFS
    peak_dbfs: float = SILENCE_DBFS
    held_dbfs: float = SILENCE_DBFS


class LevelBallistics:
    """Turns levels into readings."""

    def __init__(self) -> None:
        self._reading = LevelReading()
        self._read_at_s: float | None = None
        self._held_at_s = 0.0

    def read(self, level: Level, *, now_s: float) -> LevelReading:
        """The reading after ``level`` was heard until ``now_s``."""
        fall_db = _FALL_DB_PER_S * (now_s - self._read_at_s) if self._read_at_s is not None else 0.0
        self._read_at_s = now_s
        before = self._reading
        peak = max(level.peak_dbfs, before.peak_dbfs - fall_db, SILENCE_DBFS)
        held = before.held_dbfs
        if peak >= held or now_s - self._held_at_s > _HOLD_S:
            held, self._held_at_s = peak, now_s
        self._reading = LevelReading(
            rms_dbfs=max(level.rms_dbfs, before.rms_dbfs - fall_db, SILENCE_DBFS),
            peak_dbfs=peak,
            held_dbfs=held,
        )
        return self._reading

    def reset(self) -> LevelReading:
        """Nothing is listened to."""
        self._reading, self._read_at_s = LevelReading(), None
        return self._reading
