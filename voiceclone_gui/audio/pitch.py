"""The pitch of a voice."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from voiceclone_gui.audio.sound import Samples, Sound

if TYPE_CHECKING:
    from swift_f0 import SwiftF0

LOWEST_HZ, HIGHEST_HZ = 60.0, 450.0
_MODEL_RATE_HZ = 16_000
# A frame is voiced from 0.5 on; surer frames are taken alone where there are enough of them.
_SURE, _ENOUGH_FRAMES = 0.9, 25
_VOICED, _FEWEST_FRAMES = 0.5, 5
# The median of this much is as good as that of an hour.
_EXCERPT_S = 30.0
_PART_S = 3.0


def median_pitch_hz(samples: Samples, *, sample_rate_hz: int) -> float | None:
    """The median fundamental frequency of the voice in one channel, ``None`` where none is heard.

    A long recording is judged by parts that are spread evenly over it.
    """
    excerpt = _excerpt(samples, sample_rate_hz=sample_rate_hz)
    mono = Sound(samples=excerpt, sample_rate_hz=sample_rate_hz).resampled(sample_rate_hz=_MODEL_RATE_HZ)
    if mono.samples.size < _MODEL_RATE_HZ * 0.032:
        return None
    found = _detector().detect(mono.samples, _MODEL_RATE_HZ)
    within = (found.pitch_hz >= LOWEST_HZ) & (found.pitch_hz <= HIGHEST_HZ)
    for confidence, frames_needed in ((_SURE, _ENOUGH_FRAMES), (_VOICED, _FEWEST_FRAMES)):
        heard = found.pitch_hz[within & (found.confidence >= confidence)]
        if heard.size >= frames_needed:
            return float(np.median(heard))
    return None


def _excerpt(samples: Samples, *, sample_rate_hz: int) -> Samples:
    if samples.size <= _EXCERPT_S * sample_rate_hz:
        return samples
    size = round(_PART_S * sample_rate_hz)
    starts = np.linspace(0, samples.size - size, round(_EXCERPT_S / _PART_S)).astype(int)
    return np.concatenate([samples[start : start + size] for start in starts])


@cache
def _detector() -> SwiftF0:
    """The model, loaded once for the process; it has no state of its own."""
    from swift_f0 import SwiftF0

    return SwiftF0(threads=1, spin=False)
