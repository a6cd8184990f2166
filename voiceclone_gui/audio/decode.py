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
    filler: _Filler | None = None
    left_s = limit_s
    for frame, length in recording.runs():
        if filler is None or not filler.takes(frame):
            if filler is not None:
                left_s -= filler.taken_s
                if filler.filled:
                    yield filler.finished()
            filler = _Filler(like=frame, limit_s=left_s)
        if filler.add(frame, length):
            yield from filler.full_blocks()
            if filler.is_at_limit:
                break
    if filler is not None and filler.filled:
        yield filler.finished()


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


class _Filler:
    """Copies what the decoder gives into one array: nothing else is done for each of its frames."""

    def __init__(self, *, like: av.AudioFrame, limit_s: float) -> None:
        self._format = like.format.name
        self._sample_rate_hz = like.sample_rate
        self._left = round(limit_s * like.sample_rate)
        self._given = 0
        self._channels = like.layout.nb_channels
        self._is_planar = like.format.is_planar
        self._dtype = np.dtype(_DTYPES[like.format.name.removesuffix("p")])
        self.filled = 0
        self._values: npt.NDArray[Any] = np.empty((self._channels, 0), dtype=self._dtype)
        self._grow(_BLOCK_FRAMES + like.samples)

    @property
    def taken_s(self) -> float:
        """How much went in."""
        return (self._given + self.filled) / self._sample_rate_hz

    @property
    def is_at_limit(self) -> bool:
        """Whether nothing more may go in."""
        return self._given + self.filled >= self._left

    def takes(self, frame: av.AudioFrame) -> bool:
        """Whether ``frame`` is of the same kind."""
        return (
            frame.sample_rate == self._sample_rate_hz
            and frame.format.name == self._format
            and frame.layout.nb_channels == self._channels
        )

    def add(self, frame: av.AudioFrame, length: int) -> bool:
        """Take the first ``length`` sample frames; ``True`` once there is a block, or no more may go in."""
        start, end = self.filled, self.filled + length
        if end > self._size:
            self._grow(end)
        # PyAV's planes are buffers, though its types can't say so before Python 3.12.
        planes = cast("tuple[memoryview[int], ...]", frame.planes)
        if self._channels == 1:
            self._first_row[start:end] = np.frombuffer(planes[0], self._dtype, length)
        elif self._is_planar:
            for row, plane in zip(self._values, planes, strict=False):
                row[start:end] = np.frombuffer(plane, self._dtype, length)
        else:
            woven = np.frombuffer(planes[0], self._dtype, length * self._channels)
            self._values[:, start:end] = woven.reshape(length, -1).T
        self.filled = end
        return end >= _BLOCK_FRAMES or self._given + end >= self._left

    def full_blocks(self) -> Iterator[Block]:
        """The blocks that are full; what is behind them stays."""
        self.filled = min(self.filled, self._left - self._given)
        start = 0
        while self.filled - start >= _BLOCK_FRAMES:
            values = self._values[:, start : start + _BLOCK_FRAMES]
            yield Block(values=values, sample_rate_hz=self._sample_rate_hz)
            start += _BLOCK_FRAMES
        given, rest = self._values, self.filled - start
        self.filled = 0
        # Another array: what was given may be kept.
        self._grow(self._size)
        self._values[:, :rest] = given[:, start : start + rest]
        self.filled = rest
        self._given += start

    def finished(self) -> Block:
        """What is left."""
        return Block(values=self._values[:, : self.filled], sample_rate_hz=self._sample_rate_hz)

    def _grow(self, size: int) -> None:
        larger: npt.NDArray[Any] = np.empty((self._channels, size), dtype=self._dtype)
        if self.filled:
            larger[:, : self.filled] = self._values[:, : self.filled]
        self._values, self._first_row, self._size = larger, larger[0], size


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
