"""Loudness by ITU-R BS.1770-5: power after its K filter in steps of 100 ms, gated over any part; true peaks.

Gating and peaks need numpy alone. FFmpeg's biquads do the filtering.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from av.filter.context import FilterContext

HOP_S = 0.1
_BLOCK_HOPS = 4
_OFFSET_DB = -0.691
_ABSOLUTE_GATE_LUFS, _RELATIVE_GATE_DB = -70.0, -10.0
# The filter's first stage has its middle at 1.7 kHz; below this rate there is no room for it.
_LOWEST_RATE_HZ = 6_000

# Of the channels in WAVE's order, by their number; all others count as they are. No LFE, more surround.
_CHANNEL_WEIGHTS = {
    5: (1.0, 1.0, 1.0, 1.41, 1.41),
    6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41),
    8: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41, 1.41, 1.41),
}

_PHASES, _TAPS = 4, 12
PEAK_PIECE_FRAMES = 64
# Between samples a sound can be some dB higher than at them. Only what comes near full scale is looked at.
_WORTH_A_LOOK = 0.4

Channels = npt.NDArray[np.float32]


def integrated_lufs(hop_power: npt.NDArray[np.float32]) -> float | None:
    """Integrated loudness of a run of hops; ``None`` below 400 ms and where the gates leave nothing."""
    if hop_power.size < _BLOCK_HOPS:
        return None
    total = np.concatenate([[0.0], np.cumsum(hop_power, dtype=np.float64)])
    blocks = (total[_BLOCK_HOPS:] - total[:-_BLOCK_HOPS]) / _BLOCK_HOPS
    loud = blocks[blocks > _power_of(_ABSOLUTE_GATE_LUFS)]
    if not loud.size:
        return None
    kept = loud[loud > loud.mean() * 10 ** (_RELATIVE_GATE_DB / 10)]
    return _OFFSET_DB + 10 * math.log10(float(kept.mean()))


def _power_of(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_DB) / 10))


class HopMeter:
    """Collects the K-weighted power of each 100 ms, channels added up with their weights."""

    def __init__(self, *, channels: int, sample_rate_hz: int) -> None:
        self._rate = sample_rate_hz
        self._weights = _CHANNEL_WEIGHTS.get(channels, (1.0,) * channels)
        usable = sample_rate_hz >= _LOWEST_RATE_HZ
        self._filters = [_KFilter(sample_rate_hz=sample_rate_hz) for _ in range(channels if usable else 0)]
        self._hops: list[npt.NDArray[np.float32]] = []

    def add(self, values: Channels) -> None:
        """Measure (channels, sample frames); all but the last call bring whole hops."""
        # A whole chunk is a sample shorter or longer where its length is no whole number of them.
        count = int((values.shape[1] + 1) / (HOP_S * self._rate))
        if not self._filters or not count:
            return
        edges = np.round(np.arange(count + 1) * (HOP_S * self._rate)).astype(np.intp)
        power = np.zeros(count, dtype=np.float32)
        for weight, k_filter, channel in zip(self._weights, self._filters, values, strict=True):
            if weight:
                weighted = k_filter.apply(channel)[: edges[-1]]
                sums = np.add.reduceat(weighted * weighted, edges[:-1])
                power += np.float32(weight) * sums / np.diff(edges)
        self._hops.append(power)

    def hop_power(self) -> npt.NDArray[np.float32] | None:
        """What was collected; ``None`` where the rate is too low for the filter."""
        if not self._filters:
            return None
        return np.concatenate([np.empty(0, dtype=np.float32), *self._hops])


class _KFilter:
    """The filter of BS.1770 for one channel, from one call to the next."""

    def __init__(self, *, sample_rate_hz: int) -> None:
        from av.filter import Graph

        self._rate = sample_rate_hz
        graph = Graph()
        self._source: FilterContext = graph.add_abuffer(
            sample_rate=sample_rate_hz, format="fltp", layout="mono", time_base=Fraction(1, sample_rate_hz)
        )
        stages = [graph.add("biquad", arguments) for arguments in _coefficients(sample_rate_hz)]
        self._sink: FilterContext = graph.add("abuffersink")
        graph.link_nodes(self._source, *stages, self._sink).configure()
        self._graph = graph

    def apply(self, channel: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        import av

        frame = av.AudioFrame.from_ndarray(channel.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate = self._rate
        self._source.push(frame)
        filtered = self._sink.pull()
        assert isinstance(filtered, av.AudioFrame)  # noqa: S101 - an audio graph gives nothing else
        values: npt.NDArray[np.float32] = filtered.to_ndarray()[0]
        return values


def _coefficients(sample_rate_hz: int) -> tuple[str, str]:
    """Both stages for any rate: the analogue filters behind the standard's figures for 48 kHz."""
    q, gain = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    k = math.tan(math.pi * 1681.974450955533 / sample_rate_hz)
    middle = gain**0.4996667741545416
    shelf = (
        gain + middle * k / q + k * k,
        2 * (k * k - gain),
        gain - middle * k / q + k * k,
        *_poles(k, q),
    )
    k, q = math.tan(math.pi * 38.13547087602444 / sample_rate_hz), 0.5003270373238773
    scale = 1 + k / q + k * k  # the standard doesn't scale its zeros
    high_pass = (scale, -2 * scale, scale, *_poles(k, q))
    return _biquad(shelf), _biquad(high_pass)


def _poles(k: float, q: float) -> tuple[float, float, float]:
    return 1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k


def _biquad(values: tuple[float, ...]) -> str:
    names = ("b0", "b1", "b2", "a0", "a1", "a2")
    pairs = ":".join(f"{name}={value:.17g}" for name, value in zip(names, values, strict=True))
    return f"{pairs}:precision=f64"


def true_peaks(channel: npt.NDArray[np.float32], peaks: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """``peaks`` of the pieces of 64 samples, raised to what lies between samples (4x oversampling).

    Pieces below -8 dBFS keep their sample peak: there it can't come near full scale.
    """
    worth = np.flatnonzero(peaks >= _WORTH_A_LOOK)
    if not worth.size:
        return peaks
    half = _TAPS // 2
    # Beyond the ends it goes on as it is: silence there would be an edge, and higher than any sample.
    beyond = len(peaks) * PEAK_PIECE_FRAMES + _TAPS - half - len(channel)
    padded = np.pad(channel, (half, beyond), mode="edge")
    around = padded[worth[:, np.newaxis] * PEAK_PIECE_FRAMES + np.arange(PEAK_PIECE_FRAMES + _TAPS - 1)]
    windows = np.lib.stride_tricks.sliding_window_view(around, _TAPS, axis=1)
    between = np.abs(windows @ _interpolation()).max(axis=(1, 2))
    raised = peaks.copy()
    raised[worth] = np.maximum(peaks[worth], between)
    return raised


def piece_peaks(channel: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The largest distance from zero in each piece of 64 samples, the last one shorter."""
    pieces = -(-len(channel) // PEAK_PIECE_FRAMES)
    padded = np.zeros(pieces * PEAK_PIECE_FRAMES, dtype=np.float32)
    np.abs(channel, out=padded[: len(channel)])
    peaks: npt.NDArray[np.float32] = padded.reshape(-1, PEAK_PIECE_FRAMES).max(axis=1)
    return peaks


def _interpolation() -> npt.NDArray[np.float32]:
    """Weights of the 12 samples around, for each of the three places between two of them."""
    places = np.arange(1, _PHASES) / _PHASES
    distance = np.arange(_TAPS)[:, np.newaxis] - (_TAPS // 2 - 1) - places
    window = np.i0(5.0 * np.sqrt(np.maximum(0, 1 - (distance / (_TAPS // 2)) ** 2))) / np.i0(5.0)
    weights = np.sinc(distance) * window
    scaled: npt.NDArray[np.float32] = (weights / weights.sum(axis=0)).astype(np.float32)
    return scaled
