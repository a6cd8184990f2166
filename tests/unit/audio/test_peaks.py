"""Pieces of a recording against brute force over its decoded samples, whole and while it is being decoded."""

from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.fakes.recordings import RATE_HZ, Sound, record, tone, wav_bytes
from voiceclone_gui.audio.decode import decode_blocks
from voiceclone_gui.audio.peaks import examine_sample
from voiceclone_gui.audio.recording import open_recording
from voiceclone_gui.audio.waveform import PIECE_FRAMES, Waveform
from voiceclone_gui.audio.worker_child import progress_to

# The sample types that decoders give.
CODECS = {"pcm_u8": 128, "pcm_s16le": 1, "pcm_s24le": 1, "pcm_s32le": 1, "pcm_f32le": 1, "pcm_f64le": 1}


def noise(seconds: float, *, channels: int, rate_hz: int = RATE_HZ, seed: int = 5) -> Sound:
    shape = (channels, round(seconds * rate_hz))
    return np.random.default_rng(seed).integers(-32768, 32768, shape).astype(np.int16)


def examined(path: Path) -> tuple[Waveform, list[Waveform]]:
    """The finished waveform, and those on the way."""
    seen: list[Any] = []
    with progress_to(seen.append):
        _, whole = examine_sample(path)
    return whole, seen


def by_piece(sound: npt.NDArray[Any]) -> list[tuple[float, float, float]]:
    """Smallest and largest sample and mean square of each piece, one after the other."""
    found = []
    for start in range(0, sound.shape[1], PIECE_FRAMES):
        part = sound[:, start : start + PIECE_FRAMES].astype(np.float64)
        found.append((part.min(), part.max(), float((part**2).mean()) / 32768**2))
    return found


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("seconds", [1 / RATE_HZ, 255 / RATE_HZ, 256 / RATE_HZ, 257 / RATE_HZ, 9.3])
def test_each_piece_holds_all_its_samples(tmp_path: Path, codec: str, channels: int, seconds: float) -> None:
    sound = noise(seconds, channels=channels)
    if codec == "pcm_u8":
        sound = ((sound >> 8) << 8).astype(np.int16)
    whole, _ = examined(record(tmp_path / "voice.wav", sound, codec=codec))
    expected = np.array(by_piece(sound))
    assert np.array_equal(whole.power.shape, (len(expected),))
    # A float of 16 bit comes back one step off at most.
    tolerance = 1 if codec.startswith("pcm_f") else 0
    assert np.abs(whole.smallest - expected[:, 0]).max() <= tolerance
    assert np.abs(whole.largest - expected[:, 1]).max() <= tolerance
    assert np.allclose(whole.power, expected[:, 2], rtol=1e-4, atol=1e-9)
    assert (whole.sample_rate_hz, whole.share, whole.piece_frames) == (RATE_HZ, 1.0, PIECE_FRAMES)


@pytest.mark.parametrize("kind", ["mp3", "m4a", "flac", "ogg"])
def test_compressed_sound_is_drawn_from_what_the_decoder_gives(tmp_path: Path, kind: str) -> None:
    path = record(tmp_path / f"voice.{kind}", tone(12.0, channels=2, level=0.7))
    with open_recording(path) as recording:
        sound = np.concatenate([b.values for b in decode_blocks(recording, limit_s=99)], axis=1)
    if sound.dtype.kind == "f":
        sound = np.clip(sound * 32767, -32768, 32767).astype(np.int16)
    expected = np.array(by_piece(sound))
    whole, _ = examined(path)
    assert np.array_equal(whole.smallest, expected[:, 0])
    assert np.array_equal(whole.largest, expected[:, 1])
    assert np.allclose(whole.power, expected[:, 2], rtol=1e-3, atol=1e-7)


def test_the_first_second_is_seen_at_once_and_the_rest_in_some_twenty_steps(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes(wav_bytes(noise(400.0, channels=1)))
    whole, seen = examined(path)
    assert 15 <= len(seen) <= 25
    assert seen[0].share * whole.duration_s < 10
    assert all(before.share < after.share for before, after in pairwise(seen))


def test_what_is_sent_on_the_way_stays_small_and_is_true(tmp_path: Path) -> None:
    # As many pieces as 20 minutes have.
    path = tmp_path / "voice.wav"
    path.write_bytes(wav_bytes(noise(3400.0, channels=1)))
    whole, seen = examined(path)
    assert len(whole.smallest) > 200_000
    assert sum(len(pickle.dumps(wave)) for wave in seen) < 3 * 2**20
    for wave in seen:
        merged = wave.piece_frames // PIECE_FRAMES
        covered = len(wave.smallest) * merged
        assert wave.share * len(whole.smallest) == pytest.approx(covered, abs=1)
        assert np.array_equal(wave.smallest, whole.smallest[:covered].reshape(-1, merged).min(axis=1))
        assert np.array_equal(wave.largest, whole.largest[:covered].reshape(-1, merged).max(axis=1))
