"""Decoded sound as numbers: in blocks of the decoder's own type, or as one channel for measuring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.recording import Recording, Run, open_recording
from voiceclone_gui.core.errors import SampleUnreadable

_BLOCK_FRAMES = 1 << 16
_DTYPES: dict[str, type[np.generic]] = {
    "u8": np.uint8,
    "s16": np.int16,
    "s32": np.int32,
    "s64": np.int64,
    "flt": np.float32,
    "dbl": np.float64,
}


@dataclass(frozen=True, kw_only=True)
class Block:
    """Sound of shape (channels, sample frames), in the decoder's own sample type."""

    values: npt.NDArray[Any]
    sample_rate_hz: int


def decode_blocks(recording: Recording, *, limit_s: float) -> Iterator[Block]:
    """The sound in blocks of a second or so, at most ``limit_s`` of it; each has one rate and layout."""
    block: _GrowingBlock | None = None
    left_s = limit_s
    for run in recording.runs():
        rate = run.frame.sample_rate
        values = _planes(run)[:, : round(left_s * rate)]
        left_s -= values.shape[1] / rate
        if block is None or not block.takes(values, rate):
            if block is not None:
                yield block.finished()
            block = _GrowingBlock(like=values, sample_rate_hz=rate)
        block.add(values)
        if left_s * rate < 1:
            break
    if block is not None:
        yield block.finished()


def decode_mono(path: Path, *, sample_rate_hz: int, limit_s: float) -> npt.NDArray[np.float32]:
    """The first ``limit_s`` seconds as one channel from -1 to 1: every channel with the same weight.

    The mix is made here, since FFmpeg's own adds 3 dB when two equal channels become one in float.
    Raises :class:`SampleUnreadable` and :class:`SampleChanged`.
    """
    with open_recording(path) as recording:
        try:
            pieces = list(_resampled(decode_blocks(recording, limit_s=limit_s), to_hz=sample_rate_hz))
        except av.FFmpegError as error:  # a damaged header named a rate that nothing can be made of
            raise SampleUnreadable("sample-undecodable", name=path.name) from error
        recording.check()
        if not pieces:
            raise recording.nothing_decoded()
    mono = np.concatenate(pieces)[: round(limit_s * sample_rate_hz)]
    np.nan_to_num(mono, copy=False)
    return np.clip(mono, -1.0, 1.0, out=mono)


def _resampled(blocks: Iterable[Block], *, to_hz: int) -> Iterator[npt.NDArray[np.float32]]:
    resampler: Resampler | None = None
    for block in blocks:
        if resampler is None or resampler.from_hz != block.sample_rate_hz:
            if resampler is not None:
                yield resampler.rest()
            resampler = Resampler(from_hz=block.sample_rate_hz, to_hz=to_hz)
        yield resampler.convert(mixed(block.values))
    if resampler is not None:
        yield resampler.rest()


class _GrowingBlock:
    def __init__(self, *, like: npt.NDArray[Any], sample_rate_hz: int) -> None:
        self._sample_rate_hz = sample_rate_hz
        self._length = 0
        size = max(_BLOCK_FRAMES, like.shape[1])
        self._values: npt.NDArray[Any] = np.empty((like.shape[0], size), dtype=like.dtype)

    def takes(self, values: npt.NDArray[Any], sample_rate_hz: int) -> bool:
        return (
            sample_rate_hz == self._sample_rate_hz
            and values.dtype == self._values.dtype
            and values.shape[0] == self._values.shape[0]
            and self._length + values.shape[1] <= self._values.shape[1]
        )

    def add(self, values: npt.NDArray[Any]) -> None:
        end = self._length + values.shape[1]
        self._values[:, self._length : end] = values
        self._length = end

    def finished(self) -> Block:
        return Block(values=self._values[:, : self._length], sample_rate_hz=self._sample_rate_hz)


class Resampler:
    """One channel from one rate to another; nothing to do where they are the same."""

    def __init__(self, *, from_hz: int, to_hz: int) -> None:
        self.from_hz = from_hz
        self._same = from_hz == to_hz
        self._inner = av.AudioResampler(format="fltp", layout="mono", rate=to_hz)

    def convert(self, mono: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """What comes out of the next piece; some of it may come with a later one."""
        if self._same or not mono.size:
            return mono
        frame = av.AudioFrame.from_ndarray(mono.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate = self.from_hz
        return _joined(self._inner.resample(frame))

    def rest(self) -> npt.NDArray[np.float32]:
        """What is left after the last piece."""
        return _joined([] if self._same else self._inner.resample(None))


def _joined(frames: list[av.AudioFrame]) -> npt.NDArray[np.float32]:
    parts = [frame.to_ndarray()[0].astype(np.float32, copy=False) for frame in frames]
    return np.concatenate([np.empty(0, dtype=np.float32), *parts])


def _planes(run: Run) -> npt.NDArray[Any]:
    frame = run.frame
    dtype = _DTYPES[frame.format.name.removesuffix("p")]
    channels = frame.layout.nb_channels
    rows = channels if frame.format.is_planar else 1
    # PyAV's planes are buffers, though its types can't say so before Python 3.12.
    buffers = [cast("memoryview[int]", plane) for plane in frame.planes[:rows]]
    count = run.length * channels // rows
    values = [np.frombuffer(buffer, dtype=dtype, count=count) for buffer in buffers]
    if len(values) > 1:
        return np.stack(values)
    return values[0].reshape(run.length, -1).T


def scaled(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """``values`` in floating point, full scale being 1."""
    found = values.astype(np.float32)
    if values.dtype == np.uint8:
        found -= 128.0
    if np.issubdtype(values.dtype, np.integer):
        found /= 2.0 ** (8 * values.dtype.itemsize - 1)
    return found


def mixed(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """All channels of ``values`` as one, each with the same weight; full scale is 1."""
    one: npt.NDArray[np.float32] = scaled(values).mean(axis=0, dtype=np.float32)
    return one
