"""What a waveform is drawn from: the smallest and largest sample of every short piece of sound."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.decode import Block, decode_blocks
from voiceclone_gui.audio.levels import SILENCE_DBFS, speech_level_dbfs
from voiceclone_gui.audio.probe import LIMIT_H, facts_of
from voiceclone_gui.audio.recording import open_recording
from voiceclone_gui.audio.worker_child import report_progress
from voiceclone_gui.core.errors import SampleUnreadable
from voiceclone_gui.core.sample import SampleFacts

PIECE_FRAMES = 256
_PROGRESS_STEP = 0.05
_FULL = 32767


@dataclass(frozen=True, eq=False)
class Waveform:
    """Smallest and largest sample (int16) of each piece of 256 sample frames, all channels together.

    ``share`` (0-1) tells how much of the recording it covers while it is still being decoded.
    ``speech_dbfs`` is the root mean square of what is loud in it, pauses left out.
    """

    smallest: npt.NDArray[np.int16]
    largest: npt.NDArray[np.int16]
    duration_s: float
    share: float = 1.0
    speech_dbfs: float = SILENCE_DBFS

    def columns(self, count: int) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
        """Smallest and largest sample of ``count`` columns of equal length over the whole recording."""
        pieces = max(1, round(len(self.smallest) / max(self.share, 1e-6)))
        starts = np.minimum(np.arange(count) * pieces // count, pieces - 1)
        ends = np.maximum(np.arange(1, count + 1) * pieces // count, starts + 1)
        return _extremes(self.smallest, starts, ends, np.minimum), _extremes(
            self.largest, starts, ends, np.maximum
        )

    def render(self, *, width_px: int, height_px: int, bar_px: int, gap_px: int) -> bytes:
        """The picture as ``height_px`` rows of ``width_px`` bytes: 1 where a bar is, 0 elsewhere.

        Each bar is ``bar_px`` wide with ``gap_px`` behind it and shows its column's extremes; silence is a
        thin line in the middle.
        """
        pitch = bar_px + gap_px
        smallest, largest = self.columns(max(1, -(-width_px // pitch)))
        middle = (height_px - 1) / 2
        top = np.floor(middle - largest / _FULL * middle).astype(np.int32)
        bottom = np.ceil(middle - smallest / _FULL * middle).astype(np.int32)
        across = np.arange(width_px)
        bar = across // pitch
        rows = np.arange(height_px)[:, None]
        inside = (rows >= top[bar]) & (rows <= bottom[bar]) & (across % pitch < bar_px)
        return inside.astype(np.uint8).tobytes()


def examine_sample(path: Path) -> tuple[SampleFacts, Waveform]:
    """The facts about the recording at ``path`` and its waveform, in one pass; a job for the audio process.

    Reports unfinished waveforms as it goes. Raises like :func:`voiceclone_gui.audio.probe.inspect_sample`.
    """
    meter = _Meter()
    lengths: Counter[tuple[int, int]] = Counter()
    told = 0.0
    with open_recording(path) as recording:
        for block in decode_blocks(recording, limit_s=LIMIT_H * 3600 + 1):
            channels, frames = block.values.shape
            lengths[block.sample_rate_hz, channels] += frames
            meter.add(block)
            if _duration_s(lengths) > LIMIT_H * 3600:
                raise SampleUnreadable("sample-endless", name=path.name, limit_h=LIMIT_H)
            share = recording.read_bytes / recording.stamp.size_bytes
            if share >= told + _PROGRESS_STEP:
                told = share
                report_progress(meter.waveform(duration_s=_duration_s(lengths) / share, share=share))
        facts = facts_of(recording, lengths, path=path)
    return facts, meter.waveform(duration_s=facts.duration_s, share=1.0)


class _Meter:
    """Collects the extremes of whole pieces; what is left of a block waits for the next one."""

    def __init__(self) -> None:
        self._smallest: list[npt.NDArray[np.int16]] = []
        self._largest: list[npt.NDArray[np.int16]] = []
        self._power: list[npt.NDArray[np.float64]] = []
        self._low_rest = np.empty(0, dtype=np.int16)
        self._high_rest = np.empty(0, dtype=np.int16)

    def add(self, block: Block) -> None:
        values = _as_int16(block.values)
        self._power.append(_power(values))
        low = np.concatenate([self._low_rest, values.min(axis=0)])
        high = np.concatenate([self._high_rest, values.max(axis=0)])
        whole = len(low) - len(low) % PIECE_FRAMES
        self._smallest.append(low[:whole].reshape(-1, PIECE_FRAMES).min(axis=1))
        self._largest.append(high[:whole].reshape(-1, PIECE_FRAMES).max(axis=1))
        self._low_rest, self._high_rest = low[whole:], high[whole:]

    def waveform(self, *, duration_s: float, share: float) -> Waveform:
        rest = len(self._low_rest) > 0
        low = [*self._smallest, self._low_rest.min(keepdims=True)] if rest else self._smallest
        high = [*self._largest, self._high_rest.max(keepdims=True)] if rest else self._largest
        return Waveform(
            smallest=np.concatenate(low),
            largest=np.concatenate(high),
            duration_s=duration_s,
            share=share,
            speech_dbfs=speech_level_dbfs(np.concatenate(self._power)) if self._power else SILENCE_DBFS,
        )


def _power(values: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
    """The mean square of each piece, full scale being 1, of all channels together; a rest is left out."""
    whole = values[:, : values.shape[1] // PIECE_FRAMES * PIECE_FRAMES]
    pieces = (whole.astype(np.float32) / _FULL).reshape(len(values), -1, PIECE_FRAMES)
    power: npt.NDArray[np.float64] = np.einsum("cpf,cpf->p", pieces, pieces).astype(np.float64)
    return power / (PIECE_FRAMES * len(values))


def _as_int16(values: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    if values.dtype == np.int16:
        return values
    if values.dtype == np.uint8:
        return (values.astype(np.int16) - 128) << 8
    if np.issubdtype(values.dtype, np.integer):
        return (values >> (8 * values.dtype.itemsize - 16)).astype(np.int16)
    scaled: npt.NDArray[Any] = np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=-1.0) * _FULL
    limited: npt.NDArray[np.int16] = np.clip(scaled, -_FULL - 1, _FULL).astype(np.int16)
    return limited


def _extremes(
    values: npt.NDArray[np.int16], starts: npt.NDArray[Any], ends: npt.NDArray[Any], pick: np.ufunc
) -> npt.NDArray[np.int16]:
    """The extreme of each ``values[start:end]``; 0 where nothing is decoded yet."""
    found = np.zeros(len(starts), dtype=np.int16)
    known = ends <= len(values)
    if known.any():
        edges = np.stack([starts[known], ends[known]], axis=1).ravel()
        padded = np.append(values, values[-1:])
        found[known] = pick.reduceat(padded, edges)[::2]
    return found


def _duration_s(lengths: Counter[tuple[int, int]]) -> float:
    return float(sum(Fraction(length, rate) for (rate, _), length in lengths.items()))
