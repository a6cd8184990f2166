"""One channel of sound, as the modules beside this one hand it on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import av
import numpy as np
import numpy.typing as npt

_CHUNK_FRAMES = 1 << 14
# What is this far below the loudest sample is silence at the ends of spoken words.
_EDGE_DB = 45.0
_FULL_SCALE_16 = 32768.0

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sound:
    """One channel; full scale is 1, and samples above it are not yet clipped."""

    samples: Samples
    sample_rate_hz: int

    @classmethod
    def from_pcm16(cls, pcm: bytes, *, sample_rate_hz: int) -> Self:
        """From 16 bit samples in the machine's byte order."""
        samples = np.frombuffer(pcm, dtype=np.int16).astype(np.float32) / _FULL_SCALE_16
        return cls(samples=samples, sample_rate_hz=sample_rate_hz)

    @classmethod
    def silence(cls, duration_s: float, *, sample_rate_hz: int) -> Self:
        """Digital silence."""
        samples = np.zeros(round(duration_s * sample_rate_hz), dtype=np.float32)
        return cls(samples=samples, sample_rate_hz=sample_rate_hz)

    @property
    def duration_s(self) -> float:
        """Its length."""
        return self.samples.size / self.sample_rate_hz

    def first(self, duration_s: float) -> Sound:
        """Its beginning."""
        return self._with(self.samples[: round(duration_s * self.sample_rate_hz)])

    def without_silent_ends(self) -> Sound:
        """From where it begins to be heard to where it ends."""
        level = np.abs(self.samples)
        if not level.size:
            return self
        heard = np.flatnonzero(level > level.max() * 10 ** (-_EDGE_DB / 20))
        return self._with(self.samples[heard[0] : heard[-1] + 1] if heard.size else self.samples[:0])

    def as_pcm16(self) -> npt.NDArray[np.int16]:
        """Rounded to 16 bit; what is above full scale is clipped."""
        scaled = self.samples * np.float32(_FULL_SCALE_16)
        np.clip(np.rint(scaled, out=scaled), -_FULL_SCALE_16, _FULL_SCALE_16 - 1, out=scaled)
        return scaled.astype(np.int16)

    def resampled(self, *, sample_rate_hz: int) -> Sound:
        """The same sound at another rate."""
        if sample_rate_hz == self.sample_rate_hz:
            return self
        resampler = av.AudioResampler(format="flt", layout="mono", rate=sample_rate_hz)
        frames = [out for frame in self.frames() for out in resampler.resample(frame)]
        return from_frames([*frames, *resampler.resample(None)], sample_rate_hz=sample_rate_hz)

    def frames(self) -> Iterator[av.AudioFrame]:
        """FFmpeg's frames, with running times."""
        return frames_of(self.samples, sample_rate_hz=self.sample_rate_hz, sample_format="flt")

    def _with(self, samples: Samples) -> Sound:
        return Sound(samples=samples, sample_rate_hz=self.sample_rate_hz)


def joined(parts: Sequence[Sound], *, sample_rate_hz: int) -> Sound:
    """``parts`` one behind the other, each of them at that rate already."""
    samples = [np.empty(0, dtype=np.float32), *(part.samples for part in parts)]
    return Sound(samples=np.concatenate(samples), sample_rate_hz=sample_rate_hz)


def frames_of(
    samples: npt.NDArray[np.float32] | npt.NDArray[np.int16], *, sample_rate_hz: int, sample_format: str
) -> Iterator[av.AudioFrame]:
    """One channel as FFmpeg's frames, with running times."""
    for start in range(0, samples.size, _CHUNK_FRAMES):
        chunk = samples[start : start + _CHUNK_FRAMES].reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(chunk, format=sample_format, layout="mono")
        frame.sample_rate = sample_rate_hz
        frame.pts, frame.time_base = start, Fraction(1, sample_rate_hz)
        yield frame


def from_frames(frames: Sequence[av.AudioFrame], *, sample_rate_hz: int) -> Sound:
    """The sound of frames that hold one channel of floating point samples."""
    parts = [frame.to_ndarray()[0].astype(np.float32, copy=False) for frame in frames]
    samples = np.concatenate([np.empty(0, dtype=np.float32), *parts])
    return Sound(samples=samples, sample_rate_hz=sample_rate_hz)
