"""How loud the speech of a recording is, and how loud its pauses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.sound import Samples
from voiceclone_gui.audio.waveform import SILENCE_DBFS

_FRAME_S = 0.032
# A frame counts as a pause or as speech by its distance from the quiet and from the loud end.
_QUIET_PERCENT, _LOUD_PERCENT = 5, 95
_PAUSE_BAND_DB, _SPEECH_BAND_DB = 6.0, 20.0


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Root mean square of the frames with speech and of those between; ``SILENCE_DBFS`` is the least."""

    speech_dbfs: float
    pause_dbfs: float


def measure_levels(samples: Samples, *, sample_rate_hz: int) -> Levels:
    """The levels of one channel, by energy alone: exact enough for speech, not made for music."""
    size = round(_FRAME_S * sample_rate_hz)
    if samples.size < size:
        samples = np.resize(samples, size)
    frames = samples[: samples.size // size * size].reshape(-1, size)
    # No square of it all is kept: a long sound is large.
    power = np.einsum("ij,ij->i", frames, frames) / np.float32(size)
    level_dbfs = _dbfs(power)
    quiet = np.percentile(level_dbfs, _QUIET_PERCENT)
    pauses = level_dbfs <= quiet + _PAUSE_BAND_DB
    return Levels(speech_dbfs=speech_level_dbfs(power), pause_dbfs=_mean_dbfs(power[pauses]))


def speech_level_dbfs(power: npt.NDArray[np.float32]) -> float:
    """The level of the speech in frames of which each one's mean square is ``power``."""
    if not power.size:
        return SILENCE_DBFS
    level_dbfs = _dbfs(power)
    loud = np.percentile(level_dbfs, _LOUD_PERCENT)
    return _mean_dbfs(power[level_dbfs >= loud - _SPEECH_BAND_DB])


def _mean_dbfs(power: npt.NDArray[np.float32]) -> float:
    return float(_dbfs(power.mean(keepdims=True, dtype=np.float64).astype(np.float32))[0])


def _dbfs(power: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    # In place: an hour has 600,000 of them, and each copy would be that much memory more.
    level = np.maximum(power, np.float32(10 ** (SILENCE_DBFS / 10)))
    np.log10(level, out=level)
    level *= 10
    return np.maximum(level, SILENCE_DBFS, out=level)
