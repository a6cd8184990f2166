"""Music as the check meets it: chords that ring out, over a drum."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

RATE_HZ = 44_100
_SCALE_HZ = (220, 247, 262, 294, 330, 349, 392, 440, 523, 587, 659)
_BEAT_S = 0.25


def music(seconds: int, *, seed: int) -> npt.NDArray[np.float32]:
    """That much of it, at 44.1 kHz; another ``seed`` is another piece."""
    choice = np.random.default_rng(seed)
    time_s = np.arange(RATE_HZ) / RATE_HZ
    found = np.zeros((seconds + 1) * RATE_HZ, dtype=np.float32)
    for beat in range(round(seconds / _BEAT_S)):
        start = round(beat * _BEAT_S * RATE_HZ)
        sound = np.exp(-time_s * 30) * choice.standard_normal(RATE_HZ) * 0.1 * (beat % 2 == 0)
        for pitch_hz in choice.choice(_SCALE_HZ, 3, replace=False):
            fades = np.exp(-time_s * choice.uniform(2, 6))
            sound += (
                0.06 * fades * sum(np.sin(2 * np.pi * pitch_hz * n * time_s) / n**1.5 for n in range(1, 9))
            )
        found[start : start + RATE_HZ] += sound.astype(np.float32)
    return found[: seconds * RATE_HZ]
