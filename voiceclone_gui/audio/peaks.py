"""From a recording to its facts and its waveform, in one pass."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.decode import Block, decode_blocks
from voiceclone_gui.audio.levels import speech_level_dbfs
from voiceclone_gui.audio.probe import LIMIT_H, facts_of
from voiceclone_gui.audio.recording import Recording, open_recording
from voiceclone_gui.audio.sketch import is_worth_a_sketch, sketches_of
from voiceclone_gui.audio.stereo import StereoMeter
from voiceclone_gui.audio.waveform import FULL_SCALE, PIECE_FRAMES, Peaks, Waveform
from voiceclone_gui.audio.worker_child import report_progress
from voiceclone_gui.core.errors import SampleUnreadable
from voiceclone_gui.core.sample import SampleFacts

__all__ = ["Waveform", "examine_sample"]

_PROGRESS_STEP = 0.05
# So many pieces, and a few more, are enough to draw from while the rest is still being decoded. All of an
# hour would be 26 MB, sent in twenty parts.
_PIECES_ON_THE_WAY = 16_384


def examine_sample(path: Path) -> tuple[SampleFacts, Waveform]:
    """The facts about the recording at ``path`` and its waveform, in one pass; a job for the audio process.

    Reports unfinished waveforms as it goes. Raises like :func:`voiceclone_gui.audio.probe.inspect_sample`.
    """
    meter, stereo = _Meter(), StereoMeter()
    lengths: Counter[tuple[int, int]] = Counter()
    sketch: tuple[Peaks, Peaks] | None = None
    told = -1.0
    with open_recording(path) as recording:
        if is_worth_a_sketch(recording):
            sketch = _reported_sketch(path)
        for block in decode_blocks(recording, limit_s=LIMIT_H * 3600 + 1):
            channels, frames = block.values.shape
            lengths[block.sample_rate_hz, channels] += frames
            meter.add(block)
            stereo.add(block.values)
            decoded_s = sum(length / rate for (rate, _), length in lengths.items())
            if decoded_s > LIMIT_H * 3600:
                raise SampleUnreadable("sample-endless", name=path.name, limit_h=LIMIT_H)
            share = _share(recording, decoded_s=decoded_s)
            if share >= told + _PROGRESS_STEP:
                told = share
                report_progress(meter.progress(decoded_s / share, share=share, sketch=sketch))
        facts = facts_of(recording, lengths, path=path, channels_are=stereo.result())
    return facts, meter.waveform(duration_s=facts.duration_s)


def _reported_sketch(path: Path) -> tuple[Peaks, Peaks] | None:
    """The best sketch of a long recording; each one on the way is reported."""
    sketch = None
    nothing = np.empty(0, dtype=np.int16)
    for claimed_s, sketch in sketches_of(path):
        report_progress(Waveform(nothing, nothing, claimed_s, share=0.0, sketch=sketch))
    return sketch


def _share(recording: Recording, *, decoded_s: float) -> float:
    """How much of it is decoded: by the length that it claims while that can be, else by what was read."""
    if recording.claimed_s >= decoded_s:
        return max(decoded_s / recording.claimed_s, 1e-6)
    return min(max(recording.read_bytes / recording.stamp.size_bytes, 1e-6), 1.0)


class _Meter:
    """Collects extremes and power of pieces; sound of another kind begins a new piece."""

    def __init__(self) -> None:
        self._smallest: list[npt.NDArray[np.int16]] = []
        self._largest: list[npt.NDArray[np.int16]] = []
        self._power: list[npt.NDArray[np.float32]] = []
        self._sample_rate_hz = 0

    def add(self, block: Block) -> None:
        values = block.values
        self._sample_rate_hz = self._sample_rate_hz or block.sample_rate_hz
        whole = values.shape[1] - values.shape[1] % PIECE_FRAMES
        self._add(values[:, :whole].reshape(len(values), -1, PIECE_FRAMES))
        if whole < values.shape[1]:
            self._add(values[:, np.newaxis, whole:])

    def _add(self, pieces: npt.NDArray[Any]) -> None:
        """Take pieces of shape (channels, pieces, frames)."""
        if not pieces.size:
            return
        sound = pieces if pieces.dtype.kind == "f" else pieces.astype(np.float32)
        if pieces.dtype == np.uint8:
            sound -= 128.0
        power = np.einsum("cpf,cpf->p", sound, sound)
        if not np.isfinite(power).all():
            # Damage makes numbers whose square is none.
            sound = np.clip(np.nan_to_num(sound), -1.0, 1.0)
            pieces, power = sound, np.einsum("cpf,cpf->p", sound, sound)
        full_scale = 1.0 if pieces.dtype.kind == "f" else 2.0 ** (8 * pieces.dtype.itemsize - 1)
        self._power.append((power / (full_scale**2 * pieces.shape[0] * pieces.shape[2])).astype(np.float32))
        self._smallest.append(as_int16(pieces.min(axis=2).min(axis=0)))
        self._largest.append(as_int16(pieces.max(axis=2).max(axis=0)))

    def progress(self, duration_s: float, *, share: float, sketch: tuple[Peaks, Peaks] | None) -> Waveform:
        """What is seen while the rest is still being decoded: no more than is drawn, in longer pieces."""
        smallest, largest = np.concatenate(self._smallest), np.concatenate(self._largest)
        # Joined once: next time there are few arrays, not thousands.
        self._smallest, self._largest = [smallest], [largest]
        known = len(smallest)
        merged = max(1, known // _PIECES_ON_THE_WAY)
        whole = known - known % merged
        return Waveform(
            smallest=smallest[:whole].reshape(-1, merged).min(axis=1),
            largest=largest[:whole].reshape(-1, merged).max(axis=1),
            sample_rate_hz=self._sample_rate_hz,
            duration_s=duration_s,
            share=share * whole / known,
            piece_frames=PIECE_FRAMES * merged,
            sketch=sketch,
        )

    def waveform(self, *, duration_s: float) -> Waveform:
        power = np.concatenate(self._power)
        return Waveform(
            smallest=np.concatenate(self._smallest),
            largest=np.concatenate(self._largest),
            power=power,
            sample_rate_hz=self._sample_rate_hz,
            duration_s=duration_s,
            speech_dbfs=speech_level_dbfs(power),
        )


def as_int16(values: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    """Samples of any type in 16 bit, as they are drawn; what is above full scale is limited."""
    if values.dtype == np.int16:
        return values
    if values.dtype == np.uint8:
        return (values.astype(np.int16) - 128) << 8
    if np.issubdtype(values.dtype, np.integer):
        return (values >> (8 * values.dtype.itemsize - 16)).astype(np.int16)
    # For so few numbers, clip itself takes longer than its work.
    limited = np.minimum(np.maximum(values * FULL_SCALE, -FULL_SCALE - 1), FULL_SCALE)
    drawn: npt.NDArray[np.int16] = limited.astype(np.int16)
    return drawn
