"""Levels of speech and pauses, on sounds whose levels are known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from voiceclone_gui.audio.levels import SILENCE_DBFS, measure_levels

RATE_HZ = 16_000


def noise(seconds: float, *, level_dbfs: float, seed: int = 1) -> npt.NDArray[np.float32]:
    white = np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ), dtype=np.float32)
    return white * np.float32(10 ** (level_dbfs / 20))


def speech_like(*, speech_dbfs: float, pause_dbfs: float) -> npt.NDArray[np.float32]:
    parts = [(0.6, speech_dbfs), (0.25, pause_dbfs), (0.9, speech_dbfs), (0.4, pause_dbfs)] * 4
    return np.concatenate([noise(s, level_dbfs=level, seed=i) for i, (s, level) in enumerate(parts)])


@pytest.mark.parametrize(("speech_dbfs", "pause_dbfs"), [(-20, -60), (-12, -35), (-35, -70), (-20, -80)])
def test_tells_speech_and_pauses_apart(speech_dbfs: float, pause_dbfs: float) -> None:
    found = measure_levels(
        speech_like(speech_dbfs=speech_dbfs, pause_dbfs=pause_dbfs), sample_rate_hz=RATE_HZ
    )
    assert found.speech_dbfs == pytest.approx(speech_dbfs, abs=0.5)
    assert found.pause_dbfs == pytest.approx(pause_dbfs, abs=0.5)


def test_moves_with_the_gain() -> None:
    samples = speech_like(speech_dbfs=-20, pause_dbfs=-50)
    before = measure_levels(samples, sample_rate_hz=RATE_HZ)
    after = measure_levels(samples * np.float32(0.1), sample_rate_hz=RATE_HZ)
    assert after.speech_dbfs == pytest.approx(before.speech_dbfs - 20, abs=0.01)
    assert after.pause_dbfs == pytest.approx(before.pause_dbfs - 20, abs=0.01)


@pytest.mark.parametrize("size", [0, 1, 700, RATE_HZ])
def test_silence_of_any_length_is_the_lowest_level(size: int) -> None:
    found = measure_levels(np.zeros(size, dtype=np.float32), sample_rate_hz=RATE_HZ)
    assert (found.speech_dbfs, found.pause_dbfs) == (SILENCE_DBFS, SILENCE_DBFS)
