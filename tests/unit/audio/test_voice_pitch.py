"""The pitch of tones that are known, and which spreads of it look like two voices."""

from __future__ import annotations

import numpy as np
import pytest

from voiceclone_gui.audio.voice_pitch import looks_like_several, semitones


def frames_of(pitch_hz: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Ten frames of a tone with overtones, as a voice has them."""
    time_s = np.arange(10 * 512) / 16_000
    wave = sum(np.sin(2 * np.pi * pitch_hz * n * time_s + n) / n for n in range(1, 8))
    return (0.1 * np.asarray(wave)).reshape(10, 512).astype(np.float32)


@pytest.mark.parametrize("pitch_hz", [75, 90, 110, 150, 220, 300, 370])
def test_the_pitch_of_a_tone_is_found(pitch_hz: float) -> None:
    expected = 1 + 12 * np.log2(pitch_hz / 60)
    assert semitones(frames_of(pitch_hz)) == pytest.approx(expected, abs=1)


def test_noise_and_silence_have_none() -> None:
    hiss = np.random.default_rng(1).standard_normal((200, 512)).astype(np.float32)
    assert np.mean(semitones(hiss) > 0) < 0.05
    assert not semitones(np.zeros((5, 512), dtype=np.float32)).any()


def around(
    *centres: float, frames: int = 1_000, spread: float = 1.5
) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    choice = np.random.default_rng(2)
    pitches = [choice.normal(centre, spread, frames) for centre in centres]
    return np.clip(np.rint(np.concatenate(pitches)), 1, 35).astype(np.uint8)


def test_two_groups_far_apart_look_like_two_voices() -> None:
    assert looks_like_several(around(10, 20))
    assert not looks_like_several(around(10))
    assert not looks_like_several(around(10, 13))
    assert not looks_like_several(around(14, spread=4))


def test_some_strange_frames_are_no_second_voice() -> None:
    assert not looks_like_several(np.concatenate([around(10), around(22, frames=150)]))


@pytest.mark.parametrize("frames", [0, 1, 299])
def test_too_little_says_nothing(frames: int) -> None:
    assert not looks_like_several(around(10, 20)[:: max(1, 2_000 // max(frames, 1))][:frames])
