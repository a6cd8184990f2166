"""From a recording to its facts and its waveform, in one pass."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.decode import Block, decode_blocks
from voiceclone_gui.audio.levels import speech_level_dbfs
from voiceclone_gui.audio.probe import LIMIT_H, facts_of
from voiceclone_gui.audio.recording import open_recording
from voiceclone_gui.audio.stereo import StereoMeter
from voiceclone_gui.audio.waveform import FULL_SCALE, PIECE_FRAMES, SILENCE_DBFS, Waveform
from voiceclone_gui.audio.worker_child import report_progress
from voiceclone_gui.core.errors import SampleUnreadable
from voiceclone_gui.core.sample import SampleFacts

__all__ = ["Waveform", "examine_sample"]

_PROGRESS_STEP = 0.05


def examine_sample(path: Path) -> tuple[SampleFacts, Waveform]:
    """The facts about the recording at ``path`` and its waveform, in one pass; a job for the audio process.

    Reports unfinished waveforms as it goes. Raises like :func:`voiceclone_gui.audio.probe.inspect_sample`.
    """
    meter, stereo = _Meter(), StereoMeter()
    lengths: Counter[tuple[int, int]] = Counter()
    told = 0.0
    with open_recording(path) as recording:
        for block in decode_blocks(recording, limit_s=LIMIT_H * 3600 + 1):
            channels, frames = block.values.shape
            lengths[block.sample_rate_hz, channels] += frames
            meter.add(block)
            stereo.add(block.values)
            if _duration_s(lengths) > LIMIT_H * 3600:
                raise SampleUnreadable("sample-endless", name=path.name, limit_h=LIMIT_H)
            share = recording.read_bytes / recording.stamp.size_bytes
            if share >= told + _PROGRESS_STEP:
                told = share
                report_progress(meter.waveform(duration_s=_duration_s(lengths) / share, share=share))
        facts = facts_of(recording, lengths, path=path, channels_are=stereo.result())
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
    pieces = (whole.astype(np.float32) / FULL_SCALE).reshape(len(values), -1, PIECE_FRAMES)
    power: npt.NDArray[np.float64] = np.einsum("cpf,cpf->p", pieces, pieces).astype(np.float64)
    return power / (PIECE_FRAMES * len(values))


def _as_int16(values: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    if values.dtype == np.int16:
        return values
    if values.dtype == np.uint8:
        return (values.astype(np.int16) - 128) << 8
    if np.issubdtype(values.dtype, np.integer):
        return (values >> (8 * values.dtype.itemsize - 16)).astype(np.int16)
    scaled: npt.NDArray[Any] = np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=-1.0) * FULL_SCALE
    limited: npt.NDArray[np.int16] = np.clip(scaled, -FULL_SCALE - 1, FULL_SCALE).astype(np.int16)
    return limited


def _duration_s(lengths: Counter[tuple[int, int]]) -> float:
    return float(sum(Fraction(length, rate) for (rate, _), length in lengths.items()))
