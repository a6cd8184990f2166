"""Recording from a microphone: what it delivers, how loud that is, and what is written down."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

TAKE_RATE_HZ = 48_000
# 48 kHz, mono, 16 bit.
TAKE_BYTES_PER_S = TAKE_RATE_HZ * 2
SILENCE_DBFS = -120.0


class SampleKind(StrEnum):
    """How a microphone writes one sample, in this computer's byte order."""

    UINT8 = "uint8"
    INT16 = "int16"
    INT32 = "int32"
    FLOAT32 = "float32"


@dataclass(frozen=True, kw_only=True)
class SoundFormat:
    """What a microphone delivers: sample frames of ``channels`` samples, one after the other."""

    rate_hz: int
    channels: int
    kind: SampleKind


@dataclass(frozen=True, kw_only=True)
class Microphone:
    """A microphone as the system has it; ``id`` stays the same when it is plugged in again."""

    id: str
    name: str
    is_default: bool = False


@dataclass(frozen=True, kw_only=True)
class Level:
    """How loud ``frames`` sample frames are, full scale being 1.

    ``peak`` is of the loudest channel, since each clips by itself; ``mean_square`` of what is written down.
    """

    frames: int
    peak: float
    mean_square: float
    is_clipped: bool

    @property
    def peak_dbfs(self) -> float:
        """The loudest sample, ``SILENCE_DBFS`` at least."""
        return _dbfs(self.peak * self.peak)

    @property
    def rms_dbfs(self) -> float:
        """The mean, ``SILENCE_DBFS`` at least; a sine of full scale has -3."""
        return _dbfs(self.mean_square)

    @classmethod
    def of_all(cls, levels: Iterable[Level]) -> Level:
        """The level of several pieces as of one."""
        pieces = list(levels)
        frames = sum(piece.frames for piece in pieces)
        return cls(
            frames=frames,
            peak=max((piece.peak for piece in pieces), default=0.0),
            mean_square=sum(piece.mean_square * piece.frames for piece in pieces) / max(frames, 1),
            is_clipped=any(piece.is_clipped for piece in pieces),
        )


@dataclass(frozen=True, kw_only=True)
class Take:
    """Something that was recorded and lies on disk."""

    path: Path
    duration_s: float


def _dbfs(power: float) -> float:
    return max(SILENCE_DBFS, 10 * math.log10(power)) if power > 0 else SILENCE_DBFS
