"""Loudness and true peaks, beside an independent meter: the system's ffmpeg."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.fakes.music import RATE_HZ as MUSIC_RATE_HZ
from tests.fakes.music import music
from tests.fakes.spoken import RATE_HZ, SAMPLE_RECORDING, noise, spoken
from tests.fakes.wav_files import write_wav
from voiceclone_gui.audio.analysis import analyse_sample
from voiceclone_gui.audio.loudness import integrated_lufs, piece_peaks, true_peaks
from voiceclone_gui.core.span import Span

LOUDNESS_ERROR_LU = 0.2
PEAK_ERROR_DB = 0.3

Samples = npt.NDArray[np.float32]


def metered(path: Path, *, span: Span | None = None) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBFS, as ffmpeg measures them."""
    part = ["-ss", f"{span.start_s}", "-t", f"{span.duration_s}"] if span else []
    command = ["ffmpeg", "-nostdin", "-hide_banner", *part, "-i", str(path), "-af", "ebur128=peak=true"]
    said = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True).stderr
    summary = said[said.rindex("Summary:") :]
    loudness = re.search(r"I:\s+(-?[\d.]+) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)
    assert loudness is not None
    assert peak is not None
    return float(loudness[1]), float(peak[1])


def sounds() -> dict[str, tuple[Samples, int]]:
    speech = spoken(12.0)
    tune = music(8, seed=2)
    hiss = noise(6 * 48_000, level_dbfs=-26)
    return {
        "speech": (speech, RATE_HZ),
        "loud-speech": (speech / np.abs(speech).max(), RATE_HZ),
        "speech-8k": (speech[: 8 * 8_000], 8_000),
        "speech-96k": (speech[: 8 * 96_000], 96_000),
        "odd-rate": (speech[: 8 * 11_111], 11_111),
        "music": (tune, MUSIC_RATE_HZ),
        "noise": (hiss, 48_000),
        "same-on-both": (np.stack([speech, speech]), RATE_HZ),
        "left-alone": (np.stack([speech, np.zeros_like(speech)]), RATE_HZ),
        "two-voices": (np.stack([speech, spoken(12.0, voice="de+f2", level_dbfs=-26)]), RATE_HZ),
        "surround": (np.stack([np.roll(hiss, 999 * n) * (0.3 + 0.1 * n) for n in range(6)]), 48_000),
    }


@pytest.mark.parametrize("name", sounds())
def test_agrees_with_an_independent_meter(name: str, tmp_path: Path) -> None:
    samples, rate_hz = sounds()[name]
    path = write_wav(tmp_path / "sound.wav", samples, rate_hz=rate_hz)
    found = analyse_sample(path).measure()
    loudness, peak = metered(path)
    assert found.loudness_lufs == pytest.approx(loudness, abs=LOUDNESS_ERROR_LU)
    if peak > -6:
        assert found.peak_dbfs == pytest.approx(peak, abs=PEAK_ERROR_DB)
    else:
        # Far below full scale the peak at the samples is enough.
        assert found.peak_dbfs == pytest.approx(peak, abs=1.5)


@pytest.mark.parametrize("span", [Span(start_s=0.0, end_s=10.0), Span(start_s=6.7, end_s=21.3)])
def test_agrees_on_a_part_of_the_real_recording(span: Span) -> None:
    found = analyse_sample(SAMPLE_RECORDING).measure(span)
    loudness, _ = metered(SAMPLE_RECORDING, span=span)
    assert found.loudness_lufs == pytest.approx(loudness, abs=LOUDNESS_ERROR_LU)


@pytest.mark.parametrize("hz", [50, 100, 1000])
def test_a_peak_where_two_pieces_of_the_work_meet_is_no_higher(tmp_path: Path, hz: int) -> None:
    # The top of the tone lies at the beginning, and so at each 3.2 s.
    time_s = np.arange(10 * 44_100) / 44_100
    path = write_wav(
        tmp_path / "tone.wav", (0.84 * np.cos(2 * np.pi * hz * time_s)).astype(np.float32), rate_hz=44_100
    )
    peak_dbfs = analyse_sample(path).measure().peak_dbfs
    assert peak_dbfs == pytest.approx(20 * np.log10(0.84), abs=0.1)


def test_what_is_too_short_or_too_quiet_has_no_loudness() -> None:
    assert integrated_lufs(np.full(3, 0.01, dtype=np.float32)) is None
    assert integrated_lufs(np.zeros(100, dtype=np.float32)) is None
    assert integrated_lufs(np.full(4, 0.01, dtype=np.float32)) == pytest.approx(-20.69, abs=0.01)


@pytest.mark.parametrize("level", [0.45, 0.7, 1.0])
def test_finds_the_peak_between_samples(level: float) -> None:
    # A quarter of the rate, 45 degrees off: each sample lies 3 dB below the peak.
    wave = (level * np.sqrt(2) * np.sin(np.pi / 2 * np.arange(4_000) + np.pi / 4)).astype(np.float32)
    at_samples = piece_peaks(wave)
    assert at_samples.max() == pytest.approx(level, abs=1e-3)
    inside = true_peaks(wave, at_samples)[1:-2]
    assert inside.max() == pytest.approx(level * np.sqrt(2), rel=0.02)
    assert inside.min() == pytest.approx(level * np.sqrt(2), rel=0.02)
