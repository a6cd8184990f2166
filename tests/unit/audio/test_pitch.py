"""The median pitch of a voice, against sounds of known pitch and against another program's figure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from voiceclone_gui.audio.decode import decode_mono
from voiceclone_gui.audio.pitch import median_pitch_hz

RATE_HZ = 16_000
SAMPLE = Path(__file__).parents[3] / "resources" / "sample" / "austen-reading.wav"
# By Praat 6's autocorrelation method, over the whole sample.
SAMPLE_BY_PRAAT_HZ = 97.06


def vowel(pitch_hz: float, *, seconds: float = 2.0, rate_hz: int = RATE_HZ) -> npt.NDArray[np.float32]:
    """A buzz with the formants of an open vowel, its pitch swaying by 3 % as a voice's does."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    phase = 2 * np.pi * pitch_hz * (time_s - 0.03 / (2 * np.pi * 4) * np.cos(2 * np.pi * 4 * time_s))
    sound = np.zeros_like(time_s)
    for harmonic in range(1, int(rate_hz / 2 / pitch_hz / 1.1)):
        frequency_hz = harmonic * pitch_hz
        formants = sum(
            1 / (1 + ((frequency_hz - f) / w) ** 2) for f, w in ((700, 90), (1200, 110), (2600, 160))
        )
        sound += formants * np.sin(harmonic * phase)
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.mark.parametrize("pitch_hz", [75, 97, 130, 180, 240, 330, 430])
def test_finds_the_pitch_of_a_vowel(pitch_hz: float) -> None:
    assert median_pitch_hz(vowel(pitch_hz), sample_rate_hz=RATE_HZ) == pytest.approx(pitch_hz, rel=0.02)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000])
def test_takes_any_rate(rate_hz: int) -> None:
    found = median_pitch_hz(vowel(150, rate_hz=rate_hz), sample_rate_hz=rate_hz)
    assert found == pytest.approx(150, rel=0.02)


def test_agrees_with_another_program_on_the_sample() -> None:
    samples = decode_mono(SAMPLE, sample_rate_hz=RATE_HZ, limit_s=60)
    assert median_pitch_hz(samples, sample_rate_hz=RATE_HZ) == pytest.approx(SAMPLE_BY_PRAAT_HZ, rel=0.02)


def test_judges_a_long_recording_by_all_of_it() -> None:
    low, high = vowel(100, seconds=40), vowel(200, seconds=50)
    found = median_pitch_hz(np.concatenate([low, high]), sample_rate_hz=RATE_HZ)
    assert found == pytest.approx(200, rel=0.05)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0, dtype=np.float32),
        np.zeros(100, dtype=np.float32),
        np.zeros(RATE_HZ, dtype=np.float32),
        0.1 * np.random.default_rng(3).standard_normal(3 * RATE_HZ, dtype=np.float32),
    ],
    ids=["nothing", "too short", "silence", "noise"],
)
def test_finds_no_voice_where_there_is_none(samples: npt.NDArray[np.float32]) -> None:
    assert median_pitch_hz(samples, sample_rate_hz=RATE_HZ) is None
