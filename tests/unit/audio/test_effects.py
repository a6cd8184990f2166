"""What the filters do to a sound, measured: by numpy, and loudness by FFmpeg's program."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from voiceclone_gui.audio import effects
from voiceclone_gui.audio.encode import encode
from voiceclone_gui.audio.sound import Sound

RATE_HZ = 22_050


def sine(duration_s: float = 1.0, *, level: float = 0.3, pitch_hz: float = 300.0) -> Sound:
    time_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    wave = level * np.sin(2 * np.pi * pitch_hz * time_s)
    return Sound(samples=wave.astype(np.float32), sample_rate_hz=RATE_HZ)


def impulse(at_s: float, *, duration_s: float = 2.0) -> Sound:
    samples = np.zeros(round(duration_s * RATE_HZ), dtype=np.float32)
    samples[round(at_s * RATE_HZ)] = 0.5
    return Sound(samples=samples, sample_rate_hz=RATE_HZ)


def bursts() -> Sound:
    """Half a second of tone, half of silence, in turn."""
    wave = sine(6.0).samples.copy()
    wave[(np.arange(wave.size) // (RATE_HZ // 2)) % 2 == 1] = 0
    return Sound(samples=wave, sample_rate_hz=RATE_HZ)


def level_dbfs(samples: npt.NDArray[np.float32]) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-20))


def strongest_hz(sound: Sound) -> float:
    spectrum = np.abs(np.fft.rfft(sound.samples * np.hanning(sound.samples.size)))
    return float(np.argmax(spectrum) / sound.duration_s)


def lufs_by_program(sound: Sound, path: Path) -> float:
    path.write_bytes(encode(sound, container="wav").audio)
    command = ["ffmpeg", "-nostats", "-hide_banner", "-i", str(path), "-af", "ebur128", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.25, 2.0])
def test_tempo_changes_the_length_alone(factor: float) -> None:
    changed = effects.at_tempo(sine(3.0), factor=factor)
    assert changed.duration_s == pytest.approx(3.0 / factor, abs=0.05)
    assert strongest_hz(changed) == pytest.approx(300, rel=0.01)


@pytest.mark.parametrize("factor", [0.5, 0.75, 1.02, 1.5, 2.0])
def test_pitch_changes_the_pitch_alone(factor: float) -> None:
    changed = effects.at_pitch(sine(3.0), factor=factor)
    assert changed.duration_s == pytest.approx(3.0, abs=0.06)
    assert strongest_hz(changed) == pytest.approx(300 * factor, rel=0.01)


def test_nothing_to_change_gives_the_same_sound() -> None:
    sound = sine()
    assert effects.at_tempo(sound, factor=1) is sound
    assert effects.at_pitch(sound, factor=1) is sound


@pytest.mark.parametrize("gain_db", [-40.0, -6.0, 0.0, 6.0])
def test_gain_below_the_ceiling_is_exact(gain_db: float) -> None:
    sound = sine()
    changed = effects.with_gain(sound, gain_db=gain_db)
    assert level_dbfs(changed.samples) - level_dbfs(sound.samples) == pytest.approx(gain_db, abs=0.001)


def test_gain_is_held_by_the_ceiling_and_moves_nothing() -> None:
    loud = effects.with_gain(bursts(), gain_db=30.0)
    assert loud.samples.size == bursts().samples.size
    assert effects.peak(loud.samples) <= 10 ** (effects.CEILING_DBFS / 20) + 1e-4
    both = effects.with_gain(impulse(1.0), gain_db=20.0)
    assert np.argmax(np.abs(both.samples)) == RATE_HZ


@pytest.mark.parametrize("target_lufs", [-30.0, -23.0, -18.0])
def test_loudness_is_what_was_asked_for_by_another_program_too(target_lufs: float, tmp_path: Path) -> None:
    changed = effects.at_loudness(bursts(), target_lufs=target_lufs)
    assert effects.loudness_lufs(changed) == pytest.approx(target_lufs, abs=0.2)
    assert lufs_by_program(changed, tmp_path / "sound.wav") == pytest.approx(target_lufs, abs=0.3)


def test_loudness_of_a_word_is_that_of_the_word_said_on_and_on() -> None:
    short = effects.loudness_lufs(sine(0.2))
    assert short is not None
    assert short == pytest.approx(effects.loudness_lufs(sine(5.0)), abs=0.5)


@pytest.mark.parametrize("duration_s", [0.0, 0.2, 3.0])
def test_silence_has_no_loudness_and_stays(duration_s: float) -> None:
    silence = Sound.silence(duration_s, sample_rate_hz=RATE_HZ)
    assert effects.loudness_lufs(silence) is None
    assert effects.at_loudness(silence, target_lufs=-18.0) is silence


def test_noise_has_the_level_asked_for() -> None:
    noisy = effects.with_noise(Sound.silence(3.0, sample_rate_hz=RATE_HZ), level_dbfs=-42.0)
    assert level_dbfs(noisy.samples) == pytest.approx(-42.0, abs=0.1)


@pytest.mark.parametrize("noise_dbfs", [-60.0, -50.0, -40.0, -30.0])
def test_noise_reduction_takes_noise_and_leaves_the_tone(noise_dbfs: float) -> None:
    noisy = effects.with_noise(bursts(), level_dbfs=noise_dbfs)
    cleaned = effects.without_noise(noisy, noise_dbfs=noise_dbfs)
    assert cleaned.samples.size == noisy.samples.size
    half = RATE_HZ // 2
    # The third pause and the third tone; the filter learns in the first.
    pause, tone = slice(5 * half + 2000, 6 * half - 2000), slice(4 * half + 2000, 5 * half - 2000)
    assert level_dbfs(cleaned.samples[pause]) < level_dbfs(noisy.samples[pause]) - 10
    assert level_dbfs(cleaned.samples[tone]) == pytest.approx(level_dbfs(noisy.samples[tone]), abs=0.5)


def test_noise_reduction_moves_nothing() -> None:
    cleaned = effects.without_noise(impulse(1.0), noise_dbfs=-60.0)
    assert np.argmax(np.abs(cleaned.samples)) == RATE_HZ


def test_breath_swells_and_fades() -> None:
    sound = effects.breath(0.6, level_dbfs=-30.0, sample_rate_hz=RATE_HZ)
    third = sound.samples.size // 3
    begins, middle, ends = (level_dbfs(sound.samples[n * third : (n + 1) * third]) for n in range(3))
    assert sound.duration_s == pytest.approx(0.6, abs=0.001)
    assert min(middle - begins, middle - ends) > 3


def test_tone_has_its_pitch_its_level_and_soft_ends() -> None:
    sound = effects.tone(0.5, pitch_hz=880.0, level_dbfs=-22.0, sample_rate_hz=RATE_HZ)
    assert strongest_hz(sound) == pytest.approx(880, abs=3)
    assert level_dbfs(sound.samples) == pytest.approx(-22.0, abs=0.3)
    assert sound.samples[0] == sound.samples[-1] == 0


@pytest.mark.parametrize("size", [0, 1, 100])
def test_next_to_nothing_passes_every_filter(size: int) -> None:
    crumb = Sound(samples=np.full(size, 0.01, dtype=np.float32), sample_rate_hz=RATE_HZ)
    for changed in (
        effects.at_tempo(crumb, factor=2),
        effects.at_pitch(crumb, factor=1.5),
        effects.with_gain(crumb, gain_db=60),
        effects.without_noise(crumb, noise_dbfs=-50),
    ):
        assert np.all(np.isfinite(changed.samples))
