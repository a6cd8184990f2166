"""Decoded sound: every sample type, every layout, at the level and the time it was recorded."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from tests.fakes.recordings import RATE_HZ, Sound, overwritten, record, silence, tone, wav_bytes
from voiceclone_gui.audio.decode import Block, decode_blocks, decode_mono
from voiceclone_gui.audio.recording import open_recording
from voiceclone_gui.core.errors import SampleError

LOSSLESS = {
    "pcm_u8": (np.uint8, 1 / 128),
    "pcm_s16le": (np.int16, 0.0),
    "pcm_s24le": (np.int32, 0.0),
    "pcm_s32le": (np.int32, 0.0),
    "pcm_s64le": (np.int64, 0.0),
    "pcm_f32le": (np.float32, 1e-7),
    "pcm_f64le": (np.float64, 1e-7),
}


def mono(path: Path, *, rate_hz: int = RATE_HZ, limit_s: float = 400.0) -> npt.NDArray[np.float32]:
    values = decode_mono(path, sample_rate_hz=rate_hz, limit_s=limit_s)
    assert values.dtype == np.float32
    assert values.ndim == 1
    assert not len(values) or np.abs(values).max() <= 1.0
    return values


def level_db(values: npt.NDArray[np.floating]) -> float:
    return float(10 * np.log10(np.mean(np.square(values, dtype=np.float64))))


def blocks(path: Path, *, limit_s: float = 400.0) -> list[Block]:
    with open_recording(path) as recording:
        return list(decode_blocks(recording, limit_s=limit_s))


def both(left: Sound, right: Sound) -> Sound:
    return np.concatenate([left, right])


# -- levels -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("codec", ["pcm_s16le", "pcm_f32le"])
def test_equal_channels_keep_their_level(tmp_path: Path, channels: int, codec: str, rate_hz: int) -> None:
    sound = tone(2.0, rate_hz=rate_hz, channels=channels, level=0.9)
    path = record(tmp_path / "voice.wav", sound, codec=codec, rate_hz=rate_hz)
    expected = level_db(tone(2.0, level=0.9)[0] / 32768)
    assert level_db(mono(path)) == pytest.approx(expected, abs=0.02)


def test_ffmpegs_own_mix_would_add_three_decibels(tmp_path: Path) -> None:
    """Why the mix is made here; when this fails, FFmpeg has changed."""
    path = record(tmp_path / "voice.wav", tone(1.0, channels=2))
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    with av.open(str(path)) as opened:
        parts = [out.to_ndarray()[0] for frame in opened.decode(audio=0) for out in resampler.resample(frame)]
    assert level_db(np.concatenate(parts)) - level_db(mono(path)) == pytest.approx(3.01, abs=0.05)


def test_every_channel_has_the_same_weight(tmp_path: Path) -> None:
    sound = tone(1.0, level=0.8)
    half = record(tmp_path / "left.wav", both(sound, silence(1.0)))
    assert np.array_equal(mono(half), sound[0].astype(np.float32) / 2 / 32768)
    opposite = record(tmp_path / "opposite.wav", both(sound, -sound))
    assert not mono(opposite).any()


def test_full_scale_stays_in_range(tmp_path: Path) -> None:
    square = np.where(np.arange(32_000) % 64 < 32, 32767, -32768).astype(np.int16)[np.newaxis, :]
    path = record(tmp_path / "voice.wav", square)
    assert mono(path)[0] == pytest.approx(32767 / 32768)
    assert mono(path).min() == -1.0
    assert np.abs(mono(path, rate_hz=44_100)).max() == 1.0


@pytest.mark.parametrize("codec", LOSSLESS)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_sample_type_gives_the_same_numbers(tmp_path: Path, codec: str, channels: int) -> None:
    sound = tone(0.5, channels=channels)
    path = record(tmp_path / "voice.wav", sound, codec=codec)
    kind, tolerance = LOSSLESS[codec]
    assert {block.values.dtype for block in blocks(path)} == {np.dtype(kind)}
    assert np.allclose(mono(path), sound[0] / 32768, rtol=0, atol=tolerance)


@pytest.mark.parametrize("kind", ["mp3", "m4a", "flac", "ogg"])
@pytest.mark.parametrize("channels", [1, 2])
def test_compressed_sound_comes_at_its_time_and_level(tmp_path: Path, kind: str, channels: int) -> None:
    path = record(tmp_path / f"voice.{kind}", tone(3.0, channels=channels))
    found, expected = mono(path), tone(3.0)[0] / 32768
    assert len(found) == len(expected)
    middle = slice(RATE_HZ, 2 * RATE_HZ)
    assert np.abs(found[middle] - expected[middle]).max() < 0.03


def test_numbers_that_are_none_become_silence(tmp_path: Path) -> None:
    content = bytearray(record(tmp_path / "voice.wav", tone(1.0), codec="pcm_f32le").read_bytes())
    start = content.index(b"data") + 8
    content[start : start + 12] = np.array([np.nan, np.inf, -np.inf], dtype="<f4").tobytes()
    (tmp_path / "voice.wav").write_bytes(content)
    assert mono(tmp_path / "voice.wav")[:3].tolist() == [0.0, 1.0, -1.0]


def test_silence_is_silent(tmp_path: Path) -> None:
    assert not mono(record(tmp_path / "voice.flac", silence(2.0)), rate_hz=44_100).any()


# -- time -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("from_hz", [8_000, 11_025, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("to_hz", [16_000, 44_100])
def test_another_rate_keeps_length_and_time(tmp_path: Path, from_hz: int, to_hz: int) -> None:
    path = record(tmp_path / "voice.wav", tone(5.0, rate_hz=from_hz), rate_hz=from_hz)
    found, expected = mono(path, rate_hz=to_hz), tone(5.0, rate_hz=to_hz)[0] / 32768
    assert abs(len(found) - len(expected)) <= 1
    middle = slice(to_hz, 4 * to_hz)
    assert np.abs(found[middle] - expected[middle]).max() < 0.005


@pytest.mark.parametrize("limit_s", [0.05, 1.0, 4.999, 5.0, 100.0])
@pytest.mark.parametrize("to_hz", [16_000, 44_100])
def test_no_more_than_the_limit_is_decoded(tmp_path: Path, limit_s: float, to_hz: int) -> None:
    path = record(tmp_path / "voice.wav", tone(5.0))
    assert abs(len(mono(path, rate_hz=to_hz, limit_s=limit_s)) - min(limit_s, 5.0) * to_hz) <= 1


@pytest.mark.parametrize("limit_s", [1.0, 4.096, 300.0])
def test_blocks_are_whole_and_in_order(tmp_path: Path, limit_s: float) -> None:
    sound = np.stack([tone(20.0)[0], tone(20.0, pitch_hz=330.0)[0]])
    for path in (record(tmp_path / "voice.wav", sound), record(tmp_path / "voice.flac", sound)):
        found = blocks(path, limit_s=limit_s)
        assert {block.sample_rate_hz for block in found} == {RATE_HZ}
        assert all(0 < block.values.shape[1] <= 65_536 for block in found)
        frames = round(min(limit_s, 20.0) * RATE_HZ)
        assert np.array_equal(np.concatenate([b.values for b in found], axis=1), sound[:, :frames])


def test_planes_and_interleaved_sound_are_told_apart(tmp_path: Path) -> None:
    sound = np.stack([tone(1.0)[0], tone(1.0, pitch_hz=330.0)[0]])
    (block,) = blocks(record(tmp_path / "voice.mp3", sound))
    assert block.values.shape == sound.shape
    middle = slice(4000, 12_000)
    assert np.abs(block.values[:, middle] - sound[:, middle] / 32768).max() < 0.1


def test_a_rate_that_changes_in_the_middle_is_followed(tmp_path: Path) -> None:
    slow = record(tmp_path / "a.mp3", tone(2.0)).read_bytes()
    fast = record(tmp_path / "b.mp3", tone(3.0, rate_hz=32_000, channels=2), rate_hz=32_000).read_bytes()
    (tmp_path / "both.mp3").write_bytes(slow + fast)
    rates_hz = [block.sample_rate_hz for block in blocks(tmp_path / "both.mp3")]
    assert rates_hz == sorted(rates_hz)
    assert set(rates_hz) == {16_000, 32_000}
    found = mono(tmp_path / "both.mp3")
    assert len(found) == pytest.approx(5.0 * RATE_HZ, abs=0.2 * RATE_HZ)
    expected = level_db(mono(tmp_path / "a.mp3"))
    for second in (1, 3):
        part = found[second * RATE_HZ : (second + 1) * RATE_HZ]
        assert level_db(part) == pytest.approx(expected, abs=0.2)


# -- errors -----------------------------------------------------------------------------------------------


def test_damage_is_skipped(tmp_path: Path) -> None:
    content = record(tmp_path / "whole.mp3", tone(20.0)).read_bytes()
    (tmp_path / "voice.mp3").write_bytes(overwritten(content, start=len(content) // 2, size=3000))
    assert 10.0 < len(mono(tmp_path / "voice.mp3")) / RATE_HZ < 20.0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sample-empty"),
        (b"text" * 100, "sample-not-audio"),
        (wav_bytes(silence(0)), "sample-no-audio"),
        (wav_bytes(tone(1.0), rate_hz=2**31 - 1), "sample-undecodable"),
    ],
)
def test_errors_are_ours(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "voice.wav").write_bytes(content)
    with pytest.raises(SampleError) as caught:
        mono(tmp_path / "voice.wav")
    assert caught.value.code == code
