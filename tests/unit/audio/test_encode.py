"""Encoded sound, read back by the project's decoder and by FFmpeg's program."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from voiceclone_gui.audio.decode import decode_mono
from voiceclone_gui.audio.encode import CONTAINERS, Encoded, encode
from voiceclone_gui.audio.sound import Sound, joined

RATE_HZ = 22_050


def sine(
    duration_s: float = 1.0, *, level: float = 0.5, rate_hz: int = RATE_HZ, pitch_hz: float = 440
) -> Sound:
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    wave = level * np.sin(2 * np.pi * pitch_hz * time_s)
    return Sound(samples=wave.astype(np.float32), sample_rate_hz=rate_hz)


def decoded(encoded: Encoded, path: Path) -> Sound:
    path.write_bytes(encoded.audio)
    samples = decode_mono(path, sample_rate_hz=encoded.sample_rate_hz, limit_s=60)
    return Sound(samples=samples, sample_rate_hz=encoded.sample_rate_hz)


def probed(path: Path) -> dict[str, str]:
    command = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path)]
    found = subprocess.run(command, capture_output=True, check=True).stdout
    stream: dict[str, str] = json.loads(found)["streams"][0]
    return stream


def rms(sound: Sound) -> float:
    return float(np.sqrt(np.mean(np.square(sound.samples, dtype=np.float64))))


@pytest.mark.parametrize("container", ["mp3", "wav", "flac"])
@pytest.mark.parametrize("rate_hz", [None, 32_000, 44_100])
def test_keeps_length_and_level(container: str, rate_hz: int | None, tmp_path: Path) -> None:
    sound = sine(1.7)
    encoded = encode(sound, container=container, sample_rate_hz=rate_hz)
    again = decoded(encoded, tmp_path / "sound")
    assert encoded.sample_rate_hz == (rate_hz or RATE_HZ)
    assert encoded.duration_s == pytest.approx(1.7, abs=0.001)
    assert again.duration_s == pytest.approx(1.7, abs=0.001)
    # LAME scales by 0.95, against clipping.
    level_db = 20 * np.log10(0.95) if container == "mp3" else 0
    assert 20 * np.log10(rms(again) / rms(sound)) == pytest.approx(level_db, abs=0.05)


@pytest.mark.parametrize(("container", "codec"), [("mp3", "mp3"), ("wav", "pcm_s16le"), ("flac", "flac")])
def test_another_program_sees_what_was_promised(container: str, codec: str, tmp_path: Path) -> None:
    path = tmp_path / "sound"
    encoded = encode(sine(3.0), container=container, sample_rate_hz=32_000)
    path.write_bytes(encoded.audio)
    stream = probed(path)
    assert (stream["codec_name"], int(stream["sample_rate"]), int(stream["channels"])) == (codec, 32_000, 1)
    assert encoded.channels == 1
    if container == "mp3":
        assert int(stream["bit_rate"]) == encoded.bitrate == 128_000
        assert 8 * len(encoded.audio) / encoded.duration_s == pytest.approx(128_000, rel=0.05)
    if container == "flac":
        assert stream["bits_per_raw_sample"] == "16"


@pytest.mark.parametrize("container", ["wav", "flac"])
def test_is_lossless_where_the_container_is(container: str, tmp_path: Path) -> None:
    steps = np.random.default_rng(5).integers(-32768, 32768, size=30_000).astype(np.int16)
    sound = Sound.from_pcm16(steps.tobytes(), sample_rate_hz=RATE_HZ)
    again = decoded(encode(sound, container=container), tmp_path / "sound")
    assert np.array_equal(again.as_pcm16(), steps)


def test_pcm_is_bare_samples_little_end_first() -> None:
    steps = np.array([0, 1, -1, 32767, -32768], dtype=np.int16)
    encoded = encode(Sound.from_pcm16(steps.tobytes(), sample_rate_hz=RATE_HZ), container="pcm")
    assert encoded.audio == steps.astype("<i2").tobytes()
    assert encoded.bitrate == RATE_HZ * 16


def test_clips_instead_of_wrapping_round() -> None:
    loud = Sound(samples=np.array([-3, -1, 0, 1, 3], dtype=np.float32), sample_rate_hz=RATE_HZ)
    assert loud.as_pcm16().tolist() == [-32768, -32768, 0, 32767, 32767]


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("frames", [0, 1])
def test_encodes_next_to_nothing(container: str, frames: int) -> None:
    nothing = Sound(samples=np.zeros(frames, dtype=np.float32), sample_rate_hz=RATE_HZ)
    assert encode(nothing, container=container).duration_s == frames / RATE_HZ


def test_mp3_takes_another_bitrate(tmp_path: Path) -> None:
    path = tmp_path / "sound"
    path.write_bytes(encode(sine(2.0), container="mp3", sample_rate_hz=44_100, mp3_bitrate=320_000).audio)
    assert int(probed(path)["bit_rate"]) == 320_000


def test_resampling_keeps_the_pitch() -> None:
    sound = sine(2.0, pitch_hz=1000).resampled(sample_rate_hz=32_000)
    spectrum = np.abs(np.fft.rfft(sound.samples * np.hanning(sound.samples.size)))
    assert np.argmax(spectrum) / sound.duration_s == pytest.approx(1000, abs=1)


def test_silent_ends_are_cut_and_nothing_else() -> None:
    silence = Sound.silence(0.5, sample_rate_hz=RATE_HZ)
    inner = joined([sine(0.4), silence, sine(0.4)], sample_rate_hz=RATE_HZ)
    cut = joined([silence, inner, silence], sample_rate_hz=RATE_HZ).without_silent_ends()
    assert cut.duration_s == pytest.approx(inner.duration_s, abs=0.002)
    assert silence.without_silent_ends().duration_s == 0
    assert Sound.silence(0, sample_rate_hz=RATE_HZ).without_silent_ends().duration_s == 0
