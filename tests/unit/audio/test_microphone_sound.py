"""A microphone's sound as it is written down: level, pitch and length stay, whatever its format."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from voiceclone_gui.audio.microphone_sound import MicrophoneSound
from voiceclone_gui.core.microphone import TAKE_RATE_HZ, Level, SampleKind, SoundFormat

TYPES = {
    SampleKind.UINT8: (np.uint8, 127, 128),
    SampleKind.INT16: (np.int16, 32767, 0),
    SampleKind.INT32: (np.int32, 2**31 - 1, 0),
    SampleKind.FLOAT32: (np.float32, 1, 0),
}


def tone(*, rate_hz: int = 48_000, seconds: float = 2.0, peak: float = 0.5, hz: float = 440.0) -> npt.NDArray:
    return peak * np.sin(2 * np.pi * hz * np.arange(round(rate_hz * seconds)) / rate_hz)


def raw(channels: list[npt.NDArray], kind: SampleKind = SampleKind.FLOAT32) -> bytes:
    kind_type, scale, middle = TYPES[kind]
    values = np.stack(channels, axis=1) * scale + middle
    return (values if kind is SampleKind.FLOAT32 else np.rint(values)).astype(kind_type).tobytes()


def converted(
    content: bytes, sound: MicrophoneSound, *, piece_bytes: int = 3833
) -> tuple[npt.NDArray[np.int16], Level]:
    pieces, levels = [], []
    for start in range(0, len(content), piece_bytes):
        samples, level = sound.convert(content[start : start + piece_bytes])
        pieces.append(samples)
        levels.append(level)
    pieces.append(sound.finish())
    return np.frombuffer(b"".join(pieces), dtype="<i2"), Level.of_all(levels)


def microphone(
    *, rate_hz: int = 48_000, channels: int = 1, kind: SampleKind = SampleKind.FLOAT32
) -> MicrophoneSound:
    return MicrophoneSound(sound_format=SoundFormat(rate_hz=rate_hz, channels=channels, kind=kind))


def rms_dbfs(samples: npt.NDArray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples / 32768))))


def pitch_hz(samples: npt.NDArray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * TAKE_RATE_HZ / len(samples))


@pytest.mark.parametrize("kind", SampleKind)
@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 44_100, 48_000, 96_000, 192_000])
def test_level_pitch_and_length_stay(kind: SampleKind, rate_hz: int) -> None:
    sound = microphone(rate_hz=rate_hz, kind=kind)
    samples, level = converted(raw([tone(rate_hz=rate_hz)], kind), sound)
    assert len(samples) == pytest.approx(2 * TAKE_RATE_HZ, abs=2)
    assert rms_dbfs(samples) == pytest.approx(-9.03, abs=0.1)
    assert level.rms_dbfs == pytest.approx(-9.03, abs=0.1)
    assert level.peak_dbfs == pytest.approx(-6.02, abs=0.2)
    assert pitch_hz(samples) == pytest.approx(440, abs=0.6)
    assert not level.is_clipped


def test_sixteen_bit_is_written_as_it_came() -> None:
    noise = np.random.default_rng(7).integers(-32768, 32768, 50_000, dtype=np.int16)
    samples, _ = converted(noise.tobytes(), microphone(kind=SampleKind.INT16))
    assert np.array_equal(samples, noise)


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_equal_channels_come_out_as_loud_as_they_were(rate_hz: int) -> None:
    # FFmpeg's own mix of floats would add 3 dB.
    sound = microphone(rate_hz=rate_hz, channels=2)
    samples, _ = converted(raw([tone(rate_hz=rate_hz)] * 2), sound)
    assert sound.weights == (0.5, 0.5)
    assert rms_dbfs(samples) == pytest.approx(-9.03, abs=0.05)


@pytest.mark.parametrize("silent", [0, 1])
def test_a_channel_without_a_microphone_is_left_out(silent: int) -> None:
    sound = microphone(channels=2)
    quiet = np.random.default_rng(1).normal(0, 0.0005, 96_000)
    channels = [tone(), quiet] if silent else [quiet, tone()]
    samples, level = converted(raw(channels), sound)
    assert sound.weights == ((1.0, 0.0) if silent else (0.0, 1.0))
    assert rms_dbfs(samples[48_000:]) == pytest.approx(-9.03, abs=0.05)
    assert level.peak_dbfs == pytest.approx(-6.02, abs=0.1)


def test_what_was_decided_stays_when_one_side_is_silent_later() -> None:
    sound = microphone(channels=2)
    converted(raw([tone(), tone()]), sound)
    converted(raw([tone(), np.zeros(96_000)]), sound)
    assert sound.weights == (0.5, 0.5)


def test_nothing_is_decided_in_silence() -> None:
    sound = microphone(channels=2)
    hum = tone(peak=0.001)
    converted(raw([hum, np.zeros(96_000)]), sound)
    assert sound.weights == (0.5, 0.5)


def test_a_signal_of_both_polarities_does_not_cancel_itself() -> None:
    sound = microphone(channels=2)
    samples, _ = converted(raw([tone(), -tone()]), sound)
    assert sorted(sound.weights) == [0.0, 1.0]
    assert rms_dbfs(samples[48_000:]) == pytest.approx(-9.03, abs=0.05)


def test_of_many_channels_those_that_hear_are_mixed() -> None:
    sound = microphone(channels=4)
    converted(raw([tone(), np.zeros(96_000), tone(), np.zeros(96_000)]), sound)
    assert sound.weights == (0.5, 0.0, 0.5, 0.0)


@pytest.mark.parametrize("kind", SampleKind)
def test_full_scale_is_clipped_on_one_channel_alone(kind: SampleKind) -> None:
    _, level = converted(raw([tone(peak=1.0), tone(peak=0.1)], kind), microphone(channels=2, kind=kind))
    assert level.is_clipped
    assert level.peak_dbfs == pytest.approx(0, abs=0.1)


def test_what_is_no_number_does_no_harm() -> None:
    wild = np.array([np.nan, np.inf, -np.inf, 3.0, 0.25], dtype=np.float32)
    samples, level = converted(wild.tobytes(), microphone())
    assert samples.tolist() == [0, 32767, -32768, 32767, 8192]
    assert level.is_clipped


def test_no_sound_has_no_length() -> None:
    samples, level = microphone(rate_hz=44_100, channels=2).convert(b"")
    assert (samples, level.frames) == (b"", 0)
