"""Measuring any part of a recording from what is kept of it, and what a waveform alone can tell."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.music import music
from tests.fakes.spoken import RATE_HZ, noise, spoken
from voiceclone_gui.audio.features import PAUSE_S, SoundFeatures, quick_features
from voiceclone_gui.audio.spectrum import BANDS, abrupt_end_hz
from voiceclone_gui.audio.voice_activity import FRAME_S
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.sample_check import SampleMeasures, Side, judge
from voiceclone_gui.core.span import Span


@dataclass(frozen=True, eq=False)
class FakeWaveform:
    """What a waveform tells of one channel, measured sample by sample."""

    samples: npt.NDArray[np.float32]
    sample_rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.sample_rate_hz

    @property
    def power(self) -> npt.NDArray[np.float32]:
        return np.array([np.mean(piece**2) for piece in self._pieces()], dtype=np.float32)

    @property
    def smallest(self) -> npt.NDArray[np.int16]:
        return np.array([piece.min() * 32767 for piece in self._pieces()], dtype=np.int16)

    @property
    def largest(self) -> npt.NDArray[np.int16]:
        return np.array([piece.max() * 32767 for piece in self._pieces()], dtype=np.int16)

    def _pieces(self) -> list[npt.NDArray[np.float32]]:
        return [self.samples[start : start + 256] for start in range(0, len(self.samples), 256)]


def quick(samples: npt.NDArray[np.float32], *, rate_hz: int = RATE_HZ) -> SoundFeatures:
    return quick_features(FakeWaveform(samples=samples, sample_rate_hz=rate_hz))


def made(speech: str, **changed: object) -> SoundFeatures:
    """Features of frames that are speech at -20 dBFS (``#``) or pauses at -60 dBFS (``.``)."""
    mask = np.array([letter == "#" for letter in speech], dtype=np.bool_)
    power = np.where(mask, 1e-2, 1e-6).astype(np.float32)
    fields: dict[str, object] = {
        "duration_s": len(speech) * FRAME_S,
        "power": power,
        "peak": np.sqrt(power) * np.float32(2),
        "active": mask,
        "speech": mask,
        "judged": np.ones(len(speech), dtype=np.bool_),
    }
    return SoundFeatures(**{**fields, **changed})  # type: ignore[arg-type]


# -- any part -------------------------------------------------------------------------------------------


def test_a_part_is_measured_by_its_own_frames() -> None:
    features = made("#" * 100 + "." * 100)
    first = features.measure(Span(start_s=0.0, end_s=100 * FRAME_S))
    assert (first.speech_share, first.duration_s, first.recording_s) == (1.0, 3.2, 6.4)
    last = features.measure(Span(start_s=100 * FRAME_S, end_s=200 * FRAME_S))
    assert (last.speech_share, last.speech_dbfs) == (0.0, None)
    assert last.peak_dbfs == pytest.approx(-60 + 6.02, abs=0.01)
    whole = features.measure()
    assert whole.speech_share == 0.5
    assert whole.speech_dbfs == pytest.approx(-20, abs=0.01)
    assert whole.noise_dbfs == pytest.approx(-60, abs=0.01)
    assert whole.snr_db == pytest.approx(40, abs=0.01)


def test_noise_needs_pauses_away_from_speech() -> None:
    assert made("#" * 50 + "." * 10 + "#" * 50).measure().snr_db is None
    assert made("#" * 50 + "." * 11 + "#" * 50).measure().snr_db == pytest.approx(40, abs=0.01)


def test_says_where_the_model_has_judged() -> None:
    judged = np.arange(200) < 100
    features = made("#" * 200, judged=judged)
    assert features.measure(Span(start_s=0.0, end_s=3.2)).is_speech_certain
    assert not features.measure(Span(start_s=0.0, end_s=3.3)).is_speech_certain
    assert not features.measure().is_speech_certain


def test_clipped_samples_count_against_those_of_the_speech() -> None:
    clipped = np.zeros(200, dtype=np.uint32)
    clipped[10] = 7
    features = made("#" * 100 + "." * 100, clipped=clipped, clipped_of=700)
    assert features.measure().clipped_share == pytest.approx(7 / 70_000)
    assert features.measure(Span(start_s=1.0, end_s=5.0)).clipped_share == 0


def test_the_better_side_depends_on_the_part() -> None:
    letters = ("#" * 40 + "." * 40) * 4
    speech = np.array([letter == "#" for letter in letters])
    clean, noisy = np.where(speech, 1e-2, 1e-6), np.where(speech, 1e-2, 1e-4)
    half = np.arange(320) < 160
    sides = np.stack([np.where(half, clean, noisy), np.where(half, noisy, clean)]).astype(np.float32)
    features = made(letters, sides=sides)
    assert features.measure(Span(start_s=0.0, end_s=160 * FRAME_S)).better_side is Side.LEFT
    assert features.measure(Span(start_s=160 * FRAME_S, end_s=320 * FRAME_S)).better_side is Side.RIGHT


@given(letters=st.text(alphabet="#.", max_size=120), ends=st.tuples(st.floats(0, 5), st.floats(0, 5)))
def test_every_part_of_every_recording_can_be_measured(letters: str, ends: tuple[float, float]) -> None:
    span = Span(start_s=min(ends), end_s=max(ends))
    found = made(letters).measure(span)
    assert isinstance(found, SampleMeasures)
    assert judge(found, purpose=Purpose.PROMPT_AUDIO)


@given(letters=st.text(alphabet="#.", max_size=120))
def test_pauses_are_all_runs_of_150_ms_without_speech(letters: str) -> None:
    expected = []
    start = None
    for place, letter in enumerate([*letters, "#"]):
        if letter == "." and start is None:
            start = place
        elif letter == "#" and start is not None:
            if (place - start) * FRAME_S >= PAUSE_S:
                expected.append((start * FRAME_S, place * FRAME_S))
            start = None
    found = [end_s for pause in made(letters).pauses() for end_s in (pause.start_s, pause.end_s)]
    assert found == pytest.approx([end_s for pause in expected for end_s in pause])


def test_features_cross_to_the_window() -> None:
    features = made("#" * 100 + "." * 100)
    again = pickle.loads(pickle.dumps(features))
    assert again.measure() == features.measure()


# -- at once, by energy ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [4_000, 8_000, 16_000, 22_050, 44_100, 192_000])
def test_a_waveform_tells_levels_peaks_and_pauses_at_once(rate_hz: int) -> None:
    speech = spoken(8.0) + noise(8 * RATE_HZ, level_dbfs=-55)
    samples = (
        speech[:: max(1, RATE_HZ // rate_hz)] if rate_hz < RATE_HZ else np.repeat(speech, rate_hz // RATE_HZ)
    )
    found = quick(samples, rate_hz=rate_hz if rate_hz > 11_000 or rate_hz == 4_000 else 11_025)
    measures = found.measure()
    assert measures.speech_dbfs == pytest.approx(-20, abs=2)
    assert measures.speech_share is not None
    assert measures.speech_share > 0.6
    assert measures.peak_dbfs == pytest.approx(20 * np.log10(np.abs(samples).max()), abs=0.1)
    assert found.pauses()


@pytest.mark.parametrize("snr_db", [40, 30, 20, 10])
def test_noise_is_guessed_at_once(snr_db: float) -> None:
    speech = spoken(15.0)
    found = quick(speech + noise(len(speech), level_dbfs=-20 - snr_db)).measure()
    assert found.snr_db == pytest.approx(snr_db, abs=4)


def test_a_waveform_does_not_tell_what_it_cannot_know() -> None:
    measures = quick(spoken(8.0)).measure()
    assert measures.loudness_lufs is None
    assert measures.clipped_share is None
    assert not measures.is_bandwidth_known
    assert not measures.is_speech_certain
    assert not measures.is_music_likely


def test_energy_alone_says_nothing_of_a_steady_sound() -> None:
    assert quick(noise(5 * RATE_HZ, level_dbfs=-20)).measure().speech_share is None
    assert quick(np.zeros(RATE_HZ, dtype=np.float32)).measure().speech_share is None


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 1_411])
def test_a_waveform_of_any_length(size: int) -> None:
    found = quick(music(1, seed=1)[:size], rate_hz=44_100)
    assert found.measure().duration_s == pytest.approx(size / 44_100, abs=1e-6)
    assert judge(found.measure(), purpose=Purpose.VOICE_CLONE)
    assert isinstance(found.pauses(), tuple)


# -- where the sound ends -------------------------------------------------------------------------------


def spectrum(levels_db: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    return (10 ** (levels_db / 10))[np.newaxis].astype(np.float32)


def test_an_abrupt_end_is_found_and_a_slope_is_not() -> None:
    slope = np.linspace(0, -40, BANDS)
    assert abrupt_end_hz(spectrum(slope), limit_hz=22_050) is None
    cut = slope.copy()
    cut[28:] -= 40
    assert abrupt_end_hz(spectrum(cut), limit_hz=22_050) == 3_500


def test_a_gap_is_no_end() -> None:
    gap = np.zeros(BANDS)
    gap[28:34] = -60
    assert abrupt_end_hz(spectrum(gap), limit_hz=22_050) is None


def test_nothing_is_above_half_the_rate() -> None:
    assert abrupt_end_hz(spectrum(np.zeros(BANDS)), limit_hz=5_512.5) == 5_512.5
    assert abrupt_end_hz(spectrum(np.zeros(BANDS)), limit_hz=8_000) is None
    assert abrupt_end_hz(np.zeros((1, BANDS), dtype=np.float32), limit_hz=8_000) is None
