"""Levels, peaks, clipping and loudness of each 32 ms, at the recording's own rate."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.clipping import ClipMeter
from voiceclone_gui.audio.loudness import PEAK_PIECE_FRAMES, HopMeter, piece_peaks, true_peaks
from voiceclone_gui.audio.voice_activity import FRAME_S, Power

# A whole number of frames and of loudness hops.
CHUNK_S = 3.2
_STEREO = 2
# So much below the other one, a channel holds nothing.
_SILENT_BESIDE = 1e-6

Channels = npt.NDArray[np.float32]


class FrameMeter:
    """Collects what is measured of (channels, sample frames), 3.2 s at a time."""

    def __init__(self, *, channels: int, sample_rate_hz: int) -> None:
        self._rate = sample_rate_hz
        self._seen = 0
        self._power: list[Power] = []
        self._peak: list[Power] = []
        self._sides: list[npt.NDArray[np.float32]] = []
        self._is_stereo = channels == _STEREO
        self._clips = ClipMeter(sample_rate_hz=sample_rate_hz)
        self._hops = HopMeter(channels=channels, sample_rate_hz=sample_rate_hz)
        # Samples of all channels in a frame, against which clipped ones count.
        self.samples_a_frame = round(FRAME_S * sample_rate_hz) * channels

    def add(self, values: Channels, mono: npt.NDArray[np.float32]) -> None:
        """Measure ``values`` and the mix of them; all but the last call bring whole chunks."""
        size = FRAME_S * self._rate
        length = values.shape[1]
        # A whole chunk is a sample shorter or longer where its length is no whole number of them.
        count = max(1, math.ceil((length - 1) / size))
        edges = np.minimum(np.round(np.arange(count) * size).astype(np.intp), length - 1)
        self._power.append(_power(mono, edges))
        if self._is_stereo:
            self._sides.append(np.stack([_power(side, edges) for side in values]))
        peaks = np.zeros(count, dtype=np.float32)
        for channel in values:
            pieces = piece_peaks(channel)
            self._clips.add(channel, peak=float(pieces.max()), first_sample=self._seen)
            raised = true_peaks(channel, pieces)
            peaks = np.maximum(peaks, np.maximum.reduceat(raised, edges // PEAK_PIECE_FRAMES))
        self._peak.append(peaks)
        self._hops.add(values)
        self._seen += length

    @property
    def power(self) -> Power:
        """The mean square of each frame as it is sent: an empty channel doesn't make it quieter."""
        power = np.concatenate(self._power)
        return power * np.float32(4) if self._has_silent_side else power

    @property
    def peak(self) -> npt.NDArray[np.float32]:
        """The largest true peak of any channel in each frame."""
        return np.concatenate(self._peak)

    @property
    def sides(self) -> npt.NDArray[np.float32] | None:
        """The mean squares of left and right, ``None`` where there aren't two channels with sound."""
        return np.concatenate(self._sides, axis=1) if self._is_stereo and not self._has_silent_side else None

    @property
    def clipped(self) -> npt.NDArray[np.uint32]:
        """How many samples of each frame are clipped."""
        return self._clips.clipped(frames=sum(map(len, self._power)), frame_s=FRAME_S)

    @property
    def hop_power(self) -> npt.NDArray[np.float32] | None:
        """See :class:`voiceclone_gui.audio.loudness.HopMeter`."""
        return self._hops.hop_power()

    @property
    def _has_silent_side(self) -> bool:
        if not self._is_stereo:
            return False
        quieter, louder = sorted(np.sum([part.sum(axis=1) for part in self._sides], axis=0).tolist())
        return bool(quieter < louder * _SILENT_BESIDE)


def _power(channel: npt.NDArray[np.float32], edges: npt.NDArray[np.intp]) -> Power:
    """The mean square between ``edges``, without a constant part: that is no sound."""
    sizes = np.maximum(np.diff(np.append(edges, channel.size)), 1)
    means = np.add.reduceat(channel, edges) / sizes
    squares = np.add.reduceat(channel * channel, edges) / sizes
    return np.maximum(squares - means * means, 0).astype(np.float32)
