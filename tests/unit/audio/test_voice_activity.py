"""Speech by energy and by the model, and which parts of a long recording the model gets to hear."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.music import RATE_HZ as MUSIC_RATE_HZ
from tests.fakes.music import music
from tests.fakes.spoken import RATE_HZ, noise, spoken
from tests.fakes.wav_files import write_wav
from voiceclone_gui.audio.analysis import analyse_sample
from voiceclone_gui.audio.hearing import Hearing
from voiceclone_gui.audio.sound import Sound
from voiceclone_gui.audio.voice_activity import FRAME_S, by_energy, by_model, runs, smoothed
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.sample_check import judge
from voiceclone_gui.core.span import Span

LOW_RATE_HZ = 8_000


def for_model(samples: npt.NDArray[np.float32], *, rate_hz: int = RATE_HZ) -> npt.NDArray[np.int16]:
    sound = Sound(samples=samples, sample_rate_hz=rate_hz).resampled(sample_rate_hz=16_000)
    return sound.as_pcm16()


def test_the_model_hears_speech_and_no_music() -> None:
    assert by_model([for_model(spoken(10.0))]).mean() > 0.8
    assert by_model([for_model(music(10, seed=4), rate_hz=MUSIC_RATE_HZ)]).mean() < 0.05
    assert not by_model([for_model(noise(5 * RATE_HZ, level_dbfs=-25))]).any()


@pytest.mark.parametrize("cut", [512, 512 * 7, 512 * 300])
def test_the_model_hears_the_same_in_pieces(cut: int) -> None:
    samples = for_model(spoken(12.0))
    pieces = [samples[start : start + cut] for start in range(0, len(samples), cut)]
    assert (by_model(pieces) == by_model([samples])).all()


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513])
def test_the_model_takes_sound_of_any_length(size: int) -> None:
    assert len(by_model([np.zeros(size, dtype=np.int16)])) == -(-size // 512)


def test_energy_finds_speech_and_no_steady_sound() -> None:
    frames = spoken(8.0)[: 8 * 31 * 705].reshape(-1, 705)
    power = np.square(frames).mean(axis=1)
    assert by_energy(power).mean() == pytest.approx(0.85, abs=0.15)
    assert not by_energy(np.full(200, 0.1, dtype=np.float32)).any()
    assert not by_energy(np.zeros(200, dtype=np.float32)).any()
    assert by_energy(np.zeros(0, dtype=np.float32)).size == 0


@pytest.mark.parametrize("silence", [0.0, 1e-7])
def test_energy_finds_a_talk_of_minutes_in_hours_of_next_to_nothing(silence: float) -> None:
    frames = spoken(60.0)[: 60 * 31 * 705].reshape(-1, 705)
    talk = np.square(frames).mean(axis=1)
    power = np.full(4 * 3600 * 31, silence, dtype=np.float32)
    power += silence / 10 * np.random.default_rng(3).standard_normal(power.size, dtype=np.float32)
    begins = 200_000
    power[begins : begins + talk.size] += talk
    found = by_energy(power)
    assert found[begins : begins + talk.size].mean() == pytest.approx(0.85, abs=0.15)
    assert not found[: begins - 10].any()
    assert not found[begins + talk.size + 10 :].any()


@given(st.lists(st.booleans(), max_size=60))
def test_no_speech_and_no_gap_stays_that_is_too_short(marks: list[bool]) -> None:
    found = smoothed(np.array(marks, dtype=np.bool_))
    assert all(end - start >= 4 for start, end in runs(found))
    inside = [(s, e) for s, e in runs(~found) if s > 0 and e < found.size]
    assert all(end - start >= 3 for start, end in inside)


# -- more than 20 minutes -------------------------------------------------------------------------------


def long_recording(folder: Path, *, minutes: int, speech_at: tuple[int, ...]) -> Path:
    """Faint noise with two minutes of speech from each of ``speech_at``, in minutes."""
    samples = noise(minutes * 60 * LOW_RATE_HZ, level_dbfs=-60)
    talk = Sound(samples=spoken(20.0), sample_rate_hz=RATE_HZ).resampled(sample_rate_hz=LOW_RATE_HZ).samples
    for minute in speech_at:
        start = minute * 60 * LOW_RATE_HZ
        samples[start : start + 120 * LOW_RATE_HZ] += np.resize(talk, 120 * LOW_RATE_HZ)
    return write_wav(folder / "long.wav", samples, rate_hz=LOW_RATE_HZ)


def test_of_a_long_recording_the_model_hears_what_promises_speech(tmp_path: Path) -> None:
    features = analyse_sample(long_recording(tmp_path, minutes=26, speech_at=(4, 22)))
    for minute in (4, 22):
        part = Span(start_s=minute * 60 + 5.0, end_s=minute * 60 + 115.0)
        assert features.measure(part).is_speech_certain
        assert features.measure(part).speech_share == pytest.approx(0.9, abs=0.1)
    assert 0.3 < features.judged.mean() < 0.5
    whole = features.measure()
    assert not whole.is_speech_certain
    said = " ".join(light.title for light in judge(whole, purpose=Purpose.VOICE_CLONE))
    assert "loud enough for speech" in said


def test_up_to_20_minutes_the_model_hears_all(tmp_path: Path) -> None:
    features = analyse_sample(long_recording(tmp_path, minutes=20, speech_at=(3,)))
    assert features.measure().is_speech_certain


def test_what_is_kept_for_the_model_does_not_grow() -> None:
    hearing = Hearing()
    second = for_model(spoken(30.0)).astype(np.float32) / 32768
    held = []
    for _ in range(80):
        hearing.add(second)
        held.append(sum(block.nbytes for tile in hearing._tiles.values() for block in tile))
    assert max(held) <= 44_000_000
    assert max(held[60:]) <= 25_000_000
    frames = round(80 * len(second) / 16_000 / FRAME_S)
    heard = hearing.finish(frames=frames)
    assert len(heard.speech) == len(heard.judged) == len(heard.pitch) == frames
    assert 5 * 120 <= heard.judged.sum() * FRAME_S <= 6 * 130
