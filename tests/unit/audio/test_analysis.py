"""What the check finds in recordings of which the truth is known, and in recordings of every odd kind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.fakes.music import RATE_HZ as MUSIC_RATE_HZ
from tests.fakes.music import music
from tests.fakes.recordings import record, silence, tone
from tests.fakes.spoken import RATE_HZ, SAMPLE_RECORDING, loud_level_dbfs, noise, spoken
from tests.fakes.wav_files import write_wav
from voiceclone_gui.audio.analysis import analyse_sample
from voiceclone_gui.audio.decode import decode_mono
from voiceclone_gui.audio.features import SoundFeatures, quick_features
from voiceclone_gui.audio.jobs import analyse_sample as analysis_job
from voiceclone_gui.audio.peaks import examine_sample
from voiceclone_gui.audio.sound import Sound
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.audio.worker_child import progress_to
from voiceclone_gui.core.errors import SampleUnreadable
from voiceclone_gui.core.outgoing import judged_channels
from voiceclone_gui.core.sample import ChannelChoice, Purpose
from voiceclone_gui.core.sample_check import LightKind, SampleMeasures, Side, Verdict, judge
from voiceclone_gui.core.span import Span

VOICES = ["en", "de+f2", "pt", "cmn", "ru+m3", "fr+f4"]

Samples = npt.NDArray[np.float32]


def checked(
    folder: Path, samples: Samples, *, rate_hz: int = RATE_HZ, as_float: bool = False
) -> SoundFeatures:
    return analyse_sample(write_wav(folder / "sound.wav", samples, rate_hz=rate_hz, as_float=as_float))


def verdicts(measures: SampleMeasures) -> dict[LightKind, Verdict]:
    return {light.kind: light.verdict for light in judge(measures, purpose=Purpose.VOICE_CLONE)}


def at_rate(samples: Samples, rate_hz: int, *, from_hz: int = RATE_HZ) -> Samples:
    return Sound(samples=samples, sample_rate_hz=from_hz).resampled(sample_rate_hz=rate_hz).samples


def real_recording() -> Samples:
    return decode_mono(SAMPLE_RECORDING, sample_rate_hz=16_000, limit_s=60.0)


# -- the shipped sample ---------------------------------------------------------------------------------


def test_the_shipped_sample_warns_of_nothing_but_its_length() -> None:
    found = verdicts(analyse_sample(SAMPLE_RECORDING).measure())
    assert found.pop(LightKind.LENGTH) is Verdict.WARN
    assert set(found.values()) == {Verdict.GOOD}


def test_nor_does_it_in_the_moment_before_it_was_listened_to() -> None:
    _, waveform = examine_sample(SAMPLE_RECORDING)
    found = verdicts(quick_features(waveform).measure())
    assert found.pop(LightKind.LENGTH) is Verdict.WARN
    assert set(found.values()) == {Verdict.GOOD, Verdict.UNKNOWN}


def test_the_shipped_clip_warns_of_nothing() -> None:
    measures = analyse_sample(SAMPLE_RECORDING.with_name("austen-prompt.wav")).measure()
    lights = judge(measures, purpose=Purpose.PROMPT_AUDIO)
    assert {light.verdict for light in lights} == {Verdict.GOOD}


# -- noise ----------------------------------------------------------------------------------------------


def assert_noise_found(folder: Path, *, voice: str, snr_db: float, seed: int) -> None:
    # In shorter pauses behind 10 dB of noise the model hears the sentences ring on, and no verdict is left.
    speech = spoken(15.0, voice=voice, pause_s=0.5)
    noisy = speech + noise(len(speech), level_dbfs=-20 - snr_db, seed=seed)
    found = checked(folder, noisy).measure()
    assert found.snr_db == pytest.approx(loud_level_dbfs(speech) + 20 + snr_db, abs=3)
    assert found.noise_dbfs == pytest.approx(-20 - snr_db, abs=3)


@pytest.mark.parametrize("snr_db", [40, 30, 20, 10])
def test_known_noise_is_found_within_3_db(snr_db: float, tmp_path: Path) -> None:
    assert_noise_found(tmp_path, voice="en", snr_db=snr_db, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("snr_db", [40, 35, 30, 25, 20, 15, 10])
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_known_noise_is_found_behind_many_voices(
    voice: str, snr_db: float, seed: int, tmp_path: Path
) -> None:
    assert_noise_found(tmp_path, voice=voice, snr_db=snr_db, seed=seed)


def heard_by_eye(samples: Samples) -> tuple[float, float]:
    """The levels of the real recording's speech and pauses in dBFS, without the program's own measures.

    Frames of 20 ms; the loud half of its range is speech for certain, the quietest twentieth is a pause.
    """
    frames = samples[: samples.size // 320 * 320].reshape(-1, 320).astype(np.float64)
    level_db = 10 * np.log10((frames**2).mean(axis=1) + 1e-12)
    loudest = np.percentile(level_db, 95)
    spoken_db, paused_db = level_db[level_db > loudest - 20], level_db[level_db <= np.percentile(level_db, 5)]
    levels = (10 * np.log10((10 ** (part / 10)).mean()) for part in (spoken_db, paused_db))
    speech_dbfs, noise_dbfs = (float(level) for level in levels)
    return speech_dbfs, noise_dbfs


@pytest.mark.parametrize("snr_db", [20, 10])
def test_noise_added_to_the_real_recording_is_found_within_3_db(snr_db: float, tmp_path: Path) -> None:
    speech = real_recording()
    speech_dbfs, own_dbfs = heard_by_eye(speech)
    added_dbfs = speech_dbfs - snr_db
    found = checked(tmp_path, speech + noise(len(speech), level_dbfs=added_dbfs), rate_hz=16_000).measure()
    # Its own noise is still there.
    together = 10 * np.log10(10 ** (added_dbfs / 10) + 10 ** (own_dbfs / 10))
    assert found.noise_dbfs == pytest.approx(together, abs=3)
    assert found.snr_db == pytest.approx(speech_dbfs - together, abs=3)


def test_digitally_silent_pauses_are_their_own_state(tmp_path: Path) -> None:
    found = checked(tmp_path, spoken(12.0)).measure()
    assert found.are_pauses_silent
    assert found.snr_db is None
    lights = judge(found, purpose=Purpose.VOICE_CLONE)
    assert "light-noise-silent-pauses" in {light.code for light in lights}


def test_a_constant_offset_is_no_noise(tmp_path: Path) -> None:
    speech = spoken(12.0) + noise(12 * RATE_HZ, level_dbfs=-60)
    plain, offset = (
        checked(tmp_path, speech).measure(),
        checked(tmp_path, speech + np.float32(0.05)).measure(),
    )
    assert plain.snr_db is not None
    assert offset.snr_db == pytest.approx(plain.snr_db, abs=0.5)


# -- clipping -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gain_db", [0.0, -7.0])
@pytest.mark.parametrize(("over_db", "verdict"), [(1.5, Verdict.WARN), (9.0, Verdict.BAD)])
@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 96_000])
def test_clipping_is_found_also_behind_a_later_gain(
    gain_db: float, over_db: float, verdict: Verdict, rate_hz: int, tmp_path: Path
) -> None:
    speech = at_rate(spoken(12.0), rate_hz)
    speech = speech / np.abs(speech).max() * np.float32(10 ** (over_db / 20))
    found = checked(tmp_path, np.clip(speech, -1, 1) * np.float32(10 ** (gain_db / 20)), rate_hz=rate_hz)
    assert verdicts(found.measure())[LightKind.CLIPPING] is verdict


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("voice", VOICES[:3])
def test_no_clipping_is_found_in_clean_speech(voice: str, rate_hz: int, tmp_path: Path) -> None:
    speech = at_rate(spoken(12.0, voice=voice), rate_hz)
    found = checked(tmp_path, speech / np.abs(speech).max() * np.float32(0.9), rate_hz=rate_hz)
    assert found.measure().clipped_share == 0


@pytest.mark.parametrize("thump_hz", [30, 40, 60, 100])
@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
def test_a_thump_on_the_table_is_no_clipping(tmp_path: Path, thump_hz: int, rate_hz: int) -> None:
    """The top of a low tone is flat for long, and leaves its peak as slowly as it came."""
    speech = at_rate(real_recording(), rate_hz, from_hz=16_000)
    time_s = np.arange(rate_hz // 2) / rate_hz
    thump = np.sin(2 * np.pi * thump_hz * time_s) * np.exp(-time_s * 12)
    speech[2 * rate_hz : 2 * rate_hz + len(thump)] += (0.79 * thump / np.abs(thump).max()).astype(np.float32)
    assert checked(tmp_path, speech, rate_hz=rate_hz).measure().clipped_share == 0


def test_clipping_counts_where_it_is(tmp_path: Path) -> None:
    speech = spoken(20.0)
    speech[: 10 * RATE_HZ] *= np.float32(4 / np.abs(speech).max())
    found = checked(tmp_path, np.clip(speech, -1, 1) * np.float32(0.5))
    assert found.clipped is not None
    assert found.clipped[:310].sum() > 0
    assert found.clipped[320:].sum() == 0


def test_a_louder_peak_behind_them_clears_flat_tops(tmp_path: Path) -> None:
    speech = np.clip(spoken(10.0) * 20, -0.5, 0.5)
    assert checked(tmp_path, speech).measure().clipped_share
    speech[-100] = 0.9
    assert checked(tmp_path, speech).measure().clipped_share == 0


# -- bandwidth ------------------------------------------------------------------------------------------


def without_above(samples: Samples, rate_hz: int, *, end_hz: float) -> Samples:
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / rate_hz) > end_hz] = 0
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


@pytest.mark.parametrize("voice", VOICES[:3])
def test_a_telephone_is_heard_at_any_rate(voice: str, tmp_path: Path) -> None:
    speech = spoken(12.0, voice=voice)
    narrow = at_rate(speech, 8_000)
    assert checked(tmp_path, narrow, rate_hz=8_000).measure().bandwidth_hz == pytest.approx(3_800, abs=300)
    raised = at_rate(narrow, 44_100, from_hz=8_000)
    assert checked(tmp_path, raised, rate_hz=44_100).measure().bandwidth_hz == pytest.approx(3_800, abs=400)
    limited = without_above(at_rate(speech, 44_100), 44_100, end_hz=3_400)
    assert checked(tmp_path, limited, rate_hz=44_100).measure().bandwidth_hz == pytest.approx(3_400, abs=200)


def test_a_telephone_is_heard_in_the_real_recording(tmp_path: Path) -> None:
    limited = without_above(real_recording(), 16_000, end_hz=3_400)
    assert checked(tmp_path, limited, rate_hz=16_000).measure().bandwidth_hz == pytest.approx(3_400, abs=200)


@pytest.mark.parametrize("rate_hz", [16_000, 24_000, 48_000])
@pytest.mark.parametrize("voice", VOICES)
def test_ordinary_speech_is_no_telephone(voice: str, rate_hz: int, tmp_path: Path) -> None:
    found = checked(tmp_path, at_rate(spoken(12.0, voice=voice), rate_hz), rate_hz=rate_hz).measure()
    assert found.is_bandwidth_known
    assert found.bandwidth_hz is None


# -- speech and music -----------------------------------------------------------------------------------


@pytest.mark.parametrize("voice", VOICES)
def test_speech_is_speech(voice: str, tmp_path: Path) -> None:
    found = checked(tmp_path, spoken(15.0, voice=voice)).measure()
    assert found.is_speech_certain
    assert found.speech_share == pytest.approx(0.9, abs=0.1)
    assert not found.is_music_likely


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_music_is_not_speech(seed: int, tmp_path: Path) -> None:
    found = checked(tmp_path, music(20, seed=seed), rate_hz=MUSIC_RATE_HZ).measure()
    assert found.speech_share == pytest.approx(0.0, abs=0.1)
    assert found.is_music_likely
    assert verdicts(found)[LightKind.SPEECH] is Verdict.WARN


@pytest.mark.parametrize("voices", [("en", "de+f2"), ("fr+f4", "pt"), ("cmn", "fr+f4")])
def test_two_voices_far_apart_give_a_hint(voices: tuple[str, str], tmp_path: Path) -> None:
    talk = np.concatenate([spoken(20.0, voice=voice) for voice in voices])
    features = checked(tmp_path, talk)
    assert features.measure().are_voices_several
    assert not features.measure(Span(start_s=0.0, end_s=19.5)).are_voices_several
    assert LightKind.CONTENT in verdicts(features.measure())


@pytest.mark.parametrize("voice", VOICES)
def test_one_voice_gives_no_hint(voice: str, tmp_path: Path) -> None:
    assert not checked(tmp_path, spoken(40.0, voice=voice)).measure().are_voices_several


def test_pauses_are_where_nobody_speaks(tmp_path: Path) -> None:
    speech = np.concatenate([spoken(4.0), np.zeros(RATE_HZ, dtype=np.float32), spoken(4.0)])
    found = checked(tmp_path, speech + noise(len(speech), level_dbfs=-55))
    middles = [(pause.start_s + pause.end_s) / 2 for pause in found.pauses()]
    assert any(abs(middle - 4.5) < 0.3 for middle in middles)
    assert all(pause.duration_s >= 0.15 for pause in found.pauses())


# -- channels -------------------------------------------------------------------------------------------


def test_the_cleaner_channel_is_named(tmp_path: Path) -> None:
    speech = spoken(12.0)
    near = speech + noise(len(speech), level_dbfs=-60, seed=8)
    far = speech * np.float32(0.5) + noise(len(speech), level_dbfs=-32, seed=9)
    assert checked(tmp_path, np.stack([near, far])).measure().better_side is Side.LEFT
    assert checked(tmp_path, np.stack([far, near])).measure().better_side is Side.RIGHT
    assert checked(tmp_path, np.stack([near, near])).measure().better_side is None


def test_one_channel_is_judged_alone_where_there_is_one_of_that_number(tmp_path: Path) -> None:
    speech = spoken(12.0)
    near = speech + noise(len(speech), level_dbfs=-60, seed=8)
    far = speech * np.float32(0.5) + noise(len(speech), level_dbfs=-32, seed=9)
    alone = {name: checked(tmp_path, sound).measure() for name, sound in (("near", near), ("far", far))}
    path = write_wav(tmp_path / "both.wav", np.stack([near, far]), rate_hz=RATE_HZ)
    assert analyse_sample(path, (0,)).measure() == alone["near"]
    assert analyse_sample(path, (1,)).measure() == alone["far"]
    assert analyse_sample(path, (2,)).measure() == analyse_sample(path).measure()


def test_an_empty_channel_makes_speech_no_quieter(tmp_path: Path) -> None:
    speech = spoken(12.0) + noise(12 * RATE_HZ, level_dbfs=-60)
    alone = checked(tmp_path, speech).measure()
    both = checked(tmp_path, np.stack([speech, np.zeros_like(speech)])).measure()
    assert alone.speech_dbfs is not None
    assert both.speech_dbfs == pytest.approx(alone.speech_dbfs, abs=0.05)
    assert both.better_side is None


def as_judged(path: Path) -> SampleMeasures:
    """What the page shows of a recording whose channel nobody has chosen."""
    facts, _ = examine_sample(path)
    return analyse_sample(path, judged_channels(facts, ChannelChoice.AUTO)).measure()


def silent_but(number: int, of: int, speech: Samples, *, floor_dbfs: float) -> Samples:
    """Speech in one of several channels; the others are quiet inputs."""
    return np.stack(
        [
            speech if channel == number else noise(len(speech), level_dbfs=floor_dbfs, seed=channel)
            for channel in range(of)
        ]
    )


@pytest.mark.parametrize("kind", ["upside down", "a quiet input", "the middle of six", "both the same"])
def test_what_is_judged_is_what_is_sent(tmp_path: Path, kind: str) -> None:
    """The mean of all channels was judged: silence where one is the other upside down."""
    speech = spoken(12.0) + noise(12 * RATE_HZ, level_dbfs=-60)
    sounds = {
        "upside down": np.stack([speech, -speech]),
        "a quiet input": silent_but(0, 2, speech, floor_dbfs=-62),
        "the middle of six": silent_but(2, 6, speech, floor_dbfs=-90),
        "both the same": np.stack([speech, speech]),
    }
    path = write_wav(tmp_path / "voice.wav", sounds[kind], rate_hz=RATE_HZ)
    alone = checked(tmp_path, speech).measure()
    found = as_judged(path)
    assert found.speech_dbfs is not None
    assert alone.speech_dbfs is not None
    assert found.speech_dbfs == pytest.approx(alone.speech_dbfs, abs=0.2)
    assert found.speech_share == pytest.approx(alone.speech_share, abs=0.02)
    assert verdicts(found) == verdicts(alone)


# -- rates at which 32 ms is no whole number of samples --------------------------------------------------


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 11_127, 22_050, 22_254, 44_056, 44_100, 48_000])
def test_frames_stay_where_they_are_in_time(tmp_path: Path, rate_hz: int) -> None:
    """Each 3.2 s had one too many at such a rate, so that pauses were looked for in speech."""
    speech = at_rate(spoken(96.0), rate_hz)
    found = checked(tmp_path, speech + noise(len(speech), level_dbfs=-50), rate_hz=rate_hz)
    assert len(found.power) == pytest.approx(len(speech) / rate_hz / 0.032, abs=1)
    assert found.hop_power is not None
    assert len(found.hop_power) == pytest.approx(len(speech) / rate_hz / 0.1, abs=1)
    early, late = found.measure(Span(start_s=0, end_s=30)), found.measure(Span(start_s=64, end_s=94))
    assert early.noise_dbfs == pytest.approx(-50, abs=1.5)
    assert late.noise_dbfs == pytest.approx(early.noise_dbfs, abs=1.0)
    assert late.speech_dbfs == pytest.approx(early.speech_dbfs, abs=1.0)


# -- recordings of every odd kind -----------------------------------------------------------------------


def odd_sounds() -> dict[str, tuple[Samples, int, bool]]:
    speech = spoken(3.0)
    broken = speech.copy()
    broken[1_000:1_100], broken[2_000], broken[3_000] = np.nan, np.inf, -np.inf
    return {
        "one-sample": (speech[:1], RATE_HZ, False),
        "one-frame-and-one-sample": (speech[:707], RATE_HZ, False),
        "silence": (np.zeros(RATE_HZ, dtype=np.float32), RATE_HZ, False),
        "six-channels": (np.stack([speech] * 6), RATE_HZ, False),
        "seven-channels": (np.stack([speech] * 7), RATE_HZ, False),
        "over-full-scale": (speech * np.float32(40), RATE_HZ, True),
        "far-over-full-scale": (speech * np.float32(1e30), RATE_HZ, True),
        "not-a-number": (broken, RATE_HZ, True),
        "nothing-but-not-a-number": (np.full(5_000, np.nan, dtype=np.float32), RATE_HZ, True),
        "very-low-rate": (speech, 500, False),
        "very-high-rate": (speech, 384_000, False),
    }


@pytest.mark.parametrize("name", odd_sounds())
def test_odd_recordings_are_measured(name: str, tmp_path: Path) -> None:
    samples, rate_hz, as_float = odd_sounds()[name]
    found = checked(tmp_path, samples, rate_hz=rate_hz, as_float=as_float)
    measures = found.measure()
    assert found.duration_s == pytest.approx(np.atleast_2d(samples).shape[1] / rate_hz)
    assert found.frames == pytest.approx(found.duration_s / 0.032, abs=1)
    for value in (measures.speech_dbfs, measures.noise_dbfs, measures.peak_dbfs, measures.loudness_lufs):
        assert value is None or np.isfinite(value)
    assert len(judge(measures, purpose=Purpose.VOICE_CLONE)) >= 6


def test_floats_over_full_scale_count_as_clipped(tmp_path: Path) -> None:
    speech = spoken(5.0)
    loud = checked(tmp_path, speech / np.abs(speech).max() * np.float32(2), as_float=True).measure()
    assert loud.clipped_share is not None
    assert loud.clipped_share > 0.001
    assert loud.peak_dbfs == pytest.approx(6, abs=0.5)


def test_silence_is_bad_and_nothing_else_is_said_of_it(tmp_path: Path) -> None:
    found = verdicts(analyse_sample(record(tmp_path / "s.wav", silence(12))).measure())
    assert found[LightKind.LOUDNESS] is Verdict.BAD
    assert found[LightKind.NOISE] is Verdict.UNKNOWN
    assert found[LightKind.BANDWIDTH] is Verdict.UNKNOWN


@pytest.mark.parametrize(("before_hz", "after_hz"), [(16_000, 24_000), (44_100, 22_050)])
def test_a_rate_that_changes_in_the_middle(before_hz: int, after_hz: int, tmp_path: Path) -> None:
    path = tmp_path / "both.mp3"
    halves = [
        record(tmp_path / f"{rate_hz}.mp3", tone(3, rate_hz=rate_hz), rate_hz=rate_hz)
        for rate_hz in (before_hz, after_hz)
    ]
    path.write_bytes(b"".join(half.read_bytes() for half in halves))
    found = analyse_sample(path)
    assert found.duration_s == pytest.approx(6, abs=0.2)
    # The tone is as loud in both halves.
    assert found.power[150] == pytest.approx(found.power[30], rel=0.1)


@pytest.mark.parametrize("kind", ["mp3", "m4a", "flac", "ogg"])
def test_compressed_recordings_measure_like_the_original(kind: str, tmp_path: Path) -> None:
    pcm = np.rint(at_rate(spoken(12.0) + noise(12 * RATE_HZ, level_dbfs=-50), 48_000) * 32767).astype(
        np.int16
    )
    plain = analyse_sample(record(tmp_path / "a.wav", pcm[np.newaxis], rate_hz=48_000)).measure()
    path = record(tmp_path / f"a.{kind}", pcm[np.newaxis], rate_hz=48_000)
    found = analyse_sample(path).measure()
    assert plain.speech_dbfs is not None
    assert found.speech_dbfs == pytest.approx(plain.speech_dbfs, abs=1)
    assert plain.snr_db is not None
    assert found.snr_db == pytest.approx(plain.snr_db, abs=3)


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("no sound here", encoding="utf-8")
    with pytest.raises(SampleUnreadable):
        analyse_sample(path)


@pytest.mark.parametrize("rate_hz", [31, 999, 1_000_000, 2_000_000_000])
def test_a_rate_that_makes_no_sense_does_no_harm(rate_hz: int, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "odd.wav", spoken(0.5)[:9_000], rate_hz=rate_hz)
    try:
        features = analyse_sample(path)
    except SampleUnreadable as error:
        assert error.code in {"sample-undecodable", "sample-not-audio", "sample-no-audio"}
    else:
        assert features.duration_s == pytest.approx(9_000 / rate_hz)
        assert judge(features.measure(), purpose=Purpose.VOICE_CLONE)


def test_tells_how_far_it_is(tmp_path: Path) -> None:
    heard: list[object] = []
    with progress_to(heard.append):
        analyse_sample(write_wav(tmp_path / "long.wav", spoken(60.0), rate_hz=RATE_HZ))
    assert 2 <= len(heard) <= 21
    assert heard == sorted(heard, key=lambda share: float(str(share)))


async def test_runs_in_the_audio_process(worker: AudioWorker) -> None:
    found = await worker.run(analysis_job, SAMPLE_RECORDING, timeout_s=60)
    assert isinstance(found, SoundFeatures)
    assert found.measure() == analyse_sample(SAMPLE_RECORDING).measure()
