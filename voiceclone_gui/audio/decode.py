"""Decoded sound as numbers: in blocks of the decoder's own type, or as one channel for measuring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.recording import Recording, open_recording
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
    """The sound in blocks of a second or so, at most ``limit_s`` of it; each has one rate and layout.

    All but the last of a rate and layout have the same length, a power of two.
    """
    queue: _Queue | None = None
    left_s = limit_s
    for frame, length in recording.runs():
        if queue is None or not queue.put(frame, length):
            if queue is not None:
                left_s -= queue.taken_s
                yield from queue.rest()
            queue = _Queue(like=frame, limit_s=left_s)
            queue.put(frame, length)
        if queue.is_full:
            yield from queue.whole_blocks()
            if queue.is_at_limit:
                break
    if queue is not None:
        yield from queue.rest()


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


class _Queue:
    """Sound of one kind on its way from small frames to blocks.

    FFmpeg's own queue: an hour has 150,000 frames, and numpy would take longer for each than copying it.
    """

    def __init__(self, *, like: av.AudioFrame, limit_s: float) -> None:
        self._fifo = av.AudioFifo()
        self._sample_rate_hz = like.sample_rate
        self._dtype = np.dtype(_DTYPES[like.format.name.removesuffix("p")])
        self._limit = round(limit_s * like.sample_rate)
        self._put = self._given = 0
        self._full_at = min(_BLOCK_FRAMES, self._limit)

    @property
    def taken_s(self) -> float:
        """How much went in."""
        return self._put / self._sample_rate_hz

    @property
    def is_full(self) -> bool:
        """Whether there is a block, or no more may go in."""
        return self._put >= self._full_at

    @property
    def is_at_limit(self) -> bool:
        """Whether nothing more may go in."""
        return self._put >= self._limit

    def put(self, frame: av.AudioFrame, length: int) -> bool:
        """Take the first ``length`` sample frames, less than all of them only at the end.

        ``False`` where ``frame`` is of another kind.
        """
        # Times are the recording's business; what the queue makes of gaps is an error.
        frame.pts = None
        try:
            self._fifo.write(frame)
        except ValueError:
            return False
        self._put += length
        return True

    def whole_blocks(self) -> Iterator[Block]:
        """The blocks that are full; what is behind them stays."""
        while min(self._put, self._limit) - self._given >= _BLOCK_FRAMES:
            yield self._block(_BLOCK_FRAMES)
        self._full_at = min(self._given + _BLOCK_FRAMES, self._limit)

    def rest(self) -> Iterator[Block]:
        """All that is left."""
        yield from self.whole_blocks()
        left = min(self._put, self._limit) - self._given
        if left > 0:
            yield self._block(left)

    def _block(self, length: int) -> Block:
        self._given += length
        frame = cast("av.AudioFrame", self._fifo.read(length))
        # PyAV's planes are buffers, though its types can't say so before Python 3.12.
        planes = cast("tuple[memoryview[int], ...]", frame.planes)
        if frame.format.is_planar and len(planes) > 1:
            values = np.stack([np.frombuffer(plane, self._dtype, length) for plane in planes])
        else:
            channels = frame.layout.nb_channels
            woven = np.frombuffer(planes[0], self._dtype, length * channels).reshape(length, channels)
            values = np.ascontiguousarray(woven.T)
        return Block(values=values, sample_rate_hz=self._sample_rate_hz)


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


def scaled_frame(frame: av.AudioFrame) -> npt.NDArray[np.float32]:
    """What a frame holds in floating point, full scale being 1, in any order of channels."""
    return scaled(frame.to_ndarray())


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
