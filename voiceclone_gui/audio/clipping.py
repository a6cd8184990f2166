"""Clipped samples: runs at the recording's own peak, so that a later gain doesn't hide them.

What the peak is shows only at the end. Runs near the peak so far are kept, and judged then.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

_NEAR_PEAK = 0.9995
# One step of 16 bit.
_STEP = 2.0**-15
_RUN_SAMPLES, _RUN_RATE_HZ = 3, 48_000
# Below this the steps of 16 bit are so large that any rounded top looks flat.
_QUIETEST_PEAK = 10 ** (-30 / 20)

Values = npt.NDArray[np.float32]


class ClipMeter:
    """Collects runs of three samples or more at 99.95 % of the peak that begin or end abruptly, or go beyond
    full scale.

    At more than 48 kHz a run has to be longer by as much, since a smooth top is too.
    """

    def __init__(self, *, sample_rate_hz: int) -> None:
        self._rate = sample_rate_hz
        self._shortest = max(_RUN_SAMPLES, math.ceil(_RUN_SAMPLES * sample_rate_hz / _RUN_RATE_HZ))
        self._peak = 0.0
        self._starts: list[npt.NDArray[np.intp]] = []
        self._levels: list[Values] = []
        self._lengths: list[npt.NDArray[np.intp]] = []

    def add(self, channel: Values, *, peak: float, first_sample: int) -> None:
        """Look through a piece of one channel; ``peak`` is its largest distance from zero."""
        self._peak = max(self._peak, peak)
        if peak < self._threshold or self._peak < _QUIETEST_PEAK:
            return
        near = np.flatnonzero(np.abs(channel) >= self._threshold)
        sign = channel[near] > 0
        breaks = np.flatnonzero((np.diff(near) != 1) | (sign[1:] != sign[:-1])) + 1
        starts = np.concatenate([[0], breaks])
        lengths = np.diff(np.append(starts, near.size))
        long_enough = lengths >= self._shortest
        if not long_enough.any():
            return
        levels = np.minimum.reduceat(np.abs(channel[near]), starts)
        long_enough &= _is_cut(channel, near=near, starts=starts, lengths=lengths)
        self._starts.append(first_sample + near[starts[long_enough]])
        self._lengths.append(lengths[long_enough])
        self._levels.append(levels[long_enough])

    def clipped(self, *, frames: int, frame_s: float) -> npt.NDArray[np.uint32]:
        """How many samples are clipped in each of ``frames``, of all channels."""
        found = np.zeros(frames, dtype=np.uint32)
        if self._starts:
            valid = np.concatenate(self._levels) >= self._threshold
            at = (np.concatenate(self._starts)[valid] / (frame_s * self._rate)).astype(np.intp)
            np.add.at(found, np.minimum(at, frames - 1), np.concatenate(self._lengths)[valid])
        return found

    @property
    def _threshold(self) -> float:
        return _NEAR_PEAK * min(self._peak, 1.0)


def _is_cut(
    channel: Values,
    *,
    near: npt.NDArray[np.intp],
    starts: npt.NDArray[np.intp],
    lengths: npt.NDArray[np.intp],
) -> npt.NDArray[np.bool_]:
    """Whether each run looks cut off: a low tone also stays near its top for long, but leaves it as slowly.

    A smooth top is a parabola. Where a run of it lies within the tolerance, the sample beside it is lower by
    no more than the tolerance times the square of how much farther it is from the middle.
    """
    tops = np.maximum.reduceat(np.abs(channel[near]), starts)
    sign = np.where(channel[near[starts]] > 0, 1, -1)
    before, behind = near[starts] - 1, near[starts + lengths - 1] + 1
    falls = []
    for beside in (before, behind):
        inside = (beside >= 0) & (beside < len(channel))
        fall = tops - sign * channel[np.clip(beside, 0, len(channel) - 1)]
        falls.append(np.where(inside, fall, 0.0))
    half = (lengths - 1) / 2
    smooth = (1 - _NEAR_PEAK) * ((half + 1.5) / np.maximum(half, 0.5)) ** 2 * tops + 2 * _STEP
    found: npt.NDArray[np.bool_] = (np.maximum(*falls) > smooth) | (tops > 1.0)
    return found
