"""What a recording's check knows of every 32 ms of it, and what follows for any part of it.

The window measures with it while handles move, so it needs numpy alone and takes a small part of a frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.loudness import HOP_S, integrated_lufs
from voiceclone_gui.audio.spectrum import SPECTRUM_FRAMES, abrupt_end_hz
from voiceclone_gui.audio.voice_activity import FRAME_S, Mask, Power, by_energy, dbfs, runs
from voiceclone_gui.audio.voice_pitch import Semitones, looks_like_several
from voiceclone_gui.audio.waveform import FULL_SCALE, PIECE_FRAMES
from voiceclone_gui.core.sample_check import SampleMeasures, Side
from voiceclone_gui.core.span import Span

PAUSE_S = 0.15
SILENT_PAUSE_DBFS = -90.0
# Speech fades into a pause: this much beside it says nothing about noise.
_FADE_FRAMES = 3
_FEWEST_PAUSE_FRAMES = 5
_BETTER_BY_DB = 6.0
# A single sound may have no high tones.
_BANDWIDTH_FEWEST_S = 2.0
_MUSIC_ACTIVE_SHARE, _MUSIC_SPEECH_SHARE, _MUSIC_FEWEST_S = 0.4, 0.35, 5.0


class MeasuredWaveform(Protocol):
    """What is needed of a :class:`voiceclone_gui.audio.waveform.Waveform`."""

    @property
    def smallest(self) -> npt.NDArray[np.int16]:
        """The smallest sample of each piece of 256 sample frames."""
        ...

    @property
    def largest(self) -> npt.NDArray[np.int16]:
        """The largest one."""
        ...

    @property
    def power(self) -> npt.NDArray[np.float32]:
        """The mean square of each piece, of all channels together; full scale is 1."""
        ...

    @property
    def sample_rate_hz(self) -> int:
        """How many sample frames a second has."""
        ...

    @property
    def duration_s(self) -> float:
        """The recording's length."""
        ...


@dataclass(frozen=True, eq=False, kw_only=True)
class SoundFeatures:
    """What was measured in each frame of 32 ms; the last one may be shorter. ``None``: not known.

    ``power`` is the mean square of all channels as one, ``peak`` the largest distance from zero of any;
    full scale is 1. ``speech`` is the model's word in frames that are ``judged``, elsewhere a guess by
    energy, which ``active`` is everywhere. ``clipped`` counts clipped samples of ``clipped_of``.
    ``sides`` holds the power of both channels of a stereo recording, shape (2, frames). ``hop_power`` is
    that of :class:`voiceclone_gui.audio.loudness.HopMeter`, ``spectrum`` that of
    :mod:`voiceclone_gui.audio.spectrum`; nothing is above ``band_limit_hz``. ``pitch`` is that of the speech
    by :mod:`voiceclone_gui.audio.voice_pitch`.
    """

    duration_s: float
    power: Power
    peak: npt.NDArray[np.float32]
    active: Mask
    speech: Mask
    judged: Mask
    clipped: npt.NDArray[np.uint32] | None = None
    clipped_of: int = 0
    sides: npt.NDArray[np.float32] | None = None
    hop_power: npt.NDArray[np.float32] | None = None
    spectrum: npt.NDArray[np.float32] | None = None
    band_limit_hz: float = 0.0
    pitch: Semitones | None = None

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return len(self.power)

    @cached_property
    def quiet(self) -> Mask:
        """Frames of pauses, away from the speech beside them."""
        spoken = np.concatenate([[0], np.cumsum(self.speech)])
        place = np.arange(self.frames)
        start, end = np.maximum(place - _FADE_FRAMES, 0), np.minimum(place + _FADE_FRAMES + 1, self.frames)
        far: Mask = spoken[end] == spoken[start]
        return far

    @cached_property
    def _pauses(self) -> tuple[Span, ...]:
        least = int(PAUSE_S / FRAME_S) + 1
        found = runs(~(self.speech & self.active))
        long_enough = found[found[:, 1] - found[:, 0] >= least] * FRAME_S
        ends = np.minimum(long_enough, self.duration_s)
        return tuple(Span(start_s=start, end_s=end) for start, end in ends.tolist() if end > start)

    def pauses(self) -> tuple[Span, ...]:
        """The pauses of 150 ms and more, in order; their middles are where to cut."""
        return self._pauses

    def measure(self, span: Span | None = None) -> SampleMeasures:
        """What is to be known of ``span``, or of all of it."""
        part = (span or Span(start_s=0.0, end_s=self.duration_s)).within(self.duration_s)
        if not self.frames:
            return SampleMeasures(duration_s=part.duration_s, recording_s=self.duration_s)
        at = self._frames_of(part)
        sums = self._sums
        speech_frames = sums.speech.over(at)
        spoken = sums.spoken.over(at) / speech_frames if speech_frames else None
        noise = self._noise.over(at)
        silent = noise is not None and _level(noise) < SILENT_PAUSE_DBFS
        certain = sums.judged.over(at) == at.stop - at.start
        is_enough = speech_frames * FRAME_S >= _BANDWIDTH_FEWEST_S
        end_hz = self._bandwidth_hz(part) if is_enough else None
        return SampleMeasures(
            duration_s=part.duration_s,
            recording_s=self.duration_s,
            speech_dbfs=None if spoken is None else _level(spoken),
            noise_dbfs=None if noise is None else _level(noise),
            snr_db=None if silent else _snr_db(spoken, noise),
            are_pauses_silent=silent and spoken is not None,
            loudness_lufs=self._lufs(part),
            peak_dbfs=_level(float(self.peak[at].max()) ** 2),
            clipped_share=self._clipped_share(at),
            speech_share=speech_frames / (at.stop - at.start) if certain or self._has_contrast else None,
            is_speech_certain=certain,
            bandwidth_hz=end_hz,
            is_bandwidth_known=is_enough and self.spectrum is not None,
            is_music_likely=self._is_music_likely(at),
            are_voices_several=self.pitch is not None and looks_like_several(self.pitch[at]),
            better_side=self._better_side(at),
        )

    @cached_property
    def _has_contrast(self) -> bool:
        """Whether energy can tell anything: a steady sound has no speech and no pauses."""
        return bool(self.active.any())

    @cached_property
    def _sums(self) -> _Sums:
        heard = self.active & self.judged
        return _Sums(
            speech=_RunningSum(self.speech),
            spoken=_RunningSum(np.where(self.speech, self.power, 0)),
            spoken_sides=tuple(_RunningSum(np.where(self.speech, side, 0)) for side in self._sides),
            judged=_RunningSum(self.judged),
            heard=_RunningSum(heard),
            heard_speech=_RunningSum(heard & self.speech),
            clipped=None if self.clipped is None else _RunningSum(self.clipped),
        )

    @cached_property
    def _noise(self) -> _Noise:
        return _Noise(power=self.power, quiet=self.quiet)

    @cached_property
    def _side_noise(self) -> tuple[_Noise, ...]:
        return tuple(_Noise(power=side, quiet=self.quiet) for side in self._sides)

    @property
    def _sides(self) -> tuple[Power, ...]:
        return () if self.sides is None else (self.sides[0], self.sides[1])

    def _frames_of(self, span: Span) -> slice:
        start = min(int(span.start_s / FRAME_S), max(self.frames - 1, 0))
        end = max(start + 1, min(round(span.end_s / FRAME_S), self.frames))
        return slice(start, end)

    def _lufs(self, span: Span) -> float | None:
        if self.hop_power is None:
            return None
        return integrated_lufs(self.hop_power[round(span.start_s / HOP_S) : round(span.end_s / HOP_S)])

    def _clipped_share(self, at: slice) -> float | None:
        if self._sums.clipped is None:
            return None
        spoken = self._sums.speech.over(at) or at.stop - at.start
        return min(1.0, self._sums.clipped.over(at) / max(1.0, spoken * self.clipped_of))

    def _bandwidth_hz(self, span: Span) -> float | None:
        if self.spectrum is None:
            return None
        step_s = SPECTRUM_FRAMES * FRAME_S
        rows = self.spectrum[int(span.start_s / step_s) : int(span.end_s / step_s) + 1]
        return abrupt_end_hz(rows, limit_hz=self.band_limit_hz)

    def _is_music_likely(self, at: slice) -> bool:
        frames, heard = at.stop - at.start, self._sums.heard.over(at)
        if frames * FRAME_S < _MUSIC_FEWEST_S or heard < _MUSIC_ACTIVE_SHARE * frames:
            return False
        return self._sums.heard_speech.over(at) < _MUSIC_SPEECH_SHARE * heard

    def _better_side(self, at: slice) -> Side | None:
        speech_frames = self._sums.speech.over(at)
        if not self._sides or not speech_frames:
            return None
        spoken = [side.over(at) / speech_frames for side in self._sums.spoken_sides]
        left, right = (_snr_db(s, n.over(at)) for s, n in zip(spoken, self._side_noise, strict=True))
        if left is None or right is None or abs(left - right) < _BETTER_BY_DB:
            return None
        return Side.LEFT if left > right else Side.RIGHT


class _RunningSum:
    """Sums over any part at once."""

    def __init__(self, values: npt.NDArray[Any]) -> None:
        self._total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])

    def over(self, at: slice) -> float:
        return float(self._total[at.stop] - self._total[at.start])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sums:
    speech: _RunningSum
    spoken: _RunningSum
    spoken_sides: tuple[_RunningSum, ...]
    judged: _RunningSum
    heard: _RunningSum
    heard_speech: _RunningSum
    clipped: _RunningSum | None


class _Noise:
    """The power of pauses: their median, since a cough or a door in a pause is no noise floor."""

    def __init__(self, *, power: Power, quiet: Mask) -> None:
        self._at = np.flatnonzero(quiet)
        self._power = power[self._at]

    def over(self, at: slice) -> float | None:
        start, end = np.searchsorted(self._at, (at.start, at.stop)).tolist()
        return float(np.median(self._power[start:end])) if end - start >= _FEWEST_PAUSE_FRAMES else None


def quick_features(waveform: MeasuredWaveform) -> SoundFeatures:
    """What a waveform alone can tell, at once: levels, peaks and speech by energy."""
    piece_s = PIECE_FRAMES / waveform.sample_rate_hz
    pieces = min(len(waveform.power), len(waveform.smallest))
    count = -(-round(pieces * piece_s * 1e6) // round(FRAME_S * 1e6))
    if not count:
        nothing = np.zeros(0, dtype=np.bool_)
        empty = np.zeros(0, dtype=np.float32)
        return SoundFeatures(
            duration_s=waveform.duration_s,
            power=empty,
            peak=empty,
            active=nothing,
            speech=nothing,
            judged=nothing,
        )
    edges = np.minimum((np.arange(count) * FRAME_S / piece_s).astype(np.intp), pieces - 1)
    sizes = np.maximum(np.diff(np.append(edges, pieces)), 1)
    power = (np.add.reduceat(waveform.power[:pieces], edges) / sizes).astype(np.float32)
    reach = np.maximum(
        waveform.largest[:pieces].astype(np.int32), -waveform.smallest[:pieces].astype(np.int32)
    )
    active = by_energy(power)
    return SoundFeatures(
        duration_s=waveform.duration_s,
        power=power,
        peak=np.maximum.reduceat(reach, edges).astype(np.float32) / np.float32(FULL_SCALE),
        active=active,
        speech=active,
        judged=np.zeros(count, dtype=np.bool_),
    )


def _level(power: float) -> float:
    return float(dbfs(np.array([power]))[0])


def _snr_db(spoken: float | None, noise: float | None) -> float | None:
    """Speech against noise; the noise under the speech is taken out of it."""
    if spoken is None or noise is None:
        return None
    return _level(max(spoken - noise, noise * 0.01)) - _level(noise)
