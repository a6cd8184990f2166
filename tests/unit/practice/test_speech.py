"""The practice service's voice: it says the text, near the recording's pitch, and the switches are heard."""

from __future__ import annotations

import asyncio
import re
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.spectral_distance import RATE_HZ, distance
from tests.unit.practice.spoken_texts import PINYIN, SENTENCES, TEXTS
from voiceclone_gui.audio.decode import decode_mono
from voiceclone_gui.audio.levels import measure_levels
from voiceclone_gui.audio.pitch import median_pitch_hz
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.errors import SampleUnreadable
from voiceclone_gui.practice.speech import NORMAL_LUFS, SAMPLE_RATE_HZ, SpeechJob, SpokenText, speak
from voiceclone_gui.practice.voices import Script, load_voices

Samples = npt.NDArray[np.float32]

SAMPLE = Path(__file__).parents[3] / "resources" / "sample" / "austen-reading.wav"
SENTENCE = "Let us walk in the park today."
LANGUAGES = [language.value for language in load_catalog().languages]
LETTERS = [place for script in load_voices().scripts for place in script.ranges]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speech")


class Ear:
    """Speaks, and listens to what comes."""

    def __init__(self, *, folder: Path) -> None:
        self._file = folder / "heard"

    def listen(self, spoken: SpokenText | bytes) -> Samples:
        self._file.write_bytes(spoken if isinstance(spoken, bytes) else spoken.audio)
        return decode_mono(self._file, sample_rate_hz=RATE_HZ, limit_s=300)

    def hear(self, text: str, *, recording: Path = SAMPLE, **settings: object) -> Samples:
        return self.listen(speak(SpeechJob(text=text, recording=recording, **settings)))  # type: ignore[arg-type]

    def hear_program(self, text: str, *, voice: str) -> Samples:
        """The text as Debian's own espeak-ng speaks it."""
        command = ["espeak-ng", "-v", voice, "--stdout", "--", text]
        return self.listen(subprocess.run(command, capture_output=True, check=True).stdout)


@pytest.fixture(scope="module")
def ear(folder: Path) -> Ear:
    return Ear(folder=folder)


def record(path: Path, samples: Samples, *, rate_hz: int = RATE_HZ) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.clip(np.rint(samples * 32767), -32768, 32767).astype("<i2").tobytes())
    return path


def sample() -> Samples:
    return decode_mono(SAMPLE, sample_rate_hz=RATE_HZ, limit_s=60)


@pytest.fixture(scope="module")
def clean(folder: Path, ear: Ear) -> Path:
    """A recording whose pauses are digital silence, so that nothing is mixed in."""
    return record(folder / "clean.wav", ear.hear_program(SENTENCE * 5, voice="en"))


def level_dbfs(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-20))


def sounding(samples: Samples, *, above_dbfs: float) -> npt.NDArray[np.bool_]:
    """For each hundredth of a second whether something is heard."""
    frames = samples[: samples.size // 160 * 160].reshape(-1, 160)
    return np.sqrt(np.mean(np.square(frames), axis=1)) > 10 ** (above_dbfs / 20)


def longest_gap_s(samples: Samples, *, above_dbfs: float = -60.0) -> float:
    """The longest silence between two sounds, to a sample."""
    heard = np.flatnonzero(np.abs(samples) > 10 ** (above_dbfs / 20))
    return float(np.diff(heard).max() / RATE_HZ)


# -- what is said ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", TEXTS)
def test_says_the_text_and_no_other(language: str, ear: Ear) -> None:
    voice, texts = TEXTS[language]
    by_program = [ear.hear_program(text, voice=voice) for text in texts]
    for number, text in enumerate(texts):
        said = ear.hear(text, language_boost=language)
        same, *others = (distance(said, by_program[(number + n) % len(texts)]) for n in range(len(texts)))
        print(f"{language}: same text {same:.2f}, other texts {min(others):.2f} to {max(others):.2f}")
        assert same * 1.25 < min(others)


def test_says_chinese_as_its_pinyin_is_read(ear: Ear) -> None:
    by_program = {text: ear.hear_program(pinyin, voice="cmn-latn-pinyin") for text, pinyin in PINYIN.items()}
    for text in PINYIN:
        said = ear.hear(text, language_boost="Chinese")
        found = {other: distance(said, program) for other, program in by_program.items()}
        print({other: round(value, 2) for other, value in found.items()})
        assert found[text] * 1.1 < min(value for other, value in found.items() if other != text)


@pytest.mark.parametrize("language", ["Russian", "German"])
def test_says_it_in_the_voice_of_the_language(language: str, ear: Ear) -> None:
    voice, (text, *_) = TEXTS[language]
    said = ear.hear(text, language_boost=language)
    other_voice = {"Russian": "bg", "German": "en"}[language]
    right, wrong = (distance(said, ear.hear_program(text, voice=v)) for v in (voice, other_voice))
    print(f"right voice {right:.2f}, wrong voice {wrong:.2f}")
    assert right * 1.1 < wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_heard(language: str, ear: Ear) -> None:
    heard = sounding(ear.hear(SENTENCES[language], language_boost=language), above_dbfs=-35.0)
    assert heard.sum() / 100 > 0.3


@pytest.mark.parametrize("language_boost", ["", "auto"])
def test_without_a_language_the_script_decides(language_boost: str, ear: Ear) -> None:
    voice, (text, *_) = TEXTS["Russian"]
    said = ear.hear(text, language_boost=language_boost)
    right, wrong = (distance(said, ear.hear_program(text, voice=v)) for v in (voice, "bg"))
    assert right * 1.1 < wrong


# -- marks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pause_s", [0.25, 0.5, 1.5, 3.0])
def test_a_pause_lasts_as_long_as_it_says(pause_s: float, clean: Path, ear: Ear) -> None:
    heard = ear.hear(f"Hello<#{pause_s}#>world", recording=clean, container="wav")
    assert longest_gap_s(heard) == pytest.approx(pause_s, abs=0.03)


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_a_pause_lasts_as_long_at_any_speed(speed: float, clean: Path, ear: Ear) -> None:
    heard = ear.hear("Hello<#1#>world", recording=clean, speed=speed, container="wav")
    assert longest_gap_s(heard) == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("mark", ["<#abc#>", "<#1.234#>", "<#100#>", "<#", "#>"])
def test_a_broken_pause_is_not_read(mark: str, clean: Path, ear: Ear) -> None:
    plain = ear.hear("Hello world", recording=clean, container="wav")
    assert np.array_equal(ear.hear(f"Hello {mark} world", recording=clean, container="wav"), plain)


@pytest.mark.parametrize("sound_tags", [True, False])
def test_a_sound_tag_is_never_read(sound_tags: bool, clean: Path, ear: Ear) -> None:
    tags = "".join(f"({tag})" for tag in load_catalog().sound_tags)
    plain, tagged = (
        ear.hear(text, recording=clean, sound_tags=sound_tags, container="wav")
        for text in (SENTENCE, f"{tags}{SENTENCE}")
    )
    extra, said = tagged[: tagged.size - plain.size], tagged[tagged.size - plain.size :]
    assert distance(said, plain) < 0.1
    assert 5 < extra.size / RATE_HZ < 15
    # A breath is quieter than speech and has no pitch.
    assert level_dbfs(extra) < level_dbfs(plain) - 6
    assert median_pitch_hz(extra, sample_rate_hz=RATE_HZ) is None
    assert sounding(extra[:-400], above_dbfs=-60.0).any() == sound_tags


def test_a_tag_in_the_middle_is_a_short_pause(clean: Path, ear: Ear) -> None:
    heard = ear.hear("Hello(laughs)world", recording=clean, container="wav")
    assert 0.1 < longest_gap_s(heard) < 0.4


@pytest.mark.parametrize("text", ["", " ", "😀", "(laughs)", "<#0.5#>", "<#", "...", "\x00", "ཨོཾ"])
def test_a_text_without_words_is_a_short_silence(text: str, clean: Path, ear: Ear) -> None:
    spoken = speak(SpeechJob(text=text, recording=clean, noise_reduction=True, volume_normalization=True))
    heard = ear.listen(spoken)
    assert 0.1 < spoken.duration_s < 1.0
    assert heard.size / RATE_HZ == pytest.approx(spoken.duration_s, abs=0.002)
    assert level_dbfs(heard) < -80


# -- the voice ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "language"),
    [
        (0.75, "English"),
        (1.0, "Russian"),
        (1.0, "Chinese"),
        (1.5, "German"),
        (2.0, "Chinese"),
        (2.5, "Spanish"),
    ],
)
def test_speaks_at_the_pitch_of_the_recording(language: str, factor: float, folder: Path, ear: Ear) -> None:
    recording = record(folder / f"pitch-{factor}.wav", sample(), rate_hz=round(RATE_HZ * factor))
    played = decode_mono(recording, sample_rate_hz=RATE_HZ, limit_s=60)
    wanted_hz = median_pitch_hz(played, sample_rate_hz=RATE_HZ)
    assert wanted_hz == pytest.approx(97 * factor, rel=0.05)
    heard = ear.hear(SENTENCES[language] * 2, recording=recording, language_boost=language)
    found_hz = median_pitch_hz(heard, sample_rate_hz=RATE_HZ)
    print(f"recording {wanted_hz:.0f} Hz, preview {found_hz:.0f} Hz")
    assert found_hz == pytest.approx(wanted_hz, rel=0.06)


@pytest.mark.parametrize("semitones", [-5, 4, 12])
def test_semitones_raise_the_voice(semitones: int, clean: Path, ear: Ear) -> None:
    plain, raised = (
        median_pitch_hz(ear.hear(SENTENCE, recording=clean, semitones=n), sample_rate_hz=RATE_HZ)
        for n in (0, semitones)
    )
    assert plain is not None
    assert raised == pytest.approx(plain * 2 ** (semitones / 12), rel=0.06)


def test_speaks_for_a_recording_without_a_voice(folder: Path, ear: Ear) -> None:
    time_s = np.arange(10 * RATE_HZ) / RATE_HZ
    whistles = 0.2 * np.sin(2 * np.pi * 3000 * time_s) * (time_s % 1 < 0.7)
    recording = record(folder / "whistles.wav", whistles.astype(np.float32))
    plain_hz, raised_hz = (
        median_pitch_hz(ear.hear(SENTENCE, recording=recording, semitones=n), sample_rate_hz=RATE_HZ)
        for n in (0, 7)
    )
    assert plain_hz is not None
    assert raised_hz == pytest.approx(plain_hz * 2 ** (7 / 12), rel=0.06)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.5, 2.0])
def test_speed_changes_the_length(speed: float, clean: Path) -> None:
    plain, changed = (speak(SpeechJob(text=SENTENCE, recording=clean, speed=n)) for n in (1.0, speed))
    # The little silence at the end isn't speech.
    assert changed.duration_s - 0.15 == pytest.approx((plain.duration_s - 0.15) / speed, rel=0.03)


# -- the switches ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def noisy(folder: Path, clean: Path) -> Path:
    """Speech at -26 dBFS over noise at -50 dBFS."""
    speech = decode_mono(clean, sample_rate_hz=RATE_HZ, limit_s=60)
    found = measure_levels(speech, sample_rate_hz=RATE_HZ)
    noise = np.random.default_rng(4).standard_normal(speech.size, dtype=np.float32)
    mixed = speech * 10 ** ((-26 - found.speech_dbfs) / 20) + noise * 10 ** (-50 / 20)
    return record(folder / "noisy.wav", mixed.astype(np.float32))


def loudness_lufs(spoken: SpokenText, path: Path) -> float:
    path.write_bytes(spoken.audio)
    command = ["ffmpeg", "-nostats", "-hide_banner", "-i", str(path), "-af", "ebur128", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])


@pytest.mark.parametrize("speech_dbfs", [-38.0, -26.0, -18.0])
def test_is_as_loud_as_the_recording(speech_dbfs: float, folder: Path, clean: Path, ear: Ear) -> None:
    speech = decode_mono(clean, sample_rate_hz=RATE_HZ, limit_s=60)
    gain_db = speech_dbfs - measure_levels(speech, sample_rate_hz=RATE_HZ).speech_dbfs
    recording = record(folder / "level.wav", (speech * 10 ** (gain_db / 20)).astype(np.float32))
    heard = ear.hear(SENTENCE, recording=recording, container="wav")
    assert measure_levels(heard, sample_rate_hz=RATE_HZ).speech_dbfs == pytest.approx(speech_dbfs, abs=1.0)


@pytest.mark.parametrize("speech_dbfs", [-40.0, -12.0])
def test_volume_normalization_brings_it_to_one_loudness(
    speech_dbfs: float, folder: Path, clean: Path
) -> None:
    speech = decode_mono(clean, sample_rate_hz=RATE_HZ, limit_s=60)
    gain_db = speech_dbfs - measure_levels(speech, sample_rate_hz=RATE_HZ).speech_dbfs
    recording = record(folder / "level.wav", (speech * 10 ** (gain_db / 20)).astype(np.float32))
    jobs = [
        SpeechJob(text=SENTENCE, recording=recording, volume_normalization=on, container="wav")
        for on in (False, True)
    ]
    plain_lufs, normal_lufs = (loudness_lufs(speak(job), folder / "said.wav") for job in jobs)
    print(f"as recorded {plain_lufs} LUFS, normalised {normal_lufs} LUFS")
    assert abs(plain_lufs - NORMAL_LUFS) > 2
    assert normal_lufs == pytest.approx(NORMAL_LUFS, abs=0.5)


def test_noise_is_the_recordings_and_noise_reduction_takes_it_away(noisy: Path, ear: Ear) -> None:
    text = f"{SENTENCE}<#2#>{SENTENCE}"
    plain, reduced = (
        measure_levels(
            ear.hear(text, recording=noisy, noise_reduction=on, container="wav"), sample_rate_hz=RATE_HZ
        )
        for on in (False, True)
    )
    print(f"pauses {plain.pause_dbfs:.1f} dBFS, reduced {reduced.pause_dbfs:.1f} dBFS")
    assert plain.pause_dbfs == pytest.approx(-50, abs=3)
    assert reduced.pause_dbfs < plain.pause_dbfs - 10
    assert reduced.speech_dbfs == pytest.approx(plain.speech_dbfs, abs=0.5)


def test_the_watermark_is_a_rhythm_at_the_end_and_only_there(noisy: Path, ear: Ear) -> None:
    plain, marked = (
        ear.hear(SENTENCE, recording=noisy, watermark=on, container="wav") for on in (False, True)
    )
    assert np.allclose(marked[: plain.size - 200], plain[:-200], atol=1e-4)
    extra = marked[plain.size :]
    assert 0.5 < extra.size / RATE_HZ < 2.0
    spectrum = np.abs(np.fft.rfft(extra * np.hanning(extra.size)))
    assert np.argmax(spectrum) * RATE_HZ / extra.size == pytest.approx(880, abs=5)
    # Four tones, the second of them long.
    heard = sounding(extra, above_dbfs=-40.0).astype(int)
    steps = np.diff(np.concatenate([[0], heard, [0]]))
    lengths_s = (np.flatnonzero(steps == -1) - np.flatnonzero(steps == 1)) / 100
    assert lengths_s.tolist() == pytest.approx([0.08, 0.24, 0.08, 0.08], abs=0.02)


def test_volume_is_a_factor_until_the_ceiling(clean: Path, ear: Ear) -> None:
    once, half, most = (ear.hear(SENTENCE, recording=clean, volume=n, container="wav") for n in (1, 0.5, 10))
    assert level_dbfs(half) - level_dbfs(once) == pytest.approx(-6.02, abs=0.05)
    assert level_dbfs(most) > level_dbfs(once) + 3
    assert np.abs(most).max() < 0.95


# -- how it comes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("container", ["mp3", "wav", "flac"])
def test_comes_in_the_container_asked_for(container: str, clean: Path, ear: Ear) -> None:
    spoken = speak(SpeechJob(text=SENTENCE, recording=clean, container=container))
    beginnings = {"mp3": b"ID3", "wav": b"RIFF", "flac": b"fLaC"}
    assert spoken.audio.startswith(beginnings[container])
    assert (spoken.sample_rate_hz, spoken.channels) == (SAMPLE_RATE_HZ, 1)
    assert ear.listen(spoken).size / RATE_HZ == pytest.approx(spoken.duration_s, abs=0.002)


def test_pcm_is_as_long_as_it_says(clean: Path) -> None:
    spoken = speak(SpeechJob(text=SENTENCE, recording=clean, container="pcm"))
    assert len(spoken.audio) == 2 * round(spoken.duration_s * SAMPLE_RATE_HZ)


def test_the_mp3_is_what_its_numbers_say(clean: Path) -> None:
    spoken = speak(SpeechJob(text=SENTENCE, recording=clean))
    assert (spoken.bitrate, spoken.sample_rate_hz) == (128_000, 32_000)
    assert len(spoken.audio) * 8 / spoken.duration_s == pytest.approx(128_000, rel=0.1)


def test_a_recording_that_is_gone_is_told(folder: Path) -> None:
    with pytest.raises(SampleUnreadable):
        speak(SpeechJob(text=SENTENCE, recording=folder / "gone.wav"))


def test_a_recording_that_was_changed_is_listened_to_again(folder: Path, ear: Ear) -> None:
    path = record(folder / "changing.wav", sample())
    before = median_pitch_hz(ear.hear(SENTENCE, recording=path), sample_rate_hz=RATE_HZ)
    record(path, sample(), rate_hz=2 * RATE_HZ)
    after = median_pitch_hz(ear.hear(SENTENCE, recording=path), sample_rate_hz=RATE_HZ)
    assert before is not None
    assert after == pytest.approx(2 * before, rel=0.06)


def test_a_thousand_characters_are_all_spoken(clean: Path) -> None:
    text = (SENTENCE + " ") * 32
    short, long = (speak(SpeechJob(text=t, recording=clean)).duration_s for t in (SENTENCE, text[:1000]))
    assert long > 25 * short


# -- in the audio process -------------------------------------------------------------------------------


class Speaker:
    """An audio process that speaks; should a text end it, the test fails and not the test run."""

    def __init__(self, *, runner: asyncio.Runner, worker: AudioWorker) -> None:
        self._runner = runner
        self._worker = worker

    def speak(self, job: SpeechJob) -> SpokenText:
        return self._runner.run(self._worker.run(speak, job, timeout_s=100))


@pytest.fixture(scope="module")
def speaker() -> Iterator[Speaker]:
    with asyncio.Runner() as runner:
        worker = AudioWorker()
        worker.start()
        yield Speaker(runner=runner, worker=worker)
        runner.run(worker.aclose())


def test_speaks_in_the_audio_process(speaker: Speaker, clean: Path) -> None:
    job = SpeechJob(text=SENTENCE, recording=clean, volume_normalization=True, watermark=True)
    there, here = speaker.speak(job), speak(job)
    assert there.audio[:3] == b"ID3"
    assert there.duration_s == pytest.approx(here.duration_s, abs=0.01)


# Whole scripts are drawn from more often than single characters anywhere would be.
ALPHABETS = st.sampled_from(
    [
        st.characters(),
        st.characters(max_codepoint=0x24F),
        st.characters(min_codepoint=0x370, max_codepoint=0x6FF),
    ]
    + [st.characters(min_codepoint=first, max_codepoint=last) for first, last in LETTERS]
)
ANY_TEXT = ALPHABETS.flatmap(lambda letters: st.text(letters, max_size=200))


def speaks_whatever_it_is(
    speaker: Speaker, text: str, language_boost: str, recording: Path, ear: Ear
) -> None:
    spoken = speaker.speak(SpeechJob(text=text, recording=recording, language_boost=language_boost))
    heard = ear.listen(spoken)
    assert heard.size / RATE_HZ == pytest.approx(spoken.duration_s, abs=0.002)
    assert spoken.duration_s > 0.1


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(text=ANY_TEXT, language_boost=st.sampled_from([*LANGUAGES, ""]))
@example(text="", language_boost="")
@example(text="©𠧀", language_boost="Portuguese")
@example(text="ÍÌÊÕÄÖÕÌÁÄÉÑÓÈÐÐÒ" * 12, language_boost="Romanian")
@example(text="ুু-ঢ়ঢ়", language_boost="")
@example(text="\ud800<#1#>(laughs)", language_boost="auto")
def test_any_text_is_spoken(text: str, language_boost: str, speaker: Speaker, clean: Path, ear: Ear) -> None:
    speaks_whatever_it_is(speaker, text, language_boost, clean, ear)


@pytest.mark.long
@pytest.mark.parametrize("script", load_voices().scripts, ids=lambda script: script.name)
def test_any_text_of_a_script_is_spoken(script: Script, speaker: Speaker, clean: Path, ear: Ear) -> None:
    own = st.one_of(*(st.characters(min_codepoint=a, max_codepoint=z) for a, z in script.ranges))
    texts = st.text(st.one_of(own, own, own, st.characters()), max_size=200)

    @settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
    @given(text=texts, language_boost=st.sampled_from([*LANGUAGES, ""]))
    def speaks(text: str, language_boost: str) -> None:
        speaks_whatever_it_is(speaker, text, language_boost, clean, ear)

    speaks()
