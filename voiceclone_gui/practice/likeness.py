"""What the stand-in voice takes over from a recording: its pitch, its loudness and its background noise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from voiceclone_gui.audio.decode import decode_mono
from voiceclone_gui.audio.levels import Levels, measure_levels
from voiceclone_gui.audio.pitch import median_pitch_hz
from voiceclone_gui.core.sample import SAMPLE_MAX_S

_RATE_HZ = 16_000
_REMEMBERED = 16
# Speech quieter than this is not copied: nobody would hear the preview.
_SPEECH_MIN_DBFS, _SPEECH_MAX_DBFS = -45.0, -10.0
_NOISE_BELOW_SPEECH_DB = 10.0


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """Pitch, ``None`` where no voice is heard, and levels of speech and pauses."""

    pitch_hz: float | None
    levels: Levels


def likeness_of(recording: Path) -> Likeness:
    """Listen to ``recording``. Raises :class:`SampleUnreadable` and :class:`SampleChanged`."""
    try:
        status = recording.stat()
    except OSError:
        return _listen(recording)
    return _remembered(recording, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=_REMEMBERED)
def _remembered(recording: Path, _size_bytes: int, _modified_ns: int) -> Likeness:
    """A voice speaks more than once; listening takes longer than speaking."""
    return _listen(recording)


def _listen(recording: Path) -> Likeness:
    samples = decode_mono(recording, sample_rate_hz=_RATE_HZ, limit_s=SAMPLE_MAX_S)
    found = measure_levels(samples, sample_rate_hz=_RATE_HZ)
    speech_dbfs = min(max(found.speech_dbfs, _SPEECH_MIN_DBFS), _SPEECH_MAX_DBFS)
    pause_dbfs = min(found.pause_dbfs, speech_dbfs - _NOISE_BELOW_SPEECH_DB)
    return Likeness(
        pitch_hz=median_pitch_hz(samples, sample_rate_hz=_RATE_HZ),
        levels=Levels(speech_dbfs=speech_dbfs, pause_dbfs=pause_dbfs),
    )
